import CRMKit
import CRMTesting
import Testing

@Suite("A host's own capability in its next version")
struct LaterBadgesTests {
  @Test("Its records take their steps when the store is opened", arguments: Backend.allCases)
  func migration(backend: Backend) async throws {
    try await withStorage(backend) { storage in
      let first = try await CRM(
        storage: storage, capabilities: CRM.standardCapabilities + [Badges()])
      let ada = try await first.write { tx in
        let ada = try tx.customers.add(.person("Ada"))
        try tx.badges.award("collector", to: ada.id)
        return ada
      }
      await first.close()

      let capabilities = CRM.standardCapabilities + [LaterBadges()] as [any Capability]
      let rehearsal = try await CRM.rehearseMigration(of: storage, capabilities: capabilities)
      #expect(rehearsal.problems.isEmpty)
      #expect(
        rehearsal.description
          == "badges: version 1 to 2, 2 changed, with name, rank, customer_name, "
          + "without customer_title\n"
          + "badge_letters: new, 2 added")

      let told = Told()
      let crm = try await CRM(
        storage: storage, capabilities: capabilities, migrating: { progress in told.note(progress) }
      )
      #expect(crm.migration == rehearsal)
      #expect(told.last?.kind == "badges")
      #expect(told.last.map { $0.done == $0.total } == true)
      try await crm.read { tx in
        let badges = try tx.records(of: LaterBadge.self).all(sortedBy: { [.ascending($0.rank)] })
        #expect(badges.map(\.name) == ["newcomer", "collector"])
        #expect(badges.allSatisfy { $0.customer == ada.id })
        let letters = try tx.records(of: BadgeLetter.self).all()
        #expect(Set(letters.map(\.text)).contains("You are a collector now."))
        // What was told of them before is told still.
        #expect(try tx.timeline.entries(of: ada.id).items.map(\.type).contains("badges.awarded"))
      }
      await crm.close()

      await #expect {
        _ = try await CRM(storage: storage, capabilities: CRM.standardCapabilities + [Badges()])
      } throws: {
        ($0 as? StorageError)?.code == .newerStore
      }
    }
  }
}

/// The progress told last.
private final class Told: @unchecked Sendable {
  // A migration tells of its progress on one task only, which the test waits for.
  private(set) var last: MigrationProgress?

  func note(_ progress: MigrationProgress) { last = progress }
}
