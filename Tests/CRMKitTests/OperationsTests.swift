import CRMKit
import CRMSQLite
import CRMTesting
import Foundation
import Testing

/// Two stores, of any kinds.
private struct Pair: Sendable, CustomTestStringConvertible {
  let from: Backend
  let to: Backend

  var testDescription: String { "\(from.testDescription) to \(to.testDescription)" }

  static let all = Backend.allCases.flatMap { from in
    Backend.allCases.map { Pair(from: from, to: $0) }
  }
}

/// A folder that goes with its test.
final class TestFolder: Sendable {
  let path = NSTemporaryDirectory() + "crmkit-files-\(UUID().uuidString)"

  init() {
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  func lines(of name: String) throws -> [String] {
    let text = try String(contentsOf: URL(fileURLWithPath: file(name)), encoding: .utf8)
    return text.split(separator: "\n").map(String.init)
  }

  func write(_ lines: [String], to name: String) throws {
    try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: file(name)))
  }
}

extension Shop {
  /// A shop with some of everything.
  static func busy(_ backend: Backend) async throws -> Shop {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write(because: "a \"busy\" day\n") { tx in
      let bo = try tx.customers.add(.person("Zoe\u{308} 김유나", tags: ["b", "a"]))
      try tx.orders.place(
        NewOrder(
          number: "1", customer: ada.id,
          lines: [.init(item.id, quantity: 2, amount: Money("19.98", .usd))],
          promisedAt: tx.now + .seconds(3 * 86_400)))
      try tx.interactions.record(
        NewInteraction(with: bo.id, through: .phone, .outbound, subject: "Call\u{2028}back"))
      var changed = try tx.customers.get(ada.id)
      changed.name = "Ada Lovelace"
      try tx.customers.update(changed)
    }
    return shop
  }
}

extension Catalog {
  /// What a CRM with everything keeps.
  static func standard() async throws -> Catalog {
    let storage = MemoryStorage()
    let crm = try await CRM(storage: storage)
    defer { withExtendedLifetime(crm) {} }
    return try await storage.read { $0.catalog }
  }
}

extension Storage {
  func exported() async throws -> [String] {
    var lines: [String] = []
    try await read { try $0.export { lines.append(String(decoding: $0, as: UTF8.self)) } }
    return lines
  }

  func importing(_ lines: [String]) async throws -> ImportReport {
    var rest = lines[...]
    return try await `import` { rest.popFirst().map { Array($0.utf8) } }
  }
}

@Suite("Exporting, importing and copying", .timeLimit(.minutes(30)))
struct OperationsTests {

  private func fails(_ body: () async throws -> Void) async -> StorageError? {
    do {
      try await body()
      return nil
    } catch {
      return error as? StorageError
    }
  }

  @Test("What was exported, imported and exported again has the same bytes", arguments: Pair.all)
  private func sameBytes(pair: Pair) async throws {
    let folder = TestFolder()
    let shop = try await Shop.busy(pair.from)
    try await shop.crm.export(to: folder.file("first"))
    let storage = pair.to.makeStorage()
    let report = try await CRM.import(from: folder.file("first"), into: storage)
    #expect(report.migration == MigrationReport())
    #expect(report.rows["customers"] == 2)
    let other = try await CRM(storage: storage)
    try await other.export(to: folder.file("second"))
    #expect(try folder.lines(of: "first") == folder.lines(of: "second"))
    #expect(try await shop.exported() == folder.lines(of: "second"))
    #expect(folder.names == ["first", "second"])
    #expect(try await other.verify().problems == [])
    // Life goes on where it was.
    try await other.advance(to: Shop.opening + .seconds(30 * 86_400))
    #expect(try await other.verify().problems == [])
  }

  @Test(
    "A copy has the same bytes, whatever the stores, and tells how far it is", arguments: Pair.all)
  private func copies(pair: Pair) async throws {
    let shop = try await Shop.busy(pair.from)
    let heard = Locked<[StorageProgress]>([])
    let storage = pair.to.makeStorage()
    let report = try await shop.crm.copy(to: storage) { step in heard.withLock { $0.append(step) } }
    #expect(try await storage.exported() == shop.exported())
    let total = report.rows.values.reduce(0, +)
    let steps = heard.withLock { $0 }
    #expect(steps.map(\.done) == [0, total, 0, total + 1])
    #expect(Set(steps.map(\.total)) == [total])
    let error = await fails { try await shop.crm.copy(to: storage) }
    #expect(error?.code == .alreadyExists)
  }

