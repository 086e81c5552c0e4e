import CRMKit
import Testing

@testable import CRMKit

/// Which version of a programme decides what of a refund: that under which the order earned decides
/// what is due and what goes back, that in force at the refund what becomes of points that are not
/// there.
@Suite("Refunds across versions of a programme")
struct RefundVersionsTests {
  private func define(in club: Club, _ change: (inout LoyaltyProgramme) throws -> Void) async throws
  {
    var next = club.programme
    next.version = 2
    try change(&next)
    let changed = next
    try await club.crm.write { try $0.loyalty.define(changed) }
  }

  @Test(
    "R15: Eligibility and what goes back to points are those of the version that the order earned by",
    arguments: Backend.allCases, [false, true])
  func ofTheEarning(backend: Backend, isKept: Bool) async throws {
    let (then, now) =
      isKept
      ? (RefundTerms.Eligibility.keepEligibility, RefundTerms.Eligibility.reevaluate)
      : (.reevaluate, .keepEligibility)
    let club = try await Club(backend) {
      $0.refund.eligibility = then
      $0.refund.pointsPaid = .proRata
      $0.rules[0].requires.units = 2
    }
    let ada = club.ada
    try await club.give(2_000, key: "g")
    try await club.crm.write {
      _ = try $0.loyalty.redeem(2_000, from: ada, key: "pay", reference: "1").get()
    }
    try await club.order("1", "100.00", paidWithPoints: "20.00", quantity: 2)
    try club.go(to: "2026-02-01")
    try await define(in: club) {
      $0.refund.eligibility = now
      $0.refund.pointsPaid = .never
      $0.rules = []
    }
    let outcome = try await club.refund(.units([.init(line: 1, quantity: 1)]), of: "1").outcome()
    #expect(outcome.eligibility == then && outcome.pointsPaid == .proRata)
    #expect(outcome.claw() == (isKept ? 40 : 80))
    #expect(try outcome.points == Club.euro("10.00"))
    let entry = try #require(try await club.entries().last { try $0.refund() != nil })
    let why = try await club.crm.read { try $0.loyalty.explanation(of: entry.id) }
    let words =
      isKept
      ? "what the rules require was met once and stays met"
      : "what is left had to have what the rules require"
    #expect(why.text.hasSuffix("; \(words)."))
    try await club.check()
  }

  @Test(
    "R01: What becomes of points that are not there is as the version in force at the refund says",
    arguments: Backend.allCases)
  func ofTheRefund(backend: Backend) async throws {
    for isBefore in [false, true] {
      let club = try await Club(backend) { $0.clawback.shortfall = .allowNegative }
      try await club.order("1", "100.00")
      try await club.redeem(70, key: "r").get()
      try club.go(to: "2026-02-01")
      try await define(in: club) { $0.clawback.shortfall = .clampAndWriteOff }
      try club.go(to: "2026-02-10")
      // Told late, it happened while the first version was in force.
      let at = isBefore ? try Club.instant("2026-01-20") : nil
      let outcome = try await club.refund(
        .amount(try Club.euro("40.00")), of: "1", at: at
      ).outcome()
      #expect(outcome.shortfall == (isBefore ? .allowNegative : .clampAndWriteOff))
      #expect(outcome.claw() == 40)
      #expect(try await club.available() == (isBefore ? -10 : 0))
      try await club.check()
    }
  }
}
