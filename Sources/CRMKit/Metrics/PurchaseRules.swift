/// How purchases add up; pure.
enum PurchaseRules {
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
