import CRMKit
import CRMStorage
import Foundation

extension LoyaltyStore {
  /// A clock that stands still until it is set.
  private final class Hands: WallClock, @unchecked Sendable {
    // One task sets it and then asks.
    var now = Instant(milliseconds: 1_767_225_600_000)
  }

  /// Lives through days of a club, the same for the same number of days, and tells all that is kept.
  public static func live(days: Int, in storage: any Storage) async throws -> [String] {
    let hands = Hands()
    let crm = try await CRM(
      storage: storage, capabilities: capabilities, clock: hands, identifiers: .seeded(7))
    let members = try await crm.write { tx in
      try tx.loyalty.define(programme)
      return try ["Zoë", "Åsa", "İnci", "ada"].map { name in
        try tx.loyalty.enrol(tx.customers.add(.person(name)).id, in: "club").id
      }
    }
    for day in 0..<days {
      hands.now = hands.now + .seconds(86_400 + 3_600 * (day % 3))
      try await crm.write { try live(day, members, $0) }
      if day % 7 == 6 { try await crm.advance() }
    }
    var lines: [String] = []
    try await crm.export { lines.append(String(decoding: $0, as: UTF8.self)) }
    await crm.close()
    return Array(lines.dropFirst().dropLast())
  }

  private static var programme: LoyaltyProgramme {
    var club = LoyaltyProgramme.standard("club")
    club.rules.append(
      EarningRule("weekend", .multiplier(2), when: .init(weekdays: [.saturday, .sunday])))
    club.caps = [.points(150, per: .day)]
    club.rounding.carriesRemainder = true
    club.expiry = ExpiryPolicy(.months(1))
    club.tierGroups = [
      TierGroup(
        "status", tiers: [Tier("Bronze"), Tier("Silver", from: .points(200), entryReward: 20)],
        period: .rolling(months: 1), term: .continuous)
    ]
    club.achievements = [AchievementTerms("ten", goal: .count(10), reward: 5)]
    return club
  }

  private static func live(
    _ day: Int, _ members: [LoyaltyMember.ID], _ tx: Transaction
  ) throws {
    let (me, other) = (members[day % members.count], members[(day + 1) % members.count])
    let line = EarnLine(
      Money(minorUnits: Int64(1_999 + 137 * day), .eur),
      category: day % 2 == 0 ? "Tee" : "çay")
    _ = try tx.loyalty.earn(
      .order("\(day)", [line], at: tx.now - .seconds(day % 5 * 40_000)), for: me, key: "e\(day)")
    if day % 3 == 1 { _ = try tx.loyalty.redeem(15, from: me, key: "r\(day)") }
    if day % 4 == 2 { _ = try tx.loyalty.transfer(5, from: me, to: other, key: "t\(day)") }
    if day % 5 == 3 {
      _ = try tx.loyalty.refund(
        .amount(Money(minorUnits: 700, .eur)), of: "\(day)", from: me, number: "1",
        key: "f\(day)")
    }
  }
}
