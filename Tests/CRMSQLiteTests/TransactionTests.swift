import CRMSQLite
import CRMStorage
import CSQLite
import Foundation
import Testing

private struct Interruption: Error {}

private func firm(_ number: UInt64) -> Firm { Firm(id: .made(number), name: "firm \(number)") }

@Suite struct TransactionTests {
  let folder = Folder()

  @Test("A write that throws leaves nothing behind and throws the closure's own error")
  func rollback() async throws {
    let storage = try await opened(folder)
    await #expect(throws: Interruption.self) {
      try await storage.write { store in
        try store.insert(new: firm(1))
        throw Interruption()
      }
    }
    #expect(try await storage.read { try $0.count(Query<Firm>()) } == 0)
  }

  @Test("An attempt that throws is undone, also within another, and the rest is kept")
  func attempt() async throws {
    let storage = try await opened(folder)
    try await storage.write { store in
      try store.insert(new: firm(1))
      try store.attempt {
        try store.insert(new: firm(2))
        #expect(throws: Interruption.self) {
          try store.attempt {
            try store.insert(new: firm(3))
            throw Interruption()
          }
        }
      }
      #expect(throws: Interruption.self) {
        try store.attempt {
          try store.attempt { try store.insert(new: firm(4)) }
          throw Interruption()
        }
      }
    }
    let names = try await storage.read { try $0.rows(Query<Firm>()).map(\.row.name) }
    #expect(names == ["firm 1", "firm 2"])
  }

  @Test("Writing while a scan runs is refused, also from within another")
  func writeDuringScan() async throws {
    let storage = try await opened(folder)
    try await storage.write { store in
      try store.insert(new: firm(1))
      try store.insert(new: firm(2))
      var codes: [StorageError.Code?] = []
      try store.scan(Query<Firm>()) { row in
        try store.scan(Query<Firm>()) { _ in false }
        codes.append(failure { try store.insert(new: firm(3)) }?.code)
        codes.append(failure { try store.delete(row) }?.code)
        codes.append(failure { try store.attempt { try store.update(row, from: row) } }?.code)
        return true
      }
      #expect(codes == Array(repeating: .writeDuringScan, count: 6))
      try store.insert(new: firm(3))
    }
  }

  @Test("A transaction refuses use after its closure has ended")
  func ended() async throws {
    let storage = try await opened(folder)
    let reader = try await storage.read { $0 }
    let writer = try await storage.write { $0 }
    #expect(failure { _ = try reader.count(Query<Firm>()) }?.code == .transactionEnded)
    #expect(failure { _ = try writer.get(Identifier<Firm>.made(1)) }?.code == .transactionEnded)
    #expect(failure { try writer.insert(new: firm(1)) }?.code == .transactionEnded)
    #expect(failure { try writer.attempt {} }?.code == .transactionEnded)
  }

  @Test("A store that is not open says so; opened again, it goes on")
  func closed() async throws {
    let storage = SQLiteStorage(at: folder.store)
    #expect(await failure { try await storage.read { _ in } }?.code == .closed)
    try await storage.open(Catalog([Firm.self]))
    try await storage.write { store in try store.insert(new: firm(1)) }
    try await storage.open(Catalog(kinds))
    try await storage.write { store in try store.insert(new: Person(id: .made(1))) }
    await storage.close()
    await storage.close()
    #expect(await failure { try await storage.write { _ in } }?.code == .closed)
    try await storage.open(Catalog(kinds))
    #expect(try await storage.read { try $0.count(Query<Firm>()) } == 1)
  }

  @Test("A read sees what was there when it began, whatever is committed meanwhile")
  func snapshot() async throws {
    let storage = try await opened(folder)
    try await storage.write { store in try store.insert(new: firm(1)) }
    let other = Stranger(folder.store)
    try await storage.read { (store) throws in
      #expect(other.run("INSERT INTO firms VALUES (randomblob(16), 'other')") == SQLITE_OK)
      #expect(try store.count(Query<Firm>()) == 1)
      #expect(other.run("INSERT INTO firms VALUES (randomblob(16), 'third')") == SQLITE_OK)
      #expect(try store.rows(Query<Firm>()).count == 1)
    }
    #expect(try await storage.read { try $0.count(Query<Firm>()) } == 3)
  }

  @Test("Readers beside a writer see all of a commit or nothing of it")
  func concurrency() async throws {
    let storage = try await opened(folder, readers: 2)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<3 {
        group.addTask {
          for round in 0..<20 {
            try await storage.write { store in
              let start = UInt64(writer * 1_000 + round * 10)
              for number in start..<(start + 5) { try store.insert(new: firm(number)) }
            }
          }
        }
      }
      for _ in 0..<6 {
        group.addTask {
          for _ in 0..<50 {
            let counts = try await storage.read { (store) throws in
              [try store.count(Query<Firm>()), try store.rows(Query<Firm>()).count]
            }
            #expect(counts[0] == counts[1] && counts[0] % 5 == 0)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await storage.read { try $0.count(Query<Firm>()) } == 300)
  }

  @Test("A lock another process keeps ends in busy once the time is up")
  func busy() async throws {
    let storage = try await opened(folder, busyTimeout: .milliseconds(50))
    let other = Stranger(folder.store)
    #expect(other.run("BEGIN IMMEDIATE") == SQLITE_OK)
    #expect(await failure { try await storage.write { _ in } }?.code == .busy)
    #expect(try await storage.read { try $0.count(Query<Firm>()) } == 0)
    #expect(other.run("COMMIT") == SQLITE_OK)
    try await storage.write { store in try store.insert(new: firm(1)) }
  }

  @Test("A write goes on as soon as another process lets go of its lock")
  func patience() async throws {
    let storage = try await opened(folder)
    let other = Stranger(folder.store)
    #expect(other.run("BEGIN IMMEDIATE") == SQLITE_OK)
    async let written: Void = storage.write { store in try store.insert(new: firm(1)) }
    try await Task.sleep(for: .milliseconds(30))
    #expect(other.run("COMMIT") == SQLITE_OK)
    try await written
  }

  @Test("A task that is cancelled while it waits for its turn does not get one")
  func cancellation() async throws {
    let storage = try await opened(folder)
    let other = Stranger(folder.store)
    #expect(other.run("BEGIN IMMEDIATE") == SQLITE_OK)
    let first = Task { try await storage.write { store in try store.insert(new: firm(1)) } }
    try await Task.sleep(for: .milliseconds(20))
    let second = Task { try await storage.write { store in try store.insert(new: firm(2)) } }
    let third = Task { try await storage.write { store in try store.insert(new: firm(3)) } }
    try await Task.sleep(for: .milliseconds(20))
    second.cancel()
    await #expect(throws: CancellationError.self) { try await second.value }
    #expect(other.run("COMMIT") == SQLITE_OK)
    try await first.value
    try await third.value
    #expect(try await storage.read { try $0.count(Query<Firm>()) } == 2)
  }

  @Test("Closing waits for those who came before")
  func closingWaits() async throws {
    let storage = try await opened(folder)
    let other = Stranger(folder.store)
    #expect(other.run("BEGIN IMMEDIATE") == SQLITE_OK)
    let waiting = Task { try await storage.write { store in try store.insert(new: firm(1)) } }
    try await Task.sleep(for: .milliseconds(20))
    let closing = Task { await storage.close() }
    try await Task.sleep(for: .milliseconds(20))
    #expect(other.run("COMMIT") == SQLITE_OK)
    try await waiting.value
    await closing.value
    #expect(other.row("SELECT count(*) FROM firms") == ["1"])
  }

  @Test("A full disk fails the write, even one that goes on, and leaves the store usable")
  func full() async throws {
    let storage = try await opened(folder)
    try await storage.write { store in try store.insert(new: firm(1)) }
    let pages = Int(Stranger(folder.store).row("PRAGMA page_count")[0] ?? "") ?? 0
    try await storage.limit(pages: pages + 4)
    let error = await failure {
      try await storage.write { store in
        for number in 2..<5_000 { try? store.insert(new: firm(UInt64(number))) }
      }
    }
    #expect(error?.code == .full)
    #expect(try await storage.read { try $0.rows(Query<Firm>()).count } == 1)
    try await storage.limit(pages: 1_000_000)
    try await storage.write { store in
      for number in 2..<5_000 { try store.insert(new: firm(UInt64(number))) }
    }
    #expect(try await storage.read { try $0.count(Query<Firm>()) } == 4_999)
  }
}
