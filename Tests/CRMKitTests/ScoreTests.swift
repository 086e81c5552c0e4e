import CRMKit
import CRMTesting
import Testing

@Suite("Scores")
struct ScoreTests {
  private func at(_ text: String) throws -> Instant { try #require(Instant(text)) }

  private static func clicks(_ tx: Transaction, _ count: Int, of customer: Customer.ID) throws {
    for _ in 0..<count {
      var click = NewInteraction(with: customer, through: .web, .inbound, subject: "Click")
      click.outcome = "clicked"
      try tx.interactions.record(click)
    }
  }

  private static func engagement(
    version: Int = 1, fit: Int = 30, limit: Int? = 100, floor: Int? = nil
  ) -> ScoreModel {
    ScoreModel(
      "engagement", version: version, groups: [.init("clicks", cap: 40), .init("fit")],
      rules: [
        ScoreRule(
          "clicked", in: "clicks", 5, each: .interactions { $0.outcome == "clicked" }),
        ScoreRule("fits", in: "fit", fit, when: .customer { $0.name == "Ada" }),
      ],
      limit: limit, floor: floor)
  }

  @Test(
    "Groups are capped, and the total has a limit and may have a floor (HC-051)",
    arguments: Backend.allCases)
  func hc051(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    try await shop.crm.write { tx in
      try Self.clicks(tx, 9, of: ada.id)
      try tx.scores.define(Self.engagement())
      let score = try tx.scores.score(of: ada.id, in: "engagement")
      #expect(score.value == 70)
      #expect(score.groups.map(\.uncapped) == [45, 30])
      #expect(score.groups.map(\.value) == [40, 30])
      #expect(score.groups[0].reasons.map(\.count) == [9])
      #expect(score.groups[1].reasons.map(\.description) == ["30 for fits (name: as asked)"])
      #expect(score.nextChangeAt == nil)
      try tx.scores.define(Self.engagement(version: 2, fit: -60))
      #expect(try tx.scores.score(of: ada.id, in: "engagement").value == -20)
      try tx.scores.define(Self.engagement(version: 3, fit: -60, floor: 0))
      #expect(try tx.scores.score(of: ada.id, in: "engagement").value == 0)
      #expect(try tx.scores.score(of: ada.id, in: "engagement").unlimited == -20)
      try tx.scores.define(Self.engagement(version: 4, fit: 90))
      #expect(try tx.scores.score(of: ada.id, in: "engagement").value == 100)
      let second = Self.engagement(version: 2, fit: -60)
      #expect(try tx.scores.model("engagement", version: 2) == second)
      #expect(try tx.scores.models().map(\.version) == [4])
    }
  }

  private static func fading(_ decay: ScoreDecay) -> ScoreModel {
    ScoreModel(
      decay.mode.rawValue, groups: [.init("events")],
      rules: [
        ScoreRule("visit", in: "events", 40, each: .interactions(), fading: decay)
      ])
  }

  @Test(
    "Points fade period by period, compounding or linear (HC-052)",
    arguments: Backend.allCases)
  func hc052(backend: Backend) async throws {
    let shop = try await Shop(backend, at: try at("2026-01-15T00:00:00Z"))
    let (ada, _) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.scores.define(Self.fading(.compounding(.percent(25), every: .months(1))))
      try tx.scores.define(Self.fading(.linear(.percent(25), every: .months(1))))
      try tx.interactions.record(
        NewInteraction(with: ada.id, through: .store, .inbound, subject: "Visit"))
    }
    let expected: [(String, String, String, next: String?)] = [
      ("2026-01-15T00:00:00Z", "40", "40", "2026-02-15T00:00:00Z"),
      ("2026-02-14T23:59:59.999Z", "40", "40", "2026-02-15T00:00:00Z"),
      ("2026-02-15T00:00:00Z", "30", "30", "2026-03-15T00:00:00Z"),
      ("2026-03-15T00:00:00Z", "22.5", "20", "2026-04-15T00:00:00Z"),
      ("2026-04-15T00:00:00Z", "16.875", "10", "2026-05-15T00:00:00Z"),
      ("2026-05-15T00:00:00Z", "12.65625", "0", nil),
    ]
    let events = try await shop.events().count
    for (instant, compounding, linear, next) in expected {
      shop.clock.set(to: try at(instant))
      try await shop.crm.read { tx in
        let scores = try tx.scores.all(of: ada.id)
        #expect(scores.map(\.model) == ["compounding", "linear"])
        #expect(scores.map(\.value.description) == [compounding, linear])
        #expect(scores[1].nextChangeAt == (try next.map { try self.at($0) }))
        if let next { #expect(scores[0].nextChangeAt == (try self.at(next))) }
      }
    }
    #expect(try await shop.events().count == events)
  }

  @Test(
    "Months end at the day they began, or the last one, in the customer's zone",
    arguments: Backend.allCases)
  func months(backend: Backend) async throws {
    let berlin = try #require(Zone("Europe/Berlin"))
    let shop = try await Shop(backend, at: try at("2026-01-30T23:30:00Z"))
    let ada = try await shop.crm.write { tx in
      var new = NewCustomer.person("Ada")
      new.zone = berlin
      let ada = try tx.customers.add(new)
      try tx.scores.define(Self.fading(.linear(.percent(25), every: .months(1))))
      // In Berlin it is 00:30 on the 31st.
      try tx.interactions.record(
        NewInteraction(with: ada.id, through: .store, .inbound, subject: "Visit"))
      return ada
    }
    try await shop.crm.read { tx in
      var changes: [Instant] = []
      var next: Instant? = tx.now
      while let instant = next {
        next = try tx.scores.score(of: ada.id, in: "linear", at: instant).nextChangeAt
        if let next { changes.append(next) }
      }
      // The 31st of March and the 30th of April are in summer time.
      #expect(
        changes.map(\.description) == [
          "2026-02-27T23:30:00.000Z", "2026-03-30T22:30:00.000Z", "2026-04-29T22:30:00.000Z",
          "2026-05-30T22:30:00.000Z",
        ])
    }
  }

