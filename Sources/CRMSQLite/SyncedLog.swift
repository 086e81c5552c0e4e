import CRMStorage
import Dispatch

/// Sees to it that commits which did not wait for the disk are on it when they must be.
final class SyncedLog: Sendable {
  private struct State {
    var isDue = false
    var syncs = 0
    var failure: StorageError?
  }

  let file: LogFile

  private let durability: Durability
  private let state = Locked(State())
  private let queue = DispatchQueue(label: "CRMSQLite.sync")

  init(_ file: LogFile, _ durability: Durability) {
    self.file = file
    self.durability = durability
  }

  /// How often the log was put on the disk other than by SQLite.
  var syncs: Int { state.withLock { $0.syncs } }

  /// Notes a commit that did not wait.
  func noteCommit() {
    let isFirst = state.withLock { state in
      defer { state.isDue = true }
      return !state.isDue
    }
    guard isFirst, case .grouped(let limit) = durability else { return }
    // The other half of the time is left to the disk. The log is held on to until then, so that
    // the promise holds where the store was let go of without closing it.
    queue.asyncAfter(deadline: .now() + .nanoseconds(Int(clamping: limit.nanoseconds / 2))) {
      self.sync()
    }
  }

  /// Waits until all that was committed is on the disk.
  func finish() { sync() }

  /// Tells, once, that what was committed before may not be on the disk.
  func checkSynced() throws(StorageError) {
    let failure = state.withLock { state in
      defer { state.failure = nil }
      return state.failure
    }
    if let failure { throw failure }
  }

  private func sync() {
    let isDue = state.withLock { state in
      defer { state.isDue = false }
      return state.isDue
    }
    guard isDue else { return }
    do throws(StorageError) {
      try file.sync()
      state.withLock { $0.syncs += 1 }
    } catch {
      state.withLock { $0.failure = error }
    }
  }
}

extension Duration {
  /// The whole duration in nanoseconds, as far as they can be counted.
  fileprivate var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflows ? .max : product &+ attoseconds / 1_000_000_000
  }
}
