import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("Tiers in the store")
struct TierTests {
  @Test(
    "T01: A member comes to a tier at the event that reaches it, which is told of with its cause",
    arguments: Backend.allCases)
  func reaching(backend: Backend) async throws {
    let club = try await Club(backend) { $0.tierGroups = [.ladder()] }
    try await club.count(999, at: "2026-02-01T10:00:00Z")
    let entry = try await club.count(1, at: "2026-03-10T10:00:00Z")
    let tier = try #require(try await club.tier())
    #expect(tier.tier == "Gold")
    #expect(tier.since == Instant("2026-03-10T10:00:00Z"))
    #expect(tier.lastDay == CalendarDate("2027-12-31"))
    #expect(tier.cause == entry.id)
    let told = try await club.shop.events().filter { $0.type == TierChanged.name }
    let changes = try told.compactMap { try $0.payload(as: TierChanged.self) }
    #expect(changes.map(\.to) == ["Silver", "Gold"])
    #expect(changes.map(\.cause).last == entry.id)
    #expect(changes.allSatisfy { $0.isUp })
    #expect(told.allSatisfy { $0.customer != nil })
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "T02: At the turn of the year the tier read is right before anything ran; a pass writes it once",
    arguments: Backend.allCases)
  func termEnd(backend: Backend) async throws {
    let club = try await Club(backend) { $0.tierGroups = [.ladder()] }
    try await club.count(1_000, at: "2026-03-10T10:00:00Z")
    try await club.count(700, at: "2027-05-01T10:00:00Z")
    try club.go(to: "2027-12-31T22:59:59.999Z")
    #expect(try await club.tier()?.tier == "Gold")
    try club.go(to: "2027-12-31T23:00:00Z")
    #expect(try await club.tier()?.tier == "Silver")
    #expect(try await club.history().map { $0.id == .zero } == [false, true])
    try club.go(to: "2028-02-01")
    try await club.crm.advance()
    let history = try await club.history()
    #expect(history.allSatisfy { $0.id != .zero })
    #expect(history.map(\.to) == ["Gold", "Silver"])
    #expect(history.last?.at == Instant("2027-12-31T23:00:00Z"))
    #expect(history.last?.knownAt == Instant("2027-12-31T23:00:00Z"))
    #expect(history.last?.reason == .termEnded)
    let before = try await club.shop.events().count
    try await club.crm.advance()
    #expect(try await club.shop.events().count == before)
    #expect(try await club.tier(at: "2027-12-31T22:59:59.999Z")?.tier == "Gold")
    #expect(try await club.tier(at: "2028-01-15T10:00:00Z")?.tier == "Silver")
    #expect(try await club.tier(at: "2026-03-10T09:59:59Z")?.tier == "Bronze")
    #expect(try await club.tier(at: "2025-03-10T09:59:59Z") == nil)
    #expect(try await club.tier(at: "2029-01-01T00:00:00Z")?.tier == "Bronze")
    #expect(try await club.reopened().tier()?.tier == "Silver")
  }

  @Test(
    "T04: Who passes over a tier is given the entry reward of the tier reached, or all of them",
    arguments: Backend.allCases, [TierEntryRewards.reached, .allCrossed])
  func rewards(backend: Backend, rewards: TierEntryRewards) async throws {
    let club = try await Club(backend) {
      var group = TierGroup.ladder()
      group.tiers[1].entryReward = 50
      group.tiers[2].entryReward = 100
      group.entryRewards = rewards
      $0.tierGroups = [group]
    }
    try await club.count(1_200, at: "2026-03-10T10:00:00Z")
    #expect(try await club.history().map(\.to) == ["Gold"])
    #expect(try await club.available() == (rewards == .reached ? 100 : 150))
    try await club.count(-300, at: "2026-03-11T10:00:00Z", of: "2026-03-10T10:00:00Z")
    try await club.count(300, at: "2026-03-12T10:00:00Z")
    #expect(try await club.available() == (rewards == .reached ? 100 : 150))
    #expect(try await club.total() == ["points": 0])
  }

