/// What the firm means to reach with a customer: a person, an account or a household.
///
/// Its steps are commitments, its contacts interactions, its reviews fall due by themselves.
public struct Plan: Versioned {
  /// What names the plan for good.
  public let id: Identifier<Plan>

  /// The customer.
  public internal(set) var customer: Customer.ID

  /// What kind of plan it is.
  public internal(set) var kind: Kind

  /// What it is called.
  public var title: String

  /// Who sees to it.
  public var owner: Principal

  /// What is to be reached.
  public var objectives: [PlanObjective]

  /// What it may cost, if that is limited.
  public var budget: Money?

  /// When it is credited with the customer's return, of a plan to win the customer back.
  public internal(set) var terms: RecoveryTerms?

  /// Whether it is followed, or how it ended.
  public internal(set) var status: Status

  /// How it went, in words, once it is closed.
  public internal(set) var note: String?

  /// When it was opened.
  public internal(set) var openedAt: Instant

  /// When it was closed.
  public internal(set) var closedAt: Instant?

  /// The last instant at which the next review is in time, if one is set.
  public internal(set) var reviewAt: Instant?

  /// The day to whose end it is due, where a day was said.
  public internal(set) var reviewDate: CalendarDate?

  /// Where that day is meant.
  public internal(set) var reviewZone: Zone?

  /// Whether it was told that the review is overdue; ``PlanOperations/overdueReviews(after:limit:)``
  /// goes by the time.
  public internal(set) var isReviewOverdue: Bool

  /// When it was last reviewed.
  public internal(set) var reviewedAt: Instant?

  public var modifiedAt: Instant

  public var version: Int

  /// By when it is to be reviewed next.
  public var review: Deadline? {
    if let reviewDate, let reviewZone { return .by(reviewDate, in: reviewZone) }
    return reviewAt.map { .at($0) }
  }

  /// What plans there are.
  public enum Kind: String, Sendable, Codable, FieldValue, CaseIterable {
    /// To strengthen what there is.
    case relationship
    /// To win a customer back who has stayed away.
    case winBack = "win_back"
  }

  /// Whether a plan is followed, or how it ended.
  public enum Status: String, Sendable, Codable, FieldValue, CaseIterable {
    /// It is followed.
    case open
    /// What it was for was reached.
    case achieved
    /// It was not reached.
    case failed
    /// What it was for came about without it.
    case overtaken
    /// It was given up.
    case abandoned
  }
}

extension Plan {
  /// The described fields.
  public struct Fields: Sendable {
    /// ``Plan/customer``, for filters and sorting.
    public let customer = Field<Plan, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``Plan/kind``, for filters and sorting.
    public let kind = Field<Plan, Kind>("kind", { $0.kind }, { $0.kind = $1 })

    /// ``Plan/title``, for filters and sorting.
    public let title = Field<Plan, String>("title", { $0.title }, { $0.title = $1 }).personal()

    /// ``Plan/owner``, for filters and sorting.
    public let owner = Field<Plan, Principal>("owner", { $0.owner }, { $0.owner = $1 })

    /// ``Plan/objectives``; they can be neither compared nor sorted by.
    public let objectives = Field<Plan, [PlanObjective]>(
      "objectives", { $0.objectives }, { $0.objectives = $1 }
    ).personal()

    /// ``Plan/budget``, for filters and sorting.
    public let budget = Field<Plan, Money?>("budget", { $0.budget }, { $0.budget = $1 })

    /// ``Plan/terms``; they can be neither compared nor sorted by.
    public let terms = Field<Plan, RecoveryTerms?>("terms", { $0.terms }, { $0.terms = $1 })

    /// ``Plan/status``, for filters and sorting.
    public let status = Field<Plan, Status>("status", { $0.status }, { $0.status = $1 })

    /// ``Plan/note``, for filters and sorting.
    public let note = Field<Plan, String?>("note", { $0.note }, { $0.note = $1 }).personal()

    /// ``Plan/openedAt``, for filters and sorting.
    public let openedAt = Field<Plan, Instant>(
      "opened_at", { $0.openedAt }, { $0.openedAt = $1 })

    /// ``Plan/closedAt``, for filters and sorting.
    public let closedAt = Field<Plan, Instant?>(
      "closed_at", { $0.closedAt }, { $0.closedAt = $1 })

    /// ``Plan/reviewAt``, for filters and sorting.
    public let reviewAt = Field<Plan, Instant?>(
      "review_at", { $0.reviewAt }, { $0.reviewAt = $1 })

    /// ``Plan/reviewDate``, for filters and sorting.
    public let reviewDate = Field<Plan, CalendarDate?>(
      "review_date", { $0.reviewDate }, { $0.reviewDate = $1 })

    /// ``Plan/reviewZone``, for filters and sorting.
    public let reviewZone = Field<Plan, Zone?>(
      "review_zone", { $0.reviewZone }, { $0.reviewZone = $1 })

    /// ``Plan/isReviewOverdue``, for filters and sorting.
    public let isReviewOverdue = Field<Plan, Bool>(
      "is_review_overdue", { $0.isReviewOverdue }, { $0.isReviewOverdue = $1 })

    /// ``Plan/reviewedAt``, for filters and sorting.
    public let reviewedAt = Field<Plan, Instant?>(
      "reviewed_at", { $0.reviewedAt }, { $0.reviewedAt = $1 })

    /// ``Plan/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<Plan, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``Plan/version``, for filters and sorting.
    public let version = Field<Plan, Int>("version", { $0.version }, { $0.version = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<Plan>(
    "plans", fields,
    indexes: [
      .ordered(fields.customer, fields.status, fields.openedAt),
      .ordered(fields.status, fields.reviewAt),
      .ordered(fields.owner, fields.status, fields.reviewAt),
      .ordered(fields.kind, fields.status), .ordered(fields.kind, fields.openedAt),
    ]
  ) {
    Plan(
      id: $0, customer: .zero, kind: .relationship, title: "", owner: .system, objectives: [],
      status: .open, openedAt: .earliest, isReviewOverdue: false, modifiedAt: .earliest,
      version: 1)
  }
}
