import CRMKit
import CRMTesting
import Testing

@Suite("Territories and owners")
struct TerritoryTests {
  private let kim = Principal.staff("kim")
  private let lee = Principal.staff("lee")
  private let north = Principal.team("north")

  /// A shop with staff, a team, and territories by country and by tag.
  private func shop(_ backend: Backend) async throws -> Shop {
    let shop = try await Shop(
      backend,
      CRM.standardCapabilities.replacing(
        Customers(attributes: [AttributeDefinition("size", .integer, searchable: true)])))
    try await shop.crm.write { tx in
      for principal in [kim, lee] { try tx.responsibility.register(principal, "Someone") }
      try tx.responsibility.found("north", "The North")
      try tx.responsibility.define("nordic", priority: 10, owner: north) {
        $0.country.isOne(of: ["SE", "FI"])
      }
      try tx.responsibility.define("vip", priority: 20, owner: kim) { $0.eachTag.contains("vip") }
    }
    return shop
  }

  @Test(
    "Customers come to the territory of the highest priority by themselves, with the reason",
    arguments: Backend.allCases)
  func assigning(backend: Backend) async throws {
    let shop = try await shop(backend)
    let id = try await shop.crm.write { tx in
      let ada = try tx.customers.add(.person("Ada", country: "SE", tags: ["vip"])).id
      #expect(try tx.customers.get(ada).owner == kim)
      let bob = try tx.customers.add(.person("Bob", country: "FI")).id
      #expect(try tx.customers.get(bob).owner == north)
      #expect(try tx.customers.get(try tx.customers.add(.person("Cy")).id).owner == nil)
      #expect(try tx.responsibility.customers(of: kim).items.map(\.id) == [ada])
      return ada
    }
    let first = shop.clock.now
    shop.clock.advance(by: .seconds(1))
    try await shop.crm.write { tx in
      var edit = try tx.customers.get(id)
      edit.tags = []
      try tx.customers.update(edit)
      #expect(try tx.customers.get(id).owner == north)
      edit = try tx.customers.get(id)
      edit.country = "US"
      try tx.customers.update(edit)
      #expect(try tx.customers.get(id).owner == nil)
      let all = try tx.responsibility.assignments(of: id)
      #expect(all.map(\.to) == [kim, north, nil] && all.map(\.from) == [nil, kim, north])
      #expect(all.map(\.territory) == ["vip", "nordic", nil])
      #expect(all.allSatisfy { $0.cause == .territory })
      #expect(all[0].reason.hasPrefix("territory vip: "))
      #expect(all[1].evidence.map { "\($0.what): \($0.found)" } == ["country: SE"])
      #expect(all[2].reason == "lies in no territory any more")
      #expect(try tx.responsibility.owner(of: id, at: first) == kim)
      #expect(try tx.responsibility.owner(of: id, at: first - .seconds(1)) == nil)
      #expect(try tx.responsibility.owner(of: id, at: tx.now) == nil)
    }
    let types = try await shop.crm.read { try $0.timeline.entries(of: id).items.map(\.type) }
    #expect(types.filter { $0 == "responsibility.customer_assigned" }.count == 3)
    #expect(try await shop.crm.verify().isSound)
  }

