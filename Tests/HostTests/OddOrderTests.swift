import CRMKit
import CRMTesting
import Testing

/// What is told late, corrected, taken back or undone, in whatever order.
@Suite("Facts that come in odd orders")
struct OddOrderTests {
  private struct Desk {
    let crm: CRM
    let clock: TestClock
    let ada: Customer.ID
    let tea: CatalogueItem.ID

    init(_ storage: any Storage, _ start: StaticString = "2026-03-01T12:00:00Z") async throws {
      clock = TestClock(start)
      crm = try await CRM(storage: storage, clock: clock, identifiers: .seeded(8))
      (ada, tea) = try await crm.write { tx in
        (
          try tx.customers.add(.person("Ada")).id,
          try tx.catalogue.add(sku: "TEA", name: "Tea").id
        )
      }
    }

    func days(_ count: Int) -> Duration { .seconds(count * 86_400) }

    func order(
      _ tx: Transaction, _ number: String, _ amounts: [Money], at instant: Instant? = nil,
      discount: Portion? = nil, tax: Portion? = nil
    ) throws -> Order {
      try tx.orders.place(
        NewOrder(
          number: number, customer: ada, lines: amounts.map { .init(tea, amount: $0) },
          discount: discount, tax: tax, placedAt: instant))
    }
  }

  private static let contacts = LifecycleModel(
    "contacts",
    stages: [
      LifecycleStage("new", weight: 10, .open), LifecycleStage("known", weight: 20, .open),
      LifecycleStage("close", weight: 30, .active), LifecycleStage("quiet", weight: 40, .atRisk),
    ],
    initial: "new",
    rules: [
      LifecycleRule(
        "was met", from: ["new"], to: "known", priority: 10,
        when: .atLeast(1, .inboundContacts) && .fewer(than: 3, .inboundContacts)),
      LifecycleRule(
        "turns to the firm", from: ["new", "known"], to: "close", priority: 10,
        when: .atLeast(3, .inboundContacts)),
      LifecycleRule(
        "is quiet", from: ["new", "known", "close"], to: "quiet",
        when: .passed(.days(5), since: .lastInbound)),
      LifecycleRule(
        "is heard again", from: ["quiet"], to: .furthest,
        when: .happened(.lastInbound) && !.passed(.days(5), since: .lastInbound)),
    ])

  @Test(
    "A contact that is corrected, taken off or deleted moves what time will do",
    arguments: Backend.allCases)
  func corrected(backend: Backend) async throws {
    try await withStorage(backend) { storage in
      let desk = try await Desk(storage)
      let (clock, ada) = (desk.clock, desk.ada)
      let start = clock.now
      try await desk.crm.write { tx in
        try tx.lifecycle.define(Self.contacts)
        let ben = try tx.customers.add(.person("Ben")).id
        func stage(_ customer: Customer.ID) throws -> String? {
          try tx.lifecycle.position(of: customer, in: "contacts")?.stage
        }
        func due(_ customer: Customer.ID) throws -> Instant? {
          try tx.lifecycle.position(of: customer, in: "contacts")?.forecast.first?.at
        }
        func mail(_ day: Int) -> NewInteraction {
          NewInteraction(
            with: ada, and: [ben], through: .email, .inbound, subject: "Hello",
            occurredAt: start - desk.days(day))
        }
        let first = try tx.interactions.record(mail(3))
        var second = try tx.interactions.record(mail(1))
        #expect(try stage(ada) == "known" && stage(ben) == "known")
        #expect(try due(ada) == start + desk.days(4) && due(ben) == start + desk.days(4))
        // Corrected, it was earlier.
        second.occurredAt = start - desk.days(2)
        second = try tx.interactions.update(second)
        #expect(try due(ada) == start + desk.days(3) && due(ben) == start + desk.days(3))
        try tx.interactions.unlink(second.id, from: ben)
        #expect(try due(ada) == start + desk.days(3))
        #expect(try due(ben) == start + desk.days(2))
        // Who is named later is seen to at once.
        try tx.interactions.link(second.id, to: ben)
        #expect(try due(ben) == start + desk.days(3))
        let cy = try tx.customers.add(.person("Cy")).id
        try tx.interactions.link(second.id, to: cy)
        #expect(try stage(cy) == "known" && due(cy) == start + desk.days(3))
        try tx.interactions.unlink(second.id, from: cy)
        try tx.interactions.unlink(second.id, from: ben)
        try tx.interactions.delete(second.id)
        #expect(try due(ada) == start + desk.days(2))
        try tx.interactions.delete(first.id)
        #expect(try due(ada) == nil && due(ben) == nil)
        #expect(try stage(ada) == "known", "Nobody climbs down")
        try tx.interactions.record(mail(6))
        #expect(try stage(ada) == "quiet" && stage(ben) == "quiet")
        try tx.interactions.record(mail(4))
        #expect(try stage(ada) == "known")
        try tx.interactions.record(mail(0))
        #expect(try stage(ada) == "close")
        let moves = try tx.lifecycle.history(of: ada, in: "contacts")
        #expect(moves.map(\.to) == ["new", "known", "quiet", "known", "close"])
        #expect(moves.allSatisfy { !$0.reason.isEmpty && ($0.rule == nil) == ($0.cause != .rule) })
      }
      #expect(try await desk.crm.verify().problems == [])
      await desk.crm.close()
    }
  }

