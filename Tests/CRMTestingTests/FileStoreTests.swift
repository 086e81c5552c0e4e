import CRMStorage
import CRMTesting
import Foundation
import TestSupport
import Testing

@Suite("Stores in folders of files")
struct FileStoreTests {
  @Test("A second opener is told who has the store, until it is closed")
  func lock() async throws {
    try await withFolder { folder in
      let storage = FileStorage(in: folder + "/store")
      try await storage.open(Catalog([Note.self]))
      let other = FileStorage(in: folder + "/store")
      let error = await failure { try await other.open(Catalog([Note.self])) }
      #expect(error?.code == .busy)
      #expect(error?.holder == "process \(getpid())")
      await storage.close()
      try await other.open(Catalog([Note.self]))
      await other.close()
    }
  }

  @Test("Who removes the file that names the holder is kept out all the same")
  func removedLock() async throws {
    try await withFolder { folder in
      let storage = FileStorage(in: folder + "/store")
      try await storage.open(Catalog([Note.self]))
      try await storage.addNote(1)
      try SystemFileSystem().remove(folder + "/store/lock")
      let other = FileStorage(in: folder + "/store")
      #expect(await failure { try await other.open(Catalog([Note.self])) }?.code == .busy)
      await storage.close()
      let saved = MemoryStorage()
      try await saved.open(Catalog([Note.self]))
      let report = try await FileStorage.salvage(from: folder + "/store", into: saved)
      #expect(report.rows == ["notes": 1])
      let files = try SystemFileSystem().list(folder + "/store")
      #expect(files == ["journal-000000000001"], "Salvage changes nothing")
    }
  }

  @Test("Only the owner can read what is written")
  func permissions() async throws {
    try await withFolder { folder in
      let storage = FileStorage(in: folder + "/store")
      try await storage.open(Catalog([Note.self]))
      try await storage.addNote(1)
      try await storage.compact()
      let manager = FileManager.default
      func mode(_ path: String) throws -> Int? {
        try manager.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      }
      #expect(try mode(folder + "/store") == 0o700)
      for name in try manager.contentsOfDirectory(atPath: folder + "/store") {
        #expect(try mode(folder + "/store/" + name) == 0o600)
      }
      await storage.close()
    }
  }

  @Test("What is no folder, or lies in none, is refused")
  func badFolders() async throws {
    try await withFolder { folder in
      #expect(FileManager.default.createFile(atPath: folder + "/file", contents: Data()))
      for path in ["", "a\0b", folder + "/none/store", folder + "/file"] {
        let storage = FileStorage(in: path)
        #expect(
          await failure { try await storage.open(Catalog([Note.self])) }?.code == .cannotOpen)
      }
    }
  }

  @Test("Rows of kinds that a program does not know hold on to what they name, and come back")
  func unknownKinds() async throws {
    let disk = SimulatedDisk()
    let storage = FileStorage(in: "store", fileSystem: disk)
    try await storage.open(Catalog([Note.self, Mark.self]))
    try await storage.addNote(1)
    try await storage.addNote(2)
    try await storage.write { tx in
      let mark = Mark(id: Identifier(high: 2, low: 1), note: Identifier(high: 1, low: 1))
      try tx.insert(try Mark.schema.hold(mark))
    }
    await storage.close()
    for isCompacted in [false, true] {
      let other = try await FileStorage.withNotes(on: disk)
      let refusal = await failure {
        try await other.write { tx in
          guard let note = try tx.get(Identifier<Note>(high: 1, low: 1)) else { return }
          try tx.delete(note)
        }
      }
      #expect(refusal?.code == .stillReferenced)
      #expect(refusal?.field == "marks.note")
      try await other.changeNote(2, isCompacted ? "twice" : "once")
      if isCompacted { try await other.compact() }
      #expect(try await other.verify().isSound)
      await other.close()
    }
    let again = FileStorage(in: "store", fileSystem: disk)
    try await again.open(Catalog([Note.self, Mark.self]))
    let notes = try await again.read { try $0.rows(Query<Mark>()).map(\.row.note.low) }
    #expect(notes == [1])
    await again.close()
  }

  @Test("Files take three times what lives in them at most, also while a snapshot is written")
  func diskUse() async throws {
    let disk = SimulatedDisk()
    let storage = try await FileStorage.withNotes(on: disk, .onClose, smallestSnapshot: 1 << 14)
    let text = String(repeating: "text ", count: 40)
    for number in 1...400 { try await storage.addNote(number, text) }
    func size() -> Int { disk.files.reduce(0) { $0 + (disk.content(of: $1)?.count ?? 0) } }
    // A note takes its text, and some bytes for its title and identifier.
    let live = 400 * (text.utf8.count + 25)
    for round in 1...12 {
      for number in 1...400 {
        try await storage.changeNote(number, text + "\(round)")
        if number.isMultiple(of: 20) { #expect(size() <= 3 * live) }
      }
    }
    #expect(disk.files.contains { $0.contains("snapshot") })
    await storage.close()
    let again = try await FileStorage.withNotes(on: disk)
    let texts = try await again.read { try Set($0.rows(Query<Note>()).map(\.row.text)) }
    #expect(texts == [text + "12"])
    await again.close()
  }

  @Test("A snapshot that fails leaves the store as it was and nothing else", arguments: 1...18)
  func failedSnapshot(operation: Int) async throws {
    let disk = SimulatedDisk()
    let storage = try await FileStorage.withNotes(on: disk)
    for number in 1...5 { try await storage.addNote(number) }
    disk.schedule(.failure(.inputOutput), at: operation)
    _ = await failure { try await storage.compact() }
    disk.removeFault()
    try await storage.addNote(6)
    #expect(!disk.files.contains { $0.hasSuffix(".tmp") })
    await storage.close()
    let again = try await FileStorage.withNotes(on: disk)
    #expect(try await again.titles().count == 6)
    #expect(try await again.verify().isSound)
    await again.close()
  }

  /// Files that a released format has written, each to be opened forever.
  ///
  /// With `CRMKIT_WRITE_STORE` naming a folder, this writes one there, for a new format.
  @Test("Stores of every released format open", arguments: ["format-1"])
  func formats(name: String) async throws {
    let catalog = try Catalog([Note.self, Mark.self])
    if let folder = ProcessInfo.processInfo.environment["CRMKIT_WRITE_STORE"] {
      let storage = FileStorage(in: folder)
      try await storage.open(catalog)
      for number in 1...3 { try await storage.addNote(number, "Grüße \(number)") }
      try await storage.compact()
      try await storage.write { tx in
        let mark = Mark(id: Identifier(high: 2, low: 1), note: Identifier(high: 1, low: 3))
        try tx.insert(try Mark.schema.hold(mark))
      }
      try await storage.changeNote(2, "changed")
      await storage.close()
    }
    let stored = try #require(Bundle.module.url(forResource: "Stores", withExtension: nil))
    try await withFolder { folder in
      let copy = folder + "/store"
      try FileManager.default.copyItem(
        atPath: stored.appendingPathComponent(name).path, toPath: copy)
      let storage = FileStorage(in: copy)
      try await storage.open(catalog)
      #expect(storage.recovery?.snapshot != nil)
      let texts = try await storage.read { try $0.rows(Query<Note>()).map(\.row.text) }
      #expect(texts == ["Grüße 1", "changed", "Grüße 3"])
      #expect(try await storage.read { try $0.count(Query<Mark>()) } == 1)
      #expect(try await storage.verify().isSound)
      try await storage.addNote(4)
      await storage.close()
    }
  }
}
