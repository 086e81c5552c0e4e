/// A right to a reward that is used later, by a code.
public struct Coupon: Record {
  /// What names it for good.
  public let id: Identifier<Coupon>

  /// What is typed in or scanned: 12 letters and digits, one of a kind.
  public internal(set) var code: String

  /// The claim it came by.
  public internal(set) var claim: RewardClaim.ID

  /// Whose it is.
  public internal(set) var member: LoyaltyMember.ID

  /// What it is for.
  public internal(set) var reward: Reward.ID

  /// What it is worth.
  public internal(set) var benefit: Money?

  /// When it was issued.
  public internal(set) var issuedAt: Instant

  /// The last day on which it can be used, in the programme's zone; `nil` where it never ends.
  public internal(set) var lastDay: CalendarDate?

  /// From when on it cannot be used any more.
  public internal(set) var expiresAt: Instant?

  /// What somebody did with it last; ``state(at:)`` says what time made of that.
  var status: State

  /// Until when it is set aside, while it is.
  public internal(set) var heldUntil: Instant?

  /// What it is set aside or used for, such as an order.
  public internal(set) var reference: String?

  /// When it was used.
  public internal(set) var usedAt: Instant?

  /// Where a coupon stands.
  public enum State: String, Sendable, Codable, FieldValue, CaseIterable {
    /// It can be used.
    case issued
    /// It is set aside for something, for a time; it does not end meanwhile.
    case held
    /// It was used.
    case used
    /// It was taken back.
    case cancelled
    /// Its days are over.
    case expired
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Coupon/code``, for filters and sorting.
    public let code = Field<Coupon, String>("code", { $0.code }, { $0.code = $1 })

    /// ``Coupon/claim``, for filters and sorting.
    public let claim = Field<Coupon, RewardClaim.ID>(
      "claim", { $0.claim }, { $0.claim = $1 }
    ).owned(by: RewardClaim.self)

    /// ``Coupon/member``, for filters and sorting.
    public let member = Field<Coupon, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })

    /// ``Coupon/reward``, for filters and sorting.
    public let reward = Field<Coupon, Reward.ID>("reward", { $0.reward }, { $0.reward = $1 })

    /// ``Coupon/benefit``, for filters and sorting.
    public let benefit = Field<Coupon, Money?>("benefit", { $0.benefit }, { $0.benefit = $1 })

    /// ``Coupon/issuedAt``, for filters and sorting.
    public let issuedAt = Field<Coupon, Instant>(
      "issued_at", { $0.issuedAt }, { $0.issuedAt = $1 })

    /// ``Coupon/lastDay``, for filters and sorting.
    public let lastDay = Field<Coupon, CalendarDate?>(
      "last_day", { $0.lastDay }, { $0.lastDay = $1 })

    /// ``Coupon/expiresAt``, for filters and sorting.
    public let expiresAt = Field<Coupon, Instant?>(
      "expires_at", { $0.expiresAt }, { $0.expiresAt = $1 })

    let status = Field<Coupon, State>("status", { $0.status }, { $0.status = $1 })

    /// ``Coupon/heldUntil``, for filters and sorting.
    public let heldUntil = Field<Coupon, Instant?>(
      "held_until", { $0.heldUntil }, { $0.heldUntil = $1 })

    /// ``Coupon/reference``, for filters and sorting.
    public let reference = Field<Coupon, String?>(
      "reference", { $0.reference }, { $0.reference = $1 })

    /// ``Coupon/usedAt``, for filters and sorting.
    public let usedAt = Field<Coupon, Instant?>("used_at", { $0.usedAt }, { $0.usedAt = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<Coupon>(
    "coupons", fields,
    indexes: [.unique(fields.code), .ordered(fields.member, fields.issuedAt)]
  ) {
    Coupon(
      id: $0, code: "", claim: .zero, member: .zero, reward: .zero, issuedAt: .earliest,
      status: .issued)
  }
}

extension Coupon {
  /// Where it stands at an instant, whether anything ran or not.
  public func state(at instant: Instant) -> State {
    if status == .used || status == .cancelled { return status }
    if status == .held, let heldUntil, instant < heldUntil { return .held }
    if let expiresAt, instant >= expiresAt { return .expired }
    return .issued
  }

  /// A code that nobody can guess from another: 60 random bits of an identifier, without letters
  /// that look like digits.
  static func code(from random: UInt64) -> String {
    let letters = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    return String((0..<12).map { (place: UInt64) in letters[Int(random >> (5 * place) & 31)] })
  }
}

/// A coupon was issued, set aside, given free, used or taken back.
public struct CouponUpdated: Event {
  /// The coupon.
  public var coupon: Coupon.ID
  /// Where it stands now.
  public var state: Coupon.State

  public static let name = "loyalty.coupon_updated"

  private struct Fields: Sendable {
    let coupon = Field<CouponUpdated, Coupon.ID>("coupon", { $0.coupon }, { $0.coupon = $1 })
    let state = Field<CouponUpdated, Coupon.State>("state", { $0.state }, { $0.state = $1 })
  }

  public static let layout = Layout(Fields(), blank: CouponUpdated(coupon: .zero, state: .issued))
}
