/// When something recurs: every so many days, weeks, months or years, at a time of the clock.
///
/// Every occurrence is counted from the first, never from the one before. What recurs on the
/// 31st falls on the last day of shorter months and on the 31st again after them; what recurs at
/// nine o'clock does so in summer and in winter.
///
///     Recurrence(every: 1, .month, from: january31, at: nine, in: berlin)
public struct Recurrence: Described, Codable {
  /// How many units lie between two occurrences, at least 1.
  public var interval: Int

  /// What is counted.
  public var unit: Unit

  /// The date of the first occurrence.
  public var anchor: CalendarDate

  /// The time of the clock.
  public var time: TimeOfDay

  /// Where that clock hangs.
  public var zone: Zone

  /// The last date on which it may fall; `nil` for no end.
  public var end: CalendarDate?

  /// What lies between occurrences.
  public enum Unit: String, Sendable, Codable, FieldValue, CaseIterable {
    /// Days of the calendar, however many hours they have.
    case day
    /// Seven days.
    case week
    /// Months; in one that is too short, its last day.
    case month
    /// Years; the 29th of February is the 28th in common years.
    case year
  }

  /// Says when something recurs.
  ///
  /// - Parameters:
  ///   - interval: How many units lie between two occurrences, at least 1.
  ///   - unit: What is counted.
  ///   - anchor: The date of the first occurrence.
  ///   - time: The time of the clock.
  ///   - zone: Where that clock hangs.
  ///   - end: The last date on which it may fall; `nil` for no end.
  public init(
    every interval: Int = 1, _ unit: Unit, from anchor: CalendarDate, at time: TimeOfDay,
    in zone: Zone, until end: CalendarDate? = nil
  ) {
    self.interval = interval
    self.unit = unit
    self.anchor = anchor
    self.time = time
    self.zone = zone
    self.end = end
  }

  /// Says that something occurs once.
  public static func once(
    on date: CalendarDate, at time: TimeOfDay, in zone: Zone
  ) -> Recurrence {
    Recurrence(every: 1, .day, from: date, at: time, in: zone, until: date)
  }

  private struct Fields: Sendable {
    let interval = Field<Recurrence, Int>("interval", { $0.interval }, { $0.interval = $1 })
    let unit = Field<Recurrence, Unit>("unit", { $0.unit }, { $0.unit = $1 })
    let anchor = Field<Recurrence, CalendarDate>("anchor", { $0.anchor }, { $0.anchor = $1 })
    let time = Field<Recurrence, TimeOfDay>("time", { $0.time }, { $0.time = $1 })
    let zone = Field<Recurrence, Zone>("zone", { $0.zone }, { $0.zone = $1 })
    let end = Field<Recurrence, CalendarDate?>("end", { $0.end }, { $0.end = $1 })
  }

  public static let layout = Layout(Fields(), blank: blank)

  static let blank = Recurrence.once(
    on: CalendarDate(daysSinceEpoch: 0), at: .midnight, in: .utc)
}

// MARK: - Occurrences

extension Recurrence {
  /// The date of an occurrence, counted from 0; `nil` before the first and after the last.
  public func date(of occurrence: Int) -> CalendarDate? {
    guard occurrence >= 0, interval > 0 else { return nil }
    let (count, overflow) = occurrence.multipliedReportingOverflow(by: interval)
    guard !overflow, count <= 4_000_000 else { return nil }
    let date: CalendarDate? =
      switch unit {
      case .day: Self.date(anchor, plusDays: count)
      case .week: Self.date(anchor, plusDays: count * 7)
      case .month: Self.date(anchor, plusMonths: count)
      case .year: Self.date(anchor, plusMonths: count * 12)
      }
    guard let date, end.map({ date <= $0 }) ?? true else { return nil }
    return date
  }

  /// The instant of an occurrence, counted from 0; `nil` before the first and after the last.
  ///
  /// A time that daylight saving leaves out is the first instant after the gap, and one that
  /// comes twice is the first of the two.
  public func instant(of occurrence: Int) -> Instant? {
    date(of: occurrence).map { zone.instant(of: $0, at: time) }
  }

  /// The first occurrence at or after an instant; `nil` where none is left.
  ///
  /// - Complexity: O(1).
  public func occurrence(from instant: Instant) -> Int? {
    guard interval > 0 else { return nil }
    let day = zone.date(of: instant)
    let days = day.daysSinceEpoch - anchor.daysSinceEpoch
    let months = (day.year - anchor.year) * 12 + day.month - anchor.month
    let units =
      switch unit {
      case .day: days
      case .week: days / 7
      case .month: months
      case .year: months / 12
      }
    // At most an occurrence too early, for the rest that the divisions drop and the day itself.
    var occurrence = max(0, units / interval - 1)
    while let found = self.instant(of: occurrence) {
      if found >= instant { return occurrence }
      occurrence += 1
    }
    return nil
  }

  private static func date(_ date: CalendarDate, plusDays days: Int) -> CalendarDate? {
    let wanted = date.daysSinceEpoch + days
    let found = CalendarDate(daysSinceEpoch: wanted)
    return found.daysSinceEpoch == wanted ? found : nil
  }

  private static func date(_ date: CalendarDate, plusMonths months: Int) -> CalendarDate? {
    let month = date.year * 12 + date.month - 1 + months
    let (year, index) = (month / 12, month % 12 + 1)
    return CalendarDate(
      year: year, month: index, day: min(date.day, CalendarDate.days(in: index, of: year)))
  }

  /// Every problem of a recurrence, field by field.
  func problems(in field: String) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    if !(1...1_000).contains(interval) {
      problems.append(.init("\(field).interval", "is not between 1 and 1,000"))
    }
    if let end, end < anchor {
      problems.append(.init("\(field).end", "lies before the first occurrence"))
    }
    return problems
  }

  /// The same of one that is to begin: an occurrence must be left.
  func problems(in field: String, from start: Instant) -> [CRMError.Issue] {
    let problems = problems(in: field)
    guard problems.isEmpty, occurrence(from: start) == nil else { return problems }
    return [.init(field, "has no occurrence left")]
  }
}
