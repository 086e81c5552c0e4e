import CRMKit
import CRMTesting
import Testing

@Suite("Lifecycles")
struct LifecycleTests {
  /// The ladder of HC-044, which nothing moves customers on by itself.
  static let ladder = LifecycleModel(
    "ladder",
    stages: [
      LifecycleStage("subscriber", weight: 1, .open), LifecycleStage("lead", weight: 2, .open),
      LifecycleStage("mql", weight: 3, .open), LifecycleStage("sql", weight: 4, .open),
      LifecycleStage("opportunity", weight: 5, .open),
      LifecycleStage("customer", weight: 6, .active), LifecycleStage("churned", weight: 7, .lost),
    ],
    initial: "subscriber", rules: [], liftsMembers: true)

  private func day(_ count: Int) -> Duration { .seconds(count * 86_400) }

  @Test("Customers climb only upwards, and begin anew when cleared", arguments: Backend.allCases)
  func hc044(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let kim = shop.crm.acting(as: .staff("kim"))
    try await kim.write { tx in
      try tx.lifecycle.define(Self.ladder)
      try tx.lifecycle.move(ada.id, to: "customer", in: "ladder", because: "signed")
    }
    let refused = await failure {
      try await kim.write { tx in
        try tx.lifecycle.move(ada.id, to: "lead", in: "ladder", because: "a mistake")
      }
    }
    #expect(refused?.code == .backward)
    shop.clock.advance(by: day(1))
    try await kim.write { tx in
      try tx.lifecycle.clear(ada.id, in: "ladder", because: "starts anew")
      try tx.lifecycle.move(ada.id, to: "lead", in: "ladder", because: "called")
    }
    try await shop.crm.read { tx in
      let history = try tx.lifecycle.history(of: ada.id, in: "ladder")
      #expect(history.map(\.from) == [nil, "customer", nil])
      #expect(history.map(\.to) == ["customer", nil, "lead"])
      #expect(history.map(\.reason) == ["signed", "starts anew", "called"])
      #expect(history.map(\.cause) == [.manual, .clearing, .manual])
      #expect(history.map(\.actor) == Array(repeating: .staff("kim"), count: 3))
      #expect(try tx.lifecycle.position(of: ada.id, in: "ladder")?.furthest == "lead")
    }
  }

