/// A customer's loyalty to one brand or item, beside that to the firm.
public struct LoyaltyBond: Sendable, Hashable {
  /// What it is to: an item of the catalogue, or `brand:` and its name.
  public let to: RecordReference

  /// What that is called.
  public let title: String

  /// On how many days the customer bought it.
  public let days: Int

  /// On how many days the customer bought anything of its categories.
  public let categoryDays: Int

  /// When it was first bought; `nil` where it never was.
  public let firstAt: Instant?

  /// When it was last bought.
  public let lastAt: Instant?

  /// Its share of what the customer buys of its categories: ``days`` of ``categoryDays`` days, from
  /// 0 to 100.
  public let share: ScorePoints

  /// What the customer thinks of it: the mean of the latest three answers about it on each scale,
  /// from 0 to 100; `nil` where there are none.
  public let attitude: ScorePoints?

  /// How loyal the customer is to it: behaviour is high where it was bought on two days at least
  /// and its share is.
  public let standing: LoyaltyStanding

  /// The kind of references to brands.
  public static let brandKind = "brand"
}
