extension PreparedQuery {
  /// The rows the query asks for, in its order, out of all rows of the kind.
  ///
  /// A backend that can only look at every row answers its queries with this.
  ///
  /// - Complexity: O(*n* log *n*) in the rows that meet the condition.
  public func answer(
    from rows: some Sequence<Held<R>>, in reader: any StorageReader
  ) throws -> [Held<R>] {
    let meets = try predicate(in: reader)
    let start = cursorKey
    var found: [(key: [UInt8], row: Held<R>)] = []
    for row in rows where try meets(row) {
      let key = sortKey(of: row)
      if let start, !start.lexicographicallyPrecedes(key) { continue }
      found.append((key, row))
    }
    found.sort { $0.key.lexicographicallyPrecedes($1.key) }
    return found.prefix(limit ?? found.count).map(\.row)
  }

  /// Bytes that order rows as the query does, the identifier included.
  public func sortKey(of row: Held<R>) -> [UInt8] {
    sortKey(of: sortFields.flatMap { $0.values(of: row)[0] }, row.id)
  }

  /// The ``sortKey(of:)`` of the row that the query goes on after.
  public var cursorKey: [UInt8]? {
    after.map { sortKey(of: $0.values, $0.id) }
  }

  private func sortKey(of values: [Value], _ id: Identifier<R>) -> [UInt8] {
    var key: [UInt8] = []
    let writer = KeyWriter()
    for (value, column) in zip(values, sortColumns) {
      writer.reset()
      value.write(to: writer)
      // No column's key begins another's, so turning the bits turns the order.
      key += column.isAscending ? writer.bytes : writer.bytes.map(~)
    }
    writer.reset()
    writer.identifier(high: id.high, low: id.low)
    return key + (isIdentifierAscending ? writer.bytes : writer.bytes.map(~))
  }
}
