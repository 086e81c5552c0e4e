extension PlanOperations {
  /// A customer's returns, the latest first; with which an account came back, of the member who
  /// ordered (``RecoveryResult/comeback`` has those of a plan).
  public func comebacks(
    of customer: Customer.ID, after cursor: Cursor<Comeback>? = nil, limit: Int = 50
  ) throws -> Page<Comeback, Cursor<Comeback>> {
    try comebacks.page(
      Query(
        where: { $0.customer == customer }, sortedBy: { [.descending($0.recognisedAt)] },
        after: cursor, limit: limit))
  }

  /// The returns of a time, the first first; those that were withdrawn among them.
  ///
  /// - Parameters:
  ///   - start: From when on.
  ///   - end: Up to when; what happens at this instant is not in.
  ///   - cursor: The place to go on from.
  ///   - limit: How many at most.
  public func comebacks(
    from start: Instant = .earliest, until end: Instant, after cursor: Cursor<Comeback>? = nil,
    limit: Int = 50
  ) throws -> Page<Comeback, Cursor<Comeback>> {
    try comebacks.page(
      Query(
        where: { $0.returnedAt >= start && $0.returnedAt < end },
        sortedBy: { [.ascending($0.returnedAt)] }, after: cursor, limit: limit))
  }
}

// MARK: - Recognising

extension PlanOperations {
  /// Recognises the return of a customer who orders under a plan to win them back, or to win back
  /// an account or household to which they belong.
  ///
  /// Where there is no such plan it costs one look in a transaction, whatever it records.
  func recognise(_ order: Occurrence<OrderPlaced>) throws {
    let found = RecoveryRules.Return(
      at: order.recorded.occurredAt, order: order.order, value: order.total)
    let plans = try winBacks(of: order.customer, openedBy: found.at)
    if plans.isEmpty { return }
    try keep(found, of: order.customer, under: plans)
  }

  /// Recognises a return that a lifecycle tells of, unless an order told of it.
  func recognise(_ move: Occurrence<LifecycleMoved>) throws {
    guard move.fromKind == .lapsed || move.fromKind == .lost, let from = move.from,
      move.kind == .wonBack || move.kind == .active
    else { return }
    let (customer, lifecycle) = (move.customer, move.lifecycle)
    let since =
      try transaction.records(of: LifecycleTransition.self).first(
        where: { $0.customer == customer && $0.lifecycle == lifecycle && $0.to == from },
        sortedBy: { [.descending($0.at)] })?.at ?? .earliest
    let known = try comebacks.first(where: {
      $0.customer == customer && $0.recognisedAt >= since && $0.withdrawnAt.isMissing
    })
    guard known == nil else { return }
    let order = try transaction.records(of: Order.self).first(
      where: { $0.customer == customer && $0.placedAt >= since && $0.status != .cancelled },
      sortedBy: { [.ascending($0.placedAt)] })
    let found = RecoveryRules.Return(
      at: order?.placedAt ?? move.recorded.occurredAt, order: order?.id, value: order?.total)
    try keep(
      found, of: customer, under: try winBacks(of: customer, openedBy: found.at),
      toldBy: lifecycle)
  }

  /// Takes a return back whose order was cancelled, and the credit for it.
  ///
  /// Where a later order stands the customer is back all the same, and the plan is held against
  /// that one; or else it has failed.
  func withdraw(_ order: Occurrence<OrderCancelled>) throws {
    let id = order.order
    guard var comeback = try comebacks.first(where: { $0.order == id && $0.withdrawnAt.isMissing })
    else { return }
    comeback.withdrawnAt = order.recorded.occurredAt
    comeback.isCredited = false
    comeback.reason = "The order was cancelled."
    try comebacks.update(
      comeback,
      emitting: CustomerReturnWithdrawn(comeback: comeback.id, customer: comeback.customer),
      at: order.recorded.occurredAt)
    let plan = try comeback.plan.flatMap { try records.find($0) }
    guard let next = try standing(after: comeback, under: plan) else {
      if let plan { try end(plan, as: .failed, comeback.reason) }
      return
    }
    let found = RecoveryRules.Return(at: next.placedAt, order: next.id, value: next.total)
    let result = try plan.map { try verdict(on: $0, found) }
    try insert(found, of: next.customer, result, toldBy: comeback.lifecycle)
    guard let result else { return }
    try end(result.plan, as: result.isCredited ? .achieved : .overtaken, result.reason)
  }

  /// The first order that stands since a return, unless it told of another return: of the customer,
  /// or of whoever belonged to the account that the plan is for.
  private func standing(after comeback: Comeback, under plan: Plan?) throws -> Order? {
    let start = comeback.returnedAt
    var customers = [comeback.customer]
    if let plan, let members = try members(of: plan.customer, at: start) {
      customers = Array(Set(customers + members)).sorted()
    }
    let orders = transaction.records(of: Order.self)
    let next = try customers.inParts.compactMap { part in
      try orders.first(
        where: { $0.customer.isOne(of: part) && $0.placedAt >= start && $0.status != .cancelled },
        sortedBy: { [.ascending($0.placedAt)] })
    }.min { ($0.placedAt, $0.id) < ($1.placedAt, $1.id) }
    guard let next else { return nil }
    let id = next.id
    let known = try comebacks.first(where: { $0.order == id && $0.withdrawnAt.isMissing })
    return known == nil ? next : nil
  }

