import CRMKit
import CRMTesting
import Testing

@Suite("What few files have")
struct CustomerFileTests {
  private static let verifiedAt = Shop.opening - .seconds(86_400)

  private static let yamada = NewCustomer.person(
    "山田太郎", birthday: Birthday(month: 2, day: 29),
    attributes: [:]
  ).with {
    $0.names = [CustomerName(.reading, "やまだたろう"), CustomerName(.legal, "山田 太郎")]
    $0.addresses = [
      PostalAddress(
        "千代田1-1", "2階", city: "千代田区", region: "東京都", postcode: "100-0001", country: "JP",
        label: "home", verifiedAt: verifiedAt, source: "list:fair-2025"),
      PostalAddress(city: "Berlin", country: "DE"),
    ]
    $0.handles = [Handle("line", "taro", label: "family", verifiedAt: verifiedAt)]
    $0.zone = Zone("Asia/Tokyo")
    $0.accessNeeds = ["large print"]
    $0.preferences = ["contact": .text("evenings"), "paper": .flag(false)]
    $0.background = "Collects first pressings."
    $0.owner = .staff("kim")
  }

  @Test("A whole file is kept as it is given", arguments: Backend.allCases)
  func whole(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let added = try await shop.crm.write { tx in
      var customer = try tx.customers.add(Self.yamada)
      var email = try #require(EmailAddress("taro@example.jp"))
      email.label = "work"
      email.verifiedAt = Self.verifiedAt
      email.source = "channel:web"
      customer.emails = [email]
      return try tx.customers.update(customer)
    }
    let later = try await shop.reopened()
    let kept = try await later.crm.read { try $0.customers.get(added.id) }
    #expect(kept == added)
    #expect(kept.details == Self.yamada.details)
    #expect(kept.emails[0].verifiedAt == Self.verifiedAt)
    #expect(kept.emails[0].source == "channel:web")
    #expect(kept.birthday?.description == "--02-29")
    #expect(kept.name(.reading) == "やまだたろう")
    let changes = try await later.crm.read { try $0.events.history(of: added.id)[1].changes }
    #expect(changes.map(\.field) == ["emails"])
  }

