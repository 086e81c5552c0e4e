import Testing

@testable import CRMKit

/// What orders earn by rules alone, without a store.
struct EarningRulesTests {
  static let day = CalendarDate(year: 2026, month: 5, day: 5) ?? Recurrence.blank.anchor

  private func euro(_ text: String) throws -> Money { try Money(text, .eur) }

  private func club(_ edit: (inout LoyaltyProgramme) throws -> Void = { _ in }) throws
    -> PreparedProgramme
  {
    var club = LoyaltyProgramme.standard("club")
    try edit(&club)
    #expect(club.problems() == [])
    return try PreparedProgramme(club)
  }

  private func order(_ amounts: String...) throws -> EarnRequest {
    .order("1", try amounts.map { EarnLine(try euro($0)) })
  }

  private func award(
    _ club: PreparedProgramme, _ request: EarnRequest, on day: CalendarDate = day,
    _ edit: (inout EarningContext) -> Void = { _ in }
  ) throws -> Award {
    try request.check()
    var context = EarningContext(day: day)
    edit(&context)
    let award = try EarningRules.evaluate(club, request, context)
    for total in award.totals {
      let items = award.items.filter { $0.points == total.points }
      #expect(items.reduce(0) { $0 + $1.granted } == total.granted)
      #expect(items.reduce(0) { $0 + $1.wanted } == total.wanted)
    }
    return award
  }

  private func points(
    _ club: PreparedProgramme, _ request: EarnRequest,
    _ edit: (inout EarningContext) -> Void = { _ in }
  ) throws -> Int64 {
    try award(club, request, edit).granted(of: "points")
  }

  // MARK: Rounding

  @Test(
    "E01: 9.99 is 9 rounded down, and 10 in every other way",
    arguments: [
      (.down, 9), (.halfEven, 10), (.halfUp, 10), (.up, 10),
    ] as [(RoundingMode, Int64)])
  func modes(_ mode: RoundingMode, _ expected: Int64) throws {
    #expect(try points(club { $0.rounding.mode = mode }, order("9.99")) == expected)
  }

  @Test("E02: What is rounded together is the order, each line or each unit")
  func scopes() throws {
    let three = try order("9.99", "9.99", "9.99")
    let units = EarnRequest.order("1", [EarnLine(try euro("29.97"), quantity: 3)])
    #expect(try points(club(), three) == 29)
    #expect(try points(club { $0.rounding.scope = .line }, three) == 27)
    #expect(try points(club { $0.rounding.scope = .line }, units) == 29)
    #expect(try points(club { $0.rounding.scope = .unit }, units) == 27)
  }

  @Test("E04: Steps give points for full amounts, proportions for parts of them too")
  func steps() throws {
    let ten = try euro("10.00")
    let steps = try club { $0.rules = [EarningRule("spend", .steps(10, per: ten))] }
    #expect(try points(steps, order("19.99")) == 10)
    #expect(try points(club(), order("19.99")) == 19)
    let one = try club { $0.rules = [EarningRule("spend", .steps(1, per: ten))] }
    #expect(try points(one, order("105.00")) == 10)
  }

  private func promoted(_ factor: Fraction, _ stage: RoundingTerms.Stage) throws
    -> PreparedProgramme
  {
    try club {
      $0.rounding.stage = stage
      $0.rules.append(EarningRule("promotion", .multiplier(factor)))
    }
  }

  @Test("E05: A multiplier works before rounding or after it, and both parts are told of")
  func stages() throws {
    let half = try #require(Fraction("1.5"))
    let final = try award(promoted(half, .final), order("9.99"))
    #expect(final.items.map(\.rule) == ["spend", "promotion"])
    #expect(final.items.map(\.granted) == [9, 5])
    #expect(try points(promoted(half, .afterBase), order("9.99")) == 13)
    #expect(try points(promoted(half, .afterBase), order("4.00")) == 6)
    #expect(try points(promoted(3, .afterBase), order("5.00")) == 15)
    #expect(try points(promoted(half, .afterBase), order("5.00")) == 7)
  }

