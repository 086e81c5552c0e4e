/// How a store is brought to the schemas of the program that opens it.
public struct Migration: Sendable {
  /// Whether all is done and nothing kept.
  public var isRehearsal: Bool

  /// Told how far it is: at the beginning and the end of each kind, and every thousand rows.
  ///
  /// The store waits for it to return.
  public var progress: (@Sendable (MigrationProgress) -> Void)?

  /// Describes a migration.
  public init(
    isRehearsal: Bool = false, progress: (@Sendable (MigrationProgress) -> Void)? = nil
  ) {
    self.isRehearsal = isRehearsal
    self.progress = progress
  }
}

/// How far a migration is with one kind of record.
public struct MigrationProgress: Sendable, Hashable {
  /// The stored name of the kind.
  public let kind: String

  /// How many of the store's rows have been taken over.
  public let done: Int

  /// How many rows the store has.
  public let total: Int
}

/// What opening changed in a store, or would.
public struct MigrationReport: Sendable, Hashable {
  /// What happened to one kind of record.
  public struct Kind: Sendable, Hashable {
    /// The stored name of the kind.
    public let name: String

    /// The version that the store had; `nil` where it did not have the kind.
    public let from: Int?

    /// The version that it has now.
    public let to: Int

    /// The fields and indexes that came by themselves, or as the steps left them.
    public let additions: [String]

    /// The computed fields and the indexes that went.
    public let removals: [String]

    /// How many rows took the steps and stayed.
    public var changed = 0

    /// How many rows steps made, of this kind or of others.
    public var added = 0

    /// How many rows steps let go.
    public var dropped = 0
  }

  /// The kinds that are not as they were, in the order of the capabilities.
  public internal(set) var kinds: [Kind] = []

  /// What a rehearsal found that an opening would fail with, up to a hundred of them.
  public internal(set) var problems: [StorageError] = []

  /// A report of nothing.
  public init() {}

  /// The kind of a name, if something happened to it.
  public func kind(_ name: String) -> Kind? { kinds.first { $0.name == name } }
}

extension MigrationReport: CustomStringConvertible {
  /// A line for each kind and problem.
  public var description: String {
    (kinds.map(\.description) + problems.map(\.description)).joined(separator: "\n")
  }
}

extension MigrationReport.Kind: CustomStringConvertible {
  public var description: String {
    var parts = ["\(name): " + (from.map { "version \($0) to \(to)" } ?? "new")]
    if changed > 0 { parts.append("\(changed) changed") }
    if added > 0 { parts.append("\(added) added") }
    if dropped > 0 { parts.append("\(dropped) dropped") }
    if !additions.isEmpty { parts.append("with \(additions.joined(separator: ", "))") }
    if !removals.isEmpty { parts.append("without \(removals.joined(separator: ", "))") }
    return parts.joined(separator: ", ")
  }
}
