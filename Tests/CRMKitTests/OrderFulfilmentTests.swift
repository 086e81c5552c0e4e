import CRMKit
import CRMTesting
import Testing

/// A shop with one order of three lines: 5, 3 and 2 units for 100.00, 10.00 and 0.05 euros.
private struct Counter {
  let shop: Shop
  let order: Order

  init(_ backend: Backend, promisedAt: Instant? = nil) async throws {
    shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    order = try await shop.crm.write { tx in
      try tx.orders.place(
        NewOrder(
          number: "1", customer: ada.id,
          lines: [
            .init(item.id, quantity: 5, amount: Money("100.00", .eur)),
            .init(item.id, quantity: 3, amount: Money("10.00", .eur)),
            .init(item.id, quantity: 2, amount: Money("0.05", .eur)),
          ], promisedAt: promisedAt))
    }
    shop.clock.advance(by: .seconds(60))
  }

  func now() async throws -> Order { try await shop.crm.read { try $0.orders.get(order.id) } }

  /// The types of the events since the order was placed.
  func told() async throws -> [String] {
    try await shop.events().map(\.type).filter { $0.hasPrefix("orders.") }.dropFirst().map {
      String($0.dropFirst("orders.".count))
    }
  }
}

@Suite("Orders on their way")
struct OrderFulfilmentTests {
  @Test("An order is as far as all of it is", arguments: Backend.allCases)
  func stages(backend: Backend) async throws {
    let counter = try await Counter(backend)
    let id = counter.order.id
    try await counter.shop.crm.write { tx in
      func status() throws -> Order.Status { try tx.orders.get(id).status }
      #expect(try status() == .placed)
      try tx.orders.pay(id, Money("110.04", .eur), reference: "p1", by: "card")
      #expect(try status() == .placed)
      try tx.orders.pay(id, Money("0.01", .eur), reference: "p2")
      #expect(try status() == .paid)
      try tx.orders.pick(id, [.init(line: 1, quantity: 5)])
      #expect(try status() == .paid)
      try tx.orders.pick(id)
      #expect(try status() == .picked)
      let first = try tx.orders.ship(
        id, [.init(line: 2, quantity: 1), .init(line: 1, quantity: 5)], reference: "s1")
      #expect(first.contents.map(\.line) == [1, 2])
      #expect(try status() == .picked)
      let second = try tx.orders.ship(id, reference: "s2", carrier: "Post")
      #expect(second.contents == [.init(line: 2, quantity: 2), .init(line: 3, quantity: 2)])
      #expect(try status() == .shipped)
      try tx.orders.deliver(shipment: first.id)
      #expect(try status() == .shipped)
      try tx.orders.deliver(shipment: second.id)
      #expect(try status() == .delivered)
      try tx.orders.takeBack(id, [.init(line: 1, quantity: 4)], reference: "r1")
      #expect(try status() == .delivered)
      try tx.orders.takeBack(id, reference: "r2")
      #expect(try status() == .returned)
    }
    #expect(
      try await counter.told() == [
        "paid", "paid", "picked", "picked", "shipped", "shipped", "shipment_delivered",
        "shipment_delivered", "delivered", "returned", "returned",
      ])
    let events = try await counter.shop.events().filter { $0.type.hasPrefix("orders.") }
    #expect(events.allSatisfy { $0.customer == counter.order.customer })
    let history = try await counter.shop.crm.read { try $0.events.history(of: id) }
    #expect(history == events)
    let order = try await counter.now()
    #expect(order.closedAt == counter.shop.clock.now)
    #expect(order.credited == order.total && order.outstanding.decimalText == "-110.05")
  }

  @Test(
    "What is downloaded, done or handed over is delivered by that",
    arguments: Backend.allCases, [Shipment.Means.download, .service, .handover])
  func immediate(backend: Backend, means: Shipment.Means) async throws {
    let counter = try await Counter(backend)
    try await counter.shop.crm.write { tx in
      let part = try tx.orders.ship(
        counter.order.id, [.init(line: 1, quantity: 5)], reference: "s1", by: means)
      #expect(part.deliveredAt == tx.now)
      #expect(try tx.orders.get(counter.order.id).deliveredUnits == 5)
      try tx.orders.ship(counter.order.id, reference: "s2", by: means)
    }
    #expect(try await counter.now().status == .delivered)
    #expect(try await counter.told() == ["shipped", "shipped", "delivered"])
  }

  @Test("Delivering the order delivers what is under way", arguments: Backend.allCases)
  func whole(backend: Backend) async throws {
    let counter = try await Counter(backend)
    let later = counter.shop.clock.now + .seconds(60)
    try await counter.shop.crm.write { tx in
      let sent = try tx.orders.ship(
        counter.order.id, [.init(line: 1, quantity: 1)], reference: "s", at: later)
      #expect(
        refusal { try tx.orders.deliver(counter.order.id) }?.issues.map(\.field) == ["closed_at"])
      try tx.orders.deliver(counter.order.id, at: later)
      #expect(try tx.orders.find(shipment: "s")?.deliveredAt == later)
      #expect(try tx.orders.deliver(shipment: sent.id).deliveredAt == later)
      #expect(
        refusal { try tx.orders.deliver(shipment: sent.id, at: later + .seconds(1)) }?.code
          == .notAllowed)
      #expect(try tx.orders.lines(of: counter.order.id).map(\.delivered) == [5, 3, 2])
    }
    #expect(try await counter.told() == ["shipped", "delivered"])
  }

  @Test("Units are called off until they are sent", arguments: Backend.allCases)
  func cancelling(backend: Backend) async throws {
    let counter = try await Counter(backend)
    let id = counter.order.id
    try await counter.shop.crm.write { tx in
      try tx.orders.pick(id)
      try tx.orders.ship(id, [.init(line: 1, quantity: 2)], reference: "s")
      var order = try tx.orders.cancel(id, [.init(line: 1, quantity: 3)])
      // Three fifths of 100.00.
      #expect(order.value.decimalText == "50.05" && order.status == .picked)
      order = try tx.orders.cancel(id, [.init(line: 3, quantity: 1)])
      #expect(order.value.decimalText == "50.03")
      order = try tx.orders.cancel(id)
      #expect(order.value.decimalText == "40.00" && order.status == .shipped)
      #expect(order.cancelledUnits == 8 && order.pickedUnits == 2)
      #expect(
        refusal { try tx.orders.cancel(id) }?.message
          == "Order \(id) is shipped: nothing of it can be cancelled.")
      order = try tx.orders.deliver(id)
      #expect(order.status == .delivered)
    }
    #expect(
      try await counter.told() == [
        "picked", "shipped", "partly_cancelled", "partly_cancelled", "partly_cancelled",
        "delivered",
      ])
  }

  @Test("Calling off unit by unit ends in a cancelled order", arguments: Backend.allCases)
  func unitByUnit(backend: Backend) async throws {
    let counter = try await Counter(backend)
    let id = counter.order.id
    for (line, quantity) in [(1, 5), (2, 3), (3, 2)] {
      for _ in 1...quantity {
        try await counter.shop.crm.write {
          try $0.orders.cancel(id, [.init(line: line, quantity: 1)])
        }
      }
    }
    let order = try await counter.now()
    #expect(order.status == .cancelled && order.closedAt == counter.shop.clock.now)
    #expect(order.value == .zero(.eur) && order.credited == order.total)
    let told = try await counter.told()
    #expect(told == Array(repeating: "partly_cancelled", count: 9) + ["cancelled"])
    let bought = try await counter.shop.crm.read { try $0.metrics.purchases(of: order.customer) }
    #expect(bought.map(\.orders) == [0] && bought.map(\.units) == [0])
    #expect(bought.map(\.revenue) == [.zero(.eur)])
  }

  @Test("Calling off what is left of a delivered order closes it", arguments: Backend.allCases)
  func rest(backend: Backend) async throws {
    let counter = try await Counter(backend)
    let id = counter.order.id
    try await counter.shop.crm.write { tx in
      try tx.orders.ship(id, [.init(line: 1, quantity: 5)], reference: "s", by: .handover)
      let order = try tx.orders.cancel(id)
      #expect(order.status == .delivered && order.closedAt == tx.now)
    }
    #expect(try await counter.told() == ["shipped", "partly_cancelled", "delivered"])
  }

  @Test("Every problem of the contents is named and nothing changes", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let counter = try await Counter(backend)
    let id = counter.order.id
    try await counter.shop.crm.write { tx in
      try tx.orders.ship(id, [.init(line: 2, quantity: 2)], reference: "s", by: .handover)
    }
    let before = try await counter.shop.exported()
    let bad: [LineQuantity] = [
      .init(line: 0, quantity: 1), .init(line: 1, quantity: 0), .init(line: 2, quantity: .max),
      .init(line: 4, quantity: 1), .init(line: 2, quantity: -1), .init(line: .min, quantity: 1),
    ]
    let fields = [
      "lines[0].line", "lines[1].quantity", "lines[2].quantity", "lines[3].line",
      "lines[4].line", "lines[4].quantity", "lines[5].line",
    ]
    try await counter.shop.crm.write { tx in
      #expect(
        refusal { try tx.orders.pick(id, bad, at: .earliest) }?.issues.map(\.field)
          == ["picked_at"] + fields)
      #expect(
        refusal {
          try tx.orders.ship(id, bad, reference: "", carrier: " ", at: .latest)
        }?.issues.map(\.field) == ["shipped_at", "reference", "carrier"] + fields)
      #expect(
        refusal { try tx.orders.cancel(id, bad, at: .latest) }?.issues.map(\.field)
          == ["closed_at"] + fields)
      #expect(
        refusal {
          try tx.orders.takeBack(id, bad, reference: "a\0", reason: "", at: .earliest)
        }?.issues.map(\.field) == ["returned_at", "reference", "reason"] + fields)
      #expect(
        refusal { try tx.orders.ship(id, [], reference: "x") }?.issues.map(\.field) == ["lines"])
      #expect(
        refusal { try tx.orders.ship(id, [.init(line: 2, quantity: 2)], reference: "x") }?.issues
          == [CRMError.Issue("lines[0].quantity", "is 2 where 1 remain")])
      #expect(
        refusal {
          try tx.orders.takeBack(id, [.init(line: 2, quantity: 3)], reference: "x")
        }?.issues == [CRMError.Issue("lines[0].quantity", "is 3 where 2 remain")])
      #expect(refusal { try tx.orders.ship(.zero, reference: "x") }?.code == .notFound)
      #expect(refusal { try tx.orders.deliver(shipment: .zero) }?.code == .notFound)
    }
    #expect(try await counter.shop.exported() == before)
  }

  @Test("What a state does not allow is refused, naming the state", arguments: Backend.allCases)
  func states(backend: Backend) async throws {
    let counter = try await Counter(backend)
    let id = counter.order.id
    try await counter.shop.crm.write { tx in
      #expect(
        refusal { try tx.orders.takeBack(id, reference: "r") }?.message
          == "Order \(id) is placed: nothing of it can be taken back.")
      try tx.orders.pick(id)
      #expect(
        refusal { try tx.orders.pick(id) }?.message
          == "Order \(id) is picked: nothing of it can be picked.")
      try tx.orders.cancel(id)
      for refused in [
        refusal { try tx.orders.pick(id) }, refusal { try tx.orders.ship(id, reference: "s") },
        refusal { try tx.orders.deliver(id) }, refusal { try tx.orders.cancel(id) },
        refusal { try tx.orders.takeBack(id, reference: "r") },
        refusal { try tx.orders.pay(id, Money("1", .eur), reference: "p") },
      ] {
        #expect(refused?.code == .notAllowed)
        #expect(refused?.message.contains("is cancelled") == true)
      }
      _ = tx.now
    }
  }

  @Test(
    "The same reference with the same contents is one, with others a duplicate",
    arguments: Backend.allCases)
  func references(backend: Backend) async throws {
    let counter = try await Counter(backend)
    let id = counter.order.id
    let part = [LineQuantity(line: 2, quantity: 2), LineQuantity(line: 1, quantity: 1)]
    try await counter.shop.crm.write { tx in
      let shipment = try tx.orders.ship(id, part, reference: "a", by: .handover)
      let goods = try tx.orders.takeBack(id, part, reference: "a", reason: "Broken")
      let dispute = try tx.orders.dispute(id, over: "Broken", reference: "a")
      #expect(try tx.orders.ship(id, part.reversed(), reference: "a", by: .handover) == shipment)
      #expect(
        try tx.orders.takeBack(id, part, reference: "a", reason: "Broken", at: tx.now) == goods)
      #expect(try tx.orders.dispute(id, over: "Broken", reference: "a") == dispute)
      for (refused, holder) in [
        (refusal { try tx.orders.ship(id, part, reference: "a") }, shipment.id.description),
        (
          refusal { try tx.orders.ship(.zero, part, reference: "a", by: .handover) },
          shipment.id.description
        ),
        (
          refusal { try tx.orders.ship(id, [part[0]], reference: "a", by: .handover) },
          shipment.id.description
        ),
        (refusal { try tx.orders.takeBack(id, part, reference: "a") }, goods.id.description),
        (
          refusal {
            try tx.orders.takeBack(
              id, part, reference: "a", reason: "Broken", at: tx.now - .seconds(1))
          }, goods.id.description
        ),
        (
          refusal { try tx.orders.dispute(id, over: "Late", reference: "a") },
          dispute.id.description
        ),
      ] {
        #expect(refused?.code == .duplicate && refused?.holder == holder)
      }
    }
    #expect(try await counter.told() == ["shipped", "returned", "disputed"])
  }

  @Test("Nothing comes back before it was delivered", arguments: Backend.allCases)
  func earlyReturns(backend: Backend) async throws {
    let counter = try await Counter(backend)
    let id = counter.order.id
    let start = counter.order.placedAt
    try await counter.shop.crm.write { tx in
      func takeBack(_ quantity: Int, of line: Int, _ reference: String, at second: Int) throws {
        try tx.orders.takeBack(
          id, [.init(line: line, quantity: quantity)], reference: reference,
          at: start + .seconds(second))
      }
      func isTooEarly(_ quantity: Int, of line: Int, at second: Int) -> Bool {
        let error = refusal { try takeBack(quantity, of: line, "x", at: second) }
        if error == nil { return false }
        #expect(error?.code == .invalid && error?.issues.map(\.field) == ["returned_at"])
        return true
      }
      for (second, quantity) in [(10, 2), (30, 2)] {
        let sent = try tx.orders.ship(
          id, [.init(line: 1, quantity: quantity)], reference: "s\(second)",
          at: start + .seconds(second - 5))
        try tx.orders.deliver(shipment: sent.id, at: start + .seconds(second))
      }
      // All that is left goes over the counter.
      try tx.orders.deliver(id, at: start + .seconds(40))

      #expect(isTooEarly(1, of: 1, at: 9))
      #expect(isTooEarly(3, of: 1, at: 29))
      #expect(isTooEarly(1, of: 2, at: 39))
      try takeBack(2, of: 1, "a", at: 30)
      // Two were there after 10 seconds, of the four after 30 two are back.
      try takeBack(1, of: 1, "b", at: 10)
      #expect(isTooEarly(2, of: 1, at: 15))
      #expect(isTooEarly(2, of: 1, at: 30))
      try takeBack(1, of: 1, "c", at: 30)
      try takeBack(1, of: 1, "d", at: 40)
      try takeBack(3, of: 2, "e", at: 40)
      #expect(try tx.orders.get(id).returnedUnits == 8)
    }
  }

  @Test(
    "At no instant more has come back than was delivered, whatever is recorded first",
    arguments: Histories.of(1...10))
  func returnsInAnyOrder(backend: Backend, seed: UInt64) async throws {
    var random = SeededNumbers(seed)
    let counter = try await Counter(backend)
    let (id, start) = (counter.order.id, counter.order.placedAt)
    counter.shop.clock.advance(by: .seconds(3_600))
    for step in 1...40 {
      let (second, quantity, isReturn) = (
        Int.random(in: 1...50, using: &random), Int.random(in: 1...2, using: &random),
        Int.random(in: 0...2, using: &random) > 0
      )
      let part = [LineQuantity(line: Int.random(in: 1...3, using: &random), quantity: quantity)]
      try await counter.shop.crm.write { tx in
        let at = start + .seconds(second)
        let (sent, back) = (try tx.orders.shipments(of: id), try tx.orders.returns(of: id))
        func units(_ moves: [(at: Instant, contents: [LineQuantity])], by end: Instant) -> Int {
          moves.filter { $0.at <= end }.flatMap(\.contents).filter { $0.line == part[0].line }
            .reduce(0) { $0 + $1.quantity }
        }
        let delivered = sent.map { ($0.shippedAt, $0.contents) }
        let returned = back.map { ($0.returnedAt, $0.contents) } + [(at, part)]
        let isPossible = (1...50).allSatisfy {
          units(returned, by: start + .seconds($0)) <= units(delivered, by: start + .seconds($0))
        }
        let error = refusal {
          if isReturn {
            try tx.orders.takeBack(id, part, reference: "\(step)", at: at)
          } else {
            try tx.orders.ship(id, part, reference: "\(step)", by: .handover, at: at)
          }
        }
        if isReturn { #expect((error == nil) == isPossible) }
      }
    }
    #expect(try await counter.now().returnedUnits > 0)
  }

  @Test("A call is refused with all that is wrong with it", arguments: Backend.allCases)
  func allAtOnce(backend: Backend) async throws {
    let counter = try await Counter(backend)
    let id = counter.order.id
    let early = counter.order.placedAt - .seconds(1)
    let wrong = [LineQuantity(line: 9, quantity: 1), LineQuantity(line: 1, quantity: 0)]
    try await counter.shop.crm.write { tx in
      let sent = refusal {
        try tx.orders.ship(id, wrong, reference: "", carrier: " ", at: early)
      }
      #expect(sent?.code == .invalid)
      #expect(
        sent?.issues.map(\.field)
          == ["shipped_at", "reference", "carrier", "lines[0].line", "lines[1].quantity"])
      // Nothing is with the customer, and the call would be wrong if something were.
      let back = refusal { try tx.orders.takeBack(id, wrong, reference: "", reason: " ") }
      #expect(back?.code == .notAllowed)
      #expect(
        back?.issues.map(\.field)
          == ["reference", "reason", "lines[0].line", "lines[1].quantity"])
      let refund = refusal {
        try tx.orders.refund(id, try Money("1", .usd), reference: "", by: " ", at: early)
      }
      #expect(refund?.code == .notAllowed)
      #expect(refund?.issues.map(\.field) == ["reference", "amount", "method", "paid_at"])
      // A reference that is taken is one problem among others.
      try tx.orders.ship(id, [.init(line: 1, quantity: 1)], reference: "a")
      let again = refusal { try tx.orders.ship(id, reference: "a", carrier: " ", at: early) }
      #expect(again?.code == .invalid && again?.holder != nil)
      #expect(again?.issues.map(\.field) == ["shipped_at", "carrier", "reference"])
      let others = refusal { try tx.orders.ship(id, wrong, reference: "a") }
      #expect(
        others?.issues.map(\.field)
          == ["lines[0].line", "lines[1].quantity", "reference", "lines"])
    }
  }

  @Test("Disputes are counted, and settled once", arguments: Backend.allCases)
  func disputes(backend: Backend) async throws {
    let counter = try await Counter(backend)
    let id = counter.order.id
    try await counter.shop.crm.write { tx in
      let first = try tx.orders.dispute(id, over: "Never came", reference: "d1")
      try tx.orders.dispute(id, over: "Too dear", reference: "d2")
      let settled = try tx.orders.settle(dispute: first.id, outcome: "Sent again")
      #expect(settled.settledAt == tx.now && settled.outcome == "Sent again")
      #expect(
        refusal { try tx.orders.settle(dispute: first.id, outcome: "x") }?.code == .notAllowed)
      let second = try #require(try tx.orders.find(dispute: "d2"))
      #expect(
        refusal {
          try tx.orders.settle(dispute: second.id, outcome: "", at: .earliest)
        }?.issues.map(\.field) == ["outcome", "settled_at"])
      #expect(
        refusal {
          try tx.orders.dispute(id, over: "a\0", reference: "", at: .latest)
        }?.issues.map(\.field) == ["opened_at", "reference", "subject"])
      #expect(try tx.orders.disputes(of: id).map(\.reference) == ["d1", "d2"])
      #expect(try tx.orders.count(where: { $0.openDisputes > 0 }) == 1)
    }
    let order = try await counter.now()
    #expect(order.disputes == 2 && order.openDisputes == 1)
    #expect(try await counter.told() == ["disputed", "disputed", "dispute_settled"])
  }

  @Test(
    "What is late is known from the time alone, the first promised first",
    arguments: Backend.allCases)
  func late(backend: Backend) async throws {
    let promised = Shop.opening + .seconds(3_600)
    let counter = try await Counter(backend, promisedAt: promised)
    try await counter.shop.crm.write { tx in
      for (number, offset) in [("2", -60), ("3", 60), ("4", -30), ("5", -10)] {
        let line = try tx.orders.lines(of: counter.order.id)[0]
        let order = try tx.orders.place(
          NewOrder(
            number: number, customer: counter.order.customer,
            lines: [.init(line.item, amount: .zero(.eur))],
            promisedAt: promised + .seconds(offset)))
        if number == "4" { try tx.orders.deliver(order.id) }
        if number == "5" { try tx.orders.cancel(order.id) }
      }
      #expect(try tx.orders.late().isEmpty)
    }
    counter.shop.clock.set(to: promised)
    try await counter.shop.crm.read { tx throws in
      #expect(try tx.orders.late().map(\.number) == ["2"])
      #expect(try tx.orders.late(asOf: promised + .seconds(61)).map(\.number) == ["2", "1", "3"])
      #expect(try tx.orders.late(asOf: .latest, limit: 1).map(\.number) == ["2"])
    }
  }

  @Test(
    "An order in parts is late by its last part, in whatever order that is recorded",
    arguments: Backend.allCases, [true, false])
  func lateInParts(backend: Backend, isLastFirst: Bool) async throws {
    let promised = Shop.opening + .seconds(3_600)
    let counter = try await Counter(backend, promisedAt: promised)
    let id = counter.order.id
    let (early, after) = (promised - .seconds(60), promised + .seconds(60))
    counter.shop.clock.set(to: after)
    try await counter.shop.crm.write { tx in
      let sent = Shop.opening + .seconds(60)
      let first = try tx.orders.ship(
        id, [.init(line: 1, quantity: 5)], reference: "a", at: sent)
      let second = try tx.orders.ship(id, reference: "b", at: sent)
      if isLastFirst {
        try tx.orders.deliver(shipment: second.id, at: after)
        try tx.orders.deliver(shipment: first.id, at: early)
      } else {
        try tx.orders.deliver(shipment: first.id, at: early)
        try tx.orders.deliver(shipment: second.id, at: after)
      }
    }
    let order = try await counter.now()
    #expect(order.isLate && order.closedAt == after)
    #expect(try await counter.shop.crm.advance().done == 0)
    let delays = try await counter.shop.events().filter { $0.type == OrderDelayed.name }
    #expect(delays.map(\.occurredAt) == [promised + .milliseconds(1)])
  }
}

