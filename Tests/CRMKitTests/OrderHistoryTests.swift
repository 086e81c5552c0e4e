import CRMKit
import CRMTesting
import Testing

/// A random life of some orders, against a model that only adds and subtracts.
@Suite("Random histories of orders", .timeLimit(.minutes(30)))
struct OrderHistoryTests {
  fileprivate enum Deed: CaseIterable {
    case pay, reverse, refund, pick, ship, hand, arrive, deliverAll, cancel, cancelAll, takeBack
  }

  /// What the model knows of one order.
  private struct Model {
    struct Line {
      let ordered: Int
      let total: Int64
      var cancelled = 0
      var picked = 0
      var shipped = 0
      var delivered = 0
      var returned = 0

      var open: Int { ordered - cancelled - shipped }
    }

    let id: Order.ID
    var lines: [Line]
    var paid: Int64 = 0
    var refunded: Int64 = 0
    var payments: [(id: Payment.ID, amount: Int64)] = []
    var underway: [(id: Shipment.ID, parts: [LineQuantity])] = []

    var total: Int64 { lines.map(\.total).reduce(0, +) }
    var isClosed: Bool { lines.allSatisfy { $0.cancelled + $0.delivered == $0.ordered } }

    /// What cancelled and returned units came to.
    var credited: Int64 {
      lines.map { $0.total * Int64($0.cancelled + $0.returned) / Int64($0.ordered) }.reduce(0, +)
    }

    var value: Int64 { total - max(credited, refunded) }
    var outstanding: Int64 { value - (paid - refunded) }

    var status: Order.Status {
      let active = lines.map { $0.ordered - $0.cancelled }
      func all(_ count: (Line) -> Int) -> Bool { lines.map(count) == active }
      if active.allSatisfy({ $0 == 0 }) { return .cancelled }
      if all(\.returned) { return .returned }
      if all(\.delivered) { return .delivered }
      if all(\.shipped) { return .shipped }
      if all(\.picked) { return .picked }
      return paid > 0 && outstanding <= 0 ? .paid : .placed
    }

    func allows(_ deed: Deed, _ parts: [LineQuantity], _ amount: Int64) -> Bool {
      func fits(_ remaining: (Line) -> Int) -> Bool {
        !parts.isEmpty && parts.allSatisfy { $0.quantity <= remaining(lines[$0.line - 1]) }
      }
      return switch deed {
      case .pay: amount <= outstanding && status != .cancelled
      case .reverse: paid - (payments.last?.amount ?? 0) >= refunded
      case .refund: amount <= paid - refunded
      case .pick: fits { $0.ordered - $0.cancelled - $0.picked }
      case .ship, .hand, .cancel: fits(\.open)
      case .arrive: true
      case .deliverAll: !isClosed
      case .cancelAll: lines.contains { $0.open > 0 }
      case .takeBack: fits { $0.delivered - $0.returned }
      }
    }
  }

  @Test(
    "Quantities and money conserve at every step", arguments: Histories.of(1...4))
  func conserved(backend: Backend, seed: UInt64) async throws {
    let (done, _) = try await play(backend, seed)
    #expect(done == Set(Deed.allCases))
  }

  @Test("Every backend exports the same bytes")
  func equal() async throws {
    let memory = try await play(.memory, 7).export
    for backend in [Backend.file, .sqlite] {
      let other = try await play(backend, 7).export
      #expect(memory.count == other.count)
      for (a, b) in zip(memory, other) where !a.utf8.elementsEqual(b.utf8) {
        Issue.record("memory: \(a)\n\(backend): \(b)")
        return
      }
    }
  }

