import CRMKit
import CRMTesting
import Testing

@Suite("Customers")
struct CustomerTests {
  @Test("Every problem of a file is named at once", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let settings = Customers(attributes: [
      AttributeDefinition("size", .integer), AttributeDefinition("since", .date, required: true),
      AttributeDefinition("level", .text, allowed: [.text("gold"), .text("blue")]),
    ])
    let shop = try await Shop(backend, [settings])
    let tomorrow = Birthday(month: 1, day: 2, year: 2026)
    let new = NewCustomer.person(
      " \t\u{3000}", emails: ["ok@example.com", "nobody"], phones: ["12", "+49 30 1234567", ""],
      externalIDs: [ExternalID("a:b", ""), ExternalID("shop", "1")], country: "de",
      language: "1", birthday: tomorrow, tags: ["", "fine"],
      attributes: ["size": .text("XL"), "level": .text("red"), "mood": .flag(true)])
    let error = await failure { try await shop.crm.write { try $0.customers.add(new) } }
    #expect(error?.code == .invalid)
    #expect(
      Set(error?.issues.map(\.field) ?? []) == [
        "name", "emails[1]", "phones[0]", "phones[2]", "external_ids[0].system",
        "external_ids[0].value", "country", "language", "birthday", "tags[0]",
        "attributes.size", "attributes.since", "attributes.level", "attributes.mood",
      ])
    #expect(error?.description.contains("nobody") == false)
    #expect(try await shop.exported().count == 2)  // the header and the end
  }

  private static let hostileNames: [(name: String, isAccepted: Bool)] = [
    ("", false), ("   ", false), ("a\0b", false),
    (String(repeating: "x", count: 10_000_000), false),
    (String(repeating: "x", count: 501), false), (String(repeating: "x", count: 500), true),
    ("👩‍👩‍👧 \u{202E}evil", true), ("'; DROP TABLE customers; --", true), ("%_\\\"", true),
    ("{\"json\":1}", true), ("line\nbreak\u{2028}x", true), ("\u{FEFF}bom", true),
    (String(repeating: "\u{1D160}", count: 125), false),
    ("ಕ" + String(repeating: "\u{0CCB}", count: 165), true),
    (String(repeating: "각", count: 166), true),
    ("e" + String(repeating: "\u{301}", count: 200), true),
  ]

  @Test(
    "Strange names are kept as they are, or refused as a whole", arguments: Backend.allCases,
    hostileNames.indices)
  func names(backend: Backend, index: Int) async throws {
    let (name, isAccepted) = Self.hostileNames[index]
    let shop = try await Shop(backend)
    let ada = try await shop.crm.write { try $0.customers.add(.person("Ada")) }
    let before = try await shop.exported()
    guard isAccepted else {
      for work in [
        { tx in try tx.customers.add(.person(name)) },
        { tx in
          var changed = ada
          changed.name = name
          return try tx.customers.update(changed)
        },
      ] as [(Transaction) throws -> Customer] {
        let error = await failure { try await shop.crm.write { try work($0) } }
        #expect(error?.code == .invalid)
        #expect(error?.description.utf8.count ?? 0 < 1_000)
      }
      #expect(try await shop.exported() == before)
      return
    }
    let kept = try await shop.crm.write { try $0.customers.add(.person(name)) }
    #expect(kept.name == name)
    #expect(try await shop.crm.read { try $0.customers.get(kept.id) } == kept)
    #expect(
      try await shop.crm.read { tx in
        try tx.customers.page(Query(where: { $0.name == name })).items.map(\.id)
      } == [kept.id])
    #expect(try await shop.reopened().crm.read { try $0.customers.get(kept.id) } == kept)
  }

  @Test("A long list or text is refused by name of its field")
  func limits() async throws {
    let shop = try await Shop(.memory)
    let long = String(repeating: "x", count: 1_000_000)
    let news: [(String, NewCustomer)] = [
      ("emails", .person("A", emails: (0...100).map { "p\($0)@example.com" })),
      ("emails[0]", .person("A", emails: [long + "@example.com"])),
      ("phones[0]", .person("A", phones: ["+" + long])),
      ("external_ids[0].value", .person("A", externalIDs: [ExternalID("shop", long)])),
      ("external_ids[0].system", .person("A", externalIDs: [ExternalID(long, "1")])),
      ("tags[0]", .person("A", tags: [long])),
      ("tags", .person("A", tags: (0...100).map(String.init))),
      ("country", .person("A", country: long)), ("language", .person("A", language: long)),
      ("country", .person("A", country: "D\0")), ("language", .person("A", language: "")),
      ("language", .person("A", language: "de--AT")),
    ]
    for (field, new) in news {
      let error = await failure { try await shop.crm.write { try $0.customers.add(new) } }
      #expect(error?.issues.map(\.field) == [field])
    }
  }

  @Test("Nothing was verified in days to come", arguments: Backend.allCases)
  func verified(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let limit = Shop.opening + .seconds(86_400)
    try await shop.crm.write { tx in
      for (instant, isFit) in [(limit, true), (limit + .milliseconds(1), false)] {
        let addresses = [PostalAddress("Way 1", verifiedAt: instant)]
        let handles = [Handle("line", "ada", verifiedAt: instant)]
        let added = refusal {
          try tx.customers.add(
            .person("Ada").with { ($0.addresses, $0.handles) = (addresses, handles) })
        }
        #expect(
          added?.issues.map(\.field)
            == (isFit ? nil : ["addresses[0].verified_at", "handles[0].verified_at"]))
        var bob = try tx.customers.add(
          .person("Bob", emails: ["bob@example.com"], phones: ["+49 30 123456"]))
        bob.emails[0].verifiedAt = instant
        bob.phones[0].verifiedAt = instant
        #expect(
          refusal { try tx.customers.update(bob) }?.issues.map(\.field)
            == (isFit ? nil : ["emails[0].verified_at", "phones[0].verified_at"]))
      }
    }
  }

  @Test("An external id is held by one customer, who is named", arguments: Backend.allCases)
  func externalIDs(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let id = ExternalID("shop", "007")
    let (ada, bob) = try await shop.crm.write { tx in
      (
        try tx.customers.add(.person("Ada", externalIDs: [id, ExternalID("web", "x")])),
        try tx.customers.add(.person("Bob", externalIDs: [ExternalID("shop", "7")]))
      )
    }
    let before = try await shop.exported()
    let added = await failure {
      try await shop.crm.write { try $0.customers.add(.person("Eve", externalIDs: [id])) }
    }
    #expect(added?.code == .duplicate)
    #expect(added?.holder == ada.id.description)
    var changed = bob
    changed.externalIDs.append(id)
    let updated = await failure { [changed] in
      try await shop.crm.write { try $0.customers.update(changed) }
    }
    #expect(updated?.code == .duplicate)
    #expect(updated?.holder == ada.id.description)
    #expect(updated?.description.contains("007") == false)
    #expect(try await shop.exported() == before)
    try await shop.crm.read { tx throws in
      #expect(try tx.customers.find(id)?.id == ada.id)
      #expect(try tx.customers.find(ExternalID("web", "x"))?.id == ada.id)
      #expect(try tx.customers.find(ExternalID("shop", "7"))?.id == bob.id)
      #expect(try tx.customers.find(ExternalID("shop", "07")) == nil)
      #expect(try tx.customers.find(ExternalID("shop:007", "")) == nil)
    }
    // An update may give it up, and another take it.
    var without = ada
    without.externalIDs.removeFirst()
    try await shop.crm.write { [without, changed] tx in
      try tx.customers.update(without)
      try tx.customers.update(changed)
      #expect(try tx.customers.find(id)?.id == bob.id)
    }
  }

  @Test("Contact points in a file must match their normalised form", arguments: Backend.allCases)
  func forged(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let ada = try await shop.crm.write {
      try $0.customers.add(.person("Ada", emails: ["Ada@Example.com"], phones: ["+49 30 123456"]))
    }
    var email = ada
    email.emails[0].normalised = "eve@example.com"
    var phone = ada
    phone.phones[0].normalised = "not a number"
    for forged in [email, phone] {
      let error = await failure { try await shop.crm.write { try $0.customers.update(forged) } }
      #expect(error?.code == .invalid)
    }
    var national = ada
    national.phones.append(try #require(PhoneNumber("030 123457", callingCode: "49")))
    try await shop.crm.write { [national] in try $0.customers.update(national) }
  }

  @Test("Facts are of the kind and the values their host defined", arguments: Backend.allCases)
  func attributes(backend: Backend) async throws {
    let definitions = [
      AttributeDefinition("text", .text, allowed: [.text("caf\u{E9}"), .text("bar")]),
      AttributeDefinition("integer", .integer), AttributeDefinition("flag", .flag, required: true),
      AttributeDefinition("date", .date), AttributeDefinition("instant", .instant),
      AttributeDefinition("money", .money),
    ]
    let shop = try await Shop(backend, [Customers(attributes: definitions)])
    let values: Attributes = [
      "text": .text("cafe\u{301}"), "integer": .integer(.min), "flag": .flag(false),
      "date": .date(CalendarDate(year: 9999, month: 12, day: 31) ?? Shop.opening.dateInUTC),
      "instant": .instant(.earliest), "money": .money(Money(minorUnits: .min, .kwd)),
    ]
    let ada = try await shop.crm.write { try $0.customers.add(.person("Ada", attributes: values)) }
    let kept = try await shop.reopened().crm.read { try $0.customers.get(ada.id) }
    #expect(kept.attributes == values)
  }

  @Test(
    "Facts that do not fit are refused",
    arguments: [
      ("undefined", AttributeValue.flag(true)), ("size", .text("XL")), ("size", .flag(true)),
      ("level", .text("red")), ("level", .text("")), ("note", .text("a\0b")),
      ("note", .text(String(repeating: "x", count: 10_001))),
    ])
  func unfitAttributes(name: String, value: AttributeValue) async throws {
    let settings = Customers(attributes: [
      AttributeDefinition("size", .integer), AttributeDefinition("note", .text),
      AttributeDefinition("level", .text, allowed: [.text("gold")]),
    ])
    let shop = try await Shop(.memory, [settings])
    let error = await failure {
      try await shop.crm.write { try $0.customers.add(.person("A", attributes: [name: value])) }
    }
    #expect(error?.issues.map(\.field) == ["attributes.\(name)"])
  }

  @Test("An unknown customer is not found", arguments: Backend.allCases)
  func notFound(backend: Backend) async throws {
    let shop = try await Shop(backend)
    #expect(
      await failure { try await shop.crm.read { try $0.customers.get(.zero) } }?.code == .notFound)
    #expect(try await shop.crm.read { try $0.customers.find(.zero) } == nil)
  }
}

