import CRMKit
import CRMTesting
import Testing

/// Plans and returns as plain values.
private struct PlanModel {
  struct Entry {
    let id: Plan.ID
    let customer: Customer.ID
    let terms: RecoveryTerms?
    let openedAt: Instant
    var status: Plan.Status = .open
    var reviewAt: Instant?
    var contacts: [Instant] = []
    var spent: Int64 = 0

    var isWinBack: Bool { terms != nil }
  }

  struct Placed {
    let id: Order.ID
    let customer: Customer.ID
    let amount: Int64
    let at: Instant
  }

  struct Back: Equatable {
    let order: Order.ID
    let plan: Plan.ID
    var isCredited: Bool
    var isWithdrawn = false
  }

  var plans: [Entry] = []
  var backs: [Back] = []
  var orders: [Placed] = []
  var told: [Plan.ID: [Instant]] = [:]

  /// Tells of a review that is overdue, if it is.
  mutating func tell(_ index: Int, now: Instant) {
    guard plans[index].status == .open, let reviewAt = plans[index].reviewAt, reviewAt < now,
      told[plans[index].id, default: []].last != reviewAt + .milliseconds(1)
    else { return }
    told[plans[index].id, default: []].append(reviewAt + .milliseconds(1))
  }

  mutating func order(_ order: Order.ID, of customer: Customer.ID, _ amount: Int64, now: Instant) {
    orders.append(Placed(id: order, customer: customer, amount: amount, at: now))
    let open = plans.indices.filter {
      plans[$0].customer == customer && plans[$0].status == .open && plans[$0].isWinBack
    }
    guard let oldest = open.first else { return }
    let credited = open.filter { index in
      isWon(plans[index], by: amount, at: now)
    }.max { a, b in
      let (first, second) = (plans[a].contacts.max() ?? now, plans[b].contacts.max() ?? now)
      return first == second ? a > b : first < second
    }
    backs.append(
      Back(order: order, plan: plans[credited ?? oldest].id, isCredited: credited != nil))
    for index in open {
      tell(index, now: now)
      plans[index].status = index == credited ? .achieved : .overtaken
    }
  }

  private func isWon(_ plan: Entry, by amount: Int64, at instant: Instant) -> Bool {
    guard let terms = plan.terms, let last = plan.contacts.filter({ $0 <= instant }).max() else {
      return false
    }
    // The firm is in Coordinated Universal Time, where days are 24 hours.
    return instant <= last + .seconds(terms.days * 86_400)
      && amount >= terms.minimum?.minorUnits ?? 0
  }

  mutating func cancel(_ order: Order.ID) {
    let cancelled = orders.first { $0.id == order }
    orders.removeAll { $0.id == order }
    guard let cancelled, let index = backs.firstIndex(where: { $0.order == order }) else { return }
    backs[index].isCredited = false
    backs[index].isWithdrawn = true
    guard let place = plans.firstIndex(where: { $0.id == backs[index].plan }) else { return }
    // The next order that stands is the return instead, unless it is one already.
    guard
      let next = orders.first(where: {
        $0.customer == cancelled.customer && $0.at >= cancelled.at
      }), !backs.contains(where: { $0.order == next.id && !$0.isWithdrawn })
    else {
      plans[place].status = .failed
      return
    }
    let isCredited = isWon(plans[place], by: next.amount, at: next.at)
    backs.append(Back(order: next.id, plan: plans[place].id, isCredited: isCredited))
    plans[place].status = isCredited ? .achieved : .overtaken
  }
}

@Suite("Random lives of plans", .timeLimit(.minutes(30)))
struct PlanHistoryTests {
  private static let kim = Principal.staff("kim")

  @Test(
    "They agree with plain values, and the same seed gives the same bytes on every store",
    arguments: UInt64(1)...3)
  func history(seed: UInt64) async throws {
    var first: [String]?
    for backend in Backend.allCases {
      let lines = try await live(on: backend, seed)
      #expect(lines == first ?? lines, "\(backend), seed \(seed)")
      first = lines
    }
  }

