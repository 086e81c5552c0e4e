/// Reading figures on customers.
public struct MetricOperations {
  let transaction: Transaction
  let records: Records<CustomerMetrics>
  let purchases: Records<PurchaseMetrics>
  let figures: Records<MetricFigure>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    records = transaction.records(of: CustomerMetrics.self, with: Metrics.key)
    purchases = transaction.records(of: PurchaseMetrics.self, with: Metrics.key)
    figures = transaction.records(of: MetricFigure.self, with: Metrics.key)
  }

  var settings: Metrics { transaction.capability(Metrics.self) ?? Metrics() }

  // MARK: Reading

  /// A customer's figures.
  ///
  /// - Complexity: O(log *n*). Where nothing happened since the store has figures, they are made
  ///   of the customer's records: O(*k*) in these.
  public func figures(of customer: Customer.ID) throws -> CustomerMetrics {
    try kept(of: customer)?.row ?? (try recounted(customer).metrics)
  }

  /// What a customer has bought, by currency.
  ///
  /// - Complexity: As ``figures(of:)-(Customer.ID)``.
  public func purchases(of customer: Customer.ID) throws -> [PurchaseMetrics] {
    let rows = try purchaseRows(of: customer)
    // With rows the customer has figures, or the store is of a time in which they had no more.
    guard rows.isEmpty, try kept(of: customer) == nil else { return rows }
    return try recounted(customer).purchases
  }

  /// Those who have bought for most in a currency, the best first.
  public func best(in currency: Currency, limit: Int = 10) throws -> [PurchaseMetrics] {
    try purchases.all(
      where: { $0.revenue >= .zero(currency) }, sortedBy: { [.descending($0.revenue)] },
      limit: limit)
  }

  /// The figures as they are kept; `nil` where nothing happened since the store has figures.
  func kept(of customer: Customer.ID) throws -> Held<CustomerMetrics>? {
    try records.held(CustomerMetrics.identifier(of: customer))
  }

  func purchaseRows(of customer: Customer.ID) throws -> [PurchaseMetrics] {
    try purchases.all(
      where: { $0.customer == customer }, sortedBy: { [.ascending($0.currency)] })
  }

  // MARK: Counting

  /// The figures of a customer in which an event is to be counted.
  ///
  /// - Returns: `nil` where it is in them already, as they were made of the records after it.
  func counted(_ customer: Customer.ID, before event: RecordedEvent) throws -> CustomerMetrics? {
    if let metrics = try kept(of: customer)?.row {
      return event.id.number > metrics.countedTo ? metrics : nil
    }
    guard try hasRecords(customer, before: event) else {
      var blank = CustomerMetrics(customer)
      blank.countedTo = event.id.number - 1
      try records.keep(blank, over: nil)
      return blank
    }
    try recount(customer)
    return nil
  }

  /// Whether a customer had records that figures are made of before an event told of the first.
  ///
  /// Two questions; making the figures of what there is takes seven.
  private func hasRecords(_ customer: Customer.ID, before event: RecordedEvent) throws -> Bool {
    let shared = try transaction.records(of: TimelinePlace.self).first(
      where: { $0.customer == customer })
    if shared != nil { return true }
    var isFound = false
    try transaction.records(of: RecordedEvent.self).scan(
      Query(where: { $0.customer == customer })
    ) { held in
      guard held.id.number < event.id.number, let kind = held.row.recordKind else { return true }
      isFound = Self.countedKinds.contains(kind)
      return !isFound
    }
    return isFound
  }

  private static let countedKinds = [
    Order.schema.name, Interaction.schema.name, Commitment.schema.name,
  ]

  /// Whether records of a kind are further than the event that is reacted to.
  ///
  /// One operation can change them several times; what is looked up is of a later time then.
  func isAhead(_ kind: String, _ isMeant: (RecordedEvent) -> Bool) -> Bool {
    transaction.log.isAwaiting { $0.recordKind == kind && isMeant($0) }
  }
}
