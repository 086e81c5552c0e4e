/// Points set aside for a redemption that is not finished, for a time.
///
/// It follows from the entries of the ledger.
public struct PointsHold: Record {
  /// What names it for good.
  public let id: Identifier<PointsHold>

  /// The account they are on.
  public internal(set) var account: PointsAccount.ID

  /// The name of the programme.
  public internal(set) var programme: String

  /// The entry that set them aside, whoever has them by now.
  public internal(set) var entry: LedgerEntry.ID

  /// The lots they are of, in the order in which they were drawn.
  public internal(set) var parts: [PointsDraw]

  /// How many they are.
  public internal(set) var points: Int64

  /// How many of them were redeemed.
  public internal(set) var captured: Int64

  /// Since when they are on the account.
  public internal(set) var placedAt: Instant

  /// When they go back, unless they were redeemed or given back before.
  public internal(set) var expiresAt: Instant

  /// What they are for, such as an order.
  public internal(set) var reference: String?

  /// Whether somebody is to look at it first; it has no end then.
  public internal(set) var isReview: Bool

  /// What became of it.
  public internal(set) var status: Status

  /// What becomes of a hold.
  public enum Status: String, Sendable, Codable, FieldValue, CaseIterable {
    /// Its points are set aside.
    case open
    /// They were redeemed, or some of them, and the rest went back.
    case captured
    /// They went back as was asked for.
    case voided
    /// They went back as its time was over.
    case lapsed
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``PointsHold/account``, for filters and sorting.
    public let account = Field<PointsHold, PointsAccount.ID>(
      "account", { $0.account }, { $0.account = $1 }
    ).owned(by: PointsAccount.self)

    /// ``PointsHold/programme``, for filters and sorting.
    public let programme = Field<PointsHold, String>(
      "programme", { $0.programme }, { $0.programme = $1 })

    /// ``PointsHold/entry``, for filters and sorting.
    public let entry = Field<PointsHold, LedgerEntry.ID>("entry", { $0.entry }, { $0.entry = $1 })

    /// ``PointsHold/parts``, for filters and sorting.
    public let parts = Field<PointsHold, [PointsDraw]>("parts", { $0.parts }, { $0.parts = $1 })

    /// ``PointsHold/points``, for filters and sorting.
    public let points = Field<PointsHold, Int64>("points", { $0.points }, { $0.points = $1 })

    /// ``PointsHold/captured``, for filters and sorting.
    public let captured = Field<PointsHold, Int64>(
      "captured", { $0.captured }, { $0.captured = $1 })

    /// ``PointsHold/placedAt``, for filters and sorting.
    public let placedAt = Field<PointsHold, Instant>(
      "placed_at", { $0.placedAt }, { $0.placedAt = $1 })

    /// ``PointsHold/expiresAt``, for filters and sorting.
    public let expiresAt = Field<PointsHold, Instant>(
      "expires_at", { $0.expiresAt }, { $0.expiresAt = $1 })

    /// ``PointsHold/reference``, for filters and sorting.
    public let reference = Field<PointsHold, String?>(
      "reference", { $0.reference }, { $0.reference = $1 })

    /// ``PointsHold/isReview``, for filters and sorting.
    public let isReview = Field<PointsHold, Bool>(
      "is_review", { $0.isReview }, { $0.isReview = $1 })

    /// ``PointsHold/status``, for filters and sorting.
    public let status = Field<PointsHold, Status>("status", { $0.status }, { $0.status = $1 })

    /// When its time is over, while it is open.
    let lapsesAt = Field<PointsHold, Instant?>(derived: "lapses_at") {
      $0.status == .open ? $0.expiresAt : nil
    }

    /// The programme in which somebody is to look at it, while that is so.
    let reviews = MultiField<PointsHold, String>("reviews") {
      $0.row.isReview && $0.row.status == .open ? [$0.row.programme] : []
    }
  }

  public static let fields = Fields()

  public static let schema = Schema<PointsHold>(
    "points_holds", fields, derived: true,
    indexes: [.ordered(fields.account, fields.lapsesAt)]
  ) {
    PointsHold(
      id: $0, account: .zero, programme: "", entry: .zero, parts: [], points: 0, captured: 0,
      placedAt: .earliest, expiresAt: .earliest, isReview: false, status: .open)
  }
}
