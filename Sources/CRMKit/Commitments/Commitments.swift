/// What is open with customers: promises, questions and follow-ups, none of them lost.
public struct Commitments: Capability {
  static let key = RecordKey("tx.commitments")

  /// The capability.
  public init() {}

  public var records: [any Record.Type] { [Commitment.self] }

  public var lock: RecordLock? { Self.key.lock }

  public var nextSteps: [NextStepSource] { [.commitments] }

  public var events: [any Event.Type] {
    [
      CommitmentMade.self, CommitmentClosed.self, CommitmentOverdue.self,
      CommitmentReassigned.self, CommitmentPostponed.self, CommitmentDetached.self,
      CommitmentRequestMissed.self,
    ]
  }

  public var reactions: [Reaction] {
    [
      Reaction(to: InteractionDeleted.self) { deletion, tx in
        try tx.commitments.detach(from: deletion.interaction)
      },
      Reaction(to: InteractionUnlinked.self) { unlinking, tx in
        try tx.commitments.detach(from: unlinking.interaction, for: unlinking.customer)
      },
    ]
  }

  public var duties: [Duty] {
    [
      Duty(Commitment.self) {
        $0.owner == $1 && $0.status == .open
      } pass: { commitment, owner, tx in
        try tx.commitments.reassign(commitment.id, to: owner)
      }
    ]
  }

  public var agenda: [AgendaHandler] {
    [
      AgendaHandler(for: CommitmentDeadline.self) { deadline, tx in
        try tx.commitments.noticeDelay(of: deadline.commitment, against: .promised)
      },
      AgendaHandler(for: CommitmentRequest.self) { request, tx in
        try tx.commitments.noticeDelay(of: request.commitment, against: .requested)
      },
    ]
  }
}

extension Transaction {
  /// What is open with customers.
  public var commitments: CommitmentOperations { CommitmentOperations(self) }
}

