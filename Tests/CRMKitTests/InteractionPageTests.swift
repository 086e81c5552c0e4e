import CRMKit
import CRMTesting
import Testing

@Suite("Contacts of several customers as one list")
struct InteractionPageTests {
  /// A firm and many people of it, with contacts at few instants, so that there are ties.
  private func firm(_ backend: Backend, people: Int, contacts: Int) async throws -> (
    shop: Shop, customers: [Customer.ID]
  ) {
    let shop = try await Shop(backend)
    let customers = try await shop.crm.write { tx in
      let customers = try (0..<people).map { try tx.customers.add(.person("\($0)")).id }
      for number in 0..<contacts {
        let others = number % 3 == 0 ? [customers[(number + 1) % people]] : []
        try tx.interactions.record(
          NewInteraction(
            with: customers[number % people], and: others, through: .phone, .inbound,
            subject: "\(number)", occurredAt: tx.now - .seconds(number / 10)))
      }
      return customers
    }
    return (shop, customers)
  }

  @Test(
    "Pages of any size show each contact once, in one order", arguments: Backend.allCases,
    [1, 7, 50, 1_000, .max])
  func pages(backend: Backend, limit: Int) async throws {
    let (shop, customers) = try await firm(backend, people: 12, contacts: 200)
    try await shop.crm.read { tx throws in
      let all = try tx.records(of: Interaction.self).all().sorted {
        ($0.occurredAt, $0.id) > ($1.occurredAt, $1.id)
      }
      var seen: [Interaction] = []
      var place: InteractionCursor?
      repeat {
        let page = try tx.interactions.page(of: customers + customers, after: place, limit: limit)
        seen += page.items
        place = page.next
      } while place != nil
      #expect(seen == all)
    }
  }

  @Test("What comes in before a place does not move it", arguments: Backend.allCases)
  func insertions(backend: Backend) async throws {
    let (shop, customers) = try await firm(backend, people: 3, contacts: 60)
    let expected = try await shop.crm.read {
      try $0.interactions.page(of: customers, limit: 100).items.map(\.id)
    }
    var seen: [Interaction.ID] = []
    var place: InteractionCursor?
    repeat {
      let page = try await shop.crm.read { [place] in
        try $0.interactions.page(of: customers, after: place, limit: 20)
      }
      seen += page.items.map(\.id)
      place = page.next
      try await shop.crm.write { tx in
        for customer in customers {
          try tx.interactions.record(
            NewInteraction(with: customer, through: .phone, .inbound, subject: "Late"))
        }
        // The contact at the place itself may go.
        if seen.count == 20, let last = seen.last { try tx.interactions.delete(last) }
      }
    } while place != nil
    #expect(seen == expected)
  }

  @Test("As of an instant, and of nobody", arguments: Backend.allCases)
  func edges(backend: Backend) async throws {
    let (shop, customers) = try await firm(backend, people: 3, contacts: 60)
    try await shop.crm.read { tx throws in
      let end = tx.now - .seconds(3)
      #expect(try tx.interactions.page(of: customers, until: end, limit: 100).items.count == 30)
      #expect(try tx.interactions.page(of: [], limit: 100).items.isEmpty)
      #expect(try tx.interactions.page(of: [.zero], limit: 100).items.isEmpty)
      #expect(try tx.interactions.page(of: customers, limit: 0).items.isEmpty)
      #expect(
        refusal { try tx.interactions.page(of: customers, limit: -1) }?.code == .invalidQuery)
      #expect(try tx.interactions.all(of: customers[0], until: end, limit: 2).count == 2)
      let exact = try tx.interactions.page(of: customers, limit: 60)
      #expect(exact.items.count == 60 && exact.next == nil)
    }
  }
}
