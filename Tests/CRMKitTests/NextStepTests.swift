import CRMKit
import Testing

@Suite("What to do next")
struct NextStepTests {
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
    let (file, steps) = try await shop.file(of: ada.id)
    #expect(
      steps.map(\.kind) == [
        .keepOverdue, .explainDelay, .reply, .keep, .meetNeed, .ask, .planContact,
      ])
    #expect(
      steps[0].reason
        == "The promise “Call back” has been due since \(Shop.opening + .seconds(50)).")
    #expect(steps[0].about == file.commitments.first.map { RecordReference($0.id) })
    #expect(steps[0].who == Self.kim && steps[0].by == Shop.opening + .seconds(50))
    #expect(
      steps[0].evidence == [
        LifecycleEvidence("made", "\(Shop.opening)"),
        LifecycleEvidence("due", "\(Shop.opening + .seconds(50))"),
      ])
    #expect(steps[1].reason.hasPrefix("Order 7 was promised for "))
    #expect(steps[5].field == "phones" && steps[5].evidence[0].found == "missing")
    #expect(file.worthAsking.map(\.field) == ["phones"])
    // What is expected of each is exact: so many thousandths of what she buys in a year.
    #expect(file.yearlyWorth == Money(minorUnits: 999, .usd))
    #expect(steps.map(\.weight) == [500, 450, 400, 200, 140, 50, 40])
    #expect(
      steps.map { $0.value?.minorUnits } == [500, 450, 400, 200, 140, 50, 40])
    #expect(
      try await shop.crm.read { try $0.nextSteps(of: ada.id) } == Array(steps.prefix(5)))
    shop.clock.advance(by: .seconds(400 * 86_400))
    let (later, then) = try await shop.file(of: ada.id)
    #expect(later.worthAsking.map(\.field) == ["phones", "language"])
    #expect(then.filter { $0.kind == .keepOverdue }.count == 2)
    #expect(then.filter { $0.kind == .ask }.map(\.field) == ["phones", "language"])
  }

  /// A customer of Kim's with something to be done of most kinds, 100 seconds after the opening.
  private func busy(_ shop: Shop, _ ada: Customer.ID, _ item: CatalogueItem.ID) async throws {
    let nine = try #require(TimeOfDay("09:00"))
    try await shop.crm.write { tx in
      try tx.warnings.define(
        WarningModel(signals: [
          .init("calls", .low, when: .holding(.atLeast(2, .inboundContacts)))
        ]))
      var file = try tx.customers.get(ada)
      file.owner = Self.kim
      try tx.customers.update(file)
      try tx.orders.place(
        NewOrder(
          number: "7", customer: ada, lines: [.init(item, amount: Money("10.00", .usd))],
          promisedAt: tx.now + .seconds(50)))
      for (text, seconds) in [("Call", 50), ("Write", 90_000)] {
        try tx.commitments.make(
          NewCommitment(
            .promise, to: ada, text, owner: Self.kim, due: .at(tx.now + .seconds(seconds))))
      }
      try tx.needs.state(NewNeed(of: ada, "repair", "A new needle", from: .staff))
      try tx.contributions.give(NewContribution(from: ada, .idea, "A dimmer"))
      try tx.contributions.ask(ada, "Is it bright?")
      let decided = try tx.contributions.give(NewContribution(from: ada, .feedback, "Loud"))
      try tx.contributions.decide(decided.id, isUsed: true, outcome: "Quieter")
      try tx.plans.open(NewPlan(for: ada, "More", owner: .staff("lee")))
      try tx.plans.open(
        NewPlan(
          for: ada, "Else", owner: .staff("lee"), review: .at(tx.now + .seconds(60))))
      try tx.reminders.set(
        "Her birthday", for: .staff("lee"), .once(on: tx.today, at: nine, in: .utc), about: ada)
    }
    shop.clock.advance(by: .seconds(100))
    try await shop.crm.write { tx in
      _ = try tx.interactions.record(
        NewInteraction(with: ada, through: .email, .inbound, subject: "Where is it?"))
    }
  }

  @Test(
    "Each step has a reason, evidence, a value, who does it and by when",
    arguments: Backend.allCases)
  func complete(backend: Backend) async throws {
    let shop = try await Shop(
      backend, CRM.standardCapabilities.replacing(Facts(wanted: ["language"])))
    let (ada, item) = try await shop.furnished()
    try await busy(shop, ada.id, item.id)
    let (file, steps) = try await shop.file(of: ada.id)
    let (opening, day) = (Shop.opening, Duration.seconds(86_400))
    let asked = shop.clock.now
    let lee = Principal.staff("lee")
    let expected: [(kind: NextStep.Kind, value: Int64, who: Principal, by: Instant?)] = [
      (.heedWarning, 1_000, Self.kim, file.warning?.expiresAt),
      (.keepOverdue, 500, Self.kim, opening + .seconds(50)),
      (.explainDelay, 450, Self.kim, opening + .seconds(50)),
      (.reply, 400, Self.kim, asked + Metrics().answerWindow),
      (.reviewPlan, 250, lee, opening + .seconds(60)),
      (.tellOutcome, 220, Self.kim, opening + day * 7),
      (.keep, 200, Self.kim, opening + .seconds(90_000)),
      (.decide, 180, Self.kim, opening + day * 14),
      (.addStep, 160, lee, opening + .seconds(60)),
      (.addStep, 160, lee, opening + day * 14),
      (.meetNeed, 140, Self.kim, opening + day * 30),
      (.remember, 100, lee, opening + .seconds(9 * 3_600)),
      (.hearAnswer, 80, Self.kim, opening + day * 14),
      (.ask, 50, Self.kim, asked + day * 30),
      (.planContact, 40, Self.kim, asked + day * 30),
    ]
    #expect(steps.map(\.kind) == expected.map(\.kind))
    for (step, wanted) in zip(steps, expected) {
      #expect(step.value == Money(minorUnits: wanted.value, .usd), "\(step.kind)")
      #expect(step.who == wanted.who && step.by == wanted.by, "\(step.kind)")
      #expect(step.by != nil && step.reason.hasSuffix(".") && !step.evidence.isEmpty)
    }
    // One asks when one meets: as planned, or when a plan is looked over.
    let (contact, review) = try await shop.crm.write { tx in
      let plan = try #require(try tx.plans.open(of: ada.id).first)
      let review = tx.now + day * 3
      try tx.plans.postponeReview(of: plan.id, to: .at(review))
      return (
        try tx.interactions.plan(
          NewInteraction(
            with: ada.id, through: .phone, .outbound, subject: "Call", occurredAt: tx.now + day)),
        review
      )
    }
    let later = try await shop.file(of: ada.id).steps
    #expect(later.last?.kind == .ask && later.last?.by == contact.occurredAt)
    let meet = try #require(later.first { $0.kind == .meet })
    #expect(meet.by == contact.occurredAt && meet.who == Self.kim && !meet.evidence.isEmpty)
    #expect(meet.value == Money(minorUnits: 120, .usd))
    try await shop.crm.write { try $0.interactions.delete(contact.id) }
    #expect(try await shop.file(of: ada.id).steps.suffix(2).map(\.by) == [review, review])
  }

  @Test(
    "Days are the firm's, and who has left or is leaving has a date without a forecast",
    arguments: Backend.allCases)
  func dates(backend: Backend) async throws {
    let shop = try await Shop(
      backend, CRM.standardCapabilities.replacing(Facts(wanted: [])),
      at: instant("2026-02-20T12:00:00Z"), zone: try #require(Zone("America/New_York")))
    let ada = try await shop.crm.write { tx in
      try tx.lifecycle.define(
        LifecycleModel(
          "club",
          stages: [
            LifecycleStage("in", weight: 10, .active), LifecycleStage("cool", weight: 20, .atRisk),
            LifecycleStage("out", weight: 30, .lost),
          ], initial: "in", rules: []))
      return try tx.customers.add(.person("Ada")).id
    }
    func step(_ kind: NextStep.Kind) async throws -> NextStep {
      try #require(try await shop.file(of: ada).steps.first { $0.kind == kind })
    }
    func move(to stage: String) async throws {
      try await shop.crm.write {
        _ = try $0.lifecycle.move(ada, to: stage, in: "club", because: "Said so")
      }
    }
    // Summer time begins in between: the same time of the day.
    var next = try await step(.planContact)
    #expect(next.by == instant("2026-03-22T11:00:00Z"))
    // Nothing is to be expected of who has bought nothing, and nobody looks after them.
    #expect(next.value == nil && next.who == nil)
    try await move(to: "cool")
    next = try await step(.retain)
    #expect(next.by == instant("2026-03-06T12:00:00Z") && !next.evidence.isEmpty)
    try await move(to: "out")
    next = try await step(.winBack)
    #expect(next.by == instant("2026-03-22T11:00:00Z") && !next.evidence.isEmpty)
  }

  @Test(
    "Who does it is the owner of the file, or else of the territory, or nobody",
    arguments: Backend.allCases)
  func owners(backend: Backend) async throws {
    let shop = try await Shop(backend, CRM.standardCapabilities.replacing(Facts(wanted: [])))
    let (ada, cy) = try await shop.crm.write { tx in
      let ada = try tx.customers.add(.person("Ada", country: "SE"))
      let cy = try tx.customers.add(.person("Cy", country: "KR"))
      try tx.responsibility.register(Self.kim, "Kim")
      try tx.responsibility.found("north", "The north")
      // It decides from now on; nobody has been assigned yet.
      try tx.responsibility.define("nordic", priority: 10, owner: .team("north")) {
        $0.country == "SE"
      }
      return (ada.id, cy.id)
    }
    func who(_ customer: Customer.ID) async throws -> [Principal?] {
      try await shop.file(of: customer).steps.map(\.who)
    }
    #expect(try await who(ada) == [.team("north")])
    #expect(try await who(cy) == [nil])
    try await shop.crm.write { tx in
      try tx.responsibility.assign(ada, to: Self.kim, because: "She asked for Kim")
    }
    #expect(try await who(ada) == [Self.kim])
  }

  @Test(
    "A warning is worth what is at stake in the customer's currency", arguments: Backend.allCases)
  func stake(backend: Backend) async throws {
    let shop = try await Shop(backend, CRM.standardCapabilities.replacing(Facts(wanted: [])))
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.warnings.define(
        WarningModel(signals: [
          .init("asks", .low, when: .holding(.atLeast(4, .inboundContacts)))
        ]))
      for (number, amount) in [
        Money(minorUnits: 900, .eur), Money(minorUnits: 300, .usd), Money(minorUnits: 400, .usd),
      ].enumerated() {
        try tx.orders.place(
          NewOrder(
            number: "\(number)", customer: ada.id, lines: [.init(item.id, amount: amount)]))
      }
    }
    shop.clock.advance(by: .seconds(60))
    try await shop.crm.write { tx in
      _ = try tx.interactions.record(
        NewInteraction(
          with: ada.id, through: .phone, .inbound, subject: "Hello", outcome: "Heard"))
    }
    let (file, steps) = try await shop.file(of: ada.id)
    #expect(file.warning?.atStake.count == 2)
    #expect(steps.map(\.kind) == [.heedWarning, .planContact])
    #expect(steps[0].value == Money(minorUnits: 700, .usd) && steps[0].weight == 150)
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
    #expect(try await shop.file(of: ada.id).steps.map(\.kind) == [.planContact])
    try await shop.crm.write { tx in
      try tx.interactions.record(
        NewInteraction(
          with: ada.id, through: .phone, .inbound, subject: "Hello", outcome: "A chat"))
      try tx.interactions.plan(
        NewInteraction(
          with: ada.id, through: .phone, .outbound, subject: "Call",
          occurredAt: tx.now + .seconds(60)))
    }
    // What was planned is all there is to do, and nothing with a customer who is put away.
    let (file, steps) = try await shop.file(of: ada.id)
    #expect(steps.map(\.kind) == [.meet] && file.worthAsking.isEmpty)
    #expect(steps[0].by == shop.clock.now + .seconds(60))
    #expect(try await shop.crm.read { try $0.nextSteps(of: ada.id, limit: 0) }.isEmpty)
    try await shop.crm.write { _ = try $0.customers.archive(ada.id) }
    #expect(try await shop.file(of: ada.id).steps.isEmpty)
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
      let replies = try await shop.file(of: customer).steps.filter { $0.kind == .reply }
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
    let (file, steps) = try await shop.file(of: ada.id)
    #expect(file.lateOrders.map(\.number) == ["asked for", "promised"])
    let pressing = steps.filter { [.keepOverdue, .explainDelay].contains($0.kind) }
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
    func steps() async throws -> [NextStep] { try await shop.file(of: ada).steps }
    #expect(try await steps().map(\.kind) == [.decide, .hearAnswer, .planContact])
    #expect(
      try await steps()[1].reason
        == "The customer was asked “Is it bright?” at \(Shop.opening), to answer by "
        + "\(Shop.opening + .seconds(60)).")
    try await shop.crm.write { tx in
      try tx.contributions.answer(asked.id, "Very")
      try tx.contributions.decide(asked.id, isUsed: false, outcome: "No change")
      try tx.contributions.tell(asked.id)
      try tx.contributions.decide(idea.id, isUsed: true, outcome: "On sale")
    }
    #expect(try await steps().map(\.kind) == [.tellOutcome, .planContact])
    #expect(
      try await steps()[0].reason
        == "The customer has not heard what became of “A dimmer”: On sale.")
    let file = try await shop.crm.read { try $0.customers.file(of: ada) }
    #expect(file.contributions.map(\.id) == [idea.id])
  }

  @Test(
    "Who has left is to be won back, and who is about to leave to be kept",
    arguments: Backend.allCases)
  func lifecycles(backend: Backend) async throws {
    let shop = try await Shop(backend, CRM.standardCapabilities.replacing(Facts(wanted: [])))
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      var file = try tx.customers.get(ada.id)
      file.owner = Self.kim
      try tx.customers.update(file)
      try tx.lifecycle.define(.retail)
      try tx.lifecycle.look()
      try tx.orders.place(
        NewOrder(
          number: "7", customer: ada.id, lines: [.init(item.id, amount: Money("9.99", .usd))]))
    }
    let day = Duration.seconds(86_400)
    func step() async throws -> NextStep? {
      try await shop.crm.advance()
      return try await shop.file(of: ada.id).steps.first
    }
    shop.clock.advance(by: day * 60 - .milliseconds(1))
    #expect(try await step()?.kind == .planContact)
    shop.clock.advance(by: .milliseconds(1))
    let leaving = Shop.opening + day * 90
    var next = try #require(try await step())
    #expect(next.kind == .retain && next.by == leaving && next.who == Self.kim)
    #expect(
      next.reason
        == "The customer will be at “at_risk” of retail from \(leaving) on, if nothing happens.")
    shop.clock.advance(by: day * 30)
    next = try #require(try await step())
    #expect(next.kind == .retain && next.by == Shop.opening + day * 180)
    #expect(next.reason == "The customer has been at “at_risk” of retail since \(leaving).")
    shop.clock.advance(by: day * 90)
    next = try #require(try await step())
    #expect(next.kind == .winBack && next.by == Shop.opening + day * 365)
    #expect(next.evidence.map(\.found).contains("lapsed"))
    // Under a plan its steps lead.
    let plan = try await shop.crm.write { tx in
      try tx.plans.open(
        NewPlan(
          for: ada.id, "Again", kind: .winBack, owner: .staff("lee"),
          review: .at(tx.now + .seconds(60))))
    }
    next = try #require(try await step())
    #expect(next.kind == .addStep && next.about == RecordReference(plan.id))
    #expect(next.who == .staff("lee") && next.by == plan.reviewAt)
    try await shop.crm.write { tx in
      _ = try tx.plans.addStep("Call", to: plan.id, due: .at(tx.now + day))
    }
    #expect(try await step()?.kind == .keep)
    shop.clock.advance(by: .seconds(60) + .milliseconds(1))
    next = try #require(try await step())
    #expect(next.kind == .reviewPlan && next.about == RecordReference(plan.id))
  }

  @Test(
    "What somebody wants to be reminded of within a week is a step", arguments: Backend.allCases)
  func reminders(backend: Backend) async throws {
    let shop = try await Shop(backend, CRM.standardCapabilities.replacing(Facts(wanted: [])))
    let nine = try #require(TimeOfDay("09:00"))
    let days = try (7...9).map { try #require(CalendarDate(year: 2026, month: 1, day: $0)) }
    let (ada, birthday) = try await shop.crm.write { tx in
      let ada = try tx.customers.add(.person("Ada")).id
      let birthday = try tx.reminders.set(
        "Her birthday", for: Self.kim, .once(on: days[0], at: nine, in: .utc), about: ada)
      try tx.reminders.set(
        "Too early", for: Self.kim, .once(on: days[1], at: nine, in: .utc), about: ada)
      let plan = try tx.plans.open(NewPlan(for: ada, "More", owner: Self.kim))
      // One of a task is no step beside the task.
      try tx.plans.addStep(
        "Call", to: plan.id, due: .by(days[2], in: .utc),
        remind: .once(on: days[0], at: nine, in: .utc))
      return (ada, birthday)
    }
    let steps = try await shop.file(of: ada).steps
    #expect(steps.map(\.kind) == [.keep, .remember, .planContact])
    #expect(steps[1].about == RecordReference(birthday.id) && steps[1].who == Self.kim)
    #expect(steps[1].by == birthday.nextAt)
    #expect(
      steps[1].reason == "“Her birthday” is to be remembered at 2026-01-07T09:00:00.000Z.")
  }

  @Test(
    "A warning is to be heeded by how grave it is, unless it is put off",
    arguments: Backend.allCases)
  func warnings(backend: Backend) async throws {
    let shop = try await Shop(backend, CRM.standardCapabilities.replacing(Facts(wanted: [])))
    let ada = try await shop.crm.write { tx in
      try tx.warnings.define(
        WarningModel(signals: [
          .init("calls", .low, when: .holding(.atLeast(1, .inboundContacts))),
          .init("calls often", .high, when: .holding(.atLeast(2, .inboundContacts))),
        ]))
      try tx.playbooks.write(
        NewPlaybook("Hear them out", when: "They call.", steps: ["Listen"], tags: ["calls often"]))
      return try tx.customers.add(.person("Ada")).id
    }
    func call() async throws {
      try await shop.crm.write { tx in
        _ = try tx.interactions.record(
          NewInteraction(with: ada, through: .phone, .inbound, subject: "Hello", outcome: "Heard"))
      }
    }
    try await call()
    var steps = try await shop.file(of: ada).steps
    #expect(steps.map(\.kind) == [.heedWarning, .planContact] && steps[0].weight == 150)
    #expect(
      steps[0].reason
        == "The customer may be about to leave: “calls” since \(Shop.opening).")
    try await call()
    let (file, grown) = try await shop.file(of: ada)
    let warning = try #require(file.warning)
    #expect(grown[0].weight == 600 && grown[0].about == RecordReference(warning.id))
    #expect(grown[0].by == warning.expiresAt && grown[0].who == warning.owner)
    #expect(grown[0].evidence == warning.evidence.flatMap(\.found) && !grown[0].evidence.isEmpty)
    #expect(grown[0].reason.contains("“calls”, “calls often” since"))
    #expect(grown[0].reason.hasSuffix("“Hear them out” is recommended."))
    try await shop.crm.write { tx in
      _ = try tx.warnings.snooze(warning.id, until: tx.now + .seconds(60))
    }
    steps = try await shop.file(of: ada).steps
    #expect(steps.map(\.kind) == [.planContact])
    shop.clock.advance(by: .seconds(60))
    steps = try await shop.file(of: ada).steps
    #expect(steps.map(\.kind) == [.heedWarning, .planContact])
    try await shop.crm.write { _ = try $0.warnings.resolve(warning.id, note: "She is content") }
    steps = try await shop.file(of: ada).steps
    #expect(steps.map(\.kind) == [.planContact])
  }

  @Test(
    "What a customer is worth in a year is their purchases over the time since the first",
    arguments: Backend.allCases)
  func worth(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    func place(_ number: String, _ amount: Money) async throws {
      try await shop.crm.write { tx in
        _ = try tx.orders.place(
          NewOrder(number: number, customer: ada.id, lines: [.init(item.id, amount: amount)]))
      }
    }
    func worth() async throws -> Money? { try await shop.file(of: ada.id).file.yearlyWorth }
    #expect(try await worth() == nil)
    #expect(try await shop.file(of: ada.id).steps.allSatisfy { $0.value == nil })
    let year = Duration.seconds(365 * 86_400)
    try await place("1", Money(minorUnits: 1_001, .usd))
    #expect(try await worth() == Money(minorUnits: 1_001, .usd))
    shop.clock.advance(by: year)
    #expect(try await worth() == Money(minorUnits: 1_001, .usd))
    // Over two years it is the half, rounded to the even neighbour.
    shop.clock.advance(by: year)
    #expect(try await worth() == Money(minorUnits: 500, .usd))
    // As many orders in two currencies: the first by its code; then the one with more.
    try await place("2", Money(minorUnits: 700, .eur))
    #expect(try await worth() == Money(minorUnits: 700, .eur))
    try await place("3", Money(minorUnits: 1, .usd))
    #expect(try await worth() == Money(minorUnits: 501, .usd))
    // Where the firm reports in one currency, all that was bought counts in it.
    let firm = try await shop.reopened(
      CRM.standardCapabilities.replacing(ExchangeRates(reporting: .eur)))
    try await firm.crm.write { tx in
      _ = try tx.exchangeRates.record(.one, from: .usd, to: .eur, source: .staff)
    }
    #expect(try await firm.file(of: ada.id).file.yearlyWorth == Money(minorUnits: 851, .eur))
  }

  @Test(
    "A host's capability adds steps of its own, ranked with the others by a stated order",
    arguments: Backend.allCases)
  func own(backend: Backend) async throws {
    let capabilities = CRM.standardCapabilities.replacing(Facts(wanted: [])).replacing(
      NextSteps(weights: [.planContact: 1_000, .init(rawValue: "greet"): 30])
    )
    let shop = try await Shop(backend, capabilities + [Greetings()])
    let (ada, item) = try await shop.furnished()
    func kinds() async throws -> [String] {
      try await shop.file(of: ada.id).steps.map { "\($0.kind.rawValue) \($0.reason)" }
    }
    // Nothing is known to come of any: by weight, then by time, then as they are named.
    #expect(
      try await kinds().map { String($0.prefix(8)) } == [
        "plan_con", "thank ea", "thank la", "thank on", "thank tw", "offer eu", "offer do",
        "greet he",
      ])
    try await shop.crm.write { tx in
      _ = try tx.orders.place(
        NewOrder(
          number: "7", customer: ada.id, lines: [.init(item.id, amount: Money("10.00", .usd))]))
    }
    // A value in the customer's currency is compared; one in another is by its weight.
    let steps = try await shop.file(of: ada.id).steps
    #expect(
      steps.map(\.reason).map { String($0.prefix(7)) } == [
        "dollars", "No cont", "early", "late", "one", "two", "euros", "hello",
      ])
    #expect(
      steps.map(\.value) == [
        Money(minorUnits: 1_001, .usd), Money(minorUnits: 1_000, .usd),
        Money(minorUnits: 100, .usd),
        Money(minorUnits: 100, .usd), Money(minorUnits: 100, .usd), Money(minorUnits: 100, .usd),
        Money(minorUnits: 99_999, .eur), Money(minorUnits: 30, .usd),
      ])
    await #expect {
      _ = try await CRM(
        storage: MemoryStorage(),
        capabilities: CRM.standardCapabilities.replacing(NextSteps(weights: [.ask: 1_001])))
    } throws: { ($0 as? CRMError)?.issues.map(\.field) == ["NextSteps.weights.ask"] }
  }

  @Test("However much there is to do, as many questions find it", arguments: Backend.allCases)
  func cost(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let counting = CountingStorage(shop.store.storage)
    func fill(_ count: Int) async throws {
      try await shop.crm.write { tx in
        for number in 0..<count {
          let plan = try tx.plans.open(
            NewPlan(for: ada.id, "Plan \(number)", owner: Self.kim, review: .at(tx.now)))
          try tx.plans.addStep("Step \(number)", to: plan.id, due: .at(tx.now))
          try tx.needs.state(NewNeed(of: ada.id, "need \(number)", "More", from: .staff))
          try tx.contributions.give(NewContribution(from: ada.id, .idea, "Idea \(number)"))
          try tx.orders.place(
            NewOrder(
              number: "\(tx.makeIdentifier() as Order.ID)", customer: ada.id,
              lines: [.init(item.id, amount: Money("9.99", .usd))], promisedAt: tx.now))
        }
      }
      shop.clock.advance(by: .seconds(1))
    }
    func questions() async throws -> (count: Int, steps: Int) {
      let crm = try await CRM(storage: counting, clock: shop.clock)
      _ = counting.take()
      let steps = try await crm.read { try $0.nextSteps(of: ada.id, limit: 1_000) }
      return (counting.take(), steps.count)
    }
    try await shop.crm.write { tx in
      try tx.lifecycle.define(.retail)
      try tx.lifecycle.look()
    }
    try await fill(1)
    let few = try await questions()
    try await fill(12)
    let many = try await questions()
    #expect(few.count == many.count && many.count <= 36)
    #expect(many.steps >= few.steps + 4 * 12)
  }
}

