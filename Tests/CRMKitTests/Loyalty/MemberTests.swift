import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("Members that become one, are blocked or forgotten")
struct MemberTests {
  /// Two members who are one person.
  ///
  /// The first is Silver since 2025, with 400 that count this year and 250 points up to 31 December
  /// 2026; the second is Gold by 1,050, with 100 points up to 30 June 2027.
  private func pair(
    _ backend: Backend, _ change: (inout LoyaltyProgramme) -> Void = { _ in }
  ) async throws -> Club {
    let club = try await Club(backend, on: "2025-01-01", members: 3) {
      $0.tierGroups = [.ladder()]
      change(&$0)
    }
    try await club.count(500, at: "2025-06-01T10:00:00Z")
    try club.go(to: "2026-01-02")
    try await club.crm.advance()
    try await club.give(250, until: "2026-12-31", key: "a")
    try await club.give(100, until: "2027-06-30", to: club.bob, key: "b")
    try await club.count(400, at: "2026-02-01T10:00:00Z")
    try await club.count(1_050, at: "2026-03-01T10:00:00Z", for: club.bob)
    try club.go(to: "2026-04-01")
    return club
  }

  private func merge(_ club: Club, key: String = "m") async throws -> LoyaltyResult {
    let (ada, bob) = (club.ada, club.bob)
    return try await club.crm.write { try $0.loyalty.merge(ada, into: bob, key: key) }
  }

  private func standing(_ club: Club, _ member: LoyaltyMember.ID) async throws -> TierStanding? {
    try await club.crm.read {
      try $0.records(of: TierStanding.self).find(
        TierStanding.identifier(of: member, in: "status"))
    }
  }

  @Test(
    "M07: A membership that is joined brings its lots, what counts and the later end of its tier",
    arguments: Backend.allCases)
  func joining(backend: Backend) async throws {
    let club = try await pair(backend)
    #expect(try await club.tier()?.tier == "Silver")
    let entry = try await merge(club).get()
    #expect(entry.legs.map(\.points) == [250])
    #expect(try await club.available(club.bob) == 350)
    let expiring = try await club.crm.read { try $0.loyalty.expiring(of: club.bob) }
    #expect(expiring.map(\.points) == [250, 100])
    #expect(try await standing(club, club.bob)?.points == 1_450)
    let tier = try #require(try await club.tier(of: club.bob))
    #expect(tier.tier == "Gold")
    #expect(tier.lastDay == CalendarDate("2027-12-31"))
    // The identifier of the first is an alias of the second.
    #expect(try await club.tier() == tier)
    #expect(try await club.available() == 350)
    #expect(try await club.give(10, key: "c").member == club.bob)
    #expect(try await club.available(club.bob) == 360)
    let reopened = try await club.reopened()
    #expect(try await reopened.available() == 360)
    #expect(try await reopened.total() == ["points": 0])
    #expect(try await reopened.crm.verify().isSound)
  }

