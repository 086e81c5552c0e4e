/// What an adjustment by hand asks for.
public struct AdjustRequest: ReasonedRequest {
  /// Whose points.
  public internal(set) var member: LoyaltyMember.ID

  /// How many are added; below zero where they are taken.
  public internal(set) var points: Int64

  /// The name of the points, if not the programme’s first.
  public internal(set) var currency: String?

  /// Why.
  public var reason: String

  /// How long added points last.
  public internal(set) var life: PointsLife

  /// What it is for, such as an order.
  public internal(set) var reference: String?

  /// When, if not when it was recorded.
  public internal(set) var occurredAt: Instant?

  public static let kind = LedgerEntry.Kind.adjust

  private struct Fields: Sendable {
    let member = Field<AdjustRequest, LoyaltyMember.ID>("member", { $0.member }, { $0.member = $1 })
    let points = Field<AdjustRequest, Int64>("points", { $0.points }, { $0.points = $1 })
    let currency = Field<AdjustRequest, String?>("currency", { $0.currency }, { $0.currency = $1 })
    let reason = Field<AdjustRequest, String>("reason", { $0.reason }, { $0.reason = $1 })
    let life = Field<AdjustRequest, PointsLife>("life", { $0.life }, { $0.life = $1 })
    let reference = Field<AdjustRequest, String?>(
      "reference", { $0.reference }, { $0.reference = $1 })
    let occurredAt = Field<AdjustRequest, Instant?>(
      "occurred_at", { $0.occurredAt }, { $0.occurredAt = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: AdjustRequest(member: .zero, points: 0, reason: "", life: .byProgramme))
}
