import CRMSQLite
import CRMStorage
import CSQLite
import Foundation
import Testing

/// Firms as a later program has them, of which the step can be told to end at a row.
private struct LaterFirm: Record {
  let id: Identifier<LaterFirm>
  var title = ""
  var length = 0

  struct Fields: Sendable {
    let title = Field<LaterFirm, String>("title", { $0.title }, { $0.title = $1 })
    let length = Field<LaterFirm, Int>("length", { $0.length }, { $0.length = $1 })
    let words = MultiField<LaterFirm, String>("words") {
      $0.title.split(separator: " ").map(String.init)
    }
    let folded = Field<LaterFirm, String>(derived: "folded") { $0.title.lowercased() }
  }
  static let fields = Fields()
  static let schema = Schema<LaterFirm>(
    "firms", version: 2, fields, indexes: [.ordered(fields.folded), .unique(fields.title)],
    evolution: [
      EvolutionStep(to: 2) { firm in
        if firm.id == Ending.row { try Ending.end() }
        try firm.rename("name", to: "title")
        try firm.set("length", to: firm.value("title", as: String.self).count)
      }
    ]
  ) { LaterFirm(id: $0) }
}

/// How a migration ends at a row, within the task or the process that orders it.
private enum Ending {
  struct Failure: Error {}

  @TaskLocal static var row: Identifier<Never>?
  @TaskLocal static var isKill = false

  static func end() throws {
    if isKill { kill(getpid(), SIGKILL) }
    throw Failure()
  }
}

@Suite("Migrating a file")
struct MigrationTests {
  private let folder = Folder()

  /// A file of the first program with so many firms, and what refers to them.
  private func makeFile(firms count: UInt64 = 50) async throws {
    let storage = try await opened(folder)
    try await storage.write { store in
      for number in 1...count {
        try store.insert(new: Firm(id: .made(number), name: "Firm no. \(number)"))
      }
      try store.insert(new: Entry(id: Identifier(number: 1), text: "a b"))
      var person = Person(id: .made(1))
      person.employer = .made(count)
      try store.insert(new: person)
    }
    await storage.close()
  }

