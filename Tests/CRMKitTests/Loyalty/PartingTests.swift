import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

/// What is refunded while two memberships are one, once they are two again.
@Suite("Refunds of members that are parted")
struct PartingTests {
  /// By what tiers are reached: Silver by two orders of 300.00, Gold by three.
  private static let ladders: [[TierThreshold]] = [
    [.points(500), .points(900)], [.count(2), .count(3)],
    [.spend(Money(minorUnits: 50_000, .eur)), .spend(Money(minorUnits: 90_000, .eur))],
  ]

  private static func group(
    _ thresholds: [TierThreshold], _ period: TierPeriod, _ term: TierTerm
  ) -> TierGroup {
    var group = TierGroup(
      "status",
      tiers: [
        Tier("Bronze"), Tier("Silver", from: thresholds[0]), Tier("Gold", from: thresholds[1]),
      ], period: period, term: term)
    group.onRefund = .recalculate
    return group
  }

  private func standing(_ club: Club, _ member: LoyaltyMember.ID) async throws -> TierStanding? {
    try await club.crm.read {
      try $0.records(of: TierStanding.self).find(
        TierStanding.identifier(of: member, in: "status"))
    }
  }

  private func tie(_ club: Club, _ key: String) async throws {
    let (ada, bob) = (club.ada, club.bob)
    try await club.crm.write { _ = try $0.loyalty.merge(ada, into: bob, key: key).get() }
  }

  private func part(_ club: Club, _ key: String) async throws {
    let ada = club.ada
    try await club.crm.write { _ = try $0.loyalty.unmerge(ada, key: key).get() }
  }

  @Test(
    "M11: A refund that is taken while memberships are one counts for who had earned it",
    arguments: Backend.allCases, ladders)
  func whileJoined(backend: Backend, thresholds: [TierThreshold]) async throws {
    let club = try await Club(backend) {
      $0.tierGroups = [Self.group(thresholds, .rolling(months: 12), .continuous)]
    }
    for (number, day) in [("1", "2026-01-05"), ("2", "2026-01-06"), ("3", "2026-01-07")] {
      try club.go(to: day)
      try await club.order(number, "300.00")
      try await club.earn(
        .order("b\(number)", [EarnLine(try Club.euro("300.00"))]), key: "b\(number)",
        for: club.bob
      ).get()
    }
    try club.go(to: "2026-02-01")
    try await club.refund(.amount(try Club.euro("10.00")), of: "1", "before")
    try await tie(club, "m")
    try club.go(to: "2026-02-02")
    try await club.refund(.all, of: "2").get()
    let part = try await club.refund(.amount(try Club.euro("290.00")), of: "1", "while").get()
    // One that is taken and undone again is as if it had not been.
    let undone = try await club.refund(.all, of: "3").get()
    try await club.crm.write { _ = try $0.loyalty.reverse(undone.id, key: "undone").get() }
    #expect(part.member == club.bob)
    #expect(try await standing(club, club.bob)?.points == 1_200)
    #expect(try await club.crm.verify().problems == [])
    try club.go(to: "2026-02-03")
    try await self.part(club, "u")

    #expect(try await standing(club, club.ada)?.points == 300)
    #expect(try await standing(club, club.ada)?.count == 1)
    #expect(try await standing(club, club.bob)?.points == 900)
    #expect(try await standing(club, club.bob)?.spend == 90_000)
    #expect(try await standing(club, club.bob)?.count == 3)
    #expect(try await club.tier()?.tier == "Bronze")
    let tier = try #require(try await club.tier(of: club.bob))
    #expect(tier.tier == "Gold")
    #expect(tier.since == (try Club.instant("2026-01-07")))
    #expect(try await club.available() == 300)
    #expect(try await club.available(club.bob) == 900)
    let year = try Club.instant("2026-01-01")..<Club.instant("2027-01-01")
    let (ada, bob) = (club.ada, club.bob)
    let sides = try await club.crm.read { tx in
      try [ada, bob].map { try tx.loyalty.sides(of: $0, in: year).firm }
    }
    #expect(sides.map(\.orders) == [[try Club.euro("300.00")], [try Club.euro("900.00")]])
    #expect(sides.map(\.orderCount) == [1, 3])

    // What is refunded afterwards is taken off what is left, and all leaves in its time.
    try await club.refund(.amount(try Club.euro("100.00")), of: "3", "after")
    #expect(try await standing(club, club.ada)?.points == 200)
    try club.go(to: "2027-01-06")
    #expect(try await club.tier(of: club.bob)?.tier == "Silver")
    try club.go(to: "2027-01-09")
    try await club.crm.advance()
    #expect(try await club.tier(of: club.bob)?.tier == "Bronze")
    try await club.check()
  }

