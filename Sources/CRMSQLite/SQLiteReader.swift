import CRMStorage
import CSQLite

/// A snapshot of the store, read over one connection.
class SQLiteReader: StorageReader {
  let connection: SQLiteConnection
  let directory: TableDirectory

  /// How many scans are running, one within the other.
  private(set) var scans = 0

  private var isEnded = false

  init(_ connection: SQLiteConnection, _ directory: TableDirectory) {
    self.connection = connection
    self.directory = directory
  }

  var catalog: Catalog { directory.catalog }

  /// Refuses all further use.
  func end() {
    isEnded = true
  }

  /// Checks that the transaction can be used.
  func checkUse() throws {
    if isEnded { throw StorageError.transactionEnded }
  }

  func otherKinds() throws -> [String] {
    try checkUse()
    return try mapped {
      let names = try connection.rows("SELECT name FROM \(StoreFormat.schemaTable) ORDER BY name") {
        $0.text(at: 0)
      }
      return try names.filter { name in
        guard catalog.schema(named: name) == nil else { return false }
        return try connection.integer("SELECT EXISTS (SELECT 1 FROM \(name.quoted))") == 1
      }
    }
  }

  func get<R: Record>(_ id: Identifier<R>) throws -> Held<R>? {
    try checkUse()
    let table = try statements(of: R.self)
    let statement = try mapped { try table.select(connection) }
    defer { statement.reset() }
    guard try find(id, in: table, by: statement) else { return nil }
    return try R.schema.row(id, from: connection.reader)
  }

  func get<R: Record>(_ id: Identifier<R>, reading fields: [AnyField<R>]) throws -> Held<R>? {
    try checkUse()
    let table = try statements(of: R.self)
    // Iterating would have the runtime make types for the list each time.
    var names: [String] = []
    for position in 0..<fields.count { names.append(fields[position].name) }
    let statement = try mapped { try table.select(names, connection) }
    defer { statement.reset() }
    guard try find(id, in: table, by: statement) else { return nil }
    return try R.schema.row(id, from: connection.reader, reading: fields)
  }

  /// Looks for a row, whose columns behind its identifier are ready to be read if there is one.
  ///
  /// What gave the row itself would have metadata made for it each time.
  private func find<R: Record>(
    _ id: Identifier<R>, in table: TableStatements, by statement: SQLiteStatement
  ) throws -> Bool {
    try mapped {
      try bind(id, of: table, to: statement)
      guard try statement.step() else { return false }
      connection.reader.begin(statement, at: 1)
      return true
    }
  }

  func get<R: Record>(_ ids: [Identifier<R>]) throws -> [Held<R>?] {
    if ids.count < 2 { return try ids.map { try get($0) } }
    try checkUse()
    let table = try statements(of: R.self)
    var found: [Identifier<R>: Held<R>] = [:]
    found.reserveCapacity(ids.count)
    for start in stride(from: 0, to: ids.count, by: SQLQuery.mostIdentifiers) {
      let part = ids[start..<min(start + SQLQuery.mostIdentifiers, ids.count)]
      _ = try rows(of: SQLQuery(rowsOf: Array(part), in: table.definition), limit: .max) { row in
        found[row.row.id] = row
        return true
      }
    }
    return ids.map { found[$0] }
  }

  func scan<R: Record>(_ query: Query<R>, _ body: (Held<R>) throws -> Bool) throws {
    try checkUse()
    let table = try statements(of: R.self)
    let prepared = try PreparedQuery(query, in: catalog)
    scans += 1
    defer { scans -= 1 }
    var remaining = prepared.limit ?? .max
    for query in try queries(of: prepared, in: table) {
      if remaining == 0 { return }
      let goesOn = try rows(of: query, limit: remaining) { row in
        remaining -= 1
        return try body(row)
      }
      if !goesOn { return }
    }
  }

