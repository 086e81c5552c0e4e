/// How a lot that an entry opens is to live, or how one that is there is to live from now on.
public struct LotOpening: Described, Codable {
  /// The lot.
  public internal(set) var lot: PointsLot.ID

  /// Whose it is.
  public internal(set) var member: LoyaltyMember.ID

  /// The name of the points.
  public internal(set) var currency: String

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

  /// Whether they also end when the member is not active.
  public internal(set) var followsActivity: Bool

  /// What they were earned by, such as an order.
  public internal(set) var reference: String?

  /// What part of a price was paid for them.
  public internal(set) var price: Money?

  /// The lot whose redeemed points these are, where that one had ended.
  public internal(set) var restoredFrom: PointsLot.ID?

  private struct Fields: Sendable {
    let lot = Field<LotOpening, PointsLot.ID>("lot", { $0.lot }, { $0.lot = $1 })
    let member = Field<LotOpening, LoyaltyMember.ID>("member", { $0.member }, { $0.member = $1 })
    let currency = Field<LotOpening, String>("currency", { $0.currency }, { $0.currency = $1 })
    let originMember = Field<LotOpening, LoyaltyMember.ID>(
      "origin_member", { $0.originMember }, { $0.originMember = $1 })
    let originEntry = Field<LotOpening, LedgerEntry.ID>(
      "origin_entry", { $0.originEntry }, { $0.originEntry = $1 })
    let programmeVersion = Field<LotOpening, Int>(
      "programme_version", { $0.programmeVersion }, { $0.programmeVersion = $1 })
    let earnedAt = Field<LotOpening, Instant>("earned_at", { $0.earnedAt }, { $0.earnedAt = $1 })
    let activeAt = Field<LotOpening, Instant?>("active_at", { $0.activeAt }, { $0.activeAt = $1 })
    let awaits = Field<LotOpening, String?>("awaits", { $0.awaits }, { $0.awaits = $1 })
    let cancelAt = Field<LotOpening, Instant?>("cancel_at", { $0.cancelAt }, { $0.cancelAt = $1 })
    let lastValidDay = Field<LotOpening, CalendarDate?>(
      "last_valid_day", { $0.lastValidDay }, { $0.lastValidDay = $1 })
    let expiresAt = Field<LotOpening, Instant?>(
      "expires_at", { $0.expiresAt }, { $0.expiresAt = $1 })
    let followsActivity = Field<LotOpening, Bool>(
      "follows_activity", { $0.followsActivity }, { $0.followsActivity = $1 })
    let reference = Field<LotOpening, String?>(
      "reference", { $0.reference }, { $0.reference = $1 })
    let price = Field<LotOpening, Money?>("price", { $0.price }, { $0.price = $1 })
    let restoredFrom = Field<LotOpening, PointsLot.ID?>(
      "restored_from", { $0.restoredFrom }, { $0.restoredFrom = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: LotOpening(
      lot: .zero, member: .zero, currency: "", originMember: .zero, originEntry: .zero,
      programmeVersion: 1, earnedAt: .earliest, followsActivity: false))
}

extension LotOpening {
  /// Whether the points cannot be spent yet.
  var isPending: Bool { activeAt != nil || awaits != nil }

  /// The lot with nothing in it.
  ///
  /// - Parameter sequence: The number of the entry that opens it.
  func empty(in sequence: Int64) -> PointsLot {
    var lot = PointsLot(
      id: lot, account: PointsAccount.identifier(of: member, currency), sequence: sequence,
      originMember: originMember, originEntry: originEntry, programmeVersion: programmeVersion,
      earnedAt: earnedAt, followsActivity: followsActivity, reference: reference, price: price,
      restoredFrom: restoredFrom, isPending: isPending, points: 0, remaining: 0, held: 0,
      redeemed: 0, expired: 0, clawed: 0, transferred: 0, converted: 0, forfeited: 0, restored: 0)
    date(&lot)
    return lot
  }

  /// Gives a lot its days.
  func date(_ lot: inout PointsLot) {
    lot.activeAt = activeAt
    lot.awaits = awaits
    lot.cancelAt = cancelAt
    lot.lastValidDay = lastValidDay
    lot.expiresAt = expiresAt
    lot.followsActivity = followsActivity
  }

  /// How a lot that is there is to live: as another one does.
  init(
    _ lot: PointsLot, of member: LoyaltyMember.ID, _ currency: String, living other: PointsLot
  ) {
    self.init(lot, of: member, currency)
    (activeAt, awaits, cancelAt) = (other.activeAt, other.awaits, other.cancelAt)
    (lastValidDay, expiresAt) = (other.lastValidDay, other.expiresAt)
    followsActivity = other.followsActivity
  }

  /// How a lot that is there lives.
  init(_ lot: PointsLot, of member: LoyaltyMember.ID, _ currency: String) {
    self.init(
      lot: lot.id, member: member, currency: currency, originMember: lot.originMember,
      originEntry: lot.originEntry, programmeVersion: lot.programmeVersion,
      earnedAt: lot.earnedAt, activeAt: lot.activeAt, awaits: lot.awaits, cancelAt: lot.cancelAt,
      lastValidDay: lot.lastValidDay, expiresAt: lot.expiresAt,
      followsActivity: lot.followsActivity, reference: lot.reference, price: lot.price,
      restoredFrom: lot.restoredFrom)
  }
}
