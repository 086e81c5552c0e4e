import CRMStorage

/// A storage that passes everything on to another, but for what it does in a way of its own.
///
///     struct CountingStorage: ForwardingStorage {
///       let base: any Storage
///       let writes = Counter()
///
///       func write<Result>(_ body: (any StorageWriter) throws -> Result) async throws -> Result {
///         writes.increment()
///         return try await base.write(body)
///       }
///     }
///
/// What the contract gains later is passed on too.
public protocol ForwardingStorage: Storage {
  /// The storage that everything is passed on to.
  var base: any Storage { get }
}

extension ForwardingStorage {
  public func open(
    _ catalog: Catalog, migration: Migration
  ) async throws(StorageError) -> MigrationReport {
    try await base.open(catalog, migration: migration)
  }

  public nonisolated(nonsending) func read<Result>(
    _ body: (any StorageReader) throws -> Result
  ) async throws -> Result {
    try await base.read(body)
  }

  public nonisolated(nonsending) func write<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await base.write(body)
  }

  public nonisolated(nonsending) func load<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await base.load(body)
  }

  public nonisolated(nonsending) func verify() async throws -> VerificationReport {
    try await base.verify()
  }

  public nonisolated(nonsending) func backup(
    to path: String, progress: ProgressHandler?
  ) async throws {
    try await base.backup(to: path, progress: progress)
  }

  public nonisolated(nonsending) func restore(
    from path: String, as catalog: Catalog, progress: ProgressHandler?
  ) async throws {
    try await base.restore(from: path, as: catalog, progress: progress)
  }

  public nonisolated(nonsending) func compact() async throws { try await base.compact() }

  public var health: StorageHealth { base.health }

  public func close() async { await base.close() }
}
