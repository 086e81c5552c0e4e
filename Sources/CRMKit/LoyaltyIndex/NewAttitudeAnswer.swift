/// An answer on trust, recognition or dependence to be recorded.
public struct NewAttitudeAnswer: Hashable, Sendable {
  /// The customer.
  public var customer: Customer.ID

  /// What was asked for.
  public var kind: AttitudeAnswer.Kind

  /// How much the customer agrees, from 1 to 7.
  public var score: Int

  /// Whom it is about: an item of the catalogue or a brand; `nil` for the firm.
  public var about: RecordReference?

  /// What the customer said to it; up to 10,000 bytes.
  public var text: String?

  /// Through what channel the answer came.
  public var channel: Channel?

  /// When the customer answered, if not now.
  public var answeredAt: Instant?

  /// Says what a customer answered.
  public init(
    from customer: Customer.ID, _ kind: AttitudeAnswer.Kind, _ score: Int,
    about: RecordReference? = nil, text: String? = nil, through channel: Channel? = nil,
    answeredAt: Instant? = nil
  ) {
    self.customer = customer
    self.kind = kind
    self.score = score
    self.about = about
    self.text = text
    self.channel = channel
    self.answeredAt = answeredAt
  }
}

extension NewAttitudeAnswer {
  /// Every problem of an answer by itself.
  func problems(now: Instant) -> [CRMError.Issue] {
    var problems = TextRules.problems(of: text, in: "text", within: 10_000)
    let range = AttitudeAnswer.range
    if !range.contains(score) {
      problems.append(
        .init("score", "is \(score), not from \(range.lowerBound) to \(range.upperBound)"))
    }
    if let about {
      problems += RecordReference.problems(of: [about], in: "about")
      if about.kind != CatalogueItem.schema.name, about.kind != LoyaltyBond.brandKind {
        problems.append(.init("about[0]", "is neither an item of the catalogue nor a brand"))
      }
    }
    return problems + futureProblems("answered_at", answeredAt, now: now)
  }
}
