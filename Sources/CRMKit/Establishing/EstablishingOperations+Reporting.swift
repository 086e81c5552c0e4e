extension EstablishingOperations {
  // MARK: Reading

  /// How many came how far in an effort, how long it took them and what it cost.
  ///
  /// Steps are those that the records say today, as they were reached by the instant: an order
  /// cancelled since was no deal.
  ///
  /// - Parameter instant: As of when, if not now.
  /// - Throws: ``CRMError/Code/notFound``, ``CRMError/Code/overflow``.
  /// - Complexity: O(*n* log *n*) in those found, and in the contacts of the actions and what was
  ///   booked for them.
  public func funnel(of effort: String, asOf instant: Instant? = nil) throws -> AcquisitionFunnel {
    try funnel(of: [acquisition(effort)], asOf: instant ?? transaction.now)
  }

  /// The same of all efforts for a group together; who was in several counts in each.
  ///
  /// - Throws: ``CRMError/Code/notFound`` for an unknown group, ``CRMError/Code/overflow``.
  public func funnel(ofGroup group: String, asOf instant: Instant? = nil) throws
    -> AcquisitionFunnel
  {
    _ = try transaction.groups.group(group)
    return try funnel(
      of: try records.all(where: { $0.group == group }, sortedBy: { _ in [.oldestFirst] }),
      asOf: instant ?? transaction.now)
  }

  /// What an action came to.
  ///
  /// - Parameter instant: As of when, if not now.
  /// - Throws: ``CRMError/Code/notFound``, ``CRMError/Code/overflow``.
  /// - Complexity: O(*k* log *n*) in its contacts and what was booked for it.
  public func result(of id: AcquisitionAction.ID, asOf instant: Instant? = nil) throws
    -> AcquisitionResult
  {
    let end = instant ?? transaction.now
    let action = try actions.get(id)
    var result = AcquisitionResult()
    var reached: [Customer.ID: Instant] = [:]
    var answered: Set<Customer.ID> = []
    for spending in try spendings(about: id, until: end) {
      if let amount = spending.amount { try result.costs.add(amount) }
    }
    for contact in try contacts(of: id, until: end) {
      result.contacts += 1
      if let cost = contact.cost { try result.costs.add(cost) }
      guard contact.direction != .internal else { continue }
      for customer in try transaction.interactions.customers(of: contact) {
        reached[customer] = reached[customer] ?? contact.occurredAt
        if contact.direction == .inbound { answered.insert(customer) }
      }
    }
    for (customer, since) in reached {
      guard
        let target = try targets.first(where: {
          $0.acquisition == action.acquisition && $0.customer == customer
        }), target.targetedAt != nil
      else { continue }
      result.customers += 1
      if answered.contains(customer) { result.answers += 1 }
      if let deal = target.firstDealAt, deal >= since, deal <= end { result.deals += 1 }
    }
    return result
  }

  // MARK: Steps

  private func funnel(of efforts: [Acquisition], asOf end: Instant) throws -> AcquisitionFunnel {
    var funnel = AcquisitionFunnel(asOf: end)
    for effort in efforts {
      var rows: [Customer.ID: AcquisitionTarget] = [:]
      for target in try targets.all(where: { $0.acquisition == effort.id }) {
        rows[target.customer] = target
        funnel.count(target)
      }
      for action in try actions.all(where: { $0.acquisition == effort.id }) {
        for contact in try contacts(of: action.id, until: end) {
          try funnel.add(contact.cost, with: rows[contact.customer], at: contact.occurredAt)
        }
        for spending in try spendings(about: action.id, until: end) {
          try funnel.add(spending.amount, with: rows[spending.customer], at: spending.spentAt)
        }
      }
    }
    return funnel
  }

  /// What was spent for an action besides its contacts, up to an instant, the earliest first.
  private func spendings(about id: AcquisitionAction.ID, until end: Instant) throws -> [Spending] {
    try transaction.budget.spendings(about: [RecordReference(id).key], until: end)
  }

  /// The contacts that belong to an action, up to an instant, the earliest first.
  private func contacts(of id: AcquisitionAction.ID, until end: Instant) throws -> [Interaction] {
    let key = RecordReference(id).key
    let now = transaction.now
    return try transaction.records(of: Interaction.self).all(
      where: { $0.subjects.contains(key) }, sortedBy: { [.ascending($0.occurredAt)] }
    ).filter { $0.occurredAt <= end && $0.occurredAt <= now }
  }
}