  @Test("The forward rule holds on every path with the same error", arguments: Backend.allCases)
  func hc045(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.lifecycle.define(Self.ladder)
      try tx.lifecycle.move(ada.id, to: "sql", in: "ladder", because: "signed")
      let bulk = try tx.lifecycle.moveAll(
        where: { $0.name == "Ada" }, to: "lead", in: "ladder", because: "all of them")
      #expect(bulk.moved == [])
      #expect(bulk.refused.map(\.customer) == [ada.id])
      #expect(bulk.refused.map(\.error.code) == [.backward])
    }
    let single = await failure {
      try await shop.crm.write { tx in
        try tx.lifecycle.move(ada.id, to: "lead", in: "ladder", because: "one of them")
      }
    }
    #expect(single?.code == .backward)
    // A rule that would lead backward is refused when the model is defined.
    let backward = LifecycleModel(
      "backward", stages: Self.ladder.stages, initial: "subscriber",
      rules: [LifecycleRule("back", from: ["customer"], to: "lead", when: .atLeast(1, .returns))])
    let refused = await failure {
      try await shop.crm.write { tx in try tx.lifecycle.define(backward) }
    }
    #expect(refused?.issues.map(\.problem) == ["“back” leads backward: customer → lead"])
  }

  @Test(
    "All whom a filter finds are moved, and it is told who was not and why",
    arguments: Backend.allCases)
  func moveAll(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let kim = Principal.staff("kim")
    try await shop.crm.acting(as: kim).write { tx in
      let people = try ["Ann", "Ben", "Cy", "Dee", "Eve"].map {
        try tx.customers.add(.person($0, country: $0 == "Eve" ? "DE" : "KR")).id
      }
      try tx.lifecycle.define(Self.ladder)
      try tx.lifecycle.look()
      try tx.lifecycle.move(people[1], to: "sql", in: "ladder", because: "asked")
      try tx.lifecycle.move(people[2], to: "customer", in: "ladder", because: "signed")
      _ = try tx.customers.archive(people[3])
      let before = try people.map { try tx.lifecycle.history(of: $0, in: "ladder") }
      let bulk = try tx.lifecycle.moveAll(
        where: { $0.country == "KR" }, to: "sql", in: "ladder", because: "met at the fair")
      #expect(bulk.moved == [people[0]])
      #expect(bulk.unmoved == [people[1]])
      let refusals = Dictionary(
        uniqueKeysWithValues: bulk.refused.map { ($0.customer, $0.error.code) })
      #expect(refusals == [people[2]: .backward, people[3]: .notAllowed])
      let after = try people.map { try tx.lifecycle.history(of: $0, in: "ladder") }
      let move = try #require(after[0].last)
      #expect(move.from == "subscriber" && move.to == "sql" && move.cause == .bulk)
      #expect(move.actor == kim && move.reason == "met at the fair" && move.at == tx.now)
      #expect(after[0].dropLast() == before[0][...])
      #expect(after.dropFirst() == before.dropFirst(), "Nobody else was moved")
    }
    #expect(try await shop.crm.verify().isSound)
  }

  @Test("Stages of equal weight are refused when the model is defined", arguments: Backend.allCases)
  func hc047(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let model = LifecycleModel(
      "ties",
      stages: [
        LifecycleStage("lead", weight: 1, .open), LifecycleStage("customer", weight: 1, .active),
      ],
      initial: "lead", rules: [])
    let refused = await failure {
      try await shop.crm.write { tx in try tx.lifecycle.define(model) }
    }
    #expect(
      refused?.issues == [.init("stages[1].weight", "is 1, as that of “lead”")])
    #expect(try await shop.crm.read { try $0.lifecycle.models() } == [])
  }

  @Test("The people of an organisation come at least as far with it", arguments: Backend.allCases)
  func hc048(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (company, first, second) = try await shop.crm.write { tx in
      let company = try tx.customers.add(.organisation("Acme")).id
      let people = try ["Ann", "Ben"].map { try tx.customers.add(.person($0)).id }
      for person in people {
        try tx.relationships.add(NewRelationship(person, .employee, of: company))
      }
      try tx.lifecycle.define(Self.ladder)
      try tx.lifecycle.look()
      try tx.lifecycle.move(people[1], to: "opportunity", in: "ladder", because: "asked")
      return (company, people[0], people[1])
    }
    func stages() async throws -> [String?] {
      try await shop.crm.read { tx in
        try [company, first, second].map { try tx.lifecycle.position(of: $0, in: "ladder")?.stage }
      }
    }
    #expect(try await stages() == ["subscriber", "subscriber", "opportunity"])
    try await shop.crm.write { tx in
      try tx.lifecycle.move(company, to: "lead", in: "ladder", because: "asked")
    }
    #expect(try await stages() == ["lead", "lead", "opportunity"])
    try await shop.crm.write { tx in
      try tx.lifecycle.move(company, to: "customer", in: "ladder", because: "signed")
    }
    #expect(try await stages() == ["customer", "customer", "customer"])
    try await shop.crm.write { tx in
      try tx.lifecycle.clear(company, in: "ladder", because: "a mistake")
      try tx.lifecycle.move(company, to: "lead", in: "ladder", because: "a mistake")
    }
    #expect(try await stages() == ["lead", "customer", "customer"])
    try await shop.crm.write { tx in
      try tx.lifecycle.move(first, to: "churned", in: "ladder", because: "left")
    }
    #expect(try await stages() == ["lead", "churned", "customer"])
  }

  @Test("Organisations that belong to each other climb together", arguments: Backend.allCases)
  func mutualMembers(backend: Backend) async throws {
    let types = ["branch", "partner"].map { name in
      RelationshipType(
        RelationshipType.Key(rawValue: name), "\(name) of", inverse: "has \(name)",
        from: .organisation, to: .organisation, upper: .to, for: [.membership])
    }
    let shop = try await Shop(
      backend, CRM.standardCapabilities.replacing(Relationships(types: .standard + types)))
    let stages = try await shop.crm.write { tx in
      let firms = try ["Acme", "Bolt"].map { try tx.customers.add(.organisation($0)).id }
      try tx.relationships.add(NewRelationship(firms[0], types[0].key, of: firms[1]))
      try tx.relationships.add(NewRelationship(firms[1], types[1].key, of: firms[0]))
      try tx.lifecycle.define(Self.ladder)
      try tx.lifecycle.look()
      try tx.lifecycle.move(firms[0], to: "customer", in: "ladder", because: "signed")
      return try firms.map { try tx.lifecycle.position(of: $0, in: "ladder")?.stage }
    }
    #expect(stages == ["customer", "customer"])
  }

  @Test("The status is one thing, the furthest stage another", arguments: Backend.allCases)
  func hc049(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let model = LifecycleModel(
      "churn", stages: Self.ladder.stages, initial: "subscriber",
      rules: [
        LifecycleRule(
          "ordered", from: ["subscriber", "lead"], to: "customer", when: .atLeast(1, .orders)),
        LifecycleRule(
          "silent", from: ["customer"], to: "churned",
          when: .passed(.days(90), since: .lastOrder)),
        LifecycleRule(
          "back", from: ["churned"], to: .furthest,
          when: .happened(.lastOrder) && !.passed(.days(90), since: .lastOrder)),
      ])
    try await shop.crm.write { tx in
      try tx.lifecycle.define(model)
      try tx.orders.place(order("1", ada.id, item.id))
    }
    shop.clock.advance(by: day(100))
    try await shop.crm.advance()
    try await shop.crm.read { tx in
      let position = try #require(try tx.lifecycle.position(of: ada.id, in: "churn"))
      #expect(position.stage == "churned")
      #expect(position.kind == .lost)
      #expect(position.furthest == "customer")
      #expect(position.enteredAt == Shop.opening + day(90))
      // Current customers leave her out, those who ever were have her in.
      let positions = tx.records(of: LifecyclePosition.self)
      #expect(try positions.count(where: { $0.stage == "customer" }) == 0)
      #expect(try positions.count(where: { $0.furthest == "customer" }) == 1)
    }
    try await shop.crm.write { tx in try tx.orders.place(order("2", ada.id, item.id)) }
    try await shop.crm.read { tx in
      let position = try #require(try tx.lifecycle.position(of: ada.id, in: "churn"))
      #expect(position.kind == .active)
      #expect(position.furthest == "customer")
      #expect(position.furthestAt == Shop.opening)
    }
  }

  private func order(
    _ number: String, _ customer: Customer.ID, _ item: CatalogueItem.ID, at instant: Instant? = nil
  ) throws -> NewOrder {
    NewOrder(
      number: number, customer: customer,
      lines: [.init(item, quantity: 1, amount: try Money("10.00", .usd))], placedAt: instant)
  }
}

