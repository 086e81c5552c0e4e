/// What a refund takes back of an earning, by the rules under which it earned; pure.
///
/// What is left of the order is held against the rules of the version that was in force when it
/// earned, in the circumstances of then; never against those of today. What the order had earned,
/// less what it earns as what is left of it, less what refunds before wanted, is taken back: so
/// however an order is refunded bit by bit, it comes to the same.
struct RefundRules {
  /// What earned.
  let earning: Earning

  /// The version of the programme by whose rules it earned.
  let programme: PreparedProgramme

  /// The days of the programme's zone.
  let days: LocalDays

  /// Refunds of it before this one, less those that were undone.
  let earlier: [Earlier]

  /// An entry that earned, as far as refunds look at it.
  struct Earning {
    /// What was asked for.
    let request: EarnRequest

    /// How the points came about; `nil` where no rules gave them.
    let award: Award?

    /// How many points of each kind it gave, in the order of the kinds.
    let granted: [(points: String, count: Int64)]
  }

  /// A refund before, as far as later ones look at it.
  struct Earlier {
    let request: RefundRequest
    let outcome: RefundOutcome
  }

  /// What a refund comes to.
  struct Reckoning {
    /// What happened, with nothing taken back yet.
    var outcome: RefundOutcome

    /// Which part of the points that paid goes back in all.
    var share: Fraction

    /// How the order would have earned as what is left of it; `nil` where nothing is left.
    var award: Award?

    /// Whether there is more of the order than there was before.
    var isUndoing: Bool
  }

  /// Looks at what a refund comes to.
  ///
  /// - Throws: ``LoyaltyError`` of code `invalidAmount`, `exceedsOrder`, `unknownReference`,
  ///   `currencyMismatch` or `overflow`.
  /// - Complexity: O(*r* × *l*) in the rules and the lines, and in the refunds before.
  func reckon(_ request: RefundRequest) throws -> Reckoning {
    let terms = programme.programme.refund
    var remainder = OrderRemainder(of: earning.request)
    for refund in earlier { try remainder.take(refund.request) }
    let before = try remainder.refunded()
    let awardBefore = earlier.isEmpty ? earning.award : try award(for: remainder)
    try remainder.take(request)
    let (after, left) = (try remainder.refunded(), try remainder.left())
    let (old, new) = (try split(before, remainder), try split(after, remainder))
    let award = try award(for: remainder)
    var outcome = RefundOutcome(
      pointsPaid: terms.pointsPaid, eligibility: terms.eligibility,
      shortfall: programme.programme.clawback.shortfall, totals: try totals(due: award),
      items: award?.items ?? [], released: released(from: awardBefore, to: award))
    if let currency = earning.request.currency {
      func money(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, currency) }
      outcome.amount = money(max(0, after - before))
      outcome.before = money(before)
      outcome.left = money(left)
      outcome.cash = money(max(0, new.cash - old.cash))
      outcome.points = money(max(0, new.points - old.points))
    }
    let isUndoing = after < before || outcome.totals.contains { $0.due > $0.granted - $0.settled }
    return Reckoning(
      outcome: outcome, share: new.share, award: award, isUndoing: isUndoing)
  }

  private func split(_ refunded: Int64, _ remainder: OrderRemainder) throws -> RefundSplit {
    try RefundSplit(
      refunded, of: remainder.total,
      paidWithPoints: earning.request.paidWithPoints?.minorUnits ?? 0,
      programme.programme.refund.pointsPaid)
  }

  /// How the order would have earned as what is left of it.
  private func award(for remainder: OrderRemainder) throws -> Award? {
    var request = earning.request
    request.lines = try remainder.lines()
    guard let award = earning.award, let currency = request.currency else { return nil }
    let stillPaid = try split(try remainder.refunded(), remainder).stillPaid
    let paid = min(stillPaid, request.lines.reduce(0) { $0 + $1.amount.minorUnits })
    request.paidWithPoints = paid > 0 ? Money(minorUnits: paid, currency) : nil
    return try EarningRules.reevaluate(
      award, programme, request,
      keepingEligibility: programme.programme.refund.eligibility == .keepEligibility)
  }

  private func totals(due award: Award?) throws -> [RefundTotal] {
    earning.granted.map { points, granted in
      let due = min(granted, max(0, award?.granted(of: points) ?? 0))
      let settled = sum({ $0.wanted }, of: points)
      return RefundTotal(
        points: points, granted: granted, settled: settled, due: due,
        wanted: max(0, granted - settled - due), lost: 0, claw: 0, taken: 0, owed: 0, writtenOff: 0,
        withheld: 0, forgone: 0)
    }
  }

  /// What refunds before come to in one respect.
  private func sum(_ part: (RefundTotal) -> Int64, of points: String) -> Int64 {
    earlier.reduce(0) { $0 + ($1.outcome.total(of: points).map(part) ?? 0) }
  }

  // MARK: What is taken back

  /// Limits what is taken back to what was enjoyed.
  ///
  /// - Parameters:
  ///   - total: What the rules want.
  ///   - lost: How many of the points ended, or were given up, before anybody had anything of them.
  func limit(_ total: inout RefundTotal, lost: Int64) {
    total.lost = lost
    let enjoyed = total.granted - lost - sum({ $0.claw }, of: total.points)
    total.claw = min(total.wanted, max(0, enjoyed))
  }

  /// How many of the points that are not there can be withheld from money, and what that is.
  ///
  /// What is withheld is rounded in all, half to the even, not refund by refund.
  ///
  /// - Parameters:
  ///   - points: How many.
  ///   - total: What they are of.
  ///   - cash: How much money there is to withhold from.
  func withhold(_ points: Int64, of total: RefundTotal, from cash: Money?) throws
    -> (points: Int64, money: Money)?
  {
    guard let cash, let rate = try worth(of: total.points, in: cash.currency) else { return nil }
    let before = sum({ $0.withheld }, of: total.points)
    let gone = try (Fraction(before) * rate).rounded(.halfEven)
    let all = try (Fraction(before.adding(points)) * rate).rounded(.halfEven)
    if all - gone <= cash.minorUnits {
      return (points, Money(minorUnits: all - gone, cash.currency))
    }
    let most = try (Fraction(cash.minorUnits) / rate).rounded(.down)
    return (min(points, most), cash)
  }

  /// The minor units of money that a point is worth; `nil` where it is worth none.
  private func worth(of points: String, in currency: Currency) throws -> Fraction? {
    guard let worth = programme.programme.terms(of: points)?.worth, worth.points > 0,
      worth.money.minorUnits > 0
    else { return nil }
    let each = try Fraction(worth.money.minorUnits) / Fraction(worth.points)
    if worth.money.currency == currency { return each }
    guard worth.money.currency == programme.programme.money,
      let rate = earning.award?.moneyRate, rate > .zero
    else { return nil }
    return try each / rate
  }
}
