import CRMKit
import CRMTesting
import Testing

/// Random lives of a few customers; after every step all that is kept is held against a plain
/// count over all records.
@Suite("Random histories of figures", .timeLimit(.minutes(30)))
struct MetricsHistoryTests {
  private enum Deed: CaseIterable {
    case place, backdate, batch, cancel, cancelPart, deliver, takeBack, pay, refund, dispute
    case settle, talk, talkEarlier, plan, move, erase, link, unlink, promise, close, postpone, wait
  }

  @Test(
    "What is kept agrees with the records at every step",
    arguments: Histories.of(1...3))
  func agreed(backend: Backend, seed: UInt64) async throws {
    var numbers = SeededNumbers(seed)
    let zone = try #require(Zone(["UTC", "Europe/Berlin", "Asia/Seoul"][Int(seed % 3)]))
    let shop = try await Shop(
      backend, at: Shop.opening + .seconds(40 * 86_400), seed: seed, zone: zone)
    let (ada, item) = try await shop.furnished()
    let people = try await shop.crm.write { tx in
      [ada.id] + (try ["Bob", "Cem"].map { try tx.customers.add(.person($0)).id })
    }
    var done: [Deed: Int] = [:]
    for step in 0..<(backend == .memory ? 400 : 120) {
      shop.clock.advance(by: .seconds(Int.random(in: 0...40_000, using: &numbers)))
      let deed = Deed.allCases.randomElement(using: &numbers) ?? .wait
      let isDone = try await shop.crm.write { tx in
        try act(deed, step, people, item.id, tx, &numbers)
      }
      if deed == .wait { try await shop.crm.advance() }
      if isDone { done[deed, default: 0] += 1 }
      try await shop.crm.read { tx throws in
        for customer in people {
          let kept = try tx.metrics.figures(of: customer)
          let plain = try PlainFigures(of: customer, tx, zone)
          #expect(PlainFigures(kept) == plain, "\(deed) at step \(step), seed \(seed)")
        }
      }
    }
    if backend == .memory { #expect(done.count == Deed.allCases.count, "\(done)") }
    #expect(try await shop.crm.verify().problems == [])
  }

  /// Does something at random.
  ///
  /// - Returns: Whether there was something to do it to.
  private func act(
    _ deed: Deed, _ step: Int, _ people: [Customer.ID], _ item: CatalogueItem.ID,
    _ tx: Transaction, _ numbers: inout SeededNumbers
  ) throws -> Bool {
    let someone = people.randomElement(using: &numbers) ?? people[0]
    let other = people.first { $0 != someone } ?? someone
    func back(_ days: Int) -> Instant {
      tx.now - .seconds(Int.random(in: 0...(days * 86_400), using: &numbers))
    }
    func place(_ suffix: String = "", at instant: Instant) throws -> Order {
      try tx.orders.place(
        NewOrder(
          number: "\(step)\(suffix)", customer: someone,
          lines: [
            .init(
              item, quantity: Int.random(in: 1...4, using: &numbers),
              amount: Money(minorUnits: 1_000, Bool.random(using: &numbers) ? .eur : .usd))
          ], placedAt: instant))
    }
    func anOrder(_ isMeant: (Order) -> Bool) throws -> Order? {
      try tx.orders.all(of: someone).filter(isMeant).randomElement(using: &numbers)
    }
    func aContact(_ isMeant: (Interaction) -> Bool = { _ in true }) throws -> Interaction? {
      try tx.interactions.all(of: someone).filter(isMeant).randomElement(using: &numbers)
    }
    func new(at instant: Instant?, _ direction: Interaction.Direction? = nil) -> NewInteraction {
      NewInteraction(
        with: someone, and: Bool.random(using: &numbers) ? [other] : [],
        through: [.phone, .email].randomElement(using: &numbers) ?? .phone,
        direction ?? Interaction.Direction.allCases.randomElement(using: &numbers) ?? .inbound,
        subject: "Talk", cost: Bool.random(using: &numbers) ? Money(minorUnits: 7, .eur) : nil,
        occurredAt: instant)
    }
    switch deed {
    case .place: _ = try place(at: tx.now)
    case .backdate: _ = try place(at: back(20))
    case .batch:
      try tx.operation {
        let first = try place("a", at: back(20))
        _ = try place("b", at: back(20))
        try tx.orders.cancel(first.id)
        let talk = try tx.interactions.record(new(at: back(9)))
        if talk.furtherCustomers == 0 { try tx.interactions.link(talk.id, to: other) }
        if Bool.random(using: &numbers) { try tx.interactions.delete(talk.id) }
      }
    case .cancel:
      guard let order = try anOrder({ $0.openUnits > 0 }) else { return false }
      try tx.orders.cancel(order.id)
    case .cancelPart:
      guard let order = try anOrder({ $0.openUnits > 1 }) else { return false }
      try tx.orders.cancel(order.id, [.init(line: 1, quantity: 1)])
    case .deliver:
      guard let order = try anOrder({ $0.openUnits > 0 }) else { return false }
      try tx.orders.deliver(order.id)
    case .takeBack:
      guard let order = try anOrder({ $0.deliveredUnits > $0.returnedUnits }) else { return false }
      try tx.orders.takeBack(order.id, [.init(line: 1, quantity: 1)], reference: "t\(step)")
    case .pay:
      guard let order = try anOrder({ $0.outstanding.minorUnits > 1 && $0.status != .cancelled })
      else { return false }
      try tx.orders.pay(order.id, order.outstanding, reference: "p\(step)")
    case .refund:
      guard let order = try anOrder({ $0.paid.minorUnits - $0.refunded.minorUnits > 9 })
      else { return false }
      try tx.orders.refund(
        order.id, Money(minorUnits: 9, order.total.currency), reference: "r\(step)")
    case .dispute:
      guard let order = try anOrder({ _ in true }) else { return false }
      try tx.orders.dispute(order.id, over: "Broken", reference: "d\(step)")
    case .settle:
      guard let order = try anOrder({ $0.openDisputes > 0 }),
        let dispute = try tx.orders.disputes(of: order.id).first(where: { $0.settledAt == nil })
      else { return false }
      try tx.orders.settle(dispute: dispute.id, outcome: "Done")
    case .talk: try tx.interactions.record(new(at: nil))
    case .talkEarlier: try tx.interactions.record(new(at: back(15)))
    case .plan:
      let after = Duration.seconds(Int.random(in: 60...200_000, using: &numbers))
      try tx.interactions.plan(new(at: tx.now + after, .outbound))
    case .move:
      guard var contact = try aContact() else { return false }
      contact.occurredAt = back(15)
      contact.channel = .chat
      try tx.interactions.update(contact)
    case .erase:
      guard let contact = try aContact() else { return false }
      try tx.interactions.delete(contact.id)
    case .link:
      guard let contact = try aContact() else { return false }
      try tx.interactions.link(contact.id, to: other)
    case .unlink:
      guard let contact = try aContact({ $0.furtherCustomers > 0 }) else { return false }
      try tx.interactions.unlink(contact.id, from: someone)
    case .promise:
      let kind = Commitment.Kind.allCases.randomElement(using: &numbers) ?? .promise
      let after = Duration.seconds(Int.random(in: 60...100_000, using: &numbers))
      let contact = Bool.random(using: &numbers) ? try aContact() : nil
      try tx.commitments.make(
        NewCommitment(
          kind, to: someone, "Do", owner: .staff("kim"), due: .at(tx.now + after),
          in: contact?.id))
    case .close:
      guard let open = try tx.commitments.open(of: someone).items.randomElement(using: &numbers)
      else { return false }
      let end: Commitment.Status = open.kind == .question ? .answered : .kept
      try tx.commitments.close(open.id, as: Bool.random(using: &numbers) ? end : .dropped)
    case .postpone:
      guard let open = try tx.commitments.open(of: someone).items.randomElement(using: &numbers)
      else { return false }
      try tx.commitments.postpone(open.id, to: .at(tx.now + .seconds(90_000)))
    case .wait: break
    }
    return true
  }
}

/// A customer's figures, counted in the plainest way over all records.
private struct PlainFigures: Hashable {
  var numbers: [String: Int] = [:]
  var instants: [String: Instant?] = [:]
  var channels: [String: [Int]] = [:]
  var costs: [String] = []

