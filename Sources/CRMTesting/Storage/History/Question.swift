import CRMStorage

/// A query of people, told twice: to storages, and plainly to the model.
struct Question: Sendable {
  /// A property to sort by, and which way.
  struct Term: Sendable {
    var property: Property
    var isAscending: Bool
  }

  enum Property: Sendable, CaseIterable {
    case name, city, age, score, born, seen, isActive, fee, code, team, nameLength
  }

  var probe: Probe
  var terms: [Term]
  /// Whether the newest come first among equals, where an order ends with the identifier.
  var newestFirst: Bool?
  var limit: Int?
  var pageSize: Int

  var query: Query<Person> {
    var query = Query<Person>(limit: limit)
    query.filter = probe.filter
    query.order = terms.map(\.order)
    if let newestFirst { query.order.append(newestFirst ? .newestFirst : .oldestFirst) }
    return query
  }

  /// Whether one person comes before another.
  func precedes(_ a: Person, _ b: Person) -> Bool {
    for term in terms {
      let order = term.property.compare(a, b)
      if order != 0 { return (order < 0) == term.isAscending }
    }
    let goesUp = newestFirst.map { !$0 } ?? terms.last?.isAscending ?? true
    return a.id == b.id ? false : (a.id < b.id) == goesUp
  }
}

extension Question.Term {
  fileprivate var order: Ordering<Person> {
    let fields = Person.fields
    switch property {
    case .name: return order(fields.name)
    case .city: return order(fields.city)
    case .age: return order(fields.age)
    case .score: return order(fields.score)
    case .born: return order(fields.born)
    case .seen: return order(fields.seen)
    case .isActive: return order(fields.isActive)
    case .fee: return order(fields.fee)
    case .code: return order(fields.code)
    case .team: return order(fields.team)
    case .nameLength: return order(fields.nameLength)
    }
  }

  private func order<V>(_ field: Field<Person, V>) -> Ordering<Person> {
    isAscending ? .ascending(field) : .descending(field)
  }
}

extension Question.Property {
  fileprivate func compare(_ a: Person, _ b: Person) -> Int {
    switch self {
    case .name: plainly(Bytes(a.name), Bytes(b.name))
    case .city: plainly(a.city.map(Bytes.init), b.city.map(Bytes.init))
    case .age: plainly(a.age, b.age)
    case .score: plainly(a.score, b.score)
    case .born: plainly(a.born, b.born)
    case .seen: plainly(a.seen, b.seen)
    case .isActive: plainly(a.isActive ? 1 : 0, b.isActive ? 1 : 0)
    case .fee:
      // By currency, then by amount, as the columns stand.
      a.fee?.currency == b.fee?.currency
        ? plainly(a.fee?.cents, b.fee?.cents)
        : plainly(a.fee.map { Bytes($0.currency) }, b.fee.map { Bytes($0.currency) })
    case .code: plainly(a.code.map(Bytes.init), b.code.map(Bytes.init))
    case .team: plainly(a.team, b.team)
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
struct Bytes: Comparable {
  private let bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.utf8) }

  func hasPrefix(_ other: Bytes) -> Bool { bytes.starts(with: other.bytes) }

  static func < (a: Bytes, b: Bytes) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}
