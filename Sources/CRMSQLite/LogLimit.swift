import CRMStorage
import CSQLite

/// Keeps the write-ahead log in bounds.
///
/// SQLite moves pages to the tables by itself, but lets the log grow on for as long as at any
/// moment somebody still reads from it. Then a writer has to wait for a moment when nobody does:
/// while it waits nothing is committed, so that those who begin to read do so from the tables.
final class LogLimit: Sendable {
  /// The size at which writers begin to wait.
  static let bytes = 2 * ConnectionSettings.bytesPerCheckpoint

  /// How long a writer waits, once for each ``ConnectionSettings/bytesPerCheckpoint``.
  static let patience = Duration.milliseconds(100)

  /// The size that it has at most, unless somebody reads on for longer.
  private static let most = bytes + ConnectionSettings.bytesPerCheckpoint

  private let nextLook = Locked(bytes)

  /// Empties a log that has grown too large, unless someone goes on reading from it.
  ///
  /// - Parameter connection: The writer, after its commit.
  nonisolated(nonsending) func keep(_ log: LogFile, over connection: SQLiteConnection) async {
    let size = log.size
    guard size >= nextLook.withLock({ $0 }) else { return }
    let isEmptied = try? await retryingWhileBusy(for: Self.patience) {
      if !connection.emptiedLog() { throw SQLiteFailure(code: SQLITE_BUSY, path: connection.path) }
      return true
    }
    let next = isEmptied == true ? Self.bytes : size + ConnectionSettings.bytesPerCheckpoint
    nextLook.withLock { $0 = next }
  }

  /// Tells of a log that is larger than it should be.
  func trouble(of log: LogFile, of path: String) -> StorageError? {
    let size = log.size
    guard size > Self.most else { return nil }
    return StorageError(
      .busy,
      "The log of “\(path)” has \(size >> 20) MB, as somebody reads on for long or the disk is full.",
      recovery: "End reads that take long, and see to it that there is room on the disk.")
  }
}

extension SQLiteConnection {
  /// Moves all pages of the log to the tables and gives back its room; false where someone reads
  /// from it, or the disk fails, which the next write then finds out.
  func emptiedLog() -> Bool {
    sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_TRUNCATE, nil, nil) == SQLITE_OK
  }
}
