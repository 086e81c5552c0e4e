/// A member's way through a group of tiers while events are replayed.
struct TierReplay {
  let group: TierGroup
  private let calendar: TierCalendar
  private let floors: [TierFloor]
  /// The earliest that counts first.
  private var events: [TierEvent] = []
  private var state: TierState?

  init(_ group: TierGroup, _ zone: Zone, _ member: ProgrammeReplay.Member) {
    self.group = group
    calendar = TierCalendar(zone: zone, enrolledAt: member.enrolledAt)
    floors = member.floors[group.name] ?? []
  }

  private var terms: TierCourse.Terms {
    let (group, events) = (group, events)
    return TierCourse.Terms(
      group: { _ in group }, calendar: calendar, floors: floors,
      counted: { span, limit in
        let found = events[events.place(of: span.lowerBound)..<events.place(of: span.upperBound)]
        return Array(found.prefix(limit ?? .max))
      }, history: { events.sorted(by: TierEvent.precedes) })
  }

  private func course(at instant: Instant) throws -> TierCourse {
    let terms = terms
    var course: TierCourse
    if let state {
      course = TierCourse(from: state, terms)
    } else {
      course = TierCourse(in: group, at: calendar.enrolledAt, terms)
      course.show(at: calendar.enrolledAt, .granted)
    }
    if instant > course.state.asOf { try course.look(at: instant) }
    return course
  }

  func standing(at instant: Instant) throws -> TierAtEarning {
    var course = try course(at: instant)
    if course.state.asOf > instant, let past = try course.past(until: instant) { course = past }
    let state = course.state
    return TierAtEarning(group.name, state.shown, state.window.totals)
  }

  /// Counts an event, or what is taken back of one.
  ///
  /// - Returns: The moves since what was counted last; all of the member's where the event happened
  ///   before that, and so may have led somewhere else.
  mutating func count(_ event: TierEvent) throws -> [TierMove] {
    var event = event
    event.sequence = Int64(events.count + 1)
    let place = events.lastIndex { $0.countsAt <= event.countsAt }.map { $0 + 1 } ?? 0
    // As in the ledger, what is counted is among what counted already.
    events.insert(event, at: place)
    var course = try course(at: event.at)
    if !course.state.isLate(event) {
      try course.count(event)
    } else if !course.addLate(event) {
      // The whole way is looked at again, as it is for what the ledger learns late.
      let end = max(course.state.asOf, event.at)
      guard let whole = try TierCourse.replayed(terms, until: end) else { return [] }
      course = whole
    }
    state = course.state
    return course.moves
  }
}

extension [TierEvent] {
  /// The place of the first that counts at an instant or later, where they are in that order.
  fileprivate func place(of instant: Instant) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].countsAt < instant { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
