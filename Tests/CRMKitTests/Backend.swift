import CRMKit
import CRMSQLite
import CRMTesting
import Foundation
import Testing

/// The stores every test of behaviour runs on.
enum Backend: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case memory, file, sqlite

  var testDescription: String { rawValue }

  /// A store of a test's own, gone with the test.
  func makeStore() -> TestStore { TestStore(self) }

  func makeStorage() -> any Storage { makeStore().storage }
}

/// What one test keeps: a store in memory, or files in a folder of its own.
final class TestStore: Sendable {
  private let memory: MemoryStorage?
  private let files: FolderStorage?
  private let folder: String

  init(_ backend: Backend) {
    folder = NSTemporaryDirectory() + "crmkit-\(UUID().uuidString)"
    memory = backend == .memory ? MemoryStorage() : nil
    files = backend == .file ? FolderStorage(folder + "/shop") : nil
    guard memory == nil else { return }
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit {
    guard memory == nil else { return }
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// The same store in memory or in files, or another handle on the same file of SQLite.
  var storage: any Storage {
    if let memory { return memory }
    if let files { return TestFile(self, files) }
    return TestFile(self, SQLiteStorage(at: folder + "/shop.crm", durability: .onClose))
  }
}

/// A store in files that is read from them again at each opening, as one process has one of it.
private struct FolderStorage: ForwardingStorage {
  let base: any Storage

  private let opened = Locked<Catalog?>(nil)

  init(_ path: String) {
    base = FileStorage(in: path, durability: .onClose)
  }

  func open(
    _ catalog: Catalog, migration: Migration
  ) async throws(StorageError) -> MigrationReport {
    if migration.isRehearsal { return try await base.open(catalog, migration: migration) }
    await base.close()
    do throws(StorageError) {
      let report = try await base.open(catalog, migration: migration)
      opened.withLock { $0 = catalog }
      return report
    } catch {
      // What was open stays so where another opening fails.
      if let before = opened.withLock({ $0 }) { try await base.open(before) }
      throw error
    }
  }

  func close() async {
    await base.close()
    opened.withLock { $0 = nil }
  }
}

/// A file that stays while its storage is in use.
private struct TestFile: ForwardingStorage {
  let store: TestStore
  let base: any Storage

  init(_ store: TestStore, _ base: any Storage) {
    self.store = store
    self.base = base
  }
}
