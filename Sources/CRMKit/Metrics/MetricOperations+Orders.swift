extension MetricOperations {
  /// Counts an order more.
  ///
  /// One that is later than all others takes no look at them.
  func count(_ order: Occurrence<OrderPlaced>) throws {
    let customer = order.event.customer
    guard let old = try counted(customer, before: order.recorded) else { return }
    var metrics = old
    let placedAt = order.recorded.occurredAt
    let day = day(of: placedAt)
    guard let place = try place(of: day, at: placedAt, in: metrics, besides: order.event.order)
    else { return try recount(customer) }
    if case .new(let around) = place { PurchaseRules.addDay(day, around, to: &metrics) }
    metrics.orders += 1
    metrics.units = try PurchaseRules.units(
      metrics.units, and: order.event.units, of: customer)
    metrics.firstOrderAt = earlier(metrics.firstOrderAt, placedAt)
    metrics.lastOrderAt = later(metrics.lastOrderAt, placedAt)
    try records.put(metrics, instead: old)
    try change(customer, order.event.total.currency) { bought in
      bought.orders += 1
      bought.units += order.event.units
      bought.revenue = try bought.revenue + order.event.total
      bought.firstOrderAt = earlier(bought.firstOrderAt, placedAt)
      bought.lastOrderAt = later(bought.lastOrderAt, placedAt)
    }
  }

  /// Counts an order that was called off whole; three look-ups find what is around it.
  func count(_ order: Occurrence<OrderCancelled>) throws {
    let customer = order.event.customer
    guard var metrics = try counted(customer, before: order.recorded) else { return }
    guard !isAhead(Order.schema.name, { $0.customer == customer }) else {
      return try recount(customer)
    }
    let placedAt = try transaction.orders.get(order.event.order).placedAt
    let day = day(of: placedAt)
    if case .new(let around) = try lookedUp(day, of: customer, besides: order.event.order) {
      PurchaseRules.removeDay(day, around, from: &metrics)
    }
    metrics.orders -= 1
    metrics.cancelledOrders += 1
    metrics.units -= order.event.units
    if placedAt == metrics.firstOrderAt {
      metrics.firstOrderAt = try end(of: customer, isFirst: true)?.placedAt
    }
    if placedAt == metrics.lastOrderAt {
      metrics.lastOrderAt = try end(of: customer, isFirst: false)?.placedAt
    }
    try records.put(metrics)
    let currency = order.event.total.currency
    try change(customer, currency) { bought in
      bought.orders -= 1
      bought.units -= order.event.units
      bought.revenue = try bought.revenue - order.event.total
      if placedAt == bought.firstOrderAt {
        bought.firstOrderAt = try end(of: customer, isFirst: true, currency)?.placedAt
      }
      if placedAt == bought.lastOrderAt {
        bought.lastOrderAt = try end(of: customer, isFirst: false, currency)?.placedAt
      }
    }
  }

  /// Counts units that were called off.
  func count(_ order: Occurrence<OrderPartlyCancelled>) throws {
    try reduce(order.event.customer, order.recorded, order.event.units, order.event.reduction) {
      _, _ in
    }
  }

  /// Counts goods that came back.
  func count(_ order: Occurrence<OrderReturned>) throws {
    try reduce(order.event.customer, order.recorded, order.event.units, order.event.reduction) {
      metrics, bought in
      metrics.returns += 1
      metrics.returnedUnits += order.event.units
      bought.returns += 1
    }
  }

  /// Counts money that went back.
  func count(_ order: Occurrence<OrderRefunded>) throws {
    try reduce(order.event.customer, order.recorded, 0, order.event.reduction) { _, bought in
      bought.refunded = try bought.refunded + order.event.amount
    }
  }

  /// Counts a complaint.
  func count(_ order: Occurrence<OrderDisputed>) throws {
    guard var metrics = try counted(order.event.customer, before: order.recorded) else { return }
    metrics.complaints += 1
    metrics.openComplaints += 1
    try records.put(metrics)
  }

  /// Counts a complaint that was settled.
  func count(_ order: Occurrence<OrderDisputeSettled>) throws {
    guard var metrics = try counted(order.event.customer, before: order.recorded) else { return }
    metrics.openComplaints -= 1
    try records.put(metrics)
  }

  private func reduce(
    _ customer: Customer.ID, _ event: RecordedEvent, _ units: Int, _ reduction: Money,
    _ edit: (inout CustomerMetrics, inout PurchaseMetrics) throws -> Void
  ) throws {
    guard var metrics = try counted(customer, before: event) else { return }
    let old = metrics
    metrics.units -= units
    try change(customer, reduction.currency) { bought in
      bought.units -= units
      bought.revenue = try bought.revenue - reduction
      try edit(&metrics, &bought)
    }
    if metrics != old { try records.put(metrics, instead: old) }
  }

  private func change(
    _ customer: Customer.ID, _ currency: Currency, _ edit: (inout PurchaseMetrics) throws -> Void
  ) throws {
    let old = try purchases.first(where: { $0.customer == customer && $0.currency == currency })
    var bought =
      old
      ?? PurchaseMetrics(
        id: transaction.makeIdentifier(), customer: customer, currency: currency)
    try edit(&bought)
    try purchases.put(bought, instead: old)
  }
}

