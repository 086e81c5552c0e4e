import CRMStorage

/// A statement that answers a query, or the part of it in one run of rows.
struct SQLQuery: Sendable {
  let sql: String
  let constants: [SQLConstant]

  /// Whether the last parameter, which ``constants`` leaves out, is how many rows at most.
  let isLimited: Bool
}

extension SQLQuery {
  /// How many identifiers one statement looks up.
  static let mostIdentifiers = 64

  /// The rows of some identifiers, in no order.
  init<R: Record>(rowsOf ids: [Identifier<R>], in table: TableDefinition) {
    // The last one fills up to a power of two, so that few statements serve all.
    var count = 1
    while count < ids.count { count *= 2 }
    let padded = ids + Array(repeating: ids[ids.count - 1], count: count - ids.count)
    let columns = (["id"] + table.columns.prefix(table.storedCount).map(\.name)).map(\.quoted)
    sql =
      "SELECT \(columns.joined(separator: ", ")) FROM \(table.name.quoted) WHERE \"id\" IN ("
      + padded.map { _ in "?" }.joined(separator: ", ") + ")"
    constants = padded.map { .value($0.value(isNumber: table.isNumbered)) }
    isLimited = false
  }
}

extension SQLQuery {
  /// The entries of a side table, in the order of its primary key.
  init<R: Record>(
    entriesOf side: TableDefinition.Side, of table: TableDefinition, _ query: EntryQuery<R>
  ) {
    isLimited = false
    var constants: [SQLConstant] = [.value(.text(query.prefix))]
    let end = query.prefix.endOfPrefix
    if let end { constants.append(.text(utf8: end)) }
    if end != nil, query.after == nil {
      sql = side.entriesOfPrefix
      self.constants = constants
      return
    }
    let value = side.columns[0].name.quoted
    var terms = ["\(value) >= ?"]
    if end != nil { terms.append("\(value) < ?") }
    if let after = query.after {
      terms.append("(\(value), \"id\") > (?, ?)")
      constants.append(.value(.text(after.value)))
      constants.append(.value(after.id.value(isNumber: table.isNumbered)))
    }
    sql = side.entries(where: terms)
    self.constants = constants
  }
}

extension String {
  /// The least bytes above all texts that begin with this one; `nil` where it is empty.
  var endOfPrefix: [UInt8]? {
    var end = Array(utf8)
    guard let last = end.popLast() else { return nil }
    // The greatest byte of UTF-8 is 0xF4, so there is always a next one.
    end.append(last + 1)
    return end
  }
}

extension PreparedQuery {
  /// The statements whose answers, one after the other, are the rows asked for.
  ///
  /// - Throws: ``StorageError/Code/unsupportedQuery``.
  func rowStatements(in directory: TableDirectory, of table: TableDefinition) throws -> [SQLQuery] {
    var terms = ""
    for sort in sortColumns {
      terms += "t0.\(sort.column.name.quoted)\(sort.isAscending ? "" : " DESC"), "
    }
    terms += "t0.\"id\"\(isIdentifierAscending ? "" : " DESC")"
    return try statements(in: directory, of: table) { source, limit in
      "SELECT \(table.result)\(source) ORDER BY \(terms)\(limit)"
    }
  }

  /// The statements whose numbers, added up, are how many rows are asked for.
  ///
  /// - Throws: ``StorageError/Code/unsupportedQuery``.
  func countStatements(in directory: TableDirectory, of table: TableDefinition) throws
    -> [SQLQuery]
  {
    try statements(in: directory, of: table) { source, limit in
      limit.isEmpty
        ? "SELECT count(*)\(source)" : "SELECT count(*) FROM (SELECT 1\(source)\(limit))"
    }
  }

  /// Whether all rows after the cursor meet a condition because of the order.
  ///
  /// Beside the cursor's own bound SQLite would take the wider one, and pass over all rows in
  /// between.
  private func isImplied(_ condition: Condition, in table: TableDefinition) -> Bool {
    guard let reached = after?.values.first, reached != .missing, let sort = sortColumns.first,
      case .compare(let field, let comparison, let values) = condition,
      let columns = table.fields[field]?.columns, columns.count == 1, columns[0].isRequired,
      columns[0].name == sort.column.name, values.count == 1
    else { return false }
    let (place, bound) = (KeyWriter(), KeyWriter())
    reached.write(to: place)
    values[0].write(to: bound)
    let isBefore = place.bytes.lexicographicallyPrecedes(bound.bytes)
    let isSame = place.bytes == bound.bytes
    return switch comparison {
    case .less: !sort.isAscending && isBefore
    case .lessOrEqual: !sort.isAscending && (isBefore || isSame)
    case .greater: sort.isAscending && !isBefore && !isSame
    case .greaterOrEqual: sort.isAscending && !isBefore
    case .equal, .notEqual: false
    }
  }

  private func statements(
    in directory: TableDirectory, of table: TableDefinition,
    _ compose: (_ source: String, _ limit: String) -> String
  ) throws -> [SQLQuery] {
    let runs: [KeysetRun?] = after == nil ? [nil] : runs(of: table)
    return try runs.map { run in
      var compiler = SQLCompiler(directory: directory)
      let open = condition.conjuncts.filter { !isImplied($0, in: table) }
      var conditions = try compiler.conjuncts(.all(open), on: table)
      if let run { conditions.append(compiler.run(run)) }
      let source =
        " FROM \(table.name.quoted) AS t0"
        + (conditions.isEmpty ? "" : " WHERE \(SQLCompiler.conjunction(conditions))")
      return SQLQuery(
        sql: compose(source, limit == nil ? "" : " LIMIT ?"), constants: compiler.constants,
        isLimited: limit != nil)
    }
  }
}
