import Foundation
import Testing

@testable import CRMStorage

/// Loading in any order, and taking everything out again, where rows are in memory.
@Suite("Loading and exporting stores in memory and in files")
final class LoadTests {
  private struct Leaf: Record {
    let id: Identifier<Leaf>
    var parent: Identifier<Leaf>?

    struct Fields: Sendable {
      let parent = Field<Leaf, Identifier<Leaf>?>("parent", { $0.parent }, { $0.parent = $1 })
        .references(Leaf.self)
    }
    static let fields = Fields()
    static let schema = Schema<Leaf>("leaves", fields, indexes: [.ordered(fields.parent)]) {
      Leaf(id: $0)
    }
  }

  private let folder = NSTemporaryDirectory() + "crmkit-load-\(UUID().uuidString)"

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func storage(isFile: Bool) -> any Storage {
    isFile ? FileStorage(in: folder) : MemoryStorage()
  }

  private func leaf(_ number: Int64, under parent: Int64?) throws -> Held<Leaf> {
    try Leaf.schema.hold(
      Leaf(id: Identifier(number: number), parent: parent.map { Identifier(number: $0) }))
  }

  @Test(
    "Rows come in any order, none waits, and a missing one leaves nothing",
    arguments: [false, true])
  func anyOrder(isFile: Bool) async throws {
    let storage = storage(isFile: isFile)
    try await storage.open(Catalog([Leaf.self]))
    let error = await #expect(throws: StorageError.self) {
      try await storage.load { writer in
        for number in 1...100 as ClosedRange<Int64> {
          try writer.insert(self.leaf(number, under: number + 1))
        }
      }
    }
    #expect(error?.code == .unknownReference)
    #expect(try await storage.read { try $0.count(Query<Leaf>()) } == 0)
    try await storage.load { writer in
      for number in 1...100 as ClosedRange<Int64> {
        try writer.insert(self.leaf(number, under: number == 100 ? nil : number + 1))
        // It is in the store, not held back.
        #expect(try writer.count(Query<Leaf>()) == Int(number))
      }
    }
    await storage.close()
    let again = isFile ? self.storage(isFile: true) : storage
    try await again.open(Catalog([Leaf.self]))
    #expect(try await again.read { try $0.count(Query<Leaf>()) } == 100)
    #expect(try await again.verify().problems == [])
    await again.close()
  }

  @Test(
    "A backup without the kinds of other programs is refused, naming them",
    arguments: [false, true])
  func otherKinds(isFile: Bool) async throws {
    let storage = storage(isFile: isFile)
    try await storage.open(Catalog([Leaf.self]))
    try await storage.write { try $0.insert(self.leaf(1, under: nil)) }
    await storage.close()
    let again = isFile ? self.storage(isFile: true) : storage
    try await again.open(Catalog([]))
    let path = folder + "-backup"
    let error = await #expect(throws: StorageError.self) {
      try await again.backup(to: path, progress: nil)
    }
    #expect(error?.code == .incompatibleSchema)
    #expect(error?.record == "leaves")
    #expect(!FileManager.default.fileExists(atPath: path))
    await again.close()
  }
}
