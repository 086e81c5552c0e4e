/// Where the values of customers' files come from, and which source is believed.
///
///     Facts(trust: [.system("erp"), .department("sales"), .staff])
///
/// Every source's word is kept. The most trusted source's stands, and the file has it; among
/// sources trusted alike it is the word that was true last, then the one recorded last.
///
/// A change that is made to the file itself is one more statement, for fields of which facts are
/// kept already: of the system that made it, of the channel it came by, or of
/// ``FactSource/staff`` or ``FactSource/customer``. Where its source is trusted less, the file
/// goes back to what it was within the same write, and the change is kept among the facts that
/// lost. Files without facts cost one look-up a change.
public struct Facts: Capability {
  static let key = RecordKey("tx.facts")

  /// The sources that are trusted more than others, the most trusted first.
  public let trust: [FactSource]

  /// The fields that a customer's file should have, by the names that facts know them by.
  public let wanted: [String]

  /// For how long a fact is taken for true without being confirmed.
  public let staleAfter: Duration

  /// The capability.
  ///
  /// - Parameters:
  ///   - trust: The order of trust; sources it does not have rank below, all alike.
  ///   - wanted: The fields that a file should have: stored names of ``Customer``, or
  ///     `attributes.` or `preferences.` and a name. Attributes that are not defined are left out.
  ///   - staleAfter: For how long a fact is taken for true without being confirmed.
  public init(
    trust: [FactSource] = [], wanted: [String] = ["emails", "phones", "addresses", "language"],
    staleAfter: Duration = .seconds(365 * 86_400)
  ) {
    self.trust = trust
    self.wanted = wanted
    self.staleAfter = staleAfter
  }

  public var problems: [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    for (index, name) in wanted.enumerated() {
      // Which attributes there are is another capability's to say.
      if !name.hasPrefix(FactField.attributePrefix), FactField(name, attributes: []) == nil {
        let problem = FactField.problem(with: name, attributes: [])
        problems.append(.init("wanted[\(index)]", "“\(problem.field)” \(problem.problem)"))
      }
      if wanted[..<index].contains(name) {
        problems.append(.init("wanted[\(index)]", "is named twice"))
      }
    }
    if staleAfter <= .zero { problems.append(.init("staleAfter", "is not above zero")) }
    return problems
  }

  public var records: [any Record.Type] { [Fact.self] }

  public var lock: RecordLock? { Self.key.lock }

  public var nextSteps: [NextStepSource] { [.files] }

  public var events: [any Event.Type] {
    [FactAsserted.self, FactConfirmed.self, FactSettled.self, FactWithdrawn.self]
  }

  public var reactions: [Reaction] {
    [
      Reaction(to: CustomerUpdated.self) { edit, tx in
        try tx.facts.adopt(edit.recorded, of: edit.customer)
      }
    ]
  }
}

extension Transaction {
  /// Where the values of customers' files come from.
  public var facts: FactOperations { FactOperations(self) }
}

/// Saying what customers' files hold and where it comes from, and finding who says otherwise.
public struct FactOperations {
  let transaction: Transaction
  let records: Records<Fact>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    records = transaction.records(of: Fact.self, with: Facts.key)
  }

  var rules: FactRules {
    FactRules(trust: transaction.capability(Facts.self)?.trust ?? [])
  }

  var attributes: [AttributeDefinition] {
    transaction.capability(Customers.self)?.attributes ?? []
  }

  // MARK: Reading

  /// The fact of an identifier.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func get(_ id: Fact.ID) throws -> Fact { try records.get(id) }

  /// Everything that was ever said of a field, what was true last first.
  ///
  /// - Parameter field: The name of the field, as in ``Fact/field``.
  /// - Throws: ``CRMError/Code/invalid`` for a name of no field, suggesting the nearest.
  public func history(
    of customer: Customer.ID, field: String, after place: Cursor<Fact>? = nil, limit: Int = 50
  ) throws -> Page<Fact, Cursor<Fact>> {
    let page = try records.page(
      Query(
        where: { $0.customer == customer && $0.field == field },
        sortedBy: { [.descending($0.trueAt)] }, after: place, limit: limit))
    // Facts on an attribute that is not defined any more are still there.
    if page.items.isEmpty, FactField(field, attributes: attributes) == nil {
      throw CRMError.invalid("facts", [FactField.problem(with: field, attributes: attributes)])
    }
    return page
  }

  /// The facts that a customer's file follows, by field.
  public func standing(of customer: Customer.ID) throws -> [Fact] {
    try records.all(
      where: { $0.customer == customer && $0.status == .standing },
      sortedBy: { [.ascending($0.field), .ascending($0.trueAt)] })
  }

  /// The fact that one field of a customer's file follows, if there is one.
  public func standing(of customer: Customer.ID, field: String) throws -> Fact? {
    try records.first(where: {
      $0.customer == customer && $0.field == field && $0.status == .standing
    })
  }

  /// Where sources contradict a customer's file, by field.
  public func disagreements(of customer: Customer.ID) throws -> [Disagreement] {
    try disagreements(
      records.all(
        where: { $0.customer == customer && $0.status == .lost },
        sortedBy: { [.ascending($0.field), .ascending($0.trueAt)] }))
  }

  /// Where sources contradict files of all customers, the latest known to be true first.
  ///
  /// - Complexity: Two queries a page.
  public func disagreements(after place: Cursor<Fact>? = nil, limit: Int = 50) throws
    -> Page<Disagreement, Cursor<Fact>>
  {
    let page = try records.page(
      Query(
        where: { $0.status == .lost }, sortedBy: { [.descending($0.freshAt)] }, after: place,
        limit: limit))
    return Page(items: try disagreements(page.items), next: page.next)
  }

  private func disagreements(_ lost: [Fact]) throws -> [Disagreement] {
    let standing = try records.find(Array(Set(lost.compactMap(\.outdoneBy))))
    return lost.compactMap { fact in
      fact.outdoneBy.flatMap { standing[$0] }.map { Disagreement(lost: fact, standing: $0) }
    }
  }

  /// The facts files follow that were not known to be true since an instant, the oldest first.
  public func stale(
    olderThan instant: Instant, after place: Cursor<Fact>? = nil, limit: Int = 50
  ) throws -> Page<Fact, Cursor<Fact>> {
    try records.page(
      Query(
        where: { $0.status == .standing && $0.freshAt < instant },
        sortedBy: { [.ascending($0.freshAt)] }, after: place, limit: limit))
  }

  /// Everything a source ever said, customer by customer.
  public func all(
    from source: FactSource, after place: Cursor<Fact>? = nil, limit: Int = 50
  ) throws -> Page<Fact, Cursor<Fact>> {
    try records.page(
      Query(
        where: { $0.source == source }, sortedBy: { [.ascending($0.customer)] }, after: place,
        limit: limit))
  }

  /// A part of a query's facts, and the place to go on from.
  public func page(_ query: Query<Fact>) throws -> Page<Fact, Cursor<Fact>> {
    try records.page(query)
  }
}
