/// A query that was checked against its schema, whatever its record's type; one reference, as it
/// is handed on all the time.
final class CheckedQuery: Sendable {
  /// Which records; every field exists and every constant fits it and is in form C.
  let condition: Condition

  /// The parts of ``condition`` that must all hold and ask of one field, the first of them.
  let parts: [QueryPart]

  /// Whether more must hold than ``parts``.
  let hasFurtherParts: Bool

  /// The fields sorted by, before the identifier.
  let sortFields: [FieldShape]

  /// Whether the identifier, which decides last, goes up.
  let isIdentifierAscending: Bool

  /// The place to go on from: a value for each column of ``sortFields``, then the identifier.
  let after: (values: [Value], id: RowID)?

  /// How many at most.
  let limit: Int?

  private let terms: [SortTerm]

  /// Checks a query.
  ///
  /// - Parameter after: The place to go on from, and the order it is a place in.
  /// - Throws: ``StorageError/Code/unknownField`` or ``StorageError/Code/unsupportedQuery``,
  ///   naming the field at fault.
  init(
    _ condition: Condition, sortedBy terms: [SortTerm], after: Place?, limit: Int?,
    of shape: SchemaShape, in catalog: Catalog
  ) throws(StorageError) {
    guard !condition.isNested(deeperThan: Condition.deepestNesting) else {
      throw StorageError(
        .unsupportedQuery,
        "\(shape.name): the conditions nest deeper than \(Condition.deepestNesting) levels.",
        recovery: "Nest fewer conditions, or ask in several queries.", record: shape.name)
    }
    let fitted = try FittedCondition(condition, of: shape, in: catalog)
    self.condition = fitted.condition
    parts = fitted.parts
    hasFurtherParts = fitted.hasFurtherParts
    self.terms = terms
    isIdentifierAscending = terms.last?.isAscending ?? true
    sortFields = try shape.sortFields(of: terms)
    if let after {
      let signature = Self.signature(of: terms)
      guard after.order == signature,
        after.values.count == sortFields.reduce(0, { $0 + $1.columns.count })
      else {
        throw shape.unsupported(
          "the cursor belongs to the order “\(after.order)”, not “\(signature)”", field: nil)
      }
      try shape.check(after.values, fit: sortFields)
      self.after = (after.values, after.id)
    } else {
      self.after = nil
    }
    if let limit, limit < 0 {
      throw shape.unsupported("a limit of \(limit) is negative", field: nil)
    }
    self.limit = limit
  }

  /// Whether the values of each of ``sortFields`` go up.
  var fieldDirections: [Bool] { sortFields.indices.map { terms[$0].isAscending } }

  /// The columns of ``sortFields``, and whether the values of each go up.
  var sortColumns: [SortColumn] {
    sortFields.indices.flatMap { position in
      sortFields[position].columns.map {
        SortColumn(column: $0, isAscending: terms[position].isAscending)
      }
    }
  }

  /// Whether all that is sorted by goes the way of the identifier.
  var isOneWay: Bool {
    sortFields.indices.allSatisfy { terms[$0].isAscending == isIdentifierAscending }
  }

  /// The order in words, by which a cursor is known to belong to it.
  var signature: String { Self.signature(of: terms) }

  private static func signature(of terms: [SortTerm]) -> String {
    terms.map { "\($0.field ?? "id")\($0.isAscending ? "+" : "-")" }.joined(separator: ",")
  }
}

/// A condition with constants as rows keep them, in parts.
private struct FittedCondition {
  let condition: Condition

  /// The parts that must all hold and ask of one field, the first of them.
  private(set) var parts: [QueryPart] = []

  /// Whether more must hold than ``parts``.
  let hasFurtherParts: Bool

  init(_ condition: Condition, of shape: SchemaShape, in catalog: Catalog) throws(StorageError) {
    var conjuncts = condition.conjuncts
    var isChanged = false
    parts.reserveCapacity(min(conjuncts.count, QueryParts.most))
    for position in conjuncts.indices {
      var changed: Condition?
      if let (name, test) = conjuncts[position].fieldTest {
        let field = try shape.field(named: name)
        let fitted = try shape.fitting(test, of: field)
        if parts.count < QueryParts.most { parts.append(QueryPart(fitted ?? test, of: field)) }
        changed = fitted.map { Condition(name, $0) }
      } else {
        changed = try catalog.fitting(conjuncts[position], of: shape)
      }
      guard let changed else { continue }
      conjuncts[position] = changed
      isChanged = true
    }
    hasFurtherParts = parts.count < conjuncts.count
    self.condition =
      !isChanged ? condition : conjuncts.count == 1 ? conjuncts[0] : .all(conjuncts)
  }
}

