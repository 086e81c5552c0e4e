import CRMStorage

extension SQLiteStorage {
  /// How SQLite would find index entries, in its own words: one line for each step.
  package func queryPlan<R: Record>(_ query: EntryQuery<R>) async throws -> [String] {
    try await read { reader in
      guard let reader = reader as? SQLiteReader else { return [] }
      let table = try reader.statements(of: R.self).definition
      guard let side = table.fields[query.field]?.side else { return [] }
      let query = SQLQuery(entriesOf: table.sides[side], of: table, query)
      return try reader.connection.rows("EXPLAIN QUERY PLAN \(query.sql)") { $0.text(at: 3) }
    }
  }

  /// How SQLite would answer a query, in its own words: one line for each step.
  package func queryPlan<R: Record>(_ query: Query<R>) async throws -> [String] {
    try await read { reader in
      guard let reader = reader as? SQLiteReader else { return [] }
      let table = try reader.statements(of: R.self).definition
      let prepared = try PreparedQuery(query, in: reader.catalog)
      return try prepared.rowStatements(in: reader.directory, of: table).flatMap { query in
        try reader.connection.rows("EXPLAIN QUERY PLAN \(query.sql)") { $0.text(at: 3) }
      }
    }
  }
}
