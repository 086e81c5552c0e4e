import Testing

@testable import CRMKit

struct WhatIfTests {
  private static let half = Fraction(3, over: 2) ?? .one

  private func promoted(_ club: LoyaltyProgramme) -> LoyaltyProgramme {
    var promoted = club
    promoted.accounting.expectedRedemption = .percent(80)
    promoted.rules.append(EarningRule("promotion", .multiplier(Self.half)))
    return promoted
  }

  private func history() throws -> [EarnRequest] {
    try ["100.00", "250.00", "9.99"].enumerated().map { index, amount in
      .order("\(index)", [EarnLine(try Money(amount, .eur))], at: Shop.opening)
    }
  }

  private func member(_ number: UInt64) -> LoyaltyMember.ID { .init(high: 0, low: number) }

  @Test("S06: 1.5× over a history gives 539 points for 359, which cost 1.44 more")
  func pure() throws {
    let club = LoyaltyProgramme.standard("club")
    var whatIf = try WhatIf(promoted(club), insteadOf: club)
    for (index, request) in try history().enumerated() {
      try whatIf.add(request, for: member(UInt64(index % 2)))
    }
    let report = whatIf.report
    #expect(report.events == 3 && report.withoutRate == 0)
    let points = try #require(report.kinds.first)
    #expect(points.before == 359 && points.after == 539 && points.difference == 180)
    #expect(try points.costDifference == Money("1.44", .eur))
    #expect(report.members.map(\.member) == [member(0), member(1)])
    #expect(report.members.map(\.before) == [109, 250])
    #expect(report.members.map(\.difference) == [55, 125])
  }

  @Test(
    "S06: A changed programme over the ledger leaves the store as it is",
    arguments: Backend.allCases)
  func ledger(_ backend: Backend) async throws {
    let club = try await Club(backend)
    for (index, request) in try history().enumerated() {
      _ = try await club.crm.write {
        try $0.loyalty.earn(request, for: club.members[index % 2], key: "\(index)")
      }
    }
    let before = try await club.shop.exported()
    let changed = promoted(club.programme)
    let report = try await club.crm.read { try $0.loyalty.whatIf(changed) }
    let points = try #require(report.kinds.first)
    #expect(points.before == 359 && points.after == 539)
    #expect(try points.costDifference == Money("1.44", .eur))
    #expect(report.members.map(\.difference) == [55, 125])
    #expect(try await club.shop.exported() == before)
    let none = try await club.crm.read {
      try $0.loyalty.whatIf(changed, in: .earliest..<Shop.opening)
    }
    #expect(none.events == 0)
  }

  @Test(
    "S06: Refunds take back of either programme what it gave, so the cost is that of what is kept",
    arguments: Backend.allCases)
  func refunds(_ backend: Backend) async throws {
    let club = try await Club(backend)
    for (index, request) in try history().enumerated() {
      _ = try await club.crm.write {
        try $0.loyalty.earn(request, for: club.members[0], key: "\(index)").get()
      }
    }
    try await club.refund(.amount(try Money("40.00", .eur)), of: "0", "1")
    let undone = try await club.refund(.all, of: "1", "2").get()
    try await club.refund(.amount(try Money("5.00", .eur)), of: "2", "3")
    try await club.crm.write { _ = try $0.loyalty.reverse(undone.id, key: "undo").get() }
    let changed = promoted(club.programme)
    let report = try await club.crm.read { try $0.loyalty.whatIf(changed) }
    let points = try #require(report.kinds.first)
    // 60.00, 250.00 and 4.99 are left: 60 + 250 + 4, and half as much again.
    #expect(points.before == 314 && points.after == 90 + 375 + 7)
    #expect(try points.costDifference == Money("1.26", .eur))
    #expect(report.events == 3)
  }

