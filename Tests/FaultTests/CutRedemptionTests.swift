import CRMKit
import CRMStorage
import CRMTesting
import CSQLite
import Foundation
import TestSupport
import Testing

/// I09: wherever a process ends in the middle of one redemption, it is there whole or not at all.
@Suite("A redemption that is cut off", .timeLimit(.minutes(30)))
struct CutRedemptionTests {
  // MARK: Files

  private func store(on disk: SimulatedDisk) -> FileStorage {
    FileStorage(in: "shop", fileSystem: disk)
  }

  @Test("I09: Files have it or not, whichever operation is the last before the process ends")
  func files() async throws {
    let (start, redemption) = try await begunFiles()
    for number in 1...1_000 {
      let disk = start.afterPowerLoss(.nothing)
      let storage = store(on: disk)
      let crm = try await Redemption.open(storage)
      disk.schedule(.powerCut, at: number)
      let isAcknowledged = (try? await Redemption.ask(crm)) != nil
      try? await storage.compact()
      await crm.close()
      guard disk.faultsHappened > 0 else {
        #expect(number > 10)
        return
      }
      for loss in losses(number) {
        for seed in 0..<Soak.factor {
          let found = disk.afterPowerLoss(loss, seed: UInt64(number * 1_000 + seed))
          try await redemption.check(
            store(on: found), mustBeThere: isAcknowledged,
            "operation \(number), \(loss) lost, seed \(seed)")
        }
      }
    }
    Issue.record("It has no end.")
  }

  /// That the process alone ends, that all is lost that can be, and one of the others in turn.
  private func losses(_ number: Int) -> [PowerLoss] {
    let others: [PowerLoss] = [.tail, .scattered, .torn]
    return [.nothing, .everything] + (Soak.factor > 1 ? others : [others[number % 3]])
  }

  @Test("I09: Files have it or not, whatever part of the journal the process has got to write")
  func journal() async throws {
    let (start, redemption) = try await begunFiles()
    let disk = start.afterPowerLoss(.nothing)
    let crm = try await Redemption.open(store(on: disk))
    let journal = try #require(disk.files.last { $0.contains("journal") })
    let size = try #require(disk.content(of: journal)).count
    try await Redemption.ask(crm)
    #expect(disk.files.last { $0.contains("journal") } == journal)
    let end = try #require(disk.content(of: journal)).count
    #expect(end > size + 500)
    for part in Array(stride(from: size, to: end, by: 61 / min(Soak.factor, 61))) + [end - 1, end] {
      let found = disk.afterPowerLoss(.nothing)
      found.damage(journal) { $0.removeLast(end - part) }
      let isThere = try await redemption.check(
        store(on: found), mustBeThere: part == end, "\(part - size) bytes")
      #expect(isThere == (part == end))
    }
    await crm.close()
  }

  /// A disk with a store before the redemption.
  private func begunFiles() async throws -> (SimulatedDisk, Redemption) {
    let disk = SimulatedDisk()
    try await Redemption.begin(in: store(on: disk)).close()
    let start = disk.afterPowerLoss(.nothing)
    let crm = try await Redemption.open(store(on: disk))
    let before = try await Redemption.content(of: crm)
    try await Redemption.ask(crm)
    let after = try await Redemption.content(of: crm)
    await crm.close()
    return (start, Redemption(before: before, after: after))
  }

  // MARK: SQLite

  #if os(Linux)
  /// How SQLite's write-ahead log is found.
  enum Log: CaseIterable {
    /// There is none yet.
    case none
    /// There are writes in it that the redemption comes behind.
    case filled
    /// All of it is in the tables, so that the redemption overwrites it from its beginning.
    case moved
  }

  @Test(
    "I09: SQLite has it or not, whichever write is the last before the process ends",
    arguments: Log.allCases)
  func sqlite(log: Log) async throws {
    try await withFolder { folder in
      let begun = try await Redemption.begin(in: StoreKind.sqlite.storage(in: folder))
      if log == .none { await begun.close() }
      if log == .moved { try moveLog(of: folder + "/store.crm") }
      let crm = try await Redemption.open(StoreKind.sqlite.storage(in: folder))
      var files = try StoreFiles(in: folder)
      SystemTrouble.note(in: folder)
      defer { SystemTrouble.endNoting(in: folder) }
      let before = try await Redemption.content(of: crm)
      try await Redemption.ask(crm)
      let acknowledged = SystemTrouble.noted(in: folder).count
      let redemption = Redemption(before: before, after: try await Redemption.content(of: crm))
      // Who closes the store last moves the log to the tables.
      await crm.close()
      let changes = SystemTrouble.noted(in: folder)
      #expect(acknowledged > 10)
      #expect(changes.count > acknowledged + (log == .none ? 10 : -1))
      var isThere = false
      for number in 0...changes.count {
        let next = number < changes.count ? changes[number] : nil
        // In the middle of each in the soak; otherwise of every third.
        let isCut = Soak.factor > 1 || number % 3 == 0
        let half = isCut ? next.map { files.applying(half: $0) } : nil
        for left in [files, half].compactMap(\.self) {
          try await withFolder { copy in
            try left.write(to: copy)
            let storage = StoreKind.sqlite.storage(in: copy, durability: .onClose)
            isThere = try await redemption.check(
              storage, mustBeThere: isThere || number >= acknowledged,
              "\(log), write \(number) of \(changes.count)")
          }
        }
        if let next { files.apply(next) }
      }
      await begun.close()
    }
  }

  /// Moves the log to the tables, and leaves it for the next write to begin anew.
  private func moveLog(of path: String) throws {
    var connection: OpaquePointer?
    defer { sqlite3_close(connection) }
    try #require(sqlite3_open(path, &connection) == SQLITE_OK)
    let result = sqlite3_exec(connection, "PRAGMA wal_checkpoint(FULL)", nil, nil, nil)
    try #require(result == SQLITE_OK)
  }
  #endif
}
