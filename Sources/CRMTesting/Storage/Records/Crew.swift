import CRMStorage

/// A group of sailors, within another group or not.
struct Crew: Record {
  let id: Identifier<Crew>
  var name = ""
  var parent: Identifier<Crew>?

  struct Fields: Sendable {
    let name = Field<Crew, String>("name", { $0.name }, { $0.name = $1 })
    let parent = Field<Crew, Identifier<Crew>?>("parent", { $0.parent }, { $0.parent = $1 })
      .references(Crew.self)
  }
  static let fields = Fields()
  static let schema = Schema<Crew>(
    "crews", fields, indexes: [.unique(fields.name)], blank: { Crew(id: $0) })
}
