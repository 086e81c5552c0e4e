import CRMSQLite
import CRMStorage
import Testing

private typealias Seeded = SplitMix64

extension SplitMix64 {
  fileprivate mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &self)]
  }
}

/// Random rows, questions and orders; what SQL answers is what the closures of the contract say.
@Suite struct RandomQueryTests {
  private static let texts = ["", "a", "ab", "aé", "b", "김", "a\u{10FFFF}", "it's"]
  private static let prices = [("EUR", 1), ("EUR", 2), ("USD", 1)].map {
    Price(currency: $0.0, cents: $0.1)
  }

  @Test("Answers, pages and counts agree with the contract's closures", arguments: UInt64(1)...40)
  func agreement(seed: UInt64) async throws {
    var random = Seeded(state: seed)
    let folder = Folder()
    let storage = try await opened(folder)
    let (people, purchases) = rows(&random)
    try await storage.write { store in
      for person in people { try store.insert(new: person) }
      for purchase in purchases { try store.insert(new: purchase) }
      // Change some, so that updates are part of what is asked about.
      for person in people where person.visits == 1 {
        try store.replace(person.id) { (row: inout Person) in
          row.country = Self.texts[4]
          row.tags = ["b", "c"]
          row.limit = nil
        }
      }
    }
    for _ in 0..<40 {
      var query = Query<Person>()
      query.filter = Filter(condition(&random, depth: 3))
      query.order = order(&random)
      let size = Int.random(in: 1...5, using: &random)
      try await storage.read { (store) throws in
        let expected = try expectation(query, people.map(\.id), in: store)
        #expect(try store.rows(query).map(\.row.id) == expected, "\(query)")
        #expect(try store.count(query) == expected.count, "\(query)")
        var pages: [Identifier<Person>] = []
        var page = query
        page.limit = size
        while true {
          let part = try store.page(page)
          #expect(
            try store.count(page) == min(size, expected.count - pages.count), "\(page)")
          pages += part.items.map(\.id)
          guard let next = part.next else { break }
          page.after = next
        }
        #expect(pages == expected, "\(query) by \(size)")
      }
    }
  }

  private func rows(_ random: inout Seeded) -> ([Person], [Purchase]) {
    let people = (0..<30).map { number in
      var person = Person(id: .made(UInt64(number)))
      person.key = Blob([UInt8(number)])
      person.name = random.pick(Self.texts)
      person.country = random.pick(Self.texts + [nil])
      person.isKnown = random.pick([true, false, nil])
      person.visits = random.pick([0, 1, 2])
      person.ratio = random.pick([0.5, -1, nil])
      person.joined = Instant(milliseconds: random.pick([0, 1, 2]))
      person.seen = random.pick([nil, .earliest, .latest, person.joined])
      person.birthday = random.pick([nil, CalendarDate(year: 2_000, month: 1, day: 1)])
      person.price = random.pick(Self.prices)
      person.limit = random.pick(Self.prices + [nil])
      person.photo = random.pick([nil, Blob([]), Blob([255])])
      person.tags = (0..<random.pick([0, 1, 3])).map { _ in random.pick(["a", "b", "ab"]) }
      person.referrer = number == 0 ? nil : random.pick([nil, .made(UInt64(number / 2))])
      return person
    }
    let purchases = (0..<20).map { number in
      Purchase(
        id: .made(UInt64(number)), buyer: random.pick(people).id, total: random.pick([1, 2, 3]))
    }
    return (people, purchases)
  }

  private func condition(_ random: inout Seeded, depth: Int) -> Condition {
    if depth > 0 {
      let parts = { (random: inout Seeded) in
        (0..<random.pick([0, 1, 2, 3])).map { _ in condition(&random, depth: depth - 1) }
      }
      switch Int.random(in: 0..<8, using: &random) {
      case 0, 1: return .all(parts(&random))
      case 2, 3: return .any(parts(&random))
      case 4: return .not(condition(&random, depth: depth - 1))
      case 5:
        let total = random.pick([Purchase.fields.total > 1, !(Purchase.fields.total == 2)])
        return .exists(record: "purchases", through: "buyer", total.condition)
      case 6:
        return .exists(
          record: "people", through: "referrer", condition(&random, depth: depth - 1))
      default: break
      }
    }
    return leaf(&random).condition
  }

  private func leaf(_ random: inout Seeded) -> Filter<Person> {
    let fields = Person.fields
    switch Int.random(in: 0..<14, using: &random) {
    case 0: return compare(fields.country, random.pick(Self.texts), &random)
    case 1: return compare(fields.visits, random.pick([0, 1, 2]), &random)
    case 2: return compare(fields.ratio, random.pick([0.5, 0, -1]), &random)
    case 3:
      return compare(fields.seen, random.pick([.earliest, Instant(milliseconds: 1)]), &random)
    case 4: return compare(fields.price, random.pick(Self.prices), &random)
    case 5: return compare(fields.limit, random.pick(Self.prices), &random)
    case 6: return compare(fields.photo, random.pick([Blob([]), Blob([255])]), &random)
    case 7: return compare(fields.isKnown, random.pick([true, false]), &random)
    case 8: return compare(fields.referrer, random.pick([.made(1), .made(5)]), &random)
    case 9: return fields.name.hasPrefix(random.pick(Self.texts))
    case 10: return fields.country.isOne(of: (0..<3).map { _ in random.pick(Self.texts) })
    case 11: return fields.limit.isOne(of: [random.pick(Self.prices), random.pick(Self.prices)])
    case 12: return fields.tagged.contains(random.pick(["a", "b", "c"]))
    default: return fields.tagged.containsPrefix(random.pick(["", "a"]))
    }
  }

  private func compare<V>(_ field: Field<Person, V>, _ value: V, _ random: inout Seeded)
    -> Filter<Person>
  {
    switch Int.random(in: 0..<7, using: &random) {
    case 0: field == value
    case 1: field != value
    case 2: field < value
    case 3: field <= value
    case 4: field > value
    case 5: field >= value
    default: field.isMissing
    }
  }

  private func order(_ random: inout Seeded) -> [Ordering<Person>] {
    let fields = Person.fields
    let names: [[Ordering<Person>]] = [
      [.ascending(fields.country), .descending(fields.country)],
      [.ascending(fields.joined), .descending(fields.joined)],
      [.ascending(fields.seen), .descending(fields.seen)],
      [.ascending(fields.limit), .descending(fields.limit)],
      [.ascending(fields.folded), .descending(fields.folded)],
      [.ascending(fields.isKnown), .descending(fields.isKnown)],
    ]
    let terms = (0..<random.pick([0, 1, 2, 3])).map { _ in random.pick(random.pick(names)) }
    return terms + random.pick([[], [.oldestFirst], [.newestFirst]])
  }

  /// The rows by the contract's closures, sorted by keys.
  private func expectation(
    _ query: Query<Person>, _ ids: [Identifier<Person>], in store: any StorageReader
  ) throws -> [Identifier<Person>] {
    let prepared = try PreparedQuery(query, in: store.catalog)
    let predicate = try prepared.predicate(in: store)
    let rows = try ids.compactMap { try store.get($0) }.filter(predicate)
    return rows.sorted { first, second in
      let values = zip(prepared.cursor(after: first).values, prepared.cursor(after: second).values)
      for (column, (a, b)) in zip(prepared.sortColumns, values) where a != b {
        return key(a).lexicographicallyPrecedes(key(b)) == column.isAscending
      }
      let (a, b) = (first.row.id, second.row.id)
      return prepared.isIdentifierAscending ? a < b : b < a
    }.map(\.row.id)
  }

  private func key(_ value: Value) -> [UInt8] {
    let writer = KeyWriter()
    value.write(to: writer)
    return writer.bytes
  }
}