  /// The statements whose answers, one after the other, are the rows a query asks for.
  private func queries<R: Record>(
    of prepared: PreparedQuery<R>, in table: TableStatements
  ) throws -> [SQLQuery] {
    guard let form = prepared.form else {
      return try prepared.rowStatements(in: directory, of: table.definition)
    }
    if let known = table.queries.query(form, for: prepared) { return [known] }
    let queries = try prepared.rowStatements(in: directory, of: table.definition)
    if queries.count == 1 {
      table.queries.keep(queries[0], of: form, for: prepared, in: table.definition)
    }
    return queries
  }

  func scanEntries<R: Record>(
    _ query: EntryQuery<R>, _ body: (IndexEntry<R>) throws -> Bool
  ) throws {
    try checkUse()
    let table = try statements(of: R.self).definition
    let field = try R.schema.field(named: query.field)
    guard let side = table.fields[field.name]?.side else { return }
    scans += 1
    defer { scans -= 1 }
    try withStatement(SQLQuery(entriesOf: table.sides[side], of: table, query), limit: .max) {
      statement in
      let reader = StatementReader()
      while try mapped({ try statement.step() }) {
        reader.begin(statement)
        let id = try reader.rowIdentifier(of: R.self)
        guard try body(IndexEntry(value: try reader.text(), id: id)) else { return }
      }
    }
  }

  func count<R: Record>(_ query: Query<R>) throws -> Int {
    try checkUse()
    let table = try statements(of: R.self).definition
    let prepared = try PreparedQuery(query, in: catalog)
    var count = 0
    for query in try prepared.countStatements(in: directory, of: table) {
      count += try withStatement(query, limit: (prepared.limit ?? .max) - count) { statement in
        try mapped { try statement.step() } ? Int(statement.integer(at: 0)) : 0
      }
    }
    return count
  }

  private func rows<R: Record>(
    of query: SQLQuery, limit: Int, _ body: (Held<R>) throws -> Bool
  ) throws -> Bool {
    try withStatement(query, limit: limit) { statement in
      let reader = StatementReader()
      let schema = R.schema
      while try mapped({ try statement.step() }) {
        reader.begin(statement)
        let id = try reader.rowIdentifier(of: R.self)
        if try !body(schema.row(id, from: reader)) { return false }
      }
      return true
    }
  }

  private func withStatement<Result>(
    _ query: SQLQuery, limit: Int, _ body: (SQLiteStatement) throws -> Result
  ) throws -> Result {
    let statement = try borrow(query)
    defer { connection.giveBack(statement, of: query.sql) }
    try mapped {
      let limits = query.isLimited ? [SQLConstant.value(.integer(Int64(limit)))] : []
      try connection.bind(query.constants + limits, to: statement)
    }
    return try body(statement)
  }

  private func borrow(_ query: SQLQuery) throws -> SQLiteStatement {
    do {
      return try connection.borrow(query.sql)
    } catch let failure as SQLiteFailure
      where failure.primary == SQLITE_ERROR || failure.primary == SQLITE_TOOBIG
    {
      throw StorageError(
        .unsupportedQuery, "SQLite cannot take a filter so deep or long.",
        recovery: "Nest fewer conditions, or ask in several queries.")
    } catch let failure as SQLiteFailure {
      throw failure.storageError
    }
  }

  /// The statements of a kind of record.
  func statements<R: Record>(of record: R.Type) throws -> TableStatements {
    guard let position = catalog.position(of: record) else { throw catalog.unknown(record) }
    return connection.tables[position]
  }

  /// Binds an identifier as the only parameter.
  func bind<R: Record>(
    _ id: Identifier<R>, of table: TableStatements, to statement: SQLiteStatement
  ) throws {
    let writer = connection.writer
    writer.begin(statement, runAtOnce: true)
    table.definition.isNumbered
      ? writer.integer(id.number) : writer.identifier(high: id.high, low: id.low)
    try writer.end(connection.path)
  }

  /// Runs what reads, with failures as callers see them.
  func mapped<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let failure as SQLiteFailure {
      throw failure.storageError
    }
  }
}
