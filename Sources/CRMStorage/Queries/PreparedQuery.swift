/// A query that was checked against its schema, as backends run it.
public struct PreparedQuery<R: Record>: Sendable {
  /// A column to sort by.
  public struct SortColumn: Sendable {
    /// The column.
    public let column: Column
    /// Whether smaller values come first.
    public let isAscending: Bool
  }

  /// Which records; every field exists and every constant fits it and is in form C.
  public let condition: Condition

  /// The fields sorted by, before the identifier.
  public let sortFields: [AnyField<R>]

  /// What planning has to know of ``sortFields``.
  let sortShapes: [FieldShape]

  /// The columns of ``sortFields``.
  public let sortColumns: [SortColumn]

  /// Whether the values of each of ``sortFields`` go up.
  public let fieldDirections: [Bool]

  /// Whether the identifier, which decides last, goes up.
  public let isIdentifierAscending: Bool

  /// The place to go on from: a value for each of ``sortColumns``, then the identifier.
  public let after: (values: [Value], id: Identifier<R>)?

  /// How many at most.
  public let limit: Int?

  private let order: [Ordering<R>]

  /// Checks a query.
  ///
  /// - Throws: ``StorageError/Code/unknownField`` or ``StorageError/Code/unsupportedQuery``,
  ///   naming the field at fault.
  public init(_ query: Query<R>, in catalog: Catalog) throws(StorageError) {
    let schema = R.schema
    guard !query.filter.condition.isNested(deeperThan: Condition.deepestNesting) else {
      throw StorageError(
        .unsupportedQuery,
        "\(schema.name): the conditions nest deeper than \(Condition.deepestNesting) levels.",
        recovery: "Nest fewer conditions, or ask in several queries.", record: schema.name)
    }
    condition = try catalog.checked(query.filter.condition, of: R.self)
    var terms = query.order
    isIdentifierAscending = terms.last?.isAscending ?? true
    if terms.last?.field == nil { terms = terms.dropLast() }
    var sortFields: [AnyField<R>] = []
    var sortColumns: [SortColumn] = []
    for term in terms {
      guard let name = term.field else {
        throw schema.unsupported("the identifier can only be sorted by last", field: "id")
      }
      let field = try schema.field(named: name)
      guard !field.isMultiple, field.columns.allSatisfy({ $0.type != .json }) else {
        throw schema.unsupported("a list or structure cannot be sorted by", field: name)
      }
      sortFields.append(field)
      sortColumns += field.columns.map { SortColumn(column: $0, isAscending: term.isAscending) }
    }
    self.sortFields = sortFields
    sortShapes = sortFields.map { $0.shape }
    fieldDirections = terms.map { $0.isAscending }
    self.sortColumns = sortColumns
    order = query.order
    if let cursor = query.after {
      let signature = Self.signature(of: order)
      guard cursor.order == signature, cursor.values.count == sortColumns.count else {
        throw schema.unsupported(
          "the cursor belongs to the order “\(cursor.order)”, not “\(signature)”", field: nil)
      }
      try schema.check(cursor.values, fit: sortFields)
      after = (cursor.values, cursor.id)
    } else {
      after = nil
    }
    if let limit = query.limit, limit < 0 {
      throw schema.unsupported("a limit of \(limit) is negative", field: nil)
    }
    limit = query.limit
  }

  /// The order in words, by which a cursor is known to belong to it.
  private static func signature(of order: [Ordering<R>]) -> String {
    order.map { "\($0.field ?? "id")\($0.isAscending ? "+" : "-")" }.joined(separator: ",")
  }

  /// The place just after an identifier, in a query that sorts by nothing else.
  package func cursor(after id: Identifier<R>) -> Cursor<R> {
    Cursor(values: [], id: id, order: Self.signature(of: order))
  }

  /// The place just after a record.
  public func cursor(after row: Held<R>) -> Cursor<R> {
    Cursor(
      values: sortFields.flatMap { $0.values(of: row) }, id: row.id, order: Self.signature(of: order))
  }
}

