/// A view of a store that notes when the store itself fails.
///
/// A handler can throw a `StorageError` that has nothing to do with this store: one of another
/// store's, or of its own making. Only what went wrong here is the store's failure.
final class WatchedWriter: StorageWriter {
  private let base: any StorageWriter
  private let watch: StoreWatch

  init(_ base: any StorageWriter, _ watch: StoreWatch) {
    self.base = base
    self.watch = watch
  }

  var catalog: Catalog { base.catalog }

  func get<R: Record>(_ id: Identifier<R>) throws -> Held<R>? {
    try watch.noting { try base.get(id) }
  }

  func get<R: Record>(_ id: Identifier<R>, reading fields: [AnyField<R>]) throws -> Held<R>? {
    try watch.noting { try base.get(id, reading: fields) }
  }

  func get<R: Record>(_ ids: [Identifier<R>]) throws -> [Held<R>?] {
    try watch.noting { try base.get(ids) }
  }

  func scan<R: Record>(_ query: Query<R>, _ body: (Held<R>) throws -> Bool) throws {
    var isOwn = true
    do {
      try base.scan(query) { row in
        isOwn = false
        let goesOn = try body(row)
        isOwn = true
        return goesOn
      }
    } catch {
      if isOwn { watch.note(error) }
      throw error
    }
  }

  func scanEntries<R: Record>(
    _ query: EntryQuery<R>, _ body: (IndexEntry<R>) throws -> Bool
  ) throws {
    var isOwn = true
    do {
      try base.scanEntries(query) { entry in
        isOwn = false
        let goesOn = try body(entry)
        isOwn = true
        return goesOn
      }
    } catch {
      if isOwn { watch.note(error) }
      throw error
    }
  }

  func count<R: Record>(_ query: Query<R>) throws -> Int {
    try watch.noting { try base.count(query) }
  }

  func insert<R: Record>(_ row: Held<R>) throws {
    try watch.noting { try base.insert(row) }
  }

  func update<R: Record>(_ row: Held<R>, from old: Held<R>) throws {
    try watch.noting { try base.update(row, from: old) }
  }

  func delete<R: Record>(_ row: Held<R>) throws {
    try watch.noting { try base.delete(row) }
  }

  func attempt<Result>(_ body: () throws -> Result) throws -> Result { try base.attempt(body) }
}

/// Whether a store failed during one write.
final class StoreWatch {
  private(set) var hasSeenFailure = false

  func note(_ error: any Error) {
    if let error = error as? StorageError, error.isOfStore { hasSeenFailure = true }
  }

  func noting<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      note(error)
      throw error
    }
  }
}

extension StorageError {
  /// Whether the store, not what was asked of it, is the cause.
  var isOfStore: Bool {
    switch code {
    case .unknownField, .unsupportedQuery, .invalidSchema, .invalidValue, .tooLong, .notFound,
      .duplicate, .unknownReference, .stillReferenced, .writeDuringScan, .transactionEnded:
      false
    default: true
    }
  }
}
