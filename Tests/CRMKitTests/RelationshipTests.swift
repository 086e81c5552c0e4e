import CRMKit
import CRMTesting
import Testing

/// The customers the tests link.
struct Circle: Sendable {
  let shop: Shop
  let anna, ben, carl: Customer.ID
  let acme, holding, home: Customer.ID

  init(
    _ backend: Backend, _ capabilities: [any Capability] = CRM.standardCapabilities,
    at start: Instant = Shop.opening, zone: Zone = .utc
  ) async throws {
    shop = try await Shop(backend, capabilities, at: start, zone: zone)
    (anna, ben, carl, acme, holding, home) = try await shop.crm.write { tx in
      (
        try tx.customers.add(.person("Anna")).id, try tx.customers.add(.person("Ben")).id,
        try tx.customers.add(.person("Carl")).id,
        try tx.customers.add(.organisation("Acme")).id,
        try tx.customers.add(.organisation("Holding")).id,
        try tx.customers.add(.household("Home")).id
      )
    }
  }

  var crm: CRM { shop.crm }

  @discardableResult
  func add(_ new: NewRelationship) async throws -> Relationship {
    try await crm.write { try $0.relationships.add(new) }
  }

  /// Each of a customer's relationships as “what whom”.
  func views(
    _ customer: Customer.ID, when time: RelationshipTime = .today,
    types: [RelationshipType.Key]? = nil
  ) async throws -> [String] {
    try await crm.read { tx in
      try tx.relationships.of(customer, when: time, types: types).items.map {
        "\($0.name) \($0.other.name)"
      }
    }
  }

  func timeline(_ customer: Customer.ID) async throws -> [String] {
    try await crm.read { try $0.timeline.entries(of: customer).items.map(\.type) }
  }
}

func day(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text)) }

