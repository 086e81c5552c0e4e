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
    do {
      return try writing.withLock { try opened(catalog, migration) }
    } catch let error as StorageError {
      throw error
    } catch {
      throw StorageError(.migrationFailed, "The migration failed.", recovery: "Look for the cause.")
    }
  }

  private func opened(_ catalog: Catalog, _ migration: Migration) throws -> MigrationReport {
    let old = lock.withLock { tables }
    let run = MigrationRun(
      try MigrationPlan(from: old.kinds.map { storedKind($0) }, to: catalog), migration)
    var new = old
    new.note(catalog.schemas.map { $0.recordType })
    let writer = transaction.init(catalog, new)
    defer { writer.end() }
    writer.checksReferences = false
    for kind in old.kinds where !new.kinds.contains(where: { $0 == kind }) {
      try takeOver(kind, from: old, into: writer, run)
    }
    if run.report.problems.isEmpty { try writer.checkAllReferences { try run.noting($0) } }
    if migration.isRehearsal { return run.report }
    lock.withLock {
      self.catalog = catalog
      tables = writer.tables
    }
    return run.report
  }

  private func takeOver<R: Record>(
    _ kind: R.Type, from old: Tables, into writer: DictionaryTransaction, _ run: MigrationRun
  ) throws {
    let rows = old[kind].values.sorted { $0.id < $1.id }
    try run.takeOver(R.schema.storedKind, total: rows.count, into: writer) { body in
      for row in rows { try body(StoredRecord(row)) }
    }
  }

  private func storedKind<R: Record>(_ kind: R.Type) -> StoredKind { R.schema.storedKind }

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

  /// Goes on with kinds, and those that only earlier openings asked for.
  mutating func note(_ kinds: [any Record.Type]) {
    let names = Set(kinds.map { name($0) })
    let before = self.kinds
    self.kinds = kinds + before.filter { !names.contains(name($0)) }
    // Rows of a type that is another now are taken over one by one.
    for kind in before where !self.kinds.contains(where: { $0 == kind }) {
      tables[name(kind)] = nil
    }
  }

  /// The type that a kind has now, which may be newer than that of a kind that refers to it.
  func current(_ kind: any Record.Type) -> (any Record.Type)? {
    kinds.first { name($0) == name(kind) }
  }

  private func name<R: Record>(_ kind: R.Type) -> String { R.schema.name }
}
