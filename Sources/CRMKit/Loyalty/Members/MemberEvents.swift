/// A membership was joined with another, and is an alias of it from now on.
public struct MemberMerged: Event {
  /// The alias.
  public var member: LoyaltyMember.ID
  /// The membership that goes on.
  public var into: LoyaltyMember.ID

  public static let name = "loyalty.member_merged"

  private struct Fields: Sendable {
    let member = Field<MemberMerged, LoyaltyMember.ID>("member", { $0.member }, { $0.member = $1 })
    let into = Field<MemberMerged, LoyaltyMember.ID>("into", { $0.into }, { $0.into = $1 })
  }

  public static let layout = Layout(Fields(), blank: MemberMerged(member: .zero, into: .zero))
}

/// A membership was parted from the one it had been joined with.
public struct MemberUnmerged: Event {
  /// The membership.
  public var member: LoyaltyMember.ID
  /// The one it had been joined with.
  public var from: LoyaltyMember.ID

  public static let name = "loyalty.member_unmerged"

  private struct Fields: Sendable {
    let member = Field<MemberUnmerged, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
    let from = Field<MemberUnmerged, LoyaltyMember.ID>("from", { $0.from }, { $0.from = $1 })
  }

  public static let layout = Layout(Fields(), blank: MemberUnmerged(member: .zero, from: .zero))
}

/// A membership is another customer's from now on.
public struct MemberReassigned: Event {
  /// The membership.
  public var member: LoyaltyMember.ID
  /// Whose it was.
  public var from: Customer.ID
  /// Whose it is.
  public var to: Customer.ID

  public static let name = "loyalty.member_reassigned"

  private struct Fields: Sendable {
    let member = Field<MemberReassigned, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
    let from = Field<MemberReassigned, Customer.ID>("from", { $0.from }, { $0.from = $1 })
    let to = Field<MemberReassigned, Customer.ID>("to", { $0.to }, { $0.to = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: MemberReassigned(member: .zero, from: .zero, to: .zero))
}

/// A member may neither earn nor redeem from now on; ``LoyaltyMember/statusReasons`` say why.
public struct MemberBlocked: Event {
  /// The member.
  public var member: LoyaltyMember.ID

  public static let name = "loyalty.member_blocked"

  private struct Fields: Sendable {
    let member = Field<MemberBlocked, LoyaltyMember.ID>("member", { $0.member }, { $0.member = $1 })
  }

  public static let layout = Layout(Fields(), blank: MemberBlocked(member: .zero))
}

/// A member may earn and redeem again; ``LoyaltyMember/statusReasons`` say why.
public struct MemberUnblocked: Event {
  /// The member.
  public var member: LoyaltyMember.ID

  public static let name = "loyalty.member_unblocked"

  private struct Fields: Sendable {
    let member = Field<MemberUnblocked, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
  }

  public static let layout = Layout(Fields(), blank: MemberUnblocked(member: .zero))
}

/// Why a member was blocked was forgotten, as that was about an alias who was.
public struct StatusReasonForgotten: Event {
  /// The member.
  public var member: LoyaltyMember.ID

  public static let name = "loyalty.status_reason_forgotten"

  private struct Fields: Sendable {
    let member = Field<StatusReasonForgotten, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
  }

  public static let layout = Layout(Fields(), blank: StatusReasonForgotten(member: .zero))
}

/// The person of a membership was forgotten; its entries stay under its identifier.
public struct MemberErased: Event {
  /// The membership.
  public var member: LoyaltyMember.ID

  public static let name = "loyalty.member_erased"

  private struct Fields: Sendable {
    let member = Field<MemberErased, LoyaltyMember.ID>("member", { $0.member }, { $0.member = $1 })
  }

  public static let layout = Layout(Fields(), blank: MemberErased(member: .zero))
}
