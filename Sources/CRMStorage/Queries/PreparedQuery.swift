/// A column that a query sorts by.
public struct SortColumn: Sendable {
  /// The column.
  public let column: Column
  /// Whether smaller values come first.
  public let isAscending: Bool
}

/// A query that was checked against its schema, as backends run it.
public struct PreparedQuery<R: Record>: Sendable {
  let checked: CheckedQuery

  /// Checks a query.
  ///
  /// - Throws: ``StorageError/Code/unknownField`` or ``StorageError/Code/unsupportedQuery``,
  ///   naming the field at fault.
  public init(_ query: Query<R>, in catalog: Catalog) throws(StorageError) {
    checked = try query.checked(in: catalog)
  }

  init(_ checked: CheckedQuery) {
    self.checked = checked
  }

  /// Which records; every field exists and every constant fits it and is in form C.
  public var condition: Condition { checked.condition }

  /// The fields sorted by, before the identifier.
  public var sortFields: [AnyField<R>] {
    checked.sortFields.compactMap { shape in R.schema.fields.first { $0.shape === shape } }
  }

  /// The columns of ``sortFields``.
  public var sortColumns: [SortColumn] { checked.sortColumns }

  /// Whether the values of each of ``sortFields`` go up.
  public var fieldDirections: [Bool] { checked.fieldDirections }

  /// Whether the identifier, which decides last, goes up.
  public var isIdentifierAscending: Bool { checked.isIdentifierAscending }

  /// The place to go on from: a value for each of ``sortColumns``, then the identifier.
  public var after: (values: [Value], id: Identifier<R>)? {
    checked.after.map { ($0.values, Identifier(high: $0.id.high, low: $0.id.low)) }
  }

  /// How many at most.
  public var limit: Int? { checked.limit }

  /// The place just after an identifier, in a query that sorts by nothing else.
  package func cursor(after id: Identifier<R>) -> Cursor<R> {
    Cursor(values: [], id: id, order: checked.signature)
  }

  /// The place just after a record.
  public func cursor(after row: Held<R>) -> Cursor<R> {
    Cursor(
      values: sortFields.flatMap { $0.values(of: row) }, id: row.id, order: checked.signature)
  }
}

extension Query {
  /// The query, checked.
  ///
  /// - Throws: As ``PreparedQuery/init(_:in:)``.
  func checked(in catalog: Catalog) throws(StorageError) -> CheckedQuery {
    try CheckedQuery(
      condition, sortedBy: terms, after: place, limit: limit, of: R.schema.shape, in: catalog)
  }
}
