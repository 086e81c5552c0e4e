/// What an opening found in the files of a store.
public struct RecoveryReport: Sendable, Hashable {
  /// The end of the journal that a crash left half written, and that was cut off.
  public struct TornTail: Sendable, Hashable {
    /// The name of the file.
    public let file: String
    /// Where the end that was cut off begins.
    public let position: Int
    /// How many bytes were cut off.
    public let bytes: Int
  }

  /// The snapshot that was read, by its file; `nil` where there was none.
  public internal(set) var snapshot: String?

  /// How many writes of the journal came after it.
  public internal(set) var writes = 0

  /// What a crash left of a write that had not returned, or that was allowed to be lost.
  public internal(set) var tornTail: TornTail?

  /// Snapshots that are damaged and were not needed, as what they were made from was there.
  public internal(set) var passedOver: [StorageError] = []
}
