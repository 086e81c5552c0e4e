import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

/// Tiers that orders reach, up to the last instant of each term and at the first one after it.
@Suite("Tiers that orders reach in the store")
struct TierCasesTests {
  /// An order that counts as many points as it costs in whole units of money.
  @discardableResult
  private func spend(_ club: Club, _ amount: String, at moment: String) async throws -> LedgerEntry
  {
    try club.go(to: moment)
    return try await club.order(moment, amount)
  }

  /// The tier of the first member up to an instant, and from it on.
  private func tiers(_ club: Club, around moment: String) async throws -> [String?] {
    let end = try Club.instant(moment)
    club.shop.clock.set(to: end - .milliseconds(1))
    let before = try await club.tier()?.tier
    club.shop.clock.set(to: end)
    return [before, try await club.tier()?.tier]
  }

  @Test(
    "T01: Gold is reached by the order that makes 1,000, and kept for its term and no longer",
    arguments: Backend.allCases,
    [
      (.endOfNextPeriod, "2027-12-31", "2027-12-31T23:00:00Z"),
      (.endOfPeriod, "2026-12-31", "2026-12-31T23:00:00Z"),
      (.monthsFromEntry(12), "2027-03-10", "2027-03-10T23:00:00Z"),
    ] as [(TierTerm, String, String)])
  func terms(backend: Backend, term: (kind: TierTerm, last: String, end: String)) async throws {
    let club = try await Club(backend) { $0.tierGroups = [.ladder(term: term.kind)] }
    try await spend(club, "999.00", at: "2026-02-01T10:00:00Z")
    #expect(try await club.tier()?.tier == "Silver")
    let order = try await spend(club, "1.00", at: "2026-03-10T10:00:00Z")
    let tier = try #require(try await club.tier())
    #expect(tier.tier == "Gold" && tier.cause == order.id)
    #expect(tier.since == Instant("2026-03-10T10:00:00Z"))
    #expect(tier.lastDay == CalendarDate(term.last))
    #expect(try await tiers(club, around: term.end) == ["Gold", "Silver"])
    try await club.crm.advance()
    #expect(try await club.history().map(\.to) == ["Silver", "Gold", "Silver"])
    #expect(try await club.history().last?.at == Instant(term.end))
    try await club.check()
  }

  @Test(
    "T02: What the next year brought decides at its end, a step down or as far as it goes",
    arguments: Backend.allCases,
    [
      (.oneStep, "1000.00", "700.00", "Gold", "Silver"),
      (.toComputed, "1000.00", "700.00", "Gold", "Silver"),
      (.oneStep, "1000.00", nil, "Gold", "Silver"),
      (.toComputed, "1000.00", nil, "Gold", "Bronze"),
      (.oneStep, "5000.00", nil, "Platinum", "Gold"),
    ] as [(TierDowngrade, String, String?, String, String)])
  func downgrades(
    backend: Backend,
    fall: (how: TierDowngrade, first: String, second: String?, from: String, to: String)
  ) async throws {
    let club = try await Club(backend) {
      $0.tierGroups = [.ladder()]
      $0.tierGroups[0].downgrade = fall.how
    }
    try await spend(club, fall.first, at: "2026-03-10T10:00:00Z")
    if let second = fall.second { try await spend(club, second, at: "2027-05-01T10:00:00Z") }
    #expect(try await tiers(club, around: "2027-12-31T23:00:00Z") == [fall.from, fall.to])
    try await club.crm.advance()
    #expect(try await club.history().map(\.to) == [fall.from, fall.to])
    try await club.check()
  }

  @Test(
    "T12: With a term of months, Gold of a window of twelve outlasts what has left the window",
    arguments: Backend.allCases)
  func monthsFromEntry(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.tierGroups = [.ladder(period: .rolling(months: 12), term: .monthsFromEntry(12))]
    }
    try await spend(club, "600.00", at: "2026-02-15T10:00:00Z")
    try await spend(club, "500.00", at: "2026-06-20T10:00:00Z")
    #expect(try await club.tier()?.lastDay == CalendarDate("2027-06-20"))
    #expect(try await tiers(club, around: "2027-02-15T23:00:00Z") == ["Gold", "Gold"])
    #expect(try await tiers(club, around: "2027-06-20T22:00:00Z") == ["Gold", "Silver"])
    try await club.check()
  }

  @Test(
    "T14: Looking at all again gives each the same tier whoever comes first, and tells it once",
    arguments: Backend.allCases, [false, true])
  func anyOrder(backend: Backend, isReversed: Bool) async throws {
    let opened = try await Club(backend, members: 4) { $0.tierGroups = [.ladder()] }
    let club = isReversed ? opened.reversed() : opened
    for (member, amount) in zip(club.members, ["850.00", "1000.00", "700.00", "900.00"]) {
      try await club.order(amount, amount, by: member)
    }
    var lowered = club.programme
    lowered.version = 2
    lowered.tierGroups[0].tiers[2] = Tier("Gold", from: .points(800))
    let changed = lowered
    try club.go(to: "2026-07-01")
    try await club.crm.write { _ = try $0.loyalty.define(changed) }
    func told() async throws -> Int {
      try await club.shop.events().filter { $0.type == TierChanged.name }.count
    }
    #expect(try await told() == 4)
    for moved in [2, 0] {
      let count = try await club.crm.write { try $0.loyalty.reevaluateTiers(in: "club") }
      #expect(count == moved)
      var tiers: [String?] = []
      for member in club.members { tiers.append(try await club.tier(of: member)?.tier) }
      #expect(tiers == ["Gold", "Gold", "Silver", "Gold"])
      #expect(try await told() == 6)
    }
    try await club.check()
  }
}
