import CRMKit
import CRMTesting
import Testing

@Suite("What others hold is named with all else that is wrong")
struct DuplicateReportTests {
  private let shopOne = ExternalID("shop", "1")
  private let shopTwo = ExternalID("shop", "2")

  @Test("External ids of customers: all that others hold", arguments: Backend.allCases)
  func customers(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, eve) = try await shop.crm.write { tx in
      (
        try tx.customers.add(.person("Ada", externalIDs: [shopOne])),
        try tx.customers.add(.person("Bob", externalIDs: [shopTwo])),
        try tx.customers.add(.person("Eve"))
      )
    }
    let before = try await shop.exported()
    let ids = [shopTwo, ExternalID("web", "3"), shopOne]
    try await shop.crm.write { tx in
      for duplicate in [
        refusal { try tx.customers.add(.person("Max", externalIDs: ids)) },
        refusal {
          var file = eve
          file.externalIDs = ids
          return try tx.customers.update(file)
        },
      ] {
        #expect(duplicate?.code == .duplicate && duplicate?.holder == bob.id.description)
        #expect(duplicate?.issues.map(\.field) == ["external_ids[0]", "external_ids[2]"])
        #expect(duplicate?.issues.last?.problem.contains(ada.id.description) == true)
      }
      for invalid in [
        refusal { try tx.customers.add(.person("", externalIDs: ids, country: "de")) },
        refusal {
          var file = eve
          (file.name, file.country, file.externalIDs) = ("", "de", ids)
          return try tx.customers.update(file)
        },
      ] {
        #expect(invalid?.code == .invalid && invalid?.holder == bob.id.description)
        #expect(
          invalid?.issues.map(\.field)
            == ["name", "country", "external_ids[0]", "external_ids[2]"])
      }
      // One's own are nobody else's.
      var file = ada
      file.name = ""
      #expect(refusal { try tx.customers.update(file) }?.issues.map(\.field) == ["name"])
    }
    #expect(try await shop.exported() == before)
  }

  @Test("Ids that were taken while the file was put away", arguments: Backend.allCases)
  func restored(backend: Backend) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.write { tx in
      let ada = try tx.customers.add(.person("Ada", externalIDs: [shopOne, shopTwo]))
      try tx.customers.archive(ada.id)
      for id in [shopOne, shopTwo] {
        try tx.customers.add(.person("Heir", externalIDs: [id]))
      }
      let error = refusal { try tx.customers.restore(ada.id) }
      #expect(error?.code == .duplicate)
      #expect(error?.issues.map(\.field) == ["external_ids[0]", "external_ids[1]"])
    }
  }

  @Test("The external id of a contact, with what it names in vain", arguments: Backend.allCases)
  func contacts(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob, _) = try await shop.people()
    let kept = try await shop.crm.write { tx in
      try tx.interactions.record(
        NewInteraction(
          with: ada, through: .phone, .inbound, subject: "Hello", externalID: shopOne))
    }
    let before = try await shop.exported()
    try await shop.crm.write { tx in
      var new = NewInteraction(
        with: bob, and: [.zero], through: .phone, .inbound, subject: "", externalID: shopOne)
      let all = refusal { try tx.interactions.record(new) }
      #expect(all?.code == .invalid && all?.holder == kept.id.description)
      #expect(all?.issues.map(\.field) == ["subject", "others[0]", "external_id", "customer"])
      new.others = []
      new.subject = "Hello"
      #expect(refusal { try tx.interactions.record(new) }?.code == .duplicate)
      new.occurredAt = tx.now
      let planned = refusal { try tx.interactions.plan(new) }
      #expect(
        planned?.issues.map(\.field) == ["occurred_at", "external_id", "customer", "is_planned"])
    }
    #expect(try await shop.exported() == before)
  }

  @Test("Numbers of items and orders", arguments: Backend.allCases)
  func numbers(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let before = try await shop.exported()
    try await shop.crm.write { tx in
      let twin = refusal { try tx.catalogue.add(sku: item.sku, name: "") }
      #expect(twin?.issues.map(\.field) == ["name", "sku"])
      #expect(twin?.holder == item.id.description)
      var edit = item
      edit.name = ""
      #expect(refusal { try tx.catalogue.update(edit) }?.issues.map(\.field) == ["name"])
      struct Undone: Error {}
      _ = try? tx.attempt {
        let line = NewOrder.Line(item.id, amount: .zero(.eur))
        try tx.orders.place(NewOrder(number: "1", customer: ada.id, lines: [line]))
        let other = NewOrder(
          number: "1", customer: .zero, lines: [.init(item.id, quantity: 0, amount: .zero(.eur))])
        let error = refusal { try tx.orders.place(other) }
        #expect(error?.code == .invalid)
        #expect(error?.issues.map(\.field) == ["lines[0].quantity", "customer", "number"])
        throw Undone()
      }
    }
    #expect(try await shop.exported() == before)
  }
}
