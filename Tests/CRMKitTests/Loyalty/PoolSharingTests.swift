import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("What members that share points have of their own")
struct PoolSharingTests {
  /// When a member joins the pool, beside an order.
  enum Moment: CaseIterable { case orderThenJoin, joinThenOrder, joinOrderLeave }

  private func join(_ club: Club, _ members: [LoyaltyMember.ID]? = nil) async throws
    -> LoyaltyMember.ID
  {
    let members = members ?? [club.ada, club.bob]
    return try await club.crm.write { tx in
      let pool = try tx.loyalty.addPool(in: "club").id
      for member in members { try tx.loyalty.join(member, pool: pool, key: "join \(member)").get() }
      return pool
    }
  }

  private func ownPoints(_ club: Club, _ member: LoyaltyMember.ID) async throws -> Int64? {
    try await club.crm.read { tx in
      try tx.records(of: PointsAccount.self).find(
        PointsAccount.identifier(of: member, "points"))?.available
    }
  }

  @Test(
    "M14: Who is forgotten in a pool takes their part along first, and the others keep theirs",
    arguments: Backend.allCases)
  func erasing(backend: Backend) async throws {
    let club = try await Club(backend)
    let ada = club.ada
    try await club.give(300, key: "a")
    try await club.give(200, to: club.bob, key: "b")
    let pool = try await join(club)
    let entry = try await club.crm.write { try $0.loyalty.erase(ada, key: "e").get() }
    #expect(entry.change(of: .forfeited, of: nil, in: "points") == 300)
    #expect(try await club.available(club.bob) == 200)
    let member = try await club.crm.read { try $0.loyalty.resolve(ada) }
    #expect(member.status == .erased && member.customer == nil && member.pool == nil)
    #expect(try await club.crm.write { try $0.loyalty.erase(ada, key: "e") }.replay == .key)
    #expect(try await club.available(club.bob) == 200)
    let nobody = await loyaltyFailure {
      try await club.crm.write { try $0.loyalty.erase(pool, key: "p") }
    }
    #expect(nobody?.code == .unknownReference)
    let undone = await loyaltyFailure {
      try await club.crm.write { try $0.loyalty.reverse(entry.id, key: "u") }
    }
    #expect(undone?.code == .notReversible)
    try await club.check()
  }

  @Test(
    "M05: A refund takes points and tier back from who earned, in a pool, before it and after it",
    arguments: Backend.allCases, Moment.allCases)
  func refunds(backend: Backend, moment: Moment) async throws {
    let club = try await Club(backend, on: "2026-05-05") { $0.tierGroups = [.ladder()] }
    let ada = club.ada
    if moment == .orderThenJoin { try await club.order("1", "600.00") }
    let pool = try await join(club)
    if moment != .orderThenJoin { try await club.order("1", "600.00") }
    try await club.give(200, to: club.bob, key: "b")
    if moment == .joinOrderLeave {
      try await club.crm.write { _ = try $0.loyalty.leavePool(ada, key: "leave").get() }
    }
    #expect(try await club.tier()?.tier == "Silver")
    let refund = try await club.refund(.all, of: "1").get()
    #expect(refund.change(of: .issued, of: nil, in: "points") == 600)
    #expect(refund.qualifier == ada && refund.qualifyingPoints == -600)
    #expect(try await club.tier()?.tier == "Bronze")
    #expect(try await club.available(club.bob) == 200)
    #expect(try await club.available() == (moment == .joinOrderLeave ? 0 : 200))
    #expect(try await ownPoints(club, pool) == 200)
    #expect(try await ownPoints(club, ada) ?? 0 == 0)
    try await club.check()
  }

  @Test(
    "M05: A refund waits for its order, and gives room under caps back, in a pool as well",
    arguments: Backend.allCases)
  func waiting(backend: Backend) async throws {
    let club = try await Club(backend, on: "2026-05-05") {
      $0.caps = [.points(500, per: .day)]
      $0.cap.refundFreesSpace = true
      $0.refund.unknownOrder = .park(days: 7)
    }
    _ = try await join(club)
    #expect(try await club.refund(.all, of: "1").isParked)
    try await club.order("1", "300.00")
    #expect(try await club.available() == 0)
    try await club.order("2", "600.00")
    #expect(try await club.available() == 500)
    try await club.check()
  }

  @Test(
    "M05: Points that paid before their member joined a pool come back to the pool",
    arguments: Backend.allCases)
  func comingBack(backend: Backend) async throws {
    let club = try await Club(backend)
    let ada = club.ada
    try await club.give(100, key: "a")
    let redeemed = try await club.redeem(60, key: "r").get()
    let earned = try await club.order("1", "50.00")
    let pool = try await join(club)
    try await club.crm.write { _ = try $0.loyalty.reverse(redeemed.id, key: "back").get() }
    #expect(try await ownPoints(club, pool) == 150)
    try await club.crm.write { _ = try $0.loyalty.reverse(earned.id, key: "undo").get() }
    #expect(try await ownPoints(club, pool) == 100)
    #expect(try await ownPoints(club, ada) == 0)
    let moves = try await club.entries().filter { $0.kind == .transfer }
    let undone = await loyaltyFailure {
      try await club.crm.write { try $0.loyalty.reverse(moves[0].id, key: "unjoin") }
    }
    #expect(undone?.code == .notReversible)
    try await club.check()
  }

