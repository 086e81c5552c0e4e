import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("Referrals, streaks, badges and leaderboards")
struct EngagementTests {
  private func referring(_ backend: Backend, members: Int = 2) async throws -> Club {
    try await Club(backend, members: members) {
      $0.referral = ReferralTerms(
        referrer: 500, friend: 200, minimum: Money(minorUnits: 3_000, .eur), pending: .days(30),
        monthly: 10)
    }
  }

  @Test(
    "G01: A friend's first order that is large enough rewards both, after the days it waits",
    arguments: Backend.allCases)
  func rewards(backend: Backend) async throws {
    let club = try await referring(backend)
    let (ada, bob) = (club.ada, club.bob)
    try await club.crm.write { _ = try $0.loyalty.refer(bob, by: ada) }
    try await club.order("1", "29.99", by: bob)
    #expect(try await club.balance(of: ada).pending == 0)
    try await club.order("2", "45.00", by: bob)
    try await club.order("3", "45.00", by: bob)
    #expect(try await club.balance(of: ada).pending == 500)
    #expect(try await club.balance(of: bob).pending == 200)
    #expect(try await club.available(bob) == 29 + 45 + 45)
    try club.go(to: "2026-02-01")
    #expect(try await club.available(ada) == 500)
    #expect(try await club.available(bob) == 29 + 45 + 45 + 200)
    #expect(try await club.total() == ["points": 0])
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "G02: A friend whose order is undone takes both rewards back, pending or not",
    arguments: Backend.allCases, [false, true])
  func refunds(backend: Backend, waits: Bool) async throws {
    let club = try await referring(backend)
    let (ada, bob) = (club.ada, club.bob)
    try await club.crm.write { _ = try $0.loyalty.refer(bob, by: ada) }
    let order = try await club.order("1", "45.00", by: bob)
    try club.go(to: waits ? "2026-01-20" : "2026-03-01")
    try await club.crm.write { _ = try $0.loyalty.reverse(order.id, key: "back").get() }
    for member in [ada, bob] {
      #expect(try await club.balance(of: member).pending == 0)
      #expect(try await club.available(member) == 0)
    }
    let referral = try await club.crm.read { try $0.loyalty.referrals(by: ada).first }
    #expect(referral?.isCancelled == true)
    #expect(try await club.total() == ["points": 0])
  }

  @Test(
    "G02: A refund that was undone does not count against a friend's order",
    arguments: Backend.allCases)
  func undoneRefunds(backend: Backend) async throws {
    let club = try await referring(backend)
    let (ada, bob) = (club.ada, club.bob)
    try await club.crm.write { _ = try $0.loyalty.refer(bob, by: ada) }
    let order = try await club.order("1", "100.00", by: bob)
    func refund(_ amount: String, _ number: String) async throws -> LedgerEntry {
      let part = RefundedPart.amount(try Money(amount, .eur))
      return try await club.crm.write {
        try $0.loyalty.refund(part, of: order.id, number: number, key: number).get()
      }
    }
    let first = try await refund("50.00", "1")
    try await club.crm.write { _ = try $0.loyalty.reverse(first.id, key: "undo").get() }
    _ = try await refund("40.00", "2")
    #expect(try await club.balance(of: ada).pending == 500)
    _ = try await refund("31.00", "3")
    #expect(try await club.balance(of: ada).pending == 0)
    try await club.check()
  }

  @Test(
    "G04: Once the month's number is reached friends are rewarded, who brings them is not",
    arguments: Backend.allCases)
  func monthly(backend: Backend) async throws {
    let club = try await referring(backend, members: 12)
    for friend in club.members.dropFirst() {
      try await club.crm.write { [ada = club.ada] in
        _ = try $0.loyalty.refer(friend, by: ada)
      }
      try await club.order("of \(friend)", "30.00", by: friend)
    }
    let last = try #require(club.members.last)
    #expect(try await club.balance(of: club.ada).pending == 5_000)
    #expect(try await club.balance(of: last).pending == 200)
  }

  @Test(
    "G05: Who brought a friend first is it, and nobody brings themselves or each other",
    arguments: Backend.allCases)
  func attribution(backend: Backend) async throws {
    let club = try await referring(backend, members: 4)
    let (ada, bob, eve, dan) = (club.ada, club.bob, club.members[2], club.members[3])
    func refer(_ friend: LoyaltyMember.ID, by referrer: LoyaltyMember.ID) async -> LoyaltyError? {
      await loyaltyFailure {
        try await club.crm.write { try $0.loyalty.refer(friend, by: referrer) }
      }
    }
    #expect(await refer(bob, by: ada) == nil)
    #expect(await refer(bob, by: ada) == nil)
    #expect(await refer(bob, by: eve)?.code == .alreadyReferred)
    #expect(await refer(ada, by: ada)?.code == .ineligible)
    #expect(await refer(ada, by: bob)?.code == .ineligible)
    try await club.order("1", "5.00", by: dan)
    #expect(await refer(dan, by: ada)?.detail == "has bought before")
  }

