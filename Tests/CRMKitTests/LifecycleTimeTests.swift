import CRMKit
import CRMTesting
import Testing

/// Lifecycles while time goes by unseen, is seen late, or goes backward.
@Suite("Lifecycles in the course of time")
struct LifecycleTimeTests {
  private static func day(_ count: Int) -> Duration { .seconds(count * 86_400) }
  private static let kim = Principal.staff("kim")

  /// People who buy are active until the firm turns to them.
  private static let calls = LifecycleModel(
    "calls",
    stages: [
      LifecycleStage("new", weight: 1, .open), LifecycleStage("buyer", weight: 2, .active),
      LifecycleStage("called", weight: 3, .atRisk, expectedStay: .days(20)),
    ],
    initial: "new",
    rules: [
      LifecycleRule("bought", from: ["new"], to: "buyer", when: .atLeast(1, .orders)),
      LifecycleRule(
        "was called", from: ["new", "buyer"], to: "called", priority: 1,
        when: .atLeast(1, .outboundContacts)),
    ])

  /// Those who lapse in the shop are written to.
  private static let mailing = LifecycleModel(
    "mailing",
    stages: [
      LifecycleStage("quiet", weight: 1, .open),
      LifecycleStage("written_to", weight: 2, .atRisk, onEntry: [.tag("mail")]),
      LifecycleStage("heard_of", weight: 3, .wonBack),
    ],
    initial: "quiet",
    rules: [
      LifecycleRule(
        "lapses", from: ["quiet"], to: "written_to",
        when: .stands(["at_risk", "lapsed"], in: "retail")),
      LifecycleRule(
        "is back", from: ["written_to"], to: "heard_of",
        when: .stands(["first_purchase", "repeat", "loyal", "won_back"], in: "retail")),
    ])

  private static func order(
    _ number: String, _ customer: Customer.ID, _ item: CatalogueItem.ID, at instant: Instant? = nil
  ) throws -> NewOrder {
    NewOrder(
      number: number, customer: customer, lines: [.init(item, amount: try Money("9.99", .usd))],
      placedAt: instant)
  }

  private static func call(_ customer: Customer.ID, at instant: Instant) -> NewInteraction {
    NewInteraction(
      with: customer, through: .phone, .outbound, subject: "How are you?", occurredAt: instant)
  }

