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
        NewInteraction(with: ada.id, through: .email, .inbound, subject: "Where is it?"))
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

  @Test("Who waits for a reply is who waits for an answer", arguments: Backend.allCases)
  func replies(backend: Backend) async throws {
    let shop = try await Shop(backend, CRM.standardCapabilities.replacing(Facts(wanted: [])))
    let (ada, bob, firm) = try await shop.people()
    func check(_ customer: Customer.ID, _ contact: Interaction?) async throws {
      let (file, times) = try await shop.crm.read { tx in
        (
          try tx.customers.file(of: customer),
          try tx.responses.times(from: .earliest, to: .latest, of: customer)
        )
      }
      let replies = file.actions.filter { $0.kind == .reply }
      #expect(file.unanswered == contact)
      #expect(replies.map(\.about) == (contact.map { [RecordReference($0.id)] } ?? []))
      let open = times.filter { $0.status == .open }.contains {
        if case .contact = $0.request { true } else { false }
      }
      #expect(open == (contact != nil))
    }
    func record(_ new: NewInteraction) async throws -> Interaction {
      shop.clock.advance(by: .seconds(60))
      return try await shop.crm.write { try $0.interactions.record(new) }
    }
    _ = try await record(.init(with: ada, through: .phone, .inbound, subject: "Called"))
    try await check(ada, nil)
    _ = try await record(
      .init(with: ada, through: .email, .inbound, subject: "Thanks", expectsAnswer: false))
    try await check(ada, nil)
    let missed = try await record(
      .init(with: ada, through: .phone, .inbound, subject: "Missed", expectsAnswer: true))
    _ = try await record(.note("She called", on: ada))
    try await check(ada, missed)
    _ = try await record(.init(with: ada, through: .email, .outbound, subject: "Hello"))
    try await check(ada, nil)
    // A question noted of it stands in its place, whosever it is.
    let mail = try await record(
      .init(with: firm, and: [bob], through: .email, .inbound, subject: "When?"))
    try await check(firm, mail)
    try await check(bob, nil)
    try await shop.crm.write { tx in
      _ = try tx.commitments.make(
        NewCommitment(
          .question, to: bob, "When?", owner: Self.kim, due: .at(tx.now), in: mail.id))
    }
    try await check(firm, nil)
    let all = try await shop.crm.read { try $0.responses.times(from: .earliest, to: .latest) }
    #expect(all.filter { $0.status == .open }.map(\.customer) == [bob])
  }

  @Test(
    "What is late is late by either date, behind however many newer", arguments: Backend.allCases)
  func late(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      func place(_ number: String, promised: Int?, requested: Int?) throws -> Order {
        func instant(_ seconds: Int?) -> Instant? { seconds.map { Shop.opening + .seconds($0) } }
        return try tx.orders.place(
          NewOrder(
            number: number, customer: ada.id, lines: [.init(item.id, amount: .zero(.usd))],
            requestedAt: instant(requested), promisedAt: instant(promised)))
      }
      _ = try place("promised", promised: 50, requested: 900)
      _ = try place("asked for", promised: 900, requested: 40)
      try tx.orders.deliver(try place("delivered", promised: 10, requested: 10).id)
      for number in 0..<25 { _ = try place("\(number)", promised: 900, requested: nil) }
      for number in 0..<25 {
        try tx.commitments.make(
          NewCommitment(
            .followUp, to: ada.id, "\(number)", owner: Self.kim,
            due: .at(tx.now + .seconds(800))))
      }
      try tx.commitments.make(
        NewCommitment(
          .promise, to: ada.id, "Call", owner: Self.kim, due: .at(tx.now + .seconds(900)),
          requested: .at(tx.now + .seconds(60))))
    }
    shop.clock.advance(by: .seconds(100))
    let file = try await shop.crm.read { try $0.customers.file(of: ada.id) }
    #expect(file.lateOrders.map(\.number) == ["asked for", "promised"])
    let pressing = file.actions.filter { [.keepOverdue, .explainDelay].contains($0.kind) }
    #expect(
      pressing.map(\.reason) == [
        "The promise “Call” was asked for by \(Shop.opening + .seconds(60)).",
        "Order asked for was asked for by \(Shop.opening + .seconds(40)) and is placed.",
        "Order promised was promised for \(Shop.opening + .seconds(50)) and is placed.",
      ])
  }

  @Test("What a customer gave is decided on and told of", arguments: Backend.allCases)
  func contributions(backend: Backend) async throws {
    let shop = try await Shop(backend, CRM.standardCapabilities.replacing(Facts(wanted: [])))
    let (ada, _, _) = try await shop.people()
    let (asked, idea) = try await shop.crm.write { tx in
      (
        try tx.contributions.ask(ada, "Is it bright?", due: .at(tx.now + .seconds(60))),
        try tx.contributions.give(NewContribution(from: ada, .idea, "A dimmer"))
      )
    }
    func actions() async throws -> [SuggestedAction] {
      try await shop.crm.read { try $0.customers.file(of: ada).actions }
    }
    #expect(try await actions().map(\.kind) == [.decide, .hearAnswer, .planContact])
    #expect(
      try await actions()[1].reason
        == "The customer was asked “Is it bright?” at \(Shop.opening), to answer by "
        + "\(Shop.opening + .seconds(60)).")
    try await shop.crm.write { tx in
      try tx.contributions.answer(asked.id, "Very")
      try tx.contributions.decide(asked.id, isUsed: false, outcome: "No change")
      try tx.contributions.tell(asked.id)
      try tx.contributions.decide(idea.id, isUsed: true, outcome: "On sale")
    }
    #expect(try await actions().map(\.kind) == [.tellOutcome, .planContact])
    #expect(
      try await actions()[0].reason
        == "The customer has not heard what became of “A dimmer”: On sale.")
    let file = try await shop.crm.read { try $0.customers.file(of: ada) }
    #expect(file.contributions.map(\.id) == [idea.id])
  }
}
