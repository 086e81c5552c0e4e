import CRMStorage
import CSQLite

/// Gives the columns of the row a statement is at, one after the other.
///
/// Whatever the file holds, reading ends in a value or in a ``StorageError``.
final class StatementReader: ColumnReader {
  // Nothing refers to these but this class, one call at a time, which the compiler cannot see.
  @exclusivity(unchecked) private var statement: OpaquePointer?
  @exclusivity(unchecked) private var column: Int32 = 0
  private let json = JSONReader()

  /// Begins with a column of the row the statement is at.
  func begin(_ statement: SQLiteStatement, at column: Int32 = 0) {
    self.statement = statement.handle
    self.column = column
  }

  /// Reads the identifier of a row, which may be a number.
  func rowIdentifier<R: Record>(of record: R.Type) throws(StorageError) -> Identifier<R> {
    let halves = try identifier()
    return Identifier(high: halves.high, low: halves.low)
  }

  private func next(_ type: Int32, _ expected: @autoclosure () -> String) throws(StorageError)
    -> Int32
  {
    let position = column
    column += 1
    guard sqlite3_column_type(statement, position) == type else {
      throw .mismatch(expected: expected(), found: found(at: position))
    }
    return position
  }

  /// What kind of value is there; its content is of no interest, and may be personal.
  private func found(at position: Int32) -> Value {
    switch sqlite3_column_type(statement, position) {
    case SQLITE_INTEGER: .integer(0)
    case SQLITE_FLOAT: .real(0)
    case SQLITE_TEXT: .text("")
    case SQLITE_BLOB: .bytes([])
    default: .missing
    }
  }

  func skipMissing(_ count: Int) -> Bool {
    for offset in 0..<Int32(count)
    where sqlite3_column_type(statement, column + offset) != SQLITE_NULL { return false }
    column += Int32(count)
    return true
  }

  func flag() throws(StorageError) -> Bool {
    let number = sqlite3_column_int64(statement, try next(SQLITE_INTEGER, "a flag"))
    guard number == 0 || number == 1 else {
      throw .mismatch(expected: "a flag", found: .integer(0))
    }
    return number == 1
  }

  func integer() throws(StorageError) -> Int64 {
    sqlite3_column_int64(statement, try next(SQLITE_INTEGER, "a whole number"))
  }

  func real() throws(StorageError) -> Double {
    let number = sqlite3_column_double(statement, try next(SQLITE_FLOAT, "a number"))
    guard number.isFinite else { throw .mismatch(expected: "a finite number", found: .real(0)) }
    return number
  }

  func text() throws(StorageError) -> String {
    let position = try next(SQLITE_TEXT, "text")
    guard let base = sqlite3_column_text(statement, position) else { return "" }
    let count = Int(sqlite3_column_bytes(statement, position))
    guard let text = Text.decodedWithoutNUL(UnsafeBufferPointer(start: base, count: count)) else {
      throw .mismatch(expected: "text in UTF-8", found: .bytes([]))
    }
    return text
  }

  func instant() throws(StorageError) -> Instant {
    let milliseconds = sqlite3_column_int64(statement, try next(SQLITE_INTEGER, "an instant"))
    let instant = Instant(milliseconds: milliseconds)
    guard instant.milliseconds == milliseconds else {
      throw .mismatch(expected: "an instant of the years 1 to 9999", found: .integer(0))
    }
    return instant
  }

  func identifier() throws(StorageError) -> (high: UInt64, low: UInt64) {
    let position = column
    if sqlite3_column_type(statement, position) == SQLITE_INTEGER {
      column += 1
      return (0, UInt64(bitPattern: sqlite3_column_int64(statement, position)))
    }
    _ = try next(SQLITE_BLOB, "an identifier")
    guard sqlite3_column_bytes(statement, position) == 16,
      let base = sqlite3_column_blob(statement, position)
    else {
      throw .mismatch(expected: "an identifier", found: .bytes([]))
    }
    return (
      UInt64(bigEndian: base.loadUnaligned(as: UInt64.self)),
      UInt64(bigEndian: base.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    )
  }

  func bytes() throws(StorageError) -> [UInt8] {
    bytes(at: try next(SQLITE_BLOB, "bytes"))
  }

  private func bytes(at position: Int32) -> [UInt8] {
    let count = Int(sqlite3_column_bytes(statement, position))
    guard count > 0, let base = sqlite3_column_blob(statement, position) else { return [] }
    return Array(UnsafeRawBufferPointer(start: base, count: count))
  }

  func beginJSON() throws(StorageError) -> JSONReader {
    let position = try next(SQLITE_TEXT, "JSON")
    let count = Int(sqlite3_column_bytes(statement, position))
    json.restart(
      UnsafeRawBufferPointer(start: sqlite3_column_blob(statement, position), count: count))
    return json
  }

  func endJSON(_ reader: JSONReader) throws(StorageError) {
    try reader.finish()
  }
}