  @Test(
    "Units that are called off, come back and are refunded in any order come to the order's total",
    arguments: Backend.allCases,
    [("100.00", Currency.eur), ("100", .jpy), ("100.001", .kwd)])
  func refunds(backend: Backend, price: (amount: String, currency: Currency)) async throws {
    try await withStorage(backend) { storage in
      let desk = try await Desk(storage)
      let amount = try Money(price.amount, price.currency)
      try await desk.crm.write { tx in
        let order = try tx.orders.place(
          NewOrder(
            number: "1", customer: desk.ada,
            lines: [
              .init(desk.tea, quantity: 7, amount: amount),
              .init(desk.tea, amount: .zero(price.currency)),
              .init(desk.tea, quantity: 3, amount: try amount.proportion(1, of: 3)),
            ],
            discount: .rate(.percent(33)), tax: .rate(.basisPoints(775))))
        let lines = try tx.orders.lines(of: order.id)
        var sum = Money.zero(price.currency)
        for line in lines { sum = try sum + line.total }
        #expect(sum == order.total && lines[1].total.minorUnits == 0)
        try tx.orders.pay(order.id, order.total, reference: "p1")
        // Money back first, goods later; more than the goods are worth never.
        let early = try order.total.proportion(1, of: 10)
        try tx.orders.refund(order.id, early, reference: "r1")
        try tx.orders.ship(
          order.id, [.init(line: 1, quantity: 5), .init(line: 3, quantity: 3)], reference: "s1")
        let tooMuch = #expect(throws: CRMError.self) {
          try tx.orders.cancel(
            order.id, [.init(line: 1, quantity: 3), .init(line: 3, quantity: 1)])
        }
        #expect(tooMuch?.issues.map(\.field) == ["lines[0].quantity", "lines[1].quantity"])
        try tx.orders.cancel(order.id, [.init(line: 1, quantity: 2), .init(line: 2, quantity: 1)])
        try tx.orders.deliver(order.id)
        for unit in 1...5 {
          try tx.orders.takeBack(
            order.id, [.init(line: 1, quantity: 1)], reference: "b\(unit)")
        }
        try tx.orders.takeBack(order.id, [.init(line: 3, quantity: 3)], reference: "b6")
        var now = try tx.orders.get(order.id)
        #expect(now.value.minorUnits == 0 && now.status == .returned)
        #expect(now.outstanding == (try early - order.total))
        let above = #expect(throws: CRMError.self) {
          try tx.orders.refund(
            order.id, try order.total - early + Money(minorUnits: 1, price.currency),
            reference: "r2")
        }
        #expect(above?.issues.map(\.field) == ["amount"])
        try tx.orders.refund(order.id, try order.total - early, reference: "r2")
        now = try tx.orders.get(order.id)
        #expect(now.outstanding.minorUnits == 0 && now.refunded == order.total)
        let purchases = try #require(try tx.metrics.purchases(of: desk.ada).first)
        #expect(purchases.revenue.minorUnits == 0 && purchases.refunded == order.total)
      }
      #expect(try await desk.crm.verify().problems == [])
      await desk.crm.close()
    }
  }

  @Test(
    "Edits are one for less than ten minutes from the first, and each record's for itself",
    arguments: Backend.allCases)
  func coalesced(backend: Backend) async throws {
    try await withStorage(backend) { storage in
      let desk = try await Desk(storage)
      let kim = desk.crm.acting(as: .staff("kim"))
      let ben = try await desk.crm.write { try $0.customers.add(.person("Ben")).id }
      desk.clock.advance(by: desk.days(1))
      let start = desk.clock.now
      func edit(_ text: String, _ milliseconds: Int64) async throws {
        desk.clock.set(to: start + .milliseconds(milliseconds))
        try await kim.write { tx in
          for id in [desk.ada, ben] {
            var file = try tx.customers.get(id)
            file.background = text
            try tx.customers.update(file)
          }
        }
      }
      try await edit("a", 0)
      try await edit("b", 300_000)
      try await edit("c", 599_999)
      try await edit("d", 600_000)
      try await edit("e", 1_199_999)
      try await edit("f", 1_200_000)
      try await kim.read { tx in
        for id in [desk.ada, ben] {
          let entries = try tx.timeline.entries(of: id).items.filter {
            $0.type == "customers.updated"
          }
          #expect(entries.map(\.continuations.count) == [0, 1, 2])
          #expect(
            entries.map(\.occurredAt) == [1_200_000, 600_000, 0].map { start + .milliseconds($0) })
          #expect(entries.flatMap(\.changes).map(\.after) == ["f", "e", "c"].map { .text($0) })
          #expect(try tx.events.history(of: id).count == 7)
        }
      }
      await desk.crm.close()
    }
  }

  @Test(
    "Circles of one, two and five are refused with their path, on days they would be closed",
    arguments: Backend.allCases)
  func circles(backend: Backend) async throws {
    try await withStorage(backend) { storage in
      let desk = try await Desk(storage)
      let june = try #require(CalendarDate("2026-06-30"))
      let july = try #require(CalendarDate("2026-07-01"))
      try await desk.crm.write { tx in
        let firms = try (0..<5).map { try tx.customers.add(.organisation("F\($0)")).id }
        func link(_ from: Int, _ to: Int, _ start: CalendarDate? = nil, _ end: CalendarDate? = nil)
          throws
        {
          try tx.relationships.add(
            NewRelationship(firms[from], .subsidiary, of: firms[to], start: start, end: end))
        }
        let one = #expect(throws: CRMError.self) { try link(0, 0) }
        #expect(one?.issues.map(\.field) == ["to"])
        for index in 0..<4 { try link(index, index + 1, nil, index == 2 ? june : nil) }
        let two = #expect(throws: CRMError.self) { try link(1, 0) }
        #expect(two?.issues.contains { $0.problem.contains("F1 (") } == true)
        let five = #expect(throws: CRMError.self) { try link(4, 0, june) }
        let path = five?.issues.first?.problem ?? ""
        #expect(five?.issues.map(\.field) == ["to"])
        for index in 0..<5 { #expect(path.contains("F\(index) (\(firms[index]))"), "\(path)") }
        // From the day after the third link ends there is no circle.
        try link(4, 0, july)
        #expect(try tx.relationships.count() == 5)
      }
      await desk.crm.close()
    }
  }

  @Test("The same history has the same bytes and is sound on every backend")
  func sameBytes() async throws {
    var exports: [[String]] = []
    for backend in Backend.allCases {
      try await withStorage(backend) { storage in
        let desk = try await Desk(storage)
        let kim = desk.crm.acting(as: .staff("kim"))
        let (ada, clock) = (desk.ada, desk.clock)
        try await kim.write { tx in
          try tx.lifecycle.define(.retail)
          try tx.lifecycle.define(Self.contacts)
          try tx.warnings.define(.standard)
          try tx.standing.define(.standard)
          for day in [0, 30, 60, 90] {
            _ = try desk.order(
              tx, "n\(day)", [try Money("9.99", .eur)], at: clock.now - desk.days(100 - day))
          }
        }
        clock.advance(by: desk.days(45))
        try await desk.crm.advance()
        try await kim.write { tx in
          let warning = try #require(try tx.warnings.standing(of: ada))
          #expect(warning.evidence.contains { $0.signal == "long_gap" })
          try tx.warnings.resolve(warning.id, note: "Was abroad")
          // Late, and before the gap that was warned of: the evidence stays what it was.
          _ = try desk.order(tx, "late", [try Money("5.00", .eur)], at: clock.now - desk.days(80))
          #expect(try tx.warnings.standing(of: ada) == nil)
          let plan = try tx.plans.open(
            NewPlan(for: ada, "Tea again", kind: .winBack, owner: .staff("kim")))
          try tx.interactions.record(
            NewInteraction(
              with: ada, through: .email, .outbound, subject: "We miss you",
              about: [RecordReference(plan.id)]))
        }
        clock.advance(by: desk.days(400))
        try await desk.crm.advance()
        try await kim.write { tx in
          #expect(try tx.lifecycle.position(of: ada, in: "retail")?.stage == "lost")
          let back = try desk.order(tx, "back", [try Money("20.00", .eur)])
          #expect(try tx.lifecycle.position(of: ada, in: "retail")?.stage == "won_back")
          let comeback = try #require(try tx.plans.comebacks(of: ada).items.first)
          #expect(!comeback.isCredited, "The contact was 400 days before")
          try tx.orders.cancel(back.id)
          #expect(try tx.plans.comebacks(of: ada).items.first?.withdrawnAt == tx.now)
        }
        clock.advance(by: desk.days(1))
        try await desk.crm.advance()
        #expect(try await desk.crm.verify().problems == [])
        var lines: [String] = []
        try await desk.crm.export { lines.append(String(decoding: $0, as: UTF8.self)) }
        exports.append(lines)
        await desk.crm.close()
      }
    }
    #expect(exports.count == 3 && exports[0] == exports[1] && exports[1] == exports[2])
  }
}