  @Test("A task that is late invents no return", arguments: Backend.allCases)
  func belatedTask(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.lifecycle.define(.retail)
      try tx.orders.place(Self.order("1", ada.id, item.id))
      try tx.commitments.make(
        NewCommitment(
          .promise, to: ada.id, "Send the list", owner: Self.kim,
          due: .at(Shop.opening + Self.day(170))))
      try tx.interactions.plan(Self.call(ada.id, at: Shop.opening + Self.day(171)))
      try tx.plans.open(NewPlan(for: ada.id, "Come back", kind: .winBack, owner: Self.kim))
    }
    shop.clock.advance(by: Self.day(200))
    try await shop.crm.write { tx in
      try tx.interactions.record(
        NewInteraction(with: ada.id, through: .phone, .outbound, subject: "We miss you"))
    }
    try await shop.crm.advance()
    try await shop.crm.read { tx in
      let history = try tx.lifecycle.history(of: ada.id, in: "retail")
      #expect(history.map(\.to) == ["prospect", "first_purchase", "at_risk", "lapsed"])
      #expect(history.map(\.at) == [0, 0, 90, 180].map { Shop.opening + Self.day($0) })
      #expect(try tx.plans.comebacks(of: ada.id).items.isEmpty)
      #expect(try tx.plans.open(of: ada.id).count == 1)
    }
  }

  @Test(
    "What time alone did is the system's, whoever looks; the rest is theirs who did it",
    arguments: Backend.allCases)
  func actors(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (_, item) = try await shop.furnished()
    let trial = LifecycleModel(
      "trial",
      stages: [
        LifecycleStage("tries", weight: 1, .open), LifecycleStage("knows", weight: 2, .active),
      ],
      initial: "tries",
      rules: [
        LifecycleRule(
          "learns", from: ["tries"], to: "knows",
          when: .passed(.days(60), since: .stageEntered) && .customer { $0.kind == .organisation })
      ], liftsMembers: true)
    let kim = shop.crm.acting(as: Self.kim)
    let (firm, ann) = try await kim.write { tx in
      let firm = try tx.customers.add(.organisation("Acme")).id
      let ann = try tx.customers.add(.person("Ann")).id
      try tx.relationships.add(NewRelationship(ann, .employee, of: firm))
      try tx.lifecycle.define(.retail)
      try tx.lifecycle.define(trial)
      try tx.orders.place(Self.order("1", firm, item.id))
      return (firm, ann)
    }
    // Nobody looks until the next order.
    shop.clock.advance(by: Self.day(200))
    try await kim.write { try $0.orders.place(Self.order("2", firm, item.id)) }
    try await shop.crm.read { tx in
      let shopping = try tx.lifecycle.history(of: firm, in: "retail")
      #expect(
        shopping.map(\.to) == ["prospect", "first_purchase", "at_risk", "lapsed", "won_back"])
      #expect(shopping.map(\.actor) == [Self.kim, Self.kim, .system, .system, Self.kim])
      #expect(try tx.lifecycle.history(of: firm, in: "trial").last?.actor == .system)
      // Nobody but time brought the company there with which she climbs.
      let climb = try tx.lifecycle.history(of: ann, in: "trial").last
      #expect(climb?.cause == .organisation && climb?.actor == .system)
    }
  }

  @Test(
    "What a late task finds moves nobody before the last look", arguments: Backend.allCases)
  func belatedMove(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.lifecycle.define(Self.calls)
      try tx.interactions.plan(Self.call(ada.id, at: Shop.opening + Self.day(10)))
    }
    shop.clock.advance(by: Self.day(15))
    try await shop.crm.write { try $0.orders.place(Self.order("1", ada.id, item.id)) }
    shop.clock.advance(by: Self.day(5))
    try await shop.crm.advance()
    try await shop.crm.read { tx in
      let history = try tx.lifecycle.history(of: ada.id, in: "calls")
      #expect(history.map(\.to) == ["new", "buyer", "called"])
      #expect(history.map(\.at) == [0, 15, 15].map { Shop.opening + Self.day($0) })
      #expect(try tx.lifecycle.stage(of: ada.id, in: "calls", at: tx.now) == "called")
      let stays = try tx.lifecycle.stays(of: ada.id, in: "calls")
      #expect(stays.map(\.stage) == ["new", "buyer", "called"])
      #expect(stays.map(\.duration) == [15, 0, 5].map(Self.day))
    }
  }

  @Test("Moves by hand follow each other though the clock is set back", arguments: Backend.allCases)
  func clockSetBack(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.lifecycle.define(Self.calls)
      try tx.lifecycle.move(ada.id, to: "buyer", in: "calls", because: "paid")
    }
    shop.clock.advance(by: Self.day(-3))
    try await shop.crm.write { tx in
      try tx.lifecycle.move(ada.id, to: "called", in: "calls", because: "called")
    }
    try await shop.crm.write { tx in
      try tx.lifecycle.clear(ada.id, in: "calls", because: "a mistake")
    }
    try await shop.crm.read { tx in
      let history = try tx.lifecycle.history(of: ada.id, in: "calls")
      #expect(history.map(\.to) == ["buyer", "called", nil])
      #expect(history.allSatisfy { $0.at == Shop.opening })
    }
  }

  @Test(
    "Rules over another lifecycle move at the instant at which time moves that",
    arguments: Backend.allCases, [true, false])
  func otherLifecycle(backend: Backend, isAdvanced: Bool) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.lifecycle.define(.retail)
      try tx.lifecycle.define(Self.mailing)
      try tx.orders.place(Self.order("1", ada.id, item.id))
      let position = try #require(try tx.lifecycle.position(of: ada.id, in: "mailing"))
      #expect(position.forecast.map(\.to) == ["written_to"])
    }
    shop.clock.advance(by: Self.day(120))
    if isAdvanced { try await shop.crm.advance() }
    try await shop.crm.write { try $0.orders.place(Self.order("2", ada.id, item.id)) }
    try await shop.crm.read { tx in
      let history = try tx.lifecycle.history(of: ada.id, in: "mailing")
      #expect(history.map(\.to) == ["quiet", "written_to", "heard_of"])
      #expect(history.map(\.at) == [0, 90, 120].map { Shop.opening + Self.day($0) })
      #expect(history[1].evidence == [LifecycleEvidence("stage of retail", "at_risk")])
      #expect(try tx.customers.get(ada.id).tags == ["mail"])
      let positions = try tx.lifecycle.positions(of: ada.id)
      #expect(positions.map(\.lifecycle) == ["mailing", "retail"])
      #expect(positions.map(\.stage) == ["heard_of", "repeat"])
    }
  }

  @Test(
    "An archived file moves no further, and the expected stay goes on when it is back",
    arguments: Backend.allCases)
  func archived(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.lifecycle.define(.retail)
      try tx.orders.place(Self.order("1", ada.id, item.id))
    }
    shop.clock.advance(by: Self.day(100))
    try await shop.crm.write { try $0.customers.archive(ada.id) }
    try await shop.crm.read { tx in
      // What time had done before the file was archived is not lost.
      let history = try tx.lifecycle.history(of: ada.id, in: "retail")
      #expect(history.map(\.to) == ["prospect", "first_purchase", "at_risk"])
      #expect(history.last?.at == Shop.opening + Self.day(90))
      #expect(try tx.agenda.upcoming(for: ada.id).isEmpty)
    }
    shop.clock.advance(by: Self.day(20))
    try await shop.crm.write { try $0.customers.restore(ada.id) }
    try await shop.crm.read { tx in
      let position = try #require(try tx.lifecycle.position(of: ada.id, in: "retail"))
      #expect(position.stage == "at_risk")
      #expect(position.expectedUntil == Shop.opening + Self.day(180))
      #expect(position.forecast.map(\.to) == ["lapsed", "lost"])
    }
    shop.clock.advance(by: Self.day(400))
    try await shop.crm.advance()
    try await shop.crm.read { tx in
      let history = try tx.lifecycle.history(of: ada.id, in: "retail")
      #expect(history.map(\.at).suffix(2) == [180, 365].map { Shop.opening + Self.day($0) })
    }
  }

  @Test("Days at the firm are the firm's, daylight saving included", arguments: Backend.allCases)
  func firmDays(backend: Backend) async throws {
    let start = try #require(Instant("2026-03-01T12:00:00Z"))
    let berlin = try #require(Zone("Europe/Berlin"))
    let tokyo = try #require(Zone("Asia/Tokyo"))
    let shop = try await Shop(backend, at: start, zone: berlin)
    let trial = LifecycleModel(
      "trial",
      stages: [
        LifecycleStage("tries", weight: 1, .open), LifecycleStage("is_over", weight: 2, .lost),
      ],
      initial: "tries",
      rules: [
        LifecycleRule(
          "ends", from: ["tries"], to: "is_over", when: .passed(.days(60), since: .stageEntered))
      ], days: .firm)
    let yuki = try await shop.crm.write { tx in
      try tx.lifecycle.define(trial)
      return try tx.customers.add(.person("Yuki").with { $0.zone = tokyo }).id
    }
    shop.clock.advance(by: Self.day(61))
    try await shop.crm.advance()
    let history = try await shop.crm.read { try $0.lifecycle.history(of: yuki, in: "trial") }
    // 13:00 in Berlin is 12:00 UTC in March and 11:00 in April; Tokyo has no such time.
    #expect(history.last?.at.description == "2026-04-30T11:00:00.000Z")
  }

  @Test("A move at the end of a quarter counts in the next one", arguments: Backend.allCases)
  func flowAtBoundary(backend: Backend) async throws {
    let start = try #require(Instant("2026-01-01T00:00:00Z"))
    let shop = try await Shop(backend, at: start)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.lifecycle.define(.retail)
      try tx.orders.place(Self.order("1", ada.id, item.id))
    }
    shop.clock.advance(by: Self.day(181))
    try await shop.crm.advance()
    try await shop.crm.read { tx in
      // Ninety days after New Year is the first of April.
      let quarters = try ["2026-01-01", "2026-04-01", "2026-07-01"].map {
        try #require(Instant("\($0)T00:00:00Z"))
      }
      let flows = try zip(quarters, quarters.dropFirst()).map { start, end in
        try tx.lifecycle.flow(in: "retail", from: start, until: end).map(\.move.to)
      }
      #expect(flows.map { $0.contains("at_risk") } == [false, true])
      let all = try tx.lifecycle.flow(in: "retail", from: quarters[0], until: quarters[2])
      #expect(flows.joined().count == all.count)
      #expect(all.map(\.moves).reduce(0, +) == 4)
    }
  }

  @Test("Moves beyond what is foreseen at once are made all the same", arguments: Backend.allCases)
  func farAhead(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    // Each day something changes that moves nobody.
    let vain = (1...70).map { days -> LifecycleCondition in
      .passed(.days(days), since: .added) && !.passed(.days(days), since: .added)
    }
    try await shop.crm.write { tx in
      try tx.lifecycle.define(
        LifecycleModel(
          "m",
          stages: [LifecycleStage("a", weight: 1, .open), LifecycleStage("b", weight: 2, .lost)],
          initial: "a",
          rules: [
            LifecycleRule(
              "ends", from: ["a"], to: "b",
              when: .any(vain + [.passed(.days(100), since: .added)]))
          ]))
      try tx.lifecycle.look()
      #expect(try tx.lifecycle.position(of: ada.id, in: "m")?.forecast == [])
    }
    shop.clock.advance(by: Self.day(120))
    try await shop.crm.advance()
    let history = try await shop.crm.read { try $0.lifecycle.history(of: ada.id, in: "m") }
    #expect(history.map(\.to) == ["a", "b"])
    #expect(history.last?.at == Shop.opening + Self.day(100))
  }
}

