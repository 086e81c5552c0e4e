import CRMStorage
import CSQLite
import Dispatch

/// A store in one SQLite file, with real tables that other tools can query.
///
///     let storage = SQLiteStorage(at: "shop.crm")
///     try await storage.open(Catalog([Customer.self, Order.self]))
///
/// Each kind of record is a table of its name with a column for each field; a view beside it
/// (`customers_view`) shows identifiers and instants as text. A field of many values is a
/// table of its own (`customers__emails`).
///
/// Several processes, and several storages in one, may use a file at the same time. Reads
/// never wait for writes, nor writes for reads. Files are made readable by their owner only.
///
/// Commits go to a write-ahead log (`shop.crm-wal`), from which their pages are moved to the
/// tables each time it has grown by 16 MB. Where reads keep it from beginning anew, a write that
/// finds 32 MB waits for them, for a tenth of a second at the longest and once in 16 MB. So the
/// log has 48 MB at most, besides what one write or those during one long read add to it.
///
/// What a ``Durability`` means here:
/// - `.everyCommit` is `synchronous = FULL`: each commit waits for the log to be on the disk.
/// - `.grouped(within:)` is `synchronous = NORMAL`: commits do not wait, and a thread of the
///   store's own has the log put on the disk, half of the time after the first of them.
/// - `.onClose` is `synchronous = NORMAL` as well: the log is put on the disk before its pages
///   are moved to the tables, and by ``close()``.
public final class SQLiteStorage: Storage {
  /// The path of the file.
  public let path: String

  private let durability: Durability
  let busyTimeout: Duration
  private let readers: Int
  private let store = Locked<OpenStore?>(nil)
  private let opening = Gate(permits: 1)
  private let disk = DispatchQueue(label: "CRMSQLite.commit")

  /// Names a file; nothing is read or written before ``open(_:)``.
  ///
  /// - Parameters:
  ///   - path: The file, which is made where there is none in a folder that exists.
  ///   - durability: When what was written is safe from a loss of power.
  ///   - busyTimeout: How long to wait for other processes before ``StorageError/Code/busy``.
  ///   - readers: How many reads can run at the same time; further ones wait in order.
  /// - Precondition: `readers` is at least 1.
  public init(
    at path: String, durability: Durability = .everyCommit,
    busyTimeout: Duration = .seconds(5), readers: Int = 4
  ) {
    precondition(readers >= 1, "A store needs at least one reader.")
    self.path = path
    self.durability = durability
    self.busyTimeout = busyTimeout
    self.readers = readers
  }

  /// Opens the file, or makes it.
  ///
  /// A migration is one transaction, which others wait for and a crash undoes. It takes room on
  /// the disk for the tables that it writes anew, but no memory for their rows. A rehearsal keeps
  /// other writers waiting as long.
  public func open(
    _ catalog: Catalog, migration: Migration
  ) async throws(StorageError) -> MigrationReport {
    await opening.enterRegardless()
    defer { opening.leave() }
    do {
      guard !migration.isRehearsal else {
        return try await OpenStore.rehearsed(path, catalog, migration, busyTimeout: busyTimeout)
      }
      let (opened, report) = try await OpenStore.opened(
        path, catalog, migration, settings: ConnectionSettings(durability: durability),
        busyTimeout: busyTimeout, readers: readers)
      await exchange(for: opened)?.close()
      return report
    } catch let error as StorageError {
      throw error
    } catch let failure as SQLiteFailure {
      throw failure.storageError
    } catch {
      // Waiting for another process was cancelled.
      throw SQLiteFailure(code: SQLITE_BUSY, path: path).storageError
    }
  }

  public func close() async {
    await opening.enterRegardless()
    defer { opening.leave() }
    await exchange(for: nil)?.close()
    // What a commit did there may hold its connection a moment longer, and with it the log's files.
    await withCheckedContinuation { continuation in disk.async { continuation.resume() } }
  }

  private func exchange(for new: OpenStore?) -> OpenStore? {
    store.withLock { store in
      defer { store = new }
      return store
    }
  }

  public nonisolated(nonsending) func read<Result>(
    _ body: (any StorageReader) throws -> Result
  ) async throws -> Result {
    try await mapped {
      let (store, connection) = try await take(\.readers)
      defer { store.readers.giveBack(connection) }
      // While this statement stands at its row, all others see the same snapshot.
      let snapshot = try connection.borrow(OpenStore.schemaCount)
      defer { connection.giveBack(snapshot, of: OpenStore.schemaCount) }
      let count = try await retryingWhileBusy(for: busyTimeout) {
        snapshot.reset()
        return try snapshot.step() ? snapshot.integer(at: 0) : 0
      }
      try store.checkFits(connection, count: count)
      let reader = SQLiteReader(connection, store.directory)
      defer { reader.end() }
      return try body(reader)
    }
  }