  /// Gives a plan that is closed another end.
  private func end(_ plan: Plan, as status: Plan.Status, _ note: String) throws {
    guard plan.status != status || plan.note != note else { return }
    var ended = plan
    ended.status = status
    ended.note = note
    let kept = try records.update(
      ended, emitting: PlanClosed(plan: plan.id, customer: plan.customer, status: status))
    try judge(kept, again: true)
  }

  /// Keeps a return, credits a plan with it if its terms say so, and ends the plans.
  private func keep(
    _ found: RecoveryRules.Return, of customer: Customer.ID, under plans: [Plan],
    toldBy lifecycle: String? = nil
  ) throws {
    let verdicts = try plans.map { try verdict(on: $0, found) }
    let comeback = try insert(
      found, of: customer, RecoveryRules.deciding(among: verdicts), toldBy: lifecycle)
    for verdict in verdicts {
      let isTheOne = comeback.isCredited && verdict.plan.id == comeback.plan
      let note = !isTheOne && verdict.isCredited ? "Another plan is credited." : verdict.reason
      try close(verdict.plan.id, as: isTheOne ? .achieved : .overtaken, note: note)
    }
  }

  /// Holds a plan against a return.
  private func verdict(
    on plan: Plan, _ found: RecoveryRules.Return
  ) throws -> RecoveryRules.Verdict {
    RecoveryRules.verdict(
      on: plan, found, after: try lastContact(of: plan.id, until: found.at),
      in: transaction.zone)
  }

  /// Keeps a return, with what decides whether a plan is credited with it.
  @discardableResult
  private func insert(
    _ found: RecoveryRules.Return, of customer: Customer.ID, _ deciding: RecoveryRules.Verdict?,
    toldBy lifecycle: String?
  ) throws -> Comeback {
    let isCredited = deciding?.isCredited ?? false
    let comeback = Comeback(
      id: transaction.makeIdentifier(), customer: customer, returnedAt: found.at,
      recognisedAt: transaction.now, order: found.order, value: found.value,
      lifecycle: lifecycle, plan: deciding?.plan.id, isCredited: isCredited,
      reason: deciding?.reason ?? "No plan to win the customer back was open.",
      contact: deciding?.contact?.id)
    return try comebacks.insert(
      comeback,
      emitting: CustomerReturned(
        comeback: comeback.id, customer: customer, order: found.order,
        creditedPlan: isCredited ? comeback.plan : nil), at: found.at)
  }

  /// The last contact that belongs to a plan, up to an instant; notes among staff are none.
  private func lastContact(of plan: Plan.ID, until instant: Instant) throws -> Interaction? {
    let key = RecordReference(plan).key
    return try transaction.records(of: Interaction.self).first(
      where: { $0.subjects.contains(key) && $0.contactAt <= instant },
      sortedBy: { [.descending($0.contactAt)] })
  }

  /// The plans to win a customer back, or those to whom the customer belonged at an instant, that
  /// were open then and still are, the oldest first.
  private func winBacks(of customer: Customer.ID, openedBy instant: Instant) throws -> [Plan] {
    guard try hasWinBack() else { return [] }
    var customers = [customer]
    if transaction.capability(Relationships.self) != nil {
      let (relationships, day) = (transaction.relationships, transaction.zone.date(of: instant))
      let above = try relationships.ancestors(
        of: customer, through: relationships.memberTypes, when: .on(day), limit: 499)
      customers += above.members.map(\.id)
    }
    return try records.all(
      where: { $0.customer.isOne(of: customers) && $0.status == .open },
      sortedBy: { [.ascending($0.openedAt)] }
    ).filter { $0.kind == .winBack && $0.openedAt <= instant }
  }

  /// An account or household and all who belonged to it at an instant; `nil` for a person.
  private func members(of customer: Customer.ID, at instant: Instant) throws -> [Customer.ID]? {
    guard transaction.capability(Relationships.self) != nil,
      try transaction.customers.get(customer).kind != .person
    else { return nil }
    let (relationships, day) = (transaction.relationships, transaction.zone.date(of: instant))
    return try [customer]
      + relationships.descendants(
        of: customer, through: relationships.memberTypes, when: .on(day), limit: 10_000
      ).members.map(\.id)
  }

  /// Whether there is a plan to win any customer back.
  private func hasWinBack() throws -> Bool {
    try transaction.recall(of: Plan.self) {
      try records.first(where: { $0.kind == .winBack && $0.status == .open }) != nil
    }
  }
}
