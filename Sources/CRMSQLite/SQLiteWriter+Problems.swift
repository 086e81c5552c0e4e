import CRMStorage

/// Looks up, after a change was refused, what is in the way; of several problems the first of:
/// the identifier, the references in their order, the unique indexes in theirs.
extension SQLiteWriter {
  /// Why a row cannot be inserted, or cannot replace the one before.
  func problem<R: Record>(of row: Held<R>, in table: TableDefinition, isNew: Bool) throws
    -> StorageError
  {
    let id = row.id
    let exists = try holds(id.value(isNumber: table.isNumbered), table)
    if isNew && exists { return R.schema.duplicate(id, field: "id", holder: id) }
    if !isNew && !exists { return R.schema.notFound(id) }
    return try problem(withReferencesOf: row, in: table)
      ?? problem(withValuesOf: row, in: table)
      ?? StorageError(
        .invalidValue, "\(table.name): the row does not fit its table.",
        recovery: "Give every required field a value of its own type.", record: table.name,
        identifier: id.description)
  }

  /// Why a row cannot be deleted.
  func problem<R: Record>(deleting id: Identifier<R>, in table: TableDefinition) throws
    -> StorageError
  {
    let value = id.value(isNumber: table.isNumbered)
    guard try holds(value, table) else { return R.schema.notFound(id) }
    for (other, column) in try referrers(to: table) {
      let isSame = other == table.name
      let holder: Identifier<Never>? = try holder(
        "SELECT \"id\" FROM \(other.quoted) WHERE \(column.quoted) = ?"
          + (isSame ? " AND \"id\" <> ?" : "") + " ORDER BY \"id\" LIMIT 1",
        isSame ? [value, value] : [value])
      guard let holder else { continue }
      return R.schema.stillReferenced(
        id, field: "\(other).\(column)", holder: holder.description)
    }
    return StorageError(
      .stillReferenced, "\(table.name) \(id) is named by a record of another program.",
      recovery: "Open the store with all kinds of record it holds.", record: table.name,
      identifier: id.description)
  }

  /// The tables and columns that refer to a table; last those of kinds not asked for.
  private func referrers(to table: TableDefinition) throws -> [(table: String, column: String)] {
    let known = directory.tables.flatMap { other in
      other.references.filter { $0.target == table.name }.map { (other.name, $0.column) }
    }
    let sql = """
      SELECT s.name, k."from" FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS k
      WHERE s.type = 'table' AND k."table" = ? ORDER BY s.rowid, k.id DESC
      """
    let found = try changing {
      let statement = try connection.borrow(sql)
      defer { connection.giveBack(statement, of: sql) }
      try connection.bind([SQLConstant.value(.text(table.name))], to: statement)
      var found: [(table: String, column: String)] = []
      while try statement.step() { found.append((statement.text(at: 0), statement.text(at: 1))) }
      return found
    }
    return known + found.filter { directory.table(named: $0.table) == nil }
  }

  private func problem<R: Record>(withReferencesOf row: Held<R>, in table: TableDefinition) throws
    -> StorageError?
  {
    for reference in table.references where checksReferences {
      let value = try R.schema.field(named: reference.field).values(of: row)[0]
      guard case .identifier(let high, let low) = value,
        let target = directory.table(named: reference.target)
      else { continue }
      if target.name == table.name && high == row.id.high && low == row.id.low { continue }
      if try holds(value.asNumber(if: target.isNumbered), target) { continue }
      return R.schema.unknownReference(row.id, field: reference.field)
    }
    return nil
  }

  private func problem<R: Record>(withValuesOf row: Held<R>, in table: TableDefinition) throws
    -> StorageError?
  {
    for unique in table.uniques {
      let (field, holder) = try taken(unique, by: row, in: table)
      if let holder { return R.schema.duplicate(row.id, field: field, holder: holder) }
    }
    return nil
  }

  /// The unique index or field, and the other row that holds a value of this row in it.
  private func taken<R: Record>(
    _ unique: TableDefinition.Unique, by row: Held<R>, in table: TableDefinition
  ) throws -> (field: String, holder: Identifier<R>?) {
    let id = row.id.value(isNumber: table.isNumbered)
    switch unique {
    case .index(let position):
      let index = table.indexes[position]
      let fields = R.schema.indexes.first { $0.name == index.field }?.fields ?? []
      let values = zip(index.columns, fields.flatMap { $0.values(of: row) }).map {
        $1.asNumber(if: $0.holdsNumber)
      }
      return (index.field, try holder(of: values, index.columns, in: table.name, but: id))
    case .side(let position):
      let side = table.sides[position]
      for value in try R.schema.field(named: side.field).entries(of: row) {
        let holder: Identifier<R>? = try holder(of: value, side.columns, in: side.name, but: id)
        if let holder { return (side.field, holder) }
      }
      return (side.field, nil)
    }
  }

  private func holder<R>(
    of values: [Value], _ columns: [TableDefinition.Column], in table: String, but id: Value
  ) throws -> Identifier<R>? {
    if values.contains(.missing) { return nil }
    let terms = columns.map { "\($0.name.quoted) = ?" } + ["\"id\" <> ?"]
    return try holder(
      "SELECT \"id\" FROM \(table.quoted) WHERE \(terms.joined(separator: " AND "))",
      values + [id])
  }

  private func holds(_ id: Value, _ table: TableDefinition) throws -> Bool {
    let found: Identifier<Never>? = try holder(
      "SELECT \"id\" FROM \(table.name.quoted) WHERE \"id\" = ?", [id])
    return found != nil
  }

  /// The identifier a statement gives.
  private func holder<R>(_ sql: String, _ constants: [Value]) throws -> Identifier<R>? {
    try changing {
      let statement = try connection.borrow(sql)
      defer { connection.giveBack(statement, of: sql) }
      try connection.bind(constants.map(SQLConstant.value), to: statement)
      guard try statement.step() else { return nil }
      let reader = StatementReader()
      reader.begin(statement)
      let (high, low) = try reader.identifier()
      return Identifier(high: high, low: low)
    }
  }
}
