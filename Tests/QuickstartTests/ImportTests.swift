import CRMKit
import CRMSQLite
import Foundation
import Testing

@testable import Quickstart

@Suite("Quickstart import")
struct ImportTests {
  enum Backend: CaseIterable, Sendable {
    case memory, sqlite
  }

  /// Runs a test on a store that is gone afterwards.
  private func withCRM(_ backend: Backend, _ body: (CRM) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("crmkit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let storage: any Storage =
      backend == .memory
      ? MemoryStorage() : SQLiteStorage(at: folder.appendingPathComponent("test.crm").path)
    let crm = try await CRM(storage: storage)
    try await body(crm)
    await crm.close()
  }

  private var sample: PurchaseFile {
    get throws { PurchaseFile(try Options([]).input()) }
  }

  @Test("The CDNOW sample becomes 2,357 customers and 6,696 orders", arguments: Backend.allCases)
  func wholeSample(backend: Backend) async throws {
    let file = try sample
    #expect(file.purchases.count == 6_919)
    #expect(file.problems.isEmpty)
    try await withCRM(backend) { crm in
      let report = try await Import(into: crm).run(file) { _, _ in }
      #expect(report.customers == 2_357)
      #expect(report.orders == 6_696)
      #expect(report.problems.isEmpty)
      try await crm.read { tx in
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
      let events = try await crm.read { try $0.events.end() }
      let again = try await Import(into: crm).run(file) { _, _ in }
      #expect(again.orders == 0 && again.customers == 0 && again.knownOrders == 6_696)
      #expect(try await crm.read { try $0.events.end() } == events)
    }
  }

  /// The sums are taken from the file itself, by another road.
  @Test("The money that went in is there to the cent")
  func conservation() async throws {
    let file = try sample
    let cents = file.purchases.reduce(0) { $0 + $1.amount.minorUnits }
    try await withCRM(.memory) { crm in
      _ = try await Import(into: crm).run(file) { _, _ in }
      let (orders, metrics) = try await crm.read { tx in
        var orders: Int64 = 0
        try tx.orders.scan(Query()) {
          orders += $0.total.minorUnits
          return true
        }
        let metrics = try tx.metrics.best(in: .usd, limit: 10_000)
        return (orders, metrics.reduce(0) { $0 + $1.revenue.minorUnits })
      }
      #expect(orders == cents)
      #expect(metrics == cents)
    }
  }

  @Test("Malformed lines are named by number and the rest goes in", arguments: Backend.allCases)
  func malformed(backend: Backend) async throws {
    var bytes = Array(
      """
       00004 0001 19970101  2   29.33\r
       00004 0001 19970132  2   29.33
       00004 0001 19970118  two 29.73

       00021 0002 19970101  3   63.345
       00021 0002 19970101  3
       00021 0002 19970101  0   63.34
       00021 0002 19970101  3   99999999999999999999.00
       x0021 0002 19970101  3   63.34
       00021 0002 19970101  3   -1.00
       00021 0002 19970102  3   63.34
       00021 0002 99970102  3   63.34

      """.utf8)
    bytes += [0x20, 0x30, 0xFF, 0xFE, 0x20, 0x31, 0x20, 0x31, 0x20, 0x31, 0x20, 0x31]
    let file = PurchaseFile(bytes)
    #expect(file.problems.map(\.line) == [2, 3, 5, 6, 7, 8, 9, 10, 13])
    try await withCRM(backend) { crm in
      let report = try await Import(into: crm).run(file) { _, _ in }
      // Line 12 is well formed, but no order can be placed in the year 9997.
      #expect(report.problems.map(\.line) == [2, 3, 5, 6, 7, 8, 9, 10, 13, 12])
      #expect(report.orders == 2)
      #expect(try await crm.read { try $0.customers.count() } == 2)
    }
  }

  @Test("A file of anything at all never crashes the reader", arguments: UInt64(1)...20)
  func hostile(seed: UInt64) {
    var state = seed
    let bytes = (0..<20_000).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return seed.isMultiple(of: 2)
        ? UInt8(state >> 56) : Array(" \n\r0123456789.-x".utf8)[Int(state >> 60)]
    }
    let file = PurchaseFile(bytes)
    #expect(file.purchases.count + file.problems.count <= 20_000)
  }
}
