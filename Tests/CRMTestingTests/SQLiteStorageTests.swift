import CRMStorage
import CRMTesting
import Foundation
import Testing

@testable import CRMSQLite

@Suite("The storage in SQLite keeps every law")
struct SQLiteStorageTests {
  static let conformance = StorageConformance(
    "SQLite", claiming: Set(StorageAbility.all), faults: [fullDisk],
    damage: { folder in
      let file = try #require(FileHandle(forUpdatingAtPath: folder + "/laws.crm"))
      // The second page is the first of the tables' own.
      try file.seek(toOffset: 4_096)
      try file.write(contentsOf: Data(repeating: 0xA5, count: 8_192))
      try file.close()
    },
    durable: { SQLiteStorage(at: $0 + "/laws.crm", durability: $1) },
    make: { SQLiteStorage(at: $0 + "/laws.crm", durability: .onClose) })

  /// A file that cannot grow by more than so many pages.
  static let fullDisk = StorageFault(
    "a full disk", make: { FilledStorage(at: $0 + "/laws.crm") },
    order: { try await $0.limit(growth: $1 - 1) }, end: { try await $0.unlimit() })

  @Test("SQLite keeps the law", arguments: conformance.trials)
  func keeps(trial: ConformanceTrial) async throws { try await trial.run() }
}

/// A store in SQLite whose file can be kept from growing, as a full disk would.
private struct FilledStorage: ForwardingStorage {
  let base: any Storage

  private let hasFilled = Locked(false)

  init(at path: String) {
    base = SQLiteStorage(at: path, durability: .onClose)
  }

  func limit(growth pages: Int) async throws {
    try await base.write { store in
      guard let connection = (store as? SQLiteWriter)?.connection else { return }
      let count = try connection.integer("PRAGMA page_count")
      _ = try connection.integer("PRAGMA max_page_count = \(Int(count) + pages)")
    }
  }

  func unlimit() async throws -> Bool {
    try await limit(growth: 1_000_000)
    return hasFilled.withLock { $0 }
  }

  private func note(_ error: any Error) {
    if (error as? StorageError)?.code == .full { hasFilled.withLock { $0 = true } }
  }

  func open(
    _ catalog: Catalog, migration: Migration
  ) async throws(StorageError) -> MigrationReport {
    do throws(StorageError) {
      return try await base.open(catalog, migration: migration)
    } catch {
      note(error)
      throw error
    }
  }

  nonisolated(nonsending) func write<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    do {
      return try await base.write(body)
    } catch {
      note(error)
      throw error
    }
  }

  nonisolated(nonsending) func load<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    do {
      return try await base.load(body)
    } catch {
      note(error)
      throw error
    }
  }
}
