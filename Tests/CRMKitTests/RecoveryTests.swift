import CRMKit
import CRMTesting
import Testing

@Suite("Winning customers back")
struct RecoveryTests {
  private static let kim = Principal.staff("kim")
  private static let day: Duration = .seconds(86_400)

  /// A shop with a customer under a plan to win them back.
  private struct Case {
    let shop: Shop
    let ada: Customer.ID
    let item: CatalogueItem.ID
    let plan: Plan

    init(_ backend: Backend, _ terms: RecoveryTerms? = nil, budget: Money? = nil) async throws {
      shop = try await Shop(backend)
      let (ada, item) = try await shop.furnished()
      (self.ada, self.item) = (ada.id, item.id)
      plan = try await shop.crm.write {
        try $0.plans.open(
          NewPlan(
            for: ada.id, "Come back", kind: .winBack, owner: RecoveryTests.kim, budget: budget,
            terms: terms))
      }
    }

    @discardableResult
    func call(_ cost: String? = nil, about plan: Plan? = nil) async throws -> Interaction {
      try await shop.crm.write { tx in
        try tx.interactions.record(
          NewInteraction(
            with: ada, through: .phone, .outbound, subject: "We miss you",
            about: [RecordReference((plan ?? self.plan).id)],
            cost: try cost.map { try Money($0, .usd) }))
      }
    }

    @discardableResult
    func order(_ number: String, _ amount: String = "9.99", at instant: Instant? = nil)
      async throws -> Order.ID
    {
      try await shop.crm.write { tx in
        try tx.orders.place(
          NewOrder(
            number: number, customer: ada, lines: [.init(item, amount: try Money(amount, .usd))],
            placedAt: instant)
        ).id
      }
    }

    func comebacks() async throws -> [Comeback] {
      try await shop.crm.read { try $0.plans.comebacks(of: ada).items }
    }
  }

