/// How customers are linked with each other.
///
///     try Relationships(types: .standard + [
///       RelationshipType("mentor", "mentor of", inverse: "mentored by", from: .person, to: .person)
///     ])
///
/// Relationships of a type that is left out stay as they are, and are shown under its key.
public struct Relationships: Capability {
  let known: RelationshipTypes

  /// The kinds of link there can be.
  public var types: [RelationshipType] { known.all }

  /// The capability with the types that ship with the library.
  public init() {
    known = RelationshipTypes(.standard)
  }

  /// The capability with the host's own types.
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem of every type.
  public init(types: [RelationshipType]) throws(CRMError) {
    let problems = RelationshipTypes.problems(of: types)
    guard problems.isEmpty else { throw .invalid("relationship types", problems) }
    known = RelationshipTypes(types)
  }

  public var records: [any Record.Type] { [Relationship.self] }

  public var events: [any Event.Type] {
    [
      RelationshipAdded.self, RelationshipUpdated.self, RelationshipEnded.self,
      RelationshipRemoved.self,
    ]
  }
}

extension Transaction {
  /// How customers are linked with each other.
  public var relationships: RelationshipOperations { RelationshipOperations(self) }
}

/// Linking customers, and asking who is linked with whom.
public struct RelationshipOperations {
  let transaction: Transaction
  let records: Records<Relationship>
  let types: RelationshipTypes

  init(_ transaction: Transaction) {
    self.transaction = transaction
    records = transaction.records(of: Relationship.self)
    types = transaction.capability(Relationships.self)?.known ?? RelationshipTypes([])
  }

  // MARK: Changing

  /// Links two customers; the event stands on both timelines.
  ///
  /// A link of the type between the two that holds at the time is returned as it is, where what is
  /// said does not contradict it. In a symmetric type it does not matter who is named first.
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem: an unknown type, a customer who is
  ///   archived, of a kind that cannot stand there or linked with itself, dates the wrong way round, more links
  ///   than the type allows at once, a circle where there may be none, with the path;
  ///   ``CRMError/Code/unknownReference`` where unknown customers are all that is wrong;
  ///   ``CRMError/Code/duplicate`` where the link there is, named as ``CRMError/holder``, says
  ///   otherwise; ``CRMError/Code/limitReached`` where more than 1,000 customers above would have to
  ///   be looked at for circles. Nothing has changed then.
  @discardableResult
  public func add(_ new: NewRelationship) throws -> Relationship {
    let (found, references) = try problems(of: new)
    var problems = found
    let dates = RelationshipRules.dateProblems(new.start, new.end)
    let texts = RelationshipRules.textProblems(role: new.role, note: new.note)
    if problems.isEmpty, references.isEmpty, dates.isEmpty, let type = types[new.type] {
      let draft = draft(new, type)
      if let kept = try same(as: draft) {
        guard texts.isEmpty else { throw CRMError.invalid("relationships", texts) }
        return try confirmed(kept, new)
      }
      let (crowding, holder) = try limitProblems(of: draft, type)
      problems += crowding
      problems += try circleProblems(of: draft, type)
      guard problems.isEmpty && texts.isEmpty else {
        throw refusal(problems + texts, holder: holder)
      }
      return try records.insert(
        draft,
        emitting: RelationshipAdded(
          relationship: draft.id, type: draft.type, from: draft.from, to: draft.to),
        alsoAbout: [draft.to])
    }
    problems += dates + texts
    guard problems.isEmpty else { throw refusal(references + problems, holder: nil) }
    throw CRMError(
      .unknownReference, "relationships: \(references.count) references lead nowhere.",
      recovery: "Add the customers first.", issues: references, record: "relationships")
  }

  /// Changes the dates, the role and the note of a relationship; one that is as it was is left
  /// alone.
  ///
  /// - Returns: The relationship as kept, with the next ``Relationship/version``.
  /// - Throws: ``CRMError/Code/conflict`` where it was changed since it was read,
  ///   ``CRMError/Code/notFound``, and as ``add(_:)``; nothing has changed then.
  @discardableResult
  public func update(_ relationship: Relationship) throws -> Relationship {
    try change(
      relationship,
      emitting: RelationshipUpdated(
        relationship: relationship.id, type: relationship.type, from: relationship.from,
        to: relationship.to))
  }

  /// Gives a relationship its last day; one that has a last day before today keeps it, unless
  /// another is named.
  ///
  /// - Parameter date: The last day on which it holds; today where none is named.
  /// - Throws: ``CRMError/Code/notFound``; ``CRMError/Code/invalid`` where the day lies before the
  ///   first one, or the relationship would now last into another; nothing has changed then.
  @discardableResult
  public func end(_ id: Relationship.ID, on date: CalendarDate? = nil) throws -> Relationship {
    var relationship = try get(id)
    let today = transaction.today
    let end = date ?? min(relationship.end ?? today, today)
    relationship.end = end
    return try change(
      relationship,
      emitting: RelationshipEnded(
        relationship: id, type: relationship.type, from: relationship.from, to: relationship.to,
        end: end))
  }

  /// Takes a relationship back, from both customers; the events keep what it was.
  ///
  /// What was true once and no longer is, is not removed but ended: ``end(_:on:)``.
  ///
  /// - Throws: ``CRMError/Code/notFound``; nothing has changed then.
  public func remove(_ id: Relationship.ID) throws {
    let relationship = try get(id)
    try records.delete(
      id,
      emitting: RelationshipRemoved(
        relationship: id, type: relationship.type, from: relationship.from, to: relationship.to),
      alsoAbout: [relationship.to])
  }

