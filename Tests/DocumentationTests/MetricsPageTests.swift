import CRMKit
import CRMTesting
import Testing

/// The code of Documentation/Metrics.md, run.
@Suite("The page on figures")
struct MetricsPageTests {
  private static let page = "Documentation/Metrics.md"

  @Test("Documentation/Metrics.md")
  func metrics() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let delays = Metric(
      "delays",
      contributions: [
        Metric.Contribution(to: OrderDelayed.self) { order, _ in
          [.counting(order.customer, at: order.promisedAt)]
        },
        Metric.Contribution(to: OrderDelivered.self) { order, _ in [.recounting(order.customer)] },
      ]
    ) { customer, tx in
      try tx.orders.all(of: customer).filter(\.isLate).compactMap { order in
        order.promisedAt.map { MetricEntry(at: $0) }
      }
    }
    let capabilities = CRM.standardCapabilities.replacing(
      Metrics(answerWindow: .seconds(3 * 86_400), custom: [delays]))
    let crm = try await CRM(
      storage: MemoryStorage(), capabilities: capabilities,
      clock: TestClock("2026-03-02T10:00:00Z"))
    let (anna, firm) = try await crm.write { tx in
      let anna = try tx.customers.add(.person("Anna")).id
      let firm = try tx.customers.add(.organisation("Holz & Licht")).id
      try tx.relationships.add(NewRelationship(anna, .employee, of: firm))
      let lamp = try tx.catalogue.add(sku: "LAMP-7", name: "Reading lamp")
      for (number, days) in [40, 30, 10].enumerated() {
        try tx.orders.place(
          NewOrder(
            number: "\(number)", customer: anna,
            lines: [.init(lamp.id, amount: Money("150.00", .eur))],
            placedAt: tx.now - .seconds(days * 86_400),
            promisedAt: tx.now - .seconds((days - 5) * 86_400)))
      }
      try tx.interactions.record(
        NewInteraction(with: anna, through: .email, .outbound, subject: "How is the lamp?"))
      return (anna, firm)
    }
    let figures = try await crm.read { try $0.metrics.figures(of: anna) }
    print(figures.orders, "orders on", figures.purchaseDays, "days")
    if let mean = figures.rhythm.mean, let spread = figures.rhythm.spread {
      print("every", mean, "days, give or take", spread.rounded())
    }
    for channel in figures.channels {
      print(channel.channel.rawValue, "in", channel.inbound, "out", channel.outbound)
    }
    try output.isShown(on: Self.page)
    let account = try await crm.read { try $0.metrics.figures(of: firm, including: .members) }
    print(account.members.count, "members,", account.figures.orders, "orders for")
    print(account.purchases[0].revenue)
    try output.isShown(on: Self.page)
    try await crm.advance()
    print(try await crm.read { try $0.metrics.figure("delays", of: anna).count }, "delays")
    try output.isShown(on: Self.page)
    print(try await crm.verify().isSound)
    try await crm.write { try $0.metrics.recount(anna) }
    try output.isShown(on: Self.page)
  }
}
