/// What setting points aside asks for.
public struct HoldRequest: LedgerRequest {
  /// Whose points.
  public internal(set) var member: LoyaltyMember.ID

  /// How many.
  public internal(set) var points: Int64

  /// The name of the points, if not the programme’s first.
  public internal(set) var currency: String?

  /// What it is for, such as an order.
  public internal(set) var reference: String?

  /// What the order comes to that is to be paid with them, if one is.
  public internal(set) var order: Money?

  /// How long, in seconds, if not as long as the programme says.
  public internal(set) var seconds: Int64?

  public static let kind = LedgerEntry.Kind.hold

  private struct Fields: Sendable {
    let member = Field<HoldRequest, LoyaltyMember.ID>("member", { $0.member }, { $0.member = $1 })
    let points = Field<HoldRequest, Int64>("points", { $0.points }, { $0.points = $1 })
    let currency = Field<HoldRequest, String?>("currency", { $0.currency }, { $0.currency = $1 })
    let reference = Field<HoldRequest, String?>(
      "reference", { $0.reference }, { $0.reference = $1 })
    let order = Field<HoldRequest, Money?>("order", { $0.order }, { $0.order = $1 })
    let seconds = Field<HoldRequest, Int64?>("seconds", { $0.seconds }, { $0.seconds = $1 })
  }

  public static let layout = Layout(Fields(), blank: HoldRequest(member: .zero, points: 0))
}

/// What redeeming held points asks for.
public struct CaptureRequest: LedgerRequest {
  /// The hold.
  public internal(set) var hold: PointsHold.ID

  /// How many; `nil` for all.
  public internal(set) var points: Int64?

  public static let kind = LedgerEntry.Kind.capture

  private struct Fields: Sendable {
    let hold = Field<CaptureRequest, PointsHold.ID>("hold", { $0.hold }, { $0.hold = $1 })
    let points = Field<CaptureRequest, Int64?>("points", { $0.points }, { $0.points = $1 })
  }

  public static let layout = Layout(Fields(), blank: CaptureRequest(hold: .zero))
}

/// What giving held points back asks for.
public struct VoidRequest: LedgerRequest {
  /// The hold.
  public internal(set) var hold: PointsHold.ID

  public static let kind = LedgerEntry.Kind.void

  private struct Fields: Sendable {
    let hold = Field<VoidRequest, PointsHold.ID>("hold", { $0.hold }, { $0.hold = $1 })
  }

  public static let layout = Layout(Fields(), blank: VoidRequest(hold: .zero))
}