@Suite("Payments")
struct OrderPaymentTests {
  @Test(
    "Money in and out is bounded by what is owed and what was paid", arguments: Backend.allCases)
  func bounds(backend: Backend) async throws {
    let counter = try await Counter(backend)
    let id = counter.order.id
    try await counter.shop.crm.write { tx in
      let euro = { try Money($0, .eur) }
      #expect(
        refusal { try tx.orders.refund(id, try euro("1"), reference: "r") }?.message
          == "Order \(id) is placed and nothing was paid for it.")
      #expect(
        refusal { try tx.orders.pay(id, try euro("110.06"), reference: "p") }?.issues
          == [CRMError.Issue("amount", "is more than the 110.05 EUR still to be paid")])
      try tx.orders.pay(id, try euro("100.00"), reference: "p")
      #expect(
        refusal { try tx.orders.pay(id, try euro("10.06"), reference: "q") }?.code == .invalid)
      #expect(
        refusal { try tx.orders.refund(id, try euro("100.01"), reference: "q") }?.issues
          == [CRMError.Issue("amount", "is more than the 100.00 EUR paid and not refunded")])
      try tx.orders.refund(id, try euro("60.00"), reference: "q", by: "transfer")
      #expect(
        refusal { try tx.orders.refund(id, try euro("40.01"), reference: "r") }?.code == .invalid)
      #expect(
        refusal {
          try tx.orders.pay(
            id, try Money("1", .usd), reference: "", by: " ", at: Shop.opening - .seconds(1))
        }?.issues.map(\.field) == ["reference", "amount", "method", "paid_at"])
      for amount in ["0", "-1"] {
        #expect(
          refusal { try tx.orders.refund(id, try euro(amount), reference: "r") }?.issues
            == [CRMError.Issue("amount", "is not above zero")])
      }
      let most = Money(minorUnits: .max, .eur)
      #expect(refusal { try tx.orders.pay(id, most, reference: "r") }?.code == .invalid)
      #expect(try tx.orders.payments(of: id).map(\.reference) == ["p", "q"])
    }
    let order = try await counter.now()
    #expect(order.paid.decimalText == "100.00" && order.refunded.decimalText == "60.00")
    #expect(try await counter.told() == ["paid", "refunded"])
  }

  @Test("A reference is one payment or refund", arguments: Backend.allCases)
  func references(backend: Backend) async throws {
    let counter = try await Counter(backend)
    let id = counter.order.id
    let amount = try Money("10", .eur)
    try await counter.shop.crm.write { tx in
      let payment = try tx.orders.pay(id, amount, reference: "p", by: "card")
      #expect(try tx.orders.pay(id, amount, reference: "p", by: "card", at: tx.now) == payment)
      #expect(try tx.orders.find(payment: "p") == payment)
      for refused in [
        refusal { try tx.orders.pay(id, try Money("9", .eur), reference: "p", by: "card") },
        refusal { try tx.orders.pay(id, amount, reference: "p") },
        refusal { try tx.orders.refund(id, amount, reference: "p", by: "card") },
        refusal { try tx.orders.pay(.zero, amount, reference: "p", by: "card") },
        refusal {
          try tx.orders.pay(id, amount, reference: "p", by: "card", at: tx.now + .seconds(1))
        },
      ] {
        #expect(refused?.code == .duplicate && refused?.holder == payment.id.description)
      }
    }
    #expect(try await counter.now().paid == amount)
    #expect(try await counter.told() == ["paid"])
  }

  @Test(
    "Figures count a return and its refund once, whichever comes first",
    arguments: Backend.allCases, [true, false])
  func figures(backend: Backend, isRefundedFirst: Bool) async throws {
    let counter = try await Counter(backend)
    let id = counter.order.id
    let figures = try await counter.shop.crm.write { tx in
      try tx.orders.pay(id, Money("110.05", .eur), reference: "p")
      try tx.orders.deliver(id)
      let takeBack = { try tx.orders.takeBack(id, [.init(line: 1, quantity: 2)], reference: "r") }
      if !isRefundedFirst { _ = try takeBack() }
      try tx.orders.refund(id, Money("40.00", .eur), reference: "q")
      if isRefundedFirst { _ = try takeBack() }
      #expect(try tx.orders.get(id).outstanding == .zero(.eur))
      // Beyond what came back it is a lower price.
      try tx.orders.refund(id, Money("5.00", .eur), reference: "goodwill")
      return try tx.metrics.purchases(of: counter.order.customer)
    }
    #expect(figures.map(\.orders) == [1] && figures.map(\.units) == [8])
    #expect(figures.map(\.revenue.decimalText) == ["65.05"])
    #expect(try await counter.now().value.decimalText == "65.05")
    let reductions = try await counter.shop.events().compactMap {
      try $0.payload(as: OrderReturned.self)?.reduction.decimalText
        ?? $0.payload(as: OrderRefunded.self)?.reduction.decimalText
    }
    #expect(reductions == ["40.00", "0.00", "5.00"])
  }

  @Test("A payment that bounced is owed again", arguments: Backend.allCases)
  func reversed(backend: Backend) async throws {
    let counter = try await Counter(backend)
    let id = counter.order.id
    try await counter.shop.crm.write { tx in
      let first = try tx.orders.pay(id, Money("110.05", .eur), reference: "p")
      #expect(
        refusal { try tx.orders.reverse(payment: first.id, at: .earliest) }?.issues.map(\.field)
          == ["reversed_at"])
      let reversed = try tx.orders.reverse(payment: first.id)
      #expect(reversed.reversedAt == tx.now)
      #expect(try tx.orders.get(id).status == .placed)
      #expect(try tx.orders.reverse(payment: first.id) == reversed)
      #expect(
        refusal { try tx.orders.reverse(payment: first.id, at: tx.now + .seconds(1)) }?.code
          == .notAllowed)
      let second = try tx.orders.pay(id, Money("110.05", .eur), reference: "q")
      #expect(try tx.orders.get(id).status == .paid)
      let back = try tx.orders.refund(id, Money("0.01", .eur), reference: "r")
      for payment in [second, back] {
        #expect(refusal { try tx.orders.reverse(payment: payment.id) }?.code == .notAllowed)
      }
      #expect(refusal { try tx.orders.reverse(payment: .zero) }?.code == .notFound)
    }
    let order = try await counter.now()
    #expect(order.paid == order.total && order.refunded.decimalText == "0.01")
    #expect(try await counter.told() == ["paid", "payment_reversed", "paid", "refunded"])
    let bought = try await counter.shop.crm.read { try $0.metrics.purchases(of: order.customer) }
    #expect(bought.map(\.revenue.decimalText) == ["110.04"])
  }
}
