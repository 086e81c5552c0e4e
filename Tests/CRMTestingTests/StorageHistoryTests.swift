import CRMSQLite
import CRMStorage
import CRMTesting
import Foundation
import Testing

@Suite("Storages answer random histories as a plain model does")
struct StorageHistoryTests {
  /// How many times as long to try, from the environment variable `CRMKIT_SOAK`.
  static let soak = ProcessInfo.processInfo.environment["CRMKIT_SOAK"].flatMap(UInt64.init) ?? 1

  @Test(
    "Memory, SQLite, files and bytes under bytes agree step by step",
    arguments: 21...(30 * soak))
  func agree(seed: UInt64) async throws {
    try await withFolder { folder in
      try await StorageHistory(seed: seed, steps: 200).run(on: [
        MemoryStorage(), SQLiteStorage(at: folder + "/history.crm", durability: .onClose),
        FileStorage(in: folder + "/history", durability: .onClose), KeyValueStorage(MapEngine()),
      ])
    }
  }
}
