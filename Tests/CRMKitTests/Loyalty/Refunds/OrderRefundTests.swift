import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("Refunds of the store's own orders")
struct OrderRefundTests {
  private func euro(_ text: String) throws -> Money { try Club.euro(text) }

  /// A club whose first member buys two records at 30.00 and one poster at 40.00, and pays.
  private struct Store {
    let club: Club
    let order: Order.ID

    init(_ backend: Backend, _ change: (inout LoyaltyProgramme) -> Void = { _ in })
      async throws
    {
      club = try await Club(backend, members: 1, Club.capabilities, change)
      let ada = club.ada
      order = try await club.crm.write { tx in
        let member = try tx.records(of: LoyaltyMember.self).get(ada)
        let customer = try #require(member.customer)
        let record = try tx.catalogue.add(sku: "cd-1", name: "A record")
        let poster = try tx.catalogue.add(sku: "p-1", name: "A poster", category: "posters")
        return try tx.orders.place(
          NewOrder(
            number: "77", customer: customer,
            lines: [
              .init(record.id, quantity: 2, amount: try Club.euro("60.00")),
              .init(poster.id, quantity: 1, amount: try Club.euro("40.00")),
            ])
        ).id
      }
    }

    @discardableResult
    func write<Result: Sendable>(
      _ body: @Sendable (OrderOperations, Order.ID) throws -> Result
    ) async throws -> Result {
      try await club.crm.write { [order] tx in try body(tx.orders, order) }
    }

    func pay() async throws -> Payment.ID {
      let amount = try Club.euro("100.00")
      return try await write { try $0.pay($1, amount, reference: "pay-1").id }
    }
  }

  @Test("Goods that come back and the money for them are one refund", arguments: Backend.allCases)
  func returnAndRefund(backend: Backend) async throws {
    for moneyFirst in [false, true] {
      let store = try await Store(backend)
      _ = try await store.pay()
      #expect(try await store.club.available() == 100)
      try await store.write { _ = try $0.deliver($1) }
      let thirty = try euro("30.00")
      func giveBack() async throws {
        try await store.write { _ = try $0.refund($1, thirty, reference: "money") }
      }
      if moneyFirst { try await giveBack() }
      try await store.write {
        _ = try $0.takeBack($1, [.init(line: 1, quantity: 1)], reference: "goods")
      }
      #expect(try await store.club.available() == 70)
      if !moneyFirst { try await giveBack() }
      #expect(try await store.club.available() == 70)
      try await store.club.check()
    }
  }

  @Test(
    "Money that goes back before the goods is put right once it is known which they are",
    arguments: Backend.allCases)
  func putRight(backend: Backend) async throws {
    let store = try await Store(backend) { $0.basis.excluded = LineFilter(categories: ["posters"]) }
    _ = try await store.pay()
    #expect(try await store.club.available() == 60)
    try await store.write { _ = try $0.deliver($1) }
    let forty = try euro("40.00")
    try await store.write { _ = try $0.refund($1, forty, reference: "money") }
    #expect(try await store.club.available() == 36)
    try await store.write {
      _ = try $0.takeBack($1, [.init(line: 2, quantity: 1)], reference: "goods")
    }
    // The poster had earned nothing.
    #expect(try await store.club.available() == 60)
    try await store.club.check()
  }

  @Test("A price that is reduced takes back its part", arguments: Backend.allCases)
  func reduced(backend: Backend) async throws {
    let store = try await Store(backend)
    _ = try await store.pay()
    let five = try euro("5.00")
    try await store.write { _ = try $0.refund($1, five, reference: "sorry") }
    #expect(try await store.club.available() == 95)
  }

  @Test(
    "Orders called off in part and then in full lose what they earned", arguments: Backend.allCases)
  func calledOff(backend: Backend) async throws {
    let store = try await Store(backend)
    _ = try await store.pay()
    try await store.write { _ = try $0.cancel($1, [.init(line: 1, quantity: 1)]) }
    #expect(try await store.club.available() == 70)
    try await store.write { _ = try $0.cancel($1) }
    #expect(try await store.club.available() == 0)
    let hundred = try euro("100.00")
    try await store.write { _ = try $0.refund($1, hundred, reference: "money") }
    #expect(try await store.club.available() == 0)
    let kinds = try await store.club.entries().map(\.kind)
    #expect(kinds == [.earn, .refund, .refund])
    try await store.club.check()
  }

