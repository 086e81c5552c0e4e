import CRMKit
import CRMSQLite
import Foundation
import TestSupport
import Testing

@testable import Quickstart

@Suite("Killed while it writes", .timeLimit(.minutes(30)))
struct KillTests {
  /// The program, which is built beside the tests.
  private static let program = Program("quickstart")

  private func run(_ arguments: [String], kill: Program.Kill? = nil) async throws -> Int32 {
    let program = try #require(Self.program, "The quickstart is not beside the tests")
    return try await program.run(arguments, kill: kill).status
  }

  @Test(
    "Every commit is there whole or not at all, and the import goes on where it was",
    .enabled(if: Program.mustBeThere || program != nil))
  func killed() async throws {
    try await withFolder { folder in
      let store = folder + "/killed.crm"
      for round in 0..<(5 * Soak.factor) {
        _ = try await run(
          ["--store", store], kill: .afterStart(.milliseconds(150 + 173 * round % 700)))
        guard FileManager.default.fileExists(atPath: store) else { continue }
        try await check(SQLiteStorage(at: store))
      }
      #expect(try await run(["--store", store]) == 0)
      let orders = try await check(SQLiteStorage(at: store))
      #expect(orders == 6_696)
    }
  }

  @Test(
    "Nothing is made up about customers of somebody's own",
    .enabled(if: Program.mustBeThere || program != nil))
  func ownFile() async throws {
    try await withFolder { folder in
      let input = folder + "/input.txt"
      try Data("1 1 19970101 1 10.00\n".utf8).write(to: URL(fileURLWithPath: input))
      let store = folder + "/own.crm"
      #expect(try await run(["--input", input, "--store", store]) == 0)
      let crm = try await CRM(storage: SQLiteStorage(at: store))
      let actors = try await crm.read { try Set($0.events.page(limit: 100).map(\.actor)) }
      #expect(!actors.isEmpty && !actors.contains(Desk.clerk))
      await crm.close()
    }
  }

  /// Holds records and events against each other.
  ///
  /// - Returns: How many orders there are.
  @discardableResult
  private func check(_ storage: SQLiteStorage) async throws -> Int {
    let crm = try await CRM(storage: storage)
    let orders = try await crm.read { tx in
      let orders = try tx.orders.count()
      let events = try tx.events.page(limit: 100_000)
      #expect(events.map(\.id.number) == (0..<events.count).map { Int64($0 + 1) })
      // The desk writes all nine events or none; a customer and two interactions are its own.
      let atTheDesk = events.count { $0.actor == Desk.clerk }
      #expect([0, 10].contains(atTheDesk))
      let customers = try tx.customers.count() - (atTheDesk > 0 ? 1 : 0)
      #expect(try tx.interactions.count() - (atTheDesk > 0 ? 2 : 0) == orders)
      // A file for each customer, two events for each order, one for the item once it is there.
      let imported = events.count - atTheDesk
      #expect(imported == customers + 2 * orders + (imported > 0 ? 1 : 0))
      let counted = try tx.metrics.best(in: .usd, limit: 10_000).reduce(0) { $0 + $1.orders }
      #expect(counted == orders)
      return orders
    }
    await crm.close()
    return orders
  }
}
