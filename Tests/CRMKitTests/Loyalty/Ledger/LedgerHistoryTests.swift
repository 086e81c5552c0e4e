import CRMKit
import CRMTesting
import Foundation
import Testing

@testable import CRMKit

/// 300 operations a seed, and `CRMKIT_SOAK` times as many where that is set; 34 is 10,000.
@Suite("Random histories of a ledger", .timeLimit(.minutes(30)))
struct LedgerHistoryTests {
  private static let steps =
    300 * (ProcessInfo.processInfo.environment["CRMKIT_SOAK"].flatMap(Int.init) ?? 1)

  private static let capabilities: [any Capability] = [
    Customers(), Catalogue(), Orders(), Loyalty(),
  ]

  private func club(_ backend: Backend, seed: UInt64) async throws -> Club {
    try await Club(backend, members: 3, seed: seed, Self.capabilities) {
      $0.adjustment.allowsNegative = true
    }
  }

  private func play(
    _ backend: Backend, seed: UInt64, steps: Int = Self.steps, isModelled: Bool
  ) async throws -> LedgerPlayer {
    let club = try await club(backend, seed: seed)
    let days = LocalDays(in: club.programme.zone)
    var player = LedgerPlayer(
      club, model: isModelled ? LedgerModel(members: 3, days: days) : nil)
    try await player.play(LedgerHistory.rounds(seed: seed, steps: steps, members: 3))
    return player
  }

  @Test(
    "P01–P05: After each operation balances are those of a plain model, and all follows from the entries",
    arguments: UInt64(1)...4)
  func model(seed: UInt64) async throws {
    let club = try await play(.memory, seed: seed, isModelled: true).club
    #expect(try await club.total()["points"] == 0)
    let report = try await club.crm.verify()
    #expect(report.isSound, "\(report)")
  }

  @Test("P07: The same history has the same fingerprint and the same bytes on every storage")
  func storages() async throws {
    var fingerprints: Set<String> = []
    var exports: Set<[String]> = []
    for backend in Backend.allCases {
      let club = try await play(backend, seed: 5, steps: 150, isModelled: false).club
      fingerprints.insert(try await club.crm.read { try $0.loyalty.fingerprint() })
      exports.insert(try await club.shop.exported())
      #expect(try await club.crm.verify().isSound)
    }
    #expect(fingerprints.count == 1 && exports.count == 1)
  }

  @Test("P02: The ledger is in balance after every entry")
  func everyEntry() async throws {
    let club = try await play(.memory, seed: 6, isModelled: false).club
    var sum: Int64 = 0
    for entry in try await club.entries() {
      sum += entry.postings.reduce(0) { $0 + $1.points }
      try #require(sum == 0)
    }
  }

  @Test("P11: What is put down when does not matter: reading, running and waiting come to the same")
  func running() async throws {
    var balances: Set<[PointsBalance]> = []
    for isAdvancing in [false, true] {
      let club = try await club(.memory, seed: 8)
      var player = LedgerPlayer(club, model: nil)
      let rounds = LedgerHistory.rounds(seed: 8, steps: 200, members: 3)
      for round in rounds {
        try await player.play([
          .init(pause: round.pause, isAdvancing: isAdvancing, steps: round.steps)
        ])
      }
      balances.insert(
        try await club.crm.read { tx in try club.members.map { try tx.loyalty.balance(of: $0) } })
    }
    #expect(balances.count == 1)
  }
}
