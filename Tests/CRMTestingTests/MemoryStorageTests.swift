import CRMStorage
import CRMTesting
import Testing

@Suite("The storage in memory keeps every law")
struct MemoryStorageTests {
  static let conformance = StorageConformance(
    "Memory", claiming: [.concurrency, .indexes, .entries, .lookUps, .loading]
  ) { _ in MemoryStorage() }

  @Test("Memory keeps the law", arguments: conformance.trials)
  func keeps(trial: ConformanceTrial) async throws { try await trial.run() }
}
