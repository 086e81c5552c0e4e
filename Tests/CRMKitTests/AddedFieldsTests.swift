import CRMKit
import Testing

@Suite("What can be added to older stores comes by itself")
struct AddedFieldsTests {
  /// A store with three cups, closed again.
  private func cupboard(_ backend: Backend) async throws -> any Storage {
    let storage = backend.makeStorage()
    try await storage.open(Catalog([Cups.First.self]))
    try await storage.add(
      Cups.First(id: .nth(1), label: "Big Blue", size: 3),
      Cups.First(id: .nth(2), label: "Small", size: 1),
      Cups.First(id: .nth(3), label: "Old BLUE", size: 2))
    await storage.close()
    return storage
  }

  private let asItWas = [
    #"cups \#(Identifier<Never>.nth(1)) {"label":"Big Blue","size":3}"#,
    #"cups \#(Identifier<Never>.nth(2)) {"label":"Small","size":1}"#,
    #"cups \#(Identifier<Never>.nth(3)) {"label":"Old BLUE","size":2}"#,
  ]

  private func expectUntouched(_ storage: any Storage) async throws {
    #expect(try await storage.open(Catalog([Cups.First.self])).kinds.isEmpty)
    #expect(try await storage.lines(of: [Cups.First.self]) == asItWas)
  }

  @Test("A field that may be missing is missing", arguments: Backend.allCases)
  func optionalField(backend: Backend) async throws {
    let storage = try await cupboard(backend)
    let report = try await storage.open(Catalog([Cups.Noted.self]))
    #expect(report.description == "cups: version 1 to 2, with note")
    #expect(try await storage.lines(of: [Cups.Noted.self]) == asItWas)
    try await storage.write { store in
      let old = try #require(try store.get(Identifier<Cups.Noted>.nth(2)))
      var new = old.row
      new.note = "cracked"
      try store.update(Cups.Noted.schema.hold(new), from: old)
    }
    let noted = try await storage.read { store in
      try store.rows(Query<Cups.Noted>(where: { $0.note == "cracked" })).map(\.label)
    }
    #expect(noted == ["Small"])
    #expect(try await storage.open(Catalog([Cups.Noted.self])) == MigrationReport())
  }

