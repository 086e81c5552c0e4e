import CRMStorage

/// A statement that answers a query, or the part of it in one run of rows.
struct SQLQuery: Sendable {
  let sql: String
  let constants: [SQLConstant]

  /// Whether the last parameter, which ``constants`` leaves out, is how many rows at most.
  let isLimited: Bool
}

extension PreparedQuery {
  /// The statements whose answers, one after the other, are the rows asked for.
  ///
  /// - Throws: ``StorageError/Code/unsupportedQuery``.
  func rowStatements(in directory: TableDirectory, of table: TableDefinition) throws -> [SQLQuery] {
    let columns = ["id"] + table.columns.prefix(table.storedCount).map(\.name)
    let result = columns.map { "t0.\($0.quoted)" }.joined(separator: ", ")
    let terms =
      sortColumns.map { "t0.\($0.column.name.quoted)\($0.isAscending ? "" : " DESC")" }
      + ["t0.\"id\"\(isIdentifierAscending ? "" : " DESC")"]
    let order = " ORDER BY \(terms.joined(separator: ", "))"
    return try statements(in: directory, of: table) { source, limit in
      "SELECT \(result)\(source)\(order)\(limit)"
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

  private func statements(
    in directory: TableDirectory, of table: TableDefinition,
    _ compose: (_ source: String, _ limit: String) -> String
  ) throws -> [SQLQuery] {
    let runs: [KeysetRun?] = after == nil ? [nil] : runs(of: table)
    return try runs.map { run in
      var compiler = SQLCompiler(directory: directory)
      var conditions = try compiler.conjuncts(condition, on: table)
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
