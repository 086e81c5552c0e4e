import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("What a programme owes for points")
struct LiabilityTests {
  /// Three members, of whose points 80 % are expected to be redeemed, half a year on.
  private func halfAYear(_ backend: Backend) async throws -> Club {
    let club = try await Club(backend, members: 3) {
      $0.accounting.expectedRedemption = .percent(80)
    }
    try club.go(to: "2026-01-10")
    try await club.sell(1_000, to: club.ada, key: "a")
    try club.go(to: "2026-02-10")
    let sale = try await club.sell(500, to: club.bob, key: "b")
    try club.go(to: "2026-03-10")
    try await club.redeem(600, key: "r").get()
    try club.go(to: "2026-04-10")
    try await club.refund(200, of: sale, key: "b-back")
    try club.go(to: "2026-05-10")
    try await club.give(100, to: club.bob, key: "sorry")
    try club.go(to: "2026-06-10")
    try await club.sell(300, to: club.members[2], key: "c", pendingDays: 14)
    return club
  }

  private func report(_ club: Club, atEndOf day: String, knownAt: Instant? = nil) async throws
    -> LiabilityReport
  {
    let day = try Club.day(day)
    return try await club.crm.read {
      try $0.loyalty.liability(of: "club", atEndOf: day, knownAt: knownAt)
    }
  }

  private func eur(_ text: String) throws -> Money { try Money(text, .eur) }

