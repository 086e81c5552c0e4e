/// What joining a pool asks for, with all points that the member has.
public struct PoolJoinRequest: LedgerRequest {
  /// The member.
  public internal(set) var member: LoyaltyMember.ID

  /// The pool.
  public internal(set) var pool: LoyaltyMember.ID

  public static let kind = LedgerEntry.Kind.transfer

  private struct Fields: Sendable {
    let member = Field<PoolJoinRequest, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
    let pool = Field<PoolJoinRequest, LoyaltyMember.ID>("pool", { $0.pool }, { $0.pool = $1 })
  }

  public static let layout = Layout(Fields(), blank: PoolJoinRequest(member: .zero, pool: .zero))
}

/// What leaving a pool asks for, with the part of its points that is the member's.
public struct PoolLeaveRequest: LedgerRequest {
  /// The member.
  public internal(set) var member: LoyaltyMember.ID

  /// The pool.
  public internal(set) var pool: LoyaltyMember.ID

  public static let kind = LedgerEntry.Kind.transfer

  private struct Fields: Sendable {
    let member = Field<PoolLeaveRequest, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
    let pool = Field<PoolLeaveRequest, LoyaltyMember.ID>("pool", { $0.pool }, { $0.pool = $1 })
  }

  public static let layout = Layout(Fields(), blank: PoolLeaveRequest(member: .zero, pool: .zero))
}

/// Members share their points from now on, or do so no more.
public struct PoolChanged: Event {
  /// The member.
  public var member: LoyaltyMember.ID
  /// The pool the member shares with now; `nil` for who has left.
  public var pool: LoyaltyMember.ID?

  public static let name = "loyalty.pool_changed"

  private struct Fields: Sendable {
    let member = Field<PoolChanged, LoyaltyMember.ID>("member", { $0.member }, { $0.member = $1 })
    let pool = Field<PoolChanged, LoyaltyMember.ID?>("pool", { $0.pool }, { $0.pool = $1 })
  }

  public static let layout = Layout(Fields(), blank: PoolChanged(member: .zero))
}
