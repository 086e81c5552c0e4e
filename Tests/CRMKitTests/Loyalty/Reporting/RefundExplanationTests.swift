import CRMKit
import Testing

@testable import CRMKit

/// What a refund took and gave back, in words and in numbers that add up.
@Suite("How refunds came about")
struct RefundExplanationTests {
  private func why(_ entry: LedgerEntry, _ club: Club) async throws -> PointsExplanation {
    let why = try await club.crm.read { try $0.loyalty.explanation(of: entry.id) }
    #expect(why.points == entry.change(of: entry.member, in: "points"))
    #expect(why.parts.reduce(0) { $0 + $1.points } == why.points)
    return why
  }

  @Test(
    "R01: What became of points that were not there is told by the policy that decided it",
    arguments: Backend.allCases,
    [
      (.allowNegative, -40, "taken of those there 30; owed by the member from then on 10"),
      (.clampAndWriteOff, -30, "taken of those there 30; written off, which the firm bears, 10"),
      (.pendingOnly, 0, "let go, as only points that still wait are taken, 40"),
      (.withholdFromRefund, -30, "taken of those there 30; paid for by money kept back 10"),
    ] as [(ClawbackTerms.Shortfall, Int64, String)])
  func shortfalls(
    backend: Backend, policy: (shortfall: ClawbackTerms.Shortfall, points: Int64, text: String)
  ) async throws {
    let club = try await Club(backend) { $0.clawback.shortfall = policy.shortfall }
    try await club.order("O1", "100.00")
    try await club.redeem(70, key: "r").get()
    let entry = try await club.refund(.amount(try Club.euro("40.00")), of: "O1").get()
    let why = try await why(entry, club)
    #expect(why.points == policy.points)
    #expect(
      why.text == "Refunded 40.00 EUR for O1: \(policy.points) points; "
        + "what is left had to have what the rules require.")
    #expect(why.notes.contains("Of 40 to be taken back: \(policy.text)."))
    #expect(
      why.notes.contains("Earned 100 points; due for what is left (60.00 EUR) 60; wanted back 40."))
    #expect(why.notes.contains("What is left earns 60 by rule “spend”: 1 for each 1 of 60.00 EUR."))
    let isKept = policy.shortfall == .withholdFromRefund
    #expect(
      why.notes.contains("Of 40.00 EUR go back: \(isKept ? "39.90" : "40.00") EUR as money."))
    #expect(
      why.notes.contains(
        "0.10 EUR of the money is kept back for points that were not there any more.")
        == isKept)
    #expect(
      why.notes.contains {
        $0.hasPrefix("It takes back from entry 1 of 2026-01-01 (earned for O1)")
      })
  }

  @Test(
    "R15: It is told whether what is left was looked at again, when the rules are long others",
    arguments: Backend.allCases,
    [
      (.reevaluate, -50, "what is left had to have what the rules require", 0),
      (.keepEligibility, -25, "what the rules require was met once and stays met", 25),
    ] as [(RefundTerms.Eligibility, Int64, String, Int64)])
  func eligibility(
    backend: Backend,
    policy: (terms: RefundTerms.Eligibility, points: Int64, text: String, due: Int64)
  ) async throws {
    let club = try await Club(backend) {
      $0.refund.eligibility = policy.terms
      $0.rules[0].requires.units = 2
    }
    try await club.order("1", "50.00", quantity: 2)
    let part = RefundedPart.units([.init(line: 1, quantity: 1)])
    let entry = try await club.refund(part, of: "1").get()
    let told = try await why(entry, club)
    #expect(told.text == "Refunded 25.00 EUR for 1: \(policy.points) points; \(policy.text).")
    #expect(
      told.notes.contains(
        "Earned 50 points; due for what is left (25.00 EUR) \(policy.due); "
          + "wanted back \(0 - policy.points)."))
    var other = club.programme
    other.version = 2
    other.refund.eligibility = policy.terms == .reevaluate ? .keepEligibility : .reevaluate
    other.clawback.shortfall = .clampAndWriteOff
    other.rules = []
    let changed = other
    try await club.crm.write { try $0.loyalty.define(changed) }
    #expect(try await why(entry, club) == told)
    // Where nothing is left there is nothing to look at.
    let rest = try await why(try await club.refund(.all, of: "1", "2").get(), club)
    #expect(rest.text == "Refunded 25.00 EUR for 1: \(0 - policy.due) points.")
  }

  @Test("R03: What refunds before wanted is told", arguments: Backend.allCases)
  func earlier(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.order("1", "100.00")
    try await club.refunded("10.00", of: "1", "1")
    let entry = try await club.refund(.amount(try Club.euro("30.00")), of: "1", "2").get()
    let notes = try await why(entry, club).notes
    #expect(
      notes.contains(
        "Earned 100 points; wanted back by refunds before 10; due for what is left (60.00 EUR) 60; "
          + "wanted back 30."))
    #expect(notes.contains("Of 30 to be taken back: taken of those there 30."))
  }

  @Test("R09: What nobody had anything of is told", arguments: Backend.allCases)
  func lost(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.order("1", "100.00")
    try await club.redeem(60, key: "r").get()
    try club.go(to: "2027-01-05")
    let entry = try await club.refund(.all, of: "1").get()
    let why = try await why(entry, club)
    #expect(why.parts == [.init(points: -60, text: "taken back, beyond what was left")])
    #expect(
      why.notes.contains(
        "Ended or given up, so that nobody had anything of them, 40; enjoyed and to be taken back 60."
      ))
    #expect(why.notes.contains("Of 60 to be taken back: owed by the member from then on 60."))
  }

  @Test(
    "R02: Points that came back count as often as they are back", arguments: Backend.allCases)
  func restoredTwice(backend: Backend) async throws {
    let club = try await Club(backend)
    let ada = club.ada
    try await club.give(2_000, key: "g")
    let order = try await club.order("9", "100.00")
    try await club.crm.write { tx in
      _ = try tx.loyalty.redeem(
        2_000, from: ada, key: "p", reference: "9", paying: try Club.euro("100.00")
      ).get()
    }
    func restored() async throws -> [LedgerEntry] {
      try await club.entries().filter { $0.kind == .refund && $0.cause != order.id }
    }
    try await club.refunded("40.00", of: "9", "1")
    for entry in try await club.entries() where entry.kind == .refund {
      try await club.crm.write { _ = try $0.loyalty.reverse(entry.id, key: "\(entry.id)").get() }
    }
    try await club.refunded("40.00", of: "9", "2")
    let entries = try await restored()
    #expect(entries.count == 2)
    for entry in entries {
      let notes = try await why(entry, club).notes
      #expect(
        notes.contains("Of 2000 points 800 came back with it, 800 in all by then."), "\(notes)")
    }
    try await club.refunded("10.00", of: "9", "3")
    let notes = try await why(try #require(try await restored().last), club).notes
    #expect(notes.contains("Of 2000 points 200 came back with it, 1000 in all by then."))
  }

  @Test(
    "R02: How money and points split is told, and which points came back with which end",
    arguments: Backend.allCases)
  func split(backend: Backend) async throws {
    let club = try await Club(backend)
    let ada = club.ada
    try await club.give(1_500, until: "2026-12-31", key: "a")
    try await club.give(500, until: "2027-03-31", key: "b")
    let paid = try await club.crm.write {
      try $0.loyalty.redeem(2_000, from: ada, key: "pay", reference: "O2").get()
    }
    try await club.order("O2", "100.00", paidWithPoints: "20.00")
    let entry = try await club.refund(.amount(try Club.euro("40.00")), of: "O2").get()
    let taken = try await why(entry, club)
    #expect(
      taken.notes.contains(
        "Of 40.00 EUR go back: 32.00 EUR as money, 8.00 EUR to the points that paid."))
    let proportion = "Points that paid come back in proportion to what is refunded."
    #expect(taken.notes.contains(proportion))
    let back = try #require(try await club.entries().last { $0.cause == paid.id })
    let given = try await why(back, club)
    #expect(given.text == "Given back of what had paid for O2: 800 points.")
    #expect(
      given.parts == [
        .init(
          points: 500, text: "given back, of those earned on 2026-01-01, with the end they had"),
        .init(
          points: 300, text: "given back, of those earned on 2026-01-01, with the end they had"),
      ])
    #expect(
      given.notes == [
        "They had paid by entry \(paid.sequence) of 2026-01-01 (redeemed for O2).",
        "Of 2000 points 800 came back with it, 800 in all by then.", proportion,
      ])
    // Those that had ended are back for a bounded time.
    try club.go(to: "2027-02-01")
    try await club.refund(.all, of: "O2", "2").get()
    let rest = try #require(try await club.entries().last { $0.cause == paid.id })
    let told = try await why(rest, club)
    #expect(told.notes.contains("Of 2000 points 1200 came back with it, 2000 in all by then."))
    #expect(
      told.parts.map(\.text) == [
        "given back, of those earned on 2026-01-01, which had ended: through 2027-03-03 from now on"
      ])
  }

  @Test(
    "R07, C03: That it waited for its order, and which cap has room again, is told",
    arguments: Backend.allCases)
  func waiting(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.refund.unknownOrder = .park(days: 7)
      $0.cap.refundFreesSpace = true
      $0.rules[0].caps = [.points(500, per: .day)]
    }
    let result = try await club.refund(.amount(try Club.euro("40.00")), of: "9")
    #expect(result.isParked)
    try club.go(to: "2026-01-03")
    try await club.order("9", "100.00")
    let entry = try #require(try await club.entries().last)
    let told = try await why(entry, club)
    #expect(told.points == -40)
    #expect(told.notes.contains("It had waited for its order since 2026-01-01."))
    #expect(told.notes.contains("The cap “daily” has room for 40 again."))
  }

  @Test("R02: Points that do not come back are told of as well", arguments: Backend.allCases)
  func never(backend: Backend) async throws {
    let club = try await Club(backend) { $0.refund.pointsPaid = .never }
    let ada = club.ada
    try await club.give(2_000, key: "a")
    try await club.crm.write {
      _ = try $0.loyalty.redeem(2_000, from: ada, key: "pay", reference: "O2").get()
    }
    try await club.order("O2", "100.00", paidWithPoints: "20.00")
    let entry = try await club.refund(.amount(try Club.euro("40.00")), of: "O2").get()
    let notes = try await why(entry, club).notes
    #expect(notes.contains("Of 40.00 EUR go back: 32.00 EUR as money."))
    #expect(notes.contains("Points that paid do not come back."))
  }
}
