/// A query as far as planning goes, whatever its record's type.
struct MemoryQuestion {
  let conjuncts: [Condition]
  let sortShapes: [FieldShape]
  let isIdentifierAscending: Bool
  /// Whether all that is sorted by goes the way of the identifier.
  let isOneWay: Bool
  let after: (values: [Value], id: RowID)?
  let limit: Int?

  init<R: Record>(_ query: PreparedQuery<R>) {
    conjuncts = query.condition.conjuncts
    sortShapes = query.sortShapes
    isIdentifierAscending = query.isIdentifierAscending
    isOneWay = query.fieldDirections.allSatisfy { $0 == query.isIdentifierAscending }
    after = query.after.map { ($0.values, $0.id.anyKind) }
    limit = query.limit
  }
}

/// How a query is answered from memory: which entries are looked at, and what is left to do.
struct MemoryPlan {
  /// The index whose entries are looked at; `nil` for the rows themselves.
  private(set) var index: Int?

  /// The entries that are looked at: ranges that do not meet, the lowest first.
  private(set) var ranges: [KeyRange]

  /// Whether entries come in the order asked for, one a row.
  private(set) var isOrdered: Bool

  /// Whether every row that is looked at meets the condition.
  private(set) var isExact: Bool

  /// Chooses the cheapest way.
  init(_ query: MemoryQuestion, _ indexes: [IndexShape], in table: MemoryTable) {
    self.init(rowsFor: query)
    var cost = cost(query, table)
    let tested = query.conjuncts.compactMap { $0.fieldTest?.field }
    for position in indexes.indices {
      let first = indexes[position].parts[0].name
      guard tested.contains(first) || query.sortShapes.first?.name == first,
        let plan = MemoryPlan(index: position, indexes[position], for: query)
      else { continue }
      let other = plan.cost(query, table)
      if other < cost { (self, cost) = (plan, other) }
      // None looks at fewer rows than are asked for.
      if isExact && isOrdered { return }
    }
  }

  private init(rowsFor query: MemoryQuestion) {
    var range = KeyRange.all
    isOrdered = query.sortShapes.isEmpty
    isExact = query.conjuncts.isEmpty
    if isOrdered, let after = query.after {
      let key = KeyWriter()
      key.ending(after.id)
      Self.go(on: key.bytes, ascending: query.isIdentifierAscending, in: &range)
    }
    ranges = [range]
  }

  /// About how many nanoseconds the way takes.
  private func cost(_ query: MemoryQuestion, _ table: MemoryTable) -> Int {
    let entries: Int
    let perEntry: Int
    if let index {
      entries = ranges.reduce(0) { $0 + table.indexes[index].estimatedCount($1) }
      perEntry = 300
    } else {
      entries = ranges.reduce(0) { $0 + table.rows.estimatedCount($1) }
      perEntry = 30
    }
    guard isOrdered else { return (entries + ranges.count) * (perEntry + 200) }
    let wanted = min(query.limit ?? entries, entries)
    let looked = isExact ? wanted : min(entries, wanted * 20)
    return (looked + ranges.count) * perEntry
  }

  private static func go(on key: [UInt8], ascending: Bool, in range: inout KeyRange) {
    if ascending { range.raise(to: key + [0]) } else { range.cut(at: key) }
  }
}

// MARK: - Planning

extension MemoryPlan {
  /// A field that can have one value only.
  private struct Fixed {
    let name: String
    let values: [Value]
  }

