/// Puts rows into a query's order, keeping only as many as it asks for.
struct RowSorter<R: Record> {
  private let fields: [(field: AnyField<R>, isAscending: Bool)]
  private let isIdentifierAscending: Bool
  private let limit: Int?
  private let after: [UInt8]?
  private let keys = KeyWriter()
  private var entries: [(key: [UInt8], row: Held<R>)] = []

  /// A sorter for the order, the cursor and the limit of a query.
  init(_ query: PreparedQuery<R>) {
    fields = zip(query.sortFields, query.fieldDirections).map { ($0, $1) }
    isIdentifierAscending = query.isIdentifierAscending
    limit = query.limit
    after = query.after.map { after in
      let keys = KeyWriter()
      for (value, column) in zip(after.values, query.sortColumns) {
        let start = keys.count
        value.write(to: keys)
        if !column.isAscending { keys.reverse(from: start) }
      }
      let start = keys.count
      keys.ending(after.id)
      if !query.isIdentifierAscending { keys.reverse(from: start) }
      return keys.bytes
    }
  }

  /// Adds a row that meets the query's condition.
  mutating func add(_ row: Held<R>) {
    keys.reset()
    for (field, isAscending) in fields {
      let start = keys.count
      field.write(row, keys)
      if !isAscending { keys.reverse(from: start) }
    }
    let start = keys.count
    keys.ending(row.id)
    if !isIdentifierAscending { keys.reverse(from: start) }
    if let after, !after.lexicographicallyPrecedes(keys.bytes) { return }
    entries.append((keys.bytes, row))
    if let limit, entries.count > 1_024, entries.count / 2 > limit {
      prune(to: limit)
    }
  }

  /// The rows in order, after the cursor and within the limit.
  mutating func sorted() -> [Held<R>] {
    prune(to: limit ?? .max)
    return entries.map { $0.row }
  }

  private mutating func prune(to limit: Int) {
    entries.sort { a, b in
      a.key.withUnsafeBytes { a in b.key.withUnsafeBytes { b in compareBytes(a, b) < 0 } }
    }
    if entries.count > limit { entries.removeSubrange(limit...) }
  }
}
