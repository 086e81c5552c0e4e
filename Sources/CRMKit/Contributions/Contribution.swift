/// Something a customer gave the firm besides money, or was asked for, and what became of it.
public struct Contribution: Versioned {
  /// What names it for good.
  public let id: Identifier<Contribution>

  /// The customer.
  public var customer: Customer.ID

  /// What it is.
  public var kind: Kind

  /// What the firm asked, if it did.
  public var question: String?

  /// Through what channel the customer was asked, where that is known.
  public var channel: Channel?

  /// The last instant at which the customer's answer is in time, where one was named.
  public var dueAt: Instant?

  /// What the customer gave, in the customer's words; `nil` while only asked for.
  public var text: String?

  /// The language of the words, by its tag of BCP 47, where that is known.
  public var language: String?

  /// What it belongs to: products, orders, and the contacts in which it was asked for, given and
  /// spoken of again.
  public var about: [RecordReference]

  /// The customer who came to the firm by it, of a referral.
  public var referred: Customer.ID?

  /// How far it is.
  public var status: Status

  /// When the customer was asked, if they were.
  public var askedAt: Instant?

  /// When it was given.
  public var givenAt: Instant?

  /// When the firm decided what becomes of it.
  public var decidedAt: Instant?

  /// What became of it, in words that the customer may hear.
  public var outcome: String?

  /// What it is worth to the firm, as it was put when that was decided.
  public var worth: Money?

  /// When the customer heard what became of it.
  public var toldAt: Instant?

  public var modifiedAt: Instant

  public var version: Int

  /// What customers give.
  public enum Kind: String, Sendable, Codable, FieldValue, CaseIterable {
    /// What they think of a product or of the firm.
    case feedback
    /// How something could be better.
    case idea
    /// What competitors do.
    case competitor
    /// Another customer.
    case referral
    /// A part in the design, development or production of something.
    case participation
  }

  /// How far it is.
  public enum Status: String, Sendable, Codable, FieldValue, CaseIterable {
    /// The customer was asked and gave no answer yet.
    case asked
    /// It is there, and nothing is decided.
    case given
    /// Something came of it.
    case used
    /// Nothing comes of it.
    case declined
  }
}

extension Contribution {
  /// The described fields.
  public struct Fields: Sendable {
    /// ``Contribution/customer``, for filters and sorting.
    public let customer = Field<Contribution, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``Contribution/kind``, for filters and sorting.
    public let kind = Field<Contribution, Kind>(
      "kind", { $0.kind }, { $0.kind = $1 })

    /// ``Contribution/question``, for filters and sorting.
    public let question = Field<Contribution, String?>(
      "question", { $0.question }, { $0.question = $1 }
    ).personal()

    /// ``Contribution/channel``, for filters and sorting.
    public let channel = Field<Contribution, Channel?>(
      "channel", { $0.channel }, { $0.channel = $1 })

    /// ``Contribution/dueAt``, for filters and sorting.
    public let dueAt = Field<Contribution, Instant?>(
      "due_at", { $0.dueAt }, { $0.dueAt = $1 })

    /// ``Contribution/text``, for filters and sorting.
    public let text = Field<Contribution, String?>(
      "text", { $0.text }, { $0.text = $1 }
    ).personal()

    /// ``Contribution/language``, for filters and sorting.
    public let language = Field<Contribution, String?>(
      "language", { $0.language }, { $0.language = $1 }
    ).personal()

    /// ``Contribution/about``, for filters and sorting.
    public let about = Field<Contribution, [RecordReference]>(
      "about", { $0.about }, { $0.about = $1 })

    /// ``Contribution/referred``, for filters and sorting.
    public let referred = Field<Contribution, Customer.ID?>(
      "referred", { $0.referred }, { $0.referred = $1 })

    /// ``Contribution/status``, for filters and sorting.
    public let status = Field<Contribution, Status>(
      "status", { $0.status }, { $0.status = $1 })

    /// ``Contribution/askedAt``, for filters and sorting.
    public let askedAt = Field<Contribution, Instant?>(
      "asked_at", { $0.askedAt }, { $0.askedAt = $1 })

    /// ``Contribution/givenAt``, for filters and sorting.
    public let givenAt = Field<Contribution, Instant?>(
      "given_at", { $0.givenAt }, { $0.givenAt = $1 })

    /// ``Contribution/decidedAt``, for filters and sorting.
    public let decidedAt = Field<Contribution, Instant?>(
      "decided_at", { $0.decidedAt }, { $0.decidedAt = $1 })

    /// ``Contribution/outcome``, for filters and sorting.
    public let outcome = Field<Contribution, String?>(
      "outcome", { $0.outcome }, { $0.outcome = $1 }
    ).personal()

    /// ``Contribution/worth``, for filters and sorting.
    public let worth = Field<Contribution, Money?>(
      "worth", { $0.worth }, { $0.worth = $1 })

    /// ``Contribution/toldAt``, for filters and sorting.
    public let toldAt = Field<Contribution, Instant?>(
      "told_at", { $0.toldAt }, { $0.toldAt = $1 })

    /// ``Contribution/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<Contribution, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``Contribution/version``, for filters and sorting.
    public let version = Field<Contribution, Int>(
      "version", { $0.version }, { $0.version = $1 })

    /// Whether the customer is still to hear what became of it.
    public let isUntold = Field<Contribution, Bool>(derived: "is_untold") {
      $0.decidedAt != nil && $0.toldAt == nil
    }

    /// Whether it is still to be answered, decided on or told of.
    public let isPending = Field<Contribution, Bool>(derived: "is_pending") { $0.toldAt == nil }
  }

  public static let fields = Fields()

  public static let schema = Schema<Contribution>(
    "contributions", fields,
    indexes: [
      .ordered(fields.customer, fields.isPending), .ordered(fields.status, fields.givenAt),
      .ordered(fields.status, fields.dueAt), .ordered(fields.isUntold, fields.decidedAt),
    ]
  ) {
    Contribution(
      id: $0, customer: .zero, kind: .feedback, about: [], status: .given,
      modifiedAt: .earliest, version: 1)
  }
}
