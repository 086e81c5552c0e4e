import CRMKit
import CRMTesting
import Testing

/// What models can say: guards, actions, entry, versions; and the one for companies in full.
@Suite("Lifecycle models")
struct LifecycleModelTests {
  private static let kim = Principal.staff("kim")

  private static func day(_ count: Int) -> Duration { .seconds(count * 86_400) }

  private static func contact(
    _ customer: Customer.ID, _ direction: Interaction.Direction
  ) -> NewInteraction {
    NewInteraction(with: customer, through: .email, direction, subject: "News")
  }

  @Test("Companies go through all stages of their model", arguments: Backend.allCases)
  func b2b(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    func until(_ days: Int, _ body: @Sendable @escaping (Transaction) throws -> Void = { _ in })
      async throws
    {
      shop.clock.set(to: Shop.opening + Self.day(days))
      try await shop.crm.advance()
      try await shop.crm.write { try body($0) }
    }
    let order = { @Sendable (number: String, tx: Transaction) in
      _ = try tx.orders.place(
        NewOrder(
          number: number, customer: ada.id, lines: [.init(item.id, amount: Money("9.99", .usd))]))
    }
    try await until(0) { tx in
      try tx.lifecycle.define(.b2b)
      try tx.lifecycle.look()
    }
    try await until(1) { _ = try $0.interactions.record(Self.contact(ada.id, .inbound)) }
    try await until(2) { tx in
      for stage in ["marketing_qualified", "sales_qualified", "opportunity"] {
        try tx.lifecycle.move(ada.id, to: stage, in: "b2b", because: "fits")
      }
    }
    try await until(10) { try order("1", $0) }
    // What the firm sends is no sign of life.
    for month in 1...7 {
      try await until(10 + month * 27) {
        _ = try $0.interactions.record(Self.contact(ada.id, .outbound))
      }
    }
    try await until(210) { _ = try $0.interactions.record(Self.contact(ada.id, .inbound)) }
    try await until(600) { try order("2", $0) }
    try await until(700) { tx in
      try tx.lifecycle.move(ada.id, to: "evangelist", in: "b2b", because: "recommends us")
    }
    try await shop.crm.read { tx in
      let history = try tx.lifecycle.history(of: ada.id, in: "b2b")
      #expect(
        history.map(\.to) == [
          "subscriber", "lead", "marketing_qualified", "sales_qualified", "opportunity",
          "customer", "at_risk", "customer", "at_risk", "churned", "won_back", "customer",
          "evangelist",
        ])
      #expect(
        history.map(\.at)
          == [0, 1, 2, 2, 2, 10, 190, 210, 390, 575, 600, 690, 700].map {
            Shop.opening + Self.day($0)
          })
      #expect(try tx.lifecycle.position(of: ada.id, in: "b2b")?.furthest == "evangelist")
    }
  }

  @Test(
    "Who has no order that stands is silent from when they came to the stage, or last wrote",
    arguments: Backend.allCases)
  func silenceWithoutOrder(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let order = { @Sendable (number: String, customer: Customer.ID, tx: Transaction) in
      try tx.orders.place(
        NewOrder(
          number: number, customer: customer, lines: [.init(item.id, amount: Money("9.99", .usd))])
      ).id
    }
    let (first, ann, ben) = try await shop.crm.write { tx in
      let firm = try tx.customers.add(.organisation("Acme")).id
      let ann = try tx.customers.add(.person("Ann")).id
      let ben = try tx.customers.add(.person("Ben")).id
      try tx.relationships.add(NewRelationship(ann, .employee, of: firm))
      try tx.lifecycle.define(.b2b)
      _ = try order("1", firm, tx)
      try tx.lifecycle.move(ben, to: "evangelist", in: "b2b", because: "recommends us")
      return (try order("2", ada.id, tx), ann, ben)
    }
    func until(_ days: Int, _ body: @Sendable @escaping (Transaction) throws -> Void = { _ in })
      async throws
    {
      shop.clock.set(to: Shop.opening + Self.day(days))
      try await shop.crm.advance()
      try await shop.crm.write { try body($0) }
    }
    try await until(10) { _ = try $0.orders.cancel(first) }
    for day in [100, 300] {
      try await until(day) { _ = try $0.interactions.record(Self.contact(ann, .inbound)) }
    }
    try await until(400) { tx in
      let again = try order("3", ada.id, tx)
      try tx.orders.cancel(again)
    }
    try await until(1_000)
    func expect(_ customer: Customer.ID, _ moves: (day: Int, to: String)...) async throws {
      let history = try await shop.crm.read { try $0.lifecycle.history(of: customer, in: "b2b") }
      #expect(history.map(\.to) == moves.map(\.to))
      #expect(history.map(\.at) == moves.map { Shop.opening + Self.day($0.day) })
    }
    // A contact who climbed with the company, and turns to the firm now and then.
    try await expect(
      ann, (0, "subscriber"), (0, "customer"), (280, "at_risk"), (300, "customer"),
      (480, "at_risk"), (665, "churned"))
    // One who was moved there by hand.
    try await expect(ben, (0, "evangelist"), (180, "at_risk"), (365, "churned"))
    // One whose orders were called off, the second after having come back.
    try await expect(
      ada.id, (0, "subscriber"), (0, "customer"), (180, "at_risk"), (365, "churned"),
      (400, "won_back"), (580, "at_risk"), (765, "churned"))
    #expect(try await shop.crm.verify().isSound)
  }

  /// A club of people from Korea, who are let in once they have written.
  private static let club = LifecycleModel(
    "club",
    stages: [
      LifecycleStage(
        "guest", weight: 1, .open, onEntry: [.tag("guest")], onExit: [.untag("guest")]),
      LifecycleStage(
        "member", weight: 2, .active,
        onEntry: [.followUp("Welcome them", within: .days(7), else: kim)]),
      LifecycleStage("patron", weight: 3, .active),
    ],
    initial: "guest", entry: .customer { $0.country == "KR" }, rules: [],
    paths: [
      LifecyclePath(from: ["guest"], to: "member", guardedBy: .atLeast(1, .inboundContacts)),
      LifecyclePath(from: ["member"], to: "patron"),
    ])

  @Test(
    "Paths are guarded, and stages do what they are to on entry and exit",
    arguments: Backend.allCases)
  func club(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let ben = try await shop.crm.write { tx in
      let ben = try tx.customers.add(.person("Ben", country: "KR")).id
      try tx.lifecycle.define(Self.club)
      try tx.lifecycle.look()
      // Who is not from Korea takes no part.
      #expect(try tx.lifecycle.position(of: ada.id, in: "club") == nil)
      #expect(try tx.lifecycle.position(of: ben, in: "club")?.stage == "guest")
      return ben
    }
    #expect(try await shop.crm.read { try $0.customers.get(ben).tags } == ["guest"])
    func refusal(_ stage: String) async -> CRMError? {
      await failure {
        try await shop.crm.write {
          _ = try $0.lifecycle.move(ben, to: stage, in: "club", because: "wants to")
        }
      }
    }
    let guarded = await refusal("member")
    #expect(guarded?.code == .notAllowed)
    #expect(guarded?.message.contains("contacts from the customer >= 1") == true)
    let pathless = await refusal("patron")
    #expect(pathless?.code == .notAllowed)
    #expect(pathless?.message.contains("leads from “guest” to “patron”") == true)
    #expect(pathless?.recovery == "Allowed: member.")
    try await shop.crm.write { tx in
      try tx.interactions.record(Self.contact(ben, .inbound))
      try tx.lifecycle.move(ben, to: "member", in: "club", because: "wrote to us")
    }
    try await shop.crm.read { tx in
      #expect(try tx.customers.get(ben).tags == [])
      let open = try tx.commitments.open(of: ben).items
      #expect(open.map(\.text) == ["Welcome them"])
      #expect(open.map(\.owner) == [Self.kim])
      #expect(open.map(\.dueAt) == [Shop.opening + Self.day(7)])
      let history = try tx.lifecycle.history(of: ben, in: "club")
      #expect(history.map(\.cause) == [.entry, .manual])
      #expect(history.map(\.evidence) == [[LifecycleEvidence("country", "as asked")], []])
    }
    #expect(try await shop.crm.verify().isSound)
  }

  @Test("What a stage labels is seen by what comes after it", arguments: Backend.allCases)
  func labels(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let model = LifecycleModel(
      "m",
      stages: [
        LifecycleStage("a", weight: 1, .open),
        LifecycleStage("b", weight: 2, .open, onEntry: [.tag("x")]),
        LifecycleStage("c", weight: 3, .lost), LifecycleStage("d", weight: 4, .lapsed),
      ],
      initial: "a",
      rules: [
        LifecycleRule("on", from: ["a"], to: "b", when: .passed(.days(10), since: .added)),
        LifecycleRule(
          "with", from: ["b"], to: "c",
          when: .passed(.days(20), since: .added) && .customer { $0.eachTag.contains("x") }),
        LifecycleRule(
          "without", from: ["b"], to: "d",
          when: .passed(.days(15), since: .added) && !.customer { $0.eachTag.contains("x") }),
      ])
    try await shop.crm.write { tx in
      try tx.lifecycle.define(model)
      try tx.lifecycle.look()
      let position = try #require(try tx.lifecycle.position(of: ada.id, in: "m"))
      #expect(position.forecast.map(\.to) == ["b", "c"])
      #expect(position.forecast.map(\.at) == [10, 20].map { Shop.opening + Self.day($0) })
    }
    shop.clock.advance(by: Self.day(30))
    try await shop.crm.write { _ = try $0.interactions.record(Self.contact(ada.id, .inbound)) }
    let history = try await shop.crm.read { try $0.lifecycle.history(of: ada.id, in: "m") }
    #expect(history.map(\.to) == ["a", "b", "c"])
    #expect(history.map(\.at) == [0, 10, 20].map { Shop.opening + Self.day($0) })
  }

  @Test("People whom a lifecycle leaves out do not climb with it", arguments: Backend.allCases)
  func lifting(backend: Backend) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.write { tx in
      let company = try tx.customers.add(.organisation("Acme")).id
      let (ann, ben) = (
        try tx.customers.add(.person("Ann", country: "KR")).id,
        try tx.customers.add(.person("Ben")).id
      )
      for person in [ann, ben] {
        try tx.relationships.add(NewRelationship(person, .employee, of: company))
      }
      try tx.lifecycle.define(
        LifecycleModel(
          "m",
          stages: [LifecycleStage("a", weight: 1, .open), LifecycleStage("b", weight: 2, .active)],
          initial: "a", entry: .customer { $0.kind == .organisation || $0.country == "KR" },
          rules: [], liftsMembers: true))
      try tx.lifecycle.move(company, to: "b", in: "m", because: "signed")
      #expect(try tx.lifecycle.position(of: ann, in: "m")?.stage == "b")
      #expect(try tx.lifecycle.position(of: ben, in: "m") == nil)
      let lift = try #require(try tx.lifecycle.history(of: ann, in: "m").last)
      #expect(lift.cause == .organisation)
      #expect(
        lift.evidence == [
          LifecycleEvidence("organisation", company.description),
          LifecycleEvidence("its stage", "b"),
        ])
    }
  }
}

