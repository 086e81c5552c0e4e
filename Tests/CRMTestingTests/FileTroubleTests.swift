import CRMStorage
import CRMTesting
import Dispatch
import TestSupport
import Testing

@Suite("A store of files on a disk that fails or falls behind", .timeLimit(.minutes(30)))
struct FileTroubleTests {
  private static let lazy: [Durability] = [.grouped(within: .seconds(86_400)), .onClose]

  private func titles(on disk: SimulatedDisk) async throws -> [String] {
    let storage = try await FileStorage.withNotes(on: disk)
    let titles = try await storage.titles()
    await storage.close()
    return titles
  }

  @Test("Once a wait for the disk has failed, the next that returns has all safe", arguments: lazy)
  func failedWait(durability: Durability) async throws {
    for number in 1...4 {
      let disk = SimulatedDisk()
      let storage = try await FileStorage.withNotes(on: disk, durability)
      for number in 1...3 { try await storage.addNote(number) }
      disk.schedule(.failure(.inputOutput), at: number)
      let failed = await failure { try await storage.sync() }
      #expect((failed != nil) == (number <= 2))
      disk.removeFault()
      try await storage.sync()
      #expect(try await titles(on: disk.afterPowerLoss(.everything)) == ["1", "2", "3"])
      await storage.close()
    }
  }

  @Test("A group whose wait for the disk failed is waited for again", .timeLimit(.minutes(30)))
  func retriedWait() async throws {
    let disk = SimulatedDisk()
    let storage = try await FileStorage.withNotes(on: disk, .grouped(within: .milliseconds(20)))
    // The first operation is the write itself.
    disk.schedule(.failure(.inputOutput), at: 2)
    try await storage.addNote(1)
    while disk.faultsHappened == 0 { try await Task.sleep(for: .milliseconds(1)) }
    while try await titles(on: disk.afterPowerLoss(.everything)).isEmpty {
      try await Task.sleep(for: .milliseconds(5))
    }
    await storage.close()
  }

  @Test(
    "Writes that were not waited for survive that a later one fails for a while",
    arguments: lazy, [StorageError.Code.full, .inputOutput])
  func lastingFailure(durability: Durability, code: StorageError.Code) async throws {
    for number in 1...2 {
      let disk = SimulatedDisk()
      let storage = try await FileStorage.withNotes(on: disk, durability)
      for number in 1...3 { try await storage.addNote(number) }
      disk.schedule(.failure(code, isLasting: true), at: number)
      let failed = await failure { try await storage.addNote(4) }
      disk.removeFault()
      try await storage.addNote(5)
      let expected = failed == nil ? ["1", "2", "3", "4", "5"] : ["1", "2", "3", "5"]
      for loss in PowerLoss.allCases {
        let found = try await titles(on: disk.afterPowerLoss(loss, seed: UInt64(number)))
        #expect(found == Array(expected.prefix(found.count)), "\(loss) lost")
      }
      try await storage.sync()
      #expect(try await titles(on: disk.afterPowerLoss(.everything)) == expected)
      await storage.close()
    }
  }

  @Test("What is written after a snapshot has failed survives a loss of power")
  func failedSnapshot() async throws {
    for (number, isLasting) in (1...20).flatMap({ [($0, false), ($0, true)] }) {
      let disk = SimulatedDisk()
      let storage = try await FileStorage.withNotes(on: disk)
      for number in 1...3 { try await storage.addNote(number) }
      disk.schedule(.failure(.inputOutput, isLasting: isLasting), at: number)
      _ = await failure { try await storage.compact() }
      disk.removeFault()
      try await storage.addNote(4)
      for loss in PowerLoss.allCases {
        let found = disk.afterPowerLoss(loss, seed: UInt64(number))
        #expect(try await titles(on: found) == ["1", "2", "3", "4"], "\(loss) lost at \(number)")
      }
      await storage.close()
    }
  }

  @Test("What an opening shows of a process that died is safe by then")
  func abandoned() async throws {
    let disk = SimulatedDisk()
    try await abandon(on: disk)
    var again: FileStorage?
    while again == nil {
      // The lock goes when all work of the abandoned store has ended.
      again = try? await FileStorage.withNotes(on: disk)
      await Task.yield()
    }
    #expect(try await again?.titles() == ["1", "2"])
    #expect(try await titles(on: disk.afterPowerLoss(.everything)) == ["1", "2"])
    await again?.close()
  }

  private func abandon(on disk: SimulatedDisk) async throws {
    let storage = try await FileStorage.withNotes(on: disk, .onClose)
    for number in 1...2 { try await storage.addNote(number) }
  }

  @Test("Once a store is closed, nothing touches its folder")
  func closed() async throws {
    for _ in 0..<20 {
      let disk = SimulatedDisk()
      let storage = try await FileStorage.withNotes(on: disk)
      for number in 1...3 { try await storage.addNote(number) }
      let operations = await withTaskGroup(of: Int?.self) { group in
        for _ in 0..<6 {
          group.addTask {
            _ = await failure { try await storage.compact() }
            return nil
          }
        }
        group.addTask {
          await storage.close()
          return disk.operations
        }
        return await group.reduce(into: 0) { $0 += $1 ?? 0 }
      }
      #expect(disk.operations == operations)
    }
  }

  @Test("Writers go on while a snapshot takes its time", .timeLimit(.minutes(30)))
  func slowSnapshot() async throws {
    let (permit, isHolding) = (DispatchSemaphore(value: 0), Locked(false))
    let disk = SnapshotDisk(SimulatedDisk()) { () throws(StorageError) in
      isHolding.withLock { $0 = true }
      permit.wait()
      permit.signal()
    }
    let storage = try await FileStorage.withNotes(on: disk, smallestSnapshot: 1 << 12)
    for number in 1...3 { try await storage.addNote(number) }
    let text = String(repeating: "t", count: 1_000)
    // The snapshot is begun at four kilobytes, and falls behind at eight.
    for round in 1...12 { try await storage.changeNote(1, text + "\(round)") }
    #expect(isHolding.withLock { $0 })
    permit.signal()
    await storage.close()
    let again = try await FileStorage.withNotes(on: disk)
    #expect(try await again.read { try $0.rows(Query<Note>()).first?.row.text } == text + "12")
    await again.close()
  }
}
