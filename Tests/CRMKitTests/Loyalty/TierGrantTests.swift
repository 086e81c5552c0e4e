import CRMKit
import Testing

@testable import CRMKit

@Suite("Tiers by hand, and what is taken back twice")
struct TierGrantTests {
  private func club(_ backend: Backend) async throws -> Club {
    try await Club(backend) {
      $0.tierGroups = [
        TierGroup(
          "status",
          tiers: [Tier("Bronze"), Tier("Silver", from: .points(100), entryReward: 20)],
          period: .rolling(months: 6), term: .continuous)
      ]
    }
  }

  @Test(
    "T07: A tier that was granted with the membership is not come to by what is told late",
    arguments: Backend.allCases)
  func grantedAtOnce(_ backend: Backend) async throws {
    let club = try await club(backend)
    let ada = club.ada
    try await club.crm.write { tx in
      let last = try Club.day("2026-06-30")
      try tx.loyalty.grant("Silver", in: "status", to: ada, until: last, because: "a word")
    }
    try club.go(to: "2026-01-10")
    try await club.order("1", "120.00", by: ada)
    try await club.order("2", "10.00", by: ada, at: Club.instant("2026-01-05"))
    let history = try await club.crm.read { try $0.loyalty.tierHistory(of: ada) }
    #expect(history.map(\.reason) == [.granted])
    #expect(try await club.available() == 130)
    try await club.check()
  }

  @Test(
    "R11: What an order counted that was undone is not taken back by a refund as well",
    arguments: Backend.allCases)
  func undoneAndRefunded(_ backend: Backend) async throws {
    let club = try await club(backend)
    let ada = club.ada
    let order = try await club.order("1", "120.00", by: ada)
    try await club.order("2", "120.00", by: ada)
    try await club.crm.write { _ = try $0.loyalty.reverse(order.id, key: "undo").get() }
    try await club.refund(.all, of: "1")
    #expect(try await club.crm.read { try $0.loyalty.tier(of: ada)?.tier } == "Silver")
    try await club.check()
  }

  @Test(
    "R11: What the programme gave of itself was not earned, and is undone instead of refunded",
    arguments: Backend.allCases)
  func refundedRewards(_ backend: Backend) async throws {
    let club = try await club(backend)
    try await club.order("1", "120.00", by: club.ada)
    let reward = try #require(try await club.entries().first { $0.bonusSource == .tiers })
    let error = await loyaltyFailure {
      try await club.crm.write {
        try $0.loyalty.refund(.all, of: reward.id, number: "1", key: "r")
      }
    }
    #expect(error?.code == .unknownReference)
    try await club.crm.write { _ = try $0.loyalty.reverse(reward.id, key: "undo").get() }
    #expect(try await club.available() == 120)
  }
}
