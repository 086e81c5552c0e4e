/// What was saved from damaged files, and what was not.
public struct SalvageReport: Sendable, Hashable {
  /// How many rows were written to the new store, by the stored name of their kind.
  public internal(set) var rows: [String: Int] = [:]

  /// How many rows were left, by the name of their kind, as the new store has no such kind.
  public internal(set) var unknownKinds: [String: Int] = [:]

  /// The places of the files that cannot be read, naming file and position.
  public internal(set) var damage: [StorageError] = []

  /// Rows that can be read but not be kept, or not as they were: what they name is lost, or
  /// another has their unique value.
  public internal(set) var losses: [StorageError] = []

  /// Whether all was saved that the files ever had.
  public var isComplete: Bool { damage.isEmpty && losses.isEmpty && unknownKinds.isEmpty }
}

extension SalvageReport: CustomStringConvertible {
  /// The number of rows, and a line for each thing that was lost.
  public var description: String {
    let count = rows.values.reduce(0, +)
    let unknown = unknownKinds.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key) unknown" }
    let lines = unknown + (damage + losses).map(\.description)
    return (["\(count) rows saved"] + lines).joined(separator: "\n")
  }
}
