/// Taking points back for a refund, on the accounts of who earned them.
struct LedgerRefund {
  /// The entry that earned.
  let earning: LedgerEntry

  let rules: RefundRules

  /// What the refund comes to.
  let reckoning: RefundRules.Reckoning

  /// What it counts towards tiers by now, refunds before included.
  let qualified: Qualification

  /// Does what the rules say, and notes what came of it.
  ///
  /// - Returns: What came of it.
  func run(on work: LedgerWork) throws -> RefundOutcome {
    var outcome = reckoning.outcome
    outcome.shortfall = work.programme.clawback.shortfall
    for index in outcome.totals.indices {
      var total = outcome.totals[index]
      let origin = try PointsOrigin(of: earning, in: total.points, work)
      rules.limit(&total, lost: origin.lost)
      let left = try origin.take(total.claw, on: work)
      total.taken = total.claw - left
      try bear(left, of: &total, origin, &outcome, on: work)
      outcome.totals[index] = total
    }
    work.entry.cause = earning.id
    work.entry.reference = earning.reference
    work.entry.outcome = Payload(outcome)
    try disqualify(on: work)
    return outcome
  }

  /// Does as the programme says with points that were to be taken back and are not there.
  private func bear(
    _ points: Int64, of total: inout RefundTotal, _ origin: PointsOrigin,
    _ outcome: inout RefundOutcome, on work: LedgerWork
  ) throws {
    guard points > 0 else { return }
    switch outcome.shortfall {
    case .allowNegative: total.owed = points
    case .clampAndWriteOff: total.writtenOff = points
    case .pendingOnly: total.forgone = points
    case .withholdFromRefund:
      let withheld = try rules.withhold(points, of: total, from: outcome.cash)
      total.withheld = withheld?.points ?? 0
      total.forgone = points - total.withheld
      if let money = withheld?.money {
        outcome.withheld = try (outcome.withheld ?? .zero(money.currency)) + money
        outcome.cash = try outcome.cash.map { try $0 - money }
      }
    }
    try work.bear(points, of: total.points, of: origin.owner, to: .issued)
  }

  /// Takes off what counted towards tiers and does not as what is left of it.
  private func disqualify(on work: LedgerWork) throws {
    guard let at = earning.qualifiesAt else { return }
    let due = try Qualification(of: reckoning.award, instead: earning, rules)
    work.entry.qualifiesAt = at
    work.entry.qualifyingPoints = min(0, due.points - qualified.points)
    work.entry.qualifyingCount = min(0, due.count - qualified.count)
    if let spend = qualified.spend {
      let less = (due.spend?.minorUnits ?? 0) - spend.minorUnits
      work.entry.qualifyingSpend = Money(minorUnits: min(0, less), spend.currency)
    }
  }
}

/// What an earning counts towards tiers.
struct Qualification {
  var points: Int64
  var spend: Money?
  var count: Int

  /// What an entry counted.
  init(_ entry: LedgerEntry) {
    points = entry.qualifyingPoints
    spend = entry.qualifyingSpend
    count = entry.qualifyingCount
  }

  /// What an earning counts as what is left of it, never more than it did.
  ///
  /// - Parameter award: How it would have earned as that; `nil` where nothing is left.
  init(of award: Award?, instead entry: LedgerEntry, _ rules: RefundRules) throws {
    self.init(entry)
    guard let award else {
      (points, spend, count) = (0, spend.map { .zero($0.currency) }, 0)
      return
    }
    let plan = try EarningPlan(
      award, for: rules.earning.request, by: rules.programme, at: entry.occurredAt, in: rules.days)
    points = min(points, plan.qualifyingPoints)
    if let whole = spend, let left = plan.qualifyingSpend, left.minorUnits < whole.minorUnits {
      spend = left
    }
  }

  /// What is left of it after an entry that takes some off.
  func adding(_ entry: LedgerEntry) throws -> Qualification {
    var sum = self
    sum.points = try points.adding(entry.qualifyingPoints)
    sum.count += entry.qualifyingCount
    if let spend, let change = entry.qualifyingSpend { sum.spend = try spend + change }
    return sum
  }
}