@Suite("Relationships")
struct RelationshipTests {
  @Test(
    "HC-023: One row is seen from both sides, told on both timelines, and gone from both",
    arguments: Backend.allCases)
  func inverse(backend: Backend) async throws {
    for takesFromUpper in [true, false] {
      let circle = try await Circle(backend)
      try await circle.add(NewRelationship(circle.anna, .parent, of: circle.ben))
      #expect(try await circle.views(circle.anna) == ["parent of Ben"])
      #expect(try await circle.views(circle.ben) == ["child of Anna"])
      #expect(try await circle.crm.read { try $0.relationships.count() } == 1)
      for customer in [circle.anna, circle.ben] {
        #expect(
          try await circle.timeline(customer) == ["relationships.added", "customers.added"])
      }
      #expect(try await circle.timeline(circle.carl) == ["customers.added"])
      let side = takesFromUpper ? circle.anna : circle.ben
      try await circle.crm.write { tx in
        let view = try #require(try tx.relationships.of(side).items.first)
        try tx.relationships.remove(view.id)
      }
      #expect(try await circle.views(circle.anna) == [])
      #expect(try await circle.views(circle.ben) == [])
      #expect(try await circle.crm.read { try $0.relationships.count() } == 0)
      for customer in [circle.anna, circle.ben] {
        #expect(try await circle.timeline(customer).first == "relationships.removed")
      }
    }
  }

  @Test("What was removed stays in the events", arguments: Backend.allCases)
  func history(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let kept = try await circle.add(
      NewRelationship(circle.anna, .employee, of: circle.acme, role: "CFO"))
    try await circle.crm.write { try $0.relationships.remove(kept.id) }
    let history = try await circle.crm.read { try $0.events.history(of: kept.id) }
    #expect(history.map(\.type) == ["relationships.added", "relationships.removed"])
    let changes = try #require(history.last?.changes)
    #expect(changes.first { $0.field == "role" }?.before == .text("CFO"))
    #expect(try await circle.crm.read { try $0.relationships.find(kept.id) } == nil)
    let again = await failure {
      try await circle.crm.write { try $0.relationships.remove(kept.id) }
    }
    #expect(again?.code == .notFound)
  }

  @Test(
    "HC-024: Two types between two customers are two rows, one type twice is one",
    arguments: Backend.allCases)
  func types(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let first = try await circle.add(NewRelationship(circle.anna, .sibling, of: circle.ben))
    let events = try await circle.shop.events().count
    let second = try await circle.add(NewRelationship(circle.anna, .sibling, of: circle.ben))
    #expect(first == second)
    #expect(try await circle.shop.events().count == events)
    try await circle.add(NewRelationship(circle.anna, .colleague, of: circle.ben))
    #expect(try await circle.views(circle.anna) == ["colleague of Ben", "sibling of Ben"])
    #expect(try await circle.views(circle.ben) == ["colleague of Anna", "sibling of Anna"])
    #expect(try await circle.views(circle.ben, types: [.sibling]) == ["sibling of Anna"])
    #expect(try await circle.views(circle.ben, types: []) == [])
  }

  @Test(
    "HC-025: A symmetric type has one row, whoever is named first", arguments: Backend.allCases)
  func symmetric(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let one = try await circle.add(NewRelationship(circle.ben, .spouse, of: circle.anna))
    let other = try await circle.add(NewRelationship(circle.anna, .spouse, of: circle.ben))
    #expect(one == other)
    #expect((one.from, one.to) == (circle.anna, circle.ben))
    #expect(try await circle.crm.read { try $0.relationships.count() } == 1)
    // In a type that is not symmetric it matters.
    let supplied = try await circle.add(NewRelationship(circle.anna, .supplier, of: circle.ben))
    let supplies = try await circle.add(NewRelationship(circle.ben, .supplier, of: circle.anna))
    #expect(supplied.id != supplies.id)
  }

  @Test(
    "HC-027: It holds through its last day in the firm's zone, and nothing has to run for it to end",
    arguments: Backend.allCases)
  func dates(backend: Backend) async throws {
    for name in ["Asia/Seoul", "America/Los_Angeles", "Europe/Berlin"] {
      let zone = try #require(Zone(name))
      let circle = try await Circle(backend, zone: zone)
      try await circle.add(
        NewRelationship(
          circle.anna, .employee, of: circle.acme, start: try day("2025-01-01"),
          end: try day("2026-06-30")))
      let stored = try await circle.shop.exported()
      let last = try day("2026-06-30")
      let noon = zone.instant(of: last, at: try #require(TimeOfDay(hour: 12, minute: 0)))
      let midnight = zone.startOfDay(try day("2026-07-01"))
      circle.shop.clock.advance(by: noon - circle.shop.clock.now)
      #expect(try await circle.views(circle.anna) == ["employee of Acme"])
      circle.shop.clock.advance(by: midnight - .milliseconds(1) - circle.shop.clock.now)
      #expect(try await circle.views(circle.acme) == ["employer of Anna"])
      circle.shop.clock.advance(by: midnight - circle.shop.clock.now)
      #expect(try await circle.views(circle.anna) == [])
      #expect(try await circle.views(circle.anna, when: .ended) == ["employee of Acme"])
      #expect(
        try await circle.views(circle.anna, when: .on(try day("2026-03-01")))
          == ["employee of Acme"])
      #expect(try await circle.views(circle.anna, when: .on(try day("2024-12-31"))) == [])
      #expect(try await circle.shop.exported() == stored)
    }
  }

  @Test("What is to come, what was and what is unknown are told apart", arguments: Backend.allCases)
  func times(backend: Backend) async throws {
    let circle = try await Circle(backend)
    try await circle.add(
      NewRelationship(circle.anna, .supplier, of: circle.acme, end: try day("2025-12-31")))
    try await circle.add(
      NewRelationship(circle.anna, .supplier, of: circle.ben, start: try day("2026-01-02")))
    try await circle.add(NewRelationship(circle.anna, .supplier, of: circle.carl))
    #expect(try await circle.views(circle.anna) == ["supplier of Carl"])
    #expect(try await circle.views(circle.anna, when: .ended) == ["supplier of Acme"])
    #expect(try await circle.views(circle.anna, when: .ahead) == ["supplier of Ben"])
    #expect(try await circle.views(circle.anna, when: .ever).count == 3)
    // A first day that is not known has passed.
    #expect(
      try await circle.views(circle.anna, when: .on(try day("2000-01-01")))
        == ["supplier of Acme", "supplier of Carl"])
  }

  @Test(
    "After one has ended the next is another row, also on the day after",
    arguments: Backend.allCases)
  func again(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let first = try await circle.add(NewRelationship(circle.anna, .employee, of: circle.acme))
    let ended = try await circle.crm.write { try $0.relationships.end(first.id) }
    #expect(ended.end == (try day("2026-01-01")))
    #expect(ended.version == 2)
    #expect(try await circle.timeline(circle.acme).first == "relationships.ended")
    // Today it still holds, and to say that it has no end contradicts what is kept.
    let early = await failure {
      try await circle.add(NewRelationship(circle.anna, .employee, of: circle.acme))
    }
    #expect(early?.code == .duplicate)
    #expect(early?.holder == first.id.description)
    #expect(early?.issues.map(\.field) == ["end"])
    circle.shop.clock.advance(by: .seconds(86_400))
    #expect(try await circle.views(circle.anna) == [])
    let second = try await circle.add(NewRelationship(circle.anna, .employee, of: circle.acme))
    #expect(second.id != first.id)
    #expect(try await circle.views(circle.anna) == ["employee of Acme"])
    // Ending what has ended leaves the day as it is, unless another is named.
    let kept = try await circle.crm.write { try $0.relationships.end(first.id) }
    #expect(kept == ended)
    let earlier = try await circle.crm.write {
      try $0.relationships.end(first.id, on: try day("2025-06-30"))
    }
    #expect(earlier.end == (try day("2025-06-30")))
  }

  @Test(
    "What is said again and contradicts is refused, naming the row", arguments: Backend.allCases)
  func contradiction(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let new = NewRelationship(
      circle.anna, .employee, of: circle.acme, start: try day("2025-01-01"), role: "Clerk")
    let kept = try await circle.add(new)
    #expect(try await circle.add(new) == kept)
    #expect(
      try await circle.add(NewRelationship(circle.anna, .employee, of: circle.acme)) == kept)
    let error = await failure {
      try await circle.add(
        NewRelationship(
          circle.anna, .employee, of: circle.acme, start: try day("2025-02-01"), role: "CFO",
          note: "new"))
    }
    #expect(error?.code == .duplicate)
    #expect(error?.holder == kept.id.description)
    #expect(error?.issues.map(\.field) == ["start", "role", "note"])
  }

  @Test(
    "HC-031: Renaming an organisation changes what all its employees show at once",
    arguments: Backend.allCases)
  func renaming(backend: Backend) async throws {
    let circle = try await Circle(backend)
    for person in [circle.anna, circle.ben, circle.carl] {
      try await circle.add(NewRelationship(person, .employee, of: circle.acme))
    }
    let rows = try await circle.crm.read { try $0.relationships.of(circle.acme).items }
    try await circle.crm.write { tx in
      var acme = try tx.customers.get(circle.acme)
      acme.name = "Acme Ltd"
      try tx.customers.update(acme)
    }
    for person in [circle.anna, circle.ben, circle.carl] {
      #expect(try await circle.views(person) == ["employee of Acme Ltd"])
    }
    let after = try await circle.crm.read { try $0.relationships.of(circle.acme).items }
    #expect(after.map(\.relationship) == rows.map(\.relationship))
  }

  @Test(
    "Role, note and dates change, with the difference in the event", arguments: Backend.allCases)
  func update(backend: Backend) async throws {
    let circle = try await Circle(backend)
    let first = try await circle.add(NewRelationship(circle.anna, .employee, of: circle.acme))
    var edit = first
    edit.role = "CFO"
    edit.note = "Since the merger"
    edit.start = try day("2025-04-01")
    let second = try await circle.crm.write { [edit] in try $0.relationships.update(edit) }
    #expect(second.version == 2)
    let late = await failure {
      try await circle.crm.write { [edit] in try $0.relationships.update(edit) }
    }
    #expect(late?.code == .conflict)
    #expect(late?.current as? Relationship == second)
    let same = try await circle.crm.write { try $0.relationships.update(second) }
    #expect(same == second)
    let history = try await circle.crm.read { try $0.events.history(of: first.id) }
    #expect(history.map(\.type) == ["relationships.added", "relationships.updated"])
    #expect(history.last?.changes.map(\.field) == ["start", "role", "note"])
    #expect(try await circle.timeline(circle.acme).first == "relationships.updated")
  }

  @Test(
    "Pages of a customer's relationships join without gap or repeat", arguments: Backend.allCases)
  func paging(backend: Backend) async throws {
    let circle = try await Circle(backend)
    try await circle.crm.write { tx in
      for number in 0..<25 {
        let person = try tx.customers.add(.person("P\(number)")).id
        try tx.relationships.add(NewRelationship(person, .employee, of: circle.acme))
        try tx.relationships.add(NewRelationship(circle.acme, .supplier, of: person))
        try tx.relationships.add(NewRelationship(person, .supplier, of: circle.acme))
      }
    }
    let all = try await circle.crm.read { try $0.relationships.of(circle.acme) }
    #expect(all.items.count == 75)
    #expect(all.next == nil)
    var joined: [RelationshipView] = []
    var cursor: Cursor<Relationship>?
    repeat {
      let page = try await circle.crm.read { [cursor] in
        try $0.relationships.of(circle.acme, after: cursor, limit: 7)
      }
      #expect(page.items.count == 7 || page.next == nil)
      joined += page.items
      cursor = page.next
    } while cursor != nil
    #expect(joined == all.items)
    #expect(all.items.map(\.relationship.type.rawValue).isSorted)
    let none = try await circle.crm.read { try $0.relationships.of(circle.acme, limit: 0).items }
    #expect(none == [])
  }

  @Test("A type that is left out is shown by its key, and back when it is given again")
  func unknownType() async throws {
    let circle = try await Circle(.memory)
    try await circle.add(NewRelationship(circle.anna, .parent, of: circle.ben))
    let fewer = try Relationships(types: [RelationshipType].standard.filter { $0.key != .parent })
    let reopened = try await circle.shop.reopened(
      CRM.standardCapabilities.replacing(fewer), seed: 8)
    let names = try await reopened.crm.read {
      try $0.relationships.of(circle.ben).items.map(\.name)
    }
    #expect(names == ["parent"])
    let whole = try await reopened.reopened(CRM.standardCapabilities, seed: 9)
    let views = try await whole.crm.read { try $0.relationships.of(circle.ben).items.map(\.name) }
    #expect(views == ["child of"])
  }

  @Test("The standard types fit, and a host's own join them")
  func standardTypes() throws {
    #expect(try Relationships(types: .standard).types == Relationships().types)
    let mentor = RelationshipType(
      "mentor", "mentor of", inverse: "mentored by", from: .person, to: .person.atMost(3))
    #expect(try Relationships(types: .standard + [mentor]).types.last == mentor)
  }

  @Test("Every problem of every type is named")
  func badTypes() {
    let types = [
      RelationshipType("Bad key", "", inverse: " ", from: .init([]), to: .person.atMost(0)),
      RelationshipType("good", "a", inverse: "b", from: .person, to: .person, for: [.rollUp]),
      .symmetric("good", "a\0", between: .person),
    ]
    let error = refusal { try Relationships(types: types) }
    #expect(error?.code == .invalid)
    #expect(
      error?.issues.map(\.field) == [
        "types[0].key", "types[0].name", "types[0].inverseName", "types[0].from.kinds",
        "types[0].to.limit", "types[1].purposes", "types[2].key", "types[2].name",
      ])
  }
}

extension Array where Element: Comparable {
  /// Whether the elements go up.
  var isSorted: Bool { zip(self, dropFirst()).allSatisfy { $0 <= $1 } }
}