  @Test(
    "A restored backup has the same bytes, and is refused where something is",
    arguments: Backend.allCases)
  func backups(backend: Backend) async throws {
    let folder = TestFolder()
    let shop = try await Shop.busy(backend)
    let heard = Locked<[StorageProgress]>([])
    try await shop.crm.backup(to: folder.file("backup")) { step in
      heard.withLock { $0.append(step) }
    }
    let last = heard.withLock { $0.last }
    #expect(last != nil && last?.done == last?.total)
    #expect(folder.names == ["backup"])
    let mode = try FileManager.default.attributesOfItem(atPath: folder.file("backup"))
    #expect(mode[.posixPermissions] as? Int == 0o600)
    let before = try await shop.exported()
    try await shop.crm.write { try $0.customers.add(.person("later")) }

    let storage = backend.makeStorage()
    try await CRM.restore(storage, from: folder.file("backup"))
    #expect(try await storage.exported() == before)
    #expect(try await CRM(storage: storage).verify().problems == [])

    let again = await fails { try await shop.crm.backup(to: folder.file("backup")) }
    #expect(again?.code == .alreadyExists)
    let taken = await fails { try await CRM.restore(storage, from: folder.file("backup")) }
    #expect(taken?.code == .alreadyExists)
    #expect(try await storage.exported() == before)
    #expect(folder.names == ["backup"])
  }

  @Test(
    "Kinds of a backup that the program does not have are kept as they are, or refused by name",
    arguments: Backend.allCases)
  func unknownKinds(backend: Backend) async throws {
    let folder = TestFolder()
    let source = backend.makeStorage()
    let crm = try await CRM(storage: source, capabilities: Notes().andStandard)
    try await crm.write { tx in
      try tx.customers.add(.person("Ada"))
      try tx.write("Kept")
    }
    try await crm.backup(to: folder.file("backup"))
    let before = try await source.exported()

    var storage = backend.makeStorage()
    let refusal = await fails { try await CRM.restore(storage, from: folder.file("backup")) }
    if backend == .sqlite {
      #expect(refusal == nil)
      let without = try await CRM(storage: storage)
      #expect(try await without.verify().problems == [])
      let export = await fails { _ = try await storage.exported() }
      #expect(export?.code == .incompatibleSchema)
      #expect(export?.record == "notes")
    } else {
      #expect(refusal?.code == .incompatibleSchema)
      #expect(refusal?.record == "notes")
      let without = try await CRM(storage: storage)
      #expect(try await without.read { try $0.customers.count() } == 0)
      storage = backend.makeStorage()
      try await CRM.restore(
        storage, from: folder.file("backup"), capabilities: Notes().andStandard)
    }
    _ = try await CRM(storage: storage, capabilities: Notes().andStandard)
    #expect(try await storage.exported() == before)
  }

  @Test("What is no backup is refused, and leaves nothing", arguments: Backend.allCases)
  func noBackup(backend: Backend) async throws {
    let folder = TestFolder()
    try folder.write(["{\"format\":\"other\"}"], to: "other")
    try folder.write([], to: "empty")
    for name in ["other", "empty"] {
      let storage = backend.makeStorage()
      let error = await fails { try await CRM.restore(storage, from: folder.file(name)) }
      #expect(error?.code == .notAStore)
      let crm = try await CRM(storage: storage)
      #expect(try await crm.read { try $0.customers.count() } == 0)
    }
    let storage = backend.makeStorage()
    let missing = await fails { try await CRM.restore(storage, from: folder.file("none")) }
    #expect(missing?.code == .cannotOpen || missing?.code == .notAStore)
    #expect(folder.names == ["empty", "other"])
  }

