import CRMKit
import CRMSQLite
import Foundation
import TestSupport
import Testing

@testable import Quickstart

@Suite("Quickstart, the program", .timeLimit(.minutes(30)))
struct ProgramTests {
  @Test(
    "Nothing is made up about customers of somebody's own",
    .enabled(if: Program.mustBeThere || Program("quickstart") != nil))
  func ownFile() async throws {
    let program = try #require(Program("quickstart"), "The quickstart is not beside the tests")
    try await withFolder { folder in
      let input = folder + "/input.txt"
      try Data("1 1 19970101 1 10.00\n".utf8).write(to: URL(fileURLWithPath: input))
      let store = folder + "/own.crm"
      #expect(try await program.run(["--input", input, "--store", store]).status == 0)
      let crm = try await CRM(storage: SQLiteStorage(at: store))
      let actors = try await crm.read { try Set($0.events.page(limit: 100).map(\.actor)) }
      #expect(!actors.isEmpty && !actors.contains(Desk.clerk))
      await crm.close()
    }
  }
}
