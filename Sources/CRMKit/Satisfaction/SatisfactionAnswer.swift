/// How satisfied a customer said to be, on one of the usual scales.
public struct SatisfactionAnswer: Record {
  /// What names the answer for good.
  public let id: Identifier<SatisfactionAnswer>

  /// The customer.
  public var customer: Customer.ID

  /// On which scale.
  public var scale: Scale

  /// What the customer answered, within the scale's ``Scale/range``.
  public var score: Int

  /// What the customer said to it.
  public var text: String?

  /// Through what channel the answer came, where that is known.
  public var channel: Channel?

  /// What it was about: a contact, an order, a case.
  public var about: [RecordReference]

  /// When the customer answered.
  public var answeredAt: Instant

  /// The scales on which customers are asked.
  public enum Scale: String, Sendable, Codable, FieldValue, CaseIterable {
    /// How satisfied, from 1 to 5 (customer satisfaction score).
    case satisfaction
    /// How likely to recommend the firm, from 0 to 10 (net promoter score).
    case recommendation
    /// How easy it was, from 1 to 7 (customer effort score, 7 for no effort at all).
    case ease

    /// What can be answered.
    public var range: ClosedRange<Int> {
      switch self {
      case .satisfaction: 1...5
      case .recommendation: 0...10
      case .ease: 1...7
      }
    }
  }

  /// How good the answer is, in whole percent of the scale: the worst is 0, the best 100.
  public var percent: Int {
    let range = scale.range
    return (score - range.lowerBound) * 100 / (range.upperBound - range.lowerBound)
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``SatisfactionAnswer/customer``, for filters and sorting.
    public let customer = Field<SatisfactionAnswer, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``SatisfactionAnswer/scale``, for filters and sorting.
    public let scale = Field<SatisfactionAnswer, Scale>("scale", { $0.scale }, { $0.scale = $1 })

    /// ``SatisfactionAnswer/score``, for filters and sorting.
    public let score = Field<SatisfactionAnswer, Int>("score", { $0.score }, { $0.score = $1 })

    /// ``SatisfactionAnswer/text``, for filters and sorting.
    public let text = Field<SatisfactionAnswer, String?>(
      "text", { $0.text }, { $0.text = $1 }
    ).personal()

    /// ``SatisfactionAnswer/channel``, for filters and sorting.
    public let channel = Field<SatisfactionAnswer, Channel?>(
      "channel", { $0.channel }, { $0.channel = $1 })

    /// ``SatisfactionAnswer/about``, for filters and sorting.
    public let about = Field<SatisfactionAnswer, [RecordReference]>(
      "about", { $0.about }, { $0.about = $1 })

    /// ``SatisfactionAnswer/answeredAt``, for filters and sorting.
    public let answeredAt = Field<SatisfactionAnswer, Instant>(
      "answered_at", { $0.answeredAt }, { $0.answeredAt = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<SatisfactionAnswer>(
    "satisfaction_answers", fields, indexes: [.ordered(fields.customer, fields.answeredAt)]
  ) {
    SatisfactionAnswer(
      id: $0, customer: .zero, scale: .satisfaction, score: 1, about: [], answeredAt: .earliest)
  }
}

/// A customer answered how satisfied they are.
public struct SatisfactionAnswered: Event {
  /// The answer.
  public var answer: SatisfactionAnswer.ID
  /// The customer.
  public var customer: Customer.ID
  /// On which scale.
  public var scale: SatisfactionAnswer.Scale
  /// What the customer answered.
  public var score: Int

  public static let name = "satisfaction.answered"

  private struct Fields: Sendable {
    let answer = Field<SatisfactionAnswered, SatisfactionAnswer.ID>(
      "answer", { $0.answer }, { $0.answer = $1 })
    let customer = Field<SatisfactionAnswered, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let scale = Field<SatisfactionAnswered, SatisfactionAnswer.Scale>(
      "scale", { $0.scale }, { $0.scale = $1 })
    let score = Field<SatisfactionAnswered, Int>("score", { $0.score }, { $0.score = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: SatisfactionAnswered(answer: .zero, customer: .zero, scale: .satisfaction, score: 1))
}
