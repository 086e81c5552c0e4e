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
  private let putOnDisk: @Sendable () -> StorageError?
  private let state = Locked(State())
  private let queue = DispatchQueue(label: "CRMSQLite.sync")

  /// - Parameter putOnDisk: Waits for the disk, where the file itself is not to; tells what failed.
  init(
    _ file: LogFile, _ durability: Durability,
    putOnDisk: (@Sendable () -> StorageError?)? = nil
  ) {
    self.file = file
    self.durability = durability
    self.putOnDisk = putOnDisk ?? { Self.failure(toSync: file) }
  }

  /// How often the log was put on the disk other than by SQLite.
  var syncs: Int { state.withLock { $0.syncs } }

  /// Why what was committed before may not be on the disk.
  var failure: StorageError? { state.withLock { $0.failure } }

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

  /// Tells that what was committed before may not be on the disk, until it is elsewhere.
  ///
  /// After a failure the system forgets what it could not write, and succeeds the next time; so
  /// that success says nothing of the log.
  ///
  /// - Parameter move: Moves the log to the tables and puts them on the disk; false where it could
  ///   not, and the next write is to try again.
  func checkSynced(orMoved move: () -> Bool) throws(StorageError) {
    guard let failure = state.withLock({ $0.failure }) else { return }
    if move() { state.withLock { $0.failure = nil } }
    throw failure
  }

  private func sync() {
    let isDue = state.withLock { state in
      defer { state.isDue = false }
      return state.isDue
    }
    guard isDue else { return }
    let failure = putOnDisk()
    state.withLock { state in
      if let failure { state.failure = failure } else { state.syncs += 1 }
    }
  }

  private static func failure(toSync file: LogFile) -> StorageError? {
    do throws(StorageError) {
      try file.sync()
      return nil
    } catch {
      return error
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
