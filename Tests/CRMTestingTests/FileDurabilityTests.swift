import CRMStorage
import CRMTesting
import Foundation
import TestSupport
import Testing

@Suite("What files promise about the disk", .timeLimit(.minutes(30)))
struct FileDurabilityTests {
  @Test("A loss of power takes nothing that a write returned from", arguments: PowerLoss.allCases)
  func everyCommit(loss: PowerLoss) async throws {
    let disk = SimulatedDisk()
    let storage = try await FileStorage.withNotes(on: disk)
    for number in 1...5 { try await storage.addNote(number) }
    let again = try await FileStorage.withNotes(on: disk.afterPowerLoss(loss, seed: 3))
    #expect(try await again.titles() == ["1", "2", "3", "4", "5"])
    await storage.close()
    await again.close()
  }

  @Test("Without waiting, a loss of power leaves writes from the first on", arguments: 1...20)
  func onClose(seed: Int) async throws {
    let disk = SimulatedDisk()
    let storage = try await FileStorage.withNotes(on: disk, .onClose)
    for number in 1...9 { try await storage.addNote(number) }
    for loss in PowerLoss.allCases {
      let found = disk.afterPowerLoss(loss, seed: UInt64(seed))
      let again = try await FileStorage.withNotes(on: found, .onClose)
      let titles = try await again.titles()
      #expect(titles == (1...9).prefix(titles.count).map { "\($0)" })
      if loss == .nothing { #expect(titles.count == 9) }
      await again.close()
    }
    await storage.close()
    let again = try await FileStorage.withNotes(on: disk.afterPowerLoss(.everything))
    #expect(try await again.titles().count == 9)
    await again.close()
  }

  @Test("What was waited for by request is safe")
  func sync() async throws {
    let disk = SimulatedDisk()
    let storage = try await FileStorage.withNotes(on: disk, .onClose)
    try await storage.addNote(1)
    try await storage.sync()
    let again = try await FileStorage.withNotes(on: disk.afterPowerLoss(.everything))
    #expect(try await again.titles() == ["1"])
    await storage.close()
    await again.close()
  }

  @Test("Writes in groups are safe within the time that was named")
  func grouped() async throws {
    let disk = HeldDisk(SimulatedDisk())
    let storage = try await FileStorage.withNotes(on: disk, .grouped(within: .milliseconds(20)))
    let before = disk.syncs
    // Writes do not wait for the disk, be it as slow as it may.
    disk.hold()
    for number in 1...50 { try await storage.addNote(number) }
    disk.letGo()
    while disk.syncs == before { try await Task.sleep(for: .milliseconds(1)) }
    #expect(disk.syncs - before <= 2)
    await storage.close()
  }

  @Test("Writers that wait at the same time share one wait for the disk")
  func groupCommit() async throws {
    struct Stop: Error {}
    let disk = HeldDisk(SimulatedDisk())
    let storage = try await FileStorage.withNotes(on: disk)
    let before = disk.syncs
    for round in 0..<8 {
      try await withThrowingTaskGroup(of: Void.self) { group in
        disk.hold()
        let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
        for writer in 0..<8 {
          group.addTask {
            try await storage.addNote(round * 8 + writer) { beginning.yield() }
          }
        }
        for await _ in begun.prefix(8) {}
        // One that has its turn after all of them finds all of them waiting.
        await #expect(throws: Stop.self) { try await storage.write { _ in throw Stop() } }
        disk.letGo()
        try await group.waitForAll()
      }
    }
    // In each round one wait is for those that were there when it began, one for all others.
    #expect(disk.syncs - before <= 16)
    #expect(try await storage.titles().count == 64)
    await storage.close()
  }

  @Test("A full disk refuses writes, and the store goes on once there is room")
  func fullDisk() async throws {
    let disk = SimulatedDisk()
    let storage = try await FileStorage.withNotes(on: disk)
    try await storage.addNote(1)
    disk.capacity = 600
    var number = 1
    var refusal: StorageError?
    while refusal == nil && number < 100 {
      number += 1
      refusal = await failure { try await storage.addNote(number) }
    }
    #expect(refusal?.code == .full)
    #expect(await failure { try await storage.addNote(number) }?.code == .full)
    disk.capacity = nil
    try await storage.addNote(1_000)
    let titles = try await storage.titles()
    #expect(titles == (1..<number).map { "\($0)" } + ["1000"])
    await storage.close()
    let again = try await FileStorage.withNotes(on: disk)
    #expect(try await again.titles() == titles)
    await again.close()
  }

  @Test("A write that the disk failed is not there after opening again", arguments: 1...2)
  func failedSync(operation: Int) async throws {
    let disk = SimulatedDisk()
    let storage = try await FileStorage.withNotes(on: disk)
    try await storage.addNote(1)
    disk.schedule(.failure(.inputOutput), at: operation)
    let refusal = await failure { try await storage.addNote(2) }
    try await storage.addNote(3)
    await storage.close()
    let again = try await FileStorage.withNotes(on: disk)
    #expect(refusal?.code == .inputOutput)
    #expect(try await again.titles() == ["1", "3"])
    await again.close()
  }

  @Test("A file that is removed under the store is written anew")
  func removedFile() async throws {
    try await withFolder { folder in
      let path = folder + "/store"
      let storage = FileStorage(in: path)
      try await storage.open(Catalog([Note.self]))
      try await storage.addNote(1)
      let system = SystemFileSystem()
      try system.remove(path + "/journal-000000000001")
      #expect(await failure { try await storage.addNote(2) }?.code == .cannotOpen)
      try await storage.addNote(3)
      await storage.close()
      let again = FileStorage(in: path)
      try await again.open(Catalog([Note.self]))
      #expect(try await again.titles() == ["1", "3"])
      await again.close()
    }
  }

  @Test("A folder that is moved away refuses writes until it is back")
  func movedFolder() async throws {
    try await withFolder { folder in
      let system = SystemFileSystem()
      let storage = FileStorage(in: folder + "/store")
      try await storage.open(Catalog([Note.self]))
      try await storage.addNote(1)
      try system.rename(folder + "/store", to: folder + "/elsewhere")
      #expect(await failure { try await storage.addNote(2) }?.code == .cannotOpen)
      #expect(await failure { try await storage.addNote(2) }?.code == .cannotOpen)
      #expect(try await storage.titles() == ["1"])
      try system.rename(folder + "/elsewhere", to: folder + "/store")
      try await storage.addNote(2)
      await storage.close()
      let again = FileStorage(in: folder + "/store")
      try await again.open(Catalog([Note.self]))
      #expect(try await again.titles() == ["1", "2"])
      await again.close()
    }
  }
}

/// A disk that counts how often it is waited for, and keeps waiting who asks until it is let go.
final class HeldDisk: ForwardingDisk {
  let base: any FileSystem
  private let state = Locked((syncs: 0, isHeld: false))
  private let end = DispatchSemaphore(value: 0)