  @Test("A reference that was added is asked for like any other", arguments: Backend.allCases)
  func optionalReference(backend: Backend) async throws {
    let storage = try await cupboard(backend)
    try await storage.open(Catalog([Cups.Stacked.self]))
    try await storage.add(Cups.Stacked(id: .nth(4), label: "Top", on: .nth(1)))
    let unknown = await #expect(throws: StorageError.self) {
      try await storage.add(Cups.Stacked(id: .nth(5), label: "Lost", on: .nth(9)))
    }
    #expect(unknown?.code == .unknownReference)
    let held = await #expect(throws: StorageError.self) {
      try await storage.write { store in
        try store.delete(try #require(try store.get(Identifier<Cups.Stacked>.nth(1))))
      }
    }
    #expect(held?.code == .stillReferenced)
    #expect(try await storage.verify().isSound)
  }

  @Test("A required field takes what a blank row has", arguments: Backend.allCases)
  func requiredFields(backend: Backend) async throws {
    let storage = try await cupboard(backend)
    let report = try await storage.open(Catalog([Cups.Coloured.self]))
    let kind = try #require(report.kind("cups"))
    #expect(kind.from == 1 && kind.to == 2)
    #expect(kind.changed + kind.added + kind.dropped == 0)
    let rows = try await storage.read { try $0.rows(Query<Cups.Coloured>()).map(\.row) }
    #expect(
      rows.first
        == Cups.Coloured(id: .nth(1), label: "Big Blue", size: 3, colour: "white"))
    #expect(rows.map(\.origin) == ["unknown", "unknown", "unknown"])
    #expect(rows.map(\.price) == Array(repeating: Money(minorUnits: 250, .eur), count: 3))
  }

  @Test("Indexes and computed fields come and go, at the same version", arguments: Backend.allCases)
  func computed(backend: Backend) async throws {
    let storage = try await cupboard(backend)
    let report = try await storage.open(Catalog([Cups.Indexed.self]))
    #expect(try await storage.verify().isSound)
    #expect(Set(report.kind("cups")?.additions ?? []) == ["folded", "words", "size"])
    try await storage.read { store in
      let blue = try store.rows(Query<Cups.Indexed>(where: { $0.words.contains("Blue") }))
      #expect(blue.map(\.label) == ["Big Blue"])
      let folded = try store.rows(
        Query<Cups.Indexed>(
          where: { $0.folded.hasPrefix("old") }, sortedBy: { [.ascending($0.size)] }))
      #expect(folded.map(\.label) == ["Old BLUE"])
    }
    let back = try await storage.open(Catalog([Cups.First.self]))
    #expect(Set(back.kind("cups")?.removals ?? []) == ["folded", "words", "size"])
    try await expectUntouched(storage)
  }

  @Test("A new version computes anew what follows from rows", arguments: Backend.allCases)
  func recomputed(backend: Backend) async throws {
    let storage = try await cupboard(backend)
    try await storage.open(Catalog([Cups.Indexed.self]))
    try await storage.open(Catalog([Cups.Recomputed.self]))
    try await storage.read { store in
      let folded = try store.rows(
        Query<Cups.Recomputed>(where: { $0.folded == "OLD BLUE" }))
      #expect(folded.map(\.label) == ["Old BLUE"])
      let blue = try store.rows(Query<Cups.Recomputed>(where: { $0.words.contains("BLUE") }))
      #expect(blue.map(\.label) == ["Big Blue", "Old BLUE"])
    }
    #expect(try await storage.verify().isSound)
  }

  @Test(
    "A unique index that two rows break is refused with both, and nothing has changed",
    arguments: Backend.allCases)
  func uniqueIndex(backend: Backend) async throws {
    let storage = try await cupboard(backend)
    try await storage.open(Catalog([Cups.First.self]))
    try await storage.add(Cups.First(id: .nth(4), label: "Twin", size: 2))
    let before = try await storage.lines(of: [Cups.First.self])
    let error = await storage.failure(opening: [Cups.Sized.self])
    #expect(error?.code == .duplicate)
    #expect(error?.record == "cups")
    #expect(error?.field == "size")
    #expect(error?.identifier == Identifier<Never>.nth(4).description)
    #expect(error?.holder == Identifier<Never>.nth(3).description)
    let rehearsal = try await storage.open(
      Catalog([Cups.Sized.self]), migration: Migration(isRehearsal: true))
    #expect(rehearsal.problems == [error].compactMap(\.self))
    try await storage.open(Catalog([Cups.First.self]))
    #expect(try await storage.lines(of: [Cups.First.self]) == before)
    try await storage.write { store in
      try store.delete(try #require(try store.get(Identifier<Cups.First>.nth(4))))
    }
    try await storage.open(Catalog([Cups.Sized.self]))
    await #expect(throws: StorageError.self) {
      try await storage.add(Cups.Sized(id: .nth(5), label: "Twin", size: 2))
    }
  }

  @Test("A value that one row only may hold is refused in two", arguments: Backend.allCases)
  func uniqueValues(backend: Backend) async throws {
    let storage = try await cupboard(backend)
    try await storage.open(Catalog([Cups.First.self]))
    try await storage.add(Cups.First(id: .nth(4), label: "Small Blue"))
    let error = await storage.failure(opening: [Cups.Worded.self])
    #expect(error?.code == .duplicate)
    #expect(error?.field == "words")
    #expect(error?.identifier == Identifier<Never>.nth(4).description)
  }

  @Test("A required field may become optional", arguments: Backend.allCases)
  func loosened(backend: Backend) async throws {
    let storage = try await cupboard(backend)
    try await storage.open(Catalog([Cups.Loose.self]))
    try await storage.add(Cups.Loose(id: .nth(4), label: "Odd"))
    let sizes = try await storage.read { try $0.rows(Query<Cups.Loose>()).map(\.size) }
    #expect(sizes == [3, 1, 2, nil])
  }

  @Test(
    "What needs a step is refused with every difference, and nothing has changed",
    arguments: Backend.allCases, [false, true])
  func needsSteps(backend: Backend, rehearsal: Bool) async throws {
    let storage = try await cupboard(backend)
    let error = await storage.failure(opening: [Cups.Torn.self], rehearsal: rehearsal)
    #expect(error?.code == .incompatibleSchema)
    #expect(error?.record == "cups")
    #expect(error?.message.contains("cups.size: it is “text required”") == true)
    #expect(error?.message.contains("cups.label: only the store has it") == true)
    try await expectUntouched(storage)
  }

  @Test("A field more at the same version is refused", arguments: Backend.allCases)
  func sameVersion(backend: Backend) async throws {
    let storage = try await cupboard(backend)
    let error = await storage.failure(opening: [Cups.Careless.self])
    #expect(error?.code == .incompatibleSchema)
    #expect(error?.field == "note")
    #expect(error?.recovery.hasPrefix("Raise the version") == true)
    try await expectUntouched(storage)
  }

  @Test("A newer store is refused with its version, untouched", arguments: Backend.allCases)
  func newerStore(backend: Backend) async throws {
    let storage = try await cupboard(backend)
    try await storage.open(Catalog([Cups.Coloured.self]))
    let before = try await storage.lines(of: [Cups.Coloured.self])
    await storage.close()
    let error = await storage.failure(opening: [Cups.First.self])
    #expect(error?.code == .newerStore)
    #expect(error?.record == "cups")
    #expect(error?.message.contains("version 2 of cups") == true)
    #expect(try await storage.open(Catalog([Cups.Coloured.self])) == MigrationReport())
    #expect(try await storage.lines(of: [Cups.Coloured.self]) == before)
  }

  @Test(
    "Kinds the program does not have keep their rows and what they refer to",
    arguments: Backend.allCases)
  func unknownKinds(backend: Backend) async throws {
    let storage = try await cupboard(backend)
    try await storage.open(Catalog([Cups.First.self, Cups.Shelf.self]))
    try await storage.add(Cups.Shelf(id: .nth(7), cup: .nth(2)), Cups.Shelf(id: .nth(8)))
    try await storage.open(Catalog([Cups.Coloured.self]))
    try await storage.write { store in
      let cup = try #require(try store.get(Identifier<Cups.Coloured>.nth(2)))
      let error = #expect(throws: StorageError.self) { try store.delete(cup) }
      #expect(error?.code == .stillReferenced)
      #expect(error?.holder == Identifier<Never>.nth(7).description)
      try store.delete(try #require(try store.get(Identifier<Cups.Coloured>.nth(1))))
    }
  }
}
