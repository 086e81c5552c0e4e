import CRMKit
import CRMTesting
import Testing

@Suite("Loyalty in one number")
struct LoyaltyIndexTests {
  private static let day = TeaShop.day

  @Test("The index is what its parts come to by hand", arguments: Backend.allCases)
  func worked(backend: Backend) async throws {
    let tea = try await TeaShop(backend)
    // Gaps of 10 and 20 days; the last order won by 10 % off.
    try await tea.buy("1", after: 0)
    try await tea.buy("2", after: 10)
    try await tea.buy("3", off: 100, after: 20)
    try await tea.crm.write { tx in
      try tx.satisfaction.record(NewSatisfactionAnswer(from: tea.ada, .satisfaction, 4))
      try tx.satisfaction.record(NewSatisfactionAnswer(from: tea.ada, .recommendation, 7))
      try tx.loyaltyIndex.record(NewAttitudeAnswer(from: tea.ada, .trust, 6))
      try tx.loyaltyIndex.record(NewAttitudeAnswer(from: tea.ada, .trust, 3))
      try tx.contributions.give(NewContribution(from: tea.ada, .idea, "Bigger pots"))
      try tx.loyaltyIndex.state(
        NewWalletStatement(
          of: tea.ada, on: "tea", share: .percent(40), by: .survey, from: .customer))
    }
    let index = try await tea.index()
    #expect(
      index.values == [
        .recency: "100", .repeats: "66.666666666",  // 2 of 3 days
        // 2 × 500 − 30² = 100 of 900.
        .regularity: "88.888888889",
        .tenure: "2.739726027",  // 30 of 1,095 days
        .categories: "33.333333333", .channels: "33.333333333", .walletShare: "40",
        .fullPrice: "66.666666666",
        .satisfaction: "75", .recommendation: "70",
        .trust: "58.333333333",  // 5 + 2 of 12
        .contributions: "33.333333333", .advocacy: "0",
      ])
    // (20·100 + 25·66.6… + 15·88.8… + 10·2.73… + 2·5·33.3… + 15·40 + 5·66.6…) ÷ 100.
    #expect(index.behaviour.value?.description == "62.940639269")
    // (30·75 + 25·70 + 20·58.3… + 5·33.3…) ÷ 85.
    #expect(index.attitude.value?.description == "62.745098039")
    #expect(index.value.description == "62.842868654")
    #expect(index.addsUp)
    #expect(index.standing == .loyal)
    #expect(
      index.grounds.map(\.found) == ["62.940639269, at least 50", "62.745098039, at least 50"])
    let trust = try #require(index.attitude.reasons.first { $0.kind == .trust })
    #expect(trust.weights == 85)
    #expect(trust.evidence.map(\.text) == ["answers: 2", "points: 7", "of: 12"])
    #expect(try await tea.crm.verify().problems.isEmpty)
  }

  @Test("Behaviour fades by the customer's own rhythm, and attitude does not")
  func fading() async throws {
    let tea = try await TeaShop(.memory, TeaShop.only(.recency))
    for number in 0..<3 { try await tea.buy("\(number)", after: number == 0 ? 0 : 10) }
    try await tea.crm.write {
      try $0.satisfaction.record(NewSatisfactionAnswer(from: tea.ada, .satisfaction, 5))
    }
    let last = tea.clock.now
    for (days, points) in [(0, "100"), (10, "100"), (15, "75"), (20, "50"), (30, "0"), (90, "0")] {
      let index = try await tea.index(at: last + Self.day * days)
      #expect(index.behaviour.value?.description == points, "after \(days) days")
      #expect(index.attitude.value == 100)
      #expect(index.standing == (days <= 20 ? .loyal : .latent))
    }
    let now = try await tea.index()
    #expect(now.movesAt == last + Self.day * 20 + .milliseconds(1))
  }

  @Test("Nothing is kept until a model is defined", arguments: Backend.allCases)
  func before(backend: Backend) async throws {
    let tea = try await TeaShop(backend, nil)
    try await tea.buy("1", after: 0)
    let early = tea.clock.now
    try await tea.crm.read { tx in
      let index = try tx.loyaltyIndex.index(of: tea.ada)
      #expect(index == nil)
      #expect(try tx.records(of: LoyaltyReading.self).count() == 0)
      #expect(try tx.records(of: LoyaltyPlace.self).count() == 0)
      #expect(try tx.loyaltyIndex.model() == nil)
    }
    tea.clock.advance(by: Self.day)
    try await tea.crm.write { tx in
      try tx.loyaltyIndex.define(.standard)
      let now = try tx.loyaltyIndex.index(of: tea.ada)
      #expect(now != nil)
      #expect(try tx.loyaltyIndex.matrix().unmeasured == 1)
      #expect(try tx.loyaltyIndex.look() == 1)
      #expect(try tx.loyaltyIndex.index(of: tea.ada) == now)
      #expect(try tx.loyaltyIndex.index(of: tea.ada, at: early) == nil)
      #expect(try tx.loyaltyIndex.matrix().unmeasured == 0)
      #expect(try tx.loyaltyIndex.look() == 1)
      #expect(try tx.records(of: LoyaltyReading.self).count() == 1)
    }
  }

  @Test("What is not defined costs no question, once one has asked", arguments: Backend.allCases)
  func hotPath(backend: Backend) async throws {
    func questions(_ capabilities: [any Capability]) async throws -> Int {
      let storage = CountingWrites(backend.makeStore().storage)
      let crm = try await CRM(
        storage: storage, capabilities: capabilities, clock: TestClock(Shop.opening),
        identifiers: .seeded(7))
      let (ada, item) = try await crm.write { tx in
        (
          try tx.customers.add(.person("Ada")).id, try tx.catalogue.add(sku: "a", name: "A").id
        )
      }
      _ = storage.take()
      try await crm.write { tx in
        for number in 0..<20 {
          try tx.orders.place(
            NewOrder(
              number: "\(number)", customer: ada,
              lines: [.init(item, amount: try Money("5.00", .eur))]))
        }
      }
      return storage.take()
    }
    let with = CRM.standardCapabilities
    let without = with.filter { !($0 is LoyaltyIndexes) }
    #expect(try await questions(with) - questions(without) == 0)
  }

  @Test("Loyalty to firm, brand and item is told apart", arguments: Backend.allCases)
  func bonds(backend: Backend) async throws {
    let tea = try await TeaShop(backend)
    let black = try await tea.crm.write { tx in
      try tx.catalogue.add(
        sku: "black", name: "Black tea", category: "tea", features: ["brand": .text("Assam")]
      ).id
    }
    for number in 0..<4 {
      tea.clock.advance(by: Self.day)
      try await tea.crm.write { tx in
        try tea.buy("t\(number)", in: tx)
        if number == 0 { try tea.buy("c", tea.cup, in: tx) }
      }
    }
    tea.clock.advance(by: Self.day)
    let brand = RecordReference(LoyaltyBond.brandKind, "Oolong")
    try await tea.crm.write { tx in
      try tea.buy("b", black, in: tx)
      try tx.satisfaction.record(
        NewSatisfactionAnswer(from: tea.ada, .satisfaction, 5, about: [RecordReference(tea.tea)]))
      try tx.loyaltyIndex.record(
        NewAttitudeAnswer(from: tea.ada, .dependence, 1, about: brand))
    }
    let index = try await tea.index()
    // Tea on four of five days of tea, the cup on the only day of cups.
    let found = index.bonds.map { "\($0.title) \($0.days)/\($0.categoryDays) \($0.share)" }
    #expect(found.first == "Oolong 4/5 80")
    #expect(
      Set(found) == [
        "Oolong 4/5 80", "Assam 1/5 20", "Meissen 1/1 100", "Green tea 4/5 80", "Cup 1/1 100",
        "Black tea 1/5 20",
      ])
    #expect(index.bonds.first?.to == brand)
    #expect(index.bonds.first?.standing == .spurious)
    #expect(index.bonds.first?.attitude == 0)
    let item = try #require(index.bonds.first { $0.to == RecordReference(tea.tea) })
    #expect(item.standing == .loyal)
    #expect(item.attitude == 100)
    #expect(index.bonds.first { $0.title == "Cup" }?.standing == .unknown)
    // What was said of an item or a brand is not said of the firm.
    #expect(index.attitude.value == nil)
    #expect(index.standing == .unknown)
    #expect(index.restsOn == RecordReference(tea.tea))
  }

  @Test("Customers who were brought count once, however that is known", arguments: Backend.allCases)
  func advocacy(backend: Backend) async throws {
    let tea = try await TeaShop(backend)
    try await tea.crm.write { tx in
      let (ben, cy) = (
        try tx.customers.add(.person("Ben")).id, try tx.customers.add(.person("Cy")).id
      )
      try tx.relationships.add(NewRelationship(tea.ada, .referrer, of: ben))
      try tx.contributions.give(
        NewContribution(from: tea.ada, .referral, "My friend Ben", referred: ben))
      let first = try #require(try tx.loyaltyIndex.index(of: tea.ada))
      #expect(first.values[.advocacy] == "50")
      try tx.contributions.give(NewContribution(from: tea.ada, .referral, "And Cy", referred: cy))
      let second = try #require(try tx.loyaltyIndex.index(of: tea.ada))
      #expect(second.values[.advocacy] == "100")
      #expect(second.values[.contributions] == "0")
    }
  }

  @Test("What nobody was asked counts neither for nor against", arguments: Backend.allCases)
  func unasked(backend: Backend) async throws {
    let tea = try await TeaShop(backend)
    // How easy it was is no attitude that the model looks at.
    try await tea.crm.write {
      try $0.satisfaction.record(NewSatisfactionAnswer(from: tea.ada, .ease, 7))
    }
    let before = try await tea.index()
    #expect(before.attitude.value == nil && before.attitude.points == 0)
    #expect(before.standing == .unknown)
    #expect(before.value == before.behaviour.value)
    try await tea.crm.write {
      try $0.satisfaction.record(NewSatisfactionAnswer(from: tea.ada, .satisfaction, 5))
    }
    let after = try await tea.index()
    // 30 × 100 of 40: nothing given beside it.
    #expect(after.attitude.value == 75)
    #expect(after.standing == .latent)
    try await tea.crm.write {
      try $0.contributions.give(NewContribution(from: tea.ada, .idea, "Bigger pots"))
    }
    #expect(try #require(try await tea.index().attitude.value) > 75)
  }

  @Test("Answers that cannot be are refused with every problem", arguments: Backend.allCases)
  func answers(backend: Backend) async throws {
    let tea = try await TeaShop(backend)
    try await tea.crm.write { tx in
      let bad = refusal {
        try tx.loyaltyIndex.record(
          NewAttitudeAnswer(
            from: Customer.ID(high: 1, low: 2), .trust, 8,
            about: RecordReference("tickets", ""), text: "", answeredAt: .latest))
      }
      #expect(
        bad?.issues.map(\.field) == [
          "text", "score", "about[0].name", "about[0]", "answered_at", "customer",
        ])
      let gone = refusal {
        try tx.loyaltyIndex.record(
          NewAttitudeAnswer(
            from: tea.ada, .trust, 1,
            about: RecordReference(CatalogueItem.ID(high: 1, low: 2))))
      }
      #expect(gone?.code == .unknownReference)
      #expect(try tx.loyaltyIndex.answers(of: tea.ada).isEmpty)
      let kept = try tx.loyaltyIndex.record(NewAttitudeAnswer(from: tea.ada, .trust, 7))
      #expect(try tx.loyaltyIndex.answers(of: tea.ada) == [kept])
    }
  }

  @Test("A bad model is refused with every problem", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let tea = try await TeaShop(backend, nil)
    let price = PriceRules(
      discount: .zero, mostAtDiscount: 20, someAtDiscount: 30, mostDropped: 101, patience: 0,
      usualDays: .max)
    let bad = LoyaltyIndexModel(
      version: 0,
      behaviour: [
        LoyaltyFactor(.recency, weight: 0), LoyaltyFactor(.recency, weight: 1, full: 0),
        LoyaltyFactor(.trust, weight: .max, full: 101),
      ],
      attitude: [], behaviourWeight: -1, attitudeWeight: .min, highBehaviour: 0,
      highAttitude: 101, price: price, walletTrust: [.survey, .survey], brandFeature: " ",
      concentration: 0)
    try await tea.crm.write { tx in
      #expect(
        refusal { try tx.loyaltyIndex.define(bad) }?.issues.map(\.field) == [
          "version", "behaviour[0].weight", "behaviour[1].full", "behaviour[1].kind",
          "behaviour[2].weight", "behaviour[2].full", "behaviour[2].kind", "attitude",
          "behaviourWeight", "attitudeWeight", "highBehaviour", "highAttitude", "price.discount",
          "price.mostDropped", "price.patience", "price.usualDays", "price.someAtDiscount",
          "walletTrust[1]", "brandFeature", "concentration",
        ])
      #expect(try tx.loyaltyIndex.model() == nil)
      try tx.loyaltyIndex.define(.standard)
      #expect(try tx.loyaltyIndex.define(.standard) == .standard)
      #expect(refusal { try tx.loyaltyIndex.define(TeaShop.only(.repeats)) }?.code == .conflict)
      #expect(refusal { try tx.loyaltyIndex.model(version: 2) }?.code == .notFound)
      var third = LoyaltyIndexModel.standard
      third.version = 3
      #expect(refusal { try tx.loyaltyIndex.define(third) }?.code == .invalid)
    }
  }

  @Test("The index is there at the ends of time", arguments: Backend.allCases)
  func extremes(backend: Backend) async throws {
    var model = LoyaltyIndexModel(
      behaviour: LoyaltyFactor.Kind.allCases.filter { !$0.isAttitude }.map {
        LoyaltyFactor($0, weight: 1_000)
      },
      attitude: LoyaltyFactor.Kind.allCases.filter(\.isAttitude).map {
        LoyaltyFactor($0, weight: 1_000)
      })
    model.price = PriceRules(patience: 1_000, usualDays: 100_000)
    let tea = try await TeaShop(backend, model)
    try await tea.crm.write { tx in
      try tea.buy("1", off: 500, at: .earliest, in: tx)
      try tea.buy("2", off: 500, in: tx)
      let max = Money(minorUnits: .max, .usd)
      for number in 3...4 {
        let order = try tx.orders.place(
          NewOrder(
            number: "\(number)", customer: tea.ada,
            lines: [.init(tea.tea, amount: max, discount: .amount(max))]))
        #expect(order.total.minorUnits == 0)
      }
      let now = try #require(try tx.loyaltyIndex.index(of: tea.ada))
      #expect(now.addsUp)
      #expect(now.price.reductions.map(\.full.minorUnits) == [2_000, .max])
      let last = try #require(try tx.loyaltyIndex.index(of: tea.ada, at: .latest))
      #expect(last.addsUp)
      #expect(try tx.loyaltyIndex.index(of: tea.ada, at: .earliest) == nil)
    }
    #expect(try await tea.crm.verify().problems.isEmpty)
  }
}

extension LifecycleEvidence {
  fileprivate var text: String { "\(what): \(found)" }
}
