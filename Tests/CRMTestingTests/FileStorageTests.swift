import CRMStorage
import CRMTesting
import Foundation
import Testing

@Suite("The storage in files keeps every law")
struct FileStorageTests {
  static let conformance = StorageConformance(
    "Files",
    claiming: [
      .survival, .durability, .concurrency, .indexes, .entries, .lookUps, .loading, .compaction,
      .damage,
    ],
    faults: StorageFault.ofDisk { FileStorage(in: "laws", fileSystem: $0) },
    damage: { folder in
      let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/laws")
      let journal = try #require(names.filter { $0.hasPrefix("journal-") }.max())
      let file = URL(fileURLWithPath: folder + "/laws/" + journal)
      var bytes = try Data(contentsOf: file)
      bytes[bytes.count / 2] ^= 1
      try bytes.write(to: file)
    },
    durable: { FileStorage(in: $0 + "/laws", durability: $1) },
    make: { FileStorage(in: $0 + "/laws", durability: .onClose) })

  @Test("Files keep the law", arguments: conformance.trials)
  func keeps(trial: ConformanceTrial) async throws { try await trial.run() }
}
