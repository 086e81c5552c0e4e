import CRMKit
import CRMTesting
import Testing

@Suite("What something belongs to", .timeLimit(.minutes(30)))
struct ReferenceTests {
  @Test(
    "A file can be changed though a contact it belonged to is gone",
    arguments: Backend.allCases)
  func contactTakenOut(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, _, _) = try await shop.people()
    let call = try await shop.crm.write {
      try $0.interactions.record(
        NewInteraction(with: ada, through: .phone, .inbound, subject: "Called"))
    }
    var file = try await shop.crm.write {
      try $0.media.add(
        NewMediaItem(
          "Lid", type: "image/jpeg", byteCount: 1, url: "https://files.example/7", of: ada,
          about: [RecordReference(call.id)]))
    }
    try await shop.crm.write { try $0.interactions.delete(call.id) }
    file.title = " The lid "
    file.mediaType = "IMAGE/PNG"
    file = try await shop.crm.write { [file] in try $0.media.update(file) }
    #expect(file.title == "The lid")
    #expect(file.mediaType == "image/png")
    file.addedAt = .latest
    file.about.append(RecordReference("orders", "none"))
    let error = await failure { [file] in
      try await shop.crm.write { try $0.media.update(file) }
    }
    #expect(error?.issues.map(\.field) == ["added_at", "about[1]"])
  }

  @Test("A record has one name", arguments: Backend.allCases)
  func capitals(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (customer, item) = try await shop.furnished()
    let call = NewInteraction(
      with: customer.id, through: .phone, .inbound, subject: "Called",
      about: [RecordReference("catalogue_items", item.id.description.uppercased())])
    let error = await failure { try await shop.crm.write { try $0.interactions.record(call) } }
    #expect(error?.code == .unknownReference)
    #expect(error?.issues.map(\.field) == ["about[0]"])
  }

  @Test("Unknown names are told of together with all else", arguments: Backend.allCases)
  func allAtOnce(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let nobody = Customer.ID(high: 1, low: 1)
    let lost = [RecordReference("orders", "none")]
    let refusals: [(@Sendable (Transaction) throws -> Void, [String])] = [
      (
        {
          try $0.interactions.record(
            NewInteraction(
              with: nobody, and: [nobody], through: .phone, .inbound, subject: "", about: lost))
        }, ["subject", "others[0]", "others[0]", "about[0]", "customer"]
      ),
      (
        {
          try $0.interactions.plan(
            NewInteraction(with: nobody, through: .phone, .inbound, subject: "x", about: lost))
        }, ["occurred_at", "about[0]", "customer"]
      ),
      (
        {
          try $0.responsibility.handOver(
            nobody, from: .staff("kim"), to: .staff("kim"), note: "Over to you")
        }, ["to", "customer"]
      ),
      (
        {
          try $0.commitments.make(
            NewCommitment(
              .promise, to: nobody, "", owner: .staff("kim"), due: .at(.latest), about: lost))
        }, ["text", "customer", "about[0]"]
      ),
      (
        {
          try $0.media.add(
            NewMediaItem(
              "", type: "image/jpeg", byteCount: 1, url: "https://files.example/7", of: nobody,
              about: lost))
        }, ["title", "about[0]", "customer"]
      ),
      (
        {
          try $0.reminders.set(
            "", for: .staff("kim"), .once(on: $0.today, at: .nine, in: .utc), about: nobody)
        }, ["text", "customer"]
      ),
    ]
    for (attempt, fields) in refusals {
      let before = try await shop.exported()
      let error = await failure { try await shop.crm.write { try attempt($0) } }
      #expect(error?.code == .invalid)
      #expect(error?.issues.map(\.field) == fields)
      #expect(try await shop.exported() == before)
    }
  }

  @Test(
    "A file that is there can be changed though its customer is archived",
    arguments: Backend.allCases)
  func archivedSince(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, _) = try await shop.people()
    let changed = try await shop.crm.write { tx in
      var file = try tx.media.add(
        NewMediaItem(
          "Lid", type: "image/jpeg", byteCount: 1, url: "https://files.example/7", of: ada))
      try tx.customers.archive(ada)
      try tx.customers.archive(bob)
      file.title = "The lid"
      file = try tx.media.update(file)
      var moved = file
      moved.customer = bob
      let error = refusal { [moved] in try tx.media.update(moved) }
      #expect(error?.issues.map(\.field) == ["customer"])
      return file
    }
    #expect(changed.title == "The lid")
  }
}