  init(_ kept: CustomerMetrics) {
    numbers = [
      "orders": kept.orders, "units": kept.units, "cancelled": kept.cancelledOrders,
      "returns": kept.returns, "returned": kept.returnedUnits, "days": kept.purchaseDays,
      "gaps": kept.gaps, "gap days": kept.gapDays, "squares": kept.gapDaySquares,
      "in": kept.inboundContacts, "out": kept.outboundContacts, "answers": kept.answers,
      "answer": kept.answerMilliseconds, "responses": kept.responses,
      "response": kept.responseMilliseconds, "kept": kept.promisesKept,
      "broken": kept.promisesBroken, "answered": kept.questionsAnswered,
      "open": kept.openCommitments, "complaints": kept.complaints,
      "open complaints": kept.openComplaints,
    ]
    instants = [
      "first order": kept.firstOrderAt, "last order": kept.lastOrderAt,
      "first contact": kept.firstContactAt, "last contact": kept.lastContactAt,
      "last in": kept.lastInboundAt, "last out": kept.lastOutboundAt,
      "waiting": kept.waitingSince,
    ]
    for figures in kept.channels {
      channels[figures.channel.rawValue] = [figures.inbound, figures.outbound]
    }
    costs = kept.costs.map { "\($0.kind.rawValue) \($0.amount)" }
  }