  @Test(
    "G06: A streak counts the days of the programme's zone, each once, the short one included",
    arguments: Backend.allCases)
  func streaks(backend: Backend) async throws {
    let club = try await Club(backend)
    let ada = club.ada
    for text in [
      "2026-03-28T11:00:00Z", "2026-03-29T21:59:00Z", "2026-03-29T22:01:00Z",
      "2026-03-30T10:00:00Z",
    ] {
      let at = try #require(Instant(text))
      club.shop.clock.set(to: at)
      try await club.crm.write { _ = try $0.loyalty.checkIn(ada) }
    }
    #expect(try await club.crm.read { try $0.loyalty.streak(of: ada).days } == 3)
    let late = try #require(Instant("2026-03-27T10:00:00Z"))
    let streak = try await club.crm.write { try $0.loyalty.checkIn(ada, at: late) }
    #expect(try await club.crm.read { try $0.loyalty.streak(of: ada).days } == 4)
    #expect(streak == Streak(days: 1, lastDay: CalendarDate("2026-03-27")))
    try club.go(to: "2026-04-01")
    #expect(try await club.crm.read { try $0.loyalty.streak(of: ada).days } == 0)
  }

  @Test(
    "G06: Days that are told of later make the streak that ended then", arguments: Backend.allCases)
  func lateStreaks(backend: Backend) async throws {
    let club = try await Club(backend, on: "2026-05-01")
    let ada = club.ada
    let days = ["2026-03-28T11:00:00Z", "2026-03-29T12:00:00Z", "2026-03-30T10:00:00Z"]
    for (index, text) in days.enumerated() {
      let at = try Club.instant(text)
      for _ in 1...2 {
        let streak = try await club.crm.write { try $0.loyalty.checkIn(ada, at: at) }
        #expect(streak.days == index + 1)
      }
    }
    #expect(try await club.crm.read { try $0.loyalty.streak(of: ada).days } == 0)
  }

  @Test(
    "G01: A friend whose membership was joined with another is rewarded by their first order, once",
    arguments: Backend.allCases)
  func joinedFriends(backend: Backend) async throws {
    let club = try await referring(backend, members: 4)
    let (ada, bob, eve, dan) = (club.ada, club.bob, club.members[2], club.members[3])
    try await club.crm.write { tx in
      try tx.loyalty.refer(bob, by: ada)
      try tx.loyalty.merge(bob, into: eve, key: "m").get()
    }
    let other = await loyaltyFailure {
      try await club.crm.write { try $0.loyalty.refer(eve, by: dan) }
    }
    #expect(other?.code == .alreadyReferred)
    let order = try await club.order("1", "45.00", by: eve)
    try await club.order("2", "45.00", by: eve)
    #expect(try await club.balance(of: ada).pending == 500)
    #expect(try await club.balance(of: eve).pending == 200)
    try await club.crm.write { _ = try $0.loyalty.reverse(order.id, key: "back").get() }
    #expect(try await club.balance(of: ada).pending == 0)
    #expect(try await club.balance(of: eve).pending == 0)
    try await club.check()
  }

  @Test(
    "G08: A badge is given once, and kept when an order is undone unless it says otherwise",
    arguments: Backend.allCases, [false, true])
  func badges(backend: Backend, rollback: Bool) async throws {
    let club = try await Club(backend) {
      $0.achievements = [
        AchievementTerms("5 orders", goal: .count(5), rollbackAfterCompletion: rollback)
      ]
    }
    let ada = club.ada
    func badges() async throws -> Int {
      try await club.crm.read { try $0.loyalty.achievements(of: ada).count }
    }
    var last: LedgerEntry?
    for number in 1...4 { last = try await club.order("\(number)", "10.00", by: ada) }
    #expect(try await badges() == 0)
    try await club.order("5", "10.00", by: ada)
    #expect(try await badges() == 1)
    let fourth = try #require(last)
    let told = { (events: [RecordedEvent]) in
      events.filter { $0.type == AchievementChanged.name }.count
    }
    #expect(told(try await club.shop.events()) == 1)
    if !rollback {
      try await club.order("6", "10.00", by: ada)
      #expect(told(try await club.shop.events()) == 1)
    }
    try await club.crm.write { _ = try $0.loyalty.reverse(fourth.id, key: "back").get() }
    #expect(try await badges() == (rollback ? 0 : 1))
  }

