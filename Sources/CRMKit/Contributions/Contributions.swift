/// What customers give besides money: feedback, ideas, news of competitors, referrals and more.
///
/// They are asked for it, and hear what became of it.
public struct Contributions: Capability {
  static let key = RecordKey("tx.contributions")

  /// The capability.
  public init() {}

  public var records: [any Record.Type] { [Contribution.self] }

  public var lock: RecordLock? { Self.key.lock }

  public var nextSteps: [NextStepSource] { [.contributions] }

  public var events: [any Event.Type] {
    [
      ContributionAsked.self, ContributionGiven.self, ContributionDecided.self,
      ContributionTold.self,
    ]
  }
}

extension Transaction {
  /// What customers give besides money.
  public var contributions: ContributionOperations { ContributionOperations(self) }
}

/// Asking customers, recording what they give, and telling them what became of it.
public struct ContributionOperations {
  private let transaction: Transaction
  private let records: Records<Contribution>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    records = transaction.records(of: Contribution.self, with: Contributions.key)
  }

  // MARK: Changing

  /// Notes that a customer was asked for something.
  ///
  /// - Parameters:
  ///   - customer: The customer.
  ///   - question: What was asked; up to 10,000 bytes.
  ///   - kind: What was asked for.
  ///   - channel: Through what channel, if that is known.
  ///   - due: By when the customer is to answer, if a time was named.
  ///   - references: What it is about, such as the contact in which it was asked.
  ///   - instant: When, if not now.
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/unknownReference``
  ///   with all that does not exist or is archived; nothing has changed then.
  @discardableResult
  public func ask(
    _ customer: Customer.ID, _ question: String, for kind: Contribution.Kind = .feedback,
    through channel: Channel? = nil, due: Deadline? = nil,
    about references: [RecordReference] = [], at instant: Instant? = nil
  ) throws -> Contribution {
    let askedAt = instant ?? transaction.now
    var problems =
      ContributionRules.problems(of: question, in: "question", references)
      + futureProblems("asked_at", instant, now: transaction.now)
    problems += TextRules.problems(of: channel?.rawValue, in: "channel", within: 60)
    if let due, due.instant < askedAt {
      problems.append(.init("due", "lies before it was asked for"))
    }
    try check(problems, customer, references)
    var contribution = blank(customer, kind, references, .asked)
    contribution.question = trimmed(question)
    contribution.askedAt = askedAt
    contribution.channel = channel
    contribution.dueAt = due?.instant
    return try records.insert(
      contribution,
      emitting: ContributionAsked(
        contribution: contribution.id, customer: customer, kind: kind), at: instant)
  }

  /// Records what a customer gave unasked.
  ///
  /// - Throws: As ``ask(_:_:for:through:due:about:at:)``; nothing has changed then.
  @discardableResult
  public func give(_ new: NewContribution) throws -> Contribution {
    let problems =
      ContributionRules.problems(of: new.text, in: "text", new.about, in: new.language)
      + ContributionRules.problems(ofReferring: new.referred, by: new.customer, new.kind)
      + futureProblems("given_at", new.givenAt, now: transaction.now)
    try check(problems, new.customer, new.about, referred: new.referred)
    var contribution = blank(new.customer, new.kind, new.about, .given)
    contribution.text = trimmed(new.text)
    contribution.language = new.language
    contribution.referred = new.referred
    contribution.givenAt = new.givenAt ?? transaction.now
    return try records.insert(
      contribution,
      emitting: ContributionGiven(
        contribution: contribution.id, customer: new.customer, kind: new.kind),
      at: new.givenAt)
  }

  /// Records what a customer gave who was asked.
  ///
  /// - Parameters:
  ///   - id: What was asked for.
  ///   - text: What the customer gave, in the customer's words; up to 10,000 bytes.
  ///   - language: The language of the words, by its tag of BCP 47.
  ///   - referred: The customer who came to the firm by it, of a referral.
  ///   - references: What it is about besides, such as the contact in which it was given.
  ///   - instant: When, if not now.
  /// - Throws: ``CRMError/Code/notAllowed`` unless it was asked for and not given, with all that is
  ///   wrong besides, ``CRMError/Code/notFound``, and as
  ///   ``ask(_:_:for:through:due:about:at:)``; nothing has changed then.
  @discardableResult
  public func answer(
    _ id: Contribution.ID, _ text: String, language: String? = nil,
    referred: Customer.ID? = nil, about references: [RecordReference] = [],
    at instant: Instant? = nil
  ) throws -> Contribution {
    var contribution = try get(id)
    let refusal = contribution.status == .asked ? nil : refused(contribution, "answered")
    let givenAt = instant ?? transaction.now
    let about = joined(contribution.about, references)
    let problems =
      ContributionRules.problems(of: text, in: "text", about, in: language)
      + ContributionRules.problems(
        ofReferring: referred, by: contribution.customer, contribution.kind)
      + instantProblems(
        "given_at", givenAt, from: contribution.askedAt ?? .earliest, "it was asked for",
        now: transaction.now)
    try check(
      problems, nil, about, besides: contribution.about, referred: referred, refusal: refusal)
    contribution.status = .given
    contribution.text = trimmed(text)
    contribution.language = language
    contribution.referred = referred
    contribution.about = about
    contribution.givenAt = givenAt
    return try records.update(
      contribution,
      emitting: ContributionGiven(
        contribution: id, customer: contribution.customer, kind: contribution.kind), at: instant)
  }

  /// Says what becomes of something that was given.
  ///
  /// - Parameters:
  ///   - id: What was given.
  ///   - isUsed: Whether something came of it.
  ///   - outcome: What, in words that the customer may hear; up to 10,000 bytes.
  ///   - worth: What it is worth to the firm.
  ///   - instant: When, if not now.
  /// - Throws: ``CRMError/Code/notAllowed`` unless it was given and nothing decided, with all that
  ///   is wrong besides, ``CRMError/Code/invalid`` with every problem,
  ///   ``CRMError/Code/notFound``; nothing has changed then.
  @discardableResult
  public func decide(
    _ id: Contribution.ID, isUsed: Bool, outcome: String, worth: Money? = nil,
    at instant: Instant? = nil
  ) throws -> Contribution {
    var contribution = try get(id)
    let refusal = contribution.status == .given ? nil : refused(contribution, "decided on")
    let decidedAt = instant ?? transaction.now
    var problems =
      ContributionRules.problems(of: outcome, in: "outcome", [])
      + instantProblems(
        "decided_at", decidedAt, from: contribution.givenAt ?? .earliest, "it was given",
        now: transaction.now)
    if let worth, worth.minorUnits < 0 { problems.append(.init("worth", "is negative")) }
    try check(problems, nil, [], refusal: refusal)
    contribution.status = isUsed ? .used : .declined
    contribution.outcome = trimmed(outcome)
    contribution.worth = worth
    contribution.decidedAt = decidedAt
    return try records.update(
      contribution,
      emitting: ContributionDecided(
        contribution: id, customer: contribution.customer, kind: contribution.kind), at: instant)
  }

  /// Notes that the customer heard what became of something they gave.
  ///
  /// - Parameters:
  ///   - id: What was given.
  ///   - references: What it is about besides, such as the contact in which it was told.
  ///   - instant: When, if not now.
  /// - Throws: ``CRMError/Code/notAllowed`` unless it was decided on and not told, with all that is
  ///   wrong besides, ``CRMError/Code/notFound``, and as
  ///   ``ask(_:_:for:through:due:about:at:)``; nothing has changed then.
  @discardableResult
  public func tell(
    _ id: Contribution.ID, about references: [RecordReference] = [], at instant: Instant? = nil
  ) throws -> Contribution {
    var contribution = try get(id)
    let isTold = contribution.toldAt != nil
    let refusal =
      contribution.decidedAt != nil && !isTold
      ? nil : refused(contribution, isTold ? "told of again" : "told of")
    let toldAt = instant ?? transaction.now
    let about = joined(contribution.about, references)
    let problems =
      RecordReference.problems(of: about, in: "about")
      + instantProblems(
        "told_at", toldAt, from: contribution.decidedAt ?? .earliest, "it was decided",
        now: transaction.now)
    try check(problems, nil, about, besides: contribution.about, refusal: refusal)
    contribution.about = about
    contribution.toldAt = toldAt
    return try records.update(
      contribution,
      emitting: ContributionTold(
        contribution: id, customer: contribution.customer, kind: contribution.kind), at: instant)
  }

  // MARK: Reading

  /// The contribution of an identifier.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func get(_ id: Contribution.ID) throws -> Contribution { try records.get(id) }

  /// What a customer gave or was asked for, the earliest noted first.
  public func all(of customer: Customer.ID) throws -> [Contribution] {
    try records.all(where: { $0.customer == customer }, sortedBy: { _ in [.oldestFirst] })
  }

  /// What is still to come of what a customer was asked for or gave, the earliest noted first: an
  /// answer, a decision, or that the customer hears of it.
  public func pending(of customer: Customer.ID, limit: Int? = nil) throws -> [Contribution] {
    try records.all(
      where: { $0.customer == customer && $0.isPending == true },
      sortedBy: { _ in [.oldestFirst] }, limit: limit)
  }

  /// What customers were asked for and have not given, those due first first; those without a time
  /// come before them.
  public func unanswered(after cursor: Cursor<Contribution>? = nil, limit: Int = 50) throws
    -> Page<Contribution, Cursor<Contribution>>
  {
    try records.page(
      Query(
        where: { $0.status == .asked }, sortedBy: { [.ascending($0.dueAt)] }, after: cursor,
        limit: limit))
  }

  /// What a customer's contributions come to.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  public func value(of customer: Customer.ID) throws -> ContributionValue {
    try ContributionValue(try all(of: customer))
  }

  /// What was given and is to be decided on, those given first first.
  public func undecided(after cursor: Cursor<Contribution>? = nil, limit: Int = 50) throws
    -> Page<Contribution, Cursor<Contribution>>
  {
    try records.page(
      Query(
        where: { $0.status == .given }, sortedBy: { [.ascending($0.givenAt)] }, after: cursor,
        limit: limit))
  }

  /// What was decided and the customer is still to hear of, those decided first first.
  public func untold(after cursor: Cursor<Contribution>? = nil, limit: Int = 50) throws
    -> Page<Contribution, Cursor<Contribution>>
  {
    try records.page(
      Query(
        where: { $0.isUntold == true }, sortedBy: { [.ascending($0.decidedAt)] }, after: cursor,
        limit: limit))
  }

  /// A part of a query's contributions, and the place to go on from.
  public func page(_ query: Query<Contribution>) throws
    -> Page<Contribution, Cursor<Contribution>>
  {
    try records.page(query)
  }
}

