import CRMKit
import CRMTesting
import Testing

@Suite("The catalogue")
struct CatalogueTests {
  @Test("An item's number is its own, and the holder is named", arguments: Backend.allCases)
  func sku(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (_, item) = try await shop.furnished()
    let other = try await shop.crm.write { try $0.catalogue.add(sku: "cd-2", name: "B") }
    let added = await failure {
      try await shop.crm.write { try $0.catalogue.add(sku: item.sku, name: "B") }
    }
    #expect(added?.code == .duplicate)
    #expect(added?.holder == item.id.description)
    var changed = other
    changed.sku = item.sku
    let updated = await failure { [changed] in
      try await shop.crm.write { try $0.catalogue.update(changed) }
    }
    #expect(updated?.holder == item.id.description)
    try await shop.crm.read { tx throws in
      #expect(try tx.catalogue.find(sku: "cd-1")?.id == item.id)
      #expect(try tx.catalogue.find(sku: "cd-3") == nil)
      #expect(try tx.catalogue.page(Query(limit: 1)).next != nil)
    }
  }

  @Test("Every problem of an item is named", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let long = String(repeating: "x", count: 100_000)
    let cent = Money(minorUnits: 1, .eur)
    for (sku, name, category, prices, fields) in [
      ("", "", "", [Money(minorUnits: -1, .eur)], ["sku", "name", "category", "prices[0]"]),
      ("a\0", long, nil, [], ["sku", "name"]), (long, "A", " ", [], ["sku", "category"]),
      ("a", "A", nil, [cent, .zero(.usd), .zero(.eur)], ["prices[2]"]),
      ("a", "A", nil, Array(repeating: cent, count: 201), ["prices"]),
    ] as [(String, String, String?, [Money], [String])] {
      let error = await failure {
        try await shop.crm.write {
          try $0.catalogue.add(sku: sku, name: name, category: category, prices: prices)
        }
      }
      #expect(error?.code == .invalid)
      #expect(error?.issues.map(\.field) == fields)
    }
    let unknown = await failure {
      try await shop.crm.write {
        try $0.catalogue.update(CatalogueItem(id: .zero, sku: "s", name: "A"))
      }
    }
    #expect(unknown?.code == .notFound)
    #expect(try await shop.exported().count == 2)  // the header and the end
  }
}

@Suite("Orders")
struct OrderTests {
  private func line(_ item: CatalogueItem, _ amount: String, _ quantity: Int = 1) throws
    -> NewOrder.Line
  {
    NewOrder.Line(item.id, quantity: quantity, amount: try Money(amount, .usd))
  }

  @Test("Placing again under its number changes nothing", arguments: Backend.allCases)
  func idempotent(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let new = NewOrder(
      number: "2026-1", customer: ada.id,
      lines: [try line(item, "9.99"), try line(item, "20.00", 2)],
      placedAt: Shop.opening, promisedAt: Shop.opening + .seconds(60))
    let order = try await shop.crm.write { try $0.orders.place(new) }
    #expect(order.total == (try Money("29.99", .usd)))
    #expect(order.units == 3)
    let before = try await shop.exported()
    shop.clock.advance(by: .seconds(30))
    #expect(try await shop.crm.write { try $0.orders.place(new) } == order)
    #expect(try await shop.exported() == before)
    let lines = try await shop.crm.read { try $0.orders.lines(of: order.id) }
    #expect(lines.map(\.position) == [1, 2])
    #expect(lines.map(\.quantity) == [1, 2])
    #expect(try await shop.crm.read { try $0.orders.find(number: "2026-1") } == order)
  }

