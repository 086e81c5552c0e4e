import CRMSQLite
import CRMStorage
import CRMTesting
import Foundation
import Testing

@Suite("The storage in SQLite keeps every law")
struct SQLiteStorageTests {
  @Test("SQLite keeps the law", arguments: StorageLaw.all)
  func keeps(law: StorageLaw) async throws {
    try await withFolder { folder in
      try await law.check { SQLiteStorage(at: folder + "/laws.crm") }
    }
  }

  @Test("Rows in SQLite survive", arguments: StorageLaw.persistence)
  func survives(law: StorageLaw) async throws {
    try await withFolder { folder in
      try await law.check(
        { SQLiteStorage(at: folder + "/laws.crm") },
        reopen: { _ in SQLiteStorage(at: folder + "/laws.crm") })
    }
  }

  @Test("SQLite migrates by the law", arguments: StorageLaw.evolution)
  func evolves(law: StorageLaw) async throws {
    try await withFolder { folder in
      try await law.check { SQLiteStorage(at: folder + "/laws.crm") }
    }
  }
}

/// Runs a test in a folder of its own, which is gone afterwards.
func withFolder(_ body: (String) async throws -> Void) async throws {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("CRMTestingTests-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try await body(folder)
}
