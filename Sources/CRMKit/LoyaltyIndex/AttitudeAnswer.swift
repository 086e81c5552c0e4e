/// What a customer says of the firm, a brand or an item beyond being satisfied with it.
public struct AttitudeAnswer: Record {
  /// What names the answer for good.
  public let id: Identifier<AttitudeAnswer>

  /// The customer.
  public var customer: Customer.ID

  /// What was asked for.
  public var kind: Kind

  /// How much the customer agrees, within ``range``.
  public var score: Int

  /// Whom it is about: an item of the catalogue, or a brand (``LoyaltyBond/brandKind`` and its
  /// name); `nil` for the firm.
  public var about: RecordReference?

  /// What the customer said to it.
  public var text: String?

  /// Through what channel the answer came, where that is known.
  public var channel: Channel?

  /// When the customer answered.
  public var answeredAt: Instant

  /// What customers are asked.
  public enum Kind: String, Sendable, Codable, FieldValue, CaseIterable {
    /// Whether they can rely on it.
    case trust
    /// Whether they feel known and valued by it.
    case recognition
    /// Whether they could hardly do without it.
    case dependence
  }

  /// What can be answered: 1 for not at all, 7 for fully.
  public static let range = 1...7

  /// The described fields.
  public struct Fields: Sendable {
    /// ``AttitudeAnswer/customer``, for filters and sorting.
    public let customer = Field<AttitudeAnswer, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``AttitudeAnswer/kind``, for filters and sorting.
    public let kind = Field<AttitudeAnswer, Kind>("kind", { $0.kind }, { $0.kind = $1 })

    /// ``AttitudeAnswer/score``, for filters and sorting.
    public let score = Field<AttitudeAnswer, Int>("score", { $0.score }, { $0.score = $1 })

    /// ``AttitudeAnswer/about``, for filters and sorting.
    public let about = Field<AttitudeAnswer, RecordReference?>(
      "about", { $0.about }, { $0.about = $1 })

    /// ``AttitudeAnswer/text``, for filters and sorting.
    public let text = Field<AttitudeAnswer, String?>(
      "text", { $0.text }, { $0.text = $1 }
    ).personal()

    /// ``AttitudeAnswer/channel``, for filters and sorting.
    public let channel = Field<AttitudeAnswer, Channel?>(
      "channel", { $0.channel }, { $0.channel = $1 })

    /// ``AttitudeAnswer/answeredAt``, for filters and sorting.
    public let answeredAt = Field<AttitudeAnswer, Instant>(
      "answered_at", { $0.answeredAt }, { $0.answeredAt = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<AttitudeAnswer>(
    "attitude_answers", fields, indexes: [.ordered(fields.customer, fields.answeredAt)]
  ) {
    AttitudeAnswer(id: $0, customer: .zero, kind: .trust, score: 1, answeredAt: .earliest)
  }
}

/// A customer answered what they think of the firm, a brand or an item.
public struct AttitudeAnswered: Event {
  /// The answer.
  public var answer: AttitudeAnswer.ID
  /// The customer.
  public var customer: Customer.ID
  /// What was asked for.
  public var kind: AttitudeAnswer.Kind
  /// How much the customer agrees.
  public var score: Int

  public static let name = "loyalty_index.answered"

  private struct Fields: Sendable {
    let answer = Field<AttitudeAnswered, AttitudeAnswer.ID>(
      "answer", { $0.answer }, { $0.answer = $1 })
    let customer = Field<AttitudeAnswered, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let kind = Field<AttitudeAnswered, AttitudeAnswer.Kind>(
      "kind", { $0.kind }, { $0.kind = $1 })
    let score = Field<AttitudeAnswered, Int>("score", { $0.score }, { $0.score = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: AttitudeAnswered(answer: .zero, customer: .zero, kind: .trust, score: 1))
}
