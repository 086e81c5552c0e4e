import CRMStorage

extension StorageLaw {
  /// Filters reach the records that refer to a row.
  static let relatedFilters = [
    StorageLaw("related.exists", "A row is found by a record that refers to it") {
      try await addNotes(to: $0)
      try await $0.read { tx in
        try expect(.exists(Note.fields.person) { _ in .all }, finds: [1, 2], in: tx)
        try expect(.exists(Note.fields.person) { $0.text == "x" }, finds: [1], in: tx)
        try expect(.exists(Note.fields.person) { $0.text == "w" }, finds: [], in: tx)
        try expect(!.exists(Note.fields.person) { $0.text == "x" }, finds: [2, 3], in: tx)
        try expect(.exists(Note.fields.about) { _ in .all }, finds: [3], in: tx)
      }
    },
    StorageLaw("related.once", "A row that several records refer to is found once") {
      try await addNotes(to: $0)
      try await $0.read { tx in
        let either = Filter<Person>.exists(Note.fields.person) { $0.text == "x" || $0.text == "y" }
        try expect(either, finds: [1, 2], in: tx)
        let twice =
          Filter<Person>.exists(Note.fields.person) { $0.text == "x" }
          && .exists(Note.fields.person) { $0.text == "y" }
        try expect(twice, finds: [1], in: tx)
      }
    },
    StorageLaw("related.nested", "Filters reach over two references") {
      try await addNotes(to: $0)
      try await $0.write { tx in
        try tx.add(Ticket(id: Identifier(number: 1), title: "open", note: .nth(2)))
        try tx.add(Ticket(id: Identifier(number: 2), title: "done", note: .nth(3)))
      }
      try await $0.read { tx in
        let open = Filter<Person>.exists(Note.fields.person) { _ in
          .exists(Ticket.fields.note) { $0.title == "open" }
        }
        try expect(open, finds: [1], in: tx)
        let openX = Filter<Person>.exists(Note.fields.person) {
          $0.text == "x" && .exists(Ticket.fields.note) { $0.title == "open" }
        }
        try expect(openX, finds: [], in: tx)
        let without = Filter<Person>.exists(Note.fields.person) { _ in
          !.exists(Ticket.fields.note) { _ in .all }
        }
        try expect(without, finds: [1], in: tx)
      }
    },
    StorageLaw("related.self", "Filters reach over a reference to the same kind") {
      try await $0.write { tx in
        try tx.add(Team(id: .nth(1), name: "All", parent: nil))
        try tx.add(Team(id: .nth(2), name: "East", parent: .nth(1)))
        try tx.add(Team(id: .nth(3), name: "Seoul", parent: .nth(2)))
        try tx.add(Team(id: .nth(4), name: "West", parent: .nth(1)))
      }
      try await $0.read { tx in
        let parents = Query<Team>(where: { _ in .exists(Team.fields.parent) { _ in .all } })
        try expect(try tx.ids(parents).map(\.ordinal), is: [1, 2], "parents")
        let grandparents = Query<Team>(where: { _ in
          .exists(Team.fields.parent) { _ in .exists(Team.fields.parent) { $0.name == "Seoul" } }
        })
        try expect(try tx.ids(grandparents).map(\.ordinal), is: [1], "grandparents")
      }
    },
    StorageLaw("related.unknown", "An unknown field of a related record is refused") {
      try await $0.read { tx in
        let query = Query<Person>(where: { _ in
          Filter(.exists(record: "notes", through: "person", .isMissing(field: "texts")))
        })
        let error = try expect(.unknownField) { _ = try tx.rows(query) }
        try expect(error.record, is: "notes", "record")
      }
    },
    StorageLaw("related.fresh", "A write sees what it changed among related records") {
      try await addNotes(to: $0)
      try await $0.write { tx in
        try tx.change(Identifier<Note>.nth(2)) { $0.person = .nth(3) }
        try tx.remove(Identifier<Note>.nth(3))
        try expect(.exists(Note.fields.person) { _ in .all }, finds: [1, 3], in: tx)
      }
    },
  ]
}

/// Three people; notes x and y of the first, a y of the second that is about the third.
private func addNotes(to trial: LawTrial) async throws {
  try await trial.write { tx in
    for n in 1...3 { try tx.add(Person(id: .nth(n), name: "\(n)")) }
    try tx.add(Note(id: .nth(1), person: .nth(1), text: "x"))
    try tx.add(Note(id: .nth(2), person: .nth(1), text: "y"))
    try tx.add(Note(id: .nth(3), person: .nth(2), about: .nth(3), text: "y"))
  }
}

private func expect(
  _ filter: Filter<Person>, finds ordinals: [Int], in tx: any StorageReader,
  fileID: String = #fileID, line: Int = #line
) throws {
  let query = Query<Person>(where: { _ in filter })
  let label = "\(filter.condition)"
  try expect(try tx.ids(query).map(\.ordinal), is: ordinals, label, fileID: fileID, line: line)
  try expect(try tx.count(query), is: ordinals.count, "count \(label)", fileID: fileID, line: line)
}
