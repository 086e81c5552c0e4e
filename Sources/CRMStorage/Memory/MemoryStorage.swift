/// A store in memory: complete, transactional and fast, gone with the last reference to it.
///
/// Rows are kept as they are, without encoding. A read takes the current version and never
/// waits; a write edits a copy that shares what it does not change, and publishes it at its end.
///
/// - Complexity: Reading and writing a row are O(log *n*); a snapshot and a rollback O(1).
public final class MemoryStorage: Storage {
  /// What was written last, open or not.
  private let latest = Locked<MemoryVersion?>(nil)
  private let published = PublishedVersion()
  private let gate = Gate(permits: 1)

  /// An empty store.
  public init() {}

  public func open(
    _ catalog: Catalog, migration: Migration
  ) async throws(StorageError) -> MigrationReport {
    await gate.enterRegardless()
    defer { gate.leave() }
    let (version, report) = try MemoryVersion.opened(
      catalog, from: latest.withLock { $0 }, migration)
    if migration.isRehearsal { return report }
    keep(version)
    return report
  }

  public nonisolated(nonsending) func read<Result>(
    _ body: (any StorageReader) throws -> Result
  ) async throws -> Result {
    guard let box = published.take() else { throw StorageError.closed }
    let reader = MemoryReader(box)
    defer { reader.end() }
    return try body(reader)
  }

  public nonisolated(nonsending) func write<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await gate.enter()
    defer { gate.leave() }
    let writer = MemoryWriter(try current())
    defer { writer.end() }
    let result = try body(writer)
    keep(writer.version)
    return result
  }

  public nonisolated(nonsending) func load<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await gate.enter()
    defer { gate.leave() }
    let writer = MemoryWriter(try current(), checksReferences: false)
    defer { writer.end() }
    let result = try body(writer)
    try writer.version.checkReferences { throw $0 }
    keep(writer.version)
    return result
  }

  /// Looks at every row and every index of one version, while others read and write.
  public nonisolated(nonsending) func verify() async throws -> VerificationReport {
    let version = try current()
    let reader = MemoryReader(VersionBox(version))
    defer { reader.end() }
    var report = VerificationReport()
    try report.look(at: reader)
    version.verify(&report)
    return report
  }

  /// Refuses transactions from now on; the rows stay for the next opening.
  public func close() async {
    await gate.enterRegardless()
    defer { gate.leave() }
    published.publish(nil)
  }

  private func keep(_ version: MemoryVersion) {
    latest.withLock { $0 = version }
    published.publish(version)
  }

  private func current() throws(StorageError) -> MemoryVersion {
    guard let version = published.take()?.version else { throw .closed }
    return version
  }
}
