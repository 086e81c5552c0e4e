import CRMKit
import CRMTesting

/// Passes everything on and counts what writes ask of the store.
struct CountingWrites: ForwardingStorage {
  let base: any Storage

  private let kind: String?
  private let questions = Locked(0)
  private let rows = Locked(0)

  /// Counts what is asked of one kind of record, or of all.
  init(_ base: any Storage, of kind: String? = nil) {
    self.base = base
    self.kind = kind
  }

  /// How many rows were looked at since the last look, by scans.
  func takeRows() -> Int {
    rows.withLock { count in
      defer { count = 0 }
      return count
    }
  }

  /// How many questions were asked since the last look.
  func take() -> Int {
    questions.withLock { count in
      defer { count = 0 }
      return count
    }
  }

  nonisolated(nonsending) func write<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await base.write { writer in
      try body(
        CountingWriter(writer) { asked, isRow in
          guard kind.map({ $0 == asked }) ?? true else { return }
          (isRow ? rows : questions).withLock { $0 += 1 }
        })
    }
  }
}

private final class CountingWriter: StorageWriter {
  private let base: any StorageWriter
  private let count: (_ kind: String, _ isRow: Bool) -> Void

  init(_ base: any StorageWriter, _ count: @escaping (String, Bool) -> Void) {
    self.base = base
    self.count = count
  }

  var catalog: Catalog { base.catalog }

  func get<R: Record>(_ id: Identifier<R>) throws -> Held<R>? {
    count(R.schema.name, false)
    return try base.get(id)
  }

  func get<R: Record>(_ ids: [Identifier<R>]) throws -> [Held<R>?] {
    count(R.schema.name, false)
    return try base.get(ids)
  }

  func scan<R: Record>(_ query: Query<R>, _ body: (Held<R>) throws -> Bool) throws {
    count(R.schema.name, false)
    try base.scan(query) {
      count(R.schema.name, true)
      return try body($0)
    }
  }

  func scanEntries<R: Record>(
    _ query: EntryQuery<R>, _ body: (IndexEntry<R>) throws -> Bool
  ) throws {
    count(R.schema.name, false)
    try base.scanEntries(query, body)
  }

  func count<R: Record>(_ query: Query<R>) throws -> Int {
    count(R.schema.name, false)
    return try base.count(query)
  }

  func insert<R: Record>(_ row: Held<R>) throws { try base.insert(row) }

  func update<R: Record>(_ row: Held<R>, from old: Held<R>) throws {
    try base.update(row, from: old)
  }

  func delete<R: Record>(_ row: Held<R>) throws { try base.delete(row) }

  func attempt<Result>(_ body: () throws -> Result) throws -> Result { try base.attempt(body) }
}
