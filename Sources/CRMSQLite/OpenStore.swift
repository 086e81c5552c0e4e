import CRMStorage
import CSQLite

/// A store while it is open: its tables, its readers and its one writer.
final class OpenStore: Sendable {
  let directory: TableDirectory
  let readers: ConnectionPool
  let writers: ConnectionPool

  private init(_ directory: TableDirectory, readers: ConnectionPool, writers: ConnectionPool) {
    self.directory = directory
    self.readers = readers
    self.writers = writers
  }

  /// Opens a file, or makes it, with the tables of a catalog.
  ///
  /// A file that is there already is first looked at without changing it.
  ///
  /// - Throws: ``StorageError``, ``SQLiteFailure``, or `CancellationError`.
  static func opened(
    _ path: String, _ catalog: Catalog, settings: ConnectionSettings, busyTimeout: Duration,
    readers: Int
  ) async throws -> OpenStore {
    try checkVersion()
    let directory = try TableDirectory(catalog)
    let opening = StoreOpening(path: path, directory: directory)
    let file = StoreFile(path: path)
    if try file.hasContent() {
      try await retryingWhileBusy(for: busyTimeout) {
        try look(opening, hasLog: file.hasLog)
      }
    } else {
      try file.create()
    }
    let writer = try SQLiteConnection(path, flags: SQLITE_OPEN_READWRITE, tables: directory.tables)
    // Asked to write what cannot be written, SQLite opens it for reading.
    if sqlite3_db_readonly(writer.handle, "main") == 1 {
      throw StorageError.permissionDenied(path)
    }
    try await retryingWhileBusy(for: busyTimeout) {
      try settings.prepareWriter(writer)
      try prepare(opening, on: writer)
    }
    let connect: @Sendable () throws -> SQLiteConnection = {
      let reader = try SQLiteConnection(
        path, flags: SQLITE_OPEN_READWRITE, tables: directory.tables)
      try settings.prepareReader(reader)
      return reader
    }
    return OpenStore(
      directory, readers: ConnectionPool(readers, connect: connect),
      writers: ConnectionPool(1, holding: [writer], connect: { throw StorageError.closed }))
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
  ) throws -> StoreOpening.Work {
    try connection.run("BEGIN")
    defer { connection.rollBack() }
    return try opening.work(on: connection)
  }

  private static func prepare(_ opening: StoreOpening, on connection: SQLiteConnection) throws {
    if try work(opening, on: connection).isNothing { return }
    try connection.run("BEGIN IMMEDIATE")
    do {
      // Another process may have been faster, so look again now that it cannot be.
      try opening.perform(opening.work(on: connection), on: connection)
      try connection.run("COMMIT")
    } catch {
      connection.rollBack()
      throw error
    }
  }

  /// Waits for what is running, then lets go of the file.
  nonisolated(nonsending) func close() async {
    await readers.close()
    // The writer goes last: closing the last connection empties the write-ahead log.
    await writers.close()
  }
}
