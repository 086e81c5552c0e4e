/// The points that were earned in one month: what became of them, and what is still owed for them.
public struct LiabilityCohort: Hashable, Sendable {
  /// The first day of the month, in the programme's zone.
  public let month: CalendarDate

  /// How many were given.
  public let issued: Int64

  /// How many of them were taken back.
  public let clawed: Int64

  /// How many were redeemed, less those given back.
  public let redeemed: Int64

  /// How many ended.
  public let expired: Int64

  /// How many were given up or lost.
  public let forfeited: Int64

  /// How many settled what was owed, were taken by hand or became points of another kind.
  public let elsewhere: Int64

  /// How many can still be redeemed, now or later.
  public let outstanding: Int64

  /// How many of these are not confirmed yet.
  public let pending: Int64

  /// How many of those outstanding are expected to be redeemed, rounded half to even.
  public let expectedRedemptions: Int64

  /// What that will cost.
  public let expectedCost: Money

  /// Which part of prices was put off for them, what was refunded with points taken back left out.
  public let allocated: Money

  /// How much of that is earned by now.
  public let recognised: Money

  /// What points without a sale, such as goodwill, are expected to cost: a provision.
  public let provision: Money

  /// Whether none of them can be redeemed any more, and none will come.
  public let isMatured: Bool

  /// Which part of them was never redeemed; `nil` until that is known, and where all were taken
  /// back.
  public let breakage: Fraction?

  /// How the figures in money come about, in a sentence.
  public let explanation: String

  /// How much of what was put off is not earned yet.
  public var deferred: Money {
    Money(minorUnits: allocated.minorUnits &- recognised.minorUnits, allocated.currency)
  }
}

extension LiabilityCohort {
  /// What is reckoned with at an instant.
  struct Terms {
    let expected: Rate
    let worth: PointsTerms.Worth?
    let money: Currency
  }

  /// What was earned in a month, with a sale and without one, as it is counted up.
  struct Sums {
    var sold = PointsTally()
    var given = PointsTally()
    /// How many of the sold ones were redeemed or settled what was redeemed before.
    var used: Int64 = 0
    var price: Money
    var allocated: Money

    init(in money: Currency) {
      price = .zero(money)
      allocated = .zero(money)
    }

    /// Adds what became of the points of an origin.
    mutating func add(_ tally: PointsTally, of origin: LiabilityFold.Origin) throws {
      guard let price = origin.price else {
        try given.add(tally)
        return
      }
      try sold.add(tally)
      guard tally.given > 0 else { return }
      used = try used.adding(tally.used)
      self.price = try self.price + price
      allocated =
        try allocated
        + LiabilityRules.remaining(
          of: price, clawed: tally.given &- tally.net, of: tally.given)
    }
  }

  /// What a month's points come to.
  init(
    _ month: CalendarDate, _ sums: Sums, isOver: Bool, by terms: Terms
  ) throws {
    var all = sums.sold
    try all.add(sums.given)
    let sold = try LiabilityRules.redemptions(
      of: max(0, sums.sold.net), redeemed: sums.used, outstanding: max(0, sums.sold.outstanding),
      expecting: terms.expected)
    let measure = try LiabilityRules.measure(
      of: max(0, sums.sold.net), redeemed: sums.used, outstanding: max(0, sums.sold.outstanding),
      expecting: terms.expected)
    let given = try LiabilityRules.redemptions(
      of: max(0, sums.given.net), redeemed: sums.given.used,
      outstanding: max(0, sums.given.outstanding), expecting: terms.expected)
    let cost = try Cost(
      ofSold: sold, used: sums.used, given: given, used: sums.given.used, by: terms)
    self.month = month
    issued = all.given
    clawed = all.clawed
    redeemed = all.redeemed
    expired = all.expired
    forfeited = all.forfeited
    elsewhere = try all.settled.adding(all.elsewhere)
    outstanding = all.outstanding
    pending = all.pending
    expectedRedemptions = cost.points
    expectedCost = cost.ofAll
    provision = cost.ofGiven
    allocated = sums.allocated
    recognised = try LiabilityRules.recognised(
      of: sums.allocated, redeemed: sums.used, expected: measure)
    isMatured = isOver && all.outstanding == 0
    breakage =
      isMatured
      ? LiabilityRules.breakage(unused: try expired.adding(forfeited), of: all.net) : nil
    explanation = Self.explanation(
      recognised, of: sums, expected: measure, provision: provision, terms)
  }

  private static func explanation(
    _ recognised: Money, of sums: Sums, expected: Fraction, provision: Money, _ terms: Terms
  ) -> String {
    var sentences: [String] = []
    if sums.price.minorUnits > 0 {
      let refunded = sums.price.minorUnits &- sums.allocated.minorUnits
      let less =
        refunded == 0 ? "" : " (\(sums.price) less what was refunded)"
      sentences.append(
        "Of \(sums.allocated)\(less) put off for \(sums.sold.net) points, \(recognised) is earned: "
          + (sums.sold.outstanding > 0
            ? "\(sums.used) of \(expected) points expected to be redeemed are."
            : "none of them can be redeemed any more."))
    }
    if sums.given.outstanding > 0 {
      sentences.append(
        "\(sums.given.outstanding) points without a sale are expected to cost \(provision).")
    }
    return sentences.joined(separator: " ")
  }
}

/// What it will cost to redeem points that are expected to be.
private struct Cost {
  let points: Int64
  let ofAll: Money
  let ofGiven: Money

  init(
    ofSold sold: Fraction, used: Int64, given: Fraction, used usedOfGiven: Int64,
    by terms: LiabilityCohort.Terms
  ) throws {
    let soldLeft: Fraction
    let givenLeft: Fraction
    let left: Fraction
    do {
      soldLeft = try sold - Fraction(used)
      givenLeft = try given - Fraction(usedOfGiven)
      left = try soldLeft + givenLeft
    } catch {
      throw LoyaltyError(.overflow)
    }
    points = left.rounded(.halfEven)
    guard let worth = terms.worth else {
      ofAll = .zero(terms.money)
      ofGiven = .zero(terms.money)
      return
    }
    ofAll = try LiabilityRules.cost(of: left, worth: worth)
    ofGiven = try LiabilityRules.cost(of: givenLeft, worth: worth)
  }
}
