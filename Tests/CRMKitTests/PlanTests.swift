import CRMKit
import CRMTesting
import Testing

@Suite("Relationship plans")
struct PlanTests {
  private static let kim = Principal.staff("kim")
  private static let lee = Principal.staff("lee")
  private static let seoul = Zone("Asia/Seoul") ?? .utc

  private static func day(_ month: Int, _ day: Int) -> CalendarDate {
    CalendarDate(year: 2026, month: month, day: day) ?? CalendarDate(daysSinceEpoch: 0)
  }

  @Test(
    "An overdue review comes up by itself at its exact instant, once",
    arguments: Backend.allCases)
  func reviews(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (plan, other) = try await shop.crm.write { tx in
      let ada = try tx.customers.add(.person("Ada"))
      return (
        try tx.plans.open(
          NewPlan(
            for: ada.id, " A second home ", owner: Self.kim,
            review: .by(Self.day(1, 31), in: Self.seoul))),
        try tx.plans.open(NewPlan(for: ada.id, "The garden", owner: Self.kim))
      )
    }
    #expect(plan.title == "A second home" && plan.review == .by(Self.day(1, 31), in: Self.seoul))
    let dueAt = Self.seoul.startOfDay(Self.day(2, 1)) - .milliseconds(1)
    #expect(plan.reviewAt == dueAt)
    func told() async throws -> [RecordedEvent] {
      try await shop.events().filter { $0.type == PlanReviewOverdue.name }
    }
    // At the instant itself it is in time.
    shop.clock.set(to: dueAt)
    try await shop.crm.advance()
    #expect(try await told().isEmpty)
    #expect(try await shop.crm.read { try $0.plans.overdueReviews().items }.isEmpty)
    // The list goes by the time, whether or not anything ran.
    shop.clock.advance(by: .seconds(90 * 86_400))
    #expect(try await shop.crm.read { try $0.plans.overdueReviews().items } == [plan])
    try await shop.crm.advance()
    try await shop.crm.advance()
    let events = try await told()
    #expect(events.map(\.occurredAt) == [dueAt + .milliseconds(1)])
    let event = try #require(try events[0].payload(as: PlanReviewOverdue.self))
    #expect(event.plan == plan.id && event.owner == Self.kim && event.dueAt == dueAt)
    // Looked over, it is due again when it is said to be.
    try await shop.crm.write { tx in
      let next = Deadline.at(tx.now + .seconds(60))
      let reviewed = try tx.plans.review(plan.id, note: "On its way", next: next)
      #expect(reviewed.review == next && !reviewed.isReviewOverdue)
      #expect(reviewed.reviewedAt == tx.now)
      #expect(try tx.plans.contacts(of: plan.id).items.map(\.subject) == ["On its way"])
      #expect(try tx.plans.overdueReviews().items.isEmpty)
      #expect(try tx.plans.open(of: plan.customer).map(\.id) == [plan.id, other.id])
    }
    shop.clock.advance(by: .seconds(61))
    // What nobody was told of yet is told of before the review.
    try await shop.crm.write { tx in
      try tx.plans.postponeReview(of: plan.id, to: .at(tx.now + .seconds(60)))
    }
    #expect(try await told().count == 2)
    // Without a next review none falls due, nor does that of a plan that is closed.
    try await shop.crm.write { tx in
      try tx.plans.review(plan.id, next: nil)
      try tx.plans.postponeReview(of: other.id, to: .at(tx.now + .seconds(60)))
      try tx.plans.close(other.id, as: .abandoned)
      #expect(try tx.agenda.upcoming(for: plan.customer).isEmpty)
    }
    shop.clock.advance(by: .seconds(86_400))
    try await shop.crm.advance()
    #expect(try await told().count == 2)
    #expect(try await shop.crm.verify().isSound)
  }

