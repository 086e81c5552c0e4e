/// A day of the proleptic Gregorian calendar, in no particular time zone.
///
/// Years run from 1 to 9999.
public struct CalendarDate: Hashable, Sendable {
  // Year, month and day in one number of their order: many dates are kept in memory.
  private let packed: Int32

  private init(_ year: Int, _ month: Int, _ day: Int) {
    packed = Int32(truncatingIfNeeded: year << 9 | month << 5 | day)
  }

  /// The year, 1 to 9999.
  public var year: Int { Int(packed) >> 9 }

  /// The month, 1 to 12.
  public var month: Int { Int(packed) >> 5 & 15 }

  /// The day of the month, 1 to 31.
  public var day: Int { Int(packed) & 31 }

  /// The date of a year, month and day; `nil` when the calendar has no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month),
      (1...Self.days(in: month, of: year)).contains(day)
    else { return nil }
    self.init(year, month, day)
  }

  /// The date so many days after 1970-01-01, kept within the years 1 to 9999.
  ///
  /// Source: Howard Hinnant, “chrono-compatible low-level date algorithms”, `civil_from_days`.
  public init(daysSinceEpoch: Int) {
    let shifted = min(max(daysSinceEpoch, -719_162), 2_932_896) + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    self.init(
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// Days since 1970-01-01; negative before.
  ///
  /// Source: Howard Hinnant, “chrono-compatible low-level date algorithms”, `days_from_civil`.
  public var daysSinceEpoch: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// How many days a month has.
  public static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  init?<Bytes: RandomAccessCollection>(utf8: Bytes)
  where Bytes.Element == UInt8, Bytes.Index == Int {
    let start = utf8.startIndex
    guard utf8.count == 10, utf8[start + 4] == UInt8(ascii: "-"),
      utf8[start + 7] == UInt8(ascii: "-"),
      let year = digits(utf8[start..<(start + 4)]),
      let month = digits(utf8[(start + 5)..<(start + 7)]),
      let day = digits(utf8[(start + 8)..<(start + 10)])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// How many bytes ``description`` has.
  static let textLength = 10

  /// Writes the bytes of ``description``.
  func write(to buffer: UnsafeMutableBufferPointer<UInt8>) {
    writeDigits(UInt64(year), to: .init(rebasing: buffer[0..<4]))
    buffer[4] = UInt8(ascii: "-")
    writeDigits(UInt64(month), to: .init(rebasing: buffer[5..<7]))
    buffer[7] = UInt8(ascii: "-")
    writeDigits(UInt64(day), to: .init(rebasing: buffer[8..<10]))
  }
}

extension CalendarDate: Comparable {
  public static func < (a: CalendarDate, b: CalendarDate) -> Bool {
    a.packed < b.packed
  }
}

extension CalendarDate: LosslessStringConvertible {
  /// The text form of ISO 8601: `1998-06-30`.
  public var description: String {
    String(unsafeUninitializedCapacity: Self.textLength) { buffer in
      write(to: buffer)
      return Self.textLength
    }
  }

  /// Reads the text form; `nil` for anything else.
  public init?(_ description: String) {
    self.init(utf8: Array(description.utf8)[...])
  }
}

extension CalendarDate: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let date = CalendarDate(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "A date is written as in ISO 8601, not “\(text)”.")
    }
    self = date
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
