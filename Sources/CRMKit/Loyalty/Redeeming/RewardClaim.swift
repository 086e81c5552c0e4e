/// A member's claim to a reward, with what it was worth then.
public struct RewardClaim: Record {
  /// What names it for good.
  public let id: Identifier<RewardClaim>

  /// Who claimed it.
  public internal(set) var member: LoyaltyMember.ID

  /// The name of the programme.
  public internal(set) var programme: String

  /// The reward.
  public internal(set) var reward: Reward.ID

  /// What the reward is.
  public internal(set) var kind: Reward.Kind

  /// The entry of the ledger in which its points are redeemed, or set aside.
  public internal(set) var entry: LedgerEntry.ID

  /// The version of the price.
  public internal(set) var priceVersion: Int

  /// How many points it cost.
  public internal(set) var points: Int64

  /// What it is worth to the member.
  public internal(set) var benefit: Money?

  /// What it costs the firm.
  public internal(set) var cost: Money?

  /// When it was claimed.
  public internal(set) var claimedAt: Instant

  /// What became of it.
  public internal(set) var status: Status

  /// The coupon for it, if it comes by one.
  public internal(set) var coupon: Coupon.ID?

  /// When the member had it: with the claim, or when the coupon was used; `nil` until then.
  public internal(set) var usedAt: Instant?

  /// What becomes of a claim.
  public enum Status: String, Sendable, Codable, FieldValue, CaseIterable {
    /// Somebody is to look at it first.
    case underReview = "under_review"
    /// The member has it, or a coupon for it.
    case granted
    /// It was given back, and the points with it.
    case cancelled
    /// It was turned down, and the points went back.
    case rejected

    /// Whether one less is left for others.
    var takesStock: Bool { self == .underReview || self == .granted }
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``RewardClaim/member``, for filters and sorting.
    public let member = Field<RewardClaim, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 }
    ).owned(by: LoyaltyMember.self)

    /// ``RewardClaim/programme``, for filters and sorting.
    public let programme = Field<RewardClaim, String>(
      "programme", { $0.programme }, { $0.programme = $1 })

    /// ``RewardClaim/reward``, for filters and sorting.
    public let reward = Field<RewardClaim, Reward.ID>(
      "reward", { $0.reward }, { $0.reward = $1 }
    ).references(Reward.self)

    /// ``RewardClaim/kind``, for filters and sorting.
    public let kind = Field<RewardClaim, Reward.Kind>("kind", { $0.kind }, { $0.kind = $1 })

    /// ``RewardClaim/entry``, for filters and sorting.
    public let entry = Field<RewardClaim, LedgerEntry.ID>("entry", { $0.entry }, { $0.entry = $1 })

    /// ``RewardClaim/priceVersion``, for filters and sorting.
    public let priceVersion = Field<RewardClaim, Int>(
      "price_version", { $0.priceVersion }, { $0.priceVersion = $1 })

    /// ``RewardClaim/points``, for filters and sorting.
    public let points = Field<RewardClaim, Int64>("points", { $0.points }, { $0.points = $1 })

    /// ``RewardClaim/benefit``, for filters and sorting.
    public let benefit = Field<RewardClaim, Money?>(
      "benefit", { $0.benefit }, { $0.benefit = $1 })

    /// ``RewardClaim/cost``, for filters and sorting.
    public let cost = Field<RewardClaim, Money?>("cost", { $0.cost }, { $0.cost = $1 })

    /// ``RewardClaim/claimedAt``, for filters and sorting.
    public let claimedAt = Field<RewardClaim, Instant>(
      "claimed_at", { $0.claimedAt }, { $0.claimedAt = $1 })

    /// ``RewardClaim/status``, for filters and sorting.
    public let status = Field<RewardClaim, Status>("status", { $0.status }, { $0.status = $1 })

    /// ``RewardClaim/coupon``, for filters and sorting.
    public let coupon = Field<RewardClaim, Coupon.ID?>(
      "coupon", { $0.coupon }, { $0.coupon = $1 })

    /// ``RewardClaim/usedAt``, for filters and sorting.
    public let usedAt = Field<RewardClaim, Instant?>("used_at", { $0.usedAt }, { $0.usedAt = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<RewardClaim>(
    "reward_claims", fields,
    indexes: [
      .unique(fields.entry), .ordered(fields.member, fields.claimedAt),
      .ordered(fields.programme, fields.usedAt), .ordered(fields.reward),
    ]
  ) {
    RewardClaim(
      id: $0, member: .zero, programme: "", reward: .zero, kind: .item, entry: .zero,
      priceVersion: 1, points: 0, claimedAt: .earliest, status: .granted)
  }
}

/// A member claimed a reward.
public struct RewardClaimed: Event {
  /// The claim.
  public var claim: RewardClaim.ID
  /// The reward.
  public var reward: Reward.ID
  /// Who claimed it.
  public var member: LoyaltyMember.ID

  public static let name = "loyalty.reward_claimed"

  private struct Fields: Sendable {
    let claim = Field<RewardClaimed, RewardClaim.ID>("claim", { $0.claim }, { $0.claim = $1 })
    let reward = Field<RewardClaimed, Reward.ID>("reward", { $0.reward }, { $0.reward = $1 })
    let member = Field<RewardClaimed, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: RewardClaimed(claim: .zero, reward: .zero, member: .zero))
}

/// Something became of a claim.
public struct ClaimUpdated: Event {
  /// The claim.
  public var claim: RewardClaim.ID
  /// What became of it.
  public var status: RewardClaim.Status

  public static let name = "loyalty.claim_updated"

  private struct Fields: Sendable {
    let claim = Field<ClaimUpdated, RewardClaim.ID>("claim", { $0.claim }, { $0.claim = $1 })
    let status = Field<ClaimUpdated, RewardClaim.Status>(
      "status", { $0.status }, { $0.status = $1 })
  }

  public static let layout = Layout(Fields(), blank: ClaimUpdated(claim: .zero, status: .granted))
}
