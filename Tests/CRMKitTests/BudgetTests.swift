import CRMKit
import CRMTesting
import Testing

@Suite("Budgets of what customers cost and return")
struct BudgetTests {
  private func euros(_ amount: Int) -> Money { Money(minorUnits: Int64(amount) * 100, .eur) }

  private let day = CalendarDate(year: 2026, month: 1, day: 15) ?? .init(daysSinceEpoch: 0)

  private func contact(
    _ tx: Transaction, _ customer: Customer.ID, _ direction: Interaction.Direction, _ cost: Int,
    minutes: Int? = nil
  ) throws -> Interaction {
    try tx.interactions.record(
      NewInteraction(
        with: customer, through: .phone, direction, subject: "Hello", cost: euros(cost),
        duration: minutes.map { .seconds($0 * 60) }))
  }

  private func order(
    _ tx: Transaction, _ customer: Customer.ID, _ number: String, _ amount: Int,
    _ item: CatalogueItem.ID
  ) throws -> Order {
    try tx.orders.place(
      NewOrder(number: number, customer: customer, lines: [.init(item, amount: euros(amount))]))
  }

  @Test(
    "Planned, actual, remaining and return agree with what was spent and ordered",
    arguments: Backend.allCases)
  func report(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let bob = try await shop.crm.write { tx in
      let bob = try tx.customers.add(.person("Bob", tags: ["vip"])).id
      _ = try order(tx, bob, "1", 300, item.id)
      return bob
    }
    shop.clock.advance(by: .seconds(40 * 86_400))  // February
    try await shop.crm.write { tx in
      try tx.groups.define("vips", "Vips", where: .customer { $0.eachTag.contains("vip") })
      try tx.budget.plan(euros(100), for: .acquisition, .month, of: tx.today)
      try tx.budget.plan(euros(50), for: .retention, .month, of: tx.today)
      try tx.budget.plan(euros(60), for: .retention, .month, of: tx.today)
      try tx.budget.plan(euros(7), for: .service, .month, of: tx.today, group: "vips")
      _ = try contact(tx, ada.id, .outbound, 30, minutes: 5)  // not bought yet
      _ = try contact(tx, bob, .outbound, 20)
      _ = try contact(tx, bob, .inbound, 5)
      try tx.interactions.record(.note("Only a note", on: bob))
      let bought = try order(tx, ada.id, "2", 200, item.id)
      try tx.orders.pay(bought.id, bought.total, reference: "p")
      try tx.orders.refund(bought.id, euros(50), reference: "r")
      let dropped = try order(tx, bob, "3", 999, item.id)
      try tx.orders.cancel(dropped.id)
      _ = try order(tx, bob, "4", 80, item.id)
    }
    try await shop.crm.read { tx throws in
      let month = try tx.budget.report(.month, of: tx.today, in: .eur)
      #expect(month.from.description == "2026-02-01" && month.until.description == "2026-03-01")
      #expect(month.lines.map(\.planned) == [euros(100), nil, euros(60), nil])
      #expect(month.lines.map(\.actual) == [euros(30), euros(5), euros(20), euros(0)])
      #expect(month.lines.map(\.remaining) == [euros(70), nil, euros(40), nil])
      #expect(month.new.customers == 1 && month.existing.customers == 1)
      #expect(month.new.revenue == euros(150) && month.new.cost == euros(30))
      #expect(month.existing.revenue == euros(80) && month.existing.cost == euros(25))
      #expect(month.new.returnPerMille == 5_000 && month.existing.returnPerMille == 3_200)
      #expect(try month.all.net == euros(175))
      #expect(month.all.time == .seconds(300) && month.all.orders == 2)
      // A year is planned by its parts, and has all its months.
      let year = try tx.budget.report(.year, of: day, in: .eur)
      #expect(year.lines.map(\.planned) == [euros(100), nil, euros(60), nil])
      #expect(year.all.revenue == euros(530) && year.new.customers == 2)
      let vips = try tx.budget.report(.month, of: tx.today, in: .eur, group: "vips")
      #expect(vips.lines.map(\.planned) == [nil, euros(7), nil, nil])
      #expect(vips.all.customers == 1 && vips.all.cost == euros(25))
      let own = try tx.budget.report(on: ada.id, .month, of: tx.today, in: .eur)
      #expect(own.isNew && own.part.spent == [.acquisition: euros(30)])
      let none = try tx.budget.report(.month, of: tx.today, in: .usd)
      #expect(none.all.cost == .zero(.usd) && none.all.customers == 0)
      let most = try tx.budget.efforts(.month, of: tx.today, in: .eur, by: .mostNet)
      #expect(most.map(\.customer) == [ada.id, bob])
      let least = try tx.budget.efforts(.month, of: tx.today, in: .eur, by: .leastNet, limit: 1)
      #expect(least.map(\.customer) == [bob])
    }
    #expect(try await shop.crm.verify().isSound)
  }

