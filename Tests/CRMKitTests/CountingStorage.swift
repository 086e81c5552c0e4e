import CRMKit
import CRMTesting

/// Passes everything on and counts what is asked of the store.
struct CountingStorage: ForwardingStorage {
  let base: any Storage

  private let questions = Locked(0)

  init(_ base: any Storage) {
    self.base = base
  }

  /// How many questions were asked since the last look.
  func take() -> Int {
    questions.withLock { count in
      defer { count = 0 }
      return count
    }
  }

  nonisolated(nonsending) func read<Result>(
    _ body: (any StorageReader) throws -> Result
  ) async throws -> Result {
    try await base.read { reader in
      try body(CountingReader(reader) { questions.withLock { $0 += 1 } })
    }
  }
}

private final class CountingReader: StorageReader {
  private let base: any StorageReader
  private let count: () -> Void

  init(_ base: any StorageReader, _ count: @escaping () -> Void) {
    self.base = base
    self.count = count
  }

  var catalog: Catalog { base.catalog }

  func get<R: Record>(_ id: Identifier<R>) throws -> Held<R>? {
    count()
    return try base.get(id)
  }

  func get<R: Record>(_ id: Identifier<R>, reading fields: [AnyField<R>]) throws -> Held<R>? {
    count()
    return try base.get(id, reading: fields)
  }

  func get<R: Record>(_ ids: [Identifier<R>]) throws -> [Held<R>?] {
    count()
    return try base.get(ids)
  }

  func scan<R: Record>(_ query: Query<R>, _ body: (Held<R>) throws -> Bool) throws {
    count()
    try base.scan(query, body)
  }

  func scanEntries<R: Record>(
    _ query: EntryQuery<R>, _ body: (IndexEntry<R>) throws -> Bool
  ) throws {
    count()
    try base.scanEntries(query, body)
  }

  func count<R: Record>(_ query: Query<R>) throws -> Int {
    count()
    return try base.count(query)
  }
}
