import CRMStorage

/// A group of people, within another group or not.
struct Team: Record {
  let id: Identifier<Team>
  var name = ""
  var parent: Identifier<Team>?

  struct Fields: Sendable {
    let name = Field<Team, String>("name", { $0.name }, { $0.name = $1 })
    let parent = Field<Team, Identifier<Team>?>("parent", { $0.parent }, { $0.parent = $1 })
      .references(Team.self)
  }
  static let fields = Fields()
  static let schema = Schema<Team>(
    "teams", fields, indexes: [.unique(fields.name)], blank: { Team(id: $0) })
}
