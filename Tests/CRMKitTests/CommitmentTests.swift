import CRMKit
import CRMTesting
import Testing

@Suite("Commitments")
struct CommitmentTests {
  private let kim = Principal.staff("kim")

  private func promise(
    _ tx: Transaction, _ customer: Customer.ID, _ text: String = "Send it",
    _ kind: Commitment.Kind = .promise, due: Deadline
  ) throws -> Commitment {
    try tx.commitments.make(NewCommitment(kind, to: customer, text, owner: kim, due: due))
  }

  @Test("What is open is one list, whoever sees to it, by deadline", arguments: Backend.allCases)
  func lists(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, _) = try await shop.people()
    try await shop.crm.write { tx in
      for (text, kind, customer, owner, seconds) in [
        ("Send it", .promise, ada, "kim", 30), ("Which size?", .question, ada, "lee", 10),
        ("Ask again", .followUp, ada, "kim", 20), ("Bob's", .promise, bob, "kim", 15),
      ] as [(String, Commitment.Kind, Customer.ID, String, Int)] {
        try tx.commitments.make(
          NewCommitment(
            kind, to: customer, text, owner: .staff(owner), due: .at(tx.now + .seconds(seconds))))
      }
      #expect(
        try tx.commitments.open(of: ada).items.map(\.text)
          == ["Which size?", "Ask again", "Send it"])
      #expect(
        try tx.commitments.open(ownedBy: kim).items.map(\.text)
          == ["Bob's", "Ask again", "Send it"])
      var seen: [String] = []
      var place: Cursor<Commitment>?
      repeat {
        let page = try tx.commitments.open(of: ada, after: place, limit: 1)
        seen += page.items.map(\.text)
        place = page.next
      } while place != nil
      #expect(seen == ["Which size?", "Ask again", "Send it"])
      #expect(try tx.commitments.overdue().items.isEmpty)
    }
    // By time alone: nothing has run.
    shop.clock.advance(by: .seconds(20) + .milliseconds(1))
    #expect(
      try await shop.crm.read { try $0.commitments.overdue().items.map(\.text) }
        == ["Which size?", "Bob's", "Ask again"])
  }

  @Test("A deadline that passes is told of at its instant, once", arguments: Backend.allCases)
  func overdue(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _, _) = try await shop.people()
    let due = Shop.opening + .seconds(60)
    let (broken, kept) = try await shop.crm.write { tx in
      (
        try promise(tx, ada, due: .at(due)), try promise(tx, ada, due: .at(due))
      )
    }
    try await shop.crm.write { tx in
      let closed = try tx.commitments.close(kept.id, as: .kept, outcome: "Sent")
      #expect(closed.status == .kept && closed.outcome == "Sent" && !closed.isLate)
      #expect(closed.closedAt == tx.now)
    }
    #expect(try await shop.crm.advance(to: due).done == 0)
    shop.clock.advance(by: .seconds(10 * 86_400))
    #expect(try await shop.crm.advance().done == 1)
    #expect(try await shop.crm.advance().done == 0)
    let events = try await shop.crm.read { try $0.events.history(of: broken.id) }
    #expect(events.map(\.type) == ["commitments.made", "commitments.overdue"])
    #expect(events.last?.occurredAt == due + .milliseconds(1))
    let told = try events.last?.payload(as: CommitmentOverdue.self)
    #expect(told?.owner == kim && told?.dueAt == due && told?.customer == ada)
    #expect(
      try await shop.crm.read { try $0.timeline.entries(of: ada, limit: 1).items.first?.type }
        == "commitments.overdue")
    #expect(try await shop.crm.read { try $0.commitments.get(broken.id).isLate })
  }

  @Test(
    "Whether it is late depends on when it was done, not on when that is noticed",
    arguments: Backend.allCases, [true, false])
  func lateness(backend: Backend, isAdvanced: Bool) async throws {
    let shop = try await Shop(backend)
    let (ada, _, _) = try await shop.people()
    let due = Shop.opening + .seconds(60)
    let (early, late) = try await shop.crm.write { tx in
      (try promise(tx, ada, due: .at(due)), try promise(tx, ada, due: .at(due)))
    }
    shop.clock.advance(by: .seconds(3_600))
    if isAdvanced { try await shop.crm.advance() }
    try await shop.crm.write { tx throws in
      #expect(try !tx.commitments.close(early.id, as: .kept, at: due).isLate)
      #expect(try tx.commitments.close(late.id, as: .kept, at: due + .milliseconds(1)).isLate)
      #expect(try tx.commitments.open(of: ada).items.isEmpty)
    }
    #expect(try await shop.crm.advance(to: .latest).done == 0)
    let types = try await shop.crm.read { try $0.events.history(of: late.id).map(\.type) }
    #expect(types == ["commitments.made", "commitments.overdue", "commitments.closed"])
    let earlier = try await shop.crm.read { try $0.events.history(of: early.id).map(\.type) }
    #expect(earlier.contains("commitments.overdue") == isAdvanced)
  }

  @Test("A day ends where it is meant", arguments: Backend.allCases)
  func days(backend: Backend) async throws {
    let shop = try await Shop(backend, at: instant("2026-03-20T12:00:00Z"))
    let (ada, _, _) = try await shop.people()
    try await shop.crm.write { tx in
      let deadline = Deadline.by(date("2026-03-29"), in: .berlin)
      let kept = try promise(tx, ada, due: deadline)
      #expect(kept.dueAt == instant("2026-03-29T21:59:59.999Z"))
      #expect(kept.deadline == deadline)
      #expect(
        try promise(tx, ada, due: .by(date("2026-03-28"), in: .berlin)).dueAt
          == instant("2026-03-28T22:59:59.999Z"))
      #expect(
        try promise(tx, ada, due: .by(date("2026-03-28"), in: .newYork)).dueAt
          == instant("2026-03-29T03:59:59.999Z"))
      #expect(
        Deadline.by(date("9999-12-31"), in: .utc).instant == instant("9999-12-31T23:59:59.999Z"))
      #expect(
        Deadline.by(date("9999-12-30"), in: .utc).instant == instant("9999-12-30T23:59:59.999Z"))
      // Of a day that is over in New York and not in Berlin, neither is in the past yet.
      #expect(try promise(tx, ada, due: .by(tx.today, in: .tokyo)).dueAt > tx.now)
    }
  }

  @Test("A promise for a day is kept until the day is over", arguments: Backend.allCases)
  func dayEnd(backend: Backend) async throws {
    let end = instant("2026-03-03T23:00:00Z")
    for (millisecond, isLate) in [(-1, false), (0, true)] {
      let shop = try await Shop(backend, at: instant("2026-03-01T12:00:00Z"))
      let (ada, _, _) = try await shop.people()
      let made = try await shop.crm.write { tx in
        try promise(tx, ada, due: .by(date("2026-03-03"), in: .berlin))
      }
      shop.clock.set(to: end + .milliseconds(millisecond))
      #expect(try await shop.crm.read { try $0.commitments.overdue().items.isEmpty } == !isLate)
      #expect(try await shop.crm.advance().done == (isLate ? 1 : 0))
      let closed = try await shop.crm.write { try $0.commitments.close(made.id, as: .kept) }
      #expect(closed.isLate == isLate)
    }
  }

  @Test("It came up in a contact the customer had part in", arguments: Backend.allCases)
  func participants(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, firm) = try await shop.people()
    let due = Deadline.at(Shop.opening + .seconds(60))
    try await shop.crm.write { tx in
      let call = try tx.interactions.record(
        NewInteraction(with: ada, and: [bob], through: .phone, .inbound, subject: "Hello"))
      let kim = Principal.staff("kim")
      let other = refusal {
        try tx.commitments.make(
          NewCommitment(.promise, to: firm, "", owner: kim, due: due, in: call.id))
      }
      #expect(other?.code == .invalid)
      #expect(other?.issues.map(\.field) == ["text", "interaction"])
      let made = try [ada, bob].map {
        try tx.commitments.make(
          NewCommitment(.promise, to: $0, "Call", owner: kim, due: due, in: call.id))
      }
      #expect(try tx.commitments.all(in: call.id).count == 2)
      // Who is taken off it did not make the promise there.
      try tx.interactions.unlink(call.id, from: bob)
      #expect(try tx.commitments.get(made[1].id).interaction == nil)
      #expect(try tx.commitments.all(in: call.id).map(\.id) == [made[0].id])
    }
  }

  @Test("It can be put off and given to someone else", arguments: Backend.allCases)
  func changes(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _, _) = try await shop.people()
    let lee = Principal.staff("lee")
    let due = Shop.opening + .seconds(60)
    let made = try await shop.crm.write { tx in try promise(tx, ada, due: .at(due)) }
    try await shop.crm.write { tx in
      #expect(try tx.commitments.reassign(made.id, to: lee).owner == lee)
      #expect(try tx.commitments.reassign(made.id, to: lee).version == 2)
      #expect(try tx.commitments.open(ownedBy: lee).items.map(\.id) == [made.id])
      try tx.commitments.postpone(made.id, to: .at(due + .seconds(60)))
    }
    #expect(try await shop.crm.advance(to: due + .seconds(59)).done == 0)
    // It is told of before it is put off again, though nothing has run.
    shop.clock.set(to: due + .seconds(61))
    try await shop.crm.write { tx in
      let later = try tx.commitments.postpone(
        made.id, to: .by(date("2026-01-05"), in: .utc))
      #expect(!later.isLate && later.dueAt == instant("2026-01-05T23:59:59.999Z"))
      #expect(try tx.commitments.overdue().items.isEmpty)
    }
    #expect(try await shop.crm.advance(to: .latest).done == 1)
    let types = try await shop.crm.read { try $0.events.history(of: made.id).map(\.type) }
    #expect(
      types == [
        "commitments.made", "commitments.reassigned", "commitments.postponed",
        "commitments.overdue", "commitments.postponed", "commitments.overdue",
      ])
    #expect(try await shop.crm.read { try $0.commitments.get(made.id).isLate })
  }

  @Test("It stays open when the contact it came up in is deleted", arguments: Backend.allCases)
  func contact(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _, _) = try await shop.people()
    let (call, asked) = try await shop.crm.write { tx in
      let call = try tx.interactions.record(
        NewInteraction(with: ada, through: .phone, .inbound, subject: "A call"))
      let asked = try tx.commitments.make(
        NewCommitment(
          .question, to: ada, "Which size?", owner: kim, due: .at(tx.now + .seconds(60)),
          in: call.id, about: [RecordReference(call.id), RecordReference("tickets", "T-1")]))
      #expect(try tx.commitments.all(in: call.id) == [asked])
      return (call, asked)
    }
    try await shop.crm.write { tx in
      try tx.interactions.delete(call.id)
      #expect(try tx.commitments.open(of: ada).items.map(\.id) == [asked.id])
      #expect(try tx.commitments.get(asked.id).interaction == nil)
    }
    let reopened = try await shop.reopened()
    #expect(try await reopened.crm.read { try $0.commitments.open(of: ada).items.count } == 1)
  }

  @Test(
    "What cannot be is refused with every problem, and changes nothing", arguments: Backend.allCases
  )
  func problems(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _, _) = try await shop.people()
    let (made, asked) = try await shop.crm.write { tx in
      (
        try promise(tx, ada, due: .at(tx.now + .seconds(60))),
        try promise(tx, ada, "Why?", .question, due: .at(tx.now + .seconds(60)))
      )
    }
    let closed = try await shop.crm.write { tx in
      try tx.commitments.close(promise(tx, ada, due: .at(tx.now)).id, as: .dropped).id
    }
    let before = try await shop.exported()
    let wrong = NewCommitment(
      .promise, to: ada, " \0", owner: Principal(rawValue: ""), due: .at(.earliest),
      about: [RecordReference("", "")], madeAt: .latest)
    let unknown = NewCommitment(
      .promise, to: .zero, "Send it", owner: kim, due: .at(.latest),
      in: Interaction.ID(high: 1, low: 1), about: [RecordReference(Order.ID(high: 1, low: 1))])
    try await shop.crm.write { tx in
      let late = tx.now + .seconds(86_401)
      #expect(
        refusal { try tx.commitments.make(wrong) }?.issues.map(\.field) == [
          "text", "owner", "about[0].kind", "about[0].name", "made_at", "due",
        ])
      let nowhere = refusal { try tx.commitments.make(unknown) }
      #expect(nowhere?.code == .unknownReference)
      #expect(nowhere?.issues.map(\.field) == ["customer", "interaction", "about[0]"])
      #expect(
        refusal {
          try tx.commitments.close(made.id, as: .answered, outcome: "", at: late)
        }?.issues.map(\.field) == ["status", "outcome", "closed_at"])
      #expect(
        refusal { try tx.commitments.close(asked.id, as: .kept, at: .earliest) }?.issues
          .map(\.field) == ["status", "closed_at"])
      #expect(
        refusal { try tx.commitments.close(made.id, as: .open) }?.issues.map(\.field)
          == ["status"])
      #expect(
        refusal { try tx.commitments.reassign(made.id, to: Principal(rawValue: "\0")) }?.code
          == .invalid)
      #expect(
        refusal { try tx.commitments.postpone(made.id, to: .at(.earliest)) }?.code == .invalid)
      #expect(refusal { try tx.commitments.close(closed, as: .kept) }?.code == .notAllowed)
      #expect(refusal { try tx.commitments.reassign(closed, to: kim) }?.code == .notAllowed)
      #expect(
        refusal { try tx.commitments.postpone(closed, to: .at(.latest)) }?.code == .notAllowed)
      #expect(refusal { try tx.commitments.close(.zero, as: .kept) }?.code == .notFound)
    }
    #expect(try await shop.exported() == before)
  }
}
