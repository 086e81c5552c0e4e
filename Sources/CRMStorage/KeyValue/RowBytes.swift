/// Writes the columns of a row as bytes: for each a tag, and what it holds.
///
/// Numbers follow most significant byte first, texts and lists after their length.
final class RowBytesWriter: ColumnWriter {
  enum Tag: UInt8 {
    case missing, no, yes, integer, real, text, instant, identifier, bytes, json
  }

  private(set) var bytes: [UInt8] = []

  func missing() { add(.missing) }
  func flag(_ value: Bool) { add(value ? .yes : .no) }
  func integer(_ value: Int64) { add(.integer, UInt64(bitPattern: value)) }
  func real(_ value: Double) { add(.real, value.bitPattern) }
  func text(_ value: String) { add(.text, Array(value.utf8)) }
  func instant(_ value: Instant) { add(.instant, UInt64(bitPattern: value.milliseconds)) }
  func bytes(_ value: [UInt8]) { add(.bytes, value) }

  func identifier(high: UInt64, low: UInt64) {
    add(.identifier, high)
    append(low)
  }

  func json(_ encode: (JSONWriter) -> Void) {
    let writer = JSONWriter()
    encode(writer)
    add(.json, Array(writer.text.utf8))
  }

  private func add(_ tag: Tag) { bytes.append(tag.rawValue) }

  private func add(_ tag: Tag, _ number: UInt64) {
    add(tag)
    append(number)
  }

  private func add(_ tag: Tag, _ content: [UInt8]) {
    add(tag, UInt64(content.count))
    bytes.append(contentsOf: content)
  }

  private func append(_ number: UInt64) {
    withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
  }
}

/// Reads what ``RowBytesWriter`` wrote.
struct RowBytesReader {
  private var rest: ArraySlice<UInt8>

  /// The values of all columns.
  ///
  /// - Throws: ``StorageError/Code/invalidValue`` for bytes that are something else.
  static func values(of bytes: [UInt8]) throws(StorageError) -> [Value] {
    var reader = RowBytesReader(rest: bytes[...])
    var values: [Value] = []
    while !reader.rest.isEmpty { values.append(try reader.value()) }
    return values
  }

  private mutating func value() throws(StorageError) -> Value {
    guard let tag = RowBytesWriter.Tag(rawValue: try take(1)[0]) else { throw Self.unreadable }
    switch tag {
    case .missing: return .missing
    case .no: return .flag(false)
    case .yes: return .flag(true)
    case .integer: return .integer(Int64(bitPattern: try number()))
    case .real: return .real(Double(bitPattern: try number()))
    case .text: return .text(try text())
    case .instant: return .instant(Instant(milliseconds: Int64(bitPattern: try number())))
    case .identifier:
      let high = try number()
      return .identifier(high: high, low: try number())
    case .bytes: return .bytes(try content())
    case .json: return .json(try text())
    }
  }

  private mutating func take(_ count: Int) throws(StorageError) -> [UInt8] {
    guard rest.count >= count else { throw Self.unreadable }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  private mutating func number() throws(StorageError) -> UInt64 {
    try take(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  private mutating func content() throws(StorageError) -> [UInt8] {
    guard let count = Int(exactly: try number()) else { throw Self.unreadable }
    return try take(count)
  }

  private mutating func text() throws(StorageError) -> String {
    guard let text = String(validating: try content(), as: UTF8.self) else {
      throw Self.unreadable
    }
    return text
  }

  private static var unreadable: StorageError {
    StorageError(
      .invalidValue, "The row's bytes are not what was written.",
      recovery: "Restore a backup, or delete the row.")
  }
}
