import CRMStorage

/// Adds rows of several kinds, with values in every sort of index.
func addTeamwork(to storage: any Storage) async throws {
  try await storage.write { tx in
    try tx.add(Crew(id: .nth(1), name: "Sales"))
    try tx.add(
      Sailor(
        id: .nth(1), name: "Ana", city: "Rome", code: "ana", crew: .nth(1), number: 1,
        handles: ["ana", "a"], tags: ["x", "y"]))
    try tx.add(
      Sailor(id: .nth(2), name: "Bea", code: "bea", crew: .nth(1), handles: ["bea"], tags: ["x"]))
    try tx.add(Postcard(id: .nth(1), sailor: .nth(1), about: .nth(2), text: "one", slug: "one"))
    try tx.add(Postcard(id: .nth(2), sailor: .nth(1), text: "two"))
    try tx.add(Locker(id: Identifier(number: 1), title: "open", postcard: .nth(1)))
  }
}

/// Inserts, updates and deletes among the rows of ``addTeamwork(to:)``, in every index.
func upset(_ tx: any StorageWriter) throws {
  try tx.add(Crew(id: .nth(2), name: "Service", parent: .nth(1)))
  try tx.add(Sailor(id: .nth(3), name: "Cleo", crew: .nth(2), number: 1, handles: ["cleo"]))
  try tx.change(Identifier<Sailor>.nth(1)) {
    $0.name = "Zoe"
    $0.city = nil
    $0.code = "zoe"
    $0.crew = .nth(2)
    $0.number = 2
    $0.handles = ["zoe", "ana"]
    $0.tags = ["y", "z"]
  }
  try tx.change(Identifier<Postcard>.nth(1)) {
    $0.sailor = .nth(3)
    $0.about = nil
    $0.slug = "uno"
  }
  try tx.change(Identifier<Postcard>.nth(2)) { $0.sailor = .nth(3) }
  try tx.remove(Identifier<Sailor>.nth(2))
  try tx.add(Locker(id: Identifier(number: 2), title: "new", postcard: .nth(2)))
  try tx.remove(Identifier<Locker>(number: 1))
}

/// All that a store holds, as every way to it tells.
struct Everything: Equatable {
  private var crews: [Crew]
  private var sailors: [Sailor]
  private var postcards: [Postcard]
  private var lockers: [Locker]
  private var answers: [String]

  init(in tx: any StorageReader) throws {
    crews = try tx.rows(Query<Crew>()).map(\.row)
    sailors = try tx.rows(Query<Sailor>()).map(\.row)
    postcards = try tx.rows(Query<Postcard>()).map(\.row)
    lockers = try tx.rows(Query<Locker>()).map(\.row)
    answers = []
    for crew in crews { try ask(Query<Crew>(where: { $0.name == crew.name }), tx) }
    let names = [
      "ana", "a", "bea", "cleo", "zoe", "x", "y", "z", "new", "Ana", "Bea", "Zoe", "Cleo",
    ]
    for name in names {
      try ask(Query<Sailor>(where: { $0.name == name }), tx)
      try ask(Query<Sailor>(where: { $0.code == name }), tx)
      try ask(Query<Sailor>(where: { $0.everyHandle.contains(name) }), tx)
      try ask(Query<Sailor>(where: { $0.everyTag.contains(name) }), tx)
    }
    for slug in ["one", "uno", "new"] { try ask(Query<Postcard>(where: { $0.slug == slug }), tx) }
    for n in 1...3 {
      try ask(Query<Sailor>(where: { $0.crew == .nth(n) }), tx)
      try ask(Query<Postcard>(where: { $0.sailor == .nth(n) }), tx)
      try ask(Query<Postcard>(where: { $0.about == .nth(n) }), tx)
      try ask(Query<Locker>(where: { $0.postcard == .nth(n) }), tx)
      answers.append("\(try tx.get(Identifier<Sailor>.nth(n))?.row.name ?? "none")")
    }
    try ask(Query<Sailor>(sortedBy: { [.ascending($0.city), .ascending($0.age)] }), tx)
    try ask(Query<Sailor>(sortedBy: { [.descending($0.name)] }), tx)
    try ask(Query<Sailor>(sortedBy: { [.ascending($0.nameLength)] }), tx)
    try ask(Query<Sailor>(where: { _ in .exists(Postcard.fields.sailor) { _ in .all } }), tx)
  }

  private mutating func ask<R: Record>(_ query: Query<R>, _ tx: any StorageReader) throws {
    answers.append("\(query.filter.condition): \(try tx.ids(query)), \(try tx.count(query))")
  }
}
