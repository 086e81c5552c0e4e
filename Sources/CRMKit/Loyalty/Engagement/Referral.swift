/// Who brought a member to a programme, and what came of it.
public struct Referral: Record {
  /// What names it for good; that of the friend, who is brought by one member alone.
  public let id: Identifier<Referral>

  /// The member who was brought.
  public internal(set) var friend: LoyaltyMember.ID

  /// The member who brought them.
  public internal(set) var referrer: LoyaltyMember.ID

  /// The programme.
  public internal(set) var programme: String

  /// When the friend said so.
  public internal(set) var attributedAt: Instant

  /// The entry of the friend's first order that was large enough.
  public internal(set) var order: LedgerEntry.ID?

  /// When that happened.
  public internal(set) var rewardedAt: Instant?

  /// The entry by which the friend was rewarded.
  public internal(set) var friendReward: LedgerEntry.ID?

  /// The entry by which the referrer was; `nil` where the month's number was reached.
  public internal(set) var referrerReward: LedgerEntry.ID?

  /// Whether the order was refunded so far that nobody is rewarded for it.
  public internal(set) var isCancelled: Bool

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Referral/friend``, for filters and sorting.
    public let friend = Field<Referral, LoyaltyMember.ID>(
      "friend", { $0.friend }, { $0.friend = $1 }
    ).owned(by: LoyaltyMember.self)

    /// ``Referral/referrer``, for filters and sorting.
    public let referrer = Field<Referral, LoyaltyMember.ID>(
      "referrer", { $0.referrer }, { $0.referrer = $1 })

    /// ``Referral/programme``, for filters and sorting.
    public let programme = Field<Referral, String>(
      "programme", { $0.programme }, { $0.programme = $1 })

    /// ``Referral/attributedAt``, for filters and sorting.
    public let attributedAt = Field<Referral, Instant>(
      "attributed_at", { $0.attributedAt }, { $0.attributedAt = $1 })

    /// ``Referral/order``, for filters and sorting.
    public let order = Field<Referral, LedgerEntry.ID?>("order", { $0.order }, { $0.order = $1 })

    /// ``Referral/rewardedAt``, for filters and sorting.
    public let rewardedAt = Field<Referral, Instant?>(
      "rewarded_at", { $0.rewardedAt }, { $0.rewardedAt = $1 })

    /// ``Referral/friendReward``, for filters and sorting.
    public let friendReward = Field<Referral, LedgerEntry.ID?>(
      "friend_reward", { $0.friendReward }, { $0.friendReward = $1 })

    /// ``Referral/referrerReward``, for filters and sorting.
    public let referrerReward = Field<Referral, LedgerEntry.ID?>(
      "referrer_reward", { $0.referrerReward }, { $0.referrerReward = $1 })

    /// ``Referral/isCancelled``, for filters and sorting.
    public let isCancelled = Field<Referral, Bool>(
      "is_cancelled", { $0.isCancelled }, { $0.isCancelled = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<Referral>(
    "referrals", fields, indexes: [.ordered(fields.referrer, fields.rewardedAt)]
  ) {
    Referral(
      id: $0, friend: .zero, referrer: .zero, programme: "", attributedAt: .earliest,
      isCancelled: false)
  }

  /// The referral of a friend, found without a search.
  static func identifier(of friend: LoyaltyMember.ID) -> Referral.ID {
    Referral.ID(high: friend.high, low: friend.low)
  }
}

/// A member said who brought them; or what came of that has changed.
public struct ReferralChanged: Event {
  /// The referral.
  public var referral: Referral.ID
  /// Whether an order was large enough, and rewards were given for it.
  public var isRewarded: Bool
  /// Whether they were taken back.
  public var isCancelled: Bool

  public static let name = "loyalty.referral_changed"

  private struct Fields: Sendable {
    let referral = Field<ReferralChanged, Referral.ID>(
      "referral", { $0.referral }, { $0.referral = $1 })
    let isRewarded = Field<ReferralChanged, Bool>(
      "is_rewarded", { $0.isRewarded }, { $0.isRewarded = $1 })
    let isCancelled = Field<ReferralChanged, Bool>(
      "is_cancelled", { $0.isCancelled }, { $0.isCancelled = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: ReferralChanged(referral: .zero, isRewarded: false, isCancelled: false))
}
