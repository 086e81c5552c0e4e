import Testing

@testable import CRMKit

/// Earning as the ledger keeps it, on every backend.
struct EarningTests {
  private func order(
    _ number: String, _ amount: String, at instant: String? = nil, category: String? = nil
  ) throws -> EarnRequest {
    .order(
      number, [EarnLine(try Money(amount, .eur), category: category)],
      at: try instant.map { try Club.instant($0) })
  }

  @discardableResult
  private func earn(
    _ club: Club, _ request: EarnRequest, key: String, for member: LoyaltyMember.ID? = nil
  ) async throws -> LoyaltyResult {
    let member = member ?? club.ada
    return try await club.crm.write { try $0.loyalty.earn(request, for: member, key: key) }
  }

  /// The points an entry gave the one who earned.
  private func earned(_ result: LoyaltyResult) throws -> Int64 {
    try #require(try result.entry?.award()).granted(of: "points")
  }

  private func fingerprint(_ club: Club) async throws -> [String] { try await club.shop.records() }

  // MARK: Once

  @Test("I01: The same event three times earns once", arguments: Backend.allCases)
  func once(_ backend: Backend) async throws {
    let club = try await Club(backend)
    let request = try order("77", "100.00")
    let results = [
      try await earn(club, request, key: "e1"), try await earn(club, request, key: "e1"),
      try await earn(club, request, key: "e1"),
    ]
    #expect(results.map(\.isReplay) == [false, true, true])
    #expect(Set(results.map { $0.entry?.id }).count == 1)
    #expect(try await club.available() == 100)
    #expect(try await club.total() == ["points": 0])
  }

  @Test("HC-059: An order-paid event delivered twice earns once", arguments: Backend.allCases)
  func deliveredTwice(_ backend: Backend) async throws {
    let club = try await Club(backend)
    let first = try await earn(club, try order("1", "80.00"), key: "paid-1")
    let second = try await earn(club, try order("1", "80.00"), key: "paid-1")
    #expect(first.entry == second.entry)
    #expect(try await club.available() == 80)
  }

  @Test(
    "I02: Another amount under the same key is a conflict, and nothing changes",
    arguments: Backend.allCases)
  func conflict(_ backend: Backend) async throws {
    let club = try await Club(backend)
    try await earn(club, try order("77", "100.00"), key: "e1")
    let before = try await fingerprint(club)
    let error = await loyaltyFailure { try await earn(club, try order("77", "90.00"), key: "e1") }
    #expect(error?.code == .idempotencyConflict)
    #expect(error?.detail == "lines")
    #expect(try await fingerprint(club) == before)
  }

  @Test(
    "I05: An order that is told of three times under other keys earns once",
    arguments: Backend.allCases)
  func naturalKey(_ backend: Backend) async throws {
    let club = try await Club(backend)
    var replays: [LoyaltyResult.Replay?] = []
    for (key, at) in [
      ("completed", "2026-01-01T10:00:00Z"), ("processing", "2026-01-01T10:05:00Z"),
      ("completed-again", "2026-01-01T10:10:00Z"),
    ] {
      try club.go(to: at)
      replays.append(try await earn(club, try order("77", "50.00", at: at), key: key).replay)
    }
    #expect(replays == [nil, .naturalKey, .naturalKey])
    #expect(try await club.available() == 50)
  }

  @Test("I11: A key belongs to the programme, not to a member", arguments: Backend.allCases)
  func keysOfOthers(_ backend: Backend) async throws {
    let club = try await Club(backend)
    try await earn(club, try order("1", "10.00"), key: "e1")
    let error = await loyaltyFailure {
      try await earn(club, try order("1", "10.00"), key: "e1", for: club.bob)
    }
    #expect(error?.code == .idempotencyConflict)
  }

  // MARK: When

