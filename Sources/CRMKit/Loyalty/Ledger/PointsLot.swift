/// Points that were credited together, and where each of them is now.
///
/// A lot has its own origin and its own end: ``points`` and ``restored`` together are always what
/// remains, is held, was redeemed, expired, was taken back, cancelled, transferred, converted and
/// forfeited.
/// It follows from the entries of the ledger.
public struct PointsLot: Record {
  /// What names it for good.
  public let id: Identifier<PointsLot>

  /// The account it is on.
  public internal(set) var account: PointsAccount.ID

  /// The number of the entry that opened it.
  public internal(set) var sequence: Int64

  /// Who earned the points.
  public internal(set) var originMember: LoyaltyMember.ID

  /// The entry by which they were earned.
  public internal(set) var originEntry: LedgerEntry.ID

  /// The version of the programme by whose rules they were earned.
  public internal(set) var programmeVersion: Int

  /// When they were earned.
  public internal(set) var earnedAt: Instant

  /// From when they can be spent, where they are pending until then.
  public internal(set) var activeAt: Instant?

  /// What has to happen for them to be spent, where they are pending until then.
  public internal(set) var awaits: String?

  /// When they go if that has not happened.
  public internal(set) var cancelAt: Instant?

  /// The last day on which they can be spent; `nil` where they do not end on a day.
  public internal(set) var lastValidDay: CalendarDate?

  /// From when they can no longer be spent; `nil` for ever.
  public internal(set) var expiresAt: Instant?

  /// Whether they also end when the member is not active (``PointsAccount/lapsesAt``).
  public internal(set) var followsActivity: Bool

  /// What they were earned by, such as an order.
  public internal(set) var reference: String?

  /// What part of a price was paid for them.
  public internal(set) var price: Money?

  /// The lot whose redeemed points these are, where that one had ended.
  public internal(set) var restoredFrom: PointsLot.ID?

  /// Whether they cannot be spent yet.
  public internal(set) var isPending: Bool

  /// How many were credited.
  public internal(set) var points: Int64

  /// How many can be spent, now or once they are not pending.
  public internal(set) var remaining: Int64

  /// How many are held.
  public internal(set) var held: Int64

  /// How many were redeemed.
  public internal(set) var redeemed: Int64

  /// How many expired.
  public internal(set) var expired: Int64

  /// How many were taken back, or settled a deficit.
  public internal(set) var clawed: Int64

  /// How many went because what they waited for did not happen.
  public internal(set) var cancelled: Int64 = 0

  /// How many went to other lots of the same points.
  public internal(set) var transferred: Int64

  /// How many were converted to other points.
  public internal(set) var converted: Int64

  /// How many were forfeited.
  public internal(set) var forfeited: Int64

  /// How many came back after they had gone.
  public internal(set) var restored: Int64

  /// The described fields.
  public struct Fields: Sendable {
    /// ``PointsLot/account``, for filters and sorting.
    public let account = Field<PointsLot, PointsAccount.ID>(
      "account", { $0.account }, { $0.account = $1 }
    ).owned(by: PointsAccount.self)

    /// ``PointsLot/sequence``, for filters and sorting.
    public let sequence = Field<PointsLot, Int64>("sequence", { $0.sequence }, { $0.sequence = $1 })

    /// ``PointsLot/originMember``, for filters and sorting.
    public let originMember = Field<PointsLot, LoyaltyMember.ID>(
      "origin_member", { $0.originMember }, { $0.originMember = $1 })

    /// ``PointsLot/originEntry``, for filters and sorting.
    public let originEntry = Field<PointsLot, LedgerEntry.ID>(
      "origin_entry", { $0.originEntry }, { $0.originEntry = $1 })

    /// ``PointsLot/programmeVersion``, for filters and sorting.
    public let programmeVersion = Field<PointsLot, Int>(
      "programme_version", { $0.programmeVersion }, { $0.programmeVersion = $1 })

    /// ``PointsLot/earnedAt``, for filters and sorting.
    public let earnedAt = Field<PointsLot, Instant>(
      "earned_at", { $0.earnedAt }, { $0.earnedAt = $1 })

    /// ``PointsLot/activeAt``, for filters and sorting.
    public let activeAt = Field<PointsLot, Instant?>(
      "active_at", { $0.activeAt }, { $0.activeAt = $1 })

    /// ``PointsLot/awaits``, for filters and sorting.
    public let awaits = Field<PointsLot, String?>("awaits", { $0.awaits }, { $0.awaits = $1 })

    /// ``PointsLot/cancelAt``, for filters and sorting.
    public let cancelAt = Field<PointsLot, Instant?>(
      "cancel_at", { $0.cancelAt }, { $0.cancelAt = $1 })

    /// ``PointsLot/lastValidDay``, for filters and sorting.
    public let lastValidDay = Field<PointsLot, CalendarDate?>(
      "last_valid_day", { $0.lastValidDay }, { $0.lastValidDay = $1 })

    /// ``PointsLot/expiresAt``, for filters and sorting.
    public let expiresAt = Field<PointsLot, Instant?>(
      "expires_at", { $0.expiresAt }, { $0.expiresAt = $1 })

    /// ``PointsLot/followsActivity``, for filters and sorting.
    public let followsActivity = Field<PointsLot, Bool>(
      "follows_activity", { $0.followsActivity }, { $0.followsActivity = $1 })

    /// ``PointsLot/reference``, for filters and sorting.
    public let reference = Field<PointsLot, String?>(
      "reference", { $0.reference }, { $0.reference = $1 })

