import CRMKit
import CRMSQLite
import CRMTesting
import Foundation
import Testing

/// Where values come from, and which of them a file follows.
@Suite("Facts", .timeLimit(.minutes(30)))
struct FactTests {
  static let erp = FactSource.system("erp")
  static let sales = FactSource.department("sales")
  static let fair = FactSource.list("fair-2025")
  static let forms = FactSource.channel(.web)

  /// The standard capabilities, trusting the ERP most, then sales.
  static func capabilities(
    trust: [FactSource] = [erp, sales], attributes: [AttributeDefinition] = []
  ) -> [any Capability] {
    CRM.standardCapabilities.replacing(Facts(trust: trust))
      .replacing(Customers(attributes: attributes))
  }

  private func open(
    _ backend: Backend, trust: [FactSource] = [erp, sales],
    attributes: [AttributeDefinition] = [], _ new: NewCustomer = .person("Ada")
  ) async throws -> (shop: Shop, ada: Customer.ID) {
    let shop = try await Shop(backend, Self.capabilities(trust: trust, attributes: attributes))
    let ada = try await shop.crm.acting(as: .staff("kim")).write { try $0.customers.add(new).id }
    shop.clock.advance(by: .seconds(3_600))
    return (shop, ada)
  }

  private func edit(
    _ id: Customer.ID, by crm: CRM, _ change: @Sendable (inout Customer) -> Void
  ) async throws {
    try await crm.write { tx in
      var customer = try tx.customers.get(id)
      change(&customer)
      try tx.customers.update(customer)
    }
  }

  // MARK: What wins

