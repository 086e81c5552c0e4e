/// A member's way through one group of tiers, as one operation reads and writes it.
struct TierReckoning {
  let loyalty: LoyaltyOperations
  let member: LoyaltyMember
  let group: String

  /// What is stored; `nil` where nothing has counted yet.
  let stored: TierStanding?

  private let terms: TierCourse.Terms

  init(
    _ loyalty: LoyaltyOperations, _ member: LoyaltyMember, _ group: String, _ zone: Zone
  ) throws {
    self.loyalty = loyalty
    self.member = member
    self.group = group
    stored = try loyalty.standings.find(TierStanding.identifier(of: member.id, in: group))
    let versions = try loyalty.versions()[member.programme] ?? []
    let isGranted = stored?.grantedUntil != nil
    let floors = isGranted ? try loyalty.grants(of: member.id, in: group).compactMap(\.floor) : []
    let start = stored?.joined
    terms = TierCourse.Terms(
      group: { instant in
        let version = versions.last { $0.effectiveFrom <= instant } ?? versions.first
        return version?.programme.tierGroups.first { $0.name == group }
      },
      next: { instant in
        versions.first { version in
          version.effectiveFrom > instant
            && version.programme.tierGroups.contains { $0.name == group }
        }?.effectiveFrom
      },
      calendar: TierCalendar(zone: zone, enrolledAt: member.enrolledAt), floors: floors,
      start: start,
      counted: { try loyalty.counted(by: loyalty.family(of: member.id), in: $0, limit: $1) },
      history: { try loyalty.tierHistory(of: member.id, in: group, after: start) })
  }

  /// The course from where the member stood when that was written last.
  func course() -> TierCourse? {
    stored.map { TierCourse(from: $0.state, terms) } ?? beginning()
  }

  /// The course before anything has counted; `nil` where there is no such group.
  func beginning() -> TierCourse? { TierCourse(from: member.enrolledAt, terms) }

  // MARK: Counting

  /// Counts an event; one that became known late has the whole way looked at again.
  func count(_ event: TierEvent) throws {
    guard var course = course() else { return }
    guard course.state.isLate(event) else {
      try course.count(event)
      return try keep(course, moves: course.moves)
    }
    try replay(until: max(course.state.asOf, event.at))
  }

  /// Goes the member's whole way again, and notes what differs from what was noted of it.
  func replay(until end: Instant) throws {
    guard let course = try TierCourse.replayed(terms, until: end) else { return }
    let noted = try loyalty.changesThatHold(of: member.id, in: group).filter { change in
      guard let start = terms.start else { return true }
      return change.at > start.asOf || (change.at == start.asOf && change.reason != .merged)
    }
    let same = zip(noted, course.moves).prefix { $0.at == $1.at && $0.to == $1.to }.count
    var moves = Array(course.moves.dropFirst(same))
    if moves.isEmpty, noted.count > same {
      let tier = same == 0 ? noted[0].from : noted[same - 1].to
      moves = [
        TierMove(at: noted[same].at, from: noted[same].to, to: tier, reason: .late, cause: nil)
      ]
    }
    try keep(course, moves: moves, isLate: true)
  }

  /// Looks at the points a member can spend, where those are what counts.
  func see(_ balance: Int64, at instant: Instant, cause: LedgerEntry.ID?) throws {
    guard var course = course() else { return }
    try course.see(balance, at: max(instant, course.state.asOf), cause: cause)
    try keep(course, moves: course.moves)
  }

  /// Writes down what time has done until an instant.
  func advance(to instant: Instant) throws {
    guard var course = course() else { return }
    try course.advance(to: instant)
    try keep(course, moves: course.moves)
  }

  /// Takes what was granted or withdrawn at an instant into account.
  func regard(
    _ grants: [TierGrant], at instant: Instant, because reason: TierChange.Reason
  ) throws {
    var terms = terms
    terms.floors = grants.compactMap(\.floor)
    guard let state = course()?.state else { return }
    var course = TierCourse(from: state, terms)
    try course.regard(at: max(instant, state.asOf), because: reason)
    let until = grants.map(\.endsAt).max()
    try keep(course, moves: course.moves, grantedUntil: until)
  }

  // MARK: Keeping

  /// Writes where the member stands, and the moves that led there.
  ///
  /// - Parameters:
  ///   - grantedUntil: When the last of what was granted ends, if that has changed.
  ///   - start: Where the member stood when a membership was joined with it or parted from it, if
  ///     one was.
  ///   - isLate: Whether the moves follow from what became known only now.
  func keep(
    _ course: TierCourse, moves: [TierMove], grantedUntil: Instant? = nil,
    start: TierState?? = nil, isLate: Bool = false
  ) throws {
    var standing =
      stored
      ?? TierStanding(
        TierStanding.identifier(of: member.id, in: group), of: member.id, in: member.programme,
        group, course.state)
    standing.state = course.state
    standing.nextReviewAt = course.nextReviewAt ?? .latest
    standing.grantedUntil = grantedUntil ?? standing.grantedUntil
    if let start { standing.joined = start }
    if moves.isEmpty, standing == stored { return }
    let first = standing.changes
    standing.changes += moves.count
    try loyalty.transaction.operation {
      try loyalty.standings.put(standing, instead: stored)
      for (index, move) in moves.enumerated() {
        try note(move, number: first + index + 1, isLate: isLate)
      }
      if standing.nextReviewAt < stored?.nextReviewAt ?? .latest {
        try loyalty.scheduleTierPass(over: member.programme, at: standing.nextReviewAt)
      }
      for move in moves where try loyalty.isRewarded(move, in: member.programme) {
        try loyalty.reward(move, of: member, in: group)
      }
    }
  }

  private func note(_ move: TierMove, number: Int, isLate: Bool) throws {
    let transaction = loyalty.transaction
    let isByTime =
      move.reason == .termEnded || move.reason == .reviewed || move.reason == .grantEnded
    // What time does is known when it does it.
    let knownAt = isByTime && !isLate ? move.at : max(move.at, transaction.now)
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
