extension ProgrammeReplay {
  /// What an event earned of which something is refunded later.
  struct Earned {
    let request: EarnRequest
    let member: Member
    let at: Instant
    let award: Award

    /// Refunds of it so far.
    var earlier: [RefundRules.Earlier] = []

    /// What refunds so far took off what it counts towards tiers.
    var takenBack = TierTotals.zero
  }

  /// Takes back what a refund would have taken back of an event that was kept.
  ///
  /// - Parameters:
  ///   - request: The refund.
  ///   - id: The entry of the event.
  ///   - entry: The entry of the refund.
  ///   - instant: When it happened.
  /// - Returns: How many points of each kind; none where the event was not replayed.
  /// - Throws: ``LoyaltyError/Code/overflow``.
  mutating func refund(
    _ request: RefundRequest, of id: LedgerEntry.ID, by entry: LedgerEntry.ID, at instant: Instant
  ) throws -> [RefundTotal] {
    guard var earned = earned[id] else { return [] }
    let rules = RefundRules(
      earning: .init(
        request: earned.request, award: earned.award,
        granted: earned.award.totals.map { ($0.points, $0.granted) }),
      programme: prepared, days: days, earlier: earned.earlier)
    let reckoning = try rules.reckon(request)
    earned.earlier.append(.init(request: request, outcome: reckoning.outcome))
    try disqualify(&earned, to: reckoning.award, origin: id, by: entry, at: instant)
    giveRoom(reckoning.outcome.released, of: earned)
    self.earned[id] = earned
    return reckoning.outcome.totals
  }

  /// Takes off what an event counted towards tiers and does not as what is left of it.
  private mutating func disqualify(
    _ earned: inout Earned, to award: Award?, origin: LedgerEntry.ID, by entry: LedgerEntry.ID,
    at instant: Instant
  ) throws {
    guard let climb = climbs[earned.member.id] else { return }
    let plan = try plan(earned.award, of: earned)
    let left = try award.map { try self.plan($0, of: earned).counted }
    var due = left ?? .zero
    if left != nil { due.count = plan.counted.count }
    let now = plan.counted + earned.takenBack
    let change = TierTotals(
      points: min(0, due.points - now.points), spend: min(0, due.spend - now.spend),
      count: min(0, due.count - now.count))
    earned.takenBack = earned.takenBack + change
    try climb.count(
      TierEvent(
        at: instant, countsAt: plan.qualifiesAt, entry: entry, origin: origin,
        totals: change))
  }

  private func plan(_ award: Award, of earned: Earned) throws -> EarningPlan {
    try EarningPlan(award, for: earned.request, by: prepared, at: earned.at, in: days)
  }

  private mutating func giveRoom(_ released: [Int64], of earned: Earned) {
    for (cap, less) in zip(prepared.caps, released) where less > 0 {
      let id = CapUse(
        of: cap, in: prepared.programme.name, by: earned.member.id, for: earned.request,
        on: earned.award.day
      ).id
      if let used = uses[id] { uses[id] = max(0, used - less) }
    }
  }
}

extension EarningPlan {
  /// What it counts towards tiers.
  var counted: TierTotals {
    TierTotals(
      points: qualifyingPoints, spend: qualifyingSpend?.minorUnits ?? 0,
      count: Int64(qualifyingCount))
  }
}