  private var files: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  }

  @Test("A migrated file is built as a new one, and what refers to its rows still does")
  func asNew() async throws {
    try await makeFile()
    let other = Stranger(folder.store)
    #expect(other.run("CREATE VIEW mine AS SELECT count(*) AS n FROM firms") == SQLITE_OK)
    let storage = SQLiteStorage(at: folder.store, durability: .onClose)
    let report = try await storage.open(Catalog([LaterFirm.self]))
    #expect(report.kind("firms")?.changed == 50)
    let fresh = Folder()
    let new = try await opened(fresh, kinds: [LaterFirm.self])
    let sql = "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema "
    #expect(
      Stranger(folder.store).row(sql + "WHERE name LIKE 'firms%' ORDER BY name)")
        == Stranger(fresh.store).row(sql + "WHERE name LIKE 'firms%' ORDER BY name)"))
    #expect(other.row("SELECT n FROM mine") == ["50"])
    #expect(other.row("PRAGMA integrity_check") == ["ok"])
    #expect(other.row("PRAGMA foreign_key_check") == [])
    #expect(other.row("SELECT title, length FROM firms_view LIMIT 1") == ["Firm no. 1", "10"])
    #expect(other.row("SELECT count(*) FROM firms__words WHERE words = 'no.'") == ["50"])
    let error = await failure {
      try await storage.write { store in
        let firm = try #require(try store.get(Identifier<LaterFirm>.made(50)))
        try store.delete(firm)
      }
    }
    #expect(error?.code == .stillReferenced)
    await new.close()
  }

  @Test("A rehearsal, a failure and a refusal leave the bytes of the file as they are")
  func sameBytes() async throws {
    try await makeFile()
    let before = try folder.content(of: folder.store)
    let storage = SQLiteStorage(at: folder.store)
    let report = try await storage.open(
      Catalog([LaterFirm.self]), migration: Migration(isRehearsal: true))
    #expect(report.kind("firms")?.changed == 50)
    #expect(try folder.content(of: folder.store) == before)
    for row in [1, 25, 50] as [UInt64] {
      let error = await Ending.$row.withValue(.made(row)) {
        await failure { try await storage.open(Catalog([LaterFirm.self])) }
      }
      #expect(error?.code == .migrationFailed)
      #expect(error?.identifier == Identifier<Firm>.made(row).description)
      #expect(try folder.content(of: folder.store) == before)
    }
    #expect(try files == ["shop.crm"])
    let fresh = SQLiteStorage(at: folder.path + "/new.crm")
    let kinds = try await fresh.open(
      Catalog([LaterFirm.self]), migration: Migration(isRehearsal: true)
    ).kinds
    #expect(kinds.map(\.from) == [nil])
    #expect(try files == ["shop.crm"])
  }

  @Test("A process killed at any row leaves the older file, which then migrates")
  func killed() async throws {
    try await makeFile()
    for row in [1, 20, 50] as [UInt64] {
      let path = folder.store
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, row = row as UInt64] in
        let storage = SQLiteStorage(at: path)
        try await Ending.$isKill.withValue(true) {
          try await Ending.$row.withValue(.made(row)) {
            try await storage.open(Catalog([LaterFirm.self]))
          }
        }
      }
      #expect(Stranger(folder.store).row("SELECT count(name) FROM firms") == ["50"])
      let storage = try await opened(folder)
      #expect(try await storage.read { try $0.count(Query<Firm>()) } == 50)
      await storage.close()
    }
    let storage = SQLiteStorage(at: folder.store)
    #expect(try await storage.open(Catalog([LaterFirm.self])).kind("firms")?.changed == 50)
    #expect(Stranger(folder.store).row("PRAGMA integrity_check") == ["ok"])
  }

  @Test("Of several that open an older file at once one migrates it, the others find it done")
  func atOnce() async throws {
    try await makeFile(firms: 500)
    let path = folder.store
    let changed = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          let storage = SQLiteStorage(
            at: path, durability: .onClose, busyTimeout: .seconds(120))
          let report = try await storage.open(Catalog([LaterFirm.self]))
          let count = try await storage.read { try $0.count(Query<LaterFirm>()) }
          #expect(count == 500)
          await storage.close()
          return report.kind("firms")?.changed ?? 0
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(changed.sorted() == [0, 0, 0, 500])
  }

  @Test("A program that was open before is refused from then on, and cannot do harm")
  func openBefore() async throws {
    try await makeFile()
    let former = try await opened(folder, kinds: [Firm.self])
    let bystander = try await opened(folder, kinds: [Entry.self])
    let storage = SQLiteStorage(at: folder.store, durability: .onClose)
    try await storage.open(Catalog([LaterFirm.self]))
    let reading = await failure { _ = try await former.read { try $0.count(Query<Firm>()) } }
    #expect(reading?.code == .newerStore)
    let writing = await failure {
      try await former.write { try $0.insert(new: Firm(id: .made(99), name: "late")) }
    }
    #expect(writing?.code == .newerStore)
    // Others go on, as what they hold is as it was.
    try await bystander.write { try $0.insert(new: Entry(id: Identifier(number: 2), text: "c")) }
    #expect(try await bystander.read { try $0.count(Query<Entry>()) } == 2)
    #expect(try await storage.read { try $0.count(Query<LaterFirm>()) } == 50)
  }

  @Test("A row that cannot be read is a problem of a rehearsal, and the failure of an opening")
  func unreadableRow() async throws {
    try await makeFile()
    #expect(
      Stranger(folder.store).run(
        "UPDATE firms SET name = CAST(x'FF' AS TEXT) WHERE name = 'Firm no. 7'") == SQLITE_OK)
    let storage = SQLiteStorage(at: folder.store)
    let report = try await storage.open(
      Catalog([LaterFirm.self]), migration: Migration(isRehearsal: true))
    #expect(report.kind("firms")?.changed == 49)
    #expect(report.problems.map(\.identifier) == [Identifier<Firm>.made(7).description])
    let error = await failure { try await storage.open(Catalog([LaterFirm.self])) }
    #expect(error == report.problems.first)
    #expect(error?.code == .invalidValue && error?.field == "name")
  }

  @Test("A definition that cannot be read is refused, not taken for a new kind")
  func unreadableDefinition() async throws {
    try await makeFile()
    #expect(
      Stranger(folder.store).run("UPDATE crm_schema SET definition = 'rows of cards'")
        == SQLITE_OK)
    let storage = SQLiteStorage(at: folder.store)
    let error = await failure { try await storage.open(Catalog(kinds)) }
    #expect(error?.code == .incompatibleSchema)
    #expect(error?.record == "firms")
  }
}