  @Test("A challenge gives its points to who reaches it in its days", arguments: Backend.allCases)
  func challenges(backend: Backend) async throws {
    let (first, last) = (CalendarDate("2026-06-01"), CalendarDate("2026-06-30"))
    let club = try await Club(backend) {
      $0.achievements = [
        AchievementTerms("June", goal: .count(2), from: first, through: last, reward: 100)
      ]
    }
    let ada = club.ada
    try club.go(to: "2026-05-31")
    try await club.order("1", "10.00", by: ada)
    try club.go(to: "2026-06-30")
    try await club.order("2", "10.00", by: ada)
    #expect(try await club.available() == 20)
    try await club.order("3", "10.00", by: ada)
    #expect(try await club.available() == 130)
    try await club.order("4", "10.00", by: ada)
    #expect(try await club.available() == 140)
  }

  @Test(
    "G08: What is told late counts towards a challenge that a later version has brought",
    arguments: Backend.allCases)
  func lateForChallenge(backend: Backend) async throws {
    let club = try await Club(backend)
    try club.go(to: "2026-06-10")
    var next = club.programme
    next.version = 2
    next.achievements = [
      AchievementTerms(
        "June", goal: .count(3), from: CalendarDate("2026-06-01"),
        through: CalendarDate("2026-06-30"), reward: 100)
    ]
    let changed = next
    try await club.crm.write { _ = try $0.loyalty.define(changed) }
    try club.go(to: "2026-06-11")
    try await club.order("1", "10.00", by: club.ada)
    try await club.order("2", "10.00", by: club.ada, at: Club.instant("2026-06-05"))
    #expect(try await club.available() == 20)
    try await club.check()
    try await club.order("3", "10.00", by: club.ada)
    #expect(try await club.available() == 130)
    try await club.check()
  }

  @Test(
    "G10: A leaderboard counts what was earned in its time, less what was taken back of it",
    arguments: Backend.allCases)
  func leaderboard(backend: Backend) async throws {
    let club = try await Club(backend, members: 3)
    let (ada, bob, eve) = (club.ada, club.bob, club.members[2])
    try club.go(to: "2026-05-31")
    try await club.order("0", "500.00", by: eve)
    try club.go(to: "2026-06-02")
    try await club.order("1", "100.00", by: ada)
    let second = try await club.order("2", "50.00", by: ada)
    try await club.order("3", "120.00", by: bob)
    try await club.crm.write { tx in
      try tx.loyalty.transfer(60, from: bob, to: eve, key: "t").get()
    }
    try club.go(to: "2026-07-10")
    let june = CalendarUnit.month.range(
      around: try Club.instant("2026-06-10"), in: club.programme.zone)
    func board() async throws -> [LeaderboardPlace] {
      try await club.crm.read { try $0.loyalty.leaderboard(in: "club", during: june) }
    }
    #expect(try await board().map(\.points) == [150, 120])
    try await club.crm.write { _ = try $0.loyalty.reverse(second.id, key: "back").get() }
    #expect(try await board().map(\.member) == [bob, ada])
    #expect(try await board().map(\.points) == [120, 100])
    #expect(try await board().map(\.place) == [1, 2])
  }

  @Test(
    "G10: A leaderboard leaves out points that never came to be, also where a pool had them",
    arguments: Backend.allCases, [false, true])
  func leaderboardOfPending(backend: Backend, isInPool: Bool) async throws {
    let club = try await Club(backend) {
      $0.pending.wait = .onAction("delivered", pendingMaxDays: 30)
    }
    let (ada, bob) = (club.ada, club.bob)
    try await club.order("1", "100.00", by: ada)
    try await club.order("2", "50.00", by: bob)
    try await club.crm.write { tx in
      if isInPool {
        let pool = try tx.loyalty.addPool(in: "club").id
        try tx.loyalty.join(ada, pool: pool, key: "join").get()
      }
      try tx.loyalty.activate("2", on: "delivered", for: bob, key: "d").get()
    }
    let year = try Club.instant("2026-01-01")..<(try Club.instant("2027-01-01"))
    func board() async throws -> [LeaderboardPlace] {
      try await club.crm.read { try $0.loyalty.leaderboard(in: "club", during: year) }
    }
    #expect(try await board().map(\.member) == [ada, bob])
    try club.go(to: "2026-03-01")
    #expect(try await board().map(\.member) == [bob])
    try await club.crm.advance()
    #expect(try await board().map(\.member) == [bob])
  }
}

extension Club {
  /// An order of one line that earns.
  @discardableResult
  func order(
    _ number: String, _ amount: String, by member: LoyaltyMember.ID, at instant: Instant? = nil
  ) async throws -> LedgerEntry {
    let line = EarnLine(try Money(amount, .eur))
    return try await crm.write { tx in
      try tx.loyalty.earn(
        .order(number, [line], at: instant), for: member, key: "order \(number)"
      ).get()
    }
  }
}
