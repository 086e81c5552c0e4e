/// From when on points can be spent, and until when; pure.
///
/// Validity is half open: points can be spent from ``activeAt`` on and up to, but not at,
/// ``expiresAt``. As long as they wait they do not end: those whose end passes meanwhile end as soon
/// as they could be spent.
struct LotLife: Hashable, Sendable {
  /// From when they can be spent, where they wait for a day.
  var activeAt: Instant?

  /// What has to happen for them to be spent, where they wait for that.
  var awaits: String?

  /// When they go if that has not happened.
  var cancelAt: Instant?

  /// The last day on which they can be spent; `nil` where they do not end on a day.
  var lastValidDay: CalendarDate?

  /// From when they can no longer be spent; `nil` for ever.
  var expiresAt: Instant?

  /// Whether they also end when the member is not active.
  var followsActivity = false

  /// The life of points earned at an instant.
  ///
  /// Those that wait for something to happen, and last from then on, have no end yet.
  init(
    earnedAt: Instant, waiting wait: PendingTerms.Wait, lasting policy: ExpiryPolicy,
    in days: LocalDays
  ) {
    var start: Instant? = earnedAt
    switch wait {
    case .nothing: break
    case .days(let count):
      activeAt = days.start(of: days.date(of: earnedAt).plus(days: count))
      if policy.clockStart == .activation { start = activeAt }
    case .onAction(let action, let most):
      awaits = action
      cancelAt = most.map { days.start(of: days.date(of: earnedAt).plus(days: $0)) }
      if policy.clockStart == .activation { start = nil }
    }
    followsActivity = policy.isByActivity
    if let start { end(policy.end(from: start, in: days)) }
  }

  /// The life of points that waited for something which has happened.
  ///
  /// - Parameter policy: How long they last.
  func activated(
    at instant: Instant, lasting policy: ExpiryPolicy, in days: LocalDays
  ) -> LotLife {
    var life = self
    (life.activeAt, life.awaits, life.cancelAt) = (nil, nil, nil)
    if policy.clockStart == .activation { life.end(policy.end(from: instant, in: days)) }
    return life
  }

  private mutating func end(_ end: ExpiryPolicy.End) {
    lastValidDay = end.lastValidDay
    expiresAt = end.expiresAt
  }
}

extension ExpiryPolicy {
  /// Until when points last.
  struct End: Hashable, Sendable {
    /// The last day; `nil` where they do not end on one.
    var lastValidDay: CalendarDate?
    /// The first instant at which they are gone; `nil` for ever.
    var expiresAt: Instant?

    static let never = End()
  }

  /// Whether points end when the member is not active.
  var isByActivity: Bool {
    if case .inactivity = unit { true } else { false }
  }

  /// Until when points last that are counted from an instant, whatever the member does.
  func end(from start: Instant, in days: LocalDays) -> End {
    switch unit {
    case .never, .inactivity(_, nil): .never
    case .months(let months), .inactivity(_, let months?): end(from: start, months: months, days)
    case .days(let count): end(from: start, days: count, days)
    }
  }

  /// Until when points last of a member who was active at an instant; for ever where they do not
  /// end by inactivity.
  func lapse(afterActivityAt instant: Instant, in days: LocalDays) -> End {
    guard case .inactivity(let months, _) = unit else { return .never }
    return end(from: instant, months: months, days)
  }

  private func end(from start: Instant, months: Int, _ days: LocalDays) -> End {
    if rounding == .instant { return end(after: .months(months), from: start, days) }
    return end(after: days.date(of: start).plus(months: months), days)
  }

  private func end(from start: Instant, days count: Int, _ days: LocalDays) -> End {
    if rounding == .instant { return end(after: .days(count), from: start, days) }
    return end(after: days.date(of: start).plus(days: count), days)
  }

  private func end(after span: LifecycleSpan, from start: Instant, _ days: LocalDays) -> End {
    let end = span.end(from: start, in: days.zone)
    return end > start ? End(expiresAt: end) : .never
  }

  private func end(after date: CalendarDate, _ days: LocalDays) -> End {
    let last = drawnOut(date)
    // After the last date of the calendar nothing expires.
    return End(lastValidDay: last, expiresAt: days.end(of: last))
  }

  /// The last day of the month, quarter … that a date lies in.
  private func drawnOut(_ date: CalendarDate) -> CalendarDate {
    switch rounding {
    case .dayEnd, .instant: return date
    case .monthEnd: return CalendarUnit.month.last(of: date)
    case .quarterEnd: return CalendarUnit.quarter.last(of: date)
    case .halfYearEnd:
      return CalendarDate(year: date.year, month: 6, day: 30).flatMap { $0 >= date ? $0 : nil }
        ?? CalendarUnit.year.last(of: date)
    case .yearEnd: return CalendarUnit.year.last(of: date)
    case .fixedDay(let month, let day):
      let next = [date.year, date.year + 1].lazy.compactMap {
        CalendarDate(clamping: day, of: month, in: $0)
      }.first { $0 >= date }
      return next ?? CalendarUnit.year.last(of: date)
    }
  }
}

extension CalendarUnit {
  /// The last date of the unit that a date lies in.
  fileprivate func last(of date: CalendarDate) -> CalendarDate {
    let end = end(of: date)
    let last = end.plus(days: -1)
    // The last unit of the calendar has no date after it.
    return end > date && last >= date ? last : date
  }
}
