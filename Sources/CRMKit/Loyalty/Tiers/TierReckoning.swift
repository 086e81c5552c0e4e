/// A member's way through one group of tiers, as one operation reads and writes it; boxed, as it
/// holds a whole member.
final class TierReckoning {
  let loyalty: LoyaltyOperations
  let member: LoyaltyMember
  let group: String

  /// What is stored; `nil` where nothing has counted yet.
  let stored: Held<TierStanding>?

  private let terms: TierCourse.Terms

  init(
    _ loyalty: LoyaltyOperations, _ member: LoyaltyMember, _ group: String, _ zone: Zone
  ) throws {
    self.loyalty = loyalty
    self.member = member
    self.group = group
    stored = try loyalty.standings.held(TierStanding.identifier(of: member.id, in: group))
    let groups = try loyalty.versions().tierGroup(group, of: member.programme)
    let isGranted = stored?.row.grantedUntil != nil
    let floors = isGranted ? try loyalty.grants(of: member.id, in: group).compactMap(\.floor) : []
    let start = stored?.row.joined
    terms = TierCourse.Terms(
      group: groups.group, next: groups.next, isSteady: groups.isSteady,
      calendar: TierCalendar(zone: zone, enrolledAt: member.enrolledAt), floors: floors,
      start: start,
      // What closures keep they are given alone: a whole member would be copied for each.
      counted: { [id = member.id] in
        try loyalty.counted(by: loyalty.family(of: id), in: $0, limit: $1)
      },
      history: { [id = member.id, start = start.map { Held($0) }] in
        try loyalty.tierHistory(of: id, in: group, after: start?.row)
      })
  }

  /// The course from where the member stood when that was written last.
  func course() -> TierCourse? {
    stored.map { TierCourse(from: $0.row.state, terms) } ?? beginning()
  }

  /// The course before anything has counted; `nil` where there is no such group.
  func beginning() -> TierCourse? { TierCourse(from: member.enrolledAt, terms) }

  /// The course with all that time does until an instant; `nil` where there is no such group.
  func course(until instant: Instant) throws -> TierCourse? {
    try course().map { try advanced($0, to: instant) }
  }

  /// A course with all that time does until an instant.
  func advanced(_ course: TierCourse, to instant: Instant) throws -> TierCourse {
    var course = course
    if course.isByBalance { try loyalty.seeExpiries(&course, of: member, until: instant) }
    try course.advance(to: instant)
    return course
  }

  /// The moves that time has made by now and nothing has put down yet.
  func unwrittenChanges() throws -> [TierChange] {
    guard let moves = try course(until: now)?.moves else { return [] }
    let unwritten = TierMove.corrections(of: try notedAhead().map(TierMove.init), by: moves)
    return unwritten.enumerated().map { index, move in
      TierChange(
        id: .zero, member: member.id, group: group, number: (stored?.row.changes ?? 0) + index + 1,
        from: move.from, to: move.to, at: move.at, knownAt: move.at, reason: move.reason,
        cause: move.cause)
    }
  }

  // MARK: Counting

  /// Counts an event; one that became known late has the whole way looked at again where that may
  /// lead somewhere else.
  func count(_ event: TierEvent) throws {
    if let later = try noteTime(before: event.at) { return try later.take(event) }
    try take(event)
  }

  private func take(_ event: TierEvent) throws {
    guard var course = course() else { return }
    if !course.state.isLate(event) {
      try course.count(event)
    } else if !course.addLate(event) {
      return try replay(until: max(course.state.asOf, event.at))
    }
    try keep(course, isLate: event.at < now)
  }

  /// Notes what time has done by now, where something is to be regarded that happened before: it
  /// was read meanwhile, and stays what was known then.
  ///
  /// - Returns: How the member stands after that; `nil` where there was nothing to note.
  private func noteTime(before instant: Instant) throws -> TierReckoning? {
    guard instant < now, let course = course(), let next = course.nextReviewAt, next <= now else {
      return nil
    }
    try keep(course, isByTime: true)
    return try TierReckoning(loyalty, member, group, terms.calendar.zone)
  }

  private var now: Instant { loyalty.transaction.now }

  /// Goes the member's whole way again, and notes what differs from what was noted of it.
  func replay(until end: Instant) throws {
    guard let course = try TierCourse.replayed(terms, until: end) else { return }
    let noted = try loyalty.changesThatHold(of: member.id, in: group).filter { change in
      guard let start = terms.start else { return true }
      return change.at > start.asOf || (change.at == start.asOf && change.reason != .merged)
    }
    try keep(course, instead: noted, isLate: true)
  }

  /// Looks at the points a member can spend, where those are what counts.
  ///
  /// - Parameter isByTime: Whether time alone made them what they are.
  func see(
    _ balance: Int64, at instant: Instant, cause: LedgerEntry.ID?, isByTime: Bool
  ) throws {
    let reckoning = try isByTime ? self : noteTime(before: instant) ?? self
    guard var course = reckoning.course() else { return }
    try course.see(balance, at: max(instant, course.state.asOf), cause: cause)
    try reckoning.keep(course, isLate: !isByTime && instant < now, isByTime: isByTime)
  }