// MARK: - Time

extension LifecycleTests {
  @Test(
    "Time moves customers at the exact millisecond, however late anybody looks",
    arguments: Backend.allCases, [true, false])
  func exactInstants(backend: Backend, isLookedAtOften: Bool) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.lifecycle.define(.retail)
      try tx.orders.place(order("1", ada.id, item.id))
    }
    if isLookedAtOften {
      for _ in 0..<400 {
        shop.clock.advance(by: day(1))
        try await shop.crm.advance()
      }
    } else {
      shop.clock.advance(by: day(400))
    }
    // The next order comes before anybody looked.
    try await shop.crm.write { tx in try tx.orders.place(order("2", ada.id, item.id)) }
    try await shop.crm.read { tx in
      let history = try tx.lifecycle.history(of: ada.id, in: "retail")
      #expect(
        history.map(\.to)
          == ["prospect", "first_purchase", "at_risk", "lapsed", "lost", "won_back"])
      #expect(
        history.map(\.at)
          == [0, 0, 90, 180, 365, 400].map { Shop.opening + day($0) })
      #expect(history.dropFirst().allSatisfy { $0.rule != nil && !$0.evidence.isEmpty })
      let times = try tx.lifecycle.stageTimes(of: ada.id, in: "retail")
      #expect(times.map(\.duration).reduce(.zero, +) == day(400))
    }
  }

  @Test("Days are the customer's own, daylight saving included", arguments: Backend.allCases)
  func daylightSaving(backend: Backend) async throws {
    let start = try #require(Instant("2026-03-01T12:00:00.123Z"))
    let shop = try await Shop(backend, at: start)
    let (_, item) = try await shop.furnished()
    let berlin = try #require(Zone("Europe/Berlin"))
    let bert = try await shop.crm.write { tx in
      let bert = try tx.customers.add(.person("Bert").with { $0.zone = berlin }).id
      try tx.lifecycle.define(.retail)
      try tx.orders.place(order("1", bert, item.id))
      return bert
    }
    shop.clock.advance(by: day(200))
    try await shop.crm.advance()
    try await shop.crm.read { tx in
      let history = try tx.lifecycle.history(of: bert, in: "retail")
      // 13:00 in Berlin is 12:00 UTC in March and 11:00 in May.
      let entered = try #require(history.first { $0.to == "at_risk" }).at
      #expect(entered.description == "2026-05-30T11:00:00.123Z")
    }
  }

  @Test("What time will do is known before it does it", arguments: Backend.allCases)
  func forecast(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.lifecycle.define(.retail)
      try tx.orders.place(order("1", ada.id, item.id))
    }
    try await shop.crm.read { tx in
      let position = try #require(try tx.lifecycle.position(of: ada.id, in: "retail"))
      #expect(position.forecast.map(\.to) == ["at_risk", "lapsed", "lost"])
      #expect(position.forecast.map(\.at) == [90, 180, 365].map { Shop.opening + day($0) })
    }
  }

  @Test("A cancelled order takes back what time would have done", arguments: Backend.allCases)
  func cancelled(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.lifecycle.define(.retail)
      let order = try tx.orders.place(order("1", ada.id, item.id))
      try tx.orders.cancel(order.id)
    }
    shop.clock.advance(by: day(1_000))
    try await shop.crm.advance()
    let (position, upcoming) = try await shop.crm.read { tx in
      (
        try tx.lifecycle.position(of: ada.id, in: "retail"),
        try tx.agenda.upcoming(for: ada.id)
      )
    }
    // The ladder is climbed only upwards; who has no order that stands leaves it in time.
    #expect(position?.stage == "lost")
    #expect(position?.enteredAt == Shop.opening + day(365))
    #expect(position?.furthest == "first_purchase")
    #expect(upcoming.isEmpty)
    #expect(position?.forecast == [])
  }

  @Test("A stay that is longer than expected is told of once", arguments: Backend.allCases)
  func overstays(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.lifecycle.define(.retail)
      #expect(try tx.lifecycle.look() == 1)
    }
    for _ in 0..<5 {
      shop.clock.advance(by: day(40))
      try await shop.crm.advance()
    }
    let told = try await shop.events().filter { $0.type == LifecycleOverstayed.name }
    #expect(told.map(\.occurredAt) == [Shop.opening + day(90)])
    #expect(told.map(\.customer) == [ada.id])
    let page = try await shop.crm.read { try $0.lifecycle.overstaying(in: "retail") }
    #expect(page.items.map(\.customer) == [ada.id])
  }
}