@Suite("Contact points")
struct ContactPointTests {
  @Test(
    "E-mail addresses are compared in lower case",
    arguments: [
      ("yuna@example.kr", "yuna@example.kr"), (" Yuna@Example.KR\n", "yuna@example.kr"),
      ("a.b+c-d_e@sub.example.co.uk", "a.b+c-d_e@sub.example.co.uk"), ("x@y.z", "x@y.z"),
      ("МИХАИЛ@пример.рф", "михаил@пример.рф"), ("김@한국.kr", "김@한국.kr"),
      ("o'hara@a.ie", "o'hara@a.ie"),
      (String(repeating: "l", count: 64) + "@a.b", String(repeating: "l", count: 64) + "@a.b"),
    ])
  func email(text: String, normalised: String) {
    #expect(EmailAddress(text)?.normalised == normalised)
  }

  @Test(
    "What cannot be delivered to is no e-mail address",
    arguments: [
      "", "@", "a", "a@", "@b.c", "a@b", "a@b.", "a@.b", "a@b..c", "a@@b.c", "a@b@c.d", ".a@b.c",
      "a.@b.c", "a..b@c.d", "a b@c.d", "a@b c.d", "a\0@b.c", "a\t@b.c", "a\u{7F}@b.c",
      "a\u{85}@b.c",
      "a\u{81}@b.c", "a\u{A0}@b.c", "a\u{200B}@b.c", "a\u{202E}@b.c", "a\u{FEFF}@b.c", "<a@b.c>",
      "a@-b.c", "a@b-.c", "\"a\"@b.c", "a@[1.2.3.4]", "a,b@c.d", "a;b@c.d", "mailto:a@b.c",
      String(repeating: "l", count: 65) + "@a.b", "a@" + String(repeating: "l", count: 64) + ".b",
      "a@" + String(repeating: "ab.", count: 90) + "c",
    ])
  func noEmail(text: String) {
    #expect(EmailAddress(text) == nil)
  }

