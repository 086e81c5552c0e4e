import CRMKit
import CRMSQLite
import TestSupport

/// A kind of store to test on.
enum Backend: CaseIterable, Sendable {
  case memory, file, sqlite

  /// Runs a test on a store that is gone afterwards.
  func withStorage(_ body: (any Storage) async throws -> Void) async throws {
    if self == .memory { return try await body(MemoryStorage()) }
    try await withFolder { folder in
      let path = folder + "/test.crm"
      try await body(
        self == .file
          ? FileStorage(in: path, durability: .onClose) : SQLiteStorage(at: path))
    }
  }

  /// Runs a test on a CRM that is gone afterwards.
  func withCRM(_ body: (CRM) async throws -> Void) async throws {
    try await withStorage { storage in
      let crm = try await CRM(storage: storage)
      try await body(crm)
      await crm.close()
    }
  }
}
