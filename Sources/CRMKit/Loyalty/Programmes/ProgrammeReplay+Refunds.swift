extension ProgrammeReplay {
  /// What an event earned of which something is refunded later, or which is undone.
  struct Earned {
    let request: EarnRequest
    let member: Member
    let at: Instant
    let award: Award

    /// Whether it is undone so far.
    var isUndone = false

    /// Refunds of it, in their order, also those that were undone.
    var refunds: [Refund] = []

    /// Refunds of it that are not undone so far.
    var standingRefunds: [Refund] { refunds.filter { !$0.isUndone } }

    /// What they took off what it counts towards tiers.
    var takenBack: TierTotals { standingRefunds.reduce(.zero) { $0 + $1.change } }
  }

  /// A refund that was replayed.
  struct Refund {
    let entry: LedgerEntry.ID
    let rules: RefundRules.Earlier

    /// What it took off what the event counts towards tiers.
    let change: TierTotals

    /// Whether it is undone so far.
    var isUndone = false
  }

  /// Takes back what a refund would have taken back of an event that was kept.
  ///
  /// - Parameters:
  ///   - request: The refund.
  ///   - id: The entry of the event.
  ///   - entry: The entry of the refund.
  ///   - instant: When it happened.
  ///   - recordedAt: When it was recorded.
  /// - Returns: How many points of each kind; none where the event was not replayed.
  /// - Throws: ``LoyaltyError/Code/overflow``.
  mutating func refund(
    _ request: RefundRequest, of id: LedgerEntry.ID, by entry: LedgerEntry.ID, at instant: Instant,
    recordedAt: Instant
  ) throws -> [RefundTotal] {
    guard var earned = earned[id] else { return [] }
    let rules = RefundRules(
      earning: .init(
        request: earned.request, award: earned.award,
        granted: earned.isUndone ? [] : earned.award.totals.map { ($0.points, $0.granted) }),
      programme: prepared, days: days, earlier: earned.standingRefunds.map(\.rules))
    let reckoning = try rules.reckon(request)
    let change = try change(of: earned, to: reckoning.award)
    giveRoom(reckoning.outcome.released, of: earned)
    earned.refunds.append(
      Refund(
        entry: entry, rules: .init(request: request, outcome: reckoning.outcome), change: change))
    self.earned[id] = earned
    refunds[entry] = id
    try count(
      TierEvent(at: instant, countsAt: earned.at, entry: entry, origin: id, totals: change),
      of: earned.member, earning: id, recordedAt: recordedAt)
    return reckoning.outcome.totals
  }

  /// Undoes an event that was kept or a refund of one, or lets it count again by undoing that.
  ///
  /// - Parameters:
  ///   - id: The entry of it.
  ///   - entry: The entry that undoes it.
  ///   - instant: When that happened.
  ///   - recordedAt: When that was recorded.
  mutating func undo(
    _ id: LedgerEntry.ID, by entry: LedgerEntry.ID, at instant: Instant, recordedAt: Instant
  ) throws {
    let again = undoings[id]
    let undone = again ?? id
    let earning = refunds[undone] ?? undone
    guard var earned = earned[earning] else { return }
    var change: TierTotals
    if earning == undone {
      change = try plan(earned.award, of: earned).counted + earned.takenBack
      earned.isUndone = again == nil
    } else {
      guard let place = earned.refunds.firstIndex(where: { $0.entry == undone }) else { return }
      change = earned.refunds[place].change
      earned.refunds[place].isUndone = again == nil
    }
    self.earned[earning] = earned
    if again == nil {
      change = .zero - change
      undoings[entry] = undone
    }
    try count(
      TierEvent(at: instant, countsAt: earned.at, entry: entry, origin: id, totals: change),
      of: earned.member, earning: earning, recordedAt: recordedAt)
  }

  /// What is taken off what an event counts towards tiers and does not as what is left of it.
  private func change(of earned: Earned, to award: Award?) throws -> TierTotals {
    guard looksAtTiers || bonuses.looksAtCounts else { return .zero }
    let plan = try plan(earned.award, of: earned)
    let left = try award.map { try self.plan($0, of: earned).counted }
    var due = left ?? .zero
    if left != nil { due.count = plan.counted.count }
    let now = earned.isUndone ? .zero : plan.counted + earned.takenBack
    return TierTotals(
      points: min(0, due.points - now.points), spend: min(0, due.spend - now.spend),
      count: min(0, due.count - now.count))
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
