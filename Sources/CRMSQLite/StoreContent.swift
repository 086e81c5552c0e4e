import CRMStorage

/// The tables, indexes and views a file holds, and the versions written down in it.
struct StoreContent {
  /// A column as SQLite tells of it.
  private struct FoundColumn {
    let name: String
    let type: String
    let isRequired: Bool
  }

  private(set) var objects: [String: SchemaObject] = [:]

  /// The kinds whose definitions could be read.
  private(set) var kinds: [StoredKind] = []

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
      "SELECT name, version, definition FROM \(StoreFormat.schemaTable) ORDER BY name"
    ) { row in
      StoredKind(
        row.text(at: 0), version: Int(clamping: row.integer(at: 1)), definition: row.text(at: 2))
    }
    kinds = noted.compactMap(\.self)
  }

  /// Checks that the file holds a kind of record just as it was written down.
  ///
  /// Indexes may be lacking: they are made again.
  ///
  /// - Throws: ``StorageError/Code/incompatibleSchema`` naming the table and the column.
  func check(_ kind: StoredKind) throws(StorageError) {
    guard objects[kind.name] != nil else { throw changed(kind, nil, "its table is gone") }
    try compare(kind.columns, of: kind.name, in: kind, field: nil)
    for many in kind.manyFields {
      guard objects[kind.side(many)] != nil else {
        throw changed(kind, many.field, "its table is gone")
      }
      try compare(many.columns, of: kind.side(many), in: kind, field: many.field)
    }
    for index in kind.tableIndexes {
      guard let found = objects[index.name], found.sql != index.sql else { continue }
      throw changed(kind, index.name, "the index is another")
    }
  }

  /// Refuses tables that stand where a kind is to be, without having been written down.
  func checkFree(_ kind: StoredKind) throws(StorageError) {
    for object in kind.tables + kind.tableIndexes where objects[object.name] != nil {
      throw changed(kind, nil, "there is a “\(object.name)” that is not of this store")
    }
  }

  private func compare(
    _ wanted: [StoredKind.Column], of name: String, in kind: StoredKind, field: String?
  ) throws(StorageError) {
    let found = (columns[name] ?? []).filter { $0.name != "id" }
    for column in wanted {
      guard let other = found.first(where: { $0.name == column.name }) else {
        throw changed(kind, field ?? column.name, "its column is gone")
      }
      guard other.type == column.storedType, other.isRequired == column.isRequired else {
        throw changed(kind, field ?? column.name, "its column is another")
      }
    }
    for column in found where !wanted.contains(where: { $0.name == column.name }) {
      throw changed(kind, field ?? column.name, "the column was added")
    }
  }

  private func changed(_ kind: StoredKind, _ field: String?, _ reason: String) -> StorageError {
    let place = [kind.name, field].compactMap(\.self).joined(separator: ".")
    return StorageError(
      .incompatibleSchema, "Another program has changed \(place): \(reason).",
      recovery: "Undo what it did, or restore a backup.", record: kind.name, field: field)
  }
}
