import CRMKit
import CRMTesting
import Testing

@Suite("Establishing customers")
struct EstablishingTests {
  private let kim = Principal.staff("kim")
  private let criteria: [TargetCriterion] = [
    .must("can pay", .customer { $0.eachTag.contains("budget") }),
    .prefer("asked us", .atLeast(1, .inboundContacts)),
    .fewest("calls so far", .outboundContacts),
  ]

  private func euros(_ amount: Int) -> Money { Money(minorUnits: Int64(amount) * 100, .eur) }

  private func shop(_ backend: Backend, wanted: [String] = ["emails", "country"]) async throws
    -> Shop
  {
    try await Shop(backend, CRM.standardCapabilities.replacing(Facts(wanted: wanted)))
  }

  /// Customers with means and a group of them, and an effort for two at a time.
  private func effort(_ shop: Shop, capacity: Int = 2) async throws -> [Customer.ID] {
    try await shop.crm.write { tx in
      let ids = try (1...5).map { number in
        try tx.customers.add(
          .person("Customer \(number)", country: "KR", tags: number == 4 ? [] : ["budget"])
        ).id
      }
      try tx.groups.define("korea", "Korea", where: .customer { $0.country == "KR" })
      try tx.establishing.start(
        "spring", "Spring in Korea", for: "korea", capacity: capacity, by: criteria, owner: kim)
      return ids
    }
  }

  private func call(
    _ tx: Transaction, _ customer: Customer.ID, _ action: AcquisitionAction.ID?, _ cost: Int,
    _ direction: Interaction.Direction = .outbound
  ) throws -> Interaction {
    try tx.interactions.record(
      NewInteraction(
        with: customer, through: .phone, direction, subject: "Hello",
        about: action.map { [RecordReference($0)] } ?? [], cost: euros(cost)))
  }

