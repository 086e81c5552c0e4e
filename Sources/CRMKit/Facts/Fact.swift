/// What one source says of one field of a customer's file.
///
/// Facts are kept whether or not the file follows them: ``status`` says which.
public struct Fact: Record {
  /// What names the fact for good.
  public let id: Identifier<Fact>

  /// The customer.
  public var customer: Customer.ID

  /// The stored name of the field, such as `country`; `attributes.` or `preferences.` and its
  /// name for an attribute of the host's own or a preference.
  public var field: String

  /// What the source says the field is, as the file would keep it; missing where it says that
  /// there is nothing.
  public var value: Value

  /// Who says so.
  public var source: FactSource

  /// When it was true; the latest such instant where the source said it again.
  public var trueAt: Instant

  /// When it was first recorded.
  public var recordedAt: Instant

  /// Who recorded it.
  public var recordedBy: Principal

  /// When it was last confirmed, if it ever was.
  public var confirmedAt: Instant?

  /// Who last confirmed it.
  public var confirmedBy: Principal?

  /// What became of it.
  public var status: Status

  /// What decided against it; `nil` where nothing did.
  public var decision: Decision?

  /// The fact that was preferred to it.
  public var outdoneBy: Fact.ID?

  /// When it was withdrawn, if it was.
  public var withdrawnAt: Instant?

  /// What becomes of a fact.
  public enum Status: String, Sendable, Codable, FieldValue {
    /// The file has its value.
    case standing
    /// Another source's fact stands and says the same.
    case agreeing
    /// Another source's fact stands and says otherwise.
    case lost
    /// Its own source has said something later.
    case superseded
    /// It is not said any more.
    case withdrawn
  }

  /// What decides between facts.
  public enum Decision: String, Sendable, Codable, FieldValue {
    /// The other source is trusted more.
    case trust
    /// The source is trusted as much, and the other fact was true later or, at the same
    /// instant, recorded later.
    case recency
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Fact/customer``, for filters and sorting.
    public let customer = Field<Fact, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``Fact/field``, for filters and sorting.
    public let field = Field<Fact, String>("field", { $0.field }, { $0.field = $1 })

    /// ``Fact/value``; it can be neither compared nor sorted by.
    public let value = Field<Fact, Value>("value", { $0.value }, { $0.value = $1 }).personal()

    /// ``Fact/source``, for filters and sorting.
    public let source = Field<Fact, FactSource>("source", { $0.source }, { $0.source = $1 })

    /// ``Fact/trueAt``, for filters and sorting.
    public let trueAt = Field<Fact, Instant>("true_at", { $0.trueAt }, { $0.trueAt = $1 })

    /// ``Fact/recordedAt``, for filters and sorting.
    public let recordedAt = Field<Fact, Instant>(
      "recorded_at", { $0.recordedAt }, { $0.recordedAt = $1 })

    /// ``Fact/recordedBy``, for filters and sorting.
    public let recordedBy = Field<Fact, Principal>(
      "recorded_by", { $0.recordedBy }, { $0.recordedBy = $1 })

    /// ``Fact/confirmedAt``, for filters and sorting.
    public let confirmedAt = Field<Fact, Instant?>(
      "confirmed_at", { $0.confirmedAt }, { $0.confirmedAt = $1 })

    /// ``Fact/confirmedBy``, for filters and sorting.
    public let confirmedBy = Field<Fact, Principal?>(
      "confirmed_by", { $0.confirmedBy }, { $0.confirmedBy = $1 })

    /// ``Fact/status``, for filters and sorting.
    public let status = Field<Fact, Status>("status", { $0.status }, { $0.status = $1 })

    /// ``Fact/decision``, for filters and sorting.
    public let decision = Field<Fact, Decision?>(
      "decision", { $0.decision }, { $0.decision = $1 })

    /// ``Fact/outdoneBy``, for filters and sorting.
    public let outdoneBy = Field<Fact, Fact.ID?>(
      "outdone_by", { $0.outdoneBy }, { $0.outdoneBy = $1 })

    /// ``Fact/withdrawnAt``, for filters and sorting.
    public let withdrawnAt = Field<Fact, Instant?>(
      "withdrawn_at", { $0.withdrawnAt }, { $0.withdrawnAt = $1 })

    /// ``Fact/freshAt``, for filters and sorting.
    public let freshAt = Field<Fact, Instant>(derived: "fresh_at") { $0.freshAt }
  }

  public static let fields = Fields()

  public static let schema = Schema<Fact>(
    "facts", fields,
    indexes: [
      .ordered(fields.customer, fields.field, fields.trueAt),
      .ordered(fields.status, fields.freshAt), .ordered(fields.source, fields.customer),
    ]
  ) {
    Fact(
      id: $0, customer: .zero, field: "", value: .missing, source: .unnamed, trueAt: .earliest,
      recordedAt: .earliest, recordedBy: .system, status: .standing)
  }
}

extension Fact {
  /// When it was last known to be true: when it was true, or when it was confirmed if later.
  public var freshAt: Instant { max(trueAt, confirmedAt ?? .earliest) }
}

/// A source that contradicts what a customer's file says.
public struct Disagreement: Hashable, Sendable {
  /// What the source says.
  public let lost: Fact

  /// What the file says.
  public let standing: Fact
}