// MARK: - Versions

extension LifecycleModelTests {
  private static func version(_ version: Int, _ stages: [LifecycleStage]) -> LifecycleModel {
    LifecycleModel("m", version: version, stages: stages, initial: "start", rules: [])
  }

  @Test("Who is carried further up the ladder has been there", arguments: Backend.allCases)
  func furthest(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let ladder = [
      LifecycleStage("start", weight: 1, .open), LifecycleStage("repeat", weight: 2, .active),
      LifecycleStage("loyal", weight: 3, .active),
    ]
    try await shop.crm.write { tx in
      try tx.lifecycle.define(
        Self.version(1, ladder + [LifecycleStage("at_risk", weight: 4, .atRisk)]))
      for stage in ["repeat", "at_risk"] {
        try tx.lifecycle.move(ada.id, to: stage, in: "m", because: "so it is")
      }
      try tx.lifecycle.define(Self.version(2, ladder))
      try tx.lifecycle.carry("m", to: 2, mapping: ["at_risk": "loyal"])
      #expect(try tx.lifecycle.position(of: ada.id, in: "m")?.furthest == "loyal")
    }
    let refused = await failure {
      try await shop.crm.write {
        _ = try $0.lifecycle.move(ada.id, to: "repeat", in: "m", because: "a mistake")
      }
    }
    #expect(refused?.code == .backward)
    // A rung that becomes none leaves nobody at the furthest at what is no rung.
    try await shop.crm.write { tx in
      try tx.lifecycle.define(
        Self.version(3, [ladder[0], LifecycleStage("gone", weight: 9, .lost)]))
      try tx.lifecycle.carry("m", to: 3, mapping: ["repeat": "start", "loyal": "gone"])
      let position = try #require(try tx.lifecycle.position(of: ada.id, in: "m"))
      #expect(position.stage == "gone")
      #expect(position.kind == .lost)
      #expect(position.furthest == nil)
    }
    #expect(try await shop.crm.verify().isSound)
  }

