import CRMStorage
import CRMTesting
import Foundation

// Each of these storages breaks the contract in one way, as a backend well might.

/// Does what a storage in memory does, but for the flaw of its transactions.
class FlawedStorage: Storage, @unchecked Sendable {
  // Nothing in it changes but the storage below.
  let base = MemoryStorage()
  private let transaction: FlawedTransaction.Type

  init(_ transaction: FlawedTransaction.Type = FlawedTransaction.self) {
    self.transaction = transaction
  }

  func open(
    _ catalog: Catalog, migration: Migration
  ) async throws(StorageError) -> MigrationReport {
    try await base.open(catalog, migration: migration)
  }

  nonisolated(nonsending) func read<Result>(
    _ body: (any StorageReader) throws -> Result
  ) async throws -> Result {
    try await base.read { try body(transaction.init($0, nil)) }
  }

  nonisolated(nonsending) func write<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await base.write { try body(transaction.init($0, $0)) }
  }

  nonisolated(nonsending) func load<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await base.load { try body(transaction.init($0, $0)) }
  }

  nonisolated(nonsending) func verify() async throws -> VerificationReport {
    try await base.verify()
  }

  nonisolated(nonsending) func backup(to path: String, progress: ProgressHandler?) async throws {
    try await export(to: path, progress: progress)
  }

  nonisolated(nonsending) func restore(
    from path: String, as catalog: Catalog, progress: ProgressHandler?
  ) async throws {
    try await base.restore(from: path, as: catalog, progress: progress)
  }

  nonisolated(nonsending) func compact() async throws {}

  func close() async { await base.close() }
}

/// Has only what a storage must have; no flaw, but no more than the contract either.
struct StorageOfTheLeast: Storage {
  private let base = MemoryStorage()

  func open(
    _ catalog: Catalog, migration: Migration
  ) async throws(StorageError) -> MigrationReport {
    try await base.open(catalog, migration: migration)
  }

  nonisolated(nonsending) func read<Result>(
    _ body: (any StorageReader) throws -> Result
  ) async throws -> Result {
    try await base.read(body)
  }

  nonisolated(nonsending) func write<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await base.write(body)
  }

  func close() async { await base.close() }
}

/// Keeps what a write did before it threw.
final class StorageWithoutRollback: FlawedStorage, @unchecked Sendable {
  override nonisolated(nonsending) func write<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await base.write { tx in Swift.Result { try body(tx) } }.get()
  }

  override nonisolated(nonsending) func load<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await base.load { tx in Swift.Result { try body(tx) } }.get()
  }
}

/// Loads rows one after the other, and leaves out those that come before what they name.
final class StorageThatLoadsInOrder: FlawedStorage, @unchecked Sendable {
  override nonisolated(nonsending) func load<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await base.write { try body(TransactionWithoutReferences($0, $0)) }
  }
}

/// Writes a backup in the place of another.
final class StorageReplacingBackups: FlawedStorage, @unchecked Sendable {
  override nonisolated(nonsending) func backup(
    to path: String, progress: ProgressHandler?
  ) async throws {
    try? FileManager.default.removeItem(atPath: path)
    try await super.backup(to: path, progress: progress)
  }
}

/// Takes what is no backup for an empty one.
final class StorageRestoringAnything: FlawedStorage, @unchecked Sendable {
  override nonisolated(nonsending) func restore(
    from path: String, as catalog: Catalog, progress: ProgressHandler?
  ) async throws {
    try? await base.restore(from: path, as: catalog, progress: progress)
  }
}

/// Finds everything sound without a look.
final class StorageThatDoesNotLook: FlawedStorage, @unchecked Sendable {
  override nonisolated(nonsending) func verify() async throws -> VerificationReport {
    VerificationReport()
  }
}

/// Compacts rows of some kinds away.
final class StorageCompactingTooMuch: FlawedStorage, @unchecked Sendable {
  override nonisolated(nonsending) func compact() async throws {
    try await base.open(Catalog([]))
  }
}

/// Lets writes run beside each other, so that the last one wins.
final class StorageWithoutOrder: FlawedStorage, @unchecked Sendable {
  private struct Undone: Error {}

