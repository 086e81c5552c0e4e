import CRMKit
import CRMTesting
import Testing

@Suite("Steps lead older stores through the versions (HC-173)")
struct EvolutionTests {
  /// A store of the first program, closed again.
  private func firstHotel(_ backend: Backend) async throws -> any Storage {
    let storage = backend.makeStorage()
    try await storage.open(FirstHotel.catalog)
    try await storage.add(
      FirstHotel.Guest(
        id: .nth(1), name: "Ada King Lovelace", age: "36", fax: "7", street: "St James 12",
        city: "London", tags: ["vip", "maths"], rate: Money(minorUnits: 12_300, .eur)),
      FirstHotel.Guest(id: .nth(2), name: "Plato", age: "old", host: .nth(1)))
    try await storage.add(
      FirstHotel.Visit(id: Identifier(number: 1), guest: .nth(1), note: "late"),
      FirstHotel.Visit(id: Identifier(number: 2), guest: .nth(2), note: "two nights, quiet"),
      FirstHotel.Visit(id: Identifier(number: 3), guest: .nth(2), note: "none"))
    try await storage.add(FirstHotel.Bill(id: .nth(9), visit: Identifier(number: 2)))
    await storage.close()
    return storage
  }

  private func expectFirst(_ storage: any Storage) async throws {
    #expect(try await storage.open(FirstHotel.catalog) == MigrationReport())
    let lines = try await storage.lines(of: FirstHotel.kinds)
    #expect(lines.count == 6)
    #expect(
      lines.first?.hasSuffix(
        #" {"name":"Ada King Lovelace","age":"36","fax":"7","street":"St James 12","#
          + #""city":"London","tags":["vip","maths"],"rate_currency":"EUR","rate_minor":12300}"#)
        == true, "\(lines)")
  }

