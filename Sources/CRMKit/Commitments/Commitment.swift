/// Something still open with a customer: a promise, a question, a follow-up or a task, or what
/// became of it.
public struct Commitment: Versioned {
  /// What names it for good.
  public let id: Identifier<Commitment>

  /// The customer.
  public var customer: Customer.ID

  /// Whether it was promised, asked, is to be followed up or to be done.
  public var kind: Kind

  /// What it says.
  public var text: String

  /// Who sees to it.
  public var owner: Principal

  /// The contact in which it came up, as long as that is kept.
  public var interaction: Interaction.ID?

  /// What it belongs to.
  public var about: [RecordReference]

  /// What has become of it.
  public var status: Status

  /// What came of it, once it is closed.
  public var outcome: String?

  /// When it came up.
  public var madeAt: Instant

  /// The last instant at which it is in time (``Yardstick``).
  public var dueAt: Instant

  /// The day to whose end it is due, where a day was said.
  public var dueDate: CalendarDate?

  /// Where that day is meant.
  public var dueZone: Zone?

  /// When it was closed.
  public var closedAt: Instant?

  /// Whether its deadline passed before it was closed; of an open one, whether that was told
  /// (``CommitmentOperations/overdue(against:after:limit:)`` goes by the time).
  public var isLate: Bool

  public var modifiedAt: Instant

  public var version: Int

  var details = Aside<CommitmentDetails>()

  /// By when it is due.
  public var deadline: Deadline {
    if let dueDate, let dueZone { .by(dueDate, in: dueZone) } else { .at(dueAt) }
  }

  /// What is open with a customer.
  public enum Kind: String, Sendable, Codable, FieldValue, CaseIterable {
    /// The firm said that it will do something.
    case promise
    /// The customer asked something.
    case question
    /// The firm means to come back to the customer.
    case followUp = "follow_up"
    /// The firm means to do something for the customer, such as a step of a plan.
    case task
  }

  /// What can become of it.
  public enum Status: String, Sendable, Codable, FieldValue, CaseIterable {
    /// Neither done nor dropped.
    case open
    /// What was promised or meant to be done is done.
    case kept
    /// The question is answered.
    case answered
    /// It will not be done.
    case dropped
  }
}

extension Commitment {
  /// From when on a promise is broken: when it was late, or is if it is still open then, or when it
  /// was dropped; `nil` for one that was kept in time, and for anything else.
  public var brokenAt: Instant? {
    guard kind == .promise else { return nil }
    if status == .open || isLate { return dueAt.lateFrom }
    return status == .dropped ? closedAt : nil
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Commitment/customer``, for filters and sorting.
    public let customer = Field<Commitment, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``Commitment/kind``, for filters and sorting.
    public let kind = Field<Commitment, Kind>("kind", { $0.kind }, { $0.kind = $1 })

    /// ``Commitment/text``, for filters and sorting.
    public let text = Field<Commitment, String>("text", { $0.text }, { $0.text = $1 }).personal()

    /// ``Commitment/owner``, for filters and sorting.
    public let owner = Field<Commitment, Principal>("owner", { $0.owner }, { $0.owner = $1 })

    /// ``Commitment/interaction``, for filters and sorting.
    public let interaction = Field<Commitment, Interaction.ID?>(
      "interaction", { $0.interaction }, { $0.interaction = $1 })

    /// ``Commitment/about``, for filters and sorting.
    public let about = Field<Commitment, [RecordReference]>(
      "about", { $0.about }, { $0.about = $1 })

    /// ``Commitment/status``, for filters and sorting.
    public let status = Field<Commitment, Status>("status", { $0.status }, { $0.status = $1 })

    /// ``Commitment/outcome``, for filters and sorting.
    public let outcome = Field<Commitment, String?>(
      "outcome", { $0.outcome }, { $0.outcome = $1 }
    ).personal()

    /// ``Commitment/madeAt``, for filters and sorting.
    public let madeAt = Field<Commitment, Instant>("made_at", { $0.madeAt }, { $0.madeAt = $1 })

    /// ``Commitment/dueAt``, for filters and sorting.
    public let dueAt = Field<Commitment, Instant>("due_at", { $0.dueAt }, { $0.dueAt = $1 })

    /// ``Commitment/dueDate``, for filters and sorting.
    public let dueDate = Field<Commitment, CalendarDate?>(
      "due_date", { $0.dueDate }, { $0.dueDate = $1 })

    /// ``Commitment/dueZone``, for filters and sorting.
    public let dueZone = Field<Commitment, Zone?>("due_zone", { $0.dueZone }, { $0.dueZone = $1 })

    /// ``Commitment/requestedAt``, for filters and sorting.
    public let requestedAt = Field<Commitment, Instant?>(
      "requested_at", { $0.requestedAt }, { $0.requestedAt = $1 })

    /// ``Commitment/requestedDate``, for filters and sorting.
    public let requestedDate = Field<Commitment, CalendarDate?>(
      "requested_date", { $0.requestedDate }, { $0.requestedDate = $1 })

    /// ``Commitment/requestedZone``, for filters and sorting.
    public let requestedZone = Field<Commitment, Zone?>(
      "requested_zone", { $0.requestedZone }, { $0.requestedZone = $1 })

    /// ``Commitment/closedAt``, for filters and sorting.
    public let closedAt = Field<Commitment, Instant?>(
      "closed_at", { $0.closedAt }, { $0.closedAt = $1 })

    /// ``Commitment/isLate``, for filters and sorting.
    public let isLate = Field<Commitment, Bool>("is_late", { $0.isLate }, { $0.isLate = $1 })

    /// ``Commitment/isLaterThanRequested``, for filters and sorting.
    public let isLaterThanRequested = Field<Commitment, Bool>(
      "is_later_than_requested", { $0.isLaterThanRequested }, { $0.isLaterThanRequested = $1 })

    /// ``Commitment/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<Commitment, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``Commitment/version``, for filters and sorting.
    public let version = Field<Commitment, Int>("version", { $0.version }, { $0.version = $1 })

    /// ``Commitment/brokenAt``, for filters and sorting.
    public let brokenAt = Field<Commitment, Instant?>(derived: "broken_at") { $0.row.brokenAt }

    /// The earlier of ``Commitment/dueAt`` and ``Commitment/requestedAt``, to sort by.
    public let firstDueAt = Field<Commitment, Instant>(derived: "first_due_at") { commitment in
      commitment.requestedAt.map { min($0, commitment.dueAt) } ?? commitment.dueAt
    }

    /// The keys of what it belongs to (``RecordReference/key``), to find it by.
    public let subjects = MultiField<Commitment, String>("subjects") { $0.about.map(\.key) }
  }

  public static let fields = Fields()

  public static let schema = Schema<Commitment>(
    "commitments", fields,
    indexes: [
      .ordered(fields.customer, fields.status, fields.firstDueAt),
      .ordered(fields.owner, fields.status, fields.dueAt),
      .ordered(fields.status, fields.dueAt), .ordered(fields.status, fields.requestedAt),
      .ordered(fields.interaction), .ordered(fields.kind, fields.madeAt),
      .ordered(fields.customer, fields.brokenAt),
    ]
  ) {
    Commitment(
      id: $0, customer: .zero, kind: .promise, text: "", owner: .system, about: [], status: .open,
      madeAt: .earliest, dueAt: .earliest, isLate: false, modifiedAt: .earliest, version: 1)
  }
}
