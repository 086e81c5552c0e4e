import CRMKit
import Testing

@Suite("What to do at a contact")
struct SuggestedActionTests {
  private static let kim = Principal.staff("kim")

  @Test("The most pressing comes first, each with its reason", arguments: Backend.allCases)
  func order(backend: Backend) async throws {
    let shop = try await Shop(
      backend, CRM.standardCapabilities.replacing(Facts(wanted: ["language", "phones"])))
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.orders.place(
        NewOrder(
          number: "7", customer: ada.id, lines: [.init(item.id, amount: Money("9.99", .usd))],
          promisedAt: tx.now + .seconds(100)))
      for (text, seconds) in [("Call back", 50), ("Send the list", 9_000)] {
        try tx.commitments.make(
          NewCommitment(
            .promise, to: ada.id, text, owner: Self.kim, due: .at(tx.now + .seconds(seconds))))
      }
      try tx.needs.state(NewNeed(of: ada.id, "repair", "A new needle", from: .staff))
      try tx.facts.assert("en", for: Customer.fields.language, of: ada.id, from: .staff)
    }
    shop.clock.advance(by: .seconds(200))
    try await shop.crm.write { tx in
      _ = try tx.interactions.record(
        NewInteraction(with: ada.id, through: .phone, .inbound, subject: "Where is it?"))
    }
    let file = try await shop.crm.read { try $0.customers.file(of: ada.id) }
    #expect(
      file.actions.map(\.kind) == [
        .keepOverdue, .explainDelay, .reply, .keep, .meetNeed, .ask, .planContact,
      ])
    #expect(file.nextBestAction == file.actions.first)
    #expect(
      file.nextBestAction?.reason
        == "The promise “Call back” has been due since \(Shop.opening + .seconds(50)).")
    #expect(file.actions.first?.about == file.commitments.first.map { RecordReference($0.id) })
    #expect(file.actions[1].reason.hasPrefix("Order 7 was promised for "))
    #expect(file.actions[5].field == "phones")
    #expect(file.worthAsking.map(\.field) == ["phones"])
    shop.clock.advance(by: .seconds(400 * 86_400))
    let later = try await shop.crm.read { try $0.customers.file(of: ada.id) }
    #expect(later.worthAsking.map(\.field) == ["phones", "language"])
    #expect(later.actions.filter { $0.kind == .keepOverdue }.count == 2)
  }

  @Test("Nothing is left to do where all is done", arguments: Backend.allCases)
  func nothing(backend: Backend) async throws {
    let shop = try await Shop(backend, CRM.standardCapabilities.replacing(Facts(wanted: [])))
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      // An order is a contact, and asks for no reply.
      try tx.orders.place(
        NewOrder(
          number: "7", customer: ada.id, lines: [.init(item.id, amount: Money("9.99", .usd))]))
    }
    let idle = try await shop.crm.read { try $0.customers.file(of: ada.id) }
    #expect(idle.actions.map(\.kind) == [.planContact])
    try await shop.crm.write { tx in
      try tx.interactions.record(
        NewInteraction(
          with: ada.id, through: .phone, .inbound, subject: "Hello", outcome: "A chat"))
      try tx.interactions.plan(
        NewInteraction(
          with: ada.id, through: .phone, .outbound, subject: "Call",
          occurredAt: tx.now + .seconds(60)))
    }
    let done = try await shop.crm.read { try $0.customers.file(of: ada.id) }
    #expect(done.nextBestAction == nil && done.actions.isEmpty && done.worthAsking.isEmpty)
  }

  @Test("The last contact is found behind many notes", arguments: Backend.allCases)
  func notes(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let ada = try await shop.crm.write { tx in
      let ada = try tx.customers.add(.person("Ada"))
      try tx.interactions.record(
        NewInteraction(with: ada.id, through: .phone, .inbound, subject: "Hello"))
      for number in 0..<5 { try tx.interactions.record(.note("Note \(number)", on: ada.id)) }
      return ada.id
    }
    for latest in [0, 1, 5, 6] {
      let file = try await shop.crm.read { try $0.customers.file(of: ada, latest: latest) }
      #expect(file.lastContact?.subject == "Hello", "\(latest)")
    }
  }
}
