import CRMKit
import Testing

@testable import CRMKit

@Suite("What programmes give of themselves, in a what-if")
struct WhatIfBonusTests {
  private func report(
    of changed: LoyaltyProgramme, over club: Club, in span: Range<Instant>? = nil
  ) async throws -> (kind: WhatIfReport.Kind, members: [WhatIfReport.Difference]) {
    let before = try await club.shop.exported()
    let report = try await club.crm.read { try $0.loyalty.whatIf(changed, in: span) }
    #expect(try await club.shop.exported() == before)
    return (try #require(report.kinds.first), report.members)
  }

  private func expectSame(
    _ club: Club, in span: Range<Instant>? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let report = try await report(of: club.programme, over: club, in: span)
    for part in report.members.flatMap({ $0.parts.each }) + report.kind.parts.each {
      #expect(part.before == part.after, sourceLocation: sourceLocation)
    }
  }

  private func expect(
    _ part: WhatIfReport.Part?, _ before: Int64, _ after: Int64,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(part == .init(before: before, after: after), sourceLocation: sourceLocation)
  }

  private static func status(_ silver: Int64, reward: Int64) -> TierGroup {
    TierGroup(
      "status",
      tiers: [
        Tier("Bronze"), Tier("Silver", from: .points(silver), entryReward: reward),
        Tier("Gold", from: .points(300), entryReward: 50),
      ])
  }

  @Test(
    "S06: Other tiers give other points for coming to them, to each when they would have come there",
    arguments: Backend.allCases)
  func tiers(_ backend: Backend) async throws {
    let club = try await Club(backend, members: 3) {
      $0.accounting.expectedRedemption = .percent(80)
      // Nothing is multiplied by the second group, and it is climbed all the same.
      $0.tierGroups = [
        TierGroup("club", tiers: [Tier("In"), Tier("Core", from: .count(2))]),
        Self.status(100, reward: 20),
      ]
      $0.tier.factors = [.init(2, for: "Core", in: "club")]
    }
    let (ada, bob, eve) = (club.ada, club.bob, club.members[2])
    try await club.order("1", "60.00", by: ada)
    try await club.order("2", "50.00", by: ada)
    try await club.order("3", "400.00", by: bob)
    try await club.order("4", "60.00", by: eve)
    try club.go(to: "2027-06-01")
    try await club.order("5", "120.00", by: bob)
    try await expectSame(club)
    var changed = club.programme
    changed.tierGroups[1] = Self.status(50, reward: 30)
    let report = try await report(of: changed, over: club)
    expect(report.kind.parts.tiers, 20 + 50, 30 + 50 + 30)
    #expect(report.kind.parts.earning.difference == 0)
    #expect(report.kind.before == 760)
    #expect(try report.kind.costDifference == Money("0.32", .eur))
    #expect(Set(report.members.map(\.member)) == [ada, bob, eve])
    let parts = Dictionary(
      uniqueKeysWithValues: report.members.map { ($0.member, $0.parts.tiers) })
    expect(parts[ada], 20, 30)
    expect(parts[bob], 50, 50)
    expect(parts[eve], 0, 30)
    changed.tierGroups[1].entryRewards = .allCrossed
    #expect(try await self.report(of: changed, over: club).kind.parts.tiers.after == 140)
  }

  @Test(
    "S06: A tier somebody was granted is not come to again, and what was refunded does not count",
    arguments: Backend.allCases)
  func grantedTiers(_ backend: Backend) async throws {
    let club = try await Club(backend) { $0.tierGroups = [Self.status(100, reward: 20)] }
    let bob = club.bob
    try await club.crm.acting(as: .staff("kim")).write { tx in
      let last = try Club.day("2026-06-30")
      try tx.loyalty.grant("Gold", in: "status", to: bob, until: last, because: "a word")
    }
    try club.go(to: "2026-01-02")
    try await club.order("1", "350.00", by: bob)
    try await club.order("2", "90.00", by: club.ada)
    try await club.refund(.all, of: "2")
    try await club.order("3", "20.00", by: club.ada)
    try await expectSame(club)
    var changed = club.programme
    changed.tierGroups = [Self.status(90, reward: 20)]
    let report = try await report(of: changed, over: club)
    expect(report.kind.parts.tiers, 0, 20)
  }

  @Test(
    "S06: Other challenges are reached by others, and lost again where the changed ones say so",
    arguments: Backend.allCases, [false, true])
  func achievements(_ backend: Backend, rollback: Bool) async throws {
    let club = try await Club(backend) {
      $0.achievements = [
        AchievementTerms(
          "orders", goal: .count(2), reward: 100, rollbackAfterCompletion: rollback),
        AchievementTerms("badge", goal: .count(1)),
      ]
    }
    try await club.order("1", "10.00", by: club.ada)
    try await club.order("2", "10.00", by: club.ada)
    try await club.order("3", "10.00", by: club.bob)
    try await club.refund(.all, of: "2")
    try await expectSame(club)
    var changed = club.programme
    changed.achievements[0] = AchievementTerms("orders", goal: .count(1), reward: 40)
    changed.achievements.append(
      AchievementTerms("spend", goal: .spend(try Money("20.00", .eur)), reward: 7))
    let report = try await report(of: changed, over: club)
    let given: Int64 = rollback ? 0 : 100
    expect(report.kind.parts.achievements, given, 40 + 40 + 7)
    #expect(report.members.map(\.parts.achievements.after) == [47, 40])
  }

  @Test(
    "S06: Other terms for friends reward those whose orders are large enough by them",
    arguments: Backend.allCases)
  func referrals(_ backend: Backend) async throws {
    let club = try await Club(backend, members: 5) {
      $0.referral = ReferralTerms(
        referrer: 500, friend: 200, minimum: Money(minorUnits: 3_000, .eur), monthly: 1)
    }
    let ada = club.ada
    try await club.crm.write { tx in
      for friend in club.members.dropFirst() { try tx.loyalty.refer(friend, by: ada) }
    }
    // One whose order comes back, one that is too small, and two of whom the second is too many.
    for (place, amount) in ["50.00", "20.00", "40.00", "60.00"].enumerated() {
      try await club.order("\(place)", amount, by: club.members[place + 1])
    }
    try await club.crm.write { tx in
      try tx.loyalty.refund(
        .amount(Money("25.00", .eur)), of: "0", from: club.members[1], number: "1", key: "r"
      ).get()
    }
    try await expectSame(club)
    var changed = club.programme
    changed.referral?.minimum = try Money("10.00", .eur)
    changed.referral?.monthly = 3
    changed.referral?.friend = 50
    let report = try await report(of: changed, over: club)
    expect(report.kind.parts.referrals, 2 * 200, 4 * 50 + 3 * 500)
    let brought = try #require(report.members.first { $0.member == ada })
    expect(brought.parts.referrals, 0, 1_500)
    changed.referral = nil
    #expect(try await self.report(of: changed, over: club).kind.difference == -400)
  }

  @Test(
    "S06: What somebody took back is left out of both, and so is whom nobody may reward",
    arguments: Backend.allCases)
  func byHand(_ backend: Backend) async throws {
    let club = try await Club(backend, members: 3) {
      $0.tierGroups = [Self.status(100, reward: 20)]
      $0.referral = ReferralTerms(referrer: 500, friend: 200)
    }
    let (ada, bob, eve) = (club.ada, club.bob, club.members[2])
    try await club.crm.write { tx in
      try tx.loyalty.refer(eve, by: bob)
      try tx.loyalty.block(bob, because: "a doubt")
    }
    try await club.order("1", "120.00", by: ada)
    try await club.order("2", "120.00", by: eve)
    let rewards = try await club.entries().filter { $0.bonusSource == .tiers }
    #expect(rewards.map(\.member) == [ada, eve])
    try await club.crm.write { tx in
      _ = try tx.loyalty.reverse(rewards[0].id, key: "undo").get()
    }
    try await expectSame(club)
    let report = try await report(of: club.programme, over: club)
    expect(report.kind.parts.tiers, 20, 20)
    #expect(report.members.map(\.parts.tiers.after) == [0, 20])
    expect(report.kind.parts.referrals, 200, 200)
  }

  @Test(
    "S06: To who was forgotten nothing is given, blocked before or not, from then on",
    arguments: Backend.allCases, [false, true])
  func erased(_ backend: Backend, blocked: Bool) async throws {
    let club = try await Club(backend, members: 4) {
      $0.referral = ReferralTerms(referrer: 500, friend: 200)
    }
    let (ada, bob) = (club.ada, club.bob)
    let (eve, kim) = (club.members[2], club.members[3])
    try await club.crm.write { tx in
      for friend in [bob, eve, kim] { try tx.loyalty.refer(friend, by: ada) }
    }
    try await club.order("1", "100.00", by: bob)
    try club.go(to: "2026-02-01")
    if blocked { try await club.crm.write { _ = try $0.loyalty.block(ada, because: "a doubt") } }
    try await club.order("2", "100.00", by: eve)
    try await expectSame(club)
    try await club.crm.write { _ = try $0.loyalty.erase(ada, key: "e").get() }
    try await club.order("3", "100.00", by: kim)
    try await expectSame(club)
    let report = try await report(of: club.programme, over: club)
    let given: Int64 = (blocked ? 1 : 2) * 500 + 3 * 200
    expect(report.kind.parts.referrals, given, given)
  }

  @Test(
    "S06: What was undone for a time did not count in it, and counts again",
    arguments: Backend.allCases)
  func undoneForATime(_ backend: Backend) async throws {
    let club = try await Club(backend) {
      var group = Self.status(100, reward: 20)
      (group.period, group.term) = (.rolling(months: 6), .continuous)
      $0.tierGroups = [group]
      $0.tier.factors = [.init(2, for: "Silver", in: "status")]
      $0.achievements = [
        AchievementTerms("hundred", goal: .points(100), reward: 17, rollbackAfterCompletion: true)
      ]
    }
    let ada = club.ada
    func undo(_ entry: LedgerEntry.ID, _ key: String) async throws -> LedgerEntry.ID {
      try await club.crm.write { try $0.loyalty.reverse(entry, key: key).get().id }
    }
    let order = try await club.order("1", "150.00", by: ada)
    let undoing = try await undo(order.id, "r1")
    try club.go(to: "2026-01-03")
    // Silver would have doubled it.
    try await club.order("2", "50.00", by: ada)
    try await expectSame(club)
    try club.go(to: "2026-01-04")
    _ = try await undo(undoing, "r2")
    try await expectSame(club)
    try await club.order("3", "10.00", by: ada)
    try await expectSame(club)
    let kind = try await report(of: club.programme, over: club).kind
    expect(kind.parts.earning, 150 + 50 + 20, 150 + 50 + 20)
    expect(kind.parts.achievements, 17, 17)
    // A refund that was undone counts again as well where that is undone.
    let refund = try await club.refund(.amount(try Club.euro("130.00")), of: "1").get()
    try await expectSame(club)
    let second = try await undo(refund.id, "r3")
    try await expectSame(club)
    _ = try await undo(second, "r4")
    try await club.order("4", "10.00", by: ada)
    try await expectSame(club)
    #expect(try await report(of: club.programme, over: club).kind.parts.earning.after == 100)
  }

  @Test(
    "S06: Of a span there is what happened in it, and what happened before counts",
    arguments: Backend.allCases)
  func span(_ backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.rules.append(EarningRule("welcome", .fixed(30), on: .firstPurchase))
      $0.caps = [.points(200, per: .month)]
      $0.tierGroups = [Self.status(100, reward: 20)]
      $0.achievements = [AchievementTerms("two", goal: .count(2), reward: 5)]
    }
    try await club.order("1", "90.00", by: club.ada)
    try await club.order("2", "60.00", by: club.bob)
    try club.go(to: "2026-01-20")
    let span = club.shop.clock.now..<(try Club.instant("2026-02-01"))
    try await club.order("3", "90.00", by: club.ada)
    try await club.order("4", "30.00", by: club.bob)
    try club.go(to: "2026-03-01")
    try await club.order("5", "300.00", by: club.bob)
    try await expectSame(club, in: span)
    let report = try await report(of: club.programme, over: club, in: span)
    // Of the second order of the first member the cap leaves 80.
    #expect(report.kind.parts.earning.after == 110)
    #expect(report.kind.parts.tiers.after == 20)
    #expect(report.kind.parts.achievements.after == 10)
  }

