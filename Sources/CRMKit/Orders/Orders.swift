/// What customers ordered, and what became of it.
public struct Orders: Capability {
  static let key = RecordKey("tx.orders")

  /// The capability.
  public init() {}

  public var records: [any Record.Type] {
    [Order.self, OrderLine.self, Payment.self, Shipment.self, Return.self, Dispute.self]
  }

  public var lock: RecordLock? { Self.key.lock }

  public var nextSteps: [NextStepSource] { [.lateOrders] }

  public var events: [any Event.Type] {
    [
      OrderPlaced.self, OrderPaid.self, OrderPaymentReversed.self, OrderRefunded.self,
      OrderPicked.self, OrderShipped.self, ShipmentDelivered.self, OrderDelivered.self,
      OrderPartlyCancelled.self,
      OrderCancelled.self, OrderReturned.self, OrderDelayed.self,
      OrderRequestMissed.self, OrderDisputed.self, OrderDisputeSettled.self,
    ]
  }

  public var agenda: [AgendaHandler] {
    [
      AgendaHandler(for: DeliveryPromise.self) { promise, tx in
        try tx.orders.noticeDelay(of: promise.order, against: .promised)
      },
      AgendaHandler(for: DeliveryRequest.self) { request, tx in
        try tx.orders.noticeDelay(of: request.order, against: .requested)
      },
    ]
  }
}

extension Transaction {
  /// What customers ordered.
  public var orders: OrderOperations { OrderOperations(self) }
}