  @Test("Each part that changes is told apart, and a file without them is as small as before")
  func changes() async throws {
    let shop = try await Shop(.memory)
    let added = try await shop.crm.write { try $0.customers.add(Self.yamada) }
    let changed = try await shop.crm.write { tx in
      var customer = added
      customer.zone = nil
      customer.names.removeAll()
      customer.addresses.removeAll()
      customer.handles.removeAll()
      customer.accessNeeds.removeAll()
      customer.preferences = [:]
      customer.background = nil
      customer.owner = nil
      return try tx.customers.update(customer)
    }
    #expect(changed.details == Aside())
    #expect(changed.details.held == nil)
    let changes = try await shop.crm.read { try $0.events.history(of: added.id)[1].changes }
    #expect(
      changes.map(\.field) == [
        "names", "addresses", "handles", "zone", "access_needs", "preferences", "background",
        "owner",
      ])
  }

  @Test("Every problem is named at once", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let long = String(repeating: "x", count: 10_001)
    let before = try await shop.exported()
    let new = NewCustomer.person("Ada", birthday: Birthday(month: 1, day: 2, year: 2026)).with {
      $0.names = [CustomerName(.given, "Ada"), CustomerName(.nick, " "), .init(.legal, long)]
      $0.addresses = [
        PostalAddress("1 Road", country: "DE"), PostalAddress(),
        PostalAddress("", city: long, postcode: "a\0", country: "de", label: ""),
      ]
      $0.handles = [Handle("line", "ada"), Handle("a line", "ada"), Handle("line", "")]
      $0.accessNeeds = [""]
      $0.preferences = ["": .flag(true), "note": .text(long)]
      $0.background = "a\0b"
      $0.owner = Principal(rawValue: "")
    }
    let error = await failure { try await shop.crm.write { try $0.customers.add(new) } }
    #expect(error?.code == .invalid)
    #expect(
      error?.issues.map(\.field) == [
        "birthday", "names[1]", "names[2]", "addresses[1]", "addresses[2].lines[0]",
        "addresses[2].city", "addresses[2].postcode", "addresses[2].country", "addresses[2].label",
        "handles[1]", "handles[2]", "access_needs[0]", "preferences[0]", "preferences[1]",
        "background", "owner",
      ])
    #expect(try await shop.exported() == before)
  }

  @Test(
    "An archived file holds nothing, and is restored unless that was taken (HC-021)",
    arguments: Backend.allCases)
  func archive(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let id = ExternalID("shop", "7")
    let new = NewCustomer.person(
      "Ada", emails: ["ada@example.com"], phones: ["+49 30 1234567"], externalIDs: [id])
    let ada = try await shop.crm.write { try $0.customers.add(new) }
    let archived = try await shop.crm.write { try $0.customers.archive(ada.id) }
    #expect(archived.archivedAt == Shop.opening)
    #expect(archived.version == 2)
    try await shop.crm.read { (tx) throws in
      #expect(try tx.customers.get(ada.id) == archived)
      #expect(try tx.customers.find(id) == nil)
      #expect(try tx.customers.find(email: "ada@example.com").isEmpty)
      #expect(try tx.customers.find(phone: "+49 30 1234567").isEmpty)
      for text in ["ada", "ada@", "1234567", "7", "+4930"] {
        #expect(try tx.customers.search(text).items.isEmpty)
      }
    }
    // Archiving twice is archiving once.
    #expect(try await shop.crm.write { try $0.customers.archive(ada.id) } == archived)

    let heir = try await shop.crm.write {
      try $0.customers.add(.person("Heir", externalIDs: [id]))
    }
    let before = try await shop.exported()
    let error = await failure { try await shop.crm.write { try $0.customers.restore(ada.id) } }
    #expect(error?.code == .duplicate)
    #expect(error?.holder == heir.id.description)
    #expect(try await shop.exported() == before)

    try await shop.crm.write { tx in
      try tx.customers.archive(heir.id)
      let restored = try tx.customers.restore(ada.id)
      #expect(!restored.isArchived)
      #expect(try tx.customers.find(id)?.id == ada.id)
      #expect(try tx.customers.search("ada").items.map(\.id) == [ada.id])
    }
    let types = try await shop.crm.read { try $0.events.history(of: ada.id).map(\.type) }
    #expect(types == ["customers.added", "customers.archived", "customers.restored"])
  }

  @Test("A file is put away by archiving alone", arguments: Backend.allCases)
  func archivedByHand(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, ben) = try await shop.crm.write { tx in
      let ada = try tx.customers.add(.person("Ada"))
      let ben = try tx.customers.add(.person("Ben"))
      return (ada, try tx.customers.archive(ben.id))
    }
    var changed = ada
    changed.details = ben.details
    let error = await failure { [changed] in
      try await shop.crm.write { try $0.customers.update(changed) }
    }
    #expect(error?.issues.map(\.field) == ["archived_at"])
    let missing = await failure { try await shop.crm.write { try $0.customers.archive(.zero) } }
    #expect(missing?.code == .notFound)
    let new = await failure {
      try await shop.crm.write { tx in
        try tx.customers.add(.person("Cleo").with { $0.details = ben.details })
      }
    }
    #expect(new?.issues.map(\.field) == ["archived_at"])
  }
}

@Suite("Birthdays")
struct BirthdayTests {
  @Test(
    "A birthday is written with or without its year",
    arguments: [
      ("1998-06-30", 1998, 6, 30), ("--06-30", nil, 6, 30), ("--02-29", nil, 2, 29),
      ("2000-02-29", 2000, 2, 29),
    ] as [(String, Int?, Int, Int)])
  func text(text: String, year: Int?, month: Int, day: Int) throws {
    let birthday = try #require(Birthday(text))
    #expect(birthday == Birthday(month: month, day: day, year: year))
    #expect(birthday.description == text)
    #expect(birthday.date?.description == (year == nil ? nil : text))
  }

  @Test(
    "What is no day is none",
    arguments: ["", "--02-30", "1999-02-29", "-02-01", "--2-1", "06-30", "--06-30T", "--0630"])
  func none(text: String) {
    #expect(Birthday(text) == nil)
  }

  @Test("The 29th of February is celebrated on the 28th in other years")
  func celebrated() throws {
    let birthday = try #require(Birthday(month: 2, day: 29))
    #expect(birthday.celebrated(in: 2028)?.description == "2028-02-29")
    #expect(birthday.celebrated(in: 2027)?.description == "2027-02-28")
  }
}

@Suite("Attributes")
struct AttributesTests {
  @Test("They behave as a dictionary in the order of its keys")
  func model() {
    var random = SeededGenerator(seed: 3)
    var attributes = Attributes()
    var model: [String: AttributeValue] = [:]
    for step in 0..<2_000 {
      let name = ["a", "b", "ab", "é", "", "z", "10", "9"].randomElement(using: &random) ?? ""
      let value = Bool.random(using: &random) ? AttributeValue.integer(Int64(step)) : nil
      attributes[name] = value
      model[name] = value
      #expect(
        attributes.map(\.name) == model.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
      for name in model.keys { #expect(attributes[name] == model[name]) }
    }
    #expect(Attributes(model.map { ($0.key, $0.value) }) == attributes)
    #expect(Attributes([("a", .flag(true)), ("a", .flag(false))])["a"] == .flag(false))
  }
}