  @Test(
    "Targets are chosen by criteria in their order, within the capacity, each with the reason",
    arguments: Backend.allCases)
  func choosing(backend: Backend) async throws {
    let shop = try await shop(backend)
    let (_, item) = try await shop.furnished()
    let ids = try await effort(shop)
    try await shop.crm.write { tx in
      _ = try call(tx, ids[2], nil, 0, .inbound)
      _ = try call(tx, ids[0], nil, 0)
      try tx.orders.place(
        NewOrder(number: "0", customer: ids[4], lines: [.init(item.id, amount: euros(5))]))
      #expect(try tx.establishing.identify(in: "spring") == ids)
      #expect(try tx.establishing.identify(in: "spring").isEmpty)
      let choice = try tx.establishing.choose(in: "spring")
      #expect(choice.chosen.map(\.customer) == [ids[2], ids[1]])
      #expect(
        choice.chosen.map(\.reason) == [
          "place 1 of 3: can pay; asked us; calls so far 0",
          "place 2 of 3: can pay; not “asked us”; calls so far 0",
        ])
      #expect(choice.refused.map(\.customer) == [ids[3], ids[4], ids[0]])
      #expect(
        choice.refused.map(\.reason) == [
          "is not “can pay”", "has bought before",
          "place 3 of 3: can pay; not “asked us”; calls so far 1; there is room for 2",
        ])
      let target = try tx.establishing.target(ids[2], in: "spring")
      #expect(target.decision == .chosen && target.rank == 1 && target.targetedAt == tx.now)
      #expect(target.evidence.contains { $0.what == "contacts from the customer" })
      // There is no room until one has ordered, is taken out, or the capacity is raised.
      #expect(try tx.establishing.choose(in: "spring").chosen.isEmpty)
      try tx.establishing.drop(ids[1], from: "spring", because: "Moved away")
      #expect(try tx.establishing.choose(in: "spring").chosen.map(\.customer) == [ids[0]])
      #expect(
        try tx.establishing.targets(in: "spring", .dropped).items.map(\.reason) == ["Moved away"])
      try tx.establishing.limit("spring", to: 9)
      #expect(try tx.establishing.choose(in: "spring").chosen.isEmpty)
      #expect(
        try tx.establishing.targets(in: "spring", .refused).items.map(\.customer)
          == [ids[3], ids[4]])
    }
    #expect(try await shop.crm.verify().isSound)
  }

  @Test(
    "After the first deal what the file lacks is asked for once, and the way is counted exactly",
    arguments: Backend.allCases)
  func way(backend: Backend) async throws {
    let shop = try await shop(backend)
    let (_, item) = try await shop.furnished()
    let ids = try await effort(shop)
    let hero = ids[1]
    let action = try await shop.crm.write { tx in
      try tx.establishing.identify(in: "spring")
      let action = try tx.establishing.startAction("Spring calls", in: "spring")
      _ = try call(tx, ids[0], action.id, 1)
      return action.id
    }
    let hour = Duration.seconds(3_600)
    func later() { shop.clock.advance(by: hour) }
    let start = shop.clock.now
    later()
    try await shop.crm.write { _ = try $0.establishing.choose(in: "spring") }
    later()
    try await shop.crm.write { tx in
      for id in ids.prefix(3) { _ = try call(tx, id, action, 4) }
      _ = try call(tx, hero, action, 2, .inbound)
    }
    later()
    try await shop.crm.write { tx in
      for number in 1...2 {
        try tx.orders.place(
          NewOrder(
            number: "\(number)", customer: hero, lines: [.init(item.id, amount: euros(50))]))
      }
      let open = try tx.commitments.open(of: hero).items
      #expect(open.map(\.text) == ["Ask for what the file lacks: emails"])
      let request = try #require(open.first)
      #expect(request.owner == kim && request.kind == .followUp)
      #expect(request.dueDate?.description == "2026-01-15")
    }
    later()
    try await shop.crm.write { tx in
      var file = try tx.customers.get(hero)
      file.emails = [try #require(EmailAddress("yuna@example.kr"))]
      try tx.customers.update(file)
      #expect(try tx.commitments.open(of: hero).items.isEmpty)
      file = try tx.customers.get(hero)
      file.emails = []
      try tx.customers.update(file)
      #expect(try tx.commitments.open(of: hero).items.isEmpty)
    }
    try await shop.crm.read { tx throws in
      func reached(_ hours: Int) throws -> [Int] {
        try tx.establishing.funnel(of: "spring", asOf: start + hour * hours).steps.map(\.reached)
      }
      #expect(try reached(-1) == [0, 0, 0, 0, 0])
      #expect(try reached(0) == [5, 0, 0, 0, 0])
      #expect(try reached(1) == [5, 2, 0, 0, 0])
      #expect(try reached(2) == [5, 2, 2, 0, 0])
      #expect(try reached(3) == [5, 2, 2, 1, 0])
      #expect(try reached(4) == [5, 2, 2, 1, 1])
      let funnel = try tx.establishing.funnel(of: "spring")
      #expect(AcquisitionStep.allCases.map(funnel.perMille) == [nil, 400, 1_000, 500, 1_000])
      #expect(funnel.steps.map(\.average) == [nil, hour, hour, hour, hour])
      // A call before the choice is of that step; those that reached them, of the next.
      #expect(
        funnel.steps.map(\.costs) == [[euros(5)], [], [euros(10)], [], []])
      #expect(try funnel.costs == [euros(15)])
      #expect(try tx.establishing.funnel(ofGroup: "korea") == funnel)
      let result = try tx.establishing.result(of: action)
      #expect(result.contacts == 5 && result.customers == 2 && result.answers == 1)
      #expect(result.deals == 1 && result.costs == [euros(15)])
      #expect(try tx.establishing.result(of: action, asOf: start).contacts == 1)
    }
    try await shop.crm.write { tx in
      let done = try tx.establishing.finish(action, outcome: "One of two bought")
      #expect(done.finishedAt == tx.now && done.outcome == "One of two bought")
      #expect(try tx.establishing.actions(of: "spring") == [done])
      // Room for another, as one has ordered.
      #expect(try tx.establishing.choose(in: "spring").chosen.map(\.customer) == [ids[4]])
    }
    #expect(try await shop.crm.verify().isSound)
  }

  @Test("What is taken back is no step any more", arguments: Backend.allCases)
  func undone(backend: Backend) async throws {
    let shop = try await shop(backend, wanted: [])
    let (_, item) = try await shop.furnished()
    let ids = try await effort(shop)
    try await shop.crm.write { tx in
      try tx.establishing.identify(in: "spring")
      try tx.establishing.choose(in: "spring")
      let action = try tx.establishing.startAction("Calls", in: "spring")
      let first = try call(tx, ids[0], action.id, 4)
      let order = try tx.orders.place(
        NewOrder(number: "1", customer: ids[0], lines: [.init(item.id, amount: euros(5))]))
      var target = try tx.establishing.target(ids[0], in: "spring")
      #expect(target.contactedAt == tx.now && target.firstDealAt == tx.now)
      // A file that lacks nothing is complete with the first deal.
      #expect(target.completedAt == tx.now && target.askedAt == nil)
      try tx.interactions.delete(first.id)
      try tx.orders.cancel(order.id)
      target = try tx.establishing.target(ids[0], in: "spring")
      #expect(target.contactedAt == nil && target.firstDealAt == nil)
      #expect(try tx.establishing.funnel(of: "spring").costs == [])
    }
  }

  @Test(
    "A file is complete only after a deal that stands, and again after the next one",
    arguments: Backend.allCases)
  func completedAgain(backend: Backend) async throws {
    let shop = try await shop(backend, wanted: [])
    let (_, item) = try await shop.furnished()
    let ids = try await effort(shop)
    func place(_ number: String) async throws -> Order.ID {
      shop.clock.advance(by: .seconds(3_600))
      return try await shop.crm.write { tx in
        try tx.orders.place(
          NewOrder(number: number, customer: ids[0], lines: [.init(item.id, amount: euros(5))])
        ).id
      }
    }
    func cancel(_ order: Order.ID) async throws {
      shop.clock.advance(by: .seconds(3_600))
      try await shop.crm.write { try $0.orders.cancel(order) }
    }
    /// How many had the first deal, and a complete file, and how many of the former came to that.
    func steps() async throws -> [Int] {
      let funnel = try await shop.crm.read { try $0.establishing.funnel(of: "spring") }
      let completed = funnel[.fileCompleted]
      return [funnel[.firstDeal].reached, completed.reached, completed.converted]
    }
    try await shop.crm.write { tx in
      try tx.establishing.identify(in: "spring")
      try tx.establishing.choose(in: "spring")
    }
    let first = try await place("1")
    #expect(try await steps() == [1, 1, 1])
    try await cancel(first)
    #expect(try await steps() == [0, 0, 0])
    #expect(
      try await shop.crm.read { try $0.establishing.target(ids[0], in: "spring").completedAt }
        == nil)
    let second = try await place("2")
    #expect(try await steps() == [1, 1, 1])
    // A later one takes its place when it is cancelled.
    _ = try await place("3")
    let later = shop.clock.now
    try await cancel(second)
    #expect(try await steps() == [1, 1, 1])
    let target = try await shop.crm.read { try $0.establishing.target(ids[0], in: "spring") }
    #expect(target.firstDealAt == later && target.completedAt == later)
    #expect(try await shop.crm.verify().isSound)
  }

  @Test(
    "What is booked for an action is its cost, and nothing counts twice or with nobody",
    arguments: Backend.allCases)
  func costs(backend: Backend) async throws {
    let shop = try await shop(backend)
    let (stranger, _) = try await shop.furnished()
    let ids = try await effort(shop)
    try await shop.crm.write { tx in
      try tx.establishing.identify(in: "spring")
      let action = try tx.establishing.startAction("Evening", in: "spring").id
      let other = try tx.establishing.startAction("Calls", in: "spring").id
      func spend(
        _ amount: Int, on customer: Customer.ID, _ action: AcquisitionAction.ID?
      ) throws -> Spending {
        try tx.budget.spend(
          euros(amount), on: customer, for: .acquisition, because: "A share of the hall",
          about: action.map { RecordReference($0) })
      }
      _ = try spend(30, on: ids[0], action)
      try tx.establishing.choose(in: "spring")
      // The book is open, so that the contact is booked, too.
      _ = try call(tx, ids[0], action, 4)
      _ = try spend(7, on: ids[0], action)
      _ = try spend(50, on: ids[0], nil)
      _ = try spend(2, on: ids[1], other)
      let wrong = try spend(90, on: ids[1], action)
      try tx.budget.cancel(wrong.id)
      // Who is not in the effort came to the evening.
      _ = try call(tx, stranger.id, action, 5)
      _ = try spend(6, on: stranger.id, action)
      let result = try tx.establishing.result(of: action)
      #expect(result.costs == [euros(52)] && result.contacts == 2 && result.customers == 1)
      #expect(try tx.establishing.result(of: other).costs == [euros(2)])
      let early = try tx.establishing.result(of: action, asOf: tx.now - .milliseconds(1))
      #expect(early.costs.isEmpty && early.contacts == 0)
      let funnel = try tx.establishing.funnel(of: "spring")
      #expect(funnel.steps.map(\.costs) == [[], [euros(2)], [euros(41)], [], []])
      #expect(funnel.otherCosts == [euros(11)])
      #expect(try funnel.costs == [euros(54)])
      #expect(try tx.establishing.funnel(of: "spring", asOf: tx.now - .seconds(1)).costs.isEmpty)
    }
    #expect(try await shop.crm.verify().isSound)
  }

  @Test(
    "An effort that has ended notices nothing, and what is wrong is named",
    arguments: Backend.allCases)
  func ended(backend: Backend) async throws {
    let shop = try await shop(backend)
    let (_, item) = try await shop.furnished()
    let ids = try await effort(shop)
    try await shop.crm.write { tx in
      try tx.responsibility.register(.staff("lee"), "Lee")
      let report = try tx.responsibility.handOverAll(from: kim, to: .staff("lee"), note: "Yours")
      #expect(report.counts == ["acquisitions": 1])
      try tx.establishing.identify(in: "spring")
      try tx.establishing.choose(in: "spring")
      try tx.establishing.startAction("Calls", in: "spring")
      let taken = refusal { try tx.establishing.startAction(" Calls", in: "spring") }
      #expect(taken?.issues.map(\.field) == ["name"])
      let ended = try tx.establishing.close("spring")
      #expect(ended.owner == .staff("lee") && ended.closedAt == tx.now)
      try tx.orders.place(
        NewOrder(number: "1", customer: ids[0], lines: [.init(item.id, amount: euros(5))]))
      #expect(try tx.establishing.target(ids[0], in: "spring").firstDealAt == nil)
      #expect(try tx.commitments.open(of: ids[0]).items.isEmpty)
      #expect(refusal { try tx.establishing.choose(in: "spring") }?.code == .notAllowed)
      #expect(try tx.responsibility.openWork(of: .staff("lee")).isEmpty)
    }
    let before = try await shop.exported()
    let refusals: [(CRMError.Code, [String], @Sendable (Transaction) throws -> Void)] = [
      (
        .invalid,
        [
          "name", "title", "owner", "capacity", "ask_within_days", "criteria[0].name",
          "criteria[0]",
        ],
        {
          try $0.establishing.start(
            "", "", for: "nobody", capacity: -1, by: [.most("", .figure("visits"))],
            owner: Principal(rawValue: ""), askWithin: -1)
        }
      ),
      (
        .notFound, [],
        {
          try $0.establishing.start(
            "x", "X", for: "nobody", capacity: 1, by: [], owner: .staff("kim"))
        }
      ),
      (
        .duplicate, [],
        {
          try $0.establishing.start(
            "spring", "X", for: "korea", capacity: 1, by: [], owner: .staff("kim"))
        }
      ),
      (.notFound, [], { try $0.establishing.drop(.zero, from: "spring", because: "x") }),
      (.notFound, [], { _ = try $0.establishing.funnel(of: "sprin") }),
      (.invalid, ["capacity"], { try $0.establishing.limit("spring", to: -1) }),
    ]
    for (code, fields, attempt) in refusals {
      let error = await failure { try await shop.crm.write { try attempt($0) } }
      #expect(error?.code == code)
      if code != .duplicate { #expect(error?.issues.map(\.field) == fields) }
    }
    #expect(try await shop.exported() == before)
  }

  @Test(
    "Steps, figures and owners that were tampered with are named, with the customer",
    arguments: Backend.allCases)
  func tampered(backend: Backend) async throws {
    let storage = backend.makeStorage()
    let crm = try await CRM(
      storage: storage, clock: TestClock(Shop.opening), identifiers: .seeded(7))
    let ada = try await crm.write { tx in
      let ada = try tx.customers.add(.person("Ada")).id
      try tx.groups.define("all", "All", where: .always)
      try tx.establishing.start("spring", "Spring", for: "all", capacity: 1, by: [], owner: kim)
      try tx.establishing.identify(in: "spring")
      try tx.establishing.choose(in: "spring")
      try tx.budget.spend(euros(3), on: ada, for: .acquisition, because: "A gift")
      try tx.responsibility.register(kim, "Kim")
      try tx.responsibility.assign(ada, to: kim, because: "She asked for Kim")
      return ada
    }
    #expect(try await crm.verify().problems == [])
    try await storage.write { writer in
      let target = try #require(try writer.rows(Query<AcquisitionTarget>()).first)
      var contacted = target.row
      contacted.contactedAt = Shop.opening
      try writer.update(Held(contacted), from: target)
      let figure = try #require(try writer.rows(Query<BudgetFigure>()).first)
      var dearer = figure.row
      dearer.minorUnits = 301
      try writer.update(Held(dearer), from: figure)
      let customer = try #require(try writer.rows(Query<Customer>()).first)
      var taken = customer.row
      taken.owner = .staff("lee")
      try writer.update(Held(taken), from: customer)
    }
    let problems = try await crm.verify().problems
    #expect(
      problems.map { "\($0.record ?? "").\($0.field ?? "")" } == [
        "customers.owner", "acquisition_targets.contacted_at", "budget_figures.",
      ])
    #expect(problems.allSatisfy { $0.identifier?.contains(ada.description) == true })
  }

  // MARK: Against a model

  private struct Model {
    var targetedAt: [Customer.ID: Instant] = [:]
    var contacts: [Interaction.ID: (customer: Customer.ID, at: Instant)] = [:]
    var orders: [Order.ID: (customer: Customer.ID, at: Instant)] = [:]

    func first(_ all: [(customer: Customer.ID, at: Instant)], _ customer: Customer.ID) -> Instant? {
      guard let start = targetedAt[customer] else { return nil }
      return all.filter { $0.customer == customer && $0.at >= start }.map(\.at).min()
    }

    func reached(_ end: Instant) -> [Int] {
      let targets = targetedAt.filter { $0.value <= end }.map(\.key)
      let (contacts, orders) = (Array(contacts.values), Array(orders.values))
      return [
        targets.count, targets.count { first(contacts, $0).map { $0 <= end } ?? false },
        targets.count { first(orders, $0).map { $0 <= end } ?? false },
      ]
    }
  }

  @Test(
    "Whatever is recorded, late or taken back, the steps are those of the records, at any instant",
    arguments: Histories.of(1...3))
  func history(backend: Backend, seed: UInt64) async throws {
    var random = SeededNumbers(seed)
    let shop = try await shop(backend)
    let (_, item) = try await shop.furnished()
    let ids = try await effort(shop, capacity: 3)
    var model = Model()
    let action = try await shop.crm.write { tx in
      try tx.establishing.identify(in: "spring")
      return try tx.establishing.startAction("Calls", in: "spring").id
    }
    let start = shop.clock.now
    for step in 1...25 {
      shop.clock.advance(by: .seconds(Int.random(in: 1...9, using: &random) * 3_600))
      (model, random) = try await shop.crm.write { [model, random] tx in
        var (model, random) = (model, random)
        let customer = try #require(ids.randomElement(using: &random))
        let at = tx.now - .seconds(Int.random(in: 0...20, using: &random) * 3_600)
        switch Int.random(in: 0...6, using: &random) {
        case 0:
          for verdict in try tx.establishing.choose(in: "spring").chosen {
            model.targetedAt[verdict.customer] = tx.now
          }
        case 1, 2:
          let contact = try tx.interactions.record(
            NewInteraction(
              with: customer, through: .phone, .outbound, subject: "Hello",
              about: [RecordReference(action)], occurredAt: at))
          model.contacts[contact.id] = (customer, at)
        case 3:
          // Not of the action, and so no step.
          try tx.interactions.record(
            NewInteraction(
              with: customer, through: .phone, .outbound, subject: "Hello", occurredAt: at))
        case 4:
          guard model.targetedAt[customer] != nil else { break }
          let order = try tx.orders.place(
            NewOrder(
              number: "\(step)", customer: customer, lines: [.init(item.id, amount: euros(9))],
              placedAt: at))
          model.orders[order.id] = (customer, at)
        case 5:
          guard let order = model.orders.keys.sorted().randomElement(using: &random) else { break }
          try tx.orders.cancel(order)
          model.orders[order] = nil
        default:
          guard let contact = model.contacts.keys.sorted().randomElement(using: &random)
          else { break }
          try tx.interactions.delete(contact)
          model.contacts[contact] = nil
        }
        return (model, random)
      }
      let end = start + .seconds(Int.random(in: 0...9 * step, using: &random) * 3_600)
      let steps = try await shop.crm.read {
        try $0.establishing.funnel(of: "spring", asOf: end).steps.map(\.reached)
      }
      #expect(Array(steps[1...3]) == model.reached(end), "seed \(seed), step \(step)")
    }
    let asked = try await shop.crm.read { tx in
      try tx.records(of: Commitment.self).all().map(\.customer)
    }
    #expect(Set(asked).count == asked.count)
    #expect(try await shop.crm.verify().isSound)
  }
}
