extension LoyaltyOperations {
  /// Joins the tiers of a membership that has become an alias with those of the other.
  func joinTiers(
    of alias: LoyaltyMember, with member: LoyaltyMember, by entry: LedgerEntry
  ) throws {
    let programme = try programme(member.programme)
    for group in programme.tierGroups where group.period != .balance {
      let source = try TierReckoning(self, alias, group.name, programme.zone)
      let target = try TierReckoning(self, member, group.name, programme.zone)
      guard source.stored != nil || target.stored != nil else { continue }
      try target.join(source, by: entry, at: transaction.now)
      if source.stored?.row.grantedUntil != nil {
        try regardGrants(of: member, in: group.name, because: .merged)
      }
    }
  }

  /// Writes down what time has done with the tiers of members by now, before what counts for them
  /// becomes another: what leaves a window must be what is in it.
  func settleTiers(of members: [LoyaltyMember]) throws {
    for member in members {
      let programme = try programme(member.programme)
      for group in programme.tierGroups where group.period != .balance {
        try TierReckoning(self, member, group.name, programme.zone).settle()
      }
    }
  }

  /// Gives both memberships the tiers they have by what counted for each alone.
  ///
  /// - Parameter merge: The entry by which they were joined: what counted for the alias since then
  ///   was counted for the other, such as refunds of what it had earned.
  func partTiers(
    of alias: LoyaltyMember, from member: LoyaltyMember, joinedBy merge: LedgerEntry
  ) throws {
    let programme = try programme(member.programme)
    let groups = programme.tierGroups.filter { $0.period != .balance }
    let since = try groups.isEmpty ? [] : counted(of: alias, after: merge)
    for group in groups {
      let target = try TierReckoning(self, member, group.name, programme.zone)
      if target.stored != nil { try target.restart(at: transaction.now) }
      for event in since {
        try TierReckoning(self, alias, group.name, programme.zone).count(event)
      }
      try TierReckoning(self, alias, group.name, programme.zone).settle()
    }
  }

  private func counted(of alias: LoyaltyMember, after merge: LedgerEntry) throws -> [TierEvent] {
    try counted(by: family(of: alias.id), in: .earliest..<(.latest), limit: nil)
      .filter { $0.sequence > merge.sequence }.sorted { $0.sequence < $1.sequence }
  }
}

extension TierReckoning {
  /// Writes down what time has done by now, where anything has counted.
  fileprivate func settle() throws {
    if stored != nil { try advance(to: loyalty.transaction.now) }
  }

  /// Takes over what counted for another membership, and its tier where that is higher.
  func join(_ other: TierReckoning, by entry: LedgerEntry, at instant: Instant) throws {
    guard var course = course(), var source = other.course() else { return }
    try source.look(at: max(instant, source.state.asOf))
    try course.look(at: max(instant, course.state.asOf))
    let totals = try totals(of: course, with: source)
    try course.join(source.state, totals, at: instant, after: entry)
    // What is looked at again later begins here.
    let until = [stored, other.stored].compactMap { $0?.row.grantedUntil }.max()
    try keep(course, grantedUntil: until, start: course.state)
    guard let old = other.stored else { return }
    var frozen = old.row
    frozen.nextReviewAt = .latest
    try loyalty.standings.put(frozen, instead: old)
  }

  /// What counts at present for both, and what counted in the span before.
  private func totals(
    of course: TierCourse, with source: TierCourse
  ) throws -> (now: TierTotals, before: TierTotals) {
    let (window, state) = (course.state.window, course.state)
    guard let group = course.terms.group(state.asOf) else { return (window.totals, window.before) }
    if group.period == .lifetime {
      return (window.totals + source.state.window.totals, .zero)
    }
    let ids = try loyalty.family(of: member.id)
    func sum(_ span: Range<Instant>) throws -> TierTotals {
      try loyalty.counted(by: ids, in: span, limit: nil).reduce(.zero) { $0 + $1.totals }
    }
    let now = try sum(window.start..<(state.asOf + .milliseconds(1)))
    guard group.period.hasSpans else { return (now, .zero) }
    let before = course.terms.calendar.span(
      of: group.period, around: window.start - .milliseconds(1))
    return (now, try sum(before))
  }
}

extension TierCourse {
  /// Joins the state of another membership, and looks whether what counts now reaches more.
  mutating func join(
    _ other: TierState, _ totals: (now: TierTotals, before: TierTotals), at instant: Instant,
    after entry: LedgerEntry
  ) throws {
    guard let group = terms.group(instant), let rank = group.rank(of: state.tier) else { return }
    var joined = state
    if let higher = group.rank(of: other.tier), higher >= rank {
      if higher > rank {
        (joined.tier, joined.enteredAt, joined.cause) = (other.tier, other.enteredAt, other.cause)
        joined.graceEndsAt = other.graceEndsAt
      }
      joined.lastDay = later(state.lastDay, of: rank, other.lastDay, of: higher)
    } else if let lower = group.rank(of: other.tier) {
      joined.lastDay = later(other.lastDay, of: lower, state.lastDay, of: rank)
    }
    joined.window.totals = totals.now
    joined.window.before = totals.before
    if case .rolling = group.period {
      // What leaves first may have counted for either.
      joined.window.end = [state.window.end, other.window.end].compactMap { $0 }.min()
    }
    (joined.countedAt, joined.countedSequence) = (instant, entry.sequence)
    resume(from: joined)
    try count(
      TierEvent(
        at: instant, countsAt: instant, sequence: entry.sequence, entry: entry.id, totals: .zero,
        reason: .merged))
    show(at: instant, .merged, cause: entry.id)
  }

  /// The later end of two terms, of which the second is that of the tier kept; no end is later than
  /// any, but where it is the lowest tier's.
  private func later(
    _ other: CalendarDate?, of lower: Int, _ kept: CalendarDate?, of rank: Int
  ) -> CalendarDate? {
    guard let kept, lower > 0 else { return kept }
    guard let other else { return lower == rank ? nil : kept }
    return max(kept, other)
  }

  /// Goes on from where another course has led: with its moves, and one from there to here.
  mutating func settle(
    after other: TierCourse, at instant: Instant, because reason: TierChange.Reason
  ) {
    moves = other.moves
    guard other.state.shown != state.shown else { return }
    moves.append(
      TierMove(
        at: instant, from: other.state.shown, to: state.shown, reason: reason, cause: nil))
  }
}