  @Test("Another order under a number that is taken is refused", arguments: Backend.allCases, 0..<5)
  func conflictingNumber(backend: Backend, change: Int) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let bob = try await shop.crm.write { try $0.customers.add(.person("Bob")) }
    let new = NewOrder(
      number: "1", customer: ada.id, lines: [try line(item, "9.99")], placedAt: Shop.opening)
    let order = try await shop.crm.write { try $0.orders.place(new) }
    let before = try await shop.exported()
    var other = new
    switch change {
    case 0: other.customer = bob.id
    case 1: other.lines = [try line(item, "9.98")]
    case 2: other.lines = [try line(item, "9.99", 2)]
    case 3: other.placedAt = Shop.opening - .milliseconds(1)
    default: other.promisedAt = Shop.opening
    }
    let error = await failure { [other] in try await shop.crm.write { try $0.orders.place(other) } }
    #expect(error?.code == .duplicate)
    #expect(error?.holder == order.id.description)
    #expect(try await shop.exported() == before)
  }

  @Test("Unknown customers and items are all named at once", arguments: Backend.allCases)
  func unknown(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (_, item) = try await shop.furnished()
    let before = try await shop.exported()
    let stray = CatalogueItem.ID(high: 1, low: 2)
    let amount = try Money("1", .usd)
    let error = await failure {
      try await shop.crm.write { tx in
        try tx.orders.place(
          NewOrder(
            number: "1", customer: .zero,
            lines: [
              .init(stray, amount: amount), .init(item.id, amount: amount),
              .init(stray, amount: amount),
            ]))
      }
    }
    #expect(error?.code == .unknownReference)
    #expect(error?.issues.map(\.field) == ["customer", "lines[0].item", "lines[2].item"])
    #expect(try await shop.exported() == before)
  }

  @Test("Every problem of an order is named at once", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let before = try await shop.exported()
    let day = Duration.seconds(86_400)
    let euro = NewOrder.Line(item.id, amount: try Money("1", .eur))
    for (new, fields) in [
      (NewOrder(number: "", customer: ada.id, lines: []), ["number", "lines"]),
      (NewOrder(number: "a\0", customer: ada.id, lines: []), ["number", "lines"]),
      (
        NewOrder(number: String(repeating: "1", count: 100_000), customer: ada.id, lines: []),
        ["number", "lines"]
      ),
      (
        NewOrder(
          number: "1", customer: ada.id,
          lines: [try line(item, "1", 0), try line(item, "-1", -1), euro]),
        ["lines[0].quantity", "lines[1].quantity", "lines[1].amount", "lines[2].amount"]
      ),
      (
        NewOrder(
          number: "1", customer: ada.id, lines: [try line(item, "1")],
          placedAt: Shop.opening + day + .milliseconds(1), promisedAt: Shop.opening),
        ["placed_at", "promised_at"]
      ),
      (
        NewOrder(
          number: "1", customer: ada.id, lines: [try line(item, "1")], placedAt: .latest,
          promisedAt: .earliest), ["placed_at", "promised_at"]
      ),
      (
        NewOrder(
          number: "1", customer: ada.id, lines: [try line(item, "1", .max), try line(item, "1", 1)]),
        ["lines"]
      ),
      (
        NewOrder(
          number: "1", customer: ada.id,
          lines: Array(repeating: try line(item, "1"), count: 10_001)), ["lines"]
      ),
    ] {
      let error = await failure { try await shop.crm.write { try $0.orders.place(new) } }
      #expect(error?.code == .invalid)
      #expect(error?.issues.map(\.field) == fields)
    }
    let sum = await failure {
      try await shop.crm.write { tx in
        try tx.orders.place(
          NewOrder(
            number: "1", customer: ada.id,
            lines: Array(repeating: .init(item.id, amount: Money(minorUnits: .max, .usd)), count: 2)
          ))
      }
    }
    #expect(sum?.code == .overflow)
    #expect(try await shop.exported() == before)
  }

  @Test(
    "An order as large as numbers go is kept; the next is refused, not trapped",
    arguments: Backend.allCases)
  func largest(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let most = NewOrder.Line(item.id, quantity: .max, amount: Money(minorUnits: .max, .usd))
    try await shop.crm.write {
      try $0.orders.place(NewOrder(number: "1", customer: ada.id, lines: [most]))
    }
    let before = try await shop.exported()
    for line in [
      most, .init(item.id, quantity: .max, amount: .zero(.usd)),
      .init(item.id, amount: Money(minorUnits: 1, .usd)),
    ] {
      let error = await failure {
        try await shop.crm.write {
          try $0.orders.place(NewOrder(number: "2", customer: ada.id, lines: [line]))
        }
      }
      #expect(error?.code == .overflow)
    }
    #expect(try await shop.exported() == before)
  }

  @Test("Only an open order can be delivered or cancelled", arguments: Backend.allCases)
  func states(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let lines = [try line(item, "9.99")]
    let (first, second) = try await shop.crm.write { tx in
      (
        try tx.orders.place(NewOrder(number: "1", customer: ada.id, lines: lines)),
        try tx.orders.place(NewOrder(number: "2", customer: ada.id, lines: lines))
      )
    }
    shop.clock.advance(by: .seconds(60))
    try await shop.crm.write { tx in
      let delivered = try tx.orders.deliver(first.id)
      #expect(delivered.status == .delivered && delivered.closedAt == tx.now)
      let cancelled = try tx.orders.cancel(second.id, at: Shop.opening + .seconds(1))
      #expect(cancelled.status == .cancelled && cancelled.closedAt == Shop.opening + .seconds(1))
      for id in [first.id, second.id] {
        #expect(refusal { try tx.orders.deliver(id) }?.code == .notAllowed)
        #expect(refusal { try tx.orders.cancel(id) }?.code == .notAllowed)
      }
      #expect(refusal { try tx.orders.deliver(.zero) }?.code == .notFound)
    }
    let last = try #require(try await shop.events().last)
    #expect(last.type == "orders.cancelled")
    #expect(last.occurredAt == Shop.opening + .seconds(1))
    #expect(try last.payload(as: OrderCancelled.self)?.total == first.total)
    #expect(
      last.changes.map(\.field) == ["status", "closed_at", "cancelled_units", "credited_minor"])
  }

  @Test(
    "An order is closed neither before it was placed nor in days to come",
    arguments: Backend.allCases)
  func closingDates(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let order = try await shop.crm.write { [line = try line(item, "1")] in
      try $0.orders.place(NewOrder(number: "1", customer: ada.id, lines: [line]))
    }
    for instant in [
      Instant.earliest, Shop.opening - .milliseconds(1), Shop.opening + .seconds(86_401), .latest,
    ] {
      try await shop.crm.write { tx in
        #expect(
          refusal { try tx.orders.deliver(order.id, at: instant) }?.issues.map(\.field) == [
            "closed_at"
          ])
        #expect(refusal { try tx.orders.cancel(order.id, at: instant) }?.code == .invalid)
        _ = tx.now
      }
    }
    #expect(try await shop.crm.read { try $0.orders.get(order.id) } == order)
  }

  @Test("A broken promise is noticed as of the instant after, once", arguments: Backend.allCases)
  func delay(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let promised = Shop.opening + .seconds(3 * 86_400)
    let lines = [try line(item, "9.99")]
    let orders = try await shop.crm.write { tx in
      try ["late", "delivered", "cancelled"].map {
        try tx.orders.place(
          NewOrder(number: $0, customer: ada.id, lines: lines, promisedAt: promised))
      }
    }
    shop.clock.set(to: promised)
    #expect(try await shop.crm.advance().done == 0)
    try await shop.crm.write { tx in
      try tx.orders.deliver(orders[1].id)
      try tx.orders.cancel(orders[2].id)
      #expect(try tx.agenda.upcoming().map(\.due) == [promised + .milliseconds(1)])
    }
    shop.clock.advance(by: .seconds(7_200))
    #expect(try await shop.crm.advance().done == 1)
    #expect(try await shop.crm.advance(to: .latest).done == 0)
    let delays = try await shop.events().filter { $0.type == OrderDelayed.name }
    #expect(delays.map(\.occurredAt) == [promised + .milliseconds(1)])
    #expect(delays.map(\.recordedAt) == [shop.clock.now])
    #expect(delays.map(\.customer) == [ada.id])
    #expect(try delays.first?.payload(as: OrderDelayed.self)?.promisedAt == promised)
    let isLate = try await shop.crm.read { tx in try orders.map { try tx.orders.get($0.id).isLate }
    }
    #expect(isLate == [true, false, false])
    let delivered = try await shop.crm.write { try $0.orders.deliver(orders[0].id) }
    #expect(delivered.isLate && delivered.version == 3)
  }

  @Test("A customer's orders come latest first, up to an instant", arguments: Backend.allCases)
  func listing(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let lines = [try line(item, "1")]
    try await shop.crm.write { tx in
      for day in [3, 1, 2] {
        try tx.orders.place(
          NewOrder(
            number: "\(day)", customer: ada.id, lines: lines,
            placedAt: Shop.opening - .seconds(day * 86_400)))
      }
      #expect(try tx.orders.all(of: ada.id).map(\.number) == ["1", "2", "3"])
      #expect(
        try tx.orders.all(of: ada.id, until: Shop.opening - .seconds(2 * 86_400)).map(\.number)
          == ["2", "3"])
      #expect(try tx.orders.all(of: ada.id, limit: 1).map(\.number) == ["1"])
      #expect(try tx.orders.count(where: { $0.status == .placed }) == 3)
    }
  }
}