  init(_ base: any FileSystem) {
    self.base = base
  }

  /// How often content was waited for.
  var syncs: Int { state.withLock { $0.syncs } }

  /// Has the next wait last until the disk is let go.
  func hold() { state.withLock { $0.isHeld = true } }

  /// Ends the wait that is held, or that would be.
  func letGo() { end.signal() }

  fileprivate func wait() {
    let isHeld = state.withLock { state in
      state.syncs += 1
      defer { state.isHeld = false }
      return state.isHeld
    }
    if isHeld { end.wait() }
  }

  func open(_ path: String, _ mode: FileMode) throws(StorageError) -> any OpenFile {
    HeldFile(try base.open(path, mode), self)
  }
}

private final class HeldFile: OpenFile {
  private let base: any OpenFile
  private let disk: HeldDisk

  init(_ base: any OpenFile, _ disk: HeldDisk) {
    self.base = base
    self.disk = disk
  }

  func size() throws(StorageError) -> Int { try base.size() }
  func read(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(StorageError) -> Int {
    try base.read(buffer, at: offset)
  }
  func append(_ bytes: UnsafeRawBufferPointer) throws(StorageError) { try base.append(bytes) }
  func sync() throws(StorageError) {
    disk.wait()
    try base.sync()
  }
  func truncate(to size: Int) throws(StorageError) { try base.truncate(to: size) }
  func close() { base.close() }
}
