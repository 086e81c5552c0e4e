import CRMKit
import CRMTesting
import Foundation
import Testing

@Suite("Verifying events and the agenda")
struct AgendaVerifyTests {
  private func shop(_ backend: Backend) async throws -> (Shop, any Storage) {
    let shop = try await Shop.busy(backend)
    #expect(try await shop.crm.read { try $0.agenda.upcoming().count } == 1)
    let storage = shop.store.storage
    try await storage.open(.standard())
    return (shop, storage)
  }

  @Test(
    "An entry that cannot be done as it stands is named, with its field",
    arguments: Backend.allCases)
  func agenda(backend: Backend) async throws {
    let changes: [(String, @Sendable (inout AgendaEntry) -> Void)] = [
      ("run_at", { $0.runAt = $0.due - .seconds(1) }),
      ("failures", { $0.isParked = true }),
      ("cause", { $0.cause = Identifier(number: 99_999) }),
      ("customer", { $0.customer = Identifier(high: 1, low: 1) }),
      ("payload", { $0.key = "another" }),
    ]
    for (field, change) in changes {
      let (shop, storage) = try await shop(backend)
      try await storage.write { store in
        let old = try #require(try store.rows(Query<AgendaEntry>()).first)
        var entry = old.row
        change(&entry)
        try store.update(AgendaEntry.schema.hold(entry), from: old)
      }
      let problems = try await shop.crm.verify().problems
      #expect(problems.map(\.record) == ["agenda"])
      #expect(problems.map(\.field) == [field])
    }
  }

  @Test("A commit number that jumps is told of", arguments: Backend.allCases)
  func commits(backend: Backend) async throws {
    let (shop, storage) = try await shop(backend)
    try await storage.write { store in
      let old = try #require(try store.get(Identifier<RecordedEvent>(number: 2)))
      var event = old.row
      event.commit += 5
      try store.update(RecordedEvent.schema.hold(event), from: old)
    }
    let problems = try await shop.crm.verify().problems
    #expect(problems.map(\.record) == ["events", "events"])
    #expect(problems.map(\.field) == ["commit", "commit"])
  }
}
