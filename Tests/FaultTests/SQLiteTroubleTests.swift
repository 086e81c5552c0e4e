#if os(Linux)
import CRMSQLite
import CRMStorage
import Foundation
import TestSupport
import Testing

@Suite("SQLite when the system fails", .timeLimit(.minutes(30)))
struct SQLiteTroubleTests {
  private let ledger = Ledger(writer: 0)

  private func opened(_ folder: String) async throws -> SQLiteStorage {
    let storage = SQLiteStorage(at: folder + "/store.crm", durability: .onClose)
    try await storage.open(Catalog(Ledger.kinds))
    return storage
  }

  private func write(to storage: SQLiteStorage) async throws {
    try await storage.write { _ = try ledger.write($0) }
  }

  /// Checks that exactly so many writes are there and nothing is wrong.
  private func expect(_ done: Int, in storage: SQLiteStorage, _ place: String) async throws {
    let report = try await storage.verify()
    #expect(report.isSound, "\(place): \(report)")
    #expect(try await storage.read { try ledger.check($0) } == done, "\(place)")
  }

  private static let errors: [(Int32, StorageError.Code)] = [
    (ENOSPC, .full), (EIO, .inputOutput), (EACCES, .permissionDenied),
  ]

  @Test(
    "Whichever call fails, the write is there or not as a whole, and the next one succeeds",
    arguments: errors)
  func nth(code: Int32, expected: StorageError.Code) async throws {
    try await withFolder { folder in
      var storage = try await opened(folder)
      var done = 0
      var failures: Set<StorageError.Code> = []
      for number in 1...400 {
        SystemTrouble.schedule(code, at: number, in: folder)
        let before = done
        for _ in 0..<6 {
          do {
            done = try await storage.write { try ledger.write($0) }
          } catch let error as StorageError {
            failures.insert(error.code)
            // What failed while it was made safe may be there: it was not acknowledged.
            SystemTrouble.remove(from: folder)
            let found = try await storage.read { try ledger.check($0) }
            #expect((done...(done + 1)).contains(found), "call \(number)")
            done = found
          }
        }
        let reading = await failure { try await expect(done, in: storage, "call \(number)") }
        if let reading { failures.insert(reading.code) }
        await storage.close()
        let hasHappened = SystemTrouble.remove(from: folder)
        storage = try await opened(folder)
        try await expect(done, in: storage, "reopened after call \(number)")
        #expect(done >= before + 5)
        if !hasHappened && number > 60 { break }
        #expect(number < 400)
      }
      #expect(failures.contains(expected))
      // SQLite takes what the disk cannot read for damage.
      #expect(failures.isSubset(of: [expected, .inputOutput, .cannotOpen, .corrupt]))
      await storage.close()
    }
  }

  @Test("A full disk fails writes as long as it is full, and no read")
  func full() async throws {
    try await withFolder { folder in
      let storage = try await opened(folder)
      for _ in 0..<10 { _ = try await storage.write { try ledger.write($0) } }
      SystemTrouble.schedule(
        ENOSPC, at: 1, of: [.write, .truncate], in: folder, isLasting: true)
      for _ in 0..<3 {
        #expect(await failure { try await write(to: storage) }?.code == .full)
        #expect(try await storage.read { try ledger.check($0) } == 10)
      }
      SystemTrouble.remove(from: folder)
      #expect(try await storage.write { try ledger.write($0) } == 11)
      try await expect(11, in: storage, "with room again")
      await storage.close()
    }
  }

  @Test("Permission lost while it runs is told where files are opened, until it is back")
  func permission() async throws {
    try await withFolder { folder in
      let storage = try await opened(folder)
      for _ in 0..<3 { _ = try await storage.write { try ledger.write($0) } }
      SystemTrouble.schedule(EACCES, at: 1, of: [.open, .write], in: folder, isLasting: true)
      let writing = await failure { try await write(to: storage) }
      // What SQLite does after a write that failed can hide why it failed.
      #expect(writing != nil)
      let reading = await failure {
        _ = try await storage.read { try ledger.check($0) }
      }
      #expect(reading?.code == .permissionDenied)
      let other = SQLiteStorage(at: folder + "/store.crm")
      let opening = await failure { try await other.open(Catalog(Ledger.kinds)) }
      #expect(opening?.code == .permissionDenied)
      SystemTrouble.remove(from: folder)
      #expect(try await storage.write { try ledger.write($0) } == 4)
      try await expect(4, in: storage, "with permission again")
      await storage.close()
    }
  }

  @Test("A file that was removed takes no more writes, and can be made anew")
  func removed() async throws {
    try await withFolder { folder in
      let storage = try await opened(folder)
      for _ in 0..<3 { _ = try await storage.write { try ledger.write($0) } }
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        try FileManager.default.removeItem(atPath: folder + "/" + name)
      }
      for _ in 0..<2 {
        let error = await failure { try await write(to: storage) }
        #expect(error?.code == .cannotOpen)
      }
      await storage.close()
      try await storage.open(Catalog(Ledger.kinds))
      #expect(try await storage.write { try ledger.write($0) } == 1)
      try await expect(1, in: storage, "made anew")
      await storage.close()
    }
  }

  @Test("A folder that was moved takes no writes until it is back where it was")
  func moved() async throws {
    try await withFolder { outer in
      let folder = outer + "/here"
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      let storage = try await opened(folder)
      for _ in 0..<3 { _ = try await storage.write { try ledger.write($0) } }
      try FileManager.default.moveItem(atPath: folder, toPath: outer + "/there")
      let error = await failure { try await write(to: storage) }
      #expect(error?.code == .cannotOpen)
      // Another store in its place is not written to.
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      let other = try await opened(folder)
      _ = try await other.write { try Ledger(writer: 1).write($0) }
      await other.close()
      #expect(
        await failure { try await write(to: storage) }?.code == .cannotOpen)
      try FileManager.default.removeItem(atPath: folder)
      try FileManager.default.moveItem(atPath: outer + "/there", toPath: folder)
      #expect(try await storage.write { try ledger.write($0) } == 4)
      try await expect(4, in: storage, "back where it was")
      await storage.close()
    }
  }
}
#endif
