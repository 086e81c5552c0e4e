import CRMStorage

/// A table, index or view, with the statement that makes it.
struct SchemaObject: Sendable, Hashable {
  enum Kind: String, Sendable {
    case table, index, view
  }

  let kind: Kind
  let name: String

  /// The statement, in just the words that SQLite keeps.
  let sql: String
}

extension StoredKind {
  /// The table and those of its fields of many values.
  var tables: [SchemaObject] {
    [SchemaObject(kind: .table, name: name, sql: tableSQL)]
      + manyFields.map { SchemaObject(kind: .table, name: side($0), sql: sql(of: $0)) }
  }

  /// The indexes of the table and of its sides.
  var tableIndexes: [SchemaObject] { indexes.map(object) + manyFields.map(sideIndex) }

  /// The table of a field of many values.
  func side(_ many: Many) -> String { "\(name)__\(many.field)" }

  /// An index of the table.
  func object(_ index: Index) -> SchemaObject {
    let object = "\(name)__\(index.name)"
    return SchemaObject(
      kind: .index, name: object,
      sql: "CREATE \(index.isUnique ? "UNIQUE " : "")INDEX \(object.quoted) "
        + "ON \(name.quoted) (\(list(index.columns)))")
  }

  /// The index by which the values of a row are found.
  func sideIndex(_ many: Many) -> SchemaObject {
    let object = "\(side(many))__id"
    return SchemaObject(
      kind: .index, name: object,
      sql: "CREATE INDEX \(object.quoted) ON \(side(many).quoted) (\"id\")")
  }

  private var idSQL: String {
    isNumbered ? "\"id\" INTEGER PRIMARY KEY" : "\"id\" BLOB NOT NULL PRIMARY KEY"
  }

  private var tableSQL: String {
    let lines = [idSQL] + columns.map { $0.sql }
    return "CREATE TABLE \(name.quoted) (\n  \(lines.joined(separator: ",\n  "))\n) STRICT"
      + (isNumbered ? "" : ", WITHOUT ROWID")
  }

  private func sql(of many: Many) -> String {
    let id = "\"id\" \(isNumbered ? "INTEGER" : "BLOB") NOT NULL"
    let key = "PRIMARY KEY (\(list(many.columns.map(\.name)))\(many.isUnique ? "" : ", \"id\""))"
    return "CREATE TABLE \(side(many).quoted) (\n  "
      + (many.columns.map { $0.sql } + [id, key]).joined(separator: ",\n  ")
      + "\n) STRICT, WITHOUT ROWID"
  }

  private func list(_ columns: [String]) -> String {
    columns.map(\.quoted).joined(separator: ", ")
  }
}

extension StoredKind.Column {
  /// The column as a table declares it.
  var sql: String {
    let reference = target.map { " REFERENCES \($0.kind.quoted) (\"id\") ON DELETE RESTRICT" }
    return "\(name.quoted) \(storedType)\(isRequired ? " NOT NULL" : "")\(reference ?? "")"
  }

  /// The column's type to SQLite.
  var storedType: String { type.storedType(holdsNumber: target?.isNumbered ?? false) }
}

extension ColumnType {
  /// The type to SQLite of a column that may hold the numbers of a numbered kind.
  func storedType(holdsNumber: Bool) -> String {
    switch self {
    case .flag, .integer, .instant: "INTEGER"
    case .real: "REAL"
    case .text, .date, .json: "TEXT"
    case .identifier: holdsNumber ? "INTEGER" : "BLOB"
    case .bytes: "BLOB"
    }
  }
}
