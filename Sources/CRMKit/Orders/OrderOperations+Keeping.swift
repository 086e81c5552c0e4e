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
    if let taken { throw taken.beside(problems) }
    let lines = try lines(of: order.id)
    var wrong = problems
    if let contents { wrong += FulfilmentRules.problems(of: contents, step, lines) }
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
  func close<E: Event>(
    _ order: Order, _ movement: FulfilmentRules.Movement?, telling event: E, at instant: Instant
  ) throws -> Order {
    try transaction.agenda.cancel(DeliveryPromise(order: order.id))
    let closedAt = max(order.partlyClosedAt ?? instant, instant)
    let isLate = OrderRules.isLate(order, closedAt: closedAt)
    var order = isLate ? try tellDelay(of: order) : order
    if let movement {
      for (_, line) in movement.lines { try lines.put(line) }
      order = try FulfilmentRules.order(order, after: movement)
    }
    order.status = FulfilmentRules.status(of: order)
    order.closedAt = closedAt
    order.isLate = isLate
    return try records.update(order, emitting: event, at: closedAt)
  }

  /// What the agenda does when the promised instant comes.
  func noticeDelay(of id: Order.ID) throws {
    let order = try get(id)
    guard order.closedAt == nil else { return }
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
  func taken<R: Record>(by holder: Identifier<R>) -> CRMError {
    CRMError(
      .duplicate, "The reference is taken by \(holder), whose contents are others.",
      recovery: "Give it a reference of its own.",
      issues: [.init("reference", "is taken by \(holder)")], record: R.schema.name,
      holder: holder.description)
  }

  /// Whether contents are those that were asked for; none were where all was meant.
  func isAs(_ kept: [LineQuantity], _ contents: [LineQuantity]?) -> Bool {
    guard let contents else { return true }
    return kept == contents.sorted { $0.line < $1.line }
  }
}
