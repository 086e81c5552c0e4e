/// Points that move from one account of a ledger to another.
///
/// What one account loses the other gains, so nothing made of legs can be out of balance.
public struct LedgerLeg: Described, Codable {
  /// The name of the points.
  public internal(set) var currency: String

  /// How many move, at least 1.
  public internal(set) var points: Int64

  /// The account they leave.
  public internal(set) var from: LedgerAccount

  /// Whose account they leave; `nil` for the programme's.
  public internal(set) var fromMember: LoyaltyMember.ID?

  /// The account they come to.
  public internal(set) var to: LedgerAccount

  /// Whose account they come to; `nil` for the programme's.
  public internal(set) var toMember: LoyaltyMember.ID?

  /// The lot they leave; `nil` where they come from the programme, or were not there.
  public internal(set) var lot: PointsLot.ID?

  /// The lot they come to; `nil` where they go to the programme, or settle a deficit.
  public internal(set) var into: PointsLot.ID?

  /// How many of them settle a deficit, and so are gone from the lot they come to.
  public internal(set) var absorbed: Int64

  private struct Fields: Sendable {
    let currency = Field<LedgerLeg, String>("currency", { $0.currency }, { $0.currency = $1 })
    let points = Field<LedgerLeg, Int64>("points", { $0.points }, { $0.points = $1 })
    let from = Field<LedgerLeg, LedgerAccount>("from", { $0.from }, { $0.from = $1 })
    let fromMember = Field<LedgerLeg, LoyaltyMember.ID?>(
      "from_member", { $0.fromMember }, { $0.fromMember = $1 })
    let to = Field<LedgerLeg, LedgerAccount>("to", { $0.to }, { $0.to = $1 })
    let toMember = Field<LedgerLeg, LoyaltyMember.ID?>(
      "to_member", { $0.toMember }, { $0.toMember = $1 })
    let lot = Field<LedgerLeg, PointsLot.ID?>("lot", { $0.lot }, { $0.lot = $1 })
    let into = Field<LedgerLeg, PointsLot.ID?>("into", { $0.into }, { $0.into = $1 })
    let absorbed = Field<LedgerLeg, Int64>("absorbed", { $0.absorbed }, { $0.absorbed = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: LedgerLeg(currency: "", points: 0, from: .issued, to: .issued, absorbed: 0))
}

extension LedgerLeg {
  /// What it adds and takes.
  public var postings: [Posting] {
    [
      Posting(account: from, member: fromMember, currency: currency, points: -points),
      Posting(account: to, member: toMember, currency: currency, points: points),
    ]
  }
}
