import CRMKit
import CRMTesting
import Foundation
import TestSupport
import Testing

@Suite("Processes at one ledger of points", .timeLimit(.minutes(30)))
struct LoyaltyProcessTests {
  private func open(_ kind: StoreKind, in folder: String) async throws -> CRM {
    try await CRM(storage: kind.storage(in: folder), capabilities: LoyaltyStore.capabilities)
  }

  private func state(_ crm: CRM) async throws -> (available: Int64, redeemed: Set<String>) {
    try await crm.read { tx in
      let done = try tx.records(of: LedgerEntry.self).all(where: { $0.kind == .redeem })
      return (
        try tx.loyalty.balance(of: try LoyaltyStore.member(in: tx)).available,
        Set(done.filter { $0.refusal == nil }.compactMap(\.key))
      )
    }
  }

  @Test(
    "I09: Of redemptions of a process that is killed each is there or not, and can be asked for again",
    .enabled(if: Program.mustBeThere || Program("StoreWorker") != nil),
    arguments: StoreKind.allCases)
  func killed(kind: StoreKind) async throws {
    let program = try #require(Program("StoreWorker"), "The program is not beside the tests")
    var numbers = SeededGenerator(seed: 23)
    try await withFolder { folder in
      let points: Int64 = 100_000_000
      let first = try await open(kind, in: folder)
      try await LoyaltyStore.begin(first, points: points)
      await first.close()
      for _ in 0..<(4 * Soak.factor) {
        let outcome = try await program.run(
          ["redeem", kind.rawValue, folder, "100000"],
          kill: .afterLines(
            .random(in: 1...20, using: &numbers),
            .microseconds(.random(in: 0...3_000, using: &numbers))))
        try #require(outcome.status == SIGKILL)
        let said = outcome.lines.compactMap { $0.split(separator: " ").first.map(String.init) }
        let crm = try await open(kind, in: folder)
        let report = try await crm.verify()
        #expect(report.isSound, "\(report)")
        let before = try await state(crm)
        #expect(before.redeemed.isSuperset(of: said))
        #expect(before.available == points - 100 * Int64(before.redeemed.count))
        let last = try #require(said.last)
        let again = try await crm.write { tx in
          try tx.loyalty.redeem(100, from: try LoyaltyStore.member(in: tx), key: last)
        }
        #expect(again.replay == .key)
        #expect(try await state(crm).available == before.available)
        await crm.close()
      }
    }
  }

  @Test(
    "P11: A club's life is the same in any locale, time zone and order of hashing",
    .enabled(if: Program.mustBeThere || Program("StoreWorker") != nil))
  func surroundings() async throws {
    let program = try #require(Program("StoreWorker"), "The program is not beside the tests")
    let surroundings = [
      ["TZ": "UTC", "LANG": "C", "LC_ALL": "C", "SWIFT_DETERMINISTIC_HASHING": "1"],
      ["TZ": "Pacific/Kiritimati", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"],
      ["TZ": "America/St_Johns", "LANG": "ar_EG.UTF-8", "LC_ALL": "ar_EG.UTF-8"],
    ]
    var lives: [[String]] = []
    for environment in surroundings {
      try await withFolder { folder in
        let outcome = try await program.run(
          ["live", "sqlite", folder, "40"], environment: environment)
        #expect(outcome.status == 0)
        lives.append(outcome.lines)
      }
    }
    #expect(lives.allSatisfy { $0.count > 200 && $0 == lives[0] })
  }
}
