import CRMKit
import CRMTesting
import Testing

@Suite("Notes on several customers")
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
}