  @Test(
    "A stage that the version still has is not mapped to another", arguments: Backend.allCases)
  func backwardMapping(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let ladder = [
      LifecycleStage("start", weight: 1, .open), LifecycleStage("loyal", weight: 2, .active),
    ]
    try await shop.crm.write { tx in
      try tx.lifecycle.define(Self.version(1, ladder))
      try tx.lifecycle.move(ada.id, to: "loyal", in: "m", because: "so it is")
      try tx.lifecycle.define(Self.version(2, ladder))
    }
    let mapping = ["loyal": "start"]
    let preview = await failure {
      try await shop.crm.read { try $0.lifecycle.previewCarrying("m", to: 2, mapping: mapping) }
    }
    let refused = await failure {
      try await shop.crm.write { try $0.lifecycle.carry("m", to: 2, mapping: mapping) }
    }
    for error in [preview, refused] {
      #expect(error?.code == .invalid)
      #expect(
        error?.issues == [
          .init("mapping[loyal]", "is “start”, but version 2 still has “loyal”")
        ])
    }
    try await shop.crm.write { tx in
      let position = try #require(try tx.lifecycle.position(of: ada.id, in: "m"))
      #expect(position.stage == "loyal" && position.modelVersion == 1)
      let done = try tx.lifecycle.carry("m", to: 2, mapping: ["loyal": "loyal"])
      #expect(done.moves.map { [$0.move.from, $0.move.to] } == [["loyal", "loyal"]])
    }
  }

  @Test(
    "What was carried is told as time had led, and whom rules moved on at once besides",
    arguments: Backend.allCases, [(5, "start"), (20, "gone")])
  func carried(backend: Backend, situation: (days: Int, stage: String)) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let stages = [
      LifecycleStage("start", weight: 1, .open), LifecycleStage("buyer", weight: 2, .active),
      LifecycleStage("gone", weight: 3, .lost),
    ]
    let leaves = LifecycleRule(
      "leaves", from: ["start"], to: "gone", when: .passed(.days(10), since: .stageEntered))
    let bought = LifecycleRule(
      "bought", from: ["start", "gone"], to: "buyer", priority: 1, when: .atLeast(1, .orders))
    try await shop.crm.write { tx in
      try tx.customers.add(.person("Ben"))
      try tx.lifecycle.define(
        LifecycleModel("m", stages: stages, initial: "start", rules: [leaves]))
      try tx.lifecycle.look()
      try tx.lifecycle.define(
        LifecycleModel("m", version: 2, stages: stages, initial: "start", rules: [leaves, bought]))
      try tx.orders.place(
        NewOrder(
          number: "1", customer: ada.id, lines: [.init(item.id, amount: Money("9.99", .usd))]))
    }
    // Nobody looks meanwhile.
    shop.clock.advance(by: Self.day(situation.days))
    let preview = try await shop.crm.read { try $0.lifecycle.previewCarrying("m", to: 2) }
    let done = try await shop.crm.write { try $0.lifecycle.carry("m", to: 2) }
    for report in [preview, done] {
      #expect(report.customers == 2)
      #expect(
        report.moves.map { [$0.move.from, $0.move.to] } == [[situation.stage, situation.stage]])
      #expect(report.moves.map(\.customers) == [2])
      #expect(report.movedOn == 1)
    }
    try await shop.crm.read { tx in
      let history = try tx.lifecycle.history(of: ada.id, in: "m").suffix(2)
      #expect(history.map(\.cause) == [.version, .rule])
      #expect(history.map(\.from) == [situation.stage, situation.stage])
      #expect(history.map(\.to) == [situation.stage, "buyer"])
    }
    #expect(try await shop.crm.verify().isSound)
  }

  @Test(
    "Whoever climbs with a company that is carried was carried before", arguments: Backend.allCases)
  func carriedTogether(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let ladder = [
      LifecycleStage("start", weight: 1, .open), LifecycleStage("buyer", weight: 2, .active),
    ]
    let bought = LifecycleRule("bought", from: ["start"], to: "buyer", when: .atLeast(1, .orders))
    func version(_ number: Int, _ rules: [LifecycleRule]) -> LifecycleModel {
      LifecycleModel(
        "m", version: number, stages: ladder, initial: "start", rules: rules, liftsMembers: true)
    }
    let (_, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.lifecycle.define(version(1, []))
      // Whichever of them comes first, some come after.
      for number in 1...4 {
        let firm = try tx.customers.add(.organisation("Firm \(number)")).id
        let person = try tx.customers.add(.person("Person \(number)")).id
        try tx.relationships.add(NewRelationship(person, .employee, of: firm))
        try tx.orders.place(
          NewOrder(
            number: "\(number)", customer: firm,
            lines: [.init(item.id, amount: Money("9.99", .usd))]))
      }
      try tx.lifecycle.look()
      try tx.lifecycle.define(version(2, [bought]))
      #expect(try tx.lifecycle.previewCarrying("m", to: 2).movedOn == 4, "the companies themselves")
      #expect(try tx.lifecycle.carry("m", to: 2).movedOn == 8)
      for position in try tx.records(of: LifecyclePosition.self).all() {
        let history = try tx.lifecycle.history(of: position.customer, in: "m")
        #expect(zip(history, history.dropFirst()).allSatisfy { $0.to == $1.from })
        #expect(history.count { $0.cause == .version } == 1)
        #expect(position.modelVersion == 2 && position.stage == history.last?.to)
      }
    }
    #expect(try await shop.crm.verify().isSound)
  }

  @Test("A version that expects another stay tells of it anew", arguments: Backend.allCases)
  func overstays(backend: Backend) async throws {
    let shop = try await Shop(backend)
    _ = try await shop.furnished()
    func stages(_ days: Int) -> [LifecycleStage] {
      [LifecycleStage("start", weight: 1, .open, expectedStay: .days(days))]
    }
    try await shop.crm.write { tx in
      try tx.lifecycle.define(Self.version(1, stages(10)))
      try tx.lifecycle.look()
      try tx.lifecycle.define(Self.version(2, stages(30)))
    }
    shop.clock.advance(by: Self.day(20))
    try await shop.crm.advance()
    try await shop.crm.write { _ = try $0.lifecycle.carry("m", to: 2) }
    shop.clock.advance(by: Self.day(20))
    try await shop.crm.advance()
    let told = try await shop.events().filter { $0.type == LifecycleOverstayed.name }
    #expect(told.map(\.occurredAt) == [10, 30].map { Shop.opening + Self.day($0) })
  }
}
