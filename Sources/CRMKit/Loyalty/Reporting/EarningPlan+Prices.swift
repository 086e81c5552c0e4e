extension EarningPlan {
  /// Notes the part of what an order cost that was paid for each of its credits; none for points
  /// that no price was paid for, or that are worth nothing in money.
  ///
  /// - Parameters:
  ///   - credits: All that the order earned.
  ///   - rate: How much of the programme's money one of the order's was, where it was another.
  static func price(
    _ credits: inout [Credit], for request: EarnRequest, at rate: Fraction?,
    by prepared: PreparedProgramme
  ) throws {
    guard let price = try request.price(in: prepared.programme.money, at: rate) else { return }
    var promises: [LiabilityRules.Promise] = []
    var priced: [Int] = []
    for place in credits.indices {
      guard let worth = prepared.programme.terms(of: credits[place].currency)?.worth
      else { continue }
      promises.append(.init(points: credits[place].points, worth: worth))
      priced.append(place)
    }
    let parts = try LiabilityRules.allocations(
      of: price, to: promises, expecting: prepared.programme.accounting.expectedRedemption)
    for (place, part) in zip(priced, parts) { credits[place].price = part }
  }
}

extension EarnRequest {
  /// What was paid for what was sold and for the points with it: without tax, without gift cards,
  /// which are paid for in advance, and without what was paid with points; `nil` for nothing, for
  /// what is no order, and for other money without a rate.
  ///
  /// - Parameters:
  ///   - money: The money it is wanted in.
  ///   - rate: How much of it one of the order's money was, where that was another.
  func price(in money: Currency, at rate: Fraction?) throws -> Money? {
    guard occasion == .order, let currency else { return nil }
    var price = Money.zero(currency)
    for line in lines where line.kind != .giftCard {
      price = try price + (line.amount - line.tax)
    }
    if let paidWithPoints { price = try price - paidWithPoints }
    guard price.minorUnits > 0 else { return nil }
    if currency == money { return price }
    guard let rate else { return nil }
    let units = try price.proportion(rate.numerator, of: rate.denominator).minorUnits
    return Money(minorUnits: units, money)
  }
}
