import CRMKit
import CRMTesting
import Testing

@Suite("Notes on several customers, and hand-overs")
struct InteractionNoteTests {
  private func subjects(_ shop: Shop, _ customers: [Customer.ID]) async throws -> [[String]] {
    try await shop.crm.read { tx throws in
      try customers.map { try tx.interactions.all(of: $0).map(\.subject) }
    }
  }

  @Test(
    "A note on a person, a company and a deal is on each once, until it is taken off (HC-038)",
    arguments: Backend.allCases)
  func links(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (person, other, company) = try await shop.people()
    let deal = RecordReference("deals", "D-1")
    let note = try await shop.crm.write { tx in
      try tx.interactions.record(
        NewInteraction(
          with: other, through: .phone, .inbound, subject: "Something else"))
      return try tx.interactions.record(
        .note("Wants a discount", on: person, and: [company], about: [deal]))
    }
    #expect(
      try await subjects(shop, [person, company, other])
        == [["Wants a discount"], ["Wants a discount"], ["Something else"]])
    try await shop.crm.read { tx throws in
      #expect(try tx.interactions.page(about: deal).items == [note])
      #expect(try tx.interactions.customers(of: note.id) == [person, company])
      // With its people, a company shows it once.
      #expect(
        try tx.interactions.page(of: [company, person]).items.map(\.subject)
          == ["Wants a discount"])
      for customer in [person, company] {
        let types = try tx.timeline.entries(of: customer).items.map(\.type)
        #expect(types.filter { $0 == "interactions.recorded" }.count == 1)
      }
    }
    try await shop.crm.write { try $0.interactions.unlink(note.id, from: company) }
    #expect(try await subjects(shop, [person, company]) == [["Wants a discount"], []])
    try await shop.crm.read { tx throws in
      #expect(try tx.interactions.page(about: deal).items.map(\.id) == [note.id])
      #expect(try tx.timeline.entries(of: company).items.map(\.type) == ["customers.added"])
      #expect(try tx.interactions.customers(of: note.id) == [person])
    }
    try await shop.crm.write { try $0.interactions.link(note.id, to: company) }
    #expect(
      try await subjects(shop, [person, company]) == [["Wants a discount"], ["Wants a discount"]])
    try await shop.crm.read { tx throws in
      #expect(
        try [person, company].map { try tx.timeline.entries(of: $0).items.map(\.type) } == [
          ["interactions.recorded", "customers.added"],
          ["interactions.recorded", "customers.added"],
        ])
    }
    try await shop.crm.write { try $0.interactions.delete(note.id) }
    #expect(try await subjects(shop, [person, company, other]) == [[], [], ["Something else"]])
    try await shop.crm.read { tx throws in
      #expect(try tx.timeline.entries(of: person).items.map(\.type) == ["customers.added"])
      #expect(try tx.interactions.page(about: deal).items.isEmpty)
      #expect(try tx.timeline.entries(of: company).items.map(\.type) == ["customers.added"])
    }
    let gone = await failure { try await shop.crm.read { try $0.interactions.get(note.id) } }
    #expect(gone?.code == .notFound)
  }

  @Test("Taken off its first customer, a note stays with the next", arguments: Backend.allCases)
  func first(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, firm) = try await shop.people()
    try await shop.crm.write { tx in
      let note = try tx.interactions.record(.note("Twins", on: ada, and: [bob, firm]))
      try tx.interactions.unlink(note.id, from: ada)
      #expect(try tx.interactions.customers(of: note.id) == [bob, firm])
      #expect(try tx.interactions.all(of: ada).isEmpty)
      try tx.interactions.link(note.id, to: ada)
      try tx.interactions.link(note.id, to: ada)
      #expect(try tx.interactions.customers(of: note.id) == [bob, firm, ada])
      #expect(try tx.interactions.get(note.id).furtherCustomers == 2)
      for customer in [bob, firm] { try tx.interactions.unlink(note.id, from: customer) }
      for customer in [ada, bob] {
        #expect(
          refusal { try tx.interactions.unlink(note.id, from: customer) }?.code == .notAllowed)
      }
      #expect(refusal { try tx.interactions.link(note.id, to: .zero) }?.code == .unknownReference)
      #expect(try tx.interactions.customers(of: note.id) == [ada])
    }
  }

  @Test("A hand-over passes all that is open with a customer", arguments: Backend.allCases)
  func handOver(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, _) = try await shop.people()
    let (kim, lee, max) = (Principal.staff("kim"), Principal.staff("lee"), Principal.staff("max"))
    try await shop.crm.write { tx in
      func promise(_ text: String, _ customer: Customer.ID, _ owner: Principal) throws -> Commitment
      {
        try tx.commitments.make(
          NewCommitment(
            .promise, to: customer, text, owner: owner, due: .at(tx.now + .seconds(60))))
      }
      let done = try promise("Done", ada, kim)
      try tx.commitments.close(done.id, as: .kept)
      for (text, customer, owner) in [
        ("One", ada, kim), ("Two", ada, kim), ("Max's", ada, max), ("Bob's", bob, kim),
      ] { _ = try promise(text, customer, owner) }
      let daily = Recurrence(.day, from: tx.today, at: .nine, in: .utc)
      try tx.reminders.set("Call", for: kim, daily, about: ada)
      let met = try tx.needs.state(
        NewNeed(of: ada, "size", "A smaller one", from: .staff, owner: kim))
      try tx.needs.meet(met.id, outcome: "Exchanged")
      for (text, owner) in [("A larger one", kim), ("A red one", max), ("A new one", nil)] {
        try tx.needs.state(NewNeed(of: ada, "size", text, from: .staff, owner: owner))
      }
      let before = try tx.commitments.open(of: ada).items.map(\.id)

      let note = try tx.interactions.handOver(
        ada, from: kim, to: lee, note: "Prefers mornings", content: "And tea.")

      #expect(note.direction == .internal && note.staff == [kim, lee])
      #expect(try tx.interactions.all(of: ada).map(\.subject) == ["Prefers mornings"])
      #expect(try tx.commitments.open(of: ada).items.map(\.id) == before)
      #expect(try tx.commitments.open(ownedBy: lee).items.map(\.text) == ["One", "Two"])
      #expect(try tx.commitments.open(ownedBy: kim).items.map(\.text) == ["Bob's"])
      #expect(try tx.commitments.open(ownedBy: max).items.map(\.text) == ["Max's"])
      #expect(try tx.commitments.get(done.id).owner == kim)
      #expect(try tx.reminders.upcoming(for: lee).items.map(\.text) == ["Call"])
      #expect(try tx.reminders.upcoming(for: kim).items.isEmpty)
      #expect(try tx.needs.open(of: ada).items.map(\.owner) == [nil, max, lee])
      #expect(try tx.needs.get(met.id).owner == kim)
      #expect(try tx.customers.get(ada).owner == lee)
      try tx.interactions.handOver(ada, from: kim, to: max, note: "Not hers to give")
      #expect(try tx.customers.get(ada).owner == lee)
    }
    let events = try await shop.events()
    let handOver = try #require(
      try events.compactMap { try $0.payload(as: CustomerHandedOver.self) }
        .first)
    #expect(handOver.from == kim && handOver.to == lee && handOver.customer == ada)
    let reassigned = events.filter { $0.type == "commitments.reassigned" }
    #expect(reassigned.count == 2 && reassigned.allSatisfy { $0.cause != nil })
    let before = try await shop.exported()
    let error = await failure {
      try await shop.crm.write {
        try $0.interactions.handOver(
          ada, from: kim, to: kim, note: " ", content: "\0")
      }
    }
    #expect(error?.issues.map(\.field) == ["subject", "content", "to"])
    #expect(
      await failure {
        try await shop.crm.write {
          try $0.interactions.handOver(.zero, from: kim, to: lee, note: "Nobody")
        }
      }?.code == .unknownReference)
    #expect(try await shop.exported() == before)
  }
}
