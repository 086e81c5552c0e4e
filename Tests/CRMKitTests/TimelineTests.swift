import CRMKit
import CRMTesting
import Testing

@Suite("Interactions")
struct InteractionTests {
  @Test("An order is a contact, through the channel of who placed it", arguments: Backend.allCases)
  func orders(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let placedAt = Shop.opening - .seconds(60)
    for (number, crm) in [
      ("1", shop.crm), ("2", shop.crm.acting(as: .staff("kim"), through: .phone)),
      ("3", shop.crm.acting(as: .integration("till"), through: Channel(rawValue: "kiosk"))),
    ] {
      try await crm.write { tx in
        try tx.orders.place(
          NewOrder(
            number: number, customer: ada.id,
            lines: [.init(item.id, amount: Money("9.99", .usd))], placedAt: placedAt))
      }
    }
    let contacts = try await shop.crm.read { try $0.interactions.all(of: ada.id) }
    let channels = try await shop.crm.read { tx in
      try ["1", "2", "3"].map { number in
        let order = try #require(try tx.orders.find(number: number))
        return try tx.interactions.page(about: RecordReference(order.id)).items.map(\.channel)
      }
    }
    #expect(channels == [[.web], [.phone], [Channel(rawValue: "kiosk")]])
    #expect(contacts.allSatisfy { $0.occurredAt == placedAt && $0.recordedAt == Shop.opening })
    #expect(contacts.allSatisfy { $0.direction == .inbound })
  }

  @Test("What is no contact is refused", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let before = try await shop.exported()
    for (subject, occurredAt, fields) in [
      (" ", nil, ["subject"]), ("a\0b", nil, ["subject"]),
      (String(repeating: "x", count: 100_000), .latest, ["subject", "occurred_at"]),
      ("A call", Shop.opening + .seconds(86_401), ["occurred_at"]),
    ] as [(String, Instant?, [String])] {
      let error = await failure {
        try await shop.crm.write {
          try $0.interactions.record(
            NewInteraction(
              with: ada.id, through: .phone, .inbound, subject: subject, occurredAt: occurredAt))
        }
      }
      #expect(error?.code == .invalid)
      #expect(error?.issues.map(\.field) == fields)
    }
    for new in [
      NewInteraction(with: ada.id, through: Channel(rawValue: "\0"), .inbound, subject: "A"),
      NewInteraction(with: ada.id, through: .phone, .inbound, subject: "A", outcome: "\0"),
    ] {
      let error = await failure { try await shop.crm.write { try $0.interactions.record(new) } }
      #expect(error?.code == .invalid)
    }
    #expect(try await shop.exported() == before)
  }

  @Test("Contacts come latest first, by when they happened", arguments: Backend.allCases)
  func listing(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    try await shop.crm.write { tx in
      for day in [2, 0, 1] {
        try tx.interactions.record(
          NewInteraction(
            with: ada.id, through: .phone, .outbound, subject: "Day \(day)",
            occurredAt: tx.now - .seconds(day * 86_400)))
      }
      #expect(try tx.interactions.all(of: ada.id).map(\.subject) == ["Day 0", "Day 1", "Day 2"])
      #expect(try tx.interactions.all(of: ada.id, limit: 1).map(\.subject) == ["Day 0"])
      #expect(
        try tx.interactions.all(of: ada.id, until: tx.now - .seconds(86_400)).map(\.subject)
          == ["Day 1", "Day 2"])
      #expect(try tx.interactions.count(where: { $0.direction == .outbound }) == 3)
    }
  }
}

@Suite("The timeline")
struct TimelineTests {
  /// A customer with notes on the days before the opening, and another one's among them.
  private func history(_ backend: Backend, days: Int) async throws -> (Shop, Customer.ID) {
    let shop = try await Shop(backend, Notes().andStandard)
    let (ada, _) = try await shop.furnished()
    try await shop.crm.write { tx in
      let bob = try tx.customers.add(.person("Bob"), at: .earliest)
      for day in 1...days {
        let instant = tx.now - .seconds(day * 86_400)
        try tx.emit(NoteWritten(text: "\(day)"), about: ada.id, at: instant)
        try tx.emit(NoteWritten(text: "Bob's"), about: bob.id, at: instant)
        try tx.emit(NoteWritten(text: "nobody's"), at: instant)
      }
    }
    return (shop, ada.id)
  }

  private func texts(_ entries: [TimelineEntry]) throws -> [String] {
    try entries.map { try $0.event.payload(as: NoteWritten.self)?.text ?? $0.type }
  }

  @Test("It has what happened with one customer, the latest first", arguments: Backend.allCases)
  func order(backend: Backend) async throws {
    let (shop, ada) = try await history(backend, days: 5)
    let page = try await shop.crm.read { try $0.timeline.entries(of: ada) }
    #expect(try texts(page.items) == ["customers.added", "1", "2", "3", "4", "5"])
    #expect(page.next == nil)
  }

  @Test("As of an instant it has what had happened by then", arguments: Backend.allCases)
  func asOf(backend: Backend) async throws {
    let (shop, ada) = try await history(backend, days: 5)
    for (milliseconds, expected) in [
      (0, ["3", "4", "5"]), (-1, ["4", "5"]), (1, ["3", "4", "5"]),
    ] {
      let end = Shop.opening - .seconds(3 * 86_400) + .milliseconds(milliseconds)
      let items = try await shop.crm.read { try $0.timeline.entries(of: ada, until: end).items }
      #expect(try texts(items) == expected)
    }
    #expect(
      try await shop.crm.read { try $0.timeline.entries(of: ada, until: .earliest).items.isEmpty })
    #expect(try await shop.crm.read { try $0.timeline.entries(of: .zero).items.isEmpty })
  }

  @Test(
    "Pages have neither gaps nor repeats while entries are put in before them (HC-040)",
    arguments: Backend.allCases)
  func paging(backend: Backend) async throws {
    let (shop, ada) = try await history(backend, days: 120)
    var seen: [String] = []
    var place: TimelineCursor?
    var pages = 0
    repeat {
      let page = try await shop.crm.read { [place] in
        try $0.timeline.entries(of: ada, after: place, limit: 50)
      }
      seen += try texts(page.items)
      place = page.next
      pages += 1
      try await shop.crm.write { tx in
        // Back-dated into the range of the first page.
        for day in [1, 20, 40] {
          try tx.emit(NoteWritten(text: "late"), about: ada, at: tx.now - .seconds(day * 86_400))
        }
      }
    } while place != nil
    #expect(pages == 3)
    #expect(seen == ["customers.added"] + (1...120).map(String.init))
  }

  @Test("Entries of one instant are told apart by their number", arguments: Backend.allCases)
  func ties(backend: Backend) async throws {
    let (shop, ada) = try await history(backend, days: 1)
    try await shop.crm.write { tx in
      for number in 1...20 {
        try tx.emit(NoteWritten(text: "tie \(number)"), about: ada, at: .earliest)
      }
    }
    var seen: [String] = []
    var place: TimelineCursor?
    repeat {
      let page = try await shop.crm.read { [place] in
        try $0.timeline.entries(of: ada, until: .earliest, after: place, limit: 3)
      }
      seen += try texts(page.items)
      place = page.next
    } while place != nil
    #expect(seen == (1...20).reversed().map { "tie \($0)" })
  }
}
