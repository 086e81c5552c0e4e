/// How purchases add up; pure.
enum PurchaseRules {
  /// What one event changes.
  struct Change {
    enum Kind {
      /// An order more.
      case placed(OrderPlaced, at: Instant)
      /// So many orders and units less, and what is bought came to less.
      case reduced(orders: Int, units: Int, by: Money)
    }

    let event: Identifier<RecordedEvent>
    let customer: Customer.ID
    let currency: Currency
    let kind: Kind

    init(_ order: Occurrence<OrderPlaced>) {
      self.init(
        order.recorded, order.event.customer, order.event.total.currency,
        .placed(order.event, at: order.recorded.occurredAt))
    }

    init(_ order: Occurrence<OrderCancelled>) {
      self.init(
        order.recorded, order.event.customer, order.event.total.currency,
        .reduced(orders: 1, units: order.event.units, by: order.event.total))
    }

    init(_ order: Occurrence<OrderPartlyCancelled>) {
      self.init(
        order.recorded, order.event.customer, order.event.reduction.currency,
        .reduced(orders: 0, units: order.event.units, by: order.event.reduction))
    }

    init(_ order: Occurrence<OrderReturned>) {
      self.init(
        order.recorded, order.event.customer, order.event.reduction.currency,
        .reduced(orders: 0, units: order.event.units, by: order.event.reduction))
    }

    init(_ order: Occurrence<OrderRefunded>) {
      self.init(
        order.recorded, order.event.customer, order.event.reduction.currency,
        .reduced(orders: 0, units: 0, by: order.event.reduction))
    }

    private init(
      _ recorded: RecordedEvent, _ customer: Customer.ID, _ currency: Currency, _ kind: Kind
    ) {
      event = recorded.id
      self.customer = customer
      self.currency = currency
      self.kind = kind
    }

    /// What a stored event changes; `nil` for nothing.
    init?(_ recorded: RecordedEvent) throws {
      if let event = try recorded.payload(as: OrderPlaced.self) {
        self.init(Occurrence(recorded: recorded, event: event))
      } else if let event = try recorded.payload(as: OrderCancelled.self) {
        self.init(Occurrence(recorded: recorded, event: event))
      } else if let event = try recorded.payload(as: OrderPartlyCancelled.self) {
        self.init(Occurrence(recorded: recorded, event: event))
      } else if let event = try recorded.payload(as: OrderReturned.self) {
        self.init(Occurrence(recorded: recorded, event: event))
      } else if let event = try recorded.payload(as: OrderRefunded.self) {
        self.init(Occurrence(recorded: recorded, event: event))
      } else {
        return nil
      }
    }
  }

  /// The figures after changes, in their order; `nil` before the first order.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  static func applying(
    _ changes: [Change], to metrics: PurchaseMetrics?, id: PurchaseMetrics.ID
  ) throws(CRMError) -> PurchaseMetrics? {
    var metrics = metrics
    for change in changes {
      switch change.kind {
      case .placed(let order, let instant):
        metrics = try adding(order, at: instant, to: metrics, id: id)
      case .reduced(let orders, let units, let amount):
        metrics?.orders -= orders
        metrics?.units -= units
        if let revenue = metrics?.revenue { metrics?.revenue = try revenue - amount }
      }
    }
    return metrics
  }

  /// The figures after one more order.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  static func adding(
    _ order: OrderPlaced, at instant: Instant, to metrics: PurchaseMetrics?,
    id: PurchaseMetrics.ID
  ) throws(CRMError) -> PurchaseMetrics {
    guard var metrics else {
      return PurchaseMetrics(
        id: id, customer: order.customer, orders: 1, units: order.units, revenue: order.total,
        firstOrderAt: instant, lastOrderAt: instant)
    }
    metrics.orders += 1
    let (units, overflow) = metrics.units.addingReportingOverflow(order.units)
    guard !overflow else {
      throw CRMError(
        .overflow, "Customer \(order.customer) has more units than can be counted.",
        recovery: "Correct the quantities of the order.", record: "purchase_metrics",
        identifier: metrics.id.description)
    }
    metrics.units = units
    metrics.revenue = try metrics.revenue + order.total
    metrics.firstOrderAt = min(metrics.firstOrderAt, instant)
    metrics.lastOrderAt = max(metrics.lastOrderAt, instant)
    return metrics
  }
}
