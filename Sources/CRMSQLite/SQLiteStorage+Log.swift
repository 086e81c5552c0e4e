import CRMStorage
import CSQLite

extension SQLiteStorage {
  /// How the write-ahead log of an open store stands.
  package struct LogState: Sendable, Hashable {
    /// How many bytes its file takes.
    package let bytes: Int
    /// How often it was put on the disk other than by SQLite.
    package let syncs: Int
    /// What SQLite waits for: 1 for `NORMAL`, 2 for `FULL`.
    package let synchronous: Int64
  }

  /// Looks at the log.
  package func logState() async throws -> LogState {
    try await mapped {
      let (store, connection) = try await take(\.writers)
      defer { store.writers.giveBack(connection) }
      return LogState(
        bytes: store.log.file.size, syncs: store.log.syncs,
        synchronous: try connection.integer("PRAGMA synchronous"))
    }
  }

  /// Counts how often the log was put on the disk other than by SQLite, also after closing.
  package func logSyncs() async throws -> @Sendable () -> Int {
    try await mapped {
      let (store, connection) = try await take(\.writers)
      store.writers.giveBack(connection)
      return { store.log.syncs }
    }
  }
}
