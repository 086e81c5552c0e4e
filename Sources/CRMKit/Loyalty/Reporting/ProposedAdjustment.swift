/// Points to be given or taken by hand, for which one person asks and another decides.
///
/// It is kept whatever was decided; points move when it is approved.
public struct ProposedAdjustment: Record {
  /// What names it for good.
  public let id: Identifier<ProposedAdjustment>

  /// Whose points.
  public internal(set) var member: LoyaltyMember.ID

  /// The name of the programme.
  public internal(set) var programme: String

  /// The host's name for the request, and for the entry that it becomes.
  public internal(set) var key: String

  /// How many are added; below zero where they are taken.
  public internal(set) var points: Int64

  /// The name of the points, if not the programme's first.
  public internal(set) var currency: String?

  /// Why; nothing once the member is forgotten.
  public internal(set) var reason: String

  /// How long added points last.
  public internal(set) var life: PointsLife

  /// What it is for, such as a case.
  public internal(set) var reference: String?

  /// How far it is.
  public internal(set) var status: Status

  /// Who asked for it.
  public internal(set) var askedBy: Principal

  /// When.
  public internal(set) var askedAt: Instant

  /// Who decided; `nil` until somebody has, and where nobody had to.
  public internal(set) var decidedBy: Principal?

  /// When.
  public internal(set) var decidedAt: Instant?

  /// What they said to it.
  public internal(set) var decision: String?

  /// The entry of the ledger by which points moved.
  public internal(set) var entry: LedgerEntry.ID?

