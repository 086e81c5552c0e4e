import CRMKit
import CRMTesting
import Testing

@Suite("A customer's whole file")
struct WholeFileTests {
  @Test(
    "It has who this is, what was said and bought, and what is open", arguments: Backend.allCases)
  func contents(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let kim = Principal.staff("kim")
    let (acme, visit) = try await shop.crm.acting(as: kim, through: .phone).write { tx in
      let acme = try tx.customers.add(.organisation("Acme"))
      try tx.relationships.add(NewRelationship(ada.id, .employee, of: acme.id))
      try tx.orders.place(
        NewOrder(
          number: "1", customer: ada.id,
          lines: [.init(item.id, quantity: 2, amount: try Money("19.98", .usd))],
          placedAt: tx.now - .seconds(3_600), promisedAt: tx.now + .seconds(86_400)))
      try tx.interactions.record(
        NewInteraction(with: ada.id, through: .phone, .inbound, subject: "Asked about vinyl"))
      try tx.interactions.record(.note("Still likes vinyl", on: acme.id, and: [ada.id]))
      let visit = try tx.interactions.plan(
        NewInteraction(
          with: ada.id, through: .fieldVisit, .outbound, subject: "Show the new record",
          occurredAt: tx.now + .seconds(7 * 86_400)))
      try tx.commitments.make(
        NewCommitment(
          .promise, to: ada.id, "Send the catalogue", owner: kim,
          due: .at(tx.now + .seconds(3_600))))
      return (acme, visit)
    }
    let file = try await shop.crm.read { try $0.customers.file(of: ada.id) }
    #expect(file.customer == ada)
    #expect(file.relationships.map { "\($0.name) \($0.other.name)" } == ["employee of Acme"])
    #expect(file.timeline.first?.type == "commitments.made")
    #expect(
      Set(file.timeline.map(\.type)) == [
        "customers.added", "relationships.added", "orders.placed", "interactions.recorded",
        "interactions.planned", "commitments.made",
      ])
    #expect(
      file.interactions.map(\.subject) == [
        "Still likes vinyl", "Asked about vinyl", "Placed an order",
      ])
    #expect(file.lastContact?.subject == "Asked about vinyl")
    #expect(file.nextContact == visit)
    #expect(file.orders.map(\.number) == ["1"])
    #expect(file.purchases.map(\.revenue.description) == ["19.98 USD"])
    #expect(file.commitments.map(\.text) == ["Send the catalogue"])
    #expect(Set(file.scheduled.map(\.task)).contains("orders.delivery_promise"))
    let employer = try await shop.crm.read { try $0.customers.file(of: acme.id) }
    #expect(employer.relationships.map { "\($0.name) \($0.other.name)" } == ["employer of Ada"])
    #expect(employer.orders.isEmpty && employer.lastContact == nil)
    let missing = await failure { try await shop.crm.read { try $0.customers.file(of: .zero) } }
    #expect(missing?.code == .notFound)
  }

  @Test("It asks no oftener for much than for little", arguments: Backend.allCases)
  func questions(backend: Backend) async throws {
    let storage = CountingStorage(backend.makeStore().storage)
    let crm = try await CRM(
      storage: storage, clock: TestClock(Shop.opening), identifiers: .seeded(1))
    let (plain, busy) = try await crm.write { tx in
      (try tx.customers.add(.person("Plain")).id, try tx.customers.add(.person("Busy")).id)
    }
    try await crm.write { tx in
      let item = try tx.catalogue.add(sku: "a", name: "A")
      for customer in [plain, busy] {
        for number in 0..<(customer == busy ? 60 : 1) {
          let other = try tx.customers.add(.person("Other \(number)")).id
          try tx.relationships.add(NewRelationship(customer, .colleague, of: other))
          try tx.orders.place(
            NewOrder(
              number: "\(customer) \(number)", customer: customer,
              lines: [.init(item.id, amount: try Money("1.00", .eur))],
              promisedAt: tx.now + .seconds(86_400 + number)))
          try tx.commitments.make(
            NewCommitment(
              .followUp, to: customer, "Call", owner: .staff("kim"),
              due: .at(tx.now + .seconds(60 * number + 60))))
          try tx.interactions.record(
            NewInteraction(with: customer, through: .email, .inbound, subject: "\(number)"))
          try tx.contributions.ask(customer, "\(number)?")
          try tx.interactions.record(
            .note(
              "Note \(number)", on: number % 2 == 0 ? customer : other,
              and: [
                number % 2 == 0 ? other : customer
              ]))
          var file = try tx.customers.get(customer)
          file.background = "\(number)"
          try tx.customers.update(file)
        }
      }
    }
    _ = storage.take()
    let little = try await crm.read { try $0.customers.file(of: plain) }
    let few = storage.take()
    let much = try await crm.read { try $0.customers.file(of: busy) }
    #expect(storage.take() <= few)
    #expect(few <= 26)
    #expect(little.orders.count == 1)
    #expect(much.orders.count == 20 && much.relationships.count == 20)
    #expect(much.commitments.count == 20 && much.scheduled.count == 20)
    #expect(much.interactions.count == 20 && much.contributions.count == 20)
    #expect(little.unanswered != nil && much.unanswered != nil)
  }

  @Test("Capabilities that are left out leave their part empty", arguments: Backend.allCases)
  func parts(backend: Backend) async throws {
    let shop = try await Shop(backend, [Customers()])
    let ada = try await shop.crm.write { try $0.customers.add(.person("Ada")) }
    let file = try await shop.crm.read { try $0.customers.file(of: ada.id) }
    #expect(file.customer == ada)
    #expect(file.timeline.map(\.type) == ["customers.added"])
    #expect(file.orders.isEmpty && file.commitments.isEmpty && file.relationships.isEmpty)
    #expect(file.interactions.isEmpty)
  }
}
