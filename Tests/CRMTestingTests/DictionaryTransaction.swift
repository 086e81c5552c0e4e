import CRMStorage

/// A transaction over a copy of all tables; every question looks at every row.
class DictionaryTransaction: StorageWriter {
  let catalog: Catalog
  var tables: Tables

  /// Whether what a row refers to must be there before it.
  var checksReferences = true

  private var scans = 0
  private var hasEnded = false

  required init(_ catalog: Catalog, _ tables: Tables) {
    self.catalog = catalog
    self.tables = tables
  }

  func end() { hasEnded = true }

  private func checkNotEnded() throws {
    guard hasEnded else { return }
    throw StorageError(
      .transactionEnded, "The transaction has ended.", recovery: "Use it in its closure only.")
  }

  private func open<R: Record>(_ kind: R.Type) throws {
    try checkNotEnded()
    guard catalog.position(of: kind) != nil else { throw catalog.unknown(kind) }
  }

  func get<R: Record>(_ id: Identifier<R>) throws -> Held<R>? {
    try open(R.self)
    return tables[R.self][id]
  }

  func scan<R: Record>(_ query: Query<R>, _ body: (Held<R>) throws -> Bool) throws {
    let found = try answer(query)
    scans += 1
    defer { scans -= 1 }
    for row in found { guard try body(row) else { return } }
  }

  func count<R: Record>(_ query: Query<R>) throws -> Int {
    try answer(query).count
  }

  func answer<R: Record>(_ query: Query<R>) throws -> [Held<R>] {
    try open(R.self)
    return try PreparedQuery(query, in: catalog).answer(from: tables[R.self].values, in: self)
  }

  func insert<R: Record>(_ row: Held<R>) throws {
    try change(R.self)
    if tables[R.self][row.id] != nil {
      throw R.schema.duplicate(row.id, field: "id", holder: row.id)
    }
    try put(row)
  }

  func update<R: Record>(_ row: Held<R>, from old: Held<R>) throws {
    try change(R.self)
    guard tables[R.self][row.id] != nil else { throw R.schema.notFound(row.id) }
    try put(row)
  }

  func delete<R: Record>(_ row: Held<R>) throws {
    try change(R.self)
    guard tables[R.self][row.id] != nil else { throw R.schema.notFound(row.id) }
    try checkReferrers(to: row.id)
    tables[R.self][row.id] = nil
  }

  func attempt<Result>(_ body: () throws -> Result) throws -> Result {
    try checkNotEnded()
    let before = tables
    do {
      return try body()
    } catch {
      tables = before
      throw error
    }
  }

  func change<R: Record>(_ kind: R.Type) throws {
    try open(kind)
    guard scans == 0 else {
      throw StorageError(
        .writeDuringScan, "A scan is running.", recovery: "Collect the rows, then change them.")
    }
  }

  private func put<R: Record>(_ row: Held<R>) throws {
    try R.schema.checkEntries(of: row)
    if checksReferences { try checkReferences(of: row) }
    for index in R.schema.indexes where index.isUnique { try checkUnique(index, row) }
    tables[R.self][row.id] = row
  }

  func checkUnique<R: Record>(_ index: Index<R>, _ row: Held<R>) throws {
    let taken = Set(entries(index, row))
    guard !taken.isEmpty else { return }
    let holder = tables[R.self].values.first {
      $0.id != row.id && !taken.isDisjoint(with: entries(index, $0))
    }
    guard let holder else { return }
    throw R.schema.duplicate(row.id, field: index.name, holder: holder.id)
  }

  /// What a row holds in a unique index; a row with a missing value holds nothing.
  func entries<R: Record>(_ index: Index<R>, _ row: Held<R>) -> [[Value]] {
    let values = index.fields.flatMap { $0.values(of: row) }
    let width = index.columns.count
    return stride(from: 0, to: values.count, by: width)
      .map { Array(values[$0..<($0 + width)]) }
      .filter { !$0.contains(.missing) }
  }

  func checkReferences<R: Record>(of row: Held<R>) throws {
    for field in R.schema.fields {
      guard let reference = field.reference, let target = tables.current(reference),
        let id = field.values(of: row).first, id != .missing,
        !(target == R.self && id == name(of: row.id)), !holds(target, id)
      else { continue }
      throw R.schema.unknownReference(row.id, field: field.name)
    }
  }

  /// Hands on a check of every row there is, of kinds that are left out as well.
  func checkAllReferences(_ note: (() throws -> Void) throws -> Void) throws {
    func check<R: Record>(_ kind: R.Type) throws {
      for row in tables[kind].values.sorted(by: { $0.id < $1.id }) {
        try note { try checkReferences(of: row) }
      }
    }
    for kind in tables.kinds { try check(kind) }
  }

  private func holds<R: Record>(_ kind: R.Type, _ id: Value) -> Bool {
    guard case .identifier(let high, let low) = id else { return false }
    return tables[R.self][Identifier(high: high, low: low)] != nil
  }

  private func name<R: Record>(of id: Identifier<R>) -> Value {
    .identifier(high: id.high, low: id.low)
  }

  func checkReferrers<R: Record>(to id: Identifier<R>) throws {
    for kind in tables.kinds { try checkReferrers(kind, to: id) }
  }

  private func checkReferrers<R: Record, Other: Record>(_ kind: Other.Type, to id: Identifier<R>)
    throws
  {
    for field in Other.schema.fields
    where field.reference.flatMap(tables.current).map({ $0 == R.self }) ?? false {
      let referrer = tables[Other.self].values.first {
        field.values(of: $0) == [name(of: id)]
          && (kind != R.self || name(of: $0.id) != name(of: id))
      }
      guard let referrer else { continue }
      throw R.schema.stillReferenced(
        id, field: "\(Other.schema.name).\(field.name)", holder: referrer.id.description)
    }
  }
}