  @Test(
    "Phone numbers are compared in E.164",
    arguments: [
      ("+82 10-1234-5678", nil, "+821012345678"), ("0082 (10) 1234.5678", nil, "+821012345678"),
      ("010 1234 5678", "82", "+821012345678"), ("10/12345678", "82", "+821012345678"),
      ("＋８２ １０　１２３４−５６７８".replacing("−", with: "－"), nil, "+821012345678"),
      (" +1\u{A0}212\u{2011}555\u{2010}0100 ", "49", "+12125550100"), ("+4912345", nil, "+4912345"),
      ("+123456789012345", nil, "+123456789012345"),
      ("+49 (0)30 123456", nil, "+4930123456"), ("0049(0)30/123456", nil, "+4930123456"),
      ("(030) 123456", "49", "+4930123456"), ("(0)30 123456", "49", "+4930123456"),
      ("+39 (0)6 1234567", nil, "+39061234567"), ("+49 30 (0) 123456", nil, "+4930123456"),
    ] as [(String, String?, String)])
  func phone(text: String, callingCode: String?, normalised: String) {
    #expect(PhoneNumber(text, callingCode: callingCode)?.normalised == normalised)
  }

  @Test(
    "What is no such number is refused",
    arguments: [
      ("", "82"), ("+", "82"), ("010 1234 5678", nil), ("+82", nil), ("+123456", nil),
      ("+1234567890123456", nil), ("+0123456789", nil), ("000123456789", nil), ("12+3456789", "82"),
      ("++8210123456", nil), ("call me", "82"), ("+82 10 1234 5678 ext 9", nil),
      ("+82\0101234567", nil),
      ("+٨٢١٠١٢٣٤٥٦٧", nil), ("0", "82"), ("+82;10123456", nil), ("tel:+8210123456", nil),
    ] as [(String, String?)])
  func noPhone(text: String, callingCode: String?) {
    #expect(PhoneNumber(text, callingCode: callingCode) == nil)
  }

