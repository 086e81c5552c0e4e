import CRMStorage

extension TableDefinition {
  /// Views of a table and of its sides, for people and for tools that know nothing of CRMKit.
  ///
  /// The view of `customers` is `customers_view`, that of its many values `emails` is
  /// `customers__emails_view`. Identifiers are UUIDs in lower case (numbers for numbered
  /// kinds), instants are RFC 3339 in UTC with milliseconds, flags are 0 and 1; all else is
  /// shown as it is kept. Writing goes through CRMKit only.
  static func views(
    of table: String, isNumbered: Bool, _ columns: [Column], _ sides: [Side]
  ) -> [SchemaObject] {
    let id = Column(
      name: "id", type: .identifier, isRequired: true, holdsNumber: isNumbered, target: nil)
    return [view(of: table, [id] + columns)]
      + sides.map { view(of: $0.name, [id] + $0.columns) }
  }

  private static func view(of table: String, _ columns: [Column]) -> SchemaObject {
    let lines = columns.map { "\($0.readable) AS \($0.name.quoted)" }
    let view = "\(table)_view"
    return SchemaObject(
      kind: .view, name: view,
      sql: "CREATE VIEW \(view.quoted) AS SELECT\n  \(lines.joined(separator: ",\n  "))\n"
        + "FROM \(table.quoted)")
  }
}

extension TableDefinition.Column {
  /// The column as an expression a person can read.
  fileprivate var readable: String {
    let column = name.quoted
    switch type {
    case .identifier where !holdsNumber:
      let parts = [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)].map { start, count in
        "substr(hex(\(column)), \(start), \(count))"
      }
      // hex(NULL) is text, so a missing identifier needs to be asked for.
      return "CASE WHEN \(column) IS NOT NULL THEN "
        + "lower(\(parts.joined(separator: " || '-' || "))) END"
    case .instant:
      let fraction = "((\(column) % 1000 + 1000) % 1000)"
      return "strftime('%Y-%m-%dT%H:%M:%S', (\(column) - \(fraction)) / 1000, 'unixepoch') "
        + "|| printf('.%03dZ', \(fraction))"
    default:
      return column
    }
  }
}