  @Test(
    "E13: An event falls under the version that held when it happened, however late it comes",
    arguments: Backend.allCases)
  func versions(_ backend: Backend) async throws {
    let club = try await Club(backend)
    var next = club.programme
    next.version = 2
    next.rules[0].earning = .proportional(2, per: try Money("1.00", .eur))
    let changed = next
    try await club.crm.write {
      try $0.loyalty.define(changed, from: try Club.instant("2026-07-01"))
    }
    try club.go(to: "2026-06-30T22:05:00Z")
    let late = try await earn(club, try order("1", "10.00", at: "2026-06-30T21:59:30Z"), key: "1")
    #expect(late.entry?.programmeVersion == 1)
    #expect(try earned(late) == 10)
    let after = try await earn(club, try order("2", "10.00"), key: "2")
    #expect(after.entry?.programmeVersion == 2)
    #expect(try earned(after) == 20)
    try club.go(to: "2026-07-20")
    let later = try await earn(club, try order("3", "10.00", at: "2026-06-15T10:00:00Z"), key: "3")
    #expect(try earned(later) == 10)
    #expect(later.entry?.openings.first?.lastValidDay == CalendarDate("2027-06-15"))
  }

  @Test("H04: A year counts from the day of earning or of activation", arguments: Backend.allCases)
  func clockStart(_ backend: Backend) async throws {
    for (start, last) in [
      (ExpiryPolicy.ClockStart.earn, "2027-03-01"), (.activation, "2027-03-15"),
    ] {
      let club = try await Club(backend, on: "2026-03-01") {
        $0.pending.wait = .days(14)
        $0.expiry.clockStart = start
      }
      let result = try await earn(club, try order("1", "100.00"), key: "1")
      #expect(result.entry?.openings.first?.lastValidDay == CalendarDate(last))
      #expect(try await club.balance().pending == 100)
      try club.go(to: "2026-03-14T22:59:59Z")
      #expect(try await club.available() == 0)
      try club.go(to: "2026-03-14T23:00:00Z")
      #expect(try await club.available() == 100)
    }
  }

  @Test(
    "H02: What is pending is earned, and counts, but cannot be spent", arguments: Backend.allCases)
  func pending(_ backend: Backend) async throws {
    let club = try await Club(backend) { $0.pending.wait = .days(14) }
    try await earn(club, try order("1", "100.00"), key: "1")
    let refused = try await club.redeem(1, key: "r")
    #expect(refused.refusal?.code == .insufficientPoints)
  }

  // MARK: Circumstances

