import CRMStorage

/// What a connection is told before it is used.
struct ConnectionSettings: Sendable {
  let durability: Durability

  /// How many pages the log grows to before they are moved to the tables: 16 MB.
  ///
  /// One part of the log's index finds as many; SQLite's own 1,000 make importing a tenth slower,
  /// as a page that changes often is moved that much oftener.
  private static let pagesPerCheckpoint = 4_000

  /// What the log's file is cut to when it begins anew: as many pages of 4,096 bytes.
  static let bytesPerCheckpoint = pagesPerCheckpoint * 4_096

  func prepareWriter(_ connection: SQLiteConnection) throws {
    // Gives the mode as a row, which says whether it was taken.
    let mode = try connection.rows("PRAGMA journal_mode = WAL") { $0.text(at: 0) }
    guard mode == ["wal"] else {
      throw StorageError.cannotOpen(
        connection.path, "its file system cannot keep a write-ahead log")
    }
    switch durability {
    case .everyCommit:
      try connection.run("PRAGMA synchronous = FULL")
      // Apple's systems empty the drive's own cache only when asked to; elsewhere no effect.
      try connection.run("PRAGMA fullfsync = ON")
      try connection.run("PRAGMA checkpoint_fullfsync = ON")
    case .grouped, .onClose:
      try connection.run("PRAGMA synchronous = NORMAL")
    }
    try connection.run("PRAGMA wal_autocheckpoint = \(Self.pagesPerCheckpoint)")
    _ = try connection.rows("PRAGMA journal_size_limit = \(Self.bytesPerCheckpoint)") { _ in }
  }

  /// Has every write checked from now on for references to what does not exist.
  func enforceReferences(_ connection: SQLiteConnection) throws {
    try connection.run("PRAGMA foreign_keys = ON")
  }

  func prepareReader(_ connection: SQLiteConnection) throws {
    try connection.run("PRAGMA query_only = ON")
  }
}