  @Test("The same programme over what it gave gives the same", arguments: UInt64(1)...4)
  func same(_ seed: UInt64) async throws {
    let club = try await Club(.memory, members: 3) {
      $0.caps = [.points(120, per: .day), .points(900, per: .month, of: .programme)]
      $0.rules += [
        EarningRule("welcome", .fixed(30), on: .firstPurchase),
        EarningRule(
          "review", .fixed(20), on: .activity("review"), caps: [.times(2, per: .week)]),
      ]
      $0.rounding.carriesRemainder = true
      $0.tierGroups = [
        TierGroup(
          "status",
          tiers: [Tier("A"), Tier("B", from: .points(100)), Tier("C", from: .points(300))],
          period: .rolling(months: 2), term: .continuous)
      ]
      $0.tier.forEarning = .split
      $0.tier.factors = [.init(2, for: "B", in: "status"), .init(3, for: "C", in: "status")]
    }
    var numbers = SeededNumbers(seed)
    for index in 0..<60 {
      club.shop.clock.advance(by: .seconds(Int64.random(in: 1_000...300_000, using: &numbers)))
      let cents = Int64.random(in: 1...9_000, using: &numbers)
      let request =
        Int.random(in: 0...4, using: &numbers) == 0
        ? EarnRequest.activity("review")
        : .order(
          "\(index)", [EarnLine(Money(minorUnits: cents, .eur))],
          at: club.shop.clock.now - .seconds(index % 3 == 0 && index > 20 ? 1_000_000 : 0))
      let member = club.members[Int.random(in: 0...2, using: &numbers)]
      let entry = try await club.crm.write {
        try $0.loyalty.earn(request, for: member, key: "\(index)").get()
      }
      if request.occasion == .order, Int.random(in: 0...3, using: &numbers) == 0 {
        let part = Money(minorUnits: Int64.random(in: 1...cents, using: &numbers), .eur)
        _ = try await club.crm.write {
          try $0.loyalty.refund(.amount(part), of: entry.id, number: "1", key: "r\(index)").get()
        }
      }
    }
    let report = try await club.crm.read { try $0.loyalty.whatIf(club.programme) }
    #expect(report.events == 60)
    #expect(report.members.allSatisfy { $0.before == $0.after })
    #expect(try #require(report.kinds.first).before > 0)
  }

  @Test("What is added to a copy does not count for the original")
  func copies() throws {
    var club = LoyaltyProgramme.standard("club")
    club.tierGroups = [
      TierGroup(
        "status", tiers: [Tier("Bronze"), Tier("Silver", from: .points(100), entryReward: 20)])
    ]
    var whatIf = try WhatIf(club, insteadOf: club)
    func order(_ number: Int64, _ cents: Int64) -> EarnRequest {
      .order(
        "\(number)", [EarnLine(Money(minorUnits: cents, .eur))],
        at: Shop.opening + .seconds(number))
    }
    try whatIf.add(order(1, 5_000), for: member(1))
    var copy = whatIf
    try copy.add(order(2, 4_900), for: member(1))
    // With what only the copy knows of these would be 100 points, and Silver.
    try whatIf.add(order(3, 100), for: member(1))
    #expect(whatIf.report.kinds[0].parts.tiers == .init(before: 0, after: 0))
    try copy.add(order(3, 100), for: member(1))
    #expect(copy.report.kinds[0].parts.tiers == .init(before: 20, after: 20))
  }

  @Test("A programme with problems is refused, and money without a rate is left out")
  func problems() throws {
    let club = LoyaltyProgramme.standard("club")
    var bad = club
    bad.rules[0].id = ""
    let error = refusal { try WhatIf(bad, insteadOf: club) }
    #expect(error?.issues.map(\.field) == ["rules[0].id"])
    var whatIf = try WhatIf(club, insteadOf: club)
    try whatIf.add(
      .order("1", [EarnLine(Money(minorUnits: 1, .krw))], at: Shop.opening), for: member(1))
    #expect(whatIf.report.withoutRate == 1 && whatIf.report.events == 0)
  }
}
