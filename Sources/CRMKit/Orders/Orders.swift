/// What customers ordered.
public struct Orders: Capability {
  /// The capability.
  public init() {}

  public var records: [any Record.Type] { [Order.self, OrderLine.self] }

  public var events: [any Event.Type] {
    [OrderPlaced.self, OrderDelivered.self, OrderCancelled.self, OrderDelayed.self]
  }

  public var agenda: [AgendaHandler] {
    [
      AgendaHandler(for: DeliveryPromise.self) { promise, tx in
        try tx.orders.noticeDelay(of: promise.order)
      }
    ]
  }
}

extension Transaction {
  /// What customers ordered.
  public var orders: OrderOperations { OrderOperations(self) }
}

/// Placing orders and following them.
public struct OrderOperations {
  private let transaction: Transaction
  private let records: Records<Order>
  private let lines: Records<OrderLine>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    records = transaction.records(of: Order.self)
    lines = transaction.records(of: OrderLine.self)
  }

  // MARK: Changing

  /// Places an order; one that was placed under its number before is returned as it is.
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem; ``CRMError/Code/duplicate`` where
  ///   another order has the number; ``CRMError/Code/unknownReference`` for an unknown customer
  ///   or item; ``CRMError/Code/overflow``. Nothing has changed then, unless a reaction to
  ///   ``OrderPlaced`` is what failed: the order was kept by then, so the whole write is bound
  ///   to fail. Within ``Transaction/attempt(_:)`` the order is undone and the rest stays.
  @discardableResult
  public func place(_ new: NewOrder) throws -> Order {
    if OrderRules.isNumber(new.number), let placed = try find(number: new.number) {
      return try same(placed, new)
    }
    let sum = try OrderRules.sum(of: new, now: transaction.now)
    try checkReferences(of: new)
    return try transaction.operation {
      let placedAt = new.placedAt ?? transaction.now
      let id: Order.ID = transaction.makeIdentifier()
      let order = Order(
        id: id, number: new.number, customer: new.customer, status: .placed, placedAt: placedAt,
        promisedAt: new.promisedAt, isLate: false, units: sum.units, total: sum.total,
        modifiedAt: transaction.now, version: 1)
      let kept = try records.insert(
        order,
        emitting: OrderPlaced(
          order: id, customer: new.customer, number: new.number, units: sum.units,
          total: sum.total),
        at: placedAt)
      for (index, line) in new.lines.enumerated() {
        try lines.put(
          OrderLine(
            id: transaction.makeIdentifier(), order: id, position: index + 1, item: line.item,
            quantity: line.quantity, amount: line.amount))
      }
      if let promisedAt = new.promisedAt {
        try transaction.agenda.schedule(
          DeliveryPromise(order: id), at: promisedAt, about: new.customer)
      }
      return kept
    }
  }

  /// Notes that an order reached its customer.
  ///
  /// Whether it is late depends on the instant alone, not on when ``CRM/advance(to:)`` ran: a
  /// delay that was not told yet is told first, as of the promised instant; one that was told of
  /// an order that came in time stays in the history, and ``Order/isLate`` is false again.
  ///
  /// - Throws: ``CRMError/Code/notAllowed`` unless it was open, ``CRMError/Code/notFound``.
  @discardableResult
  public func deliver(_ id: Order.ID, at instant: Instant? = nil) throws -> Order {
    try close(id, as: .delivered, at: instant) {
      OrderDelivered(order: $0.id, customer: $0.customer)
    }
  }

  /// Calls an order off; what was promised for an earlier instant is late, as with `deliver`.
  ///
  /// - Throws: ``CRMError/Code/notAllowed`` unless it was open, ``CRMError/Code/notFound``.
  @discardableResult
  public func cancel(_ id: Order.ID, at instant: Instant? = nil) throws -> Order {
    try close(id, as: .cancelled, at: instant) {
      OrderCancelled(order: $0.id, customer: $0.customer, units: $0.units, total: $0.total)
    }
  }

  private func close<E: Event>(
    _ id: Order.ID, as status: Order.Status, at instant: Instant?, telling event: (Order) -> E
  ) throws -> Order {
    var order = try get(id)
    guard order.status == .placed else {
      throw CRMError(
        .notAllowed,
        "Order \(id) is \(order.status.rawValue) and cannot become \(status.rawValue).",
        recovery: "Only an order that is placed can be delivered or cancelled.",
        record: "orders", identifier: id.description)
    }
    let closedAt = instant ?? transaction.now
    let problems = OrderRules.closingProblems(of: order, at: closedAt, now: transaction.now)
    guard problems.isEmpty else { throw CRMError.invalid("orders", problems) }
    return try transaction.operation {
      try transaction.agenda.cancel(DeliveryPromise(order: id))
      let isLate = OrderRules.isLate(order, closedAt: closedAt)
      if isLate { order = try tellDelay(of: order) }
      order.status = status
      order.closedAt = closedAt
      order.isLate = isLate
      return try records.update(order, emitting: event(order), at: instant)
    }
  }

  func noticeDelay(of id: Order.ID) throws {
    let order = try get(id)
    guard order.status == .placed else { return }
    try tellDelay(of: order)
  }

  /// Tells that a promise passed, as of its instant, unless that was told before.
  @discardableResult
  private func tellDelay(of order: Order) throws -> Order {
    guard !order.isLate, let promisedAt = order.promisedAt else { return order }
    var order = order
    order.isLate = true
    return try records.update(
      order,
      emitting: OrderDelayed(order: order.id, customer: order.customer, promisedAt: promisedAt),
      at: promisedAt)
  }

  private func same(_ placed: Order, _ new: NewOrder) throws -> Order {
    guard OrderRules.isSame(placed, try lines(of: placed.id), as: new) else {
      throw CRMError(
        .duplicate, "Another order has the number of this one: \(placed.id).",
        recovery: "Give the order a number of its own.",
        issues: [.init("number", "is taken by another order")], record: "orders",
        holder: placed.id.description)
    }
    return placed
  }

  /// Names every unknown reference at once.
  private func checkReferences(of new: NewOrder) throws {
    var unknown: [CRMError.Issue] = []
    if try transaction.records(of: Customer.self).find(new.customer) == nil {
      unknown.append(.init("customer", "\(new.customer) does not exist"))
    }
    var known: Set<CatalogueItem.ID> = []
    for (index, line) in new.lines.enumerated() where !known.contains(line.item) {
      if try transaction.records(of: CatalogueItem.self).find(line.item) == nil {
        unknown.append(.init("lines[\(index)].item", "\(line.item) does not exist"))
      } else {
        known.insert(line.item)
      }
    }
    guard unknown.isEmpty else {
      throw CRMError(
        .unknownReference, "orders: \(unknown.count) references lead nowhere.",
        recovery: "Add what they name first.", issues: unknown, record: "orders")
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
