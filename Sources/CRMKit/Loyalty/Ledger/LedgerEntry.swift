/// One request and what it did: an entry of a programme's ledger, which never changes; but what
/// somebody wrote of a member can be forgotten with them.
///
/// Entries are numbered without gaps. Each has the hash of the one before, so that none can be
/// changed or left out unnoticed.
public struct LedgerEntry: Record {
  /// What names it for good: the programme and the number.
  public internal(set) var id: Identifier<LedgerEntry>

  /// The name of the programme.
  public internal(set) var programme: String

  /// What it did.
  public internal(set) var kind: Kind

  /// Whose points it is about.
  public internal(set) var member: LoyaltyMember.ID

  /// Whose points it is about besides, such as who got them.
  public internal(set) var counterparty: LoyaltyMember.ID?

  /// What the host calls the request; one of a kind in the programme, for ever.
  public internal(set) var key: String?

  /// What the request was about; one of a kind in the programme, for ever.
  public internal(set) var naturalKey: String?

  /// When it happened.
  public internal(set) var occurredAt: Instant

  /// When it was recorded; never before the entry before it.
  public internal(set) var recordedAt: Instant

  /// The version of the programme whose rules it follows.
  public internal(set) var programmeVersion: Int

  /// What was asked for, as JSON; ``request(as:)`` reads it.
  var request: Payload?

  /// How the points of an earning came about, what a refund did or what points pay, as JSON.
  var outcome: Payload?

  /// The points that moved.
  public internal(set) var legs: [LedgerLeg]

  /// How the lots it opened are to live, and lots that it gave other days.
  public internal(set) var openings: [LotOpening]

  /// When points that last as long as the member is active lapse from now on.
  public internal(set) var lapses: [PointsLapse]

  /// The hold it is about.
  public internal(set) var hold: PointsHold.ID?

  /// When the hold it placed is over.
  public internal(set) var holdExpiresAt: Instant?

  /// What it is about outside of the ledger, such as an order.
  public internal(set) var reference: String?

  /// The entry that it reverses, refunds or follows from.
  public internal(set) var cause: LedgerEntry.ID?

  /// Why, as somebody wrote it; `nil` also once it was forgotten with the member.
  public internal(set) var reason: String?

  /// What makes ``reason`` not to be guessed from its hash; forgotten with it.
  var salt: Blob?

  /// What ``reason`` hashes to; it stays when that is forgotten.
  public internal(set) var reasonHash: Blob?

  /// Why it was refused, in which case it moved nothing.
  public internal(set) var refusal: LoyaltyError?

  /// When it counts towards tiers; `nil` where it does not.
  public internal(set) var qualifiesAt: Instant?

  /// How many points count towards tiers; below zero where they are taken back.
  public internal(set) var qualifyingPoints: Int64

  /// How much spend counts towards tiers.
  public internal(set) var qualifyingSpend: Money?

  /// How many times it counts towards tiers.
  public internal(set) var qualifyingCount: Int

  /// The hash of the entry before; empty for the first.
  public internal(set) var previousHash: Blob

  /// What the entry and all before it hash to.
  public internal(set) var hash: Blob

  /// The described fields.
  public struct Fields: Sendable {
    /// ``LedgerEntry/programme``, for filters and sorting.
    public let programme = Field<LedgerEntry, String>(
      "programme", { $0.programme }, { $0.programme = $1 })

    /// ``LedgerEntry/kind``, for filters and sorting.
    public let kind = Field<LedgerEntry, Kind>(
      "kind", { $0.kind }, { $0.kind = $1 })

