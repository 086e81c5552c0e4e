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
      (
        "customer",
        { try $0.facts.assert("GB", for: Customer.fields.country, of: ada.id, from: .staff) }
      ),
      (
        "customer",
        {
          try $0.media.add(
            NewMediaItem("A", type: "image/png", byteCount: 1, url: "https://a.example", of: ada.id)
          )
        }
      ),
      (
        "customer",
        {
          try $0.reminders.set(
            "Call", for: .staff("kim"), Recurrence(.day, from: $0.today, at: .nine, in: .utc),
            about: ada.id)
        }
      ),
    ]
    for (field, operation) in operations {
      let error = await failure { try await shop.crm.write { try operation($0) } }
      #expect(error?.code == .unknownReference, "\(field)")
      #expect(error?.issues.map(\.field) == [field])
      #expect(error?.issues.first?.problem.contains("archived") == true)
      #expect(try await shop.exported() == before)
    }
    try await shop.crm.write { tx in
      try tx.customers.restore(ada.id)
      for (_, operation) in operations { try operation(tx) }
    }
  }

  @Test("Nothing new names an archived item, and what names it stays", arguments: Backend.allCases)
  func items(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let about = [RecordReference("tickets", "1"), RecordReference(item.id)]
    let call = NewInteraction(
      with: ada.id, through: .phone, .inbound, subject: "Hello", about: about)
    let kept = try await shop.crm.write { tx in
      let kept = try tx.interactions.record(call)
      try tx.catalogue.archive(item.id)
      return kept
    }
    let before = try await shop.exported()
    let operations: [(String, @Sendable (Transaction) throws -> Void)] = [
      ("about[1]", { try $0.interactions.record(call) }),
      (
        "about[1]",
        {
          try $0.commitments.make(
            NewCommitment(
              .promise, to: ada.id, "Call", owner: .staff("kim"),
              due: .at($0.now + .seconds(60)), about: about))
        }
      ),
      (
        "about[1]",
        {
          try $0.media.add(
            NewMediaItem(
              "A", type: "image/png", byteCount: 1, url: "https://a.example", about: about))
        }
      ),
      (
        "lines[0].item",
        {
          try $0.orders.place(
            NewOrder(
              number: "9", customer: ada.id,
              lines: [.init(item.id, amount: try Money("1.00", .usd))]))
        }
      ),
    ]
    for (field, operation) in operations {
      let error = await failure { try await shop.crm.write { try operation($0) } }
      #expect(error?.code == .unknownReference && error?.issues.map(\.field) == [field])
      #expect(error?.issues.first?.problem.contains("archived") == true)
    }
    #expect(try await shop.exported() == before)
    try await shop.crm.write { tx in
      var edit = kept
      edit.outcome = "Sold out"
      #expect(try tx.interactions.update(edit).about == about)
      try tx.catalogue.restore(item.id)
      for (_, operation) in operations { try operation(tx) }
    }
  }
}
