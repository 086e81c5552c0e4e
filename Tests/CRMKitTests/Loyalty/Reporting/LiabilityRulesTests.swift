import CRMKit
import Testing

@testable import CRMKit

@Suite("What points are worth in the books")
struct LiabilityRulesTests {
  private let one = PointsTerms.Worth(1, Money(minorUnits: 100, .eur))
  private let cent = PointsTerms.Worth(100, Money(minorUnits: 100, .eur))

  // The standard prints whole currency units: 91,324 / 8,676 / 4,110 / 4,566 / 3,493 / 1,073.
  @Test("L01: The figures of the standard's example come out to the cent (IFRS 15, IE267–IE270)")
  func standardsExample() throws {
    let sales = try Money("100000.00", .eur)
    let points = try #require(
      try LiabilityRules.allocations(
        of: sales, to: [.init(points: 10_000, worth: one)], expecting: .percent(95)
      ).first)
    #expect(points == (try Money("8675.80", .eur)))
    let goods = try sales - points
    #expect(goods == (try Money("91324.20", .eur)))

    func toDate(_ redeemed: Int64, _ expected: Rate) throws -> Money {
      let count = try LiabilityRules.measure(
        of: 10_000, redeemed: redeemed, outstanding: 10_000 - redeemed, expecting: expected)
      return try LiabilityRules.recognised(of: points, redeemed: redeemed, expected: count)
    }
    let first = try toDate(4_500, .percent(95))
    #expect(first == (try Money("4109.59", .eur)))
    let afterFirst = try points - first
    #expect(afterFirst == (try Money("4566.21", .eur)))
    let second = try toDate(8_500, .percent(97))
    #expect(second == (try Money("7602.51", .eur)))
    let (ofSecond, afterSecond) = (try second - first, try points - second)
    #expect(ofSecond == (try Money("3492.92", .eur)))
    #expect(afterSecond == (try Money("1073.29", .eur)))
  }

  @Test(
    "L03: The parts of prices paid for points are 7.94, 3.97 and 2.38",
    arguments: [("1000.00", 1_000, "7.94"), ("500.00", 500, "3.97"), ("300.00", 300, "2.38")])
  func allocations(price: String, points: Int64, allocated: String) throws {
    let parts = try LiabilityRules.allocations(
      of: Money(price, .eur), to: [.init(points: points, worth: cent)], expecting: .percent(80))
    #expect(parts == [try Money(allocated, .eur)])
  }

  @Test("L03: 40 % of a price taken back leaves 2.38 of 3.97 put off")
  func remaining() throws {
    let price = try Money("3.97", .eur)
    #expect(
      try LiabilityRules.remaining(of: price, clawed: 200, of: 500) == Money("2.38", .eur))
    #expect(try LiabilityRules.remaining(of: price, clawed: 500, of: 500) == .zero(.eur))
    #expect(try LiabilityRules.remaining(of: price, clawed: 0, of: 500) == price)
  }

  @Test(
    "L04: What is earned never exceeds what was put off",
    arguments: [
      (600, 400, "5.96"), (800, 200, "7.94"), (900, 100, "7.94"), (600, 0, "7.94"),
      // What has ended makes no revenue while others can still be redeemed.
      (600, 100, "5.96"),
    ])
  func recognised(redeemed: Int64, outstanding: Int64, recognised: String) throws {
    let expected = try LiabilityRules.measure(
      of: 1_000, redeemed: redeemed, outstanding: outstanding, expecting: .percent(80))
    #expect(
      try LiabilityRules.recognised(
        of: Money("7.94", .eur), redeemed: redeemed, expected: expected)
        == Money(recognised, .eur))
  }

  @Test("Several kinds of points share one price by what each is worth")
  func severalPromises() throws {
    let price = try Money("100.00", .eur)
    let parts = try LiabilityRules.allocations(
      of: price, to: [.init(points: 1_000, worth: cent), .init(points: 5, worth: one)],
      expecting: .percent(100))
    // 10.00 and 5.00 beside 100.00: of 115.00 in all.
    #expect(parts == [try Money("8.70", .eur), try Money("4.35", .eur)])
    #expect(
      try LiabilityRules.allocations(
        of: .zero(.eur), to: [.init(points: 5, worth: one)], expecting: .percent(100))
        == [.zero(.eur)])
  }

  @Test("L09: Breakage is the part never redeemed, and none where nothing was given")
  func breakage() {
    #expect(LiabilityRules.breakage(unused: 2_100, of: 10_000) == Fraction(21, over: 100))
    #expect(LiabilityRules.breakage(unused: 0, of: 0) == nil)
  }

  @Test("Numbers beyond 64 bits and other money are refused as what they are")
  func hostile() throws {
    func code(_ body: () throws -> Void) -> LoyaltyError.Code? {
      do { try body() } catch { return (error as? LoyaltyError)?.code }
      return nil
    }
    #expect(
      code {
        _ = try LiabilityRules.allocations(
          of: Money(minorUnits: .max, .eur), to: [.init(points: .max, worth: one)],
          expecting: Rate(partsPerMillion: 333_333))
      } == .overflow)
    #expect(
      code {
        _ = try LiabilityRules.redemptions(
          of: 1, redeemed: .max, outstanding: 1, expecting: .percent(80))
      } == .overflow)
    #expect(
      code {
        _ = try LiabilityRules.allocations(
          of: Money(minorUnits: 100, .usd), to: [.init(points: 1, worth: one)],
          expecting: .percent(80))
      } == .noRate)
  }

  @Test(
    "Revenue of periods adds up to what was put off, however redemptions fall",
    arguments: UInt64(1)...100)
  func noDrift(seed: UInt64) throws {
    var numbers = SeededNumbers(seed)
    let points = Int64.random(in: 1...5_000, using: &numbers)
    let allocated = Money(minorUnits: .random(in: 0...10_000, using: &numbers), .eur)
    let expected = Rate(partsPerMillion: .random(in: 0...1_000_000, using: &numbers))
    var (redeemed, sum, before): (Int64, Int64, Int64) = (0, 0, 0)
    while redeemed < points {
      redeemed += min(points - redeemed, .random(in: 1...500, using: &numbers))
      let count = try LiabilityRules.measure(
        of: points, redeemed: redeemed, outstanding: points - redeemed, expecting: expected)
      let earned = try LiabilityRules.recognised(
        of: allocated, redeemed: redeemed, expected: count)
      #expect(earned.minorUnits >= before && earned.minorUnits <= allocated.minorUnits)
      sum += earned.minorUnits - before
      before = earned.minorUnits
    }
    #expect(sum == allocated.minorUnits)
  }
}
