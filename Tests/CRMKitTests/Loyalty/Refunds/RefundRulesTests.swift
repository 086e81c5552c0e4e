import Testing

@testable import CRMKit

/// What refunds come to by rules alone, without a store.
struct RefundRulesTests {
  private static let day = CalendarDate(year: 2026, month: 5, day: 5) ?? Recurrence.blank.anchor

  private func rules(
    _ programme: LoyaltyProgramme, _ order: EarnRequest, after earlier: [RefundRules.Earlier] = []
  ) throws -> RefundRules {
    let prepared = try PreparedProgramme(programme)
    let award = try EarningRules.evaluate(prepared, order, EarningContext(day: Self.day))
    return RefundRules(
      earning: .init(
        request: order, award: award, granted: award.totals.map { ($0.points, $0.granted) }),
      programme: prepared, days: LocalDays(in: .utc), earlier: earlier)
  }

  private struct Sum: Equatable {
    var wanted: Int64 = 0
    var claw: Int64 = 0
    var cash: Int64 = 0
    var points: Int64 = 0
    var share = Fraction.zero
  }

  /// What refunds one after the other come to.
  private func sum(
    of parts: [RefundedPart], _ programme: LoyaltyProgramme, _ order: EarnRequest, lost: Int64
  ) throws -> Sum {
    var sum = Sum()
    var earlier: [RefundRules.Earlier] = []
    for part in parts {
      let request = RefundRequest(part, from: .zero, number: "\(earlier.count)", at: nil)
      let rules = try rules(programme, order, after: earlier)
      var reckoning = try rules.reckon(request)
      for index in reckoning.outcome.totals.indices {
        rules.limit(&reckoning.outcome.totals[index], lost: lost)
      }
      for total in reckoning.outcome.totals {
        #expect(total.wanted >= 0 && total.claw >= 0 && total.due >= 0)
        sum.wanted += total.wanted
        sum.claw += total.claw
      }
      sum.cash += reckoning.outcome.cash?.minorUnits ?? 0
      sum.points += reckoning.outcome.points?.minorUnits ?? 0
      sum.share = reckoning.share
      earlier.append(.init(request: request, outcome: reckoning.outcome))
    }
    return sum
  }

  private func order(_ numbers: inout SeededNumbers) throws -> EarnRequest {
    let lines = (0..<Int.random(in: 1...4, using: &numbers)).map { number in
      EarnLine(
        Money(minorUnits: Int64.random(in: 1...9_999, using: &numbers), .eur),
        quantity: Int.random(in: 1...5, using: &numbers), item: "i\(number)",
        category: Bool.random(using: &numbers) ? "books" : nil)
    }
    let total = lines.reduce(0) { $0 + $1.amount.minorUnits }
    let paid = Bool.random(using: &numbers) ? Int64.random(in: 0...total, using: &numbers) : 0
    return .order(
      "1", lines, paidWithPoints: paid > 0 ? Money(minorUnits: paid, .eur) : nil)
  }

  private func programme(_ numbers: inout SeededNumbers) throws -> LoyaltyProgramme {
    var club = LoyaltyProgramme.standard("club")
    club.rounding.mode = RoundingMode.allCases.randomElement(using: &numbers) ?? .down
    club.refund.pointsPaid = .allCases.randomElement(using: &numbers) ?? .proRata
    club.refund.eligibility = .allCases.randomElement(using: &numbers) ?? .reevaluate
    if Bool.random(using: &numbers) {
      club.rules.append(
        EarningRule("books", .multiplier(3), lines: LineFilter(categories: ["books"])))
    }
    if Bool.random(using: &numbers) {
      club.rules.append(
        EarningRule(
          "tens", .steps(7, per: try Money("10.00", .eur)),
          requires: .init(spend: try Money("30.00", .eur))))
    }
    if Bool.random(using: &numbers) { club.caps = [.points(60, per: .event)] }
    return club
  }