  @Test("Whom somebody assigned stays, until they are released", arguments: Backend.allCases)
  func manual(backend: Backend) async throws {
    let shop = try await shop(backend)
    try await shop.crm.acting(as: lee).write { tx in
      let ada = try tx.customers.add(.person("Ada", country: "SE")).id
      try tx.responsibility.assign(ada, to: lee, because: "They were at school together")
      var edit = try tx.customers.get(ada)
      edit.tags = ["vip"]
      try tx.customers.update(edit)
      #expect(try tx.customers.get(ada).owner == lee)
      #expect(try tx.responsibility.assignAll().isEmpty)
      try tx.responsibility.release(ada, because: "Lee moves on")
      #expect(try tx.customers.get(ada).owner == kim)
      // Changed in the file itself, it is by hand as well.
      edit = try tx.customers.get(ada)
      edit.owner = .staff("somebody")
      edit.tags = []
      try tx.customers.update(edit)
      #expect(try tx.customers.get(ada).owner == .staff("somebody"))
      let all = try tx.responsibility.assignments(of: ada)
      #expect(all.map(\.cause) == [.territory, .manual, .manual, .territory, .manual])
      #expect(all.map(\.to) == [north, lee, nil, kim, .staff("somebody")])
      #expect(all.allSatisfy { $0.actor == lee })
      // A file that came with an owner keeps them.
      var new = NewCustomer.person("Bob", country: "FI")
      new.owner = lee
      #expect(try tx.customers.get(try tx.customers.add(new).id).owner == lee)
      #expect(
        refusal { try tx.responsibility.assign(ada, to: .staff("nobody"), because: "") }?
          .issues.map(\.field) == ["reason", "owner"])
    }
  }

  @Test(
    "Those who were there before come to it when asked, after a look", arguments: Backend.allCases)
  func all(backend: Backend) async throws {
    let shop = try await Shop(backend)
    try await shop.crm.write { tx in
      let ids = try (1...5).map {
        try tx.customers.add(.person("Customer \($0)", country: $0 % 2 == 0 ? "SE" : "US")).id
      }
      try tx.customers.archive(ids[3])
      try tx.responsibility.register(kim, "Kim")
      try tx.responsibility.define("nordic", priority: 1, owner: kim) { $0.country == "SE" }
      let preview = try tx.responsibility.previewAssigning()
      #expect(preview.map(\.customer) == [ids[1]])
      #expect(try tx.customers.get(ids[1]).owner == nil)
      #expect(try tx.responsibility.assignAll() == preview)
      #expect(try tx.customers.get(ids[1]).owner == kim)
      // Put away, a territory lets go of them when they are looked at.
      try tx.responsibility.archiveTerritory("nordic")
      #expect(try tx.responsibility.assignAll().map(\.to) == [nil])
      try tx.customers.restore(ids[3])
      #expect(try tx.customers.get(ids[3]).owner == nil)
    }
  }

  @Test("A territory that cannot work is refused with every problem", arguments: Backend.allCases)
  func problems(backend: Backend) async throws {
    let shop = try await shop(backend)
    let before = try await shop.exported()
    let error = await failure {
      try await shop.crm.write {
        try $0.responsibility.define(" ", priority: 20, owner: .staff("nobody")) { _ in
          Filter.exists(Order.fields.customer) { $0.number == "1" }
        }
      }
    }
    #expect(error?.issues.map(\.field) == ["name", "owner", "where", "priority"])
    let unknown = await failure {
      try await shop.crm.write {
        try $0.responsibility.define("south", priority: 1, owner: .staff("kim")) { _ in
          Filter(.compare(field: "contry", .equal, value: [.text("IT")]))
        }
      }
    }
    #expect(unknown?.issues.map(\.field) == ["where"])
    #expect(unknown?.issues.first?.problem.contains("country") == true)
    #expect(try await shop.exported() == before)
    // Said again, it is as it was.
    try await shop.crm.write {
      try $0.responsibility.define("vip", priority: 20, owner: .staff("kim")) {
        $0.eachTag.contains("vip")
      }
    }
    #expect(try await shop.exported() == before)
  }

  @Test("Where nothing is defined, the store is as it is without", arguments: Backend.allCases)
  func nothing(backend: Backend) async throws {
    func life(_ capabilities: [any Capability]) async throws -> [String] {
      let shop = try await Shop(backend, capabilities)
      let (ada, item) = try await shop.furnished()
      try await shop.crm.write { tx in
        var edit = ada
        edit.country = "SE"
        try tx.customers.update(edit)
        try tx.orders.place(
          NewOrder(
            number: "1", customer: ada.id, lines: [.init(item.id, amount: Money("9.99", .usd))]))
        try tx.interactions.record(
          NewInteraction(with: ada.id, through: .phone, .inbound, subject: "Thanks"))
      }
      return try await shop.records()
    }
    let without = try await life(
      CRM.standardCapabilities.filter { !($0 is Responsibility) && !($0 is Budgets) })
    #expect(try await life(CRM.standardCapabilities) == without)
    // Nothing is heard of contacts and orders.
    #expect(Responsibility().reactions.count == 3 && Responsibility().settlement == nil)
  }
}