  @Test(
    "A payment that bounces takes the points, and they are back once it is made again",
    arguments: Backend.allCases)
  func bounced(backend: Backend) async throws {
    for moment in [EarningMoment.paid, .placed, .delivered] {
      let store = try await Store(backend) { $0.earnsOn = moment }
      let payment = try await store.pay()
      try await store.write { _ = try $0.deliver($1) }
      #expect(try await store.club.available() == 100)
      try await store.write { orders, _ in _ = try orders.reverse(payment: payment) }
      #expect(try await store.club.available() == 0)
      let hundred = try euro("100.00")
      try await store.write { _ = try $0.pay($1, hundred, reference: "pay-2") }
      #expect(try await store.club.available() == 100)
      try await store.club.check()
    }
  }

  @Test(
    "R13: Points that paid for an order come back when it is called off, earned or not",
    arguments: Backend.allCases)
  func pointsBack(backend: Backend) async throws {
    for isPaid in [true, false] {
      let store = try await Store(backend)
      let ada = store.club.ada
      try await store.club.give(500, key: "gift")
      try await store.club.crm.write {
        try $0.loyalty.redeem(500, from: ada, key: "pay", reference: "77").get()
      }
      let (five, rest) = (try euro("5.00"), try euro("95.00"))
      try await store.write { _ = try $0.pay($1, five, reference: "points", by: "points") }
      if isPaid {
        try await store.write { _ = try $0.pay($1, rest, reference: "card", by: "card") }
        #expect(try await store.club.available() == 95)
      }
      try await store.write { _ = try $0.cancel($1, [.init(line: 2, quantity: 1)]) }
      #expect(try await store.club.available() == (isPaid ? 57 : 0) + 200)
      try await store.write { _ = try $0.cancel($1) }
      #expect(try await store.club.available() == 500)
      try await store.club.check()
    }
  }

  @Test("Where the host says what earns, it says what is refunded", arguments: Backend.allCases)
  func byTheHost(backend: Backend) async throws {
    let store = try await Store(backend) { $0.earnsOn = .never }
    try await store.club.order("77", "100.00")
    _ = try await store.pay()
    try await store.write { _ = try $0.cancel($1) }
    #expect(try await store.club.available() == 100)
  }

  @Test("What the host refunded by hand is not taken back again", arguments: Backend.allCases)
  func byHandFirst(backend: Backend) async throws {
    let store = try await Store(backend)
    _ = try await store.pay()
    try await store.club.refund(.amount(try euro("30.00")), of: "77")
    #expect(try await store.club.available() == 70)
    let thirty = try euro("30.00")
    try await store.write { _ = try $0.refund($1, thirty, reference: "money") }
    #expect(try await store.club.available() == 70)
    try await store.club.check()
  }

  // MARK: Histories

  /// Something random that happens to an order, where it can.
  private func happen(
    to store: Store, _ step: Int, _ numbers: inout SeededNumbers
  ) async throws {
    let units = [LineQuantity(line: Int.random(in: 1...2, using: &numbers), quantity: 1)]
    let amount = Money(minorUnits: Int64.random(in: 1...3_000, using: &numbers), .eur)
    let kind = Int.random(in: 0..<7, using: &numbers)
    do {
      try await store.write { orders, order in
        switch kind {
        case 0: _ = try orders.cancel(order, units)
        case 1: _ = try orders.ship(order, units, reference: "ship-\(step)")
        case 2: _ = try orders.deliver(order)
        case 3: _ = try orders.takeBack(order, units, reference: "back-\(step)")
        case 4: _ = try orders.refund(order, amount, reference: "refund-\(step)")
        case 5:
          let payments = try orders.payments(of: order)
          guard let last = payments.last(where: { $0.kind == .received && $0.reversedAt == nil })
          else { return }
          _ = try orders.reverse(payment: last.id)
        default:
          let owed = try orders.get(order).outstanding
          _ = try orders.pay(order, owed, reference: "pay-\(step)")
        }
      }
    } catch is CRMError {
      // It cannot happen to the order as it stands.
    }
  }

  @Test(
    "Whatever happens to an order, its points are those of what is left and paid of it",
    arguments: Histories.of(1...6))
  func random(backend: Backend, seed: UInt64) async throws {
    var numbers = SeededNumbers(seed)
    let store = try await Store(backend)
    _ = try await store.pay()
    for step in 0..<20 {
      try await happen(to: store, step, &numbers)
      let (value, outstanding) = try await store.write { orders, id in
        let order = try orders.get(id)
        return (order.value.minorUnits, max(0, order.outstanding.minorUnits))
      }
      let expected = max(0, value - outstanding) / 100
      #expect(try await store.club.available() == expected, "step \(step)")
    }
    try await store.club.check()
  }
}