extension Catalog {
  /// The condition with constants as rows keep them and text in form C, where it was not so;
  /// every field is known and every constant fits.
  fileprivate func fitting(_ condition: Condition, of shape: SchemaShape) throws(StorageError)
    -> Condition?
  {
    switch condition {
    case .always: return nil
    case .all(let parts): return try fitting(parts, of: shape).map { .all($0) }
    case .any(let parts): return try fitting(parts, of: shape).map { .any($0) }
    case .not(let part): return try fitting(part, of: shape).map { .not($0) }
    case .exists(let other, let through, let part):
      let otherShape = try self.shape(named: other, through: through, to: shape)
      return try fitting(part, of: otherShape).map {
        .exists(record: other, through: through, $0)
      }
    case .compare, .among, .hasPrefix, .isMissing:
      guard let (name, test) = condition.fieldTest else { return nil }
      return try shape.fitting(test, of: shape.field(named: name)).map { Condition(name, $0) }
    }
  }

  /// The kind of a name, whose field refers to another kind.
  private func shape(
    named other: String, through: String, to shape: SchemaShape
  ) throws(StorageError) -> SchemaShape {
    guard let otherShape = self.shape(named: other) else {
      throw StorageError(
        .unsupportedQuery, "The store holds no “\(other)”.",
        recovery: nearest(to: other, among: schemas.map(\.name)).map { "Did you mean “\($0)”?" }
          ?? "Use one of the kinds it holds.", record: other)
    }
    let field = try otherShape.field(named: through)
    guard let reference = field.reference, reference == shape.record else {
      throw otherShape.unsupported("it does not refer to \(shape.name)", field: through)
    }
    return otherShape
  }

  /// The parts, if one of them was not as rows keep them.
  private func fitting(_ parts: [Condition], of shape: SchemaShape) throws(StorageError)
    -> [Condition]?
  {
    var result: [Condition]?
    for position in parts.indices {
      guard let part = try fitting(parts[position], of: shape) else { continue }
      if result == nil { result = parts }
      result?[position] = part
    }
    return result
  }
}

extension SchemaShape {
  fileprivate func unsupported(_ reason: String, field: String?) -> StorageError {
    StorageError(
      .unsupportedQuery, "\(field.map { "\(name).\($0)" } ?? name): \(reason).",
      recovery: "Change the query.", record: name, field: field)
  }

  /// The fields that are sorted by, before the identifier.
  fileprivate func sortFields(of terms: [SortTerm]) throws(StorageError) -> [FieldShape] {
    // The identifier decides last, whether it is named or not.
    let count = terms.count - (terms.last.map { $0.field == nil } ?? false ? 1 : 0)
    var fields: [FieldShape] = []
    fields.reserveCapacity(count)
    for position in 0..<count {
      guard let name = terms[position].field else {
        throw unsupported("the identifier can only be sorted by last", field: "id")
      }
      let field = try field(named: name)
      guard !field.isMultiple, field.isComparable else {
        throw unsupported("a list or structure cannot be sorted by", field: name)
      }
      fields.append(field)
    }
    return fields
  }

  /// The test with constants as rows keep them, where they were not so; every constant fits.
  fileprivate func fitting(_ test: FieldTest, of field: FieldShape) throws(StorageError)
    -> FieldTest?
  {
    guard field.isComparable || test == .isMissing else {
      throw unsupported("a list or structure cannot be compared", field: field.name)
    }
    switch test {
    case .compare(let comparison, let value):
      guard !field.isMultiple || comparison == .equal else {
        throw unsupported("many values can be asked for one, not ordered", field: field.name)
      }
      return field.isSure(of: value) ? nil : .compare(comparison, try constant(value, for: field))
    case .among(let values):
      if values.allSatisfy({ field.isSure(of: $0) }) { return nil }
      var constants: [[Value]] = []
      for value in values { constants.append(try constant(value, for: field)) }
      return .among(constants)
    case .hasPrefix(let prefix):
      guard field.columns.count == 1, field.columns[0].type == .text else {
        throw unsupported("only text has a prefix", field: field.name)
      }
      guard case .text(let text) = try keepable(.text(prefix), field: field.name) else {
        return nil
      }
      return .hasPrefix(text)
    case .isMissing:
      guard !field.isMultiple else {
        throw unsupported("many values are not missing", field: field.name)
      }
      return nil
    }
  }

  /// Refuses a cursor that no row of the kind can have given, as one from outside may be.
  fileprivate func check(_ values: [Value], fit fields: [FieldShape]) throws(StorageError) {
    var rest = values[...]
    for field in fields {
      let part = Array(rest.prefix(field.columns.count))
      rest = rest.dropFirst(field.columns.count)
      let isMissing = part.allSatisfy { $0 == .missing }
      if isMissing, field.columns.allSatisfy({ !$0.isRequired }) { continue }
      _ = try constant(part, for: field)
    }
  }

  fileprivate func constant(_ value: [Value], for field: FieldShape) throws(StorageError)
    -> [Value]
  {
    guard value.count == field.columns.count else {
      throw unsupported(
        "it takes \(field.columns.count) values, not \(value.count)", field: field.name)
    }
    if field.isSure(of: value) { return value }
    var prepared: [Value] = []
    for part in value { prepared.append(try keepable(part, field: field.name)) }
    do throws(StorageError) {
      try field.check(prepared)
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
