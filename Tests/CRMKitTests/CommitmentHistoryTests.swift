import CRMKit
import CRMTesting
import Testing

/// Contacts and commitments as plain values.
private struct Model {
  struct Contact {
    var customers: [Customer.ID]
    var occurredAt: Instant
    var direction: Interaction.Direction
    var about: [RecordReference]
    var isPlanned = false
  }

  struct Duty {
    var customer: Customer.ID
    var owner: Principal
    var dueAt: Instant
    var interaction: Interaction.ID?
    var isOpen = true
  }

  var contacts: [Interaction.ID: Contact] = [:]
  var duties: [Commitment.ID: Duty] = [:]

  func contacts(of customers: Set<Customer.ID>) -> [Interaction.ID] {
    sorted { !customers.isDisjoint(with: $0.customers) }
  }

  func contacts(about reference: RecordReference) -> [Interaction.ID] {
    sorted { $0.about.contains(reference) }
  }

  private func sorted(where isMeant: (Contact) -> Bool) -> [Interaction.ID] {
    contacts.filter { isMeant($0.value) }
      .sorted { ($0.value.occurredAt, $0.key) > ($1.value.occurredAt, $1.key) }.map(\.key)
  }

  func lastContact(of customer: Customer.ID, _ directions: [Interaction.Direction], now: Instant)
    -> Instant?
  {
    contacts(of: customer, directions).map(\.occurredAt).filter { $0 <= now }.max()
  }

  func nextContact(of customer: Customer.ID, _ directions: [Interaction.Direction], now: Instant)
    -> Instant?
  {
    contacts(of: customer, directions).filter(\.isPlanned).map(\.occurredAt).filter { $0 > now }
      .min()
  }

  private func contacts(of customer: Customer.ID, _ directions: [Interaction.Direction])
    -> [Contact]
  {
    contacts.values.filter {
      $0.customers.contains(customer) && directions.contains($0.direction)
        && $0.direction != .internal
    }
  }

  func open(where isMeant: (Duty) -> Bool) -> [Commitment.ID] {
    duties.filter { $0.value.isOpen && isMeant($0.value) }
      .sorted { ($0.value.dueAt, $0.key) < ($1.value.dueAt, $1.key) }.map(\.key)
  }
}

@Suite("Random lives of contacts and commitments", .timeLimit(.minutes(30)))
struct CommitmentHistoryTests {
  private let staff = ["kim", "lee", "max"].map { Principal.staff($0) }
  private let deals = ["D-1", "D-2"].map { RecordReference("deals", $0) }

  @Test(
    "They agree with plain values, step by step", arguments: Histories.of(1...8))
  func history(backend: Backend, seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let shop = try await Shop(backend, seed: seed)
    let customers = try await shop.crm.write { tx in
      for person in staff { try tx.responsibility.register(person, person.rawValue) }
      return try (1...4).map { try tx.customers.add(.person("Customer \($0)")).id }
    }
    var model = Model()
    for step in 1...60 {
      let (before, random) = (model, generator)
      (model, generator) = try await shop.crm.write { tx in
        var (model, random) = (before, random)
        for _ in 1...3 { try act(tx, customers, &model, &random) }
        return (model, random)
      }
      if step % 7 == 0 {
        shop.clock.advance(by: .seconds(Int.random(in: 1...40, using: &generator)))
        #expect(try await shop.crm.advance().failed == 0)
      }
      if step % 4 == 0 {
        let (kept, random) = (model, generator)
        generator = try await shop.crm.read { tx in
          var random = random
          try compare(tx, customers, kept, &random)
          return random
        }
      }
    }
    #expect(!model.contacts.isEmpty && !model.duties.isEmpty)
  }

  // MARK: Acting

