extension LedgerWork {
  /// Spends points, for an order or for something else; where the member does that too often they
  /// are set aside until somebody has looked at it.
  ///
  /// - Throws: ``LoyaltyError`` of code `ineligible`, `insufficientPoints`, or of a limit of the
  ///   programme's (``RedemptionTerms``).
  func spend(_ requested: Int64, of currency: String?, towards order: Money?) throws {
    let payment = try limited(requested, of: currency, towards: order)
    try spend(payment.points, of: payment.currency)
  }

  /// Spends so many points whatever the limits of an order, such as for a reward.
  func spend(_ points: Int64, of currency: String) throws {
    try checkSpendable(currency)
    if try isTooOften() {
      try setAside(points, of: currency, as: .review, until: .latest)
    } else {
      try draw(points, of: currency, to: .redeemed)
      try noteActivity(.redeem, in: currency)
    }
  }

  /// Sets points aside, for an order or for something else.
  func setAside(
    _ requested: Int64, of currency: String?, towards order: Money?, until instant: Instant
  ) throws {
    let payment = try limited(requested, of: currency, towards: order)
    try checkSpendable(payment.currency)
    if try isTooOften() {
      try setAside(payment.points, of: payment.currency, as: .review, until: .latest)
    } else {
      try setAside(payment.points, of: payment.currency, as: .hold, until: instant)
    }
  }

  private func setAside(
    _ points: Int64, of currency: String, as kind: LedgerEntry.Kind, until instant: Instant
  ) throws {
    try draw(points, of: currency, to: .held, member.id)
    try wake(for: currency, at: instant)
    entry.kind = kind
    entry.hold = loyalty.transaction.makeIdentifier()
    entry.holdExpiresAt = instant
  }

  // MARK: Limits

  private func limited(_ requested: Int64, of currency: String?, towards order: Money?) throws
    -> PointsPayment
  {
    let payment = try RedemptionRules.payment(
      of: requested, try name(currency), towards: try order.map { try self.order($0, currency) },
      by: programme.redemption)
    if order != nil || !payment.limits.isEmpty { entry.outcome = Payload(payment) }
    return payment
  }

  private func order(_ amount: Money, _ currency: String?) throws -> RedemptionRules.Order {
    try loyalty.redemptionOrder(amount, of: currency, by: programme, at: entry.occurredAt)
  }

  /// Refuses points that only reach tiers: they can be neither spent nor given away.
  ///
  /// - Throws: ``LoyaltyError/Code/ineligible``.
  func checkSpendable(_ currency: String) throws {
    if let terms = programme.terms(of: currency), !terms.isSpendable {
      throw LoyaltyError(.ineligible, "“\(currency)” reach tiers and cannot be spent")
    }
  }

  /// Whether the member has spent points so often lately that somebody is to look at it.
  ///
  /// Redemptions that were undone count as well; points that were set aside and went back do not,
  /// nor does what others do who share the points with a pool.
  ///
  /// - Complexity: O(*k*) in the member's entries of that time.
  private func isTooOften() throws -> Bool {
    guard let velocity = programme.redemption.velocity else { return false }
    let (member, until) = (actor.id, entry.occurredAt)
    let from = until + .seconds(-60 * Int64(velocity.minutes))
    var times = 0
    for id in try loyalty.family(of: member) {
      try loyalty.entries.scan(
        Query(where: { $0.parties.contains(id) }, sortedBy: { _ in [.newestFirst] })
      ) { held in
        let entry = held.row
        // What happened since then was recorded since then.
        guard entry.recordedAt > from else { return false }
        if entry.qualifier == id, entry.spendsPoints, entry.refusal == nil,
          entry.occurredAt > from, entry.occurredAt <= until, try !wentBack(entry)
        {
          times += 1
        }
        return times < velocity.times
      }
    }
    return times >= velocity.times
  }

  /// Whether an entry set points aside that went back unspent.
  private func wentBack(_ entry: LedgerEntry) throws -> Bool {
    guard let id = entry.hold else { return false }
    let hold = try hold(id)
    switch hold.status {
    case .open: return hold.expiresAt <= now
    case .captured: return false
    case .voided, .lapsed: return true
    }
  }
}
