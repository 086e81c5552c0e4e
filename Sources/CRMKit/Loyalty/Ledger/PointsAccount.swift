/// The points of one kind that a member, or a pool, has: what can be spent, what is pending and
/// what is held.
///
/// It follows from the entries of the ledger.
public struct PointsAccount: Record {
  /// What names it for good.
  public let id: Identifier<PointsAccount>

  /// Whose it is.
  public internal(set) var member: LoyaltyMember.ID

  /// The name of the programme.
  public internal(set) var programme: String

  /// The name of the points.
  public internal(set) var currency: String

  /// What can be spent; below zero where more was taken back than was left.
  public internal(set) var available: Int64

  /// What was earned and is not confirmed.
  public internal(set) var pending: Int64

  /// What is held for redemptions that are not finished.
  public internal(set) var held: Int64

  /// What was taken back beyond what was left; the next points settle it first.
  public internal(set) var deficit: Int64

  /// What was ever credited, points that moved within the programme left out.
  public internal(set) var earned: Int64

  /// What was ever redeemed, less what was given back.
  public internal(set) var redeemed: Int64

  /// What ever expired.
  public internal(set) var expired: Int64

  /// When points that last as long as the member is active lapse, if any do.
  public internal(set) var lapsesAt: Instant?

  /// Before when time does nothing to it; never later than the first it does.
  public internal(set) var nextDueAt: Instant

  /// The described fields.
  public struct Fields: Sendable {
    /// ``PointsAccount/member``, for filters and sorting.
    public let member = Field<PointsAccount, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 }
    ).owned(by: LoyaltyMember.self)

    /// ``PointsAccount/programme``, for filters and sorting.
    public let programme = Field<PointsAccount, String>(
      "programme", { $0.programme }, { $0.programme = $1 })

    /// ``PointsAccount/currency``, for filters and sorting.
    public let currency = Field<PointsAccount, String>(
      "currency", { $0.currency }, { $0.currency = $1 })

    /// ``PointsAccount/available``, for filters and sorting.
    public let available = Field<PointsAccount, Int64>(
      "available", { $0.available }, { $0.available = $1 })

    /// ``PointsAccount/pending``, for filters and sorting.
    public let pending = Field<PointsAccount, Int64>("pending", { $0.pending }, { $0.pending = $1 })

    /// ``PointsAccount/held``, for filters and sorting.
    public let held = Field<PointsAccount, Int64>("held", { $0.held }, { $0.held = $1 })

    /// ``PointsAccount/deficit``, for filters and sorting.
    public let deficit = Field<PointsAccount, Int64>("deficit", { $0.deficit }, { $0.deficit = $1 })

    /// ``PointsAccount/earned``, for filters and sorting.
    public let earned = Field<PointsAccount, Int64>("earned", { $0.earned }, { $0.earned = $1 })

    /// ``PointsAccount/redeemed``, for filters and sorting.
    public let redeemed = Field<PointsAccount, Int64>(
      "redeemed", { $0.redeemed }, { $0.redeemed = $1 })

    /// ``PointsAccount/expired``, for filters and sorting.
    public let expired = Field<PointsAccount, Int64>("expired", { $0.expired }, { $0.expired = $1 })

    /// ``PointsAccount/lapsesAt``, for filters and sorting.
    public let lapsesAt = Field<PointsAccount, Instant?>(
      "lapses_at", { $0.lapsesAt }, { $0.lapsesAt = $1 })

    /// ``PointsAccount/nextDueAt``, for filters and sorting.
    public let nextDueAt = Field<PointsAccount, Instant>(
      "next_due_at", { $0.nextDueAt }, { $0.nextDueAt = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<PointsAccount>(
    "points_accounts", fields, derived: true,
    indexes: [
      .unique(fields.member, fields.currency), .ordered(fields.programme, fields.nextDueAt),
    ]
  ) {
    PointsAccount(
      id: $0, member: .zero, programme: "", currency: "", available: 0, pending: 0, held: 0,
      deficit: 0, earned: 0, redeemed: 0, expired: 0, nextDueAt: .latest)
  }
}
