/// A loyalty programme: what earns points, how long they last and what may be done with them.
///
/// A programme is data: it is defined in a CRM (``LoyaltyOperations/define(_:from:)``), versioned,
/// and changed without the program. What happened falls under the version that held then. Several
/// programmes can stand side by side, each by its name.
///
///     var club = LoyaltyProgramme.standard("club")   // 1 point for each 1.00 EUR, for 12 months
///     club.rules.append(
///       EarningRule("weekend", .multiplier(2), when: .init(weekdays: [.saturday, .sunday])))
///     try tx.loyalty.define(club)
public struct LoyaltyProgramme: Hashable, Sendable {
  /// The name, the same from version to version.
  public var name: String

  /// 1 for the first definition, raised by one with each change.
  public var version: Int

  /// Where its days begin and end.
  public var zone: Zone

  /// The money that rules are written in.
  public var money: Currency

  /// The kinds of points there are; where one is not named, the first is meant.
  public var points: [PointsTerms]

  /// What gives points.
  public var rules: [EarningRule]

  /// What an order counts for.
  public var basis = EarningBasis()

  /// What becomes of parts of a point.
  public var rounding = RoundingTerms()

  /// How several multipliers work together.
  public var promotions = PromotionTerms()

  /// How much can be earned in all; those of a rule stand with the rule.
  public var caps: [EarningCap] = []

  /// Whether a refund gives room under a cap back.
  public var cap = CapTerms()

  /// At which rates other money is counted.
  public var rates = RateTerms()

  /// What makes an order of the store earn by itself.
  public var earnsOn = EarningMoment.paid

  /// How long points wait before they can be spent.
  public var pending = PendingTerms()

  /// How long points last.
  public var expiry = ExpiryPolicy()

  /// Which points are spent first.
  public var drawOrder = DrawOrder.soonestExpiry

  /// How points are spent.
  public var redemption = RedemptionTerms()

  /// What is taken back where an order is refunded.
  public var clawback = ClawbackTerms()

  /// What a refund does.
  public var refund = RefundTerms()

  /// What becomes of points that are given back.
  public var restore = RestoreTerms()

  /// How points go from one member to another.
  public var transfer = TransferTerms()

  /// How members share points, and how two become one.
  public var pool = PoolTerms()

  /// What staff may add and take away.
  public var adjustment = AdjustmentTerms()

  /// What members get for bringing others; `nil` where they get nothing.
  public var referral: ReferralTerms?

  /// The tiers that members climb.
  public var tierGroups: [TierGroup] = []

  /// Badges and challenges.
  public var achievements: [AchievementTerms] = []

  /// The tier that an order's points are multiplied by.
  public var tier = TierEarningTerms()

  /// What is reckoned with where points are put into money.
  public var accounting = AccountingTerms()

  /// What is kept of requests that were refused.
  public var idempotency = IdempotencyTerms()

  /// A programme; ``LoyaltyOperations/define(_:from:)`` looks whether it can work.
  public init(
    _ name: String, version: Int = 1, zone: Zone, money: Currency, points: [PointsTerms],
    rules: [EarningRule]
  ) {
    self.name = name
    self.version = version
    self.zone = zone
    self.money = money
    self.points = points
    self.rules = rules
  }

  /// One point for each full 1.00 of what is spent, 100 of them worth 1.00, for 12 months.
  ///
  /// Tax counts, shipping and gift cards do not, nor does what is paid with points.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - zone: Where its days begin and end.
  ///   - money: The money that is spent.
  public static func standard(
    _ name: String, zone: Zone = Zone("Europe/Berlin") ?? .utc, money: Currency = .eur
  ) -> LoyaltyProgramme {
    let one = Money.one(of: money)
    return LoyaltyProgramme(
      name, zone: zone, money: money, points: [PointsTerms("points", worth: .init(100, one))],
      rules: [EarningRule("spend", .proportional(1, per: one))])
  }
}

extension LoyaltyProgramme {
  /// The kind of points of a name; the first one where none is given.
  func terms(of points: String?) -> PointsTerms? {
    guard let points else { return self.points.first }
    return self.points.first { $0.name == points }
  }
}

extension Money {
  /// 1 of a currency, in its minor units.
  static func one(of currency: Currency) -> Money {
    Money(minorUnits: currency.minorUnitsInOne, currency)
  }
}

extension Currency {
  /// How many minor units one of it has.
  var minorUnitsInOne: Int64 {
    var units: Int64 = 1
    for _ in 0..<decimals { units *= 10 }
    return units
  }
}

/// A model of an earlier program has no word of what came later: that is as it is by default.
extension LoyaltyProgramme: Codable {
  public init(from decoder: any Decoder) throws {
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try stored.decode(String.self, forKey: .name),
      version: try stored.decode(Int.self, forKey: .version),
      zone: try stored.decode(Zone.self, forKey: .zone),
      money: try stored.decode(Currency.self, forKey: .money),
      points: try stored.decode([PointsTerms].self, forKey: .points),
      rules: try stored.decode([EarningRule].self, forKey: .rules))
    try stored.read(.basis, into: &basis)
    try stored.read(.rounding, into: &rounding)
    try stored.read(.promotions, into: &promotions)
    try stored.read(.caps, into: &caps)
    try stored.read(.cap, into: &cap)
    try stored.read(.rates, into: &rates)
    try stored.read(.earnsOn, into: &earnsOn)
    try stored.read(.pending, into: &pending)
    try stored.read(.expiry, into: &expiry)
    try stored.read(.drawOrder, into: &drawOrder)
    try stored.read(.redemption, into: &redemption)
    try stored.read(.clawback, into: &clawback)
    try stored.read(.refund, into: &refund)
    try stored.read(.restore, into: &restore)
    try stored.read(.transfer, into: &transfer)
    try stored.read(.pool, into: &pool)
    try stored.read(.adjustment, into: &adjustment)
    try stored.read(.referral, into: &referral)
    try stored.read(.tierGroups, into: &tierGroups)
    try stored.read(.achievements, into: &achievements)
    try stored.read(.tier, into: &tier)
    try stored.read(.accounting, into: &accounting)
    try stored.read(.idempotency, into: &idempotency)
  }
}

extension KeyedDecodingContainer {
  /// Reads a setting where there is a word of it, and leaves it as it is otherwise.
  func read<Value: Decodable>(_ key: Key, into value: inout Value) throws {
    value = try decodeIfPresent(Value.self, forKey: key) ?? value
  }

  /// Reads a setting that need not be made.
  func read<Value: Decodable>(_ key: Key, into value: inout Value?) throws {
    value = try decodeIfPresent(Value.self, forKey: key) ?? value
  }
}
