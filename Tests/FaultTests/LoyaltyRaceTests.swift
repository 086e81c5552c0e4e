import CRMKit
import CRMTesting
import Foundation
import TestSupport
import Testing

@Suite(
  "Processes that race for points", .timeLimit(.minutes(30)),
  .enabled(if: Program.mustBeThere || Program("StoreWorker") != nil))
struct LoyaltyRaceTests {
  @Test("I10: Of two processes that redeem all there is, one does, once")
  func redeeming() async throws {
    try await withRace(points: 100) { race in
      let outcomes = try await race.run(.redeem, .redeem).joined()
      #expect(outcomes.count { $0 == "done" } == 1)
      #expect(outcomes.count { $0 == "insufficientPoints" } == 19)
      #expect(try await race.points() == Race.Points(available: 0))
    }
  }

  @Test("Two processes set no more aside than there is, and each hold is spent or given back once")
  func holds() async throws {
    try await withRace(points: 1_000) { race in
      let held = try await race.run(.hold, .hold).joined()
      #expect(held.count { $0 == "done" } == 10)
      #expect(held.count { $0 == "insufficientPoints" } == 10)
      #expect(try await race.points() == Race.Points(available: 0, held: 1_000))
      let resolved = try await race.run(.capture, .void, as: ("c", "d"))
      for (captured, voided) in zip(resolved[0], resolved[1]) {
        #expect([captured, voided].sorted() == ["alreadyResolved", "done"])
      }
      let back = resolved[1].count { $0 == "done" }
      #expect(try await race.points() == Race.Points(available: 100 * Int64(back)))
    }
  }

  @Test("M04: Of two processes that give away all there is, one does; to and fro none is lost")
  func transfers() async throws {
    try await withRace(points: 100) { race in
      let given = try await race.run(.give, .give).joined()
      #expect(given.count { $0 == "done" } == 1)
      #expect(given.count { $0 == "insufficientPoints" } == 19)
      #expect(try await race.points() == Race.Points(available: 0, ofOther: 100))
      let moved = try await race.run(.give, .take, times: 30, as: ("c", "d"))
      #expect(moved.joined().allSatisfy { ["done", "insufficientPoints"].contains($0) })
      let (away, back) = (moved[0].count { $0 == "done" }, moved[1].count { $0 == "done" })
      let available = 100 * Int64(back - away)
      #expect([0, 100].contains(available))
      #expect(
        try await race.points() == Race.Points(available: available, ofOther: 100 - available))
    }
  }

  @Test("D08: Of two processes that claim the last one, one gets it and one gets nothing posted")
  func claims() async throws {
    try await withRace(points: 10_000) { race in
      try await race.addRewards()
      let outcomes = try await race.run(.claim, .claim)
      for (number, (one, other)) in zip(outcomes[0], outcomes[1]).enumerated() {
        #expect([one, other].sorted() == ["done", "outOfStock"])
        let loser = "\(one == "done" ? "b" : "a").\(number)"
        let refused = try #require(try await race.entries()[loser]?.first)
        #expect(refused.refusal?.code == .outOfStock)
        #expect(refused.postings.isEmpty)
      }
      #expect(try await race.points() == Race.Points(available: 5_000))
      let left = try await race.crm.read { tx in
        try tx.records(of: Reward.self).all().map { try tx.loyalty.stockLeft(of: $0.id) }
      }
      #expect(left == Array(repeating: 0, count: 10))
    }
  }

  @Test(
    "I01: What two processes send under the same keys is done once, and the other is told of it",
    arguments: [
      (PointsRequest.redeem, Race.Points(available: 8_000, held: 1_000)),
      (.hold, Race.Points(available: 8_000, held: 2_000)),
      (.capture, Race.Points(available: 9_000)),
      (.void, Race.Points(available: 10_000)),
      (.give, Race.Points(available: 8_000, held: 1_000, ofOther: 1_000)),
      (.claim, Race.Points(available: 4_000, held: 1_000)),
    ])
  func sameKeys(request: PointsRequest, points: Race.Points) async throws {
    try await withRace(points: 10_000) { race in
      try await race.addRewards()
      for number in 0..<10 {
        _ = try await race.crm.write {
          try PointsRequest.hold.send(number, key: "hold \(number)", in: $0)
        }
      }
      let outcomes = try await race.run(request, request, as: ("same", "same"))
      for (one, other) in zip(outcomes[0], outcomes[1]) {
        #expect([one, other].sorted() == ["done", "replayed"])
      }
      let entries = try await race.entries()
      #expect((0..<10).allSatisfy { entries["same.\($0)"]?.count == 1 })
      #expect(try await race.points() == points)
    }
  }

  /// Runs a test with a store whose first member has some points.
  private func withRace(points: Int64, _ body: (Race) async throws -> Void) async throws {
    let program = try #require(Program("StoreWorker"), "The program is not beside the tests")
    try await withFolder { folder in
      let crm = try await CRM(
        storage: StoreKind.sqlite.storage(in: folder), capabilities: LoyaltyStore.capabilities)
      try await LoyaltyStore.begin(crm, points: points)
      try await body(Race(crm: crm, folder: folder, program: program))
      await crm.close()
    }
  }
}

/// A store in SQLite that two processes use at the same time.
struct Race {
  /// How many points there are, and where.
  struct Points: Hashable, Sendable {
    var available: Int64
    var held: Int64 = 0
    /// What the second member has.
    var ofOther: Int64 = 0
  }

  let crm: CRM
  let folder: String
  let program: Program

  /// Adds ten rewards at 500 points, one piece of each.
  func addRewards() async throws {
    try await crm.write { tx in
      for number in 0..<10 {
        var reward = NewReward("cup \(number)", .item, points: 500)
        reward.stock = 1
        try tx.loyalty.add(reward, to: "club")
      }
    }
  }

  /// Has two processes send their requests, from the same moment on.
  ///
  /// - Parameter senders: The names in their keys.
  /// - Returns: What became of each request of the one and of the other.
  func run(
    _ one: PointsRequest, _ other: PointsRequest, times: Int = 10,
    as senders: (String, String) = ("a", "b")
  ) async throws -> [[String]] {
    async let first = program.run([one.rawValue, "sqlite", folder, "\(times)", senders.0])
    async let second = program.run([other.rawValue, "sqlite", folder, "\(times)", senders.1])
    let outcomes = try await [first, second]
    #expect(outcomes.map(\.status) == [0, 0])
    #expect(outcomes.map(\.lines.count) == [times, times])
    return outcomes.map { $0.lines.compactMap { $0.split(separator: " ").last.map(String.init) } }
  }

  /// All entries of the ledger, by their keys.
  func entries() async throws -> [String: [LedgerEntry]] {
    let all = try await crm.read { try $0.records(of: LedgerEntry.self).all() }
    return Dictionary(grouping: all) { $0.key ?? "" }
  }

  /// Where the points are, once it is clear that the books balance and nothing else is wrong.
  func points() async throws -> Points {
    let report = try await crm.verify()
    #expect(report.isSound, "\(report)")
    let postings = try await entries().values.joined().flatMap(\.postings)
    #expect(postings.reduce(0) { $0 + $1.points } == 0)
    return try await crm.read { tx in
      let balances = try (0...1).map {
        try tx.loyalty.balance(of: try LoyaltyStore.member($0, in: tx))
      }
      #expect(balances[1].held == 0)
      return Points(
        available: balances[0].available, held: balances[0].held, ofOther: balances[1].available)
    }
  }
}
