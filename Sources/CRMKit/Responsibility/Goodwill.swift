/// Money spent to satisfy a customer beyond what they have a right to, or asked for.
public struct Goodwill: Record {
  /// What names it for good.
  public let id: Identifier<Goodwill>

  /// The customer.
  public var customer: Customer.ID

  /// How much.
  public var amount: Money

  /// The case: what it makes good, such as a dispute or an order.
  public var about: RecordReference?

  /// Why, in words.
  public var reason: String

  /// How far it is.
  public var status: Status

  /// Who asked for it.
  public var askedBy: Principal

  /// When.
  public var askedAt: Instant

  /// Who granted or declined it.
  public var decidedBy: Principal?

  /// When.
  public var decidedAt: Instant?

  /// What they said to it.
  public var decision: String?

  /// How far it is.
  public enum Status: String, Sendable, Codable, FieldValue, CaseIterable {
    /// Asked for, and nothing is decided.
    case asked
    /// Granted.
    case granted
    /// Not granted.
    case declined
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Goodwill/customer``, for filters and sorting.
    public let customer = Field<Goodwill, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``Goodwill/amount``, for filters and sorting.
    public let amount = Field<Goodwill, Money>("amount", { $0.amount }, { $0.amount = $1 })

    /// ``Goodwill/about``, for filters and sorting.
    public let about = Field<Goodwill, RecordReference?>("about", { $0.about }, { $0.about = $1 })

    /// ``Goodwill/reason``, for filters and sorting.
    public let reason = Field<Goodwill, String>("reason", { $0.reason }, { $0.reason = $1 })
      .personal()

    /// ``Goodwill/status``, for filters and sorting.
    public let status = Field<Goodwill, Status>("status", { $0.status }, { $0.status = $1 })

    /// ``Goodwill/askedBy``, for filters and sorting.
    public let askedBy = Field<Goodwill, Principal>("asked_by", { $0.askedBy }, { $0.askedBy = $1 })

    /// ``Goodwill/askedAt``, for filters and sorting.
    public let askedAt = Field<Goodwill, Instant>("asked_at", { $0.askedAt }, { $0.askedAt = $1 })

    /// ``Goodwill/decidedBy``, for filters and sorting.
    public let decidedBy = Field<Goodwill, Principal?>(
      "decided_by", { $0.decidedBy }, { $0.decidedBy = $1 })

    /// ``Goodwill/decidedAt``, for filters and sorting.
    public let decidedAt = Field<Goodwill, Instant?>(
      "decided_at", { $0.decidedAt }, { $0.decidedAt = $1 })

    /// ``Goodwill/decision``, for filters and sorting.
    public let decision = Field<Goodwill, String?>(
      "decision", { $0.decision }, { $0.decision = $1 }
    ).personal()

    /// The key of ``Goodwill/about`` (``RecordReference/key``), to find it by.
    public let caseKey = Field<Goodwill, String?>(derived: "case_key") { $0.about?.key }
  }

  public static let fields = Fields()

  public static let schema = Schema<Goodwill>(
    "goodwill", fields,
    indexes: [
      .ordered(fields.customer, fields.status),
      .ordered(fields.decidedBy, fields.status, fields.decidedAt),
      .ordered(fields.status, fields.askedAt),
      .ordered(fields.caseKey),
    ]
  ) {
    Goodwill(
      id: $0, customer: .zero, amount: .zero(.eur), reason: "", status: .asked, askedBy: .system,
      askedAt: .earliest)
  }
}
