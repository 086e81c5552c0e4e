/// How purchases add up; pure.
enum PurchaseRules {
  /// The days of purchase around a day, none of them the day itself.
  struct Neighbours {
    var before: Int?
    var after: Int?
  }

  /// The figures with a day of purchase more, between those around it.
  static func addDay(_ day: Int, _ around: Neighbours, to metrics: inout CustomerMetrics) {
    metrics.purchaseDays += 1
    join(day, around, in: &metrics, 1)
  }

  /// The figures with a day of purchase less.
  static func removeDay(_ day: Int, _ around: Neighbours, from metrics: inout CustomerMetrics) {
    metrics.purchaseDays -= 1
    join(day, around, in: &metrics, -1)
  }

  private static func join(
    _ day: Int, _ around: Neighbours, in metrics: inout CustomerMetrics, _ sign: Int
  ) {
    if let before = around.before { addGap(day - before, sign, to: &metrics) }
    if let after = around.after { addGap(after - day, sign, to: &metrics) }
    if let before = around.before, let after = around.after {
      addGap(after - before, -sign, to: &metrics)
    }
  }

  private static func addGap(_ days: Int, _ sign: Int, to metrics: inout CustomerMetrics) {
    metrics.gaps += sign
    metrics.gapDays += sign * days
    metrics.gapDaySquares += sign * days * days
  }

  /// The figures with an order's units more.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  static func units(_ units: Int, and more: Int, of customer: Customer.ID) throws(CRMError) -> Int {
    let (sum, overflow) = units.addingReportingOverflow(more)
    guard overflow else { return sum }
    throw CRMError(
      .overflow, "Customer \(customer) has more units than can be counted.",
      recovery: "Correct the quantities of the orders.", record: "customer_metrics",
      identifier: CustomerMetrics.identifier(of: customer).description)
  }

  /// Adds all orders of a customer to figures that have none.
  ///
  /// - Parameters:
  ///   - orders: The orders.
  ///   - returns: How often goods came back, by order.
  ///   - zone: Where the firm's days are.
  /// - Returns: The figures by currency, their identifiers to be given.
  /// - Throws: ``CRMError/Code/overflow``.
  static func add(
    _ orders: [Order], returns: [Order.ID: Int], in zone: Zone, to metrics: inout CustomerMetrics
  ) throws(CRMError) -> [Currency: PurchaseMetrics] {
    var purchases: [Currency: PurchaseMetrics] = [:]
    var last: Int?
    for order in orders.sorted(by: { $0.placedAt < $1.placedAt }) {
      try add(order, returns: returns[order.id] ?? 0, to: &metrics)
      let currency = order.total.currency
      var bought =
        purchases[currency]
        ?? PurchaseMetrics(id: .zero, customer: metrics.customer, currency: currency)
      try add(order, returns: returns[order.id] ?? 0, to: &bought)
      purchases[currency] = bought
      guard order.status != .cancelled else { continue }
      let day = zone.date(of: order.placedAt).daysSinceEpoch
      if day != last { addDay(day, Neighbours(before: last), to: &metrics) }
      last = day
    }
    return purchases
  }

  private static func add(_ order: Order, returns: Int, to metrics: inout CustomerMetrics)
    throws(CRMError)
  {
    let units = order.units - order.cancelledUnits - order.returnedUnits
    metrics.units = try self.units(metrics.units, and: units, of: metrics.customer)
    metrics.returns += returns
    metrics.returnedUnits += order.returnedUnits
    metrics.complaints += order.disputes
    metrics.openComplaints += order.openDisputes
    guard order.status != .cancelled else {
      metrics.cancelledOrders += 1
      return
    }
    metrics.orders += 1
    metrics.firstOrderAt = earlier(metrics.firstOrderAt, order.placedAt)
    metrics.lastOrderAt = later(metrics.lastOrderAt, order.placedAt)
  }

  private static func add(_ order: Order, returns: Int, to purchases: inout PurchaseMetrics)
    throws(CRMError)
  {
    purchases.units += order.units - order.cancelledUnits - order.returnedUnits
    purchases.revenue = try purchases.revenue + order.value
    purchases.returns += returns
    purchases.refunded = try purchases.refunded + order.refunded
    guard order.status != .cancelled else { return }
    purchases.orders += 1
    purchases.firstOrderAt = earlier(purchases.firstOrderAt, order.placedAt)
    purchases.lastOrderAt = later(purchases.lastOrderAt, order.placedAt)
  }
}
