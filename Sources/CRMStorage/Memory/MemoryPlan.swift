/// How a query is answered from memory: which entries are looked at, and what is left to do.
struct MemoryPlan {
  /// The index whose entries are looked at; `nil` for the rows themselves.
  private(set) var index: Int?

  /// Whether the index has entries for each of many values.
  private let isMultiple: Bool

  /// The entries that are looked at: ranges that do not meet, the lowest first.
  private(set) var ranges: [KeyRange]

  /// Whether entries come in the order asked for, one a row.
  private(set) var isOrdered: Bool

  /// Whether every row that is looked at meets the condition.
  private(set) var isExact: Bool

  /// Chooses the cheapest way.
  ///
  /// - Parameter estimate: About how many keys an index has in a range, or the rows for none.
  init(
    _ query: CheckedQuery, _ indexes: [IndexShape],
    estimate: (_ index: Int?, KeyRange) throws -> Int
  ) rethrows {
    self.init(rowsFor: query)
    // None looks at fewer rows than are asked for.
    if isExact && isOrdered { return }
    var matches: [(index: Int, match: IndexMatch)] = []
    for position in indexes.indices {
      guard let match = IndexMatch(indexes[position], for: query) else { continue }
      if match.isExact && match.isOrdered {
        self.init(index: position, indexes[position], match, for: query)
        return
      }
      matches.append((position, match))
    }
    if matches.isEmpty { return }
    let plans =
      [self]
      + matches.map { MemoryPlan(index: $0.index, indexes[$0.index], $0.match, for: query) }
    let entries = try plans.map { try $0.entries(estimate) }
    let rarest = entries.min() ?? 0
    let costs = plans.indices.map {
      plans[$0].cost(query, entries: entries[$0], rarest: rarest)
    }
    if let cheapest = costs.indices.min(by: { costs[$0] < costs[$1] }) { self = plans[cheapest] }
  }

  /// Chooses the cheapest way through a table in memory.
  init(_ query: CheckedQuery, _ indexes: [IndexShape], in table: MemoryTable) {
    self.init(query, indexes) { index, range in
      guard let index else { return table.rows.estimatedCount(range) }
      return table.indexes[index].estimatedCount(range)
    }
  }

  private init(rowsFor query: CheckedQuery) {
    var range = KeyRange.all
    isOrdered = query.sortFields.isEmpty
    isExact = query.parts.isEmpty && !query.hasFurtherParts
    if isOrdered, let after = query.after {
      let key = KeyWriter()
      key.ending(after.id)
      Self.go(on: key.bytes, ascending: query.isIdentifierAscending, in: &range)
    }
    ranges = [range]
    isMultiple = false
  }

  /// About how many entries there are on the way.
  private func entries(_ estimate: (Int?, KeyRange) throws -> Int) rethrows -> Int {
    try ranges.reduce(0) { try $0 + estimate(index, $1) }
  }

  /// About how many nanoseconds the way takes.
  ///
  /// - Parameters:
  ///   - entries: How many entries there are on it.
  ///   - rarest: How many there are on the way with the fewest, on which all rows are that are
  ///     asked for: on another one it takes as many more to come to one.
  private func cost(_ query: CheckedQuery, entries: Int, rarest: Int) -> Int {
    let perEntry = index == nil ? 30 : 300
    // A row is put into order in about 600.
    guard isOrdered else { return (entries + ranges.count) * (perEntry + 600) }
    let wanted = min(query.limit ?? entries, entries)
    let perWanted = max(20, rarest == 0 ? entries : entries / rarest)
    let (far, isAll) = wanted.multipliedReportingOverflow(by: perWanted)
    let looked = isExact ? wanted : isAll ? entries : min(entries, far)
    return (looked + ranges.count) * perEntry
  }

  private static func go(on key: [UInt8], ascending: Bool, in range: inout KeyRange) {
    if ascending { range.raise(to: key + [0]) } else { range.cut(at: key) }
  }
}

// MARK: - Planning

extension MemoryPlan {
  /// The way through an index.
  private init(
    index: Int, _ definition: IndexShape, _ match: IndexMatch, for query: CheckedQuery
  ) {
    self.index = index
    isMultiple = definition.isMultiple
    isExact = match.isExact
    isOrdered = match.isOrdered
    let key = KeyWriter()
    for field in definition.parts[..<match.fixedCount] {
      for value in query.parts.fixedValues(of: field) ?? [] { value.write(to: key) }
    }
    if let choices = match.choice.flatMap({ query.parts[$0].choices }) {
      ranges = Self.ranges(of: choices, after: key, match.narrowing, query)
    } else {
      ranges = [Self.range(after: key, match.narrowing, query)]
    }
    if isOrdered, let after = query.after { start(after: after, key, definition, match, query) }
  }

