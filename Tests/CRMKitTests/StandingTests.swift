import CRMKit
import CRMTesting
import Testing

@Suite("The state of relationships")
struct StandingTests {
  private static let day: Duration = .seconds(86_400)

  private static func order(
    _ tx: Transaction, _ number: String, by customer: Customer.ID, of item: CatalogueItem.ID
  ) throws -> Order {
    try tx.orders.place(
      NewOrder(
        number: number, customer: customer,
        lines: [.init(item, quantity: 1, amount: try Money("9.99", .usd))]))
  }

  private static func only(_ kind: StandingFactor.Kind, full: Int? = nil) -> StandingModel {
    StandingModel(
      strength: [StandingFactor(kind, weight: 1, full: full)],
      health: [StandingFactor(.complaints, weight: 1)])
  }

  @Test(
    "How long the last purchase is ago is held against the customer's own rhythm",
    arguments: Backend.allCases)
  func rhythm(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { try $0.standing.define(Self.only(.recency, full: 30)) }
    for number in 0..<3 {
      if number > 0 { shop.clock.advance(by: Self.day * 10) }
      try await shop.crm.write { tx in
        _ = try Self.order(tx, "\(number)", by: ada.id, of: item.id)
      }
    }
    let last = shop.clock.now
    try await shop.crm.read { tx in
      // Orders every ten days: 100 up to the tenth day, 0 from the thirtieth on.
      let expected: [(days: Int, String)] = [
        (0, "100"), (10, "100"), (15, "75"), (20, "50"), (29, "5"), (30, "0"), (400, "0"),
      ]
      for (days, points) in expected {
        let state = try #require(try tx.standing.state(of: ada.id, at: last + Self.day * days))
        #expect(state.strength.value?.description == points, "after \(days) days")
      }
      let instant = last + Self.day * 10 + .milliseconds(1)
      let state = try #require(try tx.standing.state(of: ada.id, at: instant))
      #expect(state.strength.value?.description == "99.999999943")
      #expect(state.strength.reasons.first?.evidence.map(\.found) == [last.description, "10"])
    }
  }

