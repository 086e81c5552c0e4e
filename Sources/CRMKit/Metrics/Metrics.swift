/// Figures on each customer, kept as things happen and not computed when asked.
///
/// It knows of orders only what their events tell. A customer's first figures in a currency are
/// made of all the events there are, so the capability can be added to a store that has orders.
/// From then on each event counts as it comes: those of a time in which the CRM was opened
/// without the capability, after it had counted for the customer, are missing for good.
public struct Metrics: Capability {
  static let key = RecordKey("tx.metrics")

  /// The capability.
  public init() {}

  public var records: [any Record.Type] { [PurchaseMetrics.self] }

  public var lock: RecordLock? { Self.key.lock }

  public var reactions: [Reaction] {
    [
      Reaction(to: OrderPlaced.self) { try $1.metrics.count(PurchaseRules.Change($0)) },
      Reaction(to: OrderCancelled.self) { try $1.metrics.count(PurchaseRules.Change($0)) },
      Reaction(to: OrderPartlyCancelled.self) { try $1.metrics.count(PurchaseRules.Change($0)) },
      Reaction(to: OrderReturned.self) { try $1.metrics.count(PurchaseRules.Change($0)) },
      Reaction(to: OrderRefunded.self) { try $1.metrics.count(PurchaseRules.Change($0)) },
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
    records = transaction.records(of: PurchaseMetrics.self, with: Metrics.key)
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

  fileprivate func count(_ change: PurchaseRules.Change) throws {
    let metrics: PurchaseMetrics?
    if let old = try purchases(of: change.customer, in: change.currency) {
      metrics = try PurchaseRules.applying([change], to: old, id: old.id)
    } else {
      metrics = try PurchaseRules.applying(
        try history(of: change.customer, in: change.currency, until: change.event), to: nil,
        id: transaction.makeIdentifier())
    }
    if let metrics { try records.put(metrics) }
  }

  /// What a customer's stored events change, in their order; later ones are still to come here.
  private func history(
    of customer: Customer.ID, in currency: Currency, until last: Identifier<RecordedEvent>
  ) throws -> [PurchaseRules.Change] {
    var changes: [PurchaseRules.Change] = []
    let query = Query<RecordedEvent>(where: { $0.customer == customer })
    try transaction.records(of: RecordedEvent.self).scan(query) { held in
      if held.row.id.number <= last.number,
        let change = try PurchaseRules.Change(held.row), change.currency == currency
      {
        changes.append(change)
      }
      return true
    }
    return changes.sorted { $0.event.number < $1.event.number }
  }

  private func purchases(of customer: Customer.ID, in currency: Currency) throws
    -> PurchaseMetrics?
  {
    try records.first(where: { $0.customer == customer && $0.currency == currency })
  }
}
