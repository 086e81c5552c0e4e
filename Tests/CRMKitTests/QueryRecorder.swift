import CRMKit
import CRMSQLite
import CRMTesting

/// A store in SQLite that remembers the queries it was asked, to explain them later.
struct QueryRecorder: ForwardingStorage {
  typealias Plan = @Sendable (SQLiteStorage) async throws -> [String]

  private let sqlite: SQLiteStorage
  private let plans = Plans()

  init(_ sqlite: SQLiteStorage) {
    self.sqlite = sqlite
  }

  var base: any Storage { sqlite }

  /// How SQLite answers what was asked since the last call, line by line.
  func takePlan() async throws -> [String] {
    var lines: [String] = []
    for plan in plans.take() { lines += try await plan(sqlite) }
    return lines
  }

  nonisolated(nonsending) func read<Result>(
    _ body: (any StorageReader) throws -> Result
  ) async throws -> Result {
    try await base.read { try body(RecordingReader($0, plans)) }
  }

  fileprivate final class Plans: Sendable {
    private let plans = Locked<[Plan]>([])

    func add(_ plan: @escaping Plan) { plans.withLock { $0.append(plan) } }

    func take() -> [Plan] {
      plans.withLock { plans in
        defer { plans = [] }
        return plans
      }
    }
  }
}

private final class RecordingReader: StorageReader {
  private let base: any StorageReader
  private let plans: QueryRecorder.Plans

  init(_ base: any StorageReader, _ plans: QueryRecorder.Plans) {
    self.base = base
    self.plans = plans
  }

  var catalog: Catalog { base.catalog }

  func get<R: Record>(_ id: Identifier<R>) throws -> Held<R>? { try base.get(id) }
  func get<R: Record>(_ id: Identifier<R>, reading fields: [AnyField<R>]) throws -> Held<R>? {
    try base.get(id, reading: fields)
  }
  func get<R: Record>(_ ids: [Identifier<R>]) throws -> [Held<R>?] { try base.get(ids) }
  func scanEntries<R: Record>(
    _ query: EntryQuery<R>, _ body: (IndexEntry<R>) throws -> Bool
  ) throws {
    plans.add { try await $0.queryPlan(query) }
    try base.scanEntries(query, body)
  }

  func scan<R: Record>(_ query: Query<R>, _ body: (Held<R>) throws -> Bool) throws {
    plans.add { try await $0.queryPlan(query) }
    try base.scan(query, body)
  }

  func count<R: Record>(_ query: Query<R>) throws -> Int {
    plans.add { try await $0.queryPlan(query) }
    return try base.count(query)
  }
}
