/// An account of a programme's ledger, for each kind of points.
///
/// The first seven are the programme's, the others each member's or pool's. All of them together
/// always come to zero.
public enum LedgerAccount: String, Sendable, Codable, FieldValue, CaseIterable {
  /// Where earned points come from; what was issued is below zero.
  case issued
  /// Where points given or taken by hand come from and go.
  case adjusted
  /// Where redeemed points go.
  case redeemed
  /// Where points go that ended.
  case expired
  /// Where points come from that were to be taken back and were not there.
  case clawLoss = "claw_loss"
  /// Where points go that a member gave up or lost.
  case forfeited
  /// Where points go and come from that become points of another kind.
  case conversion
  /// A member's points that cannot be spent yet.
  case pending
  /// A member's points that can be spent.
  case available
  /// A member's points that are held.
  case held

  /// Whether each member has one.
  public var isMembers: Bool {
    switch self {
    case .pending, .available, .held: true
    default: false
    }
  }
}

/// What an entry adds to an account, or takes from it.
public struct Posting: Hashable, Sendable {
  /// The account.
  public let account: LedgerAccount
  /// Whose it is; `nil` for the programme's.
  public let member: LoyaltyMember.ID?
  /// The name of the points.
  public let currency: String
  /// How many are added; below zero where they are taken.
  public let points: Int64
}

/// Points drawn from a lot.
public struct PointsDraw: Described, Codable {
  /// The lot.
  public var lot: PointsLot.ID
  /// How many.
  public var points: Int64

  private struct Fields: Sendable {
    let lot = Field<PointsDraw, PointsLot.ID>("lot", { $0.lot }, { $0.lot = $1 })
    let points = Field<PointsDraw, Int64>("points", { $0.points }, { $0.points = $1 })
  }

  public static let layout = Layout(Fields(), blank: PointsDraw(lot: .zero, points: 0))
}

/// When points of a kind lapse that last as long as the member is active.
public struct PointsLapse: Described, Codable {
  /// Whose points.
  public var member: LoyaltyMember.ID
  /// The name of the points.
  public var currency: String
  /// When.
  public var at: Instant

  private struct Fields: Sendable {
    let member = Field<PointsLapse, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
    let currency = Field<PointsLapse, String>("currency", { $0.currency }, { $0.currency = $1 })
    let at = Field<PointsLapse, Instant>("at", { $0.at }, { $0.at = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: PointsLapse(member: .zero, currency: "", at: .earliest))
}
