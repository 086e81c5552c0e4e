import CRMKit
import Testing

@testable import CRMKit

/// What orders earn by the settings of a programme, as the entry in the ledger explains it.
@Suite("Earning by the settings of a programme")
struct EarningCasesTests {
  private func line(_ amount: String, quantity: Int = 1) throws -> EarnLine {
    EarnLine(try Club.euro(amount), quantity: quantity)
  }

  /// What lines earn as one order, all of which can be spent at once.
  private func award(
    _ club: Club, _ lines: [EarnLine], paidWithPoints: Money? = nil
  ) async throws -> Award {
    let request = EarnRequest.order("1", lines, paidWithPoints: paidWithPoints)
    let entry = try await club.earn(request, key: "1").get()
    let award = try #require(try entry.award())
    let points = award.granted(of: "points")
    #expect(award.items.reduce(0) { $0 + $1.granted } == points)
    #expect(entry.change(of: club.ada, in: "points") == points)
    #expect(try await club.available() == points)
    try await club.check()
    return award
  }

  // MARK: Rounding

  @Test(
    "E01: 9.99 earns 9 rounded down, and 10 in every other way", arguments: Backend.allCases,
    [(.down, 9), (.halfUp, 10), (.halfEven, 10), (.up, 10)] as [(RoundingMode, Int64)])
  func modes(backend: Backend, rounding: (mode: RoundingMode, points: Int64)) async throws {
    let club = try await Club(backend) { $0.rounding.mode = rounding.mode }
    let award = try await award(club, [line("9.99")])
    #expect(award.granted(of: "points") == rounding.points)
    #expect(award.totals.first?.mode == rounding.mode)
    #expect(award.totals.first?.exact == Fraction("9.99"))
  }

  @Test(
    "E02: Three times 9.99 earn 29 as an order, 27 as lines; three units of one line so too",
    arguments: Backend.allCases)
  func scopes(backend: Backend) async throws {
    let lines = [try line("9.99"), try line("9.99"), try line("9.99")]
    let units = [try line("29.97", quantity: 3)]
    for (scope, cart, points) in [
      (.order, lines, 29), (.line, lines, 27), (.line, units, 29), (.unit, units, 27),
    ] as [(RoundingTerms.Scope, [EarnLine], Int64)] {
      let club = try await Club(backend) { $0.rounding.scope = scope }
      #expect(try await award(club, cart).granted(of: "points") == points)
    }
  }

  @Test(
    "E04: Of 19.99 steps of 10.00 earn 10 and proportions 19; a point for each 10.00 of 105.00, 10",
    arguments: Backend.allCases)
  func steps(backend: Backend) async throws {
    let (one, ten) = (try Club.euro("1.00"), try Club.euro("10.00"))
    for (earning, amount, points) in [
      (.steps(10, per: ten), "19.99", 10), (.proportional(1, per: one), "19.99", 19),
      (.steps(1, per: ten), "105.00", 10),
    ] as [(EarningRule.Earning, String, Int64)] {
      let club = try await Club(backend) { $0.rules = [EarningRule("spend", earning)] }
      #expect(try await award(club, [line(amount)]).granted(of: "points") == points)
    }
  }

  @Test(
    "E05: 9.99 half as much again is 14 rounded at the end, told as 9 and 5, and 13 rounded before",
    arguments: Backend.allCases)
  func stages(backend: Backend) async throws {
    let half = try #require(Fraction("1.5"))
    for (stage, factor, amount, points) in [
      (.final, half, "9.99", 14), (.afterBase, half, "9.99", 13), (.afterBase, half, "4.00", 6),
      (.afterBase, 3, "5.00", 15), (.afterBase, half, "5.00", 7),
    ] as [(RoundingTerms.Stage, Fraction, String, Int64)] {
      let club = try await Club(backend) {
        $0.rounding.stage = stage
        $0.rules.append(EarningRule("promotion", .multiplier(factor)))
      }
      let award = try await award(club, [line(amount)])
      #expect(award.granted(of: "points") == points)
      guard stage == .final else { continue }
      #expect(award.items.map(\.rule) == ["spend", "promotion"])
      #expect(award.items.map(\.granted) == [9, 5])
    }
  }

  // MARK: Multipliers

  @Test(
    "E06: Twice and three times 100 are 400, 300 or 600, whichever of the two came to be first",
    arguments: Backend.allCases,
    [(.additive, 400), (.best, 300), (.multiplicative, 600)]
      as [(PromotionTerms.Combination, Int64)])
  func combinations(
    backend: Backend, promotions: (combine: PromotionTerms.Combination, points: Int64)
  ) async throws {
    let weekend = EarningRule(
      "weekend", .multiplier(2), when: .init(weekdays: [.saturday, .sunday]))
    let wine = EarningRule("wine", .multiplier(3), lines: LineFilter(categories: ["wine"]))
    let bottle = EarnLine(try Club.euro("100.00"), category: "wine")
    for (first, second) in [(weekend, wine), (wine, weekend)] {
      let club = try await Club(backend, on: "2026-05-01") {
        $0.promotions.combine = promotions.combine
        $0.rules.append(first)
      }
      var next = club.programme
      next.version = 2
      next.rules.append(second)
      let changed = next
      try club.go(to: "2026-05-08")
      try await club.crm.write { _ = try $0.loyalty.define(changed) }
      try club.go(to: "2026-05-09")
      #expect(try await award(club, [bottle]).granted(of: "points") == promotions.points)
    }
  }

