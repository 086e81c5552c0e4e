import CRMSQLite
import CRMStorage
import CSQLite
import Foundation
import Testing

@Suite("Backing up, restoring and compacting a file", .timeLimit(.minutes(30)))
struct BackupTests {
  private let folder = Folder()

  private var backup: String { folder.path + "/backup.crm" }

  private var files: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  }

  private func fill(_ storage: SQLiteStorage, _ numbers: ClosedRange<UInt64>) async throws {
    try await storage.write { store in
      for number in numbers {
        try store.insert(
          new: Firm(id: .made(number), name: "firm \(number) " + String(repeating: "x", count: 900))
        )
      }
    }
  }

  @Test("A backup made while others write is whole, of one moment, and a store by itself")
  func inUse() async throws {
    let storage = try await opened(folder)
    try await fill(storage, 1...5_000)
    let isDone = Flag()
    async let written: Int = {
      var pairs = 0
      while !isDone.isSet {
        pairs += 1
        let first = UInt64(10_000 + 2 * pairs)
        try await fill(storage, first...(first + 1))
        await Task.yield()
      }
      return pairs
    }()
    while try await storage.read({ try $0.count(Query<Firm>()) }) < 5_010 { await Task.yield() }
    try await storage.backup(to: backup, progress: nil)
    isDone.set()
    #expect(try await written > 0)
    await storage.close()
    #expect(try files == ["backup.crm", "shop.crm"])
    let copy = SQLiteStorage(at: backup)
    try await copy.open(Catalog(kinds))
    let count = try await copy.read { try $0.count(Query<Firm>()) }
    #expect(count >= 5_010 && count.isMultiple(of: 2))
    #expect(try await copy.verify().problems == [])
    try await fill(copy, 1_000_000...1_000_001)
    await copy.close()
    #expect(try files == ["backup.crm", "shop.crm"])
  }

  @Test("A process that is killed while it backs up leaves no file of the name")
  func killed() async throws {
    let storage = try await opened(folder)
    try await fill(storage, 1...5_000)
    await storage.close()
    let (path, target) = (folder.store, backup)
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, target = target as String] in
      let storage = SQLiteStorage(at: path)
      try await storage.open(Catalog(kinds))
      try await storage.backup(to: target) { step in
        if step.done > 0 { kill(getpid(), SIGKILL) }
      }
    }
    #expect(try !files.contains("backup.crm"))
    #expect(try files.contains { $0.hasPrefix("backup.crm.partial-") })
    let again = try await opened(folder)
    try await again.backup(to: backup, progress: nil)
    try await again.open(Catalog(kinds))
    #expect(try await again.read { try $0.count(Query<Firm>()) } == 5_000)
    await again.close()
    #expect(Stranger(backup).row("SELECT count(*) FROM firms") == ["5000"])
  }

  @Test("A store that is in use can be restored from as well, and stays as it is")
  func fromStore() async throws {
    let storage = try await opened(folder)
    try await fill(storage, 1...20)
    let other = SQLiteStorage(at: backup)
    try await other.restore(from: folder.store, as: Catalog(kinds), progress: nil)
    #expect(try await other.read { try $0.count(Query<Firm>()) } == 20)
    try await fill(storage, 21...22)
    #expect(try await other.read { try $0.count(Query<Firm>()) } == 20)
    #expect(try await storage.read { try $0.count(Query<Firm>()) } == 22)
  }

  @Test("A damaged backup, and another program's file, are refused and leave nothing")
  func damaged() async throws {
    let storage = try await opened(folder)
    try await fill(storage, 1...500)
    try await storage.backup(to: backup, progress: nil)
    var content = try folder.content(of: backup)
    let page = try #require(
      Int(
        Stranger(backup)
          .row("SELECT rootpage FROM sqlite_schema WHERE name = 'firms__name'")[0] ?? ""))
    let start = (page - 1) * 4_096
    for position in start..<(start + 300) { content[position] ^= 0x5A }
    let damaged = folder.path + "/damaged.crm"
    try content.write(to: URL(fileURLWithPath: damaged))
    let strange = folder.path + "/strange.db"
    #expect(Stranger(strange).run("CREATE TABLE t (x)") == SQLITE_OK)
    let target = SQLiteStorage(at: folder.path + "/new.crm")
    let first = await failure {
      try await target.restore(from: damaged, as: Catalog(kinds), progress: nil)
    }
    #expect(first?.code == .corrupt)
    let second = await failure {
      try await target.restore(from: strange, as: Catalog(kinds), progress: nil)
    }
    #expect(second?.code == .notAStore)
    #expect(try files.filter { $0.hasPrefix("new") } == [])
    try await target.restore(from: backup, as: Catalog(kinds), progress: nil)
    #expect(try await target.read { try $0.count(Query<Firm>()) } == 500)
  }

  @Test("What another store left beside the file is no part of a restored one")
  func leftovers() async throws {
    let storage = try await opened(folder)
    try await fill(storage, 1...20)
    try await storage.backup(to: backup, progress: nil)
    for suffix in ["-wal", "-journal", "-shm"] {
      let path = folder.path + "/new.crm"
      try Data("old".utf8).write(to: URL(fileURLWithPath: path + suffix))
      let target = SQLiteStorage(at: path)
      let error = await failure {
        try await target.restore(from: backup, as: Catalog(kinds), progress: nil)
      }
      #expect(error?.code == .alreadyExists)
      #expect(error?.message.contains("new.crm\(suffix)") == true)
      #expect(try files.filter { $0.hasPrefix("new") } == ["new.crm\(suffix)"])
      try FileManager.default.removeItem(atPath: path + suffix)
    }
  }

  @Test("Backing up to, and importing from, a store in use leaves its locks alone")
  func locks() async throws {
    let storage = try await opened(folder)
    try await fill(storage, 1...20)
    let path = folder.store
    // Closed last: that lets go of all locks on the file.
    let descriptor = open(path, O_RDWR)
    defer { _ = close(descriptor) }
    #expect(isLocked(descriptor))
    let taken = await failure { try await storage.backup(to: path, progress: nil) }
    #expect(taken?.code == .alreadyExists)
    #expect(isLocked(descriptor))
    let error = await failure {
      let other = MemoryStorage()
      try await other.open(Catalog(kinds))
      try await other.import(from: path)
    }
    #expect(error?.code == .notAStore)
    #expect(isLocked(descriptor))
    await storage.close()
  }

  /// Whether another owner, as a process is, would find a lock.
  private func isLocked(_ descriptor: Int32) -> Bool {
    #if canImport(Darwin)
    let command: Int32 = 92  // F_OFD_GETLK
    #else
    let command: Int32 = 36
    #endif
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    return fcntl(descriptor, command, &lock) == 0 && lock.l_type != Int16(F_UNLCK)
  }

  @Test("Compacting gives room back to the disk while others read")
  func compacting() async throws {
    let storage = try await opened(folder)
    try await fill(storage, 1...10_000)
    try await storage.write { store in
      for number in 1...9_900 as ClosedRange<UInt64> {
        try store.delete(try #require(try store.get(Identifier<Firm>.made(number))))
      }
    }
    let (isDone, hasRead) = (Flag(), Flag())
    async let reading: Void = {
      while !isDone.isSet {
        let count = try await storage.read { try $0.count(Query<Firm>()) }
        #expect(count == 100)
        hasRead.set()
        await Task.yield()
      }
    }()
    while !hasRead.isSet { try await Task.sleep(for: .milliseconds(1)) }
    try await storage.compact()
    isDone.set()
    try await reading
    #expect(try await storage.verify().problems == [])
    await storage.close()
    #expect(try folder.content(of: folder.store).count < 1_000_000)
  }

  @Test("Loading asks for references at its end, and writes do again at once")
  func loading() async throws {
    let storage = try await opened(folder)
    var person = Person(id: .made(1), name: "early")
    person.employer = .made(7)
    person.referrer = .made(1)
    let early = person
    let missing = await failure {
      try await storage.load { try $0.insert(new: early) }
    }
    #expect(missing?.code == .unknownReference)
    #expect(missing?.record == "people" && missing?.field == "employer")
    #expect(missing?.identifier == early.id.description)
    #expect(try await storage.read { try $0.count(Query<Person>()) } == 0)
    try await storage.load { store in
      try store.insert(new: early)
      try store.insert(new: Firm(id: .made(7), name: "late"))
    }
    person = Person(id: .made(2), name: "next")
    person.key = Blob([2])
    person.employer = .made(8)
    let next = person
    let refused = await failure { try await storage.write { try $0.insert(new: next) } }
    #expect(refused?.code == .unknownReference, "\(String(describing: refused))")
    #expect(try await storage.verify().problems == [])
  }
}
