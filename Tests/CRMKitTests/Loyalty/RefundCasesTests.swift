import CRMKit
import Testing

@testable import CRMKit

/// What a refund takes besides the points of its order.
@Suite("What refunds take along")
struct RefundCasesTests {
  @Test(
    "R09: Of 100 points 40 ended, and 60 were spent: these are owed, or the firm bears them",
    arguments: Backend.allCases,
    [(.allowNegative, 60, 0), (.clampAndWriteOff, 0, 60)]
      as [(ClawbackTerms.Shortfall, Int64, Int64)])
  func enjoyed(
    backend: Backend, policy: (shortfall: ClawbackTerms.Shortfall, owed: Int64, writtenOff: Int64)
  ) async throws {
    let club = try await Club(backend) { $0.clawback.shortfall = policy.shortfall }
    try await club.order("1", "100.00")
    try await club.redeem(60, key: "r").get()
    try club.go(to: "2027-01-05")
    let result = try await club.refund(.all, of: "1")
    let total = try #require(try result.outcome().total(of: "points"))
    #expect(total.wanted == 100 && total.lost == 40 && total.claw == 60 && total.taken == 0)
    #expect(total.owed == policy.owed && total.writtenOff == policy.writtenOff)
    let borne = try result.get().change(of: .clawLoss, of: nil, in: "points")
    #expect(borne == 0 - policy.writtenOff)
    #expect(try await club.available() == 0 - policy.owed)
    let report = try await club.crm.read { try $0.loyalty.liability(of: "club") }
    #expect(report.flow.writtenOff == policy.writtenOff && report.deficits == policy.owed)
    try await club.check()
  }

  @Test(
    "G02: Refunds to below 30.00 take rewards that could be spent, and who is exempt keeps theirs",
    arguments: Backend.allCases,
    [(.allowNegative, false, -300), (.clampAndWriteOff, false, 0), (.allowNegative, true, 200)]
      as [(ClawbackTerms.Shortfall, Bool, Int64)])
  func referrals(
    backend: Backend, policy: (shortfall: ClawbackTerms.Shortfall, exempts: Bool, left: Int64)
  ) async throws {
    let club = try await Club(backend) {
      var terms = ReferralTerms(
        referrer: 500, friend: 200, minimum: Money(minorUnits: 3_000, .eur), pending: .days(30),
        monthly: 10)
      terms.exemptsReferrer = policy.exempts
      $0.referral = terms
      $0.clawback.shortfall = policy.shortfall
    }
    let (ada, bob) = (club.ada, club.bob)
    try await club.crm.write { _ = try $0.loyalty.refer(ada, by: bob) }
    try await club.order("1", "45.00")
    try club.go(to: "2026-02-01")
    #expect(try await club.available() == 245)
    #expect(try await club.available(bob) == 500)
    try await club.redeem(300, from: bob, key: "r").get()
    try await club.refunded("10.00", of: "1", "1")
    #expect(try await club.available() == 235)
    #expect(try await club.available(bob) == 200)
    try await club.refunded("6.00", of: "1", "2")
    #expect(try await club.available() == 29)
    #expect(try await club.available(bob) == policy.left)
    let referral = try await club.crm.read { try $0.loyalty.referrals(by: bob).first }
    #expect(referral?.isCancelled == true)
    try await club.check()
  }

  @Test(
    "G08: The refund of one of five orders takes their badge only where it says so",
    arguments: Backend.allCases, [false, true])
  func badges(backend: Backend, rollback: Bool) async throws {
    let club = try await Club(backend) {
      $0.achievements = [
        AchievementTerms("5 orders", goal: .count(5), rollbackAfterCompletion: rollback)
      ]
    }
    let ada = club.ada
    func held() async throws -> Int {
      try await club.crm.read { try $0.loyalty.achievements(of: ada).count }
    }
    func losses() async throws -> [Bool] {
      let told = try await club.shop.events().filter { $0.type == AchievementChanged.name }
      return try told.compactMap { try $0.payload(as: AchievementChanged.self) }.map(\.isLost)
    }
    for number in 1...5 { try await club.order("\(number)", "10.00") }
    #expect(try await held() == 1)
    // What is left of an order is an order.
    try await club.refunded("4.00", of: "3", "1")
    #expect(try await held() == 1)
    try await club.refund(.all, of: "3", "2").get()
    #expect(try await held() == (rollback ? 0 : 1))
    #expect(try await losses() == (rollback ? [false, true] : [false]))
    try await club.order("6", "10.00")
    #expect(try await held() == 1)
    #expect(try await losses() == (rollback ? [false, true, false] : [false]))
    try await club.check()
  }

  @Test(
    "G10: A leaderboard loses what a refund took of its month, and nothing that ended or was given",
    arguments: Backend.allCases)
  func leaderboard(backend: Backend) async throws {
    let club = try await Club(backend, on: "2026-05-31", members: 3) {
      $0.expiry = ExpiryPolicy(.months(1))
    }
    let (ada, bob, eve) = (club.ada, club.bob, club.members[2])
    let june = CalendarUnit.month.range(
      around: try Club.instant("2026-06-10"), in: club.programme.zone)
    let names = [ada: "Ada", bob: "Bob", eve: "Eve"]
    func board() async throws -> [String] {
      let places = try await club.crm.read { try $0.loyalty.leaderboard(in: "club", during: june) }
      return places.map { "\(names[$0.member] ?? "nobody") \($0.points)" }
    }
    try await club.order("0", "500.00", by: eve)
    try club.go(to: "2026-06-02")
    try await club.order("1", "100.00")
    try await club.order("2", "50.00")
    try await club.order("3", "120.00", by: bob)
    try await club.crm.write {
      _ = try $0.loyalty.transfer(60, from: bob, to: eve, key: "t").get()
    }
    #expect(try await board() == ["Ada 150", "Bob 120"])
    try club.go(to: "2026-07-01")
    #expect(try await club.refunded("40.00", of: "2").claw() == 40)
    #expect(try await board() == ["Bob 120", "Ada 110"])
    try club.go(to: "2026-08-01")
    try await club.crm.advance()
    for member in club.members { #expect(try await club.available(member) == 0) }
    #expect(try await board() == ["Bob 120", "Ada 110"])
    // Nobody had anything of what ended, so that a refund takes nothing of it.
    #expect(try await club.refund(.all, of: "1").outcome().claw() == 0)
    #expect(try await board() == ["Bob 120", "Ada 110"])
    try await club.check()
  }
}
