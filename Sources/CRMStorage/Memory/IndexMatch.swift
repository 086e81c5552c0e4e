/// What an index can do for a query, as far as their fields tell; no key is made for it.
struct IndexMatch {
  /// How many of the index's first fields can have one value only.
  private(set) var fixedCount = 0

  /// The part of the query that names several values of the field after these.
  private(set) var choice: Int?

  /// The parts that say where values of the field after those begin and end.
  private(set) var narrowing = QueryParts()

  /// Whether entries come in the order asked for, one a row.
  private(set) var isOrdered = false

  /// Whether every row that is found meets the condition.
  private(set) var isExact = false

  /// The match, if the query has a use for the index.
  init?(_ index: IndexShape, for query: CheckedQuery) {
    let fields = index.parts
    var open = query.parts.all
    while fixedCount < fields.count,
      let part = query.parts.first(of: fields[fixedCount], in: open, where: { $0.fixed != nil })
    {
      open.remove(part)
      fixedCount += 1
    }
    var next = fixedCount
    if next < fields.count {
      choice = query.parts.first(of: fields[next], in: open) { $0.choices != nil }
    }
    if let choice {
      open.remove(choice)
      next += 1
    }
    if next < fields.count { narrow(fields[next], query, &open) }
    isExact = open.isEmpty && !query.hasFurtherParts
    isOrdered = Self.isOrder(of: fields, after: fixedCount, query)
    if index.isMultiple && fixedCount == 0 { isOrdered = false }
    guard open.count < query.parts.all.count || isOrdered else { return nil }
  }

  private mutating func narrow(
    _ field: FieldShape, _ query: CheckedQuery, _ open: inout QueryParts
  ) {
    for position in open {
      guard query.parts[position].field === field else { continue }
      switch query.parts[position].test {
      case .hasPrefix: narrowing.insert(position)
      case .compare(let comparison, _) where comparison.isOrdering && !field.isMultiple:
        narrowing.insert(position)
      default: continue
      }
    }
    if field.isMultiple { keepLongestPrefix(query) }
    open.remove(narrowing)
  }

  /// Of many values each condition can be met by another, so one narrows: the longest prefix.
  private mutating func keepLongestPrefix(_ query: CheckedQuery) {
    var longest: (position: Int, length: Int)?
    for position in narrowing {
      guard case .hasPrefix(let text) = query.parts[position].test else { continue }
      let length = text.utf8.count
      if longest.map({ $0.length < length }) ?? true { longest = (position, length) }
    }
    narrowing = QueryParts()
    if let longest { narrowing.insert(longest.position) }
  }

  /// Whether what is left of an index's fields is the order asked for.
  private static func isOrder(
    of fields: [FieldShape], after fixedCount: Int, _ query: CheckedQuery
  ) -> Bool {
    guard query.isOneWay else { return false }
    var next = fixedCount
    var column = 0
    for shape in query.sortFields {
      let width = shape.columns.count
      if fields[..<fixedCount].contains(where: { $0 === shape }) {
        if let after = query.after,
          Array(after.values[column..<(column + width)]) != query.parts.fixedValues(of: shape)
        {
          return false
        }
      } else {
        guard next < fields.count, fields[next] === shape else { return false }
        next += 1
      }
      column += width
    }
    return next == fields.count
  }
}

extension Comparison {
  var isOrdering: Bool { self != .equal && self != .notEqual }
}
