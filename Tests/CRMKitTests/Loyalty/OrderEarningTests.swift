import Testing

@testable import CRMKit

/// Orders of the store that earn by themselves.
struct OrderEarningTests {
  /// An order of Ada's for a record at 9.99 EUR and a bottle at 20.00.
  private func place(_ club: Club, _ number: String = "77") async throws -> Order.ID {
    try await club.crm.write { tx in
      let ada = try #require(try tx.records(of: LoyaltyMember.self).get(club.ada).customer)
      let record =
        try tx.catalogue.find(sku: "cd-1")
        ?? tx.catalogue.add(sku: "cd-1", name: "A record", category: "music", prices: [])
      let bottle =
        try tx.catalogue.find(sku: "wine-1")
        ?? tx.catalogue.add(sku: "wine-1", name: "A bottle", category: "wine", prices: [])
      return try tx.orders.place(
        NewOrder(
          number: number, customer: ada,
          lines: [
            .init(record.id, amount: try Money("9.99", .eur)),
            .init(bottle.id, quantity: 2, amount: try Money("20.00", .eur)),
          ])
      ).id
    }
  }

  private func pay(
    _ club: Club, _ order: Order.ID, _ amount: String, _ reference: String, by method: String? = nil
  ) async throws {
    try await club.crm.write { tx in
      try tx.orders.pay(order, try Money(amount, .eur), reference: reference, by: method)
    }
  }

  private func deliver(_ club: Club, _ order: Order.ID) async throws {
    try await club.crm.write { tx in
      _ = try tx.orders.deliver(order)
    }
  }

  @Test("An order that is paid in full earns by itself, once", arguments: Backend.allCases)
  func paid(_ backend: Backend) async throws {
    let club = try await Club(backend)
    let order = try await place(club)
    #expect(try await club.available() == 0)
    try await pay(club, order, "10.00", "p1")
    #expect(try await club.available() == 0)
    try await pay(club, order, "19.99", "p2")
    #expect(try await club.available() == 29)
    let entries = try await club.entries()
    #expect(entries.count == 1)
    #expect(entries.first?.reference == "77")
  }

  @Test("The part of an order that is paid with points earns nothing", arguments: Backend.allCases)
  func withPoints(_ backend: Backend) async throws {
    let club = try await Club(backend)
    let order = try await place(club)
    try await pay(club, order, "9.99", "p1", by: "points")
    try await pay(club, order, "20.00", "p2", by: "card")
    #expect(try await club.available() == 20)
  }

  @Test(
    "A programme says whether placing, paying or delivering earns", arguments: Backend.allCases)
  func moments(_ backend: Backend) async throws {
    for moment in EarningMoment.allCases {
      let club = try await Club(backend) { $0.earnsOn = moment }
      var balances: [Int64] = []
      let order = try await place(club)
      balances.append(try await club.available())
      try await pay(club, order, "29.99", "p1")
      balances.append(try await club.available())
      try await deliver(club, order)
      balances.append(try await club.available())
      let expected: [Int64] =
        switch moment {
        case .never: [0, 0, 0]
        case .placed: [29, 29, 29]
        case .paid: [0, 29, 29]
        case .delivered: [0, 0, 29]
        }
      #expect(balances == expected)
    }
  }

  @Test("H04: Points that wait for delivery can be spent from it on", arguments: Backend.allCases)
  func delivered(_ backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.pending.wait = .onAction("delivered", pendingMaxDays: 90)
      $0.expiry.clockStart = .activation
    }
    let order = try await place(club)
    try await pay(club, order, "29.99", "p1")
    let waiting = try await club.balance()
    #expect(waiting.pending == 29 && waiting.available == 0)
    try club.go(to: "2026-01-10")
    try await deliver(club, order)
    let balance = try await club.balance()
    #expect(balance.pending == 0 && balance.available == 29)
    let lot = try await club.crm.read { try $0.records(of: PointsLot.self).all().first }
    #expect(lot?.lastValidDay == CalendarDate("2027-01-10"))
    #expect(try await club.total() == ["points": 0])
  }

  @Test(
    "H04: Delivery lets points be spent of who is blocked, and of who shares with a pool",
    arguments: Backend.allCases, [false, true])
  func deliveredElsewhere(_ backend: Backend, isInPool: Bool) async throws {
    let club = try await Club(backend) {
      $0.pending.wait = .onAction("delivered", pendingMaxDays: 90)
    }
    let order = try await place(club)
    try await pay(club, order, "29.99", "p1")
    try await club.crm.write { tx in
      if isInPool {
        let pool = try tx.loyalty.addPool(in: "club").id
        try tx.loyalty.join(club.ada, pool: pool, key: "join").get()
      } else {
        try tx.loyalty.block(club.ada, because: "doubts")
      }
    }
    try await deliver(club, order)
    let balance = try await club.balance()
    #expect(balance.pending == 0 && balance.available == 29)
    let second = try await place(club, "78")
    try await pay(club, second, "29.99", "p2")
    try await deliver(club, second)
    #expect(try await club.available() == (isInPool ? 58 : 29))
  }

  @Test("Categories and items of the catalogue reach the rules", arguments: Backend.allCases)
  func categories(_ backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.rules = [
        EarningRule("bottles", .fixed(5, each: .unit), lines: LineFilter(categories: ["wine"])),
        EarningRule("records", .fixed(100), lines: LineFilter(items: ["cd-1"])),
      ]
    }
    try await pay(club, try await place(club), "29.99", "p1")
    #expect(try await club.available() == 110)
  }

  @Test(
    "Orders earn in every programme their customer is a member of, and in no other",
    arguments: Backend.allCases)
  func programmes(_ backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.crm.write { tx in
      try tx.loyalty.define(.standard("miles"))
      try tx.loyalty.define(.standard("other"))
      let ada = try #require(try tx.records(of: LoyaltyMember.self).get(club.ada).customer)
      try tx.loyalty.enrol(ada, in: "miles")
    }
    try await pay(club, try await place(club), "29.99", "p1")
    let programmes = try await club.entries().map(\.programme).sorted()
    #expect(programmes == ["club", "miles"])
  }

  @Test(
    "Money without a rate does not hold an order up; the host is told", arguments: Backend.allCases)
  func missed(_ backend: Backend) async throws {
    let club = try await Club(backend) { $0 = .standard("club", money: .usd) }
    try await pay(club, try await place(club), "29.99", "p1")
    #expect(try await club.entries().isEmpty)
    let missed = try await club.shop.events().filter { $0.type == EarningMissed.name }
    #expect(missed.count == 1)
  }
}
