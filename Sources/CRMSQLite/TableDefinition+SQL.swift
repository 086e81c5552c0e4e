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

extension TableDefinition {
  /// The table and its sides.
  var tables: [SchemaObject] {
    [SchemaObject(kind: .table, name: name, sql: tableSQL)]
      + sides.map { SchemaObject(kind: .table, name: $0.name, sql: sql(of: $0)) }
  }

  /// The indexes of the table and of its sides.
  var tableIndexes: [SchemaObject] {
    indexes.map { index in
      SchemaObject(
        kind: .index, name: index.name,
        sql: "CREATE \(index.isUnique ? "UNIQUE " : "")INDEX \(index.name.quoted) "
          + "ON \(name.quoted) (\(list(index.columns)))")
    }
      + sides.map { side in
        SchemaObject(
          kind: .index, name: "\(side.name)__id",
          sql: "CREATE INDEX \("\(side.name)__id".quoted) ON \(side.name.quoted) (\"id\")")
      }
  }

  /// The text by which a change of the fields is noticed: a line for each column.
  var summary: String {
    let rows = columns.map { "\($0.name) \($0.type.rawValue)\($0.isRequired ? " required" : "")" }
    let many = sides.flatMap { side in
      side.columns.map { "\(side.field).\($0.name) \($0.type.rawValue)" }
    }
    return (["id \(isNumbered ? "number" : "identifier")"] + rows + many).joined(separator: "\n")
  }

  private var idSQL: String {
    isNumbered ? "\"id\" INTEGER PRIMARY KEY" : "\"id\" BLOB NOT NULL PRIMARY KEY"
  }

  private var tableSQL: String {
    let lines =
      [idSQL]
      + columns.map { column in
        sql(of: column)
          + (column.target.map { " REFERENCES \($0.quoted) (\"id\") ON DELETE RESTRICT" } ?? "")
      }
    return "CREATE TABLE \(name.quoted) (\n  \(lines.joined(separator: ",\n  "))\n) STRICT"
      + (isNumbered ? "" : ", WITHOUT ROWID")
  }

  private func sql(of side: Side) -> String {
    let values = side.columns.map { sql(of: $0) }
    let id = "\"id\" \(isNumbered ? "INTEGER" : "BLOB") NOT NULL"
    let key = "PRIMARY KEY (\(list(side.columns))\(side.isUnique ? "" : ", \"id\""))"
    return "CREATE TABLE \(side.name.quoted) (\n  "
      + (values + [id, key]).joined(separator: ",\n  ") + "\n) STRICT, WITHOUT ROWID"
  }

  private func sql(of column: Column) -> String {
    "\(column.name.quoted) \(column.storedType)\(column.isRequired ? " NOT NULL" : "")"
  }

  private func list(_ columns: [Column]) -> String {
    columns.map(\.name.quoted).joined(separator: ", ")
  }
}
