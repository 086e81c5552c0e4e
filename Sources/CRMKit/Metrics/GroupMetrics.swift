/// The figures of an organisation or a household with all who belong to it.
public struct GroupMetrics: Hashable, Sendable {
  /// The customer at the top and all who belong to it today, by depth and then by the age of
  /// their files; none of them twice.
  public let members: [Customer.ID]

  /// Their figures added up, as those of the customer at the top.
  ///
  /// Instants are the earliest or the latest of any of them. Days of purchase, gaps and answers
  /// are those of each member on their own, and a contact in which several of them take part
  /// counts for each.
  public let figures: CustomerMetrics

  /// What they bought together, by currency.
  public let purchases: [PurchaseTotal]
}

/// Who counts in the figures of a customer besides themselves.
public enum MetricScope: Hashable, Sendable {
  /// All who belong to the customer over relationships with the purpose
  /// ``RelationshipType/Purpose/membership`` or ``RelationshipType/Purpose/rollUp``, and those who
  /// belong to them.
  case members

  /// All who stand below the customer over relationships of these types.
  case through([RelationshipType.Key])
}

extension MetricOperations {
  /// The figures of a customer and of all who belong to it today, each of them once.
  ///
  /// What they did counts whenever it was, also from before they belonged to the customer.
  ///
  /// - Parameters:
  ///   - top: The organisation or the household.
  ///   - scope: Who counts besides.
  ///   - limit: How many there may be.
  /// - Throws: ``CRMError/Code/limitReached`` where more belong to it, and as
  ///   ``RelationshipOperations/rollUp(to:through:when:limit:)``.
  /// - Complexity: O(*m* log *n*) for *m* members, whatever they did: their kept rows are added up.
  public func figures(
    of top: Customer.ID, including scope: MetricScope, limit: Int = 10_000
  ) throws -> GroupMetrics {
    let rollUp = try transaction.relationships.rollUp(
      to: top, through: types(of: scope), limit: limit)
    let members = rollUp.members.map(\.id)
    let rows = try records.find(members.map(CustomerMetrics.identifier))
    var sum = CustomerMetrics(top)
    for member in members {
      let row = rows[CustomerMetrics.identifier(of: member)]
      try sum.add(try row ?? recounted(member).metrics)
    }
    return GroupMetrics(members: members, figures: sum, purchases: rollUp.purchases ?? [])
  }

  /// The customer at the top and all who belong to it today, each once.
  func members(
    of top: Customer.ID, including scope: MetricScope, limit: Int
  ) throws -> [Customer.ID] {
    try transaction.relationships.rollUp(to: top, through: types(of: scope), limit: limit)
      .members.map(\.id)
  }

  private func types(of scope: MetricScope) -> [RelationshipType.Key] {
    switch scope {
    case .members: transaction.relationships.memberTypes
    case .through(let types): types
    }
  }
}

extension RelationshipOperations {
  /// The types by which customers belong to another.
  var memberTypes: [RelationshipType.Key] {
    types.all.filter { !$0.purposes.isDisjoint(with: [.membership, .rollUp]) }.map(\.key)
  }
}

extension CustomerMetrics {
  /// Adds the figures of another customer.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  fileprivate mutating func add(_ other: CustomerMetrics) throws(CRMError) {
    orders += other.orders
    units = try PurchaseRules.units(units, and: other.units, of: other.customer)
    firstOrderAt = earlier(firstOrderAt, other.firstOrderAt)
    lastOrderAt = later(lastOrderAt, other.lastOrderAt)
    purchaseDays += other.purchaseDays
    gaps += other.gaps
    gapDays += other.gapDays
    gapDaySquares += other.gapDaySquares
    inboundContacts += other.inboundContacts
    outboundContacts += other.outboundContacts
    firstContactAt = earlier(firstContactAt, other.firstContactAt)
    lastInboundAt = later(lastInboundAt, other.lastInboundAt)
    lastOutboundAt = later(lastOutboundAt, other.lastOutboundAt)
    for channel in other.channels { channels.add(channel) }
    try details.add(other.details)
  }
}

extension Aside<CustomerMetricsDetails> {
  fileprivate mutating func add(_ other: Self) throws(CRMError) {
    guard let other = other.held?.row else { return }
    var sum = held?.row ?? CustomerMetricsDetails()
    for cost in other.costs { try sum.costs.add(cost) }
    sum.cancelledOrders += other.cancelledOrders
    sum.returns += other.returns
    sum.returnedUnits += other.returnedUnits
    sum.answers += other.answers
    sum.answerMilliseconds += other.answerMilliseconds
    sum.responses += other.responses
    sum.responseMilliseconds += other.responseMilliseconds
    sum.waitingSince = earlier(sum.waitingSince, other.waitingSince)
    sum.promisesKept += other.promisesKept
    sum.promisesBroken += other.promisesBroken
    sum.questionsAnswered += other.questionsAnswered
    sum.openCommitments += other.openCommitments
    sum.complaints += other.complaints
    sum.openComplaints += other.openComplaints
    let added = sum
    change { $0 = added }
  }
}
