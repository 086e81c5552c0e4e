import GRDBSQLite

/// SQLite's C interface with as little around it as a careful program would have.
final class CDatabase {
  let handle: OpaquePointer

  /// Opens a file as the contenders all do: a write-ahead log, `synchronous` NORMAL.
  init(_ path: String) throws {
    var handle: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
    guard sqlite3_open_v2(path, &handle, flags, nil) == SQLITE_OK, let handle else {
      throw CFailure(message: "cannot open \(path)")
    }
    self.handle = handle
    for pragma in [
      "journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON",
      "wal_autocheckpoint = 4000",
    ] {
      try run("PRAGMA \(pragma)")
    }
  }

  deinit {
    sqlite3_close_v2(handle)
  }

  func run(_ sql: String) throws {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
      throw CFailure(message: String(cString: sqlite3_errmsg(handle)))
    }
  }

  func prepare(_ sql: String) throws -> CStatement {
    var statement: OpaquePointer?
    guard
      sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        == SQLITE_OK, let statement
    else { throw CFailure(message: String(cString: sqlite3_errmsg(handle))) }
    return CStatement(statement)
  }

  /// The statements that made the file's tables, indexes and views, tables first.
  func definitions() throws -> [String] {
    let statement = try prepare(
      "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type = 'table' DESC, rowid")
    var definitions: [String] = []
    while try statement.step() { definitions.append(statement.text(0)) }
    return definitions
  }

  /// A checksum of every row of some tables, in the order of their primary keys.
  func checksum(of tables: [String]) throws -> Checksum {
    var checksum = Checksum()
    for table in tables {
      let statement = try prepare("SELECT * FROM \(table)")
      let columns = sqlite3_column_count(statement.handle)
      while try statement.step() {
        for column in 0..<columns {
          let bytes = sqlite3_column_blob(statement.handle, column)
          let count = Int(sqlite3_column_bytes(statement.handle, column))
          checksum.combine(UnsafeRawBufferPointer(start: bytes, count: count))
        }
      }
    }
    return checksum
  }
}

/// What SQLite said when it refused.
struct CFailure: Error {
  let message: String
}

/// A prepared statement.
final class CStatement {
  let handle: OpaquePointer

  private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  init(_ handle: OpaquePointer) {
    self.handle = handle
  }

  deinit {
    sqlite3_finalize(handle)
  }

  @inline(__always)
  func step() throws -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default:
      throw CFailure(message: String(cString: sqlite3_errmsg(sqlite3_db_handle(handle))))
    }
  }

  @inline(__always)
  func run() throws {
    _ = try step()
    sqlite3_reset(handle)
  }

  @inline(__always)
  func reset() {
    sqlite3_reset(handle)
  }

  @inline(__always)
  func bind(_ value: String, at position: Int32) {
    var value = value
    value.withUTF8 { bind(utf8: $0, at: position) }
  }

  @inline(__always)
  func bind(_ value: String?, at position: Int32) {
    if let value { bind(value, at: position) } else { sqlite3_bind_null(handle, position) }
  }

  @inline(__always)
  func bind(utf8: UnsafeBufferPointer<UInt8>, at position: Int32) {
    utf8.withMemoryRebound(to: CChar.self) {
      _ = sqlite3_bind_text(handle, position, $0.baseAddress, Int32($0.count), Self.copied)
    }
  }

  @inline(__always)
  func bind(_ value: Int, at position: Int32) {
    sqlite3_bind_int64(handle, position, Int64(value))
  }

  @inline(__always)
  func bind(_ high: UInt64, _ low: UInt64, at position: Int32) {
    withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) {
      _ = sqlite3_bind_blob(handle, position, $0.baseAddress, 16, Self.copied)
    }
  }

  @inline(__always)
  func text(_ column: Int32) -> String {
    guard let base = sqlite3_column_text(handle, column) else { return "" }
    let count = Int(sqlite3_column_bytes(handle, column))
    return String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
  }

  @inline(__always)
  func optionalText(_ column: Int32) -> String? {
    sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : text(column)
  }

  @inline(__always)
  func bytes(_ column: Int32) -> [UInt8] {
    let base = sqlite3_column_blob(handle, column)
    return Array(
      UnsafeRawBufferPointer(start: base, count: Int(sqlite3_column_bytes(handle, column))))
  }

  @inline(__always)
  func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }

  @inline(__always)
  func identifier(_ column: Int32) -> (high: UInt64, low: UInt64) {
    guard let base = sqlite3_column_blob(handle, column) else { return (0, 0) }
    return (
      UInt64(bigEndian: base.loadUnaligned(as: UInt64.self)),
      UInt64(bigEndian: base.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    )
  }
}
