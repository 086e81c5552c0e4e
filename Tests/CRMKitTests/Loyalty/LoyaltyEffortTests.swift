import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

/// How many entries of the ledger are looked at, which says how the work grows.
@Suite("What earning looks at")
struct LoyaltyEffortTests {
  /// A member of a club, whose store counts the entries that writes look at.
  private struct Counted {
    let crm: CRM
    let clock = TestClock(Shop.opening)
    let storage = CountingWrites(MemoryStorage(), of: LedgerEntry.schema.name)
    let member: LoyaltyMember.ID

    init(_ change: (inout LoyaltyProgramme) -> Void) async throws {
      var programme = LoyaltyProgramme.standard("club")
      change(&programme)
      let defined = programme
      crm = try await CRM(
        storage: storage, capabilities: [Customers(), Catalogue(), Orders(), Loyalty()],
        clock: clock, identifiers: .seeded(7))
      member = try await crm.write { tx in
        try tx.loyalty.define(defined)
        return try tx.loyalty.enrol(tx.customers.add(.person("Ada")).id, in: "club").id
      }
    }

    /// How many entries orders look at, told of in some order.
    func rows(for orders: [(day: Int, cents: Int64)]) async throws -> Int {
      _ = storage.takeRows()
      for order in orders {
        let member = member
        _ = try await crm.write { tx in
          let line = EarnLine(Money(minorUnits: order.cents, .eur))
          return try tx.loyalty.earn(
            .order("\(order.day)", [line], at: Shop.opening + .seconds(order.day * 3_600)),
            for: member, key: "\(order.day)"
          ).get()
        }
      }
      return storage.takeRows()
    }
  }

  @Test("G08: What counts towards a challenge is added up once, not at each order")
  func challenges() async throws {
    let counted = try await Counted {
      $0.achievements = [
        AchievementTerms("many", goal: .count(1_000), rollbackAfterCompletion: true),
        AchievementTerms("much", goal: .points(1_000_000)),
      ]
    }
    counted.clock.advance(by: .seconds(100 * 86_400))
    let first = try await counted.rows(for: (0..<50).map { ($0, 1_000) })
    let second = try await counted.rows(for: (50..<100).map { ($0, 1_000) })
    #expect(second <= first)
    let known = try await counted.crm.read { try $0.loyalty.progress.all().map(\.totals) }
    #expect(
      known == Array(repeating: TierTotals(points: 1_000, spend: 100_000, count: 100), count: 2))
    #expect(try await counted.crm.verify().isSound)
  }

  @Test("G08: Progress that does not follow from the ledger is named")
  func damagedProgress() async throws {
    let counted = try await Counted {
      $0.achievements = [AchievementTerms("many", goal: .count(1_000))]
    }
    counted.clock.advance(by: .seconds(86_400))
    _ = try await counted.rows(for: [(1, 1_000)])
    try await counted.crm.write { tx in
      var known = try #require(try tx.loyalty.progress.first())
      known.count = 2
      try tx.loyalty.progress.put(known)
    }
    let problems = try await counted.crm.verify().problems
    #expect(problems.map { $0.message.contains("loyalty_progress") } == [true])
  }

  @Test(
    "T10: Orders that come unsorted are counted without going the whole way for each",
    arguments: [TierPeriod.lifetime, .calendarYear, .rolling(months: 12)])
  func unsorted(period: TierPeriod) async throws {
    let counted = try await Counted {
      let term = period == .calendarYear ? TierTerm.endOfNextPeriod : .continuous
      $0.tierGroups = [.ladder(period: period, term: term)]
    }
    counted.clock.advance(by: .seconds(100 * 86_400))
    var numbers = SeededNumbers(3)
    let days = Array(1..<200).shuffled(using: &numbers)
    let rows = try await counted.rows(for: [(0, 60_000)] + days.map { ($0, 200) })
    // Going the whole way for each would be 20,000 rows.
    #expect(rows < 400)
    let standing = try await counted.crm.read { try #require(try $0.loyalty.standings.first()) }
    #expect(standing.points == 998 && standing.tier == "Silver")
    #expect(try await counted.crm.verify().isSound)
    let again = try await counted.crm.write { tx in
      let member = try tx.loyalty.resolve(counted.member)
      try TierReckoning(tx.loyalty, member, "status", .utc).replay(until: standing.asOf)
      return try #require(try tx.loyalty.standings.first())
    }
    #expect(again.state.tier == standing.state.tier && again.points == standing.points)
    #expect(again.enteredAt == standing.enteredAt && again.changes == standing.changes)
  }
}
