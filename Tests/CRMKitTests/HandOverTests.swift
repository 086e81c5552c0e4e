import CRMKit
import CRMTesting
import Testing

@Suite("Hand-overs")
struct HandOverTests {
  @Test("A hand-over passes all that is open with a customer", arguments: Backend.allCases)
  func handOver(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, _) = try await shop.people()
    let (kim, lee, max) = (Principal.staff("kim"), Principal.staff("lee"), Principal.staff("max"))
    try await shop.crm.write { tx in
      for principal in [kim, lee, max] {
        try tx.responsibility.register(principal, principal.rawValue)
      }
      func promise(_ text: String, _ customer: Customer.ID, _ owner: Principal) throws -> Commitment
      {
        try tx.commitments.make(
          NewCommitment(
            .promise, to: customer, text, owner: owner, due: .at(tx.now + .seconds(60))))
      }
      let done = try promise("Done", ada, kim)
      try tx.commitments.close(done.id, as: .kept)
      for (text, customer, owner) in [
        ("One", ada, kim), ("Two", ada, kim), ("Max's", ada, max), ("Bob's", bob, kim),
      ] { _ = try promise(text, customer, owner) }
      let daily = Recurrence(.day, from: tx.today, at: .nine, in: .utc)
      try tx.reminders.set("Call", for: kim, daily, about: ada)
      let met = try tx.needs.state(
        NewNeed(of: ada, "size", "A smaller one", from: .staff, owner: kim))
      try tx.needs.meet(met.id, outcome: "Exchanged")
      for (text, owner) in [("A larger one", kim), ("A red one", max), ("A new one", nil)] {
        try tx.needs.state(NewNeed(of: ada, "size", text, from: .staff, owner: owner))
      }
      let before = try tx.commitments.open(of: ada).items.map(\.id)

      let report = try tx.responsibility.handOver(
        ada, from: kim, to: lee, note: "Prefers mornings", content: "And tea.")

      #expect(report.counts == ["commitments": 2, "reminders": 1, "needs": 1])
      #expect(
        report.description
          == "staff:kim → staff:lee, 1 customer: 2 commitments, 1 needs, 1 reminders")
      let left = try #require(report.customers[0].note)
      let note = try tx.interactions.get(left)
      #expect(note.direction == .internal && note.staff == [kim, lee])
      #expect(try tx.interactions.all(of: ada).map(\.subject) == ["Prefers mornings"])
      #expect(try tx.commitments.open(of: ada).items.map(\.id) == before)
      #expect(try tx.commitments.open(ownedBy: lee).items.map(\.text) == ["One", "Two"])
      #expect(try tx.commitments.open(ownedBy: kim).items.map(\.text) == ["Bob's"])
      #expect(try tx.commitments.open(ownedBy: max).items.map(\.text) == ["Max's"])
      #expect(try tx.commitments.get(done.id).owner == kim)
      #expect(try tx.reminders.upcoming(for: lee).items.map(\.text) == ["Call"])
      #expect(try tx.reminders.upcoming(for: kim).items.isEmpty)
      #expect(try tx.needs.open(of: ada).items.map(\.owner) == [nil, max, lee])
      #expect(try tx.needs.get(met.id).owner == kim)
      #expect(try tx.customers.get(ada).owner == lee)
      try tx.responsibility.handOver(ada, from: kim, to: max, note: "Not hers to give")
      #expect(try tx.customers.get(ada).owner == lee)
    }
    let events = try await shop.events()
    let handOver = try #require(
      try events.compactMap { try $0.payload(as: CustomerHandedOver.self) }
        .first)
    #expect(handOver.from == kim && handOver.to == lee && handOver.customer == ada)
    #expect(handOver.moved == 4)
    let reassigned = events.filter { $0.type == "commitments.reassigned" }
    #expect(reassigned.count == 2)
    let before = try await shop.exported()
    let error = await failure {
      try await shop.crm.write {
        try $0.responsibility.handOver(
          ada, from: kim, to: kim, note: " ", content: "\0")
      }
    }
    #expect(error?.issues.map(\.field) == ["subject", "content", "to"])
    #expect(
      await failure {
        try await shop.crm.write {
          try $0.responsibility.handOver(.zero, from: kim, to: lee, note: "Nobody")
        }
      }?.code == .unknownReference)
    #expect(try await shop.exported() == before)
  }

  @Test("Whom nobody knows, and who has left, takes nothing over", arguments: Backend.allCases)
  func unknown(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _, _) = try await shop.people()
    let (kim, lee) = (Principal.staff("kim"), Principal.staff("lee"))
    try await shop.crm.write { tx in
      for principal in [kim, lee] { try tx.responsibility.register(principal, "Someone") }
      try tx.responsibility.found("north", "The North")
      try tx.responsibility.assign(ada, to: kim, because: "She asked for Kim")
      try tx.responsibility.leave(lee)
      try tx.responsibility.close("north")
    }
    let before = try await shop.exported()
    for (to, problem) in [
      (Principal.staff("max"), "staff:max is no member of the staff"),
      (lee, "staff:lee does not work here at present"), (.team("south"), "team:south is no team"),
      (.team("north"), "team:north is closed"), (kim, "is who hands over"),
    ] {
      for error in [
        await failure {
          try await shop.crm.write {
            try $0.responsibility.handOver(ada, from: kim, to: to, note: "Yours")
          }
        },
        await failure {
          try await shop.crm.write {
            try $0.responsibility.handOverAll(from: kim, to: to, note: "Yours")
          }
        },
      ] {
        #expect(error?.code == .invalid)
        #expect(error?.issues == [.init("to", problem)])
      }
    }
    #expect(try await shop.exported() == before)
  }

  @Test("All of a person's customers go over at once, archived ones without a note")
  func everything() async throws {
    let shop = try await Shop(.memory)
    let (ada, bob, firm) = try await shop.people()
    let (kim, lee) = (Principal.staff("kim"), Principal.staff("lee"))
    try await shop.crm.write { tx in
      for principal in [kim, lee] { try tx.responsibility.register(principal, "Someone") }
      try tx.responsibility.define("all", priority: 1, owner: kim) { $0.country == "KR" }
      try tx.responsibility.assign(ada, to: kim, because: "She asked for Kim")
      let yuna = try tx.customers.add(.person("Yuna", country: "KR")).id
      for customer in [bob, firm] {
        try tx.commitments.make(
          NewCommitment(.followUp, to: customer, "Call", owner: kim, due: .at(tx.now)))
      }
      try tx.customers.archive(firm)
      try tx.reminders.set("Water the plants", for: kim, .once(on: tx.today, at: .nine, in: .utc))
      #expect(refusal { try tx.responsibility.leave(kim) }?.code == .notAllowed)
      let open = try tx.responsibility.openWork(of: kim)
      let report = try tx.responsibility.handOverAll(from: kim, to: lee, note: "On leave")
      #expect(Set(report.moved) == Set(open) && report.moved.count == 6)
      #expect(report.customers.map(\.customer) == [ada, bob, firm, yuna])
      #expect(report.customers.map { $0.note == nil } == [false, false, true, false])
      #expect(report.others.map(\.kind) == ["reminders", "territories"])
      #expect(try tx.responsibility.openWork(of: kim).isEmpty)
      #expect(Set(try tx.responsibility.openWork(of: lee)) == Set(open))
      // Who lies in a territory that went over stays in it, who was given by hand stays so.
      var edit = try tx.customers.get(yuna)
      edit.country = "JP"
      try tx.customers.update(edit)
      #expect(try tx.customers.get(yuna).owner == nil)
      #expect(try tx.customers.get(ada).owner == lee)
      try tx.responsibility.leave(kim)
      #expect(try tx.responsibility.member(kim).leftAt == tx.now)
    }
    #expect(try await shop.crm.verify().isSound)
  }

  @Test(
    "Who hands over is replaced in contacts that are planned and still to come",
    arguments: Backend.allCases)
  func planned(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, _) = try await shop.people()
    let (kim, lee, max) = (Principal.staff("kim"), Principal.staff("lee"), Principal.staff("max"))
    func plan(_ customer: Customer.ID, _ staff: [Principal], days: Int) async throws
      -> Interaction.ID
    {
      try await shop.crm.write { tx in
        try tx.interactions.plan(
          NewInteraction(
            with: customer, through: .fieldVisit, .outbound, subject: "Meet", staff: staff,
            occurredAt: tx.now + .seconds(days * 86_400))
        ).id
      }
    }
    let past = try await plan(ada, [kim], days: 1)
    let alone = try await plan(ada, [kim], days: 9)
    let shared = try await plan(ada, [max, kim, lee], days: 9)
    let others = try await plan(bob, [kim, max], days: 9)
    shop.clock.advance(by: .seconds(2 * 86_400))
    try await shop.crm.advance()
    try await shop.crm.write { tx in
      for principal in [kim, lee, max] { try tx.responsibility.register(principal, "Someone") }
      #expect(refusal { try tx.responsibility.leave(kim) }?.code == .notAllowed)
      let part = try tx.responsibility.handOver(ada, from: kim, to: lee, note: "Yours")
      #expect(part.counts == ["interactions": 2])
      #expect(try tx.interactions.get(past).staff == [kim])
      #expect(try tx.interactions.get(alone).staff == [lee])
      #expect(try tx.interactions.get(shared).staff == [max, lee])
      #expect(try tx.interactions.get(others).staff == [kim, max])
      let rest = try tx.responsibility.handOverAll(from: kim, to: lee, note: "Yours")
      #expect(rest.counts == ["interactions": 1])
      #expect(try tx.interactions.get(others).staff == [lee, max])
      try tx.responsibility.leave(kim)
    }
    #expect(try await shop.crm.verify().isSound)
  }

  // MARK: Declared duties

  @Test("Whoever owns something open hands it on: no kind with an owner lacks its duty")
  func law() {
    let declared = Set(CRM.standardCapabilities.flatMap(\.duties).map(\.kind))
    // A warning always has the owner of its customer's file, and follows that.
    let following: Set<String> = ["warnings"]
    func check<R: Record>(_ kind: R.Type) {
      let isOwned = R.schema.layout.stored.contains { $0.name == "owner" }
      if isOwned {
        #expect(declared.union(following).contains(R.schema.name), "\(R.schema.name)")
      }
    }
    for kind in CRM.standardCapabilities.flatMap(\.records) { check(kind) }
    #expect(declared.isSuperset(of: ["customers", "commitments", "reminders", "needs"]))
  }

  @Test(
    "A host's own work goes over too, and one that would stay fails it", arguments: [true, false])
  func ownWork(passes: Bool) async throws {
    let shop = try await Shop(.memory, CRM.standardCapabilities + [Visits(passes: passes)])
    let (ada, _, _) = try await shop.people()
    let (kim, lee) = (Principal.staff("kim"), Principal.staff("lee"))
    try await shop.crm.write { tx in
      for principal in [kim, lee] { try tx.responsibility.register(principal, "Someone") }
      try tx.records(of: Visit.self).insert(
        Visit(id: tx.makeIdentifier(), customer: ada, host: kim), emitting: VisitChanged())
    }
    let before = try await shop.exported()
    let error = await failure {
      try await shop.crm.write { tx in
        let report = try tx.responsibility.handOverAll(from: kim, to: lee, note: "Yours")
        #expect(report.counts == ["visits": 1])
      }
    }
    #expect(error?.code == (passes ? nil : .invalidCapability))
    #expect(error?.record == (passes ? nil : "visits"))
    #expect(try await shop.exported() == before || passes)
  }

  // MARK: Against a model

  @Test(
    "Whatever goes from whom to whom, nothing open is lost and nobody else's moves",
    arguments: Histories.of(1...4))
  func history(backend: Backend, seed: UInt64) async throws {
    var random = SeededNumbers(seed)
    let shop = try await Shop(backend)
    let people = ["kim", "lee", "max"].map { Principal.staff($0) } + [.team("desk")]
    try await shop.crm.write { tx in
      for person in people.dropLast() { try tx.responsibility.register(person, person.rawValue) }
      try tx.responsibility.found("desk", "The desk")
      var model: [OpenWork: Principal] = [:]
      var customers: [Customer.ID] = []
      for _ in 1...40 {
        let owner = try #require(people.randomElement(using: &random))
        let customer = customers.randomElement(using: &random)
        switch (Int.random(in: 0...7, using: &random), customer) {
        case (0, _), (_, nil):
          var new = NewCustomer.person("Ada")
          new.owner = Bool.random(using: &random) ? owner : nil
          let added = try tx.customers.add(new)
          customers.append(added.id)
          if let owner = added.owner { model[work("customers", added.id, added.id)] = owner }
        case (1, let customer?), (2, let customer?):
          let made = try tx.commitments.make(
            NewCommitment(.promise, to: customer, "Send it", owner: owner, due: .at(tx.now)))
          if Bool.random(using: &random) {
            model[work("commitments", made.id, customer)] = owner
          } else {
            try tx.commitments.close(made.id, as: .kept)
          }
        case (3, let customer?):
          let isAbout = Bool.random(using: &random)
          let set = try tx.reminders.set(
            "Call", for: owner, Recurrence(.day, from: tx.today, at: .nine, in: .utc),
            about: isAbout ? customer : nil)
          model[work("reminders", set.id, isAbout ? customer : nil)] = owner
        case (4, let customer?):
          let need = try tx.needs.state(
            NewNeed(of: customer, "size", "Larger", from: .staff, owner: owner))
          model[work("needs", need.id, customer)] = owner
        case (let kind, let customer?):
          let from = try #require(people.filter { $0 != owner }.randomElement(using: &random))
          let isAll = kind == 7
          let report =
            isAll
            ? try tx.responsibility.handOverAll(from: from, to: owner, note: "Yours")
            : try tx.responsibility.handOver(customer, from: from, to: owner, note: "Yours")
          let expected = model.filter { work, holder in
            holder == from && (isAll || work.customer == customer)
          }.map(\.key)
          #expect(Set(report.moved) == Set(expected) && report.moved.count == expected.count)
          for work in expected { model[work] = owner }
          if !isAll, try tx.customers.get(customer).owner == owner {
            model[work("customers", customer, customer)] = owner
          }
        }
        for person in people {
          let open = try tx.responsibility.openWork(of: person)
          #expect(Set(open) == Set(model.filter { $0.value == person }.map(\.key)), "seed \(seed)")
          #expect(Set(open).count == open.count)
        }
      }
    }
    #expect(try await shop.crm.verify().isSound)
  }

  private func work<R>(_ kind: String, _ id: Identifier<R>, _ customer: Customer.ID?) -> OpenWork {
    OpenWork(kind: kind, identifier: id.description, customer: customer)
  }
}

/// Visits of a host's own, which somebody receives.
private struct Visits: Capability {
  let passes: Bool

  var records: [any Record.Type] { [Visit.self] }
  var events: [any Event.Type] { [VisitChanged.self] }
  var duties: [Duty] {
    [
      Duty(Visit.self) {
        $0.host == $1
      } pass: { [passes] visit, owner, tx in
        guard passes else { return }
        var visit = visit
        visit.host = owner
        try tx.records(of: Visit.self).update(visit, emitting: VisitChanged())
      }
    ]
  }
}

private struct VisitChanged: Event {
  static let name = "visits.changed"
  static let layout = Layout(blank: VisitChanged())
}

private struct Visit: Record {
  let id: Identifier<Visit>
  var customer: Customer.ID
  var host: Principal

  struct Fields: Sendable {
    let customer = Field<Visit, Customer.ID>("customer", { $0.customer }, { $0.customer = $1 })
      .owned(by: Customer.self)
    let host = Field<Visit, Principal>("host", { $0.host }, { $0.host = $1 })
  }

  static let fields = Fields()
  static let schema = Schema<Visit>("visits", fields) {
    Visit(id: $0, customer: .zero, host: .system)
  }
}
