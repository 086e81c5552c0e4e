import CRMKit
import CRMTesting
import Testing

@Suite("Interactions, past and planned")
struct InteractionPlanTests {
  @Test(
    "A contact counts from its own instant on, by time alone (HC-037)",
    arguments: Backend.allCases)
  func lastContact(backend: Backend) async throws {
    let shop = try await Shop(backend, at: instant("2026-03-10T12:00:00Z"))
    let (ada, _, _) = try await shop.people()
    try await shop.crm.write { tx in
      try tx.interactions.record(
        NewInteraction(
          with: ada, through: .phone, .inbound, subject: "A call",
          occurredAt: instant("2026-01-20T09:00:00Z")))
      try tx.interactions.record(
        NewInteraction(
          with: ada, through: .fieldVisit, .outbound, subject: "A meeting",
          occurredAt: instant("2026-02-01T10:00:00Z")))
      try tx.interactions.plan(
        NewInteraction(
          with: ada, through: .fieldVisit, .outbound, subject: "The next meeting",
          occurredAt: instant("2026-04-01T10:00:00Z")))
      let last = try #require(try tx.interactions.lastContact(of: ada))
      #expect(last.occurredAt == instant("2026-02-01T10:00:00Z"))
      #expect(last.recordedAt == instant("2026-03-10T12:00:00Z"))
      #expect(last.isPlanned == false)
      let next = try #require(try tx.interactions.nextContact(of: ada))
      #expect(next.subject == "The next meeting" && next.isPlanned)
      #expect(try tx.interactions.nextContact(of: ada, direction: .inbound) == nil)
      #expect(try tx.interactions.lastContact(of: ada, direction: .inbound)?.subject == "A call")
      // The timeline has what was recorded late at its own place.
      #expect(
        try tx.timeline.entries(of: ada).items.map(\.type) == [
          "interactions.planned", "customers.added", "interactions.recorded",
          "interactions.recorded",
        ])
      #expect(
        try tx.interactions.all(of: ada).map(\.subject)
          == ["The next meeting", "A meeting", "A call"])
    }
    shop.clock.set(to: instant("2026-04-01T09:59:59.999Z"))
    #expect(
      try await shop.crm.read { try $0.interactions.lastContact(of: ada)?.subject } == "A meeting")
    shop.clock.set(to: instant("2026-04-01T10:00:00Z"))
    try await shop.crm.read { tx throws in
      #expect(try tx.interactions.lastContact(of: ada)?.subject == "The next meeting")
      #expect(try tx.interactions.nextContact(of: ada) == nil)
    }
    // The agenda tells of it, at its instant and once.
    #expect(try await shop.crm.advance().done == 1)
    #expect(try await shop.crm.advance().done == 0)
    let due = try await shop.crm.read { try $0.timeline.entries(of: ada, limit: 1).items.first }
    #expect(due?.type == "interactions.due")
    #expect(due?.occurredAt == instant("2026-04-01T10:00:00Z"))
  }

  @Test("What is planned can be put off and called off", arguments: Backend.allCases)
  func changes(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, _) = try await shop.people()
    let meeting = try await shop.crm.write { tx in
      try tx.interactions.plan(
        NewInteraction(
          with: ada, and: [bob], through: .store, .inbound, subject: "A fitting",
          occurredAt: tx.now + .seconds(100)))
    }
    try await shop.crm.write { tx in
      var later = meeting
      later.occurredAt = tx.now + .seconds(200)
      try tx.interactions.update(later)
      #expect(try tx.agenda.upcoming(for: ada).map(\.due) == [tx.now + .seconds(200)])
      for customer in [ada, bob] {
        let next = try tx.interactions.nextContact(of: customer)
        #expect(next?.occurredAt == tx.now + .seconds(200))
      }
    }
    #expect(try await shop.crm.advance(to: Shop.opening + .seconds(150)).done == 0)
    try await shop.crm.write { tx in
      try tx.interactions.delete(meeting.id)
      #expect(try tx.agenda.upcoming(for: ada).isEmpty)
      for customer in [ada, bob] {
        #expect(try tx.interactions.nextContact(of: customer) == nil)
        #expect(try tx.interactions.all(of: customer).isEmpty)
      }
    }
    #expect(try await shop.crm.advance(to: .latest).done == 0)
  }

  @Test("A plan needs an instant to come", arguments: Backend.allCases)
  func needsInstant(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _, _) = try await shop.people()
    let before = try await shop.exported()
    for occurredAt in [nil, Shop.opening, Shop.opening - .seconds(1)] as [Instant?] {
      let error = await failure {
        try await shop.crm.write {
          try $0.interactions.plan(
            NewInteraction(
              with: ada, through: .phone, .outbound, subject: "", occurredAt: occurredAt))
        }
      }
      #expect(error?.issues.map(\.field) == ["subject", "occurred_at"])
    }
    #expect(try await shop.exported() == before)
  }

  @Test(
    "What a fast clock recorded ahead of time is not planned", arguments: Backend.allCases)
  func aheadOfTime(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, _) = try await shop.people()
    try await shop.crm.write { tx in
      var new = NewInteraction(
        with: ada, and: [bob], through: .phone, .inbound, subject: "Called",
        occurredAt: tx.now + .seconds(3_600))
      try tx.interactions.record(new)
      for customer in [ada, bob] {
        #expect(try tx.interactions.nextContact(of: customer) == nil)
        #expect(try tx.interactions.nextContact(of: customer, direction: .inbound) == nil)
      }
      new.occurredAt = tx.now + .seconds(7_200)
      let meeting = try tx.interactions.plan(new)
      for customer in [ada, bob] {
        #expect(try tx.interactions.nextContact(of: customer) == meeting)
      }
    }
  }

  @Test("A note among staff is no contact", arguments: Backend.allCases)
  func notes(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, _) = try await shop.people()
    try await shop.crm.write { tx in
      try tx.interactions.record(.note("Likes jazz", on: ada, and: [bob]))
      try tx.interactions.plan(
        NewInteraction(
          with: ada, and: [bob], through: .note, .internal, subject: "Talk about them",
          occurredAt: tx.now + .seconds(60)))
      for customer in [ada, bob] {
        for direction in [nil, .internal] as [Interaction.Direction?] {
          #expect(try tx.interactions.lastContact(of: customer, direction: direction) == nil)
          #expect(try tx.interactions.nextContact(of: customer, direction: direction) == nil)
        }
      }
    }
  }

  @Test("The last and next contact of those who take part further", arguments: Backend.allCases)
  func participants(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, firm) = try await shop.people()
    try await shop.crm.write { tx in
      for (seconds, customer, others) in [
        (-300, ada, [bob]), (-200, bob, []), (-100, firm, [ada]),
      ] as [(Int, Customer.ID, [Customer.ID])] {
        try tx.interactions.record(
          NewInteraction(
            with: customer, and: others, through: .phone, .inbound, subject: "\(seconds)",
            occurredAt: tx.now + .seconds(seconds)))
      }
      for (seconds, customer, others) in [
        (300, ada, [bob]), (200, bob, []), (100, firm, [ada]),
      ] as [(Int, Customer.ID, [Customer.ID])] {
        try tx.interactions.plan(
          NewInteraction(
            with: customer, and: others, through: .phone, .inbound, subject: "\(seconds)",
            occurredAt: tx.now + .seconds(seconds)))
      }
      for (customer, last, next) in [(ada, "-100", "100"), (bob, "-200", "200")] {
        #expect(try tx.interactions.lastContact(of: customer)?.subject == last)
        #expect(try tx.interactions.nextContact(of: customer)?.subject == next)
      }
    }
  }

  @Test(
    "Who is next after the first customer left is the one it is scheduled about",
    arguments: Backend.allCases)
  func firstLeaves(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, _) = try await shop.people()
    let visit = try await shop.crm.write {
      try $0.interactions.plan(
        NewInteraction(
          with: ada, and: [bob], through: .fieldVisit, .outbound, subject: "Visit",
          occurredAt: Shop.opening + .seconds(60)))
    }
    try await shop.crm.write { try $0.interactions.unlink(visit.id, from: ada) }
    let scheduled = try await shop.crm.read {
      (try $0.agenda.upcoming(for: ada).count, try $0.agenda.upcoming(for: bob).map(\.due))
    }
    #expect(scheduled.0 == 0)
    #expect(scheduled.1 == [visit.occurredAt])
  }

  @Test(
    "An instant that came is told though the contact was changed before it was",
    arguments: Backend.allCases)
  func changedBeforeTold(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _, _) = try await shop.people()
    var call = try await shop.crm.write {
      try $0.interactions.plan(
        NewInteraction(
          with: ada, through: .phone, .inbound, subject: "Call",
          occurredAt: Shop.opening + .seconds(60)))
    }
    shop.clock.set(to: Shop.opening + .seconds(61))
    call.direction = .outbound
    try await shop.crm.write { [call] in _ = try $0.interactions.update(call) }
    let report = try await shop.crm.advance()
    #expect(report.done == 1)
    #expect(try await shop.events().last?.type == InteractionDue.name)
  }
}
