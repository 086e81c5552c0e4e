import CRMKit
import CRMSQLite
import Foundation
import TestSupport
import Testing

@testable import Quickstart

/// What there is to see once the whole sample is in a store.
///
/// It is imported by one test only, as that takes longer than all else: one whose import is killed
/// on its way. What an import does in every kind of store, its beginning shows.
@Suite("Quickstart, the whole sample", .timeLimit(.minutes(30)))
struct WholeSampleTests {
  @Test(
    """
    However often the import is killed, the CDNOW sample becomes 2,357 customers and 6,696 orders, \
    and the file of the README
    """)
  func wholeSample() async throws {
    let bytes = try Options([]).input()
    let file = PurchaseFile(bytes)
    #expect(file.purchases.count == 6_919)
    #expect(file.problems.isEmpty)
    try await withFolder { folder in
      let storage = SQLiteStorage(at: folder + "/sample.crm")
      // As a file of somebody's own, about whose customers nothing is made up.
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/input.txt"))
      let before = try await importKilled(
        of: folder + "/input.txt", to: folder + "/sample.crm")
      let crm = try await CRM(storage: storage)
      let report = try await Import(into: crm).run(file) { _, _ in }
      #expect(report.orders + before.orders == 6_696 && report.knownOrders == before.orders)
      #expect(report.customers + before.customers == 2_357)
      #expect(report.problems.isEmpty)
      try await crm.read { try expectFigures(in: $0) }
      try await crm.read { try expectConservation(of: file, in: $0) }
      let span = try #require(try await DataSpan(of: crm))
      await crm.close()
      let shop = try await CRM(storage: storage, clock: StoppedClock(now: span.end))
      try await expectCall(in: shop, span)
      await shop.close()
    }
  }

  @Test("In every kind of store the import leaves the same records, however often it runs")
  func everywhere() async throws {
    let lines = try Options([]).input().split(separator: UInt8(ascii: "\n")).prefix(300)
    let file = PurchaseFile(Array(lines.joined(separator: [UInt8(ascii: "\n")])))
    var exports: Set<[String]> = []
    for backend in Backend.allCases {
      try await backend.withStorage { storage in
        let noon = StoppedClock(now: Instant(milliseconds: 900_000_000_000))
        let crm = try await CRM(storage: storage, clock: noon, identifiers: .seeded(1997))
        let report = try await Import(into: crm).run(file) { _, _ in }
        #expect(report.problems.isEmpty && report.orders > 200)
        let once = try await crm.exported()
        let again = try await Import(into: crm).run(file) { _, _ in }
        #expect(again.orders == 0 && again.customers == 0 && again.knownOrders == report.orders)
        #expect(try await crm.exported() == once)
        exports.insert(once)
        await crm.close()
      }
    }
    #expect(exports.count == 1)
  }

  /// Has the program import a file, and kills it again and again.
  ///
  /// - Returns: What it left, which is there whole each time.
  private func importKilled(
    of input: String, to store: String
  ) async throws -> (customers: Int, orders: Int) {
    guard Program.mustBeThere || Program("quickstart") != nil else { return (0, 0) }
    let program = try #require(Program("quickstart"), "The quickstart is not beside the tests")
    var left = (customers: 0, orders: 0)
    for round in 0..<(5 * Soak.factor) {
      _ = try await program.run(
        ["--input", input, "--store", store],
        kill: .afterStart(.milliseconds(150 + 173 * round % 700)))
      guard FileManager.default.fileExists(atPath: store) else { continue }
      let crm = try await CRM(storage: SQLiteStorage(at: store))
      let found = try await crm.read { try expectWhole($0) }
      #expect(found.customers >= left.customers && found.orders >= left.orders)
      left = found
      await crm.close()
    }
    return left
  }

  /// Holds records and events against each other.
  ///
  /// - Returns: How many customers and orders there are.
  private func expectWhole(_ tx: Transaction) throws -> (customers: Int, orders: Int) {
    let (customers, orders) = (try tx.customers.count(), try tx.orders.count())
    let numbers = try tx.events.page(limit: 100_000).map(\.id.number)
    #expect(numbers == (0..<numbers.count).map { Int64($0 + 1) })
    #expect(try tx.interactions.count() == orders)
    // A file for each customer, two events for each order, one for the item once it is there.
    let items = numbers.isEmpty ? 0 : 1
    #expect(numbers.count == customers + 2 * orders + items)
    let counted = try tx.metrics.best(in: .usd, limit: 10_000).reduce(0) { $0 + $1.orders }
    #expect(counted == orders)
    return (customers, orders)
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

extension CRM {
  /// The whole store, line by line.
  fileprivate func exported() async throws -> [String] {
    var lines: [String] = []
    try await export { lines.append(String(decoding: $0, as: UTF8.self)) }
    return lines
  }
}
