import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("Paying for orders with points")
struct PointsPaymentTests {
  private func half(_ backend: Backend, _ exceeding: RedemptionTerms.Excess = .reject) async throws
    -> Club
  {
    let club = try await Club(backend) {
      $0.redemption.minimum = 500
      $0.redemption.maximumShare = .percent(50)
      $0.redemption.exceeding = exceeding
    }
    try await club.give(10_000, key: "gift")
    return club
  }

  private func pay(_ points: Int64, of amount: String, _ club: Club, key: String) async throws
    -> LoyaltyResult
  {
    let (order, ada) = (try Money(amount, .eur), club.ada)
    return try await club.crm.write {
      try $0.loyalty.redeem(points, from: ada, key: key, reference: "77", paying: order)
    }
  }

  @Test(
    "D05: More than half of an order, or less than the least, is refused with what would do",
    arguments: Backend.allCases)
  func refused(backend: Backend) async throws {
    let club = try await half(backend)
    let tooMany = try await pay(4_000, of: "30.00", club, key: "a")
    #expect(tooMany.refusal?.code == .exceedsOrderCap)
    #expect(tooMany.refusal?.allowed == 1_500)
    #expect(tooMany.entry?.legs == [])
    let tooFew = try await pay(400, of: "30.00", club, key: "b")
    #expect(tooFew.refusal?.code == .belowMinimum)
    #expect(tooFew.refusal?.allowed == 500)
    #expect(try await club.available() == 10_000)
    let paid = try await pay(1_500, of: "30.00", club, key: "c")
    let payment = try #require(try paid.get().payment())
    #expect(payment.worth == (try Money("15.00", .eur)))
    #expect(payment.rest == (try Money("15.00", .eur)))
    #expect(try await club.available() == 8_500)
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "D05: Where the programme grants as far as it goes, 1,500 are spent",
    arguments: Backend.allCases)
  func clamped(backend: Backend) async throws {
    let club = try await half(backend, .clamp)
    let result = try await pay(4_000, of: "30.00", club, key: "a")
    let payment = try #require(try result.get().payment())
    #expect(payment.points == 1_500)
    #expect(payment.requested == 4_000)
    #expect(payment.limits.map(\.code) == [.exceedsOrderCap])
    #expect(try await club.available() == 8_500)
    #expect(try await pay(4_000, of: "30.00", club, key: "a").isReplay)
    let small = try await pay(4_000, of: "8.00", club, key: "b")
    #expect(small.refusal?.code == .exceedsOrderCap)
    #expect(small.refusal?.allowed == 0)
    #expect(try await pay(400, of: "30.00", club, key: "c").refusal?.code == .belowMinimum)
  }

  @Test(
    "D06: 1,550 in blocks of 100 are refused, or 1,500 of them are spent, and it says so",
    arguments: Backend.allCases, RedemptionTerms.Excess.allCases)
  func blocks(backend: Backend, exceeding: RedemptionTerms.Excess) async throws {
    let club = try await Club(backend) {
      $0.redemption.block = 100
      $0.redemption.exceeding = exceeding
    }
    try await club.give(10_000, key: "gift")
    let result = try await club.redeem(1_550, key: "r")
    switch exceeding {
    case .reject:
      #expect(result.refusal?.code == .notInBlocks)
      #expect(result.refusal?.allowed == 1_500)
      #expect(try await club.available() == 10_000)
    case .clamp:
      let payment = try #require(try result.get().payment())
      #expect(payment.points == 1_500)
      #expect(payment.limits.map(\.code) == [.notInBlocks])
      #expect(try await club.available() == 8_500)
    }
    #expect(try await club.redeem(1_500, key: "s").refusal == nil)
    #expect(try await club.redeem(50, key: "t").refusal?.allowed == 100)
  }

  @Test("A quote is what the redemption does, and changes nothing", arguments: Backend.allCases)
  func quote(backend: Backend) async throws {
    let club = try await half(backend, .clamp)
    let (order, ada) = (try Money("30.00", .eur), club.ada)
    let before = try await club.crm.read { try $0.loyalty.fingerprint() }
    let (some, all) = try await club.crm.read { tx in
      (
        try tx.loyalty.quote(4_000, for: ada, towards: order),
        try tx.loyalty.quote(nil, for: ada, towards: order)
      )
    }
    #expect(all.points == 1_500)
    #expect(try await club.crm.read { try $0.loyalty.fingerprint() } == before)
    #expect(try await pay(4_000, of: "30.00", club, key: "a").get().payment() == some)
  }

  @Test("Points held for an order pay it when they are captured", arguments: Backend.allCases)
  func held(backend: Backend) async throws {
    let club = try await half(backend)
    let (order, ada) = (try Money("30.00", .eur), club.ada)
    let hold = try await club.crm.write { tx in
      let refused = try tx.loyalty.hold(4_000, from: ada, key: "h1", paying: order)
      #expect(refused.refusal?.code == .exceedsOrderCap)
      return try tx.loyalty.hold(1_500, from: ada, key: "h2", paying: order).get()
    }
    #expect(try hold.payment()?.worth == (try Money("15.00", .eur)))
    let id = try #require(hold.hold)
    try await club.crm.write { try $0.loyalty.capture(id, key: "c").get() }
    #expect(try await club.available() == 8_500)
  }

  @Test(
    "An order in other money is paid at the stated rate, rounded down, or refused without one",
    arguments: Backend.allCases)
  func otherMoney(backend: Backend) async throws {
    let usd = try #require(Currency(rawValue: "USD"))
    let club = try await Club(backend) {
      $0.rates.stated = [.init(Ratio(5, to: 4) ?? .one, usd)]
    }
    try await club.give(1_000, key: "gift")
    let (ada, order) = (club.ada, Money(minorUnits: 1_000, usd))
    let paid = try await club.crm.write {
      try $0.loyalty.redeem(333, from: ada, key: "r", paying: order).get()
    }
    // 333 points are 3.33 EUR, which are 4.1625 USD.
    #expect(try paid.payment()?.worth == Money(minorUnits: 416, usd))
    let krw = Money(minorUnits: 1_000, try #require(Currency(rawValue: "KRW")))
    let error = await loyaltyFailure {
      try await club.crm.write { try $0.loyalty.redeem(10, from: ada, key: "k", paying: krw) }
    }
    #expect(error?.code == .noRate)
  }

  @Test("What an order allows is exact and never fails at the ends of numbers")
  func ends() throws {
    var terms = RedemptionTerms()
    terms.maximumShare = Rate(partsPerMillion: 1)
    let worth = try #require(Fraction(1, over: 3))
    for units in [1, 2, Int64.max] {
      let order = RedemptionRules.Order(amount: Money(minorUnits: units, .eur), worthOfPoint: worth)
      for points in [1, 3, Int64.max] {
        do {
          let payment = try RedemptionRules.payment(of: points, "p", towards: order, by: terms)
          #expect(payment.points <= points)
        } catch {
          #expect([.exceedsOrderCap, .belowMinimum, .overflow].contains(error.code))
        }
      }
    }
  }
}
