/// A store in memory: complete, transactional and fast, gone with the last reference to it.
///
/// Rows are kept as they are, without encoding. A read takes the current version and never
/// waits; a write edits a copy that shares what it does not change, and publishes it at its end.
///
/// - Complexity: Reading and writing a row are O(log *n*); a snapshot and a rollback O(1).
public final class MemoryStorage: Storage {
  /// What was written last, and whether transactions may see it.
  private struct State {
    var version: MemoryVersion?
    var isOpen = false
  }

  private let state = Locked(State())
  private let gate = Gate(permits: 1)

  /// An empty store.
  public init() {}

  public func open(
    _ catalog: Catalog, migration: Migration
  ) async throws(StorageError) -> MigrationReport {
    await gate.enterRegardless()
    defer { gate.leave() }
    let (version, report) = try MemoryVersion.opened(
      catalog, from: state.withLock { $0.version }, migration)
    if migration.isRehearsal { return report }
    state.withLock { state in
      state.version = version
      state.isOpen = true
    }
    return report
  }

  public nonisolated(nonsending) func read<Result>(
    _ body: (any StorageReader) throws -> Result
  ) async throws -> Result {
    let reader = MemoryReader(try current())
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
    state.withLock { $0.version = writer.version }
    return result
  }

  /// Looks at every row and every index of one version, while others read and write.
  public nonisolated(nonsending) func verify() async throws -> VerificationReport {
    let version = try current()
    let reader = MemoryReader(version)
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
    state.withLock { $0.isOpen = false }
  }

  private func current() throws(StorageError) -> MemoryVersion {
    guard let version = state.withLock({ $0.isOpen ? $0.version : nil }) else {
      throw StorageError(
        .closed, "The store is not open.", recovery: "Give it to a CRM, or call open.")
    }
    return version
  }
}

/// Everything a store holds at one moment.
struct MemoryVersion: @unchecked Sendable {
  // Proof: the trees within are changed only where they are uniquely referenced, which what is
  // shared between threads is not; their payloads are immutable boxes of Sendable rows.

  let shape: MemoryShape
  var tables: [MemoryTable]

  /// The tables of a catalog and of the kinds that only earlier openings asked for.
  ///
  /// Those of the same type as before have their rows, the others are empty.
  init(_ catalog: Catalog, keeping old: MemoryVersion?) {
    shape = MemoryShape(catalog, keeping: old?.shape)
    tables = zip(shape.kept, shape.coders).map { schema, coder in
      if let old, let before = old.shape.kept.firstIndex(where: { $0 === schema }) {
        return old.tables[before]
      }
      return MemoryTable(indexes: coder.indexes.count)
    }
  }
}

/// What all versions of a store have in common until it is opened anew; one reference, so that
/// taking a version counts few.
final class MemoryShape: Sendable {
  /// The kinds that were asked for.
  let catalog: Catalog

  /// Those and, after them, the kinds that only earlier openings asked for.
  let kept: [any AnySchema]

  // One of each for every kind that is kept.
  let coders: [MemoryCoder]
  let referrers: [[Referrer]]

  /// An index that leads from a row to those that refer to it.
  struct Referrer {
    let table: Int
    let index: Int
    let place: String
  }

  init(_ catalog: Catalog, keeping old: MemoryShape?) {
    let former = (old?.kept ?? []).filter { catalog.schema(named: $0.name) == nil }
    let kept = catalog.schemas + former
    let positions = Dictionary(
      zip(kept.map(\.name), kept.indices), uniquingKeysWith: { first, _ in first })
    var referrers: [[Referrer]] = Array(repeating: [], count: kept.count)
    for (position, schema) in kept.enumerated() {
      Self.addReferrers(of: schema.recordType, at: position, to: &referrers) { positions[$0] }
    }
    self.catalog = catalog
    self.kept = kept
    coders = kept.map { schema in Self.coder(of: schema.recordType) { positions[$0] } }
    self.referrers = referrers
  }

  private static func coder<R: Record>(
    of record: R.Type, position: (String) -> Int?
  ) -> MemoryCoder {
    MemoryCoder(record, position: position)
  }

  private static func addReferrers<R: Record>(
    of record: R.Type, at position: Int, to referrers: inout [[Referrer]],
    position target: (String) -> Int?
  ) {
    for field in R.schema.fields {
      guard let referred = field.reference.map(MemoryCoder.name).flatMap(target),
        let index = R.schema.indexes.firstIndex(where: { $0.fields.first?.name == field.name })
      else { continue }
      referrers[referred].append(
        Referrer(table: position, index: index, place: "\(R.schema.name).\(field.name)"))
    }
  }
}
