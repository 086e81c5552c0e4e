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
    var cost = try cost(query, estimate)
    let tested = query.conjuncts.compactMap { $0.fieldTest?.field }
    for position in indexes.indices {
      let first = indexes[position].parts[0].name
      guard tested.contains(first) || query.sortFields.first?.name == first,
        let plan = MemoryPlan(index: position, indexes[position], for: query)
      else { continue }
      let other = try plan.cost(query, estimate)
      if other < cost { (self, cost) = (plan, other) }
      // None looks at fewer rows than are asked for.
      if isExact && isOrdered { return }
    }
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
    isExact = query.conjuncts.isEmpty
    if isOrdered, let after = query.after {
      let key = KeyWriter()
      key.ending(after.id)
      Self.go(on: key.bytes, ascending: query.isIdentifierAscending, in: &range)
    }
    ranges = [range]
    isMultiple = false
  }

  /// About how many nanoseconds the way takes.
  private func cost(
    _ query: CheckedQuery, _ estimate: (Int?, KeyRange) throws -> Int
  ) rethrows -> Int {
    let entries = try ranges.reduce(0) { try $0 + estimate(index, $1) }
    let perEntry = index == nil ? 30 : 300
    // A row is put into order in about 600.
    guard isOrdered else { return (entries + ranges.count) * (perEntry + 600) }
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
    index: Int, _ definition: IndexShape, for query: CheckedQuery
  ) {
    self.index = index
    isMultiple = definition.isMultiple
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
      for shape in query.sortFields {
        let width = shape.columns.count
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
    of rest: [FieldShape], fixed: [Fixed], _ query: CheckedQuery
  ) -> Bool {
    var position = 0
    var wanted: [String] = []
    for shape in query.sortFields {
      let (name, width) = (shape.name, shape.columns.count)
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
    case .isMissing: return Array(repeating: .missing, count: field.columns.count)
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
