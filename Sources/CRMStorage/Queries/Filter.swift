/// Which records are meant: a tree of conditions over the fields of a schema.
///
/// A saved segment, a caller's question and an access rule are the same thing.
///
///     let vips = Filter<Customer> { $0.country == "FR" && $0.points >= 2_000 }
public struct Filter<R: Record>: Sendable, Hashable {
  /// The conditions, without the record's type.
  public var condition: Condition

  /// A filter of conditions that came from elsewhere; checked when it is used.
  @inlinable
  public init(_ condition: Condition) {
    self.condition = condition
  }

  /// A filter written over the record's fields.
  public init(_ build: (R.Fields) -> Filter) {
    self = build(R.fields)
  }

  /// Every record.
  @inlinable
  public static var all: Filter { Filter(.always) }

  /// Records whose identifier the field `through` of another kind holds, where that other
  /// record meets a filter.
  ///
  ///     Filter<Customer>.exists(Order.fields.customer) { $0.total >= .euro(100) }
  public static func exists<Other: Record>(
    _ through: Field<Other, Identifier<R>>, where filter: (Other.Fields) -> Filter<Other>
  ) -> Filter {
    Filter(
      .exists(
        record: Other.schema.name, through: through.name, filter(Other.fields).condition))
  }

  /// Records whose identifier the field `through` of another kind holds, where that other
  /// record meets a filter.
  public static func exists<Other: Record>(
    _ through: Field<Other, Identifier<R>?>, where filter: (Other.Fields) -> Filter<Other>
  ) -> Filter {
    Filter(
      .exists(
        record: Other.schema.name, through: through.name, filter(Other.fields).condition))
  }
}

extension Filter: Codable {
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(Condition.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(condition)
  }
}

/// Both filters hold; a chain of them is one condition, however long it is.
@inlinable
public func && <R>(a: Filter<R>, b: Filter<R>) -> Filter<R> {
  Filter(a.condition.and(b.condition))
}

/// At least one of the filters holds; a chain of them is one condition, however long it is.
@inlinable
public func || <R>(a: Filter<R>, b: Filter<R>) -> Filter<R> {
  Filter(.any(a.condition.operandsOfAny + b.condition.operandsOfAny))
}

/// The filter does not hold; twice, it is the filter again.
public prefix func ! <R>(filter: Filter<R>) -> Filter<R> {
  if case .not(let condition) = filter.condition { return Filter(condition) }
  return Filter(.not(filter.condition))
}

extension Field where Root: Record {
  @inlinable
  func compared(_ comparison: Comparison, _ value: Value) -> Filter<Root> {
    guard Value.isPresent(value) else {
      // Nothing equals, differs from or is ordered against a value that is not there.
      return comparison == .equal ? isMissing : comparison == .notEqual ? isPresent : .none
    }
    return Filter(.compare(field: erased.name, comparison, value: columns(of: value)))
  }

  /// The field has this value; compared with `nil`, it has none.
  @inlinable
  public static func == (field: Self, value: Value) -> Filter<Root> {
    field.compared(.equal, value)
  }

  /// The field has another value; compared with `nil`, it has one.
  @inlinable
  public static func != (field: Self, value: Value) -> Filter<Root> {
    field.compared(.notEqual, value)
  }

  /// The field's value is ordered before this one.
  @inlinable
  public static func < (field: Self, value: Value) -> Filter<Root> {
    field.compared(.less, value)
  }

  /// The field's value is ordered before this one or is the same.
  @inlinable
  public static func <= (field: Self, value: Value) -> Filter<Root> {
    field.compared(.lessOrEqual, value)
  }

  /// The field's value is ordered after this one.
  @inlinable
  public static func > (field: Self, value: Value) -> Filter<Root> {
    field.compared(.greater, value)
  }

  /// The field's value is ordered after this one or is the same.
  @inlinable
  public static func >= (field: Self, value: Value) -> Filter<Root> {
    field.compared(.greaterOrEqual, value)
  }

  /// The field has one of these values.
  @inlinable
  public func isOne(of values: [Value]) -> Filter<Root> {
    Filter(
      .among(
        field: erased.name,
        values: values.filter { Value.isPresent($0) }.map { columns(of: $0) }))
  }

  /// The field's text begins with the bytes of a prefix.
  public func hasPrefix(_ prefix: String) -> Filter<Root> {
    Filter(.hasPrefix(field: name, prefix))
  }

  /// The field has no value.
  @inlinable
  public var isMissing: Filter<Root> { Filter(.isMissing(field: erased.name)) }

  /// The field has a value.
  @inlinable
  public var isPresent: Filter<Root> { Filter(.not(.isMissing(field: erased.name))) }
}

extension MultiField where Root: Record {
  /// One of the values is this one.
  @inlinable
  public func contains(_ value: Value) -> Filter<Root> {
    Filter(.compare(field: erased.name, .equal, value: columns(of: value)))
  }

  /// The text of one of the values begins with the bytes of a prefix.
  public func containsPrefix(_ prefix: String) -> Filter<Root> {
    Filter(.hasPrefix(field: name, prefix))
  }
}

extension Filter {
  @usableFromInline
  static var none: Filter { Filter(.any([])) }
}

@inlinable
func columns<V: FieldValue>(of value: V) -> [Value] {
  let writer = ValueWriter()
  V.write(value, to: writer)
  return writer.values
}