// MARK: - Steps

extension ContributionOperations {
  private func blank(
    _ customer: Customer.ID, _ kind: Contribution.Kind, _ about: [RecordReference],
    _ status: Contribution.Status
  ) -> Contribution {
    Contribution(
      id: transaction.makeIdentifier(), customer: customer, kind: kind, about: about,
      status: status, modifiedAt: transaction.now, version: 1)
  }

  private func refused(_ contribution: Contribution, _ verb: String) -> CRMError {
    CRMError(
      .notAllowed,
      "Contribution \(contribution.id) is \(contribution.status.rawValue) and cannot be \(verb).",
      recovery: "It is asked for or not, then given, then decided on, then told of, each once.",
      record: "contributions", identifier: contribution.id.description)
  }

  private func joined(_ about: [RecordReference], _ more: [RecordReference]) -> [RecordReference] {
    about + more.filter { !about.contains($0) }
  }

  /// Refuses a call that has problems, names what does not exist, or comes at the wrong time.
  ///
  /// - Parameter refusal: That it comes at the wrong time, if it does.
  private func check(
    _ problems: [CRMError.Issue], _ customer: Customer.ID?, _ about: [RecordReference],
    besides kept: [RecordReference] = [], referred: Customer.ID? = nil, refusal: CRMError? = nil
  ) throws {
    var unknown: [CRMError.Issue] = []
    if let customer, let problem = try transaction.problem(with: customer) {
      unknown.append(problem)
    }
    if let referred, let problem = try transaction.problem(with: referred, in: "referred") {
      unknown.append(problem)
    }
    unknown += try transaction.unknown(about, in: "about", besides: kept)
    if var refusal {
      refusal.issues = problems + unknown
      throw refusal
    }
    guard problems.isEmpty, unknown.isEmpty else {
      throw CRMError.refusal("contributions", problems, unknown: unknown)
    }
  }
}