// MARK: - Any history

extension LifecycleTimeTests {
  /// A customer to whom anything happens at any time.
  private struct Life {
    let shop: Shop
    let customer: Customer.ID
    let item: CatalogueItem.ID
    var chance: SeededNumbers
    var orders: [(id: Order.ID, placedAt: Instant)] = []
    var count = 0
    var isArchived = false

    init(_ backend: Backend, seed: UInt64) async throws {
      shop = try await Shop(backend)
      let (ada, item) = try await shop.furnished()
      (customer, self.item) = (ada.id, item.id)
      chance = SeededNumbers(seed)
      try await shop.crm.write { tx in
        try tx.lifecycle.define(.retail)
        try tx.lifecycle.define(LifecycleTimeTests.calls)
        try tx.lifecycle.define(LifecycleTimeTests.mailing)
        try tx.lifecycle.look()
      }
    }

    mutating func step() async throws {
      let kind = Int.random(in: 0..<12, using: &chance)
      let days = Int.random(in: 1...60, using: &chance)
      count += 1
      let (customer, item, number) = (customer, item, "\(count)")
      switch kind {
      case 0, 1, 2: shop.clock.advance(by: day(days))
      case 3: try await shop.crm.advance()
      case 4: shop.clock.advance(by: day(-days / 10))
      case 5:
        if isArchived {
          try await shop.crm.write { _ = try $0.customers.restore(customer) }
        } else if days > 30 {
          try await shop.crm.write { _ = try $0.customers.archive(customer) }
        } else {
          return
        }
        isArchived.toggle()
      case _ where isArchived: break
      case 6, 7, 8:
        let late = kind == 8 ? shop.clock.now - day(days) : nil
        let order = try await shop.crm.write {
          try $0.orders.place(LifecycleTimeTests.order(number, customer, item, at: late)).id
        }
        orders.append((order, late ?? shop.clock.now))
      case 9:
        guard let order = orders.popLast(), order.placedAt <= shop.clock.now else { return }
        try await shop.crm.write { _ = try $0.orders.cancel(order.id) }
      case 10:
        let due = shop.clock.now + day(days)
        let isCall = days % 2 == 0
        try await shop.crm.write { tx in
          if isCall {
            _ = try tx.interactions.plan(LifecycleTimeTests.call(customer, at: due))
            return
          }
          _ = try tx.commitments.make(
            NewCommitment(
              .promise, to: customer, "Promise \(number)", owner: LifecycleTimeTests.kim,
              due: .at(due)))
        }
      default:
        try await shop.crm.write { tx in
          _ = try tx.interactions.record(
            NewInteraction(with: customer, through: .email, .inbound, subject: "Hello"))
        }
      }
    }

