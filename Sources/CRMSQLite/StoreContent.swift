import CRMStorage

/// The tables, indexes and views a file holds, and the versions written down in it.
struct StoreContent {
  /// A column as SQLite tells of it.
  private struct FoundColumn {
    let name: String
    let type: String
    let isRequired: Bool
  }

  /// What was written down of a kind of record.
  struct Note {
    let version: Int64
    let summary: String
  }

  private(set) var objects: [String: SchemaObject] = [:]
  private(set) var notes: [String: Note] = [:]
  private var columns: [String: [FoundColumn]] = [:]

  init(of connection: SQLiteConnection, isNew: Bool) throws {
    if isNew { return }
    let found = try connection.rows(
      "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
    ) { row in
      SchemaObject.Kind(rawValue: row.text(at: 0)).map {
        SchemaObject(kind: $0, name: row.text(at: 1), sql: row.text(at: 2))
      }
    }
    for case let object? in found {
      objects[object.name] = object
      guard object.kind == .table else { continue }
      columns[object.name] = try connection.rows("PRAGMA table_info(\(object.name.quoted))") {
        FoundColumn(
          name: $0.text(at: 1), type: $0.text(at: 2), isRequired: $0.integer(at: 3) == 1)
      }
    }
    let noted = try connection.rows(
      "SELECT name, version, definition FROM \(StoreFormat.schemaTable)"
    ) { row in
      (row.text(at: 0), Note(version: row.integer(at: 1), summary: row.text(at: 2)))
    }
    notes = Dictionary(noted, uniquingKeysWith: { _, last in last })
  }

  /// Checks that what the file holds of a kind of record is what its schema says.
  ///
  /// - Throws: ``StorageError/Code/incompatibleSchema`` naming the table and the column.
  func compare(_ table: TableDefinition) throws(StorageError) {
    guard objects[table.name] != nil else { return }
    if let note = notes[table.name] { try compare(table, with: note) }
    try compare(table.columns, of: table.name, in: table)
    for side in table.sides {
      guard objects[side.name] != nil else {
        throw incompatible(table, side.field, "the store has no values of it")
      }
      try compare(side.columns, of: side.name, in: table)
    }
    for index in table.tableIndexes {
      guard let found = objects[index.name], found.sql != index.sql else { continue }
      throw incompatible(table, index.name, "the store's index is another")
    }
  }

  /// Compares what was written down, which also tells a number from an instant.
  private func compare(_ table: TableDefinition, with note: Note) throws(StorageError) {
    let wanted = table.summary.split(separator: "\n")
    let noted = note.summary.split(separator: "\n")
    let field = { (line: Substring) in line.prefix { $0 != " " && $0 != "." }.description }
    for line in wanted where !noted.contains(line) {
      let other = noted.first { field($0) == field(line) }
      throw incompatible(
        table, field(line),
        other.map { "it is “\(line)”, the store has “\($0)”" } ?? "the store does not have it")
    }
    for line in noted where !wanted.contains(line) {
      throw incompatible(table, field(line), "only the store has it")
    }
  }

  private func compare(
    _ wanted: [TableDefinition.Column], of name: String, in table: TableDefinition
  ) throws(StorageError) {
    let found = (columns[name] ?? []).filter { $0.name != "id" }
    for column in wanted {
      guard let other = found.first(where: { $0.name == column.name }) else {
        throw incompatible(table, column.name, "the store does not have it")
      }
      guard other.type == column.storedType, other.isRequired == column.isRequired else {
        throw incompatible(table, column.name, "the store's column is another")
      }
    }
    for column in found where !wanted.contains(where: { $0.name == column.name }) {
      throw incompatible(table, column.name, "only the store has it")
    }
  }

  private func incompatible(_ table: TableDefinition, _ field: String, _ reason: String)
    -> StorageError
  {
    StorageError(
      .incompatibleSchema, "\(table.name).\(field) differs from the store: \(reason).",
      recovery: "Raise the schema's version and bring a migration, or undo the change.",
      record: table.name, field: field)
  }
}