  @Test("L03: The worked ledger comes out in points and to the cent", arguments: Backend.allCases)
  func workedLedger(backend: Backend) async throws {
    let club = try await halfAYear(backend)
    try club.go(to: "2026-06-30")
    let report = try await report(club, atEndOf: "2026-06-30")
    let accounts = Dictionary(
      uniqueKeysWithValues: report.accounts.map { ($0.account, $0.points) })
    #expect(accounts[.issued] == -1_600)
    #expect(accounts[.adjusted] == -100)
    #expect(accounts[.redeemed] == 600)
    #expect(accounts.values.reduce(0, +) == 0)
    var flow = PointsFlow()
    (flow.issued, flow.adjusted, flow.redeemed, flow.clawed) = (1_800, 100, 600, 200)
    flow.closing = 1_100
    #expect(report.flow == flow && report.isTiedOut)
    #expect(report.outstanding == 1_100 && report.net == 1_100)
    for (place, points) in [400, 400, 300].enumerated() {
      #expect(try await club.available(club.members[place]) == Int64(points))
    }
    #expect(report.recognised == (try eur("5.96")))
    #expect(report.cohorts.map(\.deferred.decimalText) == ["1.98", "2.38", "0.00", "2.38"])
    #expect(report.deferred == (try eur("6.74")))
    #expect(report.provision == (try eur("0.80")))
    #expect(report.cohorts.map(\.expectedRedemptions) == [200, 240, 80, 240])
    #expect(report.expectedRedemptions == 760)
    #expect(report.expectedCost == (try eur("7.60")))
    #expect(
      report.cohorts[0].explanation
        == "Of 7.94 EUR put off for 1000 points, 5.96 EUR is earned: "
        + "600 of 800 points expected to be redeemed are.")
  }

  @Test("L04: Points that ended earn all that was put off for them", arguments: Backend.allCases)
  func ended(backend: Backend) async throws {
    let club = try await halfAYear(backend)
    let before = try await report(club, atEndOf: "2027-01-10")
    #expect(before.deferred == (try eur("6.74")))
    let end = try #require(Instant("2027-01-10T23:00:00Z"))
    let ahead = try await club.crm.read { try $0.loyalty.liability(of: "club", asOf: end) }
    #expect(try ahead.flow.expired == 400 && ahead.deferred == eur("4.76"))
    club.shop.clock.set(to: end)
    try await club.crm.advance()
    let after = try await club.crm.read { try $0.loyalty.liability(of: "club", asOf: end) }
    #expect(after == ahead && after.isTiedOut)
    #expect(after.cohorts[0].recognised == (try eur("7.94")))
    #expect(after.cohorts[0].breakage == Fraction(2, over: 5))
    #expect(try await report(club, atEndOf: "2027-01-10") == before)
  }

  @Test(
    "L04: More redeemed than expected earns no more than was put off", arguments: Backend.allCases)
  func moreThanExpected(backend: Backend) async throws {
    let club = try await halfAYear(backend)
    try await club.redeem(300, key: "r2").get()
    let report = try await report(club, atEndOf: "2026-06-30")
    #expect(report.cohorts[0].redeemed == 900)
    #expect(report.cohorts[0].recognised == (try eur("7.94")))
    #expect(report.cohorts[0].deferred == .zero(.eur))
    #expect(report.cohorts[0].expectedRedemptions == 0)
  }

  @Test(
    "L06: What one member owes lessens nothing of what others have", arguments: Backend.allCases)
  func deficits(backend: Backend) async throws {
    let club = try await Club(backend)
    let sale = try await club.sell(100, to: club.ada, key: "a")
    try await club.give(100, to: club.bob, key: "b")
    try await club.redeem(70, key: "r").get()
    try await club.refund(40, of: sale, key: "back")
    #expect(try await club.available() == -10)
    let report = try await club.crm.read { try $0.loyalty.liability(of: "club") }
    #expect(report.outstanding == 100 && report.deficits == 10 && report.net == 90)
    #expect(report.flow.closing == 90 && report.isTiedOut)
    // 60 of 100 points are left of the sale, and all of them are redeemed.
    #expect(report.deferred == .zero(.eur))
    #expect(report.recognised == report.allocated)
  }

  @Test("L07: Pending points are outstanding in a column of their own", arguments: Backend.allCases)
  func pending(backend: Backend) async throws {
    let club = try await halfAYear(backend)
    let instant = try Club.instant("2026-06-24")
    let before = try await report(club, atEndOf: "2026-06-23")
    #expect(before.available == 800 && before.pending == 300 && before.outstanding == 1_100)
    #expect(before.cohorts.map(\.pending) == [0, 0, 0, 300])
    let after = try await club.crm.read { try $0.loyalty.liability(of: "club", asOf: instant) }
    #expect(after.available == 1_100 && after.pending == 0 && after.isTiedOut)
  }

  @Test("L08: What was owed by a day is the same whenever it is asked", arguments: Backend.allCases)
  func asOf(backend: Backend) async throws {
    let club = try await halfAYear(backend)
    try club.go(to: "2026-06-30")
    let early = try await report(club, atEndOf: "2026-05-31")
    #expect(early.outstanding == 800 && early.cohorts.map(\.outstanding) == [400, 300, 100])
    try club.go(to: "2027-08-01")
    try await club.crm.advance()
    #expect(try await report(club, atEndOf: "2026-05-31") == early)

    // What is recorded late counts by its day, unless it is asked what was known.
    let late = try Club.instant("2026-05-20")
    let known = club.shop.clock.now
    try club.go(to: "2027-08-02")
    try await club.sell(50, to: club.bob, key: "late", at: late)
    #expect(try await report(club, atEndOf: "2026-05-31").outstanding == 850)
    var again = try await report(club, atEndOf: "2026-05-31", knownAt: known)
    #expect(again.knownAt == known)
    again = try await report(club, atEndOf: "2026-05-31", knownAt: known)
    #expect(again.cohorts == early.cohorts && again.flow == early.flow)
  }

  @Test(
    "L09: A month's breakage is told once none of its points are left", arguments: Backend.allCases)
  func breakage(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.sell(10_000, to: club.ada, key: "a")
    try await club.redeem(7_900, key: "r1").get()
    try club.go(to: "2026-06-01")
    try await club.sell(1_000, to: club.bob, key: "b")
    try await club.redeem(620, from: club.bob, key: "r2").get()
    let entry = try await club.crm.write {
      try $0.loyalty.forfeit(150, from: club.bob, because: "given up", key: "f")
    }
    #expect(entry.refusal == nil)
    let report = try await report(club, atEndOf: "2027-02-01")
    #expect(report.cohorts[0].isMatured && report.cohorts[0].expired == 2_100)
    #expect(report.cohorts[0].breakage == Fraction("0.21"))
    #expect(report.cohorts[1].outstanding == 230)
    #expect(!report.cohorts[1].isMatured && report.cohorts[1].breakage == nil)
  }

  @Test(
    "The same expectations hold from the version on that states them", arguments: Backend.allCases)
  func expectations(backend: Backend) async throws {
    let club = try await halfAYear(backend)
    var programme = club.programme
    programme.version = 2
    programme.accounting.expectedRedemption = .percent(90)
    let changed = programme
    try club.go(to: "2026-07-01")
    try await club.crm.write { _ = try $0.loyalty.define(changed) }
    let before = try await report(club, atEndOf: "2026-06-30")
    #expect(try before.recognised == eur("5.96") && before.programmeVersion == 1)
    let after = try await report(club, atEndOf: "2026-07-31")
    // 7.94 × 600 ÷ 900; what was put off stays as it was.
    #expect(try after.recognised == eur("5.29") && after.allocated == before.allocated)
  }

  @Test("A roll-forward adds up, period by period and to the whole", arguments: Backend.allCases)
  func rollForward(backend: Backend) async throws {
    let club = try await halfAYear(backend)
    let (first, last) = (try Club.day("2026-01-01"), try Club.day("2027-12-31"))
    let periods = try await club.crm.read {
      try $0.loyalty.rollForward(of: "club", from: first, through: last, by: .quarter)
    }
    #expect(periods.count == 8 && periods.allSatisfy(\.addsUp))
    #expect(periods[0].flow.issued == 1_500 && periods[0].flow.redeemed == 600)
    #expect(periods[1].flow.clawed == 200 && periods[1].flow.adjusted == 100)
    #expect(periods[0].recognised == (try eur("5.96")))
    #expect(periods[1].refunded == (try eur("1.59")))
    #expect(periods[3].closing == (try eur("6.74")))
    #expect(try periods[4].flow.expired == 700 && periods[4].recognised == eur("4.36"))
    // The goodwill lasts for ever.
    #expect(periods[7].closing == .zero(.eur) && periods[7].flow.closing == 100)
    for (before, after) in zip(periods, periods.dropFirst()) {
      #expect(before.closing == after.opening && before.flow.closing == after.flow.opening)
    }
  }
}