    private func day(_ count: Int) -> Duration { LifecycleTimeTests.day(count) }

    /// Looks whether everything adds up, and says what there is.
    func check() async throws -> [String] {
      try await shop.crm.read { tx in
        try ["retail", "calls", "mailing"].flatMap { lifecycle in
          let history = try tx.lifecycle.history(of: customer, in: lifecycle)
          let position = try #require(try tx.lifecycle.position(of: customer, in: lifecycle))
          let (first, last) = (try #require(history.first), try #require(history.last))
          #expect(
            zip(history, history.dropFirst()).allSatisfy { $0.at <= $1.at && $0.to == $1.from })
          #expect(history.dropFirst().allSatisfy { $0.rule != nil })
          #expect(position.stage == last.to)
          #expect(position.enteredAt == last.at)
          let now = max(tx.now, last.at)
          #expect(
            try tx.lifecycle.stage(of: customer, in: lifecycle, at: now) == position.stage)
          let stays = try tx.lifecycle.stays(of: customer, in: lifecycle, asOf: now)
          #expect(stays.map(\.duration).reduce(.zero, +) == now - first.at)
          return history.map { "\(lifecycle) \($0.to ?? "") \($0.at) \($0.reason)" }
        }
      }
    }
  }

  @Test(
    "Whatever happens, is seen late or taken back: moves follow each other and stays add up",
    .timeLimit(.minutes(30)), arguments: 1...6 as ClosedRange<UInt64>)
  func anyHistory(seed: UInt64) async throws {
    var all: [[String]] = []
    for backend in Backend.allCases {
      var life = try await Life(backend, seed: seed)
      var told: [String] = []
      for _ in 0..<60 {
        try await life.step()
        told = try await life.check()
      }
      let report = try await life.shop.crm.verify()
      #expect(report.isSound, "\(report)")
      all.append(told)
    }
    #expect(all.allSatisfy { $0 == all[0] })
    #expect(all[0].count > 6)
  }
}
