import CRMStorage

/// A query of sailors, told twice: to storages, and plainly to the model.
struct HistoryQuestion: Sendable {
  /// A property to sort by, and which way.
  struct Term: Sendable {
    var property: Property
    var isAscending: Bool
  }

  enum Property: Sendable, CaseIterable {
    case name, city, age, score, born, seen, isActive, wage, code, crew, nameLength
  }

  var probe: HistoryProbe
  var terms: [Term]
  /// Whether the newest come first among equals, where an order ends with the identifier.
  var newestFirst: Bool?
  var limit: Int?
  var pageSize: Int

  var query: Query<Sailor> {
    var query = Query<Sailor>(limit: limit)
    query.filter = probe.filter
    query.order = terms.map(\.order)
    if let newestFirst { query.order.append(newestFirst ? .newestFirst : .oldestFirst) }
    return query
  }

  /// Whether one sailor comes before another.
  func precedes(_ a: Sailor, _ b: Sailor) -> Bool {
    for term in terms {
      let order = term.property.compare(a, b)
      if order != 0 { return (order < 0) == term.isAscending }
    }
    let goesUp = newestFirst.map { !$0 } ?? terms.last?.isAscending ?? true
    return a.id == b.id ? false : (a.id < b.id) == goesUp
  }
}

extension HistoryQuestion.Term {
  fileprivate var order: Ordering<Sailor> {
    let fields = Sailor.fields
    switch property {
    case .name: return order(fields.name)
    case .city: return order(fields.city)
    case .age: return order(fields.age)
    case .score: return order(fields.score)
    case .born: return order(fields.born)
    case .seen: return order(fields.seen)
    case .isActive: return order(fields.isActive)
    case .wage: return order(fields.wage)
    case .code: return order(fields.code)
    case .crew: return order(fields.crew)
    case .nameLength: return order(fields.nameLength)
    }
  }

  private func order<V>(_ field: Field<Sailor, V>) -> Ordering<Sailor> {
    isAscending ? .ascending(field) : .descending(field)
  }
}

extension HistoryQuestion.Property {
  fileprivate func compare(_ a: Sailor, _ b: Sailor) -> Int {
    switch self {
    case .name: plainly(TextBytes(a.name), TextBytes(b.name))
    case .city: plainly(a.city.map(TextBytes.init), b.city.map(TextBytes.init))
    case .age: plainly(a.age, b.age)
    case .score: plainly(a.score, b.score)
    case .born: plainly(a.born, b.born)
    case .seen: plainly(a.seen, b.seen)
    case .isActive: plainly(a.isActive ? 1 : 0, b.isActive ? 1 : 0)
    case .wage:
      // By currency, then by amount, as the columns stand.
      a.wage?.currency == b.wage?.currency
        ? plainly(a.wage?.cents, b.wage?.cents)
        : plainly(a.wage.map { TextBytes($0.currency) }, b.wage.map { TextBytes($0.currency) })
    case .code: plainly(a.code.map(TextBytes.init), b.code.map(TextBytes.init))
    case .crew: plainly(a.crew, b.crew)
    case .nameLength: plainly(Array(a.name.utf8).count, Array(b.name.utf8).count)
    }
  }
}

private func plainly<V: Comparable>(_ a: V?, _ b: V?) -> Int {
  switch (a, b) {
  case (nil, nil): 0
  case (nil, _): -1
  case (_, nil): 1
  case (let a?, let b?): a < b ? -1 : a == b ? 0 : 1
  }
}

/// Text that is ordered by its UTF-8 bytes.
struct TextBytes: Comparable {
  private let bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.utf8) }

  func hasPrefix(_ other: TextBytes) -> Bool { bytes.starts(with: other.bytes) }

  static func < (a: TextBytes, b: TextBytes) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}
