import CRMStorage

/// The statements of queries that one connection has been asked before, which differ in nothing but
/// their constants.
struct KnownQueries {
  private static let most = 200

  private struct Known {
    let sql: String
    let isLimited: Bool

    /// Of each constant, whether its column holds an identifier as its number.
    let numbered: [Bool]
  }

  private var byForm: [QueryForm: Known] = [:]

  /// The statement of a query of a known form.
  func query<R: Record>(_ form: QueryForm, for prepared: PreparedQuery<R>) -> SQLQuery? {
    guard let known = byForm[form] else { return nil }
    var constants: [SQLConstant] = []
    constants.reserveCapacity(known.numbered.count)
    for (_, values) in prepared.constants {
      for value in values {
        constants.append(.value(value.asNumber(if: known.numbered[constants.count])))
      }
    }
    return SQLQuery(sql: known.sql, constants: constants, isLimited: known.isLimited)
  }

  /// Keeps the statement of a query for others of its form.
  mutating func keep<R: Record>(
    _ query: SQLQuery, of form: QueryForm, for prepared: PreparedQuery<R>,
    in table: TableDefinition
  ) {
    let numbered = prepared.constants.flatMap { field, values in
      let columns = table.columns(of: field)
      return values.indices.map { $0 < columns.count && columns[$0].holdsNumber }
    }
    guard numbered.count == query.constants.count else { return }
    if byForm.count >= Self.most { byForm.removeAll() }
    byForm[form] = Known(sql: query.sql, isLimited: query.isLimited, numbered: numbered)
  }
}

extension TableDefinition {
  /// The columns that hold the values of a field, in its own table or in one beside it.
  fileprivate func columns(of field: String) -> [Column] {
    guard let field = fields[field] else { return [] }
    return field.side.map { sides[$0].columns } ?? field.columns
  }
}
