import CRMStorage
import CSQLite

/// A prepared statement, used by whoever uses its connection.
final class SQLiteStatement {
  let handle: OpaquePointer
  private let path: String

  /// Prepares the first statement of a text.
  ///
  /// - Throws: ``SQLiteFailure`` of code `SQLITE_ERROR` where SQLite does not accept the text.
  init(_ sql: String, on database: OpaquePointer, path: String) throws {
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v3(
      database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK, let statement else {
      throw SQLiteFailure(
        code: code == SQLITE_OK ? SQLITE_ERROR : code, path: path,
        systemError: sqlite3_system_errno(database))
    }
    handle = statement
    self.path = path
  }

  deinit {
    sqlite3_finalize(handle)
  }

  /// Goes to the next row; false when there is none.
  func step() throws -> Bool {
    let code = sqlite3_step(handle)
    if code == SQLITE_ROW { return true }
    if code == SQLITE_DONE { return false }
    let database = sqlite3_db_handle(handle)
    throw SQLiteFailure(
      code: sqlite3_extended_errcode(database), path: path,
      systemError: sqlite3_system_errno(database))
  }

  /// Runs a statement that gives no rows, and makes it ready for the next time.
  func run() throws {
    defer { reset() }
    while try step() {}
  }

  /// Makes the statement ready for the next time.
  func reset() {
    sqlite3_reset(handle)
  }

  func integer(at column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

  func text(at column: Int32) -> String {
    sqlite3_column_text(handle, column).map { String(cString: $0) } ?? ""
  }

  /// The identifier, which may be a number, in a column of the row the statement is at.
  func identifier(at column: Int32) throws(StorageError) -> Identifier<Never> {
    let reader = StatementReader()
    reader.begin(self, at: column)
    let (high, low) = try reader.identifier()
    return Identifier(high: high, low: low)
  }
}
