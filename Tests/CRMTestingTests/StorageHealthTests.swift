import CRMStorage
import CRMTesting
import CSQLite
import TestSupport
import Testing

@testable import CRMSQLite

@Suite("The health of a store", .timeLimit(.minutes(30)))
struct StorageHealthTests {
  /// Waits until a store finds something out by itself.
  private func wait(until holds: () async throws -> Bool) async throws {
    while try await !holds() { try await Task.sleep(for: .milliseconds(1)) }
  }

  @Test("A snapshot that a full disk has no room for is told of and tried again, until it is there")
  func fullDisk() async throws {
    let (isFull, attempts) = (Locked(true), Locked(0))
    let files = SimulatedDisk()
    let disk = SnapshotDisk(files) { () throws(StorageError) in
      attempts.withLock { $0 += 1 }
      guard isFull.withLock({ $0 }) else { return }
      throw StorageError(.full, "The disk has no room.", recovery: "Make some.")
    }
    let storage = try await FileStorage.withNotes(on: disk, smallestSnapshot: 1 << 12)
    let text = String(repeating: "t", count: 300)
    for number in 1...10 { try await storage.addNote(number, text) }
    #expect(storage.health == StorageHealth())
    var round = 0
    func change() async throws {
      round += 1
      try await storage.changeNote(1 + round % 10, text + "\(round)")
    }
    try await wait {
      try await change()
      return !storage.health.isGood && attempts.withLock { $0 >= 3 }
    }
    let trouble = try #require(storage.health.troubles.first)
    #expect(storage.health.troubles.count == 1)
    #expect(trouble.code == .full)
    #expect(trouble.message == "The store could not write a snapshot: The disk has no room.")
    #expect(!files.files.contains { $0.contains("snapshot") })
    // What it holds is sound all the same.
    let report = try await storage.verify()
    #expect(report.isSound)
    #expect(report.health == storage.health)
    #expect(report.description.contains(trouble.message))

    isFull.withLock { $0 = false }
    #expect(!storage.health.isGood)
    try await wait {
      try await change()
      return storage.health.isGood
    }
    #expect(files.files.contains { $0.contains("snapshot") })
    #expect(try await storage.verify().health.isGood)
    await storage.close()
    #expect(storage.health.isGood)
  }

  @Test("A compaction that fails is told of until one succeeds")
  func compaction() async throws {
    let isFull = Locked(true)
    let disk = SnapshotDisk(SimulatedDisk()) { () throws(StorageError) in
      guard isFull.withLock({ $0 }) else { return }
      throw StorageError(.full, "The disk has no room.", recovery: "Make some.")
    }
    let storage = try await FileStorage.withNotes(on: disk)
    for number in 1...3 { try await storage.addNote(number) }
    let failed = await failure { try await storage.compact() }
    #expect(failed?.code == .full)
    #expect(storage.health.troubles.map(\.code) == [.full])
    isFull.withLock { $0 = false }
    try await storage.compact()
    #expect(storage.health.isGood)
    await storage.close()
  }

  @Test("A wait for the disk that failed while nobody waited is told of until one succeeds")
  func groupedWait() async throws {
    let disk = SimulatedDisk()
    let storage = try await FileStorage.withNotes(on: disk, .grouped(within: .milliseconds(20)))
    // The first operation is the write itself, the second waits for the disk.
    disk.schedule(.failure(.inputOutput, isLasting: true), at: 2)
    try await storage.addNote(1)
    try await wait { !storage.health.isGood }
    let trouble = try #require(storage.health.troubles.first)
    #expect(trouble.code == .inputOutput)
    #expect(trouble.message.hasPrefix("A loss of power now could take back what was written last"))
    disk.removeFault()
    try await wait { storage.health.isGood }
    let again = try await FileStorage.withNotes(on: disk.afterPowerLoss(.everything))
    #expect(try await again.titles() == ["1"])
    await again.close()
    await storage.close()
  }

  @Test("A log of SQLite that a long read keeps from beginning anew is told of, until it has ended")
  func longRead() async throws {
    try await withFolder { folder in
      let storage = SQLiteStorage(at: folder + "/store.crm", durability: .onClose)
      try await storage.open(Catalog([Note.self]))
      func change(_ number: Int, in round: Int = 0) async throws {
        try await storage.write { tx in
          let id = Identifier<Note>(high: 1, low: UInt64(number))
          // SQLite writes only those pages anew whose bytes differ.
          let text = String(repeating: "\(round % 10)", count: 1 << 20)
          let note = try Note.schema.hold(Note(id: id, title: "\(number)", text: text))
          if let old = try tx.get(id) {
            try tx.update(note, from: old)
          } else {
            try tx.insert(note)
          }
        }
      }
      try await change(1)
      #expect(storage.health.isGood)
      // What another program reads, as this one does.
      let reader = try SQLiteConnection(folder + "/store.crm", flags: SQLITE_OPEN_READONLY)
      try reader.run("BEGIN")
      #expect(try reader.integer("SELECT count(*) FROM notes") == 1)
      // Writers go on; the log grows by what they write.
      for round in 1...60 { try await change(1 + round % 3, in: round) }
      #expect(storage.health.troubles.map(\.code) == [.busy])
      #expect(try await storage.verify().health == storage.health)
      #expect(try reader.integer("SELECT count(*) FROM notes") == 1)
      try reader.run("COMMIT")
      for round in 1...2 { try await change(round, in: 61) }
      #expect(storage.health.isGood)
      await storage.close()
    }
  }
}
