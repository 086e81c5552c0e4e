import CRMStorage
import CSQLite

/// A store while it is open: its tables, its readers and its one writer.
final class OpenStore: Sendable {
  let directory: TableDirectory
  let readers: ConnectionPool
  let writers: ConnectionPool
  let log: SyncedLog
  let logLimit = LogLimit()

  private let opening: StoreOpening

  /// SQLite's count of the changes to the file's schema when it was last seen to fit.
  private let fitting: Locked<Int64>

  private init(
    _ opening: StoreOpening, fitting: Int64, readers: ConnectionPool, writers: ConnectionPool,
    log: SyncedLog
  ) {
    self.opening = opening
    self.fitting = Locked(fitting)
    directory = opening.directory
    self.readers = readers
    self.writers = writers
    self.log = log
  }

  /// Opens a file, or makes it, with the tables of a catalog.
  ///
  /// A file that is there already is first looked at without changing it.
  ///
  /// - Throws: ``StorageError``, ``SQLiteFailure``, or `CancellationError`.
  static func opened(
    _ path: String, _ catalog: Catalog, _ migration: Migration, settings: ConnectionSettings,
    busyTimeout: Duration, readers: Int
  ) async throws -> (OpenStore, MigrationReport) {
    let opening = try opening(path, catalog, migration)
    let directory = opening.directory
    let file = StoreFile(path: path)
    if try file.hasContent() {
      try await lookWhenFree(opening, file, busyTimeout)
    } else {
      try file.create()
    }
    let writer = try writer(opening)
    let (report, count) = try await retryingWhileBusy(for: busyTimeout) {
      try settings.prepareWriter(writer)
      let prepared = try prepare(opening, on: writer)
      try settings.enforceReferences(writer)
      return prepared
    }
    let connect: @Sendable () throws -> SQLiteConnection = {
      let reader = try SQLiteConnection(
        path, flags: SQLITE_OPEN_READWRITE, tables: directory.tables)
      try settings.prepareReader(reader)
      return reader
    }
    let store = OpenStore(
      opening, fitting: count,
      readers: ConnectionPool(readers, connect: connect),
      writers: ConnectionPool(1, holding: [writer], connect: { throw StorageError.closed }),
      log: SyncedLog(try LogFile(of: writer), settings.durability))
    return (store, report)
  }

  /// Does all that opening would do, and undoes it.
  ///
  /// - Throws: As ``opened(_:_:_:settings:busyTimeout:readers:)``.
  static func rehearsed(
    _ path: String, _ catalog: Catalog, _ migration: Migration, busyTimeout: Duration
  ) async throws -> MigrationReport {
    let opening = try opening(path, catalog, migration)
    let file = StoreFile(path: path)
    guard try file.hasContent() else {
      return MigrationRun(try MigrationPlan(from: [], to: catalog), migration).report
    }
    try await lookWhenFree(opening, file, busyTimeout)
    let writer = try writer(opening)
    return try await retryingWhileBusy(for: busyTimeout) {
      try writer.run("BEGIN IMMEDIATE")
      defer { writer.rollBack() }
      return try opening.perform(opening.work(on: writer), on: writer)
    }
  }

  private static func opening(
    _ path: String, _ catalog: Catalog, _ migration: Migration
  ) throws -> StoreOpening {
    try checkVersion()
    return StoreOpening(
      path: path, directory: try TableDirectory(catalog), migration: migration)
  }

  /// A connection that can write, which does not enforce references yet.
  private static func writer(_ opening: StoreOpening) throws -> SQLiteConnection {
    let writer = try SQLiteConnection(
      opening.path, flags: SQLITE_OPEN_READWRITE, tables: opening.directory.tables)
    // Asked to write what cannot be written, SQLite opens it for reading.
    if sqlite3_db_readonly(writer.handle, "main") == 1 {
      throw StorageError.permissionDenied(opening.path)
    }
    // Renaming a table leaves alone what names it, and no reference is asked for meanwhile.
    try writer.run("PRAGMA legacy_alter_table = ON")
    try writer.run("PRAGMA foreign_keys = OFF")
    return writer
  }

  private static func lookWhenFree(
    _ opening: StoreOpening, _ file: StoreFile, _ busyTimeout: Duration
  ) async throws {
    try await retryingWhileBusy(for: busyTimeout) { try look(opening, hasLog: file.hasLog) }
  }

  /// Checks that the SQLite in use has tables of strict types.
  private static func checkVersion() throws(StorageError) {
    guard sqlite3_libversion_number() < 3_037_000 else { return }
    throw StorageError(
      .cannotOpen, "SQLite \(String(cString: sqlite3_libversion())) is too old for a store.",
      recovery: "Link SQLite 3.37 or newer.")
  }

  /// Checks a file before anything may change it.
  ///
  /// The last connection to close moves what a write-ahead log holds into the file, unless it
  /// cannot write; where there is no log, one that cannot write leaves an empty one behind.
  private static func look(_ opening: StoreOpening, hasLog: Bool) throws {
    let connection = try SQLiteConnection(
      opening.path, flags: hasLog ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE)
    try connection.run("PRAGMA query_only = ON")
    do {
      _ = try work(opening, on: connection)
    } catch let failure as SQLiteFailure where hasLog && failure.primary == SQLITE_READONLY {
      // A crash left something to repair, which takes the right to write.
      try look(opening, hasLog: false)
    }
  }

  /// Looks at a file as it is at one moment, however many others make it at the same time.
  private static func work(
    _ opening: StoreOpening, on connection: SQLiteConnection
  ) throws -> (StoreOpening.Work, schemaCount: Int64) {
    try connection.run("BEGIN")
    defer { connection.rollBack() }
    return (try opening.work(on: connection), try connection.integer(schemaCount))
  }

  private static func prepare(
    _ opening: StoreOpening, on connection: SQLiteConnection
  ) throws -> (MigrationReport, schemaCount: Int64) {
    let (work, count) = try work(opening, on: connection)
    if work.isNothing { return (MigrationReport(), count) }
    try connection.run("BEGIN IMMEDIATE")
    do {
      // Another process may have been faster, so look again now that it cannot be.
      let report = try opening.perform(opening.work(on: connection), on: connection)
      let count = try connection.integer(schemaCount)
      try connection.run("COMMIT")
      // The log now holds whole tables. Whoever reads from it lets the next write empty it.
      if work.plan.changes.contains(where: \.isRewrite) { _ = connection.emptiedLog() }
      return (report, count)
    } catch {
      connection.rollBack()
      throw error
    }
  }

  /// Gives SQLite's count of the changes to the file's schema.
  static let schemaCount = "PRAGMA schema_version"

  /// Checks, within a transaction, that the tables still are those the store was opened with.
  ///
  /// - Parameter count: What ``schemaCount`` gave within the transaction.
  /// - Throws: ``StorageError/Code/newerStore`` or ``StorageError/Code/incompatibleSchema`` where
  ///   another program has migrated them since.
  func checkFits(_ connection: SQLiteConnection, count: Int64) throws {
    if fitting.withLock({ $0 }) == count { return }
    let changes = try opening.work(on: connection).plan.changes
    guard let change = changes.first else { return fitting.withLock { $0 = count } }
    throw StorageError(
      .incompatibleSchema, "Another program has changed \(change.new.name) meanwhile.",
      recovery: "Close the store, and open it again.", record: change.new.name)
  }

  /// Waits for what is running, then lets go of the file.
  nonisolated(nonsending) func close() async {
    await readers.close()
    // The writer goes last: closing the last connection empties the write-ahead log.
    await writers.close()
    // Where another process has the file open as well, the log stays.
    log.finish()
  }
}