  override nonisolated(nonsending) func write<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    var outcome: Result?
    var edits: [RecordingTransaction.Edit] = []
    do {
      try await base.write { tx in
        let recording = RecordingTransaction(tx, tx)
        outcome = try body(recording)
        edits = recording.edits
        throw Undone()
      }
    } catch is Undone {}
    try await Task.sleep(for: .milliseconds(2))
    try await base.write { tx in for edit in edits { try edit(tx) } }
    guard let outcome else { throw Undone() }
    return outcome
  }
}

/// Takes a rehearsal for an opening.
final class StorageKeepingRehearsals: FlawedStorage, @unchecked Sendable {
  override func open(
    _ catalog: Catalog, migration: Migration
  ) async throws(StorageError) -> MigrationReport {
    try await base.open(catalog, migration: Migration())
  }
}

/// Goes on after a refusal at opening as if there had been none.
final class StorageIgnoringRefusals: FlawedStorage, @unchecked Sendable {
  override func open(
    _ catalog: Catalog, migration: Migration
  ) async throws(StorageError) -> MigrationReport {
    do throws(StorageError) {
      return try await base.open(catalog, migration: migration)
    } catch {
      return MigrationReport()
    }
  }
}

/// Drops a write that is still running when the store is closed, and says that it was kept.
final class StorageThatClosesAtOnce: FlawedStorage, @unchecked Sendable {
  private struct Dropped: Error {}
  private let isClosing = Locked(false)

  override func open(
    _ catalog: Catalog, migration: Migration
  ) async throws(StorageError) -> MigrationReport {
    isClosing.withLock { $0 = false }
    return try await base.open(catalog, migration: migration)
  }

  override nonisolated(nonsending) func write<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    var outcome: Result?
    do {
      return try await base.write { tx in
        let result = try body(tx)
        outcome = result
        if isClosing.withLock({ $0 }) { throw Dropped() }
        return result
      }
    } catch let dropped as Dropped {
      guard let outcome else { throw dropped }
      return outcome
    }
  }

  override func close() async {
    isClosing.withLock { $0 = true }
    await base.close()
  }
}

/// Lets one transaction in at a time, be it a read or a write.
final class StorageWithOneDoor: FlawedStorage, @unchecked Sendable {
  private let door = Gate(permits: 1)

  override nonisolated(nonsending) func read<Result>(
    _ body: (any StorageReader) throws -> Result
  ) async throws -> Result {
    try await door.enter()
    defer { door.leave() }
    return try await base.read(body)
  }

  override nonisolated(nonsending) func write<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await door.enter()
    defer { door.leave() }
    return try await base.write(body)
  }

  override nonisolated(nonsending) func compact() async throws {
    try await door.enter()
    door.leave()
  }
}

/// An engine whose snapshots move on with it.
final class LiveEngine: MapEngine, @unchecked Sendable {
  private struct Live: KeyValueSnapshot {
    let engine: LiveEngine

    func value(of key: [UInt8]) -> [UInt8]? { engine.content[key] }

    func scan(
      from lower: [UInt8], to upper: [UInt8], descending isDescending: Bool,
      _ body: (_ key: [UInt8], _ value: [UInt8]) throws -> Bool
    ) throws {
      try engine.content.scan(from: lower, to: upper, descending: isDescending, body)
    }
  }

  override func snapshot() -> any KeyValueSnapshot { Live(engine: self) }
}

/// An engine that keeps half of a commit that fails.
final class HalfwayEngine: MapEngine, @unchecked Sendable {
  let failure = ScheduledFailure()

  override func commit(_ changes: [KeyValueChange]) throws {
    do {
      try failure.step()
    } catch {
      apply(Array(changes.prefix(changes.count / 2)))
      throw error
    }
    apply(changes)
  }
}

/// An engine that acknowledges a commit before it is safe: the next one makes it so.
final class HastyEngine: MapEngine, @unchecked Sendable {
  let failure = ScheduledFailure()
  private let safe: Locked<ByteMap>

  override init(_ map: ByteMap = ByteMap()) {
    safe = Locked(map)
    super.init(map)
  }

  /// What a crash leaves.
  var remains: HastyEngine { HastyEngine(safe.withLock { $0 }) }

  override func commit(_ changes: [KeyValueChange]) throws {
    try failure.step()
    safe.withLock { $0 = content }
    apply(changes)
  }
}
