/// What joining a membership with another asks for.
public struct MergeRequest: LedgerRequest {
  /// The membership that becomes an alias.
  public internal(set) var member: LoyaltyMember.ID

  /// The one that goes on.
  public internal(set) var into: LoyaltyMember.ID

  public static let kind = LedgerEntry.Kind.merge

  private struct Fields: Sendable {
    let member = Field<MergeRequest, LoyaltyMember.ID>("member", { $0.member }, { $0.member = $1 })
    let into = Field<MergeRequest, LoyaltyMember.ID>("into", { $0.into }, { $0.into = $1 })
  }

  public static let layout = Layout(Fields(), blank: MergeRequest(member: .zero, into: .zero))
}

/// What parting a membership from the one it was joined with asks for.
public struct UnmergeRequest: LedgerRequest {
  /// The membership that is an alias.
  public internal(set) var member: LoyaltyMember.ID

  public static let kind = LedgerEntry.Kind.unmerge

  private struct Fields: Sendable {
    let member = Field<UnmergeRequest, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
  }

  public static let layout = Layout(Fields(), blank: UnmergeRequest(member: .zero))
}

/// What giving up all points of a membership asks for, whose person is to be forgotten.
struct EraseRequest: LedgerRequest {
  /// The membership.
  var member: LoyaltyMember.ID

  static let kind = LedgerEntry.Kind.forfeit

  private struct Fields: Sendable {
    let member = Field<EraseRequest, LoyaltyMember.ID>("member", { $0.member }, { $0.member = $1 })
  }

  static let layout = Layout(Fields(), blank: EraseRequest(member: .zero))
}