@Suite("Metrics")
struct MetricsTests {
  private struct Figures: Equatable {
    var orders = 0
    var units = 0
    var revenue = Int64(0)
    /// When those that are not cancelled were placed.
    var placed: [Instant] = []
  }

  private struct Key: Hashable {
    let customer: Customer.ID
    let currency: String
  }

  @Test(
    "Figures are what a recomputation over the history gives",
    arguments: Histories.of(1...4))
  func recomputed(backend: Backend, seed: UInt64) async throws {
    var numbers = SeededNumbers(seed)
    let shop = try await Shop(backend, seed: seed)
    let (customers, item) = try await shop.crm.write { tx in
      (
        try (1...5).map { try tx.customers.add(.person("P \($0)")).id },
        try tx.catalogue.add(sku: "a", name: "A").id
      )
    }
    var open: [Order] = []
    var model: [Key: Figures] = [:]
    for step in 1...120 {
      shop.clock.advance(by: .seconds(3_600))
      if !open.isEmpty, Int.random(in: 0..<4, using: &numbers) == 0 {
        let order = open.remove(at: Int.random(in: 0..<open.count, using: &numbers))
        if Bool.random(using: &numbers) {
          try await shop.crm.write { try $0.orders.cancel(order.id) }
          let key = Key(customer: order.customer, currency: order.total.currency.rawValue)
          model[key]?.orders -= 1
          model[key]?.units -= order.units
          model[key]?.revenue -= order.total.minorUnits
          if let place = model[key]?.placed.firstIndex(of: order.placedAt) {
            model[key]?.placed.remove(at: place)
          }
        } else {
          try await shop.crm.write { try $0.orders.deliver(order.id) }
        }
        continue
      }
      let currency = [Currency.eur, .jpy][Int.random(in: 0...1, using: &numbers)]
      let new = NewOrder(
        number: "\(step)", customer: customers[Int.random(in: 0..<5, using: &numbers)],
        lines: (0...Int.random(in: 0...2, using: &numbers)).map { _ in
          NewOrder.Line(
            item, quantity: Int.random(in: 1...9, using: &numbers),
            amount: Money(minorUnits: Int64.random(in: 0...9_999, using: &numbers), currency))
        },
        placedAt: shop.clock.now - .seconds(Int.random(in: 0...9_000_000, using: &numbers)))
      let order = try await shop.crm.write { tx in
        if step % 7 == 0 {
          _ = try? tx.attempt {
            try tx.orders.place(new)
            throw Refused()
          }
        }
        return try tx.orders.place(new)
      }
      open.append(order)
      var figures = model[Key(customer: order.customer, currency: currency.rawValue)] ?? Figures()
      figures.orders += 1
      figures.units += order.units
      figures.revenue += order.total.minorUnits
      figures.placed.append(order.placedAt)
      model[Key(customer: order.customer, currency: currency.rawValue)] = figures
    }
    let kept = try await shop.crm.read { try $0.records(of: PurchaseMetrics.self).all() }
    #expect(kept.count == model.count)
    for metrics in kept {
      let figures = model[
        Key(customer: metrics.customer, currency: metrics.revenue.currency.rawValue)]
      #expect(metrics.orders == figures?.orders)
      #expect(metrics.units == figures?.units)
      #expect(metrics.revenue.minorUnits == figures?.revenue)
      #expect(metrics.firstOrderAt == figures?.placed.min())
      #expect(metrics.lastOrderAt == figures?.placed.max())
    }
    let best = try await shop.crm.read { try $0.metrics.best(in: .eur, limit: 3) }
    let expected = kept.filter { $0.revenue.currency == .eur }.map(\.revenue.minorUnits).sorted(
      by: >)
    #expect(best.map(\.revenue.minorUnits) == Array(expected.prefix(3)))
    #expect(best.allSatisfy { $0.revenue.currency == .eur })
    let all = try await shop.crm.read { try $0.metrics.purchases(of: customers[0]) }
    #expect(all.map(\.revenue.currency.rawValue) == all.map(\.revenue.currency.rawValue).sorted())
  }
}