  @Test("S07: An award explains itself: basis, rate, factor, exact sum and what was dropped")
  func explanation() throws {
    let half = try #require(Fraction("1.5"))
    let award = try award(promoted(half, .final), order("9.99"))
    #expect(award.programme == "club" && award.programmeVersion == 1)
    #expect(try award.items[0].basis == euro("9.99"))
    #expect(award.items[0].rate == 1)
    #expect(award.items[1].rate == half)
    let total = try #require(award.totals.first)
    #expect(total.factor == half)
    #expect(total.exact == Fraction("14.985"))
    #expect(total.mode == .down)
    #expect(total.remainder == Fraction("0.985"))
    #expect(total.granted == 14)
    #expect(total.granted == award.items.reduce(0) { $0 + $1.granted })
  }

  // MARK: Multipliers

  private static let weekend = EarningRule(
    "weekend", .multiplier(2), when: .init(weekdays: [.saturday, .sunday]))
  private static let wine = EarningRule(
    "wine", .multiplier(3), lines: LineFilter(categories: ["wine"]))

  @Test(
    "E06: Multipliers add up, or the best of them counts, or they multiply, in whatever order",
    arguments: [
      (.additive, 400), (.best, 300), (.multiplicative, 600),
    ] as [(PromotionTerms.Combination, Int64)])
  func combinations(_ combination: PromotionTerms.Combination, _ expected: Int64) throws {
    let saturday = try #require(CalendarDate("2026-05-09"))
    let bottle = EarnLine(try euro("100.00"), category: "wine")
    var awards: [Award] = []
    for rules in [[Self.weekend, Self.wine], [Self.wine, Self.weekend]] {
      for isFirst in [true, false] {
        let club = try club {
          $0.promotions.combine = combination
          $0.rules = isFirst ? $0.rules + rules : rules + $0.rules
        }
        awards.append(try award(club, .order("1", [bottle]), on: saturday))
      }
    }
    #expect(awards.allSatisfy { $0 == awards[0] })
    #expect(awards[0].granted(of: "points") == expected)
  }

  @Test("E06: Factors below one add up to the same under whatever names")
  func factorsBelowOne() throws {
    let factors = try ["0.2", "0.1", "3"].map { try #require(Fraction($0)) }
    func given(_ factors: [Fraction]) throws -> Int64 {
      let club = try club {
        for (name, factor) in zip("abc", factors) {
          $0.rules.append(EarningRule("\(name)", .multiplier(factor)))
        }
      }
      return try points(club, order("100.00"))
    }
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
      #expect(try given(order.map { factors[$0] }) == 130)
    }
    #expect(try given(Array(factors.prefix(2))) == 0)
  }

  @Test("A multiplier of some lines multiplies what was given for them alone")
  func partOfOrder() throws {
    let lines = [EarnLine(try euro("60.00"), category: "wine"), EarnLine(try euro("40.00"))]
    for combination in PromotionTerms.Combination.allCases {
      let club = try club {
        $0.promotions.combine = combination
        $0.rules.append(Self.wine)
      }
      #expect(try points(club, .order("1", lines)) == 60 * 3 + 40)
    }
    let steps = try club {
      $0.rules = [EarningRule("spend", .steps(10, per: try euro("10.00"))), Self.wine]
    }
    // 99.00 are 9 steps; 60 parts of 99 of their points are multiplied.
    let other = [lines[0], EarnLine(try euro("39.00"))]
    let multiplied = try #require(Fraction("10800/99"))
    #expect(try award(steps, .order("1", other)).totals[0].exact == 90 + multiplied)
  }

  @Test("Of an exclusive group the highest multiplier alone counts, line by line")
  func exclusive() throws {
    let club = try club {
      $0.rules += [
        EarningRule("all", .multiplier(2), exclusiveGroup: "season"),
        EarningRule(
          "wine", .multiplier(3), lines: LineFilter(categories: ["wine"]),
          exclusiveGroup: "season"),
        EarningRule("app", .multiplier(2)),
      ]
    }
    let lines = [EarnLine(try euro("10.00"), category: "wine"), EarnLine(try euro("10.00"))]
    #expect(try points(club, .order("1", lines)) == 10 * (3 + 1) + 10 * (2 + 1))
  }

