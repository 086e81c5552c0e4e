#if os(Linux)
import TestSupport
import Testing

@testable import CRMStorage
@testable import CRMTesting

@Suite("Whatever the files of a store hold", .timeLimit(.minutes(60)))
struct FileFuzzTests {
  @Test("Damaged files make a sound store of whole writes, or are refused and left alone")
  func damaged() async {
    let result = await #expect(processExitsWith: .success) {
      let stores = try await FuzzedStores()
      try await FuzzProcess.tryOut("damaged", count: 4_000, largest: stores.largest) { seed in
        let disk = try stores.damaged(seed)
        try await FuzzedStores.look(at: disk, isForged: false, seed)
      }
    }
    FuzzProcess.report("damaged", isDone: result != nil)
  }

  @Test("Files that are forged, with checksums that hold, make a store or are refused")
  func forged() async {
    let result = await #expect(processExitsWith: .success) {
      let stores = try await FuzzedStores()
      try await FuzzProcess.tryOut("forged", count: 3_000, largest: stores.largest) { seed in
        let disk = try stores.forged(seed)
        try await FuzzedStores.look(at: disk, isForged: true, seed)
      }
    }
    FuzzProcess.report("forged", isDone: result != nil)
  }

  @Test("The smallest rows there can be take a multiple of their bytes, and no more")
  func smallest() async {
    await #expect(processExitsWith: .success) {
      let disk = SimulatedDisk()
      let storage = FileStorage(in: "shop", fileSystem: disk)
      try await storage.open(FuzzedStores.catalog)
      await storage.close()
      let file = "shop/journal-000000000001"
      let header = try #require(disk.content(of: file))
      let bytes = try SmallestRows.file(of: 1 << 20, header: header)
      disk.damage(file) { $0 = bytes }
      FuzzProcess.limitMemory(to: FuzzProcess.allowance + FuzzProcess.multiple * bytes.count)
      try await storage.open(FuzzedStores.catalog)
      #expect(try await storage.read { try $0.count(Query<Sparse>()) } > 50_000)
      await storage.close()
    }
  }
}

/// A journal of rows that have an identifier and nothing else.
private enum SmallestRows {
  static func file(of size: Int, header: [UInt8]) throws -> [UInt8] {
    let kinds = try FuzzedStores.catalog.schemas.map(\.name).sorted()
    let kind = kinds.firstIndex(of: Sparse.schema.name) ?? 0
    let columns = Sparse.schema.layout.columns.count
    let writer = ByteWriter()
    writer.byte(Frame.Kind.commit.rawValue)
    writer.varint(1)
    writer.varint(0)
    var number: UInt64 = 0
    while writer.count < size {
      number += 1
      ChangeTag(kind: kind, isNumbered: true, isRemoval: false)
        .write(RowID(high: 0, low: number), to: writer)
      writer.counted {
        writer.beginRow(columns: columns)
        for _ in 0..<columns { writer.missing() }
      }
    }
    let forgery = Forgery(
      header: header, of: StoreFile(.journal, 1), bodies: [Array(writer.bytes)])
    return forgery.bytes()
  }
}
#endif
