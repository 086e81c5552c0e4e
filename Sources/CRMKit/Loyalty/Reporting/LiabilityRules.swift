/// What points are worth in the books: parts of prices put off until points are redeemed.
///
/// Pure rules. Whatever is put off is rounded once, half to even, as it is posted. What of it is
/// earned by an instant is a rounded cumulative figure, and that of a period the difference of two,
/// so that periods never drift from the whole.
///
/// Source: IFRS 15, paragraphs 74–80, B39–B46 and example 52 (IE267–IE270); ASC 606-10-32 and -55.
enum LiabilityRules {
  /// Points that a price was paid for besides what was sold.
  struct Promise: Hashable, Sendable {
    /// How many.
    var points: Int64

    /// What they are worth to who redeems them.
    var worth: PointsTerms.Worth
  }

  /// The parts of a price that were paid for points, by what each would cost by itself.
  ///
  /// Points by themselves are worth what those are that are expected to be redeemed. What is sold is
  /// taken to cost by itself what was paid.
  ///
  ///     // 100,000.00 with 10,000 points of 1.00, of which 95 % are expected: 8,675.80
  ///     try LiabilityRules.allocations(of: price, to: [.init(points: 10_000, worth: worth)], p)
  ///
  /// - Parameters:
  ///   - price: What was paid, without tax, in the money that points are worth something in.
  ///   - promises: The points; those of one price in one call.
  ///   - expected: Which part of them is expected to be redeemed.
  /// - Returns: A part for each, none below zero.
  /// - Throws: ``LoyaltyError/Code/noRate`` where points are worth another money,
  ///   ``LoyaltyError/Code/overflow``.
  static func allocations(
    of price: Money, to promises: [Promise], expecting expected: Rate
  ) throws -> [Money] {
    guard price.minorUnits > 0 else { return promises.map { _ in .zero(price.currency) } }
    return try exactly {
      let worths = try promises.map { promise throws in
        guard promise.worth.money.currency == price.currency else {
          throw LoyaltyError(.noRate, promise.worth.money.currency.rawValue)
        }
        return try part(expected, of: promise.points) * perPoint(promise.worth)
      }
      var all = Fraction(price.minorUnits)
      for worth in worths { all = try all + worth }
      return try worths.map { worth in
        let share = try worth / all
        return try price.proportion(share.numerator, of: share.denominator)
      }
    }
  }

  /// How many of a number of points are expected to be redeemed in the end; never more than were
  /// or still can be.
  ///
  /// - Parameters:
  ///   - points: How many were given and not taken back.
  ///   - redeemed: How many of them were redeemed.
  ///   - outstanding: How many of them can still be.
  ///   - expected: Which part is expected to be redeemed.
  static func redemptions(
    of points: Int64, redeemed: Int64, outstanding: Int64, expecting expected: Rate
  ) throws -> Fraction {
    try exactly {
      let most = Fraction(try redeemed.adding(outstanding))
      return max(Fraction(redeemed), min(try part(expected, of: points), most))
    }
  }

  /// How many points revenue is measured by: the part that was reckoned with from the first for as
  /// long as any can be redeemed, more once more were, and none but those once none is left.
  ///
  /// What ended meanwhile is a part of what was expected never to be redeemed, so it does not make
  /// revenue by itself.
  static func measure(
    of points: Int64, redeemed: Int64, outstanding: Int64, expecting expected: Rate
  ) throws -> Fraction {
    guard outstanding > 0 else { return Fraction(redeemed) }
    return try exactly { max(Fraction(redeemed), try part(expected, of: points)) }
  }

  /// What is earned by now of what was put off: as large a part as was redeemed of the points that
  /// are expected to be; all of it once none can be redeemed any more.
  ///
  /// - Parameters:
  ///   - allocated: What was put off.
  ///   - redeemed: How many points were redeemed.
  ///   - expected: How many are expected to be, those included (``measure(of:redeemed:outstanding:expecting:)``).
  static func recognised(
    of allocated: Money, redeemed: Int64, expected: Fraction
  ) throws -> Money {
    guard Fraction(redeemed) < expected else { return allocated }
    return try exactly {
      let share = try Fraction(redeemed) / expected
      return try allocated.proportion(share.numerator, of: share.denominator)
    }
  }

  /// What is left of the part of a price that was paid for points, some of which were taken back
  /// with a part of the price.
  static func remaining(of price: Money, clawed: Int64, of points: Int64) throws -> Money {
    guard points > 0, clawed < points else { return .zero(price.currency) }
    guard clawed > 0 else { return price }
    return try price.proportion(points - clawed, of: points)
  }

  /// What it costs to redeem points.
  static func cost(of points: Fraction, worth: PointsTerms.Worth) throws -> Money {
    try exactly {
      let units = try points * perPoint(worth)
      return Money(minorUnits: units.rounded(.halfEven), worth.money.currency)
    }
  }

  /// Which part of points that cannot be redeemed any more never was.
  static func breakage(unused: Int64, of points: Int64) -> Fraction? {
    guard points > 0 else { return nil }
    return Fraction(unused, over: points)
  }

  // MARK: Arithmetic

  private static func part(_ rate: Rate, of points: Int64) throws(Fraction.Overflow) -> Fraction {
    guard let rate = Fraction(rate.partsPerMillion, over: 1_000_000) else {
      throw Fraction.Overflow()
    }
    return try Fraction(points) * rate
  }

  /// Minor units of money for a point.
  private static func perPoint(
    _ worth: PointsTerms.Worth
  ) throws(Fraction.Overflow) -> Fraction {
    guard let fraction = Fraction(worth.money.minorUnits, over: worth.points) else {
      throw Fraction.Overflow()
    }
    return fraction
  }

  /// What a computation comes to.
  ///
  /// - Throws: ``LoyaltyError/Code/overflow`` where it takes more than 64 bits.
  private static func exactly<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch is Fraction.Overflow {
      throw LoyaltyError(.overflow)
    }
  }
}
