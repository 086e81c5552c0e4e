import CRMStorage
import CRMTesting
import Testing

@Suite("The storage in files keeps every law")
struct FileStorageTests {
  @Test("Files keep the law", arguments: StorageLaw.all)
  func keeps(law: StorageLaw) async throws {
    try await withFolder { folder in
      try await law.check { FileStorage(in: folder + "/laws", durability: .onClose) }
    }
  }

  @Test(
    "Rows in files survive", arguments: StorageLaw.persistence,
    [Durability.everyCommit, .grouped(within: .milliseconds(2)), .onClose])
  func survives(law: StorageLaw, durability: Durability) async throws {
    try await withFolder { folder in
      try await law.check(
        { FileStorage(in: folder + "/laws", durability: durability) },
        reopen: { _ in FileStorage(in: folder + "/laws", durability: durability) })
    }
  }

  @Test("Files migrate by the law", arguments: StorageLaw.evolution)
  func evolves(law: StorageLaw) async throws {
    try await withFolder { folder in
      try await law.check { FileStorage(in: folder + "/laws", durability: .onClose) }
    }
  }
}
