import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("Rewards, claims and coupons")
struct RewardTests {
  /// A club whose two members have 1,000 points each, and a reward.
  private func offering(
    _ backend: Backend, _ kind: Reward.Kind = .item, velocity: RedemptionTerms.Velocity? = nil,
    _ change: (inout NewReward) -> Void = { _ in }
  ) async throws -> (Club, Reward) {
    let club = try await Club(backend) { $0.redemption.velocity = velocity }
    var new = NewReward("cup", kind, points: 500)
    new.benefit = try Money("8.00", .eur)
    new.cost = try Money("3.00", .eur)
    change(&new)
    let reward = new
    try await club.give(1_000, key: "gift-a")
    try await club.give(1_000, to: club.bob, key: "gift-b")
    return (club, try await club.crm.write { try $0.loyalty.add(reward, to: "club") })
  }

  private func claim(_ reward: Reward, _ club: Club, version: Int? = nil, key: String) async throws
    -> LoyaltyResult
  {
    let ada = club.ada
    return try await club.crm.write {
      try $0.loyalty.claim(reward.id, for: ada, priceVersion: version, key: key)
    }
  }

  @Test(
    "D08: Of two who claim the last one at once, one gets it and one gets nothing posted",
    .timeLimit(.minutes(30)), arguments: Backend.allCases)
  func lastOne(backend: Backend) async throws {
    let (club, reward) = try await offering(backend) { $0.stock = 1 }
    let members = [club.ada, club.bob]
    let results = try await withThrowingTaskGroup(of: LoyaltyResult.self) { group in
      for (place, member) in members.enumerated() {
        group.addTask {
          try await club.crm.write {
            try $0.loyalty.claim(reward.id, for: member, key: "claim-\(place)")
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.filter { $0.refusal == nil }.count == 1)
    let refused = try #require(results.first { $0.refusal != nil })
    #expect(refused.refusal?.code == .outOfStock)
    #expect(refused.entry?.postings.isEmpty == true)
    let sum = try await club.available(club.ada) + club.available(club.bob)
    #expect(sum == 1_500)
    #expect(try await club.crm.read { try $0.loyalty.stockLeft(of: reward.id) } == 0)
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "D10: Who was quoted 500 is asked again where 600 holds by now", arguments: Backend.allCases)
  func price(backend: Backend) async throws {
    let (club, reward) = try await offering(backend)
    let ada = club.ada
    let quote = try await club.crm.read { try $0.loyalty.quote(reward.id, for: ada) }
    #expect(quote.price.points == 500)
    #expect(quote.refusal == nil)
    try await club.crm.write {
      try $0.loyalty.reprice(reward.id, at: 600, from: try Club.instant("2026-02-01"))
    }
    #expect(try await claim(reward, club, version: quote.price.version, key: "a").refusal == nil)
    try club.go(to: "2026-02-01")
    try await club.give(500, key: "more")
    let late = try await claim(reward, club, version: quote.price.version, key: "b")
    #expect(late.refusal?.code == .priceChanged)
    #expect(late.refusal?.allowed == 600)
    #expect(late.entry?.legs == [])
    #expect(try await club.available() == 1_000)
    #expect(try await claim(reward, club, version: 2, key: "c").refusal == nil)
    #expect(try await club.available() == 400)
  }

  @Test(
    "A claim is made once under its key, and another reward under it is a conflict",
    arguments: Backend.allCases)
  func once(backend: Backend) async throws {
    let (club, reward) = try await offering(backend)
    let first = try await claim(reward, club, key: "a").get()
    let second = try await claim(reward, club, key: "a")
    #expect(second.isReplay)
    #expect(second.entry == first)
    let error = await loyaltyFailure { try await club.redeem(500, key: "a") }
    #expect(error?.code == .idempotencyConflict)
    let claims = try await club.crm.read { [ada = club.ada] in
      try $0.loyalty.claims(of: ada).items
    }
    #expect(claims.map(\.entry) == [first.id])
    #expect(claims.map(\.benefit) == [try Money("8.00", .eur)])
  }

  @Test("A cancelled claim gives points, stock and coupon back, once", arguments: Backend.allCases)
  func cancelled(backend: Backend) async throws {
    let (club, reward) = try await offering(backend, .coupon) { $0.stock = 1 }
    let entry = try await claim(reward, club, key: "a").get()
    let ada = club.ada
    try await club.crm.write { tx in
      let claim = try #require(try tx.loyalty.claim(of: entry.id))
      let undone = try tx.loyalty.cancel(claim.id, because: "broken", key: "x").get()
      #expect(try tx.loyalty.cancel(claim.id, because: "broken", key: "x").isReplay)
      let again = try tx.loyalty.cancel(claim.id, key: "y")
      #expect(again.refusal?.code == .alreadyReversed)
      #expect(try tx.loyalty.claim(of: entry.id)?.status == .cancelled)
      #expect(try tx.loyalty.stockLeft(of: reward.id) == 1)
      let coupons = try tx.loyalty.coupons(of: ada).items
      #expect(coupons.map { $0.state(at: tx.now) } == [.cancelled])
      #expect(throws: LoyaltyError.self) { try tx.loyalty.reverse(undone.id, key: "z") }
    }
    #expect(try await club.available() == 1_000)
    #expect(try await club.crm.verify().isSound)
  }

  @Test("A coupon is set aside, used once and then not given back", arguments: Backend.allCases)
  func coupon(backend: Backend) async throws {
    let (club, reward) = try await offering(backend, .discount) { $0.couponDays = 30 }
    let entry = try await claim(reward, club, key: "a").get()
    let ada = club.ada
    let code = try await club.crm.write { tx in
      let coupon = try #require(try tx.loyalty.coupons(of: ada).items.first)
      #expect(coupon.code.count == 12)
      #expect(coupon.lastDay == CalendarDate("2026-01-30"))
      #expect(try tx.loyalty.claim(of: entry.id)?.usedAt == nil)
      try tx.loyalty.holdCoupon(coupon.code, for: "order 1")
      let error = #expect(throws: LoyaltyError.self) {
        try tx.loyalty.useCoupon(coupon.code, for: "order 2")
      }
      #expect(error?.detail == "held")
      return coupon.code
    }
    try club.go(to: "2026-01-02")
    try await club.crm.write { tx in
      #expect(try tx.loyalty.coupon(code.lowercased())?.state(at: tx.now) == .issued)
      try tx.loyalty.useCoupon(code, for: "order 2")
      try tx.loyalty.useCoupon(code, for: "order 2")
      let error = #expect(throws: LoyaltyError.self) {
        try tx.loyalty.useCoupon(code, for: "order 3")
      }
      #expect(error?.code == .alreadyResolved)
      let claim = try #require(try tx.loyalty.claim(of: entry.id))
      #expect(claim.usedAt == tx.now)
      let fixed = #expect(throws: LoyaltyError.self) { try tx.loyalty.cancel(claim.id, key: "x") }
      #expect(fixed?.code == .notReversible)
    }
    #expect(try await club.available() == 500)
  }

  @Test(
    "A coupon ends with its last day, and not while it is set aside", arguments: Backend.allCases)
  func expired(backend: Backend) async throws {
    let (club, reward) = try await offering(backend, .coupon) { $0.couponDays = 1 }
    _ = try await claim(reward, club, key: "a").get()
    let ada = club.ada
    func state() async throws -> Coupon.State? {
      try await club.crm.read { tx in
        try tx.loyalty.coupons(of: ada).items.first?.state(at: tx.now)
      }
    }
    try club.go(to: "2026-01-01T22:59:59Z")
    #expect(try await state() == .issued)
    try await club.crm.write { tx in
      let code = try #require(try tx.loyalty.coupons(of: ada).items.first?.code)
      try tx.loyalty.holdCoupon(code, for: "order", lasting: .seconds(60))
    }
    try club.go(to: "2026-01-01T23:00:00Z")
    #expect(try await state() == .held)
    try club.go(to: "2026-01-01T23:00:59Z")
    #expect(try await state() == .expired)
  }

  @Test(
    "C07: A claim that comes too often keeps its reward until it is released or rejected",
    arguments: Backend.allCases, [true, false])
  func review(backend: Backend, isReleased: Bool) async throws {
    let (club, reward) = try await offering(backend, .coupon, velocity: .init(1, inMinutes: 60)) {
      $0.stock = 2
    }
    _ = try await claim(reward, club, key: "a").get()
    let held = try await claim(reward, club, key: "b")
    #expect(held.refusal?.code == .heldForReview)
    let hold = try #require(held.entry?.hold)
    let ada = club.ada
    try await club.crm.write { tx in
      #expect(try tx.loyalty.stockLeft(of: reward.id) == 0)
      #expect(try tx.loyalty.coupons(of: ada).items.count == 1)
      if isReleased {
        let entry = try tx.loyalty.release(hold, because: "fine", key: "r").get()
        #expect(try tx.loyalty.claim(of: entry.id)?.status == .granted)
        #expect(try tx.loyalty.coupons(of: ada).items.count == 2)
      } else {
        try tx.loyalty.reject(hold, because: "bad", key: "r").get()
        #expect(try tx.loyalty.stockLeft(of: reward.id) == 1)
        #expect(try tx.loyalty.claims(of: ada).items.map(\.status).contains(.rejected))
      }
    }
    #expect(try await club.available() == (isReleased ? 0 : 500))
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "A reward is had on its days alone, and by members who are not blocked",
    arguments: Backend.allCases)
  func availability(backend: Backend) async throws {
    let start = try Club.instant("2026-02-01")
    let end = try Club.instant("2026-03-01")
    let (club, reward) = try await offering(backend) {
      $0.availableFrom = start
      $0.availableUntil = end
    }
    for (key, day, isHad) in [
      ("a", "2026-01-31", false), ("b", "2026-02-01", true), ("c", "2026-03-01", false),
    ] {
      try club.go(to: day)
      let refusal = try await claim(reward, club, key: key).refusal
      #expect((refusal == nil) == isHad)
      if !isHad { #expect(refusal?.code == .ineligible) }
    }
  }

  @Test("A reward for a tier is for its members alone", arguments: Backend.allCases)
  func tiers(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.tierGroups = [
        TierGroup("status", tiers: [Tier("Basic"), Tier("Gold", from: .points(100))])
      ]
    }
    let (ada, bob) = (club.ada, club.bob)
    try await club.crm.write { tx in
      var new = NewReward("lounge", .service, points: 0)
      new.tiers = ["Gold"]
      let reward = try tx.loyalty.add(new, to: "club")
      try tx.loyalty.earn(
        .order("1", [EarnLine(try Money("100.00", .eur))]), for: ada, key: "o"
      ).get()
      #expect(try tx.loyalty.quote(reward.id, for: bob).refusal?.code == .ineligible)
      #expect(try tx.loyalty.claim(reward.id, for: bob, key: "b").refusal?.code == .ineligible)
      #expect(try tx.loyalty.claim(reward.id, for: ada, key: "a").get().legs == [])
      #expect(try tx.loyalty.claims(of: ada).items.map(\.usedAt) == [tx.now])
    }
  }

  @Test(
    "A blocked member claims nothing, and a joined one keeps its claims and coupons",
    arguments: Backend.allCases)
  func members(backend: Backend) async throws {
    let (club, reward) = try await offering(backend, .coupon)
    let (ada, bob) = (club.ada, club.bob)
    try await club.crm.write { tx in
      try tx.loyalty.claim(reward.id, for: ada, key: "a").get()
      try tx.loyalty.block(ada, because: "test")
      #expect(try tx.loyalty.claim(reward.id, for: ada, key: "b").refusal?.code == .ineligible)
      let code = try #require(try tx.loyalty.coupons(of: ada).items.first?.code)
      let error = #expect(throws: LoyaltyError.self) {
        try tx.loyalty.holdCoupon(code, for: "order")
      }
      #expect(error?.code == .ineligible)
      try tx.loyalty.unblock(ada, because: "test")
      try tx.loyalty.merge(ada, into: bob, key: "m").get()
      #expect(try tx.loyalty.claims(of: bob).items.map(\.member) == [ada])
      try tx.loyalty.useCoupon(code, for: "order")
    }
    #expect(try await club.crm.verify().isSound)
  }

  @Test("Every problem of a reward is named at once", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let (club, _) = try await offering(backend)
    let error = await #expect(throws: CRMError.self) {
      try await club.crm.write { tx in
        var new = NewReward("", .item, points: -1)
        new.stock = -1
        new.currency = "stars"
        new.couponDays = 0
        new.tiers = ["Gold"]
        return try tx.loyalty.add(new, to: "club")
      }
    }
    let fields = Set(error?.issues.map(\.field) ?? [])
    #expect(fields == ["name", "points", "stock", "currency", "coupon_days", "tier_group"])
  }
}