  @Test(
    "What was sent before memberships were joined, or while they were, is found again after",
    arguments: Backend.allCases)
  func sentAgain(backend: Backend) async throws {
    let club = try await Club(backend, on: "2026-04-02") {
      $0.rules.append(EarningRule("birthday", .fixed(50), on: .birthday))
    }
    let (ada, bob) = try await club.crm.write { tx in
      let enrolled = try ["Ada", "Bob"].map { name in
        let customer = try tx.customers.add(
          .person(name, birthday: Birthday(month: 4, day: 2)))
        return try tx.loyalty.enrol(customer.id, in: "club").id
      }
      return (enrolled[0], enrolled[1])
    }
    let earned = try await club.earn(.birthday(), key: "day", for: ada)
    let order = EarnRequest.order("1", [EarnLine(try Money("100.00", .eur))])
    let placed = try await club.earn(order, key: "order", for: ada)
    let send = { () async throws -> LoyaltyResult in
      try await club.crm.write { try $0.loyalty.transfer(10, from: ada, to: bob, key: "t") }
    }
    let given = try await send()
    try await club.crm.write { _ = try $0.loyalty.merge(ada, into: bob, key: "m").get() }
    let sent = try await send()
    #expect(sent.replay == .key && sent.entry == given.entry)
    // One of them has had the day, and the order, for both.
    let day = try await club.earn(.birthday(), key: "again", for: bob)
    #expect(day.replay == .naturalKey && day.entry == earned.entry)
    let told = try await club.earn(order, key: "told", for: bob)
    #expect(told.replay == .naturalKey && told.entry == placed.entry)
    let next = EarnRequest.order("2", [EarnLine(try Money("100.00", .eur))])
    try await club.earn(next, key: "next", for: bob)
    let refund = { () async throws -> LoyaltyResult in
      try await club.crm.write {
        try $0.loyalty.refund(.all, of: "2", from: ada, number: "R1", key: "refund")
      }
    }
    let refunded = try await refund()
    try await club.crm.write { _ = try $0.loyalty.unmerge(ada, key: "u").get() }
    let late = try await refund()
    #expect(late.replay == .key && late.entry == refunded.entry)
    let other = await loyaltyFailure {
      try await club.crm.write {
        try $0.loyalty.refund(.all, of: "2", from: ada, number: "R2", key: "other")
      }
    }
    #expect(other?.code == .unknownReference)
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "M07: What counted before leaves a rolling window in its time, also where the way is gone anew",
    arguments: Backend.allCases)
  func leaving(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.tierGroups = [.ladder(period: .rolling(months: 2), term: .continuous)]
    }
    try await club.count(600, at: "2026-01-05T10:00:00Z")
    try await club.count(450, at: "2026-01-20T10:00:00Z", for: club.bob)
    try club.go(to: "2026-02-01")
    try await merge(club).get()
    #expect(try await club.tier(of: club.bob)?.tier == "Gold")
    try await club.count(300, at: "2026-03-18T10:00:00Z", for: club.bob)
    // The 600 left after 5 March; the 450 are still there.
    #expect(try await standing(club, club.bob)?.points == 750)
    try await club.count(20, at: "2026-03-17T10:00:00Z", for: club.bob, keepingClock: true)
    #expect(try await standing(club, club.bob)?.points == 770)
    #expect(try await club.tier(of: club.bob)?.tier == "Silver")
    try club.go(to: "2026-03-21")
    #expect(try await club.tier(of: club.bob)?.tier == "Bronze")
    #expect(try await club.crm.verify().problems == [])
  }

  @Test(
    "M07: Of what leaves a window until they are joined each membership loses its own alone",
    arguments: Backend.allCases, [false, true])
  func leavingBefore(backend: Backend, advances: Bool) async throws {
    let club = try await Club(backend) {
      $0.tierGroups = [.ladder(period: .rolling(months: 2), term: .continuous)]
    }
    try await club.count(300, at: "2026-01-05T10:00:00Z")
    try await club.count(10, at: "2026-01-05T11:00:00Z", for: club.bob)
    try await club.count(1_000, at: "2026-02-20T10:00:00Z", for: club.bob)
    try club.go(to: "2026-03-10")
    if advances { try await club.crm.advance() }
    try await merge(club).get()
    #expect(try await standing(club, club.bob)?.points == 1_000)
    let tier = try #require(try await club.tier(of: club.bob))
    #expect(tier.tier == "Gold")
    #expect(tier.since == (try Club.instant("2026-02-20T10:00:00Z")))
    try club.go(to: "2026-03-12")
    if advances { try await club.crm.advance() }
    try await club.crm.write { _ = try $0.loyalty.unmerge(club.ada, key: "u").get() }
    #expect(try await club.tier(of: club.bob)?.tier == "Gold")
    #expect(try await club.tier()?.tier == "Bronze")
    #expect(try await club.crm.verify().problems == [])
  }

  @Test(
    "M08: What counted for both reaches a tier when they are joined, without its entry reward",
    arguments: Backend.allCases, [false, true])
  func climbing(backend: Backend, replays: Bool) async throws {
    let club = try await Club(backend) {
      var group = TierGroup.ladder()
      group.tiers[2].entryReward = 100
      $0.tierGroups = [group]
      $0.pool.replaysOnceOnly = replays
    }
    try await club.count(600, at: "2026-02-01T10:00:00Z")
    try await club.count(500, at: "2026-02-02T10:00:00Z", for: club.bob)
    try club.go(to: "2026-03-01")
    let entry = try await merge(club).get()
    let tier = try #require(try await club.tier())
    #expect(tier.tier == "Gold")
    #expect(tier.since == (try Club.instant("2026-03-01")))
    #expect(tier.cause == entry.id)
    #expect(try await club.available() == (replays ? 100 : 0))
    #expect(try await club.tier(of: club.bob, at: "2026-02-15T10:00:00Z")?.tier == "Silver")
    // What becomes known late counts for the one, from the joining on.
    try await club.count(4_000, at: "2026-02-10T10:00:00Z", keepingClock: true)
    #expect(try await club.tier()?.tier == "Platinum")
  }

  @Test(
    "M11: Memberships that are parted have what is left of their points, and tiers of their own",
    arguments: Backend.allCases)
  func parting(backend: Backend) async throws {
    let club = try await pair(backend)
    try await merge(club).get()
    try await club.redeem(80, from: club.bob, key: "r").get()
    try await club.give(7, until: "2028-01-01", key: "since")
    let ada = club.ada
    let result = try await club.crm.write { try $0.loyalty.unmerge(ada, key: "u") }
    try result.get()
    #expect(try await club.available() == 170)
    #expect(try await club.available(club.bob) == 107)
    #expect(try await club.tier()?.tier == "Silver")
    #expect(try await club.tier()?.lastDay == CalendarDate("2026-12-31"))
    #expect(try await club.tier(of: club.bob)?.tier == "Gold")
    #expect(try await standing(club, club.bob)?.points == 1_050)
    let again = try await club.crm.write { try $0.loyalty.unmerge(ada, key: "u") }
    #expect(again.replay == .key)
    // What had been brought ends as it would have.
    try club.go(to: "2026-12-31T23:00:00Z")
    #expect(try await club.available() == 0)
    #expect(try await club.available(club.bob) == 107)
    try await club.crm.advance()
    #expect(try await club.total() == ["points": 0])
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "M12: Joining again is a replay, and memberships are never joined in a circle",
    arguments: Backend.allCases)
  func circles(backend: Backend) async throws {
    let club = try await pair(backend)
    let entry = try await merge(club).get()
    #expect(try await merge(club).replay == .key)
    let other = try await merge(club, key: "n")
    #expect(other.replay == .naturalKey)
    #expect(other.entry?.id == entry.id)
    let (ada, bob, eve) = (club.ada, club.bob, club.members[2])
    let circle = await loyaltyFailure {
      try await club.crm.write { try $0.loyalty.merge(bob, into: ada, key: "c") }
    }
    #expect(circle?.code == .alreadyMerged)
    let itself = await loyaltyFailure {
      try await club.crm.write { try $0.loyalty.merge(eve, into: eve, key: "s") }
    }
    #expect(itself?.code == .sameAccount)
    let chain = try await club.crm.write { try $0.loyalty.merge(bob, into: eve, key: "k") }
    try chain.get()
    #expect(try await club.available(ada) == 350)
    #expect(try await club.crm.read { try $0.loyalty.resolve(ada).id } == eve)
    #expect(try await club.tier(of: ada)?.tier == "Gold")
    let elsewhere = await loyaltyFailure {
      try await club.crm.write { try $0.loyalty.merge(ada, into: eve, key: "e") }
    }
    #expect(elsewhere?.code == .alreadyMerged)
    // The first joining is found again, though what it led to goes on elsewhere.
    #expect(try await merge(club).replay == .key)
    #expect(try await merge(club, key: "again").replay == .naturalKey)
    #expect(try await merge(club).entry?.id == entry.id)
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "M14: Nobody is joined with who was forgotten, nor with a pool", arguments: Backend.allCases)
  func unfit(backend: Backend) async throws {
    let club = try await Club(backend, members: 3)
    let (ada, erased) = (club.ada, club.members[1])
    try await club.give(350, key: "a")
    let pool = try await club.crm.write { tx in
      try tx.loyalty.erase(erased, key: "e").get()
      for (one, another) in [(ada, erased), (erased, ada)] {
        let result = try tx.loyalty.merge(one, into: another, key: "\(one) \(another)")
        #expect(result.refusal?.code == .ineligible)
        #expect(result.refusal?.detail == "erased")
      }
      return try tx.loyalty.addPool(in: "club").id
    }
    for (one, another) in [(ada, pool), (pool, ada)] {
      let failure = await loyaltyFailure {
        try await club.crm.write { try $0.loyalty.merge(one, into: another, key: "\(one)") }
      }
      #expect(failure?.code == .unknownReference)
    }
    #expect(try await club.available() == 350)
    // A block that came after the joining is not got rid of by parting again.
    let eve = club.members[2]
    try await club.crm.write { tx in
      try tx.loyalty.merge(ada, into: eve, key: "m").get()
      try tx.loyalty.block(eve, because: "fraud")
      try tx.loyalty.unmerge(ada, key: "u").get()
    }
    #expect(try await club.redeem(1, key: "r").refusal?.detail == "blocked")
    #expect(try await club.available() == 350)
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "T12: Looking at all tiers again leaves those of aliases as they are",
    arguments: Backend.allCases)
  func reevaluating(backend: Backend) async throws {
    let club = try await Club(backend) { $0.tierGroups = [.ladder()] }
    try await club.count(850, at: "2026-03-10T10:00:00Z")
    try club.go(to: "2026-04-01")
    try await merge(club).get()
    var lowered = club.programme
    lowered.version = 2
    lowered.tierGroups[0].tiers[2] = Tier("Gold", from: .points(800))
    let version = lowered
    let moved = try await club.crm.write { tx in
      try tx.loyalty.define(version)
      return try tx.loyalty.reevaluateTiers(in: "club")
    }
    #expect(moved == 1)
    #expect(try await standing(club, club.ada)?.tier == "Silver")
    #expect(try await standing(club, club.bob)?.tier == "Gold")
  }

  @Test(
    "Joining takes over what is owed",
    arguments: Backend.allCases)
  func debts(backend: Backend) async throws {
    let club = try await Club(backend) { $0.adjustment.allowsNegative = true }
    let (ada, bob) = (club.ada, club.bob)
    try await club.crm.write { tx in
      try tx.loyalty.adjust(-30, for: ada, because: "test", key: "debt").get()
    }
    try await club.give(20, to: bob, key: "b")
    try await merge(club).get()
    #expect(try await club.available(bob) == -10)
    #expect(try await club.total() == ["points": 0])
  }

  @Test(
    "C08: A blocked member neither earns nor redeems, and points go on expiring",
    arguments: Backend.allCases)
  func blocking(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(100, until: "2026-06-30", key: "a")
    let ada = club.ada
    try await club.crm.write { _ = try $0.loyalty.block(ada, because: "fraud") }
    let refused = try await club.redeem(10, key: "r")
    #expect(refused.refusal?.code == .ineligible)
    #expect(refused.refusal?.detail == "blocked")
    try await club.crm.write { _ = try $0.loyalty.unblock(ada, because: "a mistake") }
    #expect(try await club.redeem(10, key: "r").refusal?.code == .ineligible)
    try await club.redeem(10, key: "r2").get()
    try await club.crm.write { _ = try $0.loyalty.block(ada, because: "again") }
    try club.go(to: "2026-07-01")
    #expect(try await club.available() == 0)
    let blank = await failure {
      try await club.crm.write { try $0.loyalty.block(ada, because: " ") }
    }
    #expect(blank?.issues.map(\.field) == ["reason"])
  }

  @Test(
    "M14: Who is forgotten loses points and name, and the ledger stays as it was and in balance",
    arguments: Backend.allCases)
  func erasing(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(350, key: "a")
    let ada = club.ada
    try await club.crm.write {
      try $0.loyalty.adjust(-5, for: ada, because: "an illness", key: "i").get()
    }
    let hold = try await club.crm.write { try $0.loyalty.hold(50, from: ada, key: "h").get() }
    let before = try await club.entries()
    let entry = try await club.crm.write { try $0.loyalty.erase(ada, key: "e").get() }
    #expect(entry.change(of: ada, in: "points") == -345)
    #expect(entry.change(of: .forfeited, of: nil, in: "points") == 345)
    #expect(try await club.available() == 0)
    #expect(try await club.balance().held == 0)
    let member = try await club.crm.read { try $0.loyalty.resolve(ada) }
    #expect(member.customer == nil)
    #expect(member.status == .erased)
    let after = try await club.entries().prefix(before.count)
    #expect(before.map(\.reason) == ["test", "an illness", nil])
    #expect(after.allSatisfy { $0.reason == nil && $0.salt == nil })
    #expect(after.map(\.hash) == before.map(\.hash))
    #expect(after.map(\.legs) == before.map(\.legs))
    let again = try await club.crm.write { tx in
      try tx.loyalty.adjust(350, for: ada, because: "test", lasting: .forever, key: "a")
    }
    #expect(again.replay == .key)
    #expect(try await !club.shop.exported().joined().contains("illness"))
    #expect(try await club.redeem(1, key: "r").refusal?.code == .ineligible)
    #expect(try await club.crm.write { try $0.loyalty.erase(ada, key: "e") }.replay == .key)
    #expect(try await club.total() == ["points": 0])
    #expect(hold.hold != nil)
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "M14: Of who is forgotten nobody knows why they were blocked, given tiers and adjusted",
    arguments: Backend.allCases)
  func erasingReasons(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.tierGroups = [.ladder()]
      $0.adjustment.approvedUpTo = 0
    }
    let ada = club.ada
    let last = try #require(CalendarDate("2031-01-31"))
    let (grant, asked) = try await club.crm.write { tx in
      let grant = try tx.loyalty.grant(
        "Gold", in: "status", to: ada, until: last, because: "an illness")
      _ = try tx.loyalty.withdraw(grant.id, because: "a mistake")
      let asked = try tx.loyalty.propose(5, for: ada, because: "an illness", key: "p")
      return (grant.id, asked)
    }
    try await club.crm.write { tx in
      _ = try tx.loyalty.reject(asked.id, because: "a feud")
      _ = try tx.loyalty.block(ada, because: "a theft")
      let member = try tx.loyalty.unblock(ada, because: "a pardon")
      #expect(member.statusReasons.map(\.status) == [.blocked, .active])
      #expect(member.statusReasons.map(\.text) == ["a theft", "a pardon"])
    }
    try await club.crm.write { _ = try $0.loyalty.erase(ada, key: "e").get() }
    // Neither records nor the log of events have any of it.
    let exported = try await club.shop.exported().joined()
    for word in ["an illness", "a mistake", "a feud", "a theft", "a pardon"] {
      #expect(!exported.contains(word), "\(word)")
    }
    try await club.crm.read { tx in
      // That it was so, and when, decides what a what-if gives, and names nobody.
      let kept = try tx.loyalty.resolve(ada).statusReasons
      #expect(kept.map(\.status) == [.blocked, .active])
      #expect(kept.allSatisfy { $0.text.isEmpty })
    }
    try await club.crm.read { tx in
      let kept = try tx.records(of: TierGrant.self).get(grant)
      #expect(kept.reason.isEmpty && kept.withdrawal == nil)
    }
    // Who asks for the same again learns that it was asked for.
    let again = try await club.crm.write {
      try $0.loyalty.propose(5, for: ada, because: "an illness", key: "p")
    }
    #expect(again.id == asked.id && again.reason.isEmpty)
    #expect(try await club.crm.verify().isSound)
  }
}

