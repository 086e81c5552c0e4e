/// What a customer and all below it come to: a household, or an account with its subsidiaries.
public struct RollUp: Hashable, Sendable {
  /// The customer at the top and those below it, by depth and then by the age of their files.
  public let members: [NetworkMember]

  /// What they bought together, by currency; `nil` where the CRM has no ``Metrics``.
  public let purchases: [PurchaseTotal]?

  /// The same in the currency the firm reports in, with the rates used; `nil` where it has named
  /// none (``ExchangeRates/reporting``), or without purchases.
  public let total: ConvertedTotal?
}

/// What several customers bought in one currency.
public struct PurchaseTotal: Hashable, Sendable {
  /// How many of the customers have bought in the currency.
  public let customers: Int

  /// How many orders, those cancelled left out.
  public let orders: Int

  /// How many units.
  public let units: Int

  /// What they came to.
  public let revenue: Money
}

extension RelationshipOperations {
  /// Adds up what a customer and all below it have bought, each of them once.
  ///
  /// - Parameters:
  ///   - top: The household or the parent company.
  ///   - keys: Over which types, each with an upper end; `nil` for those with the purpose
  ///     ``RelationshipType/Purpose/rollUp``.
  ///   - time: When the relationships hold; what was bought counts whenever it was.
  ///   - limit: How many customers below it there may be.
  /// - Throws: ``CRMError/Code/notFound`` for an unknown customer; ``CRMError/Code/limitReached``
  ///   where more are below it, as a part of a sum would be none; ``CRMError/Code/overflow``;
  ///   ``CRMError/Code/invalid`` as ``ancestors(of:through:when:depth:limit:)``.
  /// - Complexity: As ``descendants(of:through:when:depth:limit:)``, and a query for the
  ///   purchases of every 500 customers.
  public func rollUp(
    to top: Customer.ID, through keys: [RelationshipType.Key]? = nil,
    when time: RelationshipTime = .today, limit: Int = 10_000
  ) throws -> RollUp {
    let customer = try transaction.records(of: Customer.self).get(top)
    let network = try descendants(of: top, through: keys, when: time, limit: limit)
    guard network.isComplete else { throw limitReached(limit) }
    let members =
      [NetworkMember(customer: RelatedCustomer(Held(customer)), depth: 0)] + network.members
    guard transaction.capability(Metrics.self) != nil else {
      return RollUp(members: members, purchases: nil, total: nil)
    }
    let purchases = try purchases(of: members.map(\.id).sorted())
    return RollUp(
      members: members, purchases: purchases,
      total: try transaction.reported(purchases.map(\.revenue)))
  }

  private func purchases(of customers: [Customer.ID]) throws -> [PurchaseTotal] {
    var totals: [Currency: PurchaseTotal] = [:]
    for start in stride(from: 0, to: customers.count, by: 500) {
      let part = Array(customers[start..<min(start + 500, customers.count)])
      for metrics in try transaction.records(of: PurchaseMetrics.self).all(
        where: { $0.customer.isOne(of: part) },
        sortedBy: { [.ascending($0.customer), .ascending($0.currency)] })
      {
        let currency = metrics.revenue.currency
        totals[currency] = try RollUpRules.adding(metrics, to: totals[currency])
      }
    }
    return totals.values.sorted { $0.revenue.currency.rawValue < $1.revenue.currency.rawValue }
  }
}

/// How purchases of several customers add up; pure.
enum RollUpRules {
  /// A total with the purchases of one more customer.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  static func adding(_ metrics: PurchaseMetrics, to total: PurchaseTotal?) throws(CRMError)
    -> PurchaseTotal
  {
    guard let total else {
      return PurchaseTotal(
        customers: 1, orders: metrics.orders, units: metrics.units, revenue: metrics.revenue)
    }
    let (orders, tooMany) = total.orders.addingReportingOverflow(metrics.orders)
    let (units, tooLarge) = total.units.addingReportingOverflow(metrics.units)
    guard !tooMany, !tooLarge else {
      throw CRMError(
        .overflow, "The customers together have more units than can be counted.",
        recovery: "Correct the quantities of the orders.", record: "purchase_metrics")
    }
    return PurchaseTotal(
      customers: total.customers + 1, orders: orders, units: units,
      revenue: try total.revenue + metrics.revenue)
  }
}
