import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

/// Cases of the same kinds with other numbers, at other boundaries.
@Suite("Loyalty at other boundaries")
struct LoyaltySiblingTests {
  // MARK: Time

  @Test(
    "H01: Points that wait over the short day become spendable at the first instant of theirs",
    arguments: Backend.allCases)
  func pendingOverTheShortDay(backend: Backend) async throws {
    let club = try await Club(backend, on: "2026-03-01") { $0.pending.wait = .days(3) }
    try club.go(to: "2026-03-27T22:30:00Z")
    try await club.order("1", "70.00")
    try club.go(to: "2026-03-29T21:59:59.999Z")
    #expect(try await club.balance().pending == 70)
    #expect(try await club.available() == 0)
    try club.go(to: "2026-03-29T22:00:00Z")
    #expect(try await club.balance().pending == 0)
    #expect(try await club.available() == 70)
    try await club.check()
  }

  @Test(
    "X02: Points end at the first instant of the day after their last, the long day included",
    arguments: Backend.allCases,
    [
      ("2026-10-24", "2026-10-24T22:00:00Z"), ("2026-10-25", "2026-10-25T23:00:00Z"),
      ("2028-02-29", "2028-02-29T23:00:00Z"), ("2026-12-31", "2026-12-31T23:00:00Z"),
    ])
  func ends(backend: Backend, last: (day: String, end: String)) async throws {
    let club = try await Club(backend)
    try await club.give(30, until: last.day, key: "a")
    let end = try Club.instant(last.end)
    club.shop.clock.set(to: end - .milliseconds(1))
    #expect(try await club.available() == 30)
    club.shop.clock.set(to: end)
    #expect(try await club.available() == 0)
    #expect(try await club.redeem(1, key: "r").refusal?.allowed == 0)
    try await club.check()
  }

  @Test(
    "X05: Months are counted from the day points were earned, a short month to its last day",
    arguments: [
      ("2027-01-31T10:00:00Z", 1, "2027-02-28"), ("2028-01-31T10:00:00Z", 1, "2028-02-29"),
      ("2027-11-30T10:00:00Z", 3, "2028-02-29"), ("2028-02-29T10:00:00Z", 24, "2030-02-28"),
      ("2026-03-31T21:59:59Z", 1, "2026-04-30"), ("2026-03-31T22:00:00Z", 1, "2026-05-01"),
      ("2026-01-30T23:30:00Z", 1, "2026-02-28"),
    ])
  func months(at: String, months: Int, day: String) async throws {
    let club = try await Club(.memory) { $0.expiry = ExpiryPolicy(.months(months)) }
    try club.go(to: at)
    try await club.order("1", "10.00")
    #expect(try await club.lots().map(\.lastValidDay) == [CalendarDate(day)])
    var monthEnd = ExpiryPolicy(.months(months))
    monthEnd.rounding = .monthEnd
    let rounded = monthEnd
    let other = try await Club(.memory) { $0.expiry = rounded }
    try other.go(to: at)
    try await other.order("1", "10.00")
    let last = try #require(try await other.lots().first?.lastValidDay)
    #expect(last.plus(days: 1).day == 1)
  }

