/// The days of a time zone, each looked up once.
///
/// Every earning asks for several of them, and a look into the system's time zones takes longer
/// than all the rest of it.
final class LocalDays: Sendable {
  /// The zone.
  let zone: Zone

  private static let most = 20_000

  private let starts = Locked<[Int: Instant]>([:])

  init(in zone: Zone) {
    self.zone = zone
  }

  /// The first instant of a date.
  func start(of date: CalendarDate) -> Instant {
    start(ofDay: date.daysSinceEpoch)
  }

  /// The first instant after a date; `nil` after the last one there is.
  func end(of date: CalendarDate) -> Instant? {
    let next = date.daysSinceEpoch + 1
    guard CalendarDate(daysSinceEpoch: next) > date else { return nil }
    return start(ofDay: next)
  }

  /// The date at an instant.
  func date(of instant: Instant) -> CalendarDate {
    let middle = instant.dateInUTC.daysSinceEpoch
    // No zone is as much as a day ahead of UTC or behind it.
    for day in [middle + 1, middle] where start(ofDay: day) <= instant {
      return CalendarDate(daysSinceEpoch: day)
    }
    return CalendarDate(daysSinceEpoch: middle - 1)
  }

  private func start(ofDay day: Int) -> Instant {
    if let known = starts.withLock({ $0[day] }) { return known }
    let start = zone.startOfDay(CalendarDate(daysSinceEpoch: day))
    starts.withLock { starts in
      if starts.count >= Self.most { starts.removeAll(keepingCapacity: true) }
      starts[day] = start
    }
    return start
  }
}
