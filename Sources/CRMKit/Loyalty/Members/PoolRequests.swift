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

extension LedgerEntry {
  /// The pool that it let a member join or leave; `nil` of other entries.
  var poolOfMove: LoyaltyMember.ID? {
    guard kind == .transfer, refusal == nil, let request = try? request(as: PoolJoinRequest.self),
      request.pool == member
    else { return nil }
    return member
  }

  /// Whose points have since been on the account of its member: those of an alias, or of who shares
  /// them with a pool.
  var joined: LoyaltyMember.ID? {
    guard refusal == nil, kind == .merge || poolOfMove != nil else { return nil }
    return counterparty
  }

  /// Whether it also changed how a member stands, which undoing its points would not.
  var changesMembership: Bool {
    if kind == .forfeit, request != nil { return (try? request(as: ForfeitRequest.self)) == nil }
    return poolOfMove != nil
  }
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
