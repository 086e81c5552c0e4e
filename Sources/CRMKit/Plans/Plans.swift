/// Plans for customers: what is to be reached, by which steps, and when that is looked over.
public struct Plans: Capability {
  static let key = RecordKey("tx.plans")

  /// The capability.
  public init() {}

  public var records: [any Record.Type] { [Plan.self, Comeback.self] }

  public var lock: RecordLock? { Self.key.lock }

  public var nextSteps: [NextStepSource] { [.plans] }

  public var events: [any Event.Type] {
    [
      PlanOpened.self, PlanUpdated.self, PlanReviewed.self, PlanReviewOverdue.self,
      PlanClosed.self, CustomerReturned.self, CustomerReturnWithdrawn.self,
    ]
  }

  public var duties: [Duty] {
    [
      Duty(Plan.self) {
        $0.owner == $1 && $0.status == .open
      } pass: { plan, owner, tx in
        try tx.plans.give(plan, to: owner)
      }
    ]
  }

  public var reactions: [Reaction] {
    [
      Reaction(to: OrderPlaced.self) { order, tx in try tx.plans.recognise(order) },
      Reaction(to: LifecycleMoved.self) { move, tx in try tx.plans.recognise(move) },
      Reaction(to: OrderCancelled.self) { order, tx in try tx.plans.withdraw(order) },
    ]
  }

  public var agenda: [AgendaHandler] {
    [AgendaHandler(for: PlanReview.self) { task, tx in try tx.plans.noticeReview(of: task.plan) }]
  }

  public func verify(in transaction: Transaction, report: inout VerificationReport) throws {
    try transaction.plans.verify(&report)
  }
}

extension Transaction {
  /// Plans for customers.
  public var plans: PlanOperations { PlanOperations(self) }
}

/// Opening plans, following and reviewing them, and finding whom none looks after.
public struct PlanOperations {
  let transaction: Transaction
  let records: Records<Plan>
  let comebacks: Records<Comeback>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    records = transaction.records(of: Plan.self, with: Plans.key)
    comebacks = transaction.records(of: Comeback.self, with: Plans.key)
  }

  /// The plan of an identifier.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func get(_ id: Plan.ID) throws -> Plan { try records.get(id) }

  /// A customer's open plans, the oldest first.
  public func open(of customer: Customer.ID) throws -> [Plan] {
    try records.all(
      where: { $0.customer == customer && $0.status == .open },
      sortedBy: { [.ascending($0.openedAt)] })
  }

  /// The open plans that someone sees to, those to be reviewed first first; those without a review
  /// before them.
  public func open(
    ownedBy owner: Principal, after cursor: Cursor<Plan>? = nil, limit: Int = 50
  ) throws -> Page<Plan, Cursor<Plan>> {
    try records.page(
      Query(
        where: { $0.owner == owner && $0.status == .open },
        sortedBy: { [.ascending($0.reviewAt)] }, after: cursor, limit: limit))
  }

  /// A part of a query's plans, and the place to go on from.
  public func page(_ query: Query<Plan>) throws -> Page<Plan, Cursor<Plan>> {
    try records.page(query)
  }

  /// How far the objectives of a plan are, in their order.
  ///
  /// - Throws: ``CRMError/Code/notFound``; ``CRMError/Code/limitReached`` for an organisation with
  ///   more than 10,000 members.
  /// - Complexity: Two queries; for an organisation or a household as
  ///   ``MetricOperations/figures(of:including:limit:)``.
  public func progress(of id: Plan.ID) throws -> [PlanProgress] {
    let plan = try get(id)
    guard plan.objectives.contains(where: { $0.measure != nil }) else {
      return plan.objectives.map { PlanProgress(objective: $0, value: nil) }
    }
    let group = try figures(of: plan.customer)
    return try plan.objectives.map { objective in
      let value = try objective.measure.map { try self.value(of: $0, in: group, plan.customer) }
      return PlanProgress(objective: objective, value: value)
    }
  }

  // MARK: Steps

  private typealias Figures = (metrics: CustomerMetrics, revenue: [Money])

  /// The figures of a customer, with all who belong to an organisation or a household.
  private func figures(of customer: Customer.ID) throws -> Figures {
    let metrics = transaction.metrics
    let hasMembers = transaction.capability(Relationships.self) != nil
    guard hasMembers, try transaction.customers.get(customer).kind != .person else {
      return (
        try metrics.figures(of: customer), try metrics.purchases(of: customer).map(\.revenue)
      )
    }
    let group = try metrics.figures(of: customer, including: .members)
    return (group.figures, group.purchases.map(\.revenue))
  }

  private func value(
    of quantity: LifecycleQuantity, in figures: Figures, _ customer: Customer.ID
  ) throws -> Int {
    switch quantity {
    case .revenue(let currency):
      Int(clamping: figures.revenue.first { $0.currency == currency }?.minorUnits ?? 0)
    case .figure(let name):
      Int(clamping: try transaction.metrics.figure(name, of: customer).sum)
    case .score(let name):
      try transaction.scores.score(of: customer, in: name).value.whole
    default: quantity.count(in: figures.metrics)
    }
  }
}
