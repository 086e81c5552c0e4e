import CRMStorage
import CRMTesting
import TestSupport
import Testing

@Suite("Loads that are larger than the store")
struct LargeLoadTests {
  private static let text = String(repeating: "t", count: 500)

  private func load(_ numbers: ClosedRange<Int>, into storage: FileStorage) async throws {
    try await storage.load { tx in
      for number in numbers {
        let id = Identifier<Note>(high: 1, low: UInt64(number))
        try tx.insert(try Note.schema.hold(Note(id: id, title: "\(number)", text: Self.text)))
      }
    }
  }

  private func open(_ disk: SimulatedDisk) async throws -> FileStorage {
    try await FileStorage.withNotes(on: disk, smallestSnapshot: 1 << 12)
  }

  @Test("They go into a snapshot, and writes beside and after them into the journal")
  func snapshot() async throws {
    let disk = SimulatedDisk()
    let storage = try await open(disk)
    try await storage.addNote(1)
    async let beside: Void = storage.addNote(2)
    try await load(10...60, into: storage)
    try await beside
    // What undoes a part of it does not undo the rest.
    try await storage.load { tx in
      try? tx.attempt {
        let id = Identifier<Note>(high: 2, low: 1)
        try tx.insert(try Note.schema.hold(Note(id: id, title: "undone")))
        try tx.insert(try Note.schema.hold(Note(id: id, title: "undone")))
      }
      for number in 100...300 {
        let id = Identifier<Note>(high: 1, low: UInt64(number))
        try tx.insert(try Note.schema.hold(Note(id: id, title: "\(number)", text: Self.text)))
      }
    }
    try await storage.addNote(3)
    let journals = disk.files.filter { $0.contains("journal") }
    let written = journals.reduce(0) { $0 + (disk.content(of: $1)?.count ?? 0) }
    #expect(written < 60 * Self.text.utf8.count)
    let found = try await open(disk.afterPowerLoss(.everything))
    let count = 51 + 201 + 3
    #expect(try await found.titles().count == count)
    #expect(found.recovery?.snapshot != nil)
    #expect(try await found.verify().isSound)
    await found.close()
    await storage.close()
  }

  @Test("A loss of power, or a failure, at any operation leaves all of it or nothing")
  func faults() async throws {
    for fault in [DiskFault.powerCut, .failure(.inputOutput), .failure(.full), .shortWrite] {
      var (operation, happened) = (0, true)
      while happened {
        operation += 1
        let disk = SimulatedDisk()
        let storage = try await open(disk)
        try await storage.addNote(1)
        disk.schedule(fault, at: operation)
        let failed = await failure { try await load(10...60, into: storage) }
        happened = disk.isPowerOff || !disk.isFaultPending
        disk.removeFault()
        let counts = failed == nil ? [52] : disk.isPowerOff ? [1, 52] : [1]
        for loss in PowerLoss.allCases {
          let after = disk.afterPowerLoss(loss, seed: UInt64(operation))
          let found = try await open(after)
          let count = try await found.titles().count
          #expect(counts.contains(count), "\(fault) at \(operation), \(loss) lost")
          #expect(try await found.verify().isSound)
          await found.close()
        }
        if !disk.isPowerOff {
          #expect(try await storage.titles().count == counts[0])
          try await storage.addNote(2)
          if failed != nil { try await load(10...60, into: storage) }
          #expect(try await storage.titles().count == 53)
        }
        await storage.close()
      }
      #expect(operation > 3)
    }
  }
}
