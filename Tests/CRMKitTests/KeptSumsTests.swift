import CRMKit
import CRMTesting
import Testing

/// What one write found to be defined, the next one knows, unless somebody changed it meanwhile.
@Suite("What writes know of each other")
struct KeptSumsTests {
  private struct Undone: Error {}

  private static func order(_ number: Int, by customer: Customer.ID, _ tx: Transaction) throws {
    let item = try tx.catalogue.find(sku: "cd-1")
    guard let item else { return }
    try tx.orders.place(
      NewOrder(
        number: "\(number)", customer: customer,
        lines: [.init(item.id, quantity: 1, amount: try Money("9.99", .usd))]))
  }

  private func stage(of customer: Customer.ID, in shop: Shop) async throws -> String? {
    try await shop.crm.read { try $0.lifecycle.stage(of: customer, in: "retail", at: $0.now) }
  }

  @Test(
    "A write asks once more what is defined only after a definition", arguments: Backend.allCases)
  func asked(backend: Backend) async throws {
    let storage = CountingWrites(backend.makeStorage(), of: "lifecycles")
    let crm = try await CRM(
      storage: storage, clock: TestClock(Shop.opening), identifiers: .seeded(7))
    let ada = try await crm.write { try $0.customers.add(.person("Ada")).id }
    _ = storage.take()
    for _ in 0..<3 {
      try await crm.write { tx in
        try tx.interactions.record(
          NewInteraction(with: ada, through: .phone, .inbound, subject: "Call"))
      }
    }
    #expect(storage.take() == 0)
    try await crm.write { _ = try $0.lifecycle.define(.retail) }
    _ = storage.take()
    for asked in [1, 0] {
      try await crm.write { tx in
        try tx.interactions.record(
          NewInteraction(with: ada, through: .phone, .inbound, subject: "Call"))
      }
      #expect(storage.take() == asked)
    }
  }

  @Test("What another CRM defines in the same store holds at once", arguments: Backend.allCases)
  func another(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let other = try await Shop(shop.store, shop.capabilities, shop.clock, seed: 8)
    try await shop.crm.write { try Self.order(1, by: ada.id, $0) }
    #expect(try await stage(of: ada.id, in: shop) == nil)
    try await other.crm.write { _ = try $0.lifecycle.define(.retail) }
    try await shop.crm.write { try Self.order(2, by: ada.id, $0) }
    #expect(try await stage(of: ada.id, in: shop) != nil)
    await other.crm.close()
  }

  @Test("What was undone is not known afterwards", arguments: Backend.allCases)
  func undone(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    await #expect(throws: Undone.self) {
      try await shop.crm.write { tx in
        try tx.lifecycle.define(.retail)
        try Self.order(1, by: ada.id, tx)
        throw Undone()
      }
    }
    try await shop.crm.write { try Self.order(2, by: ada.id, $0) }
    #expect(try await stage(of: ada.id, in: shop) == nil)
    try await shop.crm.write { tx in
      try? tx.attempt {
        try tx.lifecycle.define(.retail)
        try Self.order(3, by: ada.id, tx)
        throw Undone()
      }
      try Self.order(4, by: ada.id, tx)
    }
    #expect(try await stage(of: ada.id, in: shop) == nil)
    try await shop.crm.write { try Self.order(5, by: ada.id, $0) }
    #expect(try await stage(of: ada.id, in: shop) == nil)
  }

  @Test(
    "What was defined before a part that was undone holds afterwards", arguments: Backend.allCases)
  func definedBefore(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    try await shop.crm.write { try Self.order(1, by: ada.id, $0) }
    try await shop.crm.write { tx in
      try tx.lifecycle.define(.retail)
      try? tx.attempt {
        try Self.order(2, by: ada.id, tx)
        throw Undone()
      }
    }
    #expect(try await stage(of: ada.id, in: shop) == nil)
    try await shop.crm.write { try Self.order(3, by: ada.id, $0) }
    #expect(try await stage(of: ada.id, in: shop) == "first_purchase")
  }
}
