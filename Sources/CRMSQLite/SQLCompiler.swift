import CRMStorage

/// Turns conditions into expressions of SQL, with their constants as parameters.
///
/// In SQL a comparison with a missing value is neither true nor false, and stays so when it is
/// negated. So a negation is carried down to the comparisons, where “is not true” ends the
/// matter; what is not negated is left plain, so that indexes serve it.
struct SQLCompiler {
  /// SQLite takes up to 32 766 parameters; further constants are written out.
  private static let mostParameters = 30_000

  /// SQLite's expressions may be 1 000 deep, and a chain of `OR` is as deep as it is long; each
  /// of the levels a condition may nest can be a chain.
  private static let longestChain = 32

  let directory: TableDirectory

  /// The constants, in the order of their parameters.
  private(set) var constants: [SQLConstant] = []

  private var subqueries = 0

  init(directory: TableDirectory) {
    self.directory = directory
  }

  /// The expressions that must all hold of the table `t0`.
  mutating func conjuncts(_ condition: Condition, on table: TableDefinition) throws -> [String] {
    var expressions: [String] = []
    for part in condition.conjuncts {
      expressions.append(try expression(part, Scope(table: table, alias: "t0"), isNegated: false))
    }
    return expressions
  }

  /// A parameter for a constant of a column.
  mutating func constant(_ value: Value, for column: TableDefinition.Column) -> String {
    if constants.count >= Self.mostParameters,
      let literal = value.asNumber(if: column.holdsNumber).literal
    {
      return literal
    }
    constants.append(SQLConstant(value, for: column))
    return "?"
  }

  /// A table under the name it has in the statement.
  private struct Scope {
    let table: TableDefinition
    let alias: String

    func column(_ column: TableDefinition.Column) -> String { "\(alias).\(column.name.quoted)" }
  }

  private mutating func expression(_ condition: Condition, _ scope: Scope, isNegated: Bool) throws
    -> String
  {
    switch condition {
    case .always:
      return isNegated ? "0" : "1"
    case .not(let part):
      return try expression(part, scope, isNegated: !isNegated)
    case .all(let parts):
      return try joined(parts, scope, isNegated: isNegated, byAnd: !isNegated)
    case .any(let parts):
      return try joined(parts, scope, isNegated: isNegated, byAnd: isNegated)
    case .exists(let record, let through, let part):
      return try existence(of: record, through: through, part, scope, isNegated: isNegated)
    case .compare, .among, .hasPrefix, .isMissing:
      guard let (name, test) = condition.fieldTest, let field = scope.table.fields[name] else {
        return "0"
      }
      return answer(test, of: field, scope, isNegated: isNegated)
    }
  }

  private mutating func joined(
    _ parts: [Condition], _ scope: Scope, isNegated: Bool, byAnd: Bool
  ) throws -> String {
    var expressions: [String] = []
    for part in parts {
      expressions.append(try expression(part, scope, isNegated: isNegated))
    }
    if expressions.isEmpty { return byAnd ? "1" : "0" }
    return Self.balanced(expressions[...], byAnd ? " AND " : " OR ")
  }

  /// Expressions that must all hold, as deep as their number's logarithm.
  static func conjunction(_ parts: [String]) -> String {
    parts.count <= longestChain
      ? parts.joined(separator: " AND ") : balanced(parts[...], " AND ")
  }

  private static func balanced(_ parts: ArraySlice<String>, _ word: String) -> String {
    if parts.count == 1 { return parts.joined() }
    if parts.count <= longestChain { return "(\(parts.joined(separator: word)))" }
    let middle = parts.startIndex + parts.count / 2
    return "(\(balanced(parts[..<middle], word))\(word)\(balanced(parts[middle...], word)))"
  }

  private mutating func existence(
    of record: String, through: String, _ condition: Condition, _ scope: Scope, isNegated: Bool
  ) throws -> String {
    guard let child = directory.table(named: record),
      let column = child.fields[through]?.columns.first
    else { return isNegated ? "1" : "0" }
    subqueries += 1
    let inner = Scope(table: child, alias: "t\(subqueries)")
    var terms = ["\(inner.column(column)) = \(scope.alias).\"id\""]
    for part in condition.conjuncts {
      terms.append(try expression(part, inner, isNegated: false))
    }
    return "\(isNegated ? "NOT " : "")EXISTS (SELECT 1 FROM \(child.name.quoted) "
      + "AS \(inner.alias) WHERE \(Self.conjunction(terms)))"
  }

