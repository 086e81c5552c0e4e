import CRMKit
import Testing

@Suite("What contacts were for")
struct ContactPurposeTests {
  @Test(
    "How much of all contact was planned, urgent or push is counted, per customer and over all",
    arguments: Backend.allCases)
  func purposes(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, ben, push) = try await shop.crm.write { tx in
      let ada = try tx.customers.add(.person("Ada")).id
      let ben = try tx.customers.add(.person("Ben")).id
      let plan = try tx.plans.open(NewPlan(for: ada, "More", owner: .staff("kim")))
      func record(
        _ purpose: Interaction.Purpose?, with customer: Customer.ID, and others: [Customer.ID] = [],
        _ direction: Interaction.Direction = .outbound, about: [RecordReference] = []
      ) throws -> Interaction {
        try tx.interactions.record(
          NewInteraction(
            with: customer, and: others, through: .phone, direction, subject: "Hello",
            about: about, purpose: purpose))
      }
      let push = try record(.push, with: ada)
      _ = try record(.urgent, with: ada, .inbound)
      // What belongs to a plan was planned, unless something else was said.
      _ = try record(nil, with: ada, about: [RecordReference(plan.id)])
      _ = try record(.other, with: ada, about: [RecordReference(plan.id)])
      _ = try record(.push, with: ben, and: [ada])
      _ = try record(nil, with: ben, .inbound)
      try tx.interactions.record(.note("Among ourselves", on: ada))
      try tx.interactions.plan(
        NewInteraction(
          with: ben, through: .phone, .outbound, subject: "Call",
          occurredAt: tx.now + .seconds(60)))
      return (ada, ben, push)
    }
    let end = Shop.opening + .seconds(61)
    func counted(
      _ customer: Customer.ID?, _ direction: Interaction.Direction? = nil,
      from start: Instant = .earliest
    ) async throws -> ContactPurposes {
      try await shop.crm.read {
        try $0.interactions.purposes(with: customer, direction, from: start, until: end)
      }
    }
    let hers = try await counted(ada)
    #expect(hers.contacts == 5 && hers.unstated == 0)
    #expect(hers.counts == [.push: 2, .urgent: 1, .planned: 1, .other: 1])
    #expect(hers.perMille(.push) == 400 && hers.perMille(.planned) == 200)
    let his = try await counted(ben)
    #expect(his.counts == [.push: 1, .planned: 1] && his.unstated == 1)
    let all = try await counted(nil)
    #expect(all.contacts == 7 && all.unstated == 1)
    #expect(all.counts == [.push: 2, .urgent: 1, .planned: 2, .other: 1])
    #expect(try await counted(nil, .inbound).counts == [.urgent: 1])
    #expect(try await counted(nil, from: Shop.opening + .seconds(1)).counts == [.planned: 1])
    #expect(try await counted(ada, from: end).perMille(.push) == nil)
    // It can be said later, and not said.
    try await shop.crm.write { tx in
      var contact = try tx.interactions.get(push.id)
      contact.purpose = .planned
      try tx.interactions.update(contact)
    }
    #expect(try await counted(ada).counts[.planned] == 2)
    #expect(try await shop.crm.verify().isSound)
  }
}
