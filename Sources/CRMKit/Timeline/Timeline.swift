extension Transaction {
  /// What happened with each customer, read from the events.
  public var timeline: TimelineOperations { TimelineOperations(self) }
}

/// Reading what happened with a customer.
public struct TimelineOperations {
  private let transaction: Transaction

  init(_ transaction: Transaction) {
    self.transaction = transaction
  }

  /// What happened with a customer, the latest first.
  ///
  /// - Parameters:
  ///   - customer: The customer.
  ///   - end: Nothing later than this; what happens at this instant is in.
  ///   - cursor: The place to go on from. Entries that come in before it do not move it.
  ///   - limit: How many at most.
  /// - Complexity: O(log *n* + *limit*), wherever the place lies.
  public func entries(
    of customer: Customer.ID, until end: Instant = .latest,
    after cursor: Cursor<RecordedEvent>? = nil,
    limit: Int = 50
  ) throws -> Page<RecordedEvent, Cursor<RecordedEvent>> {
    try transaction.records(of: RecordedEvent.self).page(
      Query(
        where: { $0.customer == customer && $0.occurredAt <= end },
        sortedBy: { [.descending($0.occurredAt)] }, after: cursor, limit: limit))
  }
}
