import CRMKit
import CRMSQLite
import Foundation
import Testing

@testable import Quickstart

/// What there is to see once the whole sample is in a store.
///
/// It is imported once for each kind of store, as that takes longer than all else.
@Suite("Quickstart, the whole sample")
struct WholeSampleTests {
  @Test(
    "The CDNOW sample becomes 2,357 customers and 6,696 orders, and the file of the README",
    arguments: Backend.allCases)
  func wholeSample(backend: Backend) async throws {
    let file = PurchaseFile(try Options([]).input())
    #expect(file.purchases.count == 6_919)
    #expect(file.problems.isEmpty)
    try await backend.withStorage { storage in
      let crm = try await CRM(storage: storage)
      let report = try await Import(into: crm).run(file) { _, _ in }
      #expect(report.customers == 2_357)
      #expect(report.orders == 6_696)
      #expect(report.problems.isEmpty)
      try await crm.read { try expectFigures(in: $0) }
      try await crm.read { try expectConservation(of: file, in: $0) }
      let events = try await crm.read { try $0.events.end() }
      let again = try await Import(into: crm).run(file) { _, _ in }
      #expect(again.orders == 0 && again.customers == 0 && again.knownOrders == 6_696)
      #expect(try await crm.read { try $0.events.end() } == events)
      let span = try #require(try await DataSpan(of: crm))
      await crm.close()
      let shop = try await CRM(storage: storage, clock: StoppedClock(now: span.end))
      try await expectCall(in: shop, span)
      await shop.close()
    }
  }

  private func expectFigures(in tx: Transaction) throws {
    #expect(try tx.customers.count() == 2_357)
    #expect(try tx.orders.count() == 6_696)
    #expect(try tx.interactions.count() == 6_696)
    // A file opened for each customer, two events for each order, one for the item.
    #expect(try tx.events.end().number == 2_357 + 2 * 6_696 + 1)
    let best = try tx.metrics.best(in: .usd, limit: 1)
    #expect(best.first?.revenue.description == "6552.70 USD")
    let customer = try #require(try tx.customers.find(ExternalID("cdnow", "00004")))
    #expect(
      try tx.orders.all(of: customer.id).map(\.total.decimalText) == [
        "26.48", "14.96", "29.73", "29.33",
      ])
  }

  /// The money that went in is there to the cent; the sum is taken from the file by another road.
  private func expectConservation(of file: PurchaseFile, in tx: Transaction) throws {
    let cents = file.purchases.reduce(0) { $0 + $1.amount.minorUnits }
    var orders: Int64 = 0
    try tx.orders.scan(Query()) {
      orders += $0.total.minorUnits
      return true
    }
    #expect(orders == cents)
    let metrics = try tx.metrics.best(in: .usd, limit: 10_000)
    #expect(metrics.reduce(0) { $0 + $1.revenue.minorUnits } == cents)
  }

  /// A call of the best customer is taken, and the README shows the file that it leads to.
  private func expectCall(in shop: CRM, _ span: DataSpan) async throws {
    let readme = try String(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../README.md"), encoding: .utf8)
    let imported = try await events(of: shop)
    let figures = try await Presentation(crm: shop).best(10)
    try await Desk(in: shop).takeCall(from: span.best)
    let lines = try await Presentation(crm: shop).file(of: span.best)
    #expect(readme.contains(lines.joined(separator: "\n")), "\(lines.joined(separator: "\n"))")
    // What the import brought stands as it was.
    #expect(try await Presentation(crm: shop).best(10) == figures)
    let all = try await events(of: shop)
    #expect(Array(all.prefix(imported.count)) == imported)
    #expect(all.dropFirst(imported.count).allSatisfy { $0.actor == Desk.clerk })
  }

  private func events(of shop: CRM) async throws -> [RecordedEvent] {
    try await shop.read { try $0.events.page(limit: 100_000) }
  }
}