// MARK: - Days of purchase

extension MetricOperations {
  private enum Place {
    /// Another order was placed on the day.
    case taken
    case new(PurchaseRules.Neighbours)
  }

  private func day(of instant: Instant) -> Int {
    transaction.zone.date(of: instant).daysSinceEpoch
  }

  /// Where a day lies among the days of purchase; `nil` where the records are ahead.
  private func place(
    of day: Int, at instant: Instant, in metrics: CustomerMetrics, besides order: Order.ID
  ) throws -> Place? {
    guard let first = metrics.firstOrderAt, let last = metrics.lastOrderAt else {
      return .new(PurchaseRules.Neighbours())
    }
    if instant == first || instant == last { return .taken }
    let (firstDay, lastDay) = (self.day(of: first), self.day(of: last))
    if day == firstDay || day == lastDay { return .taken }
    if day > lastDay { return .new(PurchaseRules.Neighbours(before: lastDay)) }
    if day < firstDay { return .new(PurchaseRules.Neighbours(after: firstDay)) }
    let customer = metrics.customer
    if isAhead(Order.schema.name, { $0.customer == customer }) { return nil }
    return try lookedUp(day, of: customer, besides: order)
  }

  private func lookedUp(_ day: Int, of customer: Customer.ID, besides order: Order.ID) throws
    -> Place
  {
    let zone = transaction.zone
    let start = zone.startOfDay(CalendarDate(daysSinceEpoch: day))
    let end = zone.startOfDay(CalendarDate(daysSinceEpoch: day + 1))
    let orders = transaction.records(of: Order.self)
    var isTaken = false
    try orders.scan(
      Query(where: {
        $0.customer == customer && $0.placedAt >= start && $0.placedAt < end
          && $0.status != .cancelled
      })
    ) { held in
      isTaken = held.row.id != order
      return !isTaken
    }
    if isTaken { return .taken }
    let before = try orders.first(
      where: { $0.customer == customer && $0.placedAt < start && $0.status != .cancelled },
      sortedBy: { [.descending($0.placedAt)] })
    let after = try orders.first(
      where: { $0.customer == customer && $0.placedAt >= end && $0.status != .cancelled },
      sortedBy: { [.ascending($0.placedAt)] })
    return .new(
      PurchaseRules.Neighbours(
        before: before.map { self.day(of: $0.placedAt) },
        after: after.map { self.day(of: $0.placedAt) }))
  }

  /// A customer's first or last order that was not cancelled, in one currency or any.
  private func end(of customer: Customer.ID, isFirst: Bool, _ currency: Currency? = nil) throws
    -> Order?
  {
    var found: Order?
    try transaction.records(of: Order.self).scan(
      Query(
        where: { $0.customer == customer && $0.status != .cancelled },
        sortedBy: { [isFirst ? .ascending($0.placedAt) : .descending($0.placedAt)] })
    ) { held in
      if currency == nil || held.row.total.currency == currency { found = held.row }
      return found == nil
    }
    return found
  }
}
