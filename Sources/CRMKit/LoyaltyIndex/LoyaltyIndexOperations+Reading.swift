extension LoyaltyIndexOperations {
  /// How loyal a customer is, or was, and why.
  ///
  ///     let index = try tx.loyaltyIndex.index(of: yuna.id)
  ///     print(index?.value ?? 0, index?.standing ?? .unknown)
  ///
  /// - Parameters:
  ///   - customer: The customer.
  ///   - instant: When, if not now. Of a past instant it is what was known then, by the model of
  ///     then; of a later one what it will be if nothing happens until then.
  /// - Returns: `nil` where nothing was kept of the customer by then, or no model was defined.
  /// - Throws: ``CRMError/Code/notFound`` for an unknown customer.
  /// - Complexity: O(log *n*); of the present, for a customer nothing was kept of, O(*k*) in the
  ///   customer's records.
  public func index(
    of customer: Customer.ID, at instant: Instant? = nil
  ) throws -> LoyaltyIndex? {
    _ = try transaction.customers.get(customer)
    return try known(of: customer, at: instant ?? transaction.now)
  }

  /// How a customer's loyalty went on: as it was whenever something changed what it is made of, the
  /// earliest first.
  ///
  /// Between two of them time alone changes it; ``index(of:at:)`` tells how.
  ///
  /// - Parameters:
  ///   - customer: The customer.
  ///   - start: From when on.
  ///   - end: Until when.
  ///   - limit: How many at most.
  /// - Throws: ``CRMError/Code/notFound`` for an unknown customer.
  /// - Complexity: O(log *n*), and then in the indexes.
  public func history(
    of customer: Customer.ID, from start: Instant = .earliest, until end: Instant = .latest,
    limit: Int = 100
  ) throws -> [LoyaltyIndex] {
    _ = try transaction.customers.get(customer)
    let rows = try readings.all(
      where: { $0.customer == customer && $0.at >= start && $0.at <= end },
      sortedBy: { [.ascending($0.at)] }, limit: limit)
    return try rows.map { try rules($0, at: $0.at).index(of: customer, knownAt: $0.at) }
  }

  /// The index of a customer whose file is at hand.
  func known(of customer: Customer.ID, at instant: Instant) throws -> LoyaltyIndex? {
    guard let reading = try reading(of: customer, at: instant) else { return nil }
    return try rules(reading, at: instant).index(of: customer, knownAt: reading.at)
  }

  /// What was known of a customer at an instant; what is known now where nothing was ever kept.
  private func reading(of customer: Customer.ID, at instant: Instant) throws -> LoyaltyReading? {
    guard try !versions().isEmpty else { return nil }
    let kept = try readings.first(
      where: { $0.customer == customer && $0.at <= instant },
      sortedBy: { [.descending($0.at)] })
    if let kept { return kept }
    guard instant >= transaction.now, let model = try model(),
      try readings.first(where: { $0.customer == customer }) == nil
    else { return nil }
    return LoyaltyReading(
      id: .zero, customer: customer, at: transaction.now,
      facts: try LoyaltyFactsReader(transaction, model).facts(of: customer))
  }

  /// What follows from what was known, by the model by which it was read.
  func rules(_ reading: LoyaltyReading, at instant: Instant) throws -> LoyaltyIndexRules {
    LoyaltyIndexRules(
      facts: reading.facts, model: try model(version: reading.facts.modelVersion), at: instant)
  }
}
