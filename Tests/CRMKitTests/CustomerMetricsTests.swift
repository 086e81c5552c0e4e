import CRMKit
import CRMTesting
import Testing

@Suite("Figures on customers")
struct CustomerMetricsTests {
  private func place(
    _ number: String, _ customer: Customer.ID, _ item: CatalogueItem.ID, _ units: Int,
    _ amount: String, at: Instant, _ tx: Transaction
  ) throws -> Order {
    try tx.orders.place(
      NewOrder(
        number: number, customer: customer,
        lines: [.init(item, quantity: units, amount: try Money(amount, .eur))], placedAt: at))
  }

  private func contact(
    _ customer: Customer.ID, _ direction: Interaction.Direction, _ at: Instant, _ tx: Transaction,
    through channel: Channel = .phone, and others: [Customer.ID] = [], cost: Money? = nil
  ) throws -> Interaction {
    try tx.interactions.record(
      NewInteraction(
        with: customer, and: others, through: channel, direction, subject: "Talk", cost: cost,
        occurredAt: at))
  }

  private func day(_ number: Int, hour: Int = 12) -> Instant {
    Shop.opening + .seconds(number * 86_400 + hour * 3_600)
  }

  @Test(
    "Days and gaps stay right when orders are backdated and cancelled",
    arguments: Backend.allCases)
  func rhythm(backend: Backend) async throws {
    let shop = try await Shop(backend, at: Shop.opening + .seconds(100 * 86_400))
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      func figures() throws -> [Int] {
        let kept = try tx.metrics.figures(of: ada.id)
        return [kept.orders, kept.purchaseDays, kept.gaps, kept.gapDays, kept.gapDaySquares]
      }
      _ = try place("1", ada.id, item.id, 2, "10", at: day(0), tx)
      let tenth = try place("2", ada.id, item.id, 1, "10", at: day(10), tx)
      #expect(try figures() == [2, 2, 1, 10, 100])
      // The same day again, then a day between.
      let again = try place("3", ada.id, item.id, 1, "10", at: day(10, hour: 23), tx)
      #expect(try figures() == [3, 2, 1, 10, 100])
      _ = try place("4", ada.id, item.id, 1, "10", at: day(4), tx)
      #expect(try figures() == [4, 3, 2, 10, 16 + 36])
      let rhythm = try tx.metrics.figures(of: ada.id).rhythm
      #expect(rhythm.mean == 5)
      #expect(rhythm.spread == Double(2).squareRoot())
      // A day stays as long as an order of it does.
      try tx.orders.cancel(again.id)
      #expect(try figures() == [3, 3, 2, 10, 52])
      #expect(try tx.metrics.figures(of: ada.id).lastOrderAt == day(10))
      try tx.orders.cancel(tenth.id)
      #expect(try figures() == [2, 2, 1, 4, 16])
      let kept = try tx.metrics.figures(of: ada.id)
      #expect(kept.lastOrderAt == day(4) && kept.firstOrderAt == day(0))
      #expect(kept.cancelledOrders == 2 && kept.units == 3)
      let bought = try tx.metrics.purchases(of: ada.id)
      #expect(bought.map(\.lastOrderAt) == [day(4)])
    }
    #expect(try await shop.crm.verify().problems == [])
  }

  @Test("A customer of cancelled orders alone has bought nothing", arguments: Backend.allCases)
  func nothing(backend: Backend) async throws {
    let shop = try await Shop(backend, at: day(5))
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      let order = try place("1", ada.id, item.id, 2, "10", at: day(0), tx)
      try tx.orders.pay(order.id, Money("10", .eur), reference: "p")
      try tx.orders.cancel(order.id)
      try tx.orders.refund(order.id, Money("10", .eur), reference: "r")
      let figures = try tx.metrics.figures(of: ada.id)
      #expect(figures.orders == 0 && figures.units == 0 && figures.purchaseDays == 0)
      #expect(figures.firstOrderAt == nil && figures.lastOrderAt == nil)
      #expect(figures.rhythm.mean == nil && figures.rhythm.spread == nil)
      let bought = try #require(try tx.metrics.purchases(of: ada.id).first)
      #expect(bought.revenue == .zero(.eur))
      #expect(bought.refunded == Money(minorUnits: 1_000, .eur))
      #expect(bought.firstOrderAt == nil)
    }
    #expect(try await shop.crm.verify().problems == [])
  }

  @Test("Days of purchase are the firm's", arguments: Backend.allCases)
  func zone(backend: Backend) async throws {
    let seoul = try #require(Zone("Asia/Seoul"))
    let shop = try await Shop(backend, at: day(5), zone: seoul)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      // 23:00 of one day and 00:30 of the next in Seoul: one day in UTC.
      _ = try place("1", ada.id, item.id, 1, "1", at: day(0, hour: 14), tx)
      _ = try place("2", ada.id, item.id, 1, "1", at: day(0, hour: 15) + .seconds(1_800), tx)
      #expect(try tx.metrics.figures(of: ada.id).purchaseDays == 2)
    }
  }

  @Test(
    "Contacts count by channel and direction, with who answers whom",
    arguments: Backend.allCases)
  func contacts(backend: Backend) async throws {
    let shop = try await Shop(backend, at: day(90))
    let (ada, _) = try await shop.furnished()
    try await shop.crm.write { tx in
      let bob = try tx.customers.add(.person("Bob"))
      _ = try contact(ada.id, .outbound, day(1), tx, through: .email, cost: Money("2", .eur))
      _ = try contact(ada.id, .inbound, day(2), tx)
      _ = try contact(ada.id, .outbound, day(4), tx, through: .email, and: [bob.id])
      let late = try contact(ada.id, .inbound, day(30), tx, cost: Money("3", .eur))
      _ = try tx.interactions.record(.note("Likes tea", on: ada.id))
      var figures = try tx.metrics.figures(of: ada.id)
      #expect(figures.inboundContacts == 2 && figures.outboundContacts == 2)
      #expect(figures.firstContactAt == day(1) && figures.lastContactAt == day(30))
      #expect(figures.lastInboundAt == day(30) && figures.lastOutboundAt == day(4))
      #expect(figures.channels.map(\.channel) == [.email, .phone])
      #expect(figures.channels.map(\.inbound) == [0, 2])
      #expect(figures.channels.map(\.outbound) == [2, 0])
      #expect(figures.channels.map(\.lastAt) == [day(4), day(30)])
      #expect(figures.answers == 1 && figures.answerRate == 0.5)
      #expect(figures.meanAnswerTime == .seconds(86_400))
      #expect(figures.responses == 0 && figures.waitingSince == nil)
      #expect(figures.costs.map(\.amount) == [try Money("5", .eur)])
      // Bob took part in one of them; moved to the tenth, the late one is an answer.
      #expect(try tx.metrics.figures(of: bob.id).outboundContacts == 1)
      #expect(try tx.metrics.figures(of: bob.id).costs == [])
      var moved = try tx.interactions.get(late.id)
      moved.occurredAt = day(10)
      try tx.interactions.update(moved)
      figures = try tx.metrics.figures(of: ada.id)
      #expect(figures.answers == 2 && figures.lastContactAt == day(10))
      try tx.interactions.delete(late.id)
      figures = try tx.metrics.figures(of: ada.id)
      #expect(figures.answers == 1 && figures.lastContactAt == day(4))
      #expect(figures.costs.map(\.amount) == [try Money("2", .eur)])
    }
    #expect(try await shop.crm.verify().problems == [])
  }

  @Test(
    "How long customers wait is what their contacts and questions say",
    arguments: Backend.allCases)
  func waits(backend: Backend) async throws {
    let shop = try await Shop(backend, at: day(90))
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      func figures() throws -> CustomerMetrics { try tx.metrics.figures(of: ada.id) }
      _ = try contact(ada.id, .inbound, day(1), tx, through: .email)
      let again = try contact(ada.id, .inbound, day(2), tx, through: .email)
      #expect(try figures().waitingSince == day(1))
      // Talking on the phone is an answer.
      _ = try contact(ada.id, .inbound, day(4), tx, through: .phone)
      #expect(try figures().waitingSince == nil && figures().responses == 1)
      #expect(try figures().meanResponseTime == .seconds(3 * 86_400))
      let third = try contact(ada.id, .inbound, day(5), tx, through: .email)
      let question = try tx.commitments.make(
        NewCommitment(
          .question, to: ada.id, "How much?", owner: .staff("kim"), due: .at(day(99)),
          in: third.id, madeAt: day(5)))
      #expect(try figures().waitingSince == nil)
      try tx.commitments.close(question.id, as: .answered, at: day(6))
      #expect(try figures().responses == 2)
      let times = try tx.responses.times(from: day(0), to: day(90), of: ada.id)
      let summary = ResponseSummary(times)
      #expect(try summary.answered == figures().responses && summary.open == 0)
      let waited = times.map(\.waited).reduce(.zero, +)
      #expect(waited == .milliseconds(try figures().responseMilliseconds))
      try tx.interactions.delete(again.id)
      #expect(try figures().responses == 2)
    }
    // Nobody waits for an answer to an order, and what comes late takes its place.
    let bob = try await shop.crm.write { tx in
      let bob = try tx.customers.add(.person("Bob")).id
      for number in 1...3 {
        try tx.orders.place(
          NewOrder(
            number: "w\(number)", customer: bob,
            lines: [.init(item.id, amount: try Money("9.99", .usd))], placedAt: day(number)))
      }
      _ = try contact(bob, .outbound, day(20), tx, through: .email)
      return bob
    }
    try await expect(0, nil, of: bob, in: shop)
    for (direction, at, waits, since) in [
      (Interaction.Direction.inbound, 30, 0, 30), (.inbound, 10, 1, 30), (.outbound, 40, 2, nil),
      (.inbound, 25, 2, nil), (.outbound, 27, 3, nil), (.inbound, 35, 3, nil),
    ] as [(Interaction.Direction, Int, Int, Int?)] {
      try await shop.crm.write { tx in
        _ = try contact(bob, direction, day(at), tx, through: .email)
      }
      try await expect(waits, since.map { day($0) }, of: bob, in: shop)
    }
    let planned = try await shop.crm.write { tx in
      try tx.interactions.plan(
        NewInteraction(
          with: bob, through: .email, .inbound, subject: "Report", occurredAt: day(91)))
    }
    shop.clock.set(to: day(92))
    try await shop.crm.advance()
    try await expect(3, nil, of: bob, in: shop)
    try await shop.crm.write { tx in
      var told = try tx.interactions.get(planned.id)
      told.outcome = "It came"
      try tx.interactions.update(told)
    }
    try await expect(3, day(91), of: bob, in: shop)
    #expect(try await shop.crm.verify().problems == [])
  }

  /// Expects that figures and response times tell the same of a customer's waits.
  private func expect(
    _ answered: Int, _ since: Instant?, of customer: Customer.ID, in shop: Shop
  ) async throws {
    let (figures, times) = try await shop.crm.read { tx in
      (
        try tx.metrics.figures(of: customer),
        try tx.responses.times(from: .earliest, to: .latest, of: customer)
      )
    }
    #expect(figures.responses == answered && figures.waitingSince == since)
    let summary = ResponseSummary(times)
    #expect(summary.answered == answered && summary.open == (since == nil ? 0 : 1))
    let waited = times.filter { $0.status == .answered }.map(\.waited).reduce(.zero, +)
    #expect(waited == .milliseconds(figures.responseMilliseconds))
    #expect(try await shop.crm.verify().problems == [])
  }

  @Test("A planned contact counts when its instant is told", arguments: Backend.allCases)
  func planned(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let contacts = { [shop] in
      try await shop.crm.read { try $0.metrics.figures(of: ada.id).outboundContacts }
    }
    let plan = try await shop.crm.write { tx in
      _ = try contact(ada.id, .inbound, tx.now, tx)
      return try tx.interactions.plan(
        NewInteraction(
          with: ada.id, through: .phone, .outbound, subject: "Call", occurredAt: day(3)))
    }
    shop.clock.advance(by: .seconds(10 * 86_400))
    #expect(try await contacts() == 0)
    try await shop.crm.advance()
    #expect(try await contacts() == 1)
    try await shop.crm.write { try $0.interactions.delete(plan.id) }
    #expect(try await contacts() == 0)
    #expect(try await shop.crm.verify().problems == [])
  }

  @Test(
    "Promises are kept or broken, questions answered, complaints settled",
    arguments: Backend.allCases)
  func commitments(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let made = try await shop.crm.write { tx in
      try [Commitment.Kind.promise, .promise, .promise, .question, .followUp].map {
        try tx.commitments.make(
          NewCommitment($0, to: ada.id, "Do it", owner: .staff("kim"), due: .at(day(2))))
      }
    }
    try await shop.crm.write { tx in
      try tx.commitments.close(made[0].id, as: .kept)
      try tx.commitments.close(made[1].id, as: .dropped)
      try tx.commitments.close(made[3].id, as: .answered)
      let order = try place("1", ada.id, item.id, 1, "1", at: day(-1), tx)
      _ = try tx.orders.dispute(order.id, over: "Broken", reference: "d1")
      let second = try tx.orders.dispute(order.id, over: "Late", reference: "d2")
      try tx.orders.settle(dispute: second.id, outcome: "Paid back")
    }
    func figures() async throws -> [Int] {
      try await shop.crm.read { tx in
        let kept = try tx.metrics.figures(of: ada.id)
        return [
          kept.promisesKept, kept.promisesBroken, kept.questionsAnswered, kept.openCommitments,
          kept.complaints, kept.openComplaints,
        ]
      }
    }
    #expect(try await figures() == [1, 1, 1, 2, 2, 1])
    // The third promise is late from its deadline on, and in time again once it is put off.
    shop.clock.advance(by: .seconds(5 * 86_400))
    try await shop.crm.advance()
    #expect(try await figures() == [1, 2, 1, 2, 2, 1])
    try await shop.crm.write { try $0.commitments.postpone(made[2].id, to: .at(day(9))) }
    #expect(try await figures() == [1, 1, 1, 2, 2, 1])
    try await shop.crm.write { try $0.commitments.close(made[2].id, as: .kept) }
    #expect(try await figures() == [2, 1, 1, 1, 2, 1])
    #expect(try await shop.crm.verify().problems == [])
  }

  @Test("What one operation does several times counts once each", arguments: Backend.allCases)
  func batches(backend: Backend) async throws {
    let shop = try await Shop(backend, at: day(90))
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      let first = try place("0", ada.id, item.id, 1, "1", at: day(50), tx)
      let bob = try tx.customers.add(.person("Bob"))
      try tx.operation {
        for (number, at) in [day(10), day(10), day(60), day(20)].enumerated() {
          _ = try place("a\(number)", ada.id, item.id, 1, "1", at: at, tx)
        }
        try tx.orders.cancel(first.id)
        let last = try place("z", ada.id, item.id, 1, "1", at: day(61), tx)
        try tx.orders.cancel(last.id)
        let talk = try contact(ada.id, .outbound, day(70), tx)
        try tx.interactions.link(talk.id, to: bob.id)
        let wrong = try contact(ada.id, .inbound, day(71), tx, and: [bob.id])
        try tx.interactions.delete(wrong.id)
      }
      let figures = try tx.metrics.figures(of: ada.id)
      #expect(figures.orders == 4 && figures.purchaseDays == 3 && figures.cancelledOrders == 2)
      #expect(figures.gapDays == 50 && figures.gapDaySquares == 100 + 1_600)
      #expect(try tx.metrics.figures(of: bob.id).outboundContacts == 1)
      #expect(try tx.metrics.figures(of: bob.id).inboundContacts == 0)
    }
    #expect(try await shop.crm.verify().problems == [])
  }

  @Test(
    "An organisation's figures are those of all who belong to it today",
    arguments: Backend.allCases)
  func group(backend: Backend) async throws {
    let shop = try await Shop(backend, at: day(90))
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      let firm = try tx.customers.add(.organisation("Acme"))
      let branch = try tx.customers.add(.organisation("Acme East"))
      let bob = try tx.customers.add(.person("Bob"))
      let job = try tx.relationships.add(NewRelationship(ada.id, .employee, of: firm.id))
      try tx.relationships.add(NewRelationship(branch.id, .subsidiary, of: firm.id))
      try tx.relationships.add(NewRelationship(bob.id, .employee, of: branch.id))
      for (number, customer) in [ada.id, firm.id, bob.id, bob.id].enumerated() {
        _ = try place("\(number)", customer, item.id, 2, "10", at: day(number * 10), tx)
      }
      var group = try tx.metrics.figures(of: firm.id, including: .members)
      #expect(Set(group.members) == [firm.id, ada.id, branch.id, bob.id])
      #expect(group.figures.orders == 4 && group.figures.units == 8)
      #expect(group.figures.purchaseDays == 4 && group.figures.gaps == 1)
      #expect(group.figures.gapDays == 10 && group.figures.rhythm.mean == 10)
      #expect(group.figures.firstOrderAt == day(0) && group.figures.lastOrderAt == day(30))
      #expect(group.figures.inboundContacts == 4)
      #expect(group.purchases.map(\.revenue) == [try Money("40", .eur)])
      group = try tx.metrics.figures(of: firm.id, including: .through([.subsidiary]))
      #expect(group.figures.orders == 1 && Set(group.members) == [firm.id, branch.id])
      try tx.relationships.remove(job.id)
      #expect(try tx.metrics.figures(of: firm.id, including: .members).figures.orders == 3)
    }
  }

  @Test(
    "A household's figures are right at each change, in the same transaction",
    arguments: Backend.allCases)
  func household(backend: Backend) async throws {
    let shop = try await Shop(backend, at: day(90))
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      let home = try tx.customers.add(.household("Home")).id
      let bob = try tx.customers.add(.person("Bob")).id
      let firm = try tx.customers.add(.organisation("Acme")).id
      try tx.relationships.add(NewRelationship(bob, .employee, of: firm))
      func figures() throws -> CustomerMetrics {
        let group = try tx.metrics.figures(of: home, including: .members)
        #expect(group.figures.customer == home && !group.members.contains(firm))
        return group.figures
      }
      func revenue() throws -> [Money] {
        try tx.metrics.figures(of: home, including: .members).purchases.map(\.revenue)
      }
      let first = try place("1", ada.id, item.id, 2, "10", at: day(0), tx)
      #expect(try figures().orders == 0 && revenue() == [])
      let membership = try tx.relationships.add(NewRelationship(ada.id, .householdMember, of: home))
      #expect(try figures().orders == 1 && figures().units == 2)
      try tx.relationships.add(NewRelationship(bob, .householdMember, of: home))
      let second = try place("2", bob, item.id, 3, "20", at: day(10), tx)
      _ = try place("3", firm, item.id, 1, "70", at: day(20), tx)
      #expect(try figures().orders == 2 && figures().units == 5)
      #expect(try figures().firstOrderAt == day(0) && figures().lastOrderAt == day(10))
      #expect(try revenue() == [try Money("30", .eur)])
      let call = try contact(bob, .inbound, day(30), tx, cost: Money("3", .eur))
      #expect(try figures().inboundContacts == 3 && figures().lastInboundAt == day(30))
      #expect(try figures().costs.map(\.amount) == [try Money("3", .eur)])
      try tx.interactions.delete(call.id)
      #expect(try figures().inboundContacts == 2 && figures().costs == [])
      let promise = try tx.commitments.make(
        NewCommitment(.promise, to: ada.id, "Call", owner: .staff("kim"), due: .at(day(99))))
      #expect(try figures().openCommitments == 1)
      try tx.commitments.close(promise.id, as: .kept)
      #expect(try figures().openCommitments == 0 && figures().promisesKept == 1)
      let dispute = try tx.orders.dispute(second.id, over: "Broken", reference: "d")
      #expect(try figures().complaints == 1 && figures().openComplaints == 1)
      try tx.orders.settle(dispute: dispute.id, outcome: "Paid back")
      #expect(try figures().complaints == 1 && figures().openComplaints == 0)
      try tx.orders.cancel(first.id)
      #expect(try figures().orders == 1 && figures().cancelledOrders == 1)
      #expect(try figures().firstOrderAt == day(10))
      #expect(try revenue() == [try Money("20", .eur)])
      try tx.relationships.remove(membership.id)
      #expect(try figures().orders == 1 && figures().cancelledOrders == 0)
      #expect(try figures().promisesKept == 0)
      #expect(try revenue() == [try Money("20", .eur)])
    }
    #expect(try await shop.crm.verify().problems == [])
  }

  @Test("A figure that was tampered with is named, with the customer", arguments: Backend.allCases)
  func tampered(backend: Backend) async throws {
    let storage = backend.makeStorage()
    let crm = try await CRM(storage: storage)
    let ada = try await crm.write { tx in
      let ada = try tx.customers.add(.person("Ada"))
      let tea = try tx.catalogue.add(sku: "tea", name: "Tea")
      _ = try place("1", ada.id, tea.id, 2, "10", at: tx.now, tx)
      return ada
    }
    #expect(try await crm.verify().problems == [])
    try await storage.write { store in
      let row = try #require(try store.rows(Query<CustomerMetrics>()).first)
      var changed = row.row
      changed.purchaseDays = 3
      try store.update(Held(changed), from: row)
      let bought = try #require(try store.rows(Query<PurchaseMetrics>()).first)
      var dearer = bought.row
      dearer.revenue = Money(minorUnits: 1_001, .eur)
      try store.update(Held(dearer), from: bought)
    }
    let problems = try await crm.verify().problems
    #expect(
      problems.map { "\($0.record ?? "").\($0.field ?? "")" } == [
        "customer_metrics.purchase_days", "purchase_metrics.revenue_minor",
      ])
    #expect(problems.allSatisfy { $0.identifier == "customer \(ada.id)" })
    try await crm.write { try $0.metrics.recount(ada.id) }
    #expect(try await crm.verify().problems == [])
  }

  @Test("A window of no time and names that are none are refused")
  func settings() async throws {
    let metric = { Metric($0, contributions: []) { _, _ in [] } }
    let error = await failure {
      try await CRM(
        storage: MemoryStorage(),
        capabilities: CRM.standardCapabilities.replacing(
          Metrics(answerWindow: .zero, custom: [metric("Visits"), metric("a"), metric("a")])))
    }
    #expect(error?.code == .invalidCapability)
    #expect(
      error?.issues.map(\.field) == [
        "Metrics.answerWindow", "Metrics.custom[0].name", "Metrics.custom[2].name",
      ])
  }
}
