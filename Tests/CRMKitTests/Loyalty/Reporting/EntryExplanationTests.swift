import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

/// What each kind of entry tells of itself.
@Suite("Why entries did what they did")
struct EntryExplanationTests {
  private func why(
    _ entry: LedgerEntry, _ club: Club, _ currency: String? = nil,
    for member: LoyaltyMember.ID? = nil
  ) async throws -> PointsExplanation {
    try await club.crm.read { try $0.loyalty.explanation(of: entry.id, currency, for: member) }
  }

  private func last(_ kind: LedgerEntry.Kind, _ club: Club) async throws -> LedgerEntry {
    try #require(try await club.entries().last { $0.kind == kind })
  }

  // MARK: By hand

  @Test(
    "S01: An adjustment names its reason, who asked and who approved", arguments: Backend.allCases)
  func adjustment(backend: Backend) async throws {
    let club = try await Club(backend) { $0.adjustment.approvedUpTo = 200 }
    let ada = club.ada
    let asked = try await club.crm.acting(as: .staff("kim")).write {
      try $0.loyalty.propose(500, for: ada, because: "Parcel lost", key: "case-7")
    }
    try club.go(to: "2026-01-03")
    try await club.crm.acting(as: .staff("lee")).write {
      _ = try $0.loyalty.approve(asked.id, because: "she is right")
    }
    let entry = try await last(.adjust, club)
    let told = try await why(entry, club)
    #expect(told.text == "Adjusted by hand: 500 points.")
    #expect(
      told.notes == [
        "They last through 2027-01-03.", "Asked for by staff:kim on 2026-01-01.",
        "Approved by staff:lee on 2026-01-03: “she is right”.", "Reason: “Parcel lost”.",
      ])
    // What is closed into statements has no words of anybody.
    try club.go(to: "2026-02-01")
    let lines = try await club.crm.read { try $0.loyalty.openStatement(of: ada).lines }
    #expect(lines.map(\.explanation) == [told.text])
    try await club.crm.write { _ = try $0.loyalty.erase(ada, key: "forget").get() }
    #expect(
      try await why(entry, club).notes == [
        "They last through 2027-01-03.", "Asked for by staff:kim on 2026-01-01.",
        "Approved by staff:lee on 2026-01-03.",
      ])
    let gone = try await why(try await last(.forfeit, club), club)
    #expect(gone.text == "Given up, as the member was forgotten: -500 points.")
  }

  @Test("Points that were given up say why", arguments: Backend.allCases)
  func forfeit(backend: Backend) async throws {
    let club = try await Club(backend)
    let ada = club.ada
    try await club.give(100, until: "2026-12-31", key: "g")
    let entry = try await club.crm.write {
      try $0.loyalty.forfeit(40, from: ada, because: "Won by a trick", key: "f").get()
    }
    let told = try await why(entry, club)
    #expect(told.points == -40 && told.notes == ["Reason: “Won by a trick”."])
    #expect(
      try await why(try await last(.adjust, club), club).notes == [
        "They last through 2026-12-31.", "Reason: “test”.",
      ])
  }

  @Test(
    "R08: What was undone names the entry, the reason and what end points have now",
    arguments: Backend.allCases)
  func reversal(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(100, until: "2027-01-01", key: "a")
    try await club.give(50, until: "2027-03-01", key: "b")
    try club.go(to: "2026-06-01")
    let redemption = try await club.redeem(120, key: "r").get()
    try club.go(to: "2027-02-01")
    let entry = try await club.crm.write {
      try $0.loyalty.reverse(redemption.id, because: "it fell through", key: "x").get()
    }
    let told = try await why(entry, club)
    #expect(
      told.parts == [
        .init(points: 20, text: "given back, of those earned on 2026-01-01, with the end they had"),
        .init(
          points: 100,
          text:
            "given back, of those earned on 2026-01-01, which had ended: through 2027-03-03 from now on"
        ),
      ])
    #expect(
      told.notes == [
        "It undoes entry 3 of 2026-06-01 (redeemed).", "Reason: “it fell through”.",
      ])
  }

  // MARK: By time

  @Test("X01: Points that ended name their last day", arguments: Backend.allCases)
  func expiry(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.order("7", "50.00")
    try club.go(to: "2027-01-02")
    try await club.crm.advance()
    let told = try await why(try await last(.expire, club), club)
    #expect(
      told.parts == [
        .init(
          points: -50,
          text: "ended, of those earned on 2026-01-01 for 7, whose last day was 2027-01-01")
      ])
  }

  @Test("X11: Points of who was not active say so", arguments: Backend.allCases)
  func inactivity(backend: Backend) async throws {
    let club = try await Club(backend) { $0.expiry = ExpiryPolicy(.inactivity(6)) }
    let entry = try await club.order("7", "50.00")
    #expect(try await why(entry, club).notes.first == "They last as long as the member is active.")
    try club.go(to: "2026-07-02")
    try await club.crm.advance()
    let told = try await why(try await last(.expire, club), club)
    #expect(
      told.parts.map(\.text) == [
        "ended, of those earned on 2026-01-01 for 7, as the member had not been active for so long"
      ])
  }

  @Test(
    "H01: Points that wait say until when, and what confirmed them", arguments: Backend.allCases)
  func waiting(backend: Backend) async throws {
    let club = try await Club(backend) { $0.pending.wait = .days(14) }
    let entry = try await club.order("7", "50.00")
    #expect(
      Array(try await why(entry, club).notes.prefix(2)) == [
        "They can be spent from 2026-01-15 on.", "They last through 2027-01-01.",
      ])
    try club.go(to: "2026-01-15")
    try await club.crm.advance()
    let told = try await why(try await last(.activate, club), club)
    #expect(told.points == 50 && told.notes == ["The day has come for which they waited."])
  }

  @Test(
    "H09: Points that wait for something say for what, what happened and what did not",
    arguments: Backend.allCases)
  func action(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.pending.wait = .onAction("delivered", pendingMaxDays: 90)
    }
    let ada = club.ada
    let first = try await club.order("7", "50.00")
    try await club.order("8", "30.00")
    #expect(
      try await why(first, club).notes.first
        == "They wait for “delivered”, and go on 2026-04-01 if that has not happened.")
    let confirmed = try await club.crm.write {
      try $0.loyalty.activate("7", on: "delivered", for: ada, key: "d").get()
    }
    #expect(
      try await why(confirmed, club).notes == [
        "“delivered” has happened to 7.", "They last through 2027-01-01.",
      ])
    try club.go(to: "2026-04-01")
    try await club.crm.advance()
    let cancelled = try await why(try await last(.cancelPending, club), club)
    #expect(cancelled.points == -30)
    #expect(cancelled.notes == ["“delivered” had not happened by 2026-04-01."])
  }

  // MARK: Spending

  @Test("D05: What points pay, and what limited them, is told", arguments: Backend.allCases)
  func payment(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.redemption.maximumShare = .percent(50)
      $0.redemption.exceeding = .clamp
    }
    let (ada, order) = (club.ada, try Club.euro("30.00"))
    try await club.give(10_000, key: "g")
    let entry = try await club.crm.write {
      try $0.loyalty.redeem(4_000, from: ada, key: "r", reference: "7", paying: order).get()
    }
    let told = try await why(entry, club)
    #expect(told.points == -1_500)
    #expect(told.notes.prefix(2) == ["They pay 15.00 EUR of 30.00 EUR.", "Asked for were 4000."])
    #expect(told.notes.count == 3)
  }

  @Test(
    "D08: Points for a reward name it and the version of its price", arguments: Backend.allCases)
  func claim(backend: Backend) async throws {
    let club = try await Club(backend)
    let ada = club.ada
    try await club.give(100, key: "gift")
    let entry = try await club.crm.write { tx in
      let reward = try tx.loyalty.add(NewReward("Mug", .item, points: 50), to: "club")
      return try tx.loyalty.claim(reward.id, for: ada, key: "claim").get()
    }
    let told = try await why(entry, club)
    #expect(told.text == "Redeemed for Mug: -50 points.")
    #expect(told.notes == ["They pay for a reward, at version 1 of its price."])
  }

  @Test(
    "H05: Holds name their end, and what becomes of them names the hold",
    arguments: Backend.allCases)
  func holds(backend: Backend) async throws {
    let club = try await Club(backend)
    let ada = club.ada
    try await club.give(500, key: "g")
    let held = try await club.crm.write {
      try $0.loyalty.hold(300, from: ada, key: "h", lasting: .seconds(1_800)).get()
    }
    let end = try #require(held.holdExpiresAt)
    #expect(try await why(held, club).notes == ["They are set aside until \(end)."])
    let hold = try #require(held.hold)
    let captured = try await club.crm.write {
      try $0.loyalty.capture(hold, 250, key: "c").get()
    }
    #expect(
      try await why(captured, club).notes == [
        "The points had been set aside by entry 2 of 2026-01-01 (set aside)."
      ])
  }

  @Test("C07: What is held back says why, and what let it pass", arguments: Backend.allCases)
  func review(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.redemption.velocity = .init(1, inMinutes: 60)
    }
    try await club.give(500, key: "g")
    try await club.redeem(10, key: "a").get()
    let held = try #require(try await club.redeem(10, key: "b").entry)
    #expect(
      try await why(held, club).notes == [
        "Somebody is to look at it, as points had been spent 1 time within 60 minutes before."
      ])
    let hold = try #require(held.hold)
    let passed = try await club.crm.write {
      try $0.loyalty.release(hold, because: "she called", key: "c").get()
    }
    #expect(try await why(passed, club).notes.last == "Reason: “she called”.")
  }

  @Test(
    "M11, C07: What goes along with a membership tells where it came from, and of no rule",
    arguments: Backend.allCases)
  func carried(backend: Backend) async throws {
    let club = try await Club(backend) { $0.redemption.velocity = .init(1, inMinutes: 60) }
    let (ada, bob) = (club.ada, club.bob)
    try await club.give(500, key: "g")
    try await club.redeem(10, key: "a").get()
    let held = try #require(try await club.redeem(10, key: "b").entry)
    // Other rules hold by then.
    var next = club.programme
    next.version = 2
    next.redemption.velocity = .init(7, inMinutes: 5)
    let changed = next
    club.shop.clock.advance(by: .seconds(5))
    try await club.crm.write { _ = try $0.loyalty.define(changed) }
    club.shop.clock.advance(by: .seconds(5))
    try await club.crm.write { _ = try $0.loyalty.merge(ada, into: bob, key: "m").get() }
    let origin = "The points had been set aside by \(held.words(LocalDays(in: next.zone)))."
    #expect(
      try await why(try await last(.review, club), club).notes
        == ["They came along from membership \(ada).", origin])
    try await club.crm.write { _ = try $0.loyalty.unmerge(ada, key: "u").get() }
    #expect(
      try await why(try await last(.review, club), club).notes
        == ["They came along from membership \(bob).", origin])
  }

  // MARK: Of the programme itself

  @Test("T04, G01, G08: Points of the programme itself say what for", arguments: Backend.allCases)
  func bonuses(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.tierGroups = [.ladder()]
      $0.tierGroups[0].tiers[1].entryReward = 50
      $0.achievements = [AchievementTerms("first", goal: .count(1), reward: 10)]
      $0.referral = ReferralTerms(
        referrer: 500, friend: 200, minimum: nil, pending: .nothing, monthly: 10)
    }
    let (ada, bob) = (club.ada, club.bob)
    try await club.crm.write { _ = try $0.loyalty.refer(ada, by: bob) }
    let order = try await club.order("1", "600.00")
    let entries = try await club.entries().filter { $0.cause == order.id }
    var told: [String: [String]] = [:]
    for entry in entries {
      let why = try await why(entry, club)
      #expect(why.points == entry.change(of: entry.member, in: "points"))
      told[why.text] = why.notes
    }
    let notes = [
      "They last through 2027-01-01.",
      "It follows from entry \(order.sequence) of 2026-01-01 (earned for 1).",
    ]
    #expect(
      told == [
        "Earned for coming to “Silver” of “status”: 50 points.": notes,
        "Earned for “first”: 10 points.": notes,
        "Earned for “referral: friend”: 200 points.": notes,
        "Earned for “referral: referrer”: 500 points.": notes,
      ])
  }

  // MARK: Between members and kinds

  @Test(
    "M01, F05: What was given and made of points says to whom and at what rate",
    arguments: Backend.allCases)
  func moving(backend: Backend) async throws {
    let club = try await Club(backend) { $0.points.append(PointsTerms("miles")) }
    let (ada, bob) = (club.ada, club.bob)
    try await club.give(300, until: "2026-12-31", key: "g")
    let gift = try await club.crm.write {
      try $0.loyalty.transfer(120, from: ada, to: bob, key: "t").get()
    }
    let notes = ["They went from member \(ada) to member \(bob).", "They keep their end."]
    let (given, got) = (try await why(gift, club), try await why(gift, club, for: bob))
    #expect(given.points == -120 && given.notes == notes)
    #expect(got.points == 120 && got.notes == notes)
    let rate = try #require(Ratio(3, to: 2))
    let made = try await club.crm.write {
      try $0.loyalty.convert(100, into: "miles", at: rate, from: ada, key: "c").get()
    }
    #expect(
      try await why(made, club).notes.first
        == "Of 100 offered 99 points became 66 miles, at 1.5 for each.")
    #expect(try await why(made, club, "miles").points == 66)
  }

  @Test(
    "M07, M11, M05: Memberships that are joined, parted and pooled are named",
    arguments: Backend.allCases)
  func memberships(backend: Backend) async throws {
    let club = try await Club(backend)
    let (ada, bob) = (club.ada, club.bob)
    try await club.give(250, to: bob, key: "g")
    let joined = try await club.crm.write {
      try $0.loyalty.merge(bob, into: ada, key: "m").get()
    }
    #expect(try await why(joined, club).notes == ["Membership \(bob) goes on in \(ada)."])
    let parted = try await club.crm.write { try $0.loyalty.unmerge(bob, key: "u").get() }
    #expect(
      try await why(parted, club).notes == [
        "Membership \(bob) stands for itself again, apart from \(ada)."
      ])
    let (pool, shared, left) = try await club.crm.write { tx in
      let pool = try tx.loyalty.addPool(in: "club").id
      return (
        pool, try tx.loyalty.join(bob, pool: pool, key: "j").get(),
        try tx.loyalty.leavePool(bob, key: "l").get()
      )
    }
    let told = try await why(shared, club)
    #expect(told.text == "Moved between a member and a pool: 250 points.")
    #expect(told.notes == ["Member \(bob) joined the pool \(pool)."])
    #expect(try await why(left, club).notes == ["Member \(bob) left the pool \(pool)."])
  }

  @Test(
    "X14: Points that were made to last longer say by which version", arguments: Backend.allCases)
  func lengthening(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.order("1", "50.00")
    var next = club.programme
    next.version = 2
    next.expiry.unit = .months(24)
    let longer = next
    try await club.crm.write { tx in
      try tx.loyalty.define(longer)
      try tx.loyalty.lengthenPoints(in: "club", because: "ten years of the club")
    }
    let told = try await why(try await last(.evaluate, club), club)
    #expect(told.text == "Made to last longer: 0 points.")
    #expect(
      told.notes == [
        "Their life was lengthened to that of version 2.", "They last through 2028-01-01.",
        "Reason: “ten years of the club”.",
      ])
  }

  @Test("Every kind of entry has words of its own")
  func kinds() {
    let words = LedgerEntry.Kind.allCases.map(\.words)
    #expect(Set(words).count == words.count)
  }
}
