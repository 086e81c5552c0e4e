/// A column's value on its own, for the edges: filter constants, cursors, differences.
public enum Value: Sendable, Hashable {
  /// The column has no value.
  case missing
  /// True or false.
  case flag(Bool)
  /// A whole number.
  case integer(Int64)
  /// A finite number.
  case real(Double)
  /// Text in normalisation form C.
  case text(String)
  /// An instant.
  case instant(Instant)
  /// The two halves of an identifier.
  case identifier(high: UInt64, low: UInt64)
  /// Bytes.
  case bytes([UInt8])
  /// A list or structure as JSON text.
  case json(String)

  /// Hands the value to a writer.
  public func write(to writer: any ColumnWriter) {
    switch self {
    case .missing: writer.missing()
    case .flag(let value): writer.flag(value)
    case .integer(let value): writer.integer(value)
    case .real(let value): writer.real(value)
    case .text(let value): writer.text(value)
    case .instant(let value): writer.instant(value)
    case .identifier(let high, let low): writer.identifier(high: high, low: low)
    case .bytes(let value): writer.bytes(value)
    case .json(let value): writer.json { $0.raw(value) }
    }
  }
}

extension Value: CustomStringConvertible {
  /// The value as a person would write it; text without quotation marks.
  public var description: String {
    switch self {
    case .missing: "(missing)"
    case .flag(let value): String(value)
    case .integer(let value): String(value)
    case .real(let value): String(value)
    case .text(let value), .json(let value): value
    case .instant(let value): value.description
    case .identifier(let high, let low): Identifier<Never>(high: high, low: low).description
    case .bytes(let value): hexadecimal(value)
    }
  }
}

extension Value: Codable {
  private enum Key: String, CodingKey {
    case missing, flag, integer, real, text, instant, identifier, bytes, json
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    guard container.allKeys.count == 1, let key = container.allKeys.first else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "A value has exactly one key."))
    }
    switch key {
    case .missing: self = .missing
    case .flag: self = .flag(try container.decode(Bool.self, forKey: key))
    case .integer: self = .integer(try container.decode(Int64.self, forKey: key))
    case .real: self = .real(try container.decode(Double.self, forKey: key))
    case .text: self = .text(try container.decode(String.self, forKey: key))
    case .instant: self = .instant(try container.decode(Instant.self, forKey: key))
    case .identifier:
      let identifier = try container.decode(Identifier<Never>.self, forKey: key)
      self = .identifier(high: identifier.high, low: identifier.low)
    case .bytes:
      let text = try container.decode(String.self, forKey: key)
      guard let bytes = unhexadecimal(Array(text.utf8)) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container, debugDescription: "Bytes are hexadecimal digits in pairs.")
      }
      self = .bytes(bytes)
    case .json: self = .json(try container.decode(String.self, forKey: key))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .missing: try container.encode(true, forKey: .missing)
    case .flag(let value): try container.encode(value, forKey: .flag)
    case .integer(let value): try container.encode(value, forKey: .integer)
    case .real(let value): try container.encode(value, forKey: .real)
    case .text(let value): try container.encode(value, forKey: .text)
    case .instant(let value): try container.encode(value, forKey: .instant)
    case .identifier: try container.encode(description, forKey: .identifier)
    case .bytes: try container.encode(description, forKey: .bytes)
    case .json(let value): try container.encode(value, forKey: .json)
    }
  }
}

/// Collects columns as values.
public final class ValueWriter: ColumnWriter {
  /// The values so far, in order.
  public private(set) var values: [Value] = []

  /// A writer without values.
  public init() {}

  public func missing() { values.append(.missing) }
  public func flag(_ value: Bool) { values.append(.flag(value)) }
  public func integer(_ value: Int64) { values.append(.integer(value)) }
  public func real(_ value: Double) { values.append(.real(value)) }
  public func text(_ value: String) { values.append(.text(value)) }
  public func instant(_ value: Instant) { values.append(.instant(value)) }
  public func identifier(high: UInt64, low: UInt64) {
    values.append(.identifier(high: high, low: low))
  }
  public func bytes(_ value: [UInt8]) { values.append(.bytes(value)) }
  public func json(_ encode: (JSONWriter) -> Void) {
    let writer = JSONWriter()
    encode(writer)
    values.append(.json(writer.text))
  }
}

/// Gives values as columns.
public final class ValueReader: ColumnReader {
  private let values: [Value]
  private var position = 0

  /// A reader of the values, in order.
  public init(_ values: [Value]) {
    self.values = values
  }

  private func next() -> Value {
    defer { position += 1 }
    return position < values.count ? values[position] : .missing
  }

  public func skipMissing(_ count: Int) -> Bool {
    for offset in 0..<count where position + offset < values.count {
      if values[position + offset] != .missing { return false }
    }
    position += count
    return true
  }

  public func flag() throws(StorageError) -> Bool {
    let value = next()
    guard case .flag(let flag) = value else { throw .mismatch(expected: "a flag", found: value) }
    return flag
  }

  public func integer() throws(StorageError) -> Int64 {
    let value = next()
    guard case .integer(let integer) = value else {
      throw .mismatch(expected: "a whole number", found: value)
    }
    return integer
  }

  public func real() throws(StorageError) -> Double {
    switch next() {
    case .real(let real): return real
    case .integer(let integer): return Double(integer)
    case let value: throw .mismatch(expected: "a number", found: value)
    }
  }

  public func text() throws(StorageError) -> String {
    let value = next()
    guard case .text(let text) = value else { throw .mismatch(expected: "text", found: value) }
    return text
  }

  public func instant() throws(StorageError) -> Instant {
    let value = next()
    guard case .instant(let instant) = value else {
      throw .mismatch(expected: "an instant", found: value)
    }
    return instant
  }

  public func identifier() throws(StorageError) -> (high: UInt64, low: UInt64) {
    let value = next()
    guard case .identifier(let high, let low) = value else {
      throw .mismatch(expected: "an identifier", found: value)
    }
    return (high, low)
  }

  public func bytes() throws(StorageError) -> [UInt8] {
    let value = next()
    guard case .bytes(let bytes) = value else { throw .mismatch(expected: "bytes", found: value) }
    return bytes
  }

  public func beginJSON() throws(StorageError) -> JSONReader {
    let value = next()
    guard case .json(let text) = value else { throw .mismatch(expected: "JSON", found: value) }
    return JSONReader(Array(text.utf8))
  }

  public func endJSON(_ reader: JSONReader) throws(StorageError) {
    try reader.finish()
  }
}

func hexadecimal(_ bytes: [UInt8]) -> String {
  var digits = [UInt8]()
  digits.reserveCapacity(bytes.count * 2)
  for byte in bytes {
    digits.append(hexadecimalDigit(byte >> 4))
    digits.append(hexadecimalDigit(byte & 15))
  }
  return String(decoding: digits, as: UTF8.self)
}

func unhexadecimal(_ digits: [UInt8]) -> [UInt8]? {
  guard digits.count.isMultiple(of: 2) else { return nil }
  var bytes = [UInt8]()
  bytes.reserveCapacity(digits.count / 2)
  for position in stride(from: 0, to: digits.count, by: 2) {
    guard let high = hexadecimalValue(digits[position]),
      let low = hexadecimalValue(digits[position + 1])
    else { return nil }
    bytes.append(high << 4 | low)
  }
  return bytes
}
