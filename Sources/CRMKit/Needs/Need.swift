/// Something a customer needs, as someone said or noticed it, and what came of it.
public struct Need: Record {
  /// What names the need for good.
  public let id: Identifier<Need>

  /// The customer.
  public var customer: Customer.ID

  /// What it is, by the host's own word for it; needs are counted by it.
  public var category: String

  /// What it is, in the customer's words.
  public var text: String

  /// The language of the words, by its tag of BCP 47, where that is known.
  public var language: String?

  /// Whether it is there now, to be expected, or this customer's alone.
  public var kind: Kind

  /// Where the firm has it from.
  public var source: FactSource

  /// When it was stated or noticed.
  public var statedAt: Instant

  /// When it was recorded.
  public var recordedAt: Instant

  /// Who recorded it.
  public var recordedBy: Principal

  /// When it was last confirmed that the customer has it, if it ever was.
  public var confirmedAt: Instant?

  /// Who last confirmed it.
  public var confirmedBy: Principal?

  /// Who sees to it, if someone does.
  public var owner: Principal?

  /// What came of it.
  public var status: Status

  /// When it was met or withdrawn.
  public var closedAt: Instant?

  /// The order that met it, if one did.
  public var order: Order.ID?

  /// How it was met or why it was withdrawn, in words.
  public var outcome: String?

  /// What a need can be.
  public enum Kind: String, Sendable, Codable, CaseIterable, FieldValue {
    /// The customer has it now.
    case present
    /// The customer will have it.
    case expected
    /// It is this customer's own and not shared by others like them.
    case individual
  }

  /// What comes of a need.
  public enum Status: String, Sendable, Codable, FieldValue {
    /// It is open.
    case unmet
    /// The customer has what they needed.
    case met
    /// The customer does not need it any more, or never did.
    case withdrawn
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Need/customer``, for filters and sorting.
    public let customer = Field<Need, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``Need/category``, for filters and sorting.
    public let category = Field<Need, String>("category", { $0.category }, { $0.category = $1 })

    /// ``Need/text``, for filters and sorting.
    public let text = Field<Need, String>("text", { $0.text }, { $0.text = $1 }).personal()

    /// ``Need/language``, for filters and sorting.
    public let language = Field<Need, String?>(
      "language", { $0.language }, { $0.language = $1 }
    ).personal()

    /// ``Need/kind``, for filters and sorting.
    public let kind = Field<Need, Kind>("kind", { $0.kind }, { $0.kind = $1 })

    /// ``Need/source``, for filters and sorting.
    public let source = Field<Need, FactSource>("source", { $0.source }, { $0.source = $1 })

    /// ``Need/statedAt``, for filters and sorting.
    public let statedAt = Field<Need, Instant>("stated_at", { $0.statedAt }, { $0.statedAt = $1 })

    /// ``Need/recordedAt``, for filters and sorting.
    public let recordedAt = Field<Need, Instant>(
      "recorded_at", { $0.recordedAt }, { $0.recordedAt = $1 })

    /// ``Need/recordedBy``, for filters and sorting.
    public let recordedBy = Field<Need, Principal>(
      "recorded_by", { $0.recordedBy }, { $0.recordedBy = $1 })

    /// ``Need/confirmedAt``, for filters and sorting.
    public let confirmedAt = Field<Need, Instant?>(
      "confirmed_at", { $0.confirmedAt }, { $0.confirmedAt = $1 })

    /// ``Need/confirmedBy``, for filters and sorting.
    public let confirmedBy = Field<Need, Principal?>(
      "confirmed_by", { $0.confirmedBy }, { $0.confirmedBy = $1 })

    /// ``Need/owner``, for filters and sorting.
    public let owner = Field<Need, Principal?>("owner", { $0.owner }, { $0.owner = $1 })

    /// ``Need/status``, for filters and sorting.
    public let status = Field<Need, Status>("status", { $0.status }, { $0.status = $1 })

    /// ``Need/closedAt``, for filters and sorting.
    public let closedAt = Field<Need, Instant?>(
      "closed_at", { $0.closedAt }, { $0.closedAt = $1 })

    /// ``Need/order``, for filters and sorting.
    public let order = Field<Need, Order.ID?>("order", { $0.order }, { $0.order = $1 })

    /// ``Need/outcome``, for filters and sorting.
    public let outcome = Field<Need, String?>("outcome", { $0.outcome }, { $0.outcome = $1 })
      .personal()
  }

  public static let fields = Fields()

  public static let schema = Schema<Need>(
    "needs", fields,
    indexes: [
      .ordered(fields.customer, fields.status, fields.statedAt),
      .ordered(fields.category, fields.status, fields.statedAt), .ordered(fields.statedAt),
      .ordered(fields.status, fields.closedAt), .ordered(fields.owner, fields.status),
    ]
  ) {
    Need(
      id: $0, customer: .zero, category: "", text: "", kind: .present, source: .unnamed,
      statedAt: .earliest, recordedAt: .earliest, recordedBy: .system, status: .unmet)
  }
}

extension Need {
  /// When it was last known to be there: when it was stated, or when it was confirmed if later.
  public var freshAt: Instant { max(statedAt, confirmedAt ?? .earliest) }
}
