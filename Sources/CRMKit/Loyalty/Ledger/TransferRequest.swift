/// What giving points to another member asks for.
public struct TransferRequest: LedgerRequest {
  /// Whose points.
  public internal(set) var member: LoyaltyMember.ID

  /// Who gets them.
  public internal(set) var to: LoyaltyMember.ID

  /// How many.
  public internal(set) var points: Int64

  /// The name of the points, if not the programme’s first.
  public internal(set) var currency: String?

  /// What it is for, such as an order.
  public internal(set) var reference: String?

  public static let kind = LedgerEntry.Kind.transfer

  private struct Fields: Sendable {
    let member = Field<TransferRequest, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
    let to = Field<TransferRequest, LoyaltyMember.ID>("to", { $0.to }, { $0.to = $1 })
    let points = Field<TransferRequest, Int64>("points", { $0.points }, { $0.points = $1 })
    let currency = Field<TransferRequest, String?>(
      "currency", { $0.currency }, { $0.currency = $1 })
    let reference = Field<TransferRequest, String?>(
      "reference", { $0.reference }, { $0.reference = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: TransferRequest(member: .zero, to: .zero, points: 0))
}
