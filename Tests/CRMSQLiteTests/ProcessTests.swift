import CRMSQLite
import CRMStorage
import Foundation
import Testing

/// What a child of the tests does, in a process of its own on the same file.
private enum Child {
  static func storage(_ path: String) async throws -> SQLiteStorage {
    let storage = SQLiteStorage(at: path, durability: .onClose, busyTimeout: .seconds(60))
    try await storage.open(Catalog([Firm.self, Entry.self]))
    return storage
  }

  /// Adds to the number that two rows have in common, so many times.
  static func count(in path: String, times: Int) async throws {
    let storage = try await storage(path)
    for _ in 0..<times {
      try await storage.write { store in
        let next = try number(in: store) + 1
        for id in [Identifier<Firm>.made(1), .made(2)] {
          try store.replace(id) { $0.name = "\(id == .made(1) ? "a" : "b") \(next)" }
        }
        try store.insert(new: Entry(id: Identifier(number: Int64(next)), text: "x"))
      }
    }
    await storage.close()
  }

  /// The number, which both rows have.
  static func number(in store: any StorageReader) throws -> Int {
    let numbers = try [Identifier<Firm>.made(1), .made(2)].map { id in
      Int(try store.get(id)?.row.name.dropFirst(2) ?? "") ?? -1
    }
    try #require(numbers[0] == numbers[1])
    return numbers[0]
  }

  /// Holds the only write there is at a time until a file appears.
  static func hold(_ path: String) async throws {
    let storage = try await storage(path)
    try await storage.write { store in
      try store.insert(new: Firm(id: .made(99), name: "held"))
      try Data().write(to: URL(fileURLWithPath: path + ".held"))
      // Nobody tells a child whose parent failed; it ends by itself.
      for _ in 0..<300_000 where !FileManager.default.fileExists(atPath: path + ".go") {
        usleep(2_000)
      }
    }
    await storage.close()
  }
}

@Suite("Several processes on one file", .timeLimit(.minutes(30)))
struct ProcessTests {
  private let folder = Folder()

  @Test("Reads and writes of three processes interleave, and none is lost or seen by half")
  func interleaved() async throws {
    let storage = try await Child.storage(folder.store)
    try await storage.write { store in
      try store.insert(new: Firm(id: .made(1), name: "a 0"))
      try store.insert(new: Firm(id: .made(2), name: "b 0"))
    }
    let path = folder.store
    let (times, isDone) = (60, Flag())
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        await #expect(processExitsWith: .success) {
          [path = path as String, times = times as Int] in
          try await Child.count(in: path, times: times)
        }
      }
      group.addTask {
        await #expect(processExitsWith: .success) {
          [path = path as String, times = times as Int] in
          try await Child.count(in: path, times: times)
        }
      }
      group.addTask { try await Child.count(in: path, times: times) }
      async let reading: Void = {
        var last = 0
        while !isDone.isSet {
          let (number, entries) = try await storage.read {
            (try Child.number(in: $0), try $0.count(Query<Entry>()))
          }
          #expect(number >= last && number == entries)
          last = number
          try await Task.sleep(for: .milliseconds(1))
        }
      }()
      try await group.waitForAll()
      isDone.set()
      try await reading
    }
    #expect(try await storage.read { try Child.number(in: $0) } == 3 * times)
    #expect(try await storage.verify().problems == [])
    await storage.close()
  }

  @Test("Another process's write is waited for, and then told of as busy")
  func busy() async throws {
    let patient = try await Child.storage(folder.store)
    let hasty = SQLiteStorage(at: folder.store, busyTimeout: .milliseconds(30))
    try await hasty.open(Catalog([Firm.self]))
    let path = folder.store
    async let child: Void = {
      await #expect(processExitsWith: .success) { [path = path as String] in
        try await Child.hold(path)
      }
    }()
    for _ in 0..<300_000 where !FileManager.default.fileExists(atPath: path + ".held") {
      try await Task.sleep(for: .milliseconds(2))
    }
    let error = await failure {
      try await hasty.write { try $0.insert(new: Firm(id: .made(1), name: "hasty")) }
    }
    #expect(error?.code == .busy)
    // Reads do not wait, and see nothing of what is not committed.
    #expect(try await hasty.read { try $0.count(Query<Firm>()) } == 0)
    async let waiting: Void = patient.write {
      try $0.insert(new: Firm(id: .made(2), name: "patient"))
    }
    try Data().write(to: URL(fileURLWithPath: path + ".go"))
    try await waiting
    await child
    try await hasty.write { try $0.insert(new: Firm(id: .made(1), name: "hasty")) }
    #expect(try await patient.read { try $0.count(Query<Firm>()) } == 3)
  }
}