  @Test(
    "T05: Points that are spent or end do not touch a tier by what was earned",
    arguments: Backend.allCases)
  func spending(backend: Backend) async throws {
    let club = try await Club(backend) { $0.tierGroups = [.ladder()] }
    try await club.give(1_050, until: "2026-06-30", key: "a")
    try await club.count(1_050, at: "2026-01-01T10:00:00Z")
    try await club.redeem(900, key: "r").get()
    #expect(try await club.tier()?.tier == "Gold")
    try club.go(to: "2026-07-02")
    try await club.crm.advance()
    #expect(try await club.available() == 0)
    #expect(try await club.tier()?.tier == "Gold")
  }

  @Test(
    "T05: A tier by balance follows the points that can be spent, those that end included",
    arguments: Backend.allCases)
  func balance(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.tierGroups = [
        TierGroup(
          "status",
          tiers: [
            Tier("Basic"), Tier("Silver", from: .points(100)), Tier("Gold", from: .points(550)),
          ], period: .balance, term: .continuous)
      ]
    }
    try club.go(to: "2026-01-10")
    try await club.give(100, until: "2026-12-31", key: "a")
    #expect(try await club.tier()?.tier == "Silver")
    try club.go(to: "2026-02-15")
    try await club.redeem(50, key: "r").get()
    #expect(try await club.tier()?.tier == "Basic")
    try club.go(to: "2026-02-25")
    try await club.give(500, until: "2026-06-30", key: "b")
    #expect(try await club.tier()?.tier == "Gold")
    try club.go(to: "2026-06-30T22:00:00Z")
    #expect(try await club.tier()?.tier == "Basic")
    #expect(try await club.history().map(\.to) == ["Silver", "Basic", "Gold", "Basic"])
    #expect(try await club.history().map { $0.id == .zero } == [false, false, false, true])
    try club.go(to: "2026-08-01")
    try await club.crm.advance()
    #expect(try await club.history().last?.at == Instant("2026-06-30T22:00:00Z"))
    #expect(try await club.tier(at: "2026-06-30T21:59:59.999Z")?.tier == "Gold")
  }

  @Test(
    "What is listed of tiers is right whether anything ran or not", arguments: Backend.allCases)
  func listed(backend: Backend) async throws {
    let club = try await Club(backend, members: 3) { $0.tierGroups = [.ladder()] }
    try await club.count(600, at: "2026-03-10T10:00:00Z")
    try await club.count(1_100, at: "2026-03-11T10:00:00Z", for: club.bob)
    try await club.crm.write { _ = try $0.loyalty.erase(club.members[2], key: "e") }
    func listed() async throws -> [[LoyaltyMember.ID]] {
      try await club.crm.read { tx in
        try ["Bronze", "Silver", "Gold"].map {
          try tx.loyalty.members(at: $0, of: "status", in: "club").items.map(\.member)
        }
      }
    }
    #expect(try await listed() == [[], [club.ada], [club.bob]])
    // Terms end, and nothing has put it down.
    try club.go(to: "2030-01-01")
    let (before, moves) = (try await listed(), try await club.history())
    #expect(before[1] == [] && before[2] == [])
    #expect(before[0].sorted() == [club.ada, club.bob].sorted())
    #expect(moves.last?.to == "Bronze")
    #expect(moves.last?.id == .zero)
    try await club.crm.advance()
    #expect(try await listed().map { $0.sorted() } == before.map { $0.sorted() })
    let noted = try await club.history()
    #expect(noted.map(\.at) == moves.map(\.at))
    #expect(noted.map(\.number) == moves.map(\.number))
    #expect(noted.allSatisfy { $0.id != .zero })
  }

  @Test(
    "A tier by balance is listed as soon as points can be spent, whether anything ran or not",
    arguments: Backend.allCases)
  func waiting(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.pending.wait = .days(14)
      $0.tierGroups = [
        TierGroup(
          "status", tiers: [Tier("Basic"), Tier("Silver", from: .points(100))], period: .balance,
          term: .continuous)
      ]
    }
    try await club.order("1", "150.00")
    try club.go(to: "2026-02-01")
    for _ in 0..<2 {
      let (tier, listed) = try await club.crm.read { tx in
        (
          try tx.loyalty.tier(of: club.ada),
          try tx.loyalty.members(at: "Silver", of: "status", in: "club", limit: 1)
        )
      }
      #expect(tier?.tier == "Silver")
      #expect(listed.items.map(\.member) == [club.ada] && listed.next == nil)
      #expect(try await club.history().map(\.to) == ["Silver"])
      let why = try await club.crm.read { try $0.loyalty.explanation(ofTierOf: club.ada) }
      #expect(why?.text.contains("ended") == false)
      try await club.crm.advance()
    }
    let none = try await club.crm.read {
      try $0.loyalty.members(at: "Silver", of: "status", in: "club", limit: 0)
    }
    #expect(none.items.isEmpty)
  }

  @Test("A tier by balance brings no points of its own", arguments: Backend.allCases)
  func balanceReward(backend: Backend) async throws {
    let error = await failure {
      _ = try await Club(backend) {
        $0.tierGroups = [
          TierGroup(
            "status", tiers: [Tier("Basic"), Tier("Silver", from: .points(100), entryReward: 10)],
            period: .balance, term: .continuous)
        ]
      }
    }
    #expect(error?.issues.map(\.field) == ["tierGroups[0].tiers[1].entryReward"])
  }

  @Test(
    "T07: A tier that was granted is a floor with an end, and no lid", arguments: Backend.allCases)
  func grants(backend: Backend) async throws {
    let club = try await Club(backend, on: "2027-01-01", members: 2) { $0.tierGroups = [.ladder()] }
    let (ada, bob) = (club.ada, club.bob)
    try await club.count(100, at: "2027-01-05T10:00:00Z")
    try await club.count(100, at: "2027-01-05T10:00:00Z", for: bob)
    let last = try #require(CalendarDate("2027-06-30"))
    let grant = try await club.crm.write { tx in
      try tx.loyalty.grant("Gold", in: "status", to: bob, until: last, because: "a good friend")
      return try tx.loyalty.grant("Gold", in: "status", to: ada, until: last, because: "regret")
    }
    #expect(try await club.tier()?.tier == "Gold")
    #expect(try await club.tier()?.reached == "Bronze")
    try await club.count(4_900, at: "2027-05-01T10:00:00Z", for: bob)
    #expect(try await club.tier(of: bob)?.tier == "Platinum")
    try club.go(to: "2027-06-30T21:59:59.999Z")
    #expect(try await club.tier()?.tier == "Gold")
    try club.go(to: "2027-06-30T22:00:00Z")
    #expect(try await club.tier()?.tier == "Bronze")
    try await club.crm.advance()
    #expect(try await club.history().map(\.reason) == [.granted, .grantEnded])
    #expect(try await club.tier(of: bob)?.tier == "Platinum")
    let again = try await club.crm.write {
      try $0.loyalty.withdraw(grant.id, because: "too late")
    }
    #expect(again.withdrawal == nil)
    let error = await failure {
      try await club.crm.write { tx in
        try tx.loyalty.grant("Gould", in: "status", to: ada, until: last, because: " ")
      }
    }
    #expect(error?.issues.map(\.field) == ["reason", "tier", "last_day"])
    #expect(try await club.crm.verify().isSound)
  }

  @Test("T07: What was granted can be taken back at once", arguments: Backend.allCases)
  func withdrawal(backend: Backend) async throws {
    let club = try await Club(backend) { $0.tierGroups = [.ladder()] }
    let (ada, last) = (club.ada, try #require(CalendarDate("2026-06-30")))
    let grant = try await club.crm.write { tx in
      try tx.loyalty.grant("Gold", in: "status", to: ada, until: last, because: "regret")
    }
    try club.go(to: "2026-02-01")
    #expect(try await club.tier()?.tier == "Gold")
    try await club.crm.write { _ = try $0.loyalty.withdraw(grant.id, because: "a mistake") }
    #expect(try await club.tier()?.tier == "Bronze")
    #expect(try await club.tier(at: "2026-01-20T10:00:00Z")?.tier == "Gold")
  }

  @Test(
    "T08: A refund of the event that brought a tier for ever takes it", arguments: Backend.allCases)
  func refund(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.tierGroups = [
        TierGroup(
          "status", tiers: [Tier("Member"), Tier("Platinum", from: .points(10_000))],
          period: .lifetime, term: .lifetime)
      ]
    }
    let early = try await club.count(9_500, at: "2026-01-10T10:00:00Z")
    let crossing = try await club.count(600, at: "2026-02-10T10:00:00Z")
    try await club.count(
      -50, at: "2026-03-01T10:00:00Z", of: "2026-01-10T10:00:00Z", cause: early.id)
    #expect(try await club.tier()?.tier == "Platinum")
    try await club.count(
      -200, at: "2026-03-02T10:00:00Z", of: "2026-02-10T10:00:00Z", cause: crossing.id)
    #expect(try await club.tier()?.tier == "Member")
    #expect(try await club.history().last?.reason == .refunded)
    #expect(try await club.tier(at: "2026-03-01T12:00:00Z")?.tier == "Platinum")
  }

  @Test(
    "T10: An event of the old year that is told of in the new one counts in the old one",
    arguments: Backend.allCases)
  func lateEvent(backend: Backend) async throws {
    let club = try await Club(backend) { $0.tierGroups = [.ladder()] }
    try await club.count(900, at: "2026-03-10T10:00:00Z")
    try await club.count(10, at: "2026-12-31T23:30:00Z")
    try club.go(to: "2027-01-02")
    try await club.count(100, at: "2026-12-31T22:30:00Z", keepingClock: true)  // 23:30 in Berlin
    let tier = try #require(try await club.tier())
    #expect(tier.tier == "Gold")
    #expect(tier.since == Instant("2026-12-31T22:30:00Z"))
    #expect(tier.lastDay == CalendarDate("2027-12-31"))
    #expect(try await club.tier(at: "2026-12-31T22:45:00Z")?.tier == "Gold")
    #expect(try await club.tier(at: "2026-12-31T22:15:00Z")?.tier == "Silver")
    let asKnown = try await club.tier(
      at: "2026-12-31T22:45:00Z", knownAt: "2027-01-01T00:00:00Z")
    #expect(asKnown?.tier == "Silver")
  }

  @Test(
    "T12: A rolling window loses what counted at the end of the same day a year later",
    arguments: Backend.allCases)
  func rolling(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.tierGroups = [.ladder(period: .rolling(months: 12), term: .continuous)]
    }
    try await club.count(600, at: "2026-02-15T10:00:00Z")
    try await club.count(500, at: "2026-06-20T10:00:00Z")
    #expect(try await club.tier()?.tier == "Gold")
    try club.go(to: "2027-02-15T22:59:59.999Z")
    #expect(try await club.tier()?.tier == "Gold")
    try club.go(to: "2027-02-15T23:00:00Z")
    #expect(try await club.tier()?.tier == "Silver")
    try club.go(to: "2027-09-01")
    try await club.crm.advance()
    #expect(try await club.history().map(\.to) == ["Silver", "Gold", "Silver", "Bronze"])
    #expect(
      try await club.history().suffix(2).map(\.at.description) == [
        "2027-02-15T23:00:00.000Z", "2027-06-20T22:00:00.000Z",
      ])
  }

  @Test(
    "T13, T14: A lowered threshold lifts members when all are looked at again, and once",
    arguments: Backend.allCases)
  func reevaluation(backend: Backend) async throws {
    let club = try await Club(backend, members: 3) { $0.tierGroups = [.ladder()] }
    for (member, points) in zip(club.members, [850, 1_000, 700] as [Int64]) {
      try await club.count(points, at: "2026-03-10T10:00:00Z", for: member)
    }
    try club.go(to: "2026-07-01")
    var lowered = club.programme
    lowered.version = 2
    lowered.tierGroups[0].tiers[2] = Tier("Gold", from: .points(800))
    let version = lowered
    try await club.crm.write { _ = try $0.loyalty.define(version) }
    #expect(try await club.tier()?.tier == "Silver")
    let moved = try await club.crm.write { try $0.loyalty.reevaluateTiers(in: "club") }
    #expect(moved == 1)
    #expect(try await club.tier()?.tier == "Gold")
    #expect(try await club.history().last?.reason == .reevaluated)
    let events = try await club.shop.events().count
    #expect(try await club.crm.write { try $0.loyalty.reevaluateTiers(in: "club") } == 0)
    #expect(try await club.shop.events().count == events)
    // What was brought by looking again holds when an event is told of late.
    try await club.count(1, at: "2026-02-01T10:00:00Z", keepingClock: true)
    #expect(try await club.history().map(\.to) == ["Silver", "Gold"])

    var raised = lowered
    raised.version = 3
    raised.tierGroups[0].tiers[2] = Tier("Gold", from: .points(1_500))
    let last = raised
    try await club.crm.write { tx in
      try tx.loyalty.define(last)
      try tx.loyalty.reevaluateTiers(in: "club")
    }
    #expect(try await club.tier(of: club.bob)?.tier == "Gold")
    try await club.count(600, at: "2026-08-01T10:00:00Z", for: club.members[2])
    #expect(try await club.tier(of: club.members[2])?.tier == "Silver")
  }

  @Test(
    "T13: A lowered threshold lifts at the end of a term, and time alone brings no entry reward",
    arguments: Backend.allCases)
  func lowered(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.tierGroups = [.ladder(term: .monthsFromEntry(12))]
      $0.tierGroups[0].tiers[2].entryReward = 100
    }
    try await club.count(850, at: "2026-03-10T10:00:00Z")
    try await club.count(850, at: "2027-01-10T10:00:00Z")
    try club.go(to: "2027-02-01")
    var lowered = club.programme
    lowered.version = 2
    lowered.tierGroups[0].tiers[2] = Tier("Gold", from: .points(800), entryReward: 100)
    let version = lowered
    try await club.crm.write { _ = try $0.loyalty.define(version) }
    #expect(try await club.tier()?.tier == "Silver")
    try club.go(to: "2027-04-01")
    #expect(try await club.tier()?.tier == "Gold")
    #expect(try await club.available() == 0)
    try await club.crm.advance()
    #expect(try await club.history().last?.reason == .reviewed)
    #expect(try await club.available() == 0)
  }

  @Test("T13: A version cannot drop a tier that members can have", arguments: Backend.allCases)
  func dropped(backend: Backend) async throws {
    let club = try await Club(backend) { $0.tierGroups = [.ladder()] }
    var next = club.programme
    next.version = 2
    next.tierGroups[0].tiers.remove(at: 2)
    let version = next
    let error = await failure { try await club.crm.write { try $0.loyalty.define(version) } }
    #expect(error?.issues.map(\.field) == ["tierGroups[0].tiers"])
  }

  @Test(
    "T16: Groups of tiers know nothing of each other", arguments: Backend.allCases)
  func groups(backend: Backend) async throws {
    let visitors = TierGroup(
      "club", tiers: [Tier("Guest"), Tier("Regular", from: .count(2))],
      period: .rolling(months: 1), term: .continuous)
    let club = try await Club(backend) { $0.tierGroups = [.ladder(), visitors] }
    try await club.count(1_000, at: "2026-03-10T10:00:00Z")
    #expect(try await club.tiers() == ["Gold", "Guest"])
    try await club.count(1, at: "2026-03-11T10:00:00Z")
    #expect(try await club.tiers() == ["Gold", "Regular"])
    try club.go(to: "2026-05-01")
    try await club.crm.advance()
    #expect(try await club.tiers() == ["Gold", "Guest"])
    #expect(try await club.history("club").map(\.to) == ["Regular", "Guest"])
  }

  @Test(
    "T17: The year is closed before what happens at the same instant, which counts in the new one",
    arguments: Backend.allCases)
  func sameInstant(backend: Backend) async throws {
    let club = try await Club(backend) { $0.tierGroups = [.ladder()] }
    try await club.count(1_000, at: "2026-03-10T10:00:00Z")
    try await club.count(600, at: "2027-12-31T23:00:00Z")
    #expect(try await club.history().map(\.to) == ["Gold", "Silver"])
    #expect(try await club.tier()?.lastDay == CalendarDate("2028-12-31"))
    let standing = try await club.crm.read { tx in
      try tx.records(of: TierStanding.self).all().first
    }
    #expect(standing?.points == 600)
    #expect(standing?.countBefore == 0)
  }

  @Test(
    "A group that a later version adds begins with it, for those who were members before too",
    arguments: Backend.allCases, [TierPeriod.calendarYear, .rolling(months: 12), .lifetime])
  func laterGroup(backend: Backend, period: TierPeriod) async throws {
    let club = try await Club(backend)
    try await club.count(700, at: "2026-02-01T10:00:00Z")
    var next = club.programme
    next.version = 2
    next.tierGroups = [
      .ladder(period: period, term: period == .calendarYear ? .endOfNextPeriod : .continuous)
    ]
    let defined = next
    try club.go(to: "2026-03-01")
    try await club.crm.write { _ = try $0.loyalty.define(defined) }
    #expect(try await club.tier()?.tier == "Bronze")
    #expect(try await club.tier(at: "2026-02-20T10:00:00Z") == nil)
    try await club.count(-700, at: "2026-03-02T10:00:00Z", of: "2026-02-01T10:00:00Z")
    try await club.count(600, at: "2026-03-03T10:00:00Z")
    #expect(try await club.tier()?.tier == "Silver")
    #expect(try await club.tier(at: "2026-03-02T11:00:00Z")?.tier == "Bronze")
    #expect(try await club.history().map(\.to) == ["Silver"])
    #expect(try await club.crm.verify().isSound)
  }

  @Test("A standing that does not follow from the ledger is named", arguments: Backend.allCases)
  func verifying(backend: Backend) async throws {
    let club = try await Club(backend) { $0.tierGroups = [.ladder()] }
    try await club.count(600, at: "2026-02-01T10:00:00Z")
    #expect(try await club.crm.verify().isSound)
    try await club.crm.write { tx in
      var standing = try #require(try tx.loyalty.standings.first())
      standing.points = 601
      standing.tier = "Gold"
      try tx.loyalty.standings.put(standing)
    }
    let problems = try await club.crm.verify().problems
    #expect(problems.count == 2)
    #expect(problems.allSatisfy { $0.message.contains("tier_standings") })
  }
}

