import CRMKit
import CRMTesting
import Testing

/// Events on several timelines, and edits that stand as one.
@Suite("Shared timelines and edits in a row")
struct SharedTimelineTests {
  private func texts(_ entries: [TimelineEntry]) throws -> [String] {
    try entries.map { try $0.event.payload(as: NoteWritten.self)?.text ?? $0.type }
  }

  private func people(_ shop: Shop, _ count: Int) async throws -> [Customer.ID] {
    try await shop.crm.write { tx in
      try (0..<count).map { try tx.customers.add(.person("Person \($0)")).id }
    }
  }

  @Test("An event stands once on each timeline it belongs to", arguments: Backend.allCases)
  func several(backend: Backend) async throws {
    let shop = try await Shop(backend, CRM.standardCapabilities + [Notes()])
    let people = try await people(shop, 3)
    try await shop.crm.write { tx in
      try tx.emit(
        NoteWritten(text: "met"), about: people[0],
        alsoAbout: [people[1], people[0], people[1]])
    }
    for (person, expected) in zip(people, [["met"], ["met"], []]) {
      let entries = try await shop.crm.read { try $0.timeline.entries(of: person).items }
      #expect(try texts(entries).filter { $0 == "met" } == expected)
    }
    let before = try await shop.exported()
    let error = await failure {
      try await shop.crm.write {
        try $0.emit(NoteWritten(text: "lost"), about: people[0], alsoAbout: [.zero])
      }
    }
    #expect(error?.code == .unknownReference)
    #expect(try await shop.exported() == before)
  }

  @Test("Pages of any size show what a plain sort shows", arguments: Backend.allCases)
  func pages(backend: Backend) async throws {
    let shop = try await Shop(backend, CRM.standardCapabilities + [Notes()])
    let people = try await people(shop, 3)
    var random = SeededGenerator(seed: 11)
    var model: [(customers: Set<Int>, offset: Int, number: Int)] = []
    for number in 0..<200 {
      let first = Int.random(in: 0..<3, using: &random)
      let also = (0..<3).filter { _ in Bool.random(using: &random) }
      let offset = -Int.random(in: 1...40, using: &random)
      try await shop.crm.write { tx in
        try tx.emit(
          NoteWritten(text: "\(number)"), about: people[first],
          at: tx.now + .seconds(offset), alsoAbout: also.map { people[$0] })
      }
      model.append((Set(also + [first]), offset, number))
    }
    for person in 0..<3 {
      let expected = model.filter { $0.customers.contains(person) }
        .sorted { ($0.offset, $0.number) > ($1.offset, $1.number) }.map { "\($0.number)" }
      for limit in [1, 3, 50, 1_000] {
        var seen: [String] = []
        var place: TimelineCursor?
        repeat {
          let page = try await shop.crm.read { [place] in
            try $0.timeline.entries(
              of: people[person], until: Shop.opening - .seconds(1), after: place, limit: limit)
          }
          #expect(page.items.count <= limit)
          seen += try texts(page.items)
          place = page.next
        } while place != nil
        #expect(seen == expected)
      }
    }
  }

  @Test(
    "Edits of one person within ten minutes of the first stand as one (HC-035)",
    arguments: Backend.allCases)
  func coalescing(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let people = try await people(shop, 3)
    let kim = shop.crm.acting(as: .staff("kim"))
    func rename(_ ids: [Customer.ID], to name: String, by crm: CRM) async throws {
      try await crm.write { tx in
        for id in ids {
          var customer = try tx.customers.get(id)
          customer.name = name
          try tx.customers.update(customer)
        }
      }
    }
    try await rename(people, to: "a", by: shop.crm)
    shop.clock.advance(by: .seconds(3_600))
    try await rename(people, to: "b", by: kim)
    shop.clock.advance(by: .seconds(360))
    try await rename(people, to: "c", by: kim)
    shop.clock.advance(by: .seconds(660))
    try await rename(people, to: "d", by: kim)
    for person in people {
      let entries = try await shop.crm.read {
        try $0.timeline.entries(of: person, until: .latest).items.filter {
          $0.event.actor == .staff("kim")
        }
      }
      #expect(
        entries.map(\.changes) == [
          [FieldChange(field: "name", before: .text("c"), after: .text("d"))],
          [FieldChange(field: "name", before: .text("a"), after: .text("c"))],
        ])
      #expect(
        entries.map(\.occurredAt) == [
          Shop.opening + .seconds(4_620), Shop.opening + .seconds(3_600),
        ])
      let audit = try await shop.crm.read { try $0.events.history(of: person) }
      #expect(audit.filter { $0.actor == .staff("kim") }.count == 3)
    }
  }

  @Test("What is left out for other reasons goes on with no entry", arguments: Backend.allCases)
  func leftOut(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let people = try await people(shop, 2)
    try await shop.crm.write { tx in
      let note = try tx.interactions.record(.note("Twins", on: people[0]))
      try tx.interactions.link(note.id, to: people[1])
      var customer = try tx.customers.get(people[0])
      customer.name = "Another"
      try tx.customers.update(customer)
    }
    let entries = try await shop.crm.read { try $0.timeline.entries(of: people[0]).items }
    #expect(
      entries.map(\.type) == ["customers.updated", "interactions.recorded", "customers.added"])
    #expect(entries.allSatisfy { $0.continuations.isEmpty })
    #expect(entries.map { $0.changes.map(\.field) } == [["name"], [], []])
  }

  @Test("What someone else did in between keeps edits apart", arguments: Backend.allCases)
  func interrupted(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let person = try await people(shop, 1)[0]
    for (name, actor) in [("a", "kim"), ("b", "kim"), ("c", "lee"), ("d", "kim"), ("a", "kim")] {
      shop.clock.advance(by: .seconds(60))
      try await shop.crm.acting(as: .staff(actor)).write { tx in
        var customer = try tx.customers.get(person)
        customer.name = name
        try tx.customers.update(customer)
      }
    }
    let page = try await shop.crm.read { try $0.timeline.entries(of: person, limit: 2) }
    #expect(
      page.items.map(\.changes) == [
        [FieldChange(field: "name", before: .text("c"), after: .text("a"))],
        [FieldChange(field: "name", before: .text("b"), after: .text("c"))],
      ])
    let rest = try await shop.crm.read { try $0.timeline.entries(of: person, after: page.next) }
    #expect(
      rest.items.map(\.changes) == [
        [FieldChange(field: "name", before: .text("Person 0"), after: .text("b"))], [],
      ])
    #expect(rest.next == nil)
  }
}