  private mutating func answer(
    _ test: FieldTest, of field: TableDefinition.Field, _ scope: Scope, isNegated: Bool
  ) -> String {
    if let side = field.side {
      let side = scope.table.sides[side]
      let columns = side.columns.map { ($0, $0.name.quoted) }
      return "\(scope.alias).\"id\" \(isNegated ? "NOT " : "")IN "
        + "(SELECT \"id\" FROM \(side.name.quoted) WHERE \(plain(test, columns)))"
    }
    let columns = field.columns.map { ($0, scope.column($0)) }
    let expression = plain(test, columns)
    return isNegated ? "(\(expression)) IS NOT TRUE" : expression
  }

  /// A test as an expression that is true where the test is, and otherwise false or NULL.
  private mutating func plain(
    _ test: FieldTest, _ columns: [(column: TableDefinition.Column, name: String)]
  ) -> String {
    switch test {
    case .isMissing:
      return all(columns.map { "\($0.name) IS NULL" })
    case .hasPrefix(let prefix):
      return all(columns.map { self.prefix(prefix, $0.column, $0.name) })
    case .among(let values):
      return among(values, columns)
    case .compare(.notEqual, let values) where columns.count > 1:
      let differing = zip(columns, values).map { column, value in
        "\(column.name) IS NOT \(constant(value, for: column.column))"
      }
      let missing = columns.map { "\($0.name) IS NULL" }
      return "((\(differing.joined(separator: " OR "))) AND NOT \(all(missing)))"
    case .compare(let comparison, let values):
      let last = columns.count - 1
      return all(
        zip(columns, values).enumerated().map { position, pair in
          let (column, value) = pair
          if value == .missing { return "\(column.name) IS NULL" }
          let word = position == last ? comparison.sql : "="
          return "\(column.name) \(word) \(constant(value, for: column.column))"
        })
    }
  }

  private func all(_ terms: [String]) -> String {
    terms.count == 1 ? terms[0] : "(\(terms.joined(separator: " AND ")))"
  }

  private mutating func among(
    _ values: [[Value]], _ columns: [(column: TableDefinition.Column, name: String)]
  ) -> String {
    if values.isEmpty { return "0" }
    if columns.count == 1 {
      let list = values.flatMap { $0 }.map { constant($0, for: columns[0].column) }
      return "\(columns[0].name) IN (\(list.joined(separator: ", ")))"
    }
    let rows = values.map { row in
      let list = zip(columns, row).map { constant($1, for: $0.column) }
      return "(\(list.joined(separator: ", ")))"
    }
    return "(\(columns.map(\.name).joined(separator: ", "))) IN "
      + "(VALUES \(rows.joined(separator: ", ")))"
  }

  /// Texts with a prefix lie between it and the bytes that follow all of them.
  private mutating func prefix(
    _ prefix: String, _ column: TableDefinition.Column, _ name: String
  ) -> String {
    guard let end = prefix.endOfPrefix else { return "\(name) IS NOT NULL" }
    let start = constant(.text(prefix), for: column)
    constants.append(.text(utf8: end))
    return "(\(name) >= \(start) AND \(name) < ?)"
  }
}

extension Comparison {
  fileprivate var sql: String { self == .notEqual ? "<>" : rawValue }
}

extension Value {
  /// The value written out in SQL; `nil` for numbers whose digits SQLite would round.
  fileprivate var literal: String? {
    switch self {
    case .missing: "NULL"
    case .flag(let value): value ? "1" : "0"
    case .integer(let value): String(value)
    case .real: nil
    case .text(let value), .json(let value):
      "'\(value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
    case .instant(let value): String(value.milliseconds)
    case .identifier: "x'\(description.filter { $0 != "-" })'"
    case .bytes: "x'\(description)'"
    }
  }
}
