import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("Redemptions that somebody is to look at")
struct VelocityTests {
  /// A member with 1,000 points who has redeemed 100 three times within 30 minutes.
  private func hurried(_ backend: Backend) async throws -> Club {
    let club = try await Club(backend) { $0.redemption.velocity = .init(3, inMinutes: 60) }
    try await club.give(1_000, key: "gift")
    for (key, time) in [("a", "10:00"), ("b", "10:10"), ("c", "10:30")] {
      try club.go(to: "2026-05-05T\(time):00Z")
      try await club.redeem(100, key: key).get()
    }
    return club
  }

  private func balances(_ club: Club) async throws -> [Int64] {
    let balance = try await club.balance()
    return [balance.available, balance.held]
  }

  @Test(
    "C07: The fourth redemption in 60 minutes waits, its points set aside",
    arguments: Backend.allCases)
  func fourth(backend: Backend) async throws {
    let club = try await hurried(backend)
    try club.go(to: "2026-05-05T10:59:59Z")
    let fourth = try await club.redeem(100, key: "d")
    #expect(fourth.refusal?.code == .heldForReview)
    #expect(try await balances(club) == [600, 100])
    #expect(try await club.redeem(100, key: "d").isReplay)
    let open = try await club.crm.read { try $0.loyalty.reviews(in: "club").items }
    #expect(open.map(\.points) == [100])
    try club.go(to: "2027-05-05")
    #expect(try await balances(club) == [600, 100])
    #expect(try await club.crm.verify().isSound)
  }

  @Test("C07: An hour after the first, the fourth redemption passes", arguments: Backend.allCases)
  func later(backend: Backend) async throws {
    let club = try await hurried(backend)
    try club.go(to: "2026-05-05T11:00:00Z")
    #expect(try await club.redeem(100, key: "d").refusal == nil)
    #expect(try await balances(club) == [600, 0])
  }

  @Test(
    "R02: Points for a reward called like an order never paid for that, looked at or not",
    arguments: Backend.allCases)
  func reward(backend: Backend) async throws {
    let club = try await hurried(backend)
    let ada = club.ada
    try await club.order("77", "100.00")
    let reward = try await club.crm.write { tx in
      try tx.loyalty.add(NewReward("77", .coupon, points: 100), to: "club").id
    }
    let held = try await club.crm.write { try $0.loyalty.claim(reward, for: ada, key: "claim") }
    let hold = try #require(held.entry?.hold)
    try await club.crm.write {
      _ = try $0.loyalty.release(hold, because: "known", key: "ok").get()
    }
    #expect(try await balances(club) == [700, 0])
    // Nothing comes back but what the order earned goes.
    try await club.refund(.all, of: "77").get()
    #expect(try await balances(club) == [600, 0])
    #expect(try await club.crm.verify().isSound)
  }

  @Test("C07: Releasing redeems the points once", arguments: Backend.allCases)
  func release(backend: Backend) async throws {
    let club = try await hurried(backend)
    let hold = try #require(try await club.redeem(100, key: "d").entry?.hold)
    try await club.crm.write { tx in
      #expect(try tx.loyalty.capture(hold, key: "x").refusal?.code == .heldForReview)
      try tx.loyalty.release(hold, because: "known", key: "ok").get()
      #expect(try tx.loyalty.release(hold, because: "known", key: "ok").isReplay)
      let again = try tx.loyalty.reject(hold, because: "late", key: "no")
      #expect(again.refusal?.code == .alreadyResolved)
      #expect(try tx.loyalty.reviews(in: "club").items.isEmpty)
    }
    #expect(try await balances(club) == [600, 0])
    #expect(try await club.total() == ["points": 0])
    #expect(try await club.crm.verify().isSound)
  }

  @Test("C07: Rejecting gives the points back, and needs a reason", arguments: Backend.allCases)
  func reject(backend: Backend) async throws {
    let club = try await hurried(backend)
    let hold = try #require(try await club.redeem(100, key: "d").entry?.hold)
    let error = await loyaltyFailure {
      try await club.crm.write { try $0.loyalty.reject(hold, because: " ", key: "no") }
    }
    #expect(error?.code == .reasonRequired)
    try await club.crm.write { try $0.loyalty.reject(hold, because: "unknown", key: "no").get() }
    #expect(try await balances(club) == [700, 0])
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "C07: Points that were set aside and went back count for no redemption",
    arguments: Backend.allCases)
  func wentBack(backend: Backend) async throws {
    let club = try await Club(backend) { $0.redemption.velocity = .init(3, inMinutes: 60) }
    try await club.give(1_000, key: "gift")
    let ada = club.ada
    try await club.crm.write { tx in
      for number in 0..<3 {
        let entry = try tx.loyalty.hold(
          100, from: ada, key: "h\(number)", lasting: .seconds(60)
        ).get()
        let hold = try #require(entry.hold)
        if number > 0 { try tx.loyalty.void(hold, key: "v\(number)").get() }
      }
    }
    club.shop.clock.advance(by: .seconds(120))
    for key in ["a", "b", "c"] { #expect(try await club.redeem(100, key: key).refusal == nil) }
    #expect(try await club.redeem(100, key: "d").refusal?.code == .heldForReview)
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "C07: Points held for an order count, and wait where they come too often",
    arguments: Backend.allCases)
  func holds(backend: Backend) async throws {
    let club = try await hurried(backend)
    let ada = club.ada
    let result = try await club.crm.write { try $0.loyalty.hold(50, from: ada, key: "h") }
    #expect(result.refusal?.code == .heldForReview)
    let other = try await club.crm.write { [bob = club.bob] tx in
      try tx.loyalty.adjust(100, for: bob, because: "test", key: "g").get()
      return try tx.loyalty.redeem(50, from: bob, key: "o")
    }
    #expect(other.refusal == nil)
  }

  @Test(
    "C07: What others redeem of shared points makes nobody wait, and joining hides nothing",
    arguments: Backend.allCases)
  func pools(backend: Backend) async throws {
    let club = try await hurried(backend)
    let (ada, bob) = (club.ada, club.bob)
    try club.go(to: "2026-05-05T10:40:00Z")
    try await club.crm.write { tx in
      let pool = try tx.loyalty.addPool(in: "club").id
      for member in [ada, bob] {
        try tx.loyalty.join(member, pool: pool, key: "join \(member)").get()
      }
    }
    for key in ["d", "e", "f"] {
      #expect(try await club.redeem(10, from: bob, key: key).refusal == nil)
    }
    #expect(try await club.redeem(10, from: bob, key: "g").refusal?.code == .heldForReview)
    #expect(try await club.redeem(10, from: ada, key: "h").refusal?.code == .heldForReview)
    #expect(try await club.crm.verify().isSound)
  }
}
