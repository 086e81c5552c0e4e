import CRMKit
import CRMTesting
import Testing

/// Nothing on an order is dated before what it follows from.
@Suite("Dates on an order")
struct OrderDatesTests {
  /// An order of three units for 90.00 dollars, placed at the opening, a day ago.
  private func order(_ backend: Backend) async throws -> (Shop, Order.ID) {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let order = try await shop.crm.write { tx in
      try tx.orders.place(
        NewOrder(
          number: "1", customer: ada.id,
          lines: [.init(item.id, quantity: 3, amount: Money("90.00", .usd))]))
    }
    shop.clock.advance(by: .seconds(86_400))
    return (shop, order.id)
  }

  private func hour(_ hour: Int) -> Instant { Shop.opening + .seconds(hour * 3_600) }

  private func units(_ quantity: Int) -> [LineQuantity] { [.init(line: 1, quantity: quantity)] }

  @Test("No money goes back before it came in", arguments: Backend.allCases)
  func refunds(backend: Backend) async throws {
    let (shop, id) = try await order(backend)
    func dollars(_ text: String) throws -> Money { try Money(text, .usd) }
    try await shop.crm.write { tx in
      try tx.orders.pay(id, dollars("50.00"), reference: "p1", at: hour(2))
      try tx.orders.pay(id, dollars("40.00"), reference: "p2", at: hour(4))
      for (amount, at, isRefused) in [
        ("1.00", hour(2) - .milliseconds(1), true), ("50.01", hour(3), true),
        ("50.01", hour(4) - .milliseconds(1), true), ("91.00", hour(1), true),
      ] {
        let error = refusal { try tx.orders.refund(id, dollars(amount), reference: "r", at: at) }
        #expect((error != nil) == isRefused)
        #expect(error?.issues.map(\.field) == [amount == "91.00" ? "amount" : "paid_at"])
      }
      try tx.orders.refund(id, dollars("30.00"), reference: "r1", at: hour(5))
      // What went back later was there before, and cannot go back twice.
      #expect(
        refusal { try tx.orders.refund(id, dollars("60.01"), reference: "r2", at: hour(4)) }?
          .issues.map(\.field) == ["amount"])
      #expect(
        refusal { try tx.orders.refund(id, dollars("50.01"), reference: "r2", at: hour(3)) }?
          .issues.map(\.field) == ["paid_at"])
      try tx.orders.refund(id, dollars("50.00"), reference: "r2", at: hour(2))
    }
    let order = try await shop.crm.read { try $0.orders.get(id) }
    #expect(order.refunded.decimalText == "80.00")
  }

  @Test("No payment bounces before a refund that it paid for", arguments: Backend.allCases)
  func reversals(backend: Backend) async throws {
    let (shop, id) = try await order(backend)
    let amount = try Money("45.00", .usd)
    try await shop.crm.write { tx in
      let first = try tx.orders.pay(id, amount, reference: "p1", at: hour(1))
      try tx.orders.refund(id, amount, reference: "r1", at: hour(2))
      try tx.orders.pay(id, amount, reference: "p2", at: hour(3))
      let error = refusal { try tx.orders.reverse(payment: first.id, at: hour(2)) }
      #expect(error?.issues.map(\.field) == ["reversed_at"])
      #expect(try tx.orders.reverse(payment: first.id, at: hour(3)).reversedAt == hour(3))
    }
  }

  @Test("Nothing comes back before it was delivered", arguments: Backend.allCases)
  func returns(backend: Backend) async throws {
    let (shop, id) = try await order(backend)
    try await shop.crm.write { tx in
      let parcel = try tx.orders.ship(id, units(2), reference: "s", at: hour(2))
      #expect(
        refusal { try tx.orders.deliver(shipment: parcel.id, at: hour(2) - .milliseconds(1)) }?
          .issues.map(\.field) == ["delivered_at"])
      try tx.orders.deliver(shipment: parcel.id, at: hour(5))
      #expect(
        refusal {
          try tx.orders.takeBack(id, units(1), reference: "r", at: hour(5) - .milliseconds(1))
        }?.issues.map(\.field) == ["returned_at"])
      try tx.orders.takeBack(id, units(1), reference: "r", at: hour(5))
    }
  }

  @Test(
    "What was handed over came before a parcel that came later", arguments: Backend.allCases)
  func handedOver(backend: Backend) async throws {
    let (shop, id) = try await order(backend)
    try await shop.crm.write { tx in
      let parcel = try tx.orders.ship(id, units(2), reference: "s", at: hour(2))
      try tx.orders.deliver(shipment: parcel.id, at: hour(5))
      let order = try tx.orders.deliver(id, at: hour(3))
      #expect(order.closedAt == hour(5) && order.handedOverAt == hour(3))
      #expect(
        refusal {
          try tx.orders.takeBack(id, units(1), reference: "r", at: hour(3) - .milliseconds(1))
        }?.issues.map(\.field) == ["returned_at"])
      #expect(
        refusal { try tx.orders.takeBack(id, units(2), reference: "r", at: hour(4)) }?
          .issues.map(\.field) == ["returned_at"])
      try tx.orders.takeBack(id, units(1), reference: "r", at: hour(4))
    }
    #expect(try await shop.crm.verify().isSound)
  }

  @Test("What was picked leaves, or is called off, no earlier", arguments: Backend.allCases)
  func picks(backend: Backend) async throws {
    let (shop, id) = try await order(backend)
    let before = hour(6) - .milliseconds(1)
    try await shop.crm.write { tx in
      try tx.orders.pick(id, units(2), at: hour(6))
      // One unit was never picked, and can be sent at any time.
      for error in [
        refusal { try tx.orders.ship(id, units(2), reference: "s", at: before) },
        refusal { try tx.orders.ship(id, reference: "s", at: before) },
      ] { #expect(error?.issues.map(\.field) == ["shipped_at"]) }
      for error in [
        refusal { try tx.orders.cancel(id, units(2), at: before) },
        refusal { try tx.orders.deliver(id, at: before) },
      ] { #expect(error?.issues.map(\.field) == ["closed_at"]) }
      try tx.orders.ship(id, units(1), reference: "s", at: before)
      try tx.orders.ship(id, reference: "t", at: hour(6))
    }
  }

  @Test("Nothing happens before the order was placed", arguments: Backend.allCases)
  func placing(backend: Backend) async throws {
    let (shop, id) = try await order(backend)
    let early = Shop.opening - .milliseconds(1)
    let before = try await shop.exported()
    try await shop.crm.write { tx in
      let one = try Money("1.00", .usd)
      for (error, field) in [
        (refusal { try tx.orders.pay(id, one, reference: "p", at: early) }, "paid_at"),
        (refusal { try tx.orders.pick(id, at: early) }, "picked_at"),
        (refusal { try tx.orders.ship(id, reference: "s", at: early) }, "shipped_at"),
        (refusal { try tx.orders.cancel(id, at: early) }, "closed_at"),
        (refusal { try tx.orders.deliver(id, at: early) }, "closed_at"),
        (
          refusal { try tx.orders.dispute(id, over: "x", reference: "d", at: early) },
          "opened_at"
        ),
      ] { #expect(error?.issues.map(\.field) == [field]) }
    }
    #expect(try await shop.exported() == before)
  }

  @Test(
    "However payments are dated, at no instant has more gone back than came in",
    arguments: Histories.of(1...3))
  func balance(backend: Backend, seed: UInt64) async throws {
    let (shop, id) = try await order(backend)
    var random = SeededGenerator(seed: seed)
    var moves: [(hour: Int, amount: Int64)] = []
    var payments: [(id: Payment.ID, hour: Int, amount: Int64)] = []
    var refusals = 0
    for step in 0..<80 {
      let at = Int.random(in: 0...23, using: &random)
      let amount = Int64.random(in: 1...2_000, using: &random)
      let deed = Int.random(in: 0...3, using: &random)
      let outgoing = deed == 3 ? payments.randomElement(using: &random) : nil
      let gone = deed < 2 ? 0 : outgoing?.amount ?? amount
      let isCovered = (at...23).allSatisfy { hour in
        moves.filter { $0.hour <= hour }.map(\.amount).reduce(0, +) >= gone
      }
      let money = Money(minorUnits: amount, .usd)
      let (kept, error) = try await shop.crm.write { tx in
        var kept: Payment?
        let error = refusal {
          if let outgoing {
            kept = try tx.orders.reverse(payment: outgoing.id, at: hour(at))
          } else if deed == 2 {
            kept = try tx.orders.refund(id, money, reference: "\(step)", at: hour(at))
          } else if deed < 2 {
            kept = try tx.orders.pay(id, money, reference: "\(step)", at: hour(at))
          }
        }
        return (kept, error)
      }
      if let error {
        refusals += 1
        let wasReversed = outgoing.map { at < $0.hour } ?? false
        let isOverpaid = error.issues.map(\.field) == ["amount"] && deed < 2
        #expect(!isCovered || wasReversed || isOverpaid)
      } else if let kept {
        #expect(isCovered)
        if deed < 2 { payments.append((kept.id, at, amount)) }
        payments.removeAll { $0.id == outgoing?.id }
        moves.append((at, deed < 2 ? amount : -gone))
      }
    }
    #expect(refusals > 0 && moves.count > 5)
    let order = try await shop.crm.read { try $0.orders.get(id) }
    #expect(
      order.paid.minorUnits - order.refunded.minorUnits == moves.map(\.amount).reduce(0, +))
  }
}