  @Test(
    "A step is a task of its owner, with a reminder in the owner's zone that ends with it",
    arguments: Backend.allCases)
  func steps(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let nine = try #require(TimeOfDay("09:00"))
    let (plan, first, second, promise) = try await shop.crm.write { tx in
      let ada = try tx.customers.add(.person("Ada"))
      let plan = try tx.plans.open(NewPlan(for: ada.id, "A second home", owner: Self.kim))
      let first = try tx.plans.addStep(
        "Draw the hall", to: plan.id, due: .by(Self.day(3, 31), in: Self.seoul),
        remind: .once(on: Self.day(3, 30), at: nine, in: Self.seoul))
      let second = try tx.plans.addStep(
        "Call", to: plan.id, owner: Self.lee, due: .by(Self.day(2, 1), in: .utc),
        remind: Recurrence(every: 1, .day, from: Self.day(1, 2), at: nine, in: .utc))
      let promise = try tx.commitments.make(
        NewCommitment(
          .promise, to: ada.id, "Send the list", owner: Self.kim,
          due: .by(Self.day(1, 20), in: .utc), about: [RecordReference(plan.id)]))
      return (plan, first, second, promise)
    }
    #expect(first.kind == .task && first.owner == Self.kim && second.owner == Self.lee)
    try await shop.crm.write { tx in
      #expect(try tx.plans.steps(of: plan.id).map(\.id) == [promise.id, second.id, first.id])
      #expect(try tx.commitments.open(ownedBy: Self.lee).items == [second])
      let reminder = try #require(try tx.reminders.upcoming(for: Self.kim).items.first)
      #expect(reminder.commitment == first.id && reminder.customer == plan.customer)
      #expect(reminder.nextAt == Self.seoul.instant(of: Self.day(3, 30), at: nine))
      // It goes with the task to who has it, and away when it is done.
      try tx.commitments.reassign(first.id, to: Self.lee)
      #expect(try tx.reminders.upcoming(for: Self.kim).items.isEmpty)
      #expect(try tx.reminders.upcoming(for: Self.lee).items.count == 2)
      try tx.commitments.close(first.id, as: .kept)
      #expect(
        try tx.reminders.upcoming(for: Self.lee).items.map(\.commitment) == [second.id])
      let late = refusal {
        try tx.reminders.set(
          "Again", for: Self.kim, .once(on: Self.day(3, 3), at: nine, in: .utc), of: first.id)
      }
      #expect(late?.code == .unknownReference && late?.issues.map(\.field) == ["commitment"])
      // Closing the plan drops its tasks; what was promised stays.
      try tx.plans.close(plan.id, as: .failed, note: "They moved")
      let steps = try tx.plans.steps(of: plan.id)
      #expect(steps.map(\.status) == [.open, .dropped, .kept])
      #expect(try tx.reminders.upcoming(for: Self.lee).items.isEmpty)
      // A task is none of the promises that count for the customer.
      let figures = try tx.metrics.figures(of: plan.customer)
      #expect(figures.promisesBroken == 0 && figures.promisesKept == 0)
      #expect(figures.openCommitments == 1)
    }
    #expect(try await shop.crm.verify().isSound)
  }

  @Test(
    "A playbook's steps become the plan's, day after day, and are judged by how it ends",
    arguments: Backend.allCases)
  func playbooks(backend: Backend) async throws {
    let berlin = try #require(Zone("Europe/Berlin"))
    let shop = try await Shop(backend)
    try await shop.crm.write { tx in
      let ada = try tx.customers.add(.person("Ada", tags: ["vip"]))
      let playbook = try tx.playbooks.write(
        NewPlaybook("The house", when: "They build.", steps: ["Ask", "Show", "Call"]))
      for (status, worked) in [(Plan.Status.achieved, 1), (.abandoned, 1), (.failed, 1)] {
        let plan = try tx.plans.open(NewPlan(for: ada.id, "A house", owner: Self.kim))
        let steps = try tx.plans.follow(
          playbook.id, in: plan.id, due: .by(Self.day(3, 27), in: berlin), every: .days(1))
        #expect(steps.map(\.text) == ["Ask", "Show", "Call"])
        // The clocks go forward on 29 March: days stay days.
        #expect(
          steps.map(\.deadline) == [27, 28, 29].map { .by(Self.day(3, $0), in: berlin) })
        try tx.plans.close(plan.id, as: status)
        let results = try tx.playbooks.suggestions(for: ada.id).first?.overall
        #expect(results?.worked == worked, "\(status)")
        #expect(results?.failed == (status == .failed ? 1 : 0), "\(status)")
      }
      let uses = try tx.playbooks.uses(with: ada.id).items
      #expect(Set(uses.map(\.plan)).count == 3)
      #expect(uses.map(\.outcome) == [.failed, .open, .worked])
    }
  }

  @Test("Objectives are met by their measure, or as somebody says", arguments: Backend.allCases)
  func objectives(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      let firm = try tx.customers.add(.organisation("Acme"))
      try tx.relationships.add(NewRelationship(ada.id, .employee, of: firm.id))
      let objectives = [
        PlanObjective("Buys twice", measuring: .orders, target: 2),
        PlanObjective("For twenty dollars", measuring: .revenue(.usd), target: 1_998),
        PlanObjective("Knows our gardener"),
        PlanObjective("Never complains", measuring: .complaints, target: 1, isMet: false),
      ]
      var plans: [Plan] = []
      for customer in [ada.id, firm.id] {
        plans.append(
          try tx.plans.open(
            NewPlan(for: customer, "More", owner: Self.kim, objectives: objectives)))
      }
      func values(_ plan: Plan) throws -> [Int?] { try tx.plans.progress(of: plan.id).map(\.value) }
      func met(_ plan: Plan) throws -> [Bool?] { try tx.plans.progress(of: plan.id).map(\.isMet) }
      for number in ["1", "2"] {
        #expect(try met(plans[0]) == [false, false, nil, false])
        try tx.orders.place(
          NewOrder(
            number: number, customer: ada.id,
            lines: [.init(item.id, amount: try Money("9.99", .usd))]))
      }
      // Of an organisation it counts those who belong to it.
      for plan in plans {
        #expect(try values(plan) == [2, 1_998, nil, 0])
        #expect(try met(plan) == [true, true, nil, false])
      }
      var plan = plans[0]
      plan.objectives[2].isMet = true
      plan.objectives.removeLast()
      let kept = try tx.plans.update(plan)
      #expect(kept.objectives == plan.objectives && kept.version == 2)
      #expect(kept.objectives[0].measure == .orders)
      #expect(kept.objectives[1].measure == .revenue(.usd))
      #expect(try met(kept) == [true, true, true])
    }
  }

  @Test(
    "Whom no plan looks after, and who has no next step, is listed", arguments: Backend.allCases)
  func gaps(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let ids = try await shop.crm.write { tx in
      try (0..<7).map { number in
        try tx.customers.add(.person("Customer \(number)", country: number < 5 ? "KR" : "DE")).id
      }
    }
    func missing(_ gap: PlanOperations.Gap, _ limit: Int = 50) async throws -> [Int] {
      try await shop.crm.read { tx in
        var found: [Customer.ID] = []
        var place: Cursor<Customer>?
        repeat {
          let page = try tx.plans.customers(without: gap, after: place, limit: limit)
          found += page.items.map(\.id)
          place = page.next
        } while place != nil
        return found.compactMap { ids.firstIndex(of: $0) }
      }
    }
    #expect(try await missing(.plan) == Array(0..<7))
    try await shop.crm.write { tx in
      let closed = try tx.plans.open(NewPlan(for: ids[0], "Over", owner: Self.kim))
      try tx.plans.close(closed.id, as: .achieved)
      for customer in [ids[1], ids[1], ids[4]] {
        try tx.plans.open(NewPlan(for: customer, "More", owner: Self.kim))
      }
      try tx.customers.archive(ids[6])
      try tx.interactions.plan(
        NewInteraction(
          with: ids[2], and: [ids[3]], through: .phone, .outbound, subject: "Call",
          occurredAt: tx.now + .seconds(60)))
      try tx.commitments.make(
        NewCommitment(
          .question, to: ids[5], "When?", owner: Self.kim, due: .at(tx.now + .seconds(60))))
    }
    for limit in [1, 2, 50] {
      #expect(try await missing(.plan, limit) == [0, 2, 3, 5], "\(limit)")
      #expect(try await missing(.step, limit) == [0, 1, 4], "\(limit)")
    }
    let german = try await shop.crm.read {
      try $0.plans.customers(without: .plan, where: { $0.country == "DE" }).items.map(\.id)
    }
    #expect(german == [ids[5]])
    // A contact that was planned is no next step once its time has come.
    shop.clock.advance(by: .seconds(60))
    #expect(try await missing(.step) == [0, 1, 2, 3, 4])
  }

  @Test("Open plans without an open step are listed, page by page", arguments: Backend.allCases)
  func stepless(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let plans = try await shop.crm.write { tx in
      try (0..<9).map { number in
        let customer = try tx.customers.add(.person("Customer \(number)"))
        let plan = try tx.plans.open(
          NewPlan(
            for: customer.id, "More", owner: Self.kim,
            review: number < 2 ? nil : .at(tx.now + .seconds(100 - number))))
        guard number % 2 == 1 else { return plan }
        let step = try tx.plans.addStep("Call", to: plan.id, due: .at(tx.now + .seconds(60)))
        if number == 5 { try tx.commitments.close(step.id, as: .kept) }
        return plan
      }
    }
    func listed(_ limit: Int) async throws -> [Int] {
      try await shop.crm.read { tx in
        var found: [Plan.ID] = []
        var place: Cursor<Plan>?
        repeat {
          let page = try tx.plans.withoutStep(after: place, limit: limit)
          #expect(page.items.count <= limit)
          found += page.items.map(\.id)
          place = page.next
        } while place != nil
        return found.compactMap { id in plans.firstIndex { $0.id == id } }
      }
    }
    for limit in [1, 2, 3, 6, 7] {
      #expect(try await listed(limit) == [0, 8, 6, 5, 4, 2], "\(limit)")
    }
    // However many plans there are, two questions find the first page.
    let counting = CountingStorage(shop.store.storage)
    let crm = try await CRM(storage: counting, clock: shop.clock)
    _ = counting.take()
    _ = try await crm.read { try $0.plans.withoutStep(limit: 3) }
    #expect(counting.take() == 2)
    _ = try await crm.read { try $0.plans.customers(without: .step, limit: 3) }
    #expect(counting.take() == 1)
  }

  @Test(
    "What is wrong with a plan is named at once and changes nothing", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, plan) = try await shop.crm.write { tx in
      let ada = try tx.customers.add(.person("Ada"))
      let plan = try tx.plans.open(NewPlan(for: ada.id, "More", owner: Self.kim))
      try tx.plans.close(plan.id, as: .overtaken)
      return (ada, plan)
    }
    let before = try await shop.exported()
    let bad = NewPlan(
      for: .zero, " ", owner: Principal(rawValue: ""),
      objectives: [
        PlanObjective(""), PlanObjective("Much", measuring: .orders),
        PlanObjective("More", target: 1),
      ], review: .at(Shop.opening - .seconds(1)))
    let opened = await failure { try await shop.crm.write { try $0.plans.open(bad) } }
    #expect(opened?.code == .invalid)
    #expect(
      opened?.issues.map(\.field) == [
        "title", "owner", "objectives[0].text", "objectives[1].target", "objectives[2].target",
        "review", "customer",
      ])
    let closed = await failure {
      try await shop.crm.write { try $0.plans.close(plan.id, as: .achieved) }
    }
    #expect(closed?.code == .notAllowed)
    let stepped = await failure {
      try await shop.crm.write {
        try $0.plans.addStep("", to: plan.id, due: .at(Shop.opening - .seconds(1)))
      }
    }
    #expect(stepped?.code == .notAllowed && stepped?.issues.map(\.field) == ["text", "due"])
    #expect(try await shop.exported() == before)
    try await shop.crm.write { tx in
      let plan = try tx.plans.open(NewPlan(for: ada.id, "More", owner: Self.kim))
      #expect(refusal { try tx.plans.close(plan.id, as: .open) }?.code == .invalid)
      let followed = refusal {
        try tx.plans.follow(.zero, in: plan.id, due: .at(tx.now), every: .days(1))
      }
      #expect(followed?.code == .unknownReference)
      let stale = plan
      var current = plan
      current.title = "Most"
      try tx.plans.update(current)
      #expect(refusal { try tx.plans.update(stale) }?.code == .conflict)
      #expect(try tx.plans.get(plan.id).title == "Most")
      #expect(try tx.commitments.open(of: ada.id).items.isEmpty)
    }
  }

  @Test("Plans pass with the customer to who takes over", arguments: Backend.allCases)
  func handOver(backend: Backend) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.write { tx in
      let ada = try tx.customers.add(.person("Ada"))
      let ours = try tx.plans.open(NewPlan(for: ada.id, "Ours", owner: Self.kim))
      let theirs = try tx.plans.open(NewPlan(for: ada.id, "Theirs", owner: .staff("bo")))
      let step = try tx.plans.addStep("Call", to: ours.id, due: .at(tx.now + .seconds(60)))
      try tx.responsibility.register(Self.lee, "Lee")
      try tx.responsibility.handOver(ada.id, from: Self.kim, to: Self.lee, note: "Is yours")
      #expect(try tx.plans.get(ours.id).owner == Self.lee)
      #expect(try tx.plans.get(theirs.id).owner == .staff("bo"))
      #expect(try tx.commitments.get(step.id).owner == Self.lee)
      #expect(try tx.plans.open(ownedBy: Self.lee).items.map(\.id) == [ours.id])
    }
  }

  @Test(
    "A review that would pass unseen, and credit without a plan, are told of",
    arguments: Backend.allCases)
  func verification(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let plan = try await shop.crm.write { tx in
      let back = try tx.plans.open(
        NewPlan(for: ada.id, "Back", kind: .winBack, owner: Self.kim))
      try tx.orders.place(
        NewOrder(
          number: "1", customer: ada.id, lines: [.init(item.id, amount: Money("9.99", .usd))]))
      try tx.plans.open(
        NewPlan(for: ada.id, "More", owner: Self.kim, review: .at(tx.now + .seconds(60))))
      return back.id
    }
    #expect(try await shop.crm.verify().isSound)
    let storage = shop.store.storage
    try await storage.open(.standard())
    try await storage.write { store in
      let entry = try #require(
        try store.rows(Query<AgendaEntry>(where: { $0.task == "plans.review" })).first)
      try store.delete(entry)
      try store.delete(try #require(try store.get(plan)))
    }
    let problems = try await shop.crm.verify().problems
    #expect(problems.map(\.record) == ["plans", "comebacks"])
    #expect(problems.map(\.field) == ["review_at", "is_credited"])
  }
}