  @Test("P10: Rates of a tenth and two tenths give three tenths, and three thirds give one")
  func exact() throws {
    let ten = try euro("10.00")
    let tenths = try club {
      $0.rules = [
        EarningRule("a", .proportional(1, per: ten)), EarningRule("b", .proportional(2, per: ten)),
      ]
    }
    #expect(try award(tenths, order("1.00")).totals[0].exact == Fraction("0.3"))
    #expect(try points(tenths, order("10.00")) == 3)
    let third = try #require(Fraction("1/3"))
    for combination in PromotionTerms.Combination.allCases {
      let thirds = try club {
        $0.promotions.combine = combination
        $0.rules.append(EarningRule("third", .multiplier(third)))
      }
      #expect(try points(thirds, order("3.00")) == 1)
    }
  }

  // MARK: Basis

  @Test("E08: What is paid with points earns nothing, unless the programme says so")
  func paidWithPoints() throws {
    let order = EarnRequest.order(
      "1", [EarnLine(try euro("100.00"))], paidWithPoints: try euro("20.00"))
    #expect(try points(club(), order) == 80)
    #expect(try points(club { $0.basis.pointsPayment = .gross }, order) == 100)
  }

  @Test("E09, HC-058: Tax counts unless the programme says otherwise; shipping does not")
  func tax() throws {
    let order = EarnRequest.order(
      "1",
      [
        EarnLine(try euro("119.00"), tax: try euro("19.00")),
        EarnLine(try euro("5.00"), kind: .shipping),
      ])
    #expect(try points(club(), order) == 119)
    #expect(try points(club { $0.basis.tax = .excluded }, order) == 100)
    #expect(try points(club { $0.basis.countsShipping = true }, order) == 124)
    for (net, expected) in [("80.00", Int64(80)), ("79.99", 79)] {
      let line = EarnLine(try euro(net) + euro("16.00"), tax: try euro("16.00"))
      let shipping = EarnLine(try euro("5.00"), kind: .shipping)
      let excluded = try club { $0.basis.tax = .excluded }
      #expect(try points(excluded, .order("1", [line, shipping])) == expected)
    }
  }

  @Test("What is paid with points takes its part of the tax along")
  func taxOfPoints() throws {
    let order = EarnRequest.order(
      "1", [EarnLine(try euro("119.00"), tax: try euro("19.00"))],
      paidWithPoints: try euro("59.50"))
    #expect(try points(club { $0.basis.tax = .excluded }, order) == 50)
  }

  @Test("Gift cards and what is excluded earn nothing")
  func excluded() throws {
    let order = EarnRequest.order(
      "1",
      [
        EarnLine(try euro("10.00")), EarnLine(try euro("50.00"), kind: .giftCard),
        EarnLine(try euro("20.00"), category: "tobacco"),
      ])
    let club = try club { $0.basis.excluded = LineFilter(categories: ["tobacco"]) }
    #expect(try points(club, order) == 10)
  }

  // MARK: Fixed points

  @Test("Fixed points are given for each order, line or unit, and not multiplied")
  func fixed() throws {
    let lines = [
      EarnLine(try euro("1.00"), quantity: 3, item: "a"),
      EarnLine(try euro("1.00"), quantity: 2, item: "b"),
    ]
    for (each, expected) in [
      (EarningRule.Each.event, Int64(5)), (.line, 10), (.unit, 25),
    ] {
      let club = try club {
        $0.rules = [EarningRule("gift", .fixed(5, each: each)), EarningRule("x", .multiplier(2))]
      }
      #expect(try points(club, .order("1", lines)) == expected)
    }
    let one = try club {
      $0.rules = [EarningRule("gift", .fixed(5, each: .unit), lines: LineFilter(items: ["b"]))]
    }
    #expect(try points(one, .order("1", lines)) == 10)
    #expect(try points(one, order("9.00")) == 0)
  }

