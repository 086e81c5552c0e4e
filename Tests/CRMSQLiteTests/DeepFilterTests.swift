import CRMSQLite
import CRMStorage
import Foundation
import Testing

@Suite("Filters of any width are answered alike, and too deep ones refused alike")
struct DeepFilterTests {
  let folder = Folder()

  private func backends() async throws -> [any Storage] {
    let memory = MemoryStorage()
    try await memory.open(Catalog(kinds))
    let storages: [any Storage] = [memory, try await opened(folder)]
    for storage in storages {
      try await storage.write { store in
        for number in 1...3 {
          var person = Person(id: .made(UInt64(number)))
          person.visits = number
          person.name = "\(number)"
          try store.insert(new: person)
        }
      }
    }
    return storages
  }

  private func count(_ condition: Condition, in storage: any Storage) async throws -> Int {
    var query = Query<Person>(limit: 5)
    query.filter = Filter(condition)
    let wanted = query
    return try await storage.read { try $0.count(wanted) }
  }

  @Test("Ten thousand conditions stand side by side", arguments: [1_000, 10_000])
  func wide(width: Int) async throws {
    let apart = (0..<width).map {
      Condition.compare(field: "visits", .notEqual, value: [.integer(Int64($0) + 2)])
    }
    let equal = (0..<width).map {
      Condition.compare(field: "visits", .equal, value: [.integer(Int64($0) + 2)])
    }
    for storage in try await backends() {
      #expect(try await count(.all(apart), in: storage) == 1)
      #expect(try await count(.any(equal), in: storage) == 2)
    }
  }

  @Test("A chain of operators is one condition, however long")
  func chains() async throws {
    let visits = Person.fields.visits
    let either = (0..<5_000).reduce(visits == 1) { $0 || visits == $1 + 3 }
    let both = (0..<5_000).reduce(visits != 1) { $0 && visits != $1 + 3 }
    let turned = (0..<5_001).reduce(visits == 1) { filter, _ in !filter }
    #expect(either.condition.disjuncts.count == 5_001)
    #expect(both.condition.conjuncts.count == 5_001)
    for storage in try await backends() {
      #expect(try await count(either.condition, in: storage) == 2)
      #expect(try await count(both.condition, in: storage) == 1)
      #expect(try await count(turned.condition, in: storage) == 2)
    }
  }

  /// Ways to put a condition into another, and how many levels that takes.
  private static let nestings: [@Sendable (Condition, Int) -> Condition] = [
    { condition, _ in .not(condition) },
    { condition, level in
      let other = Condition.compare(field: "visits", .greater, value: [.integer(0)])
      return level.isMultiple(of: 2) ? .all([other, condition]) : .any([.not(other), condition])
    },
    { condition, _ in .all([condition]) },
  ]

  @Test("Up to 24 levels are answered, and more refused", arguments: nestings.indices)
  func deep(nesting: Int) async throws {
    let storages = try await backends()
    for depth in [1, 23, 24, 25, 26, 300, 5_000] {
      let condition = (0..<depth).reduce(
        Condition.compare(field: "visits", .greater, value: [.integer(1)])
      ) { Self.nestings[nesting]($0, $1) }
      for storage in storages {
        let error = await failure { _ = try await count(condition, in: storage) }
        #expect(error?.code == (depth > 24 ? .unsupportedQuery : nil), "\(depth) in \(storage)")
      }
    }
  }

  @Test("Up to eight related records are followed, and more refused", arguments: [1, 7, 8, 9, 40])
  func related(depth: Int) async throws {
    let condition = (0..<depth).reduce(Condition.always) { condition, _ in
      .exists(record: "people", through: "referrer", condition)
    }
    for storage in try await backends() {
      let error = await failure { _ = try await count(condition, in: storage) }
      #expect(error?.code == (depth > 8 ? .unsupportedQuery : nil), "\(depth) in \(storage)")
    }
  }
}
