import CRMKit
import CRMTesting
import Testing

@Suite("Verifying a CRM")
struct VerifyTests {
  @Test("A store in use is sound, and every record counts", arguments: Backend.allCases)
  func sound(backend: Backend) async throws {
    let crm = try await CRM(storage: backend.makeStorage())
    #expect(try await crm.verify().description == "0 rows, nothing wrong")
    try await crm.write { tx in
      let yuna = try tx.customers.add(.person("김유나", emails: ["yuna@example.kr"]))
      let tea = try tx.catalogue.add(sku: "tea", name: "녹차")
      try tx.orders.place(
        NewOrder(
          number: "1", customer: yuna.id,
          lines: [.init(tea.id, quantity: 2, amount: Money("24000", .krw))]))
    }
    let report = try await crm.verify()
    #expect(report.problems == [])
    #expect(report.rows["customers"] == 1)
    let last = try await crm.read { try $0.events.end().number }
    #expect(report.rows["events"] == Int(last))
  }

  @Test("A number that no event has is told of", arguments: Backend.allCases)
  func missingEvent(backend: Backend) async throws {
    let storage = backend.makeStorage()
    let crm = try await CRM(storage: storage)
    try await crm.write { tx in
      for sku in ["a", "b", "c"] { try tx.catalogue.add(sku: sku, name: "Tea") }
    }
    try await storage.write { store in
      let second = try #require(try store.get(Identifier<RecordedEvent>(number: 2)))
      try store.delete(second)
    }
    let report = try await crm.verify()
    #expect(report.problems.map(\.record) == ["events"])
    #expect(report.problems.first?.code == .corrupt)
    #expect(report.isSound == false)
  }
}
