import CRMKit
import CRMTesting
import Testing

/// The code of Documentation/Budgets.md, run.
@Suite("The page on budgets")
struct BudgetsPageTests {
  private static let page = "Documentation/Budgets.md"

  @Test("Documentation/Budgets.md")
  func budgets() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let clock = TestClock("2026-01-05T09:00:00Z")
    let crm = try await CRM(storage: MemoryStorage(), clock: clock)
    let (yuna, ben, tea) = try await crm.write { tx in
      (
        try tx.customers.add(.person("김유나", country: "KR")).id,
        try tx.customers.add(.person("Ben", country: "DE")).id,
        try tx.catalogue.add(sku: "TEA-50", name: "Green tea, 50 g").id
      )
    }
    try await crm.write { tx in
      try tx.orders.place(
        NewOrder(
          number: "1001", customer: ben, lines: [.init(tea, amount: Money("40.00", .eur))]))
    }
    clock.advance(by: .seconds(30 * 86_400))
    try await crm.write { tx in
      try tx.groups.define("korea", "Customers in Korea", where: .customer { $0.country == "KR" })
      try tx.budget.plan(Money("100.00", .eur), for: .acquisition, .month, of: tx.today)
      try tx.budget.plan(Money("30.00", .eur), for: .retention, .month, of: tx.today)
      try tx.interactions.record(
        NewInteraction(
          with: yuna, through: .phone, .outbound, subject: "Told of the new tea",
          cost: Money("12.00", .eur), duration: .seconds(600)))
      try tx.interactions.record(
        NewInteraction(
          with: ben, through: .phone, .outbound, subject: "Asked how the tea was",
          cost: Money("8.00", .eur), duration: .seconds(300)))
      try tx.orders.place(
        NewOrder(
          number: "1002", customer: yuna, lines: [.init(tea, amount: Money("30.00", .eur))]))
      try tx.orders.place(
        NewOrder(
          number: "1003", customer: ben, lines: [.init(tea, amount: Money("60.00", .eur))]))
    }
    try await crm.read { tx in
      let report = try tx.budget.report(.month, of: tx.today, in: .eur)
      for line in report.lines {
        print(
          line.purpose.rawValue, "planned", line.planned?.description ?? "nothing", "spent",
          line.actual, "left", line.remaining?.description ?? "-")
      }
      print("new:", report.new.cost, "brought", report.new.revenue)
      print("existing:", report.existing.cost, "brought", report.existing.revenue)
      print(try tx.budget.report(.month, of: tx.today, in: .eur, group: "korea").all.time)
    }
    try output.isShown(on: Self.page)
    try await crm.write { tx in
      try tx.budget.spend(
        Money("5.00", .eur), on: ben, for: .retention, because: "A tin for his birthday")
      for spending in try tx.budget.spendings(on: ben).items {
        print(spending.amount ?? "", spending.purpose.rawValue, "-", spending.reason)
      }
      for effort in try tx.budget.efforts(.month, of: tx.today, in: .eur, by: .mostNet) {
        print(try effort.part.net, "for", effort.part.cost)
      }
    }
    try output.isShown(on: Self.page)
  }
}
