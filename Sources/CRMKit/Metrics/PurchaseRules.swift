/// How purchases add up; pure.
enum PurchaseRules {
  /// What one event changes.
  struct Change {
    enum Kind {
      case placed(OrderPlaced, at: Instant)
      case cancelled(OrderCancelled)
    }

    let event: Identifier<RecordedEvent>
    let kind: Kind

    init(_ order: Occurrence<OrderPlaced>) {
      event = order.recorded.id
      kind = .placed(order.event, at: order.recorded.occurredAt)
    }

    init(_ order: Occurrence<OrderCancelled>) {
      event = order.recorded.id
      kind = .cancelled(order.event)
    }

    /// What a stored event changes in a currency; `nil` for nothing.
    init?(_ recorded: RecordedEvent, in currency: Currency) throws {
      if let order = try recorded.payload(as: OrderPlaced.self), order.total.currency == currency {
        self.init(Occurrence(recorded: recorded, event: order))
      } else if let order = try recorded.payload(as: OrderCancelled.self),
        order.total.currency == currency
      {
        self.init(Occurrence(recorded: recorded, event: order))
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
      case .cancelled(let order):
        if let old = metrics { metrics = try removing(order, from: old) }
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

  /// The figures without an order that was cancelled.
  static func removing(_ order: OrderCancelled, from metrics: PurchaseMetrics) throws(CRMError)
    -> PurchaseMetrics
  {
    var metrics = metrics
    metrics.orders -= 1
    metrics.units -= order.units
    metrics.revenue = try metrics.revenue - order.total
    return metrics
  }
}
