import CRMKit
import Testing

@Suite("Customers' files of any size", .timeLimit(.minutes(30)))
struct CustomerLimitTests {
  private static let many = 500_000

  @Test("A list with too many entries is one problem, quickly", arguments: Backend.allCases)
  func entries(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let ada = try await shop.crm.write { try $0.customers.add(.person("Ada")) }
    let texts = [String](repeating: "", count: Self.many)
    let ids = [ExternalID](repeating: ExternalID("", ""), count: Self.many)
    let facts = Attributes((0..<Self.many).map { ("\($0)", AttributeValue.flag(true)) })
    let new = NewCustomer.person(
      "Bob", emails: texts, phones: texts, externalIDs: ids, tags: texts, attributes: facts)
    let email = try #require(EmailAddress("a@example.com"))
    let phone = try #require(PhoneNumber("+49 30 1234567"))
    var changed = ada
    changed.emails = [EmailAddress](repeating: email, count: Self.many)
    changed.phones = [PhoneNumber](repeating: phone, count: Self.many)
    changed.externalIDs = ids
    changed.tags = texts
    changed.attributes = facts
    let fields: Set = ["emails", "phones", "external_ids", "tags", "attributes"]
    try await shop.crm.write { [changed] tx in
      for error in [
        refusal { try tx.customers.add(new) }, refusal { try tx.customers.update(changed) },
      ] {
        #expect(error?.issues.count == 5)
        #expect(Set(error?.issues.map(\.field) ?? []) == fields)
      }
    }
  }

  @Test(
    "A search for far too much ends with nothing found, quickly",
    arguments: ["é", "山", "a ", "é ", "1", "@"])
  func search(unit: String) async throws {
    let shop = try await Shop(.memory)
    let text = String(repeating: unit, count: Self.many)
    let found = try await shop.crm.write { tx in
      try tx.customers.add(.person("Ada é山1"))
      return try tx.customers.search(text).items
    }
    #expect(found.isEmpty == (unit != "a " && unit != "é "))
  }

  @Test("An external id given twice is named", arguments: Backend.allCases)
  func twice(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let ids = ["1", "2", "1"].map { ExternalID("shop", $0) }
    let error = await failure {
      try await shop.crm.write { try $0.customers.add(.person("Ada", externalIDs: ids)) }
    }
    #expect(error?.issues == [.init("external_ids[2]", "is given twice")])
  }

  @Test("Contact points are typed with few bytes")
  func typed() {
    #expect(PhoneNumber("+49" + String(repeating: "-", count: 90) + "3012345") != nil)
    #expect(PhoneNumber("+49" + String(repeating: "-", count: 91) + "3012345") == nil)
    #expect(PhoneNumber("+4930123456" + String(repeating: "-", count: 10_000_000)) == nil)
    let domain = [63, 63, 63, 61].map { String(repeating: "d", count: $0) }
      .joined(separator: ".")
    let longest = String(repeating: "a", count: 64) + "@" + domain + "d"
    #expect(longest.utf8.count == 319)
    #expect(EmailAddress(longest + "d") != nil)
    #expect(EmailAddress(longest + "d ") == nil)
    #expect(EmailAddress(String(repeating: " ", count: 10_000_000) + "a@example.com") == nil)
  }

  @Test(
    "A phone number's two forms agree", arguments: Backend.allCases,
    [
      ("+1 555 123 4567", "+4930123456", false), ("0049 30 123456", "+4930123456", true),
      ("030 123456", "+4930123456", true), ("030 123456", "+4330123456", true),
      ("030 123457", "+4930123456", false), ("-", "+4930123456", false),
      ("call me", "+4930123456", false), ("+4930123456", "4930123456", false),
    ])
  func phones(backend: Backend, row: (number: String, normalised: String, isFit: Bool))
    async throws
  {
    let shop = try await Shop(backend)
    var ada = try await shop.crm.write {
      try $0.customers.add(.person("Ada", phones: ["+49 30 99999999"]))
    }
    ada.phones[0].number = row.number
    ada.phones[0].normalised = row.normalised
    let error = await failure { [ada] in
      try await shop.crm.write { try $0.customers.update(ada) }
    }
    #expect(error?.issues.map(\.field) == (row.isFit ? nil : ["phones[0]"]))
  }

  @Test("The instant a file was opened for stays", arguments: Backend.allCases)
  func createdAt(backend: Backend) async throws {
    let shop = try await Shop(backend)
    var ada = try await shop.crm.write { try $0.customers.add(.person("Ada")) }
    ada.createdAt = .earliest
    let error = await failure { [ada] in
      try await shop.crm.write { try $0.customers.update(ada) }
    }
    #expect(error?.code == .invalid)
    #expect(error?.issues.map(\.field) == ["created_at"])
  }

  /// Four bytes as it is given, twelve as it is kept.
  private static let growing = "\u{1D160}"

  @Test("Text is measured as it is kept", arguments: Backend.allCases)
  func kept(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    func text(_ count: Int) -> String { String(repeating: Self.growing, count: count) }
    let line = NewOrder.Line(item.id, amount: .zero(.usd))
    try await shop.crm.write { tx in
      let bob = try tx.customers.add(.person(text(41), tags: [text(16)]))
      try tx.customers.update(bob)
      let long = NewCustomer.person(
        text(42), emails: [text(16) + "@example.com"], externalIDs: [ExternalID("s", text(17))],
        tags: [text(17)])
      #expect(
        Set(refusal { try tx.customers.add(long) }?.issues.map(\.field) ?? [])
          == ["name", "emails[0]", "external_ids[0].value", "tags[0]"])
      let other = try tx.catalogue.add(sku: text(8), name: text(41), category: text(16))
      try tx.catalogue.update(other)
      #expect(
        refusal { try tx.catalogue.add(sku: text(9), name: text(42), category: text(17)) }?.issues
          .map(\.field) == ["sku", "name", "category"])
      try tx.orders.place(NewOrder(number: text(8), customer: ada.id, lines: [line]))
      #expect(
        refusal {
          try tx.orders.place(NewOrder(number: text(9), customer: ada.id, lines: [line]))
        }?.issues.map(\.field) == ["number"])
      #expect(
        refusal {
          try tx.interactions.record(
            NewInteraction(
              with: ada.id, through: .phone, .inbound, subject: text(84), outcome: text(84)))
        }?.issues.map(\.field) == ["subject", "outcome"])
      // Shorter as it is kept.
      try tx.customers.add(.person(String(repeating: "e\u{301}", count: 250)))
    }
  }
}
