import CRMKit
import CRMSQLite
import CRMTesting
import Foundation
import Testing

enum Backend: String, CaseIterable, CustomTestStringConvertible {
  case memory, file, sqlite

  var testDescription: String { rawValue }
}

/// Runs a test on a store of its own.
func withStorage(_ backend: Backend, _ body: (any Storage) async throws -> Void) async throws {
  if backend == .memory { return try await body(MemoryStorage()) }
  let folder = NSTemporaryDirectory() + "crmkit-host-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try await body(
    backend == .file
      ? FileStorage(in: folder + "/shop", durability: .onClose)
      : SQLiteStorage(at: folder + "/shop.crm", durability: .onClose))
}

@Suite("A host's own capability")
struct BadgesTests {
  private let year = Duration.seconds(365 * 86_400)

  @Test("It reacts, keeps records, tells events and acts in time", arguments: Backend.allCases)
  func life(backend: Backend) async throws {
    try await withStorage(backend) { storage in
      let clock = TestClock("2026-01-01T00:00:00Z")
      let crm = try await CRM(
        storage: storage, capabilities: CRM.standardCapabilities + [Badges()], clock: clock,
        identifiers: .seeded(1))
      let ada = try await crm.write { tx in
        let ada = try tx.customers.add(.person("Ada"))
        // The reaction has run by the next line.
        #expect(try tx.badges.all(titled: "newcomer").map(\.customer) == [ada.id])
        return ada
      }
      clock.advance(by: .seconds(86_400))
      try await crm.write { tx in
        let item = try tx.catalogue.add(sku: "cd", name: "A record")
        try tx.orders.place(
          NewOrder(
            number: "1", customer: ada.id,
            lines: [.init(item.id, quantity: 12, amount: Money("99.00", .eur))]))
        #expect(try tx.badges.award("newcomer", to: ada.id).awardedAt == tx.now - .seconds(86_400))
      }
      let titles = try await crm.read { tx in
        try tx.timeline.entries(of: ada.id).items.compactMap {
          try $0.event.payload(as: BadgeAwarded.self)?.title
        }
      }
      #expect(titles == ["collector", "newcomer"])
      #expect(try await crm.read { try $0.agenda.upcoming(for: ada.id).count } == 2)

      clock.advance(by: year - .seconds(86_401))
      #expect(try await crm.advance().done == 0)
      clock.advance(by: .seconds(1))
      #expect(try await crm.advance().done == 1)
      let left = try await crm.read { try $0.badges.page(Query()).items.map(\.title) }
      #expect(left == ["collector"])
      let last = try await crm.read { try $0.events.page(limit: 1_000).last }
      #expect(try last?.payload(as: BadgeFaded.self)?.title == "newcomer")
      #expect(last?.customer == ada.id)
      #expect(
        last?.changes.contains { $0.field == "title" && $0.before == .text("newcomer") } == true)
    }
  }

  @Test("Its records answer filters, orders, cursors and counts", arguments: Backend.allCases)
  func queries(backend: Backend) async throws {
    try await withStorage(backend) { storage in
      let clock = TestClock("2026-01-01T00:00:00Z")
      let crm = try await CRM(
        storage: storage, capabilities: CRM.standardCapabilities + [Badges()], clock: clock)
      for name in ["Ada", "Bob", "Cleo", "Dora", "Eva"] {
        try await crm.write {
          try $0.customers.add(.person(name, country: name < "C" ? "GB" : "FR"))
        }
        clock.advance(by: .seconds(60))
      }
      let third = Instant("2026-01-01T00:02:00Z") ?? .latest
      try await crm.read { tx in
        let badges = tx.records(of: Badge.self)
        #expect(try badges.count(where: { $0.awardedAt >= third }) == 3)
        #expect(try badges.count(where: { $0.title == "collector" }) == 0)
        let query = Query<Badge>(
          where: { $0.title == "newcomer" }, sortedBy: { [.descending($0.awardedAt)] }, limit: 2)
        let first = try badges.page(query)
        var rest = query
        rest.after = first.next
        let names = try (first.items + badges.page(rest).items).map {
          try tx.customers.get($0.customer).name
        }
        #expect(names == ["Eva", "Dora", "Cleo", "Bob"])
        let british = try tx.customers.count(where: { fields in
          fields.country == "GB" && .exists(Badge.fields.customer) { $0.title == "newcomer" }
        })
        #expect(british == 2)
      }
    }
  }

  @Test("Its records count as references: a customer's badge needs the customer")
  func references() async throws {
    let crm = try await CRM(
      storage: MemoryStorage(), capabilities: CRM.standardCapabilities + [Badges()])
    await #expect {
      try await crm.write { try $0.badges.award("stray", to: .zero) }
    } throws: {
      ($0 as? CRMError)?.code == .unknownReference
    }
    #expect(try await crm.read { try $0.agenda.upcoming().isEmpty })
  }

  @Test("Without the capability that emits what it hears it is refused")
  func missingPart() async throws {
    await #expect {
      _ = try await CRM(storage: MemoryStorage(), capabilities: [Customers(), Badges()])
    } throws: {
      ($0 as? CRMError)?.code == .invalidCapability
    }
  }
}

@Suite("The program of the README")
struct ProgramTests {
  @Test("Twenty lines keep customers, orders and what happened", arguments: Backend.allCases)
  func program(backend: Backend) async throws {
    try await withStorage(backend) { storage in
      let crm = try await CRM(storage: storage)
      let yuna = try await crm.write { tx in
        let yuna = try tx.customers.add(.person("김유나", emails: ["yuna@example.kr"]))
        let tea = try tx.catalogue.add(sku: "tea", name: "녹차", prices: [Money("12000", .krw)])
        try tx.orders.place(
          NewOrder(
            number: "2026-1", customer: yuna.id,
            lines: [.init(tea.id, quantity: 2, amount: Money("24000", .krw))]))
        return yuna
      }
      let desk = crm.acting(as: .staff("kim"), through: .phone)
      try await desk.write(because: "asked for a receipt") { tx in
        try tx.interactions.record(
          NewInteraction(with: yuna.id, through: .phone, .inbound, subject: "Receipt"))
      }
      try await crm.read { tx in
        #expect(try tx.customers.search("유나").items.map(\.id) == [yuna.id])
        #expect(try tx.metrics.purchases(of: yuna.id).map(\.revenue.description) == ["24000 KRW"])
        let types = try tx.timeline.entries(of: yuna.id).items.map(\.type)
        #expect(Set(types) == ["customers.added", "orders.placed", "interactions.recorded"])
        #expect(types.count == 4)
      }
      var seen = 0
      for try await event in crm.events() {
        seen += 1
        if event.reason == "asked for a receipt" { break }
      }
      #expect(seen == 5)
      try await crm.advance()
      await crm.close()
    }
  }
}
