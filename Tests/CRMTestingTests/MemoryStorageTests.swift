import CRMStorage
import CRMTesting
import Testing

@Suite("The storage in memory keeps every law")
struct MemoryStorageTests {
  @Test("Memory keeps the law", arguments: StorageLaw.all)
  func keeps(law: StorageLaw) async throws {
    try await law.check { MemoryStorage() }
  }

  @Test("Memory migrates by the law", arguments: StorageLaw.evolution)
  func evolves(law: StorageLaw) async throws {
    try await law.check { MemoryStorage() }
  }
}
