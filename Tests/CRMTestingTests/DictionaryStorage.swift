import CRMStorage
import Foundation

/// The smallest storage there can be: a dictionary, copied whole for each write.
class DictionaryStorage: Storage, @unchecked Sendable {
  // `tables` and `catalog` are touched only within `lock`, writes run only within `writing`.
  private let lock = NSLock()
  private let writing = NSLock()
  private var tables = Tables()
  private var catalog: Catalog?
  private let transaction: DictionaryTransaction.Type

  init(transaction: DictionaryTransaction.Type = DictionaryTransaction.self) {
    self.transaction = transaction
  }

  func open(
    _ catalog: Catalog, migration: Migration
  ) async throws(StorageError) -> MigrationReport {
    lock.withLock {
      self.catalog = catalog
      tables.note(catalog.schemas.map { $0.recordType })
    }
    // Nothing but the same types can be opened again, so there is nothing to migrate.
    return MigrationReport()
  }

  func close() async {
    lock.withLock { catalog = nil }
  }

  func begin() throws -> DictionaryTransaction {
    try lock.withLock {
      guard let catalog else {
        throw StorageError(.closed, "The store is not open.", recovery: "Open it.")
      }
      return transaction.init(catalog, tables)
    }
  }

  func commit(_ tables: Tables) {
    lock.withLock { self.tables = tables }
  }

  nonisolated(nonsending) func read<Result>(
    _ body: (any StorageReader) throws -> Result
  ) async throws -> Result {
    let snapshot = try begin()
    defer { snapshot.end() }
    return try body(snapshot)
  }

  nonisolated(nonsending) func write<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try writing.withLock { try written(body) }
  }

  func written<Result>(_ body: (any StorageWriter) throws -> Result) throws -> Result {
    let transaction = try begin()
    defer { transaction.end() }
    let result = try body(transaction)
    commit(transaction.tables)
    return result
  }
}

/// All rows, by kind and identifier.
struct Tables {
  /// Every kind of record that was ever asked for.
  private(set) var kinds: [any Record.Type] = []

  private var tables: [String: Any] = [:]

  subscript<R: Record>(_ kind: R.Type) -> [Identifier<R>: Held<R>] {
    get { tables[R.schema.name] as? [Identifier<R>: Held<R>] ?? [:] }
    set { tables[R.schema.name] = newValue }
  }

  mutating func note(_ kinds: [any Record.Type]) {
    let before = self.kinds
    self.kinds = kinds + before.filter { kind in !kinds.contains { $0 == kind } }
  }
}
