extension PlanOperations {
  /// What a customer can be without.
  public enum Gap: String, Sendable, CaseIterable {
    /// No plan of the customer's own is open.
    case plan
    /// Nothing is open with the customer and no contact is planned.
    case step
  }

  /// Open plans whose review is overdue, the longest due first.
  ///
  /// It follows from the time alone, whether or not ``CRM/advance(to:)`` ran.
  ///
  /// - Complexity: O(log *n*) and then in the plans of the page.
  public func overdueReviews(
    after cursor: Cursor<Plan>? = nil, limit: Int = 50
  ) throws -> Page<Plan, Cursor<Plan>> {
    let now = transaction.now
    return try records.page(
      Query(
        where: { $0.status == .open && $0.reviewAt < now },
        sortedBy: { [.ascending($0.reviewAt)] }, after: cursor, limit: limit))
  }

  /// Customers who have no plan, or no next step, those with the oldest files first; archived
  /// files left out.
  ///
  /// A plan counts for the customer it is for, not for those who belong to them.
  ///
  /// - Parameters:
  ///   - gap: What they are without.
  ///   - filter: Among whom; a segment, or an owner's customers.
  ///   - cursor: The place to go on from.
  ///   - limit: How many at most.
  /// - Complexity: One query; O(*k* log *n*) for *k* customers passed, each looked up in an index
  ///   of what they could have.
  public func customers(
    without gap: Gap, where filter: (Customer.Fields) -> Filter<Customer> = { _ in .all },
    after cursor: Cursor<Customer>? = nil, limit: Int = 50
  ) throws -> Page<Customer, Cursor<Customer>> {
    let now = transaction.now
    let has: Filter<Customer>
    switch gap {
    case .plan: has = .exists(Plan.fields.customer) { $0.status == .open }
    case .step:
      has =
        .exists(Commitment.fields.customer) { $0.status == .open }
        || .exists(Interaction.fields.customer) { $0.occurredAt > now && $0.isPlanned == true }
        || .exists(InteractionParticipant.fields.customer) {
          $0.occurredAt > now && $0.isPlanned == true
        }
    }
    return try transaction.records(of: Customer.self).page(
      Query(
        where: { $0.archivedAt.isMissing && filter($0) && !has }, sortedBy: { _ in [.oldestFirst] },
        after: cursor, limit: limit))
  }

  /// Open plans of which no step is open, those to be reviewed first first.
  ///
  /// - Complexity: Two queries for every 200 plans passed.
  public func withoutStep(
    after cursor: Cursor<Plan>? = nil, limit: Int = 50
  ) throws -> Page<Plan, Cursor<Plan>> {
    func query(_ cursor: Cursor<Plan>?, _ limit: Int) -> Query<Plan> {
      Query(
        where: { $0.status == .open }, sortedBy: { [.ascending($0.reviewAt)] }, after: cursor,
        limit: limit)
    }
    // Refuses a limit that cannot be.
    guard limit > 0 else { return try records.page(query(cursor, limit)) }
    var (found, place): ([Held<Plan>], Cursor<Plan>?) = ([], cursor)
    repeat {
      let page = try records.rowPage(query(place, 200))
      let busy = try transaction.commitments.subjects(
        among: page.items.map { RecordReference($0.id).key })
      found += page.items.filter { !busy.contains(RecordReference($0.id).key) }
      place = page.next
    } while found.count <= limit && place != nil
    guard found.count > limit else { return Page(items: found.map(\.row), next: nil) }
    let next = try PreparedQuery(query(cursor, limit), in: transaction.reader.catalog).cursor(
      after: found[limit - 1])
    return Page(items: found.prefix(limit).map(\.row), next: next)
  }
}