    /// ``PointsLot/price``, for filters and sorting.
    public let price = Field<PointsLot, Money?>("price", { $0.price }, { $0.price = $1 })

    /// ``PointsLot/restoredFrom``, for filters and sorting.
    public let restoredFrom = Field<PointsLot, PointsLot.ID?>(
      "restored_from", { $0.restoredFrom }, { $0.restoredFrom = $1 })

    /// ``PointsLot/isPending``, for filters and sorting.
    public let isPending = Field<PointsLot, Bool>(
      "is_pending", { $0.isPending }, { $0.isPending = $1 })

    /// ``PointsLot/points``, for filters and sorting.
    public let points = Field<PointsLot, Int64>("points", { $0.points }, { $0.points = $1 })

    /// ``PointsLot/remaining``, for filters and sorting.
    public let remaining = Field<PointsLot, Int64>(
      "remaining", { $0.remaining }, { $0.remaining = $1 })

    /// ``PointsLot/held``, for filters and sorting.
    public let held = Field<PointsLot, Int64>("held", { $0.held }, { $0.held = $1 })

    /// ``PointsLot/redeemed``, for filters and sorting.
    public let redeemed = Field<PointsLot, Int64>("redeemed", { $0.redeemed }, { $0.redeemed = $1 })

    /// ``PointsLot/expired``, for filters and sorting.
    public let expired = Field<PointsLot, Int64>("expired", { $0.expired }, { $0.expired = $1 })

    /// ``PointsLot/clawed``, for filters and sorting.
    public let clawed = Field<PointsLot, Int64>("clawed", { $0.clawed }, { $0.clawed = $1 })

    /// ``PointsLot/cancelled``, for filters and sorting.
    public let cancelled = Field<PointsLot, Int64>(
      "cancelled", { $0.cancelled }, { $0.cancelled = $1 })

    /// ``PointsLot/transferred``, for filters and sorting.
    public let transferred = Field<PointsLot, Int64>(
      "transferred", { $0.transferred }, { $0.transferred = $1 })

    /// ``PointsLot/converted``, for filters and sorting.
    public let converted = Field<PointsLot, Int64>(
      "converted", { $0.converted }, { $0.converted = $1 })

    /// ``PointsLot/forfeited``, for filters and sorting.
    public let forfeited = Field<PointsLot, Int64>(
      "forfeited", { $0.forfeited }, { $0.forfeited = $1 })

    /// ``PointsLot/restored``, for filters and sorting.
    public let restored = Field<PointsLot, Int64>("restored", { $0.restored }, { $0.restored = $1 })

    /// Whether it is drawn from (0) or pending (1); missing where nothing remains.
    let queue = Field<PointsLot, Int?>(derived: "queue") {
      $0.remaining == 0 ? nil : $0.isPending ? 1 : 0
    }

    /// ``PointsLot/originEntry`` of one that other lots' points came to, to find it by.
    let derivedFrom = MultiField<PointsLot, LedgerEntry.ID>("derived_from") { held in
      held.row.sequence == held.row.originEntry.number ? [] : [held.row.originEntry]
    }

    /// When time next does something to it, the end of time where it does not.
    let queuedUntil = Field<PointsLot, Instant>(derived: "queued_until") { $0.row.queuedUntil }
  }

  public static let fields = Fields()

  public static let schema = Schema<PointsLot>(
    "points_lots", version: 2, fields, derived: true,
    indexes: [
      .ordered(
        fields.account, fields.queue, fields.queuedUntil, fields.earnedAt, fields.sequence)
    ]
  ) {
    PointsLot(
      id: $0, account: .zero, sequence: 0, originMember: .zero, originEntry: .zero,
      programmeVersion: 1, earnedAt: .earliest, followsActivity: false, isPending: false,
      points: 0, remaining: 0, held: 0, redeemed: 0, expired: 0, clawed: 0, transferred: 0,
      converted: 0, forfeited: 0, restored: 0)
  }
}

extension PointsLot {
  /// Those first to which time does something soonest; of those the ones earned first.
  static let soonestFirst: [Ordering<PointsLot>] = [
    .ascending(fields.queuedUntil), .ascending(fields.earnedAt), .ascending(fields.sequence),
  ]

  /// The end of points that last for ever, in order after all others.
  private static let never = Instant.latest

  /// When time next does something to it: points do not end as long as they wait.
  var queuedUntil: Instant {
    isPending ? min(activeAt ?? Self.never, cancelAt ?? Self.never) : expiresAt ?? Self.never
  }

  /// How many points ended, were given up or never became spendable: nobody had anything of them.
  ///
  /// - Throws: ``LoyaltyError/Code/overflow``.
  func lost() throws(LoyaltyError) -> Int64 {
    try expired.adding(forfeited).adding(cancelled)
  }

  /// From when the points can no longer be spent, those that have waited up to then not at all.
  ///
  /// - Parameter lapse: When points that last as long as the member is active lapse.
  func end(lapsing lapse: Instant?) -> Instant? {
    guard followsActivity, let lapse else { return expiresAt }
    return min(expiresAt ?? Self.never, lapse)
  }

  /// How many points are somewhere, and how many there were and came back; always equal.
  var balance: (places: Int64, sources: Int64) {
    (
      remaining &+ held &+ redeemed &+ expired &+ clawed &+ cancelled &+ transferred &+ converted
        &+ forfeited,
      points &+ restored
    )
  }
}