  @Test("A cancelled backup and export leave no file", arguments: Backend.allCases)
  func cancelled(backend: Backend) async throws {
    let folder = TestFolder()
    let shop = try await Shop(backend)
    try await shop.crm.write { tx in
      for number in 0..<1_100 { try tx.catalogue.add(sku: "\(number)", name: "Tea") }
    }
    let crm = shop.crm
    for name in ["backup", "export"] {
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        if name == "backup" {
          try await crm.backup(to: folder.file(name))
        } else {
          try await crm.export(to: folder.file(name))
        }
      }
      await #expect(throws: CancellationError.self) { try await task.value }
    }
    #expect(folder.names == [])
  }

  @Test("Compacting keeps everything, beside reads and writes", arguments: Backend.allCases)
  func compacting(backend: Backend) async throws {
    let shop = try await Shop.busy(backend)
    let crm = shop.crm
    let before = try await shop.exported()
    try await crm.compact()
    #expect(try await shop.exported() == before)
    async let writing: Void = {
      for number in 1...10 { try await crm.write { try $0.customers.add(.person("\(number)")) } }
    }()
    for _ in 1...3 { try await crm.compact() }
    try await writing
    #expect(try await crm.read { try $0.customers.count() } == 12)
    #expect(try await crm.verify().problems == [])
  }

  @Test("An export that was cut, wherever, is refused whole", arguments: Backend.allCases)
  func cut(backend: Backend) async throws {
    let lines = try await Shop.busy(.memory).exported()
    let storage = backend.makeStorage()
    try await storage.open(.standard())
    for count in 1..<lines.count {
      let error = await fails { _ = try await storage.importing(Array(lines[..<count])) }
      #expect(error?.code == .invalidImport)
      #expect(error?.causes.map(\.code) == [.corrupt])
      var part = Array(lines[..<count])
      part[count - 1].removeLast(7)
      let torn = await fails { _ = try await storage.importing(part) }
      #expect(torn?.code == (count == 1 ? .notAStore : .invalidImport))
      if count > 1 { #expect(torn?.causes.first?.line == count) }
    }
    let none = await fails { _ = try await storage.importing([]) }
    #expect(none?.code == .notAStore)
    #expect(try await storage.read { try $0.count(Query<Customer>()) } == 0)
    #expect(try await storage.importing(lines).rows["customers"] == 2)
  }

  @Test("Lines that are gone, twice, exchanged or changed are noticed", arguments: Backend.allCases)
  func changed(backend: Backend) async throws {
    let lines = try await Shop.busy(.memory).exported()
    let storage = backend.makeStorage()
    try await storage.open(.standard())
    func codes(_ change: (inout [String]) -> Void) async -> [StorageError.Code] {
      var changed = lines
      change(&changed)
      let error = await fails { _ = try await storage.importing(changed) }
      #expect(error?.code == .invalidImport)
      return error?.causes.map(\.code) ?? []
    }
    let customer = try #require(lines.firstIndex { $0.contains(#""kind":"customers""#) })
    #expect(await codes { $0.remove(at: 1) } == [.corrupt])
    #expect(await codes { $0.insert($0[customer], at: customer) } == [.duplicate])
    #expect(await codes { $0.swapAt(1, 2) } == [.corrupt])
    #expect(
      await codes { $0[customer].replace("Ada Lovelace", with: "Ida Lovelace") } == [.corrupt])
    #expect(await codes { $0.append($0[customer]) } == [.invalidValue])
    #expect(try await storage.read { try $0.count(Query<Customer>()) } == 0)
  }

  @Test("Every line that cannot be imported is named, with its field", arguments: Backend.allCases)
  func lineErrors(backend: Backend) async throws {
    var lines = try await Shop.busy(.memory).exported()
    let storage = backend.makeStorage()
    try await storage.open(.standard())
    let customer = try #require(lines.firstIndex { $0.contains(#""kind":"customers""#) })
    let order = try #require(lines.firstIndex { $0.contains(#""kind":"orders""#) })
    lines[1] = "no JSON"
    lines[2].replace(#""id":2"#, with: #""id":"two""#)
    lines[customer].replace(#""kind":"person""#, with: #""kind":"robot""#)
    lines[customer + 1].replace(#""tags":"#, with: #""tagz":"#)
    lines[order].replace(#""kind":"orders""#, with: #""kind":"bills""#)
    let error = await fails { _ = try await storage.importing(lines) }
    let causes = error?.causes ?? []
    #expect(causes.map(\.line) == [2, 3, customer + 1, customer + 2, order + 1])
    #expect(causes.map(\.record) == [nil, "events", "customers", "customers", nil])
    #expect(causes.map(\.field) == [nil, "id", "kind", "tagz", nil])
    #expect(causes.dropFirst(3).first?.recovery == "Did you mean “tags”?")
    #expect(error?.description.contains("Line \(customer + 1): customers") == true)
    for kind in ["customers", "events"] {
      #expect(try await storage.exported().contains { $0.contains(#""kind":"\#(kind)""#) } == false)
    }
  }

  @Test(
    "A row that names what the export lacks is named with its line", arguments: Backend.allCases)
  func dangling(backend: Backend) async throws {
    let folder = TestFolder()
    let source = MemoryStorage()
    try await source.open(FirstHotel.catalog)
    // A guest may be hosted by one who comes later in the export.
    try await source.load { store in
      for (number, host) in [(1, 2), (2, 3), (3, 1)] as [(UInt64, UInt64)] {
        var guest = FirstHotel.Guest(id: .nth(number), name: "\(number)")
        guest.host = .nth(host)
        try store.insert(FirstHotel.Guest.schema.hold(guest))
      }
    }
    try await source.export(to: folder.file("whole"))
    let storage = backend.makeStorage()
    try await storage.open(FirstHotel.catalog)
    var lines = try folder.lines(of: "whole")
    let names = FirstHotel.Guest.ID.nth(3).description
    lines[2].replace(#""host":"\#(names)""#, with: #""host":"\#(FirstHotel.Guest.ID.nth(9))""#)
    try folder.write(lines.dropLast() + [closing(lines.dropLast())], to: "dangling")
    let error = await fails { try await storage.import(from: folder.file("dangling")) }
    #expect(error?.code == .invalidImport)
    #expect(error?.causes.map(\.code) == [.unknownReference])
    #expect(error?.causes.map(\.line) == [3])
    #expect(error?.causes.map(\.field) == ["host"])
    try await storage.import(from: folder.file("whole"))
    #expect(try await storage.exported() == folder.lines(of: "whole"))
  }

  /// The closing line, reckoned as the page says.
  private func closing(_ lines: some Collection<String>) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in lines.map({ $0 + "\n" }).joined().utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
    let digits = String(hash, radix: 16)
    let padded = String(repeating: "0", count: 16 - digits.count) + digits
    return #"{"end":{"lines":\#(lines.count),"checksum":"\#(padded)"}}"#
  }

  @Test("The closing line is what the documentation says", arguments: Backend.allCases)
  func closingLine(backend: Backend) async throws {
    let lines = try await Shop.busy(backend).exported()
    #expect(lines.last == closing(lines.dropLast()))
  }

  @Test("An export of an older program takes the steps, as its store would", arguments: Pair.all)
  private func older(pair: Pair) async throws {
    let storage = pair.from.makeStorage()
    try await storage.open(FirstHotel.catalog)
    try await storage.add(
      FirstHotel.Guest(
        id: .nth(1), name: "Ada King Lovelace", age: "36", fax: "7", street: "St James 12",
        city: "London", tags: ["vip"], rate: Money(minorUnits: 12_300, .eur)),
      FirstHotel.Guest(id: .nth(2), name: "Plato", age: "old", host: .nth(1)))
    try await storage.add(
      FirstHotel.Visit(id: Identifier(number: 1), guest: .nth(1), note: "late"),
      FirstHotel.Visit(id: Identifier(number: 2), guest: .nth(2), note: "two nights, quiet"),
      FirstHotel.Visit(id: Identifier(number: 3), guest: .nth(2), note: "none"))
    let lines = try await storage.exported()
    let migration = try await storage.open(ThirdHotel.catalog)
    let other = pair.to.makeStorage()
    try await other.open(ThirdHotel.catalog)
    let report = try await other.importing(lines)
    #expect(report.rows == ["guests": 2, "visits": 3])
    #expect(report.migration.kind("guests") == migration.kind("guests"))
    #expect(try await other.exported() == storage.exported())
    let early = pair.to.makeStorage()
    try await early.open(FirstHotel.catalog)
    let later = try await other.exported()
    let newer = await fails { _ = try await early.importing(later) }
    #expect(newer?.code == .incompatibleSchema || newer?.code == .newerStore)
    #expect(try await early.exported().count == 2)
  }
}
