import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("Many at one ledger", .timeLimit(.minutes(30)))
struct LedgerRaceTests {
  @Test("I06: Of 20 who redeem all there is at once, one does", arguments: Backend.allCases)
  func race(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(100, key: "a")
    let results = try await withThrowingTaskGroup(of: LoyaltyResult.self) { group in
      for number in 0..<20 {
        group.addTask { try await club.redeem(100, key: "r\(number)") }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.count { $0.refusal == nil } == 1)
    let refusals = results.compactMap(\.refusal)
    #expect(refusals.count == 19)
    #expect(refusals.allSatisfy { $0.code == .insufficientPoints && $0.allowed == 0 })
    #expect(try await club.total() == ["points": 0])
    #expect(try await club.available() == 0)
    #expect(try await club.crm.verify().isSound)
  }

  @Test("M04: Of transfers to and fro none makes points or loses any", arguments: Backend.allCases)
  func transfers(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(100, to: club.ada, key: "a")
    try await club.give(100, to: club.bob, key: "b")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<20 {
        group.addTask {
          let (from, to) = number % 2 == 0 ? (club.ada, club.bob) : (club.bob, club.ada)
          _ = try await club.crm.write {
            try $0.loyalty.transfer(
              60, from: from, to: to, key: "t\(number % 10)-\(from == club.ada)")
          }
        }
      }
      try await group.waitForAll()
    }
    let (ada, bob) = (try await club.available(club.ada), try await club.available(club.bob))
    #expect(ada + bob == 200 && ada >= 0 && bob >= 0)
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "I09: A redemption that fails at any write is not there at all, and can be asked for again",
    arguments: Backend.allCases)
  func faults(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(100, until: "2026-06-30", key: "a")
    let before = try await club.shop.records()
    var failures = 0
    while true {
      club.shop.failure.schedule(atChange: failures + 1)
      do {
        _ = try await club.redeem(60, key: "r")
        break
      } catch let error as StorageError {
        #expect(error.code == .inputOutput)
      }
      #expect(try await club.shop.records() == before)
      failures += 1
    }
    club.shop.failure.schedule(atChange: nil)
    #expect(failures > 3)
    #expect(try await club.redeem(60, key: "r").replay == .key)
    #expect(try await club.available() == 40)
    #expect(try await club.crm.verify().isSound)
  }
}