  @Test(
    "M12: What was refunded along a chain is who earned it's, when that is parted link by link",
    arguments: Backend.allCases)
  func chain(backend: Backend) async throws {
    let club = try await Club(backend, members: 3) {
      $0.tierGroups = [Self.group(Self.ladders[0], .calendarYear, .endOfPeriod)]
    }
    let (ada, bob, eve) = (club.ada, club.bob, club.members[2])
    try await club.order("1", "600.00")
    try club.go(to: "2026-02-01")
    try await tie(club, "m")
    try await club.crm.write { _ = try $0.loyalty.merge(bob, into: eve, key: "n").get() }
    try await club.refund(.amount(try Club.euro("200.00")), of: "1")
    #expect(try await standing(club, eve)?.points == 400)
    try await club.crm.write { _ = try $0.loyalty.unmerge(bob, key: "v").get() }
    #expect(try await standing(club, eve)?.points == 0)
    #expect(try await standing(club, bob)?.points == 400)
    #expect(try await club.crm.verify().problems == [])
    try await part(club, "u")
    #expect(try await standing(club, bob)?.points == 0)
    #expect(try await standing(club, ada)?.points == 400)
    #expect(try await club.available() == 400)
    // Joined again, each thing counts once.
    try await tie(club, "again")
    try await club.refund(.amount(try Club.euro("100.00")), of: "1", "2")
    #expect(try await standing(club, bob)?.points == 300)
    #expect(try await club.crm.verify().problems == [])
    try await part(club, "u2")
    #expect(try await standing(club, ada)?.points == 300)
    #expect(try await standing(club, bob)?.points == 0)
    try await club.check()
  }

  @Test(
    "R09: Points that ended while memberships were one are not taken back from who had earned them",
    arguments: Backend.allCases, ClawbackTerms.Shortfall.allCases)
  func endedMeanwhile(backend: Backend, policy: ClawbackTerms.Shortfall) async throws {
    let club = try await Club(backend) {
      $0.expiry = ExpiryPolicy(.months(1))
      $0.clawback.shortfall = policy
    }
    try await club.order("1", "100.00")
    try await tie(club, "m")
    try await club.redeem(30, from: club.bob, key: "r").get()
    try club.go(to: "2026-02-10")
    try await part(club, "u")
    try club.go(to: "2026-02-11")
    let outcome = try await club.refund(.all, of: "1").outcome()
    #expect(outcome.total(of: "points")?.lost == 70)
    #expect(outcome.claw() == 30)
    #expect(try await club.available() == (policy == .allowNegative ? -30 : 0))
    try await club.check()
  }

  @Test(
    "M11: What was refunded of another's order leaves no window later, and time brings no reward",
    arguments: Backend.allCases, [false, true])
  func windows(backend: Backend, advances: Bool) async throws {
    let club = try await Club(backend) {
      $0.tierGroups = [.ladder(period: .rolling(months: 2), term: .continuous)]
      $0.tierGroups[0].tiers[2].entryReward = 50
    }
    func earn(_ number: String, _ amount: String) async throws {
      let order = EarnRequest.order(number, [EarnLine(try Club.euro(amount))])
      try await club.earn(order, key: number, for: club.bob).get()
    }
    try club.go(to: "2026-01-05")
    try await club.order("1", "600.00")
    try club.go(to: "2026-01-20")
    try await earn("b1", "480.00")
    try await tie(club, "m")
    try await club.refund(.all, of: "1").get()
    try await part(club, "u")
    try club.go(to: "2026-01-21")
    try await earn("b2", "550.00")
    #expect(try await club.available(club.bob) == 1_080)
    try club.go(to: "2026-03-10")
    if advances { try await club.crm.advance() }
    #expect(try await club.tier(of: club.bob)?.since == (try Club.instant("2026-01-21")))
    #expect(try await club.available(club.bob) == 1_080)
    try await club.check()
  }

  // MARK: Histories

  /// What counts for a member at the moment.
  private func counted(_ club: Club, _ member: LoyaltyMember.ID) async throws -> TierTotals {
    try await club.crm.read { tx in
      let member = try tx.loyalty.resolve(member)
      var course = try #require(try tx.loyalty.tierReckoning(of: member, "status").course())
      try course.look(at: tx.now)
      return course.state.window.totals
    }
  }