  @Test("Rules ask for a least amount and a least number of units that count")
  func requirements() throws {
    let club = try club {
      $0.rules = [
        EarningRule("thirty", .fixed(200), requires: .init(spend: try euro("30.00"))),
        EarningRule("two", .fixed(7), requires: .init(units: 2)),
      ]
    }
    #expect(try points(club, order("29.99")) == 0)
    #expect(try points(club, order("30.00")) == 200)
    let pair = EarnRequest.order("1", [EarnLine(try euro("5.00"), quantity: 2)])
    #expect(try points(club, pair) == 7)
  }

  @Test("Rules are for orders, first orders, birthdays and what the host names")
  func triggers() throws {
    let club = try club {
      $0.rules = [
        EarningRule("welcome", .fixed(200), on: .firstPurchase),
        EarningRule("review", .fixed(50), on: .activity("review")),
        EarningRule("birthday", .fixed(30), on: .birthday),
      ]
    }
    #expect(try points(club, order("1.00")) == 0)
    #expect(try points(club, order("1.00")) { $0.isFirstPurchase = true } == 200)
    #expect(try points(club, .activity("review")) == 50)
    #expect(try points(club, .activity("visit")) == 0)
    #expect(try points(club, .birthday()) == 30)
  }

  @Test("A rule holds on its days alone")
  func seasons() throws {
    let day = Self.day
    #expect(day.weekday == .tuesday)
    for (season, closeness, holds) in [
      (EarningSeason(from: day, through: day), .any, true),
      (EarningSeason(from: day.plus(days: 1)), .any, false),
      (EarningSeason(through: day.plus(days: -1)), .any, false),
      (EarningSeason(weekdays: [.tuesday]), .any, true),
      (EarningSeason(weekdays: [.monday]), .any, false),
      (EarningSeason(birthday: .month), .any, false), (EarningSeason(birthday: .month), .day, true),
      (EarningSeason(birthday: .day), .month, false),
    ] as [(EarningSeason, EarningSeason.Birthday, Bool)] {
      let club = try club { $0.rules[0].when = season }
      #expect(try points(club, order("1.00")) { $0.birthday = closeness } == (holds ? 1 : 0))
    }
  }

  // MARK: Money

  @Test("F01: Other money counts by a rate, or by what the rule says of it")
  func otherMoney() throws {
    let yen = EarnRequest.order("1", [EarnLine(Money(minorUnits: 10_000, .jpy))])
    let rate = try #require(Fraction(100, over: 160))
    #expect(try points(club(), yen) { $0.moneyRate = rate } == 62)
    let both = try club { $0.rules[0].alsoPer = [Money(minorUnits: 100, .jpy)] }
    #expect(try points(both, yen) { $0.moneyRate = nil } == 100)
  }

