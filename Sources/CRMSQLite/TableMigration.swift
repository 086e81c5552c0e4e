import CRMStorage

/// Brings the tables of a file to the schemas of a catalog, within one transaction.
///
/// A table whose rows are written anew is set aside under another name while the new one takes
/// its place; tables that refer to it name it as before and never notice.
struct TableMigration {
  private let connection: SQLiteConnection
  private let directory: TableDirectory
  private let content: StoreContent
  private let changes: [KindChange]
  private let progress: MigrationRun

  /// Prepares the migration, which ``run()`` does.
  init(_ opening: StoreOpening, _ work: StoreOpening.Work, _ connection: SQLiteConnection) {
    self.connection = connection
    directory = opening.directory
    content = work.content
    changes = work.plan.changes
    progress = MigrationRun(work.plan, opening.migration)
  }

  func run() throws -> MigrationReport {
    let rewritten = changes.filter(\.isRewrite)
    for change in changes { try makeTables(change) }
    try takeOver(rewritten)
    for change in changes {
      guard let old = change.old, !change.isRewrite else { continue }
      for index in change.new.indexes where !old.indexes.contains(index) {
        try progress.noting { try make(index, of: change.new) }
      }
    }
    for change in rewritten {
      let kind = change.new
      let indexes = kind.indexes.filter { !$0.isUnique }.map(kind.object)
      for index in indexes + kind.manyFields.map(kind.sideIndex) { try connection.run(index.sql) }
      try connection.run("DROP TABLE \(aside(change.new).quoted)")
    }
    if !rewritten.isEmpty && progress.report.problems.isEmpty { try checkReferences() }
    return progress.report
  }

  // MARK: Tables

  private func makeTables(_ change: KindChange) throws {
    guard let old = change.old else {
      for object in change.new.tables + change.new.tableIndexes { try connection.run(object.sql) }
      return
    }
    for table in [old.name] + old.manyFields.map(old.side) {
      let view = "\(table)_view"
      if content.objects[view]?.kind == .view { try connection.run("DROP VIEW \(view.quoted)") }
    }
    if change.isRewrite { return try setAside(old, for: change.new) }
    for many in old.manyFields where !change.new.manyFields.contains(many) {
      try connection.run("DROP TABLE \(old.side(many).quoted)")
    }
    for index in old.indexes where !change.new.indexes.contains(index) {
      try connection.run("DROP INDEX IF EXISTS \(old.object(index).name.quoted)")
    }
    for column in change.new.columns where !old.columns.contains(where: { $0.name == column.name })
    {
      try connection.run("ALTER TABLE \(old.name.quoted) ADD COLUMN \(column.sql)")
    }
  }

  private func setAside(_ old: StoredKind, for new: StoredKind) throws {
    for index in old.tableIndexes {
      try connection.run("DROP INDEX IF EXISTS \(index.name.quoted)")
    }
    for many in old.manyFields { try connection.run("DROP TABLE \(old.side(many).quoted)") }
    try connection.run("ALTER TABLE \(old.name.quoted) RENAME TO \(aside(old).quoted)")
    for table in new.tables { try connection.run(table.sql) }
    // These tell of two rows with one value; the others are made faster at the end.
    for index in new.indexes where index.isUnique { try connection.run(new.object(index).sql) }
  }

  /// The name of a table that was set aside, which no kind can have.
  private func aside(_ kind: StoredKind) -> String { "former \(kind.name)" }

  /// Makes an index of rows that are there already.
  private func make(_ index: StoredKind.Index, of kind: StoredKind) throws {
    let columns = index.columns.map(\.quoted)
    if index.isUnique {
      let ids = try connection.rows(
        """
        SELECT max("id"), min("id") FROM \(kind.name.quoted)
        WHERE \(columns.map { "\($0) IS NOT NULL" }.joined(separator: " AND "))
        GROUP BY \(columns.joined(separator: ", ")) HAVING count(*) > 1 ORDER BY 1 LIMIT 1
        """
      ) { row in (try row.identifier(at: 0), try row.identifier(at: 1)) }
      if let (id, holder) = ids.first {
        throw StorageError.duplicate(
          id.description, of: kind.name, field: index.name, holder: holder.description)
      }
    }
    try connection.run(kind.object(index).sql)
  }

  // MARK: Rows

  private func takeOver(_ rewritten: [KindChange]) throws {
    let writer = SQLiteWriter(connection, directory, checksReferences: false)
    defer { writer.end() }
    for change in rewritten {
      guard let old = change.old else { continue }
      let total = try connection.integer("SELECT count(*) FROM \(aside(old).quoted)")
      try progress.takeOver(old, total: Int(clamping: total), into: writer) { body in
        try forEachRow(of: old, body)
      }
    }
  }

  private func forEachRow(of kind: StoredKind, _ body: (StoredRecord) throws -> Void) throws {
    let columns = kind.columns.filter { !$0.isDerived }
    let names = (["id"] + columns.map(\.name)).map(\.quoted).joined(separator: ", ")
    let statement = try connection.prepare(
      "SELECT \(names) FROM \(aside(kind).quoted) ORDER BY \"id\"")
    let reader = StatementReader()
    while try statement.step() {
      var record: StoredRecord?
      try progress.noting {
        reader.begin(statement)
        record = try row(of: kind, columns, reader)
      }
      if let record { try body(record) }
    }
  }

  private func row(
    of kind: StoredKind, _ columns: [StoredKind.Column], _ reader: StatementReader
  ) throws(StorageError) -> StoredRecord {
    let (high, low) = try reader.identifier()
    var record = StoredRecord(
      kind.name, version: kind.version, id: Identifier(high: high, low: low))
    for column in columns {
      do throws(StorageError) {
        record[column.name] = try reader.value(of: column.type)
      } catch {
        throw error.at(record: kind.name, field: column.name, identifier: record.id.description)
      }
    }
    return record
  }

  /// Looks for rows that name what does not exist, in all tables there are.
  private func checkReferences() throws {
    for problem in try connection.brokenReferences() { try progress.noting { throw problem } }
  }
}
