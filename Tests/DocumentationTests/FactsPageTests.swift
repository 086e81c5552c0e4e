import CRMKit
import CRMTesting
import Testing

@Suite("Examples of facts and needs")
struct FactsPageTests {
  @Test("Documentation/Facts.md")
  func facts() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let clock = TestClock("2026-03-02T10:00:00Z")
    let crm = try await CRM(
      storage: MemoryStorage(),
      capabilities: CRM.standardCapabilities.replacing(
        Facts(trust: [.system("erp"), .staff, .department("sales")])),
      clock: clock)
    let yuna = try await crm.write { tx in
      let yuna = try tx.customers.add(.person("김유나")).id
      try tx.facts.assert(
        [NewFact(Customer.fields.country, "KR"), NewFact("birthday", .text("1990-03-01"))],
        of: yuna, from: .system("erp"))
      try tx.facts.assert(
        "JP", for: Customer.fields.country, of: yuna, from: .list("fair-2025"),
        trueAt: tx.now - .seconds(90 * 86_400))
      return yuna
    }
    try await crm.read { tx in
      print(try tx.customers.get(yuna).country ?? "")
      for disagreement in try tx.facts.disagreements(of: yuna) {
        print(disagreement.lost.source.rawValue, disagreement.lost.value)
        print(disagreement.lost.decision?.rawValue ?? "", disagreement.standing.source.rawValue)
      }
    }
    try output.isShown(on: "Documentation/Facts.md")
    clock.advance(by: .seconds(60))
    try await crm.acting(as: .staff("kim")).write { tx in
      var customer = try tx.customers.get(yuna)
      customer.country = "US"
      customer.language = "ko"
      try tx.customers.update(customer)
    }
    try await crm.write { tx in
      let customer = try tx.customers.get(yuna)
      print(customer.country ?? "", customer.language ?? "")
      for fact in try tx.facts.history(of: yuna, field: "country").items {
        print(fact.source.rawValue, fact.value, fact.status.rawValue)
      }
    }
    try output.isShown(on: "Documentation/Facts.md")
    try await crm.acting(as: .staff("lee")).write { tx in
      print(try tx.facts.stale(olderThan: tx.now).items.map(\.field))
      if let birthday = try tx.facts.standing(of: yuna, field: "birthday") {
        try tx.facts.confirm(birthday.id)
      }
      print(try tx.facts.stale(olderThan: tx.now).items.map(\.field))
      try tx.facts.withdrawAll(from: .system("erp"), of: yuna)
      let customer = try tx.customers.get(yuna)
      print(customer.country ?? "", customer.birthday == nil)
    }
    try output.isShown(on: "Documentation/Facts.md")
    try await crm.read { tx in
      let quality = try tx.facts.quality(of: yuna)
      print("\(quality.filled) of \(quality.wanted)")
      for entry in quality.entries { print(entry.field, entry.state.rawValue) }
      print(quality.worthAsking.map(\.field))
    }
    try output.isShown(on: "Documentation/Facts.md")
    try await crm.write { tx in
      let storage = try tx.needs.state(
        NewNeed(of: yuna, "storage", "Room for two bicycles", from: .channel(.phone)))
      try tx.needs.state(
        NewNeed(of: yuna, "light", "A brighter lamp, come winter", .expected, from: .staff))
      try tx.needs.meet(storage.id, outcome: "We delivered a shed")
      print(try tx.needs.open(of: yuna).items.map(\.category))
      for month in try tx.needs.trend(from: tx.today, through: tx.today) {
        print(month.month, month.category, month.stated, month.met)
      }
    }
    try output.isShown(on: "Documentation/Facts.md")
  }
}