  /// Writes down what time has done until an instant.
  func advance(to instant: Instant) throws {
    if let course = try course(until: instant) { try keep(course, isByTime: true) }
  }

  /// Takes what was granted or withdrawn at an instant into account.
  func regard(
    _ grants: [TierGrant], at instant: Instant, because reason: TierChange.Reason
  ) throws {
    let terms = terms.with(grants.compactMap(\.floor))
    guard let state = course()?.state else { return }
    var course = TierCourse(from: state, terms)
    try course.regard(at: max(instant, state.asOf), because: reason)
    let until = grants.map(\.endsAt).max()
    try keep(course, grantedUntil: until)
  }

  /// Goes the member's whole way again, and comes to where it leads at an instant.
  func restart(at instant: Instant) throws {
    guard var old = course(), let stored = stored?.row else { return }
    let terms = old.terms.unjoined { [loyalty, id = member.id, group] in
      try loyalty.tierHistory(of: id, in: group, after: nil)
    }
    guard var course = try TierCourse.replayed(terms, until: max(instant, stored.asOf)) else {
      return
    }
    try old.advance(to: instant)
    // What lies before is answered by what was noted then.
    try course.look(at: max(instant, course.state.asOf))
    course.settle(after: old, at: instant, because: .unmerged)
    try keep(course, start: .some(nil))
  }

  // MARK: Keeping

  /// Writes where the member stands, and the moves that led there; those that time makes by now are
  /// noted ahead.
  ///
  /// - Parameters:
  ///   - grantedUntil: When the last of what was granted ends, if that has changed.
  ///   - start: Where the member stood when a membership was joined with it or parted from it, if
  ///     one was.
  ///   - noted: What was noted of the way that the course went; `nil` for what was noted ahead.
  ///   - isLate: Whether the moves follow from what became known only now.
  ///   - isByTime: Whether all of it is what time has done.
  func keep(
    _ course: TierCourse, grantedUntil: Instant? = nil, start: TierState?? = nil,
    instead noted: [TierChange]? = nil, isLate: Bool = false, isByTime: Bool = false
  ) throws {
    var ahead = course
    let next = course.nextReviewAt
    if let next, next <= now { try ahead.advance(to: now) }
    let moves = TierMove.corrections(
      of: try (noted ?? notedAhead()).map(TierMove.init), by: ahead.moves)
    var standing =
      stored?.row
      ?? TierStanding(
        TierStanding.identifier(of: member.id, in: group), of: member.id, in: member.programme,
        group, course.state)
    standing.state = course.state
    standing.nextReviewAt = next ?? .latest
    standing.grantedUntil = grantedUntil ?? standing.grantedUntil
    if let start { standing.joined = start }
    standing.ahead = ahead.moves.count - course.moves.count
    if moves.isEmpty, standing == stored?.row { return }
    if !isByTime { standing.knownSince = now }
    let first = standing.changes
    standing.changes += moves.count
    try loyalty.transaction.operation {
      try loyalty.standings.keep(standing, over: stored)
      for (index, move) in moves.enumerated() {
        // What time does is known when it does it.
        let isKnownThen = isByTime || (move.isByTime && !isLate)
        try note(
          move, number: first + index + 1, knownAt: isKnownThen ? move.at : max(move.at, now))
      }
      if standing.nextReviewAt < stored?.row.nextReviewAt ?? .latest {
        try loyalty.scheduleTierPass(over: member.programme, at: standing.nextReviewAt)
      }
      for move in moves where try loyalty.isRewarded(move, in: member.programme) {
        try loyalty.reward(move, of: member, in: group)
      }
    }
  }

  /// The moves that were noted ahead of where the member stands.
  private func notedAhead() throws -> [TierChange] {
    guard let stored = stored?.row, stored.ahead > 0 else { return [] }
    return try loyalty.changesThatHold(of: member.id, in: group).suffix(stored.ahead)
  }

  private func note(_ move: TierMove, number: Int, knownAt: Instant) throws {
    let transaction = loyalty.transaction
    let group = terms.group(move.at)
    let isUp = (group?.rank(of: move.to) ?? 0) > (group?.rank(of: move.from) ?? 0)
    let change = TierChange(
      id: transaction.makeIdentifier(), member: member.id, group: self.group, number: number,
      from: move.from, to: move.to, at: move.at, knownAt: knownAt, reason: move.reason,
      cause: move.cause)
    try loyalty.tierChanges.insert(
      change,
      emitting: TierChanged(
        change: change.id, member: member.id, programme: member.programme, group: self.group,
        from: move.from, to: move.to, isUp: isUp, reason: move.reason, cause: move.cause),
      at: min(move.at, max(transaction.now, transaction.recordedAt)))
  }
}
