/// What confirming pending points asks for.
public struct ActivateRequest: LedgerRequest {
  /// Whose points.
  public internal(set) var member: LoyaltyMember.ID

  /// What they were earned by, such as an order.
  public internal(set) var reference: String

  /// What has happened to it.
  public internal(set) var action: String

  /// When, if not when it was recorded.
  public internal(set) var occurredAt: Instant?

  public static let kind = LedgerEntry.Kind.activate

  private struct Fields: Sendable {
    let member = Field<ActivateRequest, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
    let reference = Field<ActivateRequest, String>(
      "reference", { $0.reference }, { $0.reference = $1 })
    let action = Field<ActivateRequest, String>("action", { $0.action }, { $0.action = $1 })
    let occurredAt = Field<ActivateRequest, Instant?>(
      "occurred_at", { $0.occurredAt }, { $0.occurredAt = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: ActivateRequest(member: .zero, reference: "", action: ""))
}
