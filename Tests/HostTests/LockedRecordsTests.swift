import CRMKit
import CRMTesting
import Testing

@Suite("Records are changed by their capability's operations alone")
struct LockedRecordsTests {
  @Test(
    "Every path past the operations is refused, for every kind that ships with the library",
    arguments: Backend.allCases)
  func shipped(backend: Backend) async throws {
    try await withStorage(backend) { storage in
      let placed = Metric(
        "placed",
        contributions: [
          Metric.Contribution(to: OrderPlaced.self) { order, _ in [.recounting(order.customer)] }
        ]
      ) { _, _ in [] }
      let crm = try await CRM(
        storage: storage,
        capabilities: CRM.standardCapabilities.replacing(Metrics(custom: [placed])) + [Badges()],
        clock: TestClock("2026-01-01T00:00:00Z"))
      try await crm.write { try Self.fill($0) }
      let before = try await Self.export(crm)
      let kinds =
        CRM.standardCapabilities.flatMap(\.records) + [RecordedEvent.self, AgendaEntry.self]
      try await crm.write { tx in
        for kind in kinds { try Self.expectLocked(kind, in: tx) }
      }
      #expect(kinds.count > 17)
      #expect(try await Self.export(crm) == before)
    }
  }

  @Test("A customer with attributes of the wrong kind cannot be written around the rules")
  func attributes() async throws {
    let customers = Customers(attributes: [AttributeDefinition("shoe_size", .integer)])
    let crm = try await CRM(
      storage: MemoryStorage(),
      capabilities: CRM.standardCapabilities.replacing(customers) + [Badges()])
    let ada = try await crm.write { tx in
      var ada = try tx.customers.add(.person("Ada"))
      ada.attributes = ["shoe_size": .text("large"), "hat": .flag(true)]
      let around = refusal {
        try tx.records(of: Customer.self).update(ada, emitting: BadgeFaded(title: ""))
      }
      #expect(around?.code == .notAllowed)
      #expect(around?.message.contains("tx.customers") == true)
      let through = refusal { try tx.customers.update(ada) }
      #expect(through?.code == .invalid)
      #expect(through?.issues.map(\.field) == ["attributes.shoe_size", "attributes.hat"])
      return try tx.customers.get(ada.id)
    }
    #expect(ada.attributes.isEmpty)
  }

  @Test("A host locks its own records the same way", arguments: Backend.allCases)
  func own(backend: Backend) async throws {
    try await withStorage(backend) { storage in
      let crm = try await CRM(storage: storage, capabilities: [Vault()])
      try await crm.write { tx in
        let coin = Coin(id: tx.makeIdentifier(), worth: 5)
        let stray = RecordKey("tx.vault")
        for records in [tx.records(of: Coin.self), tx.records(of: Coin.self, with: stray)] {
          #expect(refusal { try records.put(coin) }?.code == .notAllowed)
        }
        try tx.records(of: Coin.self, with: Vault.key).put(coin)
        #expect(refusal { try tx.records(of: Coin.self).remove(coin.id) }?.code == .notAllowed)
        #expect(try tx.records(of: Coin.self).all() == [coin])
      }
    }
  }

