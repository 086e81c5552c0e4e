/// How good a customer's file is: what it lacks, what is doubtful and what is out of date.
public struct FileQuality: Hashable, Sendable {
  /// How it is with one field of the file.
  public struct Entry: Hashable, Sendable {
    /// The stored name of the field, as in ``Fact/field``.
    public let field: String

    /// How it is with it.
    public let state: State

    /// The fact that the file follows; `nil` where nobody said where the value comes from.
    public let standing: Fact?
  }

  /// How it can be with a field.
  public enum State: String, Sendable, Codable {
    /// The file says nothing.
    case missing
    /// A source says otherwise.
    case contradicted
    /// It was not known to be true for longer than ``Facts/staleAfter``.
    case outOfDate = "out_of_date"
    /// The file says something, and nobody said where it comes from.
    case unsourced
    /// It has a source and is neither contradicted nor out of date.
    case current
  }

  /// The fields that a file should have (``Facts/wanted``), in that order, then the others of
  /// which facts are kept, by name.
  public let entries: [Entry]

  /// How many fields a file should have.
  public let wanted: Int

  /// How many of those this file has.
  public let filled: Int

  /// The relationships that were not known to hold for longer than ``Facts/staleAfter``, of those
  /// looked at, the oldest first.
  public let staleRelationships: [RelationshipView]

  /// How much later than they were true the file's facts, and the relationships looked at, were
  /// recorded, the longest of them; `nil` without either.
  public let longestLag: Duration?

  /// What to ask the customer when there is an opportunity: what is missing, then what is
  /// contradicted, then what is out of date; ``staleRelationships`` besides.
  public var worthAsking: [Entry] {
    [State.missing, .contradicted, .outOfDate].flatMap { state in
      entries.filter { $0.state == state }
    }
  }
}

extension FileQuality {
  /// Looks at a file; pure.
  ///
  /// - Parameters:
  ///   - fields: The fields it should have.
  ///   - others: Further fields of which facts are kept.
  ///   - standing: The facts that it follows.
  ///   - contradicted: The fields of which a source says otherwise.
  ///   - relationships: The relationships to look at.
  ///   - limit: Before when a fact must have been known to be true to be out of date.
  init(
    of customer: Customer, wanted fields: [FactField], others: [FactField], standing: [Fact],
    contradicted: Set<String>, relationships: [RelationshipView], staleBefore limit: Instant
  ) {
    let facts = Dictionary(standing.map { ($0.field, $0) }) { first, _ in first }
    let entries = (fields + others).map { field in
      let fact = facts[field.name]
      let state: State =
        if field.isSilent(in: customer) {
          .missing
        } else if contradicted.contains(field.name) {
          .contradicted
        } else if let fact {
          fact.freshAt < limit ? .outOfDate : .current
        } else {
          .unsourced
        }
      return Entry(field: field.name, state: state, standing: fact)
    }
    self.entries = entries
    wanted = fields.count
    filled = entries.prefix(fields.count).count { $0.state != .missing }
    let stale = relationships.indices.filter { relationships[$0].relationship.freshAt < limit }
    staleRelationships = stale.map { relationships[$0] }.sorted { a, b in
      (a.relationship.freshAt, a.id) < (b.relationship.freshAt, b.id)
    }
    let lags =
      entries.compactMap(\.standing).map { $0.recordedAt - $0.trueAt }
      + relationships.map { $0.relationship.recordedAt - $0.relationship.trueAt }
    longestLag = lags.max().map { max(.zero, $0) }
  }
}

extension FactOperations {
  /// How good a customer's file is, and what is worth asking.
  ///
  /// - Parameter latest: How many relationships are looked at, as in
  ///   ``CustomerOperations/file(of:latest:comparedWith:)``.
  /// - Throws: ``CRMError/Code/notFound``.
  /// - Complexity: Five queries, linear in the facts on the customer.
  public func quality(of customer: Customer.ID, latest: Int = 20) throws -> FileQuality {
    let file = try transaction.customers.get(customer)
    let isLinked = transaction.capability(Relationships.self) != nil
    let links = isLinked ? try transaction.relationships.of(customer, limit: latest).items : []
    return try review(of: file, links).quality
  }

  /// How good a file is and where sources contradict it, in one query.
  func review(of customer: Customer, _ relationships: [RelationshipView]) throws -> (
    quality: FileQuality, disagreements: [Disagreement]
  ) {
    let facts = try records.all(
      where: { $0.customer == customer.id && $0.status.isOne(of: [.standing, .lost]) },
      sortedBy: { [.ascending($0.field), .ascending($0.trueAt)] })
    let standing = facts.filter { $0.status == .standing }
    let disagreements = FactRules.disagreements(
      of: facts.filter { $0.status == .lost }, with: standing)
    return (quality(of: customer, standing, disagreements, relationships), disagreements)
  }

  private func quality(
    of customer: Customer, _ standing: [Fact], _ disagreements: [Disagreement],
    _ relationships: [RelationshipView]
  ) -> FileQuality {
    let settings = transaction.capability(Facts.self) ?? Facts()
    let wanted = settings.wanted.compactMap { FactField($0, attributes: attributes) }
    let names = Set(wanted.map(\.name))
    let others = Set(standing.map(\.field)).subtracting(names).sorted()
    return FileQuality(
      of: customer, wanted: wanted,
      others: others.compactMap { FactField($0, attributes: attributes) }, standing: standing,
      contradicted: Set(disagreements.map(\.lost.field)), relationships: relationships,
      staleBefore: transaction.now - settings.staleAfter)
  }
}
