import CRMKit
import CRMTesting
import Testing

/// What customers need, and what came of it.
@Suite("Needs", .timeLimit(.minutes(30)))
struct NeedTests {
  private func need(
    _ customer: Customer.ID, _ category: String = "storage", at instant: Instant? = nil
  ) -> NewNeed {
    NewNeed(
      of: customer, category, "More room for bicycles", language: "en", from: .channel(.phone),
      statedAt: instant)
  }

  @Test("A need is open until it is met, and says how", arguments: Backend.allCases)
  func met(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let day: Int = 86_400
    let needs = try await shop.crm.write { tx in
      try (1...3).map { try tx.needs.state(need(ada.id, at: tx.now - .seconds($0 * day))) }
    }
    #expect(needs[0].status == .unmet && needs[0].kind == .present && needs[0].owner == nil)
    #expect(needs[0].source == .channel(.phone) && needs[0].recordedAt == Shop.opening)
    #expect(needs[0].language == "en")
    let order = try await shop.crm.write { tx in
      try tx.orders.place(
        NewOrder(
          number: "1", customer: ada.id, lines: [.init(item.id, amount: Money("9.99", .usd))]))
    }
    try await shop.crm.write { tx throws in
      let met = try tx.needs.meet(needs[0].id, by: order.id)
      #expect(met.status == .met && met.order == order.id && met.closedAt == Shop.opening)
      let told = try tx.needs.meet(
        needs[1].id, outcome: " A neighbour lent a shed ", at: tx.now - .seconds(60))
      #expect(told.outcome == "A neighbour lent a shed")
      #expect(told.closedAt == Shop.opening - .seconds(60))
      #expect(try tx.needs.open(of: ada.id).items.map(\.id) == [needs[2].id])
      let gone = try tx.needs.withdraw(needs[2].id, outcome: "Sold the bicycles")
      #expect(gone.status == .withdrawn)
      #expect(try tx.needs.open(of: ada.id).items.isEmpty)
      #expect(try tx.needs.all(of: ada.id, .met).items.map(\.id) == [needs[0].id, needs[1].id])
      #expect(try tx.needs.all(of: ada.id, .withdrawn).items == [gone])
    }
    let before = try await shop.exported()
    for need in needs {
      for code in await [
        failure { try await shop.crm.write { try $0.needs.meet(need.id, outcome: "x") } }?.code,
        failure { try await shop.crm.write { try $0.needs.withdraw(need.id) } }?.code,
        failure { try await shop.crm.write { try $0.needs.assign(need.id, to: nil) } }?.code,
      ] {
        #expect(code == .notAllowed)
      }
    }
    #expect(try await shop.exported() == before)
  }

  @Test("Who makes sure that it is still there is noted", arguments: Backend.allCases)
  func confirmation(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let (kim, lee) = (Principal.staff("kim"), Principal.staff("lee"))
    let stated = try await shop.crm.acting(as: kim).write { try $0.needs.state(need(ada.id)) }
    #expect(stated.recordedBy == kim && stated.confirmedAt == nil)
    #expect(stated.freshAt == stated.statedAt)
    shop.clock.advance(by: .seconds(86_400))
    let events = try await shop.events().count
    let kept = try await shop.crm.acting(as: lee).write { tx in
      let kept = try tx.needs.confirm(stated.id)
      #expect(kept.confirmedAt == tx.now && kept.confirmedBy == lee && kept.freshAt == tx.now)
      // What was made sure of earlier is no news.
      #expect(try tx.needs.confirm(stated.id, at: tx.now - .seconds(60)) == kept)
      return kept
    }
    #expect(kept.recordedBy == kim && kept.status == .unmet)
    let told = try await shop.events().dropFirst(events)
    #expect(told.map(\.type) == ["needs.confirmed"] && told.first?.actor == lee)
    let reopened = try await shop.reopened()
    #expect(try await reopened.crm.read { try $0.customers.file(of: ada.id).needs } == [kept])
    for instant in [stated.statedAt - .milliseconds(1), shop.clock.now + .seconds(86_401)] {
      let error = await failure {
        try await reopened.crm.write { try $0.needs.confirm(stated.id, at: instant) }
      }
      #expect(error?.code == .invalid && error?.issues.map(\.field) == ["confirmed_at"])
    }
  }

