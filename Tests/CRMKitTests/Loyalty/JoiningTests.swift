import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

/// Memberships that are joined and parted whatever state they are in, as those of customers are who
/// turn out to be one, and what is read of the time before.
@Suite("Members that are joined in any state")
struct JoiningTests {
  private func tie(
    _ club: Club, _ one: LoyaltyMember.ID? = nil, into other: LoyaltyMember.ID? = nil,
    key: String = "m"
  ) async throws {
    let (one, other) = (one ?? club.ada, other ?? club.bob)
    try await club.crm.write { _ = try $0.loyalty.merge(one, into: other, key: key).get() }
  }

  private func part(_ club: Club, _ one: LoyaltyMember.ID? = nil, key: String = "u") async throws {
    let one = one ?? club.ada
    try await club.crm.write { _ = try $0.loyalty.unmerge(one, key: key).get() }
  }

  private func hold(
    _ club: Club, _ points: Int64, seconds: Int64 = 1_000_000, key: String = "h"
  ) async throws -> PointsHold.ID {
    let ada = club.ada
    return try await club.crm.write {
      let result = try $0.loyalty.hold(
        points, from: ada, key: key, reference: "basket", lasting: .seconds(seconds))
      return try #require(try result.get().hold)
    }
  }

  private func past(_ club: Club, _ member: LoyaltyMember.ID, at instant: Instant) async throws
    -> PointsBalance
  {
    try await club.crm.read { try $0.loyalty.balance(of: member, asOf: instant) }
  }

  private func status(_ club: Club, _ member: LoyaltyMember.ID) async throws
    -> LoyaltyMember.Status
  {
    try await club.crm.read { try $0.loyalty.members.get(member).status }
  }

  private func check(_ club: Club) async throws {
    #expect(try await club.crm.verify().problems == [])
    #expect(try await club.total().values.allSatisfy { $0 == 0 })
  }

  // MARK: Holds

  @Test(
    "What is set aside goes along as it is, and back again where memberships are parted",
    arguments: Backend.allCases)
  func holds(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(50, until: "2026-12-31", key: "a")
    try await club.give(30, until: "2027-06-30", key: "b")
    let (taken, left) = (try await hold(club, 60), try await hold(club, 5, key: "h2"))
    try await tie(club)
    #expect(try await club.balance(of: club.bob).held == 65)
    #expect(try await club.available(club.bob) == 15)
    // Part of one is spent by the other; the rest goes back to the days it had.
    try await club.crm.write { _ = try $0.loyalty.capture(taken, 40, key: "c").get() }
    #expect(try await club.available(club.bob) == 35)
    let ends = try await club.crm.read { try $0.loyalty.expiring(of: club.bob).map(\.points) }
    #expect(ends == [10, 25])
    try await check(club)

    try await part(club)
    #expect(try await club.balance(of: club.bob).held == 0)
    #expect(try await club.balance().held == 5)
    #expect(try await club.available() == 35)
    try await club.crm.write { _ = try $0.loyalty.void(left, key: "v").get() }
    #expect(try await club.available() == 40)
    // The same hold is not captured twice, whoever has had it.
    let again = try await club.crm.write { try $0.loyalty.capture(taken, key: "again") }
    #expect(again.refusal?.code == .alreadyResolved)
    try await check(club)
  }