/// Something that counts for tiers, and nothing else.
struct CountRequest: LedgerRequest {
  var member: LoyaltyMember.ID
  var points: Int64

  static let kind = LedgerEntry.Kind.evaluate

  private struct Fields: Sendable {
    let member = Field<CountRequest, LoyaltyMember.ID>("member", { $0.member }, { $0.member = $1 })
    let points = Field<CountRequest, Int64>("points", { $0.points }, { $0.points = $1 })
  }

  static let layout = Layout(Fields(), blank: CountRequest(member: .zero, points: 0))
}

extension Club {
  /// Counts points for tiers, at the clock that is set to when they do.
  ///
  /// - Parameter origin: When what is taken back had counted.
  @discardableResult
  func count(
    _ points: Int64, at text: String, for member: LoyaltyMember.ID? = nil, of origin: String? = nil,
    cause: LedgerEntry.ID? = nil, keepingClock: Bool = false
  ) async throws -> LedgerEntry {
    let at = try #require(Instant(text))
    if !keepingClock { shop.clock.set(to: at) }
    let countsAt = try origin.map { try #require(Instant($0)) } ?? at
    let member = member ?? ada
    return try await crm.write { tx in
      let key = "count \(tx.makeIdentifier() as LedgerEntry.ID)"
      let request = CountRequest(member: member, points: points)
      return try tx.loyalty.post(request, key: key, for: member, at: at) { work in
        work.entry.cause = cause
        work.entry.qualifiesAt = countsAt
        work.entry.qualifyingPoints = points
        work.entry.qualifyingCount = points > 0 ? 1 : 0
      }.get()
    }
  }

  func tier(
    of member: LoyaltyMember.ID? = nil, at text: String? = nil, knownAt: String? = nil
  ) async throws -> MemberTier? {
    let at = try text.map { try #require(Instant($0)) }
    let known = try knownAt.map { try #require(Instant($0)) }
    let member = member ?? ada
    return try await crm.read { try $0.loyalty.tier(of: member, at: at, knownAt: known) }
  }

  func tiers() async throws -> [String] {
    let ada = ada
    return try await crm.read { try $0.loyalty.tiers(of: ada).map(\.tier) }
  }

  func history(_ group: String? = nil) async throws -> [TierChange] {
    let ada = ada
    return try await crm.read { try $0.loyalty.tierHistory(of: ada, in: group) }
  }
}
