import CRMKit
import CRMTesting
import Testing

/// Years of a shop with all lifecycles at work, the same for the same seed, and a look at the end
/// of each day at what must hold.
struct Simulation {
  /// Those who have turned to the shop, by talking or by buying; they take part once they have.
  private static let talkers = LifecycleModel(
    "talkers", stages: [LifecycleStage("talks", weight: 1, .open)], initial: "talks",
    entry: .atLeast(1, .inboundContacts), rules: [])

  /// How someone behaves.
  private struct Person {
    let id: Customer.ID
    /// How many days lie between two purchases.
    let gap: Double
    /// The days on which nothing is heard of them.
    let away: Range<Int>
  }

  private let shop: Shop
  private let item: CatalogueItem.ID
  private var numbers: SeededNumbers
  private var people: [Person] = []
  private var talkers: Set<Customer.ID> = []
  private var daysUnseen = 0
  private var placed = 0
  private var day = 0
  private var cursor = EventCursor.start

  /// What was seen, so that a test can ask whether all of it happened.
  private(set) var stages: Set<String> = []
  private(set) var warnings = 0

  init(_ backend: Backend, seed: UInt64) async throws {
    shop = try await Shop(backend, seed: seed, zone: Zone("Europe/Berlin") ?? .utc)
    numbers = SeededNumbers(seed)
    item = try await shop.crm.write { tx in
      try tx.lifecycle.define(.retail)
      try tx.lifecycle.define(.b2b)
      try tx.lifecycle.define(Self.talkers)
      try tx.warnings.define(.standard)
      try tx.standing.define(.standard)
      return try tx.catalogue.add(sku: "tea", name: "Tea").id
    }
  }

  /// Lives through days in which so many customers come.
  mutating func live(days: Int, customers: Int) async throws {
    for day in 0..<days {
      self.day = day
      let known = min(customers, 1 + customers * 2 * (day + 1) / days)
      try await happen(newcomers: known - people.count, of: days)
      // Now and then nobody looks for some days.
      if chance(1, of: 30) { daysUnseen = Int.random(in: 1...5, using: &numbers) }
      let isSeen = daysUnseen == 0
      daysUnseen = max(0, daysUnseen - 1)
      if isSeen { try await shop.crm.advance() }
      shop.clock.set(to: Shop.opening + .seconds((day + 1) * 86_400))
      if isSeen { try await shop.crm.advance() }
      try await check(isSeen: isSeen)
    }
    #expect(try await shop.crm.verify().problems == [])
  }

  /// The whole store as text.
  func records() async throws -> [String] { try await shop.records() }

  // MARK: Living

  private mutating func chance(_ times: Double, of all: Double) -> Bool {
    Double.random(in: 0..<all, using: &numbers) < times
  }

  private mutating func happen(newcomers: Int, of days: Int) async throws {
    for _ in 0..<newcomers {
      let start = Int.random(in: 0..<max(1, days), using: &numbers)
      let most = people.count % 3 == 2 ? 60.0 : 10
      let gap = Double.random(in: 5...most, using: &numbers)
      let absence = Int.random(in: 0...500, using: &numbers)
      // Some buy much at first, and leave for longer than a year, or come back once they lapsed.
      let away =
        switch people.count % 3 {
        case 0: (day + 40)..<(day + 410 + absence)
        case 1: (day + 40)..<(day + 235)
        default: start..<(start + absence)
        }
      let id = try await shop.crm.write { try $0.customers.add(.person("Someone")).id }
      people.append(Person(id: id, gap: gap, away: away))
    }
    for index in people.indices {
      let person = people[index]
      if person.away.contains(day) { continue }
      if chance(1, of: person.gap) { try await buy(person) }
      if chance(1, of: person.gap * 2) { try await talk(with: person) }
      if chance(1, of: 400) { try await archiveOrRestore(person) }
    }
  }

