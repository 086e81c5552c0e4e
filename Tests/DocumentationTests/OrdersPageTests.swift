import CRMKit
import CRMTesting
import Testing

/// The code of Documentation/Orders.md, run.
@Suite("The page on orders")
struct OrdersPageTests {
  private static let page = "Documentation/Orders.md"

  @Test("Documentation/Orders.md")
  func orders() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let crm = try await CRM(storage: MemoryStorage(), clock: TestClock("2026-03-02T10:00:00Z"))
    let (anna, shipping) = try await crm.write { tx in
      (
        try tx.customers.add(.person("Anna")),
        try tx.catalogue.add(sku: "POST", name: "Delivery", kind: .service)
      )
    }
    let lamp = try await crm.write { tx in
      try tx.catalogue.add(
        sku: "LAMP-7", name: "Reading lamp", category: "Light", unit: "piece",
        features: ["watts": .integer(8), "dimmable": .flag(true)],
        prices: [Money("50.00", .eur), Money("9000", .jpy)])
    }
    let order = try await crm.write { tx in
      try tx.orders.place(
        NewOrder(
          number: "2026-0042", customer: anna.id,
          lines: [
            .init(
              lamp.id, quantity: 3, amount: Money("150.00", .eur),
              specification: ["colour": .text("brass"), "cable_cm": .integer(180)]),
            .init(shipping.id, amount: Money("4.90", .eur), tax: .rate(.percent(7))),
          ],
          discount: .rate(.percent(10)), tax: .rate(.percent(19)),
          requestedAt: tx.now + .seconds(5 * 86_400), promisedAt: tx.now + .seconds(7 * 86_400),
          terms: OrderTerms("2026-01", acceptedAt: tx.now, through: .web)))
    }
    print(order.subtotal, "-", order.discount, "+", order.tax, "=", order.total)
    for line in try await crm.read({ try $0.orders.lines(of: order.id) }) {
      print(line.name, line.amount, line.discount, line.tax, line.total)
    }
    try output.isShown(on: Self.page)
    try await crm.write { tx in
      func show() throws {
        let now = try tx.orders.get(order.id)
        print(now.status, "outstanding", now.outstanding.decimalText, "open", now.openUnits)
      }
      try tx.orders.pay(order.id, Money("165.37", .eur), reference: "ch_1", by: "card")
      try show()
      try tx.orders.pick(order.id)
      try tx.orders.ship(order.id, [.init(line: 2, quantity: 1)], reference: "D1", by: .service)
      let parcel = try tx.orders.ship(
        order.id, [.init(line: 1, quantity: 2)], reference: "00340", carrier: "DHL")
      try show()
      try tx.orders.cancel(order.id, [.init(line: 1, quantity: 1)])
      try show()
      try tx.orders.deliver(shipment: parcel.id)
      try show()
      try tx.orders.refund(order.id, Money("53.55", .eur), reference: "re_1", by: "card")
      try show()
    }
    try output.isShown(on: Self.page)
    do {
      try await crm.write { tx in
        _ = try tx.orders.takeBack(
          order.id, [.init(line: 1, quantity: 3), .init(line: 9, quantity: 1)], reference: "")
      }
    } catch let error as CRMError where error.code == .invalid {
      for issue in error.issues { print(issue) }
    }
    do {
      try await crm.write { tx in _ = try tx.orders.cancel(order.id) }
    } catch let error as CRMError {
      print(error.code, error.message.hasSuffix("is delivered: nothing of it can be cancelled."))
    }
    try output.isShown(on: Self.page)
    try await crm.write { tx in
      let dispute = try tx.orders.dispute(order.id, over: "The shade is torn", reference: "T-881")
      try tx.orders.settle(dispute: dispute.id, outcome: "Sent a new shade")
      let now = try tx.orders.get(order.id)
      print(now.disputes, now.openDisputes)
    }
    try output.isShown(on: Self.page)
    let late = try await crm.read { tx in try tx.orders.late(limit: 20) }
    print(late.count)
    try output.isShown(on: Self.page)
  }
}