  // MARK: Basis

  @Test(
    "E08: Of 100.00, 20.00 of them paid with 2,000 points, 80 are earned, or 100 where all counts",
    arguments: Backend.allCases)
  func paidWithPoints(backend: Backend) async throws {
    for (payment, points) in [
      (.net, 80), (.gross, 100),
    ] as [(EarningBasis.PointsPayment, Int64)] {
      let club = try await Club(backend) { $0.basis.pointsPayment = payment }
      let ada = club.ada
      try await club.give(2_000, key: "given")
      try await club.crm.write {
        _ = try $0.loyalty.redeem(2_000, from: ada, key: "pay", reference: "1").get()
      }
      let paid = try Club.euro("20.00")
      let award = try await award(club, [line("100.00")], paidWithPoints: paid)
      #expect(award.granted(of: "points") == points)
      #expect(award.basis == Money(minorUnits: points * 100, .eur))
    }
  }

  @Test(
    "E09: 119.00 with 19.00 of tax in it earn 119, or 100 where tax does not count",
    arguments: Backend.allCases)
  func tax(backend: Backend) async throws {
    for (tax, points) in [(.included, 119), (.excluded, 100)] as [(EarningBasis.Tax, Int64)] {
      let club = try await Club(backend) { $0.basis.tax = tax }
      let taxed = EarnLine(try Club.euro("119.00"), tax: try Club.euro("19.00"))
      let award = try await award(club, [taxed])
      #expect(award.granted(of: "points") == points)
      #expect(award.basis == Money(minorUnits: points * 100, .eur))
    }
  }

  @Test(
    "F01: 10,000 yen earn 62 at the rate of the programme, and 100 at a point for each 100 yen",
    arguments: Backend.allCases)
  func otherMoney(backend: Backend) async throws {
    let yen = EarnLine(Money(minorUnits: 10_000, .jpy))
    let rated = try await Club(backend) {
      $0.rates.stated = [.init(Ratio(160, to: 1) ?? .one, .jpy)]
    }
    #expect(try await award(rated, [yen]).granted(of: "points") == 62)
    let named = try await Club(backend) {
      $0.rules[0].alsoPer = [Money(minorUnits: 100, .jpy)]
    }
    #expect(try await award(named, [yen]).granted(of: "points") == 100)
  }

  // MARK: Refused, and found again

  private func expectOverflow(of request: EarnRequest, in club: Club) async throws {
    let before = try await club.shop.records()
    let error = await loyaltyFailure { try await club.earn(request, key: "1") }
    #expect(error?.code == .overflow)
    #expect(try await club.shop.records() == before)
  }

  @Test(
    "P09: An order that earns more than 64 bits, by itself or with what is there, changes nothing",
    arguments: Backend.allCases)
  func overflow(backend: Backend) async throws {
    let cent = Money(minorUnits: 1, .eur)
    let doubled = try await Club(backend) { $0.rules[0].earning = .proportional(2, per: cent) }
    let most = EarnLine(Money(minorUnits: .max, .eur))
    try await expectOverflow(of: .order("1", [most]), in: doubled)
    #expect(try await doubled.available() == 0)
    let full = try await Club(backend)
    try await full.give(.max, key: "given")
    try await expectOverflow(of: .order("1", [line("1.00")]), in: full)
    #expect(try await full.available() == .max)
    try await full.check()
  }

  @Test(
    "I03: An order of 10 and one of 10.00, at noon in Berlin and at ten in UTC, are one request",
    arguments: Backend.allCases)
  func spellings(backend: Backend) async throws {
    let club = try await Club(backend, on: "2026-06-01")
    try club.go(to: "2026-06-02")
    func tell(_ amount: String, at moment: String) async throws -> LoyaltyResult {
      let at = try #require(Instant(moment))
      return try await club.earn(.order("1", [line(amount)], at: at), key: "1")
    }
    let first = try await tell("10", at: "2026-06-01T12:00:00+02:00")
    #expect(first.replay == nil)
    let again = try await tell("10.00", at: "2026-06-01T10:00:00Z")
    #expect(again.replay == .key && again.entry == first.entry)
    let later = await loyaltyFailure { try await tell("10.00", at: "2026-06-01T10:00:00.001Z") }
    #expect(later?.code == .idempotencyConflict && later?.detail == "occurred_at")
    #expect(try await club.available() == 10)
    try await club.check()
  }
}
