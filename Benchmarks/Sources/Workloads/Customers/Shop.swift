import CRMKit

extension CRM {
  /// What a shop would open: everything that ships, with two facts of its own on customers.
  static var shopCapabilities: [any Capability] {
    let customers = Customers(attributes: [
      AttributeDefinition("shoe_size", .integer), AttributeDefinition("subscribed", .flag),
    ])
    return standardCapabilities.map { $0 is Customers ? customers : $0 }
  }
}

/// A clock that stands still, so that what is written is the same in every run.
struct StoppedClock: WallClock {
  let now = Instant(milliseconds: 1_700_000_000_000)
}

/// Passes everything on but recorded events, to see what customers take without them.
final class EventlessStorage: Storage {
  private let base = MemoryStorage()

  func open(
    _ catalog: Catalog, migration: Migration
  ) async throws(StorageError) -> MigrationReport {
    try await base.open(catalog, migration: migration)
  }

  nonisolated(nonsending) func read<Result>(_ body: (any StorageReader) throws -> Result)
    async throws -> Result
  {
    try await base.read(body)
  }

  nonisolated(nonsending) func write<Result>(_ body: (any StorageWriter) throws -> Result)
    async throws -> Result
  {
    try await base.write { try body(EventlessWriter($0)) }
  }

  func close() async { await base.close() }
}

private final class EventlessWriter: StorageWriter {
  private let base: any StorageWriter

  init(_ base: any StorageWriter) {
    self.base = base
  }

  var catalog: Catalog { base.catalog }

  func get<R: Record>(_ id: Identifier<R>) throws -> Held<R>? { try base.get(id) }

  func scan<R: Record>(_ query: Query<R>, _ body: (Held<R>) throws -> Bool) throws {
    try base.scan(query, body)
  }

  func count<R: Record>(_ query: Query<R>) throws -> Int { try base.count(query) }

  func insert<R: Record>(_ row: Held<R>) throws {
    if R.self != RecordedEvent.self { try base.insert(row) }
  }

  func update<R: Record>(_ row: Held<R>, from old: Held<R>) throws {
    try base.update(row, from: old)
  }

  func delete<R: Record>(_ row: Held<R>) throws { try base.delete(row) }

  func attempt<Result>(_ body: () throws -> Result) throws -> Result { try base.attempt(body) }
}