  @Test("Every score is the sum of its reasons", arguments: Backend.allCases)
  func reasons(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.standing.define(.standard)
      let order = try Self.order(tx, "1", by: ada.id, of: item.id)
      try tx.orders.dispute(order.id, over: "Broken", reference: "d")
      for outcome in [true, false] {
        let promise = try tx.commitments.make(
          NewCommitment(
            .promise, to: ada.id, "Call", owner: .staff("kim"), due: .at(tx.now + .seconds(60))))
        if outcome { try tx.commitments.close(promise.id, as: .kept) }
      }
      try tx.contributions.give(NewContribution(from: ada.id, .idea, "Gift wrap"))
      try tx.interactions.record(
        NewInteraction(with: ada.id, through: .phone, .outbound, subject: "Offer"))
      try tx.satisfaction.record(NewSatisfactionAnswer(from: ada.id, .satisfaction, 4))
      try tx.satisfaction.record(NewSatisfactionAnswer(from: ada.id, .recommendation, 3))
    }
    shop.clock.advance(by: Self.day * 365)
    try await shop.crm.advance()
    try await shop.crm.read { tx in
      let state = try #require(try tx.standing.state(of: ada.id))
      for part in [state.strength, state.health] {
        let sum = part.reasons.reduce(0) { $0 + $1.points.approximate }
        #expect(abs(sum - (part.value?.approximate ?? -1)) < 1e-6)
        for reason in part.reasons {
          #expect(reason.weights == part.reasons.reduce(0) { $0 + $1.weight })
          #expect(reason.value >= 0 && reason.value <= 100)
        }
      }
      let values = Dictionary(
        (state.strength.reasons + state.health.reasons).map { ($0.kind, $0.value.description) }
      ) { first, _ in first }
      #expect(
        values == [
          .recency: "0", .frequency: "8.219178082", .answers: "0",
          .contributions: "33.333333333", .referrals: "0", .channels: "33.333333333",
          .tenure: "33.333333333", .promises: "50", .complaints: "50", .returns: "100",
          .satisfaction: "52.5",
        ])
      // 20 × 50 + 25 × 50 + 20 × 52.5 + 5 × 100 of 100.
      #expect(state.health.value?.description == "38")
      #expect(state.health.reasons.map(\.points.description) == ["0", "10", "12.5", "10.5", "5"])
      #expect(state.modelVersion == 1)
    }
  }

  @Test(
    "Nothing is kept until a model is defined, and those before are looked at when asked",
    arguments: Backend.allCases)
  func before(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      _ = try Self.order(tx, "1", by: ada.id, of: item.id)
      #expect(try tx.standing.state(of: ada.id) == nil)
      #expect(try tx.records(of: StandingReading.self).count() == 0)
      #expect(try tx.standing.model() == nil)
    }
    let early = shop.clock.now
    shop.clock.advance(by: Self.day)
    try await shop.crm.write { tx in
      try tx.standing.define(.standard)
      let now = try #require(try tx.standing.state(of: ada.id))
      #expect(try tx.records(of: StandingReading.self).count() == 0)
      try tx.standing.look()
      #expect(try tx.standing.state(of: ada.id) == now)
      #expect(try tx.standing.state(of: ada.id, at: early) == nil)
      #expect(try tx.records(of: StandingReading.self).count() == 1)
      try tx.standing.look()
      #expect(try tx.records(of: StandingReading.self).count() == 1)
    }
  }

  @Test(
    "What a state was stays known exactly, whatever happens later, weights included",
    arguments: Backend.allCases)
  func past(backend: Backend) async throws {
    var numbers = SeededNumbers(11)
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { try $0.standing.define(.standard) }
    var known: [RelationshipState] = []
    for step in 0..<25 {
      shop.clock.advance(by: .seconds(Int.random(in: 1...900_000, using: &numbers)))
      if Bool.random(using: &numbers) { try await shop.crm.advance() }
      let kind = Int.random(in: 0..<5, using: &numbers)
      let state = try await shop.crm.write { tx in
        switch kind {
        case 0: _ = try Self.order(tx, "\(step)", by: ada.id, of: item.id)
        case 1:
          // Recorded late: it was not known before.
          var call = NewInteraction(with: ada.id, through: .phone, .inbound, subject: "Call")
          call.occurredAt = tx.now - .seconds(500_000)
          try tx.interactions.record(call)
        case 2:
          try tx.commitments.make(
            NewCommitment(
              .promise, to: ada.id, "Call", owner: .staff("kim"), due: .at(tx.now + .seconds(60))))
        case 3: try tx.contributions.give(NewContribution(from: ada.id, .feedback, "Nice"))
        default: try tx.satisfaction.record(NewSatisfactionAnswer(from: ada.id, .ease, 5))
        }
        if step == 12 {
          try tx.standing.define(
            StandingModel(
              version: 2, strength: [StandingFactor(.tenure, weight: 7)],
              health: [StandingFactor(.promises, weight: 3)]))
        }
        return try #require(try tx.standing.state(of: ada.id))
      }
      known.append(state)
      shop.clock.advance(by: .milliseconds(1))
    }
    shop.clock.advance(by: Self.day * 1_000)
    try await shop.crm.advance()
    let reopened = try await shop.reopened()
    try await reopened.crm.read { tx in
      for state in known {
        #expect(try tx.standing.state(of: ada.id, at: state.at) == state, "at \(state.at)")
      }
      let history = try tx.standing.history(of: ada.id)
      #expect(history.map(\.at) == history.map(\.at).sorted())
      #expect(Set(history.map(\.modelVersion)) == [1, 2])
      for state in history {
        #expect(try tx.standing.state(of: ada.id, at: state.at) == state)
      }
    }
    #expect(try await reopened.crm.verify().problems.isEmpty)
  }

  @Test(
    "A referral counts where it names who came, and what is declined counts for nothing",
    arguments: Backend.allCases)
  func referrals(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, cy) = try await shop.people()
    try await shop.crm.write { tx in
      try tx.standing.define(
        StandingModel(
          strength: [StandingFactor(.referrals, weight: 1, full: 4)],
          health: [StandingFactor(.contributions, weight: 1, full: 4)]))
      func values() throws -> [String?] {
        let state = try #require(try tx.standing.state(of: ada))
        return [state.strength.value?.description, state.health.value?.description]
      }
      // Nobody came yet.
      let unnamed = try tx.contributions.give(NewContribution(from: ada, .referral, "A neighbour"))
      #expect(try values() == ["0", "25"])
      let first = try tx.contributions.give(
        NewContribution(from: ada, .referral, "Bob", referred: bob))
      #expect(try values() == ["25", "50"])
      let asked = try tx.contributions.ask(ada, "Who else?", for: .referral)
      #expect(try values() == ["25", "50"])
      try tx.contributions.answer(asked.id, "Cy", referred: cy)
      #expect(try values() == ["50", "75"])
      try tx.contributions.decide(first.id, isUsed: true, outcome: "He bought")
      #expect(try values() == ["50", "75"])
      try tx.contributions.decide(asked.id, isUsed: false, outcome: "Known already")
      #expect(try values() == ["25", "50"])
      try tx.contributions.decide(unnamed.id, isUsed: false, outcome: "Never came")
      #expect(try values() == ["25", "25"])
    }
    #expect(try await shop.crm.verify().problems.isEmpty)
  }

  @Test(
    "The state of a household is right at each change, in the same transaction",
    arguments: Backend.allCases)
  func household(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ann, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.standing.define(
        StandingModel(
          strength: [StandingFactor(.channels, weight: 1, full: 4)],
          health: [StandingFactor(.complaints, weight: 1, full: 2)]))
      let home = try tx.customers.add(.household("Home")).id
      let ben = try tx.customers.add(.person("Ben")).id
      func values() throws -> [String?] {
        let state = try #require(try tx.standing.state(of: home, including: .members))
        #expect(state.customer == home && state.at == tx.now)
        return [state.strength.value?.description, state.health.value?.description]
      }
      func talk(_ customer: Customer.ID, _ channel: Channel) throws -> Interaction.ID {
        try tx.interactions.record(
          NewInteraction(with: customer, through: channel, .inbound, subject: "Question")
        ).id
      }
      let call = try talk(ann.id, .phone)
      #expect(try values() == ["0", "100"])
      let membership = try tx.relationships.add(
        NewRelationship(ann.id, .householdMember, of: home))
      #expect(try values() == ["25", "100"])
      try tx.relationships.add(NewRelationship(ben, .householdMember, of: home))
      _ = try talk(ben, .email)
      #expect(try values() == ["50", "100"])
      _ = try talk(home, .chat)
      #expect(try values() == ["75", "100"])
      try tx.interactions.delete(call)
      #expect(try values() == ["50", "100"])
      let order = try Self.order(tx, "1", by: ann.id, of: item.id)
      #expect(try values() == ["75", "100"])
      let dispute = try tx.orders.dispute(order.id, over: "Broken", reference: "d")
      #expect(try values() == ["75", "50"])
      try tx.orders.settle(dispute: dispute.id, outcome: "Paid back")
      #expect(try values() == ["75", "87.5"])
      try tx.relationships.remove(membership.id)
      #expect(try values() == ["50", "100"])
    }
    #expect(try await shop.crm.verify().problems.isEmpty)
  }

  @Test("Accounts are seen with all who belong to them", arguments: Backend.allCases)
  func accounts(backend: Backend) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.write { tx in
      let company = try tx.customers.add(.organisation("Acme")).id
      let people = try ["Ann", "Ben"].map { try tx.customers.add(.person($0)).id }
      try tx.standing.define(Self.only(.channels, full: 4))
      for (person, channel) in zip(people, [Channel.phone, .email]) {
        try tx.relationships.add(NewRelationship(person, .employee, of: company))
        try tx.interactions.record(
          NewInteraction(with: person, through: channel, .inbound, subject: "Question"))
      }
      let alone = try #require(try tx.standing.state(of: company))
      #expect(alone.strength.value == 0)
      let all = try #require(try tx.standing.state(of: company, including: .members))
      #expect(all.strength.value == 50)
      #expect(all.strength.reasons[0].evidence.map(\.found) == ["email, phone"])
      #expect(all.customer == company)
    }
  }

  @Test("People count for an account while they are there", arguments: Backend.allCases)
  func people(backend: Backend) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.write { tx in
      try tx.standing.define(Self.only(.people, full: 2))
      let company = try tx.customers.add(.organisation("Acme")).id
      let ann = try tx.customers.add(.person("Ann")).id
      let end = CalendarDate(daysSinceEpoch: tx.today.daysSinceEpoch + 5)
      try tx.relationships.add(NewRelationship(ann, .employee, of: company, end: end))
      #expect(try tx.standing.state(of: company)?.strength.value == 50)
      let last = tx.now + Self.day * 6 - .milliseconds(1)
      #expect(try tx.standing.state(of: company, at: last)?.strength.value == 50)
      let gone = tx.now + Self.day * 6
      #expect(try tx.standing.state(of: company, at: gone)?.strength.value == 0)
      #expect(try tx.standing.state(of: ann)?.strength.value == nil)
    }
  }

  @Test(
    "Everybody counts for an account, however many were there before, and each once",
    arguments: Backend.allCases)
  func everybody(backend: Backend) async throws {
    let board = RelationshipType(
      "board_member", "on the board of", inverse: "has on its board", from: .person,
      to: .organisation, upper: .to, for: [.membership])
    let shop = try await Shop(
      backend, CRM.standardCapabilities.replacing(Relationships(types: .standard + [board])))
    let company = try await shop.crm.write { tx in
      try tx.standing.define(Self.only(.people, full: 10))
      let company = try tx.customers.add(.organisation("Acme")).id
      let past = CalendarDate(daysSinceEpoch: tx.today.daysSinceEpoch - 500)
      let end = CalendarDate(daysSinceEpoch: tx.today.daysSinceEpoch + 5)
      for number in 0..<105 {
        let person = try tx.customers.add(.person("Former \(number)")).id
        try tx.relationships.add(NewRelationship(person, .employee, of: company, end: past))
      }
      for (name, last) in [("Ann", nil), ("Ben", nil), ("Cy", end)] {
        let person = try tx.customers.add(.person(name)).id
        try tx.relationships.add(NewRelationship(person, .employee, of: company, end: past))
        try tx.relationships.add(
          NewRelationship(person, .employee, of: company, start: tx.today, end: last))
        try tx.relationships.add(NewRelationship(person, board.key, of: company, end: last))
      }
      return company
    }
    func people() async throws -> ScorePoints? {
      try await shop.crm.read { try $0.standing.state(of: company)?.strength.value }
    }
    #expect(try await people() == 30)
    shop.clock.advance(by: Self.day * 6)
    #expect(try await people() == 20)
    #expect(try await shop.crm.verify().problems.isEmpty)
  }

  @Test("States are there at the ends of time", arguments: Backend.allCases)
  func extremes(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      let factors = StandingFactor.Kind.allCases.map {
        StandingFactor(
          $0, weight: 1_000,
          full: [.answers, .promises, .returns, .satisfaction]
            .contains($0) ? 1 : 100_000)
      }
      try tx.standing.define(StandingModel(strength: factors, health: factors))
      _ = try tx.orders.place(
        NewOrder(
          number: "1", customer: ada.id,
          lines: [.init(item.id, quantity: 1, amount: try Money("9.99", .usd))],
          placedAt: .earliest))
      #expect(try tx.standing.state(of: ada.id, at: .earliest) == nil)
      let last = try #require(try tx.standing.state(of: ada.id, at: .latest))
      #expect(last.strength == last.health)
      #expect(last.strength.reasons.first { $0.kind == .recency }?.value == 0)
      #expect(last.strength.reasons.first { $0.kind == .tenure }?.value == 100)
    }
  }

  @Test("A bad model is refused with every problem", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let error = await failure {
      try await shop.crm.write { tx in
        try tx.standing.define(
          StandingModel(
            version: 0,
            strength: [
              StandingFactor(.recency, weight: 0), StandingFactor(.recency, weight: 1, full: 0),
              StandingFactor(.answers, weight: 2_000, full: 101),
            ],
            health: []))
      }
    }
    #expect(
      error?.issues.map(\.field) == [
        "version", "strength[0].weight", "strength[1].full", "strength[1].kind",
        "strength[2].weight", "strength[2].full", "health",
      ])
    try await shop.crm.write { tx in
      try tx.standing.define(.standard)
      try tx.standing.define(.standard)
      #expect(refusal { try tx.standing.define(Self.only(.tenure)) }?.code == .conflict)
      let skipped = StandingModel(
        version: 3, strength: StandingModel.standard.strength,
        health: StandingModel.standard.health)
      #expect(refusal { try tx.standing.define(skipped) }?.code == .invalid)
      #expect(refusal { try tx.standing.model(version: 2) }?.code == .notFound)
      #expect(try tx.standing.model() == .standard)
    }
  }
}
