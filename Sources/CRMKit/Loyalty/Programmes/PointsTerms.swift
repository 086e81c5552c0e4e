/// A kind of points: what it is for, and what it is worth.
public struct PointsTerms: Hashable, Sendable {
  /// The name, one of its kind in the programme: “points”, “miles”.
  public var name: String

  /// What it is for.
  public var use: Use

  /// How many decimals it is shown with; amounts are whole numbers of its smallest unit.
  public var exponent: Int

  /// What members get for it; `nil` where it cannot be put into money.
  public var worth: Worth?

  /// How long it lasts; `nil` for as long as points of the programme do.
  public var expiry: ExpiryPolicy?

  /// What points are for.
  public enum Use: String, Sendable, Codable, CaseIterable {
    /// To be spent, and to reach tiers by.
    case both
    /// To be spent; tiers do not look at them.
    case spendable
    /// To reach tiers by; they cannot be spent.
    case qualifying
  }

  /// So many points for so much money.
  public struct Worth: Hashable, Sendable, Codable {
    /// How many points.
    public var points: Int64

    /// What they are worth together.
    public var money: Money

    /// So many points for so much money.
    public init(_ points: Int64, _ money: Money) {
      self.points = points
      self.money = money
    }
  }

  /// A kind of points.
  public init(
    _ name: String, use: Use = .both, exponent: Int = 0, worth: Worth? = nil,
    expiry: ExpiryPolicy? = nil
  ) {
    self.name = name
    self.use = use
    self.exponent = exponent
    self.worth = worth
    self.expiry = expiry
  }
}

extension PointsTerms {
  /// Whether it can be spent.
  var isSpendable: Bool { use != .qualifying }

  /// Whether tiers look at it.
  var isQualifying: Bool { use != .spendable }
}

extension PointsTerms: Codable {
  public init(from decoder: any Decoder) throws {
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    self.init(try stored.decode(String.self, forKey: .name))
    try stored.read(.use, into: &use)
    try stored.read(.exponent, into: &exponent)
    try stored.read(.worth, into: &worth)
    try stored.read(.expiry, into: &expiry)
  }
}
