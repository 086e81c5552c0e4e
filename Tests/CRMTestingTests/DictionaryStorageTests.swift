import CRMStorage
import CRMTesting
import Testing

@Suite("The smallest storage keeps every law")
struct DictionaryStorageTests {
  @Test("A dictionary keeps the law", arguments: StorageLaw.all)
  func keeps(law: StorageLaw) async throws {
    try await law.check { DictionaryStorage() }
  }

  @Test("A dictionary that is opened again has its rows", arguments: StorageLaw.persistence)
  func survives(law: StorageLaw) async throws {
    try await law.check { DictionaryStorage() }
  }

  @Test("A dictionary migrates by the law", arguments: StorageLaw.evolution)
  func evolves(law: StorageLaw) async throws {
    try await law.check { DictionaryStorage() }
  }

  @Test("Laws have names of their own")
  func names() {
    let laws = StorageLaw.all + StorageLaw.persistence + StorageLaw.evolution
    #expect(Set(laws.map(\.id)).count == laws.count)
    #expect(Set(laws.map(\.title)).count == laws.count)
  }
}
