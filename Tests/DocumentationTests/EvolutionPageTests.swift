import CRMKit
import Testing

/// The code of Documentation/Evolution.md, run.
@Suite("Examples of evolution")
struct EvolutionPageTests {
  private let output = Output()

  private func print(_ report: MigrationReport) {
    for line in report.description.split(separator: "\n") { output.append([line]) }
  }

  @Test("Documentation/Evolution.md")
  func evolution() async throws {
    let storage = MemoryStorage()
    try await fill(storage)
    let capabilities = CRM.standardCapabilities + [Memberships()] as [any Capability]
    let report = try await CRM.rehearseMigration(of: storage, capabilities: capabilities)
    print(report)
    try output.isShown(on: "Documentation/Evolution.md")

    let crm = try await opened(storage, capabilities)
    #expect(crm.migration == report)

    let (points, cards) = try await crm.read { tx in
      (
        try tx.records(of: Membership.self).all().map(\.points),
        try tx.records(of: Card.self).all().map(\.number)
      )
    }
    #expect(points.sorted() == [0, 120])
    #expect(cards == ["7-001"])
  }

  private func fill(_ storage: MemoryStorage) async throws {
    let old = try await CRM(
      storage: storage, capabilities: CRM.standardCapabilities + [FirstVersion.Memberships()])
    try await old.write { tx in
      for (name, points, card) in [("Anna", "120", "7-001"), ("Ben", "none", nil)] {
        let customer = try tx.customers.add(.person(name))
        let membership = FirstVersion.Membership(
          id: tx.makeIdentifier(), customer: customer.id, level: "gold", points: points, card: card)
        try tx.records(of: FirstVersion.Membership.self)
          .insert(membership, emitting: FirstVersion.Joined())
      }
    }
    await old.close()
  }
}

private func opened(_ storage: any Storage, _ capabilities: [any Capability]) async throws -> CRM {
  let crm = try await CRM(
    storage: storage, capabilities: capabilities,
    migrating: { progress in print(progress.kind, progress.done, "of", progress.total) })
  return crm
}
