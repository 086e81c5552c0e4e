/// One snapshot of a key-value storage, for as long as a closure runs.
class KeyValueReader: StorageReader {
  final let shape: KeyValueShape
  final var view: KeyValueView
  final private(set) var runningScans = 0
  private var hasEnded = false

  init(_ shape: KeyValueShape, _ view: KeyValueView) {
    self.shape = shape
    self.view = view
  }

  final var catalog: Catalog { shape.catalog }

  final func end() { hasEnded = true }

  final func checkNotEnded() throws(StorageError) {
    guard !hasEnded else {
      throw StorageError(
        .transactionEnded, "The transaction was used after its closure had ended.",
        recovery: "Do the work inside the closure, and return values from it.")
    }
  }

  final func otherKinds() throws -> [String] {
    try shape.kinds.dropFirst(catalog.schemas.count).map(\.name).filter { kind in
      try view.count(KeySpan(KeyValueTable.rowsKey(kind)), most: 1) > 0
    }
  }

  final func table<R: Record>(of record: R.Type) throws(StorageError) -> KeyValueTable {
    try checkNotEnded()
    guard let position = catalog.position(of: record) else { throw catalog.unknown(record) }
    return shape.tables[position]
  }

  final func get<R: Record>(_ id: Identifier<R>) throws -> Held<R>? {
    try row(id, in: try table(of: R.self))
  }

  final func row<R: Record>(_ id: Identifier<R>, in table: KeyValueTable) throws -> Held<R>? {
    try view.value(of: table.key(id)).map { try row(id, $0, in: table) }
  }

  private func row<R: Record>(
    _ id: Identifier<R>, _ bytes: [UInt8], in table: KeyValueTable
  ) throws(StorageError) -> Held<R> {
    do throws(StorageError) {
      let box = try bytes.withUnsafeBufferPointer { bytes throws(StorageError) in
        try table.row.read(id.anyKind, UnsafeRawBufferPointer(bytes), ByteReader())
      }
      // The coder of a table makes boxes of its kind only.
      return unsafeDowncast(box, to: Held<R>.self)
    } catch {
      throw StorageError(.invalidValue, error.message, recovery: error.recovery, field: error.field)
        .at(record: R.schema.name, identifier: id.description)
    }
  }

  final func scan<R: Record>(_ query: Query<R>, _ body: (Held<R>) throws -> Bool) throws {
    let table = try table(of: R.self)
    let checked = try query.checked(in: catalog)
    guard checked.limit != 0 else { return }
    runningScans += 1
    defer { runningScans -= 1 }
    let plan = try plan(checked, R.self, in: table)
    let prepared = PreparedQuery<R>(checked)
    let predicate = plan.isExact ? { _ in true } : try prepared.predicate(in: self)
    guard plan.isOrdered else {
      var sorter = RowSorter(prepared)
      try forEachRow(plan, checked, table) { row in
        if try predicate(row) { sorter.add(row) }
        return true
      }
      for row in sorter.sorted() { guard try body(row) else { return } }
      return
    }
    var left = checked.limit ?? .max
    try forEachRow(plan, checked, table) { row in
      guard try predicate(row) else { return true }
      left -= 1
      return try body(row) && left > 0
    }
  }

  final func count<R: Record>(_ query: Query<R>) throws -> Int {
    let table = try table(of: R.self)
    let checked = try query.checked(in: catalog)
    let plan = try plan(checked, R.self, in: table)
    var count = 0
    // Keys alone tell, where no row has to be looked at.
    if plan.isExact, checked.after == nil, plan.isOrdered || plan.index == nil {
      guard checked.limit != 0 else { return 0 }
      try forEachKey(plan, checked, table) { _, _ in
        count += 1
        return count != checked.limit
      }
      return count
    }
    try scan(query) { _ in
      count += 1
      return true
    }
    return count
  }

  final func scanEntries<R: Record>(
    _ query: EntryQuery<R>, _ body: (IndexEntry<R>) throws -> Bool
  ) throws {
    let table = try table(of: R.self)
    let name = try R.schema.field(named: query.field).name
    guard let index = table.coder.indexes.firstIndex(where: { $0.name == name }) else { return }
    let prefix = table.indexes[index]
    runningScans += 1
    defer { runningScans -= 1 }
    try view.scan(KeySpan(prefix, query.keys)) { key, _ in
      let entry = key.withUnsafeBytes {
        IndexEntry<R>(key: UnsafeRawBufferPointer(rebasing: $0[prefix.count...]))
      }
      return try body(entry)
    }
  }
}

// MARK: - Planning and running

extension KeyValueReader {
  private static var fewKeys: Int { 256 }
  private static var manyKeys: Int { 1_000_000 }

  private func plan<R: Record>(
    _ query: CheckedQuery, _ record: R.Type, in table: KeyValueTable
  ) throws -> MemoryPlan {
    try MemoryPlan(query, R.schema.shape.indexes) { index, range in
      guard let index else { return Self.manyKeys }
      let count = try view.count(KeySpan(table.indexes[index], range), most: Self.fewKeys)
      return count < Self.fewKeys ? count : Self.manyKeys
    }
  }

  /// Hands on the keys a plan looks at, and what is under them, until `body` returns false.
  private func forEachKey(
    _ plan: MemoryPlan, _ query: CheckedQuery, _ table: KeyValueTable,
    _ body: ([UInt8], [UInt8]) throws -> Bool
  ) throws {
    let isDescending = plan.isOrdered && !query.isIdentifierAscending
    let prefix = plan.index.map { table.indexes[$0] } ?? table.rows
    var goesOn = true
    for range in isDescending ? plan.ranges.reversed() : plan.ranges where goesOn {
      if range.isEmpty { continue }
      try view.scan(KeySpan(prefix, range), descending: isDescending) { key, value in
        goesOn = try body(key, value)
        return goesOn
      }
    }
  }

  private func forEachRow<R: Record>(
    _ plan: MemoryPlan, _ query: CheckedQuery, _ table: KeyValueTable,
    _ body: (Held<R>) throws -> Bool
  ) throws {
    // An index of many values can lead to one row several times.
    var seen: Set<Identifier<R>> = []
    try forEachKey(plan, query, table) { key, value in
      let id: Identifier<R> = identifier(endingKey: key)
      guard plan.index != nil else { return try body(row(id, value, in: table)) }
      guard plan.isOrdered || seen.insert(id).inserted else { return true }
      guard let row = try row(id, in: table) else { return true }
      return try body(row)
    }
  }
}
