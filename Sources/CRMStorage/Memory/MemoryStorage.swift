/// A store in memory: complete, transactional and fast, gone with the last reference to it.
///
/// Rows are kept as they are, without encoding. A read takes the current version and never
/// waits; a write edits a copy that shares what it does not change, and publishes it at its end.
///
/// - Complexity: Reading and writing a row are O(log *n*); a snapshot and a rollback O(1).
public final class MemoryStorage: Storage {
  private let published = Locked<MemoryVersion?>(nil)
  private let isOpen = Locked(false)
  private let gate = Gate(permits: 1)

  /// An empty store.
  public init() {}

  public func open(_ catalog: Catalog) async throws(StorageError) {
    await gate.enterRegardless()
    defer { gate.leave() }
    try published.withLock { version throws(StorageError) in
      version = try MemoryVersion(catalog, keeping: version)
    }
    isOpen.withLock { $0 = true }
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
    published.withLock { $0 = writer.version }
    return result
  }

  /// Refuses transactions from now on; the rows stay for the next opening.
  public func close() async {
    await gate.enterRegardless()
    defer { gate.leave() }
    isOpen.withLock { $0 = false }
  }

  private func current() throws(StorageError) -> MemoryVersion {
    guard isOpen.withLock({ $0 }), let version = published.withLock({ $0 }) else {
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

  /// The kinds that were asked for.
  let catalog: Catalog

  /// Those and, after them, the kinds that only earlier openings asked for.
  private let keptCatalog: Catalog

  // One of each for every kind that is kept.
  let coders: [MemoryCoder]
  let referrers: [[Referrer]]
  var tables: [MemoryTable]

  /// An index that leads from a row to those that refer to it.
  struct Referrer {
    let table: Int
    let index: Int
    let place: String
  }

  init(_ catalog: Catalog, keeping old: MemoryVersion?) throws(StorageError) {
    let former = old?.keptCatalog.schemas ?? []
    for schema in former {
      guard let wanted = catalog.schema(named: schema.name), wanted !== schema else { continue }
      throw StorageError(
        .incompatibleSchema, "The store's \(schema.name) are of another type.",
        recovery: "Open it with the type of record it was opened with.", record: schema.name)
    }
    let kept = try Catalog((catalog.schemas + former).map { $0.recordType })
    self.catalog = catalog
    keptCatalog = kept
    var tables: [MemoryTable] = []
    var coders: [MemoryCoder] = []
    var referrers: [[Referrer]] = Array(repeating: [], count: kept.schemas.count)
    for (position, schema) in kept.schemas.enumerated() {
      Self.add(schema.recordType, at: position, to: &tables, &coders, &referrers, in: kept)
      if let old, let before = former.firstIndex(where: { $0 === schema }) {
        tables[position] = old.tables[before]
      }
    }
    self.tables = tables
    self.coders = coders
    self.referrers = referrers
  }

  private static func add<R: Record>(
    _ record: R.Type, at position: Int, to tables: inout [MemoryTable],
    _ coders: inout [MemoryCoder], _ referrers: inout [[Referrer]], in catalog: Catalog
  ) {
    tables.append(MemoryTable(indexes: R.schema.indexes.count))
    coders.append(MemoryCoder(record, in: catalog))
    for field in R.schema.fields {
      guard let target = field.reference, let referred = catalog.position(ofKind: target),
        let index = R.schema.indexes.firstIndex(where: { $0.fields.first?.name == field.name })
      else { continue }
      referrers[referred].append(
        Referrer(table: position, index: index, place: "\(R.schema.name).\(field.name)"))
    }
  }
}
