/// The little that a store must be able to do: keep bytes under bytes, in order.
///
/// ``KeyValueStorage`` makes a whole storage of it, with indexes, unique values, references,
/// queries, nested undo, migration and verification.
///
/// One call of ``open()``, ``commit(_:)`` and ``close()`` runs at a time, the first and the last
/// while no transaction runs. An engine belongs to one process: it refuses a second opener, or
/// sees to it that there is none.
public protocol KeyValueEngine: Sendable {
  /// Opens what is kept, or begins with nothing.
  ///
  /// - Throws: Where that is not possible; what is kept stays as it was.
  nonisolated(nonsending) func open() async throws

  /// What is kept now, unmoved by later changes, for use on any thread.
  func snapshot() throws -> any KeyValueSnapshot

  /// Keeps all of some changes, for good once it returns.
  ///
  /// - Parameter changes: The changes by key, each key once.
  /// - Throws: Where none of them was kept.
  nonisolated(nonsending) func commit(_ changes: [KeyValueChange]) async throws

  /// Lets go of files; ``open()`` may follow.
  nonisolated(nonsending) func close() async
}

/// What is kept under every key at one moment.
public protocol KeyValueSnapshot: Sendable {
  /// The value under a key, if there is one.
  func value(of key: [UInt8]) throws -> [UInt8]?

  /// Hands on keys and values in the order of the keys, as unsigned bytes, until `body` returns
  /// false.
  ///
  /// - Parameters:
  ///   - lower: The least key of the range.
  ///   - upper: The least key above the range.
  ///   - isDescending: Whether to start from the greatest.
  func scan(
    from lower: [UInt8], to upper: [UInt8], descending isDescending: Bool,
    _ body: (_ key: [UInt8], _ value: [UInt8]) throws -> Bool
  ) throws
}

/// A value that comes under a key, or a key that goes.
public struct KeyValueChange: Sendable, Hashable {
  /// The key.
  public let key: [UInt8]

  /// What is kept under it from now on; `nil` where nothing is.
  public let value: [UInt8]?

  /// Describes a change.
  public init(key: [UInt8], value: [UInt8]?) {
    self.key = key
    self.value = value
  }
}
