import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("The same programme over a history it gave")
struct WhatIfHistoryTests {
  @Test(
    "S06: It gives the same to each, and for the same", arguments: Backend.allCases,
    UInt64(1)...8)
  func same(_ backend: Backend, seed: UInt64) async throws {
    var history = try await WhatIfHistory(backend, seed: seed)
    for _ in 0..<90 { try await history.step() }
    try await history.club.check()
    let club = history.club
    let report = try await club.crm.read { try $0.loyalty.whatIf(club.programme) }
    for member in report.members {
      #expect(member.parts.each.allSatisfy { $0.before == $0.after }, "\(member)")
    }
    let parts = try #require(report.kinds.first).parts
    #expect(parts.earning.before > 0 && parts.tiers.before > 0)
    #expect(parts.achievements.before > 0 && parts.referrals.before > 0)
    let middle = Club.start + .seconds(40 * 86_400)
    for span in [Instant.earliest..<middle, middle..<(.latest)] {
      let part = try await club.crm.read { try $0.loyalty.whatIf(club.programme, in: span) }
      for member in part.members {
        #expect(member.parts.each.allSatisfy { $0.before == $0.after }, "\(span): \(member)")
      }
    }
  }
}

/// A club whose members do this and that, and to whom this and that is done.
struct WhatIfHistory {
  let club: Club
  private var numbers: SeededNumbers
  private var count = 0
  private var orders: [LedgerEntry.ID] = []
  private var refunds: [LedgerEntry.ID] = []
  private var undoings: [LedgerEntry.ID] = []

  init(_ backend: Backend, seed: UInt64) async throws {
    club = try await Club(backend, members: 7, seed: seed) { Self.define(&$0, seed: seed) }
    numbers = SeededNumbers(seed)
    let club = club
    try await club.crm.write { tx in
      for friend in club.members.dropFirst(2) {
        try tx.loyalty.refer(friend, by: club.members[friend == club.members[6] ? 1 : 0])
      }
    }
  }

  private static func define(_ programme: inout LoyaltyProgramme, seed: UInt64) {
    programme.caps = [.points(150, per: .day)]
    programme.cap.refundFreesSpace = seed.isMultiple(of: 2)
    programme.rules += [
      EarningRule("welcome", .fixed(10), on: .firstPurchase),
      EarningRule("review", .fixed(20), on: .activity("review")),
    ]
    var status = TierGroup(
      "status",
      tiers: [
        Tier("Bronze"), Tier("Silver", from: .points(80), entryReward: 7),
        Tier("Gold", from: .points(200), entryReward: 11),
      ], period: .rolling(months: 1), term: .continuous)
    status.entryRewards = seed.isMultiple(of: 3) ? .allCrossed : .reached
    var monthly = TierGroup(
      "monthly",
      tiers: [
        Tier("None"), Tier("One", from: .count(2), entryReward: 3),
        Tier("Two", from: .spend(Money(minorUnits: 15_000, .eur)), entryReward: 5),
      ], period: .calendar(.month), term: .endOfNextPeriod)
    monthly.onRefund = TierRefund.allCases[Int(seed % 3)]
    programme.tierGroups = [monthly, status]
    programme.tier.factors = [.init(2, for: "Gold", in: "status")]
    programme.achievements = [
      AchievementTerms("five", goal: .count(5), reward: 13),
      AchievementTerms("hundred", goal: .points(100), reward: 17, rollbackAfterCompletion: true),
      AchievementTerms(
        "January", goal: .count(2), from: CalendarDate("2026-01-05"),
        through: CalendarDate("2026-01-31"), reward: 19, rollbackAfterCompletion: true),
    ]
    programme.referral = ReferralTerms(
      referrer: 23, friend: 29, minimum: Money(minorUnits: 2_000, .eur), monthly: 2)
    programme.referral?.exemptsReferrer = seed.isMultiple(of: 4)
  }

  mutating func step() async throws {
    count += 1
    let pause = Int64.random(in: 100...170_000, using: &numbers)
    club.shop.clock.advance(by: .seconds(pause))
    let (key, member) = ("\(count)", club.members[Int.random(in: 0..<7, using: &numbers)])
    // One is forgotten half way, who brought two of the others.
    if count == 45 { try await erase(club.members[1], "\(key)/erase") }
    switch Int.random(in: 0..<22, using: &numbers) {
    case 0..<9: try await order(key, by: member)
    case 9: _ = try await club.earn(.activity("review"), key: key, for: member)
    case 10..<14: try await refund(key)
    case 14..<16: try await undo(refunds.popLast(), key)
    case 16: try await undo(orders.randomElement(using: &numbers), key)
    case 17: try await blockOrUnblock(member)
    case 18: try await grant(to: member)
    case 19..<21: try await undo(undoings.randomElement(using: &numbers), key)
    default: try await club.crm.advance()
    }
  }

  private mutating func order(_ key: String, by member: LoyaltyMember.ID) async throws {
    let cents = Int64.random(in: 500...9_000, using: &numbers)
    let isLate = Int.random(in: 0..<5, using: &numbers) == 0 && count > 10
    let days = Int64.random(in: 1...25, using: &numbers)
    let at = club.shop.clock.now - .seconds(isLate ? days * 86_400 : 0)
    let result = try await club.earn(
      .order(key, [EarnLine(Money(minorUnits: cents, .eur))], at: at), key: key, for: member)
    if result.refusal == nil, let entry = result.entry { orders.append(entry.id) }
  }

  private mutating func refund(_ key: String) async throws {
    guard let order = orders.suffix(6).randomElement(using: &numbers) else { return }
    let cents = Int64.random(in: 100...9_000, using: &numbers)
    let isWhole = Int.random(in: 0..<3, using: &numbers) == 0
    let part = isWhole ? RefundedPart.all : .amount(Money(minorUnits: cents, .eur))
    do {
      let entry = try await club.crm.write {
        try $0.loyalty.refund(part, of: order, number: key, key: key).get()
      }
      refunds.append(entry.id)
    } catch is LoyaltyError {
      // There was less of the order than that.
    }
  }

  private mutating func undo(_ entry: LedgerEntry.ID?, _ key: String) async throws {
    guard let entry else { return }
    do {
      undoings.append(
        try await club.crm.write { try $0.loyalty.reverse(entry, key: key).get().id })
    } catch is LoyaltyError {
      // It was undone before, or refunded, or undoes an undoing.
    }
  }

  private func erase(_ member: LoyaltyMember.ID, _ key: String) async throws {
    try await club.crm.write { _ = try $0.loyalty.erase(member, key: key).get() }
  }

  private func blockOrUnblock(_ member: LoyaltyMember.ID) async throws {
    try await club.crm.write { tx in
      switch try tx.loyalty.resolve(member).status {
      case .blocked: try tx.loyalty.unblock(member, because: "a mistake")
      case .erased: break
      default: try tx.loyalty.block(member, because: "a doubt")
      }
    }
  }

  private mutating func grant(to member: LoyaltyMember.ID) async throws {
    let days = Int.random(in: 1...30, using: &numbers)
    let last = club.programme.zone.date(of: club.shop.clock.now).plus(days: days)
    try await club.crm.acting(as: .staff("kim")).write { tx in
      try tx.loyalty.grant(
        "Silver", in: "status", to: member, until: last, because: "a word")
    }
  }
}

extension Club {
  fileprivate static let start = (try? instant("2026-01-01")) ?? .earliest
}
