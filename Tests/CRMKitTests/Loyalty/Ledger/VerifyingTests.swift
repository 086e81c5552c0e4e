import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("A ledger that proves itself")
struct VerifyingTests {
  @Test(
    "P05: What is refused to who never had points leaves no account that follows from nothing",
    arguments: Backend.allCases)
  func refused(backend: Backend) async throws {
    let club = try await Club(backend) { $0.points.append(PointsTerms("miles")) }
    let (ada, rate) = (club.ada, Ratio.one)
    let results = try await club.crm.write { tx in
      [
        try tx.loyalty.redeem(10, from: ada, key: "r"),
        try tx.loyalty.convert(10, into: "miles", at: rate, from: ada, key: "c"),
      ]
    }
    #expect(results.allSatisfy { $0.refusal?.code == .insufficientPoints })
    #expect(try await club.crm.verify().problems == [])
    let accounts = try await club.crm.read { try $0.records(of: PointsAccount.self).all() }
    #expect(accounts == [])
  }

  @Test(
    "M14: A reason that was changed, or is missing without its member being forgotten, is named",
    arguments: Backend.allCases, [nil, "another"])
  func reasons(backend: Backend, reason: String?) async throws {
    let club = try await Club(backend)
    try await club.give(10, key: "a")
    #expect(try await club.crm.verify().isSound)
    try await club.crm.write { tx in
      var entry = try #require(try tx.loyalty.entries.first())
      entry.reason = reason
      if reason == nil { entry.salt = nil }
      try tx.loyalty.entries.update(entry, withoutWords: ReasonForgotten(entry: entry.id))
    }
    let problems = try await club.crm.verify().problems
    #expect(problems.count == 1)
    let why = reason == nil ? "its reason is missing" : "its reason was changed"
    #expect(problems.first?.message.contains(why) == true)
  }

  /// What verification says of a store after a row was changed behind the ledger's back.
  private func problem<R: Record>(
    _ backend: Backend, _ kind: R.Type, _ change: @escaping (inout R) -> Void
  ) async throws -> String? {
    let store = backend.makeStore()
    let capabilities = Club.capabilities
    let shop = try await Shop(store, capabilities, TestClock(Shop.opening), seed: 7)
    try await shop.crm.write { tx in
      try tx.loyalty.define(.standard("club"))
      let ada = try tx.customers.add(.person("Ada"))
      let member = try tx.loyalty.enrol(ada.id, in: "club").id
      try tx.loyalty.adjust(100, for: member, because: "gift", key: "a")
      try tx.loyalty.redeem(40, from: member, key: "r").get()
      try tx.loyalty.redeem(10, from: member, key: "s").get()
    }
    #expect(try await shop.crm.verify().isSound)
    let storage = store.storage
    if backend != .memory { await shop.crm.close() }
    if backend != .memory { try await storage.open(Registry(capabilities).catalog()) }
    try await storage.write { writer in
      var rows: [Held<R>] = []
      try writer.scan(Query<R>(sortedBy: { _ in [.oldestFirst] })) {
        rows.append($0)
        return true
      }
      let old = try #require(rows.count > 1 ? rows[1] : rows.first)
      var row = old.row
      change(&row)
      try writer.update(try R.schema.hold(row), from: old)
    }
    if backend != .memory { await storage.close() }
    let reopened = try await Shop(store, capabilities, TestClock(Shop.opening), seed: 8)
    return try await reopened.crm.verify().problems.first?.message
  }

  @Test("An entry that was changed is named", arguments: Backend.allCases)
  func changedEntry(backend: Backend) async throws {
    let message = try await problem(backend, LedgerEntry.self) { $0.legs[0].points = 39 }
    #expect(message == "ledger_entries of 2 of “club”: it was changed.")
  }

  @Test(
    "An entry whose hash was made to fit is named by the one after it",
    arguments: Backend.allCases)
  func forgedEntry(backend: Backend) async throws {
    let message = try await problem(backend, LedgerEntry.self) {
      $0.legs[0].points = 39
      $0.hash = $0.computedHash
    }
    #expect(message == "ledger_entries of 3 of “club”: it does not follow the entry before it.")
  }

  @Test("Accounts, lots and the end of the ledger are held against the entries")
  func derived() async throws {
    let account = try await problem(.memory, PointsAccount.self) { $0.available += 1 }
    #expect(account?.contains("it does not follow from the ledger") == true)
    let lot = try await problem(.memory, PointsLot.self) { $0.redeemed -= 1 }
    #expect(lot?.contains("it does not follow from the ledger") == true)
    let head = try await problem(.memory, LedgerHead.self) { $0.sequence -= 1 }
    #expect(head?.contains("it is not the end of the ledger") == true)
    let late = try await problem(.memory, PointsAccount.self) { $0.nextDueAt = .latest }
    #expect(late?.contains("before anybody looks") == true)
  }
}
