/// What taking points for good asks for.
public struct ForfeitRequest: ReasonedRequest {
  /// Whose points.
  public internal(set) var member: LoyaltyMember.ID

  /// How many.
  public internal(set) var points: Int64

  /// The name of the points, if not the programme’s first.
  public internal(set) var currency: String?

  /// Why.
  public var reason: String

  public static let kind = LedgerEntry.Kind.forfeit

  private struct Fields: Sendable {
    let member = Field<ForfeitRequest, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
    let points = Field<ForfeitRequest, Int64>("points", { $0.points }, { $0.points = $1 })
    let currency = Field<ForfeitRequest, String?>("currency", { $0.currency }, { $0.currency = $1 })
    let reason = Field<ForfeitRequest, String>("reason", { $0.reason }, { $0.reason = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: ForfeitRequest(member: .zero, points: 0, reason: ""))
}