extension Shop {
  /// A customer's file and all that is to be done next.
  fileprivate func file(
    of customer: Customer.ID
  ) async throws -> (file: CustomerFile, steps: [NextStep]) {
    try await crm.read { tx in
      let file = try tx.customers.file(of: customer)
      let steps = try tx.nextSteps(in: file, limit: 1_000)
      #expect(try tx.nextSteps(of: customer, limit: 1_000) == steps)
      return (file, steps)
    }
  }
}

/// A capability whose customers are to be thanked, greeted and offered something.
private struct Greetings: Capability {
  var nextSteps: [NextStepSource] {
    [
      NextStepSource { file, _ in
        let (thank, offer) = (NextStep.Kind(rawValue: "thank"), NextStep.Kind(rawValue: "offer"))
        return [
          NextStep(.init(rawValue: "greet"), because: "hello"),
          NextStep(thank, because: "one"), NextStep(thank, because: "two"),
          NextStep(thank, because: "late", by: file.asOf + .seconds(60)),
          NextStep(thank, because: "early", by: file.asOf),
          NextStep(offer, because: "euros", weight: 90, value: Money(minorUnits: 99_999, .eur)),
          NextStep(offer, because: "dollars", weight: 80, value: Money(minorUnits: 1_001, .usd)),
        ]
      }
    ]
  }
}
