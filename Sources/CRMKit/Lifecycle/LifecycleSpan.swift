/// A time that passes, counted as people count it: in days and months of the calendar, or exactly.
///
///     LifecycleSpan.days(90)   // the same time of day, 90 days on, daylight saving included
///     LifecycleSpan.exactly(.seconds(3_600))
public struct LifecycleSpan: Hashable, Sendable, Codable {
  enum Unit: String, Codable {
    case milliseconds, days, months
  }

  let unit: Unit
  let count: Int

  init(_ unit: Unit, _ count: Int) {
    self.unit = unit
    self.count = count
  }

  /// So many days of the calendar.
  public static func days(_ count: Int) -> LifecycleSpan { LifecycleSpan(.days, count) }

  /// So many months of the calendar; where the month is too short, its last day.
  public static func months(_ count: Int) -> LifecycleSpan { LifecycleSpan(.months, count) }

  /// So much time to the millisecond, whatever the calendar says.
  public static func exactly(_ duration: Duration) -> LifecycleSpan {
    LifecycleSpan(.milliseconds, Int(clamping: duration.wholeMillisecondsOfSpan))
  }

  /// The instant at which the span is over that began at another.
  ///
  /// A time of day that daylight saving leaves out is the first instant after the gap.
  public func end(from start: Instant, in zone: Zone) -> Instant {
    switch unit {
    case .milliseconds: return start + .milliseconds(count)
    case .days, .months:
      if unit == .days, zone == .utc, let end = Self.utcDays(count, from: start) { return end }
      let date = zone.date(of: start)
      let time = zone.time(of: start)
      let end = zone.instant(
        of: unit == .days ? date.plus(days: count) : date.plus(months: count), at: time)
      guard zone.time(of: end) == time else { return end }
      return end + .milliseconds(Self.withinMinute(start, date, time, in: zone))
    }
  }

  /// So many days of UTC, which are all as long; `nil` near the ends of the calendar.
  private static func utcDays(_ count: Int, from start: Instant) -> Instant? {
    guard (-1_000_000...1_000_000).contains(count) else { return nil }
    let end = start.milliseconds + Int64(count) * 86_400_000
    return (-30_000_000_000_000...200_000_000_000_000).contains(end)
      ? Instant(milliseconds: end) : nil
  }

  /// How far an instant is into its minute of the clock.
  private static func withinMinute(
    _ instant: Instant, _ date: CalendarDate, _ time: TimeOfDay, in zone: Zone
  ) -> Int64 {
    // A time that comes twice is told apart by whole minutes.
    (instant.milliseconds - zone.instant(of: date, at: time).milliseconds) % 60_000
  }

  /// The shortest and the longest it can last, in milliseconds.
  var bounds: ClosedRange<Int> {
    switch unit {
    case .milliseconds: return count...count
    case .days:
      // A day of the clock can be up to a day longer or shorter where a zone moves its date line.
      return count == 0 ? 0...0 : (count - 1) * 86_400_000...(count + 1) * 86_400_000
    case .months:
      return count == 0
        ? 0...0 : (count * 28 - 1) * 86_400_000...(count * 31 + 1) * 86_400_000
    }
  }
}

extension LifecycleSpan: CustomStringConvertible {
  public var description: String {
    switch unit {
    case .milliseconds: "\(count) ms"
    case .days: "\(count) \(count == 1 ? "day" : "days")"
    case .months: "\(count) \(count == 1 ? "month" : "months")"
    }
  }
}

extension Duration {
  fileprivate var wholeMillisecondsOfSpan: Int64 {
    (Instant(milliseconds: 0) + self).milliseconds
  }
}