  @Test(
    "Each purpose has its reason, and is decided as of the contact", arguments: Backend.allCases)
  func purposes(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.lifecycle.define(.retail)
      try tx.budget.plan(euros(1), for: .winBack, .year, of: day)
      _ = try contact(tx, ada.id, .inbound, 1)
      _ = try order(tx, ada.id, "1", 10, item.id)
      try tx.responsibility.allow(.system, euros(9), .altogether)
      try tx.responsibility.grant(euros(4), for: ada.id, because: "Sorry")
    }
    shop.clock.advance(by: .seconds(200 * 86_400))
    try await shop.crm.advance()
    try await shop.crm.write { tx in
      _ = try contact(tx, ada.id, .outbound, 2)
      let late = try tx.interactions.record(
        NewInteraction(
          with: ada.id, through: .phone, .outbound, subject: "Noted late", cost: euros(3),
          occurredAt: tx.now - .seconds(198 * 86_400)))
      let all = try tx.budget.spendings(on: ada.id).items
      #expect(all.map(\.purpose) == [.winBack, .retention, .service, .acquisition])
      #expect(
        all.map(\.reason) == [
          "stands at lapsed of retail", "the firm turned to the customer", "goodwill",
          "has not bought yet",
        ])
      #expect(all[1].origin == RecordReference(late.id))
      let stages = try tx.budget.report(.year, of: day, in: .eur, byStageOf: "retail")
      #expect(stages.keys.sorted() == ["lapsed"] && stages["lapsed"]?.cost == euros(10))
      try tx.budget.reclassify(all[1].id, as: .service, because: "An answer by phone")
      let gift = try tx.budget.spend(
        euros(5), on: ada.id, for: .retention, because: "A gift", time: .seconds(60))
      let year = try tx.budget.report(.year, of: day, in: .eur)
      #expect(year.lines.map(\.actual) == [euros(1), euros(7), euros(5), euros(2)])
      try tx.budget.cancel(gift.id)
      #expect(refusal { try tx.budget.cancel(all[0].id) }?.code == .notAllowed)
      #expect(try tx.budget.report(.year, of: day, in: .eur).all.cost == euros(10))
    }
    let told = try await shop.events().filter { $0.type.hasPrefix("budget.spending") }.map(\.type)
    #expect(told.filter { $0 == "budget.spending_booked" }.count == 5)
    #expect(try await shop.crm.verify().isSound)
  }

  @Test(
    "Contacts of an acquisition action and of a win-back plan say themselves what they are for",
    arguments: Backend.allCases)
  func belonging(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      _ = try order(tx, ada.id, "1", 10, item.id)
      try tx.budget.plan(euros(1), for: .winBack, .year, of: day)
      try tx.groups.define("all", "All", where: .always)
      try tx.establishing.start(
        "spring", "Spring", for: "all", capacity: 1, by: [], owner: .staff("kim"))
      let action = try tx.establishing.startAction("Calls", in: "spring")
      let back = try tx.plans.open(
        NewPlan(for: ada.id, "Come back", kind: .winBack, owner: .staff("kim")))
      let other = try tx.plans.open(NewPlan(for: ada.id, "More tea", owner: .staff("kim")))
      for reference in [
        RecordReference(action.id), RecordReference(back.id), RecordReference(other.id),
      ] {
        try tx.interactions.record(
          NewInteraction(
            with: ada.id, through: .phone, .outbound, subject: "Hello", about: [reference],
            cost: euros(2)))
      }
      let booked = try tx.budget.spendings(on: ada.id).items.sorted { $0.id < $1.id }
      #expect(booked.map(\.purpose) == [.acquisition, .winBack, .retention])
      #expect(
        booked.map(\.reason) == [
          "belongs to an acquisition action", "belongs to a win-back plan",
          "the firm turned to the customer",
        ])
    }
    #expect(try await shop.crm.verify().isSound)
  }

  @Test("What is wrong is named at once and changes nothing", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let before = try await shop.exported()
    let refusals: [(CRMError.Code, [String], @Sendable (Transaction) throws -> Void)] = [
      (
        .invalid, ["unit", "amount"],
        { try $0.budget.plan(Money(minorUnits: -1, .eur), for: .service, .week, of: $0.today) }
      ),
      (
        .notFound, [],
        { try $0.budget.plan(.zero(.eur), for: .service, .year, of: $0.today, group: "x") }
      ),
      (
        .invalid, ["reason", "amount", "time", "customer"],
        {
          try $0.budget.spend(
            Money(minorUnits: -1, .eur), on: .zero, for: .service, because: "",
            time: .seconds(-1))
        }
      ),
      (.invalid, ["unit"], { _ = try $0.budget.report(.day, of: $0.today, in: .eur) }),
    ]
    for (code, fields, attempt) in refusals {
      let error = await failure { try await shop.crm.write { try attempt($0) } }
      #expect(error?.code == code && error?.issues.map(\.field) == fields)
    }
    #expect(try await shop.exported() == before)
  }

  // MARK: Against the records

  private struct Life {
    var contacts: [Interaction.ID] = []
    var orders: [Order.ID] = []
  }

  /// The same life of some customers, with a book that is opened at its beginning or its end.
  private func life(_ seed: UInt64, _ backend: Backend, opensFirst: Bool) async throws -> (
    Shop, [Customer.ID]
  ) {
    var random = SeededNumbers(seed)
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let customers = try await shop.crm.write { tx in
      if opensFirst { try tx.budget.plan(euros(1), for: .service, .year, of: day) }
      return [ada.id] + (try (1...2).map { try tx.customers.add(.person("\($0)")).id })
    }
    var life = Life()
    for step in 1...30 {
      (life, random) = try await shop.crm.write { [life, random] tx in
        var (life, random) = (life, random)
        try act(tx, step, customers, item.id, &life, &random)
        return (life, random)
      }
      shop.clock.advance(by: .seconds(Int.random(in: 0...5, using: &random) * 86_400))
      try await shop.crm.advance()
    }
    if !opensFirst {
      try await shop.crm.write { _ = try $0.budget.plan(euros(1), for: .service, .year, of: day) }
    }
    return (shop, customers)
  }

  private func act(
    _ tx: Transaction, _ step: Int, _ customers: [Customer.ID], _ item: CatalogueItem.ID,
    _ life: inout Life, _ random: inout SeededNumbers
  ) throws {
    let customer = try #require(customers.randomElement(using: &random))
    let other = try #require(customers.filter { $0 != customer }.randomElement(using: &random))
    let contact = life.contacts.randomElement(using: &random)
    switch (Int.random(in: 0...9, using: &random), contact) {
    case (0...2, _):
      let amount = Int.random(in: 1...50, using: &random)
      let number = "\(step)"
      life.orders.append(
        try tx.orders.place(
          NewOrder(
            number: number, customer: customer, lines: [.init(item, amount: euros(amount))],
            placedAt: tx.now - .seconds(Int.random(in: 0...40, using: &random) * 86_400))
        ).id)
    case (3, _):
      guard let order = life.orders.randomElement(using: &random) else { return }
      life.orders.removeAll { $0 == order }
      try tx.orders.cancel(order)
    case (4...6, _), (_, nil):
      let isPlanned = Int.random(in: 0...3, using: &random) == 0
      let new = NewInteraction(
        with: customer, and: [other], through: .phone,
        Interaction.Direction.allCases.randomElement(using: &random) ?? .inbound,
        subject: "Hello",
        cost: Bool.random(using: &random) ? euros(Int.random(in: 1...9, using: &random)) : nil,
        duration: Bool.random(using: &random) ? .seconds(60) : nil,
        occurredAt: isPlanned ? tx.now + .seconds(86_400) : tx.now - .seconds(86_400))
      let kept = isPlanned ? try tx.interactions.plan(new) : try tx.interactions.record(new)
      life.contacts.append(kept.id)
    case (7, let contact?):
      var edit = try tx.interactions.get(contact)
      edit.cost = Bool.random(using: &random) ? euros(Int.random(in: 1...9, using: &random)) : nil
      edit.occurredAt = min(edit.occurredAt, tx.now) - .seconds(40 * 86_400)
      try tx.interactions.update(edit)
    case (8, let contact?):
      let all = try tx.interactions.customers(of: contact)
      if all.count > 1 { try tx.interactions.unlink(contact, from: all[0]) }
    case (_, let contact?):
      try tx.interactions.delete(contact)
      life.contacts.removeAll { $0 == contact }
    }
  }

  @Test(
    "However contacts and orders change, figures are those of the records, opened early or late",
    arguments: Histories.of(1...3))
  func history(backend: Backend, seed: UInt64) async throws {
    let (early, customers) = try await life(seed, backend, opensFirst: true)
    let (late, others) = try await life(seed, backend, opensFirst: false)
    #expect(try await early.crm.verify().isSound)
    #expect(try await late.crm.verify().isSound)
    for (one, same) in zip(customers, others) {
      for month in 1...12 {
        let date = CalendarDate(year: 2026, month: month, day: 1) ?? day
        let a = try await early.crm.read {
          try $0.budget.report(on: one, .month, of: date, in: .eur).part
        }
        let b = try await late.crm.read {
          try $0.budget.report(on: same, .month, of: date, in: .eur).part
        }
        #expect(a.cost == b.cost && a.revenue == b.revenue, "seed \(seed), month \(month)")
        #expect(a.time == b.time && a.orders == b.orders)
      }
    }
  }
}
