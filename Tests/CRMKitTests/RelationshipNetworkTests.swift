import CRMKit
import CRMSQLite
import CRMTesting
import Foundation
import Testing

@Suite("Networks of relationships")
struct RelationshipNetworkTests {
  private func names(_ network: RelationshipNetwork) -> [String] {
    network.members.map { "\($0.depth) \($0.customer.name)" }
  }

  /// Anna – works at – Acme – subsidiary of – Holding; Ben lives with Anna and supplies Carl.
  private func linked(_ backend: Backend) async throws -> Circle {
    let circle = try await Circle(backend)
    try await circle.crm.write { tx in
      for new in [
        NewRelationship(circle.anna, .employee, of: circle.acme),
        NewRelationship(circle.acme, .subsidiary, of: circle.holding),
        NewRelationship(circle.anna, .householdMember, of: circle.home),
        NewRelationship(circle.ben, .householdMember, of: circle.home),
        NewRelationship(circle.ben, .supplier, of: circle.carl),
      ] {
        try tx.relationships.add(new)
      }
    }
    return circle
  }

  @Test("Neighbours come by distance, each once, in both directions", arguments: Backend.allCases)
  func neighbours(backend: Backend) async throws {
    let circle = try await linked(backend)
    try await circle.crm.read { tx in
      #expect(
        names(try tx.relationships.neighbours(of: circle.anna)) == ["1 Acme", "1 Home"])
      #expect(
        names(try tx.relationships.neighbours(of: circle.anna, depth: 9))
          == ["1 Acme", "1 Home", "2 Ben", "2 Holding", "3 Carl"])
      #expect(
        names(try tx.relationships.neighbours(of: circle.carl, depth: 2, types: [.supplier]))
          == ["1 Ben"])
      #expect(names(try tx.relationships.neighbours(of: circle.anna, depth: 0)) == [])
      let few = try tx.relationships.neighbours(of: circle.anna, depth: 9, limit: 3)
      #expect(few.members.count == 3)
      #expect(few.members.map(\.depth) == [1, 1, 2])
      #expect(!few.isComplete)
      #expect(try tx.relationships.neighbours(of: circle.anna, depth: 9, limit: 5).isComplete)
      let yesterday = RelationshipTime.ended
      #expect(try tx.relationships.neighbours(of: circle.anna, when: yesterday).members == [])
    }
  }

  @Test("A path is told step by step, as each customer sees it", arguments: Backend.allCases)
  func path(backend: Backend) async throws {
    let circle = try await linked(backend)
    try await circle.crm.read { tx in
      let path = try #require(
        try tx.relationships.path(from: circle.holding, to: circle.carl))
      #expect(
        path.map { "\($0.name) \($0.other.name)" } == [
          "parent company of Acme", "employer of Anna", "member of household Home",
          "household of Ben", "supplier of Carl",
        ])
      #expect(try tx.relationships.path(from: circle.holding, to: circle.carl, depth: 4) == nil)
      #expect(try tx.relationships.path(from: circle.anna, to: circle.anna) == [])
      #expect(
        try tx.relationships.path(from: circle.anna, to: circle.carl, types: [.employee]) == nil)
    }
    let error = await failure {
      try await circle.crm.read {
        try $0.relationships.path(from: circle.holding, to: circle.carl, limit: 3)
      }
    }
    #expect(error?.code == .limitReached)
    let short = try await circle.crm.read {
      try $0.relationships.path(from: circle.holding, to: circle.anna, limit: 2)
    }
    #expect(short?.count == 2)
  }

  @Test("Members of an organisation and of a household", arguments: Backend.allCases)
  func members(backend: Backend) async throws {
    let circle = try await linked(backend)
    try await circle.crm.read { tx in
      let staff = try tx.relationships.members(of: circle.acme).items
      #expect(staff.map(\.other.name) == ["Anna"])
      #expect(staff.map(\.name) == ["employer of"])
      let people = try tx.relationships.members(of: circle.home, limit: 1)
      #expect(people.items.map(\.other.name) == ["Anna"])
      let rest = try tx.relationships.members(of: circle.home, after: people.next)
      #expect(rest.items.map(\.other.name) == ["Ben"])
      #expect(try tx.relationships.members(of: circle.anna).items == [])
      let units = try tx.relationships.members(of: circle.holding, types: [.subsidiary])
      #expect(units.items.map(\.other.name) == ["Acme"])
    }
  }

  @Test("Those above and below, whichever end of a type is up", arguments: Backend.allCases)
  func hierarchy(backend: Backend) async throws {
    let circle = try await linked(backend)
    try await circle.crm.write { tx in
      try tx.relationships.add(NewRelationship(circle.anna, .parent, of: circle.ben))
      try tx.relationships.add(NewRelationship(circle.ben, .parent, of: circle.carl))
    }
    try await circle.crm.read { tx in
      #expect(names(try tx.relationships.ancestors(of: circle.acme)) == ["1 Holding"])
      #expect(names(try tx.relationships.descendants(of: circle.holding)) == ["1 Acme"])
      #expect(
        names(
          try tx.relationships.descendants(of: circle.holding, through: [.subsidiary, .employee]))
          == ["1 Acme", "2 Anna"])
      #expect(
        names(try tx.relationships.ancestors(of: circle.carl, through: [.parent]))
          == ["1 Ben", "2 Anna"])
      #expect(
        names(try tx.relationships.descendants(of: circle.anna, through: [.parent]))
          == ["1 Ben", "2 Carl"])
      let near = try tx.relationships.descendants(
        of: circle.anna, through: [.parent], depth: 1)
      #expect(names(near) == ["1 Ben"])
    }
  }

  @Test("Value rolls up by currency, each customer once", arguments: Backend.allCases)
  func rollUp(backend: Backend) async throws {
    let circle = try await linked(backend)
    try await circle.crm.write { tx in
      let item = try tx.catalogue.add(sku: "A", name: "A record")
      var number = 0
      func order(_ customer: Customer.ID, _ amount: String, _ currency: Currency) throws {
        number += 1
        try tx.orders.place(
          NewOrder(
            number: "\(number)", customer: customer,
            lines: [.init(item.id, quantity: 2, amount: try Money(amount, currency))]))
      }
      try order(circle.anna, "10.00", .eur)
      try order(circle.ben, "5.50", .eur)
      try order(circle.ben, "7.00", .usd)
      try order(circle.home, "1.00", .eur)
      try order(circle.carl, "99.00", .eur)
      try order(circle.acme, "100.00", .usd)
    }
    try await circle.crm.read { tx in
      let home = try tx.relationships.rollUp(to: circle.home)
      #expect(home.members.map(\.customer.name) == ["Home", "Anna", "Ben"])
      #expect(
        home.purchases?.map { "\($0.customers) \($0.orders) \($0.units) \($0.revenue)" }
          == ["3 3 6 16.50 EUR", "1 1 2 7.00 USD"])
      // What an employee buys at home is not the employer's, unless one asks for it.
      let account = try tx.relationships.rollUp(to: circle.holding)
      #expect(account.purchases?.map(\.revenue) == [try Money("100.00", .usd)])
      let wider = try tx.relationships.rollUp(
        to: circle.holding, through: [.subsidiary, .employee])
      #expect(
        wider.purchases?.map(\.revenue) == [try Money("10.00", .eur), try Money("100.00", .usd)])
    }
    let error = await failure {
      try await circle.crm.read { try $0.relationships.rollUp(to: circle.home, limit: 1) }
    }
    #expect(error?.code == .limitReached)
    let unknown = await failure {
      try await circle.crm.read { try $0.relationships.rollUp(to: Customer.ID(high: 1, low: 1)) }
    }
    #expect(unknown?.code == .notFound)
  }

  @Test("A customer reached over two ways counts once", arguments: Backend.allCases)
  func diamond(backend: Backend) async throws {
    let part = RelationshipType(
      "part", "part of", inverse: "has part", from: .organisation, to: .organisation, upper: .to,
      for: [.rollUp])
    let circle = try await Circle(
      backend, CRM.standardCapabilities.replacing(try Relationships(types: .standard + [part])))
    let purchases = try await circle.crm.write { tx in
      let (left, right) = (
        try tx.customers.add(.organisation("Left")).id,
        try tx.customers.add(.organisation("Right")).id
      )
      for (from, to) in [
        (left, circle.holding), (right, circle.holding), (circle.acme, left), (circle.acme, right),
      ] {
        try tx.relationships.add(NewRelationship(from, "part", of: to))
      }
      let item = try tx.catalogue.add(sku: "A", name: "A record")
      try tx.orders.place(
        NewOrder(
          number: "1", customer: circle.acme,
          lines: [.init(item.id, amount: try Money("3.00", .eur))]))
      let total = try tx.relationships.rollUp(to: circle.holding)
      #expect(total.members.map(\.depth) == [0, 1, 1, 2])
      return total.purchases
    }
    #expect(purchases?.map(\.revenue) == [try Money("3.00", .eur)])
  }

  @Test("Sums that do not fit are an error, and without metrics there are none")
  func rollUpLimits() async throws {
    let circle = try await linked(.memory)
    try await circle.crm.write { tx in
      let item = try tx.catalogue.add(sku: "A", name: "A record")
      for (number, customer) in [circle.anna, circle.ben].enumerated() {
        try tx.orders.place(
          NewOrder(
            number: "\(number)", customer: customer,
            lines: [.init(item.id, amount: Money(minorUnits: .max - 1, .eur))]))
      }
    }
    let error = await failure {
      try await circle.crm.read { try $0.relationships.rollUp(to: circle.home) }
    }
    #expect(error?.code == .overflow)
    let plain = try await Circle(.memory, [Customers(), Relationships()])
    let total = try await plain.crm.read { try $0.relationships.rollUp(to: plain.home) }
    #expect(total.purchases == nil)
    #expect(total.members.count == 1)
  }

  @Test("Circles are found however deep a hierarchy is")
  func deepHierarchy() async throws {
    let circle = try await Circle(.memory)
    let top = try await circle.crm.write { tx in
      var top = circle.acme
      for number in 0..<1_001 {
        let above = try tx.customers.add(.organisation("F\(number)")).id
        try tx.relationships.add(NewRelationship(top, .subsidiary, of: above))
        top = above
      }
      return top
    }
    let error = await failure {
      try await circle.add(NewRelationship(top, .subsidiary, of: circle.acme))
    }
    let problem = try #require(error?.issues.first?.problem)
    #expect(problem.hasPrefix("would close a circle: F1000 (\(top)) – subsidiary of – "))
    #expect(problem.components(separatedBy: " – subsidiary of – ").count == 1_003)
    try await circle.add(NewRelationship(circle.holding, .subsidiary, of: circle.acme))
    let path = try await circle.crm.read {
      try $0.relationships.path(from: circle.acme, to: top, depth: .max)
    }
    #expect(path?.count == 1_001)
    let above = try await circle.crm.read { try $0.relationships.ancestors(of: circle.acme) }
    #expect(above.members.map(\.depth) == Array(1...1_000))
    #expect(!above.isComplete)
  }

  @Test("A network of thousands is walked in few queries, by index", .timeLimit(.minutes(30)))
  func queries() async throws {
    let folder = NSTemporaryDirectory() + "crmkit-network-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let storage = QueryRecorder(SQLiteStorage(at: folder + "/shop.crm", durability: .onClose))
    let crm = try await CRM(storage: storage)
    let top = try await crm.write { tx in
      let top = try tx.customers.add(.organisation("Top")).id
      for number in 0..<40 {
        let firm = try tx.customers.add(.organisation("F\(number)")).id
        try tx.relationships.add(NewRelationship(firm, .subsidiary, of: top))
        for _ in 0..<30 {
          let person = try tx.customers.add(.person("P")).id
          try tx.relationships.add(NewRelationship(person, .employee, of: firm))
        }
      }
      return top
    }
    _ = try await storage.takePlan()
    let found = try await crm.read {
      try $0.relationships.neighbours(of: top, depth: 3, limit: 5_000).members.count
    }
    #expect(found == 1_240)
    let network = try await storage.takePlan()
    // Four steps look for 1, 40 and 1 200 customers, at most 500 in a query, at either end.
    #expect(network.count <= 2 * (1 + 1 + 3))
    _ = try await crm.read { try $0.relationships.of(top, limit: 1_000) }
    let views = try await storage.takePlan()
    #expect(views.count == 2)
    _ = try await crm.read { try $0.relationships.rollUp(to: top) }
    let rollUp = try await storage.takePlan()
    #expect(rollUp.count <= 3)
    for line in network + views + rollUp {
      #expect(line.contains("SEARCH t0 USING INDEX"), "\(line)")
    }
    await crm.close()
  }
}
