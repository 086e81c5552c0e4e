/// One version of a store in memory, for as long as a closure runs.
class MemoryReader: StorageReader {
  /// What a read has of its version is one reference, to a box that few other threads refer to.
  private let box: VersionBox

  // One transaction at a time refers to these, which the compiler cannot see.
  @exclusivity(unchecked) final private(set) var runningScans = 0
  @exclusivity(unchecked) private var hasEnded = false

  init(_ box: VersionBox) {
    self.box = box
  }

  /// What is read, and in a write changed.
  final var version: MemoryVersion {
    _read { yield box.version }
    _modify { yield &box.version }
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

  final func otherKinds() -> [String] {
    zip(version.shape.kept, version.tables).dropFirst(catalog.schemas.count)
      .filter { $1.rows.count > 0 }.map { kind, _ in kind.name }
  }

  final func get<R: Record>(_ id: Identifier<R>) throws -> Held<R>? {
    let position = try position(of: R.self)
    var lookahead = Lookahead(size: MemoryLayout<R>.size)
    return version.tables[position].row(id, &lookahead)
  }

  final func scan<R: Record>(_ query: Query<R>, _ body: (Held<R>) throws -> Bool) throws {
    let table = version.tables[try position(of: R.self)]
    let checked = try query.checked(in: catalog)
    guard checked.limit != 0, table.rows.count > 0 else { return }
    try run(MemoryPlan(checked, R.schema.shape.indexes, in: table), checked, table, body)
  }

  private func run<R: Record>(
    _ plan: MemoryPlan, _ checked: CheckedQuery, _ table: MemoryTable,
    _ body: (Held<R>) throws -> Bool
  ) throws {
    runningScans += 1
    defer { runningScans -= 1 }
    guard plan.isOrdered else { return try scanUnordered(checked, plan, table, body) }
    var left = checked.limit ?? .max
    // Tables hand on boxes of their own kind only.
    if plan.isExact {
      return try plan.forEachBox(checked, table, size: MemoryLayout<R>.size) { box in
        left -= 1
        return try body(unsafeDowncast(box, to: Held<R>.self)) && left > 0
      }
    }
    // Made when there is a row to look at, as often there is none.
    var made: BoxPredicate?
    try plan.forEachBox(checked, table, size: MemoryLayout<R>.size) { box in
      let predicate = try made ?? BoxPredicate(PreparedQuery<R>(checked).predicate(in: self))
      made = predicate
      guard try predicate.holds(box) else { return true }
      left -= 1
      return try body(unsafeDowncast(box, to: Held<R>.self)) && left > 0
    }
  }

  private func scanUnordered<R: Record>(
    _ checked: CheckedQuery, _ plan: MemoryPlan, _ table: MemoryTable,
    _ body: (Held<R>) throws -> Bool
  ) throws {
    let prepared = PreparedQuery<R>(checked)
    var sorter = RowSorter(prepared)
    let predicate = plan.isExact ? { _ in true } : try prepared.predicate(in: self)
    try plan.forEachBox(checked, table, size: MemoryLayout<R>.size) { box in
      let row = unsafeDowncast(box, to: Held<R>.self)
      if try predicate(row) { sorter.add(row) }
      return true
    }
    for row in sorter.sorted() { guard try body(row) else { return } }
  }

  final func scanEntries<R: Record>(
    _ query: EntryQuery<R>, _ body: (IndexEntry<R>) throws -> Bool
  ) throws {
    let table = version.tables[try position(of: R.self)]
    guard let index = try R.schema.shape.index(of: query.field) else { return }
    let range = query.keys
    guard !range.isEmpty else { return }
    runningScans += 1
    defer { runningScans -= 1 }
    try table.indexes[index].scan(range, descending: false) { key, _ in
      try body(IndexEntry(key: key))
    }
  }

  final func count<R: Record>(_ query: Query<R>) throws -> Int {
    let table = version.tables[try position(of: R.self)]
    let checked = try query.checked(in: catalog)
    guard checked.limit != 0, table.rows.count > 0 else { return 0 }
    let plan = MemoryPlan(checked, R.schema.shape.indexes, in: table)
    if let count = plan.keyCount(checked, table) { return count }
    var count = 0
    try run(plan, checked, table) { (_: Held<R>) in
      count += 1
      return true
    }
    return count
  }
}

/// A condition on boxes of one kind, whatever the kind: a variable that said which would have
/// metadata made for it with each query.
private struct BoxPredicate {
  let holds: (AnyObject) throws -> Bool

  init<R: Record>(_ holds: @escaping (Held<R>) throws -> Bool) {
    // Tables hand on boxes of their own kind only.
    self.holds = { try holds(unsafeDowncast($0, to: Held<R>.self)) }
  }
}
