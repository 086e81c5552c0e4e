/// Which records, in which order, from where and how many.
public struct Query<R: Record>: Sendable {
  /// Which records.
  public var filter: Filter<R>

  /// In which order; records that are equal in it follow by identifier, in the direction of
  /// the last term.
  public var order: [Ordering<R>]

  /// The place to go on from, if not from the start.
  public var after: Cursor<R>?

  /// How many at most; `nil` for all.
  public var limit: Int?

  /// Asks for records.
  public init(
    where filter: (R.Fields) -> Filter<R> = { _ in .all },
    sortedBy order: (R.Fields) -> [Ordering<R>] = { _ in [] },
    after: Cursor<R>? = nil, limit: Int? = nil
  ) {
    self.filter = filter(R.fields)
    self.order = order(R.fields)
    self.after = after
    self.limit = limit
  }
}

/// A field records are sorted by.
///
/// Missing values sort first, so last when descending.
public struct Ordering<R: Record>: Sendable, Hashable {
  /// The field's name; `nil` for the identifier.
  public let field: String?

  /// Whether smaller values come first.
  public let isAscending: Bool

  /// Smaller values first.
  public static func ascending<V>(_ field: Field<R, V>) -> Ordering {
    Ordering(field: field.name, isAscending: true)
  }

  /// Larger values first.
  public static func descending<V>(_ field: Field<R, V>) -> Ordering {
    Ordering(field: field.name, isAscending: false)
  }

  /// By identifier, the earliest made first.
  public static var oldestFirst: Ordering { Ordering(field: nil, isAscending: true) }

  /// By identifier, the latest made first.
  public static var newestFirst: Ordering { Ordering(field: nil, isAscending: false) }
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
