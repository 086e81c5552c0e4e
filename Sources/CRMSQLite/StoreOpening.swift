import CRMStorage

/// Compares a file with the tables of a catalog, and adds what it lacks.
struct StoreOpening {
  let path: String
  let directory: TableDirectory

  /// What is to be done so that the file holds the tables.
  struct Work {
    var isNew = false
    var dropped: [SchemaObject] = []
    var created: [SchemaObject] = []
    /// The kinds whose version is to be written down.
    var noted: [TableDefinition] = []

    var isNothing: Bool { !isNew && dropped.isEmpty && created.isEmpty && noted.isEmpty }
  }

  /// Looks at a file and changes nothing.
  ///
  /// - Throws: ``StorageError/Code/notAStore``, ``StorageError/Code/newerStore``,
  ///   ``StorageError/Code/incompatibleSchema``, or ``SQLiteFailure``.
  func work(on connection: SQLiteConnection) throws -> Work {
    var work = Work()
    work.isNew = try isNew(connection)
    let content = try StoreContent(of: connection, isNew: work.isNew)
    for table in directory.tables {
      guard let note = content.notes[table.name], note.version > table.version else { continue }
      throw newerStore(
        "version \(note.version) of \(table.name); this program knows \(table.version)",
        record: table.name)
    }
    for table in directory.tables {
      try content.compare(table)
      work.created += (table.tables + table.tableIndexes).filter {
        content.objects[$0.name] == nil
      }
      let note = content.notes[table.name]
      if note?.version != Int64(table.version) || note?.summary != table.summary {
        work.noted.append(table)
      }
      for view in table.views where content.objects[view.name] != view {
        if let old = content.objects[view.name] { work.dropped.append(old) }
        work.created.append(view)
      }
    }
    return work
  }

  /// Does the work, within a transaction that the caller commits.
  func perform(_ work: Work, on connection: SQLiteConnection) throws {
    if work.isNew {
      try connection.run(StoreFormat.schemaTableSQL)
      try connection.run("PRAGMA application_id = \(StoreFormat.application)")
      try connection.run("PRAGMA user_version = \(StoreFormat.version)")
    }
    for object in work.dropped {
      try connection.run("DROP \(object.kind.rawValue) \(object.name.quoted)")
    }
    for object in work.created { try connection.run(object.sql) }
    let sql = "INSERT OR REPLACE INTO \(StoreFormat.schemaTable) VALUES (?, ?, ?)"
    for table in work.noted {
      let statement = try connection.borrow(sql)
      defer { connection.giveBack(statement, of: sql) }
      let values: [Value] = [
        .text(table.name), .integer(Int64(table.version)), .text(table.summary),
      ]
      try connection.bind(values.map(SQLConstant.value), to: statement)
      try statement.run()
    }
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
      throw newerStore(
        "format \(version); this program knows \(StoreFormat.version)", record: nil)
    }
    return false
  }

  private func newerStore(_ what: String, record: String?) -> StorageError {
    StorageError(
      .newerStore, "“\(path)” holds \(what).",
      recovery: "Open it with the newer program; the file was left untouched.", record: record)
  }
}
