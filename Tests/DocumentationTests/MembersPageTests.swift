import CRMKit
import CRMTesting
import Testing

/// The code of Documentation/Members.md, run.
@Suite("The page on members")
struct MembersPageTests {
  private static let page = "Documentation/Members.md"

  @Test("Documentation/Members.md")
  func members() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let clock = TestClock("2026-05-01T10:00:00Z")
    let crm = try await CRM(
      storage: MemoryStorage(), capabilities: CRM.standardCapabilities.replacing(Loyalty()),
      clock: clock)
    var club = LoyaltyProgramme.standard("club")
    let june = try #require(CalendarDate(year: 2026, month: 6, day: 30))
    let endOfYear = try #require(CalendarDate(year: 2026, month: 12, day: 31))
    let defined = club
    let members = try await crm.write { tx in
      try tx.loyalty.define(defined)
      return try ["Ada", "Ben", "Ben B.", "Chris"].map {
        try tx.loyalty.enrol(tx.customers.add(.person($0)).id, in: "club").id
      }
    }
    let (ada, ben, twin, chris) = (members[0], members[1], members[2], members[3])
    let home = try await crm.write { tx in
      let home = try tx.loyalty.addPool(in: "club")
      try tx.loyalty.adjust(
        300, for: ada, because: "Welcome", lasting: .until(endOfYear), key: "welcome-ada")
      try tx.loyalty.adjust(
        200, for: ben, because: "Welcome", lasting: .until(june), key: "welcome-ben")
      try tx.loyalty.join(ada, pool: home.id, key: "home-ada").get()
      try tx.loyalty.join(ben, pool: home.id, key: "home-ben").get()
      let spent = try tx.loyalty.redeem(350, from: ben, key: "till-1").get()
      print("drawn", spent.draws.map(\.points), "left", try tx.loyalty.balance(of: ada).available)
      return home
    }
    try await crm.write { tx in
      try tx.loyalty.leavePool(ben, key: "home-ben-out").get()
      try tx.loyalty.leavePool(ada, key: "home-ada-out").get()
      print("Ada takes", try tx.loyalty.balance(of: ada).available)
      print("the pool keeps", try tx.loyalty.balance(of: home.id).available)
    }
    try output.isShown(on: Self.page)
    try await crm.write { tx in
      try tx.loyalty.adjust(50, for: twin, because: "Found a card", key: "card-17")
      try tx.loyalty.merge(twin, into: ben, key: "same-person").get()
      print("together", try tx.loyalty.balance(of: ben).available)
      print("by the old name", try tx.loyalty.balance(of: twin).available)
      try tx.loyalty.unmerge(twin, key: "two-people").get()
      print("apart", try tx.loyalty.balance(of: twin).available)
    }
    try output.isShown(on: Self.page)
    try await crm.write { tx in
      try tx.loyalty.block(ben, because: "Card reported stolen")
      print(try tx.loyalty.redeem(1, from: ben, key: "till-2").refusal?.message ?? "")
      try tx.loyalty.unblock(ben, because: "It was in the other coat")
      let gone = try tx.loyalty.erase(twin, key: "forget-9").get()
      print(gone.kind, gone.change(of: twin, in: "points"))
    }
    try output.isShown(on: Self.page)
    club.version = 2
    club.referral = ReferralTerms(
      referrer: 500, friend: 200, minimum: try Money("30.00", .eur), pending: .days(30),
      monthly: 10)
    try await crm.write { tx in
      try tx.loyalty.define(club)
      try tx.loyalty.refer(chris, by: ben)
      for (number, amount) in [("1", "29.99"), ("2", "45.00")] {
        let order = EarnRequest.order(number, [EarnLine(try Money(amount, .eur))])
        try tx.loyalty.earn(order, for: chris, key: "paid-\(number)").get()
        print(amount, "→", try tx.loyalty.balance(of: ben).pending, "pending")
      }
    }
    try output.isShown(on: Self.page)
    club.version = 3
    club.achievements = [
      AchievementTerms("Three orders", goal: .count(3)),
      AchievementTerms("Big spender", goal: .spend(try Money("100.00", .eur)), reward: 50),
    ]
    try await crm.write { tx in
      try tx.loyalty.define(club)
      let order = EarnRequest.order("3", [EarnLine(try Money("30.00", .eur))])
      try tx.loyalty.earn(order, for: chris, key: "paid-3").get()
      for badge in try tx.loyalty.achievements(of: chris) {
        print(badge.name, "since", badge.reachedAt.dateInUTC)
      }
      try tx.loyalty.checkIn(chris, "app", at: tx.now - .seconds(86_400))
      print("days on end", try tx.loyalty.checkIn(chris, "app").days)
    }
    try output.isShown(on: Self.page)
    try await crm.read { tx in
      let month = tx.now - .seconds(30 * 86_400)..<tx.now + .seconds(1)
      for place in try tx.loyalty.leaderboard(in: "club", during: month) {
        print(place.place, place.member == chris ? "Chris" : "Ben", place.points)
      }
    }
    try output.isShown(on: Self.page)
  }
}
