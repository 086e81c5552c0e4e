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
    try await warned(crm, clock, yuna, tea, output)
  }

  private func warned(
    _ crm: CRM, _ clock: TestClock, _ yuna: Customer, _ tea: CatalogueItem, _ output: Output
  ) async throws {
    func print(_ items: Any...) { output.append(items) }
    try await crm.write { tx in
      try tx.playbooks.write(
        NewPlaybook(
          "Ask how they are", when: "A good customer stays away.", steps: ["Call, sell nothing"],
          tags: ["long_gap"]))
      try tx.warnings.define(.standard)
      try tx.orders.place(
        NewOrder(
          number: "1004", customer: yuna.id,
          lines: [.init(tea.id, quantity: 2, amount: Money("17.80", .eur))]))
    }
    clock.advance(by: .seconds(40 * 86_400))
    try await crm.advance()
    try await crm.read { tx in
      for warning in try tx.warnings.standing(atLeast: .medium).items {
        print(warning.severity, "since", warning.raisedAt.dateInUTC, "at stake", warning.atStake)
        for evidence in warning.evidence {
          print(evidence.signal, evidence.found.map { "\($0.what): \($0.found)" })
        }
        if let play = warning.playbook { print(try tx.playbooks.get(play).title) }
      }
    }
    try output.isShown(on: Self.page)
    try await crm.acting(as: .staff("kim")).write { tx in
      guard let warning = try tx.warnings.standing(of: yuna.id) else { return }
      try tx.warnings.acknowledge(warning.id, note: "I know her")
      try tx.warnings.snooze(warning.id, until: tx.now + .seconds(7 * 86_400))
      print(try tx.warnings.standing(ownedBy: .staff("kim")).items.count)
      try tx.warnings.resolve(warning.id, note: "Back from a journey")
    }
    try output.isShown(on: Self.page)
    try await own()
  }

  private func own() async throws {
    let drained = OwnWarningSign("tags_gone") { customer, tx in
      let file = try tx.customers.get(customer)
      guard file.tags.isEmpty else { return [] }
      return [WarningCase(key: "no tags", from: nil, found: [("tags", "none")])]
    }
    let capabilities = CRM.standardCapabilities.replacing(Warnings(signs: [drained]))
    let model = WarningModel(signals: [.init("forgotten", .low, when: .own("tags_gone"))])
    let crm = try await CRM(storage: MemoryStorage(), capabilities: capabilities)
    try await crm.write { tx in
      try tx.warnings.define(model)
      let ben = try tx.customers.add(.person("Ben"))
      #expect(try tx.warnings.standing(of: ben.id)?.evidence.map(\.signal) == ["forgotten"])
    }
  }
}
