/// Someone works for the firm from now on.
public struct StaffRegistered: Event {
  /// Who.
  public var member: StaffMember.ID
  /// Who they are elsewhere.
  public var principal: Principal

  public static let name = "responsibility.staff_registered"

  private struct Fields: Sendable {
    let member = Field<StaffRegistered, StaffMember.ID>("member", { $0.member }, { $0.member = $1 })
    let principal = Field<StaffRegistered, Principal>(
      "principal", { $0.principal }, { $0.principal = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: StaffRegistered(member: .zero, principal: .system))
}

/// What is known of a member of staff was changed, or they left; the recorded event has the fields.
public struct StaffUpdated: Event {
  /// Who.
  public var member: StaffMember.ID

  public static let name = "responsibility.staff_updated"

  private struct Fields: Sendable {
    let member = Field<StaffUpdated, StaffMember.ID>("member", { $0.member }, { $0.member = $1 })
  }

  public static let layout = Layout(Fields(), blank: StaffUpdated(member: .zero))
}

/// There is a team more.
public struct TeamFounded: Event {
  /// The team.
  public var team: Team.ID

  public static let name = "responsibility.team_founded"

  private struct Fields: Sendable {
    let team = Field<TeamFounded, Team.ID>("team", { $0.team }, { $0.team = $1 })
  }

  public static let layout = Layout(Fields(), blank: TeamFounded(team: .zero))
}

/// A team was changed or closed; the recorded event has the fields.
public struct TeamUpdated: Event {
  /// The team.
  public var team: Team.ID

  public static let name = "responsibility.team_updated"

  private struct Fields: Sendable {
    let team = Field<TeamUpdated, Team.ID>("team", { $0.team }, { $0.team = $1 })
  }

  public static let layout = Layout(Fields(), blank: TeamUpdated(team: .zero))
}

/// Someone belongs to a team from now on.
public struct TeamJoined: Event {
  /// The team.
  public var team: Team.ID
  /// Who.
  public var member: StaffMember.ID

  public static let name = "responsibility.team_joined"

  private struct Fields: Sendable {
    let team = Field<TeamJoined, Team.ID>("team", { $0.team }, { $0.team = $1 })
    let member = Field<TeamJoined, StaffMember.ID>("member", { $0.member }, { $0.member = $1 })
  }

  public static let layout = Layout(Fields(), blank: TeamJoined(team: .zero, member: .zero))
}

/// Someone belongs to a team no more.
public struct TeamLeft: Event {
  /// The team.
  public var team: Team.ID
  /// Who.
  public var member: StaffMember.ID

  public static let name = "responsibility.team_left"

  private struct Fields: Sendable {
    let team = Field<TeamLeft, Team.ID>("team", { $0.team }, { $0.team = $1 })
    let member = Field<TeamLeft, StaffMember.ID>("member", { $0.member }, { $0.member = $1 })
  }

  public static let layout = Layout(Fields(), blank: TeamLeft(team: .zero, member: .zero))
}
