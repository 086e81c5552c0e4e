/// A reward to be added to the catalogue of a programme.
///
///     var reward = NewReward("lounge", .service, points: 500)
///     reward.benefit = try Money("25.00", .eur)
///     reward.stock = 20
///     try tx.loyalty.add(reward, to: "club")
public struct NewReward: Hashable, Sendable {
  /// Its name, one of a kind in the programme and for good.
  public var name: String

  /// What it is.
  public var kind: Reward.Kind

  /// How many points it costs, 0 or more.
  public var points: Int64

  /// The name of the points, if not the programme's first.
  public var currency: String?

  /// What it is worth to a member.
  public var benefit: Money?

  /// What it costs the firm.
  public var cost: Money?

  /// How many there are; `nil` for any number.
  public var stock: Int64?

  /// When it can be claimed first; `nil` for at once.
  public var availableFrom: Instant?

  /// From when on it cannot be claimed any more; `nil` for never.
  public var availableUntil: Instant?

  /// The group of ``tiers``, if not the programme's first.
  public var tierGroup: String?

  /// Whose members may claim it; none for everybody.
  public var tiers: [String] = []

  /// How many days a coupon for it lasts, with the day it is issued; `nil` for ever.
  public var couponDays: Int?

  /// A reward of a kind at a price.
  public init(_ name: String, _ kind: Reward.Kind, points: Int64) {
    self.name = name
    self.kind = kind
    self.points = points
  }
}