  @Test(
    "An order after a contact of the plan is its return, to the last millisecond of its terms",
    arguments: Backend.allCases, [(0, true), (1, false)])
  func credit(backend: Backend, late: (milliseconds: Int, isCredited: Bool)) async throws {
    let terms = RecoveryTerms(days: 30)
    let work = try await Case(backend, terms)
    #expect(work.plan.terms == terms && work.plan.kind == .winBack)
    let playbook = try await work.shop.crm.write { tx in
      let playbook = try tx.playbooks.write(
        NewPlaybook("Call", when: "They stay away.", steps: ["Call", "Write"]))
      try tx.plans.follow(playbook.id, in: work.plan.id, due: .at(tx.now + Self.day))
      return playbook
    }
    let call = try await work.call()
    // Notes among staff, and what is planned for later, are no contacts of the plan.
    work.shop.clock.advance(by: Self.day)
    try await work.shop.crm.write { tx in
      try tx.plans.review(work.plan.id, note: "Nothing yet", next: nil)
      try tx.interactions.plan(
        NewInteraction(
          with: work.ada, through: .phone, .outbound, subject: "Call again",
          about: [RecordReference(work.plan.id)], occurredAt: tx.now + .seconds(60 * 86_400)))
    }
    work.shop.clock.set(to: call.occurredAt + Self.day * 30 + .milliseconds(late.milliseconds))
    let order = try await work.order("1")
    let comeback = try #require(try await work.comebacks().first)
    #expect(comeback.order == order && comeback.plan == work.plan.id)
    #expect(comeback.isCredited == late.isCredited)
    #expect(comeback.contact == (late.isCredited ? call.id : nil))
    #expect(
      comeback.reason
        == (late.isCredited
          ? "A contact of the plan at \(call.occurredAt) came at most 30 days before the return."
          : "The last contact of the plan was at \(call.occurredAt), more than 30 days before the"
            + " return."))
    let (plan, steps, uses) = try await work.shop.crm.read { tx in
      (
        try tx.plans.get(work.plan.id), try tx.plans.steps(of: work.plan.id),
        try tx.playbooks.uses(with: work.ada).items
      )
    }
    #expect(plan.status == (late.isCredited ? .achieved : .overtaken))
    #expect(plan.note == comeback.reason && plan.closedAt == comeback.recognisedAt)
    #expect(steps.map(\.status) == [.dropped, .dropped])
    // What worked is found again for customers alike.
    #expect(uses.map(\.playbook) == [playbook.id])
    #expect(uses.map(\.outcome) == [late.isCredited ? .worked : .open])
    let told = try await work.shop.events().compactMap { try $0.payload(as: CustomerReturned.self) }
    #expect(told.map(\.creditedPlan) == [late.isCredited ? work.plan.id : nil])
    // Who is back does not come back again.
    try await work.order("2")
    #expect(try await work.comebacks().count == 1)
    #expect(try await work.shop.crm.verify().isSound)
  }

  @Test("A plan is not credited without a contact, or for too little", arguments: Backend.allCases)
  func refusals(backend: Backend) async throws {
    let uncalled = try await Case(backend)
    try await uncalled.order("1")
    #expect(
      try await uncalled.comebacks().map(\.reason)
        == ["No contact of the plan came before the return."])
    // An order that was placed before the plan was opened is no return under it.
    let early = try await Case(backend)
    try await early.order("1", at: Shop.opening - .seconds(1))
    #expect(try await early.comebacks().isEmpty)
    for (minimum, isCredited, reason) in [
      (try Money("9.99", .usd), true, nil),
      (try Money("10.00", .usd), false, "The order is of 9.99 USD, less than 10.00 USD."),
      (try Money("1.00", .eur), false, "The order is of 9.99 USD, the plan asks for 1.00 EUR."),
    ] {
      let work = try await Case(backend, RecoveryTerms(minimum: minimum))
      try await work.call()
      try await work.order("1")
      let comeback = try #require(try await work.comebacks().first)
      #expect(comeback.isCredited == isCredited, "\(minimum)")
      if let reason { #expect(comeback.reason == reason) }
    }
  }

  @Test("Of several plans the one whose contact came last is credited", arguments: Backend.allCases)
  func several(backend: Backend) async throws {
    let work = try await Case(backend)
    let second = try await work.shop.crm.write {
      try $0.plans.open(
        NewPlan(for: work.ada, "Write", kind: .winBack, owner: Self.kim))
    }
    let kept = try await work.shop.crm.write {
      try $0.plans.open(NewPlan(for: work.ada, "The garden", owner: Self.kim))
    }
    try await work.call()
    work.shop.clock.advance(by: .seconds(60))
    try await work.call(about: second)
    work.shop.clock.advance(by: .seconds(60))
    try await work.order("1")
    #expect(try await work.comebacks().map(\.plan) == [second.id])
    let plans = try await work.shop.crm.read { tx in
      try [work.plan, second, kept].map { try tx.plans.get($0.id) }
    }
    #expect(plans.map(\.status) == [.overtaken, .achieved, .open])
    #expect(plans[0].note == "Another plan is credited.")
  }

  @Test(
    "Who comes back from lapsed or lost is recognised without any plan, once",
    arguments: Backend.allCases)
  func lifecycle(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    func order(_ number: String) async throws {
      try await shop.crm.write { tx in
        _ = try tx.orders.place(
          NewOrder(
            number: number, customer: ada.id,
            lines: [.init(item.id, amount: try Money("9.99", .usd))]))
      }
    }
    func comebacks() async throws -> [Comeback] {
      try await shop.crm.read { try $0.plans.comebacks(of: ada.id).items }
    }
    // Two lifecycles tell of the same return.
    let club = LifecycleModel(
      "club",
      stages: [
        LifecycleStage("in", weight: 10, .active), LifecycleStage("out", weight: 20, .lost),
      ], initial: "in",
      rules: [
        LifecycleRule(
          "left", from: ["in"], to: "out", when: .passed(.days(100), since: .lastOrder)),
        LifecycleRule(
          "back", from: ["out"], to: "in",
          when: .happened(.lastOrder) && !.passed(.days(100), since: .lastOrder)),
      ])
    try await shop.crm.write { tx in
      try tx.lifecycle.define(.retail)
      try tx.lifecycle.define(club)
      try tx.lifecycle.look()
    }
    try await order("1")
    // At risk is not gone.
    shop.clock.advance(by: Self.day * 95)
    try await shop.crm.advance()
    try await order("2")
    #expect(try await comebacks().isEmpty)
    shop.clock.advance(by: Self.day * 200)
    try await shop.crm.advance()
    try await order("3")
    let first = try await comebacks()
    #expect(first.map(\.reason) == ["No plan to win the customer back was open."])
    #expect(first[0].order != nil && first[0].plan == nil && !first[0].isCredited)
    #expect(first[0].lifecycle != nil && first[0].returnedAt == shop.clock.now)
    // Under a plan the order tells of it, and the lifecycles say no more.
    shop.clock.advance(by: Self.day * 400)
    try await shop.crm.advance()
    let plan = try await shop.crm.write { tx in
      let plan = try tx.plans.open(
        NewPlan(for: ada.id, "Again", kind: .winBack, owner: Self.kim))
      try tx.interactions.record(
        NewInteraction(
          with: ada.id, through: .email, .outbound, subject: "A gift",
          about: [RecordReference(plan.id)]))
      return plan
    }
    shop.clock.advance(by: Self.day)
    try await order("4")
    #expect(try await comebacks().map(\.plan) == [plan.id, nil])
    // Staff can say that somebody is back, who ordered nothing.
    shop.clock.advance(by: Self.day * 400)
    try await shop.crm.advance()
    try await shop.crm.write { tx in
      try tx.plans.open(
        NewPlan(
          for: ada.id, "Once more", kind: .winBack, owner: Self.kim,
          terms: RecoveryTerms(minimum: try Money("1.00", .usd))))
      try tx.lifecycle.move(ada.id, to: "won_back", in: "retail", because: "Called to say so")
    }
    let last = try await comebacks()[0]
    #expect(last.order == nil && last.lifecycle == "retail" && !last.isCredited)
    #expect(last.reason == "No contact of the plan came before the return.")
    let all = try await shop.crm.read { tx in
      try tx.plans.comebacks(from: first[0].returnedAt, until: last.returnedAt).items
    }
    #expect(all.map(\.plan) == [nil, plan.id])
    #expect(try await shop.crm.verify().isSound)
  }

  @Test(
    "What a plan spent is what its contacts cost, held against its budget",
    arguments: Backend.allCases)
  func spending(backend: Backend) async throws {
    let work = try await Case(backend, budget: try Money("10.00", .usd))
    let other = try await work.shop.crm.write {
      try $0.plans.open(NewPlan(for: work.ada, "Else", owner: Self.kim))
    }
    func spending() async throws -> PlanSpending {
      try await work.shop.crm.read { try $0.plans.spending(of: work.plan.id) }
    }
    let ten = try Money("10.00", .usd)
    #expect(try await spending().left == ten)
    let call = try await work.call("4.00")
    try await work.call("6.00")
    try await work.call("5.00", about: other)
    try await work.shop.crm.write { tx in
      for (cost, instant) in [(Money(minorUnits: 150, .eur), tx.now), (.zero(.usd), tx.now)] {
        try tx.interactions.record(
          NewInteraction(
            with: work.ada, through: .phone, .outbound, subject: "Hello",
            about: [RecordReference(other.id), RecordReference(work.plan.id)], cost: cost,
            occurredAt: instant))
      }
      try tx.interactions.plan(
        NewInteraction(
          with: work.ada, through: .fieldVisit, .outbound, subject: "Visit",
          about: [RecordReference(work.plan.id)], cost: Money("1.00", .usd),
          occurredAt: tx.now + Self.day))
    }
    var spent = try await spending()
    #expect(spent.spent == [Money(minorUnits: 150, .eur), ten])
    #expect(spent.left == .zero(.usd) && !spent.isOverspent)
    // A visit costs when its time has come, a corrected cost at once.
    work.shop.clock.advance(by: Self.day)
    spent = try await spending()
    #expect(spent.left == Money(minorUnits: -100, .usd) && spent.isOverspent)
    try await work.shop.crm.write { tx in
      var changed = try tx.interactions.get(call.id)
      changed.cost = try Money("3.00", .usd)
      try tx.interactions.update(changed)
      var plan = try tx.plans.get(work.plan.id)
      plan.budget = nil
      try tx.plans.update(plan)
    }
    spent = try await spending()
    #expect(spent.left == nil && !spent.isOverspent)
    #expect(spent.spent.last == ten)
    // What is booked for it counts beside the contacts, which are booked as well by then.
    try await work.shop.crm.write { tx in
      func book(_ cost: String, about plan: Plan.ID?) throws {
        try tx.budget.spend(
          Money(cost, .usd), on: work.ada, for: .winBack, because: "A gift",
          about: plan.map { RecordReference($0) })
      }
      try book("2.00", about: work.plan.id)
      try book("32.00", about: other.id)
      try book("64.00", about: nil)
    }
    spent = try await spending()
    #expect(spent.spent.last == Money(minorUnits: 1_200, .usd))
    let result = try await work.shop.crm.read { try $0.plans.recovery(of: work.plan.id) }
    #expect(result.cost == spent.spent)
  }

  @Test(
    "Results say what plans and plays cost, who came back and what that brought in",
    arguments: Backend.allCases)
  func results(backend: Backend) async throws {
    let work = try await Case(backend, RecoveryTerms(days: 30, revenueDays: 10))
    let (lost, playbook) = try await work.shop.crm.write { tx in
      let ben = try tx.customers.add(.person("Ben"))
      let lost = try tx.plans.open(
        NewPlan(for: ben.id, "Come back", kind: .winBack, owner: Self.kim))
      let playbook = try tx.playbooks.write(
        NewPlaybook("Call", when: "They stay away.", steps: ["Call"]))
      for plan in [work.plan.id, lost.id] {
        try tx.plans.follow(playbook.id, in: plan, due: .at(tx.now + Self.day))
      }
      try tx.plans.close(lost.id, as: .failed)
      let other = try tx.plans.open(
        NewPlan(for: ben.id, "Write", kind: .winBack, owner: Self.kim))
      #expect(other.status == .open)
      return (lost, playbook)
    }
    try await work.call("2.50")
    work.shop.clock.advance(by: Self.day)
    try await work.order("1", "10.00")
    work.shop.clock.advance(by: Self.day * 10 - .milliseconds(1))
    try await work.order("2", "20.00")
    let cancelled = try await work.order("3", "40.00")
    try await work.shop.crm.write { try $0.orders.cancel(cancelled) }
    work.shop.clock.advance(by: .milliseconds(1))
    try await work.order("4", "80.00")
    func results(_ playbook: Playbook.ID? = nil) async throws -> [RecoveryResult] {
      try await work.shop.crm.read { tx in
        try tx.plans.recoveries(following: playbook, until: tx.now)
      }
    }
    let plays = try await results(playbook.id)
    #expect(plays.map(\.plan.id) == [work.plan.id, lost.id])
    let (cost, revenue) = (Money(minorUnits: 250, .usd), Money(minorUnits: 3_000, .usd))
    #expect(plays[0].cost == [cost] && plays[0].revenue == [revenue])
    #expect(plays[1].comeback == nil && plays[1].cost.isEmpty && plays[1].revenue.isEmpty)
    let one = try await work.shop.crm.read { try $0.plans.recovery(of: work.plan.id) }
    #expect(one == plays[0])
    let all = try RecoverySummary(try await results())
    #expect(all.plans == 3 && all.open == 1 && all.returned == 1 && all.credited == 1)
    #expect(all.cost == [cost] && all.revenue == [revenue])
    // However many plans there are, as many questions find their results.
    let counting = CountingStorage(work.shop.store.storage)
    let crm = try await CRM(storage: counting, clock: work.shop.clock)
    _ = counting.take()
    _ = try await crm.read { tx in try tx.plans.recoveries(until: tx.now) }
    #expect(counting.take() == 5)
  }

  @Test(
    "A return whose order is cancelled is none, and credits nobody", arguments: Backend.allCases)
  func withdrawal(backend: Backend) async throws {
    let work = try await Case(backend)
    let playbook = try await work.shop.crm.write { tx in
      let playbook = try tx.playbooks.write(
        NewPlaybook("Call", when: "They stay away.", steps: ["Call"]))
      try tx.plans.follow(playbook.id, in: work.plan.id, due: .at(tx.now + Self.day))
      return playbook
    }
    try await work.call()
    work.shop.clock.advance(by: Self.day)
    let order = try await work.order("1")
    try await work.shop.crm.write { try $0.orders.cancel(order) }
    let comeback = try #require(try await work.comebacks().first)
    #expect(comeback.withdrawnAt == work.shop.clock.now && !comeback.isCredited)
    #expect(comeback.reason == "The order was cancelled.")
    let (result, uses) = try await work.shop.crm.read { tx in
      (try tx.plans.recovery(of: work.plan.id), try tx.playbooks.uses(with: work.ada).items)
    }
    #expect(result.plan.status == .failed && result.comeback == nil && result.revenue.isEmpty)
    #expect(uses.map(\.playbook) == [playbook.id] && uses.map(\.outcome) == [.failed])
  }

  @Test(
    "A plan whose return was cancelled is held against the next order that stands",
    arguments: Backend.allCases)
  func nextOrder(backend: Backend) async throws {
    let work = try await Case(
      backend, RecoveryTerms(days: 30, minimum: try Money("5.00", .usd)))
    try await work.shop.crm.write { tx in
      let playbook = try tx.playbooks.write(
        NewPlaybook("Call", when: "They stay away.", steps: ["Call"]))
      try tx.plans.follow(playbook.id, in: work.plan.id, due: .at(tx.now + Self.day))
    }
    let call = try await work.call()
    work.shop.clock.advance(by: Self.day)
    let first = try await work.order("1")
    work.shop.clock.advance(by: Self.day)
    let second = try await work.order("2")
    let third = try await work.order("3", "1.00")
    try await work.shop.crm.write { try $0.orders.cancel(first) }
    let backs = try await work.comebacks()
    #expect(Set(backs.map(\.order)) == [first, second])
    let stands = try #require(backs.first { $0.order == second })
    #expect(stands.isCredited && stands.withdrawnAt == nil && stands.plan == work.plan.id)
    #expect(stands.contact == call.id && stands.returnedAt == work.shop.clock.now)
    func result() async throws -> RecoveryResult {
      try await work.shop.crm.read { try $0.plans.recovery(of: work.plan.id) }
    }
    func outcomes() async throws -> [PlaybookUse.Outcome] {
      try await work.shop.crm.read { try $0.playbooks.uses(with: work.ada).items.map(\.outcome) }
    }
    #expect(try await result().plan.status == .achieved)
    #expect(try await result().comeback == stands)
    #expect(try await outcomes() == [.worked])
    // The one that is left is too small: the customer is back, and the plan is not credited.
    try await work.shop.crm.write { try $0.orders.cancel(second) }
    let last = try await result()
    #expect(last.plan.status == .overtaken)
    #expect(last.comeback?.order == third && last.comeback?.isCredited == false)
    #expect(try await work.shop.crm.verify().isSound)
    try await work.shop.crm.write { try $0.orders.cancel(third) }
    #expect(try await result().plan.status == .failed)
    #expect(try await result().comeback == nil)
    #expect(try await outcomes() == [.failed])
    #expect(try await work.comebacks().allSatisfy { $0.withdrawnAt != nil })
    #expect(try await work.shop.crm.verify().isSound)
  }

  /// An account or a household of two whom a plan is to win back, and a stranger.
  private struct Account {
    let shop: Shop
    let top: Customer.ID
    let members: [Customer.ID]
    let stranger: Customer.ID
    let item: CatalogueItem.ID
    let plan: Plan

    init(_ backend: Backend, _ kind: Customer.Kind) async throws {
      shop = try await Shop(backend)
      let (ada, item) = try await shop.furnished()
      stranger = ada.id
      self.item = item.id
      (top, members, plan) = try await shop.crm.write { tx in
        let isHousehold = kind == .household
        let top = try tx.customers.add(isHousehold ? .household("Kims") : .organisation("Acme")).id
        let members = try ["Ann", "Ben"].map { try tx.customers.add(.person($0)).id }
        for member in members {
          try tx.relationships.add(
            NewRelationship(member, isHousehold ? .householdMember : .employee, of: top))
        }
        let left = try tx.customers.add(.person("Cy")).id
        let yesterday = CalendarDate(daysSinceEpoch: tx.today.daysSinceEpoch - 1)
        try tx.relationships.add(
          NewRelationship(
            left, isHousehold ? .householdMember : .employee, of: top, end: yesterday))
        let plan = try tx.plans.open(
          NewPlan(for: top, "Come back", kind: .winBack, owner: RecoveryTests.kim))
        try tx.interactions.record(
          NewInteraction(
            with: top, through: .phone, .outbound, subject: "We miss you",
            about: [RecordReference(plan.id)]))
        return (top, members + [left], plan)
      }
      shop.clock.advance(by: RecoveryTests.day)
    }

    func order(_ number: String, by customer: Customer.ID) async throws -> Order.ID {
      shop.clock.advance(by: .seconds(60))
      return try await shop.crm.write { tx in
        try tx.orders.place(
          NewOrder(
            number: number, customer: customer,
            lines: [.init(item, amount: try Money("9.99", .usd))])
        ).id
      }
    }

    func result() async throws -> RecoveryResult {
      try await shop.crm.read { try $0.plans.recovery(of: plan.id) }
    }
  }

  @Test(
    "An account comes back with an order of whoever belongs to it then, and of nobody else",
    arguments: Backend.allCases, [Customer.Kind.organisation, .household])
  func accounts(backend: Backend, kind: Customer.Kind) async throws {
    let work = try await Account(backend, kind)
    _ = try await work.order("1", by: work.stranger)
    _ = try await work.order("2", by: work.members[2])
    #expect(try await work.result().plan.status == .open)
    let own = try await work.shop.crm.write { tx in
      try tx.plans.open(
        NewPlan(for: work.members[0], "Write", kind: .winBack, owner: Self.kim))
    }
    let order = try await work.order("3", by: work.members[0])
    let result = try await work.result()
    #expect(result.plan.status == .achieved)
    let comeback = try #require(result.comeback)
    #expect(comeback.customer == work.members[0] && comeback.order == order)
    #expect(comeback.isCredited && comeback.plan == work.plan.id)
    #expect(result.revenue == [try Money("9.99", .usd)])
    // The member is back, too, though not by the plan of the member's own.
    let ended = try await work.shop.crm.read { try $0.plans.get(own.id) }
    #expect(ended.status == .overtaken)
    #expect(ended.note == "No contact of the plan came before the return.")
    // Nothing is left to be won back.
    _ = try await work.order("4", by: work.members[1])
    let all = try await work.shop.crm.read { tx in
      try tx.plans.comebacks(until: tx.now + .seconds(1)).items
    }
    #expect(all == [comeback])
    #expect(try await work.shop.crm.verify().isSound)
  }

  @Test(
    "An account's return that is cancelled is held against the next order of anybody in it",
    arguments: Backend.allCases, [Customer.Kind.organisation, .household])
  func accountWithdrawal(backend: Backend, kind: Customer.Kind) async throws {
    let work = try await Account(backend, kind)
    let first = try await work.order("1", by: work.members[0])
    _ = try await work.order("2", by: work.stranger)
    _ = try await work.order("3", by: work.members[2])
    let next = try await work.order("4", by: work.members[1])
    try await work.shop.crm.write { try $0.orders.cancel(first) }
    var result = try await work.result()
    #expect(result.plan.status == .achieved && result.comeback?.isCredited == true)
    #expect(result.comeback?.order == next && result.comeback?.customer == work.members[1])
    #expect(try await work.shop.crm.verify().isSound)
    try await work.shop.crm.write { try $0.orders.cancel(next) }
    result = try await work.result()
    #expect(result.plan.status == .failed && result.comeback == nil && result.revenue.isEmpty)
    let all = try await work.shop.crm.read { tx in
      try tx.plans.comebacks(until: tx.now + .seconds(1)).items
    }
    #expect(all.count == 2 && all.allSatisfy { !$0.isCredited && $0.withdrawnAt != nil })
    #expect(try await work.shop.crm.verify().isSound)
  }

  @Test("Terms and budgets that cannot be are refused", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let work = try await Case(backend)
    let before = try await work.shop.exported()
    let negative = Money(minorUnits: -1, .usd)
    let bad = NewPlan(
      for: work.ada, "Back", kind: .winBack, owner: Self.kim,
      objectives: [PlanObjective("Visits", measuring: .figure("visits"), target: 1)],
      budget: negative, terms: RecoveryTerms(days: 0, minimum: negative, revenueDays: 3_651))
    let opened = await failure { try await work.shop.crm.write { try $0.plans.open(bad) } }
    #expect(
      opened?.issues.map(\.field) == [
        "budget", "terms.days", "terms.revenue_days", "terms.minimum", "objectives[0].measure",
      ])
    let plain = NewPlan(
      for: work.ada, "More", owner: Self.kim, terms: RecoveryTerms())
    let refused = await failure { try await work.shop.crm.write { try $0.plans.open(plain) } }
    #expect(refused?.issues.map(\.field) == ["terms"])
    #expect(try await work.shop.exported() == before)
  }

  @Test("Without a plan to win anybody back, orders ask for one once in a transaction")
  func cost() async throws {
    let shop = try await Shop(.memory)
    let (ada, item) = try await shop.furnished()
    func place(_ orders: Int, _ start: Int) async throws -> Int {
      let storage = CountingWrites(shop.store.storage, of: Plan.schema.name)
      let crm = try await CRM(storage: storage, clock: shop.clock, identifiers: .seeded(9))
      try await crm.write { tx in
        for number in 0..<orders {
          try tx.orders.place(
            NewOrder(
              number: "\(start + number)", customer: ada.id,
              lines: [.init(item.id, amount: try Money("9.99", .usd))]))
        }
      }
      return storage.take()
    }
    #expect(try await place(1, 0) == 1)
    #expect(try await place(20, 100) == 1)
  }
}
