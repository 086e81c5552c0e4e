extension OrderOperations {
  // MARK: Picking and sending

  /// Notes that units of an order are ready to be sent.
  ///
  /// - Parameters:
  ///   - id: The order.
  ///   - contents: Of which lines how many; all that is not picked if left out.
  ///   - instant: When, if not now.
  /// - Throws: ``CRMError/Code/notAllowed`` where nothing is left to pick,
  ///   ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/notFound``; nothing has
  ///   changed then.
  @discardableResult
  public func pick(_ id: Order.ID, _ contents: [LineQuantity]? = nil, at instant: Instant? = nil)
    throws -> Order
  {
    let order = try get(id)
    let pickedAt = instant ?? transaction.now
    let movement = try movement(
      .pick, contents, of: order, "picked", problems("picked_at", pickedAt, of: order))
    return try transaction.operation {
      try keep(
        order, movement,
        telling: OrderPicked(
          order: id, customer: order.customer, units: movement.units,
          contents: movement.contents), at: pickedAt)
    }
  }

  /// Records that units of an order were sent; the same shipment again is returned as it is.
  ///
  /// What is downloaded, done or handed over is delivered by that.
  ///
  /// - Parameters:
  ///   - id: The order.
  ///   - contents: Of which lines how many; all that is not sent if left out.
  ///   - reference: The host's own reference of the shipment, held by one.
  ///   - means: How it gets to the customer.
  ///   - carrier: Who carries it.
  ///   - instant: When, if not now.
  /// - Throws: ``CRMError/Code/duplicate`` where another shipment has the reference,
  ///   ``CRMError/Code/notAllowed`` where nothing is left to send, ``CRMError/Code/invalid``
  ///   with every problem, ``CRMError/Code/notFound``; nothing has changed then.
  @discardableResult
  public func ship(
    _ id: Order.ID, _ contents: [LineQuantity]? = nil, reference: String,
    by means: Shipment.Means = .parcel, carrier: String? = nil, at instant: Instant? = nil
  ) throws -> Shipment {
    let known = try find(shipment: reference)
    let differences = known.map {
      OrderRules.differences([
        "order": $0.order == id, "means": $0.means == means, "carrier": $0.carrier == carrier,
        "lines": isAs($0.contents, contents),
        "shipped_at": (instant ?? $0.shippedAt) == $0.shippedAt,
      ])
    }
    if let known, differences == [] { return known }
    let taken = known.map { self.taken(by: $0.id, differences) }
    let order = try order(id, taken: taken)
    let shippedAt = instant ?? transaction.now
    let problems =
      problems("shipped_at", shippedAt, reference, of: order)
      + TextRules.problems(of: carrier, in: "carrier", within: 200)
      + (try problems(ofUsing: contents, "shipped_at", shippedAt, of: order))
    var movement = try movement(.ship, contents, of: order, "shipped", problems, taken: taken)
    if means.isImmediate { movement = FulfilmentRules.delivered(movement) }
    let shipment = Shipment(
      id: transaction.makeIdentifier(), order: id, reference: reference, means: means,
      carrier: carrier, contents: movement.contents, shippedAt: shippedAt,
      deliveredAt: means.isImmediate ? shippedAt : nil)
    return try transaction.operation {
      try shipments.put(shipment)
      try keep(
        order, movement,
        telling: OrderShipped(
          order: id, customer: order.customer, shipment: shipment.id,
          reference: shipment.reference, means: means, carrier: shipment.carrier,
          units: movement.units,
          contents: movement.contents), at: shippedAt)
      return try shipments.get(shipment.id)
    }
  }

  // MARK: Delivering

  /// Notes that one shipment reached its customer; one that did already is left alone.
  ///
  /// If nothing else of the order is open, the order is delivered with it.
  ///
  /// - Throws: ``CRMError/Code/notAllowed`` where it was delivered at another instant,
  ///   ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/notFound``.
  @discardableResult
  public func deliver(shipment id: Shipment.ID, at instant: Instant? = nil) throws -> Shipment {
    var shipment = try shipments.get(id)
    let deliveredAt = instant ?? shipment.deliveredAt ?? transaction.now
    let problems = instantProblems(
      "delivered_at", deliveredAt, from: shipment.shippedAt, "it was sent", now: transaction.now)
    if let earlier = shipment.deliveredAt {
      if earlier == deliveredAt { return shipment }
      throw CRMError(
        .notAllowed, "Shipment \(id) was delivered at another instant.",
        recovery: "A shipment is delivered once.", issues: problems, record: "shipments",
        identifier: id.description)
    }
    let order = try get(shipment.order)
    let movement = try movement(.deliver, shipment.contents, of: order, "delivered", problems)
    shipment.deliveredAt = deliveredAt
    return try transaction.operation {
      try shipments.put(shipment)
      try keep(
        order, movement,
        telling: ShipmentDelivered(
          order: order.id, customer: order.customer, shipment: id, units: movement.units),
        at: deliveredAt)
      return shipment
    }
  }

  /// Notes that all of an order reached its customer: what was sent, and what was not by hand.
  ///
  /// Whether it is late depends on the instant alone, not on when ``CRM/advance(to:)`` ran: a
  /// delay that was not told yet is told first, as of the promised instant; one that was told of
  /// an order that came in time stays in the history, and ``Order/isLate`` is false again.
  ///
  /// - Throws: ``CRMError/Code/notAllowed`` unless something of it was open,
  ///   ``CRMError/Code/invalid``, ``CRMError/Code/notFound``; nothing has changed then.
  @discardableResult
  public func deliver(_ id: Order.ID, at instant: Instant? = nil) throws -> Order {
    let order = try get(id)
    let closedAt = instant ?? transaction.now
    var problems = problems("closed_at", closedAt, of: order)
    // Most orders are handed over as one, and have no shipments to look for.
    let underway =
      order.shippedUnits == order.deliveredUnits
      ? [] : try shipments.all(where: { $0.order == id && $0.deliveredAt == nil })
    if underway.contains(where: { $0.shippedAt > closedAt }) {
      problems.append(.init("closed_at", "lies before a shipment of it was sent"))
    }
    problems += try self.problems(ofUsing: nil, "closed_at", closedAt, of: order)
    let movement = try movement(.deliver, nil, of: order, "delivered", problems)
    return try transaction.operation {
      for var shipment in underway {
        shipment.deliveredAt = closedAt
        try shipments.put(shipment)
      }
      return try close(
        order, movement, telling: OrderDelivered(order: id, customer: order.customer),
        at: closedAt, handedOverAt: closedAt)
    }
  }

  // MARK: Cancelling and taking back

  /// Calls off units of an order that are not sent; a promise that passed before is late.
  ///
  /// Once every unit is called off, the order is cancelled. Where all others were delivered, it
  /// is delivered.
  ///
  /// - Parameters:
  ///   - id: The order.
  ///   - contents: Of which lines how many; all that is not sent if left out.
  ///   - instant: When, if not now.
  /// - Throws: ``CRMError/Code/notAllowed`` where nothing is left to cancel,
  ///   ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/notFound``; nothing has
  ///   changed then.
  @discardableResult
  public func cancel(_ id: Order.ID, _ contents: [LineQuantity]? = nil, at instant: Instant? = nil)
    throws -> Order
  {
    let order = try get(id)
    let cancelledAt = instant ?? transaction.now
    let problems =
      problems("closed_at", cancelledAt, of: order)
      + (try problems(ofUsing: contents, "closed_at", cancelledAt, of: order))
    let movement = try movement(.cancel, contents, of: order, "cancelled", problems)
    let changed = try FulfilmentRules.order(order, after: movement)
    let reduction = try order.value - changed.value
    return try transaction.operation {
      guard changed.cancelledUnits == changed.units else {
        return try keep(
          order, movement,
          telling: OrderPartlyCancelled(
            order: id, customer: order.customer, units: movement.units,
            contents: movement.contents, reduction: reduction), at: cancelledAt)
      }
      return try close(
        order, movement,
        telling: OrderCancelled(
          order: id, customer: order.customer, units: movement.units, total: reduction),
        at: cancelledAt)
    }
  }

  /// Records that delivered units came back; the same return again is returned as it is.
  ///
  /// Money is given back by ``refund(_:_:reference:by:at:)``, before or after.
  ///
  /// - Parameters:
  ///   - id: The order.
  ///   - contents: Of which lines how many; all that was delivered if left out.
  ///   - reference: The host's own reference of the return, held by one.
  ///   - reason: Why they came back.
  ///   - instant: When, if not now.
  /// - Throws: ``CRMError/Code/duplicate`` where another return has the reference,
  ///   ``CRMError/Code/notAllowed`` where nothing is with the customer,
  ///   ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/notFound``; nothing has
  ///   changed then.
  @discardableResult
  public func takeBack(
    _ id: Order.ID, _ contents: [LineQuantity]? = nil, reference: String, reason: String? = nil,
    at instant: Instant? = nil
  ) throws -> Return {
    let known = try find(return: reference)
    let differences = known.map {
      OrderRules.differences([
        "order": $0.order == id, "reason": $0.reason == reason,
        "lines": isAs($0.contents, contents),
        "returned_at": (instant ?? $0.returnedAt) == $0.returnedAt,
      ])
    }
    if let known, differences == [] { return known }
    let taken = known.map { self.taken(by: $0.id, differences) }
    let order = try order(id, taken: taken)
    let returnedAt = instant ?? transaction.now
    var problems =
      problems("returned_at", returnedAt, reference, of: order)
      + TextRules.problems(of: reason, in: "reason", within: 1_000)
    if taken == nil, !problems.contains(where: { $0.field == "returned_at" }) {
      problems += FulfilmentRules.problems(
        ofReturning: contents, at: returnedAt, of: order, try lines(of: id),
        try shipments.all(where: { $0.order == id }), try returns.all(where: { $0.order == id }))
    }
    let movement = try movement(
      .takeBack, contents, of: order, "taken back", problems, taken: taken)
    let changed = try FulfilmentRules.order(order, after: movement)
    let goods = Return(
      id: transaction.makeIdentifier(), order: id, reference: reference, reason: reason,
      contents: movement.contents, credited: movement.worth, returnedAt: returnedAt)
    return try transaction.operation {
      try returns.put(goods)
      try keep(
        order, movement,
        telling: OrderReturned(
          order: id, customer: order.customer, goods: goods.id, reference: goods.reference,
          reason: goods.reason, units: movement.units, contents: movement.contents,
          reduction: try order.value - changed.value), at: returnedAt)
      return try returns.get(goods.id)
    }
  }

  // MARK: Reading

  /// The shipments of an order, in the order they were recorded.
  public func shipments(of id: Order.ID) throws -> [Shipment] {
    try shipments.all(where: { $0.order == id })
  }

  /// The shipment of a reference, if there is one.
  public func find(shipment reference: String) throws -> Shipment? {
    guard OrderRules.isReference(reference) else { return nil }
    return try shipments.first(where: { $0.reference == reference })
  }

  /// What came back of an order, in the order it was recorded.
  public func returns(of id: Order.ID) throws -> [Return] {
    try returns.all(where: { $0.order == id })
  }

  /// The return of a reference, if there is one.
  public func find(return reference: String) throws -> Return? {
    guard OrderRules.isReference(reference) else { return nil }
    return try returns.first(where: { $0.reference == reference })
  }

  private var shipments: Records<Shipment> {
    transaction.records(of: Shipment.self, with: Orders.key)
  }
  private var returns: Records<Return> { transaction.records(of: Return.self, with: Orders.key) }
}
