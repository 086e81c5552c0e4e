import CRMStorage
import CRMTesting
import TestSupport
import Testing

@Suite("Migrating a store of files while the disk fails", .timeLimit(.minutes(30)))
struct FileMigrationTests {
  private static let numbers = (1...5).map { "\($0)" }

  /// What a disk holds for the program of before, or else for the later one.
  private func titles(on disk: SimulatedDisk) async throws -> [String] {
    let old = FileStorage(in: "store", fileSystem: disk)
    let refusal = await failure { try await old.open(Catalog([Note.self])) }
    if refusal == nil {
      let titles = try await old.titles()
      #expect(try await old.verify().isSound)
      await old.close()
      return titles
    }
    #expect(refusal?.code == .newerStore)
    let new = FileStorage(in: "store", fileSystem: disk)
    let report = try await new.open(Catalog([LaterNote.self]))
    #expect(report.kind("notes")?.changed ?? 0 == 0)
    let notes = try await new.read { try $0.rows(Query<LaterNote>()).map(\.row) }
    #expect(notes.allSatisfy { $0.length == $0.title.count })
    #expect(try await new.verify().isSound)
    await new.close()
    return notes.map(\.title)
  }

  @Test(
    "After a loss of power at any operation all is as before, or all as after",
    arguments: [Durability.everyCommit, .onClose])
  func powerLoss(durability: Durability) async throws {
    let first = SimulatedDisk()
    let storage = try await FileStorage.withNotes(on: first)
    for number in 1...5 { try await storage.addNote(number) }
    await storage.close()
    for number in 1...200 {
      let disk = first.afterPowerLoss(.nothing)
      disk.schedule(.powerCut, at: number)
      let later = FileStorage(in: "store", durability: durability, fileSystem: disk)
      _ = await failure { try await later.open(Catalog([LaterNote.self])) }
      for loss in PowerLoss.allCases {
        let found = disk.afterPowerLoss(loss, seed: UInt64(number))
        #expect(try await titles(on: found) == Self.numbers, "\(loss) lost at \(number)")
      }
      let hasHappened = disk.isPowerOff
      await later.close()
      if !hasHappened {
        #expect(number > 15)
        return
      }
    }
    Issue.record("The migration has no end.")
  }

  @Test(
    "What is written after a migration has failed survives a loss of power",
    arguments: [true, false], [true, false])
  func failedMigration(whileOpen isOpen: Bool, lasting isLasting: Bool) async throws {
    for number in 1...200 {
      let disk = SimulatedDisk()
      var storage = try await FileStorage.withNotes(on: disk)
      for number in 1...3 { try await storage.addNote(number) }
      if !isOpen {
        await storage.close()
        storage = FileStorage(in: "store", fileSystem: disk)
      }
      disk.schedule(.failure(.inputOutput, isLasting: isLasting), at: number)
      let failed = await failure { try await storage.open(Catalog([LaterNote.self])) }
      let hasHappened = disk.faultsHappened > 0
      disk.removeFault()
      guard failed != nil else {
        await storage.close()
        if hasHappened { continue }
        #expect(number > 5)
        return
      }
      if !isOpen {
        storage = FileStorage(in: "store", fileSystem: disk)
        let refusal = await failure { try await storage.open(Catalog([Note.self])) }
        // Where nothing could be removed any more, all is as after.
        if isLasting && refusal?.code == .newerStore { continue }
        #expect(refusal == nil)
      }
      for number in 4...5 { try await storage.addNote(number) }
      for loss in PowerLoss.allCases {
        for seed in UInt64(0)..<3 {
          let found = disk.afterPowerLoss(loss, seed: UInt64(number) * 10 + seed)
          #expect(try await titles(on: found) == Self.numbers, "\(loss) lost at \(number)")
        }
      }
      await storage.close()
    }
    Issue.record("The migration has no end.")
  }

  @Test("A snapshot that is asked for meanwhile has what was migrated")
  func compaction() async throws {
    for _ in 0..<20 {
      let disk = SimulatedDisk()
      let storage = try await FileStorage.withNotes(on: disk, .onClose)
      for number in 1...5 { try await storage.addNote(number) }
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<3 { group.addTask { try? await storage.compact() } }
        group.addTask {
          #expect(await failure { try await storage.open(Catalog([LaterNote.self])) } == nil)
        }
      }
      await storage.close()
      #expect(try await titles(on: disk) == Self.numbers)
    }
  }
}
