/// How customers are linked with each other.
///
///     try Relationships(types: .standard + [
///       RelationshipType("mentor", "mentor of", inverse: "mentored by", from: .person, to: .person)
///     ])
///
/// Relationships of a type that is left out stay as they are, and are shown under its key.
public struct Relationships: Capability {
  static let key = RecordKey("tx.relationships")

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

  public var lock: RecordLock? { Self.key.lock }

  public var events: [any Event.Type] {
    [
      RelationshipAdded.self, RelationshipUpdated.self, RelationshipConfirmed.self,
      RelationshipEnded.self, RelationshipRemoved.self,
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
    records = transaction.records(of: Relationship.self, with: Relationships.key)
    types = transaction.capability(Relationships.self)?.known ?? RelationshipTypes([])
  }

  // MARK: Changing

  /// Links two customers; the event stands on both timelines.
  ///
  /// A link of the type between the two that holds at the time is returned as it is, where what is
  /// said does not contradict it; its source stays the first one, and ``confirm(_:at:)`` notes that
  /// it is still true. In a symmetric type it does not matter who is named first.
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem: an unknown type, a customer of a kind
  ///   that cannot stand there or linked with itself, dates the wrong way round, more links than
  ///   the type allows at once, a circle where there may be none, with the path;
  ///   ``CRMError/Code/unknownReference`` where unknown or archived customers are all that is
  ///   wrong;
  ///   ``CRMError/Code/duplicate`` where the link there is, named as ``CRMError/holder``, says
  ///   otherwise. Nothing has changed then.
  /// - Complexity: O(*n*) in the relationships of the type above the upper customer, where it
  ///   allows no circles, as all of them are looked at; else in those of the two customers.
  @discardableResult
  public func add(_ new: NewRelationship) throws -> Relationship {
    let (found, references) = try problems(of: new)
    var problems = found
    let dates = RelationshipRules.dateProblems(new.start, new.end)
    let texts =
      RelationshipRules.textProblems(role: new.role, note: new.note)
      + RelationshipRules.originProblems(new.source, trueAt: new.trueAt, now: transaction.now)
    if problems.isEmpty, references.isEmpty, dates.isEmpty, let type = types[new.type] {
      let draft = draft(new, type)
      if let kept = try same(as: draft) {
        return try agreed(kept, new, besides: texts)
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
    throw CRMError.unknownReferences("relationships", references)
  }

  /// Changes the dates, the role and the note of a relationship, and where that is from; one that
  /// is as it was is left alone.
  ///
  /// ``Relationship/source`` and ``Relationship/trueAt`` stay unless they are changed as well.
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

  /// Notes that someone made sure of a relationship; what it says does not change by it.
  ///
  /// The event stands on both timelines.
  ///
  /// - Parameter instant: When they did, if not now. A confirmation earlier than the last one
  ///   changes nothing.
  /// - Throws: ``CRMError/Code/invalid`` where the instant lies before it was true, or more than a
  ///   day ahead; ``CRMError/Code/notFound``; nothing has changed then.
  @discardableResult
  public func confirm(_ id: Relationship.ID, at instant: Instant? = nil) throws -> Relationship {
    var relationship = try get(id)
    let confirmedAt = instant ?? transaction.now
    let problems = instantProblems(
      "confirmed_at", confirmedAt, from: relationship.trueAt, "it was true", now: transaction.now)
    guard problems.isEmpty else { throw CRMError.invalid("relationships", problems) }
    if let last = relationship.confirmedAt, last > confirmedAt { return relationship }
    relationship.confirmedAt = confirmedAt
    relationship.confirmedBy = transaction.attribution.actor
    return try records.update(
      relationship,
      emitting: RelationshipConfirmed(
        relationship: id, type: relationship.type, from: relationship.from, to: relationship.to),
      at: instant, alsoAbout: [relationship.to])
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
    let others =
      RelationshipRules.textProblems(role: relationship.role, note: relationship.note)
      + RelationshipRules.originProblems(
        relationship.source == old.source ? nil : relationship.source,
        trueAt: relationship.trueAt == old.trueAt ? nil : relationship.trueAt, now: transaction.now)
    let isMoved = relationship.start != old.start || relationship.end != old.end
    var holder: Relationship.ID?
    if problems.isEmpty, dates.isEmpty, isMoved, relationship.version == old.version {
      if let kept = try same(as: relationship) {
        let taken = CRMError(
          .duplicate, "Another relationship of the kind holds between the two at that time.",
          recovery: "Change that one, or leave it out of the dates.",
          issues: overlap(relationship, old, with: kept), record: "relationships",
          identifier: old.id.description, holder: kept.id.description)
        throw taken.beside(others)
      }
      if let type = types[old.type] {
        let (crowding, first) = try limitProblems(of: relationship, type)
        problems += crowding
        problems += try circleProblems(of: relationship, type)
        holder = first
      }
    }
    problems += dates + others
    guard problems.isEmpty else { throw refusal(problems, holder: holder) }
    return try records.update(relationship, emitting: event, alsoAbout: [relationship.to])
  }

  /// The dates that were changed, by which a relationship now holds while another does.
  private func overlap(_ changed: Relationship, _ old: Relationship, with kept: Relationship)
    -> [CRMError.Issue]
  {
    let problem = "lets it hold while relationship \(kept.id) does"
    return (changed.start == old.start ? [] : [.init("start", problem)])
      + (changed.end == old.end ? [] : [.init("end", problem)])
  }

  private static let fixed = "cannot change: remove the relationship and add another"
}
