import CRMStorage
import CRMTesting
import Foundation
import Testing

@Suite("A storage over bytes under bytes keeps every law")
struct KeyValueStorageTests {
  static let conformance = StorageConformance(
    "Key-value", claiming: [.concurrency, .indexes, .entries, .loading]
  ) { _ in KeyValueStorage(MapEngine()) }

  @Test("A key-value storage keeps the law", arguments: conformance.trials)
  func keeps(trial: ConformanceTrial) async throws { try await trial.run() }

  @Test("A map hands its keys on in the order of their bytes, either way")
  func order() {
    var map = ByteMap()
    for key in [[3], [1, 2], [1], [0xFF], []] as [[UInt8]] { map[key] = key + [9] }
    map[[3]] = nil
    let before = map
    map.apply([KeyValueChange(key: [2], value: []), KeyValueChange(key: [1], value: nil)])
    #expect(keys(map, from: [], to: [0xFF, 0]) == [[], [1, 2], [2], [0xFF]])
    #expect(keys(map, from: [1], to: [0xFF], descending: true) == [[2], [1, 2]])
    #expect(keys(before, from: [1], to: [2]) == [[1], [1, 2]])
    #expect(keys(map, from: [2], to: [1]) == [])
    #expect(before.count == 4 && before[[1]] == [1, 9] && map[[1]] == nil)
  }

  @Test("Verification names rows that cannot be read, and entries that are missing or too many")
  func verification() async throws {
    let engine = MapEngine()
    let storage = KeyValueStorage(engine)
    try await storage.open(Catalog([Memo.self]))
    let ids = (1...3).map { Identifier<Memo>(number: $0) }
    try await storage.write { tx in
      for id in ids { try tx.insert(Memo.schema.hold(Memo(id: id, text: "\(id.number)"))) }
    }
    #expect(try await storage.verify().isSound)
    var rows: [[UInt8]] = []
    var entries: [[UInt8]] = []
    engine.content.scan(from: [2], to: [4], descending: false) { key, _ in
      if key[0] == 2 { rows.append(key) } else { entries.append(key) }
      return true
    }
    engine.apply([
      KeyValueChange(key: rows[0], value: [77]), KeyValueChange(key: entries[1], value: nil),
    ])
    await storage.close()
    try await storage.open(Catalog([Memo.self]))
    let problems = try await storage.verify().problems
    #expect(problems.map(\.code) == [.invalidValue, .corrupt])
    #expect(problems.map(\.identifier) == [ids[0].description, ids[1].description])
    engine.apply([KeyValueChange(key: rows[2], value: nil)])
    await storage.close()
    try await storage.open(Catalog([Memo.self]))
    #expect(try await storage.verify().problems.last?.message.contains("rows that are not") == true)
  }

  @Test("Keys of a version that is not known are refused and stay")
  func newerFormat() async throws {
    let engine = MapEngine()
    engine.apply([KeyValueChange(key: [0], value: [2])])
    let before = keys(engine.content, from: [], to: [0xFF])
    await #expect { try await KeyValueStorage(engine).open(Catalog([Memo.self])) } throws: {
      ($0 as? StorageError)?.code == .newerStore
    }
    #expect(keys(engine.content, from: [], to: [0xFF]) == before)
  }

  private func keys(
    _ map: ByteMap, from lower: [UInt8], to upper: [UInt8], descending isDescending: Bool = false
  ) -> [[UInt8]] {
    var keys: [[UInt8]] = []
    map.scan(from: lower, to: upper, descending: isDescending) { key, _ in
      keys.append(key)
      return true
    }
    return keys
  }
}

/// A numbered row with an index.
private struct Memo: Record {
  let id: Identifier<Memo>
  var text = ""

  struct Fields: Sendable {
    let text = Field<Memo, String>("text", { $0.text }, { $0.text = $1 })
  }
  static let fields = Fields()
  static let schema = Schema<Memo>(
    "notes", fields, numbered: true, indexes: [.ordered(fields.text)]
  ) { Memo(id: $0) }
}

/// The least engine there can be.
class MapEngine: KeyValueEngine, @unchecked Sendable {
  // `map` is touched only within `lock`.
  private let lock = NSLock()
  private var map: ByteMap

  init(_ map: ByteMap = ByteMap()) { self.map = map }

  var content: ByteMap { lock.withLock { map } }

  func open() {}
  func snapshot() -> any KeyValueSnapshot { content }
  func commit(_ changes: [KeyValueChange]) throws { apply(changes) }
  func apply(_ changes: [KeyValueChange]) { lock.withLock { map.apply(changes) } }
  func close() {}
}