  /// Leaves out what comes before a place.
  private mutating func start(
    after: (values: [Value], id: RowID), _ key: KeyWriter, _ definition: IndexShape,
    _ match: IndexMatch, _ query: CheckedQuery
  ) {
    var column = 0
    for shape in query.sortFields {
      let width = shape.columns.count
      if !definition.parts[..<match.fixedCount].contains(where: { $0 === shape }) {
        for value in after.values[column..<(column + width)] { value.write(to: key) }
      }
      column += width
    }
    key.ending(after.id)
    for position in ranges.indices {
      Self.go(on: key.bytes, ascending: query.isIdentifierAscending, in: &ranges[position])
    }
  }

  /// A range for each value a field may have, the lowest first.
  private static func ranges(
    of choices: [[Value]], after key: KeyWriter, _ narrowing: QueryParts, _ query: CheckedQuery
  ) -> [KeyRange] {
    let count = key.count
    var ranges = choices.map { values in
      key.truncate(to: count)
      for value in values { value.write(to: key) }
      return range(after: key, narrowing, query)
    }
    key.truncate(to: count)
    // No value's key begins with another's, so ranges of different values do not meet.
    let lower = { (range: KeyRange) in range.lower ?? [] }
    ranges.sort { lower($0).lexicographicallyPrecedes(lower($1)) }
    return ranges.indices.filter { $0 == 0 || lower(ranges[$0 - 1]) != lower(ranges[$0]) }
      .map { ranges[$0] }
  }

  /// The keys that begin with one, as far as conditions on the field after it leave any.
  private static func range(
    after key: KeyWriter, _ narrowing: QueryParts, _ query: CheckedQuery
  ) -> KeyRange {
    let count = key.count
    var range = KeyRange.prefix(key.bytes)
    for part in narrowing {
      narrow(&range, after: key, query.parts[part].test)
      key.truncate(to: count)
    }
    return range
  }

  /// Narrows a range by a condition that orders the field after what keys begin with.
  private static func narrow(_ range: inout KeyRange, after key: KeyWriter, _ test: FieldTest) {
    switch test {
    case .hasPrefix(let text):
      key.prefix(text)
      range.narrow(to: .prefix(key.bytes))
    case .compare(let comparison, let values):
      for value in values.dropLast() { value.write(to: key) }
      let count = key.count
      // Missing values order before all others but meet no comparison.
      key.prefix("")
      range.narrow(to: .prefix(key.bytes))
      key.truncate(to: count)
      values.last?.write(to: key)
      switch comparison {
      case .less: range.cut(at: key.bytes)
      case .lessOrEqual: range.cut(at: KeyRange.successor(of: key.bytes))
      case .greater: range.raise(to: KeyRange.successor(of: key.bytes))
      default: range.raise(to: key.bytes)
      }
    case .among, .isMissing: break
    }
  }
}

// MARK: - Running

extension MemoryPlan {
  /// How many rows the query asks for, where counting keys tells.
  func keyCount(_ query: CheckedQuery, _ table: MemoryTable) -> Int? {
    guard isExact, query.after == nil else { return nil }
    guard let index else { return min(query.limit ?? .max, table.rows.count) }
    guard !isMultiple || isOrdered else { return nil }
    if query.limit == 0 { return 0 }
    var count = 0
    for range in ranges where !range.isEmpty && count != query.limit {
      table.indexes[index].scan(range, descending: false) { _, _ in
        count += 1
        return count != query.limit
      }
    }
    return count
  }

  /// Hands on the boxes of the rows that are looked at until `body` returns false.
  ///
  /// - Parameter size: How many bytes of a row itself are looked at.
  func forEachBox(
    _ query: CheckedQuery, _ table: MemoryTable, size: Int, _ body: (AnyObject) throws -> Bool
  ) throws {
    let isDescending = isOrdered && !query.isIdentifierAscending
    // An index of many values can lead to one row several times.
    var seen: Set<RowID>? = isMultiple && !isOrdered ? [] : nil
    var goesOn = true
    for position in ranges.indices where goesOn {
      let range = ranges[isDescending ? ranges.count - 1 - position : position]
      if range.isEmpty { continue }
      guard let index else {
        try table.rows.scanBoxes(range, descending: isDescending, size: size) { box in
          goesOn = try body(box)
          return goesOn
        }
        continue
      }
      try table.indexes[index].scan(range, descending: isDescending) { key, _ in
        if seen?.insert(identifier(endingKey: key)).inserted == false { return true }
        guard let box = table.box(endingKey: key) else { return true }
        goesOn = try body(box)
        return goesOn
      }
    }
  }
}
