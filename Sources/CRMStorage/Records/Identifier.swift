/// A value that names one record of one kind: 128 bits, ordered by time of creation.
///
/// Made by an ``IdentifierGenerator`` as a UUID of version 7 (RFC 9562), so that later
/// records sort after earlier ones. Records that are numbered (events, agenda entries) use
/// ``init(number:)`` instead.
public struct Identifier<Record>: Hashable, Sendable {
  /// The first eight bytes, most significant first.
  public let high: UInt64

  /// The last eight bytes, most significant first.
  public let low: UInt64

  /// Joins the two halves of an identifier.
  @inlinable
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The identifier of a numbered record; numbers start at 1.
  @inlinable
  public init(number: Int64) {
    self.init(high: 0, low: UInt64(bitPattern: number))
  }

  /// The number of a numbered record; meaningless for others.
  @inlinable
  public var number: Int64 { Int64(bitPattern: low) }

  /// The identifier with all bits zero, which no generator makes.
  @inlinable
  public static var zero: Self { Self(high: 0, low: 0) }
}

extension Identifier: Comparable {
  @inlinable
  public static func < (a: Self, b: Self) -> Bool {
    a.high == b.high ? a.low < b.low : a.high < b.high
  }
}

extension Identifier: LosslessStringConvertible {
  /// The text form of RFC 9562: 32 lower-case hexadecimal digits in five groups.
  public var description: String {
    String(unsafeUninitializedCapacity: Self.textLength) { buffer in
      write(to: buffer)
      return Self.textLength
    }
  }

  /// How many bytes ``description`` has.
  static var textLength: Int { 36 }

  /// Writes the bytes of ``description``.
  func write(to buffer: UnsafeMutableBufferPointer<UInt8>) {
    var position = 0
    for index in 0..<16 {
      if index == 4 || index == 6 || index == 8 || index == 10 {
        buffer[position] = UInt8(ascii: "-")
        position += 1
      }
      let half = index < 8 ? high : low
      let byte = UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * (index % 8)))
      buffer[position] = hexadecimalDigit(byte >> 4)
      buffer[position + 1] = hexadecimalDigit(byte & 15)
      position += 2
    }
  }

  /// Reads the text form; `nil` for anything else.
  public init?(_ description: String) {
    var text = description
    guard let identifier = text.withUTF8({ Self(utf8: $0) }) else { return nil }
    self = identifier
  }

  /// Reads the bytes of such a text.
  init?(utf8: UnsafeBufferPointer<UInt8>) {
    guard utf8.count == 36 else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    var digits = 0
    for (position, byte) in utf8.enumerated() {
      if position == 8 || position == 13 || position == 18 || position == 23 {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      guard let value = hexadecimalValue(byte) else { return nil }
      if digits < 16 { high = high << 4 | UInt64(value) } else { low = low << 4 | UInt64(value) }
      digits += 1
    }
    self.init(high: high, low: low)
  }
}

extension Identifier: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let identifier = Self(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "An identifier is a UUID, not “\(text)”.")
    }
    self = identifier
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

@inline(__always)
func hexadecimalDigit(_ nibble: UInt8) -> UInt8 {
  nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
}

@inline(__always)
func hexadecimalValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}
