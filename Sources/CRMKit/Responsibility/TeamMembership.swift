/// That someone belongs to a team, from when and until when.
public struct TeamMembership: Record {
  /// What names it for good.
  public let id: Identifier<TeamMembership>

  /// The team.
  public var team: Team.ID

  /// Who belongs to it.
  public var member: StaffMember.ID

  /// What they are there, such as `lead`.
  public var role: String?

  /// Since when.
  public var from: Instant

  /// Since when no more, once that is over.
  public var until: Instant?

  /// Whether they belong to it at an instant.
  public func holds(at instant: Instant) -> Bool {
    from <= instant && until.map { instant < $0 } ?? true
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``TeamMembership/team``, for filters and sorting.
    public let team = Field<TeamMembership, Team.ID>("team", { $0.team }, { $0.team = $1 })
      .references(Team.self)

    /// ``TeamMembership/member``, for filters and sorting.
    public let member = Field<TeamMembership, StaffMember.ID>(
      "member", { $0.member }, { $0.member = $1 }
    ).references(StaffMember.self)

    /// ``TeamMembership/role``, for filters and sorting.
    public let role = Field<TeamMembership, String?>("role", { $0.role }, { $0.role = $1 })

    /// ``TeamMembership/from``, for filters and sorting.
    public let from = Field<TeamMembership, Instant>("from", { $0.from }, { $0.from = $1 })

    /// ``TeamMembership/until``, for filters and sorting.
    public let until = Field<TeamMembership, Instant?>("until", { $0.until }, { $0.until = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<TeamMembership>(
    "team_memberships", fields,
    indexes: [
      .ordered(fields.team, fields.from),
      .ordered(fields.member, fields.from),
    ]
  ) {
    TeamMembership(id: $0, team: .zero, member: .zero, from: .earliest)
  }
}
