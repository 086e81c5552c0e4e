/// Figures on each customer, kept as things happen and not computed when asked.
///
/// It knows of orders only what their events tell.
public struct Metrics: Capability {
  /// The capability.
  public init() {}

  public var records: [any Record.Type] { [PurchaseMetrics.self] }

  public var reactions: [Reaction] {
    [
      Reaction(to: OrderPlaced.self) { order, tx in
        try tx.metrics.add(order.event, at: order.recorded.occurredAt)
      },
      Reaction(to: OrderCancelled.self) { order, tx in try tx.metrics.remove(order.event) },
    ]
  }
}

extension Transaction {
  /// Figures on each customer.
  public var metrics: MetricOperations { MetricOperations(self) }
}

/// Reading figures on customers.
public struct MetricOperations {
  private let transaction: Transaction
  private let records: Records<PurchaseMetrics>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    records = transaction.records(of: PurchaseMetrics.self)
  }

  /// What a customer has bought, by currency.
  public func purchases(of customer: Customer.ID) throws -> [PurchaseMetrics] {
    try records.all(
      where: { $0.customer == customer }, sortedBy: { [.ascending($0.currency)] })
  }

  /// Those who have bought for most in a currency, the best first.
  public func best(in currency: Currency, limit: Int = 10) throws -> [PurchaseMetrics] {
    try records.all(
      where: { $0.revenue >= .zero(currency) }, sortedBy: { [.descending($0.revenue)] },
      limit: limit)
  }

  fileprivate func add(_ order: OrderPlaced, at instant: Instant) throws {
    let metrics = try purchases(of: order.customer, in: order.total.currency)
    try records.put(
      try PurchaseRules.adding(
        order, at: instant, to: metrics, id: metrics?.id ?? transaction.makeIdentifier()))
  }

  fileprivate func remove(_ order: OrderCancelled) throws {
    guard let metrics = try purchases(of: order.customer, in: order.total.currency) else { return }
    try records.put(try PurchaseRules.removing(order, from: metrics))
  }

  private func purchases(of customer: Customer.ID, in currency: Currency) throws
    -> PurchaseMetrics?
  {
    try records.first(where: { $0.customer == customer && $0.currency == currency })
  }
}
