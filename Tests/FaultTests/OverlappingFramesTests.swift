import Testing

@testable import CRMStorage
@testable import CRMTesting

@Suite("Files whose frames were forged to lie in one another", .timeLimit(.minutes(30)))
struct OverlappingFramesTests {
  /// A journal behind whose header each of many heads claims all the bytes to the end.
  private func disk(heads: Int) async throws -> SimulatedDisk {
    let disk = SimulatedDisk()
    let storage = FileStorage(in: "store", fileSystem: disk)
    try await storage.open(try Catalog([Crew.self]))
    try await storage.write { tx in
      try tx.insert(Crew.schema.hold(Crew(id: .nth(1), name: "Sales")))
    }
    await storage.close()
    disk.damage("store/journal-000000000001") { bytes in
      let end = bytes.count + heads * Frame.headSize
      while bytes.count < end {
        let length = UInt32(end - bytes.count - Frame.headSize)
        let seal = Frame.seal(StoreFile(.journal, 1), bytes.count, length, 1)
        for number in [length, 1, seal] {
          withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
      }
    }
    return disk
  }

  @Test("Such a file is refused, and salvaged up to them, in time that follows its size")
  func refused() async throws {
    let disk = try await disk(heads: 100_000)
    let storage = FileStorage(in: "store", fileSystem: disk)
    let catalog = try Catalog([Crew.self])
    let refusal = await #expect(throws: StorageError.self) { try await storage.open(catalog) }
    #expect(refusal?.code == .corrupt)
    let other = MemoryStorage()
    try await other.open(catalog)
    let report = try await FileStorage.salvage(from: "store", into: other, fileSystem: disk)
    #expect(report.damage.count == 1)
    #expect(try await other.read { try $0.count(Query<Crew>()) } == 1)
  }
}
