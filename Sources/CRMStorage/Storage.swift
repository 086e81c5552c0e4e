/// Where records are kept: in memory, in a file, in SQLite, or wherever a host likes.
///
/// The contract, which `StorageLaw` in CRMTesting checks law by law:
/// - A read sees one consistent snapshot for as long as its closure runs.
/// - Writes happen one after the other. A write whose closure throws leaves nothing behind.
/// - Answers are the same on every backend, order included: text in normalisation form C
///   compares by its UTF-8 bytes, missing values sort first, the identifier decides last.
/// - Closures run on the caller's own thread and never suspend; only waiting for the disk or
///   for another writer does.
public protocol Storage: Sendable {
  /// Opens the store, or creates it, with the kinds of record it is to hold.
  ///
  /// Opening again with the same, more or fewer kinds is allowed. Rows of a kind that is left
  /// out stay as they are, hold on to what they refer to, and are back when it is asked for.
  ///
  /// Kinds of an older version are brought to the catalog's, all or none (``MigrationPlan``).
  /// After a rehearsal the store is as it was before, open or closed.
  ///
  /// - Returns: What was changed, or would be.
  /// - Throws: ``StorageError`` where the store cannot be opened; it is then left as it was.
  @discardableResult
  func open(_ catalog: Catalog, migration: Migration) async throws(StorageError) -> MigrationReport

  /// Runs a closure over one snapshot.
  nonisolated(nonsending) func read<Result>(
    _ body: (any StorageReader) throws -> Result
  ) async throws -> Result

  /// Runs a closure that may change rows; all of its changes are kept, or none.
  nonisolated(nonsending) func write<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result

  /// Looks at everything the store holds, and says what is wrong with it.
  ///
  /// Where a storage does not do more, every row is read and what it refers to looked up.
  ///
  /// - Throws: Where the store cannot be read at all, as while it is not open.
  nonisolated(nonsending) func verify() async throws -> VerificationReport

  /// Runs a closure that adds rows in any order: that what they refer to is there is asked when it
  /// has ended. All of them are kept, or none.
  ///
  /// Where a storage does not do more, a row is held back until what it refers to has come, and
  /// rows that refer to each other in a circle are refused.
  ///
  /// - Throws: ``StorageError/Code/unknownReference``, or what `body` throws.
  nonisolated(nonsending) func load<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result

  /// Writes a complete copy of the store, as it is at one moment, into one file.
  ///
  /// Others may read and write meanwhile. The file is there when it is complete and on the disk,
  /// not before. Where a storage does not do more, it is an export (``export(to:progress:)``).
  ///
  /// - Parameters:
  ///   - path: Where there is nothing yet.
  ///   - progress: Told how far it is.
  /// - Throws: ``StorageError/Code/alreadyExists`` where there is something, what keeps the store
  ///   from being read or the file from being written, or `CancellationError`. No part of a file
  ///   stays then.
  nonisolated(nonsending) func backup(to path: String, progress: ProgressHandler?) async throws

  /// Fills the store from a backup that the same kind of storage wrote, and opens it.
  ///
  /// - Parameters:
  ///   - path: The backup.
  ///   - catalog: The kinds of record the store is to hold; older rows are brought to them.
  ///   - progress: Told how far it is.
  /// - Throws: ``StorageError/Code/alreadyExists`` where the store holds something,
  ///   ``StorageError/Code/notAStore`` or ``StorageError/Code/corrupt`` for what is no whole backup.
  ///   The store is then as it was.
  nonisolated(nonsending) func restore(
    from path: String, as catalog: Catalog, progress: ProgressHandler?
  ) async throws

  /// Gives back the room that rows took which are gone.
  ///
  /// Reads go on meanwhile. Where a storage does not do more, there is nothing to do.
  nonisolated(nonsending) func compact() async throws

  /// What the store fails to do by itself just now; good where it does nothing by itself.
  var health: StorageHealth { get }

  /// Waits for what is running and lets go of files; the store can be opened again.
  func close() async
}

extension Storage {
  /// Opens the store, or creates it, with the kinds of record it is to hold.
  ///
  /// - Returns: What was changed to bring an older store to the catalog's schemas.
  /// - Throws: As ``open(_:migration:)``.
  @discardableResult
  public func open(_ catalog: Catalog) async throws(StorageError) -> MigrationReport {
    try await open(catalog, migration: Migration())
  }

  public nonisolated(nonsending) func verify() async throws -> VerificationReport {
    try await read { reader in
      var report = VerificationReport()
      try report.look(at: reader)
      report.health = health
      return report
    }
  }

  public var health: StorageHealth { StorageHealth() }