    /// ``LedgerEntry/member``, for filters and sorting.
    public let member = Field<LedgerEntry, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 }
    ).owned(by: LoyaltyMember.self)

    /// ``LedgerEntry/counterparty``, for filters and sorting.
    public let counterparty = Field<LedgerEntry, LoyaltyMember.ID?>(
      "counterparty", { $0.counterparty }, { $0.counterparty = $1 })

    /// ``LedgerEntry/key``, for filters and sorting.
    public let key = Field<LedgerEntry, String?>(
      "key", { $0.key }, { $0.key = $1 })

    /// ``LedgerEntry/naturalKey``, for filters and sorting.
    public let naturalKey = Field<LedgerEntry, String?>(
      "natural_key", { $0.naturalKey }, { $0.naturalKey = $1 })

    /// ``LedgerEntry/occurredAt``, for filters and sorting.
    public let occurredAt = Field<LedgerEntry, Instant>(
      "occurred_at", { $0.occurredAt }, { $0.occurredAt = $1 })

    /// ``LedgerEntry/recordedAt``, for filters and sorting.
    public let recordedAt = Field<LedgerEntry, Instant>(
      "recorded_at", { $0.recordedAt }, { $0.recordedAt = $1 })

    /// ``LedgerEntry/programmeVersion``, for filters and sorting.
    public let programmeVersion = Field<LedgerEntry, Int>(
      "programme_version", { $0.programmeVersion }, { $0.programmeVersion = $1 })

    let request = Field<LedgerEntry, Payload?>(
      "request", { $0.request }, { $0.request = $1 }
    ).personal()

    let outcome = Field<LedgerEntry, Payload?>(
      "outcome", { $0.outcome }, { $0.outcome = $1 })

    /// ``LedgerEntry/legs``, for filters and sorting.
    public let legs = Field<LedgerEntry, [LedgerLeg]>(
      "legs", { $0.legs }, { $0.legs = $1 })

    /// ``LedgerEntry/openings``, for filters and sorting.
    public let openings = Field<LedgerEntry, [LotOpening]>(
      "openings", { $0.openings }, { $0.openings = $1 })

    /// ``LedgerEntry/lapses``, for filters and sorting.
    public let lapses = Field<LedgerEntry, [PointsLapse]>(
      "lapses", { $0.lapses }, { $0.lapses = $1 })

    /// ``LedgerEntry/hold``, for filters and sorting.
    public let hold = Field<LedgerEntry, PointsHold.ID?>(
      "hold", { $0.hold }, { $0.hold = $1 })

    /// ``LedgerEntry/holdExpiresAt``, for filters and sorting.
    public let holdExpiresAt = Field<LedgerEntry, Instant?>(
      "hold_expires_at", { $0.holdExpiresAt }, { $0.holdExpiresAt = $1 })

    /// ``LedgerEntry/reference``, for filters and sorting.
    public let reference = Field<LedgerEntry, String?>(
      "reference", { $0.reference }, { $0.reference = $1 })

    /// ``LedgerEntry/cause``, for filters and sorting.
    public let cause = Field<LedgerEntry, LedgerEntry.ID?>(
      "cause", { $0.cause }, { $0.cause = $1 })

    /// ``LedgerEntry/reason``, for filters and sorting.
    public let reason = Field<LedgerEntry, String?>(
      "reason", { $0.reason }, { $0.reason = $1 }
    ).personal()

    let salt = Field<LedgerEntry, Blob?>("salt", { $0.salt }, { $0.salt = $1 }).personal()

    /// ``LedgerEntry/reasonHash``, for filters and sorting.
    public let reasonHash = Field<LedgerEntry, Blob?>(
      "reason_hash", { $0.reasonHash }, { $0.reasonHash = $1 })

    /// ``LedgerEntry/refusal``, for filters and sorting.
    public let refusal = Field<LedgerEntry, LoyaltyError?>(
      "refusal", { $0.refusal }, { $0.refusal = $1 })

    /// ``LedgerEntry/qualifiesAt``, for filters and sorting.
    public let qualifiesAt = Field<LedgerEntry, Instant?>(
      "qualifies_at", { $0.qualifiesAt }, { $0.qualifiesAt = $1 })

    /// ``LedgerEntry/qualifyingPoints``, for filters and sorting.
    public let qualifyingPoints = Field<LedgerEntry, Int64>(
      "qualifying_points", { $0.qualifyingPoints }, { $0.qualifyingPoints = $1 })

    /// ``LedgerEntry/qualifyingSpend``, for filters and sorting.
    public let qualifyingSpend = Field<LedgerEntry, Money?>(
      "qualifying_spend", { $0.qualifyingSpend }, { $0.qualifyingSpend = $1 })

    /// ``LedgerEntry/qualifyingCount``, for filters and sorting.
    public let qualifyingCount = Field<LedgerEntry, Int>(
      "qualifying_count", { $0.qualifyingCount }, { $0.qualifyingCount = $1 })

    /// ``LedgerEntry/previousHash``, for filters and sorting.
    public let previousHash = Field<LedgerEntry, Blob>(
      "previous_hash", { $0.previousHash }, { $0.previousHash = $1 })

    /// ``LedgerEntry/hash``, for filters and sorting.
    public let hash = Field<LedgerEntry, Blob>(
      "hash", { $0.hash }, { $0.hash = $1 })

    /// ``LedgerEntry/key`` and ``LedgerEntry/naturalKey`` with the programme, to find it by.
    let keys = MultiField<LedgerEntry, String>("keys", unique: true) { $0.row.keys }

    /// Everybody whose points it is about.
    let parties = MultiField<LedgerEntry, LoyaltyMember.ID>("parties") {
      [$0.member] + ($0.counterparty.map { [$0] } ?? [])
    }

    /// The programme and ``LedgerEntry/reference`` of redeemed points, to find by it what paid for
    /// an order.
    let paidFor = MultiField<LedgerEntry, String>("paid_for") { $0.row.paidFor }

    /// ``LedgerEntry/cause``, to find by it what an entry led to.
    let causes = MultiField<LedgerEntry, LedgerEntry.ID>("causes") { $0.cause.map { [$0] } ?? [] }
  }

  public static let fields = Fields()

  public static let schema = Schema<LedgerEntry>(
    "ledger_entries", fields, indexes: [.ordered(fields.member, fields.qualifiesAt)]
  ) {
    LedgerEntry(
      id: $0, programme: "", kind: .evaluate, member: .zero, occurredAt: .earliest,
      recordedAt: .earliest, programmeVersion: 1, legs: [], openings: [], lapses: [],
      qualifyingPoints: 0,
      qualifyingCount: 0, previousHash: Blob([]), hash: Blob([]))
  }
}
