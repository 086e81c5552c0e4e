import CRMSQLite
import CRMStorage
import Foundation
import Testing

@Suite struct RoundTripTests {
  let folder = Folder()

  private var full: Person {
    var person = Person(id: .made(1))
    person.name = "김유나 “Ünïcode” 😀"
    person.nickname = ""
    person.isActive = false
    person.isKnown = true
    person.visits = .min
    person.points = .max
    person.score = 0.1
    person.ratio = 3
    person.joined = .latest
    person.seen = .earliest
    person.birthday = CalendarDate(year: 1998, month: 6, day: 30)
    person.tier = .gold
    person.price = Price(currency: "KRW", cents: -5)
    person.limit = Price(currency: "EUR", cents: 7)
    person.tags = ["vip", "a\"b\n", "vip"]
    person.attributes = ["b": 2, "a": 1]
    person.home = Address(city: "Seoul", street: "1")
    person.others = [Address(city: "Rome")]
    person.photo = Blob([])
    person.key = Blob([0, 255, 1])
    person.country = "KR"
    person.employer = .made(9)
    person.referrer = .made(1)
    person.emails = ["a@example.com", "b@example.com"]
    person.login = "yuna"
    return person
  }

  @Test("Every kind of field comes back as it was from a file opened again")
  func everyField() async throws {
    let storage = try await opened(folder)
    let (full, empty) = (full, Person(id: .made(2)))
    try await storage.write { store in
      try store.insert(new: Firm(id: .made(9), name: "Acme"))
      try store.insert(new: full)
      try store.insert(new: empty)
    }
    await storage.close()
    try await storage.open(Catalog(kinds))
    try await storage.read { (store) throws in
      #expect(try store.get(full.id)?.row == full)
      #expect(try store.get(empty.id)?.row == empty)
      #expect(try store.get(Identifier<Person>.made(3)) == nil)
      #expect(try store.rows(Query<Person>()).map(\.row) == [full, empty])
    }
  }

  @Test("Numbered rows keep their numbers, negative ones and the largest included")
  func numbers() async throws {
    let storage = try await opened(folder)
    let numbers: [Int64] = [3, -1, .max, .min, 0]
    try await storage.write { store in
      for number in numbers {
        try store.insert(new: Entry(id: Identifier(number: number), text: "n \(number)"))
      }
      try store.insert(new: Person(id: .made(1)))
      try store.insert(
        new: Purchase(id: .made(1), buyer: .made(1), total: 1, entry: Identifier(number: -1)))
    }
    try await storage.read { (store) throws in
      let rows = try store.rows(Query<Entry>())
      #expect(rows.map(\.row.id.number) == [.min, -1, 0, 3, .max])
      #expect(try store.get(Identifier<Entry>(number: -1))?.row.text == "n -1")
      let bought = Query<Purchase> { $0.entry == Identifier(number: -1) }
      #expect(try store.rows(bought).map(\.row.entry) == [Identifier(number: -1)])
      let mentioned = Query<Entry>(where: { _ in .exists(Purchase.fields.entry) { _ in .all } })
      #expect(try store.rows(mentioned).map(\.row.id.number) == [-1])
      let word = Query<Entry> { $0.words.contains("3") }
      #expect(try store.rows(word).map(\.row.id.number) == [3])
    }
  }

  @Test("An update changes the row and the index of its many values")
  func update() async throws {
    let storage = try await opened(folder)
    try await storage.write { store in
      var person = Person(id: .made(1))
      person.emails = ["a", "b"]
      person.tags = ["x"]
      try store.insert(new: person)
      try store.replace(person.id) {
        $0.emails = ["b", "c", "c"]
        $0.visits = 5
      }
      try store.replace(person.id) { $0.country = "KR" }
    }
    try await storage.read { (store) throws in
      let counts = try ["a", "b", "c"].map { email in
        try store.count(Query<Person> { $0.addresses.contains(email) && $0.tagged.contains("x") })
      }
      #expect(counts == [0, 1, 1])
      #expect(try store.get(Identifier<Person>.made(1))?.row.visits == 5)
      #expect(try store.count(Query<Person> { $0.country == "KR" }) == 1)
    }
    try await storage.write { store in
      let row = try #require(try store.get(Identifier<Person>.made(1)))
      try store.delete(row)
    }
    #expect(Stranger(folder.store).row("SELECT count(*) FROM people__email_addresses") == ["0"])
    #expect(Stranger(folder.store).row("SELECT count(*) FROM people__tagged") == ["0"])
    #expect(Stranger(folder.store).row("SELECT count(*) FROM people") == ["0"])
  }

  @Test("A view shows identifiers and instants as text")
  func views() async throws {
    let storage = try await opened(folder)
    let full = full
    try await storage.write { store in
      try store.insert(new: Firm(id: .made(9), name: "Acme"))
      try store.insert(new: full)
      var old = Person(id: .made(2))
      old.joined = Instant(milliseconds: -1)
      try store.insert(new: old)
      try store.insert(new: Entry(id: Identifier(number: 7), text: "x"))
    }
    let tool = Stranger(folder.store)
    #expect(
      tool.row("SELECT id, joined, seen, is_active, employer FROM people_view ORDER BY id") == [
        full.id.description, full.joined.description, full.seen?.description, "0",
        Identifier<Firm>.made(9).description,
      ])
    #expect(
      tool.row("SELECT joined, seen, employer FROM people_view ORDER BY id DESC") == [
        "1969-12-31T23:59:59.999Z", nil, nil,
      ])
    #expect(tool.row("SELECT id FROM order_view") == ["7"])
    #expect(
      tool.row("SELECT id FROM people__tagged_view WHERE tagged = 'vip'") == [full.id.description])
  }

  @Test("What another program has put into a row ends in an error that names the field")
  func foreignValues() async throws {
    let storage = try await opened(folder)
    try await storage.write { store in try store.insert(new: Person(id: .made(1))) }
    for change in [
      "is_active = 2", "joined = 9223372036854775807", "tier = 'silver'",
      "home = '{'", "name = CAST(x'ff' AS TEXT)", "name = 'a' || char(0) || 'b'",
      "employer = x'00'",
    ] {
      let tool = Stranger(folder.store)
      #expect(tool.run("SAVEPOINT s; PRAGMA foreign_keys = OFF") == 0)
      #expect(tool.run("RELEASE s; UPDATE people SET \(change)") == 0)
      let error = await failure {
        _ = try await storage.read { store in try store.get(Identifier<Person>.made(1)) }
      }
      #expect(error?.code == .invalidValue)
      #expect(error?.field == change.prefix { $0 != " " }.description)
      _ = tool.run(
        "UPDATE people SET is_active = 1, joined = 0, tier = 'basic', home = '{\"city\":\"\"}', "
          + "name = '', employer = NULL")
    }
  }
}