  @Test("A rename, another type and a field less", arguments: Backend.allCases)
  func second(backend: Backend) async throws {
    let storage = try await firstHotel(backend)
    let report = try await storage.open(SecondHotel.catalog)
    #expect(report.kinds.map(\.name) == ["guests"])
    #expect(report.kind("guests")?.changed == 2)
    let guests = try await storage.read { store in
      try store.rows(
        Query<SecondHotel.Guest>(sortedBy: { [.ascending($0.age), .ascending($0.fullName)] })
      ).map(\.row)
    }
    #expect(
      guests == [
        SecondHotel.Guest(id: .nth(2), fullName: "Plato", host: .nth(1), level: 1),
        SecondHotel.Guest(
          id: .nth(1), fullName: "Ada King Lovelace", age: 36, street: "St James 12",
          city: "London", tags: ["vip", "maths"], rate: Money(minorUnits: 12_300, .eur), level: 2),
      ])
  }

  @Test("A split into two fields, two kinds and two rows", arguments: Backend.allCases)
  func third(backend: Backend) async throws {
    let storage = try await firstHotel(backend)
    let report = try await storage.open(ThirdHotel.catalog)
    #expect(report.kind("guests")?.changed == 2)
    #expect(report.kind("addresses")?.from == nil)
    #expect(report.kind("addresses")?.added == 1)
    #expect(report.kind("visits")?.changed == 2)
    #expect(report.kind("visits")?.added == 1)
    #expect(report.kind("visits")?.dropped == 1)
    try await storage.write { store in
      let ada = try #require(
        try store.rows(Query<ThirdHotel.Guest>(where: { $0.familyName == "King Lovelace" })).first)
      #expect(ada.givenName == "Ada")
      #expect(ada.rate == Money(minorUnits: 123, .krw))
      let home = try #require(ada.address)
      let address = try #require(try store.get(home))
      #expect(
        address.row == ThirdHotel.Address(id: address.id, text: "St James 12", city: "London"))
      #expect(throws: StorageError.self) { try store.delete(address) }
      let vips = try store.rows(Query<ThirdHotel.Guest>(where: { $0.tagged.contains("VIP") }))
      #expect(vips.map(\.id) == [.nth(1)])
      let visits = try store.rows(Query<ThirdHotel.Visit>(where: { $0.guest == .nth(2) }))
      #expect(visits.map(\.note) == ["first night", "second night"])
      #expect(visits.map(\.id.number) == [2, 1_002])
    }
  }

  @Test("Version by version or at once, the store is the same", arguments: Backend.allCases)
  func inOneStep(backend: Backend) async throws {
    let (one, two) = (try await firstHotel(backend), try await firstHotel(backend))
    try await one.open(ThirdHotel.catalog)
    try await two.open(SecondHotel.catalog)
    await two.close()
    try await two.open(ThirdHotel.catalog)
    let lines = try await one.lines(of: ThirdHotel.kinds)
    #expect(try await two.lines(of: ThirdHotel.kinds) == lines)
    #expect(lines.count == 7)
    #expect(try await two.open(ThirdHotel.catalog) == MigrationReport())
    for older in [FirstHotel.kinds, SecondHotel.kinds] {
      #expect(await two.failure(opening: older)?.code == .newerStore)
    }
    #expect(try await two.lines(of: ThirdHotel.kinds) == lines)
  }

  @Test("A kind left out takes its steps when it is asked for again", arguments: Backend.allCases)
  func leftOut(backend: Backend) async throws {
    let (one, two) = (try await firstHotel(backend), try await firstHotel(backend))
    try await one.open(ThirdHotel.catalog)
    try await two.open(Catalog([ThirdHotel.Guest.self, ThirdHotel.Address.self]))
    try await two.write { store in
      let plato = try #require(try store.get(Identifier<ThirdHotel.Guest>.nth(2)))
      let error = #expect(throws: StorageError.self) { try store.delete(plato) }
      #expect(error?.code == .stillReferenced)
    }
    await two.close()
    try await two.open(ThirdHotel.catalog)
    #expect(try await two.lines(of: ThirdHotel.kinds) == one.lines(of: ThirdHotel.kinds))
  }

  @Test("A rehearsal tells what would happen, and nothing does", arguments: Backend.allCases)
  func rehearsal(backend: Backend) async throws {
    let storage = try await firstHotel(backend)
    let report = try await storage.open(
      ThirdHotel.catalog, migration: Migration(isRehearsal: true))
    await #expect(throws: StorageError.self, "not opened") { try await storage.read { _ in } }
    try await expectFirst(storage)
    // It may be rehearsed while the store is in use.
    #expect(
      try await storage.open(ThirdHotel.catalog, migration: Migration(isRehearsal: true)) == report)
    try await expectFirst(storage)
    #expect(report.problems.isEmpty)
    #expect(try await storage.open(ThirdHotel.catalog) == report)
    let again = try await storage.open(
      ThirdHotel.catalog, migration: Migration(isRehearsal: true))
    #expect(again == MigrationReport())
  }

  @Test("Progress is told from nothing to all, kind by kind", arguments: Backend.allCases)
  func progress(backend: Backend) async throws {
    let storage = backend.makeStorage()
    try await storage.open(FirstHotel.catalog)
    try await storage.write { store in
      for number in 1...2_500 {
        try store.insert(
          FirstHotel.Guest.schema.hold(
            FirstHotel.Guest(id: .nth(UInt64(number)), name: "\(number)")))
      }
    }
    let told = Locked<[MigrationProgress]>([])
    let migration = Migration { progress in told.withLock { $0.append(progress) } }
    try await storage.open(Catalog([SecondHotel.Guest.self]), migration: migration)
    let steps = told.withLock { $0 }
    #expect(steps.map(\.done) == [0, 1_000, 2_000, 2_500])
    #expect(steps.allSatisfy { $0.total == 2_500 && $0.kind == "guests" })
  }

  @Test(
    "The step that fails at any row leaves everything as it was",
    arguments: Backend.allCases, 0..<4)
  func failingStep(backend: Backend, row: Int) async throws {
    let storage = try await firstHotel(backend)
    try await storage.open(FirstHotel.catalog)
    try await storage.add(
      FirstHotel.Guest(id: .nth(3), name: "Zoe"), FirstHotel.Guest(id: .nth(4), name: "Yan"))
    try await storage.write { store in
      let old = try #require(try store.get(Identifier<FirstHotel.Guest>.nth(UInt64(row) + 1)))
      var new = old.row
      new.age = "fails"
      try store.update(FirstHotel.Guest.schema.hold(new), from: old)
    }
    let before = try await storage.lines(of: FirstHotel.kinds)
    let error = await storage.failure(opening: [Brittle.self])
    #expect(error?.code == .migrationFailed)
    #expect(error?.record == "guests")
    #expect(error?.identifier == Identifier<Never>.nth(UInt64(row) + 1).description)
    #expect(error?.message.contains("Refusal") == true)
    // What was open stays so, and nothing has changed for it.
    #expect(try await storage.lines(of: FirstHotel.kinds) == before)
    await storage.close()
    try await storage.open(FirstHotel.catalog)
    #expect(try await storage.lines(of: FirstHotel.kinds) == before)
  }

  @Test("Every value that does not fit is named, with its row", arguments: Backend.allCases)
  func unfit(backend: Backend) async throws {
    let storage = try await firstHotel(backend)
    let error = await storage.failure(opening: [Sloppy.self])
    #expect(error?.code == .migrationFailed)
    #expect(error?.identifier == Identifier<Never>.nth(1).description)
    #expect(error?.field == "name")
    for problem in [
      "name: it is missing", "age: Expected a whole number, found text", "level: it is missing",
      "fax: it is left over", "telex: it is left over",
    ] {
      #expect(error?.message.contains(problem) == true, "\(problem) in \(error?.message ?? "")")
    }
    #expect(error?.message.contains("Ada") == false)
    let report = try await storage.open(
      Catalog([Sloppy.self]), migration: Migration(isRehearsal: true))
    #expect(
      report.problems.map(\.identifier) == [1, 2].map { Identifier<Never>.nth($0).description })
    try await expectFirst(storage)
  }

  @Test(
    "A field added in a version without a step takes what a blank row has, through later steps",
    arguments: Backend.allCases)
  func versionWithoutStep(backend: Backend) async throws {
    let storage = try await firstHotel(backend)
    try await storage.open(Catalog([Gapped.self]))
    let rows = try await storage.read { try $0.rows(Query<Gapped>()).map(\.row) }
    #expect(rows.map(\.level) == [7, 7])
    #expect(rows.map(\.title) == ["Ada King Lovelace", "Plato"])
  }

  @Test("A row that is dropped while another refers to it is refused", arguments: Backend.allCases)
  func dangling(backend: Backend) async throws {
    let storage = try await firstHotel(backend)
    let error = await storage.failure(opening: [Emptied.self])
    #expect(error?.code == .unknownReference)
    #expect(error?.record == "visits")
    #expect(error?.field == "guest")
    #expect(error?.identifier == Identifier<Never>(number: 1).description)
    let report = try await storage.open(
      Catalog([Emptied.self]), migration: Migration(isRehearsal: true))
    #expect(report.problems == [error].compactMap(\.self))
    try await expectFirst(storage)
  }

  @Test("Steps that make rows without end are stopped", arguments: Backend.allCases)
  func endless(backend: Backend) async throws {
    let storage = try await firstHotel(backend)
    let error = await storage.failure(opening: [Endless.self])
    #expect(error?.code == .migrationFailed)
    #expect(error?.message.contains("without end") == true)
    try await expectFirst(storage)
  }
}

