/// That a playbook was followed with a customer, and what came of it.
public struct PlaybookUse: Record {
  /// What names the use for good.
  public let id: Identifier<PlaybookUse>

  /// The playbook.
  public var playbook: Playbook.ID

  /// The customer.
  public var customer: Customer.ID

  /// The plan in which it is followed, if it is in one.
  public var plan: Plan.ID?

  /// Who followed it.
  public var usedBy: Principal

  /// When.
  public var usedAt: Instant

  /// What the customer was like then: tags as `tag:…`, open needs as `need:…`, and stages of
  /// lifecycles as `stage:retail.at_risk`.
  public var labels: [String]

  /// What came of it.
  public var outcome: Outcome

  /// When that was known.
  public var closedAt: Instant?

  /// How it went, in words.
  public var note: String?

  /// What can come of it.
  public enum Outcome: String, Sendable, Codable, FieldValue {
    /// It is not known yet.
    case open
    /// It helped.
    case worked
    /// It did not help.
    case failed
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``PlaybookUse/playbook``, for filters and sorting.
    public let playbook = Field<PlaybookUse, Playbook.ID>(
      "playbook", { $0.playbook }, { $0.playbook = $1 }
    ).references(Playbook.self)

    /// ``PlaybookUse/customer``, for filters and sorting.
    public let customer = Field<PlaybookUse, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``PlaybookUse/plan``, for filters and sorting.
    public let plan = Field<PlaybookUse, Plan.ID?>("plan", { $0.plan }, { $0.plan = $1 })

    /// ``PlaybookUse/usedBy``, for filters and sorting.
    public let usedBy = Field<PlaybookUse, Principal>("used_by", { $0.usedBy }, { $0.usedBy = $1 })

    /// ``PlaybookUse/usedAt``, for filters and sorting.
    public let usedAt = Field<PlaybookUse, Instant>("used_at", { $0.usedAt }, { $0.usedAt = $1 })

    /// ``PlaybookUse/labels``; they can be neither compared nor sorted by.
    public let labels = Field<PlaybookUse, [String]>("labels", { $0.labels }, { $0.labels = $1 })
      .personal()

    /// ``PlaybookUse/outcome``, for filters and sorting.
    public let outcome = Field<PlaybookUse, Outcome>(
      "outcome", { $0.outcome }, { $0.outcome = $1 })

    /// ``PlaybookUse/closedAt``, for filters and sorting.
    public let closedAt = Field<PlaybookUse, Instant?>(
      "closed_at", { $0.closedAt }, { $0.closedAt = $1 })

    /// ``PlaybookUse/note``, for filters and sorting.
    public let note = Field<PlaybookUse, String?>("note", { $0.note }, { $0.note = $1 })
      .personal()

    /// The labels of a use whose outcome is known, each for itself.
    public let eachLabel = MultiField<PlaybookUse, String>("each_label") {
      $0.outcome == .open ? [] : $0.labels
    }.personal()
  }

  public static let fields = Fields()

  public static let schema = Schema<PlaybookUse>(
    "playbook_uses", fields,
    indexes: [
      .ordered(fields.customer, fields.usedAt), .ordered(fields.playbook, fields.outcome),
      .ordered(fields.plan),
    ]
  ) {
    PlaybookUse(
      id: $0, playbook: .zero, customer: .zero, usedBy: .system, usedAt: .earliest, labels: [],
      outcome: .open)
  }
}