extension Catalog {
  /// The condition with every field known, every constant fitting and text in form C.
  fileprivate func checked<R: Record>(_ condition: Condition, of record: R.Type)
    throws(StorageError) -> Condition
  {
    switch condition {
    case .always: return condition
    case .all(let parts): return .all(try checked(parts, of: record))
    case .any(let parts): return .any(try checked(parts, of: record))
    case .not(let part): return .not(try checked(part, of: record))
    case .exists(let other, let through, let part):
      guard let schema = schema(named: other) else {
        throw StorageError(
          .unsupportedQuery, "The store holds no “\(other)”.",
          recovery: nearest(to: other, among: schemas.map(\.name)).map { "Did you mean “\($0)”?" }
            ?? "Use one of the kinds it holds.", record: other)
      }
      return try checkedExists(schema.recordType, through: through, part, parent: record)
    case .compare(let name, let comparison, let value):
      let field = try R.schema.comparable(name)
      guard !field.isMultiple || comparison == .equal else {
        throw R.schema.unsupported("many values can be asked for one, not ordered", field: name)
      }
      return .compare(field: name, comparison, value: try R.schema.constant(value, for: field))
    case .among(let name, let values):
      let field = try R.schema.comparable(name)
      var constants: [[Value]] = []
      for value in values { constants.append(try R.schema.constant(value, for: field)) }
      return .among(field: name, values: constants)
    case .hasPrefix(let name, let prefix):
      let field = try R.schema.comparable(name)
      guard field.columns.count == 1, field.columns[0].type == .text else {
        throw R.schema.unsupported("only text has a prefix", field: name)
      }
      guard case .text(let text) = try R.schema.keepable(.text(prefix), field: name) else {
        return condition
      }
      return .hasPrefix(field: name, text)
    case .isMissing(let name):
      let field = try R.schema.field(named: name)
      guard !field.isMultiple else {
        throw R.schema.unsupported("many values are not missing", field: name)
      }
      return condition
    }
  }

  private func checked<R: Record>(_ parts: [Condition], of record: R.Type) throws(StorageError)
    -> [Condition]
  {
    var result: [Condition] = []
    for part in parts { result.append(try checked(part, of: record)) }
    return result
  }

  private func checkedExists<Other: Record, R: Record>(
    _ other: Other.Type, through: String, _ condition: Condition, parent: R.Type
  ) throws(StorageError) -> Condition {
    let field = try Other.schema.field(named: through)
    guard let reference = field.reference, reference == R.self else {
      throw Other.schema.unsupported("it does not refer to \(R.schema.name)", field: through)
    }
    return .exists(
      record: Other.schema.name, through: through, try checked(condition, of: other))
  }
}

extension Schema {
  fileprivate func unsupported(_ reason: String, field: String?) -> StorageError {
    StorageError(
      .unsupportedQuery, "\(field.map { "\(name).\($0)" } ?? name): \(reason).",
      recovery: "Change the query.", record: name, field: field)
  }

  fileprivate func comparable(_ name: String) throws(StorageError) -> AnyField<R> {
    let field = try field(named: name)
    guard field.columns.allSatisfy({ $0.type != .json }) else {
      throw unsupported("a list or structure cannot be compared", field: name)
    }
    return field
  }

  /// Refuses a cursor that no row of the kind can have given, as one from outside may be.
  fileprivate func check(_ values: [Value], fit fields: [AnyField<R>]) throws(StorageError) {
    var rest = values[...]
    for field in fields {
      let part = Array(rest.prefix(field.columns.count))
      rest = rest.dropFirst(field.columns.count)
      let isMissing = part.allSatisfy { $0 == .missing }
      if isMissing, field.columns.allSatisfy({ !$0.isRequired }) { continue }
      _ = try constant(part, for: field)
    }
  }

  fileprivate func constant(_ value: [Value], for field: AnyField<R>) throws(StorageError)
    -> [Value]
  {
    guard value.count == field.columns.count else {
      throw unsupported(
        "it takes \(field.columns.count) values, not \(value.count)", field: field.name)
    }
    var prepared: [Value] = []
    for part in value { prepared.append(try keepable(part, field: field.name)) }
    do throws(StorageError) {
      // Compiling reads the constant as the field's type, which is the check.
      _ = try field.predicate(.compare(.equal, prepared))
    } catch {
      throw StorageError(
        .unsupportedQuery, "\(name).\(field.name): \(error.message)", recovery: error.recovery,
        record: name, field: field.name)
    }
    return prepared
  }

  /// The value as a row would keep it: text in form C, numbers finite.
  fileprivate func keepable(_ value: Value, field: String) throws(StorageError) -> Value {
    do throws(StorageError) {
      switch value {
      case .text(let text): return .text(try Text.prepared(text))
      case .real(let real): return .real(try Double.prepared(real) ?? real)
      default: return value
      }
    } catch {
      throw StorageError(
        .unsupportedQuery, "\(name).\(field): \(error.message)", recovery: error.recovery,
        record: name, field: field)
    }
  }
}
