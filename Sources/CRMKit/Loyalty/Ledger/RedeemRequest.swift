/// What a redemption asks for.
public struct RedeemRequest: LedgerRequest {
  /// Whose points.
  public internal(set) var member: LoyaltyMember.ID

  /// How many.
  public internal(set) var points: Int64

  /// The name of the points, if not the programme’s first.
  public internal(set) var currency: String?

  /// What it is for, such as an order.
  public internal(set) var reference: String?

  /// What the order comes to that is paid with them, if one is.
  public internal(set) var order: Money?

  /// When, if not when it was recorded.
  public internal(set) var occurredAt: Instant?

  public static let kind = LedgerEntry.Kind.redeem

  private struct Fields: Sendable {
    let member = Field<RedeemRequest, LoyaltyMember.ID>("member", { $0.member }, { $0.member = $1 })
    let points = Field<RedeemRequest, Int64>("points", { $0.points }, { $0.points = $1 })
    let currency = Field<RedeemRequest, String?>("currency", { $0.currency }, { $0.currency = $1 })
    let reference = Field<RedeemRequest, String?>(
      "reference", { $0.reference }, { $0.reference = $1 })
    let order = Field<RedeemRequest, Money?>("order", { $0.order }, { $0.order = $1 })
    let occurredAt = Field<RedeemRequest, Instant?>(
      "occurred_at", { $0.occurredAt }, { $0.occurredAt = $1 })
  }

  public static let layout = Layout(Fields(), blank: RedeemRequest(member: .zero, points: 0))
}
