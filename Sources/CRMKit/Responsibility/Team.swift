/// A department or a team of the firm, which can be responsible for customers itself.
public struct Team: Versioned {
  /// What names it for good.
  public let id: Identifier<Team>

  /// Its short name, for good; ``Principal/team(_:)`` names it as an owner.
  public var name: String

  /// What it is called.
  public var title: String

  /// The team it belongs to, if to one.
  public var parent: Team.ID?

  /// Since when there is one.
  public var foundedAt: Instant

  /// Since when no more, once it was closed.
  public var closedAt: Instant?

  public var modifiedAt: Instant

  public var version: Int

  /// The team as an owner.
  public var principal: Principal { .team(name) }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Team/name``, for filters and sorting.
    public let name = Field<Team, String>("name", { $0.name }, { $0.name = $1 })

    /// ``Team/title``, for filters and sorting.
    public let title = Field<Team, String>("title", { $0.title }, { $0.title = $1 })

    /// ``Team/parent``, for filters and sorting.
    public let parent = Field<Team, Team.ID?>("parent", { $0.parent }, { $0.parent = $1 })
      .references(Team.self)

    /// ``Team/foundedAt``, for filters and sorting.
    public let foundedAt = Field<Team, Instant>(
      "founded_at", { $0.foundedAt }, { $0.foundedAt = $1 })

    /// ``Team/closedAt``, for filters and sorting.
    public let closedAt = Field<Team, Instant?>("closed_at", { $0.closedAt }, { $0.closedAt = $1 })

    /// ``Team/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<Team, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``Team/version``, for filters and sorting.
    public let version = Field<Team, Int>("version", { $0.version }, { $0.version = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<Team>(
    "teams", fields, indexes: [.unique(fields.name)]
  ) {
    Team(id: $0, name: "", title: "", foundedAt: .earliest, modifiedAt: .earliest, version: 1)
  }
}

extension Principal {
  /// A team of the firm, by its short name.
  public static func team(_ name: String) -> Principal { Principal(rawValue: "team:\(name)") }
}
