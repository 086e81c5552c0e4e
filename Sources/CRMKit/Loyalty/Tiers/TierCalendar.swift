/// The days by which what counts for a member's tiers is added up.
struct TierCalendar: Hashable, Sendable {
  /// The programme's zone.
  let zone: Zone

  /// Since when the member takes part.
  let enrolledAt: Instant

  /// The first instant after a date.
  func end(of date: CalendarDate) -> Instant { zone.startOfDay(date.plus(days: 1)) }

  /// The date that the millisecond before an instant belongs to.
  func date(before instant: Instant) -> CalendarDate {
    zone.date(of: instant - .milliseconds(1))
  }

  /// The span of a period that an instant lies in; all time where the period has no spans.
  func span(of period: TierPeriod, around instant: Instant) -> Range<Instant> {
    switch period {
    case .calendar(let unit): unit.range(around: instant, in: zone)
    case .membership(let months): membership(around: instant, months: months)
    case .rolling, .lifetime, .balance: .earliest..<(.latest)
    }
  }

  private func membership(around instant: Instant, months: Int) -> Range<Instant> {
    let (first, date) = (zone.date(of: enrolledAt), zone.date(of: instant))
    let passed = (date.year - first.year) * 12 + date.month - first.month
    // Counted from the first day, so that a day which a short month lacks is there again later.
    var index = passed / months - (passed % months < 0 ? 1 : 0)
    if first.plus(months: index * months) > date { index -= 1 }
    let start = zone.startOfDay(first.plus(months: index * months))
    let end = zone.startOfDay(first.plus(months: (index + 1) * months))
    return start..<max(start, end)
  }

  /// When what counted at an instant leaves a window of so many months.
  func leaving(_ instant: Instant, months: Int) -> Instant {
    end(of: zone.date(of: instant).plus(months: months))
  }

  /// From when on what counted is still in a window of so many months at an instant.
  func windowStart(at instant: Instant, months: Int) -> Instant {
    let date = zone.date(of: instant)
    var first = date.plus(months: -months)
    // A month that is too short has its last day stand for those it lacks.
    while first.plus(months: months) < date { first = first.plus(days: 1) }
    return zone.startOfDay(first)
  }

  /// The last day of a term that begins with the entry to a tier; `nil` where it has no end.
  func lastDay(of term: TierTerm, in period: TierPeriod, enteredAt: Instant) -> CalendarDate? {
    switch term {
    case .endOfPeriod: date(before: span(of: period, around: enteredAt).upperBound)
    case .endOfNextPeriod:
      date(
        before: span(of: period, around: span(of: period, around: enteredAt).upperBound)
          .upperBound)
    case .monthsFromEntry(let months): zone.date(of: enteredAt).plus(months: months)
    case .continuous, .lifetime: nil
    }
  }

  /// The last day of a term that begins when another has ended at an instant.
  func lastDay(of term: TierTerm, in period: TierPeriod, reviewedAt: Instant) -> CalendarDate? {
    switch term {
    case .endOfPeriod, .endOfNextPeriod:
      date(before: span(of: period, around: reviewedAt).upperBound)
    case .monthsFromEntry(let months): date(before: reviewedAt).plus(months: months)
    case .continuous, .lifetime: nil
    }
  }
}