  private func live(on backend: Backend, _ seed: UInt64) async throws -> [String] {
    var generator = SeededNumbers(seed)
    let shop = try await Shop(backend, seed: seed)
    let (_, item) = try await shop.furnished()
    let customers = try await shop.crm.write { tx in
      try (1...3).map { try tx.customers.add(.person("Customer \($0)")).id }
    }
    var model = PlanModel()
    var orders: [Order.ID] = []
    for number in 0..<70 {
      shop.clock.advance(
        by: .milliseconds(Int64.random(in: 0...(6 * 86_400_000), using: &generator)))
      let now = shop.clock.now
      let customer = customers[Int.random(in: 0..<3, using: &generator)]
      let open = model.plans.indices.filter { model.plans[$0].status == .open }
      let index = open.isEmpty ? nil : open[Int.random(in: 0..<open.count, using: &generator)]
      let review = now + .milliseconds(Int64.random(in: 1...(20 * 86_400_000), using: &generator))
      let amount = Int64.random(in: 1...30, using: &generator) * 100
      switch Int.random(in: 0..<9, using: &generator) {
      case 0, 1:
        let terms = RecoveryTerms(
          days: Int.random(in: 1...20, using: &generator),
          minimum: Bool.random(using: &generator) ? Money(minorUnits: 1_000, .usd) : nil)
        let isWinBack = Int.random(in: 0..<3, using: &generator) > 0
        let plan = try await shop.crm.write { tx in
          try tx.plans.open(
            NewPlan(
              for: customer, "Plan \(number)", kind: isWinBack ? .winBack : .relationship,
              owner: Self.kim, review: .at(review), terms: isWinBack ? terms : nil))
        }
        model.plans.append(
          PlanModel.Entry(
            id: plan.id, customer: customer, terms: plan.terms, openedAt: now, reviewAt: review))
      case 2, 3:
        guard let index else { continue }
        let isNote = Int.random(in: 0..<4, using: &generator) == 0
        try await shop.crm.write { [plan = model.plans[index]] tx in
          _ = try tx.interactions.record(
            NewInteraction(
              with: plan.customer, through: .phone, isNote ? .internal : .outbound,
              subject: "\(number)", about: [RecordReference(plan.id)],
              cost: Money(minorUnits: amount, .usd)))
        }
        model.plans[index].spent += amount
        if !isNote { model.plans[index].contacts.append(now) }
      case 4, 5:
        let order = try await shop.crm.write { tx in
          try tx.orders.place(
            NewOrder(
              number: "\(number)", customer: customer,
              lines: [.init(item.id, amount: Money(minorUnits: amount, .usd))])
          ).id
        }
        orders.append(order)
        model.order(order, of: customer, amount, now: now)
      case 6:
        guard let index else { continue }
        let isPostponed = Bool.random(using: &generator)
        try await shop.crm.write { [plan = model.plans[index].id] tx in
          _ =
            isPostponed
            ? try tx.plans.postponeReview(of: plan, to: .at(review))
            : try tx.plans.review(plan, next: .at(review))
        }
        model.tell(index, now: now)
        model.plans[index].reviewAt = review
      case 7:
        if let index, Bool.random(using: &generator) {
          try await shop.crm.write { [plan = model.plans[index].id] tx in
            _ = try tx.plans.close(plan, as: .abandoned)
          }
          model.tell(index, now: now)
          model.plans[index].status = .abandoned
        } else if !orders.isEmpty {
          let order = orders.remove(at: Int.random(in: 0..<orders.count, using: &generator))
          try await shop.crm.write { _ = try $0.orders.cancel(order) }
          model.cancel(order)
        }
      default:
        try await shop.crm.advance()
        for index in model.plans.indices { model.tell(index, now: now) }
      }
    }
    try await shop.crm.advance()
    for index in model.plans.indices { model.tell(index, now: shop.clock.now) }
    try await expect(model, in: shop, customers)
    return try await shop.records()
  }

  private func expect(
    _ model: PlanModel, in shop: Shop, _ customers: [Customer.ID]
  ) async throws {
    #expect(model.plans.count > 5 && !model.backs.isEmpty)
    let (plans, spent, backs) = try await shop.crm.read { tx in
      let spent = try model.plans.map { plan in
        try tx.plans.spending(of: plan.id).spent.first?.minorUnits ?? 0
      }
      let all = try customers.flatMap { try tx.plans.comebacks(of: $0, limit: 1_000).items }
      return (try model.plans.map { try tx.plans.get($0.id) }, spent, all)
    }
    #expect(plans.map(\.status) == model.plans.map(\.status))
    #expect(spent == model.plans.map(\.spent))
    let known = backs.compactMap(\.asModel)
    #expect(backs.count == model.backs.count)
    for back in model.backs { #expect(known.contains(back), "\(back)") }
    var told: [Plan.ID: [Instant]] = [:]
    for event in try await shop.events() {
      if let overdue = try event.payload(as: PlanReviewOverdue.self) {
        told[overdue.plan, default: []].append(event.occurredAt)
      }
    }
    #expect(told == model.told)
    #expect(try await shop.crm.verify().isSound)
  }
}

extension Comeback {
  fileprivate var asModel: PlanModel.Back? {
    guard let order, let plan else { return nil }
    return PlanModel.Back(
      order: order, plan: plan, isCredited: isCredited, isWithdrawn: withdrawnAt != nil)
  }
}
