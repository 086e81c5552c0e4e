/// How many points may be spent at once; values in, values out.
enum RedemptionRules {
  /// What is to be paid with points, and what one of them is worth for it.
  struct Order {
    /// What it comes to, more than nothing.
    var amount: Money

    /// How many minor units of its money a point is worth.
    var worthOfPoint: Fraction
  }

  /// How many of the points asked for are spent.
  ///
  /// The least comes first, then what the order allows, then whole blocks. Where a limit says so,
  /// fewer are granted; where none could be, it is refused all the same.
  ///
  /// - Throws: ``LoyaltyError`` of code `belowMinimum`, `exceedsOrderCap` or `notInBlocks`, with how
  ///   many would do; `overflow`.
  static func payment(
    of requested: Int64, _ currency: String, towards order: Order?, by terms: RedemptionTerms
  ) throws(LoyaltyError) -> PointsPayment {
    let least = terms.leastAtOnce
    guard requested >= terms.minimum else {
      throw LoyaltyError(.belowMinimum, requested: requested, allowed: least, currency)
    }
    var payment = PointsPayment(
      currency: currency, requested: requested, points: requested, order: order?.amount, limits: [])
    if let order {
      let most = try mostPoints(for: order, by: terms)
      if payment.points > most {
        let whole = terms.whole(most)
        try payment.limit(
          to: whole, LoyaltyError(.exceedsOrderCap, requested: requested, allowed: whole, currency),
          by: terms)
      }
    }
    if payment.points % terms.block != 0 {
      let whole = terms.whole(payment.points)
      try payment.limit(
        to: whole,
        LoyaltyError(
          .notInBlocks, requested: requested, allowed: whole > 0 ? whole : least,
          "\(terms.block) \(currency)"), by: terms)
    }
    if let order { payment.worth = try worth(of: payment.points, for: order, least) }
    return payment
  }

  /// The most points that may be spent on an order, in blocks or not.
  private static func mostPoints(for order: Order, by terms: RedemptionTerms) throws(LoyaltyError)
    -> Int64
  {
    do {
      let share =
        Fraction(terms.maximumShare.partsPerMillion, over: 1_000_000) ?? .zero
      let payable = try Fraction(order.amount.minorUnits) * share
      return try (payable / order.worthOfPoint).rounded(.down)
    } catch {
      throw LoyaltyError(.overflow, "points for \(order.amount)")
    }
  }

  /// What points pay of an order.
  ///
  /// - Throws: ``LoyaltyError/Code/belowMinimum`` where that is nothing.
  private static func worth(of points: Int64, for order: Order, _ least: Int64)
    throws(LoyaltyError) -> Money
  {
    do throws(Fraction.Overflow) {
      let units = try (Fraction(points) * order.worthOfPoint).rounded(.down)
      if units > 0 { return Money(minorUnits: units, order.amount.currency) }
    } catch {
      throw LoyaltyError(.overflow, requested: points)
    }
    let payingOne = (try? Fraction.one / order.worthOfPoint)?.rounded(.up) ?? points
    throw LoyaltyError(.belowMinimum, requested: points, allowed: max(least, payingOne))
  }
}

extension PointsPayment {
  /// Grants as many points as a limit allows, or refuses.
  fileprivate mutating func limit(
    to allowed: Int64, _ error: LoyaltyError, by terms: RedemptionTerms
  ) throws(LoyaltyError) {
    guard terms.exceeding == .clamp, allowed > 0 else { throw error }
    points = allowed
    limits.append(error)
  }
}

extension RedemptionTerms {
  /// The most of some points that can be spent at once: whole blocks, or none where that is less
  /// than the least.
  fileprivate func whole(_ points: Int64) -> Int64 {
    let whole = points - points % block
    return whole < minimum ? 0 : whole
  }

  /// The least that can be spent at once, in whole blocks.
  fileprivate var leastAtOnce: Int64 {
    let rest = minimum % block
    guard rest > 0 else { return minimum }
    let (sum, overflow) = minimum.addingReportingOverflow(block - rest)
    return overflow ? .max : sum
  }
}
