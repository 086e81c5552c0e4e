import CRMKit
import CRMTesting
import Testing

@Suite("Relationships that cannot be")
struct RelationshipProblemTests {
  /// The error of adding, after which the store is as it was.
  private func refused(_ new: NewRelationship, in circle: Circle) async throws -> CRMError {
    let before = try await circle.shop.exported()
    let error = await failure { try await circle.add(new) }
    #expect(try await circle.shop.exported() == before)
    return try #require(error)
  }

  @Test("A customer is not linked with itself", arguments: Backend.allCases)
  func oneself(backend: Backend) async throws {
    let circle = try await Circle(backend)
    for type in [.sibling, .supplier, .parent] as [RelationshipType.Key] {
      let error = try await refused(NewRelationship(circle.anna, type, of: circle.anna), in: circle)
      #expect(error.code == .invalid)
      #expect(error.issues.map(\.field) == ["to"])
    }
  }

  @Test("Unknown customers are named, both at once", arguments: Backend.allCases)
  func unknownCustomers(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let (one, other) = (Customer.ID(high: 1, low: 1), Customer.ID(high: 1, low: 2))
    let error = try await refused(NewRelationship(one, .sibling, of: other), in: circle)
    #expect(error.code == .unknownReference)
    #expect(error.issues.map(\.field) == ["from", "to"])
    #expect(error.issues[1].problem.contains(other.description))
  }

  @Test(
    "Archived customers are not linked, and keep the links they have", arguments: Backend.allCases)
  func archived(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let kept = try await circle.add(NewRelationship(circle.anna, .sibling, of: circle.ben))
    try await circle.crm.write { _ = try $0.customers.archive(circle.anna) }
    let error = try await refused(
      NewRelationship(circle.carl, .colleague, of: circle.anna), in: circle)
    #expect(error.code == .unknownReference)
    #expect(error.issues.map(\.field) == ["to"])
    let views = try await circle.crm.read { try $0.relationships.of(circle.ben).items }
    #expect(views.map(\.other.isArchived) == [true])
    try await circle.crm.write { _ = try $0.relationships.end(kept.id) }
    try await circle.crm.write { _ = try $0.customers.restore(circle.anna) }
    try await circle.add(NewRelationship(circle.carl, .colleague, of: circle.anna))
  }

