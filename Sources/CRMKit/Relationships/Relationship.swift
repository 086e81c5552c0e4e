/// A link between two customers, for a time or for good.
///
/// It is one record, which both customers see from their side; names are not copied into it.
public struct Relationship: Versioned {
  /// What names the relationship for good.
  public let id: Identifier<Relationship>

  /// The key of its type.
  public var type: RelationshipType.Key

  /// The first customer: the employee of “employee of”.
  ///
  /// In a symmetric type the one whose file was opened first.
  public var from: Customer.ID

  /// The second customer: the employer.
  public var to: Customer.ID

  /// The first day on which it holds; `nil` where that is not known.
  public var start: CalendarDate?

  /// The last day on which it holds; `nil` while there is no end in sight.
  public var end: CalendarDate?

  /// What the customer is in it, such as a position.
  public var role: String?

  /// What else there is to say.
  public var note: String?

  /// Where the firm has it from.
  public var source: FactSource

  /// When it was true by what the source says, whenever it began.
  public var trueAt: Instant

  /// When it was recorded.
  public internal(set) var recordedAt: Instant

  /// Who recorded it.
  public internal(set) var recordedBy: Principal

  public var modifiedAt: Instant

  public var version: Int

  var details = Aside<RelationshipDetails>()

  /// Whether it holds on a day; both its first and its last day count, and a first day that is
  /// not known has passed.
  public func holds(on date: CalendarDate) -> Bool {
    (start.map { $0 <= date } ?? true) && (end.map { date <= $0 } ?? true)
  }

  /// The customer at the other end.
  public func other(than customer: Customer.ID) -> Customer.ID {
    customer == from ? to : from
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Relationship/type``, for filters and sorting.
    public let type = Field<Relationship, RelationshipType.Key>(
      "type", { $0.type }, { $0.type = $1 })

    /// ``Relationship/from``, for filters and sorting.
    public let from = Field<Relationship, Customer.ID>(
      "from", { $0.from }, { $0.from = $1 }
    ).owned(by: Customer.self)

    /// ``Relationship/to``, for filters and sorting.
    public let to = Field<Relationship, Customer.ID>(
      "to", { $0.to }, { $0.to = $1 }
    ).references(Customer.self)

    /// ``Relationship/start``, for filters and sorting.
    public let start = Field<Relationship, CalendarDate?>(
      "start", { $0.start }, { $0.start = $1 })

    /// ``Relationship/end``, for filters and sorting.
    public let end = Field<Relationship, CalendarDate?>("end", { $0.end }, { $0.end = $1 })

    /// ``Relationship/role``, for filters and sorting.
    public let role = Field<Relationship, String?>(
      "role", { $0.role }, { $0.role = $1 }
    ).personal()

    /// ``Relationship/note``, for filters and sorting.
    public let note = Field<Relationship, String?>(
      "note", { $0.note }, { $0.note = $1 }
    ).personal()

    /// ``Relationship/source``, for filters and sorting.
    public let source = Field<Relationship, FactSource>(
      "source", { $0.source }, { $0.source = $1 })

    /// ``Relationship/trueAt``, for filters and sorting.
    public let trueAt = Field<Relationship, Instant>(
      "true_at", { $0.trueAt }, { $0.trueAt = $1 })

    /// ``Relationship/recordedAt``, for filters and sorting.
    public let recordedAt = Field<Relationship, Instant>(
      "recorded_at", { $0.recordedAt }, { $0.recordedAt = $1 })

    /// ``Relationship/recordedBy``, for filters and sorting.
    public let recordedBy = Field<Relationship, Principal>(
      "recorded_by", { $0.recordedBy }, { $0.recordedBy = $1 })

    /// ``Relationship/confirmedAt``, for filters and sorting.
    public let confirmedAt = Field<Relationship, Instant?>(
      "confirmed_at", { $0.confirmedAt }, { $0.confirmedAt = $1 })

    /// ``Relationship/confirmedBy``, for filters and sorting.
    public let confirmedBy = Field<Relationship, Principal?>(
      "confirmed_by", { $0.confirmedBy }, { $0.confirmedBy = $1 })

    /// ``Relationship/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<Relationship, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``Relationship/version``, for filters and sorting.
    public let version = Field<Relationship, Int>("version", { $0.version }, { $0.version = $1 })

    /// ``Relationship/freshAt``, for filters and sorting.
    public let freshAt = Field<Relationship, Instant>(derived: "fresh_at") { $0.freshAt }
  }

  public static let fields = Fields()

  public static let schema = Schema<Relationship>(
    "relationships", fields,
    indexes: [
      .ordered(fields.from, fields.type), .ordered(fields.to, fields.type),
      .ordered(fields.freshAt),
    ]
  ) {
    Relationship(
      id: $0, type: "", from: .zero, to: .zero, source: .unnamed, trueAt: .earliest,
      recordedAt: .earliest, recordedBy: .system, modifiedAt: .earliest, version: 1)
  }
}
