import CRMStorage

/// Someone with every kind of index: single, compound, unique, of many values, derived.
struct Sailor: Record {
  let id: Identifier<Sailor>
  var name = ""
  var city: String?
  var age: Int?
  var score: Double?
  var born: CalendarDate?
  var seen: Instant?
  var isActive = true
  var wage: Wage?
  var code: String?
  var crew: Identifier<Crew>?
  var number: Int?
  var handles: [String] = []
  var tags: [String] = []

  struct Fields: Sendable {
    let name = Field<Sailor, String>("name", { $0.name }, { $0.name = $1 })
    let city = Field<Sailor, String?>("city", { $0.city }, { $0.city = $1 })
    let age = Field<Sailor, Int?>("age", { $0.age }, { $0.age = $1 })
    let score = Field<Sailor, Double?>("score", { $0.score }, { $0.score = $1 })
    let born = Field<Sailor, CalendarDate?>("born", { $0.born }, { $0.born = $1 })
    let seen = Field<Sailor, Instant?>("seen", { $0.seen }, { $0.seen = $1 })
    let isActive = Field<Sailor, Bool>("is_active", { $0.isActive }, { $0.isActive = $1 })
    let wage = Field<Sailor, Wage?>("wage", { $0.wage }, { $0.wage = $1 })
    let code = Field<Sailor, String?>("code", { $0.code }, { $0.code = $1 })
    let crew = Field<Sailor, Identifier<Crew>?>("crew", { $0.crew }, { $0.crew = $1 })
      .references(Crew.self)
    let number = Field<Sailor, Int?>("number", { $0.number }, { $0.number = $1 })
    let handles = Field<Sailor, [String]>("handles", { $0.handles }, { $0.handles = $1 })
    let tags = Field<Sailor, [String]>("tags", { $0.tags }, { $0.tags = $1 })
    let nameLength = Field<Sailor, Int>(derived: "name_length", { $0.name.utf8.count })
    let everyHandle = MultiField<Sailor, String>("every_handle", unique: true) { $0.handles }
    let everyTag = MultiField<Sailor, String>("every_tag") { $0.tags }
  }
  static let fields = Fields()
  static let schema = Schema<Sailor>(
    "sailors", fields,
    indexes: [
      .ordered(fields.name), .ordered(fields.city, fields.age), .ordered(fields.seen),
      .ordered(fields.wage), .ordered(fields.nameLength), .unique(fields.code),
      .unique(fields.crew, fields.number),
    ],
    blank: { Sailor(id: $0) })
}
