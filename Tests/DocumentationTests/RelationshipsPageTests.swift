import CRMKit
import CRMTesting
import Testing

/// The code of Documentation/Relationships.md, run.
@Suite("Examples of relationships")
struct RelationshipsPageTests {
  private struct People {
    let anna, ben, acme, holding, home: Customer
  }

  @Test("Documentation/Relationships.md")
  func relationships() async throws {
    let clock = TestClock("2026-01-01T00:00:00Z")
    let crm = try await opened(clock)
    let people = try await linked(crm)
    try await looked(crm, people)
    try await sourced(crm, people)
    try await refused(crm, people)
    try await walked(crm, people)
    try await summed(crm, people)
    try await ended(crm, people, clock)
  }

  private func opened(_ clock: TestClock) async throws -> CRM {
    let mentor = RelationshipType(
      "mentor", "mentor of", inverse: "mentored by", from: .person.atMost(1), to: .person.atMost(3),
      upper: .from)
    let relationships = try Relationships(types: .standard + [mentor])
    let crm = try await CRM(
      storage: MemoryStorage(),
      capabilities: CRM.standardCapabilities.replacing(relationships), clock: clock)
    return crm
  }

  private func linked(_ crm: CRM) async throws -> People {
    let (anna, ben, acme, holding, home) = try await crm.write { tx in
      let anna = try tx.customers.add(.person("Anna"))
      let ben = try tx.customers.add(.person("Ben"))
      let acme = try tx.customers.add(.organisation("Acme"))
      let holding = try tx.customers.add(.organisation("Holding"))
      let home = try tx.customers.add(.household("Anna & Ben"))
      for new in [
        NewRelationship(
          anna.id, .employee, of: acme.id, start: CalendarDate("2025-01-01"), role: "CFO",
          from: .list("fair-2025")),
        NewRelationship(acme.id, .subsidiary, of: holding.id),
        NewRelationship(anna.id, .householdMember, of: home.id),
        NewRelationship(ben.id, .householdMember, of: home.id),
        NewRelationship(anna.id, .spouse, of: ben.id),
      ] {
        try tx.relationships.add(new)
      }
      return (anna, ben, acme, holding, home)
    }
    return People(anna: anna, ben: ben, acme: acme, holding: holding, home: home)
  }

  private func looked(_ crm: CRM, _ people: People) async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let (anna, acme) = (people.anna, people.acme)
    try await crm.read { tx in
      for view in try tx.relationships.of(anna.id).items { print(view.name, view.other.name) }
      for view in try tx.relationships.of(acme.id, types: [.employee]).items {
        print(view.name, view.other.name, view.relationship.role ?? "")
      }
    }
    try output.isShown(on: "Documentation/Relationships.md")
  }

  private func sourced(_ crm: CRM, _ people: People) async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let anna = people.anna
    try await crm.acting(as: .staff("kim"), through: .phone).write { tx in
      let job = try tx.relationships.of(anna.id, types: [.employee]).items[0].relationship
      print(job.source.rawValue, job.recordedBy.rawValue)
      let kept = try tx.relationships.confirm(job.id)
      print(kept.confirmedBy?.rawValue ?? "", kept.confirmedAt ?? .latest)
      print(try tx.relationships.stale(olderThan: tx.now).items.count)
    }
    try output.isShown(on: "Documentation/Relationships.md")
  }

  private func ended(_ crm: CRM, _ people: People, _ clock: TestClock) async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let (anna, acme) = (people.anna, people.acme)
    try await crm.write { tx in
      let job = try tx.relationships.of(anna.id, types: [.employee]).items[0].relationship
      try tx.relationships.end(job.id, on: CalendarDate("2026-01-31"))
    }
    clock.advance(by: .seconds(60 * 86_400))
    try await crm.read { tx in
      print(try tx.relationships.of(acme.id, types: [.employee]).items.count)
      print(try tx.relationships.of(acme.id, when: .ended, types: [.employee]).items.count)
      let day = CalendarDate("2026-01-31") ?? tx.today
      print(try tx.relationships.members(of: acme.id, when: .on(day)).items[0].other.name)
    }
    try output.isShown(on: "Documentation/Relationships.md")
  }

  private func refused(_ crm: CRM, _ people: People) async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let acme = people.acme
    do {
      try await crm.write { tx in
        _ = try tx.relationships.add(NewRelationship(acme.id, "employe", of: acme.id, role: ""))
      }
    } catch let error as CRMError where error.code == .invalid {
      for issue in error.issues { print(issue) }
    }
    try output.isShown(on: "Documentation/Relationships.md")
  }

  private func walked(_ crm: CRM, _ people: People) async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let (anna, ben, acme, home) = (people.anna, people.ben, people.acme, people.home)
    try await crm.read { tx in
      for found in try tx.relationships.neighbours(of: ben.id).members {
        print(found.depth, found.customer.name)
      }
      for step in try tx.relationships.path(
        from: ben.id, to: anna.id, types: [.householdMember]) ?? []
      {
        print(step.name, step.other.name)
      }
      print(try tx.relationships.ancestors(of: acme.id).members.map(\.customer.name))
      print(try tx.relationships.members(of: home.id).items.map(\.other.name))
    }
    try output.isShown(on: "Documentation/Relationships.md")
  }

  private func summed(_ crm: CRM, _ people: People) async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let (anna, ben, home) = (people.anna, people.ben, people.home)
    try await crm.write { tx in
      let tea = try tx.catalogue.add(sku: "TEA-50", name: "Green tea, 50 g")
      for (number, customer) in [("1", anna.id), ("2", ben.id)] {
        try tx.orders.place(
          NewOrder(
            number: number, customer: customer,
            lines: [.init(tea.id, amount: try Money("8.90", .eur))]))
      }
      let total = try tx.relationships.rollUp(to: home.id)
      for purchases in total.purchases ?? [] { print(purchases.orders, purchases.revenue) }
    }
    try output.isShown(on: "Documentation/Relationships.md")
  }
}