/// Keeping in view what is open with customers.
public struct CommitmentOperations {
  private let transaction: Transaction
  private let records: Records<Commitment>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    records = transaction.records(of: Commitment.self, with: Commitments.key)
  }

  // MARK: Changing

  /// Keeps a promise, a question or a follow-up in view until it is closed.
  ///
  /// When its deadline has passed and it is open, ``CommitmentOverdue`` tells of it once, and
  /// ``CommitmentRequestMissed`` when the time has passed that the customer asked for.
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem, also where the customer took no part
  ///   in the contact; ``CRMError/Code/unknownReference`` with all that does not exist or is
  ///   archived. Nothing has changed then.
  @discardableResult
  public func make(_ new: NewCommitment) throws -> Commitment {
    var problems = CommitmentRules.problems(of: new, now: transaction.now)
    var unknown = try transaction.problem(with: new.customer).map { [$0] } ?? []
    if let interaction = new.interaction {
      if let contact = try transaction.records(of: Interaction.self).find(interaction) {
        let customers = try transaction.interactions.customers(of: contact)
        if !customers.contains(new.customer) {
          problems.append(.init("interaction", "\(interaction) is with other customers"))
        }
      } else {
        unknown.append(.init("interaction", "\(interaction) does not exist"))
      }
    }
    unknown += try transaction.unknown(new.about, in: "about")
    guard problems.isEmpty, unknown.isEmpty else {
      throw CRMError.refusal("commitments", problems, unknown: unknown)
    }
    let commitment = Commitment(
      id: transaction.makeIdentifier(), customer: new.customer, kind: new.kind,
      text: trimmed(new.text), owner: new.owner, interaction: new.interaction, about: new.about,
      status: .open, madeAt: new.madeAt ?? transaction.now, dueAt: .earliest, isLate: false,
      modifiedAt: transaction.now, version: 1
    ).due(new.due).requested(new.requested)
    return try transaction.operation {
      let kept = try records.insert(
        commitment,
        emitting: CommitmentMade(
          commitment: commitment.id, customer: new.customer, kind: new.kind, owner: new.owner,
          dueAt: commitment.dueAt),
        at: commitment.madeAt)
      try schedule(kept)
      if let requestedAt = kept.requestedAt {
        try transaction.agenda.schedule(
          CommitmentRequest(commitment: kept.id), at: requestedAt.lateFrom, about: kept.customer)
      }
      return kept
    }
  }

  /// Notes what became of a commitment.
  ///
  /// Promises and follow-ups are kept, questions answered, any is dropped. Whether it is late
  /// depends on the instant alone, not on when ``CRM/advance(to:)`` ran: a deadline that passed
  /// and was not told of yet is told of first.
  ///
  /// - Parameters:
  ///   - id: The commitment.
  ///   - status: What became of it.
  ///   - outcome: What came of it, in a few words.
  ///   - instant: When, if not now.
  /// - Throws: ``CRMError/Code/notFound``, ``CRMError/Code/notAllowed`` unless it was open,
  ///   ``CRMError/Code/invalid`` with every problem; nothing has changed then.
  @discardableResult
  public func close(
    _ id: Commitment.ID, as status: Commitment.Status, outcome: String? = nil,
    at instant: Instant? = nil
  ) throws -> Commitment {
    var commitment = try get(id)
    let closedAt = instant ?? transaction.now
    let problems = CommitmentRules.problems(
      ofClosing: commitment, as: status, outcome: outcome, at: closedAt, now: transaction.now)
    try check(commitment, problems)
    return try transaction.operation {
      try transaction.agenda.cancel(CommitmentDeadline(commitment: id))
      if commitment.requestedAt != nil {
        try transaction.agenda.cancel(CommitmentRequest(commitment: id))
      }
      for yardstick in Yardstick.allCases {
        let isLate = CommitmentRules.isLate(commitment, against: yardstick, at: closedAt)
        if isLate { commitment = try tellDelay(of: commitment, against: yardstick) }
        commitment.setLate(isLate, against: yardstick)
      }
      commitment.status = status
      commitment.outcome = outcome
      commitment.closedAt = closedAt
      return try records.update(
        commitment,
        emitting: CommitmentClosed(
          commitment: id, customer: commitment.customer, status: status), at: instant)
    }
  }

  /// Gives a commitment to someone else; one who has it already keeps it.
  ///
  /// - Throws: ``CRMError/Code/notFound``, ``CRMError/Code/notAllowed`` unless it is open,
  ///   ``CRMError/Code/invalid``; nothing has changed then.
  @discardableResult
  public func reassign(_ id: Commitment.ID, to owner: Principal) throws -> Commitment {
    let commitment = try get(id)
    try check(commitment, TextRules.problems(of: owner, in: "owner"))
    return try reassign(commitment, to: owner)
  }

  /// Gives a commitment another deadline, and no longer counts it late where that is to come.
  ///
  /// - Throws: ``CRMError/Code/notFound``, ``CRMError/Code/notAllowed`` unless it is open,
  ///   ``CRMError/Code/invalid`` for a deadline before it was made; nothing has changed then.
  @discardableResult
  public func postpone(_ id: Commitment.ID, to deadline: Deadline) throws -> Commitment {
    let commitment = try get(id)
    let isTooEarly = deadline.instant < commitment.madeAt
    try check(commitment, isTooEarly ? [.init("due", "lies before it was made")] : [])
    return try transaction.operation {
      var changed = commitment
      func isLate(_ commitment: Commitment) -> Bool {
        CommitmentRules.isLate(commitment, against: .promised, at: transaction.now)
      }
      if isLate(commitment) { changed = try tellDelay(of: commitment, against: .promised) }
      changed = changed.due(deadline)
      changed.isLate = changed.isLate && isLate(changed)
      let kept = try records.update(
        changed,
        emitting: CommitmentPostponed(
          commitment: id, customer: changed.customer, dueAt: changed.dueAt))
      if kept.dueAt != commitment.dueAt { try schedule(kept) }
      return kept
    }
  }

  // MARK: Reading

  /// The commitment of an identifier.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func get(_ id: Commitment.ID) throws -> Commitment { try records.get(id) }

  /// What is open with a customer, whoever sees to it, the first due first: by what the firm said
  /// or by what the customer asked for, whichever is earlier.
  ///
  /// - Parameters:
  ///   - customer: The customer.
  ///   - cursor: The place to go on from.
  ///   - limit: How many at most.
  public func open(
    of customer: Customer.ID, after cursor: Cursor<Commitment>? = nil, limit: Int = 50
  ) throws -> Page<Commitment, Cursor<Commitment>> {
    try records.page(
      Query(
        where: { $0.customer == customer && $0.status == .open },
        sortedBy: { [.ascending($0.firstDueAt)] }, after: cursor, limit: limit))
  }

  /// What someone has open with customers, the first due first.
  ///
  /// - Parameters:
  ///   - owner: Who sees to it.
  ///   - cursor: The place to go on from.
  ///   - limit: How many at most.
  public func open(
    ownedBy owner: Principal, after cursor: Cursor<Commitment>? = nil, limit: Int = 50
  ) throws -> Page<Commitment, Cursor<Commitment>> {
    try page(after: cursor, limit) { $0.owner == owner && $0.status == .open }
  }

  /// What is open with any customer and late, the longest due first.
  ///
  /// It follows from the time alone, whether or not ``CRM/advance(to:)`` ran. What is due at the
  /// instant itself is not late yet (``Yardstick``).
  ///
  /// - Parameters:
  ///   - yardstick: Late by what the firm said, or by what the customer asked for.
  ///   - cursor: The place to go on from.
  ///   - limit: How many at most.
  public func overdue(
    against yardstick: Yardstick = .promised, after cursor: Cursor<Commitment>? = nil,
    limit: Int = 50
  ) throws -> Page<Commitment, Cursor<Commitment>> {
    let now = transaction.now
    switch yardstick {
    case .promised:
      return try page(after: cursor, limit) { $0.status == .open && $0.dueAt < now }
    case .requested:
      return try records.page(
        Query(
          where: { $0.status == .open && $0.requestedAt < now },
          sortedBy: { [.ascending($0.requestedAt)] }, after: cursor, limit: limit))
    }
  }

  /// What came up in a contact, open or closed, the first due first.
  public func all(in interaction: Interaction.ID) throws -> [Commitment] {
    try records.all(where: { $0.interaction == interaction }).sorted {
      ($0.dueAt, $0.id) < ($1.dueAt, $1.id)
    }
  }

  /// What belongs to something, such as a plan, open or closed, the first due first.
  ///
  /// - Complexity: An index finds it; sorting is O(*m* log *m*) in how much belongs to it.
  public func all(about reference: RecordReference) throws -> [Commitment] {
    try records.all(
      where: { $0.subjects.contains(reference.key) }, sortedBy: { [.ascending($0.dueAt)] })
  }

  /// A part of a query's commitments, and the place to go on from.
  public func page(_ query: Query<Commitment>) throws -> Page<Commitment, Cursor<Commitment>> {
    try records.page(query)
  }

  private func page(
    after cursor: Cursor<Commitment>?, _ limit: Int,
    where filter: (Commitment.Fields) -> Filter<Commitment>
  ) throws -> Page<Commitment, Cursor<Commitment>> {
    try records.page(
      Query(where: filter, sortedBy: { [.ascending($0.dueAt)] }, after: cursor, limit: limit))
  }
}

