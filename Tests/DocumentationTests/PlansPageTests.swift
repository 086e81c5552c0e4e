import CRMKit
import CRMTesting
import Foundation
import Testing

/// The code of Documentation/Plans.md, run.
@Suite("The page on plans")
struct PlansPageTests {
  private static let page = "Documentation/Plans.md"

  @Test("Documentation/Plans.md")
  func plans() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    guard let seoul = Zone("Asia/Seoul"), let nine = TimeOfDay(hour: 9),
      let may20 = CalendarDate(year: 2026, month: 5, day: 20),
      let may31 = CalendarDate(year: 2026, month: 5, day: 31)
    else { return }
    let clock = TestClock("2026-05-04T09:00:00Z")
    let crm = try await CRM(storage: MemoryStorage(), clock: clock)
    let kim = crm.acting(as: .staff("kim"))
    let (yuna, plan) = try await kim.write { tx in
      let yuna = try tx.customers.add(.person("김유나", tags: ["cyclist"]))
      let plan = try tx.plans.open(
        NewPlan(
          for: yuna.id, "The house by the sea", owner: .staff("kim"),
          objectives: [
            PlanObjective("Furnishes it with us", measuring: .orders, target: 3),
            PlanObjective("Recommends us to the neighbours"),
          ],
          review: .by(may31, in: seoul)))
      try tx.plans.addStep(
        "Draw the shed", to: plan.id, due: .by(may20, in: seoul),
        remind: .once(on: may20, at: nine, in: seoul))
      return (yuna.id, plan.id)
    }
    try await crm.read { tx in
      for step in try tx.plans.steps(of: plan) { print(step.text, "by", step.dueDate ?? "") }
      for goal in try tx.plans.progress(of: plan) {
        print(goal.objective.text, goal.value ?? "-", goal.isMet.map { "\($0)" } ?? "not known")
      }
    }
    try output.isShown(on: Self.page)
    clock.advance(by: .seconds(30 * 86_400))
    try await crm.advance()
    try await kim.write { tx in
      for plan in try tx.plans.overdueReviews().items { print(plan.title, "is to be reviewed") }
      try tx.plans.review(
        plan, note: "She waits for the drawing", next: .by(may31.inAMonth, in: seoul))
    }
    try output.isShown(on: Self.page)
    try await crm.write { tx in
      try tx.customers.add(.person("Ada"))
      for customer in try tx.plans.customers(without: .plan).items { print(customer.name) }
      print(try tx.plans.customers(without: .step).items.count, "without a next step")
      print(try tx.plans.withoutStep().items.count, "plans without one")
    }
    try output.isShown(on: Self.page)
    try await kim.write { tx in
      let call = { (subject: String, purpose: Interaction.Purpose?) in
        NewInteraction(
          with: yuna, through: .phone, .outbound, subject: subject,
          about: purpose == nil ? [RecordReference(plan)] : [], purpose: purpose)
      }
      try tx.interactions.record(call("The drawing", nil))
      try tx.interactions.record(call("The lorry is late", .urgent))
      try tx.interactions.record(call("Spring sale", .push))
      try tx.interactions.record(call("Summer sale", .push))
      let purposes = try tx.interactions.purposes(from: .earliest, until: tx.now + .seconds(1))
      for purpose in Interaction.Purpose.allCases {
        print(purpose.rawValue, purposes.perMille(purpose) ?? 0, "of 1000")
      }
    }
    try output.isShown(on: Self.page)
    try await kim.write { tx in
      let shed = try tx.playbooks.write(
        NewPlaybook(
          "The shed", when: "Bicycles stand in the hall.",
          steps: ["Ask how many there are", "Show the small shed first"], tags: ["cyclist"]))
      let steps = try tx.plans.follow(
        shed.id, in: plan, due: .by(may31.inAMonth, in: seoul), every: .days(3))
      for step in steps { print(step.text, "by", step.dueDate ?? "") }
      try tx.plans.close(plan, as: .achieved, note: "Three orders, two neighbours")
      print(try tx.playbooks.suggestions(for: yuna)[0].reason)
    }
    try output.isShown(on: Self.page)
  }

  @Test("Documentation/Plans.md, winning back")
  func recovery() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let clock = TestClock("2026-05-04T09:00:00Z")
    let crm = try await CRM(storage: MemoryStorage(), clock: clock)
    let (yuna, tea) = try await crm.write { tx in
      (
        try tx.customers.add(.person("김유나")).id,
        try tx.catalogue.add(sku: "TEA-50", name: "Green tea, 50 g").id
      )
    }
    let plan = try await crm.write { tx in
      let plan = try tx.plans.open(
        NewPlan(
          for: yuna, "Tea again", kind: .winBack, owner: .staff("kim"),
          budget: Money("15.00", .eur),
          terms: RecoveryTerms(days: 30, minimum: Money("10.00", .eur), revenueDays: 365)))
      try tx.plans.addStep("Send a sample", to: plan.id, due: .at(tx.now + .seconds(86_400)))
      try tx.interactions.record(
        NewInteraction(
          with: yuna, through: .directMail, .outbound, subject: "A sample",
          about: [RecordReference(plan.id)], cost: Money("4.20", .eur)))
      return plan.id
    }
    clock.advance(by: .seconds(9 * 86_400))
    try await crm.write { tx in
      try tx.orders.place(
        NewOrder(
          number: "1001", customer: yuna,
          lines: [.init(tea, quantity: 2, amount: Money("17.80", .eur))]))
      let result = try tx.plans.recovery(of: plan)
      print("\(result.plan.status.rawValue): \(result.comeback?.reason ?? "")")
      print("cost \(result.cost), brought in \(result.revenue)")
      print("left of the budget:", try tx.plans.spending(of: plan).left ?? "-")
      let summary = try RecoverySummary(tx.plans.recoveries(until: tx.now))
      print("\(summary.credited) of \(summary.plans) plans credited")
    }
    try output.isShown(on: Self.page)
  }
}

extension CalendarDate {
  /// The same day of the next month, or its last.
  fileprivate var inAMonth: CalendarDate {
    let next = (year: month == 12 ? year + 1 : year, month: month % 12 + 1)
    return (1...day).reversed().lazy.compactMap {
      CalendarDate(year: next.year, month: next.month, day: $0)
    }.first ?? self
  }
}
