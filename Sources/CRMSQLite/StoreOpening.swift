import CRMStorage

/// Compares a file with the tables of a catalog, and brings it to them.
struct StoreOpening: Sendable {
  let path: String
  let directory: TableDirectory
  let migration: Migration

  /// What is to be done so that the file holds the tables.
  struct Work {
    let isNew: Bool
    let content: StoreContent
    let plan: MigrationPlan
    /// Views that are lacking, of tables that change, or others than they should be.
    let views: [SchemaObject]
    /// Indexes that are lacking although they were made.
    let lostIndexes: [SchemaObject]

    var isNothing: Bool {
      !isNew && plan.changes.isEmpty && views.isEmpty && lostIndexes.isEmpty
    }
  }

  /// Looks at a file and changes nothing.
  ///
  /// - Throws: ``StorageError/Code/notAStore``, ``StorageError/Code/newerStore``,
  ///   ``StorageError/Code/incompatibleSchema``, or ``SQLiteFailure``.
  func work(on connection: SQLiteConnection) throws -> Work {
    let isNew = try isNew(connection)
    let content = try StoreContent(of: connection, isNew: isNew)
    let plan = try MigrationPlan(from: content.kinds, to: directory.catalog)
    for kind in content.kinds where directory.table(named: kind.name) != nil {
      try content.check(kind)
    }
    for change in plan.changes where change.old == nil { try content.checkFree(change.new) }
    let changed = Set(plan.changes.map(\.new.name))
    return Work(
      isNew: isNew, content: content, plan: plan,
      views: directory.tables.flatMap { table in
        table.views.filter { changed.contains(table.name) || content.objects[$0.name] != $0 }
      },
      lostIndexes: directory.tables.filter { !changed.contains($0.name) }
        .flatMap(\.kind.tableIndexes).filter { content.objects[$0.name] == nil })
  }

  /// Does the work, within a transaction that the caller commits.
  ///
  /// - Parameter connection: One whose references are not enforced, and whose tables are renamed
  ///   without looking at what names them.
  func perform(_ work: Work, on connection: SQLiteConnection) throws -> MigrationReport {
    if work.isNew {
      try connection.run(StoreFormat.schemaTableSQL)
      try connection.run("PRAGMA application_id = \(StoreFormat.application)")
      try connection.run("PRAGMA user_version = \(StoreFormat.version)")
    }
    let report = try TableMigration(self, work, connection).run()
    for object in work.lostIndexes { try connection.run(object.sql) }
    for view in work.views {
      try connection.run("DROP VIEW IF EXISTS \(view.name.quoted)")
      try connection.run(view.sql)
    }
    for change in work.plan.changes { try note(change.new, on: connection) }
    return report
  }

  /// Writes down what the tables of a kind hold from now on.
  private func note(_ kind: StoredKind, on connection: SQLiteConnection) throws {
    let sql = "INSERT OR REPLACE INTO \(StoreFormat.schemaTable) VALUES (?, ?, ?)"
    let statement = try connection.borrow(sql)
    defer { connection.giveBack(statement, of: sql) }
    let values: [Value] = [
      .text(kind.name), .integer(Int64(kind.version)), .text(kind.definition),
    ]
    try connection.bind(values.map(SQLConstant.value), to: statement)
    try statement.run()
  }

  /// Whether the file holds nothing yet; a database of somebody else is refused.
  private func isNew(_ connection: SQLiteConnection) throws -> Bool {
    let application = try connection.integer("PRAGMA application_id")
    let version = try connection.integer("PRAGMA user_version")
    guard application == StoreFormat.application else {
      let objects = try connection.integer("SELECT count(*) FROM sqlite_schema")
      if application == 0 && version == 0 && objects == 0 { return true }
      throw StorageError.notAStore(path, "it is an SQLite database of another program")
    }
    guard version <= StoreFormat.version else {
      throw StorageError(
        .newerStore,
        "“\(path)” has format \(version), where this program knows \(StoreFormat.version).",
        recovery: "Open it with the newer program; it was left untouched.")
    }
    return false
  }
}
