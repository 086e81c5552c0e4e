/// What a plan may cost, and what it did.
public struct PlanSpending: Hashable, Sendable {
  /// What it may cost, if that is limited.
  public let budget: Money?

  /// What its contacts cost, and what was booked for it, by currency in the order of their codes.
  public let spent: [Money]

  /// What is left of the budget, negative where it is overspent; `nil` without one.
  ///
  /// What was spent in another currency is not taken off it.
  public var left: Money? {
    guard let budget else { return nil }
    let cost = spent.first { $0.currency == budget.currency }?.minorUnits ?? 0
    return Money(minorUnits: budget.minorUnits &- cost, budget.currency)
  }

  /// Whether more was spent than the budget has.
  public var isOverspent: Bool { left.map { $0.minorUnits < 0 } ?? false }
}

extension PlanOperations {
  /// What a plan may cost and what it did: the costs of the contacts that belong to it
  /// (``Interaction/cost``), those planned for later left out, and what was booked for it
  /// (``BudgetOperations/spend(_:on:for:because:about:time:at:)``).
  ///
  /// A contact that belongs to two plans costs both of them.
  ///
  /// - Throws: ``CRMError/Code/notFound``; ``CRMError/Code/overflow``.
  /// - Complexity: O(*k*) in the plan's contacts and spendings, found by an index.
  public func spending(of id: Plan.ID) throws -> PlanSpending {
    let plan = try get(id)
    return PlanSpending(budget: plan.budget, spent: try costs(of: [id])[id]?.sorted ?? [])
  }

  /// What plans cost.
  func costs(of plans: [Plan.ID]) throws -> [Plan.ID: AmountsByCurrency] {
    var costs: [Plan.ID: AmountsByCurrency] = [:]
    let (now, wanted) = (transaction.now, Set(plans))
    for part in plans.inParts {
      let keys = part.map { [Value.text(RecordReference($0).key)] }
      let query = Query<Interaction>(where: {
        Filter(.among(field: $0.subjects.name, values: keys)) && $0.occurredAt <= now
      })
      try transaction.records(of: Interaction.self).scan(query) { held in
        guard let cost = held.row.cost else { return true }
        for plan in Set(held.row.about.compactMap { $0.id(of: Plan.self) })
        where part.contains(plan) && wanted.contains(plan) {
          try costs[plan, default: AmountsByCurrency()].add(cost)
        }
        return true
      }
      for spending in try transaction.budget.spendings(
        about: part.map { RecordReference($0).key }, until: now)
      {
        guard let amount = spending.amount, let plan = spending.about?.id(of: Plan.self)
        else { continue }
        try costs[plan, default: AmountsByCurrency()].add(amount)
      }
    }
    return costs
  }
}
