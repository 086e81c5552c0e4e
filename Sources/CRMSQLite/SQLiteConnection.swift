import CRMStorage
import CSQLite

/// One connection to the file, with the statements it has prepared.
///
/// Sendable although unchecked: a ``ConnectionPool`` gives it to one task at a time and takes
/// it back under a lock, so uses never overlap and each sees what the one before it did. That
/// is also all that SQLite asks for without its own mutex (`SQLITE_OPEN_NOMUTEX`).
final class SQLiteConnection: @unchecked Sendable {
  private static let cachedStatements = 200
  private static let longestCachedStatement = 16_384

  let handle: OpaquePointer
  let path: String

  /// The statements for single rows, in the order of the catalog.
  let tables: [TableStatements]

  let writer = StatementWriter()
  let reader = StatementReader()

  private var idle: [String: [SQLiteStatement]] = [:]

  /// Opens a file.
  ///
  /// - Throws: ``SQLiteFailure``.
  init(_ path: String, flags: Int32, tables: [TableDefinition] = []) throws {
    var database: OpaquePointer?
    // A name such as “:memory:” means the file of that name.
    let code = sqlite3_open_v2(
      path.hasPrefix("/") ? path : "./\(path)", &database, flags | SQLITE_OPEN_NOMUTEX, nil)
    guard code == SQLITE_OK, let database else {
      let systemError = database.map { sqlite3_system_errno($0) } ?? 0
      sqlite3_close_v2(database)
      throw SQLiteFailure(code: code, path: path, systemError: systemError)
    }
    sqlite3_extended_result_codes(database, 1)
    handle = database
    self.path = path
    self.tables = tables.map(TableStatements.init)
  }

  deinit {
    // Closes as soon as the statements, which may outlive this line, are finalized.
    sqlite3_close_v2(handle)
  }

  /// Whether a transaction is open.
  var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  /// How many rows the last statement changed.
  var changes: Int32 { sqlite3_changes(handle) }

  /// How many rows were changed since the connection was opened.
  var totalChanges: Int32 { sqlite3_total_changes(handle) }

  func prepare(_ sql: String) throws -> SQLiteStatement {
    try SQLiteStatement(sql, on: handle, path: path)
  }

  /// Lends a statement, which must be given back by ``giveBack(_:of:)``.
  func borrow(_ sql: String) throws -> SQLiteStatement {
    if let statement = idle[sql]?.popLast() { return statement }
    return try prepare(sql)
  }

  /// Makes a statement ready for the next to borrow it.
  func giveBack(_ statement: SQLiteStatement, of sql: String) {
    statement.reset()
    guard sql.utf8.count <= Self.longestCachedStatement else { return }
    if idle.count >= Self.cachedStatements { idle.removeAll() }
    idle[sql, default: []].append(statement)
  }

  /// Runs a statement that gives no rows.
  func run(_ sql: String) throws {
    let statement = try borrow(sql)
    defer { giveBack(statement, of: sql) }
    try statement.run()
  }

  /// What a closure makes of each row of a statement.
  func rows<Row>(_ sql: String, _ row: (SQLiteStatement) throws -> Row) throws -> [Row] {
    let statement = try borrow(sql)
    defer { giveBack(statement, of: sql) }
    var rows: [Row] = []
    while try statement.step() { rows.append(try row(statement)) }
    return rows
  }

  /// The number a statement gives.
  func integer(_ sql: String) throws -> Int64 {
    try rows(sql) { $0.integer(at: 0) }.first ?? 0
  }

  /// Binds constants to the parameters of a statement.
  func bind(_ constants: [SQLConstant], to statement: SQLiteStatement) throws {
    writer.begin(statement)
    for constant in constants { constant.write(to: writer) }
    try writer.end(path)
  }

  /// Refuses to write where nobody will look for it.
  ///
  /// - Throws: ``StorageError/Code/cannotOpen`` where the file was removed, or is no longer at
  ///   its path.
  func checkIsInPlace() throws {
    var hasMoved: Int32 = 0
    // A file system that cannot tell leaves the answer as it is.
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved)
    guard hasMoved != 0 else { return }
    throw StorageError(
      .cannotOpen, "“\(path)” was removed, moved or replaced since it was opened.",
      recovery: "Put it back where it was, or close the store and open it again.")
  }

  /// Undoes the open transaction, unless SQLite has done so itself.
  func rollBack() {
    guard isInTransaction else { return }
    // What can fail here is reading the file; SQLite then gives the transaction up as well.
    try? run("ROLLBACK")
  }
}
