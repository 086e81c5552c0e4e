/// A member's move from one tier to another, with its reason; it never changes.
///
/// Where something becomes known late, the moves that follow from it are noted from then on: of
/// several that tell of one time, the one noted last is right.
public struct TierChange: Record {
  /// What names it for good.
  public let id: Identifier<TierChange>

  /// The member.
  public internal(set) var member: LoyaltyMember.ID

  /// The group of tiers.
  public internal(set) var group: String

  /// Which of the member's moves in the group it is, from 1 without gaps.
  public internal(set) var number: Int

  /// The tier left.
  public internal(set) var from: String

  /// The tier come to.
  public internal(set) var to: String

  /// From when on the member has it.
  public internal(set) var at: Instant

  /// Since when that is known.
  public internal(set) var knownAt: Instant

  /// Why.
  public internal(set) var reason: Reason

  /// The entry of the ledger that led to it.
  public internal(set) var cause: LedgerEntry.ID?

  /// What moves a member.
  public enum Reason: String, Sendable, Codable, FieldValue, CaseIterable {
    /// What counts has reached the tier.
    case reached
    /// What counted had reached the tier when a term ended.
    case reviewed
    /// A term ended, or what counts does not reach the tier any more.
    case termEnded = "term_ended"
    /// What had counted was taken back.
    case refunded
    /// All members were looked at again.
    case reevaluated
    /// Somebody granted it for a time.
    case granted
    /// What was granted ended.
    case grantEnded = "grant_ended"
    /// Another membership was joined with it.
    case merged
    /// Memberships were parted again.
    case unmerged
    /// Something that happened earlier became known late.
    case late
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``TierChange/member``, for filters and sorting.
    public let member = Field<TierChange, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 }
    ).owned(by: LoyaltyMember.self)

    /// ``TierChange/group``, for filters and sorting.
    public let group = Field<TierChange, String>("group", { $0.group }, { $0.group = $1 })

    /// ``TierChange/number``, for filters and sorting.
    public let number = Field<TierChange, Int>("number", { $0.number }, { $0.number = $1 })

    /// ``TierChange/from``, for filters and sorting.
    public let from = Field<TierChange, String>("from", { $0.from }, { $0.from = $1 })

    /// ``TierChange/to``, for filters and sorting.
    public let to = Field<TierChange, String>("to", { $0.to }, { $0.to = $1 })

    /// ``TierChange/at``, for filters and sorting.
    public let at = Field<TierChange, Instant>("at", { $0.at }, { $0.at = $1 })

    /// ``TierChange/knownAt``, for filters and sorting.
    public let knownAt = Field<TierChange, Instant>("known_at", { $0.knownAt }, { $0.knownAt = $1 })

    /// ``TierChange/reason``, for filters and sorting.
    public let reason = Field<TierChange, Reason>("reason", { $0.reason }, { $0.reason = $1 })

    /// ``TierChange/cause``, for filters and sorting.
    public let cause = Field<TierChange, LedgerEntry.ID?>("cause", { $0.cause }, { $0.cause = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<TierChange>(
    "tier_changes", fields, indexes: [.unique(fields.member, fields.group, fields.number)]
  ) {
    TierChange(
      id: $0, member: .zero, group: "", number: 0, from: "", to: "", at: .earliest,
      knownAt: .earliest, reason: .reached)
  }
}

/// A member came to another tier.
public struct TierChanged: Event {
  /// The move.
  public var change: TierChange.ID
  /// The member.
  public var member: LoyaltyMember.ID
  /// The programme.
  public var programme: String
  /// The group of tiers.
  public var group: String
  /// The tier left.
  public var from: String
  /// The tier come to.
  public var to: String
  /// Whether it is a higher one.
  public var isUp: Bool
  /// Why.
  public var reason: TierChange.Reason
  /// The entry of the ledger that led to it.
  public var cause: LedgerEntry.ID?

  public static let name = "loyalty.tier_changed"

  private struct Fields: Sendable {
    let change = Field<TierChanged, TierChange.ID>("change", { $0.change }, { $0.change = $1 })
    let member = Field<TierChanged, LoyaltyMember.ID>("member", { $0.member }, { $0.member = $1 })
    let programme = Field<TierChanged, String>(
      "programme", { $0.programme }, { $0.programme = $1 })
    let group = Field<TierChanged, String>("group", { $0.group }, { $0.group = $1 })
    let from = Field<TierChanged, String>("from", { $0.from }, { $0.from = $1 })
    let to = Field<TierChanged, String>("to", { $0.to }, { $0.to = $1 })
    let isUp = Field<TierChanged, Bool>("is_up", { $0.isUp }, { $0.isUp = $1 })
    let reason = Field<TierChanged, TierChange.Reason>(
      "reason", { $0.reason }, { $0.reason = $1 })
    let cause = Field<TierChanged, LedgerEntry.ID?>("cause", { $0.cause }, { $0.cause = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: TierChanged(
      change: .zero, member: .zero, programme: "", group: "", from: "", to: "", isUp: false,
      reason: .reached))
}
