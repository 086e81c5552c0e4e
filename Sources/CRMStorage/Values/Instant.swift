/// A point in time: whole milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// Instants run from year 1 to the end of year 9999, so that every one has a text form of
/// RFC 3339. Arithmetic that would leave the range stops at its end.
public struct Instant: Hashable, Sendable {
  /// Milliseconds since the epoch; negative before 1970.
  public let milliseconds: Int64

  /// The instant so many milliseconds after the epoch, kept within ``earliest``…``latest``.
  public init(milliseconds: Int64) {
    self.milliseconds = min(max(milliseconds, -62_135_596_800_000), 253_402_300_799_999)
  }

  /// 0001-01-01T00:00:00.000Z.
  public static let earliest = Instant(milliseconds: .min)

  /// 9999-12-31T23:59:59.999Z.
  public static let latest = Instant(milliseconds: .max)

  /// Midnight UTC at the start of a date.
  public init(startOf date: CalendarDate) {
    self.init(milliseconds: Int64(date.daysSinceEpoch) * 86_400_000)
  }

  /// The date in UTC.
  public var dateInUTC: CalendarDate {
    CalendarDate(daysSinceEpoch: Int(flooredDays))
  }

  private var flooredDays: Int64 {
    milliseconds >= 0 ? milliseconds / 86_400_000 : -((-milliseconds + 86_399_999) / 86_400_000)
  }
}

extension Instant: Comparable {
  @inlinable
  public static func < (a: Instant, b: Instant) -> Bool {
    a.milliseconds < b.milliseconds
  }

  /// The instant a duration later; parts of a millisecond are dropped.
  public static func + (instant: Instant, duration: Duration) -> Instant {
    let (sum, overflow) = instant.milliseconds.addingReportingOverflow(duration.wholeMilliseconds)
    if overflow { return duration < .zero ? earliest : latest }
    return Instant(milliseconds: sum)
  }

  /// The instant a duration earlier; parts of a millisecond are dropped.
  public static func - (instant: Instant, duration: Duration) -> Instant {
    instant + (.zero - duration)
  }

  /// The time from one instant to another.
  public static func - (end: Instant, start: Instant) -> Duration {
    .milliseconds(end.milliseconds - start.milliseconds)
  }
}

extension Duration {
  var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
    if overflow { return seconds < 0 ? .min : .max }
    let (sum, isBeyond) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
    return isBeyond ? (seconds < 0 ? .min : .max) : sum
  }
}

extension Instant: LosslessStringConvertible {
  /// The text form of RFC 3339 in UTC, always with milliseconds: `1998-06-30T00:00:00.000Z`.
  public var description: String {
    String(unsafeUninitializedCapacity: Self.textLength) { buffer in
      write(to: buffer)
      return Self.textLength
    }
  }

  /// How many bytes ``description`` has.
  static let textLength = 24

  /// Writes the bytes of ``description``.
  func write(to buffer: UnsafeMutableBufferPointer<UInt8>) {
    let days = flooredDays
    let time = UInt64(milliseconds - days * 86_400_000)
    let date = CalendarDate(daysSinceEpoch: Int(days))
    date.write(to: .init(rebasing: buffer[..<CalendarDate.textLength]))
    buffer[10] = UInt8(ascii: "T")
    writeDigits(time / 3_600_000, to: .init(rebasing: buffer[11..<13]))
    buffer[13] = UInt8(ascii: ":")
    writeDigits(time / 60_000 % 60, to: .init(rebasing: buffer[14..<16]))
    buffer[16] = UInt8(ascii: ":")
    writeDigits(time / 1_000 % 60, to: .init(rebasing: buffer[17..<19]))
    buffer[19] = UInt8(ascii: ".")
    writeDigits(time % 1_000, to: .init(rebasing: buffer[20..<23]))
    buffer[23] = UInt8(ascii: "Z")
  }

  /// Reads RFC 3339: seconds with up to three decimals, `Z` or an offset; `nil` for anything else.
  public init?(_ description: String) {
    var text = description
    guard let instant = text.withUTF8({ Instant(utf8: $0) }) else { return nil }
    self = instant
  }

  /// Reads the bytes of such a text.
  init?(utf8: UnsafeBufferPointer<UInt8>) {
    guard utf8.count >= 20, utf8[10] == UInt8(ascii: "T"),
      let date = CalendarDate(utf8: utf8[0..<10]),
      utf8[13] == UInt8(ascii: ":"), utf8[16] == UInt8(ascii: ":"),
      let hour = digits(utf8[11..<13]), hour < 24,
      let minute = digits(utf8[14..<16]), minute < 60,
      let second = digits(utf8[17..<19]), second < 60
    else { return nil }
    var position = 19
    var thousandths = 0
    if utf8[position] == UInt8(ascii: ".") {
      let end = utf8[(position + 1)...].firstIndex { hexadecimalValue($0) ?? 10 > 9 } ?? utf8.count
      guard (1...3).contains(end - position - 1), let value = digits(utf8[(position + 1)..<end])
      else { return nil }
      thousandths = value * [100, 10, 1][end - position - 2]
      position = end
    }
    guard position < utf8.count, let offset = Self.offset(utf8[position...]) else { return nil }
    let seconds = Int64(hour * 3_600 + minute * 60 + second - offset)
    let day = Int64(date.daysSinceEpoch) * 86_400_000
    let total: Int64 = day + seconds * 1_000 + Int64(thousandths)
    self.init(milliseconds: total)
    guard milliseconds == total else { return nil }
  }

  private static func offset(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    if text.count == 1 { return text.first == UInt8(ascii: "Z") ? 0 : nil }
    let start = text.startIndex
    guard text.count == 6, text[start + 3] == UInt8(ascii: ":"),
      let hours = digits(text[(start + 1)..<(start + 3)]), hours < 24,
      let minutes = digits(text[(start + 4)..<(start + 6)]), minutes < 60
    else { return nil }
    switch text[start] {
    case UInt8(ascii: "+"): return hours * 3_600 + minutes * 60
    case UInt8(ascii: "-"): return -(hours * 3_600 + minutes * 60)
    default: return nil
    }
  }
}

extension Instant: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let instant = Instant(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "An instant is written as in RFC 3339, not “\(text)”.")
    }
    self = instant
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// Fills a buffer with the last digits of a number.
@inline(__always)
func writeDigits(_ value: UInt64, to buffer: UnsafeMutableBufferPointer<UInt8>) {
  var rest = value
  var place = buffer.count
  while place > 0 {
    place &-= 1
    buffer[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
    rest /= 10
  }
}

func digits(_ text: some Collection<UInt8>) -> Int? {
  var value = 0
  for byte in text {
    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
    value = value * 10 + Int(byte - UInt8(ascii: "0"))
  }
  return text.isEmpty ? nil : value
}
