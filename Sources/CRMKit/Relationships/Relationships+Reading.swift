extension RelationshipOperations {
  /// The relationship of an identifier.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func get(_ id: Relationship.ID) throws -> Relationship { try records.get(id) }

  /// The relationship of an identifier, if there is one.
  public func find(_ id: Relationship.ID) throws -> Relationship? { try records.find(id) }

  /// A customer's relationships as the customer sees them, by type and then by age.
  ///
  /// - Parameters:
  ///   - customer: The customer.
  ///   - time: When they hold.
  ///   - types: Of which types; `nil` for all.
  ///   - cursor: The place to go on from.
  ///   - limit: How many at most.
  /// - Throws: ``CRMError/Code/invalid`` for types the CRM does not know, with the nearest name.
  /// - Complexity: O(*n*) in the customer's relationships of the types; three queries.
  public func of(
    _ customer: Customer.ID, when time: RelationshipTime = .today,
    types keys: [RelationshipType.Key]? = nil, after cursor: Cursor<Relationship>? = nil,
    limit: Int = 100
  ) throws -> Page<RelationshipView, Cursor<Relationship>> {
    try check(keys)
    return try page(of: customer, .both(keys), time, after: cursor, limit: limit)
  }

  /// Who belongs to an organisation or a household, by type and then by age: its employees, the
  /// people who live in it, whoever a type with the purpose ``RelationshipType/Purpose/membership``
  /// links with it.
  ///
  /// - Parameters:
  ///   - customer: The organisation or household.
  ///   - time: When they belong to it.
  ///   - types: Of which types; `nil` for all of the purpose. Any with an upper end will do.
  ///   - cursor: The place to go on from.
  ///   - limit: How many at most.
  /// - Returns: The relationships as the organisation or household sees them.
  /// - Throws: ``CRMError/Code/invalid`` for types that are unknown or have no upper end.
  /// - Complexity: As ``of(_:when:types:after:limit:)``.
  public func members(
    of customer: Customer.ID, when time: RelationshipTime = .today,
    types keys: [RelationshipType.Key]? = nil, after cursor: Cursor<Relationship>? = nil,
    limit: Int = 100
  ) throws -> Page<RelationshipView, Cursor<Relationship>> {
    let keys = try hierarchy(keys, else: .membership)
    return try page(of: customer, .down(keys, types), time, after: cursor, limit: limit)
  }

  /// The relationships that hold today and were not known to since an instant, the oldest first.
  ///
  /// - Complexity: O(*n*) in those passed over as they hold no more, or not yet.
  public func stale(
    olderThan instant: Instant, after cursor: Cursor<Relationship>? = nil, limit: Int = 50
  ) throws -> Page<Relationship, Cursor<Relationship>> {
    try records.page(
      Query(
        where: {
          $0.freshAt < instant && RelationshipTime.today.filter($0, today: transaction.today)
        }, sortedBy: { [.ascending($0.freshAt)] }, after: cursor, limit: limit))
  }

  /// How many relationships meet a filter.
  public func count(
    where filter: (Relationship.Fields) -> Filter<Relationship> = { _ in .all }
  ) throws -> Int {
    try records.count(where: filter)
  }

  private func page(
    of customer: Customer.ID, _ ends: RelationshipEnds, _ time: RelationshipTime,
    after cursor: Cursor<Relationship>?, limit: Int
  ) throws -> Page<RelationshipView, Cursor<Relationship>> {
    let fields = Relationship.fields
    let isThen = time.filter(fields, today: transaction.today)
    var rows: [Held<Relationship>] = []
    var isMixed = false
    var goesOn = false
    var query = Query<Relationship>(
      sortedBy: { [.ascending($0.type)] }, after: cursor, limit: limit)
    for (near, keys) in [(fields.from, ends.outgoing), (fields.to, ends.incoming)] {
      if keys?.isEmpty == true { continue }
      query.filter = near == customer && filter(keys) && isThen
      let page = try records.rowPage(query)
      isMixed = !rows.isEmpty && !page.items.isEmpty
      rows = rows.isEmpty ? page.items : rows + page.items
      goesOn = goesOn || page.next != nil
    }
    if isMixed {
      rows.sort { a, b in
        a.type == b.type
          ? a.id < b.id : a.type.rawValue.utf8.lexicographicallyPrecedes(b.type.rawValue.utf8)
      }
    }
    goesOn = goesOn || rows.count > limit
    let items = Array(rows.prefix(max(0, limit)))
    var next: Cursor<Relationship>?
    if goesOn, let last = items.last {
      next = try PreparedQuery(query, in: transaction.reader.catalog).cursor(after: last)
    }
    return Page(items: try views(items.map { (customer, $0) }), next: next)
  }

  /// Relationships as one customer of each sees them, the others found in one query.
  func views(_ seen: [(by: Customer.ID, row: Held<Relationship>)]) throws -> [RelationshipView] {
    let others = try transaction.records(of: Customer.self).rows(
      seen.map { $0.row.row.other(than: $0.by) })
    var views: [RelationshipView] = []
    views.reserveCapacity(seen.count)
    for case (let seen, let other?) in zip(seen, others) {
      views.append(RelationshipView(seen.row.row, of: seen.by, RelatedCustomer(other), types))
    }
    return views
  }

  /// Customers as others show them, found in one query.
  func related(_ ids: [Customer.ID]) throws -> [Customer.ID: RelatedCustomer] {
    let rows = try transaction.records(of: Customer.self).rows(ids)
    return Dictionary(rows.compactMap { $0.map { ($0.id, RelatedCustomer($0)) } }) { $1 }
  }

  /// The given types, or those of a purpose; every one has an upper end.
  func hierarchy(_ keys: [RelationshipType.Key]?, else purpose: RelationshipType.Purpose) throws
    -> [RelationshipType.Key]
  {
    guard let keys else { return types.keys(for: purpose) }
    try check(keys)
    let problems = keys.enumerated().compactMap { index, key in
      types[key]?.upper == nil
        ? CRMError.Issue("types[\(index)]", "“\(key)” has no upper end") : nil
    }
    guard problems.isEmpty else { throw CRMError.invalid("relationships", problems) }
    return keys
  }
}
