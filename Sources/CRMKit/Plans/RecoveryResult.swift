/// What a plan to win a customer back cost, and what came of it.
public struct RecoveryResult: Hashable, Sendable {
  /// The plan.
  public let plan: Plan

  /// What its contacts cost, and what was booked for it, by currency in the order of their codes.
  public let cost: [Money]

  /// The return while it was open; `nil` where there was none, or where the order was cancelled.
  public let comeback: Comeback?

  /// What the customer who came back ordered for from the return on, within the days that the terms
  /// state; under an account's plan that is the member whose order it was.
  ///
  /// It is what the orders came to in the end (``Order/value``), by currency in the order of their
  /// codes.
  public let revenue: [Money]
}

/// What plans to win customers back cost together, and what came of them.
public struct RecoverySummary: Hashable, Sendable {
  /// How many plans there were.
  public let plans: Int

  /// How many of them are open.
  public let open: Int

  /// How many customers came back while one was open.
  public let returned: Int

  /// With how many of these returns a plan is credited.
  public let credited: Int

  /// What all of them cost, by currency.
  public let cost: [Money]

  /// What came in of the returns that plans are credited with, by currency.
  public let revenue: [Money]

  /// Adds up results.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  public init(_ results: [RecoveryResult]) throws(CRMError) {
    var (cost, revenue) = (AmountsByCurrency(), AmountsByCurrency())
    for result in results {
      for amount in result.cost { try cost.add(amount) }
      guard result.comeback?.isCredited ?? false else { continue }
      for amount in result.revenue { try revenue.add(amount) }
    }
    plans = results.count
    open = results.count { $0.plan.status == .open }
    returned = Set(results.compactMap { $0.comeback?.id }).count
    credited = results.count { $0.comeback?.isCredited ?? false }
    self.cost = cost.sorted
    self.revenue = revenue.sorted
  }
}

extension PlanOperations {
  /// What a plan to win a customer back cost, and what came of it.
  ///
  /// - Throws: ``CRMError/Code/notFound``; ``CRMError/Code/overflow``.
  public func recovery(of id: Plan.ID) throws -> RecoveryResult {
    let plan = try get(id)
    return try results(of: [plan]).first
      ?? RecoveryResult(plan: plan, cost: [], comeback: nil, revenue: [])
  }

  /// What plans to win customers back cost, and what came of them, the oldest first.
  ///
  /// - Parameters:
  ///   - playbook: Those that followed it; `nil` for all.
  ///   - start: Those opened from then on.
  ///   - end: Those opened up to then; what happens at this instant is not in.
  /// - Throws: ``CRMError/Code/overflow``.
  /// - Complexity: O(*k*) in the plans, their contacts and their customers' orders since they came
  ///   back; five queries for every 500 plans.
  public func recoveries(
    following playbook: Playbook.ID? = nil, from start: Instant = .earliest, until end: Instant
  ) throws -> [RecoveryResult] {
    let ofTime = try records.all(
      where: { $0.kind == .winBack && $0.openedAt >= start && $0.openedAt < end },
      sortedBy: { [.ascending($0.openedAt)] })
    guard let playbook else { return try results(of: ofTime) }
    let following = Set(try transaction.playbooks.uses(of: playbook).compactMap(\.plan))
    return try results(of: ofTime.filter { following.contains($0.id) })
  }

  private func results(of plans: [Plan]) throws -> [RecoveryResult] {
    let ids = plans.map(\.id)
    let costs = try costs(of: ids)
    let comebacks = try comebacks(under: ids)
    let spans = plans.compactMap { plan in comebacks[plan.id].map { span(of: $0, plan) } }
    let revenues = try revenues(in: spans)
    return plans.map { plan in
      RecoveryResult(
        plan: plan, cost: costs[plan.id]?.sorted ?? [], comeback: comebacks[plan.id],
        revenue: revenues[plan.id]?.sorted ?? [])
    }
  }

  /// The time in which orders count as revenue of a plan.
  private struct RevenueSpan {
    let plan: Plan.ID
    let customer: Customer.ID
    let start: Instant
    let end: Instant
  }

  private func span(of comeback: Comeback, _ plan: Plan) -> RevenueSpan {
    let days = LifecycleSpan.days((plan.terms ?? RecoveryTerms()).revenueDays)
    return RevenueSpan(
      plan: plan.id, customer: comeback.customer, start: comeback.returnedAt,
      end: days.end(from: comeback.returnedAt, in: transaction.zone))
  }

  /// The returns that stand, by the plans they were held against.
  private func comebacks(under plans: [Plan.ID]) throws -> [Plan.ID: Comeback] {
    var found: [Plan.ID: Comeback] = [:]
    for part in plans.inParts {
      for comeback in try comebacks.all(where: {
        $0.plan.isOne(of: part) && $0.withdrawnAt.isMissing
      }) {
        if let plan = comeback.plan { found[plan] = comeback }
      }
    }
    return found
  }

  private func revenues(in spans: [RevenueSpan]) throws -> [Plan.ID: AmountsByCurrency] {
    var revenues: [Plan.ID: AmountsByCurrency] = [:]
    for part in spans.inParts {
      guard let start = part.map(\.start).min(), let end = part.map(\.end).max() else { continue }
      let byCustomer = Dictionary(grouping: part, by: \.customer)
      let customers = byCustomer.keys.sorted()
      let query = Query<Order>(where: {
        $0.customer.isOne(of: customers) && $0.placedAt >= start && $0.placedAt < end
          && $0.status != .cancelled
      })
      try transaction.records(of: Order.self).scan(query) { held in
        for span in byCustomer[held.row.customer] ?? []
        where held.row.placedAt >= span.start && held.row.placedAt < span.end {
          try revenues[span.plan, default: AmountsByCurrency()].add(held.row.value)
        }
        return true
      }
    }
    return revenues
  }
}
