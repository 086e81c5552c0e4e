import CRMKit
import Testing

@Suite("What makes a customer different")
struct GroupComparisonTests {
  /// Ada among four others from Korea; Fay is from elsewhere.
  private func shop(_ backend: Backend) async throws -> (shop: Shop, ada: Customer.ID) {
    let shop = try await Shop(
      backend,
      CRM.standardCapabilities.replacing(
        Customers(attributes: [AttributeDefinition("plan", .text)])))
    let ada = try await shop.crm.write { tx in
      let item = try tx.catalogue.add(sku: "a", name: "A")
      var ada = Customer.ID.zero
      for (number, name) in ["Ada", "Bob", "Cy", "Di", "Ed", "Fay", "Gil"].enumerated() {
        let isAda = name == "Ada"
        let customer = try tx.customers.add(
          .person(
            name, country: name == "Fay" ? "FR" : "KR",
            tags: isAda ? ["vip", "regular"] : number < 4 ? ["regular", "news"] : ["news"],
            attributes: ["plan": .text(isAda ? "pro" : "free")]
          ).with { $0.preferences = ["paper": .flag(isAda)] })
        if isAda { ada = customer.id }
        if name == "Gil" { try tx.customers.archive(customer.id) }
        for category in isAda ? ["delivery"] : name == "Bob" ? ["delivery", "repair"] : [] {
          try tx.needs.state(NewNeed(of: customer.id, category, "Soon", from: .staff))
        }
        for order in 0..<(isAda ? 3 : name == "Gil" ? 0 : 1) {
          try tx.orders.place(
            NewOrder(
              number: "\(number) \(order)", customer: customer.id,
              lines: [.init(item.id, amount: try Money(isAda ? "10.00" : "2.50", .eur))]))
        }
      }
      return ada
    }
    return (shop, ada)
  }

  @Test(
    "It is what few others have and what most others have and it has not",
    arguments: Backend.allCases)
  func traits(backend: Backend) async throws {
    let (shop, ada) = try await shop(backend)
    let comparison = try await shop.crm.read {
      try $0.customers.compare(ada, with: Filter { $0.country == "KR" })
    }
    #expect(comparison.others == 4)
    #expect(
      comparison.traits.map(\.description) == [
        "has the preference paper, as 0 of 4 others have", "has the tag vip, as 0 of 4 others have",
        "has the attribute plan, as 0 of 4 others have",
        "has not the preference paper, which 4 of 4 others have",
        "has not the tag news, which 4 of 4 others have",
        "has not the attribute plan, which 4 of 4 others have",
        "has the need delivery, as 1 of 4 others have",
      ])
    #expect(
      comparison.traits.map(\.distinctness)
        == [1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 750])
    #expect(comparison.traits[2].value == .text("pro"))
    // Bob, Cy and Di are regulars too.
    #expect(!comparison.traits.contains { $0.name == "regular" })
    let purchases = try #require(comparison.purchases.first)
    #expect(purchases.description == "bought for 30.00 EUR, others for 2.50 EUR on average")
    #expect(purchases.own?.orders == 3 && purchases.others?.orders == 4)
  }

  @Test("A file has it on demand, and a group too large is refused", arguments: Backend.allCases)
  func files(backend: Backend) async throws {
    let (shop, ada) = try await shop(backend)
    try await shop.crm.read { tx in
      #expect(try tx.customers.file(of: ada).comparison == nil)
      let file = try tx.customers.file(of: ada, comparedWith: Filter { $0.country == "FR" })
      #expect(file.comparison?.others == 1)
      #expect(try tx.customers.compare(ada, with: .all, limit: 5).others == 5)
      let large = refusal { try tx.customers.compare(ada, with: .all, limit: 4) }
      #expect(large?.code == .limitReached)
      #expect(try tx.customers.compare(ada, with: .all, limit: .max).others == 5)
      let nobody = try tx.customers.compare(ada, with: Filter { $0.country == "DE" })
      #expect(nobody.others == 0 && nobody.traits.isEmpty)
      #expect(nobody.purchases.map(\.averageRevenue) == [nil])
    }
  }

  @Test("Messages that use nothing of the file are counted", arguments: Backend.allCases)
  func messages(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let (ada, bob) = try await shop.crm.write { tx in
      let ada = try tx.customers.add(.person("Ada")).id
      let bob = try tx.customers.add(.person("Bob")).id
      let used: [(Customer.ID, [String])] = [
        (ada, ["needs", "preferences.paper"]), (ada, []), (bob, ["needs", "name"]), (bob, []),
        (bob, []),
      ]
      for (number, (customer, uses)) in used.enumerated() {
        try tx.interactions.record(
          NewInteraction(
            with: customer, through: .email, .outbound, subject: "News", uses: uses,
            occurredAt: tx.now - .seconds(number)))
      }
      try tx.interactions.record(
        NewInteraction(with: ada, through: .email, .inbound, subject: "Thanks"))
      try tx.interactions.record(.note("Likes it", on: ada))
      return (ada, bob)
    }
    try await shop.crm.read { tx in
      let end = tx.now + .seconds(1)
      let all = try tx.interactions.messageUse(until: end)
      #expect(all.messages == 5 && all.impersonal == 3)
      #expect(all.uses == ["needs": 2, "preferences.paper": 1, "name": 1])
      let mine = try tx.interactions.messageUse(with: ada, until: end)
      #expect(mine.messages == 2 && mine.impersonal == 1)
      let late = try tx.interactions.messageUse(
        with: bob, from: tx.now - .seconds(3), until: tx.now - .seconds(2))
      #expect(late.messages == 1 && late.impersonal == 1)
    }
  }

  @Test("What a message used is a part of the file", arguments: Backend.allCases)
  func uses(backend: Backend) async throws {
    let shop = try await Shop(backend)
    let ada = try await shop.crm.write { try $0.customers.add(.person("Ada")).id }
    let before = try await shop.exported()
    let new = NewInteraction(
      with: ada, through: .email, .outbound, subject: "News",
      uses: ["orders", "nam", "attributes.plan", "external_ids"])
    let error = await failure { try await shop.crm.write { try $0.interactions.record(new) } }
    #expect(error?.issues.map(\.field) == ["uses[1]", "uses[2]"])
    #expect(error?.issues.first?.problem.contains("did you mean “name”") == true)
    #expect(try await shop.exported() == before)
    let edited = await failure {
      try await shop.crm.write { tx in
        var contact = try tx.interactions.record(
          NewInteraction(with: ada, through: .email, .outbound, subject: "News", uses: ["name"]))
        contact.uses = ["x"]
        try tx.interactions.update(contact)
      }
    }
    #expect(edited?.issues.map(\.field) == ["uses[0]"])
  }
}
