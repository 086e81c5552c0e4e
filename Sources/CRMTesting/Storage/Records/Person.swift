import CRMStorage

/// Someone with every kind of index: single, compound, unique, of many values, derived.
struct Person: Record {
  let id: Identifier<Person>
  var name = ""
  var city: String?
  var age: Int?
  var score: Double?
  var born: CalendarDate?
  var seen: Instant?
  var isActive = true
  var fee: Fee?
  var code: String?
  var team: Identifier<Team>?
  var number: Int?
  var handles: [String] = []
  var tags: [String] = []

  struct Fields: Sendable {
    let name = Field<Person, String>("name", { $0.name }, { $0.name = $1 })
    let city = Field<Person, String?>("city", { $0.city }, { $0.city = $1 })
    let age = Field<Person, Int?>("age", { $0.age }, { $0.age = $1 })
    let score = Field<Person, Double?>("score", { $0.score }, { $0.score = $1 })
    let born = Field<Person, CalendarDate?>("born", { $0.born }, { $0.born = $1 })
    let seen = Field<Person, Instant?>("seen", { $0.seen }, { $0.seen = $1 })
    let isActive = Field<Person, Bool>("is_active", { $0.isActive }, { $0.isActive = $1 })
    let fee = Field<Person, Fee?>("fee", { $0.fee }, { $0.fee = $1 })
    let code = Field<Person, String?>("code", { $0.code }, { $0.code = $1 })
    let team = Field<Person, Identifier<Team>?>("team", { $0.team }, { $0.team = $1 })
      .references(Team.self)
    let number = Field<Person, Int?>("number", { $0.number }, { $0.number = $1 })
    let handles = Field<Person, [String]>("handles", { $0.handles }, { $0.handles = $1 })
    let tags = Field<Person, [String]>("tags", { $0.tags }, { $0.tags = $1 })
    let nameLength = Field<Person, Int>(derived: "name_length", { $0.name.utf8.count })
    let everyHandle = MultiField<Person, String>("every_handle", unique: true) { $0.handles }
    let everyTag = MultiField<Person, String>("every_tag") { $0.tags }
  }
  static let fields = Fields()
  static let schema = Schema<Person>(
    "people", fields,
    indexes: [
      .ordered(fields.name), .ordered(fields.city, fields.age), .ordered(fields.seen),
      .ordered(fields.fee), .ordered(fields.nameLength), .unique(fields.code),
      .unique(fields.team, fields.number),
    ],
    blank: { Person(id: $0) })
}