  private func play(_ backend: Backend, _ seed: UInt64) async throws
    -> (done: Set<Deed>, export: [String])
  {
    var numbers = SeededNumbers(seed)
    let currency = [Currency.jpy, .eur, .kwd][Int(seed % 3)]
    let shop = try await Shop(backend, seed: seed)
    let (ada, item) = try await shop.furnished()
    var models: [Model] = []
    var done: Set<Deed> = []
    for step in 0..<250 {
      shop.clock.advance(by: .seconds(Int.random(in: 0...3_600, using: &numbers)))
      if models.count < 4 || Int.random(in: 0..<8, using: &numbers) == 0 {
        models.append(try await place(step, ada.id, item.id, currency, shop, &numbers))
      }
      let index = Int.random(in: 0..<models.count, using: &numbers)
      let before = models[index]
      var after = before
      let deed = Deed.allCases.randomElement(using: &numbers) ?? .pay
      let parts = Self.contents(before, &numbers)
      let amount = Int64.random(in: 1...(before.total / 3 + 1), using: &numbers)
      let isAllowed = before.allows(deed, parts, amount)
      let told = try await shop.crm.read { try $0.events.end() }
      do {
        try await shop.crm.write { tx in
          try Self.act(deed, parts, Money(minorUnits: amount, currency), "r\(step)", &after, tx)
        }
        #expect(isAllowed, "\(deed) \(parts) \(amount) of \(before)")
        models[index] = after
        done.insert(deed)
      } catch let error as CRMError {
        #expect(!isAllowed, "\(deed) \(parts) \(amount) of \(before): \(error)")
        #expect([.invalid, .notAllowed].contains(error.code))
        #expect(try await shop.crm.read { try $0.events.end() } == told)
      }
      try await check(models[index], shop)
    }
    try await checkFigures(models, of: ada.id, shop)
    for model in models { try await checkRecords(of: model, shop) }
    return (done, try await shop.exported())
  }

  private func place(
    _ step: Int, _ customer: Customer.ID, _ item: CatalogueItem.ID, _ currency: Currency,
    _ shop: Shop, _ numbers: inout SeededNumbers
  ) async throws -> Model {
    let lines = (0...Int.random(in: 0...3, using: &numbers)).map { _ in
      NewOrder.Line(
        item, quantity: Int.random(in: 1...7, using: &numbers),
        amount: Money(minorUnits: Int64.random(in: 0...9_999, using: &numbers), currency))
    }
    let new = NewOrder(
      number: "\(step)", customer: customer, lines: lines, discount: .rate(.basisPoints(333)),
      tax: .rate(.percent(19)), isTaxIncluded: step % 2 == 0)
    return try await shop.crm.write { tx in
      let order = try tx.orders.place(new)
      let kept = try tx.orders.lines(of: order.id)
      return Model(
        id: order.id,
        lines: kept.map { Model.Line(ordered: $0.quantity, total: $0.total.minorUnits) })
    }
  }

  /// Random contents, some of which are too much.
  private static func contents(_ model: Model, _ numbers: inout SeededNumbers) -> [LineQuantity] {
    model.lines.indices.compactMap { index in
      Bool.random(using: &numbers)
        ? LineQuantity(line: index + 1, quantity: Int.random(in: 1...3, using: &numbers)) : nil
    }
  }

  private static func act(
    _ deed: Deed, _ parts: [LineQuantity], _ money: Money, _ reference: String,
    _ model: inout Model, _ tx: Transaction
  ) throws {
    func each(_ change: (inout Model.Line, Int) -> Void) {
      for part in parts { change(&model.lines[part.line - 1], part.quantity) }
    }
    switch deed {
    case .pay:
      let payment = try tx.orders.pay(model.id, money, reference: reference)
      model.paid += money.minorUnits
      model.payments.append((payment.id, money.minorUnits))
    case .reverse:
      guard let payment = model.payments.popLast() else { return }
      try tx.orders.reverse(payment: payment.id)
      model.paid -= payment.amount
    case .refund:
      try tx.orders.refund(model.id, money, reference: reference)
      model.refunded += money.minorUnits
    case .pick:
      try tx.orders.pick(model.id, parts)
      each { $0.picked += $1 }
    case .ship:
      let shipment = try tx.orders.ship(model.id, parts, reference: reference)
      each { line, count in
        line.shipped += count
        line.picked = max(line.picked, line.shipped)
      }
      model.underway.append((shipment.id, parts))
    case .hand:
      try tx.orders.ship(model.id, parts, reference: reference, by: .handover)
      each { line, count in
        line.shipped += count
        line.delivered += count
        line.picked = max(line.picked, line.shipped)
      }
    case .arrive:
      guard let shipment = model.underway.popLast() else { return }
      try tx.orders.deliver(shipment: shipment.id)
      for part in shipment.parts { model.lines[part.line - 1].delivered += part.quantity }
    case .deliverAll:
      try tx.orders.deliver(model.id)
      model.underway = []
      for index in model.lines.indices {
        let active = model.lines[index].ordered - model.lines[index].cancelled
        model.lines[index].picked = active
        model.lines[index].shipped = active
        model.lines[index].delivered = active
      }
    case .cancel, .cancelAll:
      try tx.orders.cancel(model.id, deed == .cancel ? parts : nil)
      for index in model.lines.indices {
        let count =
          deed == .cancelAll
          ? model.lines[index].open : parts.first { $0.line == index + 1 }?.quantity ?? 0
        model.lines[index].cancelled += count
        model.lines[index].picked = min(
          model.lines[index].picked, model.lines[index].ordered - model.lines[index].cancelled)
      }
    case .takeBack:
      try tx.orders.takeBack(model.id, parts, reference: reference)
      each { $0.returned += $1 }
    }
  }

