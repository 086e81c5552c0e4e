import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

/// What the books say of points that orders earned.
@Suite("What orders put off, in the store")
struct LiabilityCasesTests {
  private func report(_ club: Club, atEndOf day: String) async throws -> LiabilityReport {
    let day = try Club.day(day)
    return try await club.crm.read { try $0.loyalty.liability(of: "club", atEndOf: day) }
  }

  /// What is reckoned with from the second year on is 97 % where it was 95 % before.
  private func revise(_ club: Club) async throws {
    var next = club.programme
    next.version = 2
    next.accounting.expectedRedemption = .percent(97)
    let changed = next
    try await club.crm.write { _ = try $0.loyalty.define(changed) }
  }

  // The standard prints whole currency units: 91,324 / 8,676 / 4,110 / 4,566 / 3,493 / 1,073.
  @Test(
    "L01: An order of 100,000.00 puts off 8,675.80, of which two years earn 4,109.59 and 3,492.92",
    arguments: Backend.allCases)
  func standardsExample(backend: Backend) async throws {
    let (one, ten) = (try Club.euro("1.00"), try Club.euro("10.00"))
    let club = try await Club(backend) {
      $0.points = [PointsTerms("points", worth: .init(1, one))]
      $0.rules = [EarningRule("spend", .proportional(1, per: ten))]
      $0.expiry = ExpiryPolicy(.never)
      $0.accounting.expectedRedemption = .percent(95)
    }
    let sale = try await club.order("1", "100000.00")
    #expect(sale.change(of: club.ada, in: "points") == 10_000)
    #expect(sale.openings.map(\.price) == [try Club.euro("8675.80")])
    try club.go(to: "2026-12-01")
    try await club.redeem(4_500, key: "first").get()
    let first = try await report(club, atEndOf: "2026-12-31")
    let goods = try Club.euro("100000.00") - first.allocated
    #expect(try goods == Club.euro("91324.20") && first.allocated == Club.euro("8675.80"))
    #expect(try first.recognised == Club.euro("4109.59") && first.deferred == Club.euro("4566.21"))
    try club.go(to: "2027-01-01")
    try await revise(club)
    try club.go(to: "2027-12-01")
    try await club.redeem(4_000, key: "second").get()
    let second = try await report(club, atEndOf: "2027-12-31")
    #expect(try second.recognised == Club.euro("7602.51"))
    #expect(try second.deferred == Club.euro("1073.29"))
    #expect(try await report(club, atEndOf: "2026-12-31") == first)
    let (from, through) = (try Club.day("2026-01-01"), try Club.day("2027-12-31"))
    let years = try await club.crm.read {
      try $0.loyalty.rollForward(of: "club", from: from, through: through, by: .year)
    }
    #expect(years.map(\.recognised.decimalText) == ["4109.59", "3492.92"])
    #expect(years.map(\.closing.decimalText) == ["4566.21", "1073.29"])
    #expect(years.allSatisfy { $0.addsUp })
    try await club.check()
  }

  @Test(
    "H09: Points that wait without an end are owed as pending, however late it is asked",
    arguments: Backend.allCases, ExpiryPolicy.ClockStart.allCases)
  func pendingForEver(backend: Backend, start: ExpiryPolicy.ClockStart) async throws {
    let club = try await Club(backend) {
      $0.pending.wait = .onAction("delivered")
      $0.expiry.clockStart = start
    }
    try await club.order("1", "100.00")
    for day in ["2026-04-01", "2036-01-01"] {
      try club.go(to: day)
      try await club.crm.advance()
      let report = try await club.crm.read { try $0.loyalty.liability(of: "club") }
      #expect(report.pending == 100 && report.available == 0 && report.outstanding == 100)
      #expect(report.cohorts.map(\.pending) == [100])
      #expect(report.flow.issued == 100 && report.flow.clawed == 0 && report.isTiedOut)
      #expect(try await club.balance().pending == 100)
    }
    try await club.check()
  }

  @Test(
    "H09: Points that wait 90 days at most are owed up to the ninetieth, and then are not issued",
    arguments: Backend.allCases)
  func pendingTooLong(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.pending.wait = .onAction("delivered", pendingMaxDays: 90)
    }
    try await club.order("1", "100.00")
    let end = try Club.instant("2026-04-01")
    club.shop.clock.set(to: end)
    try await club.crm.advance()
    let (before, after) = try await club.crm.read { tx in
      (
        try tx.loyalty.liability(of: "club", asOf: end - .milliseconds(1)),
        try tx.loyalty.liability(of: "club", asOf: end)
      )
    }
    #expect(before.pending == 100 && before.isTiedOut)
    #expect(after.outstanding == 0 && after.pending == 0 && after.isTiedOut)
    let issued = [before, after].map { report in
      report.accounts.first { $0.account == .issued }?.points
    }
    #expect(issued == [-100, 0])
    let last = try await club.entries().last
    #expect(last?.kind == .cancelPending && last?.occurredAt == end)
    #expect(last?.change(of: .issued, of: nil, in: "points") == 100)
    try await club.check()
  }
}
