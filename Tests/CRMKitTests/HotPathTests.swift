import CRMKit
import CRMTesting
import Testing

/// What it costs each contact and order that scores, states and warnings could be defined.
@Suite("The cost of what nobody defined")
struct HotPathTests {
  /// How many questions a hundred contacts and orders in one write ask the store.
  private func questions(
    _ backend: Backend, without left: [any Capability.Type]
  ) async throws -> Int {
    let store = backend.makeStore()
    let storage = CountingWrites(store.storage)
    let capabilities = CRM.standardCapabilities.filter { capability in
      !left.contains { $0 == type(of: capability) }
    }
    let crm = try await CRM(
      storage: storage, capabilities: capabilities, clock: TestClock(Shop.opening),
      identifiers: .seeded(7))
    let (ada, item) = try await crm.write { tx in
      (
        try tx.customers.add(.person("Ada")).id,
        try tx.catalogue.add(sku: "a", name: "A").id
      )
    }
    _ = storage.take()
    try await crm.write { tx in
      for number in 0..<50 {
        try tx.interactions.record(
          NewInteraction(with: ada, through: .phone, .inbound, subject: "Call"))
        try tx.orders.place(
          NewOrder(
            number: "\(number)", customer: ada,
            lines: [.init(item, quantity: 1, amount: try Money("5.00", .eur))]))
      }
    }
    return storage.take()
  }

  @Test(
    "A write with a hundred contacts and orders asks two questions more, all in all",
    arguments: Backend.allCases)
  func nothing(backend: Backend) async throws {
    let added: [any Capability.Type] = [Scores.self, Standings.self, Warnings.self]
    let without = try await questions(backend, without: added)
    let with = try await questions(backend, without: [])
    #expect(without > 100)
    #expect(with - without == 2)
  }
}

/// Passes everything on and counts what writes ask of the store.
private struct CountingWrites: ForwardingStorage {
  let base: any Storage

  private let questions = Locked(0)

  init(_ base: any Storage) {
    self.base = base
  }

  func take() -> Int {
    questions.withLock { count in
      defer { count = 0 }
      return count
    }
  }

  nonisolated(nonsending) func write<Result>(
    _ body: (any StorageWriter) throws -> Result
  ) async throws -> Result {
    try await base.write { writer in
      try body(CountingWriter(writer) { questions.withLock { $0 += 1 } })
    }
  }
}

private final class CountingWriter: StorageWriter {
  private let base: any StorageWriter
  private let count: () -> Void

  init(_ base: any StorageWriter, _ count: @escaping () -> Void) {
    self.base = base
    self.count = count
  }

  var catalog: Catalog { base.catalog }

  func get<R: Record>(_ id: Identifier<R>) throws -> Held<R>? {
    count()
    return try base.get(id)
  }

  func get<R: Record>(_ ids: [Identifier<R>]) throws -> [Held<R>?] {
    count()
    return try base.get(ids)
  }

  func scan<R: Record>(_ query: Query<R>, _ body: (Held<R>) throws -> Bool) throws {
    count()
    try base.scan(query, body)
  }

  func scanEntries<R: Record>(
    _ query: EntryQuery<R>, _ body: (IndexEntry<R>) throws -> Bool
  ) throws {
    count()
    try base.scanEntries(query, body)
  }

  func count<R: Record>(_ query: Query<R>) throws -> Int {
    count()
    return try base.count(query)
  }

  func insert<R: Record>(_ row: Held<R>) throws { try base.insert(row) }

  func update<R: Record>(_ row: Held<R>, from old: Held<R>) throws {
    try base.update(row, from: old)
  }

  func delete<R: Record>(_ row: Held<R>) throws { try base.delete(row) }

  func attempt<Result>(_ body: () throws -> Result) throws -> Result {
    try base.attempt(body)
  }
}
