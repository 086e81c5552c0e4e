import CRMKit
import CRMStorage
import Foundation
import TestSupport

/// A process of its own that writes to a store, for tests to kill or to compete with.
///
/// It prints a line for each write once the write has returned.
@main
struct StoreWorker {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let kind = StoreKind(rawValue: arguments[2]),
      let number = Int(arguments[4])
    else { fatalError("Usage: StoreWorker write|count|redeem|live KIND FOLDER NUMBER") }
    let storage = kind.storage(in: arguments[3])
    if arguments[1] == "redeem" {
      try await redeem(times: number, storage)
      return
    }
    if arguments[1] == "live" {
      for line in try await LoyaltyStore.live(days: number, in: storage) { say(line) }
      return
    }
    guard await isOpened(storage) else { return }
    if arguments[1] == "count" {
      try await count(to: number, storage)
    } else {
      try await write(as: number, storage)
    }
    await storage.close()
  }

  /// Opens a store, or tells who has it.
  private static func isOpened(_ storage: any Storage) async -> Bool {
    do {
      try await storage.open(Catalog(Ledger.kinds))
      return true
    } catch {
      say(error.holder ?? "\(error)")
      return false
    }
  }

  /// Adds one to the same number so many times.
  private static func count(to number: Int, _ storage: any Storage) async throws {
    let id = Identifier<Tally>(number: 1)
    for _ in 0..<number {
      let done = try await storage.write { store in
        guard let old = try store.get(id) else {
          try store.insert(Tally.schema.hold(Tally(id: id, done: 1)))
          return 1
        }
        let new = Tally(id: id, done: old.row.done + 1)
        try store.update(Tally.schema.hold(new), from: old)
        return new.done
      }
      say("\(done)")
    }
  }

  /// Redeems 100 points of the only member so many times, each for itself.
  private static func redeem(times: Int, _ storage: any Storage) async throws {
    let crm = try await CRM(storage: storage, capabilities: LoyaltyStore.capabilities)
    for number in 0..<times {
      let key = "\(ProcessInfo.processInfo.processIdentifier).\(number)"
      let result = try await crm.write { tx in
        try tx.loyalty.redeem(100, from: try LoyaltyStore.member(in: tx), key: key)
      }
      say("\(key) \(result.refusal?.code.rawValue ?? "redeemed")")
    }
    await crm.close()
  }

  /// Writes without end, as so many writers at the same time.
  private static func write(as writers: Int, _ storage: any Storage) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<writers {
        group.addTask {
          while true {
            let done = try await storage.write { try Ledger(writer: writer).write($0) }
            say("\(writer) \(done)")
          }
        }
      }
      try await group.waitForAll()
    }
  }

  /// Prints a line at once, and whole.
  private static func say(_ text: String) {
    let line = Array("\(text)\n".utf8)
    _ = line.withUnsafeBytes { Foundation.write(1, $0.baseAddress, $0.count) }
  }
}
