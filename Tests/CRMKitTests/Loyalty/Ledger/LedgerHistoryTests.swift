import CRMKit
import CRMTesting
import Foundation
import Testing

@testable import CRMKit

/// 10,000 operations of one seed, and `CRMKIT_SOAK` times the others where that is set; 34 makes
/// 10,000 of each.
@Suite("Random histories of a ledger", .timeLimit(.minutes(30)))
struct LedgerHistoryTests {
  private static let soak =
    ProcessInfo.processInfo.environment["CRMKIT_SOAK"].flatMap(Int.init) ?? 1

  private static let steps = 300 * soak

  /// Fewer where no soak is asked for.
  private static func steps(_ few: Int) -> Int { soak > 1 ? steps : few }

  private static let members = 4

  private static let capabilities: [any Capability] = [
    Customers(), Catalogue(), Orders(), Loyalty(),
  ]

  private func club(_ backend: Backend, seed: UInt64) async throws -> Club {
    try await Club(backend, members: Self.members, seed: seed, Self.capabilities) {
      $0.points.append(PointsTerms("miles"))
      $0.expiry = ExpiryPolicy(.days(LedgerPlayer.days))
      $0.adjustment.allowsNegative = true
    }
  }

  private func play(
    _ backend: Backend, seed: UInt64, steps: Int = Self.steps, _ check: LedgerPlayer.Check
  ) async throws -> LedgerPlayer {
    var player = LedgerPlayer(try await club(backend, seed: seed), check)
    try await player.play(
      LedgerHistory.rounds(seed: seed, steps: steps, members: Self.members))
    return player
  }

  private func check(_ club: Club) async throws {
    #expect(try await club.total().values.allSatisfy { $0 == 0 })
    let report = try await club.crm.verify()
    #expect(report.isSound, "\(report)")
  }

  @Test(
    "P01–P05: After each operation balances are those of a plain model, and all follows from the entries",
    arguments: zip(UInt64(1)...4, [10_000, Self.steps, Self.steps, Self.steps]))
  func model(seed: UInt64, steps: Int) async throws {
    let days = LocalDays(in: try #require(Zone("Europe/Berlin")))
    let player = try await play(
      .memory, seed: seed, steps: steps,
      .model(LedgerModel(members: Self.members, days: days)))
    let missing = Set(LedgerEntry.Kind.asked).subtracting(player.done.keys)
    #expect(missing.subtracting([.refund]).isEmpty || steps < 1_000, "\(missing)")
    try await check(player.club)
  }

  @Test(
    "P03–P05: With refunds and whatever is undone, all follows from the entries on every storage",
    arguments: Backend.allCases)
  func entries(backend: Backend) async throws {
    let steps = backend == .memory ? Self.steps(1_500) : Self.steps
    let player = try await play(backend, seed: 9, steps: steps, .entries)
    let missing = Set(LedgerEntry.Kind.asked).subtracting(player.done.keys)
    #expect(missing.isEmpty || steps < 1_000, "\(missing)")
    try await check(player.club)
  }

  @Test("P07: The same history has the same fingerprint and the same bytes on every storage")
  func storages() async throws {
    var fingerprints: Set<String> = []
    var exports: Set<[String]> = []
    for backend in Backend.allCases {
      let club = try await play(backend, seed: 5, steps: Self.steps(150), .nothing).club
      fingerprints.insert(try await club.crm.read { try $0.loyalty.fingerprint() })
      exports.insert(try await club.shop.exported())
      #expect(try await club.crm.verify().isSound)
    }
    #expect(fingerprints.count == 1 && exports.count == 1)
  }

  @Test("P02: The ledger is in balance after every entry")
  func everyEntry() async throws {
    let club = try await play(.memory, seed: 6, .nothing).club
    var sums: [String: Int64] = [:]
    for entry in try await club.entries() {
      for posting in entry.postings { sums[posting.currency, default: 0] += posting.points }
      try #require(sums.values.allSatisfy { $0 == 0 })
    }
  }

  @Test("P11: What is put down when does not matter: reading, running and waiting come to the same")
  func running() async throws {
    var balances: Set<[PointsBalance]> = []
    let currencies = ["points", "miles"]
    for isAdvancing in [false, true] {
      let club = try await club(.memory, seed: 8)
      var player = LedgerPlayer(club, .nothing)
      let rounds = LedgerHistory.rounds(seed: 8, steps: Self.steps(200), members: Self.members)
      for round in rounds {
        try await player.play([
          .init(pause: round.pause, isAdvancing: isAdvancing, steps: round.steps)
        ])
      }
      balances.insert(
        try await club.crm.read { tx in
          try club.members.flatMap { member in
            try currencies.map { try tx.loyalty.balance(of: member, $0) }
          }
        })
    }
    #expect(balances.count == 1)
  }
}

extension LedgerEntry.Kind {
  /// What a history asks for.
  fileprivate static let asked: [LedgerEntry.Kind] = [
    .earn, .refund, .redeem, .hold, .capture, .void, .transfer, .convert, .adjust, .forfeit,
    .reverse, .merge, .unmerge,
  ]
}
