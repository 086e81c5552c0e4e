/// A part of the calendar that figures and limits are kept by.
public enum CalendarUnit: String, Sendable, Codable, FieldValue, CaseIterable {
  /// A day from midnight to midnight, however many hours it has.
  case day
  /// A week from Monday to Sunday (ISO 8601).
  case week
  /// A month of the calendar.
  case month
  /// Three months, the first from January.
  case quarter
  /// A year of the calendar.
  case year

  /// The first date of the unit that a date lies in.
  public func start(of date: CalendarDate) -> CalendarDate {
    switch self {
    case .day: date
    // The first of January 1970 was a Thursday.
    case .week: CalendarDate(daysSinceEpoch: date.daysSinceEpoch - weekday(of: date))
    case .month: first(of: date.month, date.year)
    case .quarter: first(of: (date.month - 1) / 3 * 3 + 1, date.year)
    case .year: first(of: 1, date.year)
    }
  }

  /// The first date after the unit that a date lies in.
  public func end(of date: CalendarDate) -> CalendarDate {
    let start = start(of: date)
    return switch self {
    case .day: CalendarDate(daysSinceEpoch: start.daysSinceEpoch + 1)
    case .week: CalendarDate(daysSinceEpoch: start.daysSinceEpoch + 7)
    case .month: first(start, plusMonths: 1)
    case .quarter: first(start, plusMonths: 3)
    case .year: first(start, plusMonths: 12)
    }
  }

  /// The instants from the first of the unit to the first after it, in a time zone.
  public func range(around instant: Instant, in zone: Zone) -> Range<Instant> {
    let date = zone.date(of: instant)
    return zone.startOfDay(start(of: date))..<zone.startOfDay(end(of: date))
  }

  /// 0 for Monday to 6 for Sunday.
  private func weekday(of date: CalendarDate) -> Int {
    let days = (date.daysSinceEpoch + 3) % 7
    return days < 0 ? days + 7 : days
  }

  private func first(_ start: CalendarDate, plusMonths months: Int) -> CalendarDate {
    let month = start.year * 12 + start.month - 1 + months
    return first(of: month % 12 + 1, month / 12)
  }

  private func first(of month: Int, _ year: Int) -> CalendarDate {
    // A month of the calendar has a first day; beyond the calendar's years its ends stand for it.
    CalendarDate(year: year, month: month, day: 1)
      ?? CalendarDate(daysSinceEpoch: year < 1 ? .min : .max)
  }
}
