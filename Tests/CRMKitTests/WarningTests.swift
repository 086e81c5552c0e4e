import CRMKit
import CRMTesting
import Testing

/// A shop in which warnings are watched for.
private struct Watched {
  let shop: Shop
  let ada: Customer.ID
  let item: CatalogueItem.ID

  init(
    _ backend: Backend, _ model: WarningModel,
    _ capabilities: [any Capability] = CRM.standardCapabilities
  ) async throws {
    shop = try await Shop(backend, capabilities)
    let (ada, item) = try await shop.furnished()
    self.ada = ada.id
    self.item = item.id
    try await shop.crm.write { try $0.warnings.define(model) }
  }

  func order(_ tx: Transaction, _ number: String, amount: Money? = nil) throws -> Order {
    try tx.orders.place(
      NewOrder(
        number: number, customer: ada,
        lines: [.init(item, quantity: 1, amount: try amount ?? Money("9.99", .usd))]))
  }

  /// Orders at a steady pace, and the instant of the last.
  func orders(_ count: Int, every days: Int) async throws -> Instant {
    for number in 0..<count {
      if number > 0 { shop.clock.advance(by: .seconds(days * 86_400)) }
      try await shop.crm.advance()
      try await shop.crm.write { _ = try order($0, "\(number)") }
    }
    return shop.clock.now
  }

  func contact(_ direction: Interaction.Direction, _ tx: Transaction) throws {
    try tx.interactions.record(
      NewInteraction(with: ada, through: .phone, direction, subject: "Call"))
  }

  func standing() async throws -> Warning? {
    try await shop.crm.read { try $0.warnings.standing(of: ada) }
  }

  func all() async throws -> [Warning] {
    try await shop.crm.read { try $0.warnings.all(of: ada) }
  }

  func pass(days: Int) async throws {
    shop.clock.advance(by: .seconds(days * 86_400))
    try await shop.crm.advance()
  }

  /// The names of the events on warnings, with when they happened.
  func told() async throws -> [String] {
    try await shop.events().filter {
      $0.type.hasPrefix("warnings.") && $0.type != "warnings.defined"
    }.map { "\($0.type.dropFirst(9)) \($0.occurredAt)" }
  }
}

@Suite("Warnings")
struct WarningTests {
  private static func model(
    _ sign: WarningSign, _ severity: Warning.Severity = .medium, expiry: LifecycleSpan = .days(90)
  ) -> WarningModel {
    WarningModel(signals: [.init("signal", severity, when: sign)], expiry: expiry)
  }

  private static func model(_ signs: [(String, Warning.Severity, WarningSign)]) -> WarningModel {
    WarningModel(signals: signs.map { .init($0, $1, when: $2) })
  }

  private static let day: Duration = .seconds(86_400)

  // MARK: One warning

