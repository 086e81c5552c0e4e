import CRMSQLite
import CRMStorage
import CSQLite
import Foundation

/// A folder for the files of one test.
final class Folder: Sendable {
  let path: String

  init() {
    path = NSTemporaryDirectory() + "crmsqlite-\(UUID().uuidString)"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  var store: String { path + "/shop.crm" }

  func content(of file: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: file))
  }
}

let kinds: [any Record.Type] = [Firm.self, Person.self, Purchase.self, Entry.self]

/// An open store in a folder.
func opened(
  _ folder: Folder, kinds: [any Record.Type] = kinds, busyTimeout: Duration = .seconds(120),
  readers: Int = 4
) async throws -> SQLiteStorage {
  let storage = SQLiteStorage(
    at: folder.store, durability: .onClose, busyTimeout: busyTimeout, readers: readers)
  try await storage.open(Catalog(kinds))
  return storage
}

/// A connection of another program.
final class Stranger {
  let handle: OpaquePointer?

  init(_ path: String) {
    var handle: OpaquePointer?
    sqlite3_open(path, &handle)
    self.handle = handle
  }

  deinit { sqlite3_close_v2(handle) }

  func run(_ sql: String) -> Int32 { sqlite3_exec(handle, sql, nil, nil, nil) }

  /// The first row of a statement, as text.
  func row(_ sql: String) -> [String?] {
    var statement: OpaquePointer?
    sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
    defer { sqlite3_finalize(statement) }
    guard sqlite3_step(statement) == SQLITE_ROW else { return [] }
    return (0..<sqlite3_column_count(statement)).map { column in
      sqlite3_column_text(statement, column).map { String(cString: $0) }
    }
  }
}

extension StorageWriter {
  func insert<R: Record>(new row: R) throws { try insert(R.schema.hold(row)) }

  func replace<R: Record>(_ id: Identifier<R>, _ change: (inout R) -> Void) throws {
    guard let old = try get(id) else { return }
    var row = old.row
    change(&row)
    try update(R.schema.hold(row), from: old)
  }
}

/// The error of a closure that is expected to fail.
func failure(_ body: () throws -> Void) -> StorageError? {
  do {
    try body()
    return nil
  } catch {
    return error as? StorageError
  }
}

/// The error of a closure that is expected to fail.
nonisolated(nonsending) func failure(
  _ body: nonisolated(nonsending) () async throws -> Void
) async -> StorageError? {
  do {
    try await body()
    return nil
  } catch {
    return error as? StorageError
  }
}