@Suite("Members that share their points")
struct PoolTests {
  @Test(
    "M05: A pool is drawn on in its order; who leaves takes what is left of theirs, or a share",
    arguments: Backend.allCases, [PoolTerms.Leaving.provenance, .proRata])
  func leaving(backend: Backend, leaving: PoolTerms.Leaving) async throws {
    let club = try await Club(backend) {
      $0.pool.leaving = leaving
      $0.tierGroups = [.ladder()]
    }
    let (ada, bob) = (club.ada, club.bob)
    try await club.give(300, until: "2026-12-31", key: "a")
    let pool = try await club.crm.write { tx in
      let pool = try tx.loyalty.addPool(in: "club").id
      try tx.loyalty.join(ada, pool: pool, key: "join a").get()
      try tx.loyalty.join(bob, pool: pool, key: "join b").get()
      return pool
    }
    // What members of a pool get is the pool's, and remembers who brought it.
    try await club.give(200, until: "2026-06-30", to: bob, key: "b")
    #expect(try await club.available(ada) == 500)
    #expect(try await club.available(bob) == 500)
    try club.go(to: "2026-05-01")
    let entry = try await club.redeem(350, from: bob, key: "r").get()
    #expect(entry.member == pool)
    #expect(entry.draws.map(\.points) == [200, 150])
    try await club.count(600, at: "2026-05-02T10:00:00Z", for: bob)
    #expect(try await club.tier(of: bob)?.tier == "Silver")
    #expect(try await club.tier(of: ada)?.tier == "Bronze")
    try await club.crm.write { try $0.loyalty.leavePool(ada, key: "leave a").get() }
    try await club.crm.write { try $0.loyalty.leavePool(bob, key: "leave b").get() }
    #expect(try await club.available(ada) == (leaving == .provenance ? 150 : 90))
    #expect(try await club.available(bob) == (leaving == .provenance ? 0 : 60))
    let again = try await club.crm.write { try $0.loyalty.leavePool(ada, key: "leave a") }
    #expect(again.replay == .key)
    let twice = try await club.crm.write { try $0.loyalty.leavePool(ada, key: "leave again") }
    #expect(twice.refusal?.code == .ineligible)
    try club.go(to: "2027-01-01")
    #expect(try await club.available(ada) == 0)
    #expect(try await club.tier(of: bob)?.tier == "Silver")
    #expect(try await club.total() == ["points": 0])
    try await club.crm.advance()
    #expect(try await club.crm.verify().isSound)
  }
}
