import CRMKit
import CRMSQLite
import Foundation
import Testing

@testable import Quickstart

@Suite("Quickstart import")
struct ImportTests {
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
    try await backend.withCRM { crm in
      let report = try await Import(into: crm).run(file) { _, _ in }
      // Line 12 is well formed, but no order can be placed in the year 9997.
      #expect(report.problems.map(\.line) == [2, 3, 5, 6, 7, 8, 9, 10, 13, 12])
      #expect(report.orders == 2)
      #expect(try await crm.read { try $0.customers.count() } == 2)
    }
  }

  @Test("What overflows a customer's figures is left out whole", arguments: Backend.allCases)
  func refusedAfterItWasKept(backend: Backend) async throws {
    let file = PurchaseFile(
      Array(
        """
        1 1 19970101 1 92233720368547758.07
        1 1 19970102 1 92233720368547758.07
        2 2 19970102 1 10.00
        3 3 19970103 9223372036854775807 1.00
        3 3 19970104 1 1.00
        4 4 19970104 1 92233720368547758.07
        4 4 19970104 1 0.01
        """.utf8))
    #expect(file.problems.isEmpty)
    try await backend.withCRM { crm in
      let report = try await Import(into: crm).run(file) { _, _ in }
      #expect(report.problems.map(\.line) == [2, 5, 6, 7])
      #expect(report.orders == 3 && report.customers == 3)
      try await crm.read { tx in
        let refused = try tx.orders.find(number: "1-1997-01-02")
        #expect(refused == nil)
        #expect(try tx.orders.count() == 3)
        // Customer 4 has no order that could be kept, so there is no file either.
        #expect(try tx.customers.count() == 3)
        #expect(try tx.events.end().number == 3 + 2 * 3 + 1)
      }
      let shown = Presentation(crm: crm)
      let typical = try await shown.typicalOrder()
      // Quantiles are binary fractions: the last is 2⁶² cents, half of the largest amount.
      #expect(typical == "5.50 / 10.00 / 46116860184273879.04")
      let best = try #require(try await crm.read { try $0.metrics.best(in: .usd).first })
      let lines = try await shown.file(of: best.customer)
      #expect(lines.count > 5)
      let ranked = try await shown.best(10)
      #expect(ranked.count == 3)
    }
  }

  @Test("The largest order there can be is shown as what it is", arguments: Backend.allCases)
  func largestOrder(backend: Backend) async throws {
    try await backend.withCRM { crm in
      let file = PurchaseFile(Array("1 1 19970101 1 92233720368547758.07".utf8))
      _ = try await Import(into: crm).run(file) { _, _ in }
      let largest = "92233720368547758.07"
      let typical = try await Presentation(crm: crm).typicalOrder()
      #expect(typical == "\(largest) / \(largest) / \(largest)")
    }
  }

  @Test("A line corrected after its order went in is named", arguments: Backend.allCases)
  func correctedLine(backend: Backend) async throws {
    let first = PurchaseFile(Array("1 1 19970101 1 10.00\n1 1 19970101 x 20.00\n".utf8))
    let corrected = PurchaseFile(
      Array("1 1 19970101 1 10.00\n1 1 19970101 2 20.00\n2 2 19970101 1 5.00\n".utf8))
    try await backend.withCRM { crm in
      let before = try await Import(into: crm).run(first) { _, _ in }
      #expect(before.problems.map(\.line) == [2])
      let report = try await Import(into: crm).run(corrected) { _, _ in }
      #expect(
        report.problems.map(\.description)
          == [1, 2].map {
            "line \($0): an order of that customer and day is there with other contents"
          })
      #expect(report.orders == 1 && report.customers == 1 && report.knownOrders == 0)
      let kept = try await crm.read { try $0.orders.find(number: "1-1997-01-01")?.total }
      #expect(kept?.decimalText == "10.00")
    }
  }

  @Test("A customer whose only order is refused gets no file", arguments: Backend.allCases)
  func refusedOrder(backend: Backend) async throws {
    try await backend.withCRM { crm in
      _ = try await crm.write { tx in
        let item = try tx.catalogue.add(sku: "CD", name: "Compact disc")
        let other = try tx.customers.add(.person("Someone else"))
        try tx.orders.place(
          NewOrder(
            number: "1-1997-01-01", customer: other.id,
            lines: [.init(item.id, amount: Money(minorUnits: 1_000, .usd))]))
      }
      let file = PurchaseFile(Array("1 1 19970101 1 10.00".utf8))
      let report = try await Import(into: crm).run(file) { _, _ in }
      #expect(report.problems.map(\.line) == [1])
      #expect(report.orders == 0 && report.customers == 0)
      #expect(try await crm.read { try $0.customers.count() } == 1)
    }
  }

  @Test("An empty file imports nothing", arguments: Backend.allCases)
  func emptyFile(backend: Backend) async throws {
    for bytes in [[], [0x0A], Array(" \r\n\t\n".utf8)] as [[UInt8]] {
      try await backend.withCRM { crm in
        let report = try await Import(into: crm).run(PurchaseFile(bytes)) { _, _ in }
        #expect(report.orders == 0 && report.knownOrders == 0 && report.problems.isEmpty)
        #expect(try await crm.read { try $0.events.end().number } == 0)
        _ = try await Presentation(crm: crm).typicalOrder()
      }
    }
  }

  @Test("A line of a megabyte is named in a few words, whatever it holds", arguments: 0..<6)
  func longLine(column: Int) {
    let long = String(repeating: "1", count: 1_000_000)
    var columns = ["1", "1", "19970101", "1", "1.00"]
    // Past the last column, a megabyte of columns.
    if column < 5 {
      columns[column] = long
    } else {
      columns = [String(repeating: "1 ", count: 500_000)]
    }
    let file = PurchaseFile(
      Array("\(columns.joined(separator: " "))\n1 1 19970101 1 1.00\n".utf8))
    // The second column, a number within the sample, is not read.
    #expect(file.problems.map(\.line) == (column == 1 ? [] : [1]))
    #expect(file.problems.allSatisfy { $0.description.count < 120 })
    #expect(file.purchases.last?.line == 2)
  }

  @Test("A file without line ends is one line")
  func noLineEnds() {
    #expect(PurchaseFile(Array("1 1 19970101 1 1.00".utf8)).purchases.map(\.line) == [1])
    // Old Macs end lines with what is a blank here.
    let carriageReturns = PurchaseFile(Array("1 1 19970101 1 1.00\r1 1 19970102 1 1.00".utf8))
    #expect(carriageReturns.purchases.isEmpty)
    #expect(carriageReturns.problems.map(\.line) == [1])
    let endless = PurchaseFile(Array(repeating: UInt8(ascii: "7"), count: 1_000_000))
    #expect(endless.problems.map(\.description) == ["line 1: has 1 columns instead of 5"])
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