  /// The way through an index, if the query has a use for it.
  private init?(
    index: Int, _ definition: IndexShape, for query: MemoryQuestion
  ) {
    self.index = index
    var open = query.conjuncts
    let total = open.count
    let key = KeyWriter()
    var fixed: [Fixed] = []
    for field in definition.parts {
      guard let match = open.firstIndex(where: { $0.fixedValues(of: field) != nil }),
        let values = open[match].fixedValues(of: field)
      else { break }
      for value in values { value.write(to: key) }
      fixed.append(Fixed(name: field.name, values: values))
      open.remove(at: match)
    }
    let rest = Array(definition.parts.dropFirst(fixed.count))
    if let field = rest.first, let match = open.firstIndex(where: { $0.choices(of: field) != nil }),
      let choices = open[match].choices(of: field)
    {
      open.remove(at: match)
      ranges = Self.ranges(of: choices, after: key.bytes, rest.dropFirst().first, by: &open)
    } else {
      var range = KeyRange.prefix(key.bytes)
      if let field = rest.first { Self.narrow(&range, after: key.bytes, field, by: &open) }
      ranges = [range]
    }
    isExact = open.isEmpty
    isOrdered = false
    isOrdered = Self.isOrder(of: rest, fixed: fixed, query)
    if definition.isMultiple && fixed.isEmpty { isOrdered = false }
    guard open.count < total || isOrdered else { return nil }
    if isOrdered, let after = query.after {
      var position = 0
      for shape in query.sortShapes {
        let width = shape.columnCount
        if !fixed.contains(where: { $0.name == shape.name }) {
          for value in after.values[position..<(position + width)] { value.write(to: key) }
        }
        position += width
      }
      key.ending(after.id)
      for position in ranges.indices {
        Self.go(on: key.bytes, ascending: query.isIdentifierAscending, in: &ranges[position])
      }
    }
  }

  /// A range for each value a field may have, narrowed by the conditions on the field after it.
  private static func ranges(
    of choices: [[Value]], after prefix: [UInt8], _ next: FieldShape?, by open: inout [Condition]
  ) -> [KeyRange] {
    var keys = choices.map { values in
      let key = KeyWriter()
      for value in values { value.write(to: key) }
      return prefix + key.bytes
    }
    keys.sort { $0.lexicographicallyPrecedes($1) }
    var left = open
    var ranges: [KeyRange] = []
    for (position, key) in keys.enumerated() where position == 0 || keys[position - 1] != key {
      var range = KeyRange.prefix(key)
      left = open
      if let next { narrow(&range, after: key, next, by: &left) }
      ranges.append(range)
    }
    open = left
    return ranges
  }

  /// Whether what is left of an index's fields is the order asked for.
  private static func isOrder(
    of rest: [FieldShape], fixed: [Fixed], _ query: MemoryQuestion
  ) -> Bool {
    var position = 0
    var wanted: [String] = []
    for shape in query.sortShapes {
      let (name, width) = (shape.name, shape.columnCount)
      if let match = fixed.first(where: { $0.name == name }) {
        if let after = query.after,
          Array(after.values[position..<(position + width)]) != match.values
        {
          return false
        }
      } else {
        wanted.append(name)
      }
      position += width
    }
    return query.isOneWay && wanted == rest.map { $0.name }
  }

  /// Narrows a range by the conditions that order one field, and takes them off `open`.
  private static func narrow(
    _ range: inout KeyRange, after prefix: [UInt8], _ field: FieldShape,
    by open: inout [Condition]
  ) {
    // Of many values each condition can be met by another, so one narrows: the longest prefix.
    let longest = open.compactMap { $0.prefix(of: field)?.utf8.count }.max()
    var isTaken = false
    open.removeAll { condition in
      guard let (name, test) = condition.fieldTest, name == field.name else { return false }
      switch test {
      case .hasPrefix(let text):
        if field.isMultiple {
          guard !isTaken, text.utf8.count == longest else { return false }
          isTaken = true
        }
        let key = KeyWriter()
        key.prefix(text)
        range.raise(to: prefix + key.bytes)
        range.cut(at: KeyRange.successor(of: prefix + key.bytes))
      case .compare(let comparison, let values) where comparison.isOrdering && !field.isMultiple:
        let key = KeyWriter()
        for value in values.dropLast() { value.write(to: key) }
        let leading = prefix + key.bytes
        values.last?.write(to: key)
        let constant = prefix + key.bytes
        switch comparison {
        case .less: range.cut(at: constant)
        case .lessOrEqual: range.cut(at: KeyRange.successor(of: constant))
        case .greater: range.raise(to: KeyRange.successor(of: constant))
        default: range.raise(to: constant)
        }
        // Missing values order before all others but meet no comparison.
        range.raise(to: leading + [1])
        range.cut(at: KeyRange.successor(of: leading + [1]))
      default:
        return false
      }
      return true
    }
  }
}