  @Test("A model can mean days at the firm", arguments: Backend.allCases)
  func firm(backend: Backend) async throws {
    let seoul = try #require(Zone("Asia/Seoul"))
    let shop = try await Shop(backend, at: try at("2026-01-30T16:00:00Z"), zone: seoul)
    let ada = try await shop.crm.write { tx in
      var new = NewCustomer.person("Ada")
      new.zone = .utc
      let ada = try tx.customers.add(new)
      for days in [LifecycleModel.DayZone.firm, .customer] {
        try tx.scores.define(
          ScoreModel(
            days.rawValue, groups: [.init("all")],
            rules: [
              ScoreRule("visit", in: "all", 1, each: .interactions(), within: .months(1))
            ], days: days))
      }
      try tx.interactions.record(
        NewInteraction(with: ada.id, through: .store, .inbound, subject: "Visit"))
      return ada
    }
    // With the customer it is the 30th; at the firm it is 01:00 on the 31st.
    let ends = try await shop.crm.read { try $0.scores.all(of: ada.id).map(\.nextChangeAt) }
    #expect(
      ends == [try at("2026-02-28T16:00:00Z"), try at("2026-02-27T16:00:00Z")])
  }

  @Test("Within a time frame, only what happened since counts", arguments: Backend.allCases)
  func frames(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let model = ScoreModel(
      "recent", groups: [.init("all")],
      rules: [
        ScoreRule("ordered", in: "all", 10, each: .orders(), within: .days(30)),
        ScoreRule("gave back", in: "all", -4, each: .events(OrderReturned.self)),
        ScoreRule("has an idea", in: "all", 3, each: .contributions { $0.kind == .idea }),
        ScoreRule("called", in: "all", 1, each: .interactions { $0.channel == .phone }),
      ])
    let (order, cancelled) = try await shop.crm.write { tx in
      try tx.scores.define(model)
      let orders = try ["1", "2"].map {
        try tx.orders.place(
          NewOrder(
            number: $0, customer: ada.id,
            lines: [.init(item.id, quantity: 1, amount: try Money("9.99", .usd))]))
      }
      try tx.orders.cancel(orders[1].id)
      try tx.contributions.give(NewContribution(from: ada.id, .idea, "Gift wrap"))
      try tx.contributions.give(NewContribution(from: ada.id, .feedback, "Nice"))
      let ben = try tx.customers.add(.person("Ben"))
      try tx.interactions.record(
        NewInteraction(with: ben.id, and: [ada.id], through: .phone, .inbound, subject: "Both"))
      return (orders[0], orders[1])
    }
    #expect(cancelled.id != order.id)
    let start = shop.clock.now
    let leaves = start + .seconds(30 * 86_400)
    try await shop.crm.read { tx in
      #expect(try tx.scores.score(of: ada.id, in: "recent").value == 14)
      #expect(try tx.scores.score(of: ada.id, in: "recent").nextChangeAt == leaves)
      let before = leaves - .milliseconds(1)
      #expect(try tx.scores.score(of: ada.id, in: "recent", at: before).value == 14)
      let after = try tx.scores.score(of: ada.id, in: "recent", at: leaves)
      #expect(after.value == 4)
      #expect(after.groups[0].reasons.map(\.rule) == ["has an idea", "called"])
    }
    try await shop.crm.write { tx in
      try tx.orders.ship(order.id, reference: "s", by: .handover)
      try tx.orders.takeBack(order.id, [LineQuantity(line: 1, quantity: 1)], reference: "r")
      #expect(try tx.scores.score(of: ada.id, in: "recent").value == 10)
    }
  }

  @Test("Planned contacts count from their instant on", arguments: Backend.allCases)
  func planned(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let due = shop.clock.now + .seconds(3_600)
    try await shop.crm.write { tx in
      try tx.scores.define(Self.fading(.compounding(.percent(50), every: .days(1))))
      var visit = NewInteraction(with: ada.id, through: .store, .inbound, subject: "Visit")
      visit.occurredAt = due
      try tx.interactions.record(visit)
      let score = try tx.scores.score(of: ada.id, in: "compounding")
      #expect(score.value == 0)
      #expect(score.nextChangeAt == due)
      #expect(try tx.scores.score(of: ada.id, in: "compounding", at: due).value == 40)
    }
  }

  @Test("What a cap hides changes nothing until it shows", arguments: Backend.allCases)
  func hidden(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let model = ScoreModel(
      "capped", groups: [.init("clicks", cap: 30)],
      rules: [
        ScoreRule(
          "clicked", in: "clicks", 20, each: .interactions(),
          fading: .linear(.percent(10), every: .days(1)))
      ])
    try await shop.crm.write { tx in
      try tx.scores.define(model)
      try Self.clicks(tx, 2, of: ada.id)
      let score = try tx.scores.score(of: ada.id, in: "capped")
      #expect(score.value == 30)
      // 40, 36, 32, and then 28 on the third day.
      let shows = tx.now + .seconds(3 * 86_400)
      #expect(score.nextChangeAt == shows)
      #expect(try tx.scores.score(of: ada.id, in: "capped", at: shows).value == 28)
    }
  }

  @Test(
    "A bad model is refused with every problem, and nothing is kept",
    arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let model = ScoreModel(
      "bad", version: 1, groups: [.init("clicks", cap: 0), .init("clicks")],
      rules: [
        ScoreRule("a", in: "cliks", 0, when: .stands(["x"], in: "retail")),
        ScoreRule("a", in: "clicks", 200_000, each: .events("orders.retuned")),
        ScoreRule(
          "b", in: "clicks", 1, each: .interactions(Condition.isMissing(field: "outcom")),
          within: .days(0), fading: .linear(.percent(101), every: .months(0))),
        ScoreRule("c", in: "clicks", 1, when: .atLeast(1, .score("other"))),
        ScoreRule("d", in: "clicks", 1, when: .atLeast(1, .figure("visits"))),
      ],
      limit: 1, floor: 2)
    let error = await failure {
      try await shop.crm.write { try $0.scores.define(model) }
    }
    #expect(error?.code == .invalid)
    #expect(
      error?.issues.map(\.field) == [
        "groups[0].cap", "groups[1].name", "limit", "rules[0].points", "rules[0].group",
        "rules[0].condition", "rules[1].name", "rules[1].points", "rules[1].events",
        "rules[2].within", "rules[2].fading.period", "rules[2].fading.rate",
        "rules[3].condition", "rules[4].condition", "rules[2].interactions",
      ])
    let hints = error?.issues.map(\.problem).filter { $0.contains("did you mean") } ?? []
    #expect(hints.count == 2)
    try await shop.crm.write { tx in
      #expect(try tx.scores.models() == [])
      try tx.scores.define(Self.engagement())
      try tx.scores.define(Self.engagement())
      let changed = refusal { try tx.scores.define(Self.engagement(fit: 1)) }
      #expect(changed?.code == .conflict)
      let skipped = refusal { try tx.scores.define(Self.engagement(version: 3)) }
      #expect(skipped?.issues == [.init("version", "is not 2, the next one")])
      let unknown = refusal { try tx.scores.model("engagment") }
      #expect(unknown?.code == .notFound)
      #expect(unknown?.recovery == "Did you mean “engagement”?")
    }
  }

  @Test(
    "Scores are there at the ends of time and for the longest spans", arguments: Backend.allCases)
  func extremes(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let spans: [LifecycleSpan] = [
      .days(4_000_000), .months(4_000_000), .exactly(.milliseconds(Int64.max)),
      .exactly(.milliseconds(1)), .days(1), .months(1),
    ]
    let rules = spans.enumerated().map { index, span in
      ScoreRule(
        "\(index)", in: "all", index % 2 == 0 ? 100_000 : -100_000, each: .interactions(),
        within: index > 2 ? nil : span, fading: .compounding(.percent(99), every: span))
    }
    try await shop.crm.write { tx in
      try tx.scores.define(ScoreModel("long", groups: [.init("all")], rules: rules))
      for instant in [Instant.earliest, tx.now] {
        var visit = NewInteraction(with: ada.id, through: .store, .inbound, subject: "Visit")
        visit.occurredAt = instant
        try tx.interactions.record(visit)
      }
      for instant in [Instant.earliest, tx.now, .latest] {
        let score = try tx.scores.score(of: ada.id, in: "long", at: instant)
        #expect(score.nextChangeAt.map { $0 > instant } ?? true)
      }
      let first = try tx.scores.score(of: ada.id, in: "long", at: .earliest)
      #expect(first.value == 0)
      #expect(first.nextChangeAt == .earliest + .milliseconds(1))
    }
  }

  @Test("Points are read and written exactly")
  func points() throws {
    for text in ["0", "16.875", "-0.5", "9000000000", "0.000000001", "-12.65625"] {
      #expect(ScorePoints(text)?.description == text)
    }
    for text in ["", "-", ".", "1.", ".5", "1e3", "0.0000000001", "9000000001", "1.2.3", "+1"] {
      #expect(ScorePoints(text) == nil, "\(text)")
    }
    #expect(try #require(ScorePoints("16.875")).whole == 16)
    #expect(try #require(ScorePoints("16.875")) > 16)
    #expect(ScorePoints("16.50") == ScorePoints("16.5"))
  }

  // MARK: Lifecycles

  private static let warmth = LifecycleModel(
    "warmth",
    stages: [
      LifecycleStage("cold", weight: 1, .open), LifecycleStage("warm", weight: 2, .active),
      LifecycleStage("cooling", weight: 3, .atRisk),
    ],
    initial: "cold",
    rules: [
      LifecycleRule(
        "warms up", from: ["cold"], to: "warm", when: .atLeast(30, .score("compounding"))),
      LifecycleRule(
        "cools down", from: ["warm"], to: "cooling", when: .fewer(than: 20, .score("compounding"))),
      LifecycleRule(
        "is back", from: ["cooling"], to: .furthest, when: .atLeast(30, .score("compounding"))),
    ])

  @Test("A score moves customers, and time alone at the exact instant", arguments: Backend.allCases)
  func moves(backend: Backend) async throws {
    let shop = try await Shop(backend, at: try at("2026-01-15T00:00:00Z"))
    let (ada, _) = try await shop.furnished()
    let early = await failure {
      try await shop.crm.write { try $0.lifecycle.define(Self.warmth) }
    }
    #expect(early?.issues.count == 3)
    try await shop.crm.write { tx in
      try tx.scores.define(Self.fading(.compounding(.percent(25), every: .months(1))))
      try tx.lifecycle.define(Self.warmth)
      try tx.interactions.record(
        NewInteraction(with: ada.id, through: .store, .inbound, subject: "Visit"))
      let position = try #require(try tx.lifecycle.position(of: ada.id, in: "warmth"))
      #expect(position.stage == "warm")
      #expect(position.forecast.map(\.at) == [try self.at("2026-04-15T00:00:00Z")])
      #expect(position.forecast.first?.evidence.map(\.found) == ["16.875"])
    }
    shop.clock.set(to: try at("2026-07-01T00:00:00Z"))
    try await shop.crm.advance()
    try await shop.crm.write { tx in
      let last = try #require(try tx.lifecycle.history(of: ada.id, in: "warmth").last)
      #expect(last.to == "cooling")
      #expect(last.at == (try self.at("2026-04-15T00:00:00Z")))
      #expect(last.evidence.map(\.found) == ["16.875"])
      try tx.interactions.record(
        NewInteraction(with: ada.id, through: .store, .inbound, subject: "Visit"))
      #expect(try tx.lifecycle.position(of: ada.id, in: "warmth")?.stage == "warm")
    }
    #expect(try await shop.crm.verify().problems.isEmpty)
  }

  @Test("A new version of a score moves those who look at it, at once", arguments: Backend.allCases)
  func redefined(backend: Backend) async throws {
    let shop = try await Shop(backend, at: try at("2026-01-15T00:00:00Z"))
    let (ada, _) = try await shop.furnished()
    try await shop.crm.write { tx in
      let old = Self.fading(.compounding(.percent(25), every: .months(1)))
      try tx.scores.define(old)
      try tx.lifecycle.define(Self.warmth)
      try tx.interactions.record(
        NewInteraction(with: ada.id, through: .store, .inbound, subject: "Visit"))
      #expect(try tx.lifecycle.position(of: ada.id, in: "warmth")?.stage == "warm")
      try tx.scores.define(
        ScoreModel("compounding", version: 2, groups: old.groups, rules: old.rules, limit: 19))
      #expect(try tx.lifecycle.position(of: ada.id, in: "warmth")?.stage == "cooling")
    }
  }

  @Test("Thousands of changes ahead are looked through", arguments: [Backend.memory])
  func many(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.scores.define(Self.fading(.compounding(.percent(5), every: .days(7))))
      try tx.lifecycle.define(
        LifecycleModel(
          "warmth", stages: Self.warmth.stages, initial: "cold",
          rules: [
            LifecycleRule(
              "warms up", from: ["cold"], to: "warm", when: .atLeast(30, .score("compounding"))),
            LifecycleRule(
              "cools down", from: ["warm"], to: "cooling",
              when: .fewer(than: 1, .score("compounding"))),
          ]))
      for index in 0..<10 {
        var visit = NewInteraction(with: ada.id, through: .store, .inbound, subject: "Visit")
        visit.occurredAt = tx.now - .seconds(index * 3_600)
        try tx.interactions.record(visit)
      }
      let position = try #require(try tx.lifecycle.position(of: ada.id, in: "warmth"))
      let cools = try #require(position.forecast.first?.at)
      #expect(try tx.scores.score(of: ada.id, in: "compounding", at: cools).value < 1)
      let before = cools - .milliseconds(1)
      #expect(try tx.scores.score(of: ada.id, in: "compounding", at: before).value >= 1)
    }
  }
}