/// Placing orders and following them.
///
/// Payments, shipments, returns and disputes bear the host's own reference: recorded again they
/// are returned as they are, and other contents under the reference are
/// ``CRMError/Code/duplicate``, naming what differs. Nothing is dated before its cause. Every change is an event about the order and its customer.
public struct OrderOperations {
  let transaction: Transaction
  let records: Records<Order>
  let lines: Records<OrderLine>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    records = transaction.records(of: Order.self, with: Orders.key)
    lines = transaction.records(of: OrderLine.self, with: Orders.key)
  }

  // MARK: Placing

  /// Places an order; one that was placed under its number before is returned as it is.
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem; ``CRMError/Code/duplicate`` where
  ///   nothing is wrong but that another order has the number, naming what differs from that;
  ///   ``CRMError/Code/unknownReference`` where nothing is wrong but that a customer or items are
  ///   unknown or archived; ``CRMError/Code/overflow`` where nothing is wrong but that sums do
  ///   not fit. Nothing has changed then, unless a reaction to ``OrderPlaced`` is what failed: the
  ///   order was kept by then, so the whole write is bound to fail. Within
  ///   ``Transaction/attempt(_:)`` the order is undone and the rest stays.
  @discardableResult
  public func place(_ new: NewOrder) throws -> Order {
    if OrderRules.isReference(new.number), let placed = try find(number: new.number) {
      return try same(placed, new)
    }
    let (pricing, items) = try checked(new)
    return try transaction.operation {
      let id: Order.ID = transaction.makeIdentifier()
      let order = order(new, id: id, pricing)
      let kept = try records.insert(
        order,
        emitting: OrderPlaced(
          order: id, customer: new.customer, number: new.number, units: order.units,
          total: order.total),
        at: order.placedAt)
      for (index, (line, price)) in zip(new.lines, pricing.lines).enumerated() {
        try lines.put(
          OrderLine(
            id: transaction.makeIdentifier(), order: id, position: index + 1, item: line.item,
            name: items[line.item]?.name ?? "", specification: line.specification,
            quantity: line.quantity, amount: line.amount, discount: price.discount,
            taxRate: price.taxRate, tax: price.tax, total: price.total, cancelled: 0, picked: 0,
            shipped: 0, delivered: 0, returned: 0))
      }
      try watch(kept)
      return kept
    }
  }

  private func order(_ new: NewOrder, id: Order.ID, _ pricing: OrderPricing) -> Order {
    var order = Order(
      id: id, number: new.number, customer: new.customer,
      placedAt: new.placedAt ?? transaction.now, units: pricing.units, total: pricing.total)
    order.requestedAt = new.requestedAt
    order.promisedAt = new.promisedAt
    order.discount = pricing.discount
    order.tax = pricing.tax
    order.isTaxIncluded = new.isTaxIncluded
    order.terms = new.terms
    order.modifiedAt = transaction.now
    return order
  }

  /// Names every problem of an order at once, or says what it comes to and what is ordered.
  private func checked(_ new: NewOrder) throws
    -> (OrderPricing, [CatalogueItem.ID: CatalogueItem])
  {
    let number = OrderRules.referenceProblems("number", new.number)
    let terms = OrderRules.problems(of: new, now: transaction.now)
    let (items, unknown) = try references(of: new)
    var pricing: OrderPricing?
    var failure: CRMError?
    do throws(CRMError) { pricing = try self.pricing(of: new) } catch { failure = error }
    if number.isEmpty, terms.isEmpty, unknown.isEmpty {
      if let failure { throw failure }
      if let pricing { return (pricing, items) }
    }
    throw CRMError.refusal(
      "orders", number + (failure?.issues ?? []) + terms, unknown: unknown)
  }

  /// What an order comes to.
  ///
  /// - Throws: Every problem of its lines and of their sums at once.
  private func pricing(of new: NewOrder) throws(CRMError) -> OrderPricing {
    let problems = OrderRules.contentProblems(of: new)
    guard let currency = new.lines.first?.amount.currency,
      new.lines.count <= OrderRules.mostLines
    else { throw .invalid("orders", problems) }
    guard problems.isEmpty else {
      let sums = OrderPricing.countingProblems(of: new, in: currency)
      throw .invalid("orders", problems + sums.issues)
    }
    return try OrderPricing(of: new, in: currency)
  }

  /// The items of an order, and those of them and the customer that do not exist or are archived.
  private func references(of new: NewOrder) throws -> (
    items: [CatalogueItem.ID: CatalogueItem], unknown: [CRMError.Issue]
  ) {
    let lines = new.lines.prefix(OrderRules.mostLines)
    let items = try transaction.records(of: CatalogueItem.self).find(Array(Set(lines.map(\.item))))
    var unknown: [CRMError.Issue] = []
    if let problem = try transaction.problem(with: new.customer) { unknown.append(problem) }
    for (index, line) in lines.enumerated() {
      let item = items[line.item]
      guard item == nil || item?.archivedAt != nil else { continue }
      unknown.append(
        .init(
          "lines[\(index)].item", "\(line.item) \(item == nil ? "does not exist" : "is archived")"))
    }
    return (items, unknown)
  }

  /// The order that has the number already, where it is the one to be placed.
  ///
  /// - Throws: ``CRMError/Code/duplicate`` that names what differs, or ``CRMError/Code/invalid``
  ///   with that and all that is wrong with the order besides.
  private func same(_ placed: Order, _ new: NewOrder) throws -> Order {
    var differences: [CRMError.Issue] = []
    if let pricing = try? pricing(of: new) {
      differences = OrderRules.differences(
        between: placed, try lines(of: placed.id), and: new, pricing)
      if differences.isEmpty { return placed }
    }
    let taken = CRMError(
      .duplicate, "Another order has the number of this one: \(placed.id).",
      recovery: "Give the order a number of its own, or place it as it was placed.",
      issues: [.init("number", "is taken by order \(placed.id)")] + differences, record: "orders",
      holder: placed.id.description)
    throw taken.beside(try problems(of: new))
  }

  /// Everything that is wrong with an order but its number.
  private func problems(of new: NewOrder) throws -> [CRMError.Issue] {
    do {
      _ = try checked(new)
      return []
    } catch let error as CRMError where !error.issues.isEmpty {
      return error.issues
    }
  }

  // MARK: Reading

  /// The order of an identifier.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func get(_ id: Order.ID) throws -> Order { try records.get(id) }

  /// The order of a number, if there is one.
  public func find(number: String) throws -> Order? {
    guard !number.utf8.contains(0) else { return nil }
    return try records.first(where: { $0.number == number })
  }

  /// The lines of an order, in their order.
  public func lines(of id: Order.ID) throws -> [OrderLine] {
    try lines.all(where: { $0.order == id }, sortedBy: { [.ascending($0.position)] })
  }

  /// A customer's orders, the latest first.
  public func all(
    of customer: Customer.ID, until end: Instant = .latest, limit: Int? = nil
  ) throws -> [Order] {
    try records.all(
      where: { $0.customer == customer && $0.placedAt <= end },
      sortedBy: { [.descending($0.placedAt)] }, limit: limit)
  }

  /// The open orders that are late, those due earliest first.
  ///
  /// It asks what the time is, not whether ``CRM/advance(to:)`` ran. What is due at the instant
  /// itself is not late yet (``Yardstick``).
  ///
  /// - Parameters:
  ///   - yardstick: Late by what the firm promised, or by what the customer asked for.
  ///   - instant: Late at which instant, if not now.
  ///   - limit: How many at most.
  /// - Complexity: O(log *n* + *limit*).
  public func late(
    against yardstick: Yardstick = .promised, asOf instant: Instant? = nil, limit: Int? = nil
  ) throws -> [Order] {
    let instant = instant ?? transaction.now
    switch yardstick {
    case .promised:
      return try records.all(
        where: { $0.isOpen == true && $0.promisedAt < instant },
        sortedBy: { [.ascending($0.promisedAt)] }, limit: limit)
    case .requested:
      return try records.all(
        where: { $0.isOpen == true && $0.requestedAt < instant },
        sortedBy: { [.ascending($0.requestedAt)] }, limit: limit)
    }
  }

  /// A customer's open orders that are late by what was promised or by what the customer asked
  /// for, those due earliest first.
  ///
  /// - Parameters:
  ///   - customer: The customer.
  ///   - limit: How many at most.
  /// - Complexity: O(log *n* + *limit*).
  public func late(of customer: Customer.ID, limit: Int? = nil) throws -> [Order] {
    let now = transaction.now
    return try records.all(
      where: { $0.customer == customer && $0.firstDueAt < now },
      sortedBy: { [.ascending($0.firstDueAt)] }, limit: limit)
  }

  /// A part of a query's orders, and the place to go on from.
  public func page(_ query: Query<Order>) throws -> Page<Order, Cursor<Order>> {
    try records.page(query)
  }

  /// Hands on a query's orders one by one until `body` returns false.
  public func scan(_ query: Query<Order>, _ body: (Held<Order>) throws -> Bool) throws {
    try records.scan(query, body)
  }

  /// How many orders meet a filter.
  public func count(where filter: (Order.Fields) -> Filter<Order> = { _ in .all }) throws -> Int {
    try records.count(where: filter)
  }
}
