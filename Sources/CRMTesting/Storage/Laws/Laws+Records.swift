import CRMStorage

extension StorageLaw {
  /// Rows are found, replaced and removed by identifier.
  static let records = [
    StorageLaw("records.lookups", "Many rows are looked up at once, in the order asked for") {
      try await $0.write { tx in
        for number in 1...150 { try tx.add(Crew(id: .nth(number), name: "\(number)")) }
      }
      try await $0.read { tx in
        let numbers = [3, 1, 999, 3, 150] + Array(1...150) + [0]
        let found = try tx.get(numbers.map { Identifier<Crew>.nth($0) }).map { $0?.row.name }
        try expect(
          found, is: numbers.map { (1...150).contains($0) ? "\($0)" : nil }, "150 of 156")
        try expect(try tx.get([Identifier<Crew>]()).count, is: 0, "none")
        try expect(
          try tx.get([Identifier<Crew>.nth(7)]).map { $0?.row.name }, is: ["7"], "one")
      }
    },
    StorageLaw("records.parts", "A row has the fields it is asked for, as whole rows have them") {
      try await $0.write { tx in
        try tx.add(Sailor(id: .nth(1), name: "Ana", city: "Rome", age: 30, tags: ["a", "b"]))
        try tx.add(Sailor(id: .nth(2), name: "Bea"))
      }
      try await $0.read { tx in
        let (first, second) = (Identifier<Sailor>.nth(1), Identifier<Sailor>.nth(2))
        let fields = Sailor.fields
        let tags = try tx.get(first, reading: [fields.tags.erased, fields.city.erased])?.row
        try expect(tags?.tags, is: ["a", "b"], "a list")
        try expect(tags?.city, is: "Rome", "a text that may be missing")
        let name = try tx.get(second, reading: [fields.name.erased])?.row
        try expect(name?.name, is: "Bea", "a text")
        try expect(name?.id, is: second, "the identifier")
        let age = try tx.get(first, reading: [fields.age.erased])?.row
        try expect(age?.age, is: 30, "a number")
        try expect(try tx.get(second, reading: [])?.row.id, is: second, "no field at all")
        try expect(
          try tx.get(Identifier<Sailor>.nth(3), reading: [fields.name.erased]) == nil,
          "no row of another identifier")
      }
    },
    StorageLaw("records.insert", "A row that was inserted is found by every way there is") {
      let crew = Crew(id: .nth(1), name: "Sales", parent: nil)
      try await $0.write { tx in
        try tx.add(crew)
        try expect(try tx.get(crew.id)?.row, is: crew, "within the write")
      }
      try await $0.read { tx in
        try expect(try tx.get(crew.id)?.row, is: crew, "by identifier")
        try expect(try tx.rows(Query<Crew>()).map(\.row), is: [crew], "among all")
        try expect(try tx.ids(Query<Crew>(where: { $0.name == "Sales" })), is: [crew.id], "by name")
        try expect(try tx.count(Query<Crew>()), is: 1, "counted")
      }
    },
    StorageLaw("records.absent", "An identifier without a row has none") {
      try await $0.write { tx in try tx.add(Crew(id: .nth(1), name: "Sales")) }
      try await $0.read { tx in
        try expect(try tx.get(Identifier<Crew>.nth(2)) == nil, "no row of another identifier")
        try expect(try tx.get(Identifier<Postcard>.nth(1)) == nil, "no row of another kind")
      }
    },
    StorageLaw("records.update", "An update replaces the row and what it is found by") {
      try await $0.write { tx in
        try tx.add(Sailor(id: .nth(1), name: "Ana", city: "Rome", tags: ["a", "b"]))
        try tx.change(Identifier<Sailor>.nth(1)) {
          $0.name = "Bea"
          $0.city = nil
          $0.tags = ["b", "c"]
        }
      }
      try await $0.read { tx in
        try expect(try tx.get(Identifier<Sailor>.nth(1))?.row.name, is: "Bea", "by identifier")
        try expect(try tx.count(Query<Sailor>(where: { $0.name == "Ana" })), is: 0, "old name")
        try expect(try tx.count(Query<Sailor>(where: { $0.name == "Bea" })), is: 1, "new name")
        try expect(try tx.count(Query<Sailor>(where: { $0.city == "Rome" })), is: 0, "old city")
        try expect(try tx.count(Query<Sailor>(where: { $0.city.isMissing })), is: 1, "no city")
        for (tag, count) in [("a", 0), ("b", 1), ("c", 1)] {
          let tagged = Query<Sailor>(where: { $0.everyTag.contains(tag) })
          try expect(try tx.count(tagged), is: count, "tag \(tag)")
        }
      }
    },
    StorageLaw("records.update-twice", "A row can change several times in one write") {
      try await $0.write { tx in
        try tx.add(Sailor(id: .nth(1), age: 0))
        for _ in 1...10 { try tx.change(Identifier<Sailor>.nth(1)) { $0.age = ($0.age ?? 0) + 1 } }
        try expect(try tx.get(Identifier<Sailor>.nth(1))?.row.age, is: 10)
      }
      try await $0.read { tx in
        try expect(try tx.count(Query<Sailor>(where: { $0.age == 10 })), is: 1)
        try expect(try tx.count(Query<Sailor>()), is: 1)
      }
    },
    StorageLaw("records.delete", "A row that was deleted is found no more") {
      try await $0.write { tx in
        try tx.add(Sailor(id: .nth(1), name: "Ana", code: "A", handles: ["ana"], tags: ["a"]))
        try tx.add(Sailor(id: .nth(2), name: "Bea"))
      }
      try await $0.write { tx in try tx.remove(Identifier<Sailor>.nth(1)) }
      try await $0.read { tx in
        try expect(try tx.get(Identifier<Sailor>.nth(1)) == nil, "no row by identifier")
        try expect(try tx.ids(Query<Sailor>()), is: [.nth(2)], "all")
        for filter: Filter<Sailor> in [
          .init { $0.name == "Ana" }, .init { $0.code == "A" },
          .init { $0.everyHandle.contains("ana") }, .init { $0.everyTag.contains("a") },
        ] {
          var query = Query<Sailor>()
          query.filter = filter
          try expect(try tx.count(query), is: 0, "\(filter.condition)")
        }
      }
    },
    StorageLaw("records.identifier-taken", "An identifier names one row only") {
      try await $0.write { tx in
        try tx.add(Sailor(id: .nth(1), name: "Ana"))
        let error = try expect(.duplicate, "a second row of the identifier") {
          try tx.add(Sailor(id: .nth(1), name: "Bea"))
        }
        try expect(error.record, is: "sailors", "record")
        try expect(error.holder, is: Identifier<Sailor>.nth(1).description, "holder")
      }
      try await $0.read { tx in
        try expect(try tx.rows(Query<Sailor>()).map(\.row.name), is: ["Ana"])
      }
    },
    StorageLaw("records.update-absent", "A row that is not there cannot be updated") {
      try await $0.write { tx in
        let row = Held(Sailor(id: .nth(1), name: "Ana"))
        let error = try expect(.notFound) { try tx.update(row, from: row) }
        try expect(error.record, is: "sailors", "record")
        try expect(error.identifier, is: row.id.description, "identifier")
        try expect(try tx.count(Query<Sailor>()), is: 0, "rows")
      }
    },
    StorageLaw("records.delete-absent", "A row that is not there cannot be deleted") {
      try await $0.write { tx in
        let row = try tx.added(Sailor(id: .nth(1), name: "Ana"))
        try tx.delete(row)
        let error = try expect(.notFound, "the second time") { try tx.delete(row) }
        try expect(error.record, is: "sailors", "record")
        try expect(error.identifier, is: row.id.description, "identifier")
      }
    },
    StorageLaw("records.return", "An identifier can be used again after its row is deleted") {
      try await $0.write { tx in
        try tx.delete(try tx.added(Sailor(id: .nth(1), name: "Ana", code: "A", handles: ["a"])))
        try tx.add(Sailor(id: .nth(1), name: "Bea", code: "A", handles: ["a"]))
      }
      try await $0.read { tx in
        try expect(try tx.rows(Query<Sailor>()).map(\.row.name), is: ["Bea"])
      }
    },
    StorageLaw("records.kinds", "Equal identifiers of two kinds name two rows") {
      try await $0.write { tx in
        try tx.add(Crew(id: .nth(1), name: "Sales"))
        try tx.add(Sailor(id: .nth(1), name: "Ana"))
        try tx.remove(Identifier<Crew>.nth(1))
        try expect(try tx.get(Identifier<Sailor>.nth(1))?.row.name, is: "Ana")
      }
    },
    StorageLaw("records.numbered", "Numbered rows keep their numbers and follow by them") {
      let numbers: [Int64] = [10, 1, .max, 2, 0, 256, 255]
      try await $0.write { tx in
        for number in numbers {
          try tx.add(Locker(id: Identifier(number: number), title: "\(number)"))
        }
      }
      try await $0.read { tx in
        let rows = try tx.rows(Query<Locker>())
        try expect(rows.map(\.id.number), is: numbers.sorted(), "numbers")
        try expect(rows.map(\.row.title), is: numbers.sorted().map { "\($0)" }, "rows")
        try expect(try tx.get(Identifier<Locker>(number: 255))?.row.title, is: "255", "one")
      }
    },
    StorageLaw("records.identifiers", "Identifiers follow as unsigned numbers of 128 bits") {
      let halves: [UInt64] = [0, 1, 1 << 63, .max]
      let ids = halves.flatMap { high in halves.map { Identifier<Postcard>(high: high, low: $0) } }
      try await $0.write { tx in
        try tx.add(Sailor(id: .nth(1)))
        for id in ids.reversed() { try tx.add(Postcard(id: id, sailor: .nth(1))) }
      }
      try await $0.read { tx in
        try expect(try tx.ids(Query<Postcard>()), is: ids, "up")
        let newest = Query<Postcard>(sortedBy: { _ in [.newestFirst] })
        try expect(try tx.ids(newest), is: ids.reversed(), "down")
        for id in ids { try expect(try tx.get(id)?.id, is: id) }
      }
    },
    StorageLaw("records.many", "Thousands of rows keep their order through inserts and deletes") {
      var generator = SeededGenerator(seed: 1)
      let shuffled = (1...3_000).shuffled(using: &generator)
      try await $0.write { tx in
        for n in shuffled {
          try tx.add(Sailor(id: .nth(n), name: "\(n % 100)", age: n % 7, tags: ["\(n % 3)"]))
        }
      }
      try await $0.write { tx in
        for n in shuffled where n % 2 == 0 { try tx.remove(Identifier<Sailor>.nth(n)) }
      }
      let left = (1...3_000).filter { $0 % 2 == 1 }
      try await $0.read { tx in
        try expect(try tx.ids(Query<Sailor>()).map(\.ordinal), is: left, "all")
        let some = Query<Sailor>(where: { $0.everyTag.contains("1") && $0.name == "25" })
        try expect(
          try tx.ids(some).map(\.ordinal), is: left.filter { $0 % 3 == 1 && $0 % 100 == 25 })
      }
    },
    StorageLaw(
      "records.unknown-kind", "A kind that the store was not opened with is refused",
      opening: [Crew.self]
    ) {
      try await $0.write { tx in
        try expect(.invalidSchema, "insert") { try tx.add(Sailor(id: .nth(1))) }
        try expect(.invalidSchema, "get") { _ = try tx.get(Identifier<Sailor>.nth(1)) }
        try expect(.invalidSchema, "scan") { _ = try tx.rows(Query<Sailor>()) }
        try expect(.invalidSchema, "count") { _ = try tx.count(Query<Sailor>()) }
      }
    },
  ]
}