  private func check(_ model: Model, _ shop: Shop) async throws {
    let (order, lines) = try await shop.crm.read { tx in
      (try tx.orders.get(model.id), try tx.orders.lines(of: model.id))
    }
    #expect(lines.map(\.cancelled) == model.lines.map(\.cancelled))
    #expect(lines.map(\.picked) == model.lines.map(\.picked))
    #expect(lines.map(\.shipped) == model.lines.map(\.shipped))
    #expect(lines.map(\.delivered) == model.lines.map(\.delivered))
    #expect(lines.map(\.returned) == model.lines.map(\.returned))
    for line in lines {
      #expect(line.returned <= line.delivered && line.delivered <= line.shipped)
      #expect(line.shipped <= line.picked && line.picked <= line.quantity - line.cancelled)
      #expect(line.cancelled >= 0 && line.returned >= 0)
    }
    #expect(order.units == order.cancelledUnits + order.openUnits + order.shippedUnits)
    #expect(order.units == lines.map(\.quantity).reduce(0, +))
    #expect(order.cancelledUnits == lines.map(\.cancelled).reduce(0, +))
    #expect(order.pickedUnits == lines.map(\.picked).reduce(0, +))
    #expect(order.shippedUnits == lines.map(\.shipped).reduce(0, +))
    #expect(order.deliveredUnits == lines.map(\.delivered).reduce(0, +))
    #expect(order.returnedUnits == lines.map(\.returned).reduce(0, +))
    #expect(order.total.minorUnits == model.total)
    #expect(order.total.minorUnits == lines.map(\.total.minorUnits).reduce(0, +))
    #expect(order.tax.minorUnits == lines.map(\.tax.minorUnits).reduce(0, +))
    #expect(order.discount.minorUnits == lines.map(\.discount.minorUnits).reduce(0, +))
    #expect(order.subtotal.minorUnits == lines.map(\.amount.minorUnits).reduce(0, +))
    #expect(order.credited.minorUnits == model.credited)
    #expect(order.paid.minorUnits == model.paid && order.refunded.minorUnits == model.refunded)
    #expect(order.refunded.minorUnits <= order.paid.minorUnits)
    #expect(order.paid.minorUnits <= order.total.minorUnits && order.value.minorUnits >= 0)
    #expect(order.value.minorUnits == model.value)
    #expect(order.outstanding.minorUnits == model.outstanding)
    #expect(order.status == model.status)
    #expect((order.closedAt != nil) == model.isClosed)
  }

  private func checkFigures(_ models: [Model], of customer: Customer.ID, _ shop: Shop)
    async throws
  {
    let figures = try await shop.crm.read { try $0.metrics.purchases(of: customer) }
    #expect(figures.map(\.orders) == [models.count { $0.status != .cancelled }])
    #expect(figures.map(\.revenue.minorUnits) == [models.map(\.value).reduce(0, +)])
    let units = models.flatMap(\.lines).map { $0.ordered - $0.cancelled - $0.returned }
    #expect(figures.map(\.units) == [units.reduce(0, +)])
  }

  private func checkRecords(of model: Model, _ shop: Shop) async throws {
    try await shop.crm.read { tx throws in
      var sums: [Payment.Kind: Int64] = [:]
      for payment in try tx.orders.payments(of: model.id) where payment.reversedAt == nil {
        sums[payment.kind, default: 0] += payment.amount.minorUnits
      }
      #expect(sums[.received, default: 0] == model.paid)
      #expect(sums[.refunded, default: 0] == model.refunded)
      let shipments = try tx.orders.shipments(of: model.id)
      #expect(shipments.count { $0.deliveredAt == nil } == model.underway.count)
      let returned = try tx.orders.returns(of: model.id).flatMap(\.contents)
      for (index, line) in model.lines.enumerated() {
        func sum(_ parts: [LineQuantity]) -> Int {
          parts.filter { $0.line == index + 1 }.map(\.quantity).reduce(0, +)
        }
        #expect(sum(shipments.flatMap(\.contents)) <= line.shipped)
        #expect(sum(returned) == line.returned)
      }
    }
  }
}
