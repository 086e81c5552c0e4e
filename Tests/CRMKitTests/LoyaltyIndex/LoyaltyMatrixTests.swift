import CRMKit
import CRMTesting
import Testing

@Suite("The matrix of behaviour and attitude")
struct LoyaltyMatrixTests {
  /// Customers at every place: behaviour is high for who bought ten times, attitude for who says so.
  private static func fill(_ tea: TeaShop) async throws -> [LoyaltyStanding: Customer.ID] {
    var found: [LoyaltyStanding: Customer.ID] = [.unknown: tea.ada]
    let kinds: [(LoyaltyStanding, orders: Int, score: Int)] = [
      (.loyal, 10, 5), (.latent, 0, 5), (.spurious, 10, 2), (.noLoyalty, 0, 2),
    ]
    try await tea.crm.write { tx in
      for (standing, orders, score) in kinds {
        let customer = try tx.customers.add(
          .person(standing.rawValue, country: orders > 0 ? "KR" : "GB")
        ).id
        found[standing] = customer
        for number in 0..<orders {
          try tea.buy(
            "\(standing.rawValue) \(number)", by: customer,
            at: tx.now - TeaShop.day * (10 * (orders - number)), in: tx)
        }
        try tx.satisfaction.record(NewSatisfactionAnswer(from: customer, .satisfaction, score))
      }
      try tx.groups.define("korea", "Korea", where: .customer { $0.country == "KR" })
    }
    return found
  }

