/// What staff found to work, shared with everyone and found again for customers alike.
public struct Playbooks: Capability {
  static let key = RecordKey("tx.playbooks")

  /// The capability.
  public init() {}

  public var records: [any Record.Type] { [Playbook.self, PlaybookUse.self] }

  public var lock: RecordLock? { Self.key.lock }

  public var events: [any Event.Type] {
    [PlaybookWritten.self, PlaybookUpdated.self, PlaybookUsed.self, PlaybookJudged.self]
  }
}

extension Transaction {
  /// What staff found to work.
  public var playbooks: PlaybookOperations { PlaybookOperations(self) }
}

/// Writing playbooks, following them and finding those that helped customers alike.
public struct PlaybookOperations {
  private let transaction: Transaction
  private let records: Records<Playbook>
  private let uses: Records<PlaybookUse>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    records = transaction.records(of: Playbook.self, with: Playbooks.key)
    uses = transaction.records(of: PlaybookUse.self, with: Playbooks.key)
  }

  // MARK: Changing

  /// Writes a playbook.
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem; nothing has changed then.
  @discardableResult
  public func write(_ new: NewPlaybook) throws -> Playbook {
    let problems = PlaybookRules.problems(
      title: new.title, situation: new.situation, steps: new.steps, tags: new.tags,
      needs: new.needs)
    guard problems.isEmpty else { throw CRMError.invalid("playbooks", problems) }
    let playbook = Playbook(
      id: transaction.makeIdentifier(), title: trimmed(new.title),
      situation: trimmed(new.situation), steps: new.steps, tags: new.tags, needs: new.needs,
      author: transaction.attribution.actor, writtenAt: transaction.now,
      modifiedAt: transaction.now, version: 1)
    return try records.insert(playbook, emitting: PlaybookWritten(playbook: playbook.id))
  }

  /// Changes a playbook; one that is as it was is left alone.
  ///
  /// Who wrote it when stays.
  ///
  /// - Throws: ``CRMError/Code/conflict`` where it was changed since it was read,
  ///   ``CRMError/Code/invalid``, ``CRMError/Code/notFound``; nothing has changed then.
  @discardableResult
  public func update(_ playbook: Playbook) throws -> Playbook {
    let problems = PlaybookRules.problems(of: playbook, was: try get(playbook.id))
    guard problems.isEmpty else { throw CRMError.invalid("playbooks", problems) }
    var changed = playbook
    changed.title = trimmed(playbook.title)
    changed.situation = trimmed(playbook.situation)
    return try records.update(changed, emitting: PlaybookUpdated(playbook: playbook.id))
  }

  /// Puts a playbook away: it is not suggested any more, and its uses stay.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  @discardableResult
  public func archive(_ id: Playbook.ID) throws -> Playbook {
    var playbook = try get(id)
    playbook.archivedAt = playbook.archivedAt ?? transaction.now
    return try records.update(playbook, emitting: PlaybookUpdated(playbook: id))
  }

  /// Takes a playbook into use again that was put away.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  @discardableResult
  public func restore(_ id: Playbook.ID) throws -> Playbook {
    var playbook = try get(id)
    playbook.archivedAt = nil
    return try records.update(playbook, emitting: PlaybookUpdated(playbook: id))
  }

  /// Notes that a playbook is being followed with a customer, who is as they are now.
  ///
  /// ``PlanOperations/follow(_:in:owner:due:every:)`` does within a plan.
  ///
  /// - Throws: ``CRMError/Code/unknownReference`` for a playbook or customer that does not exist
  ///   or is archived; nothing has changed then.
  @discardableResult
  public func use(_ id: Playbook.ID, for customer: Customer.ID) throws -> PlaybookUse {
    try use(id, for: customer, in: nil)
  }

  func use(_ id: Playbook.ID, for customer: Customer.ID, in plan: Plan.ID?) throws -> PlaybookUse {
    var unknown = try transaction.problem(with: customer).map { [$0] } ?? []
    let playbook = try records.find(id)
    if playbook == nil { unknown.append(.init("playbook", "\(id) does not exist")) }
    if playbook?.archivedAt != nil { unknown.append(.init("playbook", "\(id) is archived")) }
    guard unknown.isEmpty else { throw CRMError.unknownReferences("playbook_uses", unknown) }
    let use = PlaybookUse(
      id: transaction.makeIdentifier(), playbook: id, customer: customer, plan: plan,
      usedBy: transaction.attribution.actor, usedAt: transaction.now,
      labels: try labels(of: customer), outcome: .open)
    return try uses.insert(
      use, emitting: PlaybookUsed(use: use.id, playbook: id, customer: customer))
  }

  /// Notes whether following a playbook helped; said again, the last word counts.
  ///
  /// - Parameters:
  ///   - hasWorked: Whether it did.
  ///   - note: How it went, in up to 1,000 bytes.
  /// - Throws: ``CRMError/Code/invalid``, ``CRMError/Code/notFound``; nothing has changed then.
  @discardableResult
  public func judge(_ id: PlaybookUse.ID, worked hasWorked: Bool, note: String? = nil) throws
    -> PlaybookUse
  {
    var use = try uses.get(id)
    let problems = TextRules.problems(of: note, in: "note", within: 1_000)
    guard problems.isEmpty else { throw CRMError.invalid("playbook_uses", problems) }
    use.outcome = hasWorked ? .worked : .failed
    use.closedAt = transaction.now
    use.note = note ?? use.note
    return try uses.update(
      use,
      emitting: PlaybookJudged(
        use: id, playbook: use.playbook, customer: use.customer, outcome: use.outcome))
  }

  // MARK: Reading

  /// The playbook of an identifier.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func get(_ id: Playbook.ID) throws -> Playbook { try records.get(id) }

  /// A part of a query's playbooks, and the place to go on from.
  public func page(_ query: Query<Playbook>) throws -> Page<Playbook, Cursor<Playbook>> {
    try records.page(query)
  }

  /// What was tried with a customer, the latest first.
  public func uses(
    with customer: Customer.ID, after place: Cursor<PlaybookUse>? = nil, limit: Int = 50
  ) throws -> Page<PlaybookUse, Cursor<PlaybookUse>> {
    try uses.page(
      Query(
        where: { $0.customer == customer }, sortedBy: { [.descending($0.usedAt)] }, after: place,
        limit: limit))
  }

  /// What was followed in a plan, in the order in which it was begun.
  public func uses(in plan: Plan.ID) throws -> [PlaybookUse] {
    try uses.all(where: { $0.plan == plan }, sortedBy: { _ in [.oldestFirst] })
  }

  /// Where a playbook was followed, in the order in which it was begun.
  func uses(of playbook: Playbook.ID) throws -> [PlaybookUse] {
    try uses.all(where: { $0.playbook == playbook }, sortedBy: { _ in [.oldestFirst] })
  }

  /// Playbooks that may help with a customer, the best first, with the reasons.
  ///
  /// Those are found that are for a tag or an open need of the customer's, and those that worked
  /// with customers who had one of these or stood at the same stage of a lifecycle. What helped
  /// customers alike oftener than not comes first, then what is for more of what the customer is
  /// like.
  ///
  /// - Throws: ``CRMError/Code/notFound`` for an unknown customer.
  /// - Complexity: O(*n*) in the uses of the playbooks found; eight queries.
  public func suggestions(for customer: Customer.ID, limit: Int = 5) throws
    -> [PlaybookSuggestion]
  {
    Array(try suggestions(labels(of: customer)).prefix(max(0, limit)))
  }

  /// The playbook with the name of a signal among its tags that did best with customers alike.
  func suggestion(
    for customer: Customer.ID, signals: Set<String>
  ) throws -> PlaybookSuggestion? {
    let tags = PlaybookRules.labels(tags: signals.sorted(), needs: [])
    // Where no playbook is for any of them, nothing else is looked up.
    let values = tags.map { [Value.text($0)] }
    let isFor = Filter<Playbook>(.among(field: Playbook.fields.labels.name, values: values))
    guard !tags.isEmpty, try records.first(where: { _ in isFor }) != nil else { return nil }
    return try suggestions(tags + labels(of: customer).filter { !tags.contains($0) }).first {
      !signals.isDisjoint(with: $0.playbook.tags)
    }
  }

  /// Playbooks for customers who are like this.
  private func suggestions(_ labels: [String]) throws -> [PlaybookSuggestion] {
    guard !labels.isEmpty else { return [] }
    let values = labels.map { [Value.text($0)] }
    var found = Set(
      try records.all(where: { Filter(.among(field: $0.labels.name, values: values)) }).map(\.id))
    let helped = try uses.all(where: {
      Filter(.among(field: $0.eachLabel.name, values: values)) && $0.outcome == .worked
    })
    found.formUnion(helped.map(\.playbook))
    let playbooks = try records.find(found.sorted()).values.filter { $0.archivedAt == nil }
    let results = try uses.all(where: {
      $0.playbook.isOne(of: playbooks.map(\.id)) && $0.outcome != .open
    })
    return PlaybookRules.suggestions(of: playbooks, for: labels, after: results)
  }

  /// What a customer is like now.
  private func labels(of customer: Customer.ID) throws -> [String] {
    let file = try transaction.customers.get(customer)
    let hasNeeds = transaction.capability(Needs.self) != nil
    let needs = hasNeeds ? try transaction.needs.open(of: customer).items.map(\.category) : []
    let isStaged = transaction.capability(Lifecycles.self) != nil
    let positions = isStaged ? try transaction.lifecycle.positions(of: customer) : []
    let stages = positions.compactMap { position in
      position.stage.map { "\(position.lifecycle).\($0)" }
    }
    return PlaybookRules.labels(tags: file.tags, needs: needs, stages: stages)
  }
}
