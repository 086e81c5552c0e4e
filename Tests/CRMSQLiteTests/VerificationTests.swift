import CRMSQLite
import CRMStorage
import CSQLite
import Foundation
import Testing

@Suite("Verifying a file")
struct VerificationTests {
  private let folder = Folder()

  /// An open store with rows of every kind.
  private func filled() async throws -> SQLiteStorage {
    let storage = try await opened(folder)
    try await storage.write { store in
      for number in 1...20 as ClosedRange<UInt64> {
        try store.insert(new: Firm(id: .made(number), name: "Firm \(number)"))
        try store.insert(new: Entry(id: Identifier(number: Int64(number)), text: "a b \(number)"))
        var person = Person(id: .made(number), name: "Person \(number)")
        person.key = Blob([UInt8(number)])
        person.employer = .made(number)
        person.emails = ["\(number)@example.com"]
        person.tags = ["x", "x", "y"]
        try store.insert(new: person)
        try store.insert(
          new: Purchase(
            id: .made(number), buyer: .made(number), total: 1,
            entry: Identifier(number: Int64(number))))
      }
    }
    return storage
  }

  private func expect(
    _ problem: StorageError?, _ code: StorageError.Code, _ record: String, _ field: String?,
    id: String? = nil, _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(problem?.code == code, sourceLocation: location)
    #expect(problem?.record == record, sourceLocation: location)
    #expect(problem?.field == field, sourceLocation: location)
    #expect(problem?.identifier == id, sourceLocation: location)
  }

  @Test("A sound file is sound, row by row")
  func sound() async throws {
    let report = try await filled().verify()
    #expect(report.description == "80 rows, nothing wrong")
    #expect(report.rows == ["firms": 20, "people": 20, "purchases": 20, "order": 20])
  }

  @Test("A row that cannot be read is named, and those behind it are looked at")
  func unreadable() async throws {
    let storage = try await filled()
    let other = Stranger(folder.store)
    let id = Identifier<Person>.made(3)
    #expect(
      other.run("UPDATE people SET tier = 'lead' WHERE key IN (x'03', x'05')") == SQLITE_OK)
    let report = try await storage.verify()
    #expect(report.rows["people"] == 20)
    #expect(report.problems.count == 2)
    expect(report.problems.first, .invalidValue, "people", "tier", id: id.description)
  }

  @Test("A reference to a row that is gone is named, also of a kind left out")
  func dangling() async throws {
    let storage = try await filled()
    let other = Stranger(folder.store)
    #expect(other.run("DELETE FROM firms WHERE name = 'Firm 7'") == SQLITE_OK)
    #expect(other.run("DELETE FROM \"order\" WHERE id = 9") == SQLITE_OK)
    #expect(other.run("DELETE FROM order__words WHERE id = 9") == SQLITE_OK)
    let report = try await storage.verify()
    #expect(report.problems.count == 2)
    expect(
      report.problems.first, .unknownReference, "people", "employer",
      id: Identifier<Person>.made(7).description)
    expect(
      report.problems.last, .unknownReference, "purchases", "entry",
      id: Identifier<Purchase>.made(9).description)
    try await storage.open(Catalog([Firm.self]))
    #expect(try await storage.verify().problems == report.problems)
  }

  @Test(
    "What is kept beside rows and does not follow from them is named",
    arguments: [
      ("UPDATE people SET folded_name = 'x' WHERE key = x'04'", "people", "folded_name", 4),
      (
        "DELETE FROM people__email_addresses WHERE id IN (SELECT id FROM people LIMIT 1)",
        "people", "email_addresses", nil
      ),
      ("UPDATE order__words SET words = 'c' WHERE words = '8'", "order", "words", nil),
    ] as [(String, String, String, UInt64?)])
  func computed(change: String, record: String, field: String, row: UInt64?) async throws {
    let storage = try await filled()
    #expect(Stranger(folder.store).run(change) == SQLITE_OK)
    let report = try await storage.verify()
    #expect(report.problems.count == 1)
    expect(
      report.problems.first, .corrupt, record, field,
      id: row.map { Identifier<Person>.made($0).description })
  }

  @Test("A damaged page is found, not crashed on")
  func damaged() async throws {
    let storage = try await filled()
    await storage.close()
    let page = try #require(
      Int(
        Stranger(folder.store)
          .row("SELECT rootpage FROM sqlite_schema WHERE name = 'firms__name'")[0] ?? ""))
    var content = try folder.content(of: folder.store)
    let start = (page - 1) * 4_096
    for position in (start + 4_000)..<(start + 4_096) { content[position] ^= 0x5A }
    try content.write(to: URL(fileURLWithPath: folder.store))
    try await storage.open(Catalog(kinds))
    let report = try await storage.verify()
    #expect(!report.isSound)
    #expect(report.problems.allSatisfy { $0.code == .corrupt })
  }

  @Test("A store that is not open cannot be verified")
  func closed() async throws {
    let error = await failure { _ = try await SQLiteStorage(at: folder.store).verify() }
    #expect(error?.code == .closed)
  }
}
