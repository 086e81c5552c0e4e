import CRMStorage
import CRMTesting
import TestSupport
import Testing

/// HC-170: whichever operation of the disk fails or is the last, each write is whole or absent.
@Suite("A file store on a disk that fails (HC-170)", .timeLimit(.minutes(30)))
struct FileFaultTests {
  static let durabilities: [Durability] = [
    .everyCommit, .grouped(within: .seconds(86_400)), .onClose,
  ]

  /// Plays a history for every operation a fault can happen at.
  private func forEachOperation(
    _ fault: DiskFault, _ durability: Durability, _ body: (FileHistory, Int) async -> Void
  ) async {
    for number in 1...10_000 {
      let disk = SimulatedDisk(seed: UInt64(number))
      disk.schedule(fault, at: number)
      let history = FileHistory(on: disk, durability, "\(fault) at \(number), \(durability)")
      await history.play()
      let hasHappened = disk.faultsHappened > 0
      if hasHappened { await body(history, number) }
      await history.end()
      if !hasHappened {
        #expect(number > 20 && history.failures.isEmpty)
        return
      }
    }
    Issue.record("The history has no end.")
  }

  @Test(
    "After a loss of power at any operation, writes are there whole and without a gap",
    arguments: durabilities)
  func powerLoss(durability: Durability) async {
    await forEachOperation(.powerCut, durability) { history, number in
      for loss in losses(PowerLoss.allCases, number) {
        for seed in 0..<Soak.factor {
          let found = history.disk.afterPowerLoss(loss, seed: UInt64(number * 1_000 + seed))
          await history.check(found, after: loss)
        }
      }
    }
  }

  /// All in the soak; otherwise one after the other, as the next operation is much like this one.
  private func losses(_ all: [PowerLoss], _ number: Int) -> [PowerLoss] {
    Soak.factor > 1 ? all : [all[number % all.count]]
  }

  /// Every fault where each write waits for the disk, and the gravest where it does not.
  private static let cases: [(DiskFault, Durability)] =
    durabilities.flatMap { [(.shortWrite, $0), (.failure(.inputOutput), $0)] }
    + [StorageError.Code.inputOutput, .full, .permissionDenied].flatMap {
      [(.failure($0), .everyCommit), (.failure($0, isLasting: true), .everyCommit)]
    }.dropFirst()

  @Test(
    "After any operation failed, nothing is half there and the store goes on, reopened or not",
    arguments: cases)
  func failure(fault: DiskFault, durability: Durability) async {
    await forEachOperation(fault, durability) { history, number in
      for error in history.failures where !(error is StorageError) {
        Issue.record("\(history.place): \(error)")
      }
      await history.checkOpen()
      for loss in losses([.nothing, .everything, .scattered], number) {
        let found = history.disk.afterPowerLoss(loss, seed: UInt64(number))
        await history.check(found, after: loss)
      }
    }
  }

  @Test("What a wait for the disk that failed left behind is written anew", arguments: 1...12)
  func forgotten(number: Int) async throws {
    let disk = SimulatedDisk()
    let storage = FileStorage(
      in: "shop", durability: .grouped(within: .seconds(86_400)), fileSystem: disk)
    let ledger = Ledger(writer: 0)
    try await storage.open(Catalog(Ledger.kinds))
    for _ in 0..<3 { _ = try await storage.write { try ledger.write($0) } }
    disk.schedule(.shortWrite, at: 1)
    await #expect(throws: StorageError.self) {
      try await storage.write { _ = try ledger.write($0) }
    }
    disk.schedule(.failure(.inputOutput), at: number)
    _ = try? await storage.write { try ledger.write($0) }
    disk.removeFault()
    let done = try await storage.write { try ledger.write($0) }
    try await storage.sync()
    let found = FileStorage(in: "shop", fileSystem: disk.afterPowerLoss(.everything))
    try await found.open(Catalog(Ledger.kinds))
    #expect(try await found.read { try ledger.check($0) } == done)
    await found.close()
    await storage.close()
  }
}
