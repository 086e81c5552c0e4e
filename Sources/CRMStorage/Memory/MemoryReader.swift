/// One version of a store in memory, for as long as a closure runs.
class MemoryReader: StorageReader {
  // One transaction at a time refers to these, which the compiler cannot see.
  @exclusivity(unchecked) final var version: MemoryVersion
  @exclusivity(unchecked) final private(set) var runningScans = 0
  @exclusivity(unchecked) private var hasEnded = false

  init(_ version: MemoryVersion) {
    self.version = version
  }

  final var catalog: Catalog { version.shape.catalog }

  final func end() {
    hasEnded = true
  }

  final func checkNotEnded() throws(StorageError) {
    guard !hasEnded else {
      throw StorageError(
        .transactionEnded, "The transaction was used after its closure had ended.",
        recovery: "Do the work inside the closure, and return values from it.")
    }
  }

  final func position<R: Record>(of record: R.Type) throws(StorageError) -> Int {
    try checkNotEnded()
    guard let position = version.shape.catalog.position(of: record) else {
      throw version.shape.catalog.unknown(record)
    }
    return position
  }

  final func get<R: Record>(_ id: Identifier<R>) throws -> Held<R>? {
    let position = try position(of: R.self)
    var lookahead = Lookahead(size: MemoryLayout<R>.size)
    return version.tables[position].row(id, &lookahead)
  }

  final func scan<R: Record>(_ query: Query<R>, _ body: (Held<R>) throws -> Bool) throws {
    let table = version.tables[try position(of: R.self)]
    let prepared = try PreparedQuery(query, in: catalog)
    runningScans += 1
    defer { runningScans -= 1 }
    let plan = MemoryPlan(MemoryQuestion(prepared), R.schema.indexShapes, in: table)
    if plan.isExact {
      try plan.run(prepared, table, { _ in true }, body)
    } else {
      try plan.run(prepared, table, prepared.predicate(in: self), body)
    }
  }

  final func scanEntries<R: Record>(
    _ query: EntryQuery<R>, _ body: (IndexEntry<R>) throws -> Bool
  ) throws {
    let table = version.tables[try position(of: R.self)]
    let name = try R.schema.field(named: query.field).name
    guard let index = R.schema.indexes.firstIndex(where: { $0.name == name }) else { return }
    let key = KeyWriter()
    key.prefix(query.prefix)
    var range = KeyRange.prefix(key.bytes)
    if let after = query.after {
      key.reset()
      key.text(after.value)
      key.ending(after.id)
      range.raise(to: key.bytes + [0])
    }
    guard !range.isEmpty else { return }
    runningScans += 1
    defer { runningScans -= 1 }
    try table.indexes[index].scan(range, descending: false) { key, _ in
      // A tag before the text, and a zero and the identifier behind it.
      let text = UnsafeRawBufferPointer(rebasing: key[1..<(key.count - 17)])
      return try body(
        IndexEntry(value: String(decoding: text, as: UTF8.self), id: identifier(endingKey: key)))
    }
  }

  final func count<R: Record>(_ query: Query<R>) throws -> Int {
    let table = version.tables[try position(of: R.self)]
    let prepared = try PreparedQuery(query, in: catalog)
    let plan = MemoryPlan(MemoryQuestion(prepared), R.schema.indexShapes, in: table)
    if let count = plan.keyCount(prepared, table) { return count }
    var count = 0
    try scan(query) { _ in
      count += 1
      return true
    }
    return count
  }
}
