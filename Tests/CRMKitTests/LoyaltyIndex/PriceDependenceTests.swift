import CRMKit
import CRMTesting
import Testing

@Suite("Purchases won by price alone")
struct PriceDependenceTests {
  @Test(
    "Customers who buy at a discount alone are never taken for loyal", arguments: Backend.allCases)
  func bargains(backend: Backend) async throws {
    let tea = try await TeaShop(backend)
    for number in 0..<6 { try await tea.buy("\(number)", off: 200, after: 10) }
    try await tea.crm.write {
      try $0.satisfaction.record(NewSatisfactionAnswer(from: tea.ada, .satisfaction, 5))
    }
    let index = try await tea.index()
    #expect(try #require(index.behaviour.value) >= 50)
    #expect(try #require(index.attitude.value) >= 50)
    #expect(index.standing == .spurious)
    #expect(index.price.isWonByPrice)
    #expect(index.price.reasons == [.bought(atDiscount: 6, of: 6)])
    #expect(index.grounds.last?.found == "6 of 6 orders were won by a discount")
    #expect(index.price.reductions.map(\.off) == [Money(minorUnits: 1_200, .eur)])
    // Each offer was followed by the next one, so none of them has ended yet.
    #expect(index.price.followed == 0 && index.price.dropped == 0)
    #expect(index.price.waitingUntil != nil)
  }

  @Test("A first purchase at a discount is no sign of loyalty", arguments: Backend.allCases)
  func first(backend: Backend) async throws {
    let tea = try await TeaShop(backend)
    try await tea.buy("1", off: 200, after: 0)
    #expect(try await tea.index().price.reasons == [.bought(atDiscount: 1, of: 1)])
    // 5 % is a discount, and a cent less is none.
    let other = try await TeaShop(backend)
    try await other.buy("1", off: 49, after: 0)
    #expect(try await other.index().price.atDiscount == 0)
    try await other.buy("2", off: 50, after: 0)
    #expect(try await other.index().price.atDiscount == 1)
  }

  @Test(
    "Who buys on at full price in their own rhythm after an offer is not won by price",
    arguments: Backend.allCases)
  func after(backend: Backend) async throws {
    let tea = try await TeaShop(backend)
    // Every ten days; the second and the fifth at a discount.
    for number in 0..<6 {
      try await tea.buy("\(number)", off: [1, 4].contains(number) ? 300 : 0, after: 10)
    }
    let index = try await tea.index()
    #expect(index.price.atDiscount == 2 && index.price.orders == 6)
    #expect(index.price.followed == 2 && index.price.dropped == 0)
    #expect(index.price.reasons.isEmpty)
    #expect(index.price.waitingUntil == nil)
    #expect(try await tea.crm.verify().problems.isEmpty)
  }

  @Test(
    "Who stays away once the offer ends is, from the day on which that shows",
    arguments: Backend.allCases)
  func dropped(backend: Backend) async throws {
    var model = TeaShop.only(.afterOffers)
    model.price = PriceRules(mostAtDiscount: 90)
    let tea = try await TeaShop(backend, model)
    // Two gaps of ten days; one and a half of them are given after the last purchase.
    try await tea.buy("1", after: 0)
    try await tea.buy("2", after: 10)
    try await tea.buy("3", off: 300, after: 10)
    let last = tea.clock.now
    var index = try await tea.index()
    #expect(index.price.waitingUntil == last + TeaShop.day * 16)
    #expect(!index.price.isWonByPrice)
    #expect(index.movesAt == last + TeaShop.day * 16)
    let before = tea.clock.now
    tea.clock.advance(by: TeaShop.day * 16 - .milliseconds(1))
    try await tea.crm.advance()
    #expect(try await tea.index().price.reasons.isEmpty)
    tea.clock.advance(by: .milliseconds(1))
    try await tea.crm.advance()
    index = try await tea.index()
    #expect(index.price.reasons == [.left(afterOffers: 1, of: 1)])
    #expect(index.behaviour.value == 0)
    #expect(try await tea.index(at: before).price.reasons.isEmpty)
    try await tea.crm.read { tx in
      let place = try #require(try tx.loyaltyIndex.place(of: tea.ada))
      #expect(place.isWonByPrice)
      #expect(place.since == last + TeaShop.day * 16)
      #expect(try tx.loyaltyIndex.wonByPrice().items == [place])
    }
    // Back at full price, too late for that offer.
    try await tea.buy("4", after: 20)
    index = try await tea.index()
    // Gaps of 10, 10 and 36 days: 28 days are given by now, fewer than 36.
    #expect(index.price.dropped == 1 && index.price.followed == 0)
    #expect(index.price.reasons.isEmpty, "one order of four at a discount is too few")
    #expect(try await tea.crm.verify().problems.isEmpty)
  }

  @Test("A cancelled order at a discount does not count", arguments: Backend.allCases)
  func cancelled(backend: Backend) async throws {
    let tea = try await TeaShop(backend)
    try await tea.buy("1", after: 0)
    try await tea.buy("2", off: 500, after: 3)
    #expect(try await tea.index().price.atDiscount == 1)
    try await tea.crm.write { tx in
      let order = try #require(try tx.orders.find(number: "2"))
      try tx.orders.cancel(order.id)
    }
    let index = try await tea.index()
    #expect(index.price.atDiscount == 0 && index.price.orders == 1)
    #expect(try await tea.crm.verify().problems.isEmpty)
  }
}
