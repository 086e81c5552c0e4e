import CRMSQLite
import CRMStorage
import Testing

@Suite struct LimitTests {
  let folder = Folder()

  @Test("Thousands of alternatives and a hundred thousand constants are answered")
  func long() async throws {
    let storage = try await opened(folder)
    try await storage.write { store in
      var person = Person(id: .made(7))
      person.login = "it's 99999"
      person.country = "c1999"
      person.visits = -3
      try store.insert(new: person)
    }
    let logins = (0..<100_000).map { "it's \($0)" as String? }
    let firms = (0..<40_000).map { Identifier<Person>.made($0) as Identifier<Person>? }
    let countries = (0..<2_000).map {
      Condition.compare(
        field: "country", .equal, value: [.text("c\($0)")])
    }
    try await storage.read { (store) throws in
      #expect(try store.count(Query<Person> { $0.login.isOne(of: logins) }) == 1)
      #expect(try store.count(Query<Person> { $0.referrer.isOne(of: firms) }) == 0)
      #expect(try store.count(Query<Person> { !$0.referrer.isOne(of: firms) }) == 1)
      var query = Query<Person>()
      query.filter = Filter(.any(countries))
      #expect(try store.count(query) == 1)
      query.filter = Filter(.not(.all(countries)))
      #expect(try store.count(query) == 1)
    }
  }

  @Test("A filter too deep for SQLite is refused, and the transaction goes on")
  func deep() async throws {
    let storage = try await opened(folder)
    var condition = Person.fields.visits > 1
    for _ in 0..<300 {
      condition = (condition && Person.fields.visits > 2) || Person.fields.visits > 3
    }
    let deep = condition
    try await storage.write { store in
      try store.insert(new: Person(id: .made(1)))
      var query = Query<Person>()
      query.filter = deep
      #expect(failure { _ = try store.rows(query) }?.code == .unsupportedQuery)
      #expect(try store.count(Query<Person>()) == 1)
    }
  }

  @Test(
    "A comparison with a missing value is false, and true once negated", arguments: [1, 2, 23, 24])
  func negations(depth: Int) async throws {
    let storage = try await opened(folder)
    try await storage.write { store in try store.insert(new: Person(id: .made(1))) }
    var condition = Condition.compare(field: "country", .equal, value: [.text("KR")])
    for _ in 0..<depth { condition = .not(condition) }
    var query = Query<Person>()
    query.filter = Filter(condition)
    #expect(try await storage.read { try $0.count(query) } == depth % 2)
  }
}
