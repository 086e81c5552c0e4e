import CRMStorage
import CRMTesting
import Foundation
import TestSupport
import Testing

@Suite("A process killed while it writes (HC-170)", .timeLimit(.minutes(30)))
struct KillTests {
  private static let writers = 3

  @Test(
    "What it had acknowledged is there, and nothing half",
    .enabled(if: Program.mustBeThere || Program("StoreWorker") != nil),
    arguments: StoreKind.allCases)
  func killed(kind: StoreKind) async throws {
    let program = try #require(Program("StoreWorker"), "The program is not beside the tests")
    var numbers = SeededGenerator(seed: 17)
    try await withFolder { folder in
      var before = [Int](repeating: 0, count: Self.writers)
      for round in 1...(20 * Soak.factor) {
        let outcome = try await program.run(
          ["write", kind.rawValue, folder, "\(Self.writers)"], kill: kill(round, &numbers))
        try #require(outcome.status == SIGKILL)
        let after = try await check(kind, in: folder)
        for writer in 0..<Self.writers {
          let acknowledged =
            outcome.lines.map { $0.split(separator: " ").compactMap { Int($0) } }
            .last { $0.first == writer }?.last ?? before[writer]
          // The last one may have been killed between the write and the word of it.
          #expect(
            (acknowledged...(acknowledged + 1)).contains(after[writer]),
            "writer \(writer) in round \(round)")
        }
        before = after
      }
      #expect(before.allSatisfy { $0 > 0 })
    }
  }

  /// While it opens the store, or while it writes.
  private func kill(_ round: Int, _ numbers: inout SeededGenerator) -> Program.Kill {
    if round % 4 == 0 {
      return .afterStart(.microseconds(.random(in: 0...60_000, using: &numbers)))
    }
    return .afterLines(
      .random(in: 1...60, using: &numbers),
      .microseconds(.random(in: 0...3_000, using: &numbers)))
  }

  private func check(_ kind: StoreKind, in folder: String) async throws -> [Int] {
    let storage = kind.storage(in: folder)
    try await storage.open(Catalog(Ledger.kinds))
    let report = try await storage.verify()
    #expect(report.isSound, "\(report)")
    let done = try await storage.read { store in
      try (0..<Self.writers).map { try Ledger(writer: $0).check(store) }
    }
    await storage.close()
    return done
  }
}
