extension RelationshipOperations {
  func refusal(_ problems: [CRMError.Issue], holder: Relationship.ID?) -> CRMError {
    var error = CRMError.invalid("relationships", problems)
    error.holder = holder?.description
    return error
  }

  /// What is wrong with the type and the two customers, and which of them do not exist or are
  /// archived.
  func problems(of new: NewRelationship) throws -> (
    [CRMError.Issue], unknown: [CRMError.Issue]
  ) {
    var problems: [CRMError.Issue] = []
    if let problem = types.problem("type", new.type) { problems.append(problem) }
    let customers = try transaction.records(of: Customer.self).find([new.from, new.to])
    let unknown = [("from", new.from), ("to", new.to)].compactMap { field, id in
      Transaction.problem(with: id, customers[id], in: field)
    }
    if new.from == new.to {
      problems.append(.init("to", "is the first customer again"))
    }
    if let type = types[new.type], let from = customers[new.from], let to = customers[new.to] {
      problems += RelationshipRules.kindProblems(type, from: from.kind, to: to.kind)
    }
    return (problems, unknown)
  }

  /// What is wrong with another kind of customer where the relationships stay as they are; those
  /// that have ended are not in the way.
  func problems(ofKind kind: Customer.Kind, of customer: Customer.ID) throws -> [CRMError.Issue] {
    var unfit: Set<RelationshipType.Key> = []
    let today = transaction.today
    try scan([customer], .both(nil), .ever) { _, _, held in
      let relationship = held.row
      guard relationship.end.map({ $0 >= today }) ?? true, let type = types[relationship.type]
      else { return true }
      let end = relationship.from == customer ? type.from : type.to
      if !end.kinds.contains(kind) { unfit.insert(type.key) }
      return true
    }
    return unfit.sorted { $0.rawValue < $1.rawValue }.map {
      .init("kind", "cannot be \(kind.rawValue) in a relationship of “\($0)”: end that first")
    }
  }

  func draft(_ new: NewRelationship, _ type: RelationshipType) -> Relationship {
    let ends = RelationshipRules.ordered(new.from, new.to, isSymmetric: type.isSymmetric)
    return Relationship(
      id: transaction.makeIdentifier(), type: new.type, from: ends.from, to: ends.to,
      start: new.start, end: new.end, role: new.role, note: new.note,
      source: new.source
        ?? FactSource(of: transaction.attribution.actor, through: transaction.attribution.channel),
      trueAt: new.trueAt ?? transaction.now, recordedAt: transaction.recordedAt,
      recordedBy: transaction.attribution.actor, modifiedAt: transaction.now, version: 1)
  }

  private func span(_ relationship: Relationship) -> RelationshipSpan {
    RelationshipSpan(relationship, today: transaction.today)
  }

  /// Another relationship of the type between the two that holds at the same time.
  func same(as draft: Relationship) throws -> Relationship? {
    let span = span(draft)
    return try records.all(
      where: { $0.from == draft.from && $0.type == draft.type && $0.to == draft.to },
      sortedBy: { _ in [.oldestFirst] }
    ).first { $0.id != draft.id && self.span($0).overlaps(span) }
  }

  /// The relationship that is there, unless what is said contradicts it or has other problems.
  func agreed(_ kept: Relationship, _ new: NewRelationship, besides problems: [CRMError.Issue])
    throws -> Relationship
  {
    let contradictions = RelationshipRules.contradictions(new, kept)
    guard contradictions.isEmpty else {
      let taken = CRMError(
        .duplicate, "The relationship is there already, and says otherwise.",
        recovery: "Update it, or end it before the new one starts.", issues: contradictions,
        record: "relationships", holder: kept.id.description)
      throw taken.beside(problems)
    }
    guard problems.isEmpty else { throw CRMError.invalid("relationships", problems) }
    return kept
  }

  /// Where a relationship would be one too many, and the first of those there are.
  func limitProblems(of draft: Relationship, _ type: RelationshipType) throws -> (
    [CRMError.Issue], holder: Relationship.ID?
  ) {
    var problems: [CRMError.Issue] = []
    var holder: Relationship.ID?
    let sides: [(String, Customer.ID, RelationshipEnds, Int?, String)] =
      type.isSymmetric
      ? [
        ("from", draft.from, .both([type.key]), type.to.limit, type.name),
        ("to", draft.to, .both([type.key]), type.to.limit, type.name),
      ]
      : [
        ("from", draft.from, .outgoing([type.key]), type.to.limit, type.name),
        ("to", draft.to, .incoming([type.key]), type.from.limit, type.inverseName),
      ]
    let span = span(draft)
    for (field, customer, ends, limit, name) in sides {
      guard let limit else { continue }
      var there: [Relationship] = []
      try scan([customer], ends, .ever) { _, _, held in
        if held.row.id != draft.id, self.span(held.row).overlaps(span) { there.append(held.row) }
        return true
      }
      guard span.peak(of: there.map { self.span($0) }) >= limit else { continue }
      there.sort { $0.id < $1.id }
      let held = there.prefix(10).map { "\($0.other(than: customer)) (relationship \($0.id))" }
      problems.append(
        .init(field, "is “\(name)” at most \(limit) at once, and is so of \(list(held))"))
      holder = holder ?? there.first?.id
    }
    return (problems, holder)
  }

  private func list(_ items: [String]) -> String { items.joined(separator: ", ") }

  /// The circle a relationship would close, where its type allows none.
  func circleProblems(of draft: Relationship, _ type: RelationshipType) throws
    -> [CRMError.Issue]
  {
    guard type.isAcyclic, !type.from.kinds.isDisjoint(with: type.to.kinds) else { return [] }
    let new = RelationshipRules.Link(from: draft.from, to: draft.to, span: span(draft))
    // Above a customer there are few, however many there are below.
    let (lower, upper) = type.upper == .to ? (draft.from, draft.to) : (draft.to, draft.from)
    var links: [RelationshipRules.Link] = []
    var seen: Set<Customer.ID> = [upper]
    var frontier = [upper]
    while !frontier.isEmpty {
      var next: [Customer.ID] = []
      try scan(frontier, .up([type.key], types), .ever) { _, far, held in
        let span = self.span(held.row)
        guard held.id != draft.id, span.overlaps(new.span) else { return true }
        links.append(.init(from: held.from, to: held.to, span: span))
        if far != lower, seen.insert(far).inserted { next.append(far) }
        return true
      }
      frontier = next.sorted()
    }
    guard let circle = RelationshipRules.circle(closedBy: new, among: links) else { return [] }
    let path = try labels(of: circle).joined(separator: " – \(type.name) – ")
    return [.init("to", "would close a circle: \(path)")]
  }

  /// Customers as an error shows them: organisations by name, persons by identifier alone.
  private func labels(of ids: [Customer.ID]) throws -> [String] {
    let customers = try transaction.records(of: Customer.self).find(Array(Set(ids)).sorted())
    return ids.map { id in
      guard let customer = customers[id], customer.kind == .organisation else {
        return id.description
      }
      return "\(customer.name) (\(id))"
    }
  }

  func limitReached(_ limit: Int) -> CRMError {
    CRMError(
      .limitReached, "More than \(limit) customers are linked with each other here.",
      recovery: "Ask for fewer types or less depth, or raise the limit.", record: "relationships")
  }

  /// Refuses types that the CRM does not know.
  func check(_ keys: [RelationshipType.Key]?) throws {
    let problems = (keys ?? []).enumerated().compactMap { types.problem("types[\($0)]", $1) }
    guard problems.isEmpty else { throw CRMError.invalid("relationships", problems) }
  }
}