  @Test(
    "A gap beyond the customer's own rhythm warns at the exact instant, and an order ends it",
    arguments: Backend.allCases, [true, false])
  func longGap(backend: Backend, isTimely: Bool) async throws {
    let watched = try await Watched(backend, Self.model(.longGap(tenthsOfSpread: 20)))
    let last = try await watched.orders(4, every: 10)
    // The mean is 10 days; the spread is none and counts for a quarter of that: 10 + 2 × 2.5.
    let due = last + Self.day * 15
    let entries = try await watched.shop.crm.read { try $0.agenda.upcoming(for: watched.ada) }
    #expect(entries.filter { $0.task == "warnings.look" }.map(\.due) == [due])
    watched.shop.clock.set(to: due - .milliseconds(1))
    try await watched.shop.crm.advance()
    #expect(try await watched.all() == [])
    watched.shop.clock.set(to: isTimely ? due : due + Self.day * 3)
    if isTimely {
      try await watched.shop.crm.advance()
      let warning = try #require(try await watched.standing())
      #expect(warning.raisedAt == due)
      #expect(warning.severity == .medium)
      #expect(
        warning.evidence.first?.found.map(\.found) == [last.description, "10", "2.5"])
      watched.shop.clock.set(to: due + Self.day * 3)
    }
    // Whether or not anybody looked meanwhile, the order finds the warning of back then.
    try await watched.shop.crm.write { _ = try watched.order($0, "last") }
    let warning = try #require(try await watched.all().first)
    #expect(warning.status == .expired)
    #expect(warning.note == "its signs are gone")
    #expect(warning.raisedAt == due)
    #expect(
      try await watched.told() == ["raised \(due)", "expired \(due + Self.day * 3)"])
    #expect(try await watched.shop.crm.verify().problems.isEmpty)
  }

  @Test(
    "Further evidence adds to the warning that stands, whatever was done with it",
    arguments: Backend.allCases)
  func grows(backend: Backend) async throws {
    let watched = try await Watched(
      backend,
      Self.model([
        ("asked", .low, .holding(.atLeast(1, .inboundContacts))),
        ("asked_more", .low, .holding(.atLeast(2, .inboundContacts))),
        ("complained", .high, .holding(.atLeast(1, .complaints))),
      ]))
    let kim = watched.shop.crm.acting(as: .staff("kim"))
    try await watched.shop.crm.write { try watched.contact(.inbound, $0) }
    let first = try #require(try await watched.standing())
    #expect(first.evidence.map(\.signal) == ["asked"])
    try await kim.write { try $0.warnings.acknowledge(first.id, note: "Looking") }
    #expect(try await watched.standing()?.status == .acknowledged)
    #expect(try await watched.standing()?.handledBy == .staff("kim"))
    try await watched.pass(days: 1)
    try await watched.shop.crm.write { try watched.contact(.inbound, $0) }
    let second = try #require(try await watched.standing())
    #expect(second.id == first.id)
    #expect(second.status == .open)
    #expect(second.evidence.map(\.signal) == ["asked", "asked_more"])
    #expect(second.grownAt == watched.shop.clock.now)
    try await kim.write { tx in
      try tx.warnings.snooze(first.id, until: tx.now + Self.day * 10)
      let order = try watched.order(tx, "1")
      #expect(try tx.warnings.get(first.id).status == .snoozed)
      try tx.orders.dispute(order.id, over: "Broken", reference: "d")
    }
    let third = try #require(try await watched.standing())
    #expect(third.status == .open)
    #expect(third.snoozedUntil == nil)
    #expect(third.severity == .high)
    #expect(third.note == "Looking")
    let types = try await watched.told().map { $0.prefix { $0 != " " } }
    #expect(types == ["raised", "acknowledged", "grown", "snoozed", "grown"])
    #expect(try await watched.shop.crm.read { try $0.warnings.count() } == 1)
  }

  @Test("What was resolved is not raised again for the same evidence", arguments: Backend.allCases)
  func once(backend: Backend) async throws {
    let watched = try await Watched(
      backend, Self.model(.unanswered(contacts: 2, for: .days(14))))
    try await watched.shop.crm.write { tx in
      try watched.contact(.inbound, tx)
    }
    watched.shop.clock.advance(by: Self.day)
    try await watched.shop.crm.write { tx in
      try watched.contact(.outbound, tx)
      try watched.contact(.outbound, tx)
    }
    let due = watched.shop.clock.now + Self.day * 14
    try await watched.pass(days: 20)
    let warning = try #require(try await watched.standing())
    #expect(warning.raisedAt == due)
    try await watched.shop.crm.write { try $0.warnings.resolve(warning.id, note: "Called") }
    try await watched.shop.crm.write { try watched.contact(.outbound, $0) }
    try await watched.pass(days: 100)
    #expect(try await watched.standing() == nil)
    #expect(try await watched.all().map(\.status) == [.resolved])
    // The customer answers, and falls silent again: that is another matter.
    try await watched.shop.crm.write { try watched.contact(.inbound, $0) }
    watched.shop.clock.advance(by: Self.day)
    try await watched.shop.crm.write { tx in
      try watched.contact(.outbound, tx)
      try watched.contact(.outbound, tx)
    }
    try await watched.pass(days: 14)
    #expect(try await watched.standing()?.raisedAt == watched.shop.clock.now)
    #expect(try await watched.all().count == 2)
  }

  @Test(
    "What is put off comes back at the instant, and what nothing comes to expires",
    arguments: Backend.allCases)
  func time(backend: Backend) async throws {
    let watched = try await Watched(
      backend, Self.model(.holding(.atLeast(1, .inboundContacts)), expiry: .days(30)))
    let start = watched.shop.clock.now
    try await watched.shop.crm.write { tx in
      try watched.contact(.inbound, tx)
      let warning = try #require(try tx.warnings.standing(of: watched.ada))
      #expect(warning.expiresAt == start + Self.day * 30)
      let past = refusal { try tx.warnings.snooze(warning.id, until: tx.now, note: "") }
      #expect(past?.issues.map(\.field) == ["note", "snoozed_until"])
      try tx.warnings.snooze(warning.id, until: tx.now + .seconds(5))
    }
    let entries = try await watched.shop.crm.read { try $0.agenda.upcoming(for: watched.ada) }
    #expect(entries.filter { $0.task == "warnings.look" }.count == 1)
    try await watched.pass(days: 100)
    #expect(
      try await watched.told() == [
        "raised \(start)", "snoozed \(start)", "woken \(start + .seconds(5))",
        "expired \(start + Self.day * 30)",
      ])
    let warning = try #require(try await watched.all().first)
    #expect(warning.note == "no further signs for 30 days")
    let closed = await failure {
      try await watched.shop.crm.write { try $0.warnings.acknowledge(warning.id) }
    }
    #expect(closed?.code == .notAllowed)
    try await watched.pass(days: 100)
    #expect(try await watched.all().count == 1)
  }

  @Test(
    "What is at stake is what was bought for within twelve months, exactly",
    arguments: Backend.allCases)
  func stake(backend: Backend) async throws {
    let watched = try await Watched(
      backend, Self.model(.holding(.atLeast(1, .complaints))))
    let euro = try Money("0.10", .eur)
    try await watched.shop.crm.write { _ = try watched.order($0, "old") }
    try await watched.pass(days: 365)
    try await watched.shop.crm.write { tx in
      _ = try watched.order(tx, "1")
      let returned = try watched.order(tx, "2", amount: euro)
      _ = try watched.order(tx, "3", amount: euro)
      let cancelled = try watched.order(tx, "4")
      try tx.orders.cancel(cancelled.id)
      try tx.orders.ship(returned.id, reference: "s", by: .handover)
      try tx.orders.takeBack(returned.id, [LineQuantity(line: 1, quantity: 1)], reference: "r")
      let order = try watched.order(tx, "5", amount: euro)
      try tx.orders.dispute(order.id, over: "Broken", reference: "d")
    }
    let warning = try #require(try await watched.standing())
    #expect(warning.atStake == [try Money("0.20", .eur), try Money("9.99", .usd)])
  }

  @Test(
    "A playbook for one of the signals is recommended, that which did best with customers alike",
    arguments: Backend.allCases)
  func playbooks(backend: Backend) async throws {
    let watched = try await Watched(
      backend, Self.model(.holding(.atLeast(1, .inboundContacts))))
    try await watched.shop.crm.write { tx in
      let write = { (title: String, tags: [String]) in
        try tx.playbooks.write(
          NewPlaybook(title, when: "They may leave.", steps: ["Call"], tags: tags)
        ).id
      }
      _ = try write("Call", ["signal"])
      let letter = try write("Write", ["signal"])
      _ = try write("Greet", ["vip"])
      var ada = try tx.customers.get(watched.ada)
      ada.tags = ["vip"]
      try tx.customers.update(ada)
      let use = try tx.playbooks.use(letter, for: watched.ada)
      try tx.playbooks.judge(use.id, worked: true)
      try watched.contact(.inbound, tx)
      #expect(try tx.warnings.standing(of: watched.ada)?.playbook == letter)
    }
  }

  // MARK: What is known late

  @Test(
    "A task that is done late ends no warning before it was raised, and loses none",
    arguments: Backend.allCases)
  func belated(backend: Backend) async throws {
    let watched = try await Watched(backend, Self.model(.longGap(tenthsOfSpread: 20)))
    let last = try await watched.orders(4, every: 10)
    let due = last + Self.day * 15
    try await watched.shop.crm.write { tx in
      try tx.interactions.plan(
        NewInteraction(
          with: watched.ada, through: .phone, .outbound, subject: "Call",
          occurredAt: last + Self.day * 10))
    }
    // Somebody writes about the customer before what was due is done.
    watched.shop.clock.set(to: last + Self.day * 18)
    try await watched.shop.crm.write { try watched.contact(.outbound, $0) }
    #expect(try await watched.standing()?.raisedAt == due)
    try await watched.shop.crm.advance()
    try await watched.pass(days: 20)
    #expect(try await watched.standing()?.raisedAt == due)
    #expect(try await watched.told() == ["raised \(due)"])
    #expect(try await watched.shop.crm.verify().problems.isEmpty)
  }

  @Test(
    "With the clock set back a warning ends at what was known last, and not before it was raised",
    arguments: Backend.allCases)
  func setBack(backend: Backend) async throws {
    let watched = try await Watched(backend, Self.model(.longGap(tenthsOfSpread: 20)))
    let last = try await watched.orders(4, every: 10)
    let due = last + Self.day * 15
    watched.shop.clock.set(to: due)
    try await watched.shop.crm.advance()
    watched.shop.clock.set(to: due - Self.day * 5)
    try await watched.shop.crm.write { try watched.contact(.outbound, $0) }
    let warning = try #require(try await watched.standing())
    try await watched.shop.crm.write { tx in
      let early = refusal { try tx.warnings.snooze(warning.id, until: due - Self.day) }
      #expect(early?.issues.map(\.field) == ["snoozed_until"])
      let resolved = try tx.warnings.resolve(warning.id, note: "Called")
      #expect(resolved.closedAt == due)
    }
    watched.shop.clock.set(to: due + Self.day)
    try await watched.shop.crm.write { try watched.contact(.outbound, $0) }
    #expect(try await watched.all().map(\.status) == [.resolved])
  }

  @Test(
    "What was gone and shows again warns again, unless somebody had dealt with it",
    arguments: Backend.allCases, [true, false])
  func again(backend: Backend, isResolved: Bool) async throws {
    let watched = try await Watched(backend, Self.model(.longGap(tenthsOfSpread: 20)))
    _ = try await watched.orders(4, every: 10)
    try await watched.pass(days: 16)
    let first = try #require(try await watched.standing())
    if isResolved {
      try await watched.shop.crm.write { _ = try $0.warnings.resolve(first.id, note: "Called") }
    }
    let order = try await watched.shop.crm.write { try watched.order($0, "mistake").id }
    #expect(try await watched.standing() == nil)
    watched.shop.clock.advance(by: Self.day)
    try await watched.shop.crm.write { try $0.orders.cancel(order) }
    let all = try await watched.all()
    #expect(all.map(\.status) == (isResolved ? [.resolved] : [.open, .expired]))
    #expect(Set(all.flatMap(\.evidence).map(\.key)).count == 1)
    #expect(all.first.map { $0.raisedAt == watched.shop.clock.now } == !isResolved)
    #expect(try await watched.shop.crm.verify().problems.isEmpty)
  }

  @Test(
    "A file that is archived and restored is warned of again", arguments: Backend.allCases)
  func restored(backend: Backend) async throws {
    let watched = try await Watched(backend, Self.model(.openComplaint(for: .days(7))))
    try await watched.shop.crm.write { tx in
      let order = try watched.order(tx, "1")
      try tx.orders.dispute(order.id, over: "Broken", reference: "d")
    }
    try await watched.pass(days: 8)
    try await watched.shop.crm.write { _ = try $0.customers.archive(watched.ada) }
    #expect(try await watched.all().map(\.note) == ["the file is archived"])
    try await watched.pass(days: 1)
    try await watched.shop.crm.write { _ = try $0.customers.restore(watched.ada) }
    #expect(try await watched.standing()?.raisedAt == watched.shop.clock.now)
    #expect(try await watched.all().map(\.status) == [.open, .expired])
  }

  @Test(
    "What is put off beyond its expiry comes back, and has its whole time from then on",
    arguments: Backend.allCases)
  func putOff(backend: Backend) async throws {
    let watched = try await Watched(
      backend, Self.model(.holding(.atLeast(1, .inboundContacts)), expiry: .days(30)))
    let start = watched.shop.clock.now
    let wake = start + Self.day * 40
    try await watched.shop.crm.write { tx in
      try watched.contact(.inbound, tx)
      let warning = try #require(try tx.warnings.standing(of: watched.ada))
      try tx.warnings.snooze(warning.id, until: wake)
    }
    try await watched.pass(days: 100)
    #expect(
      try await watched.told() == [
        "raised \(start)", "snoozed \(start)", "woken \(wake)",
        "expired \(wake + Self.day * 30)",
      ])
  }

  // MARK: Signals

  @Test(
    "A complaint warns when it has been open for so long, and no longer once it is settled",
    arguments: Backend.allCases)
  func complaint(backend: Backend) async throws {
    let watched = try await Watched(backend, Self.model(.openComplaint(for: .days(7))))
    let dispute = try await watched.shop.crm.write { tx in
      let order = try watched.order(tx, "1")
      return try tx.orders.dispute(order.id, over: "Broken", reference: "d").id
    }
    let due = watched.shop.clock.now + Self.day * 7
    try await watched.pass(days: 6)
    #expect(try await watched.standing() == nil)
    try await watched.pass(days: 2)
    #expect(try await watched.standing()?.raisedAt == due)
    try await watched.shop.crm.write { try $0.orders.settle(dispute: dispute, outcome: "Paid") }
    #expect(try await watched.all().map(\.status) == [.expired])
  }

  @Test(
    "Goods that come back so often within a time warn in the same transaction",
    arguments: Backend.allCases)
  func returns(backend: Backend) async throws {
    let watched = try await Watched(backend, Self.model(.returns(2, within: .days(30))))
    func giveBack(_ number: String) async throws {
      try await watched.shop.crm.write { tx in
        let order = try watched.order(tx, number)
        try tx.orders.ship(order.id, reference: "s\(number)", by: .handover)
        try tx.orders.takeBack(
          order.id, [LineQuantity(line: 1, quantity: 1)], reference: "r\(number)")
      }
    }
    try await giveBack("1")
    try await watched.pass(days: 40)
    try await giveBack("2")
    #expect(try await watched.standing() == nil)
    let second = watched.shop.clock.now
    try await watched.pass(days: 20)
    try await giveBack("3")
    let warning = try #require(try await watched.standing())
    #expect(warning.raisedAt == watched.shop.clock.now)
    try await watched.pass(days: 10)
    #expect(try await watched.all().first?.closedAt == second + Self.day * 30)
  }

  @Test(
    "A broken promise warns the millisecond after it was due, each by itself",
    arguments: Backend.allCases)
  func promises(backend: Backend) async throws {
    let watched = try await Watched(backend, Self.model(.brokenPromises(1, within: .days(30))))
    func promise() async throws -> Commitment {
      try await watched.shop.crm.write { tx in
        try tx.commitments.make(
          NewCommitment(
            .promise, to: watched.ada, "Call", owner: .staff("kim"), due: .at(tx.now + Self.day)))
      }
    }
    let first = try await promise()
    try await watched.shop.crm.write { _ = try $0.commitments.close(first.id, as: .kept) }
    try await watched.pass(days: 2)
    #expect(try await watched.all() == [])
    let second = try await promise()
    try await watched.pass(days: 2)
    let warning = try #require(try await watched.standing())
    #expect(warning.raisedAt == second.dueAt + .milliseconds(1))
    #expect(warning.evidence.map(\.key) == [second.id.description])
    try await watched.shop.crm.write {
      _ = try $0.warnings.resolve(warning.id, note: "Said sorry")
    }
    let third = try await promise()
    try await watched.shop.crm.write { _ = try $0.commitments.close(third.id, as: .dropped) }
    #expect(try await watched.standing()?.evidence.map(\.key) == [third.id.description])
    #expect(try await watched.shop.crm.verify().problems.isEmpty)
  }

  @Test("Satisfaction that is low, or lower than it was, warns", arguments: Backend.allCases)
  func satisfaction(backend: Backend) async throws {
    let watched = try await Watched(
      backend, Self.model(.fallingSatisfaction(below: 40, orBy: 30)))
    func answer(_ score: Int) async throws -> Warning? {
      watched.shop.clock.advance(by: Self.day)
      try await watched.shop.crm.write { tx in
        try tx.satisfaction.record(NewSatisfactionAnswer(from: watched.ada, .recommendation, score))
      }
      return try await watched.standing()
    }
    #expect(try await answer(10) == nil)
    #expect(try await answer(8) == nil)
    #expect(try await answer(7) == nil)
    // 53 is less than 83 by 30: the mean of 100, 80 and 70.
    #expect(try await answer(5)?.evidence.first?.found.map(\.found) == ["50", "83"])
    #expect(try await answer(4)?.status == nil)
    #expect(try await answer(3)?.evidence.count == 1)
    #expect(try await watched.all().map(\.status) == [.open, .expired])
  }

  @Test(
    "A contact who left warns about the organisation from the day after the last",
    arguments: Backend.allCases)
  func contacts(backend: Backend) async throws {
    let watched = try await Watched(backend, Self.model(.contactLeft(within: .days(30))))
    let company = try await watched.shop.crm.write { tx in
      let company = try tx.customers.add(.organisation("Acme")).id
      let end = CalendarDate(daysSinceEpoch: tx.today.daysSinceEpoch + 3)
      let link = try tx.relationships.add(
        NewRelationship(watched.ada, .employee, of: company, start: tx.today))
      try tx.relationships.end(link.id, on: end)
      #expect(try tx.warnings.standing(of: company) == nil)
      return company
    }
    let left = watched.shop.clock.now + Self.day * 4
    try await watched.pass(days: 10)
    let warning = try await watched.shop.crm.read { try $0.warnings.standing(of: company) }
    #expect(warning?.raisedAt == left)
    #expect(warning?.evidence.first?.found.first?.found == watched.ada.description)
    try await watched.pass(days: 60)
    let gone = try await watched.shop.crm.read { try $0.warnings.all(of: company).first }
    #expect(gone?.closedAt == left + Self.day * 30)
  }

  @Test(
    "Whoever leaves is noticed however many were there before, but not while they stay otherwise",
    arguments: Backend.allCases)
  func departures(backend: Backend) async throws {
    let board = RelationshipType(
      "board_member", "on the board of", inverse: "has on its board", from: .person,
      to: .organisation, upper: .to, for: [.membership])
    let watched = try await Watched(
      backend, Self.model(.contactLeft(within: .days(30))),
      CRM.standardCapabilities.replacing(Relationships(types: .standard + [board])))
    let (company, links) = try await watched.shop.crm.write { tx in
      let company = try tx.customers.add(.organisation("Acme")).id
      let past = CalendarDate(daysSinceEpoch: tx.today.daysSinceEpoch - 500)
      for number in 0..<205 {
        let person = try tx.customers.add(.person("Former \(number)")).id
        try tx.relationships.add(NewRelationship(person, .employee, of: company, end: past))
      }
      let links = try [.employee, board.key].map {
        try tx.relationships.add(NewRelationship(watched.ada, $0, of: company)).id
      }
      return (company, links)
    }
    for (index, link) in links.enumerated() {
      try await watched.shop.crm.write { tx in
        let end = CalendarDate(daysSinceEpoch: tx.today.daysSinceEpoch + 2)
        try tx.relationships.end(link, on: end)
      }
      try await watched.pass(days: 4)
      let warning = try await watched.shop.crm.read { try $0.warnings.standing(of: company) }
      #expect(warning?.evidence.map(\.key) == (index == 0 ? nil : [link.description]))
    }
    // Who is back has not left.
    try await watched.shop.crm.write { tx in
      try tx.relationships.add(
        NewRelationship(watched.ada, .employee, of: company, start: tx.today))
    }
    let gone = try await watched.shop.crm.read { try $0.warnings.all(of: company) }
    #expect(gone.map(\.status) == [.expired])
    #expect(try await watched.shop.crm.verify().problems.isEmpty)
  }

  @Test(
    "Falling value warns when the time before has come to weigh more", arguments: Backend.allCases)
  func value(backend: Backend) async throws {
    let watched = try await Watched(
      backend,
      Self.model(.fallingValue(by: .percent(50), within: .days(100)), expiry: .days(365)))
    let start = watched.shop.clock.now
    try await watched.shop.crm.write { tx in
      _ = try watched.order(tx, "1", amount: try Money("10.00", .eur))
    }
    try await watched.pass(days: 60)
    try await watched.shop.crm.write { tx in
      _ = try watched.order(tx, "2", amount: try Money("5.00", .eur))
    }
    #expect(try await watched.standing() == nil)
    try await watched.pass(days: 200)
    // From day 100 on the 10 belong to the time before, and the 5 are half of them; from day 260 on
    // nothing was bought in either time.
    let warning = try #require(try await watched.all().last)
    #expect(warning.raisedAt == start + Self.day * 100)
    #expect(warning.evidence.first?.found.map(\.found) == ["5.00 EUR", "10.00 EUR"])
    #expect(warning.closedAt == start + Self.day * 260)
    #expect(warning.status == .expired)
  }

  @Test(
    "What was dealt with warns again where time alone ends it and brings it back",
    arguments: Backend.allCases)
  func valueAgain(backend: Backend) async throws {
    let watched = try await Watched(
      backend,
      Self.model(.fallingValue(by: .percent(50), within: .days(10)), expiry: .days(365)))
    let start = watched.shop.clock.now
    try await watched.shop.crm.write { tx in
      _ = try watched.order(tx, "1", amount: try Money("10.00", .eur))
    }
    try await watched.pass(days: 10)
    let first = try #require(try await watched.standing())
    try await watched.shop.crm.write { _ = try $0.warnings.resolve(first.id, note: "Called") }
    try await watched.pass(days: 1)
    // Less than half of what was bought before, which is so until the 10 belong to neither time;
    // when the 3 belong to the time before, nothing was bought since.
    try await watched.shop.crm.write { tx in
      _ = try watched.order(tx, "2", amount: try Money("3.00", .eur))
    }
    #expect(try await watched.standing() == nil)
    try await watched.pass(days: 100)
    let all = try await watched.all()
    #expect(all.map(\.raisedAt) == [start + Self.day * 21, start + Self.day * 10])
    #expect(all.map(\.closedAt) == [start + Self.day * 31, start + Self.day * 10])
    #expect(try await watched.shop.crm.verify().problems.isEmpty)
  }

  @Test(
    "A sign that looks at a lifecycle shows at the instant at which time moves the customer",
    arguments: Backend.allCases)
  func stage(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.lifecycle.define(.retail)
      try tx.warnings.define(
        Self.model(.holding(.stands(["at_risk", "lapsed"], in: "retail"))))
      try tx.orders.place(
        NewOrder(
          number: "1", customer: ada.id,
          lines: [.init(item.id, quantity: 1, amount: try Money("9.99", .usd))]))
    }
    let due = shop.clock.now + Self.day * 90
    shop.clock.advance(by: Self.day * 200)
    try await shop.crm.advance()
    let warning = try await shop.crm.read { try $0.warnings.all(of: ada.id).first }
    #expect(warning?.raisedAt == due)
  }

  @Test(
    "Who is moved by hand is told of where signs look at lifecycles, and what is put off is kept",
    arguments: Backend.allCases)
  func moved(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.lifecycle.define(.b2b)
      try tx.warnings.define(Self.model(.holding(.stands(["opportunity"], in: "b2b"))))
      try tx.lifecycle.move(ada.id, to: "opportunity", in: "b2b", because: "They talk.")
      let warning = try #require(try tx.warnings.standing(of: ada.id))
      try tx.warnings.snooze(warning.id, until: tx.now + Self.day)
    }
    shop.clock.advance(by: Self.day)
    try await shop.crm.advance()
    #expect(try await shop.crm.read { try $0.warnings.standing(of: ada.id)?.status } == .open)
  }

  @Test(
    "Who pays in another currency buys for no less, where its rate is known",
    arguments: Backend.allCases, [true, false])
  func currencies(backend: Backend, isKnown: Bool) async throws {
    let watched = try await Watched(
      backend,
      Self.model(.fallingValue(by: .percent(50), within: .days(100)), expiry: .days(365)))
    let start = watched.shop.clock.now
    try await watched.shop.crm.write { tx in
      if isKnown {
        try tx.exchangeRates.record(
          try #require(Ratio("1.25")), from: .eur, to: .usd, source: .system("bank"))
      }
      _ = try watched.order(tx, "1", amount: try Money("10.00", .eur))
    }
    try await watched.pass(days: 60)
    try await watched.shop.crm.write { tx in
      _ = try watched.order(tx, "2", amount: try Money("12.00", .usd))
    }
    try await watched.pass(days: 60)
    let raised = try await watched.standing()?.raisedAt
    #expect(raised == (isKnown ? nil : start + Self.day * 100))
    // Nothing more is bought: 12.50 USD and 12.00 USD before, nothing since.
    try await watched.pass(days: 50)
    let warning = try #require(try await watched.all().last)
    #expect(warning.raisedAt == start + Self.day * (isKnown ? 160 : 100))
  }

  @Test("Signs that name a lifecycle or stage that there is not are refused")
  func unknownStages() async throws {
    let shop = try await Shop(.memory)
    try await shop.crm.write { tx in
      try tx.lifecycle.define(.retail)
      let model = Self.model([
        ("a", .low, .holding(.stands(["lost"], in: "retial"))),
        ("b", .low, .holding(.stands(["lapsed", "lsot"], in: "retail"))),
      ])
      let error = refusal { try tx.warnings.define(model) }
      let problems = [
        CRMError.Issue(
          "signals[0].sign", "looks at “retial”, which is no lifecycle; did you mean “retail”?"),
        CRMError.Issue(
          "signals[1].sign",
          "looks at “lsot”, which is no stage of “retail”; did you mean “lost”?"),
      ]
      #expect(error?.issues == problems)
      let right = Self.model(.holding(.stands(["lost"], in: "retail")))
      #expect(try tx.warnings.define(right) == right)
    }
  }

  @Test("A host's own signs warn as others do", arguments: Backend.allCases)
  func own(backend: Backend) async throws {
    let sign = OwnWarningSign("many_tags") { customer, tx in
      let tags = try tx.customers.get(customer).tags
      return tags.map { tag in
        WarningCase(
          key: tag, from: tag == "later" ? Shop.opening + .seconds(60) : nil,
          found: [
            ("tag", tag)
          ])
      }
    }
    let watched = try await Watched(
      backend, Self.model(.own("many_tags")),
      CRM.standardCapabilities.replacing(Warnings(signs: [sign])))
    try await watched.shop.crm.write { tx in
      var ada = try tx.customers.get(watched.ada)
      ada.tags = ["later", "now"]
      try tx.customers.update(ada)
      #expect(try tx.warnings.standing(of: watched.ada)?.evidence.map(\.key) == ["now"])
    }
    try await watched.pass(days: 1)
    let warning = try #require(try await watched.standing())
    #expect(warning.evidence.map(\.key) == ["now", "later"])
    #expect(warning.grownAt == Shop.opening + .seconds(60))
    let twice = await failure {
      _ = try await Shop(
        backend, CRM.standardCapabilities.replacing(Warnings(signs: [sign, sign])))
    }
    #expect(twice?.issues.map(\.field) == ["Warnings.signs[1].name"])
  }

  @Test(
    "A consent that is taken back is a sign, and none is one that was never given",
    arguments: Backend.allCases)
  func consent(backend: Backend) async throws {
    let shop = try await Shop(
      backend,
      CRM.standardCapabilities
        .replacing(
          Customers(attributes: [
            AttributeDefinition("newsletter", .flag), AttributeDefinition("plan", .text),
          ])
        )
        .replacing(Warnings(signs: [.consentWithdrawn(of: "newsletter")])))
    let set = { (id: Customer.ID, attributes: Attributes) in
      try await shop.crm.write { tx in
        var file = try tx.customers.get(id)
        file.attributes = attributes
        try tx.customers.update(file)
      }
    }
    let (giving, never) = try await shop.crm.write { tx in
      try tx.warnings.define(Self.model(.own("consent_withdrawn")))
      var new = NewCustomer.person("Ada")
      new.attributes = ["newsletter": .flag(true)]
      return (try tx.customers.add(new).id, try tx.customers.add(.person("Bob")).id)
    }
    try await set(never, ["newsletter": .flag(false)])
    try await set(giving, ["newsletter": .flag(true), "plan": .text("pro")])
    #expect(try await shop.crm.read { try $0.warnings.count() } == 0)
    shop.clock.advance(by: Self.day)
    let withdrawn = shop.clock.now
    try await set(giving, ["plan": .text("pro")])
    shop.clock.advance(by: Self.day)
    try await set(giving, ["plan": .text("small")])
    let warnings = try await shop.crm.read { try $0.warnings.standing().items }
    #expect(warnings.map(\.customer) == [giving])
    #expect(warnings.first?.raisedAt == withdrawn)
    #expect(warnings.first?.evidence.map(\.found) == [[.init("consent taken back", "newsletter")]])
    // Given again it ends, and taken back again it is another matter.
    try await set(giving, ["newsletter": .flag(true)])
    #expect(try await shop.crm.read { try $0.warnings.standing().items }.isEmpty)
    try await set(giving, ["newsletter": .flag(false)])
    #expect(try await shop.crm.read { try $0.warnings.standing().items.count } == 1)
    shop.clock.advance(by: Self.day * 91)
    try await shop.crm.advance()
    #expect(
      try await shop.crm.read { try $0.warnings.all(of: giving).map(\.status) } == [
        .expired, .expired,
      ])
    #expect(try await shop.crm.verify().problems.isEmpty)
  }

  // MARK: Lists

  @Test(
    "Warnings are listed by how grave they are and by owner, page by page",
    arguments: Backend.allCases)
  func lists(backend: Backend) async throws {
    let watched = try await Watched(
      backend,
      Self.model([
        ("asked", .low, .holding(.atLeast(1, .inboundContacts))),
        ("urged", .high, .holding(.atLeast(2, .inboundContacts))),
      ]))
    let ids = try await watched.shop.crm.write { tx in
      try (0..<4).map { number in
        var new = NewCustomer.person("Customer \(number)")
        new.owner = .staff(number % 2 == 0 ? "kim" : "lee")
        let id = try tx.customers.add(new).id
        for _ in 0...(number / 2) {
          try tx.interactions.record(
            NewInteraction(with: id, through: .phone, .inbound, subject: "Call"))
        }
        return id
      }
    }
    try await watched.shop.crm.write { tx in
      let first = try tx.warnings.standing(limit: 3)
      #expect(first.items.map(\.customer) == [ids[2], ids[3], ids[0]])
      let rest = try tx.warnings.standing(after: first.next, limit: 3)
      #expect(rest.items.map(\.customer) == [ids[1]])
      #expect(rest.next == nil)
      let kims = try tx.warnings.standing(ownedBy: .staff("kim"))
      #expect(kims.items.map(\.customer) == [ids[2], ids[0]])
      #expect(try tx.warnings.standing(atLeast: .high).items.count == 2)
      try tx.warnings.snooze(kims.items[0].id, until: tx.now + .seconds(60))
      #expect(try tx.warnings.standing(ownedBy: .staff("kim")).items.map(\.customer) == [ids[0]])
      #expect(try tx.warnings.standing(includingSnoozed: true).items.count == 4)
      // Who takes over the customer takes over the warning.
      var customer = try tx.customers.get(ids[0])
      customer.owner = .staff("lee")
      try tx.customers.update(customer)
      #expect(try tx.warnings.standing(ownedBy: .staff("lee")).items.count == 3)
      #expect(try tx.customers.file(of: ids[0]).warning?.severity == .low)
      #expect(try tx.customers.file(of: ids[0]).state == nil)
      try tx.standing.define(.standard)
      let state = try tx.standing.state(of: ids[0])
      #expect(try tx.customers.file(of: ids[0]).state == state && state != nil)
      try tx.customers.archive(ids[0])
      #expect(try tx.warnings.all(of: ids[0]).map(\.note) == ["the file is archived"])
    }
    let types = try await watched.shop.crm.read {
      try $0.timeline.entries(of: ids[0]).items.map(\.type)
    }
    #expect(types.contains("warnings.raised"))
  }

  // MARK: Models

  @Test(
    "Nothing is watched until a model is defined, and those before when asked",
    arguments: Backend.allCases)
  func before(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.interactions.record(
        NewInteraction(with: ada.id, through: .phone, .inbound, subject: "Call"))
      #expect(try tx.records(of: WarningWatch.self).count() == 0)
      let model = Self.model(.holding(.atLeast(1, .inboundContacts)))
      try tx.warnings.define(model)
      #expect(try tx.warnings.standing(of: ada.id) == nil)
      #expect(try tx.warnings.look() == 1)
      #expect(try tx.warnings.standing(of: ada.id) != nil)
      // The next version looks at those who are watched at once.
      try tx.warnings.define(
        WarningModel(
          version: 2, signals: [.init("two", .low, when: .holding(.atLeast(2, .inboundContacts)))]))
      #expect(try tx.warnings.all(of: ada.id).map(\.status) == [.expired])
      #expect(try tx.warnings.model(version: 1) == model)
      #expect(try tx.warnings.model()?.version == 2)
    }
  }

  @Test("A score warns at the instant at which time makes it low", arguments: Backend.allCases)
  func scores(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _) = try await shop.furnished()
    let warmth = ScoreModel(
      "warmth", groups: [.init("all")],
      rules: [
        ScoreRule(
          "called", in: "all", 40, each: .interactions(),
          fading: .compounding(.percent(50), every: .days(1)))
      ])
    try await shop.crm.write { tx in
      try tx.scores.define(warmth)
      try tx.warnings.define(
        Self.model(
          .holding(
            .fewer(than: 10, .score("warmth")) && .atLeast(1, .inboundContacts))))
      try tx.interactions.record(
        NewInteraction(with: ada.id, through: .phone, .inbound, subject: "Call"))
    }
    let due = shop.clock.now + Self.day * 3
    shop.clock.advance(by: Self.day * 5)
    try await shop.crm.advance()
    try await shop.crm.write { tx in
      let warning = try #require(try tx.warnings.standing(of: ada.id))
      #expect(warning.raisedAt == due)
      #expect(warning.evidence.first?.found.map(\.found) == ["5", "1"])
      // Another version of the score counts at once.
      try tx.scores.define(
        ScoreModel(
          "warmth", version: 2, groups: warmth.groups, rules: warmth.rules, floor: 10))
      #expect(try tx.warnings.standing(of: ada.id) == nil)
    }
  }

  @Test("A bad model is refused with every problem", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let bad = WarningModel(
      version: 0,
      signals: [
        .init("a", .low, when: .longGap(tenthsOfSpread: -1, atLeast: 1)),
        .init("a", .low, when: .fallingValue(by: .percent(101), within: .days(0))),
        .init("b", .low, when: .unanswered(contacts: 0, for: .days(-1))),
        .init("c", .low, when: .contactLeft(over: ["emploee"], within: .days(1))),
        .init("d", .low, when: .holding(.atLeast(1, .score("warmth")))),
        .init("e", .low, when: .holding(.passed(.days(1), since: .stageEntered))),
        .init("f", .low, when: .own("drained")),
        .init("g", .low, when: .fallingSatisfaction(below: 101, orBy: 0)),
        .init("h", .low, when: .brokenPromises(0, within: .days(1))),
      ],
      expiry: .days(0))
    let error = await failure { try await shop.crm.write { try $0.warnings.define(bad) } }
    #expect(
      error?.issues.map(\.field) == [
        "version", "expiry", "signals[0].sign", "signals[0].sign", "signals[1].name",
        "signals[1].sign", "signals[1].sign", "signals[2].sign", "signals[2].sign",
        "signals[3].sign", "signals[4].sign", "signals[5].sign", "signals[6].sign",
        "signals[7].sign", "signals[8].sign",
      ])
    #expect(error?.issues[9].problem.contains("did you mean “employee”?") == true)
    try await shop.crm.write { tx in
      #expect(try tx.warnings.model() == nil)
      try tx.warnings.define(.standard)
      try tx.warnings.define(.standard)
      #expect(refusal { try tx.warnings.define(Self.model(.own("x"))) }?.code == .invalid)
      let other = Self.model(.returns(1, within: .days(1)))
      #expect(refusal { try tx.warnings.define(other) }?.code == .conflict)
      #expect(refusal { try tx.warnings.model(version: 2) }?.code == .notFound)
    }
  }
}