  @Test("S06: Without a ledger it is known what programmes give of themselves, too")
  func pure() throws {
    var club = LoyaltyProgramme.standard("club")
    club.tierGroups = [Self.status(100, reward: 20)]
    club.achievements = [AchievementTerms("two", goal: .count(2), reward: 5)]
    club.referral = ReferralTerms(referrer: 10, friend: 3)
    var changed = club
    changed.tierGroups = [Self.status(150, reward: 20)]
    changed.achievements[0].reward = 6
    changed.referral?.referrer = 11
    let (ada, bob) = (LoyaltyMember.ID(high: 0, low: 1), LoyaltyMember.ID(high: 0, low: 2))
    var whatIf = try WhatIf(changed, insteadOf: club)
    whatIf.refer(bob, by: ada)
    whatIf.refer(bob, by: bob)
    for number in 1...2 {
      let line = EarnLine(Money(minorUnits: 6_000, .eur))
      try whatIf.add(.order("\(number)", [line], at: Shop.opening), for: bob)
    }
    let kind = try #require(whatIf.report.kinds.first)
    expect(kind.parts.earning, 120, 120)
    expect(kind.parts.tiers, 20, 0)
    expect(kind.parts.achievements, 5, 6)
    expect(kind.parts.referrals, 13, 14)
    #expect(whatIf.report.members.map(\.member) == [ada, bob])
    #expect(kind.difference == -18)
  }
}

extension WhatIfReport.Parts {
  var each: [WhatIfReport.Part] { [earning, tiers, achievements, referrals] }
}