  @Test("Customers are found by them however they are written", arguments: Backend.allCases)
  func find(backend: Backend) async throws {
    let shop = try await Shop(backend, [Customers(callingCode: "82")])
    try await shop.crm.write { tx in
      let yuna = try tx.customers.add(
        .person("Yuna", emails: ["old@example.kr", "Yuna@Example.kr"], phones: ["010-1234-5678"]))
      let ken = try tx.customers.add(.person("Ken", emails: ["yuna@example.kr"]))
      #expect(
        Set(try tx.customers.find(email: " YUNA@example.KR ").map(\.id)) == [yuna.id, ken.id])
      #expect(try tx.customers.find(email: "old@example.kr").map(\.id) == [yuna.id])
      #expect(try tx.customers.find(phone: "+82 10 1234 5678").map(\.id) == [yuna.id])
      #expect(try tx.customers.find(phone: "01012345678").map(\.id) == [yuna.id])
      #expect(try tx.customers.find(email: "yuna").isEmpty)
      #expect(try tx.customers.find(phone: "\0").isEmpty)
      #expect(yuna.emails[1].address == "Yuna@Example.kr")
    }
  }
}

@Suite("Search")
struct CustomerSearchTests {
  private static let people: [NewCustomer] = [
    .person("김유나", emails: ["yuna@example.kr"], phones: ["+82 10 1234 5678"]),
    .person("さくら 田中"), .person("サクラ"),
    .person("Zoë Müller-Lüdenscheidt", emails: ["zoe@example.de"]),
    .person("Straße Ärger"), .person("Παπαδόπουλος"), .person("ＡＢＣ商事"), .person("O'Brien & Söhne"),
    .person("Иванов"), .person("Ada", externalIDs: [ExternalID("shop", "K-00017")]),
    .person("İpek"), .person("Nguyễn Văn A"),
  ]

