import CRMKit
import CRMTesting
import Testing

@Suite("How long customers wait for an answer")
struct ResponseTests {
  private func minute(_ minute: Int) -> Instant { Shop.opening + .seconds(minute * 60) }

  @discardableResult
  private func contact(
    _ tx: Transaction, _ customer: Customer.ID, and others: [Customer.ID] = [],
    _ channel: Channel, _ direction: Interaction.Direction, at minute: Int,
    expectsAnswer: Bool? = nil
  ) throws -> Interaction {
    try tx.interactions.record(
      NewInteraction(
        with: customer, and: others, through: channel, direction, subject: "Hello",
        expectsAnswer: expectsAnswer, occurredAt: self.minute(minute)))
  }

  private func lines(_ times: [ResponseTime]) -> [String] {
    times.map { time in
      let asked = (time.askedAt - Shop.opening) / .seconds(60)
      return "\(asked) \(time.status) \(time.waited / .seconds(60))"
    }
  }

  @Test(
    "From the first contact that waits to the next that answers, by whatever channel",
    arguments: Backend.allCases)
  func contacts(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, firm) = try await shop.people()
    shop.clock.set(to: minute(200))
    try await shop.crm.write { tx in
      // Written twice before anybody answered, and once more afterwards.
      try contact(tx, ada, .email, .inbound, at: 0)
      try contact(tx, ada, .web, .inbound, at: 20)
      try tx.interactions.record(.note("Who takes this?", on: ada))
      let answer = try contact(tx, ada, .phone, .outbound, at: 50)
      try contact(tx, ada, .social, .inbound, at: 70)
      // Calling is answered by that; a call that was missed is not.
      try contact(tx, bob, .phone, .inbound, at: 10)
      try contact(tx, bob, .phone, .inbound, at: 30, expectsAnswer: true)
      try contact(tx, bob, .store, .inbound, at: 45)
      // Thanks by e-mail wait for nothing, and answer nothing.
      try contact(tx, firm, .email, .inbound, at: 5)
      try contact(tx, firm, .email, .inbound, at: 8, expectsAnswer: false)
      // An answer to several is one to each.
      try contact(tx, bob, and: [firm], .email, .outbound, at: 95)
      let all = try tx.responses.times(from: .earliest, to: .latest)
      #expect(
        lines(all) == [
          "0.0 answered 50.0", "5.0 answered 90.0", "30.0 answered 15.0", "70.0 open 130.0",
        ])
      #expect(all[0].answer == answer.id && all[0].channel == .email && all[3].answer == nil)
      #expect(
        lines(try tx.responses.times(from: .earliest, to: .latest, of: ada))
          == ["0.0 answered 50.0", "70.0 open 130.0"])
      #expect(
        lines(try tx.responses.times(from: .earliest, to: .latest, through: .email))
          == ["0.0 answered 50.0", "5.0 answered 90.0"])
      // A span has who asked in it; a wait that began before is not of it.
      #expect(
        lines(try tx.responses.times(from: minute(5), to: minute(70)))
          == ["5.0 answered 90.0", "30.0 answered 15.0"])
      #expect(
        lines(try tx.responses.times(from: minute(20), to: minute(50), of: ada)).isEmpty)
      #expect(try tx.responses.times(from: minute(9), to: minute(9)).isEmpty)
      let summary = ResponseSummary(all)
      #expect(summary.answered == 3 && summary.open == 1 && summary.dropped == 0)
      #expect(summary.medianWait == .seconds(50 * 60))
      #expect(summary.longestWait == .seconds(130 * 60))
      #expect(summary.measured(against: .promised) == 0)
    }
    #expect(ResponseSummary([]).medianWait == nil && ResponseSummary([]).longestWait == nil)
  }

  @Test(
    "A question is measured against what was promised and what the customer asked for",
    arguments: Backend.allCases)
  func questions(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, _) = try await shop.people()
    shop.clock.set(to: minute(100))
    try await shop.crm.write { tx in
      let mail = try contact(tx, ada, .email, .inbound, at: 0)
      func ask(_ customer: Customer.ID, in mail: Interaction? = nil, due: Int, requested: Int?)
        throws -> Commitment
      {
        try tx.commitments.make(
          NewCommitment(
            .question, to: customer, "When?", owner: .staff("kim"), due: .at(minute(due)),
            requested: requested.map { .at(minute($0)) }, in: mail?.id, madeAt: minute(0)))
      }
      let first = try ask(ada, in: mail, due: 60, requested: 30)
      let second = try ask(ada, in: mail, due: 200, requested: nil)
      let dropped = try ask(bob, due: 10, requested: 20)
      try tx.commitments.close(first.id, as: .answered, at: minute(30) + .milliseconds(1))
      try tx.commitments.close(dropped.id, as: .dropped, at: minute(15))
      // It was noted of the mail, so the mail itself does not wait once more.
      let times = try tx.responses.times(from: .earliest, to: .latest)
      #expect(times.count == 3)
      #expect(times.map(\.status) == [.answered, .open, .dropped])
      #expect(times.map(\.channel) == [.email, .email, nil])
      #expect(times[0].waited == .seconds(1_800) + .milliseconds(1))
      #expect(times[0].isLate(against: .promised) == false)
      #expect(times[0].isLate(against: .requested) == true)
      #expect(times[1].isLate(against: .promised) == false)
      #expect(times[1].isLate(against: .requested) == nil)
      #expect(times[1].waited == .seconds(6_000))
      #expect(times[1].request == .question(second.id))
      let summary = ResponseSummary(times)
      #expect(summary.measured(against: .promised) == 3 && summary.late(against: .promised) == 1)
      #expect(summary.measured(against: .requested) == 2 && summary.late(against: .requested) == 1)
      #expect(summary.dropped == 1)
    }
  }

  @Test("A planned contact answers once something came of it", arguments: Backend.allCases)
  func planned(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _, _) = try await shop.people()
    let visit = try await shop.crm.write { tx in
      try contact(tx, ada, .email, .inbound, at: 0)
      return try tx.interactions.plan(
        NewInteraction(
          with: ada, through: .phone, .outbound, subject: "Call back",
          occurredAt: tx.now + .seconds(600)))
    }
    shop.clock.set(to: minute(100))
    try await shop.crm.advance()
    let before = try await shop.crm.read {
      (try $0.responses.times(from: .earliest, to: .latest), try $0.customers.file(of: ada))
    }
    #expect(lines(before.0) == ["0.0 open 100.0"] && before.1.unanswered != nil)
    try await shop.crm.write { tx in
      var edit = try tx.interactions.get(visit.id)
      edit.outcome = "She was glad"
      try tx.interactions.update(edit)
    }
    let after = try await shop.crm.read {
      (try $0.responses.times(from: .earliest, to: .latest), try $0.customers.file(of: ada))
    }
    #expect(lines(after.0) == ["0.0 answered 10.0"] && after.1.unanswered == nil)
  }

  @Test("An order has its own answer", arguments: Backend.allCases)
  func orders(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    try await shop.crm.write { tx in
      try tx.orders.place(
        NewOrder(number: "1", customer: ada.id, lines: [.init(item.id, amount: .zero(.usd))]))
      #expect(try tx.responses.times(from: .earliest, to: .latest).isEmpty)
    }
  }

  @Test(
    "Random contacts agree with a plain walk in time", arguments: Histories.of(1...3))
  func model(backend: Backend, seed: UInt64) async throws {
    let shop = try await Shop(backend, seed: seed)
    let (ada, bob, _) = try await shop.people()
    var random = SeededGenerator(seed: seed)
    var log: [(minute: Int, order: Int, customer: Customer.ID, isAsking: Bool)] = []
    shop.clock.set(to: minute(1_000))
    let minutes = Array(0..<900).shuffled(using: &random).prefix(60)
    for (order, at) in minutes.enumerated() {
      let customer = Bool.random(using: &random) ? ada : bob
      let isAsking = Int.random(in: 0...2, using: &random) > 0
      try await shop.crm.write { tx in
        _ = try contact(tx, customer, .email, isAsking ? .inbound : .outbound, at: at)
      }
      log.append((at, order, customer, isAsking))
    }
    log.sort { $0.minute < $1.minute }
    for (from, to) in [(0, 1_000), (200, 500), (450, 451), (700, 900)] {
      var expected: [(Int, Int)] = []
      for customer in [ada, bob] {
        var asked: Int?
        for entry in log where entry.customer == customer {
          if entry.isAsking {
            asked = asked ?? entry.minute
          } else if let start = asked {
            if (from..<to).contains(start) { expected.append((start, entry.minute)) }
            asked = nil
          }
        }
        if let start = asked, (from..<to).contains(start) { expected.append((start, 1_000)) }
      }
      expected.sort { $0.0 < $1.0 }
      let times = try await shop.crm.read {
        try $0.responses.times(from: minute(from), to: minute(to))
      }
      #expect(times.map(\.askedAt) == expected.map { minute($0.0) })
      #expect(times.map(\.until) == expected.map { minute($0.1) })
    }
  }
}
