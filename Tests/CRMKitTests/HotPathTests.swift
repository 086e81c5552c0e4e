import CRMKit
import CRMTesting
import Testing

/// What it costs each contact and order that scores, states, warnings and budgets could be defined.
@Suite("The cost of what nobody defined")
struct HotPathTests {
  /// How many questions a hundred contacts and orders in one write ask the store.
  private func questions(
    _ backend: Backend, without left: [any Capability.Type]
  ) async throws -> Int {
    let store = backend.makeStore()
    let storage = CountingWrites(store.storage)
    let capabilities = CRM.standardCapabilities.filter { capability in
      !left.contains { $0 == type(of: capability) }
    }
    let crm = try await CRM(
      storage: storage, capabilities: capabilities, clock: TestClock(Shop.opening),
      identifiers: .seeded(7))
    let (ada, item) = try await crm.write { tx in
      (
        try tx.customers.add(.person("Ada")).id,
        try tx.catalogue.add(sku: "a", name: "A").id
      )
    }
    _ = storage.take()
    try await crm.write { tx in
      for number in 0..<50 {
        try tx.interactions.record(
          NewInteraction(with: ada, through: .phone, .inbound, subject: "Call"))
        try tx.orders.place(
          NewOrder(
            number: "\(number)", customer: ada,
            lines: [.init(item, quantity: 1, amount: try Money("5.00", .eur))]))
      }
    }
    return storage.take()
  }

  @Test(
    "A write with a hundred contacts and orders asks no question more, once one has asked",
    arguments: Backend.allCases)
  func nothing(backend: Backend) async throws {
    let added: [any Capability.Type] = [Scores.self, Standings.self, Warnings.self]
    let without = try await questions(backend, without: added)
    let with = try await questions(backend, without: [])
    #expect(without > 100)
    #expect(with - without == 0)
  }

  @Test(
    "Budgets, efforts to win customers and responsibility ask one more, all in all",
    arguments: Backend.allCases)
  func responsibility(backend: Backend) async throws {
    let added: [any Capability.Type] = [
      Responsibility.self, Groups.self, Establishing.self, Budgets.self,
    ]
    let without = try await questions(backend, without: added)
    let with = try await questions(backend, without: [])
    #expect(without > 100)
    #expect(with - without == 1)
  }
}
