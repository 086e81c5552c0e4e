extension OrderOperations {
  /// What happens to units of an order, or every problem at once.
  ///
  /// - Parameters:
  ///   - problems: What else is wrong with the call.
  ///   - taken: The refusal of its reference, if another holds that. How many units are left is
  ///     not looked at then: it may be the same thing told again.
  /// - Throws: ``CRMError/Code/notAllowed`` where it can happen to no unit, with all that is wrong
  ///   besides; ``CRMError/Code/invalid`` with every problem; `taken` where that is the only one.
  func movement(
    _ step: FulfilmentRules.Step, _ contents: [LineQuantity]?, of order: Order, _ verb: String,
    _ problems: [CRMError.Issue], taken: CRMError? = nil
  ) throws -> FulfilmentRules.Movement {
    let lines = try lines(of: order.id)
    var wrong = problems
    if let contents {
      wrong += FulfilmentRules.problems(of: contents, taken == nil ? step : nil, lines)
    }
    if let taken { throw taken.beside(wrong) }
    guard lines.contains(where: { step.remaining(of: $0) > 0 }) else {
      throw CRMError(
        .notAllowed,
        "Order \(order.id) is \(order.status.rawValue): nothing of it can be \(verb).",
        recovery: "Look at how many units of each line are where.",
        issues: wrong, record: "orders", identifier: order.id.description)
    }
    guard wrong.isEmpty else { throw CRMError.invalid("orders", wrong) }
    return try FulfilmentRules.movement(step, contents, of: lines)
  }

  /// Keeps an order after a movement, and closes it where that leaves nothing open.
  @discardableResult
  func keep<E: Event>(
    _ order: Order, _ movement: FulfilmentRules.Movement, telling event: E, at instant: Instant
  ) throws -> Order {
    for (_, line) in movement.lines { try lines.put(line) }
    var changed = try FulfilmentRules.order(order, after: movement)
    let isClosing = order.closedAt == nil && FulfilmentRules.isClosed(changed)
    if FulfilmentRules.settledUnits(of: changed) > FulfilmentRules.settledUnits(of: order) {
      changed.partlyClosedAt = max(order.partlyClosedAt ?? instant, instant)
    }
    if !isClosing { changed.status = FulfilmentRules.status(of: changed) }
    let kept = try records.update(changed, emitting: event, at: instant)
    guard isClosing else { return kept }
    return try close(
      kept, nil, telling: OrderDelivered(order: kept.id, customer: kept.customer), at: instant)
  }

  /// Keeps an order of which nothing is open any more.
  ///
  /// It is closed when the last of it was delivered or called off, whatever was told first.
  ///
  /// - Parameter handedOverAt: When what was in no shipment reached the customer, if that did.
  func close<E: Event>(
    _ order: Order, _ movement: FulfilmentRules.Movement?, telling event: E, at instant: Instant,
    handedOverAt: Instant? = nil
  ) throws -> Order {
    try unwatch(order)
    let closedAt = max(order.partlyClosedAt ?? instant, instant)
    let missed = Yardstick.allCases.filter {
      OrderRules.isLate(order, against: $0, at: closedAt)
    }
    var order = order
    for yardstick in missed { order = try tellDelay(of: order, against: yardstick) }
    if let movement {
      for (_, line) in movement.lines { try lines.put(line) }
      order = try FulfilmentRules.order(order, after: movement)
    }
    order.status = FulfilmentRules.status(of: order)
    order.closedAt = closedAt
    if let handedOverAt, handedOverAt < closedAt { order.handedOverAt = handedOverAt }
    for yardstick in Yardstick.allCases {
      order.setLate(missed.contains(yardstick), against: yardstick)
    }
    return try records.update(order, emitting: event, at: closedAt)
  }

  /// Sees to it that the agenda looks at an order once it would be late.
  func watch(_ order: Order) throws {
    if let promisedAt = order.promisedAt {
      try transaction.agenda.schedule(
        DeliveryPromise(order: order.id), at: promisedAt.lateFrom, about: order.customer)
    }
    if let requestedAt = order.requestedAt {
      try transaction.agenda.schedule(
        DeliveryRequest(order: order.id), at: requestedAt.lateFrom, about: order.customer)
    }
  }

  private func unwatch(_ order: Order) throws {
    if order.promisedAt != nil { try transaction.agenda.cancel(DeliveryPromise(order: order.id)) }
    if order.requestedAt != nil { try transaction.agenda.cancel(DeliveryRequest(order: order.id)) }
  }

  /// What the agenda does when an instant at which an order was due has passed.
  func noticeDelay(of id: Order.ID, against yardstick: Yardstick) throws {
    let order = try get(id)
    guard order.closedAt == nil,
      OrderRules.isLate(order, against: yardstick, at: transaction.now)
    else { return }
    try tellDelay(of: order, against: yardstick)
  }

  /// Tells that an order is late, as of the first instant it is, unless that was told before.
  @discardableResult
  private func tellDelay(of order: Order, against yardstick: Yardstick) throws -> Order {
    guard !order.isLate(against: yardstick), let dueAt = order.dueAt(yardstick) else {
      return order
    }
    var order = order
    order.setLate(true, against: yardstick)
    switch yardstick {
    case .promised:
      return try records.update(
        order,
        emitting: OrderDelayed(order: order.id, customer: order.customer, promisedAt: dueAt),
        at: dueAt.lateFrom)
    case .requested:
      return try records.update(
        order,
        emitting: OrderRequestMissed(
          order: order.id, customer: order.customer, requestedAt: dueAt), at: dueAt.lateFrom)
    }
  }

  /// The order that something is to happen to.
  ///
  /// - Parameter taken: The refusal of the reference, which goes before ``CRMError/Code/notFound``.
  func order(_ id: Order.ID, taken: CRMError?) throws -> Order {
    if let order = try records.find(id) { return order }
    throw taken ?? CRMError(Order.schema.notFound(id))
  }

  /// What is wrong with the instant of something that happens to an order, and with the reference
  /// it bears, if it bears one.
  func problems(_ field: String, _ instant: Instant, _ reference: String? = nil, of order: Order)
    -> [CRMError.Issue]
  {
    instantProblems(
      field, instant, from: order.placedAt, "the order was placed", now: transaction.now)
      + (reference.map { OrderRules.referenceProblems("reference", $0) } ?? [])
  }

  /// The refusal of other contents under a reference that is taken.
  ///
  /// - Parameter differences: Where the contents are others.
  func taken<R: Record>(by holder: Identifier<R>, _ differences: [CRMError.Issue]?) -> CRMError {
    CRMError(
      .duplicate, "The reference is taken by \(holder), whose contents are others.",
      recovery: "Give it a reference of its own.",
      issues: [.init("reference", "is taken by \(holder)")] + (differences ?? []),
      record: R.schema.name,
      holder: holder.description)
  }

  /// Where units that were picked would leave, or be called off, before they were.
  ///
  /// - Parameter contents: What leaves; all that is not sent if left out.
  func problems(
    ofUsing contents: [LineQuantity]?, _ field: String, _ instant: Instant, of order: Order
  ) throws -> [CRMError.Issue] {
    // Only what was picked ahead, and what is dated back, can contradict.
    guard order.pickedUnits > order.shippedUnits, instant < transaction.now else { return [] }
    var picked: [LineQuantity] = []
    for event in try transaction.events.history(of: order.id) where event.occurredAt > instant {
      picked += try event.payload(as: OrderPicked.self)?.contents ?? []
    }
    guard !picked.isEmpty else { return [] }
    return FulfilmentRules.problems(
      ofUsing: contents, try lines(of: order.id), field, pickedLater: picked)
  }

  /// Whether contents are those that were asked for; none were where all was meant.
  func isAs(_ kept: [LineQuantity], _ contents: [LineQuantity]?) -> Bool {
    guard let contents else { return true }
    return kept == contents.sorted { $0.line < $1.line }
  }
}
