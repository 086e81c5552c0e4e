import CRMStorage

/// What a connection is told before it is used.
struct ConnectionSettings: Sendable {
  let durability: SQLiteStorage.Durability

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
    case .onCheckpoint:
      try connection.run("PRAGMA synchronous = NORMAL")
    }
    try connection.run("PRAGMA foreign_keys = ON")
  }

  func prepareReader(_ connection: SQLiteConnection) throws {
    try connection.run("PRAGMA query_only = ON")
  }
}
