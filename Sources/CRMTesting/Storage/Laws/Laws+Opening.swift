import CRMStorage

extension StorageLaw {
  /// A store opens, opens wider and closes.
  static let opening = [
    StorageLaw("opening.closed", "A store that is not open refuses transactions", opening: []) {
      let storage = $0.storage
      try await expectFailure(.closed, "before opening") { try await storage.read { _ in } }
      try await expectFailure(.closed, "before opening") { try await storage.write { _ in } }
      try await storage.open(Catalog([Crew.self]))
      try await storage.write { tx in try tx.add(Crew(id: .nth(1), name: "Sales")) }
      await storage.close()
      try await expectFailure(.closed, "after closing") { try await storage.read { _ in } }
      try await expectFailure(.closed, "after closing") { try await storage.write { _ in } }
    },
    StorageLaw("opening.again", "A store can be opened again after it was closed", opening: []) {
      let storage = $0.storage
      for n in 1...3 {
        try await storage.open(Catalog([Crew.self]))
        try await storage.write { tx in try tx.add(Crew(id: .nth(n), name: "\(n)")) }
        try await storage.read { tx in
          try expect(try tx.get(Identifier<Crew>.nth(n))?.row.name, is: "\(n)")
        }
        await storage.close()
      }
    },
    StorageLaw("opening.same", "Opening an open store with the same kinds changes nothing") {
      try await addTeamwork(to: $0.storage)
      let before = try await $0.read { try Everything(in: $0) }
      try await $0.storage.open(Catalog(LawTrial.kinds))
      try await $0.read { try expect(try Everything(in: $0), is: before) }
    },
    StorageLaw("opening.more", "A store can be opened with more kinds", opening: [Crew.self]) {
      try await $0.write { tx in try tx.add(Crew(id: .nth(1), name: "Sales")) }
      try await $0.storage.open(Catalog(LawTrial.kinds))
      try await $0.write { tx in
        try expect(try tx.get(Identifier<Crew>.nth(1))?.row.name, is: "Sales", "rows stay")
        try tx.add(Sailor(id: .nth(1), name: "Ana", crew: .nth(1)))
        try expect(.stillReferenced) { try tx.remove(Identifier<Crew>.nth(1)) }
      }
    },
    StorageLaw("opening.fewer", "Kinds left out at an opening are kept") {
      try await addTeamwork(to: $0.storage)
      let before = try await $0.read { try Everything(in: $0) }
      try await $0.storage.open(Catalog([Crew.self, Sailor.self]))
      try await $0.write { tx in
        try expect(tx.catalog.schemas.map(\.name), is: ["crews", "sailors"])
        try expect(.invalidSchema, "asking for what was left out") {
          _ = try tx.count(Query<Postcard>())
        }
        for (n, field) in [(1, "postcards.sailor"), (2, "postcards.about")] {
          let error = try expect(.stillReferenced) { try tx.remove(Identifier<Sailor>.nth(n)) }
          try expect(error.field, is: field, "referring field")
          let holders = [1, 2].map { Identifier<Postcard>.nth($0).description }
          try expect(
            holders.contains(error.holder ?? ""), "one that refers to it",
            found: error.holder ?? "nobody")
        }
      }
      await $0.storage.close()
      try await $0.storage.open(Catalog([Crew.self]))
      await $0.storage.close()
      try await $0.storage.open(Catalog(LawTrial.kinds))
      try await $0.read { try expect(try Everything(in: $0), is: before) }
    },
    StorageLaw("opening.catalog", "A transaction knows the kinds the store was opened with") {
      try await $0.read { tx in
        let names = tx.catalog.schemas.map(\.name)
        try expect(names, is: ["crews", "sailors", "postcards", "lockers", "specimens", "sparse"])
      }
    },
    StorageLaw("opening.apart", "Closing twice, or before opening, does no harm", opening: []) {
      await $0.storage.close()
      await $0.storage.close()
      try await $0.storage.open(Catalog([Crew.self]))
      try await $0.write { tx in try tx.add(Crew(id: .nth(1), name: "Sales")) }
    },
  ]
}