  @Test("An unknown type gets the nearest known one suggested", arguments: Backend.allCases)
  func unknownType(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let error = try await refused(
      NewRelationship(circle.anna, "employe", of: circle.acme), in: circle)
    #expect(
      error.issues.map(\.description) == ["type: “employe” is unknown; did you mean “employee”?"])
    let long = RelationshipType.Key(rawValue: String(repeating: "x", count: 1_000_000))
    let silly = try await refused(NewRelationship(circle.anna, long, of: circle.acme), in: circle)
    #expect(silly.issues.map(\.problem) == ["is not a key of a type"])
    for ask in [
      { tx in _ = try tx.relationships.of(circle.anna, types: ["siblin"]) },
      { tx in _ = try tx.relationships.members(of: circle.acme, types: ["siblin"]) },
      { tx in _ = try tx.relationships.neighbours(of: circle.anna, types: ["siblin"]) },
      { tx in _ = try tx.relationships.path(from: circle.anna, to: circle.ben, types: ["siblin"]) },
      { tx in _ = try tx.relationships.ancestors(of: circle.anna, through: ["siblin"]) },
    ] as [@Sendable (Transaction) throws -> Void] {
      let error = await failure { try await circle.crm.read { try ask($0) } }
      #expect(error?.issues.map(\.field) == ["types[0]"])
      #expect(error?.issues.first?.problem.contains("did you mean “sibling”?") == true)
    }
  }

  @Test("A customer of the wrong kind is refused at either end", arguments: Backend.allCases)
  func kinds(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let error = try await refused(
      NewRelationship(circle.acme, .employee, of: circle.anna), in: circle)
    #expect(error.code == .invalid)
    #expect(
      error.issues.map(\.description) == [
        "from: is of the kind organisation, where “employee” asks for person",
        "to: is of the kind person, where “employee” asks for organisation",
      ])
  }

  @Test("All problems of one call are named at once", arguments: Backend.allCases)
  func allAtOnce(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let error = try await refused(
      NewRelationship(
        circle.acme, "employe", of: Customer.ID(high: 1, low: 1), start: try day("2026-02-01"),
        end: try day("2026-01-31"), role: " ", note: "a\0"), in: circle)
    #expect(error.code == .invalid)
    #expect(error.issues.map(\.field) == ["to", "type", "end", "role", "note"])
    let long = String(repeating: "é", count: 10_000)
    let texts = try await refused(
      NewRelationship(circle.anna, .sibling, of: circle.ben, role: long, note: long), in: circle)
    #expect(texts.issues.map(\.field) == ["role", "note"])
    // A limit that is passed and a text that is too long are named together.
    try await circle.add(NewRelationship(circle.anna, .spouse, of: circle.ben))
    let both = try await refused(
      NewRelationship(circle.anna, .spouse, of: circle.carl, role: long), in: circle)
    #expect(both.issues.map(\.field) == ["from", "role"])
    // So are what the link there is contradicts and such a text.
    let again = try await refused(
      NewRelationship(
        circle.anna, .spouse, of: circle.ben, end: try day("2026-03-01"), note: ""), in: circle)
    #expect(again.code == .invalid && again.issues.map(\.field) == ["note", "end"])
  }

  @Test(
    "One more than a type allows at once is refused, naming the holder", arguments: Backend.allCases
  )
  func limits(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let first = try await circle.add(
      NewRelationship(circle.acme, .subsidiary, of: circle.holding, start: try day("2020-01-01")))
    let other = try await circle.crm.write { try $0.customers.add(.organisation("Other")).id }
    let error = try await refused(
      NewRelationship(circle.acme, .subsidiary, of: other), in: circle)
    #expect(error.code == .invalid)
    #expect(error.holder == first.id.description)
    #expect(
      error.issues.map(\.description) == [
        "from: is “subsidiary of” at most 1 at once, and is so of \(circle.holding) "
          + "(relationship \(first.id))"
      ])
    // Others may be subsidiaries of the same parent company, and before and after it is free.
    try await circle.add(NewRelationship(other, .subsidiary, of: circle.holding))
    try await circle.add(
      NewRelationship(circle.acme, .subsidiary, of: other, end: try day("2019-12-31")))
    try await circle.crm.write {
      _ = try $0.relationships.end(first.id, on: try day("2026-03-31"))
    }
    let overlapping = try await refused(
      NewRelationship(circle.acme, .subsidiary, of: other, start: try day("2026-03-31")),
      in: circle)
    #expect(overlapping.holder == first.id.description)
    try await circle.add(
      NewRelationship(circle.acme, .subsidiary, of: other, start: try day("2026-04-01")))
    // Making the first last longer would overlap with what follows.
    let longer = await failure {
      try await circle.crm.write { try $0.relationships.end(first.id, on: try day("2026-04-01")) }
    }
    #expect(longer?.issues.map(\.field) == ["from"])
  }

  @Test("A limit counts those at once, not those in turn", arguments: Backend.allCases)
  func limitInTurn(backend: Backend) async throws {
    let two = RelationshipType(
      "guard", "guards", inverse: "guarded by", from: .person.atMost(2), to: .person)
    let circle = try await Circle(
      backend, CRM.standardCapabilities.replacing(try Relationships(types: .standard + [two])))
    let people = try await circle.crm.write { tx in
      try (0..<4).map { try tx.customers.add(.person("Guard \($0)")).id }
    }
    func add(_ index: Int, _ start: String, _ end: String?) async throws {
      try await circle.add(
        NewRelationship(
          people[index], "guard", of: circle.anna, start: try day(start),
          end: try end.map { try day($0) }))
    }
    try await add(0, "2026-01-01", "2026-01-31")
    try await add(1, "2026-02-01", "2026-02-28")
    // All of the time one of the two is there, never both.
    try await add(2, "2026-01-01", nil)
    let error = await failure { try await add(3, "2026-01-15", "2026-02-15") }
    #expect(error?.issues.map(\.field) == ["to"])
    #expect(error?.issues.first?.problem.contains("“guarded by” at most 2 at once") == true)
    try await add(3, "2026-03-01", nil)
  }

  @Test("A symmetric limit counts from both ends", arguments: Backend.allCases)
  func symmetricLimit(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let first = try await circle.add(NewRelationship(circle.ben, .spouse, of: circle.carl))
    for (one, other) in [(circle.anna, circle.ben), (circle.carl, circle.anna)] {
      let error = try await refused(NewRelationship(one, .spouse, of: other), in: circle)
      #expect(error.holder == first.id.description)
    }
  }

  @Test("A circle where none may be is refused, naming the path", arguments: Backend.allCases)
  func cycles(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let top = try await circle.crm.write { try $0.customers.add(.organisation("Top")).id }
    try await circle.add(NewRelationship(circle.acme, .subsidiary, of: circle.holding))
    try await circle.add(NewRelationship(circle.holding, .subsidiary, of: top))
    let error = try await refused(NewRelationship(top, .subsidiary, of: circle.acme), in: circle)
    #expect(error.code == .invalid)
    #expect(
      error.issues.map(\.description) == [
        "to: would close a circle: Top (\(top)) – subsidiary of – Acme (\(circle.acme)) – "
          + "subsidiary of – Holding (\(circle.holding)) – subsidiary of – Top (\(top))"
      ])
    // People are named by identifier alone.
    try await circle.add(NewRelationship(circle.anna, .parent, of: circle.ben))
    let family = try await refused(
      NewRelationship(circle.ben, .parent, of: circle.anna), in: circle)
    #expect(
      family.issues.map(\.description) == [
        "to: would close a circle: \(circle.ben) – parent of – \(circle.anna) – parent of – "
          + "\(circle.ben)"
      ])
  }

  @Test("A circle is one on a day, not over the years", arguments: Backend.allCases)
  func cyclesInTime(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let top = try await circle.crm.write { try $0.customers.add(.organisation("Top")).id }
    func add(_ from: Customer.ID, _ to: Customer.ID, _ start: String, _ end: String?) async throws {
      try await circle.add(
        NewRelationship(
          from, .subsidiary, of: to, start: try day(start), end: try end.map { try day($0) }))
    }
    try await add(circle.acme, circle.holding, "2020-01-01", "2020-12-31")
    try await add(circle.holding, top, "2021-01-01", "2021-12-31")
    // On no day do all three hold.
    try await add(top, circle.acme, "2020-06-01", "2021-06-30")
    let turned = await failure {
      try await add(circle.holding, circle.acme, "2020-12-31", "2020-12-31")
    }
    #expect(turned?.issues.map(\.field) == ["to"])
    // An edit of the dates can close one too.
    let moved = await failure {
      try await circle.crm.write { tx in
        let view = try tx.relationships.of(circle.acme, when: .ever).items
        let row = try #require(
          view.first { $0.relationship.from == circle.acme }?.relationship)
        try tx.relationships.end(row.id, on: try day("2021-01-01"))
      }
    }
    #expect(moved?.issues.first?.problem.contains("would close a circle") == true)
  }

  @Test("What a relationship is between does not change", arguments: Backend.allCases)
  func fixed(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let kept = try await circle.add(NewRelationship(circle.anna, .sibling, of: circle.ben))
    var edit = kept
    edit.type = .spouse
    edit.from = circle.carl
    edit.to = circle.acme
    edit.start = try day("2026-02-01")
    edit.end = try day("2026-01-01")
    edit.role = ""
    let error = await failure { [edit] in
      try await circle.crm.write { try $0.relationships.update(edit) }
    }
    #expect(error?.issues.map(\.field) == ["type", "from", "to", "end", "role"])
    let unknown = Relationship.ID(high: 1, low: 1)
    let missing = await failure { try await circle.crm.write { try $0.relationships.end(unknown) } }
    #expect(missing?.code == .notFound)
  }

  @Test("Two of a kind between two customers never come to overlap", arguments: Backend.allCases)
  func overlap(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let first = try await circle.add(
      NewRelationship(
        circle.anna, .employee, of: circle.acme, start: try day("2020-01-01"),
        end: try day("2020-12-31")))
    let second = try await circle.add(
      NewRelationship(circle.anna, .employee, of: circle.acme, start: try day("2022-01-01")))
    let error = await failure {
      try await circle.crm.write { try $0.relationships.end(first.id, on: try day("2022-01-01")) }
    }
    #expect(error?.code == .duplicate)
    #expect(error?.holder == second.id.description)
    #expect(error?.issues.map(\.field) == ["end"])
    var edit = first
    (edit.start, edit.end, edit.role) = (try day("2021-01-01"), nil, "")
    let all = await failure { [edit] in
      try await circle.crm.write { try $0.relationships.update(edit) }
    }
    #expect(all?.code == .invalid && all?.holder == second.id.description)
    #expect(all?.issues.map(\.field) == ["role", "start", "end"])
    try await circle.crm.write {
      _ = try $0.relationships.end(first.id, on: try day("2021-12-31"))
    }
  }

  @Test("Depth and limits that cannot be are refused", arguments: Backend.allCases)
  func bounds(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let error = await failure {
      try await circle.crm.read {
        try $0.relationships.neighbours(of: circle.anna, depth: -1, limit: 0)
      }
    }
    #expect(error?.issues.map(\.field) == ["depth", "limit"])
    let page = await failure {
      try await circle.crm.read { try $0.relationships.of(circle.anna, limit: -1) }
    }
    #expect(page?.code == .invalidQuery)
    let level = await failure {
      try await circle.crm.read {
        try $0.relationships.descendants(of: circle.anna, through: [.sibling])
      }
    }
    #expect(level?.issues.map(\.description) == ["types[0]: “sibling” has no upper end"])
  }

  @Test(
    "A customer's kind changes only where its relationships have a place for it",
    arguments: Backend.allCases)
  func kindChanged(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _, firm) = try await shop.people()
    let job = try await shop.crm.write {
      try $0.relationships.add(NewRelationship(ada, "employee", of: firm))
    }
    for (id, kind) in [(ada, Customer.Kind.organisation), (firm, .person)] {
      let error = await failure {
        try await shop.crm.write { tx in
          var customer = try tx.customers.get(id)
          customer.kind = kind
          try tx.customers.update(customer)
        }
      }
      #expect(error?.code == .invalid)
      #expect(error?.issues.map(\.field) == ["kind"])
    }
    try await shop.crm.write { _ = try $0.relationships.end(job.id, on: $0.today) }
    shop.clock.advance(by: .seconds(86_400))
    let changed = try await shop.crm.write { tx in
      var customer = try tx.customers.get(ada)
      customer.kind = .organisation
      return try tx.customers.update(customer)
    }
    #expect(changed.kind == .organisation)
  }
}
