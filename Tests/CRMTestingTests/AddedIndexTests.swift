import CRMStorage
import CRMTesting
import TestSupport
import Testing

/// Notes whose texts are found in order, and by the words of their titles.
private struct IndexedNote: Record {
  let id: Identifier<IndexedNote>
  var title = ""
  var text = ""
  var answers: Identifier<IndexedNote>?

  struct Fields: Sendable {
    let title = Field<IndexedNote, String>("title", { $0.title }, { $0.title = $1 })
    let text = Field<IndexedNote, String>("text", { $0.text }, { $0.text = $1 })
    let answers = Field<IndexedNote, Identifier<IndexedNote>?>(
      "answers", { $0.answers }, { $0.answers = $1 }
    ).references(IndexedNote.self)
    let length = Field<IndexedNote, Int>(derived: "length", { $0.text.utf8.count })
    let words = MultiField<IndexedNote, String>("words") {
      $0.title.split(separator: " ").map(String.init)
    }
  }
  static let fields = Fields()
  static let schema = Schema<IndexedNote>(
    "notes", fields,
    indexes: [.unique(fields.title), .ordered(fields.text), .ordered(fields.length)]
  ) { IndexedNote(id: $0) }
}

/// Notes of which no two have the same text.
private struct UniqueNote: Record {
  let id: Identifier<UniqueNote>
  var title = ""
  var text = ""
  var answers: Identifier<UniqueNote>?

  struct Fields: Sendable {
    let title = Field<UniqueNote, String>("title", { $0.title }, { $0.title = $1 })
    let text = Field<UniqueNote, String>("text", { $0.text }, { $0.text = $1 })
    let answers = Field<UniqueNote, Identifier<UniqueNote>?>(
      "answers", { $0.answers }, { $0.answers = $1 }
    ).references(UniqueNote.self)
  }
  static let fields = Fields()
  static let schema = Schema<UniqueNote>(
    "notes", fields, indexes: [.unique(fields.title), .unique(fields.text)]
  ) { UniqueNote(id: $0) }
}

@Suite("Indexes that are added to a store of files")
struct AddedIndexTests {
  /// Opens with another kind of note, and tells how often rows that are migrated were told of.
  private func open(
    _ kind: any Record.Type, on disk: SimulatedDisk
  ) async throws -> (FileStorage, MigrationReport, told: Int) {
    let told = Locked(0)
    let storage = FileStorage(in: "store", fileSystem: disk)
    let report = try await storage.open(
      Catalog([kind]), migration: Migration(progress: { _ in told.withLock { $0 += 1 } }))
    return (storage, report, told.withLock { $0 })
  }

  private func diskWithNotes(_ texts: [String]) async throws -> SimulatedDisk {
    let disk = SimulatedDisk()
    let storage = try await FileStorage.withNotes(on: disk)
    for (number, text) in texts.enumerated() { try await storage.addNote(number, text) }
    await storage.close()
    return disk
  }

  @Test("They are made of the rows as they are read, none of which is migrated")
  func indexes() async throws {
    let disk = try await diskWithNotes(["ccc", "a", "bb"])
    let (storage, report, told) = try await open(IndexedNote.self, on: disk)
    #expect(told == 0)
    #expect(report.kind("notes")?.additions == ["length", "words", "text"])
    #expect(report.kind("notes")?.changed == 0)
    func texts(_ query: Query<IndexedNote>) async throws -> [String] {
      try await storage.read { try $0.rows(query).map(\.row.text) }
    }
    let inOrder = Query<IndexedNote>(sortedBy: { [.ascending($0.text)] })
    #expect(try await texts(inOrder) == ["a", "bb", "ccc"])
    let longest = Query<IndexedNote>(sortedBy: { [.descending($0.length)] }, limit: 1)
    #expect(try await texts(longest) == ["ccc"])
    #expect(try await texts(Query<IndexedNote>(where: { $0.words.contains("2") })) == ["bb"])
    #expect(try await storage.verify().isSound)
    await storage.close()
    // The files describe the kind as it is now, and need nothing more.
    let (again, nothing, _) = try await open(IndexedNote.self, on: disk)
    #expect(nothing == MigrationReport())
    await again.close()
    let (older, back, toldAgain) = try await open(Note.self, on: disk)
    #expect(back.kind("notes")?.removals == ["length", "words", "text"])
    #expect(toldAgain == 0)
    #expect(try await older.titles() == ["0", "1", "2"])
    await older.close()
  }

  @Test(
    "A value that no index can keep, or that two rows have, is refused, and all stays as it was")
  func refusals() async throws {
    let long = try await diskWithNotes(["a", String(repeating: "t", count: 1_001)])
    let tooLong = await failure { _ = try await open(IndexedNote.self, on: long) }
    #expect(tooLong?.code == .tooLong)
    #expect(tooLong?.field == "text")
    #expect(tooLong?.identifier == Identifier<Note>(high: 1, low: 1).description)
    let equal = try await diskWithNotes(["a", "b", "a"])
    let duplicate = await failure { _ = try await open(UniqueNote.self, on: equal) }
    #expect(duplicate?.code == .duplicate)
    #expect(duplicate?.identifier == Identifier<Note>(high: 1, low: 2).description)
    for (disk, count) in [(long, 2), (equal, 3)] {
      let storage = try await FileStorage.withNotes(on: disk)
      #expect(try await storage.titles().count == count)
      await storage.close()
    }
  }

  @Test("A loss of power at any operation leaves all rows, and the kind older or newer")
  func powerLoss() async throws {
    let first = try await diskWithNotes(["a", "b"])
    var (operation, happened) = (0, true)
    while happened {
      operation += 1
      let disk = first.afterPowerLoss(.nothing)
      disk.schedule(.powerCut, at: operation)
      let later = FileStorage(in: "store", fileSystem: disk)
      _ = await failure { try await later.open(Catalog([IndexedNote.self])) }
      happened = disk.isPowerOff
      for loss in PowerLoss.allCases {
        let found = disk.afterPowerLoss(loss, seed: UInt64(operation))
        let (storage, _, _) = try await open(IndexedNote.self, on: found)
        let texts = Query<IndexedNote>(sortedBy: { [.descending($0.text)] })
        #expect(try await storage.read { try $0.rows(texts).map(\.row.text) } == ["b", "a"])
        #expect(try await storage.verify().isSound)
        await storage.close()
      }
      await later.close()
    }
    #expect(operation > 5)
  }
}
