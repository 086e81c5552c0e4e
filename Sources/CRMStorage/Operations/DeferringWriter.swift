/// A writer that holds a row back for as long as what it refers to is not there.
///
/// It lets any storage take rows in any order; how many wait depends on the order.
final class DeferringWriter: StorageWriter {
  private let base: any StorageWriter
  private var waiting: [() throws -> Void] = []

  init(_ base: any StorageWriter) {
    self.base = base
  }

  /// Writes the rows that wait, in as many rounds as it takes.
  ///
  /// - Throws: What keeps the first of them from being written.
  func finish() throws {
    while !waiting.isEmpty {
      let round = waiting
      waiting = []
      for insert in round { try insert() }
      guard waiting.count < round.count else {
        for insert in waiting { try insertAtLast(insert) }
        return
      }
    }
  }

  private var isLast = false

  private func insertAtLast(_ insert: () throws -> Void) throws {
    isLast = true
    defer { isLast = false }
    try insert()
  }

  func insert<R: Record>(_ row: Held<R>) throws {
    do {
      try base.insert(row)
    } catch let error as StorageError where error.code == .unknownReference && !isLast {
      waiting.append { [unowned self] in try insert(row) }
    }
  }

  var catalog: Catalog { base.catalog }

  func otherKinds() throws -> [String] { try base.otherKinds() }

  func get<R: Record>(_ id: Identifier<R>) throws -> Held<R>? { try base.get(id) }

  func get<R: Record>(_ id: Identifier<R>, reading fields: [AnyField<R>]) throws -> Held<R>? {
    try base.get(id, reading: fields)
  }

  func get<R: Record>(_ ids: [Identifier<R>]) throws -> [Held<R>?] { try base.get(ids) }

  func scan<R: Record>(_ query: Query<R>, _ body: (Held<R>) throws -> Bool) throws {
    try base.scan(query, body)
  }

  func scanEntries<R: Record>(
    _ query: EntryQuery<R>, _ body: (IndexEntry<R>) throws -> Bool
  ) throws {
    try base.scanEntries(query, body)
  }

  func count<R: Record>(_ query: Query<R>) throws -> Int { try base.count(query) }

  func update<R: Record>(_ row: Held<R>, from old: Held<R>) throws {
    try base.update(row, from: old)
  }

  func delete<R: Record>(_ row: Held<R>) throws { try base.delete(row) }

  func attempt<Result>(_ body: () throws -> Result) throws -> Result {
    let count = waiting.count
    do {
      return try base.attempt(body)
    } catch {
      waiting.removeLast(waiting.count - count)
      throw error
    }
  }
}
