import CRMKit
import CRMTesting
import TestSupport
import Testing

@Suite("A clock that is set back", .timeLimit(.minutes(30)))
struct ClockTests {
  private func check(_ storage: any Storage) async throws {
    let clock = TestClock()
    let crm = try await CRM(storage: storage, clock: clock, identifiers: .seeded(7))
    let start = clock.now
    for hours in [0, 5, -3, 2, -400 * 24, 1] {
      clock.set(to: start + .seconds(hours * 3_600))
      let customer = try await crm.write { tx in
        let customer = try tx.customers.add(.person("Ada \(hours)"))
        try tx.commitments.make(
          NewCommitment(
            .promise, to: customer.id, "Call", owner: .staff("kim"), due: .at(tx.now + .seconds(60))
          ))
        return customer
      }
      var edited = customer
      edited.name += "!"
      try await crm.write { [edited] in try $0.customers.update(edited) }
      try await crm.advance()
    }
    let (events, customers) = try await crm.read { tx in
      (try tx.events.page(limit: 1_000), try tx.customers.count())
    }
    #expect(customers == 6)
    #expect(events.map(\.id.number) == (1...events.count).map { Int64($0) })
    #expect(try await crm.verify().isSound)
    await crm.close()
  }

  @Test("Events keep their order and everything can be written")
  func setBack() async throws {
    try await check(MemoryStorage())
    for kind in StoreKind.allCases {
      try await withFolder { try await check(kind.storage(in: $0)) }
    }
  }
}
