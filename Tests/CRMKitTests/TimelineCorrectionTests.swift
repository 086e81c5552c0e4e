import CRMKit
import CRMTesting
import Testing

@Suite("Contacts that were corrected, on the timeline")
struct TimelineCorrectionTests {
  private func told(_ shop: Shop, _ customer: Customer.ID) async throws -> [String] {
    try await shop.crm.read { tx in
      try tx.timeline.entries(of: customer).items.filter {
        $0.type.hasPrefix("interactions.") && $0.type != "interactions.updated"
      }.map { "\($0.type.dropFirst("interactions.".count)) \($0.occurredAt - Shop.opening)" }
    }
  }

  @Test(
    "A corrected contact stands at its right instant, with everybody", arguments: Backend.allCases)
  func corrected(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, firm) = try await shop.people()
    var contacts: [Interaction] = []
    for second in [-10, -20, -30] {
      contacts.append(
        try await shop.crm.write { tx in
          try tx.interactions.record(
            NewInteraction(
              with: ada, and: [bob], through: .phone, .inbound, subject: "\(second)",
              occurredAt: tx.now + .seconds(second)))
        })
    }
    var wrong = contacts[0]
    wrong.occurredAt = Shop.opening - .seconds(25)
    let right = try await shop.crm.write { [wrong] in try $0.interactions.update(wrong) }
    let expected = [-20, -25, -30].map { "recorded \(Duration.seconds($0))" }
    for customer in [ada, bob] { #expect(try await told(shop, customer) == expected) }
    // What is named later stands there too; what is taken off does not.
    try await shop.crm.write { tx in
      try tx.interactions.link(right.id, to: firm)
      try tx.interactions.unlink(right.id, from: ada)
    }
    #expect(try await told(shop, firm) == [expected[1]])
    #expect(try await told(shop, bob) == expected)
    #expect(try await told(shop, ada) == [expected[0], expected[2]])
    var again = try await shop.crm.read { try $0.interactions.get(right.id) }
    again.occurredAt = Shop.opening - .seconds(5)
    _ = try await shop.crm.write { [again] in try $0.interactions.update(again) }
    #expect(try await told(shop, firm) == ["recorded \(Duration.seconds(-5))"])
    #expect(try await told(shop, bob).first == "recorded \(Duration.seconds(-5))")
    // The event keeps what was recorded.
    let history = try await shop.crm.read { try $0.events.history(of: right.id) }
    #expect(history.first?.occurredAt == Shop.opening - .seconds(10))
    try await shop.crm.write { try $0.interactions.delete(right.id) }
    #expect(try await told(shop, firm).isEmpty)
    #expect(try await told(shop, bob).count == 2)
    #expect(try await shop.crm.verify().isSound)
  }

  @Test(
    "What is planned stands once at its instant, put off or told late", arguments: Backend.allCases)
  func planned(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, _) = try await shop.people()
    let visit = try await shop.crm.write { tx in
      try tx.interactions.plan(
        NewInteraction(
          with: ada, and: [bob], through: .fieldVisit, .outbound, subject: "Visit",
          occurredAt: tx.now + .seconds(10)))
    }
    func move(to second: Int) async throws {
      var edit = try await shop.crm.read { try $0.interactions.get(visit.id) }
      edit.occurredAt = Shop.opening + .seconds(second)
      _ = try await shop.crm.write { [edit] in try $0.interactions.update(edit) }
    }
    func expect(_ expected: [String]) async throws {
      for customer in [ada, bob] {
        #expect(try await told(shop, customer) == expected + ["planned \(Duration.zero)"])
      }
    }
    shop.clock.set(to: Shop.opening + .seconds(15))
    #expect(try await shop.crm.advance().done == 1)
    try await expect(["due \(Duration.seconds(10))"])
    // It did not take place: it is put off, and told when it comes.
    try await move(to: 20)
    try await expect([])
    shop.clock.set(to: Shop.opening + .seconds(30))
    // It took place a little later than planned, and nothing had run.
    try await move(to: 25)
    try await expect(["due \(Duration.seconds(25))"])
    #expect(try await shop.crm.advance().done == 0)
    try await move(to: 22)
    try await expect(["due \(Duration.seconds(22))"])
    try await shop.crm.write { try $0.interactions.delete(visit.id) }
    for customer in [ada, bob] { #expect(try await told(shop, customer).isEmpty) }
  }

  @Test(
    "Who is named later sees a planned contact once, and not before it is told",
    arguments: Backend.allCases)
  func namedLater(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, firm) = try await shop.people()
    let visit = try await shop.crm.write { tx in
      try tx.interactions.plan(
        NewInteraction(
          with: ada, through: .fieldVisit, .outbound, subject: "Visit",
          occurredAt: tx.now + .seconds(10)))
    }
    let planned = "planned \(Duration.zero)"
    shop.clock.set(to: Shop.opening + .seconds(15))
    try await shop.crm.advance()
    try await shop.crm.write { tx in
      var edit = try tx.interactions.get(visit.id)
      edit.occurredAt = Shop.opening + .seconds(20)
      try tx.interactions.update(edit)
      try tx.interactions.link(visit.id, to: bob)
    }
    #expect(try await told(shop, bob) == [planned])
    // Its instant has come, and is still to be told.
    shop.clock.set(to: Shop.opening + .seconds(30))
    try await shop.crm.write { try $0.interactions.link(visit.id, to: firm) }
    for customer in [bob, firm] { #expect(try await told(shop, customer) == [planned]) }
    try await shop.crm.advance()
    let dave = try await shop.crm.write { tx in
      let dave = try tx.customers.add(.person("Dave")).id
      // That the first customer left takes nothing from who is named then.
      try tx.interactions.unlink(visit.id, from: ada)
      try tx.interactions.link(visit.id, to: dave)
      return dave
    }
    for customer in [bob, firm, dave] {
      #expect(try await told(shop, customer) == ["due \(Duration.seconds(20))", planned])
    }
    #expect(try await shop.crm.verify().isSound)
  }

