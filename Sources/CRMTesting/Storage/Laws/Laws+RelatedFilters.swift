import CRMStorage

extension StorageLaw {
  /// Filters reach the records that refer to a row.
  static let relatedFilters = [
    StorageLaw("related.exists", "A row is found by a record that refers to it") {
      try await addPostcards(to: $0)
      try await $0.read { tx in
        try expect(.exists(Postcard.fields.sailor) { _ in .all }, finds: [1, 2], in: tx)
        try expect(.exists(Postcard.fields.sailor) { $0.text == "x" }, finds: [1], in: tx)
        try expect(.exists(Postcard.fields.sailor) { $0.text == "w" }, finds: [], in: tx)
        try expect(!.exists(Postcard.fields.sailor) { $0.text == "x" }, finds: [2, 3], in: tx)
        try expect(.exists(Postcard.fields.about) { _ in .all }, finds: [3], in: tx)
      }
    },
    StorageLaw("related.once", "A row that several records refer to is found once") {
      try await addPostcards(to: $0)
      try await $0.read { tx in
        let either = Filter<Sailor>.exists(Postcard.fields.sailor) {
          $0.text == "x" || $0.text == "y"
        }
        try expect(either, finds: [1, 2], in: tx)
        let twice =
          Filter<Sailor>.exists(Postcard.fields.sailor) { $0.text == "x" }
          && .exists(Postcard.fields.sailor) { $0.text == "y" }
        try expect(twice, finds: [1], in: tx)
      }
    },
    StorageLaw("related.nested", "Filters reach over two references") {
      try await addPostcards(to: $0)
      try await $0.write { tx in
        try tx.add(Locker(id: Identifier(number: 1), title: "open", postcard: .nth(2)))
        try tx.add(Locker(id: Identifier(number: 2), title: "done", postcard: .nth(3)))
      }
      try await $0.read { tx in
        let open = Filter<Sailor>.exists(Postcard.fields.sailor) { _ in
          .exists(Locker.fields.postcard) { $0.title == "open" }
        }
        try expect(open, finds: [1], in: tx)
        let openX = Filter<Sailor>.exists(Postcard.fields.sailor) {
          $0.text == "x" && .exists(Locker.fields.postcard) { $0.title == "open" }
        }
        try expect(openX, finds: [], in: tx)
        let without = Filter<Sailor>.exists(Postcard.fields.sailor) { _ in
          !.exists(Locker.fields.postcard) { _ in .all }
        }
        try expect(without, finds: [1], in: tx)
      }
    },
    StorageLaw("related.self", "Filters reach over a reference to the same kind") {
      try await $0.write { tx in
        try tx.add(Crew(id: .nth(1), name: "All", parent: nil))
        try tx.add(Crew(id: .nth(2), name: "East", parent: .nth(1)))
        try tx.add(Crew(id: .nth(3), name: "Seoul", parent: .nth(2)))
        try tx.add(Crew(id: .nth(4), name: "West", parent: .nth(1)))
      }
      try await $0.read { tx in
        let parents = Query<Crew>(where: { _ in .exists(Crew.fields.parent) { _ in .all } })
        try expect(try tx.ids(parents).map(\.ordinal), is: [1, 2], "parents")
        let grandparents = Query<Crew>(where: { _ in
          .exists(Crew.fields.parent) { _ in .exists(Crew.fields.parent) { $0.name == "Seoul" } }
        })
        try expect(try tx.ids(grandparents).map(\.ordinal), is: [1], "grandparents")
      }
    },
    StorageLaw("related.unknown", "An unknown field of a related record is refused") {
      try await $0.read { tx in
        let query = Query<Sailor>(where: { _ in
          Filter(.exists(record: "postcards", through: "sailor", .isMissing(field: "texts")))
        })
        let error = try expect(.unknownField) { _ = try tx.rows(query) }
        try expect(error.record, is: "postcards", "record")
      }
    },
    StorageLaw("related.fresh", "A write sees what it changed among related records") {
      try await addPostcards(to: $0)
      try await $0.write { tx in
        try tx.change(Identifier<Postcard>.nth(2)) { $0.sailor = .nth(3) }
        try tx.remove(Identifier<Postcard>.nth(3))
        try expect(.exists(Postcard.fields.sailor) { _ in .all }, finds: [1, 3], in: tx)
      }
    },
  ]
}

/// Three sailors; postcards x and y of the first, a y of the second that is about the third.
private func addPostcards(to trial: LawTrial) async throws {
  try await trial.write { tx in
    for n in 1...3 { try tx.add(Sailor(id: .nth(n), name: "\(n)")) }
    try tx.add(Postcard(id: .nth(1), sailor: .nth(1), text: "x"))
    try tx.add(Postcard(id: .nth(2), sailor: .nth(1), text: "y"))
    try tx.add(Postcard(id: .nth(3), sailor: .nth(2), about: .nth(3), text: "y"))
  }
}

private func expect(
  _ filter: Filter<Sailor>, finds ordinals: [Int], in tx: any StorageReader,
  fileID: String = #fileID, line: Int = #line
) throws {
  let query = Query<Sailor>(where: { _ in filter })
  let label = "\(filter.condition)"
  try expect(try tx.ids(query).map(\.ordinal), is: ordinals, label, fileID: fileID, line: line)
  try expect(try tx.count(query), is: ordinals.count, "count \(label)", fileID: fileID, line: line)
}