  @Test("Everybody has a place, with the reason", arguments: Backend.allCases)
  func places(backend: Backend) async throws {
    let tea = try await TeaShop(backend)
    let customers = try await Self.fill(tea)
    try await tea.crm.read { tx in
      let matrix = try tx.loyaltyIndex.matrix()
      #expect(
        matrix.counts == [.loyal: 1, .latent: 1, .spurious: 1, .noLoyalty: 1, .unknown: 1])
      #expect(matrix.customers == 5 && matrix.unmeasured == 0 && matrix.wonByPrice == 0)
      #expect(matrix.perMille(.loyal) == 200)
      for standing in LoyaltyStanding.allCases {
        let customer = try #require(customers[standing])
        #expect(try tx.loyaltyIndex.members(at: standing).items.map(\.customer) == [customer])
        let index = try #require(try tx.loyaltyIndex.index(of: customer))
        #expect(index.standing == standing)
        #expect(index.grounds.map(\.what) == ["behaviour", "attitude"])
      }
      let unknown = try #require(try tx.loyaltyIndex.index(of: tea.ada))
      #expect(unknown.grounds.last?.found == "not known")
    }
    #expect(try await tea.crm.verify().problems.isEmpty)
  }

  @Test("Groups have a matrix of their own", arguments: Backend.allCases)
  func groups(backend: Backend) async throws {
    let tea = try await TeaShop(backend)
    let customers = try await Self.fill(tea)
    try await tea.crm.read { tx in
      let matrix = try tx.loyaltyIndex.matrix(of: "korea")
      #expect(matrix.counts == [.loyal: 1, .spurious: 1])
      #expect(try tx.loyaltyIndex.members(at: .latent, of: "korea").items.isEmpty)
      #expect(
        try tx.loyaltyIndex.members(at: .loyal, of: "korea").items.map(\.customer)
          == [customers[.loyal]])
      #expect(refusal { try tx.loyaltyIndex.matrix(of: "corea") }?.code == .notFound)
    }
  }

  @Test("Members come page by page, each once", arguments: Backend.allCases)
  func pages(backend: Backend) async throws {
    let tea = try await TeaShop(backend)
    try await tea.crm.write { tx in
      for number in 0..<20 {
        let customer = try tx.customers.add(
          .person("\(number)", country: number % 3 == 0 ? "KR" : "GB"))
        try tx.satisfaction.record(NewSatisfactionAnswer(from: customer.id, .satisfaction, 5))
      }
      try tx.groups.define("korea", "Korea", where: .customer { $0.country == "KR" })
      for (group, count) in [(nil, 20), ("korea", 7)] {
        var found: [Customer.ID] = []
        var place: Cursor<LoyaltyPlace>?
        repeat {
          let page = try tx.loyaltyIndex.members(at: .latent, of: group, after: place, limit: 3)
          #expect(page.items.count == 3 || page.next == nil)
          found += page.items.map(\.customer)
          place = page.next
        } while place != nil
        #expect(found.count == count)
        #expect(found == Set(found).sorted())
      }
    }
  }

  @Test(
    "Time moves customers by itself, and tells of it at its instant", arguments: Backend.allCases)
  func time(backend: Backend) async throws {
    let tea = try await TeaShop(backend, TeaShop.only(.recency))
    for number in 0..<3 { try await tea.buy("\(number)", after: number == 0 ? 0 : 10) }
    try await tea.crm.write {
      try $0.satisfaction.record(NewSatisfactionAnswer(from: tea.ada, .satisfaction, 5))
    }
    let moves = tea.clock.now + TeaShop.day * 20 + .milliseconds(1)
    tea.clock.advance(by: TeaShop.day * 40)
    try await tea.crm.advance()
    try await tea.crm.read { tx in
      let place = try #require(try tx.loyaltyIndex.place(of: tea.ada))
      #expect(place.standing == .latent)
      #expect(place.since == moves)
    }
    let moved = try await tea.shop.events().filter { $0.type == LoyaltyMoved.name }
    #expect(moved.last?.occurredAt == moves)
    #expect(
      try moved.map { try $0.payload(as: LoyaltyMoved.self)?.to } == [.loyal, .latent])
    #expect(try await tea.crm.verify().problems.isEmpty)
  }

  @Test(
    "What time brought before the customer came back is told in its order",
    arguments: Backend.allCases)
  func late(backend: Backend) async throws {
    let tea = try await TeaShop(backend, TeaShop.only(.recency))
    for number in 0..<3 { try await tea.buy("\(number)", after: number == 0 ? 0 : 10) }
    try await tea.crm.write {
      try $0.satisfaction.record(NewSatisfactionAnswer(from: tea.ada, .satisfaction, 5))
    }
    // Nothing advanced in between.
    try await tea.buy("back", after: 25)
    let moved = try await tea.shop.events().filter { $0.type == LoyaltyMoved.name }
    #expect(
      try moved.map { try $0.payload(as: LoyaltyMoved.self)?.to } == [.loyal, .latent, .loyal])
    #expect(moved.map(\.occurredAt) == moved.map(\.occurredAt).sorted())
    try await tea.crm.advance()
    #expect(try await tea.crm.verify().problems.isEmpty)
  }

  @Test("Archived files are in no matrix, and come back to theirs", arguments: Backend.allCases)
  func archived(backend: Backend) async throws {
    let tea = try await TeaShop(backend)
    let customers = try await Self.fill(tea)
    let loyal = try #require(customers[.loyal])
    try await tea.crm.write { tx in
      _ = try tx.customers.archive(loyal)
      #expect(try tx.loyaltyIndex.place(of: loyal) == nil)
      #expect(try tx.loyaltyIndex.matrix().counts[.loyal] == nil)
      #expect(try tx.loyaltyIndex.matrix().unmeasured == 0)
      #expect(try tx.loyaltyIndex.index(of: loyal)?.standing == .loyal)
    }
    #expect(try await tea.crm.verify().problems.isEmpty)
    try await tea.crm.write { tx in
      _ = try tx.customers.restore(loyal)
      #expect(try tx.loyaltyIndex.place(of: loyal)?.standing == .loyal)
    }
    #expect(try await tea.crm.verify().problems.isEmpty)
  }

  @Test(
    "Who was looked at without the capability is found by verifying", arguments: Backend.allCases)
  func damage(backend: Backend) async throws {
    let tea = try await TeaShop(backend)
    try await tea.buy("1", after: 0)
    #expect(try await tea.crm.verify().problems.isEmpty)
    let all = tea.shop.capabilities
    let without = try await tea.shop.reopened(all.filter { !($0 is LoyaltyIndexes) })
    try await without.crm.write { _ = try tea.buy("2", in: $0) }
    let again = try await without.reopened(all)
    let found = try await again.crm.verify().problems
    #expect(found.map(\.record) == ["loyalty_places"])
    try await again.crm.write { _ = try $0.loyaltyIndex.look() }
    #expect(try await again.crm.verify().problems.isEmpty)
  }
}
