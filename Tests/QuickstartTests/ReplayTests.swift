import CRMKit
import Foundation
import Testing

@testable import Quickstart

@Suite("Quickstart replay")
struct ReplayTests {
  /// The history of a hundred customers of the sample.
  private static func file() throws -> PurchaseFile {
    let lines = try Options([]).input().split(separator: UInt8(ascii: "\n"))
    return PurchaseFile(Array(lines.prefix(300).joined(separator: [UInt8(ascii: "\n")])))
  }

  private func withReplay(
    of file: PurchaseFile, _ body: (Replay, CRM, DataSpan) async throws -> Void
  ) async throws {
    let store = try await CRM(storage: MemoryStorage())
    _ = try await Import(into: store).run(file) { _, _ in }
    let span = try #require(try await DataSpan(of: store))
    let replay = try await Replay(from: span.first)
    try await replay.run(store, span) { _, _ in }
    try await body(replay, store, span)
  }

  @Test("Each customer stands somewhere from the first purchase on, and moves in time alone")
  func sample() async throws {
    try await withReplay(of: try Self.file()) { replay, store, span in
      #expect(
        try await replay.crm.read { try $0.customers.count() }
          == store.read { try $0.customers.count() })
      #expect(
        try await replay.crm.read { try $0.metrics.best(in: .usd, limit: 5).map(\.revenue) }
          == store.read { try $0.metrics.best(in: .usd, limit: 5).map(\.revenue) })
      try await replay.crm.read { tx in
        for quarter in ["1997-04-01", "1997-10-01", "1998-04-01"] {
          let at = Instant(startOf: try #require(CalendarDate(quarter))) - .milliseconds(1)
          let customers = try tx.customers.count { $0.createdAt <= at }
          let shares = try tx.lifecycle.composition(of: Replay.lifecycle, at: at)
          #expect(shares.reduce(0) { $0 + $1.customers } == customers)
        }
        for customer in try tx.records(of: Customer.self).all() {
          for move in try tx.lifecycle.history(of: customer.id, in: Replay.lifecycle)
          where move.rule == "stays away" {
            let last = try tx.orders.all(of: customer.id).filter { $0.placedAt < move.at }.first
            #expect(try move.at == #require(last).placedAt + .seconds(90 * 86_400))
          }
        }
      }
      let shown = Presentation(crm: replay.crm)
      let composition = try await shown.composition(from: span.first, through: span.last)
      #expect(composition.first?.contains("1997-03-31  1997-06-30  1997-09-30") == true)
      #expect(composition.count > 5)
      #expect(try await shown.flow(from: span.first, through: span.last).count > 8)
      try await expectLost(shown)
      try await expectWarnings(shown)
      try await expectClub(shown, span)
    }
  }

  /// Who was lost is named with the last order, which was long ago.
  private func expectLost(_ shown: Presentation) async throws {
    let lines = try await shown.lostAndBack(3)
    #expect(lines.count == 8 && lines[0].hasSuffix(" still are, such as"))
    #expect(lines[4].hasSuffix(" came back, such as"))
    try await shown.crm.read { tx in
      for line in lines[1...3] {
        let name = try #require(line.firstMatch(of: /Customer [0-9]+/)?.output)
        let known = ExternalID("replay", String(name))
        let customer = try #require(try tx.customers.find(known))
        let moves = try tx.lifecycle.history(of: customer.id, in: Replay.lifecycle)
        #expect(moves.last?.toKind == .lost)
        let last = try #require(try tx.orders.all(of: customer.id, limit: 1).first)
        #expect(
          line == "    \(name), last order \(last.placedAt.dateInUTC): \(last.units) for "
            + "\(last.total)")
      }
    }
  }

  /// Ten warnings are shown, each with whom it is about and every reason.
  private func expectWarnings(_ shown: Presentation) async throws {
    let lines = try await shown.warnings(10).dropFirst()
    let starts = lines.indices.filter { lines[$0].hasSuffix(" at stake") }
    #expect(starts.count == 10)
    for (start, end) in zip(starts, starts.dropFirst() + [lines.endIndex]) {
      #expect(lines[start].hasPrefix("  Customer "))
      #expect(end > start + 1, "\(lines[start])")
      #expect(lines[(start + 1)..<end].allSatisfy { $0.contains(" since ") && $0.contains(": ") })
    }
  }

  /// The club's books add up, and its members are those who bought.
  private func expectClub(_ shown: Presentation, _ span: DataSpan) async throws {
    let quarters = try await shown.rollForward(from: span.first, through: span.last)
    #expect(quarters.count == 11)
    #expect(quarters.last?.contains("yes") == true && quarters.last?.contains("NO") == false)
    #expect(try await shown.liability().last == "  tied to the postings: yes")
    let tiers = try await shown.tiers()
    #expect(tiers.map { $0.suffix(6) } == ["Bronze", "Silver", "  Gold"])
    let members = try await shown.crm.read { try $0.customers.count() }
    let counts = tiers.compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
    #expect(counts.reduce(0, +) == members)
    #expect(try await shown.statement().count > 3)
    #expect(try await shown.doubledWeekends().count == 3)
    #expect(try await shown.crm.verify().problems == [])
  }

  @Test("A life tells what was bought, how it moved the customer, and what was feared")
  func life() async throws {
    let lines = ["19970101", "19970111", "19970121", "19970201", "19971001"].map {
      "1 1 \($0) 1 10.00"
    }
    try await withReplay(of: PurchaseFile(Array(lines.joined(separator: "\n").utf8))) {
      replay, _, _ in
      let shown = Presentation(crm: replay.crm)
      let id = try #require(try await shown.comeback())
      let life = try await shown.life(of: id)
      #expect(life.contains("  1997-01-01  → first_purchase (first order)"))
      #expect(life.contains("  1997-01-11  → repeat (bought again)"))
      #expect(life.contains { $0.hasPrefix("  1997-02-1") && $0.contains("warning: long_gap") })
      // Each sign is told, not the first alone.
      let warnings = try await replay.crm.read { try $0.warnings.all(of: id) }
      #expect(warnings.contains { $0.evidence.count > 1 })
      for sign in warnings.flatMap(\.evidence) {
        #expect(
          life.contains { $0.contains("  warning: \(sign.signal) since \(sign.at.dateInUTC): ") })
      }
      #expect(life.contains("  1997-05-02  → at_risk (stays away)"))
      #expect(life.contains("  1997-07-31  → lapsed (stays away for long)"))
      #expect(life.contains("  1997-10-01  → won_back (has come back)"))
      #expect(life.last == "  1997-10-01  → won_back (has come back)")
    }
  }

  @Test("The same history gives the same life, to the byte")
  func same() async throws {
    var stores: [[String]] = []
    for _ in 0..<2 {
      let lines = "1 1 19970101 1 10.00\n2 2 19970102 2 5.00\n1 1 19970201 1 7.00"
      try await withReplay(of: PurchaseFile(Array(lines.utf8))) { replay, _, _ in
        var records: [String] = []
        try await replay.crm.export { records.append(String(decoding: $0, as: UTF8.self)) }
        stores.append(records)
      }
    }
    #expect(stores[0] == stores[1])
  }
}