  @Test(
    "Pages of any size agree with a plain sort, whatever is corrected",
    arguments: Histories.of(1...3))
  func pages(backend: Backend, seed: UInt64) async throws {
    let shop = try await Shop(backend, seed: seed)
    let (ada, bob, firm) = try await shop.people()
    let people = [ada, bob, firm]
    var random = SeededGenerator(seed: seed)
    var model: [Interaction.ID: (offset: Int, customers: Set<Customer.ID>)] = [:]
    for _ in 0..<120 {
      let offset = -Int.random(in: 1...20, using: &random)
      let known = model.keys.sorted().randomElement(using: &random)
      let chosen = people.shuffled(using: &random)
      let isNew = Int.random(in: 0...2, using: &random) == 0
      if let known, !isNew {
        let kept = model[known]?.customers ?? []
        try await shop.crm.write { tx in
          var edit = try tx.interactions.get(known)
          edit.occurredAt = tx.now + .seconds(offset)
          try tx.interactions.update(edit)
          if !kept.contains(chosen[0]) { try tx.interactions.link(known, to: chosen[0]) }
          if kept.contains(chosen[0]), kept.count > 1 {
            try tx.interactions.unlink(known, from: chosen[0])
          }
        }
        model[known]?.offset = offset
        if !kept.contains(chosen[0]) {
          model[known]?.customers.insert(chosen[0])
        } else if kept.count > 1 {
          model[known]?.customers.remove(chosen[0])
        }
      } else {
        let others = Array(chosen[1..<Int.random(in: 1...3, using: &random)])
        let new = NewInteraction(
          with: chosen[0], and: others, through: .phone, .inbound, subject: "Hello",
          occurredAt: Shop.opening + .seconds(offset))
        let id = try await shop.crm.write { try $0.interactions.record(new).id }
        model[id] = (offset, Set([chosen[0]] + others))
      }
    }
    for customers in [[ada], [bob], [firm, ada], people] {
      for limit in [1, 7, 1_000] {
        let (seen, isSorted) = try await walk(shop, customers, limit)
        let expected = model.filter { !$0.value.customers.isDisjoint(with: customers) }
        #expect(isSorted)
        #expect(seen.count == expected.count && Set(seen.map(\.0)) == Set(expected.keys))
        #expect(seen.allSatisfy { expected[$0.0]?.offset == $0.1 })
      }
    }
  }

  /// The contacts on timelines, page by page, with their offsets in seconds.
  private func walk(_ shop: Shop, _ customers: [Customer.ID], _ limit: Int) async throws
    -> ([(Interaction.ID, Int)], isSorted: Bool)
  {
    var seen: [(Interaction.ID, Int)] = []
    var instants: [Instant] = []
    var place: TimelineCursor?
    repeat {
      let page = try await shop.crm.read { [place] in
        try $0.timeline.entries(
          of: customers, until: Shop.opening - .seconds(1), after: place, limit: limit)
      }
      for entry in page.items {
        instants.append(entry.occurredAt)
        let contact = try #require(try entry.event.payload(as: InteractionRecorded.self))
        seen.append(
          (contact.interaction, Int((entry.occurredAt - Shop.opening) / .seconds(1))))
      }
      place = page.next
    } while place != nil
    return (seen, instants == instants.sorted(by: >))
  }

  @Test(
    "A company's timeline has its people's contacts where that is asked for, each once (HC-038)",
    arguments: Backend.allCases)
  func members(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, firm) = try await shop.people()
    let deal = RecordReference("deals", "D-1")
    let note = try await shop.crm.write { tx in
      try tx.relationships.add(NewRelationship(ada, .employee, of: firm))
      try tx.interactions.record(
        NewInteraction(with: bob, through: .phone, .inbound, subject: "A stranger's"))
      try tx.interactions.record(
        NewInteraction(with: ada, through: .phone, .inbound, subject: "Hers alone"))
      return try tx.interactions.record(.note("Shared", on: ada, and: [firm], about: [deal]))
    }
    func subjects(_ includesMembers: Bool) async throws -> [String] {
      try await shop.crm.read { tx in
        try tx.timeline.entries(of: firm, includingMembers: includesMembers).items.compactMap {
          try $0.event.payload(as: InteractionRecorded.self).map {
            try tx.interactions.get($0.interaction).subject
          }
        }
      }
    }
    #expect(try await subjects(false) == ["Shared"])
    #expect(try await subjects(true) == ["Shared", "Hers alone"])
    try await shop.crm.write { try $0.interactions.unlink(note.id, from: firm) }
    #expect(try await subjects(false) == [])
    #expect(try await subjects(true) == ["Shared", "Hers alone"])
    #expect(
      try await shop.crm.read { try $0.interactions.page(about: deal).items.map(\.subject) }
        == ["Shared"])
    try await shop.crm.write { try $0.interactions.delete(note.id) }
    #expect(try await subjects(true) == ["Hers alone"])
    #expect(try await shop.crm.read { try $0.interactions.page(about: deal).items.isEmpty })
  }
}