extension Comparison {
  fileprivate var isOrdering: Bool { self != .equal && self != .notEqual }
}

extension Condition {
  /// What the text of a field has to begin with, if the condition says so.
  fileprivate func prefix(of field: FieldShape) -> String? {
    guard let (name, test) = fieldTest, name == field.name, case .hasPrefix(let text) = test
    else { return nil }
    return text
  }

  /// The only value a field can have, if the condition says so.
  fileprivate func fixedValues(of field: FieldShape) -> [Value]? {
    guard let (name, test) = fieldTest, name == field.name else { return nil }
    switch test {
    case .compare(.equal, let values): return values
    case .isMissing: return Array(repeating: .missing, count: field.columnCount)
    case .among(let constants) where constants.count == 1: return constants[0]
    default: return nil
    }
  }

  /// The several values a field can have, if the condition says so.
  fileprivate func choices(of field: FieldShape) -> [[Value]]? {
    guard let (name, test) = fieldTest, name == field.name, case .among(let constants) = test,
      constants.count > 1
    else { return nil }
    return constants
  }
}

// MARK: - Running

extension MemoryPlan {
  /// How many rows the query asks for, where counting keys tells.
  func keyCount<R: Record>(_ query: PreparedQuery<R>, _ table: MemoryTable) -> Int? {
    guard isExact, query.after == nil else { return nil }
    guard let index else { return min(query.limit ?? .max, table.rows.count) }
    guard !R.schema.indexShapes[index].isMultiple || isOrdered else { return nil }
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

  /// Hands on the rows in order until `body` returns false.
  func run<R: Record>(
    _ query: PreparedQuery<R>, _ table: MemoryTable,
    _ predicate: (Held<R>) throws -> Bool, _ body: (Held<R>) throws -> Bool
  ) throws {
    guard query.limit != 0 else { return }
    guard isOrdered else {
      var sorter = RowSorter(query)
      try forEachRow(query, table) { row in
        if try predicate(row) { sorter.add(row) }
        return true
      }
      for row in sorter.sorted() { guard try body(row) else { return } }
      return
    }
    var left = query.limit ?? .max
    try forEachRow(query, table) { row in
      guard try predicate(row) else { return true }
      left -= 1
      return try body(row) && left > 0
    }
  }

  private func forEachRow<R: Record>(
    _ query: PreparedQuery<R>, _ table: MemoryTable, _ body: (Held<R>) throws -> Bool
  ) throws {
    let isDescending = isOrdered && !query.isIdentifierAscending
    // An index of many values can lead to one row several times.
    let isMultiple = index.map { R.schema.indexShapes[$0].isMultiple } ?? false
    var seen: Set<Identifier<R>>? = isMultiple && !isOrdered ? [] : nil
    var goesOn = true
    for position in ranges.indices where goesOn {
      let range = ranges[isDescending ? ranges.count - 1 - position : position]
      if range.isEmpty { continue }
      guard let index else {
        try table.rows.scanBoxes(
          range, descending: isDescending, size: MemoryLayout<R>.size
        ) { row in
          goesOn = try body(unsafeDowncast(row, to: Held<R>.self))
          return goesOn
        }
        continue
      }
      try table.indexes[index].scan(range, descending: isDescending) { key, _ in
        if seen?.insert(identifier(endingKey: key)).inserted == false { return true }
        guard let row: Held<R> = table.row(endingKey: key) else { return true }
        goesOn = try body(row)
        return goesOn
      }
    }
  }
}
