/// All that the firm knows of a customer at one moment, for whoever meets the customer next.
///
/// Lists hold the latest or the next entries, as many as were asked for; the operation each is
/// named for goes on from there. What a capability brings is empty where the CRM is opened
/// without it.
public struct CustomerFile: Sendable, Hashable {
  /// The moment.
  public let asOf: Instant

  /// Who this is.
  public let customer: Customer

  /// Who belongs to the customer today, and to whom the customer belongs
  /// (``RelationshipOperations/of(_:when:types:after:limit:)``).
  public let relationships: [RelationshipView]

  /// What happened last (``TimelineOperations/entries(of:until:after:limit:)``).
  public let timeline: [TimelineEntry]

  /// What was said and noted last, up to now (``InteractionOperations/all(of:until:limit:)``).
  public let interactions: [Interaction]

  /// The latest contact up to now, notes among staff aside.
  public let lastContact: Interaction?

  /// The latest contact that the customer waits for an answer to (``ResponseOperations``), if no
  /// question was noted of it and nothing is known to have come of it.
  public let unanswered: Interaction?

  /// The contact that is planned next.
  public let nextContact: Interaction?

  /// The latest orders (``OrderOperations/all(of:until:limit:)``).
  public let orders: [Order]

  /// Open orders that are later than was promised or than the customer asked for
  /// (``OrderOperations/late(of:limit:)``).
  public let lateOrders: [Order]

  /// What the customer bought in all, by currency.
  public let purchases: [PurchaseMetrics]

  /// The same in the currency the firm reports in, with the rates used; `nil` where it has named
  /// none (``ExchangeRates/reporting``), or where the sum is larger than ``Money`` can be.
  public let purchaseTotal: ConvertedTotal?

  /// Promises, questions, follow-ups and tasks that are open, the first due first
  /// (``CommitmentOperations/open(of:after:limit:)``).
  public let commitments: [Commitment]

  /// What the customer was asked for, or gave besides money, and is still to be answered, decided
  /// on or told of (``ContributionOperations/pending(of:limit:)``).
  public let contributions: [Contribution]

  /// What the customer needs and has not got (``NeedOperations/open(of:after:limit:)``).
  public let needs: [Need]

  /// Where sources contradict the file.
  public let disagreements: [Disagreement]

  /// What the file lacks and what in it is out of date, to be asked at the next contact
  /// (``FactOperations/quality(of:)``); `nil` without facts.
  public let quality: FileQuality?

  /// Where the customer stands in every lifecycle (``LifecycleOperations/positions(of:)``).
  public let positions: [LifecyclePosition]

  /// The plans that are open for the customer, the oldest first (``PlanOperations/open(of:)``).
  public let plans: [Plan]

  /// What falls due by itself, the next first (``AgendaOperations/upcoming(for:limit:)``).
  public let scheduled: [AgendaEntry]

  /// How the relationship is (``StandingOperations/state(of:at:)-(Customer.ID,Instant?)``); `nil`
  /// where no model was defined.
  public let state: RelationshipState?

  /// How loyal the customer is (``LoyaltyIndexOperations/index(of:at:)``); `nil` where no model was
  /// defined.
  public let loyalty: LoyaltyIndex?

  /// That the customer may be about to leave, if there are signs of it
  /// (``WarningOperations/standing(of:)``).
  public let warning: Warning?

  /// What makes this customer different from the others of a group; `nil` where none was named
  /// (``CustomerOperations/compare(_:with:limit:)``).
  public let comparison: GroupComparison?
}

extension CustomerOperations {
  /// A customer's whole file: who this is, who belongs to them, what was said, what was bought,
  /// what is open, what comes next.
  ///
  /// - Parameters:
  ///   - id: The customer.
  ///   - latest: How many entries of each list at most.
  ///   - group: Whom to compare the customer with, if with anyone.
  /// - Throws: ``CRMError/Code/notFound``, and as ``compare(_:with:limit:)`` for a group.
  /// - Complexity: At most 33 queries, however much there is and however many customers; for a
  ///   group as ``compare(_:with:limit:)`` besides.
  public func file(
    of id: Customer.ID, latest: Int = 20, comparedWith group: Filter<Customer>? = nil
  ) throws -> CustomerFile {
    let tx = transaction
    let has = { (records: any Record.Type) in tx.engine.catalog.position(ofKind: records) != nil }
    let customer = try get(id)
    let (hasInteractions, hasOrders) = (has(Interaction.self), has(Order.self))
    let purchases = has(PurchaseMetrics.self) ? try tx.metrics.purchases(of: id) : []
    let relationships =
      has(Relationship.self) ? try tx.relationships.of(id, limit: latest).items : []
    let review = has(Fact.self) ? try tx.facts.review(of: customer, relationships) : nil
    let interactions =
      hasInteractions ? try tx.interactions.all(of: id, until: tx.now, limit: latest) : []
    let last = try lastContact(of: id, among: interactions, of: latest)
    let isListed = interactions.contains { $0.id == last?.id }
    let contacts = isListed ? interactions : last.map { [$0] } ?? []
    return CustomerFile(
      asOf: tx.now, customer: customer,
      relationships: relationships,
      timeline: try tx.timeline.entries(of: id, limit: latest).items,
      interactions: interactions,
      lastContact: last,
      unanswered: try tx.responses.waiting(id, among: contacts),
      nextContact: hasInteractions ? try tx.interactions.nextContact(of: id) : nil,
      orders: hasOrders ? try tx.orders.all(of: id, limit: latest) : [],
      lateOrders: hasOrders ? try tx.orders.late(of: id, limit: latest) : [],
      purchases: purchases, purchaseTotal: try total(purchases.map(\.revenue)),
      commitments: has(Commitment.self)
        ? try tx.commitments.open(of: id, limit: latest).items : [],
      contributions: has(Contribution.self)
        ? try tx.contributions.pending(of: id, limit: latest) : [],
      needs: has(Need.self) ? try tx.needs.open(of: id, limit: latest).items : [],
      disagreements: review?.disagreements ?? [], quality: review?.quality,
      positions: has(LifecyclePosition.self) ? try tx.lifecycle.positions(of: id) : [],
      plans: has(Plan.self) ? try tx.plans.open(of: id) : [],
      scheduled: try tx.agenda.upcoming(for: id, limit: latest),
      state: has(StandingReading.self) ? try tx.standing.state(of: customer, at: tx.now) : nil,
      loyalty: has(LoyaltyReading.self) ? try tx.loyaltyIndex.known(of: id, at: tx.now) : nil,
      warning: has(Warning.self) ? try tx.warnings.standing(of: id) : nil,
      comparison: try group.map { try compare(id, with: $0) })
  }

  /// Amounts in the currency the firm reports in; none where they come to too much for one sum.
  private func total(_ amounts: [Money]) throws -> ConvertedTotal? {
    do {
      return try transaction.reported(amounts)
    } catch let error as CRMError where error.code == .overflow {
      return nil
    }
  }

  /// The latest contact; it is looked up only where notes fill the list of what was said last.
  private func lastContact(
    of id: Customer.ID, among interactions: [Interaction], of limit: Int
  ) throws -> Interaction? {
    if let last = interactions.first(where: { $0.direction != .internal }) { return last }
    return interactions.count < limit || transaction.capability(Interactions.self) == nil
      ? nil : try transaction.interactions.lastContact(of: id)
  }
}
