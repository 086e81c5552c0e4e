import CRMSQLite
import CRMStorage
import CRMTesting
import TestSupport
import Testing

@Suite("Storages answer random histories as a plain model does")
struct StorageHistoryTests {
  @Test(
    "Memory, SQLite, files and bytes under bytes agree step by step",
    arguments: 21...UInt64(30 * Soak.factor))
  func agree(seed: UInt64) async throws {
    try await withFolder { folder in
      try await StorageHistory(seed: seed, steps: 200).run(on: [
        MemoryStorage(), SQLiteStorage(at: folder + "/history.crm", durability: .onClose),
        FileStorage(in: folder + "/history", durability: .onClose), KeyValueStorage(MapEngine()),
      ])
    }
  }
}
