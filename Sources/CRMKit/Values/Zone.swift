import Foundation

/// A time zone by its name in the IANA time zone database, such as `Europe/Berlin`.
///
/// Whatever a person experiences as a day is computed in a zone: the end of an employment, a
/// birthday, nine o'clock in the morning. Rules for daylight saving are the system's.
public struct Zone: Hashable, Sendable, Codable, RawRepresentable, FieldValue {
  /// The name.
  public let rawValue: String

  /// The zone of a name; `nil` for names the system's database does not have.
  public init?(rawValue: String) {
    guard Self.isName(rawValue), TimeZone(identifier: rawValue) != nil else { return nil }
    self.rawValue = rawValue
  }

  /// The zone of a name; `nil` for names the system's database does not have.
  public init?(_ name: String) {
    self.init(rawValue: name)
  }

  private init(known name: String) {
    rawValue = name
  }

  /// Coordinated Universal Time.
  public static let utc = Zone(known: "UTC")

  /// The date in the zone at an instant.
  public func date(of instant: Instant) -> CalendarDate {
    (instant + .seconds(offset(at: instant))).dateInUTC
  }

  /// The time in the zone at an instant.
  public func time(of instant: Instant) -> TimeOfDay {
    let local = instant + .seconds(offset(at: instant))
    let minutes = (local - Instant(startOf: local.dateInUTC)).components.seconds / 60
    return TimeOfDay(minutes: Int(minutes))
  }

  /// The first instant of a date.
  public func startOfDay(_ date: CalendarDate) -> Instant {
    instant(of: date, at: .midnight)
  }

  /// The last instant of a date: the millisecond before the next date.
  func endOfDay(_ date: CalendarDate) -> Instant {
    let next = CalendarDate(daysSinceEpoch: date.daysSinceEpoch + 1)
    // After the last date there is none, and no instant to count back from.
    return next > date
      ? startOfDay(next) - .milliseconds(1) : startOfDay(date) + .milliseconds(86_399_999)
  }

  /// The instant of a date and time in the zone.
  ///
  /// A time that daylight saving leaves out is the first instant after the gap, and one that
  /// comes twice is the first of the two.
  public func instant(of date: CalendarDate, at time: TimeOfDay) -> Instant {
    let local = Instant(startOf: date) + .seconds(time.minutes * 60)
    // No zone changes its offset twice within two days.
    let before = offset(at: local - .seconds(86_400))
    let after = offset(at: local + .seconds(86_400))
    let first = local - .seconds(before)
    if offset(at: first) == before { return first }
    let second = local - .seconds(after)
    return offset(at: second) == after ? second : change(after: second, upTo: first)
  }

  /// The instant at which the clock is set between two, of which it has not been at the first.
  private func change(after start: Instant, upTo end: Instant) -> Instant {
    let old = offset(at: start)
    var (low, high) = (start.milliseconds, end.milliseconds)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if offset(at: Instant(milliseconds: middle)) == old { low = middle } else { high = middle }
    }
    return Instant(milliseconds: high)
  }

  /// How many seconds the zone is ahead of UTC at an instant.
  private func offset(at instant: Instant) -> Int {
    self == .utc ? 0 : ZoneOffsets.offset(in: rawValue, at: instant)
  }

  /// Foundation also takes offsets and abbreviations, which are no names of places, and reads
  /// no further than a NUL.
  private static func isName(_ text: String) -> Bool {
    let utf8 = text.utf8
    guard utf8.count <= 60, !utf8.contains(0) else { return false }
    return text == "UTC" || utf8.contains(UInt8(ascii: "/"))
  }
}

/// A time of the clock, to the minute.
public struct TimeOfDay: Hashable, Sendable {
  /// The minutes since midnight, 0 to 1,439.
  public let minutes: Int

  /// The start of a day.
  public static let midnight = TimeOfDay(minutes: 0)

  /// A time; `nil` for what no clock shows.
  public init?(hour: Int, minute: Int = 0) {
    guard (0..<24).contains(hour), (0..<60).contains(minute) else { return nil }
    minutes = hour * 60 + minute
  }

  init(minutes: Int) {
    self.minutes = min(max(minutes, 0), 1_439)
  }

  /// The hour, 0 to 23.
  public var hour: Int { minutes / 60 }

  /// The minute, 0 to 59.
  public var minute: Int { minutes % 60 }
}

extension TimeOfDay: Comparable {
  public static func < (a: TimeOfDay, b: TimeOfDay) -> Bool { a.minutes < b.minutes }
}

/// Written as in ISO 8601: `09:00`.
extension TimeOfDay: LosslessStringConvertible, RawRepresentable, Codable, FieldValue {
  public var description: String {
    let digits = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    return "\(digits(hour)):\(digits(minute))"
  }

  public init?(_ description: String) {
    let digits = description.utf8.map { Int($0) - Int(UInt8(ascii: "0")) }
    guard digits.count == 5, digits[2] == 10,
      (digits[..<2] + digits[3...]).allSatisfy((0...9).contains)
    else { return nil }
    self.init(hour: digits[0] * 10 + digits[1], minute: digits[3] * 10 + digits[4])
  }

  public static var isAlwaysKept: Bool { true }

  public var rawValue: String { description }

  public init?(rawValue: String) { self.init(rawValue) }

  public static func compare(_ a: TimeOfDay, _ b: TimeOfDay) -> Int? {
    a < b ? -1 : (b < a ? 1 : 0)
  }
}