  private func change<E: Event>(_ relationship: Relationship, emitting event: E) throws
    -> Relationship
  {
    let old = try get(relationship.id)
    var problems: [CRMError.Issue] = []
    if relationship.type != old.type { problems.append(.init("type", Self.fixed)) }
    if relationship.from != old.from { problems.append(.init("from", Self.fixed)) }
    if relationship.to != old.to { problems.append(.init("to", Self.fixed)) }
    let dates = RelationshipRules.dateProblems(relationship.start, relationship.end)
    let isMoved = relationship.start != old.start || relationship.end != old.end
    var holder: Relationship.ID?
    if problems.isEmpty, dates.isEmpty, isMoved, relationship.version == old.version {
      if let kept = try same(as: relationship) {
        throw CRMError(
          .duplicate, "Another relationship of the kind holds between the two at that time.",
          recovery: "Change that one, or leave it out of the dates.", record: "relationships",
          identifier: old.id.description, holder: kept.id.description)
      }
      if let type = types[old.type] {
        let (crowding, first) = try limitProblems(of: relationship, type)
        problems += crowding
        problems += try circleProblems(of: relationship, type)
        holder = first
      }
    }
    problems += dates
    problems += RelationshipRules.textProblems(role: relationship.role, note: relationship.note)
    guard problems.isEmpty else { throw refusal(problems, holder: holder) }
    return try records.update(relationship, emitting: event, alsoAbout: [relationship.to])
  }

  private static let fixed = "cannot change: remove the relationship and add another"

  // MARK: Checking

  private func refusal(_ problems: [CRMError.Issue], holder: Relationship.ID?) -> CRMError {
    var error = CRMError.invalid("relationships", problems)
    error.holder = holder?.description
    return error
  }

  /// What is wrong with the type and the two customers, and which of them do not exist.
  private func problems(of new: NewRelationship) throws -> (
    [CRMError.Issue], unknown: [CRMError.Issue]
  ) {
    var problems: [CRMError.Issue] = []
    if let problem = types.problem("type", new.type) { problems.append(problem) }
    let customers = try transaction.records(of: Customer.self).find([new.from, new.to])
    let unknown = [("from", new.from), ("to", new.to)].compactMap { field, id in
      customers[id] == nil ? CRMError.Issue(field, "\(id) does not exist") : nil
    }
    for (field, id) in [("from", new.from), ("to", new.to)] where customers[id]?.isArchived == true
    {
      problems.append(.init(field, "\(id) is archived: restore it first"))
    }
    if new.from == new.to {
      problems.append(.init("to", "is the first customer again"))
    }
    if let type = types[new.type], let from = customers[new.from], let to = customers[new.to] {
      problems += RelationshipRules.kindProblems(type, from: from.kind, to: to.kind)
    }
    return (problems, unknown)
  }

  private func draft(_ new: NewRelationship, _ type: RelationshipType) -> Relationship {
    let ends = RelationshipRules.ordered(new.from, new.to, isSymmetric: type.isSymmetric)
    return Relationship(
      id: transaction.makeIdentifier(), type: new.type, from: ends.from, to: ends.to,
      start: new.start, end: new.end, role: new.role, note: new.note,
      modifiedAt: transaction.now, version: 1)
  }

  private func span(_ relationship: Relationship) -> RelationshipSpan {
    RelationshipSpan(relationship, today: transaction.today)
  }

  /// Another relationship of the type between the two that holds at the same time.
  private func same(as draft: Relationship) throws -> Relationship? {
    let span = span(draft)
    return try records.all(
      where: { $0.from == draft.from && $0.type == draft.type && $0.to == draft.to },
      sortedBy: { _ in [.oldestFirst] }
    ).first { $0.id != draft.id && self.span($0).overlaps(span) }
  }

  private func confirmed(_ kept: Relationship, _ new: NewRelationship) throws -> Relationship {
    let problems = RelationshipRules.contradictions(new, kept)
    guard problems.isEmpty else {
      throw CRMError(
        .duplicate, "The relationship is there already, and says otherwise.",
        recovery: "Update it, or end it before the new one starts.", issues: problems,
        record: "relationships", holder: kept.id.description)
    }
    return kept
  }

  /// Where a relationship would be one too many, and the first of those there are.
  private func limitProblems(of draft: Relationship, _ type: RelationshipType) throws -> (
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
  private func circleProblems(of draft: Relationship, _ type: RelationshipType) throws
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
      guard seen.count <= RelationshipRules.widestCircle else {
        throw CRMError(
          .limitReached,
          "More than \(RelationshipRules.widestCircle) customers stand above \(upper).",
          recovery: "Link customers lower down, or by a type without an upper end.",
          record: "relationships", identifier: upper.description)
      }
      var next: [Customer.ID] = []
      try scan(frontier, .up([type.key], types), .ever) { _, far, held in
        let span = self.span(held.row)
        guard held.id != draft.id, span.overlaps(new.span) else { return true }
        links.append(.init(from: held.from, to: held.to, span: span))
        if far != lower, seen.insert(far).inserted { next.append(far) }
        return seen.count <= RelationshipRules.widestCircle
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
