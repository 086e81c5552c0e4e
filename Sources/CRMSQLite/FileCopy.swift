import CRMStorage
import CSQLite

/// Copies a database page by page, as it is in one snapshot of the source.
struct FileCopy {
  private static let pagesPerStep: Int32 = 1_000

  let source: SQLiteConnection

  /// Copies into an empty file, which afterwards needs no log beside it.
  ///
  /// While the source's connection is in a transaction, pages are those of its snapshot, whatever
  /// others write, so that the copy never begins anew.
  ///
  /// - Throws: ``SQLiteFailure``, or `CancellationError`.
  func write(to path: String, _ progress: ProgressHandler?) throws {
    let target = try SQLiteConnection(path, flags: SQLITE_OPEN_READWRITE)
    // Nobody knows of the file before it is whole and on the disk.
    _ = try target.rows("PRAGMA journal_mode = OFF") { _ in }
    try target.run("PRAGMA synchronous = OFF")
    guard let copy = sqlite3_backup_init(target.handle, "main", source.handle, "main") else {
      throw SQLiteFailure(code: sqlite3_extended_errcode(target.handle), path: path)
    }
    var code = SQLITE_OK
    do {
      defer { sqlite3_backup_finish(copy) }
      while code == SQLITE_OK {
        try Task.checkCancellation()
        code = sqlite3_backup_step(copy, Self.pagesPerStep)
        let total = Int(sqlite3_backup_pagecount(copy))
        let left = Int(sqlite3_backup_remaining(copy))
        progress?(StorageProgress(done: total - left, total: total))
      }
    }
    guard code == SQLITE_DONE else { throw SQLiteFailure(code: code, path: path) }
    // The pages say that the source has a log; the copy has none, and can be read where none can
    // be made.
    _ = try target.rows("PRAGMA journal_mode = DELETE") { _ in }
  }

  /// Copies the source to a path, where the file is when it is whole and on the disk.
  ///
  /// - Parameter check: Looks at the copy before it gets its name.
  func place(
    at path: String, _ progress: ProgressHandler?,
    check: (_ copy: SQLiteConnection) throws -> Void = { _ in }
  ) throws {
    let partial = try PartialFile(for: path)
    do {
      try partial.create().close()
      try write(to: partial.path, progress)
      try check(SQLiteConnection(partial.path, flags: SQLITE_OPEN_READWRITE))
      try partial.finish()
    } catch {
      partial.discard()
      throw error
    }
  }
}