  init(of customer: Customer.ID, _ tx: Transaction, _ zone: Zone) throws {
    let all = try tx.orders.all(of: customer)
    let orders = all.filter { $0.status != .cancelled }
    let days = Set(orders.map { zone.date(of: $0.placedAt).daysSinceEpoch }).sorted()
    let gaps = zip(days.dropFirst(), days).map { $0 - $1 }
    let returns = try all.flatMap { try tx.orders.returns(of: $0.id) }
    let disputes = try all.flatMap { try tx.orders.disputes(of: $0.id) }
    let waiting = Set(try tx.agenda.upcoming(limit: 10_000).map(\.key))
    let past = try tx.interactions.all(of: customer).filter {
      !$0.isPlanned || !waiting.contains($0.id.description)
    }
    let contacts = past.filter { $0.direction != .internal }.sorted {
      ($0.occurredAt, $0.id) < ($1.occurredAt, $1.id)
    }
    let times = { (direction: Interaction.Direction) in
      contacts.filter { $0.direction == direction }.map(\.occurredAt)
    }
    let answers = zip(contacts, contacts.dropFirst()).filter {
      $1.direction == .inbound && $0.direction == .outbound
    }.map { Int($1.occurredAt.milliseconds - $0.occurredAt.milliseconds) }
      .filter { $0 <= 7 * 86_400_000 }
    let commitments = try tx.records(of: Commitment.self).all(where: { $0.customer == customer })
    let questions = commitments.filter { $0.kind == .question }
    // A question of anybody's waits in place of the contact it came up in.
    let questioned = try tx.records(of: Commitment.self).all(where: { $0.kind == .question })
    var waits = questions.filter { $0.status == .answered }.compactMap { question in
      question.closedAt.map { Int($0.milliseconds - question.madeAt.milliseconds) }
    }
    var waitingSince: Instant?
    for contact in contacts where !contact.isPlanned || contact.outcome != nil {
      let isTalk = contact.direction == .outbound || contact.channel.isConversation
      let isQuestioned = questioned.contains { $0.interaction == contact.id }
      if isTalk, let start = waitingSince {
        waits.append(Int(contact.occurredAt.milliseconds - start.milliseconds))
        waitingSince = nil
      } else if !isTalk, contact.expectsAnswer != false, contact.customer == customer,
        !isQuestioned
      {
        waitingSince = waitingSince ?? contact.occurredAt
      }
    }
    let promises = commitments.filter { $0.kind == .promise }
    numbers = [
      "orders": orders.count,
      "units": all.map { $0.units - $0.cancelledUnits - $0.returnedUnits }.reduce(0, +),
      "cancelled": all.count - orders.count, "returns": returns.count,
      "returned": returns.flatMap(\.contents).map(\.quantity).reduce(0, +), "days": days.count,
      "gaps": gaps.count, "gap days": gaps.reduce(0, +),
      "squares": gaps.map { $0 * $0 }.reduce(0, +), "in": times(.inbound).count,
      "out": times(.outbound).count, "answers": answers.count,
      "answer": answers.reduce(0, +), "responses": waits.count, "response": waits.reduce(0, +),
      "kept": promises.count { $0.status == .kept && !$0.isLate },
      "broken": promises.count { $0.isLate || $0.status == .dropped },
      "answered": commitments.count { $0.kind == .question && $0.status == .answered },
      "open": commitments.count { $0.status == .open }, "complaints": disputes.count,
      "open complaints": disputes.count { $0.settledAt == nil },
    ]
    instants = [
      "first order": orders.map(\.placedAt).min(), "last order": orders.map(\.placedAt).max(),
      "first contact": contacts.first?.occurredAt, "last contact": contacts.last?.occurredAt,
      "last in": times(.inbound).last, "last out": times(.outbound).last,
      "waiting": waitingSince,
    ]
    for contact in contacts {
      let index = contact.direction == .inbound ? 0 : 1
      channels[contact.channel.rawValue, default: [0, 0]][index] += 1
    }
    let spent = past.filter { $0.customer == customer }.compactMap(\.cost?.minorUnits)
    costs = spent.isEmpty ? [] : ["interaction \(Money(minorUnits: spent.reduce(0, +), .eur))"]
  }
}