  @Test(
    "A name is found by the beginnings of its words, whatever case, accents or width",
    arguments: Backend.allCases,
    [
      ("김유나", ["김유나"]), ("김유", ["김유나"]), ("김", ["김유나"]), ("유나", ["김유나"]), ("나", ["김유나"]),
      ("유김", []),
      ("\u{1100}\u{1175}\u{11B7}", ["김유나"]), ("さく", ["さくら 田中", "サクラ"]),
      ("田中 さ", ["さくら 田中"]), ("クラ", ["さくら 田中", "サクラ"]), ("商事", ["ＡＢＣ商事"]),
      ("ｻｸ", ["さくら 田中", "サクラ"]), ("zoe", ["Zoë Müller-Lüdenscheidt"]),
      ("ZOE\u{308} mul", ["Zoë Müller-Lüdenscheidt"]),
      ("ludensch", ["Zoë Müller-Lüdenscheidt"]), ("strasse", ["Straße Ärger"]),
      ("STRASSE", ["Straße Ärger"]),
      ("arger", ["Straße Ärger"]), ("ΠΑΠΑΔΟΠΟΥΛΟΣ", ["Παπαδόπουλος"]), ("παπαδ", ["Παπαδόπουλος"]),
      ("abc", ["ＡＢＣ商事"]), ("brien sohn", ["O'Brien & Söhne"]), ("ИВАН", ["Иванов"]),
      ("k-0001", ["Ada"]),
      ("00017", ["Ada"]), ("ipek", ["İpek"]), ("nguyen van", ["Nguyễn Văn A"]), ("zoe ada", []),
      ("", []), ("  ", []), ("&", []), ("%", []), ("a zoe", []), ("a\0da", []), ("\0@", []),
      ("xyz", []),
    ] as [(String, [String])])
  func search(backend: Backend, search: (text: String, names: [String])) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.write { tx in for new in Self.people { try tx.customers.add(new) } }
    let found = try await shop.crm.read { try $0.customers.search(search.text).items.map(\.name) }
    #expect(found == search.names)
  }

  @Test(
    "E-mail addresses and phone numbers are found by their beginnings",
    arguments: Backend.allCases,
    [
      ("YUNA@", 1), ("yuna@example.kr", 1), ("una@", 0), ("+82 10", 1), ("+8210123", 1), ("+49", 0),
      ("+8 2-1", 1),
    ])
  func contacts(backend: Backend, search: (text: String, count: Int)) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.write { tx in for new in Self.people { try tx.customers.add(new) } }
    let found = try await shop.crm.read { try $0.customers.search(search.text).items }
    #expect(found.count == search.count)
  }

  @Test(
    "Whole words come first, as many as asked for, and answers follow changes",
    arguments: Backend.allCases)
  func order(backend: Backend) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.write { tx in
      for name in ["Kimber B", "Kim C", "Kim A", "Lee Kimi", "kim b", "Kimi Kim"] {
        try tx.customers.add(.person(name))
      }
      let ranked = ["Kim C", "Kim A", "kim b", "Kimi Kim", "Kimber B", "Lee Kimi"]
      #expect(try tx.customers.search("kim").items.map(\.name) == ranked)
      #expect(try tx.customers.search("kim", limit: 2).items.map(\.name) == ["Kim C", "Kim A"])
      #expect(try tx.customers.search("kim", limit: 0).items.isEmpty)
      var changed = try #require(try tx.customers.search("kim c").items.first)
      changed.name = "Lee C"
      try tx.customers.update(changed)
      #expect(try tx.customers.search("kim c").items.isEmpty)
      #expect(try tx.customers.search("lee").items.count == 2)
    }
  }

  @Test("Any form of a name finds it", arguments: Backend.allCases)
  func forms(backend: Backend) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.write { tx in
      try tx.customers.add(
        .person("山田太郎").with {
          $0.names = [
            CustomerName(.family, "山田"), CustomerName(.given, "太郎"),
            CustomerName(.reading, "やまだたろう"), CustomerName(.romanised, "Yamada Tarō"),
          ]
        })
      try tx.customers.add(.person("José Álvarez"))
      for text in [
        "太郎", "山田", "田太", "やまだ", "ヤマダ", "ﾔﾏﾀﾞ", "たろう", "yamada", "taro", "tarō yam", "郎",
      ] {
        #expect(try tx.customers.search(text).items.map(\.name) == ["山田太郎"], "\(text)")
      }
      // A voiced syllable is another one.
      #expect(try tx.customers.search("やまた").items.isEmpty)
      #expect(try tx.customers.search("jose").items.map(\.name) == ["José Álvarez"])
    }
  }

  @Test(
    "A phone is found by its last digits, and by its national number",
    arguments: Backend.allCases,
    [
      ("5678", ["김유나"]), ("1234-5678", ["김유나"]), ("010 1234 5678", ["김유나"]),
      ("００ 12345678", ["김유나"]), ("567", []), ("1234", ["Ada"]), ("82101234", []),
      ("+8210", ["김유나"]), ("0678", ["Bob"]), ("0000678", ["Bob"]), ("00678", ["Bob"]),
      ("030 0000678", ["Bob"]), ("678", []), ("100678", []),
    ])
  func phones(backend: Backend, search: (text: String, names: [String])) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.write { tx in
      try tx.customers.add(Self.people[0])
      try tx.customers.add(.person("Ada", externalIDs: [ExternalID("shop", "1234-7")]))
      try tx.customers.add(.person("Bob", phones: ["+49 30 0000678"]))
    }
    let found = try await shop.crm.read { try $0.customers.search(search.text).items.map(\.name) }
    #expect(found == search.names)
  }

  @Test("Pages of any size, and a plain look at every customer, agree", arguments: Backend.allCases)
  func pages(backend: Backend) async throws {
    let shop = try await Shop(backend)
    var random = SeededGenerator(seed: 5)
    let parts = ["Kim", "Kimberley", "Ann", "Anna", "An", "유나", "김", "山田", "やま", "Ünal", "4711"]
    let names = (0..<150).map { number in
      let count = Int.random(in: 1...3, using: &random)
      return (0..<count).map { _ in parts.randomElement(using: &random) ?? "" }
        .joined(separator: " ") + " \(number)"
    }
    try await shop.crm.write { tx in
      for (number, name) in names.enumerated() {
        let email = number % 5 == 0 ? ["anna\(number)@example.com"] : []
        let phone = number % 7 == 0 ? ["+49 30 \(1_000_000 + number)4711"] : []
        let id = try tx.customers.add(.person(name, emails: email, phones: phone)).id
        if number % 11 == 0 { try tx.customers.archive(id) }
      }
    }
    for text in ["kim", "an", "anna", "ann kim", "유나", "山", "4711", "unal 유나", "anna kim an"] {
      let whole = try await shop.crm.read { try $0.customers.search(text, limit: 1_000) }
      #expect(whole.next == nil)
      let words = text.split(separator: " ").map { $0 == "unal" ? "ünal" : String($0) }
      let expected = names.enumerated().filter { number, name in
        guard number % 11 != 0 else { return false }
        let own = name.lowercased().split(separator: " ")
        let byName = words.allSatisfy { word in own.contains { $0.hasPrefix(word) } }
        let byEmail = words.count == 1 && number % 5 == 0 && "anna".hasPrefix(text)
        return byName || byEmail || (text == "4711" && number % 7 == 0)
      }
      #expect(Set(whole.items.map(\.name)) == Set(expected.map { $0.1 }), "\(text)")
      #expect(whole.items.count == expected.count, "\(text)")
      for limit in [1, 7] {
        var seen: [Customer] = []
        var place: SearchCursor?
        repeat {
          let page = try await shop.crm.read { [place] in
            try $0.customers.search(text, after: place, limit: limit)
          }
          seen += page.items
          place = page.next
        } while place != nil
        #expect(seen == whole.items, "\(text) by \(limit)")
      }
    }
  }
}
