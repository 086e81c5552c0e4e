extension LoyaltyOperations {
  /// How much of an order points would pay now; nothing is changed and nothing promised.
  ///
  /// What ``redeem(_:of:from:key:reference:paying:at:)`` and
  /// ``hold(_:of:from:key:reference:paying:lasting:)`` would do at this instant.
  ///
  /// - Parameters:
  ///   - points: How many, at least 1; `nil` for as many as the member has and the order allows.
  ///   - currency: The name of the points, if not the programme's first.
  ///   - member: Whose.
  ///   - order: What the order comes to.
  /// - Throws: ``LoyaltyError`` of code `ineligible`, `belowMinimum`, `exceedsOrderCap`,
  ///   `notInBlocks`, `insufficientPoints` with how many would do; `invalidAmount`,
  ///   `noRate`, `unknownReference`, `unknownCurrency`, `overflow`.
  /// - Complexity: O(log *n*).
  public func quote(
    _ points: Int64?, of currency: String? = nil, for member: LoyaltyMember.ID,
    towards order: Money
  ) throws -> PointsPayment {
    if let points { try LoyaltyError.checkAmount(points) }
    let balance = try balance(of: member, currency)
    let member = try resolve(member)
    guard member.status == .active else {
      throw LoyaltyError(.ineligible, member.status.rawValue)
    }
    let programme = try programme(member.programme)
    let priced = try redemptionOrder(order, of: currency, by: programme, at: transaction.now)
    var terms = programme.redemption
    if points == nil { terms.exceeding = .clamp }
    let payment = try RedemptionRules.payment(
      of: points ?? max(0, balance.available), balance.currency, towards: priced, by: terms)
    guard payment.points <= balance.available else {
      throw LoyaltyError(
        .insufficientPoints, requested: payment.points, allowed: max(0, balance.available),
        balance.currency)
    }
    return payment
  }

  /// An order with what a point is worth in its money.
  ///
  /// - Throws: ``LoyaltyError`` of code `invalidAmount`, `noRate`, `overflow`.
  func redemptionOrder(
    _ amount: Money, of currency: String?, by programme: LoyaltyProgramme, at instant: Instant
  ) throws -> RedemptionRules.Order {
    try LoyaltyError.checkAmount(amount.minorUnits, "order")
    guard let terms = programme.terms(of: currency) else {
      throw LoyaltyError(.unknownCurrency, currency ?? "")
    }
    guard let worth = terms.worth, worth.points > 0, worth.money.minorUnits > 0 else {
      throw LoyaltyError(.noRate, "points called “\(terms.name)”")
    }
    guard let units = Fraction(worth.money.minorUnits, over: worth.points) else {
      throw LoyaltyError(.overflow, terms.name)
    }
    guard amount.currency != worth.money.currency else {
      return RedemptionRules.Order(amount: amount, worthOfPoint: units)
    }
    guard let rate = try moneyRate(amount.currency, in: programme, at: instant), rate > .zero
    else { throw LoyaltyError(.noRate, amount.currency.rawValue) }
    do {
      return RedemptionRules.Order(amount: amount, worthOfPoint: try units / rate)
    } catch {
      throw LoyaltyError(.overflow, "rate of \(amount.currency.rawValue)")
    }
  }
}
