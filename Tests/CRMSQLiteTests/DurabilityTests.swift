import CRMSQLite
import CRMStorage
import CSQLite
import Foundation
import Testing

@Suite("What is safe from a loss of power, and when", .timeLimit(.minutes(30)))
struct DurabilityTests {
  private let folder = Folder()

  private func opened(_ durability: Durability) async throws -> SQLiteStorage {
    let storage = SQLiteStorage(at: folder.store, durability: durability)
    try await storage.open(Catalog([Firm.self]))
    return storage
  }

  private func write(_ number: UInt64, to storage: SQLiteStorage) async throws {
    try await storage.write { try $0.insert(new: Firm(id: .made(number), name: "\(number)")) }
  }

  @Test("Each commit waits for the disk by itself, and nothing is left to do later")
  func everyCommit() async throws {
    let storage = try await opened(.everyCommit)
    for number in 1...3 as ClosedRange<UInt64> { try await write(number, to: storage) }
    let state = try await storage.logState()
    #expect(state.synchronous == 2)
    #expect(state.syncs == 0)
    await storage.close()
  }

  @Test("Commits that do not wait are on the disk within the time, many of them at once")
  func grouped() async throws {
    let storage = try await opened(.grouped(within: .milliseconds(200)))
    let start = ContinuousClock.now
    for number in 1...50 as ClosedRange<UInt64> { try await write(number, to: storage) }
    let isQuick = ContinuousClock.now - start < .milliseconds(80)
    #expect(try await storage.logState().synchronous == 1)
    while try await storage.logState().syncs == 0 { try await Task.sleep(for: .milliseconds(2)) }
    // Asked for after half of the time; a busy machine may be late, but is never early.
    #expect(ContinuousClock.now - start >= .milliseconds(100))
    if isQuick { #expect(try await storage.logState().syncs == 1) }
    let before = try await storage.logState().syncs
    try await write(51, to: storage)
    while try await storage.logState().syncs == before {
      try await Task.sleep(for: .milliseconds(2))
    }
    await storage.close()
  }

  @Test(
    "A write that changes nothing asks nothing of the disk, and closing asks once",
    arguments: [Durability.grouped(within: .seconds(3_600)), .onClose])
  func atClose(durability: Durability) async throws {
    let storage = try await opened(durability)
    let other = try await opened(durability)
    try await storage.write { _ in }
    #expect(try await storage.logState() == other.logState())
    for number in 1...3 as ClosedRange<UInt64> { try await write(number, to: storage) }
    #expect(try await storage.logState().syncs == 0)
    let syncs = try await storage.logSyncs()
    await storage.close()
    // The other still has the file open, so that the log stays as it is.
    #expect(syncs() == 1)
    #expect(try await other.logState().bytes > 0)
    await other.close()
    #expect(!FileManager.default.fileExists(atPath: folder.store + "-wal"))
  }
}

@Suite("The log is kept in bounds", .timeLimit(.minutes(30)))
struct LogBoundTests {
  private let folder = Folder()

  /// Writes so many megabytes, one a write.
  private func write(megabytes: ClosedRange<UInt64>, to storage: SQLiteStorage) async throws {
    for number in megabytes {
      var person = Person(id: .made(number))
      person.key = Blob([UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)])
      person.photo = Blob([UInt8](repeating: 7, count: 1_000_000))
      try await storage.write { try $0.insert(new: person) }
    }
  }

  private let bound = 50_000_000

  @Test("However much is written, the log stays small")
  func writing() async throws {
    let storage = try await opened(folder)
    var most = 0
    for part in 0..<8 as Range<UInt64> {
      try await write(megabytes: (part * 10 + 1)...(part * 10 + 10), to: storage)
      most = max(most, try await storage.logState().bytes)
    }
    #expect(most < bound)
    #expect(most > 0)
  }

