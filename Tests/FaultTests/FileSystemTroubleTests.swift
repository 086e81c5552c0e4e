#if os(Linux)
import CRMStorage
import Foundation
import TestSupport
import Testing

@Suite("A file store when the system fails", .timeLimit(.minutes(30)))
struct FileSystemTroubleTests {
  @Test("A file that takes no more refuses writes and no read, until it does")
  func full() async throws {
    try await withFolder { folder in
      await #expect(processExitsWith: .success) { [folder = folder as String] in
        // The system writes what there is room for, and fails then.
        signal(SIGXFSZ, SIG_IGN)
        let storage = try await openedStore(folder)
        var done = 0
        limitFiles(to: 8_000)
        while done < 1_000 {
          do {
            done = try await storage.write { try ledger.write($0) }
          } catch let error as StorageError {
            #expect(error.code == .full)
            break
          }
        }
        #expect((1..<1_000).contains(done))
        limitFiles(to: 0)
        for _ in 0..<3 {
          #expect(await failure { try await write(to: storage) }?.code == .full)
          #expect(try await storage.read { try ledger.check($0) } == done)
        }
        limitFiles(to: .max)
        #expect(try await storage.write { try ledger.write($0) } == done + 1)
        try await check(done + 1, in: storage, "with room again")
      }
    }
  }

  @Test("Permission lost while it runs is told, where it keeps from writing, until it is back")
  func permission() async throws {
    try await withFolder { folder in
      await #expect(processExitsWith: .success) { [folder = folder as String] in
        giveUpPrivileges(in: folder)
        let storage = try await openedStore(folder)
        for _ in 0..<3 { try await write(to: storage) }
        #expect(chmod(folder + "/store", 0) == 0)
        let writing = await failure { try await write(to: storage) }
        #expect(writing?.code == .permissionDenied)
        #expect(await failure { try await storage.compact() }?.code == .permissionDenied)
        #expect(try await storage.read { try ledger.check($0) } == 3)
        let other = FileStorage(in: folder + "/store")
        let opening = await failure { try await other.open(Catalog(Ledger.kinds)) }
        #expect(opening?.code == .permissionDenied)
        #expect(chmod(folder + "/store", 0o700) == 0)
        #expect(try await storage.write { try ledger.write($0) } == 4)
        try await storage.compact()
        try await check(4, in: storage, "with permission again")
      }
    }
  }

  @Test("Files removed under it are written anew, whichever they are")
  func removedFiles() async throws {
    try await withFolder { folder in
      let storage = try await openedStore(folder)
      var done = 0
      for round in 0..<6 {
        for _ in 0..<2 { done = try await storage.write { try ledger.write($0) } }
        if round.isMultiple(of: 2) { try await storage.compact() }
        let found = try names(in: folder)
        // The lock, the journal, the snapshot, in turn; at last all of them.
        for (position, name) in found.enumerated() where round > 3 || position == round % 3 {
          try FileManager.default.removeItem(atPath: "\(folder)/store/\(name)")
        }
        for _ in 0..<3 {
          let error = await failure {
            done = try await storage.write { try ledger.write($0) }
          }
          #expect([nil, .cannotOpen, .inputOutput].contains(error?.code))
        }
        let next = try await storage.write { try ledger.write($0) }
        #expect(next == done + 1)
        done = next
        try await storage.compact()
        #expect(try await storage.verify().isSound)
      }
      try await check(done, in: storage, "in the end")
    }
  }

  @Test("A folder that is removed takes no writes until there is one again")
  func removedFolder() async throws {
    try await withFolder { folder in
      let storage = try await openedStore(folder)
      for _ in 0..<3 { try await write(to: storage) }
      try FileManager.default.removeItem(atPath: folder + "/store")
      for _ in 0..<2 {
        #expect(await failure { try await write(to: storage) }?.code == .cannotOpen)
        #expect(await failure { try await storage.compact() }?.code == .cannotOpen)
      }
      #expect(try await storage.read { try ledger.check($0) } == 3)
      try FileManager.default.createDirectory(
        atPath: folder + "/store", withIntermediateDirectories: false)
      #expect(try await storage.write { try ledger.write($0) } == 4)
      let other = FileStorage(in: folder + "/store")
      #expect(await failure { try await other.open(Catalog(Ledger.kinds)) }?.code == .busy)
      try await check(4, in: storage, "in the new folder")
    }
  }

  @Test("Another store in the place of a folder that was moved is left alone")
  func movedFolder() async throws {
    try await withFolder { folder in
      let storage = try await openedStore(folder)
      for _ in 0..<3 { try await write(to: storage) }
      let manager = FileManager.default
      try manager.moveItem(atPath: folder + "/store", toPath: folder + "/elsewhere")
      let other = try await openedStore(folder)
      _ = try await other.write { try Ledger(writer: 1).write($0) }
      for isOpen in [true, false] {
        if !isOpen { await other.close() }
        let before = try names(in: folder)
        for _ in 0..<3 {
          #expect(await failure { try await write(to: storage) }?.code == .cannotOpen)
          #expect(await failure { try await storage.compact() }?.code == .cannotOpen)
        }
        #expect(try names(in: folder) == before)
      }
      try await other.open(Catalog(Ledger.kinds))
      #expect(try await other.read { try Ledger(writer: 1).check($0) } == 1)
      await other.close()
      try manager.removeItem(atPath: folder + "/store")
      try manager.moveItem(atPath: folder + "/elsewhere", toPath: folder + "/store")
      #expect(try await storage.write { try ledger.write($0) } == 4)
      try await check(4, in: storage, "back where it was")
    }
  }
}

private let ledger = Ledger(writer: 0)

private func openedStore(_ folder: String) async throws -> FileStorage {
  let storage = FileStorage(in: folder + "/store")
  try await storage.open(Catalog(Ledger.kinds))
  return storage
}

private func write(to storage: FileStorage) async throws {
  try await storage.write { _ = try ledger.write($0) }
}

/// Checks that exactly so many writes are there and nothing is wrong, here and once reopened.
private func check(_ done: Int, in storage: FileStorage, _ place: String) async throws {
  #expect(try await storage.read { try ledger.check($0) } == done, "\(place)")
  let report = try await storage.verify()
  #expect(report.isSound, "\(place): \(report)")
  await storage.close()
  try await storage.open(Catalog(Ledger.kinds))
  #expect(try await storage.read { try ledger.check($0) } == done, "\(place), reopened")
  await storage.close()
}

private func names(in folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder + "/store").sorted()
}

/// Limits how long files of this process can get, those that are open included.
private func limitFiles(to bytes: rlim_t) {
  var limit = rlimit(rlim_cur: bytes, rlim_max: rlim_t.max)
  let result = setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
  precondition(result == 0, "The system does not limit files.")
}

/// Goes on as a user whom permissions keep out, who owns a folder.
private func giveUpPrivileges(in folder: String) {
  guard geteuid() == 0 else { return }
  let nobody: uid_t = 65_534
  precondition(chown(folder, nobody, nobody) == 0 && setgid(nobody) == 0 && setuid(nobody) == 0)
}
#endif