  @Test("F04: Money without a rate is refused")
  func noRate() throws {
    let won = EarnRequest.order("1", [EarnLine(Money(minorUnits: 10_000, .krw))])
    let error = #expect(throws: LoyaltyError.self) {
      try points(club(), won) { $0.moneyRate = nil }
    }
    #expect(error?.code == .noRate && error?.detail == "KRW")
  }

  @Test("E15: An amount below or of nothing, or none, is refused")
  func amounts() throws {
    let requests = [
      EarnRequest.order("1", []), try order("0.00"), try order("5.00", "-1.00"),
      .order("1", [EarnLine(try euro("5.00"), quantity: 0)]),
      .order("1", [EarnLine(try euro("5.00"), tax: try euro("6.00"))]),
      .order("1", [EarnLine(try euro("5.00"))], paidWithPoints: try euro("5.01")),
    ]
    for request in requests {
      let error = #expect(throws: LoyaltyError.self) { try request.check() }
      #expect(error?.code == .invalidAmount)
    }
    let mixed = EarnRequest.order(
      "1", [EarnLine(try euro("5.00")), EarnLine(Money(minorUnits: 1, .jpy))])
    #expect(#expect(throws: LoyaltyError.self) { try mixed.check() }?.code == .currencyMismatch)
  }

  @Test("P09: Points beyond 64 bits are refused, whatever the amounts")
  func overflow() throws {
    let most = EarnRequest.order("1", [EarnLine(Money(minorUnits: .max, .eur))])
    let cent = Money(minorUnits: 1, .eur)
    #expect(try points(club { $0.rules[0].earning = .proportional(1, per: cent) }, most) == .max)
    for earning: EarningRule.Earning in [.proportional(2, per: cent), .steps(2, per: cent)] {
      let error = #expect(throws: LoyaltyError.self) {
        try points(club { $0.rules[0].earning = earning }, most)
      }
      #expect(error?.code == .overflow)
    }
    let two = EarnRequest.order("1", [EarnLine(Money(minorUnits: .max, .eur)), EarnLine(cent)])
    #expect(#expect(throws: LoyaltyError.self) { try two.check() }?.code == .overflow)
  }

  // MARK: What is carried

  @Test("E14: What is left over is carried to the next order where the programme says so")
  func carried() throws {
    let club = try club { $0.rounding.carriesRemainder = true }
    let first = try award(club, order("0.60")) { $0.carried = [.zero] }
    #expect(first.granted(of: "points") == 0)
    let left = first.totals[0].remainder
    let second = try award(club, order("0.60")) { $0.carried = [left] }
    #expect(second.granted(of: "points") == 1)
    #expect(second.totals[0].remainder == Fraction("0.2"))
  }

  // MARK: Tiers

  private func tiered(_ moment: TierEarningTerms.Moment) throws -> PreparedProgramme {
    try club {
      $0.tierGroups = [
        TierGroup(
          "status",
          tiers: [
            Tier("Bronze"), Tier("Silver", from: .points(500)), Tier("Gold", from: .points(1_000)),
            Tier("Platinum", from: .points(5_000)),
          ])
      ]
      $0.tier.forEarning = moment
      $0.tier.factors = [.init(2, for: "Gold", in: "status")]
    }
  }

  @Test(
    "E07: An order that leads to a tier earns by the tier before, the one after or both",
    arguments: [
      (.beforeEvent, 100), (.afterEvent, 200), (.split, 150),
    ] as [(TierEarningTerms.Moment, Int64)])
  func tiers(_ moment: TierEarningTerms.Moment, _ expected: Int64) throws {
    let silver = TierAtEarning(group: "status", tier: "Silver", points: 950, spend: 0, count: 0)
    let award = try award(tiered(moment), order("100.00")) { $0.standing = silver }
    #expect(award.granted(of: "points") == expected)
    #expect(award.items.map(\.granted) == (expected == 100 ? [100] : [100, expected - 100]))
  }

  @Test("A split order passes as many tiers as it reaches")
  func splitOften() throws {
    let club = try club {
      $0.tierGroups = [
        TierGroup(
          "status",
          tiers: [
            Tier("A"), Tier("B", from: .spend(try euro("10.00"))),
            Tier("C", from: .spend(try euro("30.00"))),
          ])
      ]
      $0.tier.forEarning = .split
      $0.tier.factors = [.init(2, for: "B", in: "status"), .init(3, for: "C", in: "status")]
    }
    let start = TierAtEarning(group: "status", tier: "A", points: 0, spend: 0, count: 0)
    #expect(try points(club, order("100.00")) { $0.standing = start } == 10 + 2 * 20 + 3 * 70)
  }

  // MARK: Caps

  @Test("C01: A cap cuts what is over it, and the award says which")
  func caps() throws {
    for isOfRule in [true, false] {
      let club = try club {
        if isOfRule {
          $0.rules[0].caps = [.points(500, per: .day)]
        } else {
          $0.caps = [.points(500, per: .day)]
        }
      }
      let award = try award(club, order("100.00")) { $0.used = [450] }
      #expect(award.totals[0].wanted == 100)
      #expect(award.totals[0].granted == 50)
      #expect(award.totals[0].cap == "daily")
      #expect(award.items[0].cap == "daily")
      #expect(try points(club, order("600.00")) == 500)
      #expect(try points(club, order("1.00")) { $0.used = [500] } == 0)
      #expect(try points(club, order("1.00")) { $0.used = [.max] } == 0)
    }
  }

  @Test("A cap of the programme cuts the last rules first, and times are counted")
  func programmeCaps() throws {
    let club = try club {
      $0.rules.append(EarningRule("x", .multiplier(2)))
      $0.caps = [.points(120, per: .event), .times(2, per: .month)]
    }
    let award = try award(club, order("100.00"))
    #expect(award.items.map(\.granted) == [100, 20])
    #expect(try points(club, order("100.00")) { $0.used = [0, 2] } == 0)
  }

  // MARK: Kinds of points

  @Test("Each kind of points has its own rules, rounding and multipliers")
  func kinds() throws {
    let half = try #require(Fraction("0.5"))
    let club = try club {
      $0.points.append(PointsTerms("miles", use: .spendable))
      $0.rules += [
        EarningRule("miles", .proportional(half, per: try euro("1.00")), of: "miles"),
        EarningRule("double", .multiplier(2), of: "miles"),
      ]
    }
    let award = try award(club, order("9.99"))
    #expect(award.granted(of: "points") == 9)
    #expect(award.granted(of: "miles") == 9)
  }

  // MARK: Looking anew

  @Test("R03: What remains of an order is held against the rule of then, and never drifts")
  func reevaluation() throws {
    let club = try club {
      $0.rules = [EarningRule("spend", .steps(1, per: try euro("10.00")))]
    }
    let award = try award(club, order("21.90"))
    let due = try ["16.90", "11.90", "6.90", "1.90"].map {
      try EarningRules.reevaluate(award, club, order($0)).granted(of: "points")
    }
    #expect(award.granted(of: "points") == 2)
    #expect(due == [1, 1, 0, 0])
  }

  @Test("What a cap had cut is due up to what it was granted")
  func cappedReevaluation() throws {
    let club = try club { $0.rules[0].caps = [.points(500, per: .day)] }
    let award = try award(club, order("100.00")) { $0.used = [450] }
    #expect(try EarningRules.reevaluate(award, club, order("60.00")).granted(of: "points") == 50)
    #expect(try EarningRules.reevaluate(award, club, order("20.00")).granted(of: "points") == 20)
  }

  @Test("Whatever the rules, the parts of an award add up to it", arguments: UInt64(1)...40)
  func partsAddUp(_ seed: UInt64) throws {
    var numbers = SeededNumbers(seed)
    func pick<Value>(_ values: [Value]) throws -> Value {
      try #require(values.randomElement(using: &numbers))
    }
    let factors: [Fraction] = [try #require(Fraction("0.4")), try #require(Fraction("1.1")), 2, 3]
    let third = try #require(Fraction("1/3"))
    let club = try club {
      $0.rounding.scope = try pick(RoundingTerms.Scope.allCases)
      $0.rounding.mode = try pick(RoundingMode.allCases)
      $0.rounding.stage = try pick([.final, .afterBase])
      $0.promotions.combine = try pick(PromotionTerms.Combination.allCases)
      $0.rules.append(EarningRule("third", .proportional(third, per: .one(of: .eur))))
      for index in 0..<Int.random(in: 0...4, using: &numbers) {
        $0.rules.append(
          EarningRule(
            "m\(index)", .multiplier(try pick(factors)),
            lines: try pick([.all, LineFilter(categories: ["wine"])]),
            exclusiveGroup: try pick([nil, "g"])))
      }
      if Bool.random(using: &numbers) { $0.caps = [.points(40, per: .day)] }
    }
    for _ in 0..<20 {
      let lines = try (0..<Int.random(in: 1...4, using: &numbers)).map { _ in
        EarnLine(
          Money(minorUnits: Int64.random(in: 1...5_000, using: &numbers), .eur),
          quantity: Int.random(in: 1...3, using: &numbers), category: try pick([nil, "wine"]))
      }
      let award = try award(club, .order("1", lines))
      #expect(award.totals[0].granted >= 0)
      #expect(try award.totals[0].exact == award.items.reduce(.zero) { try $0 + $1.exact })
    }
  }
}
