/// What a store fails to do by itself, of which no read or write tells.
///
/// A store writes snapshots, or waits for the disk, while nobody waits for it. What goes wrong then
/// stays here until it has succeeded: a host looks now and then, and warns whoever can help.
public struct StorageHealth: Sendable, Hashable {
  /// What has failed and is tried again, with what can be done about it.
  public let troubles: [StorageError]

  /// Whether nothing has.
  public var isGood: Bool { troubles.isEmpty }

  /// The health of a store with these troubles.
  public init(troubles: [StorageError] = []) {
    self.troubles = troubles
  }
}

extension StorageHealth: CustomStringConvertible {
  /// A line for each trouble.
  public var description: String {
    isGood ? "good" : troubles.map(\.description).joined(separator: "\n")
  }
}
