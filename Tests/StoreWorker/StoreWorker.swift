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
    guard (5...6).contains(arguments.count), let kind = StoreKind(rawValue: arguments[2]),
      let number = Int(arguments[4])
    else { fatalError("Usage: StoreWorker write|count|live|REQUEST KIND FOLDER NUMBER [SENDER]") }
    let folder = arguments[3]
    let storage = kind.storage(in: folder)
    if let request = PointsRequest(rawValue: arguments[1]) {
      try await send(request, times: number, as: arguments.dropFirst(5).first, storage, folder)
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

  /// Sends a request so many times, each for itself.
  ///
  /// - Parameter sender: The name in its keys; one that has a name waits for another process.
  private static func send(
    _ request: PointsRequest, times: Int, as sender: String?, _ storage: any Storage,
    _ folder: String
  ) async throws {
    let crm = try await CRM(storage: storage, capabilities: LoyaltyStore.capabilities)
    if sender != nil { meet(in: folder) }
    let sender = sender ?? "\(ProcessInfo.processInfo.processIdentifier)"
    for number in 0..<times {
      let key = "\(sender).\(number)"
      let result = try await crm.write { try request.send(number, key: key, in: $0) }
      let outcome = result.isReplay ? "replayed" : "done"
      say("\(key) \(result.refusal?.code.rawValue ?? outcome)")
    }
    await crm.close()
  }

  /// Waits until another process has come as far.
  private static func meet(in folder: String) {
    // Opening one end of a pipe waits for who opens the other end. Who comes first makes it.
    let pipe = folder + "/start"
    let isFirst = mkfifo(pipe, 0o600) == 0
    // Who waits in vain, as the other has failed, is ended.
    alarm(60)
    let end = open(pipe, isFirst ? O_RDONLY : O_WRONLY)
    alarm(0)
    close(end)
    if isFirst { unlink(pipe) }
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