  @Test(
    "Each change is told on the customer's timeline when it happened", arguments: Backend.allCases)
  func events(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let stated = Shop.opening - .seconds(86_400)
    try await shop.crm.write { tx throws in
      let need = try tx.needs.state(need(ada.id, at: stated))
      try tx.needs.assign(need.id, to: .staff("kim"))
      try tx.needs.assign(need.id, to: .staff("kim"))
      #expect(try tx.needs.get(need.id).owner == .staff("kim"))
      try tx.needs.meet(need.id, outcome: "A shed", at: stated + .seconds(60))
    }
    let entries = try await shop.crm.read { try $0.timeline.entries(of: ada.id).items }
    #expect(
      entries.map(\.event.type) == [
        "needs.assigned", "customers.added", "needs.met", "needs.stated",
      ])
    #expect(entries.last?.occurredAt == stated)
    #expect(try entries.last?.event.payload(as: NeedStated.self)?.category == "storage")
    #expect(try entries[2].event.payload(as: NeedMet.self)?.order == nil)
    #expect(try entries[0].event.payload(as: NeedAssigned.self)?.owner == .staff("kim"))
  }

  @Test("Open needs come in pages, by customer and by category", arguments: Backend.allCases)
  func pages(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let people = try await shop.crm.write { tx in
      try ["Ada", "Bob"].map { try tx.customers.add(.person($0)).id }
    }
    try await shop.crm.write { tx throws in
      for number in 0..<12 {
        let new = need(
          people[number % 2], number % 3 == 0 ? "light" : "storage",
          at: tx.now - .seconds(number * 60))
        let stated = try tx.needs.state(new)
        if number == 6 { try tx.needs.withdraw(stated.id) }
      }
    }
    func minutes(
      _ page: @Sendable (Transaction, Cursor<Need>?) throws -> Page<Need, Cursor<Need>>
    ) async throws -> [Int] {
      var minutes: [Int] = []
      var place: Cursor<Need>?
      repeat {
        let next = try await shop.crm.read { [place] in try page($0, place) }
        minutes += next.items.map {
          Int((Shop.opening - $0.statedAt).components.seconds) / 60
        }
        place = next.next
      } while place != nil
      return minutes
    }
    for limit in [1, 2, 50] {
      #expect(
        try await minutes { try $0.needs.open(of: people[0], after: $1, limit: limit) }
          == [0, 2, 4, 8, 10])
      #expect(
        try await minutes { try $0.needs.open(in: "light", after: $1, limit: limit) }
          == [9, 3, 0])
    }
    #expect(try await minutes { try $0.needs.open(in: "Light", after: $1, limit: 5) } == [])
  }

  @Test("Every problem of one call is named at once", arguments: Backend.allCases)
  func invalid(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let stated = try await shop.crm.write { try $0.needs.state(need(ada.id)) }
    let before = try await shop.exported()
    let bad = NewNeed(
      of: .zero, " ", String(repeating: "x", count: 1_001), from: FactSource(rawValue: "phone"),
      statedAt: Shop.opening + .seconds(90_000), owner: Principal(rawValue: ""))
    let error = await failure { try await shop.crm.write { try $0.needs.state(bad) } }
    #expect(error?.code == .invalid)
    #expect(
      error?.issues.map(\.field) == [
        "category", "text", "source", "stated_at", "owner", "customer",
      ])
    let unknown = await failure { try await shop.crm.write { try $0.needs.state(need(.zero)) } }
    #expect(unknown?.code == .unknownReference && unknown?.issues.map(\.field) == ["customer"])
    let early = await failure {
      try await shop.crm.write {
        try $0.needs.meet(
          stated.id, by: .zero, outcome: "\0", at: Shop.opening - .seconds(1))
      }
    }
    #expect(early?.issues.map(\.field) == ["outcome", "closed_at", "order"])
    let noOrder = await failure {
      try await shop.crm.write { try $0.needs.meet(stated.id, by: .zero) }
    }
    #expect(noOrder?.code == .unknownReference)
    let silent = await failure { try await shop.crm.write { try $0.needs.meet(stated.id) } }
    #expect(silent?.issues.map(\.field) == ["outcome"])
    let late = await failure {
      try await shop.crm.write {
        try $0.needs.withdraw(stated.id, outcome: "", at: Shop.opening + .seconds(90_000))
      }
    }
    #expect(late?.issues.map(\.field) == ["outcome", "closed_at"])
    let nobody = await failure {
      try await shop.crm.write { try $0.needs.assign(stated.id, to: Principal(rawValue: "")) }
    }
    #expect(nobody?.issues.map(\.field) == ["owner"])
    let missing = await failure { try await shop.crm.write { try $0.needs.withdraw(.zero) } }
    #expect(missing?.code == .notFound)
    #expect(try await shop.exported() == before)
  }

  @Test("Months are the firm's, and those of a trend in order", arguments: Backend.allCases)
  func months(backend: Backend) async throws {
    let seoul = try #require(Zone("Asia/Seoul"))
    let shop = try await Shop(backend, zone: seoul)
    let (ada, _) = try await shop.furnished()
    let date = { (text: String) in try #require(CalendarDate(text)) }
    try await shop.crm.write { tx throws in
      // Nine hours before UTC's December begins, Seoul's has begun.
      let december = try #require(Instant("2025-11-30T15:00:00Z"))
      let first = try tx.needs.state(need(ada.id, at: december))
      try tx.needs.state(need(ada.id, at: december - .milliseconds(1)))
      try tx.needs.meet(first.id, outcome: "A shed", at: december + .seconds(31 * 86_400))
      #expect(
        try tx.needs.trend(from: date("2025-11-30"), through: date("2026-01-01")).map {
          "\($0.month) \($0.category) \($0.stated) \($0.met)"
        } == ["2025-11-01 storage 1 0", "2025-12-01 storage 1 0", "2026-01-01 storage 0 1"])
      #expect(
        try tx.needs.trend(from: date("2025-12-31"), through: date("2025-12-01")).map(\.stated)
          == [1])
      #expect(
        try tx.needs.trend(from: date("9900-01-01"), through: date("9999-12-31")).isEmpty)
      for (first, last) in [("2026-01-01", "2025-12-31"), ("2000-01-01", "2100-01-01")] {
        let error = refusal { try tx.needs.trend(from: date(first), through: date(last)) }
        #expect(error?.issues.map(\.field) == ["through"])
      }
    }
  }

  @Test(
    "Trends and open needs are what a plain count gives",
    arguments: Histories.of(1...5))
  func history(backend: Backend, seed: UInt64) async throws {
    struct Row: Hashable {
      let month: CalendarDate
      let category: String
    }
    var numbers = SeededGenerator(seed: seed)
    let zone = try #require(Zone("America/New_York"))
    let shop = try await Shop(backend, seed: seed, zone: zone)
    let people = try await shop.crm.write { tx in
      try (0..<3).map { try tx.customers.add(.person("P\($0)")).id }
    }
    var open: [Need] = []
    var counts: [Row: (stated: Int, met: Int)] = [:]
    func row(_ instant: Instant, _ category: String) throws -> Row {
      let date = zone.date(of: instant)
      return Row(
        month: try #require(CalendarDate(year: date.year, month: date.month, day: 1)),
        category: category)
    }
    for _ in 0..<200 {
      if let index = open.indices.randomElement(using: &numbers),
        Int.random(in: 0..<2, using: &numbers) == 0
      {
        let need = open.remove(at: index)
        let room = Int((Shop.opening - need.statedAt).components.seconds)
        let at = need.statedAt + .seconds(Int.random(in: 0...room, using: &numbers))
        if Int.random(in: 0..<3, using: &numbers) == 0 {
          try await shop.crm.write { try $0.needs.withdraw(need.id, at: at) }
        } else {
          try await shop.crm.write { try $0.needs.meet(need.id, outcome: "x", at: at) }
          counts[try row(at, need.category), default: (0, 0)].met += 1
        }
      } else {
        let category = ["light", "é", "storage"].randomElement(using: &numbers) ?? ""
        let at = Shop.opening - .seconds(Int.random(in: 0...20_000_000, using: &numbers))
        let person = people.randomElement(using: &numbers) ?? .zero
        open.append(
          try await shop.crm.write { try $0.needs.state(need(person, category, at: at)) })
        counts[try row(at, category), default: (0, 0)].stated += 1
      }
    }
    try await shop.crm.read { tx throws in
      for person in people {
        let found = try tx.needs.open(of: person, limit: 1_000).items
        #expect(Set(found) == Set(open.filter { $0.customer == person }))
        #expect(found.map(\.statedAt) == found.map(\.statedAt).sorted(by: >))
      }
      let first = try #require(CalendarDate("2025-06-15"))
      let last = try #require(CalendarDate("2025-11-02"))
      let range = try #require(CalendarDate("2025-06-01"))...last
      let trend = try tx.needs.trend(from: first, through: last)
      let expected = counts.filter { range.contains($0.key.month) }
      #expect(trend.count == expected.count && trend.count > 10)
      for part in trend {
        let count = expected[Row(month: part.month, category: part.category)]
        #expect(count?.stated == part.stated && count?.met == part.met)
      }
      #expect(
        trend.map { "\($0.month) \($0.category)" }
          == trend.map { "\($0.month) \($0.category)" }.sorted {
            $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
          })
    }
  }

  static let questions: [(index: String, ask: @Sendable (Transaction) throws -> Void)] = [
    (
      "needs__customer_status_stated_at (customer=? AND status=?)",
      { _ = try $0.needs.open(of: .zero) }
    ),
    (
      "needs__category_status_stated_at (category=? AND status=?)",
      { _ = try $0.needs.open(in: "storage") }
    ),
    (
      "needs__stated_at (stated_at>? AND stated_at<?)",
      { _ = try $0.needs.trend(from: $0.today, through: $0.today) }
    ),
    (
      "needs__status_closed_at (status=? AND closed_at>? AND closed_at<?)",
      { _ = try $0.needs.trend(from: $0.today, through: $0.today) }
    ),
  ]

  @Test("Every question is answered by an index", arguments: 0..<4)
  func plans(number: Int) async throws {
    let (index, ask) = Self.questions[number]
    let plan = try await queryPlan(of: ask)
    #expect(plan.contains("USING INDEX \(index)"), "\(plan)")
    #expect(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN"), "\(plan)")
  }
}
