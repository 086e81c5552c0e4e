import CRMKit
import CRMTesting
import Testing

/// HC-033: whatever fails, at whichever change, nothing of the write is there.
@Suite("Writes during which the store fails (HC-033)")
struct FaultTests {
  enum Work: String, CaseIterable, CustomTestStringConvertible {
    case updateCustomer, placeOrder, cancelOrder, handOver, payAndRefund, addBoth, swallowed
    case attempted

    var testDescription: String { rawValue }

    func run(_ tx: Transaction, _ ada: Customer, _ item: CatalogueItem) throws {
      let line = NewOrder.Line(item.id, quantity: 2, amount: try Money("19.98", .usd))
      let order = NewOrder(
        number: "2", customer: ada.id, lines: [line, line],
        promisedAt: tx.now + .seconds(86_400))
      switch self {
      case .updateCustomer:
        var changed = ada
        changed.name = "Ada Lovelace"
        changed.externalIDs = [ExternalID("shop", "1")]
        try tx.customers.update(changed)
      case .placeOrder:
        try tx.orders.place(order)
      case .cancelOrder:
        guard let placed = try tx.orders.find(number: "1") else { throw Refused() }
        try tx.orders.cancel(placed.id)
      case .handOver:
        guard let placed = try tx.orders.find(number: "1") else { throw Refused() }
        try tx.orders.ship(placed.id, reference: "s", by: .handover)
        try tx.orders.takeBack(placed.id, reference: "r")
      case .payAndRefund:
        guard let placed = try tx.orders.find(number: "1") else { throw Refused() }
        try tx.orders.pay(placed.id, placed.total, reference: "p")
        try tx.orders.refund(placed.id, placed.total, reference: "q")
        try tx.orders.dispute(placed.id, over: "Dear", reference: "d")
      case .addBoth:
        let bob = try tx.customers.add(.person("Bob", emails: ["bob@example.com"]))
        try tx.interactions.record(
          NewInteraction(with: bob.id, through: .phone, .inbound, subject: "A question"))
      case .swallowed:
        // The closure does not notice; the write fails all the same.
        _ = try? tx.orders.place(order)
        _ = try? tx.customers.add(.person("Cleo"))
      case .attempted:
        try tx.attempt { try tx.orders.place(order) }
        try tx.attempt { try tx.customers.add(.person("Cleo")) }
      }
    }
  }

  private func stocked(_ backend: Backend) async throws -> (Shop, Customer, CatalogueItem) {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.orders.place(
        NewOrder(
          number: "1", customer: ada.id, lines: [.init(item.id, amount: Money("9.99", .usd))],
          promisedAt: tx.now + .seconds(60)))
    }
    return (shop, ada, item)
  }

  @Test("Nothing is kept, also after reopening", arguments: Backend.allCases, Work.allCases)
  func nothing(backend: Backend, work: Work) async throws {
    var (shop, ada, item) = try await stocked(backend)
    let before = try await shop.exported()
    var failures = 0
    var swallowed: [Set<String>] = []
    for number in 1...100 {
      shop.failure.schedule(atChange: number)
      do {
        try await shop.crm.write { [ada, item] in try work.run($0, ada, item) }
        if shop.failure.isPending { break }
        // The first change of an operation failed: the closure went on with the other one.
        swallowed.append(try await newcomers(of: shop))
        (shop, ada, item) = try await stocked(backend)
        continue
      } catch let error as StorageError {
        #expect(error.code == .inputOutput)
      }
      failures += 1
      shop.failure.schedule(atChange: nil)
      #expect(try await shop.exported() == before)
      #expect(try await shop.events().count == 4)
      shop = try await shop.reopened()
      #expect(try await shop.exported() == before)
    }
    #expect(failures >= 2)
    #expect(swallowed == (work == .swallowed ? [["Cleo"], ["2"]] : []))
    shop.failure.schedule(atChange: nil)
    let after = try await shop.exported()
    #expect(after != before)
    let numbers = try await shop.events().map(\.id.number)
    #expect(numbers == (0..<numbers.count).map { Int64($0) + 1 })
    #expect(try await shop.reopened().exported() == after)
  }

  /// What a write added, by name and number; each as a whole.
  private func newcomers(of shop: Shop) async throws -> Set<String> {
    try await shop.crm.read { tx in
      var newcomers: Set<String> = []
      if try !tx.customers.search("Cleo").items.isEmpty { newcomers.insert("Cleo") }
      if let order = try tx.orders.find(number: "2") {
        #expect(try tx.orders.lines(of: order.id).count == 2)
        #expect(try tx.agenda.upcoming(for: order.customer).count == 2)
        #expect(try tx.metrics.purchases(of: order.customer).first?.orders == 2)
        newcomers.insert("2")
      }
      return newcomers
    }
  }
}