  /// How two members stand, as far as it is the same whether they were one for a time or not.
  private func state(_ club: Club) async throws -> [String] {
    var state: [String] = []
    for member in [club.ada, club.bob] {
      let (counted, tier) = (try await counted(club, member), try await club.tier(of: member))
      let (balance, lots) = (try await club.balance(of: member), try await club.lots(of: member))
      let remaining = lots.filter { $0.remaining > 0 }.map { "\($0.earnedAt): \($0.remaining)" }
      state.append(
        """
        \(counted.points) \(counted.spend) \(counted.count) \
        \(tier?.tier ?? "") since \(tier?.since ?? .earliest) to \(tier?.lastDay?.description ?? "") \
        \(balance.available) \(balance.pending) \(remaining.sorted())
        """)
    }
    return state
  }

  private struct Sale {
    let number: String
    let member: Int
    var left: Int64
  }

  private static let periods: [(TierPeriod, TierTerm)] = [
    (.calendar(.quarter), .endOfPeriod), (.calendarYear, .endOfNextPeriod),
    (.rolling(months: 2), .continuous), (.rolling(months: 2), .monthsFromEntry(1)),
    (.lifetime, .lifetime),
  ]

  @Test(
    "M11: Who was parted stands as if they had never been one, however their orders are refunded",
    arguments: Histories.of(1...6))
  func random(backend: Backend, seed: UInt64) async throws {
    for (index, period) in Self.periods.enumerated() {
      var numbers = SeededNumbers(seed &* 97 &+ UInt64(index))
      let thresholds = Self.ladders[Int.random(in: 0..<3, using: &numbers)]
      let policy = ClawbackTerms.Shortfall.allCases[Int.random(in: 0..<4, using: &numbers)]
      let onRefund = TierRefund.allCases[Int.random(in: 0..<3, using: &numbers)]
      var clubs: [Club] = []
      for _ in 0..<2 {
        let club = try await Club(backend) {
          $0.tierGroups = [Self.group(thresholds, period.0, period.1)]
          $0.tierGroups[0].onRefund = onRefund
          $0.clawback.shortfall = policy
          $0.pending.wait = .days(3)
        }
        clubs.append(club)
      }
      try await play(clubs, &numbers, "\(period) \(onRefund) \(policy)")
    }
  }

  /// Plays the same in two clubs, in the first of which two members are one for a time, twice.
  private func play(
    _ clubs: [Club], _ numbers: inout SeededNumbers, _ comment: String
  ) async throws {
    var sales: [Sale] = []
    var moment = try Club.instant("2026-01-10")
    for step in 0..<60 {
      moment = moment + .seconds(.random(in: 3_600...250_000, using: &numbers))
      for club in clubs { club.shop.clock.set(to: moment) }
      let isJoined = (12..<24).contains(step) || (36..<48).contains(step)
      if step == 12 || step == 36 { try await tie(clubs[0], "m\(step)") }
      if step == 24 || step == 48 { try await part(clubs[0], "u\(step)") }
      switch Int.random(in: 0..<10, using: &numbers) {
      case 0..<4:
        // What is earned while they are one stays with the one.
        let member = isJoined ? 1 : Int.random(in: 0...1, using: &numbers)
        let cents = Int64.random(in: 10_000...40_000, using: &numbers)
        for club in clubs {
          try await club.earn(
            .order("\(step)", [EarnLine(Money(minorUnits: cents, .eur))]), key: "e\(step)",
            for: club.members[member]
          ).get()
        }
        sales.append(Sale(number: "\(step)", member: member, left: cents))
      case 4..<8:
        guard let at = sales.indices.randomElement(using: &numbers), sales[at].left > 0 else {
          continue
        }
        let cents = Int64.random(in: 1...sales[at].left, using: &numbers)
        let isAll = Int.random(in: 0..<3, using: &numbers) == 0
        let (sale, amount) = (sales[at], Money(minorUnits: isAll ? sales[at].left : cents, .eur))
        for club in clubs {
          let member = club.members[sale.member]
          try await club.crm.write {
            _ = try $0.loyalty.refund(
              .amount(amount), of: sale.number, from: member, number: "\(step)", key: "r\(step)"
            ).get()
          }
        }
        sales[at].left -= amount.minorUnits
      case 8 where step % 3 == 0: for club in clubs { try await club.crm.advance() }
      default: continue
      }
      guard !isJoined else { continue }
      let states = try await [state(clubs[0]), state(clubs[1])]
      #expect(states[0] == states[1], "step \(step), \(comment)")
      if states[0] != states[1] { return }
    }
    for club in clubs { try await club.check() }
  }
}