  @Test(
    "H07: What is held may be captured up to the last millisecond of its time",
    arguments: Backend.allCases)
  func holdBoundary(backend: Backend) async throws {
    let club = try await Club(backend)
    let ada = club.ada
    try await club.give(500, key: "a")
    let holds = try await club.crm.write { tx in
      try ["h1", "h2"].map {
        try #require(
          try tx.loyalty.hold(200, from: ada, key: $0, lasting: .seconds(1_800)).get().hold)
      }
    }
    let start = club.shop.clock.now
    club.shop.clock.set(to: start + .milliseconds(1_799_999))
    try await club.crm.write { _ = try $0.loyalty.capture(holds[0], 150, key: "c1").get() }
    #expect(try await club.available() == 150)
    club.shop.clock.set(to: start + .milliseconds(1_800_000))
    #expect(try await club.available() == 350)
    let late = try await club.crm.write { try $0.loyalty.capture(holds[1], key: "c2") }
    #expect(late.refusal?.code == .alreadyResolved)
    try await club.check()
  }

  // MARK: Refunds

  @Test(
    "R01: Refund after refund owes what was spent, and what is earned later settles it",
    arguments: Backend.allCases)
  func owing(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.order("1", "90.00")
    try await club.redeem(80, key: "r").get()
    var left: [Int64] = []
    for number in 1...2 {
      try await club.refund(.amount(try Club.euro("30.00")), of: "1", "\(number)")
      left.append(try await club.available())
    }
    try await club.order("2", "60.00")
    left.append(try await club.available())
    try await club.refund(.all, of: "1", "3")
    left.append(try await club.available())
    #expect(left == [-20, -50, 10, -20])
    try await club.check()
  }

  @Test(
    "H03: Refunds take pending points bit by bit, and never more than there were",
    arguments: Backend.allCases)
  func pendingRefunds(backend: Backend) async throws {
    let club = try await Club(backend) { $0.pending.wait = .days(14) }
    try await club.order("1", "100.00")
    var left: [Int64] = []
    for (number, amount) in ["33.33", "33.33", "33.33", "0.01"].enumerated() {
      try await club.refund(.amount(try Club.euro(amount)), of: "1", "\(number)")
      left.append(try await club.balance().pending)
    }
    #expect(left == [66, 33, 0, 0])
    try club.go(to: "2026-02-01")
    #expect(try await club.available() == 0)
    try await club.check()
  }

  @Test(
    "R09: Points that went to somebody else were enjoyed, those that ended were not",
    arguments: Backend.allCases)
  func enjoyed(backend: Backend) async throws {
    let club = try await Club(backend)
    let (ada, bob) = (club.ada, club.bob)
    try await club.order("1", "100.00")
    try await club.redeem(30, key: "r").get()
    try await club.crm.write {
      _ = try $0.loyalty.transfer(20, from: ada, to: bob, key: "t").get()
    }
    try club.go(to: "2027-01-05")
    let outcome = try await club.refund(.all, of: "1").outcome()
    #expect(outcome.claw() == 50)
    #expect(try await club.available() == -50)
    try await club.check()
  }

  @Test(
    "R08: What comes back on its last day keeps it, a day later it has the days of grace",
    arguments: Backend.allCases,
    [("2027-01-01T22:59:59Z", "2027-01-01"), ("2027-01-02", "2027-02-01")])
  func restoring(backend: Backend, undone: (at: String, day: String)) async throws {
    let club = try await Club(backend)
    try await club.order("1", "100.00")
    let entry = try await club.redeem(40, key: "r").get()
    try club.go(to: undone.at)
    try await club.crm.write { _ = try $0.loyalty.reverse(entry.id, key: "back").get() }
    let open = try await club.lots().filter { $0.remaining > 0 }
    #expect(open.last?.lastValidDay == CalendarDate(undone.day))
    try await club.check()
  }

  @Test(
    "R02: Points that paid come back with the money, to the last of both",
    arguments: Backend.allCases)
  func paidInPart(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(3_000, key: "a")
    let ada = club.ada
    try await club.crm.write { tx in
      _ = try tx.loyalty.redeem(3_000, from: ada, key: "p", reference: "1").get()
    }
    try await club.order("1", "99.99", paidWithPoints: "30.00")
    #expect(try await club.available() == 69)
    var back: [Money?] = []
    for number in 1...3 {
      let outcome = try await club.refund(
        .amount(try Club.euro("33.33")), of: "1", "\(number)"
      ).outcome()
      back.append(outcome.points)
    }
    #expect(
      try back.compactMap { $0 }.reduce(Money.zero(.eur)) { try $0 + $1 } == Club.euro("30.00"))
    #expect(try await club.available() == 3_000)
    try await club.check()
  }

  // MARK: Tiers

  @Test(
    "T12: What counted on a leap day leaves at the end of the last day of February",
    arguments: Backend.allCases)
  func leapDay(backend: Backend) async throws {
    let club = try await Club(backend, on: "2028-01-01") {
      $0.tierGroups = [.ladder(period: .rolling(months: 12), term: .continuous)]
    }
    try await club.count(600, at: "2028-02-29T10:00:00Z")
    try club.go(to: "2029-02-28T22:59:59.999Z")
    #expect(try await club.tier()?.tier == "Silver")
    try club.go(to: "2029-02-28T23:00:00Z")
    #expect(try await club.tier()?.tier == "Bronze")
    try await club.check()
  }

  @Test(
    "T01: A term of months from a leap day or the 31st ends on the last day there is",
    arguments: Backend.allCases,
    [
      ("2028-02-29T10:00:00Z", 12, "2029-02-28"), ("2026-08-31T10:00:00Z", 6, "2027-02-28"),
      ("2026-01-31T10:00:00Z", 1, "2026-02-28"), ("2026-12-31T23:30:00Z", 1, "2027-02-01"),
    ])
  func termsOfMonths(backend: Backend, entry: (at: String, months: Int, last: String)) async throws
  {
    let club = try await Club(backend) {
      $0.tierGroups = [.ladder(term: .monthsFromEntry(entry.months))]
    }
    try await club.count(1_000, at: entry.at)
    #expect(try await club.tier()?.lastDay == CalendarDate(entry.last))
  }

  @Test(
    "T08: With another order that reaches the tier, the refund of the first leaves it",
    arguments: Backend.allCases)
  func refundOfCause(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.tierGroups = [.ladder(period: .lifetime, term: .lifetime)]
    }
    let first = try await club.count(1_000, at: "2026-02-01T10:00:00Z")
    let second = try await club.count(1_100, at: "2026-03-01T10:00:00Z")
    try await club.count(
      -1_000, at: "2026-04-01T10:00:00Z", of: "2026-02-01T10:00:00Z", cause: first.id)
    #expect(try await club.tier()?.tier == "Gold")
    #expect(try await club.tier()?.cause == second.id)
    try await club.count(
      -200, at: "2026-05-01T10:00:00Z", of: "2026-03-01T10:00:00Z", cause: second.id)
    #expect(try await club.tier()?.tier == "Silver")
    try await club.check()
  }

  // MARK: Members

  @Test(
    "M11: Parting gives back what is left of what was brought, nothing where all was spent",
    arguments: Backend.allCases, [(80, 170, 100), (250, 0, 100), (300, 0, 50), (350, 0, 0)])
  func parting(backend: Backend, sums: (spent: Int64, back: Int64, kept: Int64)) async throws {
    let club = try await Club(backend)
    let (ada, bob) = (club.ada, club.bob)
    try await club.give(250, until: "2026-12-31", key: "a")
    try await club.give(100, until: "2027-06-30", to: bob, key: "b")
    try await club.crm.write { tx in
      _ = try tx.loyalty.merge(ada, into: bob, key: "m").get()
      _ = try tx.loyalty.redeem(sums.spent, from: ada, key: "r").get()
      _ = try tx.loyalty.unmerge(ada, key: "u").get()
    }
    #expect(try await club.available() == sums.back)
    #expect(try await club.available(bob) == sums.kept)
    try await club.check()
  }

  @Test(
    "M05: Who leaves a pool takes the part of what is left, and the rest stays whole",
    arguments: Backend.allCases)
  func leaving(backend: Backend) async throws {
    let club = try await Club(backend) { $0.pool.leaving = .proRata }
    let (ada, bob) = (club.ada, club.bob)
    try await club.give(200, key: "a")
    try await club.give(100, to: bob, key: "b")
    try await club.crm.write { tx in
      let pool = try tx.loyalty.addPool(in: "club").id
      for member in [ada, bob] {
        _ = try tx.loyalty.join(member, pool: pool, key: "join \(member)").get()
      }
      _ = try tx.loyalty.redeem(100, from: bob, key: "r").get()
      _ = try tx.loyalty.leavePool(ada, key: "leave").get()
    }
    #expect(try await club.available() == 133)
    #expect(try await club.available(bob) == 67)
    try await club.check()
  }

  // MARK: Caps and what keeps members busy

  @Test(
    "C01: What is told of late counts under the cap of the day on which it happened",
    arguments: Backend.allCases)
  func lateUnderCap(backend: Backend) async throws {
    let club = try await Club(backend, on: "2026-05-05") { $0.caps = [.points(500, per: .day)] }
    try await club.order("1", "450.00", at: "2026-05-05")
    try club.go(to: "2026-05-06T10:00:00Z")
    try await club.order("2", "450.00")
    try await club.order("3", "100.00", at: "2026-05-05T21:59:59Z")
    try await club.order("4", "100.00", at: "2026-05-05T22:00:00Z")
    #expect(try await club.available() == 450 + 450 + 50 + 50)
    try await club.check()
  }

  @Test(
    "G06: A streak goes on over the long day, whose second half past two is the same day",
    arguments: Backend.allCases)
  func longDay(backend: Backend) async throws {
    let club = try await Club(backend)
    let ada = club.ada
    var days: [Int] = []
    for text in [
      "2026-10-24T10:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z",
      "2026-10-25T23:01:00Z",
    ] {
      try club.go(to: text)
      try await club.crm.write { _ = try $0.loyalty.checkIn(ada) }
      days.append(try await club.crm.read { try $0.loyalty.streak(of: ada).days })
    }
    #expect(days == [1, 2, 2, 3])
  }

  @Test(
    "G02: A refund that leaves a friend's order large enough takes no reward, the next one does",
    arguments: Backend.allCases)
  func smallRefunds(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.referral = ReferralTerms(
        referrer: 500, friend: 200, minimum: Money(minorUnits: 3_000, .eur), pending: .days(30),
        monthly: 10)
    }
    let (ada, bob) = (club.ada, club.bob)
    try await club.crm.write { _ = try $0.loyalty.refer(ada, by: bob) }
    try await club.order("1", "45.00")
    var pending: [Int64] = []
    for number in 1...2 {
      try await club.refund(.amount(try Club.euro("15.00")), of: "1", "\(number)")
      pending.append(try await club.balance(of: bob).pending)
    }
    #expect(pending == [500, 0])
    try await club.check()
  }

  // MARK: Requests

  @Test(
    "I03: One millisecond, one cent or one word more is another request",
    arguments: Backend.allCases)
  func differences(backend: Backend) async throws {
    let club = try await Club(backend)
    let ada = club.ada
    let at = club.shop.clock.now
    func adjust(_ points: Int64, _ reason: String, _ at: Instant) async throws -> LoyaltyResult {
      try await club.crm.write {
        try $0.loyalty.adjust(points, for: ada, because: reason, key: "a", at: at)
      }
    }
    club.shop.clock.advance(by: .seconds(60))
    try await adjust(10, "a word", at).get()
    #expect(try await adjust(10, "a word", at).replay == .key)
    let others: [(Int64, String, Instant)] = [
      (11, "a word", at), (10, "a  word", at), (10, "a word", at + .milliseconds(1)),
    ]
    for (points, reason, at) in others {
      let error = await loyaltyFailure { try await adjust(points, reason, at) }
      #expect(error?.code == .idempotencyConflict)
    }
    #expect(try await club.available() == 10)
  }
}