@Suite("Parts of prices put off for points")
struct PricesOfPointsTests {
  @Test(
    "L03: An order that earns puts a part of its price off with the lot",
    arguments: Backend.allCases)
  func earned(backend: Backend) async throws {
    let club = try await Club(backend) { $0.accounting.expectedRedemption = .percent(80) }
    let entry = try await club.crm.write { tx in
      try tx.loyalty.earn(
        .order("1", [EarnLine(Money("1000.00", .eur))]), for: club.ada, key: "1"
      ).get()
    }
    #expect(entry.openings.map(\.price) == [try Money("7.94", .eur)])
    let report = try await club.crm.read { try $0.loyalty.liability(of: "club") }
    #expect(report.deferred == (try Money("7.94", .eur)))
    #expect(report.provision == .zero(.eur) && report.isTiedOut)
    let why = try await club.crm.read { try $0.loyalty.explanation(of: entry.id) }
    #expect(why.points == 1_000)
    #expect(
      why.text == "Earned 1000 points for 1 by version 1 of “club”, of 1000.00 EUR that counted.")
  }

  @Test("Tax, gift cards and what points paid are no part of the price")
  func price() throws {
    func eur(_ text: String) throws -> Money { try Money(text, .eur) }
    let lines = [
      EarnLine(try eur("119.00"), tax: try eur("19.00")),
      EarnLine(try eur("5.00"), kind: .shipping), EarnLine(try eur("50.00"), kind: .giftCard),
    ]
    let order = EarnRequest.order("1", lines, paidWithPoints: try eur("20.00"))
    #expect(try order.price(in: .eur, at: nil) == eur("85.00"))
    #expect(try order.price(in: .usd, at: Fraction("1.1")) == Money("93.50", .usd))
    #expect(try order.price(in: .usd, at: nil) == nil)
    #expect(try EarnRequest.activity("review").price(in: .eur, at: nil) == nil)
  }

  @Test(
    "S07: What earned 14 points is told rule by rule, when the rule is long gone",
    arguments: Backend.allCases)
  func explained(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.rules.append(EarningRule("weekend", .multiplier(Fraction(3, over: 2) ?? .one)))
    }
    let entry = try await club.crm.write { tx in
      try tx.loyalty.earn(
        .order("1", [EarnLine(Money("9.99", .eur))]), for: club.ada, key: "1"
      ).get()
    }
    var bare = club.programme
    bare.version = 2
    bare.rules = [try EarningRule("none", .steps(1, per: Money("99.00", .eur)))]
    let changed = bare
    let why = try await club.crm.write { tx in
      try tx.loyalty.define(changed)
      return try tx.loyalty.explanation(of: entry.id)
    }
    #expect(why.points == 14 && why.parts.map(\.points) == [9, 5])
    #expect(
      why.text == "Earned 14 points for 1 by version 1 of “club”, of 9.99 EUR that counted; "
        + "14.985 exactly, rounded down: 0.985 dropped.")
    #expect(
      why.parts.map(\.text) == [
        "rule “spend”: 1 for each 1 of 9.99 EUR, 9.99 exactly",
        "rule “weekend”, a multiplier: × 1.5, 4.995 exactly",
      ])
  }
}
