/// How far a customer has come in an effort to win them, and why they were chosen or not.
public struct AcquisitionTarget: Record {
  /// What names it for good.
  public let id: Identifier<AcquisitionTarget>

  /// The effort.
  public var acquisition: Acquisition.ID

  /// The customer.
  public var customer: Customer.ID

  /// Whether they were chosen.
  public var decision: Decision

  /// Their place among those who were looked at last, the best 1; `nil` for who was left out
  /// before.
  public var rank: Int?

  /// Why they were chosen or not.
  public var reason: String?

  /// What was found where the criteria looked.
  public var evidence: [LifecycleEvidence]

  /// When they were found in the group.
  public var identifiedAt: Instant

  /// When they were chosen first.
  public var targetedAt: Instant?

  /// When a contact that belongs to an action of the effort first reached them.
  public var contactedAt: Instant?

  /// When they placed the first order that stands, after they were chosen.
  public var firstDealAt: Instant?

  /// When what the file lacks was first put on the list of what to ask for.
  public var askedAt: Instant?

  /// The follow-up that asks for it.
  public var request: Commitment.ID?

  /// When the file had all it should have, after the first deal; `nil` while no deal stands.
  public var completedAt: Instant?

  /// Whether a customer was chosen.
  public enum Decision: String, Sendable, Codable, FieldValue, CaseIterable {
    /// Nobody has looked at them yet.
    case open
    /// They were chosen.
    case chosen
    /// They were looked at and not chosen; the next choice looks at them again.
    case refused
    /// Somebody took them out.
    case dropped
  }

  /// When they reached a step; `nil` where they have not.
  public func reached(_ step: AcquisitionStep) -> Instant? {
    switch step {
    case .identified: identifiedAt
    case .targeted: targetedAt
    case .contacted: contactedAt
    case .firstDeal: firstDealAt
    case .fileCompleted: completedAt
    }
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``AcquisitionTarget/acquisition``, for filters and sorting.
    public let acquisition = Field<AcquisitionTarget, Acquisition.ID>(
      "acquisition", { $0.acquisition }, { $0.acquisition = $1 }
    ).references(Acquisition.self)

    /// ``AcquisitionTarget/customer``, for filters and sorting.
    public let customer = Field<AcquisitionTarget, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``AcquisitionTarget/decision``, for filters and sorting.
    public let decision = Field<AcquisitionTarget, Decision>(
      "decision", { $0.decision }, { $0.decision = $1 })

    /// ``AcquisitionTarget/rank``, for filters and sorting.
    public let rank = Field<AcquisitionTarget, Int?>("rank", { $0.rank }, { $0.rank = $1 })

    /// ``AcquisitionTarget/reason``, for filters and sorting.
    public let reason = Field<AcquisitionTarget, String?>(
      "reason", { $0.reason }, { $0.reason = $1 }
    ).personal()

    /// ``AcquisitionTarget/evidence``, for filters and sorting.
    public let evidence = Field<AcquisitionTarget, [LifecycleEvidence]>(
      "evidence", { $0.evidence }, { $0.evidence = $1 }
    ).personal()

    /// ``AcquisitionTarget/identifiedAt``, for filters and sorting.
    public let identifiedAt = Field<AcquisitionTarget, Instant>(
      "identified_at", { $0.identifiedAt }, { $0.identifiedAt = $1 })

    /// ``AcquisitionTarget/targetedAt``, for filters and sorting.
    public let targetedAt = Field<AcquisitionTarget, Instant?>(
      "targeted_at", { $0.targetedAt }, { $0.targetedAt = $1 })

    /// ``AcquisitionTarget/contactedAt``, for filters and sorting.
    public let contactedAt = Field<AcquisitionTarget, Instant?>(
      "contacted_at", { $0.contactedAt }, { $0.contactedAt = $1 })

    /// ``AcquisitionTarget/firstDealAt``, for filters and sorting.
    public let firstDealAt = Field<AcquisitionTarget, Instant?>(
      "first_deal_at", { $0.firstDealAt }, { $0.firstDealAt = $1 })

    /// ``AcquisitionTarget/askedAt``, for filters and sorting.
    public let askedAt = Field<AcquisitionTarget, Instant?>(
      "asked_at", { $0.askedAt }, { $0.askedAt = $1 })

    /// ``AcquisitionTarget/request``, for filters and sorting.
    public let request = Field<AcquisitionTarget, Commitment.ID?>(
      "request", { $0.request }, { $0.request = $1 })

    /// ``AcquisitionTarget/completedAt``, for filters and sorting.
    public let completedAt = Field<AcquisitionTarget, Instant?>(
      "completed_at", { $0.completedAt }, { $0.completedAt = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<AcquisitionTarget>(
    "acquisition_targets", fields,
    indexes: [
      .unique(fields.acquisition, fields.customer),
      .ordered(fields.customer),
      .ordered(fields.acquisition, fields.decision),
    ]
  ) {
    AcquisitionTarget(
      id: $0, acquisition: .zero, customer: .zero, decision: .open, evidence: [],
      identifiedAt: .earliest)
  }
}

/// A step on the way from a stranger to an established customer.
public enum AcquisitionStep: String, Sendable, Codable, FieldValue, CaseIterable {
  /// Found in the group.
  case identified
  /// Chosen by the criteria.
  case targeted
  /// Reached by a contact of an action.
  case contacted
  /// Ordered for the first time.
  case firstDeal = "first_deal"
  /// The file has what it should have.
  case fileCompleted = "file_completed"
}