// MARK: - Definitions

extension LifecycleTests {
  private static let stages = [
    LifecycleStage("a", weight: 1, .open), LifecycleStage("b", weight: 2, .active),
    LifecycleStage("c", weight: 3, .atRisk), LifecycleStage("d", weight: 4, .lost),
  ]

  @Test(
    "A model that cannot work is refused, with what shows it",
    arguments: [
      (
        [
          LifecycleRule("one", from: ["a"], to: "b", when: .atLeast(1, .orders)),
          LifecycleRule("two", from: ["a"], to: "c", when: .atLeast(2, .orders)),
        ],
        "“one” and “two” can hold at once and disagree: a → b or a → c; give one of them the higher "
          + "priority"
      ),
      (
        [
          LifecycleRule("out", from: ["b"], to: "c", when: .atLeast(1, .returns)),
          LifecycleRule("in", from: ["c"], to: "b", when: .atLeast(1, .orders)),
        ],
        "lead in a circle within one instant: b → c → b by “out”, “in”"
      ),
      (
        [LifecycleRule("x", from: ["a"], to: "b", when: .atLeast(1, .figure("visits")))],
        "looks at “visits”, which is no figure of the host's"
      ),
      (
        [LifecycleRule("x", from: ["a"], to: "bb", when: .always)],
        "“bb” is no stage of the model; did you mean “b”?"
      ),
    ])
  func refused(rules: [LifecycleRule], problem: String) async throws {
    let shop = try await Shop(.memory)
    let model = LifecycleModel("m", stages: Self.stages, initial: "a", rules: rules)
    let error = await failure { try await shop.crm.write { try $0.lifecycle.define(model) } }
    #expect(error?.issues.map(\.problem) == [problem])
  }

  @Test("Conditions on fields that there are not are refused")
  func unknownFields() async throws {
    let shop = try await Shop(.memory)
    let model = LifecycleModel(
      "m", stages: Self.stages, initial: "a",
      rules: [
        LifecycleRule("x", from: ["a"], to: "b", when: .file(.isMissing(field: "nmae")))
      ])
    let error = await failure { try await shop.crm.write { try $0.lifecycle.define(model) } }
    #expect(error?.issues.map(\.field) == ["rules[0].condition"])
    #expect(error?.issues.first?.problem.contains("“name”") == true)
  }

