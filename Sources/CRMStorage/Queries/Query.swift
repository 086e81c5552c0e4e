/// Which records, in which order, from where and how many.
public struct Query<R: Record>: Sendable {
  /// Which records.
  @inlinable
  public var filter: Filter<R> {
    get { Filter(condition) }
    set { condition = newValue.condition }
  }

  /// In which order; records that are equal in it follow by identifier, in the direction of
  /// the last term.
  @inlinable
  public var order: [Ordering<R>] {
    get { terms.map { Ordering($0) } }
    set { terms = newValue.map { $0.term } }
  }

  /// The place to go on from, if not from the start.
  public var after: Cursor<R>? {
    get {
      place.map {
        Cursor(values: $0.values, id: Identifier(high: $0.id.high, low: $0.id.low), order: $0.order)
      }
    }
    set {
      place = newValue.map { Place(values: $0.values, id: $0.id.anyKind, order: $0.order) }
    }
  }

  /// How many at most; `nil` for all.
  public var limit: Int?

  // What is stored does not know the kind of record: code that does not know it either would have
  // metadata made with each query.
  @usableFromInline
  var condition: Condition

  @usableFromInline
  var terms: [SortTerm]

  @usableFromInline
  var place: Place?

  /// Asks for records.
  @inlinable
  public init(
    where filter: (R.Fields) -> Filter<R> = { _ in .all },
    sortedBy order: (R.Fields) -> [Ordering<R>] = { _ in [] },
    after: Cursor<R>? = nil, limit: Int? = nil
  ) {
    condition = filter(R.fields).condition
    terms = order(R.fields).map { $0.term }
    place = nil
    self.limit = limit
    if let after { self.after = after }
  }
}

/// A place in an ordered answer, whatever the kind of record.
@usableFromInline
struct Place: Sendable {
  let values: [Value]
  let id: RowID
  let order: String
}

/// A field records are sorted by.
///
/// Missing values sort first, so last when descending.
public struct Ordering<R: Record>: Sendable, Hashable {
  @usableFromInline
  let term: SortTerm

  @inlinable
  init(_ term: SortTerm) {
    self.term = term
  }

  /// The field's name; `nil` for the identifier.
  public var field: String? { term.field }

  /// Whether smaller values come first.
  public var isAscending: Bool { term.isAscending }

  /// Smaller values first.
  @inlinable
  public static func ascending<V>(_ field: Field<R, V>) -> Ordering {
    Ordering(SortTerm(field: field.erased.name, isAscending: true))
  }

  /// Larger values first.
  @inlinable
  public static func descending<V>(_ field: Field<R, V>) -> Ordering {
    Ordering(SortTerm(field: field.erased.name, isAscending: false))
  }

  /// By identifier, the earliest made first.
  public static var oldestFirst: Ordering { Ordering(SortTerm(field: nil, isAscending: true)) }

  /// By identifier, the latest made first.
  public static var newestFirst: Ordering { Ordering(SortTerm(field: nil, isAscending: false)) }
}

/// A field to sort by, whatever its record's type; no field stands for the identifier.
@usableFromInline
struct SortTerm: Sendable, Hashable {
  let field: String?
  let isAscending: Bool

  @usableFromInline
  init(field: String?, isAscending: Bool) {
    self.field = field
    self.isAscending = isAscending
  }
}

/// A place in an ordered answer, held by values and so unmoved by what is inserted before it.
public struct Cursor<R: Record>: Sendable, Hashable, Codable {
  /// The values the last record was sorted by.
  public let values: [Value]

  /// The last record's identifier.
  public let id: Identifier<R>

  /// The order it is a place in; a query of another order refuses it.
  public let order: String
}

/// A part of an ordered answer, and the place to go on from.
public struct Page<Item: Sendable, Place: Sendable>: Sendable {
  /// The records of this part.
  public let items: [Item]

  /// Where the next part begins; `nil` when there is none.
  public let next: Place?

  /// A part of an answer.
  public init(items: [Item], next: Place?) {
    self.items = items
    self.next = next
  }
}
