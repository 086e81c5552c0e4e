extension OrderOperations {
  // MARK: Disputes

  /// Records that a customer disagrees over an order; the same again is returned as it is.
  ///
  /// - Parameters:
  ///   - id: The order.
  ///   - subject: What the customer says.
  ///   - reference: The host's own reference of the dispute, held by one.
  ///   - instant: When, if not now.
  /// - Throws: ``CRMError/Code/duplicate`` where another dispute has the reference,
  ///   ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/notFound``; nothing has
  ///   changed then.
  @discardableResult
  public func dispute(
    _ id: Order.ID, over subject: String, reference: String, at instant: Instant? = nil
  ) throws -> Dispute {
    let known = try find(dispute: reference)
    let differences = known.map {
      OrderRules.differences([
        "order": $0.order == id, "subject": $0.subject == subject,
        "opened_at": (instant ?? $0.openedAt) == $0.openedAt,
      ])
    }
    if let known, differences == [] { return known }
    let taken = known.map { self.taken(by: $0.id, differences) }
    var order = try order(id, taken: taken)
    let openedAt = instant ?? transaction.now
    let problems =
      problems("opened_at", openedAt, reference, of: order)
      + TextRules.problems(of: subject, in: "subject", within: 10_000)
    if let taken { throw taken.beside(problems) }
    guard problems.isEmpty else { throw CRMError.invalid("disputes", problems) }
    let dispute = Dispute(
      id: transaction.makeIdentifier(), order: id, reference: reference, subject: subject,
      openedAt: openedAt)
    order.disputes += 1
    order.openDisputes += 1
    return try transaction.operation { [order] in
      try disputes.put(dispute)
      try records.update(
        order,
        emitting: OrderDisputed(
          order: id, customer: order.customer, dispute: dispute.id,
          reference: dispute.reference, subject: subject), at: openedAt)
      return try disputes.get(dispute.id)
    }
  }

  /// Settles a dispute.
  ///
  /// - Parameters:
  ///   - id: The dispute.
  ///   - outcome: How it was settled.
  ///   - instant: When, if not now.
  /// - Throws: ``CRMError/Code/notAllowed`` where it was settled before,
  ///   ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/notFound``; nothing has
  ///   changed then.
  @discardableResult
  public func settle(dispute id: Dispute.ID, outcome: String, at instant: Instant? = nil) throws
    -> Dispute
  {
    var dispute = try disputes.get(id)
    let settledAt = instant ?? transaction.now
    let problems =
      TextRules.problems(of: outcome, in: "outcome", within: 10_000)
      + instantProblems(
        "settled_at", settledAt, from: dispute.openedAt, "it was opened", now: transaction.now)
    guard dispute.settledAt == nil else {
      throw CRMError(
        .notAllowed, "Dispute \(id) is settled.",
        recovery: "Open another where the customer disagrees again.", issues: problems,
        record: "disputes", identifier: id.description)
    }
    guard problems.isEmpty else { throw CRMError.invalid("disputes", problems) }
    var order = try get(dispute.order)
    order.openDisputes -= 1
    dispute.settledAt = settledAt
    dispute.outcome = outcome
    return try transaction.operation { [order, dispute] in
      try disputes.put(dispute)
      try records.update(
        order,
        emitting: OrderDisputeSettled(
          order: order.id, customer: order.customer, dispute: id,
          reference: dispute.reference, outcome: outcome), at: settledAt)
      return try disputes.get(id)
    }
  }

  // MARK: Reading

  /// The disputes over an order, in the order they were recorded.
  public func disputes(of id: Order.ID) throws -> [Dispute] {
    try disputes.all(where: { $0.order == id })
  }

  /// The dispute of a reference, if there is one.
  public func find(dispute reference: String) throws -> Dispute? {
    guard OrderRules.isReference(reference) else { return nil }
    return try disputes.first(where: { $0.reference == reference })
  }

  private var disputes: Records<Dispute> { transaction.records(of: Dispute.self, with: Orders.key) }
}