  @Test(
    "E11: The first order that is recorded is the first purchase, whenever it happened",
    arguments: Backend.allCases)
  func firstPurchase(_ backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.rules = [EarningRule("welcome", .fixed(200), on: .firstPurchase)]
    }
    try club.go(to: "2026-01-02")
    let b = try order("B", "10.00", at: "2026-01-01T10:05:00Z")
    let a = try order("A", "10.00", at: "2026-01-01T10:00:00Z")
    #expect(try earned(await earn(club, b, key: "b")) == 200)
    #expect(try earned(await earn(club, a, key: "a")) == 0)
    #expect(try await earn(club, b, key: "b").isReplay)
    #expect(try await earn(club, a, key: "a").isReplay)
    #expect(try await club.available() == 200)
  }

  @Test(
    "E14: An order that earns nothing is remembered without any posting",
    arguments: Backend.allCases)
  func nothing(_ backend: Backend) async throws {
    let club = try await Club(backend)
    let first = try await earn(club, try order("1", "0.99"), key: "1")
    #expect(first.refusal == nil)
    #expect(first.entry?.legs.isEmpty == true && first.entry?.openings.isEmpty == true)
    let again = try await earn(club, try order("1", "0.99"), key: "1")
    #expect(again.isReplay && again.entry == first.entry)
  }

  @Test("E14: Parts of a point are carried to the next order", arguments: Backend.allCases)
  func carried(_ backend: Backend) async throws {
    let club = try await Club(backend) { $0.rounding.carriesRemainder = true }
    #expect(try earned(await earn(club, try order("1", "0.60"), key: "1")) == 0)
    let reopened = try await club.reopened()
    let second = try await earn(reopened, try order("2", "0.60"), key: "2")
    #expect(try earned(second) == 1)
    #expect(try second.entry?.award()?.totals.first?.remainder == Fraction("0.2"))
  }

  @Test("E15: Zero, negative and missing amounts leave nothing", arguments: Backend.allCases)
  func amounts(_ backend: Backend) async throws {
    let club = try await Club(backend)
    let before = try await fingerprint(club)
    for request in [try order("1", "0.00"), try order("1", "-5.00"), .order("1", [])] {
      let error = await loyaltyFailure { try await earn(club, request, key: "1") }
      #expect(error?.code == .invalidAmount)
    }
    #expect(try await fingerprint(club) == before)
    #expect(try await earn(club, try order("1", "5.00"), key: "1").refusal == nil)
  }

  @Test(
    "F04: Money without a rate leaves nothing, and can be told of again under the same key",
    arguments: Backend.allCases)
  func noRate(_ backend: Backend) async throws {
    let club = try await Club(backend) { $0.rates.usesExchangeRates = true }
    let won = EarnRequest.order("1", [EarnLine(Money(minorUnits: 16_000, .krw))])
    let before = try await fingerprint(club)
    let error = await loyaltyFailure { try await earn(club, won, key: "1") }
    #expect(error?.code == .noRate && error?.detail == "KRW")
    #expect(try await fingerprint(club) == before)
    try await club.crm.write { tx in
      try tx.exchangeRates.record(
        Ratio(1, to: 1_600) ?? .one, from: .krw, to: .eur, source: .system("bank"))
    }
    let result = try await earn(club, won, key: "1")
    // Rates are those of the instant at which it happened.
    #expect(try earned(result) == 10)
  }

  @Test("F01: Other money counts at the stated rate", arguments: Backend.allCases)
  func statedRate(_ backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.rates.stated = [.init(Ratio(160, to: 1) ?? .one, .jpy)]
    }
    let yen = EarnRequest.order("1", [EarnLine(Money(minorUnits: 10_000, .jpy))])
    let result = try await earn(club, yen, key: "1")
    #expect(try earned(result) == 62)
    #expect(result.entry?.qualifyingSpend == Money(minorUnits: 6_250, .eur))
  }

  @Test("A birthday earns once a year, and not before its day", arguments: Backend.allCases)
  func birthday(_ backend: Backend) async throws {
    let club = try await Club(backend, on: "2026-04-01") {
      $0.rules = [EarningRule("birthday", .fixed(50), on: .birthday)]
    }
    let none = try await earn(club, .birthday(), key: "1")
    #expect(none.refusal?.code == .ineligible)
    let carl = try await club.crm.write { tx in
      let carl = try tx.customers.add(.person("Carl", birthday: Birthday(month: 4, day: 2)))
      return try tx.loyalty.enrol(carl.id, in: "club").id
    }
    #expect(try await earn(club, .birthday(), key: "2", for: carl).refusal?.code == .ineligible)
    try club.go(to: "2026-04-02")
    #expect(try earned(await earn(club, .birthday(), key: "3", for: carl)) == 50)
    #expect(try await earn(club, .birthday(), key: "4", for: carl).replay == .naturalKey)
    try club.go(to: "2027-05-02")
    #expect(try earned(await earn(club, .birthday(), key: "5", for: carl)) == 50)
  }

  // MARK: Caps

  @Test("C01: A daily cap begins anew with the local day", arguments: Backend.allCases)
  func dailyCap(_ backend: Backend) async throws {
    let club = try await Club(backend, on: "2026-05-05") { $0.caps = [.points(500, per: .day)] }
    try club.go(to: "2026-05-05T12:00:00Z")
    var granted: [Int64] = []
    for (number, amount) in [("1", "300.00"), ("2", "150.00"), ("3", "100.00")] {
      granted.append(try earned(await earn(club, try order(number, amount), key: number)))
    }
    #expect(granted == [300, 150, 50])
    let third = try await earn(club, try order("3", "100.00"), key: "3")
    let total = try #require(try third.entry?.award()?.totals.first)
    #expect(total.wanted == 100 && total.granted == 50 && total.cap == "daily")
    #expect(try earned(await earn(club, try order("4", "10.00"), key: "4", for: club.bob)) == 10)
    try club.go(to: "2026-05-06")
    #expect(try earned(await earn(club, try order("5", "100.00"), key: "5")) == 100)
    // What happened on the day before counts for that day, whenever it comes.
    let late = try order("6", "10.00", at: "2026-05-05T13:00:00Z")
    #expect(try earned(await earn(club, late, key: "6")) == 0)
  }

  @Test(
    "C04: A review counts once for each product and thrice a month", arguments: Backend.allCases)
  func reviews(_ backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.rules = [
        EarningRule(
          "review", .fixed(50), on: .activity("review"),
          caps: [.times(1, per: .ever, perSubject: true), .times(3, per: .month)])
      ]
    }
    var granted: [Int64] = []
    for (index, product) in ["a", "a", "b", "c", "d"].enumerated() {
      let request = EarnRequest.activity("review", subject: product)
      granted.append(try earned(await earn(club, request, key: "\(index)")))
    }
    #expect(granted == [50, 0, 50, 50, 0])
    try club.go(to: "2026-02-01")
    let again = try await earn(club, .activity("review", subject: "a"), key: "posted-again")
    #expect(try earned(again) == 0)
    #expect(try earned(await earn(club, .activity("review", subject: "d"), key: "d2")) == 50)
  }

  @Test("A budget is used up by all members together", arguments: Backend.allCases)
  func budget(_ backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.caps = [.points(150, per: .ever, of: .programme)]
    }
    #expect(try earned(await earn(club, try order("1", "100.00"), key: "1")) == 100)
    let second = try await earn(club, try order("2", "100.00"), key: "2", for: club.bob)
    #expect(try earned(second) == 50)
    #expect(try second.entry?.award()?.totals.first?.cap == "ever budget")
  }

  @Test(
    "What was used up and bought before memberships were joined counts for the one",
    arguments: Backend.allCases)
  func joined(_ backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.rules = [
        EarningRule("welcome", .fixed(200), on: .firstPurchase),
        EarningRule(
          "review", .fixed(50), on: .activity("review"),
          caps: [.times(1, per: .ever, perSubject: true)]),
      ]
    }
    let review = EarnRequest.activity("review", subject: "a")
    #expect(try earned(await earn(club, review, key: "1")) == 50)
    #expect(try earned(await earn(club, try order("1", "5.00"), key: "2")) == 200)
    _ = try await club.crm.write { try $0.loyalty.merge(club.ada, into: club.bob, key: "merge") }
    #expect(try earned(await earn(club, review, key: "3", for: club.bob)) == 0)
    #expect(try earned(await earn(club, try order("2", "5.00"), key: "4", for: club.bob)) == 0)
    #expect(try await club.available(club.bob) == 250)
    _ = try await club.crm.write { try $0.loyalty.unmerge(club.ada, key: "unmerge") }
    #expect(try earned(await earn(club, review, key: "5", for: club.bob)) == 50)
    #expect(try await club.crm.verify().isSound)
  }

  // MARK: Tiers

  @Test(
    "E07: An order that leads to a tier earns by the tier before, the one after or both",
    arguments: Backend.allCases)
  func tiers(_ backend: Backend) async throws {
    for (moment, expected) in [
      (TierEarningTerms.Moment.beforeEvent, Int64(100)), (.afterEvent, 200), (.split, 150),
    ] {
      let club = try await Club(backend) {
        $0.tierGroups = [
          TierGroup(
            "status",
            tiers: [
              Tier("Bronze"), Tier("Silver", from: .points(500)),
              Tier("Gold", from: .points(1_000)),
            ])
        ]
        $0.tier.forEarning = moment
        $0.tier.factors = [.init(2, for: "Gold", in: "status")]
      }
      try await earn(club, try order("1", "950.00"), key: "1")
      #expect(try earned(await earn(club, try order("2", "100.00"), key: "2")) == expected)
      let tier = try await club.crm.read { try $0.loyalty.tier(of: club.ada) }
      #expect(tier?.tier == "Gold")
      #expect(try earned(await earn(club, try order("3", "100.00"), key: "3")) == 200)
    }
  }

  // MARK: Simulating

  @Test(
    "S05: What an order would earn is what it earns then, and asking leaves no trace",
    arguments: Backend.allCases)
  func simulate(_ backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.caps = [.points(150, per: .day)]
      $0.rules.append(
        EarningRule("wine", .multiplier(3), lines: LineFilter(categories: ["wine"])))
      $0.pending.wait = .days(2)
    }
    try await earn(club, try order("1", "30.00"), key: "1")
    let request = try order("2", "60.00", category: "wine")
    let before = try await club.shop.exported()
    let plans = [
      try await club.crm.read { try $0.loyalty.simulate(request, for: club.ada) },
      try await club.crm.write { try $0.loyalty.simulate(request, for: club.ada) },
    ]
    #expect(try await club.shop.exported() == before)
    let entry = try await earn(club, request, key: "2").get()
    for plan in plans {
      #expect(try plan.award == entry.award())
      #expect(plan.award.granted(of: "points") == 120)
      #expect(plan.credits.map(\.points) == entry.legs.map(\.points))
      #expect(plan.credits.map(\.lastValidDay) == entry.openings.map(\.lastValidDay))
      #expect(plan.credits.map(\.expiresAt) == entry.openings.map(\.expiresAt))
      #expect(plan.credits.map(\.activeAt) == entry.openings.map(\.activeAt))
      #expect(plan.qualifyingPoints == entry.qualifyingPoints)
      #expect(plan.qualifyingSpend == entry.qualifyingSpend)
      #expect(plan.qualifiesAt == entry.qualifiesAt)
    }
  }

  @Test("S07: An award explains itself after its rule is gone", arguments: Backend.allCases)
  func explanation(_ backend: Backend) async throws {
    let half = try #require(Fraction("1.5"))
    let club = try await Club(backend) { $0.rules.append(EarningRule("x", .multiplier(half))) }
    try await earn(club, try order("1", "9.99"), key: "1")
    var next = club.programme
    next.version = 2
    next.rules = []
    let changed = next
    try await club.crm.write { try $0.loyalty.define(changed) }
    let reopened = try await club.reopened()
    let entry = try #require(try await reopened.entries().first)
    let award = try #require(try entry.award())
    #expect(award.items.map(\.rule) == ["spend", "x"])
    #expect(award.items.map(\.granted) == [9, 5])
    #expect(award.totals.first?.exact == Fraction("14.985"))
    #expect(award.totals.first?.factor == half)
    #expect(award.totals.first?.remainder == Fraction("0.985"))
    #expect(award.granted(of: "points") == 14)
    // R05: What is left of it goes by the rule of then.
    let due = try await reopened.crm.read { tx in
      let version = try #require(try tx.loyalty.versions()["club"]?.first)
      return try EarningRules.reevaluate(award, version.prepared, try order("1", "5.00"))
    }
    #expect(due.granted(of: "points") == 7)
  }

  // MARK: Other versions

  /// A second version of a club's programme, whose points last so many months.
  private func define(_ months: Int, _ version: Int, in club: Club) async throws {
    var next = club.programme
    next.version = version
    next.expiry.unit = .months(months)
    let changed = next
    try await club.crm.write { try $0.loyalty.define(changed) }
  }

  private func lastDays(_ club: Club) async throws -> [String] {
    try await club.crm.read { tx in
      try tx.records(of: PointsLot.self).all(sortedBy: { [.ascending($0.sequence)] })
        .map { "\($0.remaining) to \($0.lastValidDay?.description ?? "never")" }
    }
  }

  @Test(
    "X14: Points keep the end they were earned with, which is only ever drawn out, and said so",
    arguments: Backend.allCases)
  func policyChange(_ backend: Backend) async throws {
    let club = try await Club(backend, on: "2026-06-30")
    try await earn(club, try order("1", "100.00"), key: "1")
    try club.go(to: "2026-07-01")
    try await define(6, 2, in: club)
    try await earn(club, try order("2", "10.00"), key: "2")
    #expect(try await lastDays(club) == ["100 to 2027-06-30", "10 to 2027-01-01"])
    let none = try await club.crm.write {
      try $0.loyalty.lengthenPoints(in: "club", because: "never shorter")
    }
    #expect(none == 0)
    try await define(24, 3, in: club)
    #expect(try await lastDays(club) == ["100 to 2027-06-30", "10 to 2027-01-01"])
    let changed = try await club.crm.write {
      try $0.loyalty.lengthenPoints(in: "club", because: "ten years of the club")
    }
    #expect(changed == 1)
    #expect(try await lastDays(club) == ["100 to 2028-06-30", "10 to 2028-07-01"])
    #expect(try await club.entries().last?.reason == "ten years of the club")
    let again = try await club.crm.write {
      try $0.loyalty.lengthenPoints(in: "club", because: "again")
    }
    #expect(again == 0)
    try await club.give(5, until: "2026-12-31", key: "by hand")
    let byHand = try await club.crm.write {
      try $0.loyalty.lengthenPoints(in: "club", because: "not what was meant up to a day")
    }
    #expect(byHand == 0)
    try club.go(to: "2028-06-30T21:59:59Z")
    #expect(try await club.available() == 110)
    try club.go(to: "2028-06-30T22:00:00Z")
    #expect(try await club.available() == 10)
    #expect(try await club.crm.verify().isSound)
  }

  @Test("C08: Who is blocked earns nothing, which is remembered", arguments: Backend.allCases)
  func blocked(_ backend: Backend) async throws {
    let club = try await Club(backend)
    _ = try await club.crm.write { try $0.loyalty.block(club.ada, because: "abuse") }
    let request = try order("1", "10.00")
    let refused = try await earn(club, request, key: "1")
    #expect(refused.refusal == LoyaltyError(.ineligible, "blocked"))
    #expect(refused.entry?.legs.isEmpty == true)
    let simulated = await loyaltyFailure {
      try await club.crm.read { try $0.loyalty.simulate(request, for: club.ada) }
    }
    #expect(simulated == refused.refusal)
    _ = try await club.crm.write { try $0.loyalty.unblock(club.ada, because: "was none") }
    #expect(try await club.available() == 0)
    let again = try await earn(club, request, key: "1")
    #expect(again.isReplay && again.refusal == refused.refusal)
    #expect(try await earn(club, request, key: "2").refusal == nil)
  }

  @Test("A version cannot begin before the one before it", arguments: Backend.allCases)
  func beginnings(_ backend: Backend) async throws {
    let club = try await Club(backend, on: "2026-06-30")
    var next = club.programme
    next.version = 2
    let changed = next
    let error = await failure {
      try await club.crm.write {
        try $0.loyalty.define(changed, from: try Club.instant("2026-06-29"))
      }
    }
    #expect(error?.issues.map(\.field) == ["from"])
    #expect(try await club.crm.read { try $0.loyalty.programme("club") }.version == 1)
  }

  @Test("The programmes there are, each in the version that holds", arguments: Backend.allCases)
  func programmes(_ backend: Backend) async throws {
    let club = try await Club(backend)
    try await define(6, 2, in: club)
    try await club.crm.write { try $0.loyalty.define(.standard("a club")) }
    let programmes = try await club.crm.read { try $0.loyalty.programmes() }
    #expect(programmes.map(\.name) == ["a club", "club"])
    #expect(programmes.map(\.version) == [1, 2])
  }

  @Test("Programmes and awards are verified with the ledger", arguments: Backend.allCases)
  func verified(_ backend: Backend) async throws {
    let club = try await Club(backend) { $0.caps = [.points(500, per: .day)] }
    try await earn(club, try order("1", "300.00"), key: "1")
    #expect(try await club.crm.verify().isSound)
  }
}
