import CRMStorage
import CRMTesting
import TestSupport
import Testing

/// A history of a file store with a fault somewhere in it, and what must be left of it.
///
/// Three writers add, change and remove rows, each for itself and all in one common ledger. The
/// store is compacted on demand and by itself, closed and opened again.
final class FileHistory {
  static let writers = 3

  /// Counts the writes of all.
  private static let common = Ledger(writer: 99)

  let disk: SimulatedDisk

  /// What an expectation that fails names.
  let place: String

  private var storage: FileStorage
  private let durability: Durability

  /// Who did each write that was acknowledged, in their order in the common ledger.
  private var order: [Int: Int] = [:]

  /// How many writes must survive a loss of power.
  private var safe = 0

  /// How many writes did not return, so that they may be there or not.
  private var unknown = 0

  /// What went wrong.
  private(set) var failures: [any Error] = []

  init(on disk: SimulatedDisk, _ durability: Durability, _ place: String) {
    self.disk = disk
    self.place = place
    self.durability = durability
    storage = Self.storage(on: disk, durability)
  }

  private static func storage(on disk: SimulatedDisk, _ durability: Durability) -> FileStorage {
    FileStorage(
      in: "shop", FileSettings(durability: durability, smallestSnapshot: 3_000), fileSystem: disk)
  }

  /// How many writes were acknowledged.
  private var acknowledged: Int { order.keys.max() ?? 0 }

  // MARK: Playing

  /// Plays the history to its end, or until the power goes.
  func play() async {
    guard await opened() else { return }
    for _ in 0..<4 { guard await write(as: [0]) else { return } }
    guard await write(as: [0, 1, 2]), await compacted() else { return }
    guard await write(as: [1]), await write(as: [2]), await synced() else { return }
    guard await closed() else { return }
    storage = Self.storage(on: disk, durability)
    guard await opened() else { return }
    for _ in 0..<6 { guard await write(as: [0]) else { return } }
    guard await synced(), await write(as: [1, 2]), await compacted() else { return }
    for _ in 0..<2 { guard await write(as: [0]) else { return } }
  }

  func end() async { await storage.close() }

  private func opened() async -> Bool {
    await attempt { try await storage.open(Catalog(Ledger.kinds)) }
  }

  private func synced() async -> Bool {
    guard durability != .everyCommit else { return true }
    guard await attempt({ try await storage.sync() }) else { return false }
    safe = acknowledged
    return true
  }

  private func compacted() async -> Bool {
    let before = acknowledged
    guard await attempt({ try await storage.compact() }) else { return false }
    safe = before
    return true
  }

  private func closed() async -> Bool {
    let before = disk.faultsHappened
    await storage.close()
    if disk.isPowerOff { return false }
    // Closing has no way to say that something failed, so that it may have done less.
    if disk.faultsHappened == before { safe = acknowledged } else { disk.removeFault() }
    return true
  }

  /// Does something, and once more without the fault if it fails with one.
  private func attempt(_ body: () async throws -> Void) async -> Bool {
    do {
      try await body()
      return true
    } catch {
      failures.append(error)
      if disk.isPowerOff { return false }
      disk.removeFault()
    }
    do {
      try await body()
      return true
    } catch {
      Issue.record("\(place): not usable once the cause is gone: \(error)")
      return false
    }
  }

  /// Has some writers write at the same time.
  private func write(as writers: [Int]) async -> Bool {
    let failed = await tryWrite(as: writers)
    if failed.isEmpty { return true }
    if disk.isPowerOff {
      unknown += failed.count
      return false
    }
    disk.removeFault()
    guard await tryWrite(as: failed).isEmpty else {
      Issue.record("\(place): not writable once the cause is gone: \(failures.last as Any)")
      return false
    }
    return true
  }

  /// - Returns: Those whose write failed.
  private func tryWrite(as writers: [Int]) async -> [Int] {
    let results = await withTaskGroup(of: (Int, Result<Int, any Error>).self) { group in
      for writer in writers {
        group.addTask { [storage] in
          do {
            let number = try await storage.write { store in
              try Ledger(writer: writer).write(store)
              return try Self.common.write(store)
            }
            return (writer, .success(number))
          } catch {
            return (writer, .failure(error))
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    var failed: [Int] = []
    for (writer, result) in results {
      switch result {
      case .success(let number):
        if order.updateValue(writer, forKey: number) != nil {
          Issue.record("\(place): write \(number) was acknowledged twice")
        }
      case .failure(let error):
        failures.append(error)
        failed.append(writer)
      }
    }
    if durability == .everyCommit { safe = acknowledged }
    return failed
  }

  // MARK: Checking

  /// Checks that the store, still open, has what was acknowledged and nothing else.
  func checkOpen() async {
    // A fault that nobody had to hear of, as when old files are removed, may still go on.
    disk.removeFault()
    await check(storage, least: acknowledged, most: acknowledged, "while it is open")
  }

  /// Checks a disk that another process finds.
  func check(_ found: SimulatedDisk, after loss: PowerLoss) async {
    let isKill = loss == .nothing
    let place = "\(loss) lost"
    let again = Self.storage(on: found, .everyCommit)
    do {
      try await again.open(Catalog(Ledger.kinds))
      let count = await check(
        again, least: isKill ? acknowledged : safe, most: acknowledged + unknown, place)
      _ = try await again.write { try Self.common.write($0) }
      let later = Self.storage(on: found.afterPowerLoss(.everything), .everyCommit)
      await again.close()
      try await later.open(Catalog(Ledger.kinds))
      let more = try await later.read { try Self.common.check($0) }
      if more != count + 1 { Issue.record("\(self.place), \(place): a later write is gone") }
      await later.close()
    } catch {
      Issue.record("\(self.place), \(place): \(error)")
    }
  }

  /// - Returns: How many writes there are.
  @discardableResult
  private func check(
    _ storage: FileStorage, least: Int, most: Int, _ moment: String
  ) async -> Int {
    do {
      let report = try await storage.verify()
      if !report.isSound { Issue.record("\(place), \(moment): \(report)") }
      let (all, each) = try await storage.read { store in
        let each = try (0..<Self.writers).map { try Ledger(writer: $0).check(store) }
        return (try Self.common.check(store), each)
      }
      let isPrefix =
        each.reduce(0, +) == all
        && each.indices.allSatisfy { writer in
          let known = order.count { $0.key <= all && $0.value == writer }
          return known <= each[writer] && each[writer] <= known + max(0, all - acknowledged)
        }
      if !isPrefix { Issue.record("\(place), \(moment): \(all) writes are not \(each)") }
      if !(least...max(least, most)).contains(all) {
        Issue.record("\(place), \(moment): \(all) writes, not \(least) to \(most)")
      }
      return all
    } catch {
      Issue.record("\(place), \(moment): \(error)")
      return -1
    }
  }
}
