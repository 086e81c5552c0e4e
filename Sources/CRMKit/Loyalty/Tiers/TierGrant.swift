/// A tier that somebody gave a member for a time, whatever counts.
///
/// The member does not fall below it, and climbs above it by what counts as ever.
public struct TierGrant: Record {
  /// What names it for good.
  public let id: Identifier<TierGrant>

  /// The member.
  public internal(set) var member: LoyaltyMember.ID

  /// The group of tiers.
  public internal(set) var group: String

  /// The tier.
  public internal(set) var tier: String

  /// From when on.
  public internal(set) var grantedAt: Instant

  /// The last day of it, in the programme's zone.
  public internal(set) var lastDay: CalendarDate

  /// When it ends, which is earlier where it was withdrawn.
  public internal(set) var endsAt: Instant

  /// Who gave it.
  public internal(set) var actor: Principal

  /// Why; up to 1,000 bytes of UTF-8, and none once the member is forgotten.
  public internal(set) var reason: String

  /// Why it was withdrawn, if it was.
  public internal(set) var withdrawal: String?

  /// The described fields.
  public struct Fields: Sendable {
    /// ``TierGrant/member``, for filters and sorting.
    public let member = Field<TierGrant, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 }
    ).owned(by: LoyaltyMember.self)

    /// ``TierGrant/group``, for filters and sorting.
    public let group = Field<TierGrant, String>("group", { $0.group }, { $0.group = $1 })

    /// ``TierGrant/tier``, for filters and sorting.
    public let tier = Field<TierGrant, String>("tier", { $0.tier }, { $0.tier = $1 })

    /// ``TierGrant/grantedAt``, for filters and sorting.
    public let grantedAt = Field<TierGrant, Instant>(
      "granted_at", { $0.grantedAt }, { $0.grantedAt = $1 })

    /// ``TierGrant/lastDay``, for filters and sorting.
    public let lastDay = Field<TierGrant, CalendarDate>(
      "last_day", { $0.lastDay }, { $0.lastDay = $1 })

    /// ``TierGrant/endsAt``, for filters and sorting.
    public let endsAt = Field<TierGrant, Instant>("ends_at", { $0.endsAt }, { $0.endsAt = $1 })

    /// ``TierGrant/actor``, for filters and sorting.
    public let actor = Field<TierGrant, Principal>("actor", { $0.actor }, { $0.actor = $1 })

    /// ``TierGrant/reason``, for filters and sorting.
    public let reason = Field<TierGrant, String>(
      "reason", { $0.reason }, { $0.reason = $1 }
    ).personal()

    /// ``TierGrant/withdrawal``, for filters and sorting.
    public let withdrawal = Field<TierGrant, String?>(
      "withdrawal", { $0.withdrawal }, { $0.withdrawal = $1 }
    ).personal()
  }

  public static let fields = Fields()

  public static let schema = Schema<TierGrant>(
    "tier_grants", fields, indexes: [.ordered(fields.member, fields.group, fields.grantedAt)]
  ) {
    TierGrant(
      id: $0, member: .zero, group: "", tier: "", grantedAt: .earliest,
      lastDay: CalendarDate(daysSinceEpoch: 0), endsAt: .earliest, actor: .system, reason: "")
  }
}

/// Somebody gave a member a tier for a time.
public struct TierGranted: Event {
  /// What was given.
  public var grant: TierGrant.ID

  public static let name = "loyalty.tier_granted"

  private struct Fields: Sendable {
    let grant = Field<TierGranted, TierGrant.ID>("grant", { $0.grant }, { $0.grant = $1 })
  }

  public static let layout = Layout(Fields(), blank: TierGranted(grant: .zero))
}

/// Why a tier was given or taken back was forgotten with the member.
public struct GrantReasonForgotten: Event {
  /// What was given.
  public var grant: TierGrant.ID

  public static let name = "loyalty.grant_reason_forgotten"

  private struct Fields: Sendable {
    let grant = Field<GrantReasonForgotten, TierGrant.ID>("grant", { $0.grant }, { $0.grant = $1 })
  }

  public static let layout = Layout(Fields(), blank: GrantReasonForgotten(grant: .zero))
}

/// Somebody took a tier back that had been given for a time.
public struct TierGrantWithdrawn: Event {
  /// What was given.
  public var grant: TierGrant.ID

  public static let name = "loyalty.tier_grant_withdrawn"

  private struct Fields: Sendable {
    let grant = Field<TierGrantWithdrawn, TierGrant.ID>("grant", { $0.grant }, { $0.grant = $1 })
  }

  public static let layout = Layout(Fields(), blank: TierGrantWithdrawn(grant: .zero))
}
