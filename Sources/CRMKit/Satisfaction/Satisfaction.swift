/// How satisfied customers say they are.
public struct Satisfaction: Capability {
  static let key = RecordKey("tx.satisfaction")

  /// The capability.
  public init() {}

  public var records: [any Record.Type] { [SatisfactionAnswer.self] }

  public var lock: RecordLock? { Self.key.lock }

  public var events: [any Event.Type] { [SatisfactionAnswered.self] }
}

extension Transaction {
  /// How satisfied customers say they are.
  public var satisfaction: SatisfactionOperations { SatisfactionOperations(self) }
}

/// An answer to be recorded.
public struct NewSatisfactionAnswer: Hashable, Sendable {
  /// The customer.
  public var customer: Customer.ID

  /// On which scale.
  public var scale: SatisfactionAnswer.Scale

  /// What the customer answered.
  public var score: Int

  /// What the customer said to it; up to 10,000 bytes.
  public var text: String?

  /// Through what channel the answer came.
  public var channel: Channel?

  /// What it was about.
  public var about: [RecordReference]

  /// When the customer answered, if not now.
  public var answeredAt: Instant?

  /// Says what a customer answered.
  public init(
    from customer: Customer.ID, _ scale: SatisfactionAnswer.Scale, _ score: Int,
    text: String? = nil, through channel: Channel? = nil, about: [RecordReference] = [],
    answeredAt: Instant? = nil
  ) {
    self.customer = customer
    self.scale = scale
    self.score = score
    self.text = text
    self.channel = channel
    self.about = about
    self.answeredAt = answeredAt
  }
}

/// Recording and reading what customers answer.
public struct SatisfactionOperations {
  private let transaction: Transaction
  private let records: Records<SatisfactionAnswer>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    records = transaction.records(of: SatisfactionAnswer.self, with: Satisfaction.key)
  }

  /// Records an answer.
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/unknownReference``
  ///   with all that does not exist or is archived; nothing has changed then.
  @discardableResult
  public func record(_ new: NewSatisfactionAnswer) throws -> SatisfactionAnswer {
    var problems = TextRules.problems(of: new.text, in: "text", within: 10_000)
    let range = new.scale.range
    if !range.contains(new.score) {
      problems.append(
        .init("score", "is \(new.score), not from \(range.lowerBound) to \(range.upperBound)"))
    }
    problems += RecordReference.problems(of: new.about, in: "about")
    problems += futureProblems("answered_at", new.answeredAt, now: transaction.now)
    var unknown = try transaction.problem(with: new.customer).map { [$0] } ?? []
    unknown += try transaction.unknown(new.about, in: "about")
    guard problems.isEmpty, unknown.isEmpty else {
      throw CRMError.refusal("satisfaction_answers", problems, unknown: unknown)
    }
    let answer = SatisfactionAnswer(
      id: transaction.makeIdentifier(), customer: new.customer, scale: new.scale,
      score: new.score, text: new.text, channel: new.channel, about: new.about,
      answeredAt: new.answeredAt ?? transaction.now)
    return try records.insert(
      answer,
      emitting: SatisfactionAnswered(
        answer: answer.id, customer: new.customer, scale: new.scale, score: new.score),
      at: answer.answeredAt)
  }

  /// A customer's answers up to an instant, the latest first.
  public func answers(
    of customer: Customer.ID, until end: Instant = .latest, limit: Int = 50
  ) throws -> [SatisfactionAnswer] {
    try records.all(
      where: { $0.customer == customer && $0.answeredAt <= end },
      sortedBy: { [.descending($0.answeredAt)] }, limit: limit)
  }
}