  @Test("Stages that nobody can come to are refused")
  func unreachable() async throws {
    let shop = try await Shop(.memory)
    let model = LifecycleModel(
      "m", stages: Self.stages, initial: "a",
      rules: [LifecycleRule("x", from: ["a"], to: "b", when: .atLeast(1, .orders))],
      paths: [LifecyclePath(to: "d")])
    let error = await failure { try await shop.crm.write { try $0.lifecycle.define(model) } }
    #expect(error?.issues == [.init("stages[2]", "“c” cannot be reached from “a”")])
  }

  @Test("Models that ship with the library can work", arguments: [LifecycleModel.retail, .b2b])
  func standardModels(model: LifecycleModel) async throws {
    let shop = try await Shop(.memory)
    try await shop.crm.write { try $0.lifecycle.define(model) }
    #expect(try await shop.crm.read { try $0.lifecycle.model(model.name) } == model)
  }

  @Test(
    "Customers are carried to a version by a mapping, previewed first",
    arguments: Backend.allCases)
  func versions(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let next = LifecycleModel(
      "m", version: 2,
      stages: [
        LifecycleStage("start", weight: 1, .open), LifecycleStage("b", weight: 2, .active),
        LifecycleStage("c", weight: 3, .atRisk), LifecycleStage("d", weight: 4, .lost),
      ], initial: "start", rules: [])
    try await shop.crm.write { tx in
      try tx.lifecycle.define(
        LifecycleModel("m", stages: Self.stages, initial: "a", rules: []))
      try tx.lifecycle.look()
      try tx.lifecycle.define(next)
    }
    let unmapped = await failure {
      try await shop.crm.read { try $0.lifecycle.previewCarrying("m", to: 2) }
    }
    #expect(unmapped?.issues == [.init("mapping[a]", "is missing: version 2 has no “a”")])
    let preview = try await shop.crm.read { tx in
      try tx.lifecycle.previewCarrying("m", to: 2, mapping: ["a": "start"])
    }
    let done = try await shop.crm.write { tx in
      try tx.lifecycle.carry("m", to: 2, mapping: ["a": "start"])
    }
    #expect(preview == done)
    #expect(done.customers == 1)
    try await shop.crm.read { tx in
      let position = try #require(try tx.lifecycle.position(of: ada.id, in: "m"))
      #expect(position.stage == "start")
      #expect(position.modelVersion == 2)
      #expect(try tx.lifecycle.history(of: ada.id, in: "m").map(\.cause) == [.entry, .version])
      #expect(try tx.lifecycle.model("m").version == 2)
    }
  }

  @Test("Rungs that are passed over are noted", arguments: Backend.allCases)
  func skipped(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.lifecycle.define(Self.ladder)
      try tx.lifecycle.look()
      try tx.lifecycle.move(ada.id, to: "sql", in: "ladder", because: "knows what she wants")
    }
    let last = try await shop.crm.read { try $0.lifecycle.history(of: ada.id, in: "ladder").last }
    #expect(last?.skipped == ["lead", "mql"])
  }

  @Test("Stages are as they were as of any past instant", arguments: Backend.allCases)
  func pastInstants(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.lifecycle.define(.retail)
      try tx.orders.place(order("1", ada.id, item.id))
    }
    shop.clock.advance(by: day(200))
    try await shop.crm.advance()
    try await shop.crm.read { tx in
      let stages = try [-1, 0, 89, 90, 179, 180].map { days in
        try tx.lifecycle.stage(of: ada.id, in: "retail", at: Shop.opening + day(days))
      }
      #expect(
        stages == [nil, "first_purchase", "first_purchase", "at_risk", "at_risk", "lapsed"])
      #expect(
        try tx.lifecycle.composition(of: "retail", at: Shop.opening + day(100))
          == [LifecycleShare(stage: "at_risk", customers: 1)])
      #expect(
        try tx.lifecycle.flow(in: "retail", from: Shop.opening + day(1), until: tx.now).map {
          [$0.move.from, $0.move.to]
        } == [["at_risk", "lapsed"], ["first_purchase", "at_risk"]])
      let current = try tx.lifecycle.composition(of: "retail").filter { $0.customers > 0 }
      #expect(current == [LifecycleShare(stage: "lapsed", customers: 1)])
    }
  }
}