  private mutating func buy(_ person: Person) async throws {
    shop.clock.advance(by: .seconds(Int.random(in: 0...20, using: &numbers)))
    placed += 1
    let isLate = chance(1, of: 20)
    let quantity = Int.random(in: 1...5, using: &numbers)
    let deed = Int.random(in: 0..<30, using: &numbers)
    let isHeard = try await shop.crm.write { [item, placed] tx in
      guard try !tx.customers.get(person.id).isArchived else { return false }
      let order = try tx.orders.place(
        NewOrder(
          number: "\(placed)", customer: person.id,
          lines: [
            .init(item, quantity: quantity, amount: Money(minorUnits: 450 * Int64(quantity), .eur))
          ], placedAt: isLate ? tx.now - .seconds(9 * 86_400) : nil))
      switch deed {
      case 0: try tx.orders.cancel(order.id)
      case 1: try tx.orders.dispute(order.id, over: "Stale", reference: "d\(placed)")
      case 2:
        if let open = try tx.orders.find(dispute: "d\(placed - 7)"), open.settledAt == nil {
          try tx.orders.settle(dispute: open.id, outcome: "Another was sent")
        }
      case 3 where try tx.lifecycle.stage(of: person.id, in: "retail", at: tx.now) == "loyal":
        try tx.lifecycle.move(person.id, to: "advocate", in: "retail", because: "told friends")
      default: break
      }
      return true
    }
    if isHeard { talkers.insert(person.id) }
  }

  private mutating func talk(with person: Person) async throws {
    let isLate = chance(1, of: 10)
    let isInbound = chance(1, of: 2)
    let isHeard = try await shop.crm.write { tx in
      guard try !tx.customers.get(person.id).isArchived else { return false }
      try tx.interactions.record(
        NewInteraction(
          with: person.id, through: .phone, isInbound ? .inbound : .outbound, subject: "A talk",
          occurredAt: isLate ? tx.now - .seconds(3 * 86_400) : nil))
      return isInbound
    }
    if isHeard { talkers.insert(person.id) }
  }

  private func archiveOrRestore(_ person: Person) async throws {
    try await shop.crm.write { tx in
      try tx.customers.get(person.id).isArchived
        ? tx.customers.restore(person.id) : tx.customers.archive(person.id)
    }
  }

  // MARK: What must hold

  private mutating func check(isSeen: Bool) async throws {
    let cursor = cursor
    let everybody = Set(people.map(\.id))
    let members = ["retail": everybody, "b2b": everybody, "talkers": talkers]
    let (stages, warnings, next) = try await shop.crm.read { tx in
      let told = try tx.events.page(after: cursor, limit: 100_000)
      let touched = Set(told.compactMap(\.customer))
      var stages: Set<String> = []
      for (lifecycle, members) in members {
        let positions = try tx.records(of: LifecyclePosition.self).all(
          where: { $0.lifecycle == lifecycle })
        #expect(Set(positions.map(\.customer)) == members, "whoever has entered is in it")
        #expect(positions.allSatisfy { $0.stage != nil }, "everybody is at a stage")
        stages.formUnion(positions.compactMap(\.stage))
        for position in positions where touched.contains(position.customer) {
          try check(position, tx)
        }
      }
      let due = try tx.agenda.upcoming(until: tx.now)
      #expect(!isSeen || due.isEmpty, "what was due is done")
      let waiting = try tx.agenda.upcoming(limit: .max).count
      #expect(waiting <= 5 * everybody.count, "the agenda does not grow without bound")
      let raised = told.count { $0.type == WarningRaised.name }
      return (stages, raised, told.last.map(EventCursor.init(after:)) ?? cursor)
    }
    self.stages.formUnion(stages)
    self.warnings += warnings
    self.cursor = next
  }

  private func check(_ position: LifecyclePosition, _ tx: Transaction) throws {
    let (customer, lifecycle) = (position.customer, position.lifecycle)
    let history = try tx.lifecycle.history(of: customer, in: lifecycle)
    #expect(history.last?.to == position.stage, "history leads to where the customer stands")
    for (move, next) in zip(history, history.dropFirst()) {
      #expect(move.to == next.from && move.at <= next.at, "one move follows another")
    }
    for move in history {
      #expect(!move.reason.isEmpty, "no move without a reason")
      if move.cause == .rule { #expect(move.rule != nil && !move.evidence.isEmpty) }
      // Where everybody enters, nothing is looked at.
      if move.cause == .entry, lifecycle == Self.talkers.name { #expect(!move.evidence.isEmpty) }
    }
    guard let entered = history.first?.at else { return }
    let stays = try tx.lifecycle.stays(of: customer, in: lifecycle)
    let sum = stays.reduce(Duration.zero) { $0 + $1.duration }
    #expect(sum == tx.now - entered, "history adds up to how long the customer has been one")
  }
}
