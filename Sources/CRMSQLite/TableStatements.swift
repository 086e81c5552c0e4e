import CRMStorage

/// The statements that read and write single rows of a table, on one connection.
///
/// Each is prepared when it is first needed.
final class TableStatements {
  let definition: TableDefinition

  /// Which parameters of ``insert`` take a number for an identifier.
  let numberedInsert: [Bool]

  /// Which parameters of ``update`` take a number for an identifier.
  let numberedUpdate: [Bool]

  /// The queries of rows that were asked before.
  var queries = KnownQueries()

  private var prepared: [Kind: SQLiteStatement] = [:]
  private var selectingPart: [[String]: SQLiteStatement] = [:]
  private var selecting: SQLiteStatement?
  private var inserting: SQLiteStatement?

  private enum Kind: Hashable {
    case update, updateUnindexed, delete
    case insertSide(Int), deleteSide(Int), clearSide(Int)
  }

  init(_ definition: TableDefinition) {
    self.definition = definition
    let columns = definition.columns.map(\.holdsNumber)
    let isNumbered = definition.isNumbered || columns.contains(true)
    numberedInsert = isNumbered ? [definition.isNumbered] + columns : []
    numberedUpdate = isNumbered ? columns + [definition.isNumbered] : []
  }

  /// `id` → the stored columns, behind `id`.
  func select(_ connection: SQLiteConnection) throws -> SQLiteStatement {
    if let selecting { return selecting }
    let columns = definition.columns.prefix(definition.storedCount)
    let statement = try connection.prepare(selectSQL(columns.map(\.name)))
    selecting = statement
    return statement
  }

  /// `id` → the columns of some fields, behind `id`.
  func select(_ fields: [String], _ connection: SQLiteConnection) throws -> SQLiteStatement {
    if let statement = selectingPart[fields] { return statement }
    let columns = fields.flatMap { definition.fields[$0]?.columns ?? [] }
    let statement = try connection.prepare(selectSQL(columns.map(\.name)))
    selectingPart[fields] = statement
    return statement
  }

  private func selectSQL(_ columns: [String]) -> String {
    let columns = (["id"] + columns).map(\.quoted).joined(separator: ", ")
    return "SELECT \(columns) FROM \(definition.name.quoted) WHERE \"id\" = ?"
  }

  /// Lets go of the statements that change rows.
  ///
  /// SQLite decides when it prepares one whether it can undo what it did, where a reference is
  /// found broken at its end; while references are deferred it decides otherwise.
  func forgetChanges() {
    inserting = nil
    prepared = [:]
  }

  /// `id`, then all columns.
  func insert(_ connection: SQLiteConnection) throws -> SQLiteStatement {
    if let inserting { return inserting }
    let columns = ["id"] + definition.columns.map(\.name)
    let statement = try connection.prepare(
      "INSERT INTO \(definition.name.quoted) (\(columns.map(\.quoted).joined(separator: ", "))) "
        + "VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))")
    inserting = statement
    return statement
  }

  /// All columns, then `id`.
  func update(_ connection: SQLiteConnection) throws -> SQLiteStatement {
    try statement(.update, connection) { updateSQL(definition.columns) }
  }

  /// The columns that no index holds, then `id`.
  func updateUnindexed(_ connection: SQLiteConnection) throws -> SQLiteStatement {
    try statement(.updateUnindexed, connection) { updateSQL(definition.unindexedColumns) }
  }

  /// `id`.
  func delete(_ connection: SQLiteConnection) throws -> SQLiteStatement {
    try statement(.delete, connection) {
      "DELETE FROM \(definition.name.quoted) WHERE \"id\" = ?"
    }
  }

  /// The columns of a side, then `id`.
  func insertSide(_ side: Int, _ connection: SQLiteConnection) throws -> SQLiteStatement {
    try statement(.insertSide(side), connection) {
      let columns = definition.sides[side].columns.map(\.name) + ["id"]
      return "INSERT INTO \(definition.sides[side].name.quoted) "
        + "(\(columns.map(\.quoted).joined(separator: ", "))) "
        + "VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))"
    }
  }

  /// The columns of a side, then `id`.
  func deleteSide(_ side: Int, _ connection: SQLiteConnection) throws -> SQLiteStatement {
    try statement(.deleteSide(side), connection) {
      let columns = definition.sides[side].columns.map(\.name) + ["id"]
      return "DELETE FROM \(definition.sides[side].name.quoted) WHERE "
        + columns.map { "\($0.quoted) = ?" }.joined(separator: " AND ")
    }
  }

  /// `id`.
  func clearSide(_ side: Int, _ connection: SQLiteConnection) throws -> SQLiteStatement {
    try statement(.clearSide(side), connection) {
      "DELETE FROM \(definition.sides[side].name.quoted) WHERE \"id\" = ?"
    }
  }

  private func updateSQL(_ columns: [TableDefinition.Column]) -> String {
    // A row without columns is there or is not; the update only asks which.
    let changes =
      columns.isEmpty
      ? "\"id\" = \"id\"" : columns.map { "\($0.name.quoted) = ?" }.joined(separator: ", ")
    return "UPDATE \(definition.name.quoted) SET \(changes) WHERE \"id\" = ?"
  }

  private func statement(_ kind: Kind, _ connection: SQLiteConnection, _ sql: () -> String) throws
    -> SQLiteStatement
  {
    if let statement = prepared[kind] { return statement }
    let statement = try connection.prepare(sql())
    prepared[kind] = statement
    return statement
  }
}
