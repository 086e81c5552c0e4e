/// What somebody had written into an entry of a ledger was forgotten with its member.
public struct ReasonForgotten: Event {
  /// The entry.
  public var entry: LedgerEntry.ID

  public static let name = "loyalty.reason_forgotten"

  private struct Fields: Sendable {
    let entry = Field<ReasonForgotten, LedgerEntry.ID>("entry", { $0.entry }, { $0.entry = $1 })
  }

  public static let layout = Layout(Fields(), blank: ReasonForgotten(entry: .zero))
}

/// Something was written into a ledger; the entry has what.
public struct PointsPosted: Event {
  /// The entry.
  public var entry: LedgerEntry.ID
  /// Whose points it is about.
  public var member: LoyaltyMember.ID
  /// What it did.
  public var kind: LedgerEntry.Kind

  public static let name = "loyalty.points_posted"

  private struct Fields: Sendable {
    let entry = Field<PointsPosted, LedgerEntry.ID>("entry", { $0.entry }, { $0.entry = $1 })
    let member = Field<PointsPosted, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
    let kind = Field<PointsPosted, LedgerEntry.Kind>("kind", { $0.kind }, { $0.kind = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: PointsPosted(entry: .zero, member: .zero, kind: .evaluate))
}