  public nonisolated(nonsending) func load<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await write { writer in
      let deferring = DeferringWriter(writer)
      let result = try body(deferring)
      try deferring.finish()
      return result
    }
  }
}

/// One consistent view of a store, for as long as its closure runs.
public protocol StorageReader: AnyObject {
  /// The kinds of record the store holds.
  var catalog: Catalog { get }

  /// The kinds that are not in the catalog and of which the store keeps rows for other programs.
  ///
  /// A storage that drops such rows need not implement it.
  func otherKinds() throws -> [String]

  /// The row of an identifier, if there is one.
  func get<R: Record>(_ id: Identifier<R>) throws -> Held<R>?

  /// The row of an identifier with at least some of its fields; the others may be blank.
  ///
  /// A storage that has a row in parts reads no more than it must; others need not implement it.
  func get<R: Record>(_ id: Identifier<R>, reading fields: [AnyField<R>]) throws -> Held<R>?

  /// The row of each of some identifiers, in their order; `nil` where there is none.
  ///
  /// A storage that can look up many at once does; others need not implement it.
  func get<R: Record>(_ ids: [Identifier<R>]) throws -> [Held<R>?]

  /// Hands on the rows a query asks for, in order, until `body` returns false.
  ///
  /// - Throws: ``StorageError/Code/unknownField``, ``StorageError/Code/unsupportedQuery``, or
  ///   what `body` throws.
  func scan<R: Record>(_ query: Query<R>, _ body: (Held<R>) throws -> Bool) throws

  /// Hands on the entries a field of many texts has, by their UTF-8 bytes and then by identifier,
  /// until `body` returns false.
  ///
  /// A storage that keeps them in order does; others need not implement it.
  ///
  /// - Throws: ``StorageError/Code/unknownField``, or what `body` throws.
  func scanEntries<R: Record>(_ query: EntryQuery<R>, _ body: (IndexEntry<R>) throws -> Bool) throws

  /// How many rows a query asks for; its order does not matter, its limit and cursor do.
  func count<R: Record>(_ query: Query<R>) throws -> Int
}

/// A view of a store that can change it, for as long as its closure runs.
///
/// Each change happens whole or not at all, also where the closure goes on after an error.
/// While a ``StorageReader/scan(_:_:)`` runs, changes throw
/// ``StorageError/Code/writeDuringScan``.
public protocol StorageWriter: StorageReader {
  /// Adds a row, which ``Schema/hold(_:)`` has boxed.
  ///
  /// - Throws: ``StorageError/Code/duplicate`` where the identifier or a unique value is taken,
  ///   naming the holder; ``StorageError/Code/unknownReference``;
  ///   ``StorageError/Code/tooLong`` for an index key.
  func insert<R: Record>(_ row: Held<R>) throws

  /// Replaces a row by one of the same identifier.
  ///
  /// - Parameter old: The row as this transaction last read it.
  /// - Throws: As ``insert(_:)``; ``StorageError/Code/notFound``.
  func update<R: Record>(_ row: Held<R>, from old: Held<R>) throws

  /// Removes a row.
  ///
  /// - Throws: ``StorageError/Code/notFound``; ``StorageError/Code/stillReferenced``, naming a
  ///   row that refers to it.
  func delete<R: Record>(_ row: Held<R>) throws

  /// Runs a part of the write; if it throws, what it changed is undone and the rest stays.
  func attempt<Result>(_ body: () throws -> Result) throws -> Result
}

extension StorageReader {
  public func otherKinds() throws -> [String] { [] }

  public func get<R: Record>(
    _ id: Identifier<R>, reading fields: [AnyField<R>]
  ) throws -> Held<R>? {
    try get(id)
  }

  public func get<R: Record>(_ ids: [Identifier<R>]) throws -> [Held<R>?] {
    try ids.map { try get($0) }
  }

  /// The rows a query asks for.
  @inlinable
  public func rows<R: Record>(_ query: Query<R>) throws -> [Held<R>] {
    var rows: [Held<R>] = []
    try scan(query) {
      rows.append($0)
      return true
    }
    return rows
  }

  /// The rows a query asks for, up to its limit, and the place to go on from.
  @inlinable
  public func page<R: Record>(_ query: Query<R>) throws -> Page<R, Cursor<R>> {
    guard let limit = query.limit, limit >= 0 else {
      return Page(items: try rows(query).map { $0.row }, next: nil)
    }
    var wider = query
    wider.limit = limit == .max ? nil : limit + 1
    let rows = try rows(wider)
    let items = rows.prefix(limit)
    var next: Cursor<R>?
    if rows.count > limit, let last = items.last {
      next = try PreparedQuery(query, in: catalog).cursor(after: last)
    }
    return Page(items: items.map { $0.row }, next: next)
  }
}