  @Test("A kind with two locks is refused at opening, and one lock holds wherever it stands")
  func twice() async throws {
    await #expect {
      _ = try await CRM(storage: MemoryStorage(), capabilities: [Vault(), Thief(hasLock: true)])
    } throws: {
      ($0 as? CRMError)?.code == .invalidCapability
    }
    for capabilities: [any Capability] in [
      [Vault(), Thief(hasLock: false)], [Thief(hasLock: false), Vault()],
    ] {
      let crm = try await CRM(storage: MemoryStorage(), capabilities: capabilities)
      try await crm.write { tx in
        let coin = Coin(id: tx.makeIdentifier(), worth: 5)
        #expect(refusal { try tx.records(of: Coin.self).put(coin) }?.code == .notAllowed)
      }
    }
  }

  @Test(
    "A change that also stands with customers who do not exist is refused, with all of them",
    arguments: Backend.allCases)
  func others(backend: Backend) async throws {
    try await withStorage(backend) { storage in
      let crm = try await CRM(
        storage: storage, capabilities: CRM.standardCapabilities + [Badges()])
      let ada = try await crm.write { try $0.customers.add(.person("Ada")).id }
      let before = try await Self.export(crm)
      try await crm.write { tx in
        let badges = tx.records(of: Badge.self)
        var badge = try #require(try badges.first())
        badge.title = "other"
        let strangers: [Customer.ID] = [.zero, ada, tx.makeIdentifier()]
        let event = BadgeFaded(title: "")
        for error in [
          refusal { try badges.update(badge, emitting: event, alsoAbout: strangers) },
          refusal { try badges.insert(badge, emitting: event, alsoAbout: strangers) },
          refusal { try badges.delete(badge.id, emitting: event, alsoAbout: strangers) },
          refusal { try tx.emit(event, alsoAbout: strangers) },
        ] {
          #expect(error?.code == .unknownReference)
          #expect(error?.issues.map(\.field) == ["also_about[0]", "also_about[2]"])
        }
      }
      #expect(try await Self.export(crm) == before)
    }
  }

  // MARK: Steps

  private static func expectLocked<R: Record>(_ kind: R.Type, in tx: Transaction) throws {
    let records = tx.records(of: kind)
    let row = try #require(try records.first(), "no \(R.schema.name) to try it with")
    let event = BadgeFaded(title: "")
    var attempts: [() throws -> Void] = [
      { try records.insert(row, emitting: event) }, { try records.update(row, emitting: event) },
      { try records.delete(row.id, emitting: event) },
    ]
    if R.schema.isDerived {
      attempts += [{ try records.put(row) }, { try records.remove(row.id) }]
    }
    for attempt in attempts {
      let error = refusal(of: attempt)
      #expect(error?.code == .notAllowed, "\(R.schema.name)")
      #expect(error?.record == R.schema.name)
    }
  }

  private static func export(_ crm: CRM) async throws -> [[UInt8]] {
    var lines: [[UInt8]] = []
    try await crm.export { lines.append($0) }
    return lines
  }

  /// Makes at least one record of every kind.
  private static func fill(_ tx: Transaction) throws {
    let kim = Principal.staff("kim")
    let ada = try tx.customers.add(.person("Ada", country: "GB")).id
    let ben = try tx.customers.add(.person("Ben")).id
    try tx.relationships.add(NewRelationship(ada, .colleague, of: ben))
    try tx.facts.assert("FR", for: Customer.fields.country, of: ada, from: .staff)
    let item = try tx.catalogue.add(sku: "a", name: "A")
    let order = try tx.orders.place(
      NewOrder(
        number: "1", customer: ada,
        lines: [.init(item.id, quantity: 2, amount: try Money("2.00", .eur))])
    ).id
    try tx.orders.pay(order, try Money("2.00", .eur), reference: "p")
    try tx.orders.ship(order, reference: "s", by: .handover)
    try tx.orders.takeBack(order, [LineQuantity(line: 1, quantity: 1)], reference: "r")
    try tx.orders.dispute(order, over: "It is broken", reference: "d")
    try tx.interactions.record(
      NewInteraction(
        with: ada, and: [ben], through: .phone, .inbound, subject: "Both called"))
    try tx.commitments.make(
      NewCommitment(.promise, to: ada, "Call", owner: kim, due: .at(tx.now + .seconds(60))))
    try tx.reminders.set(
      "Call", for: kim, Recurrence(every: 1, .year, from: tx.today, at: .midnight, in: tx.zone),
      about: ada)
    try tx.media.add(
      NewMediaItem("A", type: "image/jpeg", byteCount: 1, url: "https://a.example/a", of: ada))
    try tx.needs.state(NewNeed(of: ada, "shoes", "New shoes", from: .staff))
    try tx.exchangeRates.record(.one, from: .usd, to: .eur, source: .staff)
    let playbook = try tx.playbooks.write(
      NewPlaybook("Shoes", when: "Shoes are wanted.", steps: ["Measure"]))
    try tx.playbooks.use(playbook.id, for: ada)
    try tx.contributions.give(NewContribution(from: ada, .idea, "Softer soles"))
    try tx.scores.define(
      ScoreModel(
        "fit", groups: [.init("all")], rules: [ScoreRule("fits", in: "all", 1, when: .always)]))
    try tx.satisfaction.record(NewSatisfactionAnswer(from: ada, .ease, 7))
    try tx.warnings.define(
      WarningModel(signals: [.init("all", .low, when: .holding(.always))]))
    try tx.warnings.look()
    try tx.standing.define(.standard)
    try tx.standing.look()
    try tx.loyaltyIndex.define(.standard)
    try tx.loyaltyIndex.look()
    try tx.loyaltyIndex.record(NewAttitudeAnswer(from: ada, .trust, 6))
    try tx.loyaltyIndex.state(
      NewWalletStatement(of: ada, on: "shoes", share: .percent(40), by: .survey, from: .staff))
    try fillLoyalty(tx, ada, ben)
    try tx.lifecycle.define(.retail)
    try tx.lifecycle.look()
    try tx.groups.define("all", "All", where: .always)
    try tx.customers.add(.person("Cy"))
    try tx.establishing.start("spring", "Spring", for: "all", capacity: 1, by: [], owner: kim)
    try tx.establishing.identify(in: "spring")
    try tx.establishing.choose(in: "spring")
    try tx.establishing.startAction("Calls", in: "spring")
    try tx.budget.plan(try Money("9.00", .eur), for: .service, .year, of: tx.today)
    try tx.budget.spend(try Money("1.00", .eur), on: ada, for: .service, because: "A gift")
    try tx.responsibility.register(kim, "Kim")
    try tx.responsibility.found("desk", "The desk")
    try tx.responsibility.join(kim, "desk")
    try tx.responsibility.define("home", priority: 1, owner: kim) { $0.country == "GB" }
    try tx.responsibility.assign(ada, to: kim, because: "She asked for Kim")
    try tx.responsibility.allow(kim, try Money("5.00", .eur), .perCase)
    try tx.responsibility.ask(try Money("2.00", .eur), for: ada, because: "It is broken")
    try tx.plans.open(NewPlan(for: ada, "Come back", kind: .winBack, owner: kim))
    try tx.orders.place(
      NewOrder(
        number: "2", customer: ada, lines: [.init(item.id, amount: try Money("2.00", .eur))]))
  }

  /// Makes at least one record of every kind of loyalty.
  private static func fillLoyalty(_ tx: Transaction, _ ada: Customer.ID, _ ben: Customer.ID)
    throws
  {
    var club = LoyaltyProgramme.standard("club", zone: .utc)
    club.rules[0].caps = [.points(500, per: .day)]
    club.rounding.carriesRemainder = true
    club.refund.unknownOrder = .park(days: 7)
    club.achievements = [AchievementTerms("first", goal: .count(1))]
    club.tierGroups = [
      TierGroup("status", tiers: [Tier("Bronze"), Tier("Silver", from: .points(5))])
    ]
    let before = tx.now - .seconds(3 * 86_400)
    try tx.loyalty.define(club, from: before)
    let member = try tx.loyalty.enrol(ada, in: "club", at: before).id
    let friend = try tx.loyalty.enrol(ben, in: "club", at: before).id
    try tx.loyalty.refer(friend, by: member)
    try tx.loyalty.checkIn(member)
    _ = try tx.loyalty.earn(
      .order("9", [EarnLine(try Money("20.50", .eur))]), for: member, key: "e"
    ).get()
    _ = try tx.loyalty.hold(5, from: member, key: "h").get()
    _ = try tx.loyalty.refund(
      .amount(try Money("1.00", .eur)), of: "10", from: member, number: "1", key: "f")
    try tx.loyalty.grant(
      "Silver", in: "status", to: friend, until: tx.today, because: "A mistake of ours")
    let reward = try tx.loyalty.add(NewReward("tea", .coupon, points: 2), to: "club")
    _ = try tx.loyalty.claim(reward.id, for: member, key: "c").get()
    try tx.loyalty.closeStatement(
      of: member, through: CalendarDate(daysSinceEpoch: tx.today.daysSinceEpoch - 1))
    try tx.loyalty.propose(3, for: member, because: "A mistake of ours", key: "p")
  }
}

/// A capability that keeps its records to itself.
private struct Vault: Capability {
  static let key = RecordKey("tx.vault")
  var records: [any Record.Type] { [Coin.self] }
  var lock: RecordLock? { Self.key.lock }
}

/// Another one that brings the same kind.
private struct Thief: Capability {
  let hasLock: Bool
  var records: [any Record.Type] { [Coin.self] }
  var lock: RecordLock? { hasLock ? RecordKey("tx.thief").lock : nil }
}

private struct Coin: Record {
  let id: Identifier<Coin>
  var worth: Int

  struct Fields: Sendable {
    let worth = Field<Coin, Int>("worth", { $0.worth }, { $0.worth = $1 })
  }
  static let fields = Fields()
  static let schema = Schema<Coin>("coins", fields, derived: true) { Coin(id: $0, worth: 0) }
}

/// The error an operation fails with.
private func refusal<Result>(of body: () throws -> Result) -> CRMError? {
  do {
    _ = try body()
  } catch {
    return error as? CRMError
  }
  return nil
}