  private func act(
    _ tx: Transaction, _ customers: [Customer.ID], _ model: inout Model,
    _ random: inout SeededGenerator
  ) throws {
    let contact = model.contacts.keys.sorted().randomElement(using: &random)
    let duty = model.open { _ in true }.randomElement(using: &random)
    let customer = try #require(customers.randomElement(using: &random))
    let owner = try #require(staff.randomElement(using: &random))
    switch Int.random(in: 0...11, using: &random) {
    case 0...3: try record(tx, customers, &model, &random)
    case 4:
      guard let contact else { return }
      try tx.interactions.link(contact, to: customer)
      if model.contacts[contact]?.customers.contains(customer) == false {
        model.contacts[contact]?.customers.append(customer)
      }
    case 5:
      guard let contact, let kept = model.contacts[contact]?.customers else { return }
      if kept.count > 1, kept.contains(customer) {
        try tx.interactions.unlink(contact, from: customer)
        model.contacts[contact]?.customers.removeAll { $0 == customer }
        for (id, duty) in model.duties
        where duty.interaction == contact && duty.customer == customer {
          model.duties[id]?.interaction = nil
        }
      } else {
        #expect(
          refusal { try tx.interactions.unlink(contact, from: customer) }?.code == .notAllowed)
      }
    case 6:
      guard let contact else { return }
      try tx.interactions.delete(contact)
      model.contacts[contact] = nil
      for (id, duty) in model.duties where duty.interaction == contact {
        model.duties[id]?.interaction = nil
      }
    case 7:
      guard let contact else { return }
      var edit = try tx.interactions.get(contact)
      edit.occurredAt = tx.now - .seconds(Int.random(in: 0...5, using: &random) * 10)
      edit.about = Bool.random(using: &random) ? [] : deals
      try tx.interactions.update(edit)
      model.contacts[contact]?.occurredAt = edit.occurredAt
      model.contacts[contact]?.about = edit.about
    case 8, 9:
      let new = NewCommitment(
        .promise, to: customer, "Send it", owner: owner,
        due: .at(tx.now + .seconds(Int.random(in: 0...4, using: &random) * 10)), in: contact)
      if let contact, model.contacts[contact]?.customers.contains(customer) == false {
        #expect(refusal { try tx.commitments.make(new) }?.issues.map(\.field) == ["interaction"])
        return
      }
      let made = try tx.commitments.make(new)
      model.duties[made.id] = .init(
        customer: customer, owner: owner, dueAt: made.dueAt, interaction: contact)
    case 10:
      guard let duty else { return }
      switch Int.random(in: 0...2, using: &random) {
      case 0:
        try tx.commitments.close(duty, as: .kept)
        model.duties[duty]?.isOpen = false
      case 1:
        try tx.commitments.reassign(duty, to: owner)
        model.duties[duty]?.owner = owner
      default:
        let due = tx.now + .seconds(Int.random(in: 0...4, using: &random) * 10)
        try tx.commitments.postpone(duty, to: .at(due))
        model.duties[duty]?.dueAt = due
      }
    default:
      let from = try #require(staff.first { $0 != owner })
      let report = try tx.responsibility.handOver(
        customer, from: from, to: owner, note: "Over to you")
      let note = try #require(report.customers[0].note)
      model.contacts[note] = .init(
        customers: [customer], occurredAt: tx.now, direction: .internal, about: [])
      for id in model.open(where: { $0.customer == customer && $0.owner == from }) {
        model.duties[id]?.owner = owner
      }
    }
  }

  private func record(
    _ tx: Transaction, _ customers: [Customer.ID], _ model: inout Model,
    _ random: inout SeededGenerator
  ) throws {
    let chosen = Array(
      customers.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random)))
    let isPlanned = Int.random(in: 0...3, using: &random) == 0
    let distance = Duration.seconds(Int.random(in: 1...4, using: &random) * 10)
    let new = NewInteraction(
      with: chosen[0], and: Array(chosen.dropFirst()), through: .phone,
      Interaction.Direction.allCases.randomElement(using: &random) ?? .inbound, subject: "Hello",
      about: Bool.random(using: &random) ? [deals[0]] : [],
      occurredAt: isPlanned || Bool.random(using: &random)
        ? tx.now + distance : tx.now - distance)
    let kept = isPlanned ? try tx.interactions.plan(new) : try tx.interactions.record(new)
    model.contacts[kept.id] = .init(
      customers: chosen, occurredAt: kept.occurredAt, direction: kept.direction,
      about: kept.about, isPlanned: isPlanned)
  }

  // MARK: Comparing

  private func compare(
    _ tx: Transaction, _ customers: [Customer.ID], _ model: Model,
    _ random: inout SeededGenerator
  ) throws {
    for customer in customers {
      #expect(
        try tx.interactions.all(of: customer).map(\.id) == model.contacts(of: [customer]))
      for directions in [[.inbound], [.outbound], [.internal], [.inbound, .outbound]]
        as [[Interaction.Direction]]
      {
        let direction = directions.count == 1 ? directions.first : nil
        #expect(
          try tx.interactions.lastContact(of: customer, direction: direction)?.occurredAt
            == model.lastContact(of: customer, directions, now: tx.now))
        #expect(
          try tx.interactions.nextContact(of: customer, direction: direction)?.occurredAt
            == model.nextContact(of: customer, directions, now: tx.now))
      }
      #expect(
        try tx.commitments.open(of: customer, limit: 500).items.map(\.id)
          == model.open { $0.customer == customer })
    }
    let some = Array(
      customers.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random)))
    #expect(try pages(tx, of: some, &random) == model.contacts(of: Set(some)))
    for deal in deals {
      #expect(
        try tx.interactions.page(about: deal, limit: 500).items.map(\.id).sorted()
          == model.contacts(about: deal).sorted())
    }
    for owner in staff {
      #expect(
        try tx.commitments.open(ownedBy: owner, limit: 500).items.map(\.id)
          == model.open { $0.owner == owner })
    }
    #expect(
      try tx.commitments.overdue(limit: 500).items.map(\.id)
        == model.open { $0.dueAt < tx.now })
    for (id, contact) in model.contacts {
      #expect(try tx.interactions.customers(of: id) == contact.customers)
      let open = model.duties.filter { $0.value.interaction == id }.map(\.key)
      #expect(try tx.commitments.all(in: id).map(\.id).sorted() == open.sorted())
    }
  }

  /// All contacts of some customers, page by page of different sizes.
  private func pages(
    _ tx: Transaction, of customers: [Customer.ID], _ random: inout SeededGenerator
  ) throws -> [Interaction.ID] {
    var seen: [Interaction.ID] = []
    var place: InteractionCursor?
    repeat {
      let limit = Int.random(in: 1...12, using: &random)
      let page = try tx.interactions.page(of: customers, after: place, limit: limit)
      #expect(page.items.count == limit || page.next == nil)
      seen += page.items.map(\.id)
      place = page.next
    } while place != nil
    return seen
  }
}
