import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

/// Tiers when things become known late: what was read once stays what was known then.
@Suite("Tiers known late")
struct TierKnowledgeTests {
  private static let rolling = TierGroup.ladder(period: .rolling(months: 2), term: .continuous)

  @Test(
    "T10: What time had done when something became known late stays what was known then",
    arguments: Backend.allCases, [false, true])
  func late(backend: Backend, advances: Bool) async throws {
    let club = try await Club(backend) { $0.tierGroups = [Self.rolling] }
    try await club.count(600, at: "2026-01-10T10:00:00Z")
    let read = "2026-03-15T10:00:00Z"
    try club.go(to: read)
    if advances { try await club.crm.advance() }
    #expect(try await club.tier()?.tier == "Bronze")
    try club.go(to: "2026-03-20T10:00:00Z")
    try await club.count(700, at: "2026-03-01T10:00:00Z", keepingClock: true)
    #expect(try await club.tier(at: read)?.tier == "Silver")
    #expect(try await club.tier(at: read, knownAt: read)?.tier == "Bronze")
    #expect(try await club.history().map(\.to) == ["Silver", "Gold", "Silver"])
    #expect(try await club.crm.verify().isSound)
    try club.go(to: "2026-07-01")
    try await club.crm.advance()
    #expect(try await club.tier(at: read, knownAt: read)?.tier == "Bronze")
    #expect(
      try await club.history().map(\.to) == ["Silver", "Gold", "Silver", "Bronze"])
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "T05: A tier by balance is known to have risen when time made points spendable",
    arguments: Backend.allCases)
  func pendingBalance(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.pending.wait = .days(14)
      $0.tierGroups = [
        TierGroup(
          "wallet", tiers: [Tier("Basic"), Tier("Silver", from: .points(100))], period: .balance,
          term: .continuous)
      ]
    }
    try await club.order("1", "100.00")
    let read = "2026-01-20T10:00:00Z"
    try club.go(to: read)
    #expect(try await club.tier()?.tier == "Silver")
    try club.go(to: "2026-02-01")
    try await club.crm.advance()
    #expect(try await club.tier(at: read, knownAt: read)?.tier == "Silver")
  }

  @Test(
    "T14: As known on a day, a tier is what was read on that day, in groups of any kind",
    arguments: UInt64(1)...12)
  func everyDay(seed: UInt64) async throws {
    var numbers = SeededNumbers(seed)
    let group = TierGroup.ladder(
      period: [.calendar(.quarter), .membershipYear, .rolling(months: 2), .lifetime]
        .randomElement(using: &numbers) ?? .lifetime,
      term: .monthsFromEntry(Int.random(in: 1...3, using: &numbers)))
    var changed = group
    if group.period != .lifetime, numbers.next() % 2 == 0 { changed.term = .continuous }
    changed.onRefund = TierRefund.allCases.randomElement(using: &numbers) ?? .revokeIfCause
    changed.graceDays = numbers.next() % 3 == 0 ? 10 : 0
    changed.downgrade = TierDowngrade.allCases.randomElement(using: &numbers) ?? .oneStep
    let groups = [changed]
    let club = try await Club(.memory) { $0.tierGroups = groups }
    let start = try Club.instant("2026-01-01")
    var earned: [LedgerEntry] = []
    var reads: [(at: Instant, tier: String?)] = []
    for day in 1...150 {
      let now = start + .seconds(day * 86_400)
      club.shop.clock.set(to: now)
      if numbers.next() % 4 == 0 {
        let late = numbers.next() % 2 == 0 ? Int.random(in: 0..<min(day, 40), using: &numbers) : 0
        let at = (now - .seconds(late * 86_400)).description
        if let last = earned.last, numbers.next() % 4 == 0 {
          try await club.count(
            -last.qualifyingPoints, at: now.description, of: last.occurredAt.description,
            cause: last.id)
          earned.removeLast()
        } else {
          earned.append(
            try await club.count(
              Int64.random(in: 50...500, using: &numbers), at: at, keepingClock: true))
        }
      }
      if numbers.next() % 10 == 0 { try await club.crm.advance() }
      reads.append((now, try await club.tier()?.tier))
      if let past = reads.randomElement(using: &numbers) {
        let text = past.at.description
        #expect(try await club.tier(at: text, knownAt: text)?.tier == past.tier, "day \(day)")
      }
    }
    for past in reads {
      let text = past.at.description
      #expect(try await club.tier(at: text, knownAt: text)?.tier == past.tier)
    }
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "T04: What turns out never to have been lost is not rewarded again", arguments: Backend.allCases
  )
  func rewards(backend: Backend) async throws {
    let club = try await Club(backend) {
      var group = Self.rolling
      group.tiers.removeLast(2)
      group.tiers[1].entryReward = 20
      $0.tierGroups = [group]
    }
    try await club.count(600, at: "2026-11-10T10:00:00Z")
    try club.go(to: "2027-02-01")
    try await club.crm.advance()
    try await club.count(600, at: "2027-01-05T10:00:00Z", keepingClock: true)
    #expect(try await club.available() == 20)
    #expect(try await club.history().map(\.to) == ["Silver"])
  }
}
