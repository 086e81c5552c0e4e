/// What gives members points, or multiplies what others give.
///
///     EarningRule("spend", .proportional(1, per: Money("1.00", .eur)))
///     EarningRule("review", .fixed(50), on: .activity("review"),
///       caps: [.times(1, per: .ever, perSubject: true), .times(3, per: .month)])
///     EarningRule("weekend", .multiplier(2), when: .init(weekdays: [.saturday, .sunday]))
public struct EarningRule: Hashable, Sendable {
  /// The name, one of its kind in the programme and the same from version to version.
  public var id: String

  /// How much it gives.
  public var earning: Earning

  /// The kind of points; `nil` for the programme's first.
  ///
  /// Multipliers multiply that kind alone.
  public var points: String?

  /// What it is given for.
  public var trigger: Trigger

  /// Which lines of an order count.
  public var lines: LineFilter

  /// When it holds.
  public var when: EarningSeason

  /// What an order must have before anything is given.
  public var requires: Requirement

  /// What stands for the money of the rule in orders of other money, in place of a rate.
  public var alsoPer: [Money]

  /// The name of a group of multipliers of which the highest alone counts, if it is in one.
  public var exclusiveGroup: String?

  /// How much it can give.
  public var caps: [EarningCap]

  /// How long its points wait; `nil` for as long as the programme says.
  public var pending: PendingTerms.Wait?

  /// How long its points last; `nil` for as long as the programme says.
  public var expiry: ExpiryPolicy?

  /// Whether tiers look at its points.
  public var isQualifying: Bool

  /// How much a rule gives.
  public enum Earning: Hashable, Sendable, Codable {
    /// So many points for so much money, and a part of them for a part of it: 19.99 at 1 for each
    /// 1.00 are 19.99 before they are rounded.
    case proportional(Fraction, per: Money)
    /// So many points for each full amount: 19.99 at 10 for each 10.00 are 10.
    case steps(Int64, per: Money)
    /// So many points, however much is spent.
    case fixed(Int64, each: Each = .event)
    /// So many times the points that other rules give.
    case multiplier(Fraction)
  }

  /// What fixed points are given for each of.
  public enum Each: String, Sendable, Codable, CaseIterable {
    /// The order or what else happened.
    case event
    /// Each line of the order.
    case line
    /// Each unit of the order.
    case unit
  }

  /// What a rule gives points for.
  public enum Trigger: Hashable, Sendable, Codable {
    /// An order.
    case purchase
    /// The first order that is recorded for a member.
    case firstPurchase
    /// Something the host tells of by a name, such as “review”.
    case activity(String)
    /// A birthday, once a year.
    case birthday
  }

  /// What an order must have before anything is given.
  public struct Requirement: Hashable, Sendable {
    /// The least amount that counts; `nil` for any.
    public var spend: Money?

    /// The least number of units that count.
    public var units: Int

    /// The least number of units and amount.
    public init(spend: Money? = nil, units: Int = 0) {
      self.spend = spend
      self.units = units
    }
  }

  /// A rule.
  public init(
    _ id: String, _ earning: Earning, of points: String? = nil, on trigger: Trigger = .purchase,
    lines: LineFilter = .all, when: EarningSeason = .always, requires: Requirement = .init(),
    alsoPer: [Money] = [], exclusiveGroup: String? = nil, caps: [EarningCap] = [],
    pending: PendingTerms.Wait? = nil, expiry: ExpiryPolicy? = nil, isQualifying: Bool = true
  ) {
    self.id = id
    self.earning = earning
    self.points = points
    self.trigger = trigger
    self.lines = lines
    self.when = when
    self.requires = requires
    self.alsoPer = alsoPer
    self.exclusiveGroup = exclusiveGroup
    self.caps = caps
    self.pending = pending
    self.expiry = expiry
    self.isQualifying = isQualifying
  }
}

extension EarningRule: Codable {
  public init(from decoder: any Decoder) throws {
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try stored.decode(String.self, forKey: .id),
      try stored.decode(Earning.self, forKey: .earning))
    try stored.read(.points, into: &points)
    try stored.read(.trigger, into: &trigger)
    try stored.read(.lines, into: &lines)
    try stored.read(.when, into: &when)
    try stored.read(.requires, into: &requires)
    try stored.read(.alsoPer, into: &alsoPer)
    try stored.read(.exclusiveGroup, into: &exclusiveGroup)
    try stored.read(.caps, into: &caps)
    try stored.read(.pending, into: &pending)
    try stored.read(.expiry, into: &expiry)
    try stored.read(.isQualifying, into: &isQualifying)
  }
}

extension EarningRule.Requirement: Codable {
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.spend, into: &spend)
    try stored.read(.units, into: &units)
  }
}