  /// What some sources say in turn, and what the file has in the end.
  struct Dispute: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let said: [(source: FactSource, country: String, days: Int)]
    let winner: String
    let decision: Fact.Decision
  }

  static let disputes = [
    Dispute(
      testDescription: "the more trusted source, whatever came first",
      said: [(erp, "DE", -9), (sales, "KR", -1)], winner: "DE", decision: .trust),
    Dispute(
      testDescription: "the more trusted source, though it comes last with old news",
      said: [(sales, "KR", -1), (erp, "DE", -9)], winner: "DE", decision: .trust),
    Dispute(
      testDescription: "a source of the order over one that is not in it",
      said: [(sales, "KR", -9), (fair, "FR", -1)], winner: "KR", decision: .trust),
    Dispute(
      testDescription: "what was true later, of sources trusted alike",
      said: [(forms, "KR", -1), (fair, "FR", -2)], winner: "KR", decision: .recency),
    Dispute(
      testDescription: "what was recorded later, of what was true at once",
      said: [(forms, "KR", -1), (fair, "FR", -1)], winner: "FR", decision: .recency),
  ]

  @Test("The file follows", arguments: Backend.allCases, disputes)
  func decision(backend: Backend, dispute: Dispute) async throws {
    let (shop, ada) = try await open(backend)
    for (source, country, days) in dispute.said {
      try await shop.crm.write { tx throws in
        try tx.facts.assert(
          country, for: Customer.fields.country, of: ada, from: source,
          trueAt: tx.now + .seconds(days * 86_400))
      }
    }
    try await shop.crm.read { tx throws in
      #expect(try tx.customers.get(ada).country == dispute.winner)
      let standing = try #require(try tx.facts.standing(of: ada, field: "country"))
      #expect(standing.value == .text(dispute.winner))
      #expect(standing.decision == nil && standing.outdoneBy == nil)
      let lost = try tx.facts.disagreements(of: ada)
      #expect(lost.map(\.standing) == [standing])
      #expect(lost.map(\.lost.decision) == [dispute.decision])
      #expect(lost.map(\.lost.outdoneBy) == [standing.id])
      let history = try tx.facts.history(of: ada, field: "country").items
      #expect(Set(history.map(\.value)) == Set(dispute.said.map { .text($0.country) }))
      #expect(history.map(\.trueAt) == history.map(\.trueAt).sorted(by: >))
    }
  }

  @Test(
    "A source's later word supersedes its own, also when news is late",
    arguments: Backend.allCases)
  func superseded(backend: Backend) async throws {
    let (shop, ada) = try await open(backend)
    for (country, days) in [("DE", -5), ("KR", -1), ("FR", -3)] {
      try await shop.crm.write { tx throws in
        try tx.facts.assert(
          country, for: Customer.fields.country, of: ada, from: Self.erp,
          trueAt: tx.now + .seconds(days * 86_400))
      }
    }
    try await shop.crm.read { tx throws in
      #expect(try tx.customers.get(ada).country == "KR")
      let history = try tx.facts.history(of: ada, field: "country").items
      #expect(history.map(\.value) == ["KR", "FR", "DE"].map { .text($0) })
      #expect(history.map(\.status) == [.standing, .superseded, .superseded])
      #expect(try tx.facts.disagreements(of: ada).isEmpty)
    }
  }

  @Test("Sources that say the same do not disagree", arguments: Backend.allCases)
  func agreeing(backend: Backend) async throws {
    let (shop, ada) = try await open(backend)
    let facts = try await shop.crm.write { tx in
      try [Self.fair, Self.erp].map {
        try tx.facts.assert("DE", for: Customer.fields.country, of: ada, from: $0)
      }
    }
    try await shop.crm.read { tx throws in
      #expect(try tx.facts.get(facts[0].id).status == .agreeing)
      #expect(try tx.facts.get(facts[1].id).status == .standing)
      #expect(try tx.facts.disagreements().items.isEmpty)
    }
    try await shop.crm.write { tx throws in
      try tx.facts.assert("FR", for: Customer.fields.country, of: ada, from: Self.erp)
      #expect(try tx.facts.get(facts[0].id).status == .lost)
    }
  }

  @Test("Lists, dates and contact points have sources too", arguments: Backend.allCases)
  func kinds(backend: Backend) async throws {
    let (shop, ada) = try await open(backend)
    let email = try #require(EmailAddress("Ada@Example.com"))
    let birthday = try #require(Birthday("1815-12-10"))
    let facts = try await shop.crm.write { tx in
      try tx.facts.assert(
        [
          NewFact(Customer.fields.emails, [email]), NewFact(Customer.fields.tags, ["vip", "b"]),
          NewFact("birthday", .text("1815-12-10")), NewFact("name", .text("Zoe\u{308}")),
          NewFact("kind", .text("organisation")),
        ], of: ada, from: Self.erp)
    }
    #expect(facts.map(\.field) == ["emails", "tags", "birthday", "name", "kind"])
    #expect(facts.allSatisfy { $0.status == .standing })
    try await shop.crm.read { tx throws in
      let customer = try tx.customers.get(ada)
      #expect(customer.emails.map(\.address) == [email.address])
      #expect(customer.emails[0].recordedAt == tx.now && customer.birthday == birthday)
      #expect(customer.tags == ["vip", "b"] && customer.kind == .organisation)
      #expect(customer.name.unicodeScalars.elementsEqual("Zo\u{eb}".unicodeScalars))
      #expect(try tx.customers.find(email: "ada@example.com").map(\.id) == [ada])
      // The file had a name and a kind before, which someone had written there.
      #expect(try tx.facts.standing(of: ada).count == 5)
      #expect(
        try tx.facts.disagreements(of: ada).map(\.lost.value) == [
          .text("person"), .text("Ada"),
        ])
    }
  }

  @Test("Attributes of the host's own have sources", arguments: Backend.allCases)
  func attributes(backend: Backend) async throws {
    let definitions = [
      AttributeDefinition("plan", .text, allowed: [.text("free"), .text("pro")]),
      AttributeDefinition("seats", .integer), AttributeDefinition("since", .date),
      AttributeDefinition("limit", .money),
    ]
    let (shop, ada) = try await open(backend, attributes: definitions)
    try await shop.crm.write { tx throws in
      try tx.facts.assert(
        [
          NewFact(attribute: "plan", .text("pro")), NewFact("attributes.seats", .integer(7)),
          NewFact("attributes.since", .text("2020-02-29")),
          NewFact("attributes.limit", .json(#"{"money":"12.50 EUR"}"#)),
        ], of: ada, from: Self.erp)
      try tx.facts.assert(NewFact(attribute: "plan", .text("free")), of: ada, from: Self.fair)
      let customer = try tx.customers.get(ada)
      #expect(customer.attributes["plan"] == .text("pro"))
      #expect(customer.attributes["seats"] == .integer(7))
      #expect(customer.attributes["since"] == CalendarDate("2020-02-29").map { .date($0) })
      #expect(customer.attributes["limit"] == .money(try Money("12.50", .eur)))
      #expect(try tx.facts.disagreements(of: ada).map(\.lost.field) == ["attributes.plan"])
    }
    try await shop.crm.write { tx throws in
      try tx.facts.withdrawAll(from: Self.erp, of: ada)
      let customer = try tx.customers.get(ada)
      #expect(customer.attributes["plan"] == .text("free"))
      #expect(customer.attributes["seats"] == nil)
    }
    // One attribute edited by hand is a statement on that one alone.
    try await edit(ada, by: shop.crm.acting(as: .staff("kim"))) {
      $0.attributes["plan"] = .text("pro")
      $0.attributes["seats"] = .integer(2)
    }
    try await shop.crm.read { tx throws in
      let standing = try tx.facts.standing(of: ada)
      #expect(standing.map(\.field) == ["attributes.plan"])
      #expect(standing.map(\.source) == [.staff])
    }
    let error = await failure {
      try await shop.crm.write { tx throws in
        try tx.facts.assert(
          [
            NewFact("attributes.plan", .instant(Shop.opening)),
            NewFact("attributes.seat", .integer(1)),
            NewFact(attribute: "seats", .text("x")),
          ], of: ada, from: Self.erp)
      }
    }
    #expect(
      error?.issues.map(\.description).sorted() == [
        "attributes.plan: does not take the value: it is kept as text",
        "attributes.seat: is not a field of customers that has a source; did you mean "
          + "“attributes.seats”?",
        "attributes.seats: is text, not integer",
      ])
  }

  @Test("Every field that a source can speak of takes its word", arguments: Backend.allCases)
  func everyField(backend: Backend) async throws {
    let (shop, ada) = try await open(backend)
    let zone = try #require(Zone("Europe/London"))
    let said = [
      NewFact(Customer.fields.phones, [try #require(PhoneNumber("+44 20 7946 0000"))]),
      NewFact(Customer.fields.names, [CustomerName(.family, "Lovelace")]),
      NewFact(Customer.fields.addresses, [PostalAddress("12 St James", city: "London")]),
      NewFact(Customer.fields.handles, [Handle("line", "ada")]),
      NewFact(Customer.fields.zone, zone), NewFact(Customer.fields.accessNeeds, ["ramp"]),
      NewFact(Customer.fields.background, "Mathematics"),
      NewFact(Customer.fields.owner, .staff("kim")),
      NewFact(preference: "contact", .text("evenings")), NewFact("preferences.calls", .integer(2)),
    ]
    try await shop.crm.write { tx throws in
      let facts = try tx.facts.assert(said, of: ada, from: Self.fair)
      #expect(facts.map(\.field) == said.map(\.field))
      #expect(facts.map(\.value).dropLast() == said.map(\.value).dropLast())
      let customer = try tx.customers.get(ada)
      #expect(customer.phones.map(\.normalised) == ["+442079460000"])
      #expect(customer.addresses.map(\.city) == ["London"])
      #expect(customer.handles.map(\.name) == ["ada"] && customer.zone == zone)
      #expect(customer.accessNeeds == ["ramp"] && customer.background == "Mathematics")
      #expect(customer.names.map(\.text) == ["Lovelace"] && customer.owner == .staff("kim"))
      #expect(customer.preferences == ["contact": .text("evenings"), "calls": .integer(2)])
    }
    // One preference is edited; the fact on the other goes on.
    shop.clock.advance(by: .seconds(60))
    try await edit(ada, by: shop.crm.acting(as: .staff("kim"))) {
      $0.preferences["contact"] = .text("mornings")
    }
    try await shop.crm.write { tx throws in
      #expect(try tx.facts.disagreements(of: ada).map(\.lost.field) == ["preferences.contact"])
      #expect(try tx.facts.withdrawAll(from: Self.fair, of: ada).count == said.count)
      var customer = try tx.customers.get(ada)
      #expect(customer.preferences == ["contact": .text("mornings")])
      #expect(customer.phones.isEmpty && customer.names.isEmpty && customer.addresses.isEmpty)
      #expect(customer.handles.isEmpty && customer.zone == nil && customer.accessNeeds.isEmpty)
      #expect(customer.background == nil && customer.owner == nil)
      customer.preferences = [:]
      #expect(customer.details == Customer.schema.layout.blank.details)
    }
    let error = await failure {
      try await shop.crm.write {
        try $0.facts.assert(
          [
            NewFact("preferences", .json("{}")), NewFact("preferences.", .text("x")),
            NewFact("preferences.calls", .bytes([1])), NewFact(preference: "a", .text("\0")),
          ], of: ada, from: Self.fair)
      }
    }
    #expect(
      error?.issues.map(\.field) == [
        "preferences", "preferences.", "preferences.calls", "preferences.a",
      ])
  }

  // MARK: What the file held before

  @Test("What the file held becomes a fact of whoever wrote it there", arguments: Backend.allCases)
  func adopted(backend: Backend) async throws {
    let (shop, ada) = try await open(backend, .person("Ada", country: "DE", tags: ["a"]))
    let web = shop.crm.acting(as: .staff("lee"), through: .web)
    try await edit(ada, by: web) { $0.country = "KR" }
    let editedAt = shop.clock.now
    try await edit(ada, by: shop.crm.acting(as: .integration("shop"), through: .web)) {
      $0.language = "ko"
    }
    shop.clock.advance(by: .seconds(60))
    #expect(try await shop.crm.read { try $0.records(of: Fact.self).count() } == 0)
    try await shop.crm.write { tx throws in
      try tx.facts.assert(
        [
          NewFact(Customer.fields.country, "FR"), NewFact(Customer.fields.tags, ["b"]),
          NewFact(Customer.fields.language, "fr"),
        ],
        of: ada, from: Self.erp)
    }
    try await shop.crm.read { tx throws in
      let lost = try tx.facts.disagreements(of: ada).map(\.lost)
      #expect(lost.map(\.field) == ["country", "language", "tags"])
      #expect(lost.map(\.source) == [.channel(.web), .system("shop"), .staff])
      #expect(lost.map(\.recordedBy) == [.staff("lee"), .integration("shop"), .staff("kim")])
      #expect(lost.map(\.trueAt) == [editedAt, editedAt, Shop.opening])
      #expect(lost.map(\.value) == [.text("KR"), .text("ko"), .json(#"["a"]"#)])
    }
  }

  @Test("Customers without facts get none by edits", arguments: Backend.allCases)
  func plain(backend: Backend) async throws {
    let (shop, ada) = try await open(backend)
    try await edit(ada, by: shop.crm) { $0.country = "KR" }
    try await shop.crm.write {
      try $0.facts.assert("ko", for: Customer.fields.language, of: ada, from: Self.erp)
    }
    try await edit(ada, by: shop.crm) { $0.country = "FR" }
    let facts = try await shop.crm.read { try $0.records(of: Fact.self).all() }
    #expect(facts.map(\.field) == ["language"])
  }

  @Test("An edit is one more statement", arguments: Backend.allCases)
  func edited(backend: Backend) async throws {
    let (shop, ada) = try await open(backend, trust: [Self.erp, .staff, Self.sales])
    try await shop.crm.write { tx throws in
      try tx.facts.assert("DE", for: Customer.fields.country, of: ada, from: Self.sales)
      try tx.facts.assert("de", for: Customer.fields.language, of: ada, from: Self.erp)
    }
    shop.clock.advance(by: .seconds(60))
    let kim = shop.crm.acting(as: .staff("kim"))
    try await edit(ada, by: kim) {
      $0.country = "KR"
      $0.language = "ko"
      $0.name = "Ada L."
    }
    try await shop.crm.read { tx throws in
      let customer = try tx.customers.get(ada)
      #expect(customer.country == "KR" && customer.language == "de" && customer.name == "Ada L.")
      let lost = try tx.facts.disagreements(of: ada).map(\.lost)
      #expect(lost.map(\.value) == [.text("DE"), .text("ko")])
      #expect(lost.map(\.source) == [Self.sales, .staff])
      #expect(try tx.facts.standing(of: ada, field: "country")?.recordedBy == .staff("kim"))
      #expect(try tx.records(of: Fact.self).count() == 4)
    }
    // Said once more, it loses once more, and nothing is kept twice.
    shop.clock.advance(by: .seconds(60))
    try await edit(ada, by: kim) { $0.language = "ko" }
    try await shop.crm.read { tx throws in
      #expect(try tx.customers.get(ada).language == "de")
      #expect(try tx.records(of: Fact.self).count() == 4)
    }
  }

  @Test("Edits at one instant count in their order", arguments: Backend.allCases)
  func frozen(backend: Backend) async throws {
    let (shop, ada) = try await open(backend, trust: [])
    let kim = shop.crm.acting(as: .staff("kim"))
    try await shop.crm.write {
      try $0.facts.assert("DE", for: Customer.fields.country, of: ada, from: Self.erp)
    }
    for country in ["KR", "DE", "KR", nil, "KR"] {
      try await edit(ada, by: kim) { $0.country = country }
      #expect(try await shop.crm.read { try $0.customers.get(ada).country } == country)
    }
    try await shop.crm.write { tx throws in
      try tx.facts.assert("FR", for: Customer.fields.country, of: ada, from: Self.erp)
    }
    try await edit(ada, by: kim) { $0.country = "KR" }
    #expect(try await shop.crm.read { try $0.customers.get(ada).country } == "KR")
  }

  @Test("An edit and a statement in one operation are both kept", arguments: Backend.allCases)
  func together(backend: Backend) async throws {
    let (shop, ada) = try await open(backend)
    try await shop.crm.write {
      try $0.facts.assert("DE", for: Customer.fields.country, of: ada, from: Self.sales)
    }
    shop.clock.advance(by: .seconds(60))
    try await shop.crm.acting(as: .staff("kim")).write { tx in
      try tx.operation {
        var customer = try tx.customers.get(ada)
        customer.country = "KR"
        try tx.customers.update(customer)
        try tx.facts.assert("FR", for: Customer.fields.country, of: ada, from: Self.erp)
      }
    }
    try await shop.crm.read { tx throws in
      #expect(try tx.customers.get(ada).country == "FR")
      let lost = try tx.facts.disagreements(of: ada).map(\.lost)
      #expect(Set(lost.map(\.value)) == [.text("DE"), .text("KR")])
      #expect(Set(lost.map(\.source)) == [Self.sales, .staff])
    }
  }

  @Test("An edit made without the capability is found later", arguments: Backend.allCases)
  func unheard(backend: Backend) async throws {
    var (shop, ada) = try await open(backend)
    try await shop.crm.write {
      try $0.facts.assert("DE", for: Customer.fields.country, of: ada, from: Self.sales)
    }
    // The records stay in the store, but nothing hears of the change.
    struct Deaf: Capability { var records: [any Record.Type] { [Fact.self] } }
    shop = try await shop.reopened(
      CRM.standardCapabilities.filter { !($0 is Facts) } + [Deaf()])
    shop.clock.advance(by: .seconds(60))
    try await edit(ada, by: shop.crm.acting(as: .staff("kim"))) { $0.country = "KR" }
    shop = try await shop.reopened(Self.capabilities())
    try await shop.crm.write {
      try $0.facts.assert("FR", for: Customer.fields.country, of: ada, from: Self.fair)
    }
    try await shop.crm.read { tx throws in
      #expect(try tx.customers.get(ada).country == "DE")
      let lost = try tx.facts.disagreements(of: ada).map(\.lost)
      #expect(Set(lost.map(\.value)) == [.text("KR"), .text("FR")])
      #expect(Set(lost.map(\.source)) == [.staff, Self.fair])
    }
  }

  // MARK: Repeating, confirming, withdrawing

  @Test("What was said before is not kept twice", arguments: Backend.allCases)
  func repeated(backend: Backend) async throws {
    let (shop, ada) = try await open(backend)
    let first = shop.clock.now
    let fact = try await shop.crm.write {
      try $0.facts.assert("DE", for: Customer.fields.country, of: ada, from: Self.erp)
    }
    let before = try await shop.exported()
    for at in [first, first - .seconds(60)] {
      let again = try await shop.crm.write {
        try $0.facts.assert(
          "DE", for: Customer.fields.country, of: ada, from: Self.erp, trueAt: at)
      }
      #expect(again == fact)
    }
    #expect(try await shop.exported() == before)
    shop.clock.advance(by: .seconds(60))
    let later = try await shop.crm.acting(as: .integration("erp")).write {
      try $0.facts.assert("DE", for: Customer.fields.country, of: ada, from: Self.erp)
    }
    #expect(later.id == fact.id && later.trueAt == shop.clock.now)
    #expect(later.confirmedAt == shop.clock.now && later.confirmedBy == .integration("erp"))
    #expect(later.recordedAt == first && later.recordedBy == .system)
    #expect(try await shop.events().last?.type == FactConfirmed.name)
  }

  @Test("What nobody confirmed is found, the oldest first", arguments: Backend.allCases)
  func stale(backend: Backend) async throws {
    let (shop, ada) = try await open(backend)
    let start = shop.clock.now
    let facts = try await shop.crm.write { tx in
      try [("country", "DE", 30), ("language", "de", 20), ("name", "Ada", 10)].map {
        try tx.facts.assert(
          NewFact($0.0, .text($0.1)), of: ada, from: Self.erp,
          trueAt: start - .seconds($0.2 * 86_400))
      }
    }
    func stale(_ days: Int, limit: Int = 50) async throws -> [String] {
      try await shop.crm.read { tx throws in
        var fields: [String] = []
        var place: Cursor<Fact>?
        repeat {
          let page = try tx.facts.stale(
            olderThan: start - .seconds(days * 86_400), after: place, limit: limit)
          fields += page.items.map(\.field)
          place = page.next
        } while place != nil
        return fields
      }
    }
    // The name that staff wrote into the file is an hour old, but does not stand.
    #expect(try await stale(5) == ["country", "language", "name"])
    #expect(try await stale(5, limit: 1) == ["country", "language", "name"])
    #expect(try await stale(20) == ["country"])
    let confirmed = try await shop.crm.acting(as: .staff("lee")).write {
      try $0.facts.confirm(facts[0].id)
    }
    #expect(confirmed.confirmedBy == .staff("lee") && confirmed.confirmedAt == start)
    #expect(confirmed.trueAt == start - .seconds(30 * 86_400))
    #expect(try await stale(5) == ["language", "name"])
    let earlier = try await shop.crm.write {
      try $0.facts.confirm(facts[0].id, at: start - .seconds(86_400))
    }
    #expect(earlier == confirmed)
    for (instant, problem) in [
      (start + .seconds(90_000), "confirmed_at: lies more than a day in the future"),
      (start - .seconds(40 * 86_400), "confirmed_at: lies before it was true"),
    ] {
      let error = await failure {
        try await shop.crm.write { try $0.facts.confirm(facts[0].id, at: instant) }
      }
      #expect(error?.issues.map(\.description) == [problem])
    }
  }

  @Test("A fact taken back lets the next best stand", arguments: Backend.allCases)
  func withdrawn(backend: Backend) async throws {
    let (shop, ada) = try await open(backend)
    let facts = try await shop.crm.write { tx in
      try [(Self.fair, "FR"), (Self.sales, "KR"), (Self.erp, "DE")].map {
        try tx.facts.assert($0.1, for: Customer.fields.country, of: ada, from: $0.0)
      }
    }
    for (fact, next) in zip(facts.reversed(), ["KR", "FR", nil]) {
      let withdrawn = try await shop.crm.write { try $0.facts.withdraw(fact.id) }
      #expect(withdrawn.status == .withdrawn && withdrawn.withdrawnAt == shop.clock.now)
      #expect(withdrawn.value == fact.value && withdrawn.outdoneBy == nil)
      try await shop.crm.read { tx throws in
        #expect(try tx.customers.get(ada).country == next)
        #expect(
          try tx.facts.standing(of: ada, field: "country")?.value == next.map { .text($0) })
        #expect(try tx.facts.history(of: ada, field: "country").items.count == 3)
      }
    }
    let before = try await shop.exported()
    let again = await failure { try await shop.crm.write { try $0.facts.withdraw(facts[0].id) } }
    #expect(again?.code == .notAllowed)
    let late = await failure { try await shop.crm.write { try $0.facts.confirm(facts[0].id) } }
    #expect(late?.code == .notAllowed)
    let unknown = await failure { try await shop.crm.write { try $0.facts.withdraw(.zero) } }
    #expect(unknown?.code == .notFound)
    #expect(try await shop.exported() == before)
  }

  @Test("A field that cannot be empty keeps its last fact", arguments: Backend.allCases)
  func lastName(backend: Backend) async throws {
    let (shop, ada) = try await open(backend)
    try await shop.crm.write {
      try $0.facts.assert("Ada Lovelace", for: Customer.fields.name, of: ada, from: Self.erp)
    }
    try await shop.crm.write { try $0.facts.withdrawAll(from: Self.erp, of: ada) }
    let last = try await shop.crm.read { tx in
      #expect(try tx.customers.get(ada).name == "Ada")
      return try #require(try tx.facts.standing(of: ada, field: "name"))
    }
    let before = try await shop.exported()
    let error = await failure { try await shop.crm.write { try $0.facts.withdraw(last.id) } }
    #expect(error?.code == .notAllowed)
    #expect(error?.issues.map(\.description) == ["name: cannot be empty"])
    #expect(try await shop.exported() == before)
  }

  @Test("A list is taken back as a whole, customer by customer", arguments: Backend.allCases)
  func list(backend: Backend) async throws {
    let (shop, ada) = try await open(backend, .person("Ada", country: "DE"))
    try await shop.crm.write { tx throws in
      let bob = try tx.customers.add(.person("Bob")).id
      for customer in [ada, bob] {
        try tx.facts.assert(
          [NewFact(Customer.fields.country, "FR"), NewFact(Customer.fields.tags, ["fair"])],
          of: customer, from: Self.fair)
      }
    }
    let first = try await shop.crm.read { try $0.facts.all(from: Self.fair, limit: 3) }
    let rest = try await shop.crm.read {
      try $0.facts.all(from: Self.fair, after: first.next, limit: 3)
    }
    let customers = (first.items + rest.items).map(\.customer)
    #expect(customers.count == 4 && customers == customers.sorted())
    try await shop.crm.write { tx throws in
      for customer in Set(customers) {
        #expect(try tx.facts.withdrawAll(from: Self.fair, of: customer).count == 2)
        #expect(try tx.facts.withdrawAll(from: Self.fair, of: customer).isEmpty)
      }
    }
    try await shop.crm.read { tx throws in
      #expect(try tx.customers.get(ada).country == "DE")
      #expect(try tx.customers.count(where: { $0.country == "FR" }) == 0)
      #expect(try tx.customers.count(where: { $0.eachTag.contains("fair") }) == 0)
    }
  }

  @Test("Another order of trust is applied when asked", arguments: Backend.allCases)
  func reordered(backend: Backend) async throws {
    var (shop, ada) = try await open(backend)
    try await shop.crm.write { tx throws in
      try tx.facts.assert("DE", for: Customer.fields.country, of: ada, from: Self.erp)
      try tx.facts.assert("KR", for: Customer.fields.country, of: ada, from: Self.sales)
    }
    shop = try await shop.reopened(Self.capabilities(trust: [Self.sales, Self.erp]))
    #expect(try await shop.crm.read { try $0.customers.get(ada).country } == "DE")
    try await shop.crm.write { try $0.facts.decideAgain(for: ada) }
    #expect(try await shop.crm.read { try $0.customers.get(ada).country } == "KR")
    let before = try await shop.exported()
    try await shop.crm.write { try $0.facts.decideAgain(for: ada) }
    #expect(try await shop.exported() == before)
  }

  // MARK: Finding disagreements

  @Test("Disagreements of all customers come in pages", arguments: Backend.allCases)
  func disagreements(backend: Backend) async throws {
    let shop = try await Shop(backend, Self.capabilities())
    let start = Shop.opening
    try await shop.crm.write { tx throws in
      for number in 0..<10 {
        let customer = try tx.customers.add(.person("Person \(number)")).id
        try tx.facts.assert("DE", for: Customer.fields.country, of: customer, from: Self.erp)
        try tx.facts.assert(
          number.isMultiple(of: 2) ? "KR" : "DE", for: Customer.fields.country, of: customer,
          from: Self.fair, trueAt: start - .seconds(number))
      }
    }
    for limit in [1, 2, 50] {
      var seen: [Disagreement] = []
      var place: Cursor<Fact>?
      repeat {
        let page = try await shop.crm.read { [place] in
          try $0.facts.disagreements(after: place, limit: limit)
        }
        seen += page.items
        place = page.next
      } while place != nil
      #expect(seen.map(\.lost.trueAt) == [0, 2, 4, 6, 8].map { start - .seconds($0) })
      #expect(seen.allSatisfy { $0.standing.value == .text("DE") })
      #expect(seen.allSatisfy { $0.standing.customer == $0.lost.customer })
    }
  }

  @Test("A file's timeline tells what was said and what became of it", arguments: Backend.allCases)
  func timeline(backend: Backend) async throws {
    let (shop, ada) = try await open(backend)
    try await shop.crm.write { tx throws in
      try tx.facts.assert("KR", for: Customer.fields.country, of: ada, from: Self.sales)
      try tx.facts.assert("DE", for: Customer.fields.country, of: ada, from: Self.erp)
    }
    let entries = try await shop.crm.read { try $0.timeline.entries(of: ada, limit: 10).items }
    #expect(
      entries.map(\.event.type).sorted() == [
        "customers.added", "customers.updated", "facts.asserted", "facts.asserted",
        "facts.settled",
      ])
    let settled = try #require(
      try entries.compactMap { try $0.event.payload(as: FactSettled.self) }.first)
    #expect(settled.status == .lost && settled.field == "country")
    let said = try entries.compactMap { try $0.event.payload(as: FactAsserted.self) }
    #expect(Set(said.map(\.source)) == [Self.erp, Self.sales])
  }

  // MARK: Bad input

  @Test("Every problem of one call is named at once", arguments: Backend.allCases)
  func invalid(backend: Backend) async throws {
    let (shop, ada) = try await open(backend)
    let before = try await shop.exported()
    let error = await failure {
      try await shop.crm.write { tx throws in
        try tx.facts.assert(
          [
            NewFact("countri", .text("DE")), NewFact("version", .integer(7)),
            NewFact("birthday", .text("yesterday")), NewFact("language", .text("ko")),
            NewFact("language", .text("de")), NewFact("country", .text("Germany")),
            NewFact("tags", .json("[1")), NewFact("name", .missing),
            NewFact(Customer.fields.externalIDs, []),
          ], of: ada, from: FactSource(rawValue: "rumour:x"),
          trueAt: tx.now + .seconds(100_000))
      }
    }
    #expect(error?.code == .invalid)
    #expect(
      error?.issues.map(\.description) == [
        "countri: is not a field of customers that has a source; did you mean “country”?",
        "version: is not for sources to say",
        "birthday: does not take the value: it is kept as text", "language: is said twice",
        "tags: does not take the value: it is kept as json",
        "name: does not take the value: it is kept as text",
        "external_ids: is not for sources to say",
        "source: is of no known kind: department, channel, system, list, person",
        "true_at: lies more than a day in the future",
        "country: is not two capital letters of ISO 3166-1",
      ])
    for source in [FactSource.system(" "), .list(String(repeating: "x", count: 101)), .list("\0")] {
      let error = await failure {
        try await shop.crm.write {
          try $0.facts.assert("DE", for: Customer.fields.country, of: ada, from: source)
        }
      }
      #expect(error?.issues.map(\.field) == ["source"])
    }
    let unknown = await failure {
      try await shop.crm.write {
        try $0.facts.assert("DE", for: Customer.fields.country, of: .zero, from: Self.erp)
      }
    }
    #expect(unknown?.code == .unknownReference)
    let misspelt = await failure {
      try await shop.crm.read { try $0.facts.history(of: ada, field: "contry") }
    }
    #expect(misspelt?.issues.first?.problem.hasSuffix("did you mean “country”?") == true)
    let reading = await failure {
      try await shop.crm.read {
        try $0.facts.assert("DE", for: Customer.fields.country, of: ada, from: Self.erp)
      }
    }
    #expect(reading?.code == .readOnly)
    #expect(try await shop.exported() == before)
  }

  @Test("What would lose has to be valid too", arguments: Backend.allCases)
  func invalidLoser(backend: Backend) async throws {
    let (shop, ada) = try await open(backend)
    try await shop.crm.write {
      try $0.facts.assert("DE", for: Customer.fields.country, of: ada, from: Self.erp)
    }
    let before = try await shop.exported()
    // The write goes on after the refusal, and keeps what comes next.
    try await shop.crm.write { tx throws in
      let error = refusal {
        try tx.facts.assert(
          [NewFact(Customer.fields.country, "Korea"), NewFact(Customer.fields.language, "?")],
          of: ada, from: Self.fair)
      }
      #expect(error?.issues.map(\.field) == ["country", "language"])
    }
    #expect(try await shop.exported() == before)
    try await shop.crm.write {
      try $0.facts.assert("KR", for: Customer.fields.country, of: ada, from: Self.fair)
    }
    // Trying a loser out leaves no trace of an edit.
    let types = try await shop.events().suffix(1).map(\.type)
    #expect(types == [FactAsserted.name])
    #expect(try await shop.crm.read { try $0.customers.get(ada).version } == 2)
  }

  @Test("A store that fails keeps nothing of a statement", arguments: Backend.allCases)
  func faults(backend: Backend) async throws {
    let (shop, ada) = try await open(backend, .person("Ada", country: "DE"))
    try await shop.crm.write {
      try $0.facts.assert("FR", for: Customer.fields.country, of: ada, from: Self.fair)
    }
    let before = try await shop.exported()
    var failures = 0
    for number in 1...50 {
      shop.failure.schedule(atChange: number)
      do {
        try await shop.crm.write { tx throws in
          try tx.facts.assert(
            [NewFact(Customer.fields.country, "KR"), NewFact(Customer.fields.name, "Ada L.")],
            of: ada, from: Self.erp)
        }
        break
      } catch is StorageError {
        failures += 1
        shop.failure.schedule(atChange: nil)
        #expect(try await shop.exported() == before)
      }
    }
    shop.failure.schedule(atChange: nil)
    #expect(failures >= 5)
    #expect(try await shop.exported() != before)
  }

  // MARK: Indexes

  static let questions: [(index: String, ask: @Sendable (Transaction) throws -> Void)] = [
    (
      "facts__customer_field_true_at (customer=? AND field=?)",
      { _ = try $0.facts.history(of: .zero, field: "country") }
    ),
    ("facts__customer_field_true_at (customer=?)", { _ = try $0.facts.standing(of: .zero) }),
    ("facts__customer_field_true_at (customer=?)", { _ = try $0.facts.disagreements(of: .zero) }),
    ("facts__status_fresh_at (status=?)", { _ = try $0.facts.disagreements() }),
    (
      "facts__status_fresh_at (status=? AND fresh_at<?)",
      { _ = try $0.facts.stale(olderThan: Shop.opening) }
    ),
    ("facts__source_customer (source=?)", { _ = try $0.facts.all(from: erp) }),
  ]

  @Test("Every question is answered by an index", arguments: 0..<6)
  func plans(number: Int) async throws {
    let (index, ask) = Self.questions[number]
    let plan = try await queryPlan(of: ask)
    #expect(plan.contains("USING INDEX \(index)"), "\(plan)")
    #expect(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN"), "\(plan)")
  }
}

/// How SQLite answers what is asked of an empty store.
func queryPlan(of ask: @Sendable (Transaction) throws -> Void) async throws -> String {
  let folder = NSTemporaryDirectory() + "crmkit-plans-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  let storage = QueryRecorder(SQLiteStorage(at: folder + "/shop.crm", durability: .onClose))
  let crm = try await CRM(storage: storage)
  _ = try await storage.takePlan()
  try await crm.read { try ask($0) }
  let plan = try await storage.takePlan()
  await crm.close()
  return plan.joined(separator: "\n")
}