// MARK: - Steps

extension CommitmentOperations {
  /// Refuses a change of a commitment that is not open, or one that has problems.
  private func check(_ commitment: Commitment, _ problems: [CRMError.Issue]) throws {
    guard commitment.status == .open else {
      throw CRMError(
        .notAllowed, "Commitment \(commitment.id) is \(commitment.status.rawValue).",
        recovery: "Only one that is open can change.", issues: problems, record: "commitments",
        identifier: commitment.id.description)
    }
    guard problems.isEmpty else { throw CRMError.invalid("commitments", problems) }
  }

  private func schedule(_ commitment: Commitment) throws {
    try transaction.agenda.schedule(
      CommitmentDeadline(commitment: commitment.id), at: commitment.dueAt.lateFrom,
      about: commitment.customer)
  }

  private func reassign(_ commitment: Commitment, to owner: Principal) throws -> Commitment {
    var changed = commitment
    changed.owner = owner
    return try records.update(
      changed,
      emitting: CommitmentReassigned(
        commitment: commitment.id, customer: commitment.customer, from: commitment.owner,
        to: owner))
  }

  /// Lets go of a contact that was taken out, for everyone or for one customer.
  func detach(from interaction: Interaction.ID, for customer: Customer.ID? = nil) throws {
    for var commitment in try all(in: interaction)
    where customer.map({ $0 == commitment.customer }) ?? true {
      commitment.interaction = nil
      try records.update(
        commitment,
        emitting: CommitmentDetached(commitment: commitment.id, customer: commitment.customer))
    }
  }

  /// Those of some things, by their keys, to which something belongs that is open.
  func subjects(among keys: [String]) throws -> Set<String> {
    if keys.isEmpty { return [] }
    let wanted = Set(keys)
    var found: Set<String> = []
    let values = keys.map { [Value.text($0)] }
    let query = Query<Commitment>(where: {
      Filter(.among(field: $0.subjects.name, values: values)) && $0.status == .open
    })
    try records.scan(query) { held in
      found.formUnion(held.row.about.map(\.key).filter(wanted.contains))
      return true
    }
    return found
  }

  /// What the agenda does when an instant at which a commitment was due has passed.
  func noticeDelay(of id: Commitment.ID, against yardstick: Yardstick) throws {
    guard let commitment = try records.find(id), commitment.status == .open,
      CommitmentRules.isLate(commitment, against: yardstick, at: transaction.now)
    else { return }
    _ = try tellDelay(of: commitment, against: yardstick)
  }

  /// Tells that a commitment is late, as of the first instant it is, unless that was told before.
  private func tellDelay(of commitment: Commitment, against yardstick: Yardstick) throws
    -> Commitment
  {
    guard !commitment.isLate(against: yardstick), let dueAt = commitment.dueAt(yardstick)
    else { return commitment }
    var late = commitment
    late.setLate(true, against: yardstick)
    switch yardstick {
    case .promised:
      return try records.update(
        late,
        emitting: CommitmentOverdue(
          commitment: late.id, customer: late.customer, owner: late.owner, dueAt: dueAt),
        at: dueAt.lateFrom)
    case .requested:
      return try records.update(
        late,
        emitting: CommitmentRequestMissed(
          commitment: late.id, customer: late.customer, owner: late.owner, requestedAt: dueAt),
        at: dueAt.lateFrom)
    }
  }
}
