import CRMKit
import CRMTesting
import Testing

@Suite("The forms a text can come in lead around no rule of a file", .timeLimit(.minutes(30)))
struct CustomerFormTests {
  private static func capabilities(_ customers: Customers) -> [any Capability] {
    CRM.standardCapabilities.filter { !($0 is Customers) } + [customers]
  }

  @Test("The name of an attribute is the same in every form", arguments: Backend.allCases)
  func attributeNames(backend: Backend) async throws {
    let definition = AttributeDefinition("cafe\u{301}", .integer, required: true)
    let shop = try await Shop(backend, Self.capabilities(Customers(attributes: [definition])))
    for name in ["café", "cafe\u{301}"] {
      let error = await failure {
        try await shop.crm.write {
          try $0.customers.add(.person("Ada", attributes: Attributes([(name, .text("no"))])))
        }
      }
      #expect(error?.issues == [.init("attributes.café", "is text, not integer")])
      var ada = try await shop.crm.write {
        try $0.customers.add(.person("Ada", attributes: Attributes([(name, .integer(1))])))
      }
      ada.name = "Bob"
      let kept = try await shop.crm.write { [ada] in try $0.customers.update(ada) }
      #expect(kept.attributes == ["café": .integer(1)])
    }
  }

  @Test("A search finds an address typed in another form", arguments: Backend.allCases)
  func search(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let ada = try await shop.crm.write {
      try $0.customers.add(.person("Ada", emails: ["josé@example.com"]))
    }
    for text in ["jose\u{301}@", "JOSE\u{301}@EXAMPLE", "josé@example.com"] {
      let found = try await shop.crm.read { try $0.customers.search(text).items }
      #expect(found.map(\.id) == [ada.id])
    }
  }

  @Test(
    "A CRM is not opened with a calling code that only looks like one",
    arguments: Backend.allCases, ["+49", "0", "٤٩", "12345", ""])
  func callingCode(backend: Backend, code: String) async throws {
    let error = await failure {
      try await Shop(backend, Self.capabilities(Customers(callingCode: code)))
    }
    #expect(error?.code == .invalidCapability)
    #expect(error?.issues.map(\.field) == ["Customers.calling_code"])
  }

  @Test(
    "What nobody can see is no name",
    arguments: [
      "\u{200B}", "\u{200F} \u{200E}", "\u{FEFF}", "\u{2060}\u{AD}", "\u{3164}", "\u{1}\u{7F}",
      "\u{202E}\u{2029}", "\u{E0041}\u{FE0F}",
    ])
  func invisible(text: String) async throws {
    let shop = try await Shop(.memory)
    let before = try await shop.exported()
    let error = await failure {
      try await shop.crm.write { tx in
        try tx.customers.add(
          .person(text, tags: [text]).with { $0.names = [CustomerName(.nick, text)] })
      }
    }
    #expect(error?.issues.map(\.field) == ["name", "tags[0]", "names[0]"])
    #expect(try await shop.exported() == before)
    let seen = try await shop.crm.write { tx in
      try ["\(text)A", "\u{200F}דנה", "😀"].map { try tx.customers.add(.person($0)).name }
    }
    #expect(seen.count == 3)
  }

  @Test("What is blank is empty", arguments: Backend.allCases)
  func blank(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let new = NewCustomer.person("Ada", externalIDs: [ExternalID("shop", " ")], tags: [" "]).with {
      $0.addresses = [PostalAddress(" ")]
      $0.accessNeeds = ["\t"]
      $0.owner = Principal(rawValue: " ")
    }
    let error = await failure { try await shop.crm.write { try $0.customers.add(new) } }
    #expect(
      error?.issues.map(\.field) == [
        "external_ids[0].value", "tags[0]", "addresses[0].lines[0]", "access_needs[0]", "owner",
      ])
    var ada = try await shop.crm.write { try $0.customers.add(.person("Ada")) }
    ada.name = " Ada Lovelace "
    let kept = try await shop.crm.write { [ada] in try $0.customers.update(ada) }
    #expect(kept.name == "Ada Lovelace")
  }

  @Test(
    "Who is born today, where it is today already, is not from the future",
    arguments: Backend.allCases)
  func birthday(backend: Backend) async throws {
    let shop = try await Shop(
      backend, at: instant("2026-01-01T20:00:00Z"), zone: .tokyo)
    let born = { (date: CalendarDate) in
      try await shop.crm.write {
        try $0.customers.add(.person("Ada", birthday: Birthday(date)))
      }
    }
    let ada = try await born(date("2026-01-02"))
    #expect(ada.birthday == Birthday(date("2026-01-02")))
    let error = await failure { try await born(date("2026-01-03")) }
    #expect(error?.issues.map(\.field) == ["birthday"])
  }

  @Test("Languages are what they are elsewhere", arguments: Backend.allCases)
  func languages(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let refused = await failure {
      try await shop.crm.write { try $0.customers.add(.person("Ada", language: "de-x")) }
    }
    #expect(refused?.issues.map(\.field) == ["language"])
    let ada = try await shop.crm.write {
      try $0.customers.add(.person("Ada", language: "zh-Hant-TW"))
    }
    #expect(ada.language == "zh-Hant-TW")
  }

  @Test("Signs that only look like those of an address or a currency are none")
  func lookalikes() {
    for text in ["a@\u{301}b@c.de", "a@b.\u{301}.de", "a.\u{301}.b@c.de", "é@\u{301}b.de"] {
      #expect(EmailAddress(text) == nil)
    }
    #expect(EmailAddress("jose\u{301}@exa\u{301}mple.de")?.normalised == "josé@exámple.de")
    #expect(Currency(rawValue: "\u{212A}WD") == nil)
    #expect(Currency(rawValue: "KWD") == .kwd)
  }

  @Test("A blank number is none", arguments: Backend.allCases)
  func blankNumber(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, item) = try await shop.furnished()
    let line = NewOrder.Line(item.id, amount: try Money("1.00", .usd))
    let order = NewOrder(number: " ", customer: ada.id, lines: [line])
    let error = await failure { try await shop.crm.write { try $0.orders.place(order) } }
    #expect(error?.issues.map(\.field) == ["number"])
  }

  @Test("A handle finds its customer, while the file is in use", arguments: Backend.allCases)
  func handles(backend: Backend) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.write { tx in
      let taro = try tx.customers.add(
        .person("山田太郎").with { $0.handles = [Handle("line", "Taro_99"), Handle("x", "たろう")] })
      for text in ["taro", "99", "タロウ"] {
        #expect(try tx.customers.search(text).items == [taro], "\(text)")
      }
      try tx.customers.archive(taro.id)
      #expect(try tx.customers.search("taro").items.isEmpty)
    }
  }
}
