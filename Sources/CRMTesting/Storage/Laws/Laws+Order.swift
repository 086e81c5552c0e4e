import CRMStorage

extension StorageLaw {
  /// Answers come in one order, the same everywhere.
  static let order = [
    StorageLaw("order.identifier", "Without an order, rows follow by identifier") {
      try await addCrowd(to: $0)
      try await $0.read { tx in
        let up = Array(0..<crowd.count)
        try expect(try tx.ids(Query<Sailor>()).map(\.ordinal), is: up, "default")
        let oldest = Query<Sailor>(sortedBy: { _ in [.oldestFirst] })
        try expect(try tx.ids(oldest).map(\.ordinal), is: up, "oldest first")
        let newest = Query<Sailor>(sortedBy: { _ in [.newestFirst] })
        try expect(try tx.ids(newest).map(\.ordinal), is: up.reversed(), "newest first")
      }
    },
    StorageLaw("order.missing", "Missing values come first, and last when descending") {
      try await addCrowd(to: $0)
      try await $0.read { tx in
        let ascending = try tx.rows(Query<Sailor>(sortedBy: { [.ascending($0.city)] }))
        try expect(
          ascending.map(\.row.city), is: [nil, nil, "Bonn", "Bonn", "Bonn", "Rome", "Rome", "Rome"])
        let descending = try tx.rows(Query<Sailor>(sortedBy: { [.descending($0.age)] }))
        try expect(descending.map(\.row.age), is: [3, 2, 2, 2, 1, 1, nil, nil])
      }
    },
    StorageLaw("order.ties", "Rows that are equal follow by identifier, as the last field goes") {
      try await addCrowd(to: $0)
      try await $0.read { tx in
        let up = Query<Sailor>(sortedBy: { [.ascending($0.city)] })
        try expect(try tx.ids(up).map(\.ordinal), is: [3, 6, 1, 4, 7, 0, 2, 5])
        let down = Query<Sailor>(sortedBy: { [.descending($0.city)] })
        try expect(try tx.ids(down).map(\.ordinal), is: [5, 2, 0, 7, 4, 1, 6, 3])
        let flat = Query<Sailor>(sortedBy: { [.descending($0.isActive)] })
        try expect(try tx.ids(flat).map(\.ordinal), is: [7, 6, 5, 4, 3, 2, 1, 0])
      }
    },
    StorageLaw("order.several", "Several fields decide one after the other, each its own way") {
      try await addCrowd(to: $0)
      for terms in manyOrders {
        try await $0.read { tx in
          let query = Query<Sailor>(sortedBy: { _ in terms })
          let expected = sorted(crowd, by: terms)
          try expect(try tx.ids(query).map(\.ordinal), is: expected, "\(terms)")
        }
      }
    },
    StorageLaw("order.filtered", "A filter leaves the order as it is") {
      try await addCrowd(to: $0)
      for terms in manyOrders {
        try await $0.read { tx in
          let query = Query<Sailor>(where: { $0.age == 2 || $0.city == "Bonn" }) { _ in terms }
          let some = sorted(crowd, by: terms)
            .filter { crowd[$0].age == 2 || crowd[$0].city == "Bonn" }
          try expect(try tx.ids(query).map(\.ordinal), is: some, "\(terms)")
        }
      }
    },
    StorageLaw("order.unsupported", "An order that there cannot be is refused") {
      try await addCrowd(to: $0)
      try await $0.read { tx in
        let orders: [[Ordering<Sailor>]] = [
          [.ascending(Sailor.fields.tags)], [.oldestFirst, .ascending(Sailor.fields.age)],
        ]
        for order in orders {
          try expect(.unsupportedQuery) { _ = try tx.rows(Query(sortedBy: { _ in order })) }
          try expect(.unsupportedQuery) { _ = try tx.count(Query(sortedBy: { _ in order })) }
        }
        let other = Field<Sailor, Int?>("agee", { $0.age }, { $0.age = $1 })
        let error = try expect(.unknownField) {
          _ = try tx.rows(Query<Sailor>(sortedBy: { _ in [.ascending(other)] }))
        }
        try expect(error.recovery.contains("age"), "the nearest name", found: error.recovery)
      }
    },
  ]
}

/// Sailors of few cities and ages, so that many are equal.
let crowd: [Sailor] = [
  ("Rome", 2), ("Bonn", nil), ("Rome", 1), (nil, 2), ("Bonn", 3), ("Rome", 2), (nil, nil),
  ("Bonn", 1),
].enumerated().map { n, place in
  Sailor(id: .nth(n), name: "\(n % 3)", city: place.0, age: place.1)
}

func addCrowd(to trial: LawTrial) async throws {
  try await trial.write { tx in for sailor in crowd.shuffledOnce { try tx.add(sailor) } }
}

/// Orders over one to three fields, indexed and not, in both directions.
let manyOrders: [[Ordering<Sailor>]] = {
  let fields = Sailor.fields
  let cities: [Ordering<Sailor>] = [.ascending(fields.city), .descending(fields.city)]
  let ages: [Ordering<Sailor>] = [.ascending(fields.age), .descending(fields.age)]
  let names: [Ordering<Sailor>] = [.ascending(fields.name), .descending(fields.name)]
  var orders: [[Ordering<Sailor>]] = [[], [.oldestFirst], [.newestFirst]]
  orders += (cities + ages + names).map { [$0] }
  for city in cities {
    for age in ages {
      orders += [
        [city, age], [age, city], [city, age, .newestFirst], [age, city, .oldestFirst],
      ]
      for name in names { orders += [[name, city, age], [city, name, age]] }
    }
  }
  return orders
}()

/// The ordinals of sailors as an order has them, decided plainly over their properties.
private func sorted(_ sailors: [Sailor], by terms: [Ordering<Sailor>]) -> [Int] {
  func text(_ order: Ordering<Sailor>, _ sailor: Sailor) -> [String] {
    switch order.field {
    case "city": sailor.city.map { ["", $0] } ?? []
    case "age": sailor.age.map { ["", "\($0)"] } ?? []
    case "name": [sailor.name]
    default: ["\(sailor.id.ordinal)"]
    }
  }
  let idGoesUp = terms.last?.isAscending ?? true
  return sailors.sorted { a, b in
    for term in terms {
      let (left, right) = (text(term, a), text(term, b))
      if left != right { return left.lexicographicallyPrecedes(right) == term.isAscending }
    }
    return (a.id < b.id) == idGoesUp
  }.map(\.id.ordinal)
}

extension Array {
  /// The elements in another order, always the same one.
  fileprivate var shuffledOnce: [Element] {
    var generator = SeededGenerator(seed: 42)
    return shuffled(using: &generator)
  }
}