  @Test("The log stays small while at any moment somebody reads")
  func overlappingReads() async throws {
    let storage = try await opened(folder, readers: 4)
    try await write(megabytes: 1...1, to: storage)
    let isDone = Flag()
    let most = try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<3 {
        group.addTask {
          while !isDone.isSet {
            try await storage.read { reader in
              _ = try reader.count(Query<Person>())
              // Waiting keeps what is read as reading on does, and takes nobody's time.
              usleep(5_000)
              _ = try reader.count(Query<Person>())
            }
          }
        }
      }
      var most = 0
      for part in 1..<10 as Range<UInt64> {
        try await write(megabytes: (part * 10 + 1)...(part * 10 + 10), to: storage)
        most = max(most, try await storage.logState().bytes)
      }
      isDone.set()
      try await group.waitForAll()
      return most
    }
    #expect(most < bound)
  }

  @Test("A long read keeps its snapshot, makes the log grow, and lets it shrink at its end")
  func longRead() async throws {
    let writer = try await opened(folder)
    try await write(megabytes: 1...1, to: writer)
    let reader = Stranger(folder.store)
    #expect(reader.run("BEGIN") == SQLITE_OK)
    #expect(reader.row("SELECT count(*) FROM people") == ["1"])
    // None of these writes waits for the reader to end, which it does only after them.
    for number in 2...71 as ClosedRange<UInt64> {
      try await write(megabytes: number...number, to: writer)
    }
    #expect(try await writer.logState().bytes > 70_000_000)
    #expect(reader.row("SELECT count(*) FROM people") == ["1"])
    #expect(reader.run("COMMIT") == SQLITE_OK)
    // The first moves all pages to the tables, the second begins the log anew.
    try await write(megabytes: 72...73, to: writer)
    #expect(try await writer.logState().bytes < bound)
    #expect(try await writer.read { try $0.count(Query<Person>()) } == 73)
  }

  @Test("Whatever was read, and however it ended, the log can be emptied afterwards")
  func resetStatements() async throws {
    struct Stop: Error {}
    let storage = try await opened(folder)
    try await storage.write { store in
      for number in 1...30 as ClosedRange<UInt64> {
        try store.insert(new: Firm(id: .made(number), name: "firm \(number)"))
        try store.insert(new: Entry(id: Identifier(number: Int64(number)), text: "a b"))
      }
    }
    let other = Stranger(folder.store)
    let reads: [(any StorageReader) throws -> Void] = [
      { _ = try $0.get(Identifier<Firm>.made(1)) },
      { _ = try $0.get(Identifier<Firm>.made(99)) },
      { _ = try $0.get((1...30).map { Identifier<Firm>.made($0) }) },
      { _ = try $0.count(Query<Firm>()) },
      { _ = try $0.page(Query<Firm>(limit: 7)) },
      { try $0.scan(Query<Firm>()) { _ in false } },
      { try $0.scan(Query<Firm>()) { _ in throw Stop() } },
      { reader in
        try reader.scan(Query<Firm>()) { _ in
          try reader.scan(Query<Entry>()) { _ in throw Stop() }
          return true
        }
      },
      { try $0.scanEntries(EntryQuery(Entry.fields.words, prefix: "")) { _ in false } },
      { try $0.scanEntries(EntryQuery(Entry.fields.words, prefix: "")) { _ in throw Stop() } },
      { _ in throw Stop() },
    ]
    for (number, body) in reads.enumerated() {
      try? await storage.read(body)
      #expect(other.run("INSERT INTO firms VALUES (randomblob(16), 'x\(number)')") == SQLITE_OK)
      #expect(other.row("PRAGMA wal_checkpoint(TRUNCATE)") == ["0", "0", "0"], "read \(number)")
      try? await storage.write(body)
      #expect(other.run("INSERT INTO firms VALUES (randomblob(16), 'y\(number)')") == SQLITE_OK)
      #expect(other.row("PRAGMA wal_checkpoint(TRUNCATE)") == ["0", "0", "0"], "write \(number)")
    }
    _ = try await storage.verify()
    #expect(other.run("INSERT INTO firms VALUES (randomblob(16), 'z')") == SQLITE_OK)
    #expect(other.row("PRAGMA wal_checkpoint(TRUNCATE)") == ["0", "0", "0"])
  }
}

/// Something that happens once.
final class Flag: Sendable {
  private let state = Locked(false)
  var isSet: Bool { state.withLock { $0 } }
  func set() { state.withLock { $0 = true } }
}
