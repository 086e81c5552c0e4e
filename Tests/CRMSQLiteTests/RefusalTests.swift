import CRMSQLite
import CRMStorage
import Testing

@Suite struct RefusalTests {
  let folder = Folder()

  private func person(_ number: UInt64, _ change: (inout Person) -> Void = { _ in }) -> Person {
    var person = Person(id: .made(number))
    person.key = Blob([UInt8(number)])
    change(&person)
    return person
  }

  private func expect(
    _ error: StorageError?, _ code: StorageError.Code, _ record: String, _ field: String?,
    id: UInt64, holder: UInt64?, _ place: SourceLocation = #_sourceLocation
  ) {
    #expect(error?.code == code, sourceLocation: place)
    #expect(error?.record == record, sourceLocation: place)
    #expect(error?.field == field, sourceLocation: place)
    #expect(error?.identifier == Identifier<Person>.made(id).description, sourceLocation: place)
    #expect(
      error?.holder == holder.map { Identifier<Person>.made($0).description },
      sourceLocation: place)
  }

  @Test("A taken identifier or value is refused, naming the holder, and changes nothing")
  func duplicates() async throws {
    let storage = try await opened(folder)
    try await storage.write { store in
      let first = person(1) {
        $0.login = "yuna"
        $0.emails = ["a", "b"]
      }
      try store.insert(new: first)
      try store.insert(new: person(2) { $0.emails = ["c"] })
      expect(
        failure { try store.insert(new: person(1) { $0.emails = ["z"] }) },
        .duplicate, "people", "id", id: 1, holder: 1)
      expect(
        failure {
          try store.insert(
            new: person(3) {
              $0.login = "yuna"
              $0.emails = ["z", "a"]
            })
        }, .duplicate, "people", "login", id: 3, holder: 1)
      expect(
        failure { try store.insert(new: person(3) { $0.emails = ["z", "b"] }) },
        .duplicate, "people", "email_addresses", id: 3, holder: 1)
      expect(
        failure { try store.insert(new: person(3) { $0.key = Blob([2]) }) },
        .duplicate, "people", "key_name", id: 3, holder: 2)
      expect(
        failure { try store.replace(.made(2)) { (row: inout Person) in row.login = "yuna" } },
        .duplicate, "people", "login", id: 2, holder: 1)
      expect(
        failure { try store.replace(.made(2)) { (row: inout Person) in row.emails = ["x", "a"] } },
        .duplicate, "people", "email_addresses", id: 2, holder: 1)
      let free = ["z", "x"]
      let taken = ["a", "b", "c"]
      for email in free + taken {
        let count = try store.count(Query<Person> { $0.addresses.contains(email) })
        #expect(count == (free.contains(email) ? 0 : 1))
      }
      #expect(try store.count(Query<Person>()) == 2)
    }
  }

  @Test("A message holds none of the values of a row")
  func noPersonalData() async throws {
    let storage = try await opened(folder)
    try await storage.write { store in
      try store.insert(new: person(1) { $0.emails = ["secret@example.com"] })
      let error = failure {
        try store.insert(new: person(2) { $0.emails = ["secret@example.com"] })
      }
      #expect(error?.description.contains("secret") == false)
      #expect(error?.recovery.isEmpty == false)
    }
  }

  @Test("A reference to nothing is refused before a taken value is, and after a taken identifier")
  func unknownReferences() async throws {
    let storage = try await opened(folder)
    try await storage.write { store in
      try store.insert(new: person(1) { $0.login = "yuna" })
      let bad = person(2) {
        $0.login = "yuna"
        $0.employer = .made(99)
        $0.referrer = .made(98)
        $0.emails = ["z"]
      }
      expect(
        failure { try store.insert(new: bad) }, .unknownReference, "people", "employer", id: 2,
        holder: nil)
      expect(
        failure { try store.insert(new: person(1) { $0.employer = .made(99) }) }, .duplicate,
        "people", "id", id: 1, holder: 1)
      expect(
        failure { try store.replace(.made(1)) { (row: inout Person) in row.referrer = .made(98) } },
        .unknownReference, "people", "referrer", id: 1, holder: nil)
      let purchase = Purchase(
        id: .made(2), buyer: .made(1), total: 1, entry: Identifier(number: 5))
      expect(
        failure { try store.insert(new: purchase) }, .unknownReference, "purchases", "entry",
        id: 2, holder: nil)
      #expect(try store.count(Query<Person> { $0.addresses.contains("z") }) == 0)
      // A row may name itself.
      try store.insert(new: person(3) { $0.referrer = .made(3) })
    }
  }

  @Test("A row that another names cannot be deleted, and keeps its values")
  func stillReferenced() async throws {
    let storage = try await opened(folder)
    try await storage.write { store in
      try store.insert(
        new: person(1) {
          $0.emails = ["a"]
          $0.referrer = .made(1)
        })
      try store.insert(new: Purchase(id: .made(7), buyer: .made(1), total: 1))
      let row = try #require(try store.get(Identifier<Person>.made(1)))
      expect(
        failure { try store.delete(row) }, .stillReferenced, "people", "purchases.buyer", id: 1,
        holder: 7)
      #expect(try store.count(Query<Person> { $0.addresses.contains("a") }) == 1)
      let purchase = try #require(try store.get(Identifier<Purchase>.made(7)))
      try store.delete(purchase)
      try store.delete(row)
      #expect(try store.count(Query<Person>()) == 0)
    }
  }

  @Test("A row that is gone can be neither updated nor deleted")
  func notFound() async throws {
    let storage = try await opened(folder)
    try await storage.write { store in
      let old = try Person.schema.hold(person(1))
      let new = try Person.schema.hold(person(1) { $0.emails = ["a"] })
      expect(
        failure { try store.update(new, from: old) }, .notFound, "people", nil, id: 1, holder: nil)
      expect(failure { try store.delete(old) }, .notFound, "people", nil, id: 1, holder: nil)
      #expect(try store.count(Query<Person> { $0.addresses.contains("a") }) == 0)
    }
  }

  @Test("A kind of record the store does not hold is refused")
  func unknownKind() async throws {
    let storage = try await opened(folder, kinds: [Firm.self])
    let error = await failure {
      _ = try await storage.read { store in try store.get(Identifier<Entry>(number: 1)) }
    }
    #expect(error?.code == .invalidSchema)
  }
}
