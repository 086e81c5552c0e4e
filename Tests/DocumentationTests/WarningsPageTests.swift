import CRMKit
import CRMTesting
import Testing

/// The code of Documentation/Warnings.md, run.
@Suite("The page on how relationships stand")
struct WarningsPageTests {
  private static let page = "Documentation/Warnings.md"

  @Test("Documentation/Warnings.md")
  func standing() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let clock = TestClock("2026-03-01T09:00:00Z")
    let crm = try await CRM(storage: MemoryStorage(), clock: clock)
    let (yuna, tea) = try await crm.write { tx in
      (
        try tx.customers.add(.person("김유나")),
        try tx.catalogue.add(sku: "TEA-50", name: "Green tea, 50 g")
      )
    }
    try await crm.write { tx in
      try tx.standing.define(.standard)
      for (number, days) in [("1001", 0), ("1002", 20), ("1003", 40)] {
        try tx.orders.place(
          NewOrder(
            number: number, customer: yuna.id,
            lines: [.init(tea.id, quantity: 2, amount: Money("17.80", .eur))],
            placedAt: tx.now - .seconds((40 - days) * 86_400)))
      }
      try tx.satisfaction.record(NewSatisfactionAnswer(from: yuna.id, .satisfaction, 4))
    }
    clock.advance(by: .seconds(30 * 86_400))
    try await crm.read { tx in
      guard let state = try tx.standing.state(of: yuna.id) else { return }
      print("health", state.health.value?.whole ?? 0)
      for reason in state.health.reasons {
        print(reason.kind, reason.value, "×", reason.weight, "of", reason.weights)
      }
    }
    try output.isShown(on: Self.page)
    try await crm.read { tx in
      let then = tx.now - .seconds(15 * 86_400)
      let later = tx.now + .seconds(20 * 86_400)
      print(try tx.standing.state(of: yuna.id, at: then)?.health.value?.whole ?? 0)
      print(try tx.standing.state(of: yuna.id, at: later)?.health.value?.whole ?? 0)
    }
    try output.isShown(on: Self.page)
  }
}
