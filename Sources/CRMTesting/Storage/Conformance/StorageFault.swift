import CRMStorage

/// A way to make a storage fail, which its author supplies.
///
/// A fault strikes at the nth step from when it is ordered; what a step is, the author decides: a
/// change, a commit, a call of the system. Laws order it at the first, the second, and so on, until
/// it does not strike any more.
public struct StorageFault: Sendable {
  /// What happens, as it follows “after”: `a loss of power`.
  public let name: String

  /// Whether another storage over what is left takes the place of the one that failed.
  let isFatal: Bool

  let make: @Sendable (_ folder: String) async throws -> any Storage
  let reopen: @Sendable (any Storage) async throws -> any Storage
  let order: @Sendable (any Storage, Int) async throws -> Void
  let end: @Sendable (any Storage) async throws -> Bool

  /// Describes a fault.
  ///
  /// - Parameters:
  ///   - name: What happens, as it follows “after”.
  ///   - make: Makes a storage that can fail so, with everything it keeps within a folder.
  ///   - order: Orders the fault at the nth step from now, counting from 1.
  ///   - end: Takes the cause away, and says whether the fault has struck since it was ordered.
  ///   - reopen: Makes a storage over what the fault has left, where it ends the storage, as a
  ///     loss of power does. Without it, the storage has to go on when the cause is gone.
  public init<Made: Storage>(
    _ name: String,
    make: @escaping @Sendable (_ folder: String) async throws -> Made,
    order: @escaping @Sendable (Made, Int) async throws -> Void,
    end: @escaping @Sendable (Made) async throws -> Bool,
    reopen: (@Sendable (Made) async throws -> Made)? = nil
  ) {
    self.name = name
    isFatal = reopen != nil
    self.make = { try await make($0) }
    self.order = { try await order(Self.made($0), $1) }
    self.end = { try await end(Self.made($0)) }
    self.reopen = { storage in
      guard let reopen else { return storage }
      return try await reopen(Self.made(storage))
    }
  }

  private static func made<Made: Storage>(_ storage: any Storage) throws -> Made {
    guard let made = storage as? Made else {
      throw Unmet(expected: "\(Made.self)", found: "\(type(of: storage))")
    }
    return made
  }
}
