/// What making other points of points asks for.
public struct ConvertRequest: LedgerRequest {
  /// Whose points.
  public internal(set) var member: LoyaltyMember.ID

  /// How many.
  public internal(set) var points: Int64

  /// The name of the points, if not the programme’s first.
  public internal(set) var currency: String?

  /// The name of the other points.
  public internal(set) var into: String

  /// How many points one of the others costs.
  public internal(set) var rate: Ratio

  public static let kind = LedgerEntry.Kind.convert

  private struct Fields: Sendable {
    let member = Field<ConvertRequest, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
    let points = Field<ConvertRequest, Int64>("points", { $0.points }, { $0.points = $1 })
    let currency = Field<ConvertRequest, String?>("currency", { $0.currency }, { $0.currency = $1 })
    let into = Field<ConvertRequest, String>("into", { $0.into }, { $0.into = $1 })
    let rate = Field<ConvertRequest, Ratio>("rate", { $0.rate }, { $0.rate = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: ConvertRequest(member: .zero, points: 0, into: "", rate: .one))
}
