import CRMStorage
import CSQLite

/// Binds columns to the parameters of a statement, one after the other.
final class StatementWriter: ColumnWriter {
  // Nothing refers to these but this class, one call at a time, which the compiler cannot see.
  @exclusivity(unchecked) private var statement: OpaquePointer?
  @exclusivity(unchecked) private var parameter: Int32 = 0
  @exclusivity(unchecked) private var numbered: [Bool] = []
  @exclusivity(unchecked) private var result = SQLITE_OK
  @exclusivity(unchecked) private var isRunAtOnce = false
  private let json = JSONWriter()
  private let lent = LentBytes()

  // Tells SQLite that what it is given stays until the statement has run.
  private static let kept = unsafeBitCast(0, to: sqlite3_destructor_type?.self)

  // Tells SQLite to copy what it is given before the call returns.
  private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  /// Begins with the first parameter of a statement.
  ///
  /// - Parameters:
  ///   - numbered: Which parameters take an identifier as its number; those beyond the
  ///     end of the list do not.
  ///   - isRunAtOnce: Whether the statement has run before the next one begins, so that SQLite
  ///     need not copy each text.
  func begin(
    _ statement: SQLiteStatement, numbered: [Bool] = [], runAtOnce isRunAtOnce: Bool = false
  ) {
    self.statement = statement.handle
    self.isRunAtOnce = isRunAtOnce
    if isRunAtOnce { lent.takeBack() }
    self.numbered = numbered
    parameter = 0
    result = SQLITE_OK
  }

  /// Ends with the last parameter.
  ///
  /// - Throws: ``SQLiteFailure`` where a value was too long or memory ran out.
  func end(_ path: String) throws {
    statement = nil
    guard result == SQLITE_OK else { throw SQLiteFailure(code: result, path: path) }
  }

  private func next() -> Int32 {
    parameter += 1
    return parameter
  }

  private func check(_ code: Int32) {
    if code != SQLITE_OK && result == SQLITE_OK { result = code }
  }

  func missing() {
    check(sqlite3_bind_null(statement, next()))
  }

  func flag(_ value: Bool) {
    check(sqlite3_bind_int64(statement, next(), value ? 1 : 0))
  }

  func integer(_ value: Int64) {
    check(sqlite3_bind_int64(statement, next(), value))
  }

  func real(_ value: Double) {
    check(sqlite3_bind_double(statement, next(), value))
  }

  func text(_ value: String) {
    let parameter = next()
    let isBound: Void? = value.utf8.withContiguousStorageIfAvailable {
      bind(text: $0, at: parameter)
    }
    if isBound != nil { return }
    var copy = value
    copy.withUTF8 { bind(text: $0, at: parameter) }
  }

  /// Binds bytes as text, which they need not be: the end of a range of texts.
  func text(utf8: [UInt8]) {
    let parameter = next()
    utf8.withUnsafeBufferPointer { bind(text: $0, at: parameter) }
  }

  private func bind(text utf8: UnsafeBufferPointer<UInt8>, at parameter: Int32) {
    guard let base = utf8.baseAddress else {
      return check(sqlite3_bind_text(statement, parameter, "", 0, Self.copied))
    }
    let isLent = isRunAtOnce
    let start = isLent ? lent.lend(UnsafeRawBufferPointer(utf8)) : UnsafeRawPointer(base)
    check(
      sqlite3_bind_text64(
        statement, parameter, start.assumingMemoryBound(to: CChar.self), UInt64(utf8.count),
        isLent ? Self.kept : Self.copied, UInt8(SQLITE_UTF8)))
  }

  func instant(_ value: Instant) {
    check(sqlite3_bind_int64(statement, next(), value.milliseconds))
  }

  func identifier(high: UInt64, low: UInt64) {
    let parameter = next()
    if Int(parameter) <= numbered.count && numbered[Int(parameter) - 1] {
      return check(sqlite3_bind_int64(statement, parameter, Int64(bitPattern: low)))
    }
    withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) {
      if isRunAtOnce {
        check(sqlite3_bind_blob(statement, parameter, lent.lend($0), 16, Self.kept))
      } else {
        check(sqlite3_bind_blob(statement, parameter, $0.baseAddress, 16, Self.copied))
      }
    }
  }

  func bytes(_ value: [UInt8]) {
    let parameter = next()
    value.withUnsafeBytes {
      // No address would bind NULL.
      guard let base = $0.baseAddress, !$0.isEmpty else {
        return check(sqlite3_bind_zeroblob(statement, parameter, 0))
      }
      let isLent = isRunAtOnce
      check(
        sqlite3_bind_blob64(
          statement, parameter, isLent ? lent.lend($0) : base, UInt64($0.count),
          isLent ? Self.kept : Self.copied))
    }
  }

  func json(_ encode: (JSONWriter) -> Void) {
    json.reset()
    encode(json)
    let parameter = next()
    json.withBytes { bind(text: $0, at: parameter) }
  }
}
