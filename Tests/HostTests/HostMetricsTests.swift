import CRMKit
import CRMTesting
import Testing

@Suite("A host's own figures")
struct HostMetricsTests {
  /// How many badges a customer has: each counts when it is awarded, and is read again when it
  /// fades.
  private let badges = Metric(
    "badges",
    contributions: [
      Metric.Contribution(to: BadgeAwarded.self) { badge, _ in
        guard let customer = badge.recorded.customer else { return [] }
        return [.counting(customer, at: badge.recorded.occurredAt)]
      },
      Metric.Contribution(to: BadgeFaded.self) { badge, _ in
        badge.recorded.customer.map { [.recounting($0)] } ?? []
      },
    ]
  ) { customer, tx in
    try tx.records(of: Badge.self).all(where: { $0.customer == customer }).map {
      MetricEntry(at: $0.awardedAt)
    }
  }

  private var capabilities: [any Capability] {
    CRM.standardCapabilities.replacing(Metrics(custom: [badges])) + [Badges()]
  }

  @Test("They are kept as events come, and made of the records again", arguments: Backend.allCases)
  func kept(backend: Backend) async throws {
    try await withStorage(backend) { storage in
      let clock = TestClock("2026-01-01T00:00:00Z")
      let crm = try await CRM(
        storage: storage, capabilities: capabilities, clock: clock, identifiers: .seeded(1))
      let start = clock.now
      let ada = try await crm.write { try $0.customers.add(.person("Ada")) }
      func figure() async throws -> MetricFigure {
        try await crm.read { try $0.metrics.figure("badges", of: ada.id) }
      }
      #expect(try await figure().count == 1)
      clock.advance(by: .seconds(86_400))
      try await crm.write { tx in
        try tx.operation {
          try tx.badges.award("collector", to: ada.id)
          try tx.badges.award("friend", to: ada.id)
        }
      }
      #expect(try await figure().sum == 3)
      #expect(try await figure().firstAt == start)
      #expect(try await figure().lastAt == start + .seconds(86_400))
      clock.advance(by: .seconds(364 * 86_400))
      try await crm.advance()
      #expect(try await figure().count == 2)
      #expect(try await figure().firstAt == start + .seconds(86_400))
      #expect(try await crm.verify().problems == [])

      try await storage.write { store in
        let row = try #require(try store.rows(Query<MetricFigure>()).first)
        var changed = row.row
        changed.sum = 7
        try store.update(Held(changed), from: row)
      }
      let problem = try #require(try await crm.verify().problems.first)
      #expect(problem.message.contains("“badges”"))
      #expect(problem.field == "sum" && problem.identifier == "customer \(ada.id)")
    }
  }

  @Test("Added to a store in use they begin with its records", arguments: Backend.allCases)
  func added(backend: Backend) async throws {
    try await withStorage(backend) { storage in
      let first = try await CRM(
        storage: storage, capabilities: CRM.standardCapabilities + [Badges()])
      let ada = try await first.write { try $0.customers.add(.person("Ada")) }
      await first.close()
      let crm = try await CRM(storage: storage, capabilities: capabilities)
      #expect(try await crm.read { try $0.metrics.figure("badges", of: ada.id).count } == 1)
      try await crm.write { tx in
        try tx.badges.award("friend", to: ada.id)
        #expect(try tx.metrics.figure("badges", of: ada.id).count == 2)
      }
      let error = await #expect(throws: CRMError.self) {
        try await crm.read { _ = try $0.metrics.figure("badgs", of: ada.id) }
      }
      #expect(error?.issues.first?.problem.contains("“badges”") == true)
      await crm.close()
    }
  }
}
