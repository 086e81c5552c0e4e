import CRMKit
import CRMTesting
import Testing

@Suite(
  "An edit that comes too late is a conflict, whatever others changed", .timeLimit(.minutes(30)))
struct StaleEditTests {
  @Test(arguments: Backend.allCases)
  func archivedMeanwhile(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let read = try await shop.crm.write { try $0.customers.add(.person("Ada")) }
    let archived = try await shop.crm.write { try $0.customers.archive(read.id) }
    var edited = read
    edited.name = "Ada Lovelace"
    let error = await failure { [edited] in
      try await shop.crm.write { try $0.customers.update(edited) }
    }
    #expect(error?.code == .conflict)
    #expect(error?.current as? Customer == archived)
    var current = archived
    current.createdAt = .earliest
    let refused = await failure { [current] in
      try await shop.crm.write { try $0.customers.update(current) }
    }
    #expect(refused?.issues.map(\.field) == ["created_at"])
  }

  @Test(arguments: Backend.allCases)
  func linkedMeanwhile(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, _) = try await shop.people()
    let read = try await shop.crm.write {
      try $0.interactions.record(
        NewInteraction(with: ada, through: .phone, .inbound, subject: "Asked"))
    }
    try await shop.crm.write { try $0.interactions.link(read.id, to: bob) }
    var edited = read
    edited.subject = "Asked for the invoice"
    let error = await failure { [edited] in
      try await shop.crm.write { try $0.interactions.update(edited) }
    }
    #expect(error?.code == .conflict)
    #expect((error?.current as? Interaction)?.furtherCustomers == 1)
  }
}
