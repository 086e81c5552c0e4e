import CRMStorage

/// Adds rows of several kinds, with values in every sort of index.
func addTeamwork(to trial: LawTrial) async throws {
  try await trial.write { tx in
    try tx.add(Team(id: .nth(1), name: "Sales"))
    try tx.add(
      Person(
        id: .nth(1), name: "Ana", city: "Rome", code: "ana", team: .nth(1), number: 1,
        handles: ["ana", "a"], tags: ["x", "y"]))
    try tx.add(
      Person(id: .nth(2), name: "Bea", code: "bea", team: .nth(1), handles: ["bea"], tags: ["x"]))
    try tx.add(Note(id: .nth(1), person: .nth(1), about: .nth(2), text: "one", slug: "one"))
    try tx.add(Note(id: .nth(2), person: .nth(1), text: "two"))
    try tx.add(Ticket(id: Identifier(number: 1), title: "open", note: .nth(1)))
  }
}

/// Inserts, updates and deletes among the rows of ``addTeamwork(to:)``, in every index.
func upset(_ tx: any StorageWriter) throws {
  try tx.add(Team(id: .nth(2), name: "Service", parent: .nth(1)))
  try tx.add(Person(id: .nth(3), name: "Cleo", team: .nth(2), number: 1, handles: ["cleo"]))
  try tx.change(Identifier<Person>.nth(1)) {
    $0.name = "Zoe"
    $0.city = nil
    $0.code = "zoe"
    $0.team = .nth(2)
    $0.number = 2
    $0.handles = ["zoe", "ana"]
    $0.tags = ["y", "z"]
  }
  try tx.change(Identifier<Note>.nth(1)) {
    $0.person = .nth(3)
    $0.about = nil
    $0.slug = "uno"
  }
  try tx.change(Identifier<Note>.nth(2)) { $0.person = .nth(3) }
  try tx.remove(Identifier<Person>.nth(2))
  try tx.add(Ticket(id: Identifier(number: 2), title: "new", note: .nth(2)))
  try tx.remove(Identifier<Ticket>(number: 1))
}

/// All that a store holds, as every way to it tells.
struct Everything: Equatable {
  private var teams: [Team]
  private var people: [Person]
  private var notes: [Note]
  private var tickets: [Ticket]
  private var answers: [String]

  init(in tx: any StorageReader) throws {
    teams = try tx.rows(Query<Team>()).map(\.row)
    people = try tx.rows(Query<Person>()).map(\.row)
    notes = try tx.rows(Query<Note>()).map(\.row)
    tickets = try tx.rows(Query<Ticket>()).map(\.row)
    answers = []
    for team in teams { try note(Query<Team>(where: { $0.name == team.name }), tx) }
    let names = ["ana", "a", "bea", "cleo", "zoe", "x", "y", "z", "new", "Ana", "Bea", "Zoe", "Cleo"]
    for name in names {
      try note(Query<Person>(where: { $0.name == name }), tx)
      try note(Query<Person>(where: { $0.code == name }), tx)
      try note(Query<Person>(where: { $0.everyHandle.contains(name) }), tx)
      try note(Query<Person>(where: { $0.everyTag.contains(name) }), tx)
    }
    for slug in ["one", "uno", "new"] { try note(Query<Note>(where: { $0.slug == slug }), tx) }
    for n in 1...3 {
      try note(Query<Person>(where: { $0.team == .nth(n) }), tx)
      try note(Query<Note>(where: { $0.person == .nth(n) }), tx)
      try note(Query<Note>(where: { $0.about == .nth(n) }), tx)
      try note(Query<Ticket>(where: { $0.note == .nth(n) }), tx)
      answers.append("\(try tx.get(Identifier<Person>.nth(n))?.row.name ?? "none")")
    }
    try note(Query<Person>(sortedBy: { [.ascending($0.city), .ascending($0.age)] }), tx)
    try note(Query<Person>(sortedBy: { [.descending($0.name)] }), tx)
    try note(Query<Person>(sortedBy: { [.ascending($0.nameLength)] }), tx)
    try note(Query<Person>(where: { _ in .exists(Note.fields.person) { _ in .all } }), tx)
  }

  private mutating func note<R: Record>(_ query: Query<R>, _ tx: any StorageReader) throws {
    answers.append("\(query.filter.condition): \(try tx.ids(query)), \(try tx.count(query))")
  }
}