  @Test(
    "A hold that went along lapses in its time, and what ended meanwhile ends then",
    arguments: Backend.allCases, [false, true])
  func lapsing(backend: Backend, isParted: Bool) async throws {
    let club = try await Club(backend)
    try await club.give(20, until: "2026-01-02", key: "a")
    try await club.give(30, until: "2026-12-31", key: "b")
    let hold = try await hold(club, 50, seconds: 10 * 86_400)
    let due = try await club.crm.read { try #require(try $0.loyalty.holds.find(hold)).expiresAt }
    // By then the first points would have ended, and are set aside.
    try club.go(to: "2026-01-05")
    try await tie(club)
    if isParted { try await part(club) }
    let (owner, other) = isParted ? (club.ada, club.bob) : (club.bob, club.ada)
    #expect(try await club.balance(of: owner).held == 50)
    club.shop.clock.set(to: due)
    // Whether anything ran or not.
    let now = try await club.balance(of: owner)
    #expect(try await past(club, owner, at: due) == now)
    #expect(try await club.available(owner) == 30)
    #expect(try await past(club, owner, at: due - .seconds(1)).held == 50)
    if !isParted { #expect(try await club.available(other) == 30, "an alias") }
    try await club.crm.advance()
    #expect(try await club.available(owner) == 30)
    #expect(try await past(club, owner, at: due - .seconds(1)).held == 50)
    try await check(club)
  }

  @Test(
    "C07: A redemption that is looked at is decided on for whoever has it by now",
    arguments: Backend.allCases)
  func reviews(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.redemption.velocity = .init(1, inMinutes: 60)
    }
    try await club.give(100, key: "a")
    try await club.redeem(10, key: "r1").get()
    let ada = club.ada
    let held = try await club.crm.write { try $0.loyalty.redeem(20, from: ada, key: "r2") }
    let hold = try #require(held.entry?.hold)
    try await tie(club)
    // They are one, who has redeemed too often by now.
    let other = club.bob
    let third = try await club.crm.write { try $0.loyalty.redeem(1, from: other, key: "r3") }
    #expect(third.refusal?.code == .heldForReview)
    let listed = try await club.crm.read { try $0.loyalty.reviews(in: "club").items }
    #expect(listed.map(\.id) == [hold, try #require(third.entry?.hold)])
    try await club.crm.write {
      _ = try $0.loyalty.release(hold, because: "known", key: "ok").get()
    }
    #expect(try await club.available(club.bob) == 69)
    #expect(try await club.balance(of: club.bob).held == 1)
    try await check(club)
  }

  // MARK: Debts

  @Test(
    "M11: Who is parted owes again what the other has paid", arguments: Backend.allCases)
  func debts(backend: Backend) async throws {
    let club = try await Club(backend) { $0.adjustment.allowsNegative = true }
    let (ada, bob) = (club.ada, club.bob)
    try await club.crm.write { tx in
      try tx.loyalty.adjust(-100, for: ada, because: "test", key: "debt").get()
    }
    try await club.give(150, until: "2026-12-31", to: bob, key: "b")
    try await tie(club)
    #expect(try await club.available(bob) == 50)
    try await part(club)
    #expect(try await club.available() == -100)
    #expect(try await club.available(bob) == 150)
    let ends = try await club.crm.read { try $0.loyalty.expiring(of: bob) }
    #expect(ends.map(\.points) == [150])
    // What the other could not pay is owed by one alone, too.
    try await club.redeem(150, from: bob, key: "r").get()
    try await tie(club, key: "m2")
    #expect(try await club.available(bob) == -100)
    try await part(club, key: "u2")
    #expect(try await club.available() == -100)
    #expect(try await club.available(bob) == 0)
    try await check(club)
  }

  @Test(
    "R01: What is refunded while points are set aside is owed by who has them back",
    arguments: Backend.allCases, [false, true])
  func refundedMeanwhile(backend: Backend, isUndone: Bool) async throws {
    let club = try await Club(backend)
    let bob = club.bob
    try await club.give(30, until: "2026-12-31", to: bob, key: "b")
    try await club.order("1", "100.00")
    let hold = try await hold(club, 100)
    try await tie(club)
    let refund = try await club.refund(.all, of: "1").get()
    #expect(try await club.available(bob) == -70)
    if isUndone {
      try await club.crm.write { _ = try $0.loyalty.reverse(refund.id, key: "v").get() }
    }
    try await part(club)
    #expect(try await club.available() == (isUndone ? 0 : -100))
    #expect(try await club.available(bob) == 30)
    try await club.crm.write { _ = try $0.loyalty.void(hold, key: "void").get() }
    #expect(try await club.available() == (isUndone ? 100 : 0))
    try await check(club)
  }

  // MARK: Blocks

  @Test(
    "A block goes along, and back again where memberships are parted", arguments: Backend.allCases)
  func blocked(backend: Backend) async throws {
    let club = try await Club(backend)
    let (ada, bob) = (club.ada, club.bob)
    try await club.give(10, key: "a")
    try await club.crm.write { _ = try $0.loyalty.block(ada, because: "fraud") }
    try await tie(club)
    #expect(try await club.redeem(1, from: bob, key: "r").refusal?.detail == "blocked")
    let reasons = try await club.crm.read { try $0.loyalty.members.get(bob).statusReasons }
    #expect(reasons.map(\.text) == ["fraud"])
    try await part(club)
    #expect(try await status(club, ada) == .blocked)
    #expect(try await status(club, bob) == .active)

    // What was decided while they were one is so for both.
    try await tie(club, key: "m2")
    try await club.crm.write { _ = try $0.loyalty.unblock(ada, because: "no fraud") }
    try await part(club, key: "u2")
    #expect(try await status(club, ada) == .active)
    #expect(try await status(club, bob) == .active)

    // One that the other had before is the other's alone.
    try await club.crm.write { _ = try $0.loyalty.block(bob, because: "debts") }
    club.shop.clock.advance(by: .seconds(1))
    try await tie(club, key: "m3")
    #expect(try await club.redeem(1, key: "r2").refusal?.detail == "blocked")
    try await part(club, key: "u3")
    #expect(try await status(club, ada) == .active)
    #expect(try await status(club, bob) == .blocked)
    try await check(club)
  }

  @Test(
    "M14: Who is forgotten takes along why another was blocked with them",
    arguments: Backend.allCases)
  func forgotten(backend: Backend) async throws {
    let club = try await Club(backend)
    let (ada, bob) = (club.ada, club.bob)
    try await club.crm.write { tx in
      try tx.loyalty.block(ada, because: "fraud by Ada")
      try tx.loyalty.merge(ada, into: bob, key: "m").get()
      try tx.loyalty.unmerge(ada, key: "u").get()
      try tx.loyalty.block(bob, because: "debts")
      try tx.loyalty.erase(ada, key: "e").get()
    }
    let reasons = try await club.crm.read { try $0.loyalty.members.get(bob).statusReasons }
    #expect(reasons.map(\.text) == ["", "", "debts"])
    #expect(reasons.map(\.status) == [.blocked, .active, .blocked])
    try await check(club)
  }

  @Test(
    "A block stays as long as one that brought it is an alias, and goes with who has it",
    arguments: Backend.allCases)
  func severalBlocked(backend: Backend) async throws {
    let club = try await Club(backend, members: 3)
    let (ada, bob, cem) = (club.ada, club.bob, club.members[2])
    func statuses() async throws -> [LoyaltyMember.Status] {
      var all: [LoyaltyMember.Status] = []
      for member in [ada, bob, cem] { all.append(try await status(club, member)) }
      return all
    }
    try await club.crm.write { tx in
      try tx.loyalty.block(ada, because: "fraud")
      try tx.loyalty.block(cem, because: "theft")
      try tx.loyalty.merge(ada, into: bob, key: "m1").get()
      try tx.loyalty.merge(cem, into: bob, key: "m2").get()
      try tx.loyalty.unmerge(ada, key: "u1").get()
    }
    #expect(try await statuses() == [.blocked, .blocked, .merged])
    try await part(club, cem, key: "u2")
    #expect(try await statuses() == [.blocked, .active, .blocked])
    // Who was cleared meanwhile is not blocked for what another did.
    try await club.crm.write { tx in
      try tx.loyalty.merge(ada, into: bob, key: "m3").get()
      try tx.loyalty.unblock(bob, because: "no fraud")
      try tx.loyalty.merge(cem, into: bob, key: "m4").get()
      try tx.loyalty.unmerge(ada, key: "u3").get()
    }
    #expect(try await statuses() == [.active, .blocked, .merged])
    try await part(club, cem, key: "u4")
    #expect(try await statuses() == [.active, .active, .blocked])
    // What the other had before, at the same instant, is the other's.
    try await club.crm.write { tx in
      try tx.loyalty.block(bob, because: "debts")
      try tx.loyalty.merge(ada, into: bob, key: "m5").get()
      try tx.loyalty.unmerge(ada, key: "u5").get()
    }
    #expect(try await statuses() == [.active, .blocked, .blocked])
    try await check(club)
  }

  // MARK: Pools

  @Test(
    "Who is joined with somebody leaves a pool with its part, and comes to the other's",
    arguments: Backend.allCases)
  func pools(backend: Backend) async throws {
    let club = try await Club(backend, members: 4)
    let (ada, bob, cem, dora) = (club.ada, club.bob, club.members[2], club.members[3])
    for (place, member) in club.members.enumerated() {
      try await club.give(Int64(100 * (place + 1)), to: member, key: "g\(place)")
    }
    let (home, work) = try await club.crm.write { tx in
      let (home, work) = (
        try tx.loyalty.addPool(in: "club").id, try tx.loyalty.addPool(in: "club").id
      )
      try tx.loyalty.join(ada, pool: home, key: "j1").get()
      try tx.loyalty.join(bob, pool: home, key: "j2").get()
      try tx.loyalty.join(cem, pool: work, key: "j3").get()
      return (home, work)
    }
    // Both share with one pool, which keeps what it has.
    try await tie(club, ada, into: bob, key: "m1")
    #expect(try await club.available(home) == 300)
    #expect(try await club.available(ada) == 300)
    try await part(club, ada, key: "u1")
    #expect(try await club.available(ada) == 300)
    try await check(club)
    // Each shares with another pool.
    club.shop.clock.advance(by: .seconds(1))
    try await tie(club, ada, into: cem, key: "m2")
    #expect(try await club.available(home) == 200)
    #expect(try await club.available(work) == 400)
    try await club.redeem(350, from: dora, key: "r").get()
    try await check(club)
    // One shares with a pool and the other does not, either way round.
    club.shop.clock.advance(by: .seconds(1))
    try await tie(club, dora, into: bob, key: "m3")
    #expect(try await club.available(home) == 250)
    try await part(club, dora, key: "u3")
    #expect(try await club.available(dora) == 50)
    try await tie(club, bob, into: dora, key: "m4")
    #expect(try await club.available(dora) == 250)
    #expect(try await club.available(home) == 0)
    try await part(club, bob, key: "u4")
    #expect(try await club.available(bob) == 200)
    #expect(try await club.available(home) == 0)
    // What they had while they were a pool's or an alias of somebody's is still known.
    let past = try await club.crm.read {
      try $0.loyalty.balance(of: ada, asOf: Club.instant("2026-01-01"))
    }
    #expect(past.available == 300)
    try await check(club)
  }

  // MARK: The past

  @Test(
    "M07: Who has become an alias has had points and tiers of their own until then",
    arguments: Backend.allCases)
  func past(backend: Backend) async throws {
    let club = try await Club(backend, on: "2026-01-10") { $0.tierGroups = [.ladder()] }
    let (ada, bob) = (club.ada, club.bob)
    try await club.give(250, until: "2026-12-31", key: "a")
    try await club.give(100, until: "2026-12-31", to: bob, key: "b")
    try await club.count(500, at: "2026-01-20T10:00:00Z")
    try await club.count(1_050, at: "2026-01-20T11:00:00Z", for: bob)
    try club.go(to: "2026-02-01")
    try await tie(club)
    try club.go(to: "2026-03-01")
    try await part(club)
    try club.go(to: "2026-04-01")
    try await tie(club, key: "m2")
    try club.go(to: "2026-05-01")
    for (day, points, tier) in [
      ("2026-01-25", Int64(250), "Silver"), ("2026-02-10", 350, "Gold"),
      ("2026-03-10", 250, "Silver"), ("2026-04-10", 350, "Gold"),
    ] {
      let at = try Club.instant(day)
      let (balance, tiers) = try await club.crm.read { tx in
        (
          try tx.loyalty.balance(of: ada, asOf: at),
          [
            try tx.loyalty.tier(of: ada, at: at),
            try tx.loyalty.tiers(of: ada, at: at, knownAt: at).first,
          ]
        )
      }
      #expect(balance.available == points, "on \(day)")
      #expect(tiers.map { $0?.tier } == [tier, tier], "on \(day)")
    }
    // What was not known yet is left out.
    let (before, after) = (try Club.instant("2026-01-25"), try Club.instant("2026-04-20"))
    let unknown = try await club.crm.read {
      try $0.loyalty.balance(of: ada, asOf: after, knownAt: before)
    }
    #expect(unknown.available == 250 && unknown.member == ada)
    let other = try await club.crm.read { try $0.loyalty.balance(of: bob, asOf: before) }
    #expect(other.available == 100)
  }

  @Test(
    "M12: Who was joined with an alias stays with whom that led to, and is read so at any instant",
    arguments: Backend.allCases)
  func linkParted(backend: Backend) async throws {
    let club = try await Club(backend, on: "2026-01-10", members: 3)
    let (ada, bob, cem) = (club.ada, club.bob, club.members[2])
    for (place, member) in [ada, bob, cem].enumerated() {
      try await club.give(Int64(100 * (place + 1)), to: member, key: "g\(place)")
    }
    try await tie(club, bob, into: cem, key: "m1")
    club.shop.clock.advance(by: .seconds(10))
    try await tie(club, ada, into: bob, key: "m2")
    let joined = club.shop.clock.now
    club.shop.clock.advance(by: .seconds(10))
    try await part(club, bob)
    club.shop.clock.advance(by: .seconds(10))
    #expect(try await club.available(ada) == 400)
    #expect(try await past(club, ada, at: club.shop.clock.now).available == 400)
    #expect(try await past(club, ada, at: joined).available == 600)
    #expect(try await past(club, bob, at: joined).available == 600)
    #expect(try await past(club, bob, at: club.shop.clock.now).available == 200)
    // The same request again is found, whatever has become of them since.
    let again = try await club.crm.write { tx in
      let pool = try tx.loyalty.addPool(in: "club").id
      try tx.loyalty.merge(bob, into: cem, key: "m3").get()
      try tx.loyalty.join(cem, pool: pool, key: "j").get()
      return try tx.loyalty.unmerge(bob, key: "u")
    }
    #expect(again.replay == .key)
  }

  @Test(
    "M08: A tier that two had together is read of that time after they were parted",
    arguments: Backend.allCases)
  func together(backend: Backend) async throws {
    let club = try await Club(backend, on: "2026-01-10") { $0.tierGroups = [.ladder()] }
    try await club.count(600, at: "2026-01-20T10:00:00Z")
    try await club.count(500, at: "2026-01-20T11:00:00Z", for: club.bob)
    try club.go(to: "2026-02-01")
    try await tie(club)
    try club.go(to: "2026-03-01")
    try await part(club)
    try club.go(to: "2026-04-01")
    for member in [club.ada, club.bob] {
      for (day, tier) in [
        ("2026-01-25", "Silver"), ("2026-02-10", "Gold"), ("2026-03-10", "Silver"),
      ] {
        let at = try Club.instant(day)
        let found = try await club.crm.read { try $0.loyalty.tier(of: member, at: at) }
        #expect(found?.tier == tier, "on \(day)")
      }
    }
    try await check(club)
  }

  @Test(
    "Points that ended before memberships were joined take the tier by balance with them",
    arguments: Backend.allCases)
  func balances(backend: Backend) async throws {
    let club = try await Club(backend, on: "2026-01-10") {
      var group = TierGroup.ladder()
      (group.period, group.term) = (.balance, .continuous)
      $0.tierGroups = [group]
    }
    let (ada, bob) = (club.ada, club.bob)
    try await club.give(600, until: "2026-01-15", key: "a")
    try club.go(to: "2026-02-01")
    try await club.crm.write { _ = try $0.loyalty.merge(ada, into: bob, key: "m").get() }
    for (day, tier) in [("2026-01-12", "Silver"), ("2026-01-20", "Bronze")] {
      let at = try Club.instant(day)
      let found = try await club.crm.read { try $0.loyalty.tier(of: ada, at: at) }
      #expect(found?.tier == tier, "on \(day)")
    }
  }

  // MARK: Statements

  @Test(
    "Nothing is in no statement: the last one of who was joined is closed with the other's",
    arguments: Backend.allCases)
  func statements(backend: Backend) async throws {
    let club = try await Club(backend, on: "2026-01-10")
    let (ada, bob) = (club.ada, club.bob)
    try await club.give(100, key: "a")
    try await club.give(10, to: bob, key: "b")
    try club.go(to: "2026-02-01")
    let day = try Club.day("2026-01-31")
    let first = try await club.crm.write {
      try $0.loyalty.closeStatements(of: "club", through: day).items
    }
    try club.go(to: "2026-02-10")
    try await club.redeem(30, key: "r").get()
    try club.go(to: "2026-02-20")
    try await tie(club)
    try club.go(to: "2026-03-01")
    let end = try Club.day("2026-02-28")
    let second = try await club.crm.write {
      try $0.loyalty.closeStatements(of: "club", through: end).items
    }
    let mine = try #require(second.first { $0.member == ada })
    #expect(second.count == 2 && mine.number == 2)
    #expect(mine.lines.map(\.change) == [-30, -70])
    #expect(mine.lines.map(\.kind) == [.redeem, .merge])
    #expect(mine.opening.available == 100 && mine.closing == StatementBalance())
    let other = try #require(second.first { $0.member == bob })
    #expect(other.lines.map(\.change) == [70] && other.closing.available == 80)
    let listed = try await club.crm.read { try $0.loyalty.statements(of: ada, limit: 3) }
    let rest = try await club.crm.read {
      try $0.loyalty.statements(of: bob, after: listed.next, limit: 3)
    }
    #expect(Set((listed.items + rest.items).map(\.id)) == Set((first + second).map(\.id)))
    #expect(listed.items.prefix(2).allSatisfy { $0.lastDay == end })
    // There is no further one of the alias.
    try club.go(to: "2026-04-01")
    let third = try await club.crm.write {
      try $0.loyalty.closeStatements(of: "club", through: Club.day("2026-03-31")).items
    }
    #expect(third.map(\.member) == [bob])
    // Parted again, it goes on where it ended.
    try await part(club)
    try club.go(to: "2026-05-01")
    let fourth = try await club.crm.write {
      try $0.loyalty.closeStatement(of: ada, through: Club.day("2026-04-30"))
    }
    #expect(fourth.number == 3)
    #expect(fourth.firstDay == CalendarDate("2026-03-01"))
    #expect(fourth.lines.map(\.change) == [70])
    let own = try await club.crm.read { try $0.loyalty.statements(of: ada).items.map(\.member) }
    #expect(own == [ada, ada, ada])
    try await check(club)
  }

  @Test(
    "A time that was over before memberships were joined is closed for each of them",
    arguments: Backend.allCases)
  func closedLater(backend: Backend) async throws {
    let club = try await Club(backend, on: "2026-01-10")
    let (ada, bob) = (club.ada, club.bob)
    try await club.give(100, key: "a")
    try await club.give(10, to: bob, key: "b")
    try club.go(to: "2026-02-01T10:00:00Z")
    try await tie(club)
    try club.go(to: "2026-02-02")
    let day = try Club.day("2026-01-31")
    let closed = try await club.crm.write {
      try $0.loyalty.closeStatements(of: "club", through: day).items
    }
    #expect(Set(closed.map(\.member)) == [ada, bob])
    #expect(closed.first { $0.member == ada }?.lines.map(\.change) == [100])
    let again = try await club.crm.write { tx in
      (
        try tx.loyalty.closeStatements(of: "club", through: day).items,
        try tx.loyalty.closeStatement(of: ada, through: day)
      )
    }
    #expect(again.0 == closed)
    #expect(again.1.member == ada)
    try club.go(to: "2026-03-01")
    let next = try await club.crm.write {
      try $0.loyalty.closeStatements(of: "club", through: Club.day("2026-02-28")).items
    }
    #expect(next.first { $0.member == ada }?.lines.map(\.change) == [-100])
    #expect(next.first { $0.member == bob }?.closing.available == 110)
    try await check(club)
  }

  @Test(
    "Statements of a pool are a member's for as long as it shares", arguments: Backend.allCases)
  func pooledStatements(backend: Backend) async throws {
    let club = try await Club(backend, on: "2026-01-10")
    let (ada, bob) = (club.ada, club.bob)
    try await club.give(100, key: "a")
    try await club.give(10, to: bob, key: "b")
    let pool = try await club.crm.write { tx in
      let pool = try tx.loyalty.addPool(in: "club").id
      try tx.loyalty.join(bob, pool: pool, key: "j1").get()
      return pool
    }
    func close(_ day: String) async throws -> [LoyaltyMember.ID] {
      try await club.crm.write {
        try $0.loyalty.closeStatements(of: "club", through: Club.day(day)).items.map(\.member)
      }
    }
    try club.go(to: "2026-02-01")
    #expect(Set(try await close("2026-01-31")) == [ada, pool, bob])
    try await club.crm.write { try $0.loyalty.join(ada, pool: pool, key: "j2").get() }
    try club.go(to: "2026-03-01")
    #expect(Set(try await close("2026-02-28")) == [pool, ada])
    try await club.crm.write { try $0.loyalty.leavePool(ada, key: "l").get() }
    try club.go(to: "2026-04-01")
    #expect(Set(try await close("2026-03-31")) == [pool, ada])
    let (mine, theirs) = try await club.crm.read { tx in
      (
        try tx.loyalty.statements(of: ada).items.map { ($0.member, $0.lastDay) },
        try tx.loyalty.statements(of: bob).items.map { ($0.member, $0.lastDay) }
      )
    }
    let days = ["2026-03-31", "2026-02-28", "2026-02-28", "2026-01-31"].map { CalendarDate($0) }
    #expect(mine.map(\.1) == days)
    #expect(mine.filter { $0.0 == pool }.map(\.1) == [CalendarDate("2026-02-28")])
    #expect(theirs.filter { $0.0 == pool }.count == 3)
    try await check(club)
  }

  // MARK: Customers

  @Test("A membership is given to another customer with all it has", arguments: Backend.allCases)
  func reassigning(backend: Backend) async throws {
    let club = try await Club(backend) { $0.tierGroups = [.ladder()] }
    let (ada, bob) = (club.ada, club.bob)
    try await club.give(70, key: "a")
    let (old, new, third) = try await club.crm.write { tx in
      (
        try #require(try tx.loyalty.members.get(ada).customer),
        try tx.customers.add(.person("Ada Neu")).id,
        try #require(try tx.loyalty.members.get(bob).customer)
      )
    }
    let taken = await loyaltyFailure {
      try await club.crm.write { try $0.loyalty.reassign(ada, to: third) }
    }
    #expect(taken?.code == .alreadyMember && taken?.detail == "\(bob)")
    await #expect(throws: CRMError.self) {
      try await club.crm.write { _ = try $0.loyalty.reassign(ada, to: .zero) }
    }
    let pool = try await club.crm.write { try $0.loyalty.addPool(in: "club").id }
    let none = await loyaltyFailure {
      try await club.crm.write { try $0.loyalty.reassign(pool, to: new) }
    }
    #expect(none?.code == .unknownReference)
    try await club.crm.write { tx in
      let member = try tx.loyalty.reassign(ada, to: new)
      #expect(member.customer == new)
      #expect(try tx.loyalty.reassign(ada, to: new) == member)
      #expect(try tx.loyalty.member(of: new, in: "club")?.id == ada)
      #expect(try tx.loyalty.member(of: old, in: "club") == nil)
      #expect(try tx.loyalty.memberships(of: old) == [])
    }
    let (enrolled, points) = try await club.crm.write { tx in
      (try tx.loyalty.enrol(old, in: "club").id, try tx.loyalty.balance(of: ada).available)
    }
    #expect(enrolled != ada && points == 70)
    // Who was forgotten is nobody's.
    try await club.crm.write { try $0.loyalty.erase(ada, key: "e").get() }
    let erased = await loyaltyFailure {
      try await club.crm.write { try $0.loyalty.reassign(ada, to: old) }
    }
    #expect(erased?.code == .ineligible)
    try await check(club)
  }
}
