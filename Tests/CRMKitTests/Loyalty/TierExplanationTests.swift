import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

/// Why members have the tiers they have, by what is kept and by the rules of then.
@Suite("Why a member has a tier")
struct TierExplanationTests {
  private func why(
    _ club: Club, at text: String? = nil, in group: String? = nil,
    for member: LoyaltyMember.ID? = nil
  ) async throws -> TierExplanation {
    let (member, at) = (member ?? club.ada, try text.map { try Club.instant($0) })
    let found = try await club.crm.read { tx in
      try (
        tx.loyalty.explanation(ofTierOf: member, in: group, at: at),
        tx.loyalty.tier(of: member, in: group, at: at)
      )
    }
    let why = try #require(found.0)
    #expect(why.tier == found.1?.tier)
    return why
  }

  private func why(_ change: TierChange, _ club: Club) async throws -> TierExplanation {
    try await club.crm.read { try $0.loyalty.explanation(of: change.id) }
  }

  @Test(
    "T01: A tier that was reached names what counted, what it took, by what and until when",
    arguments: Backend.allCases)
  func reached(backend: Backend) async throws {
    let club = try await Club(backend) { $0.tierGroups = [.ladder()] }
    try await club.count(999, at: "2026-02-01T10:00:00Z")
    let entry = try await club.count(51, at: "2026-03-10T10:00:00Z")
    let why = try await why(club)
    #expect(why.tier == "Gold" && why.reached == "Gold" && why.reason == .reached)
    #expect(why.since == entry.occurredAt && why.cause == entry.id)
    #expect(why.lastDay == CalendarDate("2027-12-31") && why.graceEndsAt == nil)
    let figures = try #require(why.reachedBy)
    #expect(figures.points == 1_050 && figures.count == 2 && figures.isReached)
    #expect(figures.thresholds == [.points(1_000)] && figures.programmeVersion == 1)
    #expect(figures.from == (try Club.instant("2026-01-01")))
    #expect(figures.until == (try Club.instant("2027-01-01")))
    #expect(why.counted == figures && why.grant == nil && !why.isSoftLanding)
    #expect(
      why.text
        == "Gold of “status” since 2026-03-10, reached by entry \(entry.sequence) of 2026-03-10 "
        + "(looked at)."
    )
    #expect(
      why.notes == [
        "What decided: 1050 points since 2026-01-01; Gold takes 1000 points by version 1.",
        "The next, Platinum, takes 5000 points.",
        "Gold is kept through 2027-12-31, whatever counts.",
      ])
    // Of the past, as of then.
    let before = try await self.why(club, at: "2026-03-01")
    #expect(before.tier == "Silver" && before.reachedBy?.points == 999)
    #expect(before.lastDay == CalendarDate("2027-12-31"))
    let first = try await self.why(club, at: "2026-01-15")
    #expect(first.text == "Bronze of “status” since 2026-01-01, with which everybody begins.")
    #expect(first.reason == nil && first.counted?.points == 0 && first.lastDay == nil)
    let ada = club.ada
    let none = try await club.crm.read {
      try $0.loyalty.explanation(ofTierOf: ada, at: try Club.instant("2025-06-01"))
    }
    #expect(none == nil)
  }

  @Test(
    "T13: Thresholds of later versions change nothing of why a tier was reached",
    arguments: Backend.allCases)
  func edited(backend: Backend) async throws {
    let club = try await Club(backend) { $0.tierGroups = [.ladder()] }
    try await club.count(1_000, at: "2026-03-10T10:00:00Z")
    let (then, change) = (try await why(club), try #require(try await club.history().first))
    let move = try await why(change, club)
    try club.go(to: "2026-07-01")
    var next = club.programme
    next.version = 2
    next.tierGroups[0].tiers[2].thresholds = [.points(1_500)]
    let raised = next
    try await club.crm.write { try $0.loyalty.define(raised) }
    #expect(try await why(change, club) == move)
    #expect(try await why(club, at: "2026-03-10T10:00:00Z") == then)
    let now = try await why(club)
    #expect(now.tier == "Gold" && now.reachedBy == then.reachedBy)
    #expect(now.counted?.thresholds == [.points(1_500)] && now.counted?.isReached == false)
    #expect(
      now.notes.contains(
        "As of 2026-07-01: 1000 points since 2026-01-01; Gold takes 1500 points by version 2."))
  }

  @Test(
    "T02: A fall names the span that decided, and whether it was softened",
    arguments: Backend.allCases, [TierDowngrade.oneStep, .toComputed])
  func fallen(backend: Backend, how: TierDowngrade) async throws {
    let club = try await Club(backend) {
      $0.tierGroups = [.ladder()]
      $0.tierGroups[0].downgrade = how
    }
    try await club.count(1_000, at: "2026-03-10T10:00:00Z")
    try await club.count(100, at: "2027-05-01T10:00:00Z")
    try club.go(to: "2028-02-01")
    let unwritten = try await why(club)
    try await club.crm.advance()
    let why = try await why(club)
    #expect(why == unwritten)
    #expect(why.tier == (how == .oneStep ? "Silver" : "Bronze") && why.reason == .termEnded)
    #expect(try why.since == Club.instant("2028-01-01") && why.cause == nil)
    #expect(why.reachedBy?.points == 100)
    #expect(why.reachedBy?.from == (try Club.instant("2027-01-01")))
    #expect(why.counted?.points == 0)
    #expect(why.isSoftLanding == (how == .oneStep))
    let soft = "What decided reaches less, but a fall is one step at a time."
    #expect(why.notes.contains(soft) == (how == .oneStep))
    #expect(why.lastDay == (how == .oneStep ? CalendarDate("2028-12-31") : nil))
    let change = try #require(try await club.history().last)
    let move = try await self.why(change, club)
    #expect(
      move.text.hasPrefix("From Gold to \(why.tier) of “status” on 2028-01-01, as the term of"))
    #expect(move.reachedBy == why.reachedBy)
  }

  @Test("Days of grace say until when the tier is kept", arguments: Backend.allCases)
  func grace(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.tierGroups = [.ladder()]
      $0.tierGroups[0].graceDays = 30
    }
    try await club.count(1_000, at: "2026-03-10T10:00:00Z")
    try club.go(to: "2028-01-10")
    let why = try await why(club)
    #expect(try why.tier == "Gold" && why.graceEndsAt == Club.instant("2028-01-31"))
    #expect(why.counted?.points == 0)
    #expect(
      why.notes.last
        == "The term is over; Gold is kept through 2028-01-30, to be reached again.")
    try club.go(to: "2028-02-01")
    #expect(try await self.why(club).tier == "Silver")
  }

  @Test(
    "T07: What was granted names who gave it and why, beside what counts",
    arguments: Backend.allCases)
  func granted(backend: Backend) async throws {
    let club = try await Club(backend) { $0.tierGroups = [.ladder()] }
    let (ada, last) = (club.ada, try Club.day("2026-08-31"))
    try await club.count(600, at: "2026-02-01T10:00:00Z")
    try club.go(to: "2026-05-20")
    let grant = try await club.crm.acting(as: .staff("kim")).write {
      try $0.loyalty.grant("Gold", in: "status", to: ada, until: last, because: "Lost luggage")
    }
    let why = try await why(club)
    #expect(why.tier == "Gold" && why.reached == "Silver" && why.reason == .granted)
    #expect(why.grant == grant && why.since == grant.grantedAt)
    #expect(why.reachedBy?.tier == "Silver" && why.reachedBy?.points == 600)
    #expect(why.text == "Gold of “status” since 2026-05-20, as somebody granted it.")
    #expect(why.notes.first == "By what counts it is Silver.")
    #expect(why.notes.contains("Granted by staff:kim through 2026-08-31: “Lost luggage”."))
    let moves = try await club.history()
    #expect(try await self.why(moves[0], club).reachedBy?.points == 600)
    #expect(try await self.why(moves[1], club).grant == grant)
    try club.go(to: "2026-09-01")
    let after = try await self.why(club)
    #expect(after.tier == "Silver" && after.reason == .grantEnded && after.grant == nil)
    #expect(after.reachedBy?.points == 600)
    #expect(try await self.why(club, at: "2026-06-01") == self.why(club, at: "2026-06-01"))
    #expect(try await self.why(club, at: "2026-06-01").grant == grant)
  }

  @Test(
    "A grant of the very instant at which a tier was reached is told apart from that",
    arguments: Backend.allCases)
  func grantedAtOnce(backend: Backend) async throws {
    let club = try await Club(backend) { $0.tierGroups = [.ladder()] }
    let (ada, last) = (club.ada, try Club.day("2026-08-31"))
    try await club.count(600, at: "2026-02-01T10:00:00Z")
    try await club.crm.write {
      _ = try $0.loyalty.grant("Gold", in: "status", to: ada, until: last, because: "a friend")
    }
    #expect(try await why(club).reason == .granted)
    let moves = try await club.history()
    #expect(moves.map(\.to) == ["Silver", "Gold"])
    for move in moves {
      let why = try await why(move, club)
      #expect(why.tier == move.to && why.reached == "Silver" && why.reason == move.reason)
      #expect(why.reachedBy?.points == 600)
    }
  }

  @Test(
    "A tier granted in the instant of enrolment is kept by that, not come to by what counts",
    arguments: Backend.allCases)
  func grantedAtEnrolment(backend: Backend) async throws {
    let club = try await Club(backend) { $0.tierGroups = [.ladder()] }
    let (ada, last) = (club.ada, try Club.day("2026-12-31"))
    try await club.crm.write {
      _ = try $0.loyalty.grant("Gold", in: "status", to: ada, until: last, because: "a word")
    }
    try await club.count(10, at: "2026-03-10T10:00:00Z")
    try club.go(to: "2026-06-01")
    let why = try await why(club)
    #expect(why.tier == "Gold" && why.reason == .granted && why.reached == "Bronze")
    #expect(why.since == (try Club.instant("2026-01-01")) && why.cause == nil)
    try await club.count(600, at: "2026-06-02T10:00:00Z")
    try club.go(to: "2026-07-01")
    #expect(try await self.why(club).since == why.since)
    try club.go(to: "2027-02-01")
    let later = try await self.why(club)
    #expect(later.tier == "Silver" && later.reason == .grantEnded)
  }

  @Test(
    "T08: What was taken back names the refund and what is left", arguments: Backend.allCases)
  func refunded(backend: Backend) async throws {
    let club = try await Club(backend) { $0.tierGroups = [.ladder()] }
    try await club.order("1", "600.00")
    try club.go(to: "2026-03-01")
    try await club.order("2", "500.00")
    try club.go(to: "2026-03-05")
    let refund = try await club.refund(.all, of: "2").get()
    let why = try await why(club)
    #expect(why.tier == "Silver" && why.reason == .refunded && why.cause == refund.id)
    #expect(why.reachedBy?.points == 600 && why.reachedBy?.isReached == true)
    #expect(
      why.text
        == "Silver of “status” since 2026-03-05, as what had counted was taken back by entry "
        + "\(refund.sequence) of 2026-03-05 (refunded for 2).")
    #expect(try await self.why(club, at: "2026-03-02").reachedBy?.points == 1_100)
  }

  @Test(
    "T12: A window that rolls names its days and what has left it", arguments: Backend.allCases)
  func rolling(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.tierGroups = [.ladder(period: .rolling(months: 12), term: .continuous)]
    }
    try await club.count(600, at: "2026-02-15T10:00:00Z")
    try await club.count(500, at: "2026-06-20T10:00:00Z")
    let gold = try await why(club)
    #expect(gold.tier == "Gold" && gold.reachedBy?.points == 1_100)
    #expect(gold.notes.last == "Gold is kept as long as what counts reaches it.")
    try club.go(to: "2027-02-16")
    let why = try await why(club)
    #expect(why.tier == "Silver" && why.reason == .termEnded && why.counted?.points == 500)
    #expect(why.reachedBy?.from == (try Club.instant("2026-02-16")))
    #expect(!why.isSoftLanding)
  }

  @Test("Tiers by spend and by events name those", arguments: Backend.allCases)
  func thresholds(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.tierGroups = [
        TierGroup(
          "club",
          tiers: [
            Tier("Guest"),
            Tier(
              "Friend", from: .spend(Money(minorUnits: 20_000, .eur)), .count(2), match: .any),
          ], period: .lifetime, term: .lifetime)
      ]
    }
    try await club.order("1", "50.00")
    try await club.order("2", "70.00")
    let why = try await why(club)
    #expect(try why.tier == "Friend" && why.reachedBy?.spend == Club.euro("120.00"))
    #expect(
      why.notes == [
        "What decided: 120.00 EUR, 2 events; Friend takes 200.00 EUR or 2 events by version 1.",
        "Friend is kept for ever.",
      ])
  }

  @Test("T05: A tier by balance names the balance of then", arguments: Backend.allCases)
  func balance(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.tierGroups = [
        TierGroup(
          "wallet", tiers: [Tier("Basic"), Tier("Silver", from: .points(100))], period: .balance,
          term: .continuous)
      ]
    }
    let given = try await club.give(150, until: "2026-03-31", key: "g")
    let why = try await why(club)
    #expect(why.tier == "Silver" && why.reached == "Silver" && why.cause == given.id)
    #expect(why.reachedBy?.points == 150 && why.reachedBy?.isReached == true)
    try club.go(to: "2026-04-02")
    let ended = try await self.why(club)
    #expect(ended.tier == "Basic" && ended.reason == .termEnded && ended.counted?.points == 0)
    #expect(ended.since == (try Club.instant("2026-04-01")))
    try await club.crm.advance()
    #expect(try await self.why(club).tier == "Basic")
    #expect(try await self.why(club, at: "2026-02-01").reachedBy?.points == 150)
  }

  @Test(
    "M07: Memberships that were joined say so; what is not kept of before is left out",
    arguments: Backend.allCases)
  func joined(backend: Backend) async throws {
    let club = try await Club(backend) { $0.tierGroups = [.ladder()] }
    let (ada, bob) = (club.ada, club.bob)
    try await club.count(600, at: "2026-02-01T10:00:00Z")
    try await club.count(500, at: "2026-02-02T10:00:00Z", for: bob)
    try club.go(to: "2026-03-01")
    let merge = try await club.crm.write {
      try $0.loyalty.merge(bob, into: ada, key: "m").get()
    }
    let why = try await why(club)
    #expect(why.tier == "Gold" && why.reason == .merged && why.cause == merge.id)
    #expect(why.counted?.points == 1_100)
    let before = try await self.why(club, at: "2026-02-15")
    #expect(before.tier == "Silver" && before.reachedBy == nil && before.reason == .reached)
    for change in try await club.history() {
      #expect(try await self.why(change, club).tier == change.to)
    }
  }

  @Test("T10: A move that does not hold any more says so", arguments: Backend.allCases)
  func late(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.tierGroups = [.ladder(period: .rolling(months: 2), term: .continuous)]
    }
    try await club.count(600, at: "2026-01-10T10:00:00Z")
    try club.go(to: "2026-03-15T10:00:00Z")
    try await club.crm.advance()
    let fall = try #require(try await club.history().last)
    #expect(fall.to == "Bronze")
    try club.go(to: "2026-03-20T10:00:00Z")
    try await club.count(700, at: "2026-03-01T10:00:00Z", keepingClock: true)
    let told = try await why(fall, club)
    #expect(told.tier == "Bronze" && told.reason == .termEnded)
    #expect(told.notes.last == "It does not hold any more, by what became known later.")
    let now = try await why(club)
    #expect(now.tier == "Silver" && now.counted?.points == 700)
    let rise = try #require(try await club.history().first { $0.to == "Gold" })
    #expect(rise.knownAt == (try Club.instant("2026-03-20T10:00:00Z")))
    #expect(try await why(rise, club).notes.contains("It is known since \(rise.knownAt)."))
  }

  @Test("A move that is unknown is refused")
  func unknown() async throws {
    let club = try await Club(.memory) { $0.tierGroups = [.ladder()] }
    let failure = await loyaltyFailure {
      try await club.crm.read { try $0.loyalty.explanation(of: TierChange.ID.zero) }
    }
    #expect(failure?.code == .unknownReference)
  }

  @Test(
    "T14: Whatever happens, the tier of every day is explained by figures that lead to it",
    arguments: UInt64(1)...24)
  func everyDay(seed: UInt64) async throws {
    var numbers = SeededNumbers(seed)
    var group = TierGroup.ladder(
      period: [.calendar(.quarter), .membershipYear, .rolling(months: 2), .lifetime]
        .randomElement(using: &numbers) ?? .lifetime,
      term: .monthsFromEntry(Int.random(in: 1...3, using: &numbers)))
    if group.period != .lifetime, numbers.next() % 2 == 0 { group.term = .continuous }
    group.onRefund = TierRefund.allCases.randomElement(using: &numbers) ?? .revokeIfCause
    group.graceDays = numbers.next() % 3 == 0 ? 10 : 0
    group.downgrade = TierDowngrade.allCases.randomElement(using: &numbers) ?? .oneStep
    let groups = [group]
    let club = try await Club(.memory) { $0.tierGroups = groups }
    let start = try Club.instant("2026-01-01")
    var earned: [LedgerEntry] = []
    for day in 1...150 {
      let now = start + .seconds(day * 86_400)
      club.shop.clock.set(to: now)
      if numbers.next() % 4 == 0 {
        let late = numbers.next() % 2 == 0 ? Int.random(in: 0..<min(day, 40), using: &numbers) : 0
        if let last = earned.last, numbers.next() % 4 == 0 {
          try await club.count(
            -last.qualifyingPoints, at: now.description, of: last.occurredAt.description,
            cause: last.id)
          earned.removeLast()
        } else {
          earned.append(
            try await club.count(
              Int64.random(in: 50...500, using: &numbers),
              at: (now - .seconds(late * 86_400)).description, keepingClock: true))
        }
      }
      if numbers.next() % 10 == 0 { try await club.crm.advance() }
    }
    for day in stride(from: 1, through: 150, by: 7) {
      let at = start + .seconds(day * 86_400 + 43_200)
      let why = try await why(club, at: at.description)
      #expect(why.reachedBy != nil && why.counted != nil, "day \(day)")
      #expect(why.reached == why.tier)
      // Of a tier that was reached, what decided reaches it.
      if why.reason == .reached { #expect(why.reachedBy?.isReached == true, "day \(day)") }
    }
    for change in try await club.history() {
      let why = try await why(change, club)
      #expect(why.tier == change.to && why.since == change.at && why.reachedBy != nil)
    }
  }
}