private struct Refusal: Error {}

/// Guests whose step throws at some of them.
private struct Brittle: Record {
  let id: Identifier<Brittle>
  var name = ""

  struct Fields: Sendable {
    let name = Field<Brittle, String>("name", { $0.name }, { $0.name = $1 })
  }
  static let fields = Fields()
  static let schema = Schema<Brittle>(
    "guests", version: 2, fields,
    evolution: [
      EvolutionStep(to: 2) { guest in
        if guest["age"] == .text("fails") { throw Refusal() }
        for column in guest.values.keys where column != "name" { try guest.remove(column) }
      }
    ]
  ) { Brittle(id: $0) }
}

/// Guests whose step leaves what does not fit.
private struct Sloppy: Record {
  let id: Identifier<Sloppy>
  var name = ""
  var age = 0
  var level = 0

  struct Fields: Sendable {
    let name = Field<Sloppy, String>("name", { $0.name }, { $0.name = $1 })
    let age = Field<Sloppy, Int>("age", { $0.age }, { $0.age = $1 })
    let level = Field<Sloppy, Int>("level", { $0.level }, { $0.level = $1 })
  }
  static let fields = Fields()
  static let schema = Schema<Sloppy>(
    "guests", version: 2, fields,
    evolution: [EvolutionStep(to: 2) { try $0.rename("name", to: "telex") }]
  ) { Sloppy(id: $0) }
}

/// Guests that had a level since version 2, and a title in place of the rest since version 3.
private struct Gapped: Record {
  let id: Identifier<Gapped>
  var title = ""
  var level = 7

  struct Fields: Sendable {
    let title = Field<Gapped, String>("title", { $0.title }, { $0.title = $1 })
    let level = Field<Gapped, Int>("level", { $0.level }, { $0.level = $1 })
  }
  static let fields = Fields()
  static let schema = Schema<Gapped>(
    "guests", version: 3, fields,
    evolution: [
      EvolutionStep(to: 3) { guest in
        let name = try guest.value("name", as: String.self)
        for column in guest.values.keys where column != "level" { try guest.remove(column) }
        try guest.set("title", to: name)
      }
    ]
  ) { Gapped(id: $0) }
}

/// Guests that all go.
private struct Emptied: Record {
  let id: Identifier<Emptied>

  struct Fields: Sendable {}
  static let fields = Fields()
  static let schema = Schema<Emptied>(
    "guests", version: 2, fields, evolution: [EvolutionStep(to: 2) { $0.drop() }]
  ) { Emptied(id: $0) }
}

/// Guests whose step makes guests that take it again.
private struct Endless: Record {
  let id: Identifier<Endless>

  struct Fields: Sendable {}
  static let fields = Fields()
  static let schema = Schema<Endless>(
    "guests", version: 2, fields,
    evolution: [
      EvolutionStep(to: 2) { guest in
        guest.add(StoredRecord("guests", version: 1, id: guest.identifier(for: "next")))
        guest.drop()
      }
    ]
  ) { Endless(id: $0) }
}