  @Test(
    "M05: A balance of the past is that of the account that a member's points were on then",
    arguments: Backend.allCases)
  func past(backend: Backend) async throws {
    let club = try await Club(backend)
    let ada = club.ada
    try await club.give(300, key: "a")
    try await club.give(200, to: club.bob, key: "b")
    try club.go(to: "2026-05-01")
    _ = try await join(club)
    try club.go(to: "2026-06-01")
    try await club.crm.write { _ = try $0.loyalty.leavePool(ada, key: "leave").get() }
    try club.go(to: "2026-07-01")
    func balance(_ day: String, knownAt known: String? = nil) async throws -> Int64 {
      let (at, known) = (try Club.instant(day), try known.map { try Club.instant($0) })
      return try await club.crm.read {
        try $0.loyalty.balance(of: ada, asOf: at, knownAt: known).available
      }
    }
    #expect(try await balance("2026-03-01") == 300)
    #expect(try await balance("2026-05-15") == 500)
    #expect(try await balance("2026-06-15") == 300)
    #expect(try await balance("2026-05-15", knownAt: "2026-04-01") == 300)
  }

  @Test(
    "M05: Who leaves a pool takes what an alias of theirs brought as well",
    arguments: Backend.allCases, [PoolTerms.Leaving.provenance, .proRata])
  func aliases(backend: Backend, leaving: PoolTerms.Leaving) async throws {
    let club = try await Club(backend, members: 3) { $0.pool.leaving = leaving }
    let (ada, bob, eve) = (club.ada, club.bob, club.members[2])
    try await club.give(100, key: "a")
    try await club.give(50, to: bob, key: "b")
    try await club.give(150, to: eve, key: "c")
    try await club.crm.write { _ = try $0.loyalty.merge(ada, into: bob, key: "m").get() }
    _ = try await join(club, [bob, eve])
    let parted = await loyaltyFailure {
      try await club.crm.write { try $0.loyalty.unmerge(ada, key: "u") }
    }
    #expect(parted?.code == .notReversible)
    try await club.crm.write { _ = try $0.loyalty.leavePool(bob, key: "leave").get() }
    #expect(try await club.available(bob) == 150)
    #expect(try await club.available(eve) == 150)
    try await club.check()
  }

  @Test(
    "M05: A reward for a tier is for who has it, and is theirs, in a pool as well",
    arguments: Backend.allCases)
  func rewards(backend: Backend) async throws {
    let club = try await Club(backend) { $0.tierGroups = [.ladder()] }
    let (ada, bob) = (club.ada, club.bob)
    try await club.order("1", "1000.00")
    _ = try await join(club)
    let reward = try await club.crm.write { tx in
      var new = NewReward("lounge", .coupon, points: 100)
      new.tiers = ["Gold"]
      new.tierGroup = "status"
      return try tx.loyalty.add(new, to: "club").id
    }
    let refused = try await club.crm.write { try $0.loyalty.claim(reward, for: bob, key: "b") }
    #expect(refused.refusal?.code == .ineligible)
    let entry = try await club.crm.write { try $0.loyalty.claim(reward, for: ada, key: "a").get() }
    try await club.crm.read { tx in
      #expect(try tx.loyalty.claims(of: ada).items.map(\.entry) == [entry.id])
      #expect(try tx.loyalty.coupons(of: ada).items.count == 1)
      #expect(try tx.loyalty.claims(of: bob).items.isEmpty)
      let sides = try tx.loyalty.sides(of: ada, in: .earliest..<(.latest))
      #expect(sides.firm.orderCount == 1)
    }
  }

  @Test(
    "R11: An earning undone after its member joined a pool takes its own points, pending or not",
    arguments: Backend.allCases, [false, true])
  func reversing(backend: Backend, waits: Bool) async throws {
    let club = try await Club(backend) { $0.pending.wait = .days(14) }
    let order = try await club.order("1", "100.00")
    try await club.give(30, until: "2026-02-01", to: club.bob, key: "b")
    let pool = try await join(club)
    if waits { try club.go(to: "2026-01-20") }
    #expect(try await club.balance().pending == (waits ? 0 : 100))
    try await club.crm.write { _ = try $0.loyalty.reverse(order.id, key: "back").get() }
    #expect(try await ownPoints(club, pool) == 30)
    #expect(try await club.balance().pending == 0)
    #expect(try await ownPoints(club, club.ada) ?? 0 == 0)
    try await club.check()
  }
}