  /// Amounts that come to one.
  private func split(_ amount: Int64, _ numbers: inout SeededNumbers) -> [RefundedPart] {
    var left = amount
    var parts: [RefundedPart] = []
    while left > 0 {
      let part = Int64.random(in: 1...left, using: &numbers)
      parts.append(.amount(Money(minorUnits: part, .eur)))
      left -= part
    }
    return parts
  }

  @Test(
    "R03: Refunds split in any way come to what one comes to, and never to more than was enjoyed",
    arguments: UInt64(1)...60)
  func splits(seed: UInt64) throws {
    var numbers = SeededNumbers(seed)
    for _ in 0..<5 {
      let order = try order(&numbers)
      let programme = try programme(&numbers)
      let total = order.lines.reduce(0) { $0 + $1.amount.minorUnits }
      let granted = try rules(programme, order).earning.granted.reduce(0) { $0 + $1.count }
      let lost = Int64.random(in: 0...granted, using: &numbers)
      let amount =
        Bool.random(using: &numbers) ? total : Int64.random(in: 1...total, using: &numbers)
      let whole = try sum(
        of: [.amount(Money(minorUnits: amount, .eur))], programme, order, lost: lost)
      for _ in 0..<3 {
        #expect(try sum(of: split(amount, &numbers), programme, order, lost: lost) == whole)
      }
      #expect(whole.claw <= granted - lost && whole.wanted <= granted)
      if amount == total { #expect(whole.wanted == granted) }
      #expect(
        whole.cash + whole.points <= amount
          && (programme.refund.pointsPaid == .never
            || programme.refund.pointsPaid
              == .fullRefundOnly
            || whole.cash + whole.points == amount)
      )
    }
  }

  @Test(
    "Units that come back one by one come to what all at once come to", arguments: UInt64(1)...60)
  func units(seed: UInt64) throws {
    var numbers = SeededNumbers(seed)
    let order = try order(&numbers)
    let programme = try programme(&numbers)
    var units: [LineQuantity] = []
    for (index, line) in order.lines.enumerated() {
      for _ in 0..<Int.random(in: 0...line.quantity, using: &numbers) {
        units.append(LineQuantity(line: index + 1, quantity: 1))
      }
    }
    guard !units.isEmpty else { return }
    let whole = try sum(of: [.units(units)], programme, order, lost: 0)
    units.shuffle(using: &numbers)
    #expect(try sum(of: units.map { .units([$0]) }, programme, order, lost: 0) == whole)
  }

  @Test("R03: 21.90 at 1 point per full 10.00 loses 1, 0, 1 and 0 points by four times 5.00")
  func steps() throws {
    var programme = LoyaltyProgramme.standard("club")
    programme.rules = [EarningRule("ten", .steps(1, per: try Money("10.00", .eur)))]
    let order = EarnRequest.order("1", [EarnLine(try Money("21.90", .eur))])
    let parts = Array(repeating: RefundedPart.amount(try Money("5.00", .eur)), count: 4)
    let wanted = try (1...4).map {
      try sum(of: Array(parts.prefix($0)), programme, order, lost: 0).wanted
    }
    #expect(wanted == [1, 1, 2, 2])
  }

  @Test("What is withheld is rounded in all, not refund by refund")
  func withheld() throws {
    var programme = LoyaltyProgramme.standard("club")
    let order = EarnRequest.order("1", [EarnLine(try Money("100.00", .eur))])
    // 1,000 points for 4.00: 0.4 minor units each.
    programme.points[0].worth = .init(1_000, try Money("4.00", .eur))
    var earlier: [RefundRules.Earlier] = []
    var withheld: [Int64] = []
    for _ in 1...5 {
      let rules = try rules(programme, order, after: earlier)
      let request = RefundRequest(
        .amount(try Money("1.00", .eur)), from: .zero, number: "", at: nil)
      var outcome = try rules.reckon(request).outcome
      let part = try #require(
        try rules.withhold(1, of: outcome.totals[0], from: outcome.cash))
      outcome.totals[0].withheld = part.points
      withheld.append(part.money.minorUnits)
      earlier.append(.init(request: request, outcome: outcome))
    }
    #expect(withheld == [0, 1, 0, 1, 0])
  }
}