  /// How far it is.
  public enum Status: String, Sendable, Codable, FieldValue, CaseIterable {
    /// Asked for, and nothing is decided.
    case requested
    /// The points have moved.
    case approved
    /// The points will not move.
    case rejected
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``ProposedAdjustment/member``, for filters and sorting.
    public let member = Field<ProposedAdjustment, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 }
    ).owned(by: LoyaltyMember.self)

    /// ``ProposedAdjustment/programme``, for filters and sorting.
    public let programme = Field<ProposedAdjustment, String>(
      "programme", { $0.programme }, { $0.programme = $1 })

    /// ``ProposedAdjustment/key``, for filters and sorting.
    public let key = Field<ProposedAdjustment, String>("key", { $0.key }, { $0.key = $1 })

    /// ``ProposedAdjustment/points``, for filters and sorting.
    public let points = Field<ProposedAdjustment, Int64>(
      "points", { $0.points }, { $0.points = $1 })

    /// ``ProposedAdjustment/currency``, for filters and sorting.
    public let currency = Field<ProposedAdjustment, String?>(
      "currency", { $0.currency }, { $0.currency = $1 })

    /// ``ProposedAdjustment/reason``, for filters and sorting.
    public let reason = Field<ProposedAdjustment, String>(
      "reason", { $0.reason }, { $0.reason = $1 }
    ).personal()

    /// ``ProposedAdjustment/life``, for filters and sorting.
    public let life = Field<ProposedAdjustment, PointsLife>(
      "life", { $0.life }, { $0.life = $1 })

    /// ``ProposedAdjustment/reference``, for filters and sorting.
    public let reference = Field<ProposedAdjustment, String?>(
      "reference", { $0.reference }, { $0.reference = $1 })

    /// ``ProposedAdjustment/status``, for filters and sorting.
    public let status = Field<ProposedAdjustment, Status>(
      "status", { $0.status }, { $0.status = $1 })

    /// ``ProposedAdjustment/askedBy``, for filters and sorting.
    public let askedBy = Field<ProposedAdjustment, Principal>(
      "asked_by", { $0.askedBy }, { $0.askedBy = $1 })

    /// ``ProposedAdjustment/askedAt``, for filters and sorting.
    public let askedAt = Field<ProposedAdjustment, Instant>(
      "asked_at", { $0.askedAt }, { $0.askedAt = $1 })

    /// ``ProposedAdjustment/decidedBy``, for filters and sorting.
    public let decidedBy = Field<ProposedAdjustment, Principal?>(
      "decided_by", { $0.decidedBy }, { $0.decidedBy = $1 })

    /// ``ProposedAdjustment/decidedAt``, for filters and sorting.
    public let decidedAt = Field<ProposedAdjustment, Instant?>(
      "decided_at", { $0.decidedAt }, { $0.decidedAt = $1 })

    /// ``ProposedAdjustment/decision``, for filters and sorting.
    public let decision = Field<ProposedAdjustment, String?>(
      "decision", { $0.decision }, { $0.decision = $1 }
    ).personal()

    /// ``ProposedAdjustment/entry``, for filters and sorting.
    public let entry = Field<ProposedAdjustment, LedgerEntry.ID?>(
      "entry", { $0.entry }, { $0.entry = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<ProposedAdjustment>(
    "loyalty_adjustments", fields,
    indexes: [
      .unique(fields.programme, fields.key),
      .ordered(fields.programme, fields.status, fields.askedAt),
      .ordered(fields.member, fields.askedAt),
    ]
  ) {
    ProposedAdjustment(
      id: $0, member: .zero, programme: "", key: "", points: 0, reason: "", life: .byProgramme,
      status: .requested, askedBy: .system, askedAt: .earliest)
  }
}

extension ProposedAdjustment {
  /// The first field of what is asked for in which another differs.
  func firstDifference(from other: ProposedAdjustment) -> String? {
    let (a, b) = (Held(self), Held(other))
    var asked: Set = ["member", "points", "currency", "life", "reference"]
    // Why is not known any more once it was forgotten.
    if !other.reason.isEmpty { asked.insert("reason") }
    return Self.schema.layout.stored.first { asked.contains($0.name) && !$0.isSame(a, b) }?.name
  }
}

/// Why points were to be given or taken by hand was forgotten with the member.
public struct AdjustmentReasonForgotten: Event {
  /// What was asked for.
  public var adjustment: ProposedAdjustment.ID

  public static let name = "loyalty.adjustment_reason_forgotten"

  private struct Fields: Sendable {
    let adjustment = Field<AdjustmentReasonForgotten, ProposedAdjustment.ID>(
      "adjustment", { $0.adjustment }, { $0.adjustment = $1 })
  }

  public static let layout = Layout(Fields(), blank: AdjustmentReasonForgotten(adjustment: .zero))
}

/// Somebody asked for points to be given or taken by hand.
public struct AdjustmentProposed: Event {
  /// What was asked for.
  public var adjustment: ProposedAdjustment.ID
  /// Whose points.
  public var member: LoyaltyMember.ID
  /// How many.
  public var points: Int64

  public static let name = "loyalty.adjustment_proposed"

  private struct Fields: Sendable {
    let adjustment = Field<AdjustmentProposed, ProposedAdjustment.ID>(
      "adjustment", { $0.adjustment }, { $0.adjustment = $1 })
    let member = Field<AdjustmentProposed, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
    let points = Field<AdjustmentProposed, Int64>("points", { $0.points }, { $0.points = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: AdjustmentProposed(adjustment: .zero, member: .zero, points: 0))
}

/// It was decided whether points are given or taken by hand.
public struct AdjustmentDecided: Event {
  /// What was asked for.
  public var adjustment: ProposedAdjustment.ID
  /// Whose points.
  public var member: LoyaltyMember.ID
  /// What was decided.
  public var status: ProposedAdjustment.Status

  public static let name = "loyalty.adjustment_decided"

  private struct Fields: Sendable {
    let adjustment = Field<AdjustmentDecided, ProposedAdjustment.ID>(
      "adjustment", { $0.adjustment }, { $0.adjustment = $1 })
    let member = Field<AdjustmentDecided, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
    let status = Field<AdjustmentDecided, ProposedAdjustment.Status>(
      "status", { $0.status }, { $0.status = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: AdjustmentDecided(adjustment: .zero, member: .zero, status: .requested))
}
