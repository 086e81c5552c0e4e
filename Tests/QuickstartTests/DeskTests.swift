import CRMKit
import CRMSQLite
import Foundation
import Testing

@testable import Quickstart

@Suite("Quickstart desk")
struct DeskTests {
  /// Imports a file and opens the shop as of the end of its data, as the quickstart does.
  private func open(
    _ storage: any Storage, importing file: PurchaseFile,
    _ body: (CRM, DataSpan) async throws -> Void
  ) async throws {
    let crm = try await CRM(storage: storage)
    _ = try await Import(into: crm).run(file) { _, _ in }
    let span = try #require(try await DataSpan(of: crm))
    await crm.close()
    let shop = try await CRM(storage: storage, clock: StoppedClock(now: span.end))
    try await body(shop, span)
    await shop.close()
  }

  private func withShop(
    _ backend: Backend, importing file: PurchaseFile,
    _ body: (CRM, DataSpan) async throws -> Void
  ) async throws {
    try await backend.withStorage { try await open($0, importing: file, body) }
  }

  private func file(_ lines: String) -> PurchaseFile {
    PurchaseFile(Array(lines.utf8))
  }

  private func events(of shop: CRM) async throws -> [RecordedEvent] {
    try await shop.read { try $0.events.page(limit: 100_000) }
  }

  @Test("A call is taken once, however often the quickstart runs", arguments: Backend.allCases)
  func once(backend: Backend) async throws {
    let file = file("1 1 19970101 1 10.00\n2 2 19970102 1 5.00\n")
    try await withShop(backend, importing: file) { shop, span in
      try await Desk(in: shop).takeCall(from: span.best)
      let once = try await events(of: shop)
      let written = once.filter { $0.actor == Desk.clerk }
      #expect(written.count == 10)
      #expect(Set(written.map(\.commit)).count == 1, "a kill leaves all of it, or none")
      let lines = try await Presentation(crm: shop).file(of: span.best)
      let again = try await Import(into: shop).run(file) { _, _ in }
      #expect(again.orders == 0 && again.knownOrders == 2 && again.problems.isEmpty)
      #expect(try await Desk(in: shop).takeCall(from: span.best))
      #expect(try await events(of: shop) == once)
      #expect(try await Presentation(crm: shop).file(of: span.best) == lines)
      let after = try #require(try await DataSpan(of: shop))
      #expect(after.best == span.best && after.end == span.end)
    }
  }

  @Test("Who is the best after a further import calls as well", arguments: Backend.allCases)
  func another(backend: Backend) async throws {
    try await backend.withStorage { storage in
      let first = file("1 1 19970101 1 10.00\n2 2 19970102 1 5.00")
      try await open(storage, importing: first) { shop, span in
        try await Desk(in: shop).takeCall(from: span.best)
      }
      try await open(storage, importing: file("2 2 19970203 1 50.00")) { shop, span in
        try await Desk(in: shop).takeCall(from: span.best)
        #expect(try await events(of: shop).count { $0.actor == Desk.clerk } == 20)
        let links = try await shop.read { try $0.relationships.of(span.best).items.map(\.name) }
        #expect(links.sorted() == ["referred by", "referrer of", "spouse of"])
      }
    }
  }

  @Test("A call that cannot be written down whole leaves nothing", arguments: Backend.allCases)
  func whole(backend: Backend) async throws {
    let file = file("1 1 19970101 1 10.00\n2 2 19970102 1 5.00\n")
    try await withShop(backend, importing: file) { shop, span in
      try await shop.write { tx in
        // The reference of the dispute, which comes after most of the rest.
        let order = try #require(try tx.orders.all(of: span.best, limit: 1).first)
        try tx.orders.dispute(order.id, over: "Something else", reference: "call-\(order.id)")
      }
      let before = try await events(of: shop)
      let refusal = await #expect(throws: CRMError.self) {
        try await Desk(in: shop).takeCall(from: span.best)
      }
      #expect(refusal?.code == .duplicate)
      #expect(try await events(of: shop) == before)
      #expect(try await shop.read { try $0.customers.count() } == 2)
    }
  }

  @Test(
    "Any file with an order leads to a customer who calls and is called on",
    arguments: [
      "1 1 19970101 1 10.00", "1 1 19970101 1 0.00", "1 1 00010101 1 1.00",
      "00000000000000000000 1 19991231 1 1.00", "1 1 19970101 1 92233720368547758.07",
      "1 1 19970101 1 5.00\n2 1 19970101 1 5.00\n3 1 19970101 1 5.00",
      "0 1 20000229 9 1.10\n\n\u{7}",
    ])
  func small(lines: String) async throws {
    try await withShop(.memory, importing: file(lines)) { shop, span in
      try await Desk(in: shop).takeCall(from: span.best)
      let file = try await shop.read { try $0.customers.file(of: span.best) }
      let others = lines.split(separator: "\n").count { $0.hasSuffix("5.00") }
      #expect(file.relationships.count == (others > 1 ? 2 : 1))
      #expect(file.lastContact?.outcome != nil)
      #expect(file.commitments.count == 1 && file.needs.count == 1)
      #expect(file.orders.first?.openDisputes == 1)
      #expect(file.nextContact.map { $0.occurredAt > span.end } == true)
      #expect(
        try await Presentation(crm: shop).file(of: span.best).contains { $0 == "    nothing yet" }
          == false)
    }
  }

  @Test("Nothing is made up about customers whom the import did not bring")
  func others() async throws {
    try await withShop(.memory, importing: file("1 1 19970101 1 10.00")) { shop, span in
      let other = try await shop.write { tx in
        let other = try tx.customers.add(.person("Someone else"))
        let item = try #require(try tx.catalogue.find(sku: "CD"))
        try tx.orders.place(
          NewOrder(
            number: "A", customer: other.id,
            lines: [.init(item.id, amount: Money("99.00", .usd))]))
        return other.id
      }
      let before = try await events(of: shop)
      #expect(try await Desk(in: shop).takeCall(from: other) == false)
      #expect(try await events(of: shop) == before)
      // Neither are they linked with one who calls.
      try await Desk(in: shop).takeCall(from: span.best)
      #expect(try await shop.read { try $0.relationships.of(other).items.isEmpty })
    }
  }

  @Test("A file of which nothing is known but a name says so")
  func bare() async throws {
    let crm = try await CRM(storage: MemoryStorage())
    let customer = try await crm.write { try $0.customers.add(.household("Ellis")) }
    let lines = try await Presentation(crm: crm).file(of: customer.id)
    #expect(lines.first == "Ellis, household, ?")
    #expect(lines.count { $0 == "    nothing yet" } == 4)
  }

  @Test("A store without orders has nobody to call")
  func noOrders() async throws {
    let crm = try await CRM(storage: MemoryStorage())
    #expect(try await DataSpan(of: crm) == nil)
  }
}
