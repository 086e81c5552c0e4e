import CRMKit

/// A loyalty programme as the shop might have had one.
enum Club {
  static let name = "club"
  static let status = "status"

  static let summary = "a point for each dollar, for 12 months, 100 of them worth 5.00"

  static let pretence =
    "The data has no points: each purchase earns, and who has 100 points spends them with the next."

  private static let reward: Int64 = 100

  static let programme: LoyaltyProgramme = {
    var club = LoyaltyProgramme(
      name, zone: .utc, money: .usd,
      points: [
        PointsTerms("points", worth: .init(reward, Money(minorUnits: 500, .usd)))
      ],
      rules: [EarningRule("spend", .proportional(1, per: Money(minorUnits: 100, .usd)))])
    club.earnsOn = .placed
    club.accounting.expectedRedemption = .percent(50)
    var tiers = TierGroup(
      status,
      tiers: [
        Tier("Bronze"), Tier("Silver", from: .points(100)), Tier("Gold", from: .points(300)),
      ], period: .rolling(months: 12), term: .continuous)
    tiers.downgrade = .toComputed
    club.tierGroups = [tiers]
    return club
  }()

  /// Makes a customer a member, and lets one who has enough spend points with an order to come.
  static func welcome(
    _ customer: Customer.ID, spendingWith order: String, in tx: Transaction
  ) throws {
    let member = try tx.loyalty.enrol(customer, in: name).id
    let balance = try tx.loyalty.balance(of: member)
    guard balance.available >= reward else { return }
    _ = try tx.loyalty.redeem(
      balance.available / reward * reward, from: member, key: "spent/\(order)", reference: order
    ).get()
  }
}
