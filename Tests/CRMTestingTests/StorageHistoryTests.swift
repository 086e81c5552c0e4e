import CRMSQLite
import CRMStorage
import CRMTesting
import Foundation
import Testing

@Suite("Storages answer random histories as a plain model does")
struct StorageHistoryTests {
  /// How many times as long to try, from the environment variable `CRMKIT_SOAK`.
  static let soak = ProcessInfo.processInfo.environment["CRMKIT_SOAK"].flatMap(UInt64.init) ?? 1

  @Test("SQLite agrees with the model", arguments: 1...(5 * soak))
  func agreeInSQLite(seed: UInt64) async throws {
    try await withFolder { folder in
      try await StorageHistory(seed: seed, steps: 300).run(on: [
        SQLiteStorage(at: folder + "/history.crm", durability: .onClose)
      ])
    }
  }

  @Test("Files agree with the model", arguments: 1...(10 * soak))
  func agreeInFiles(seed: UInt64) async throws {
    try await withFolder { folder in
      try await StorageHistory(seed: seed, steps: 300).run(on: [
        FileStorage(in: folder + "/history", durability: .onClose)
      ])
    }
  }

  @Test("Memory and a dictionary agree with the model", arguments: 1...(20 * soak))
  func agree(seed: UInt64) async throws {
    try await StorageHistory(seed: seed, steps: 300).run(on: [
      MemoryStorage(), DictionaryStorage(),
    ])
  }

  @Test("Memory, SQLite, files and a dictionary agree step by step", arguments: 21...(26 * soak))
  func agreeSideBySide(seed: UInt64) async throws {
    try await withFolder { folder in
      try await StorageHistory(seed: seed, steps: 200).run(on: [
        MemoryStorage(), SQLiteStorage(at: folder + "/history.crm", durability: .onClose),
        FileStorage(in: folder + "/history", durability: .onClose), DictionaryStorage(),
      ])
    }
  }
}
