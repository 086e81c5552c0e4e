import CRMKit
import CRMTesting
import Testing

@Suite("Nothing new is about an archived customer")
struct ArchivedReferenceTests {
  @Test(
    "Every operation names the reference, and the store stays as it was",
    arguments: Backend.allCases)
  func refused(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let ben = try await shop.crm.write { tx in
      let ben = try tx.customers.add(.person("Ben"))
      try tx.customers.archive(ada.id)
      return ben
    }
    let note = try await shop.crm.write {
      try $0.interactions.record(
        NewInteraction(with: ben.id, through: .phone, .inbound, subject: "Hello"))
    }
    let before = try await shop.exported()
    let operations: [(String, @Sendable (Transaction) throws -> Void)] = [
      (
        "customer",
        {
          try $0.interactions.record(
            NewInteraction(with: ada.id, through: .phone, .inbound, subject: "Hello"))
        }
      ),
      ("customer", { try $0.interactions.link(note.id, to: ada.id) }),
      (
        "customer",
        {
          try $0.commitments.make(
            NewCommitment(
              .promise, to: ada.id, "Call", owner: .staff("kim"),
              due: .at($0.now + .seconds(60))))
        }
      ),
      (
        "customer",
        {
          try $0.orders.place(
            NewOrder(
              number: "9", customer: ada.id,
              lines: [.init(item.id, amount: try Money("1.00", .usd))]))
        }
      ),
      (
        "customer",
        {
          try $0.needs.state(
            NewNeed(of: ada.id, "shoes", "New shoes", .present, from: .department("sales")))
        }
      ),
      ("to", { try $0.relationships.add(NewRelationship(ben.id, .colleague, of: ada.id)) }),
    ]
    for (field, operation) in operations {
      let error = await failure { try await shop.crm.write { try operation($0) } }
      #expect(error?.code == .unknownReference || error?.code == .invalid, "\(field)")
      #expect(error?.issues.map(\.field) == [field])
      #expect(error?.issues.first?.problem.contains("archived") == true)
      #expect(try await shop.exported() == before)
    }
    try await shop.crm.write { tx in
      try tx.customers.restore(ada.id)
      for (_, operation) in operations { try operation(tx) }
    }
  }
}
