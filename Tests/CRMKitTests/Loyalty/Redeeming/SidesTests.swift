import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("Both sides of a programme")
struct SidesTests {
  private func eur(_ text: String) throws -> Money { try Money(text, .eur) }

  /// Ada spends 300.00 on two orders, has a service and a coupon, and pays 2.00 with points; Bob
  /// spends 50.00.
  private func busy(_ backend: Backend) async throws -> (Club, coupon: String) {
    let club = try await Club(backend, on: "2026-01-10")
    let (ada, bob) = (club.ada, club.bob)
    let code = try await club.crm.write { tx in
      for (number, amount, member) in [
        ("1", "100.00", ada), ("2", "200.00", ada), ("3", "50.00", bob),
      ] {
        try tx.loyalty.earn(
          .order(number, [EarnLine(try Money(amount, .eur))]), for: member, key: "o\(number)"
        ).get()
      }
      try tx.loyalty.adjust(1_000, for: ada, because: "test", lasting: .forever, key: "g").get()
      var lounge = NewReward("lounge", .service, points: 300)
      (lounge.benefit, lounge.cost) = (try eur("25.00"), try eur("6.00"))
      var off = NewReward("off", .discount, points: 100)
      (off.benefit, off.cost) = (try eur("5.00"), try eur("5.00"))
      let service = try tx.loyalty.add(lounge, to: "club")
      let discount = try tx.loyalty.add(off, to: "club")
      try tx.loyalty.claim(service.id, for: ada, key: "c1").get()
      try tx.loyalty.claim(discount.id, for: ada, key: "c2").get()
      let gone = try tx.loyalty.claim(service.id, for: ada, key: "c3").get()
      try tx.loyalty.reverse(gone.id, key: "c4").get()
      try tx.loyalty.redeem(200, from: ada, key: "p", paying: try eur("20.00")).get()
      return try #require(try tx.loyalty.coupons(of: ada).items.first?.code)
    }
    return (club, code)
  }

  @Test(
    "What members gained stands beside what the firm gained and paid", arguments: Backend.allCases)
  func both(backend: Backend) async throws {
    let (club, code) = try await busy(backend)
    let ada = club.ada
    let january = try Club.instant("2026-01-01")..<Club.instant("2026-02-01")
    let february = try Club.instant("2026-02-01")..<Club.instant("2026-03-01")
    try club.go(to: "2026-02-15")
    try await club.crm.write { _ = try $0.loyalty.useCoupon(code, for: "order 9") }
    let (all, one, later) = try await club.crm.read { tx in
      (
        try tx.loyalty.sides(of: "club", in: january), try tx.loyalty.sides(of: ada, in: january),
        try tx.loyalty.sides(of: ada, in: february)
      )
    }
    #expect(all.firm.orders == [try eur("350.00")])
    #expect(all.firm.orderCount == 3)
    #expect(one.firm.orders == [try eur("300.00")])
    #expect(one.members.rewards.map(\.kind) == [.service])
    #expect(one.members.rewards.map(\.count) == [1])
    #expect(one.members.pointsSpent == [try eur("2.00")])
    #expect(one.members.total == [try eur("27.00")])
    #expect(one.firm.rewardCost == [try eur("6.00")])
    // 300 earned and 1,000 given, less 300, 100 and 200.
    #expect(one.firm.liabilityChange == [try eur("7.00")])
    #expect(all.firm.liabilityChange == [try eur("7.50")])
    #expect(later.members.total == [try eur("5.00")])
    #expect(later.firm.rewardCost == [try eur("5.00")])
    #expect(later.firm.orders == [])
  }
}