  public nonisolated(nonsending) func write<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await transact { connection, store in
      try lend(SQLiteWriter(connection, store.directory), to: body)
    }
  }

  /// Adds rows in any order, in one write; what they refer to is asked for at its end.
  ///
  /// The log grows by what is added until then, and up to 64 MB of pages are held in memory.
  public nonisolated(nonsending) func load<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await transact { connection, store in
      try connection.deferReferences()
      let size = try connection.integer("PRAGMA cache_size")
      try connection.run("PRAGMA cache_size = -64000")
      defer {
        try? connection.run("PRAGMA cache_size = \(size)")
        for table in connection.tables { table.forgetChanges() }
      }
      return try lend(
        SQLiteWriter(connection, store.directory, checksReferences: false), to: body)
    }
  }

  /// Looks at every row, at what is kept beside rows, and at the file as SQLite knows it.
  ///
  /// Others may read and write meanwhile; the write-ahead log cannot shrink until it has ended.
  public nonisolated(nonsending) func verify() async throws -> VerificationReport {
    try await read { reader in
      var report = VerificationReport()
      do {
        try report.look(at: reader)
      } catch let error as StorageError where error.code == .corrupt {
        report.note(error)
      }
      try (reader as? SQLiteReader)?.verify(&report)
      report.health = health
      return report
    }
  }

  /// Whether the last wait for the disk has succeeded, and the log is within its bound; good while
  /// the store is not open.
  public var health: StorageHealth {
    guard let store = store.withLock({ $0 }) else { return StorageHealth() }
    let troubles = [store.log.failure, store.logLimit.trouble(of: store.log.file, of: path)]
    return StorageHealth(troubles: troubles.compactMap(\.self))
  }

  /// Runs a closure within the one write there is at a time.
  private nonisolated(nonsending) func transact<Result>(
    _ body: (SQLiteConnection, OpenStore) throws -> Result
  ) async throws -> Result {
    try await mapped {
      let (store, connection) = try await take(\.writers)
      defer { store.writers.giveBack(connection) }
      try store.log.checkSynced(orMoved: connection.emptiedLog)
      try connection.checkIsInPlace()
      try await retryingWhileBusy(for: busyTimeout) { try connection.run("BEGIN IMMEDIATE") }
      do {
        try store.checkFits(connection, count: connection.integer(OpenStore.schemaCount))
        let before = connection.totalChanges
        let result = try body(connection, store)
        try await commit(
          connection, hasChanges: connection.totalChanges != before, store.log)
        await store.logLimit.keep(store.log.file, over: connection)
        return result
      } catch {
        let cause = connection.brokenReference(behind: error)
        connection.rollBack()
        throw cause
      }
    }
  }

  private func lend<Result>(
    _ writer: SQLiteWriter, to body: (any StorageWriter) throws -> Result
  ) throws -> Result {
    defer { writer.end() }
    let result = try body(writer)
    // The closure may have gone on after a failure that nothing can go on after.
    try writer.checkUse()
    return result
  }

  private nonisolated(nonsending) func commit(
    _ connection: SQLiteConnection, hasChanges: Bool, _ log: SyncedLog
  ) async throws {
    guard hasChanges && durability == .everyCommit else {
      try connection.run("COMMIT")
      if hasChanges { log.noteCommit() }
      return
    }
    // Only the wait for the disk leaves the caller's thread, which is free meanwhile. The lock is
    // for the thread sanitizer, which under Linux does not see that a task goes on after what
    // resumes it.
    let outcome = Locked<Swift.Result<Void, any Error>?>(nil)
    await withCheckedContinuation { continuation in
      disk.async {
        let result = Swift.Result { try connection.run("COMMIT") }
        outcome.withLock { $0 = result }
        continuation.resume()
      }
    }
    try outcome.withLock { $0 }?.get()
  }

  /// Waits for a connection of the store that is open.
  nonisolated(nonsending) func take(
    _ pool: KeyPath<OpenStore, ConnectionPool> & Sendable
  ) async throws -> (OpenStore, SQLiteConnection) {
    while true {
      guard let store = store.withLock({ $0 }) else { throw StorageError.closed }
      do {
        return (store, try await store[keyPath: pool].take())
      } catch let error as StorageError where error.code == .closed {
        // Opened again meanwhile, the store goes on with other connections.
        if self.store.withLock({ $0 === store }) { throw error }
      }
    }
  }

  nonisolated(nonsending) func mapped<Result>(
    _ body: nonisolated(nonsending) () async throws -> Result
  ) async throws -> Result {
    do {
      return try await body()
    } catch let failure as SQLiteFailure {
      throw failure.storageError
    }
  }
}
