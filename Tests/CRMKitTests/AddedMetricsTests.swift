import CRMKit
import Testing

@Suite("Metrics added to a store that has orders")
struct AddedMetricsTests {
  private var without: [any Capability] { CRM.standardCapabilities.filter { !($0 is Metrics) } }

  private func place(_ number: Int, _ units: Int, _ amount: String, _ tx: Transaction) throws
    -> Order
  {
    let ada = try #require(try tx.customers.search("Ada").items.first)
    let item = try #require(try tx.catalogue.find(sku: "cd-1"))
    return try tx.orders.place(
      NewOrder(
        number: "\(number)", customer: ada.id,
        lines: [.init(item.id, quantity: units, amount: try Money(amount, .eur))]))
  }

  @Test("They begin with what the events tell", arguments: Backend.allCases)
  func begun(backend: Backend) async throws {
    var shop = try await Shop(backend, without)
    let (ada, _) = try await shop.furnished()
    let first = try await shop.crm.write { try place(1, 5, "100", $0) }
    shop = try await shop.reopened(CRM.standardCapabilities)
    let metrics = { [shop] in
      try await shop.crm.read { try $0.metrics.purchases(of: ada.id) }.map {
        "\($0.orders) \($0.units) \($0.revenue)"
      }
    }
    shop.clock.advance(by: .seconds(60))
    // Both are stored when the first is counted, and each counts once.
    try await shop.crm.write { tx in
      try tx.operation {
        _ = try place(2, 1, "10", tx)
        _ = try place(3, 1, "20", tx)
      }
    }
    #expect(try await metrics() == ["3 7 130.00 EUR"])
    try await shop.crm.write { try $0.orders.cancel(first.id) }
    #expect(try await metrics() == ["2 2 30.00 EUR"])
    let row = try await shop.crm.read { try $0.metrics.purchases(of: ada.id).first }
    #expect(row?.firstOrderAt == Shop.opening + .seconds(60))
    #expect(row?.lastOrderAt == Shop.opening + .seconds(60))
  }

  @Test("A cancellation alone begins them as well", arguments: Backend.allCases)
  func cancelled(backend: Backend) async throws {
    var shop = try await Shop(backend, without)
    let (ada, _) = try await shop.furnished()
    let first = try await shop.crm.write { tx in
      _ = try place(1, 5, "100", tx)
      return try place(2, 1, "10", tx)
    }
    shop = try await shop.reopened(CRM.standardCapabilities)
    try await shop.crm.write { try $0.orders.cancel(first.id) }
    let metrics = try await shop.crm.read { try $0.metrics.purchases(of: ada.id) }
    #expect(metrics.map(\.orders) == [1])
    #expect(metrics.map(\.units) == [5])
    #expect(metrics.map(\.revenue) == [try Money("100", .eur)])
  }

  @Test("What was partly cancelled, returned and refunded counts", arguments: Backend.allCases)
  func parts(backend: Backend) async throws {
    var shop = try await Shop(backend, without)
    let (ada, _) = try await shop.furnished()
    let order = try await shop.crm.write { tx in
      let order = try place(1, 10, "100", tx)
      try tx.orders.cancel(order.id, [.init(line: 1, quantity: 2)])
      try tx.orders.pay(order.id, Money("80", .eur), reference: "p")
      try tx.orders.deliver(order.id)
      try tx.orders.takeBack(order.id, [.init(line: 1, quantity: 1)], reference: "r")
      try tx.orders.refund(order.id, Money("35", .eur), reference: "q")
      return order
    }
    shop = try await shop.reopened(CRM.standardCapabilities)
    try await shop.crm.write {
      try $0.orders.takeBack(order.id, [.init(line: 1, quantity: 3)], reference: "r2")
    }
    let metrics = try await shop.crm.read { try $0.metrics.purchases(of: ada.id) }
    #expect(metrics.map { "\($0.orders) \($0.units) \($0.revenue)" } == ["1 4 40.00 EUR"])
    #expect(try await shop.crm.read { try $0.orders.get(order.id).value.decimalText } == "40.00")
  }
}
