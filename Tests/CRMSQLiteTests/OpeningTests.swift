import CRMSQLite
import CRMStorage
import CSQLite
import Foundation
import Testing

@Suite struct OpeningTests {
  let folder = Folder()

  private func openingError(_ path: String, _ kinds: [any Record.Type] = kinds) async
    -> StorageError?
  {
    await failure {
      try await SQLiteStorage(at: path, busyTimeout: .milliseconds(50)).open(Catalog(kinds))
    }
  }

  @Test("A path that cannot be a store is refused, naming it")
  func badPaths() async throws {
    for path in [folder.path, folder.path + "/none/shop.crm", folder.path + "/", "", "/dev/null"] {
      let error = await openingError(path)
      #expect(error?.code == .cannotOpen)
      #expect(error?.message.contains("“\(path)”") == true)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }

  @Test("A file that is not a store is refused and left as it was")
  func notAStore() async throws {
    let text = folder.path + "/notes.txt"
    try Data("Dear diary, this is no database. ".utf8).write(to: URL(fileURLWithPath: text))
    let long = folder.path + "/long.txt"
    try Data(repeating: 65, count: 10_000).write(to: URL(fileURLWithPath: long))
    let database = folder.path + "/other.db"
    #expect(Stranger(database).run("CREATE TABLE firms (id, name)") == SQLITE_OK)
    let marked = folder.path + "/marked.db"
    #expect(Stranger(marked).run("PRAGMA application_id = 7") == SQLITE_OK)
    for path in [text, long, database, marked] {
      let before = try folder.content(of: path)
      #expect(await openingError(path)?.code == .notAStore)
      #expect(try folder.content(of: path) == before)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 4)
  }

  @Test(
    "A store of a newer version is refused and left as it was",
    arguments: ["PRAGMA user_version = 2", "UPDATE crm_schema SET version = 2"], ["DELETE", "WAL"])
  func newer(change: String, journal: String) async throws {
    let storage = try await opened(folder)
    await storage.close()
    do {
      let other = Stranger(folder.store)
      #expect(other.run(change) == SQLITE_OK)
      #expect(other.run("PRAGMA journal_mode = \(journal)") == SQLITE_OK)
    }
    let before = try folder.content(of: folder.store)
    #expect(await openingError(folder.store)?.code == .newerStore)
    #expect(try folder.content(of: folder.store) == before)
    let rest = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(rest.filter { $0 != "shop.crm" } == [])
  }

  @Test("A store of a newer version in use elsewhere is refused and left as it was")
  func newerInUse() async throws {
    let storage = try await opened(folder)
    await storage.close()
    let other = Stranger(folder.store)
    #expect(other.run("UPDATE crm_schema SET version = 2 WHERE name = 'firms'") == SQLITE_OK)
    let before = try folder.content(of: folder.store)
    let error = await openingError(folder.store)
    #expect(error?.code == .newerStore)
    #expect(error?.record == "firms")
    #expect(try folder.content(of: folder.store) == before)
  }

  @Test(
    "Tables that differ from the schema are refused, naming the column",
    arguments: [
      ("ALTER TABLE firms DROP COLUMN name", "name"),
      ("ALTER TABLE firms ADD COLUMN extra TEXT", "extra"),
      ("UPDATE crm_schema SET definition = replace(definition, 'name text', 'name date')", "name"),
      ("DROP INDEX firms__name; CREATE INDEX firms__name ON firms (name)", "firms__name"),
    ])
  func incompatible(change: String, field: String) async throws {
    let storage = try await opened(folder, kinds: [Firm.self])
    await storage.close()
    let drop =
      change.contains("DROP COLUMN") ? "DROP VIEW firms_view; DROP INDEX firms__name; " : ""
    #expect(Stranger(folder.store).run(drop + change) == SQLITE_OK)
    let error = await openingError(folder.store, [Firm.self])
    #expect(error?.code == .incompatibleSchema)
    #expect(error?.record == "firms")
    #expect(error?.field == field)
  }

  @Test("Indexes and views that are gone are made again")
  func repaired() async throws {
    let storage = try await opened(folder)
    await storage.close()
    let other = Stranger(folder.store)
    #expect(
      other.run("DROP VIEW firms_view; CREATE VIEW people_view AS SELECT 1") == SQLITE_ERROR)
    #expect(other.run("DROP VIEW people_view; CREATE VIEW people_view AS SELECT 1") == SQLITE_OK)
    #expect(other.run("DROP INDEX people__seen") == SQLITE_OK)
    try await storage.open(Catalog(kinds))
    #expect(other.row("SELECT count(name) FROM firms_view") == ["0"])
    #expect(other.row("SELECT count(name) FROM people_view") == ["0"])
    #expect(
      other.row("SELECT count(*) FROM sqlite_schema WHERE name = 'people__seen'") == ["1"])
  }

  @Test("A new file can be read by its owner only and says whose it is")
  func newFile() async throws {
    _ = try await opened(folder)
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.store)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let other = Stranger(folder.store)
    #expect(other.row("PRAGMA application_id") == [String(0x4352_4D4B)])
    #expect(other.row("PRAGMA user_version") == ["1"])
    #expect(other.row("PRAGMA journal_mode") == ["wal"])
  }

  @Test("A file or folder without the right to write is refused", .enabled(if: geteuid() != 0))
  func permissions() async throws {
    let storage = try await opened(folder)
    await storage.close()
    chmod(folder.store, 0o400)
    #expect(await openingError(folder.store)?.code == .permissionDenied)
    chmod(folder.path, 0o500)
    #expect(await openingError(folder.path + "/new.crm")?.code == .permissionDenied)
    chmod(folder.path, 0o700)
  }

  @Test("Several storages open and use one file at the same time")
  func together() async throws {
    let folder = folder
    let path = folder.store
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<6 {
        group.addTask {
          let storage = SQLiteStorage(at: path, durability: .onClose)
          try await storage.open(Catalog(kinds))
          for round in 0..<10 {
            try await storage.write { store in
              let id = UInt64(number * 100 + round)
              try store.insert(new: Firm(id: .made(id), name: "\(id)"))
            }
          }
          await storage.close()
        }
      }
      try await group.waitForAll()
    }
    #expect(Stranger(path).row("SELECT count(*) FROM firms") == ["60"])
  }

  @Test("A damaged file ends in an error, not in a crash")
  func damaged() async throws {
    let storage = try await opened(folder)
    try await storage.write { store in
      for number in 0..<500 {
        try store.insert(new: Firm(id: .made(UInt64(number)), name: "firm \(number)"))
      }
    }
    await storage.close()
    var content = try folder.content(of: folder.store)
    for position in 4_096..<content.count { content[position] = 0xA5 }
    try content.write(to: URL(fileURLWithPath: folder.store))
    let error = await failure {
      try await storage.open(Catalog(kinds))
      _ = try await storage.read { try $0.rows(Query<Firm>()) }
    }
    #expect(error?.code == .corrupt)
  }
}
