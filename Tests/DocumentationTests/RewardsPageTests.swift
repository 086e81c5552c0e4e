import CRMKit
import CRMTesting
import Testing

/// The code of Documentation/Rewards.md, run.
@Suite("The page on rewards")
struct RewardsPageTests {
  private static let page = "Documentation/Rewards.md"

  @Test("Documentation/Rewards.md")
  func rewards() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let clock = TestClock("2026-05-04T10:00:00Z")
    let crm = try await CRM(
      storage: MemoryStorage(), capabilities: CRM.standardCapabilities.replacing(Loyalty()),
      clock: clock)
    var club = LoyaltyProgramme.standard("club")
    let defined = club
    let ada = try await crm.write { tx in
      try tx.loyalty.define(defined)
      let ada = try tx.loyalty.enrol(tx.customers.add(.person("Ada")).id, in: "club").id
      let order = EarnRequest.order("1001", [EarnLine(try Money("11600.00", .eur))])
      try tx.loyalty.earn(order, for: ada, key: "paid-1001").get()
      return ada
    }
    let lounge = try await crm.write { tx in
      var voucher = NewReward("voucher", .discount, points: 1_000)
      voucher.benefit = try Money("10.00", .eur)
      voucher.couponDays = 90
      try tx.loyalty.add(voucher, to: "club")
      var lounge = NewReward("lounge", .service, points: 500)
      lounge.benefit = try Money("25.00", .eur)
      lounge.cost = try Money("9.00", .eur)
      lounge.stock = 20
      return try tx.loyalty.add(lounge, to: "club")
    }
    try await crm.write { tx in
      let quote = try tx.loyalty.quote(lounge.id, for: ada)
      print(quote.price.points, "points,", quote.stockLeft ?? 0, "left")
      try tx.loyalty.reprice(
        lounge.id, at: 600, benefit: Money("25.00", .eur), cost: Money("9.00", .eur))
      let told = quote.price.version
      let late = try tx.loyalty.claim(lounge.id, for: ada, priceVersion: told, key: "claim-1")
      print(late.refusal?.code ?? "", "-", late.refusal?.message ?? "")
      let claimed = try tx.loyalty.claim(lounge.id, for: ada, key: "claim-2").get()
      let left = try tx.loyalty.stockLeft(of: lounge.id) ?? 0
      print(claimed.change(of: ada, in: "points"), "points,", left, "left")
    }
    try output.isShown(on: Self.page)
    try await crm.write { tx in
      guard let voucher = try tx.loyalty.reward("voucher", of: "club") else { return }
      try tx.loyalty.claim(voucher.id, for: ada, key: "claim-3").get()
      guard let coupon = try tx.loyalty.coupons(of: ada).items.first else { return }
      print(coupon.benefit ?? "", "through", coupon.lastDay ?? "for ever")
      try tx.loyalty.holdCoupon(coupon.code, for: "order 1012")
      print(try tx.loyalty.useCoupon(coupon.code, for: "order 1012").state(at: tx.now))
      do {
        try tx.loyalty.useCoupon(coupon.code, for: "order 1013")
      } catch let error as LoyaltyError {
        print(error.code, "-", error.message)
      }
    }
    try output.isShown(on: Self.page)
    club.version = 2
    club.redemption.minimum = 500
    club.redemption.maximumShare = .percent(50)
    try await crm.write { tx in
      try tx.loyalty.define(club)
      let order = try Money("30.00", .eur)
      let most = try tx.loyalty.quote(nil, for: ada, towards: order)
      print(most.points, "points pay", most.worth ?? "", "and leave", most.rest ?? "")
      let much = try tx.loyalty.redeem(4_000, from: ada, key: "till-1", paying: order)
      print(much.refusal?.code ?? "", much.refusal?.allowed ?? 0)
      let held = try tx.loyalty.hold(most.points, from: ada, key: "cart-1", paying: order).get()
      if let hold = held.hold { try tx.loyalty.capture(hold, key: "cart-1-paid").get() }
    }
    try output.isShown(on: Self.page)
    try await reviewed(crm, clock, club, ada, output)
  }

  private func reviewed(
    _ crm: CRM, _ clock: TestClock, _ programme: LoyaltyProgramme, _ ada: LoyaltyMember.ID,
    _ output: Output
  ) async throws {
    func print(_ items: Any...) { output.append(items) }
    var club = programme
    club.version = 3
    club.redemption = RedemptionTerms()
    club.redemption.velocity = .init(3, inMinutes: 60)
    clock.advance(by: .seconds(86_400))
    try await crm.write { tx in
      try tx.loyalty.define(club)
      for number in 1...4 {
        let spent = try tx.loyalty.redeem(100, from: ada, key: "kiosk-\(number)")
        print(number, spent.refusal?.code ?? "redeemed")
      }
      print("held", try tx.loyalty.balance(of: ada).held)
    }
    try await crm.acting(as: .staff("kim")).write { tx in
      for hold in try tx.loyalty.reviews(in: "club").items {
        try tx.loyalty.release(hold.id, because: "It was her", key: "review-\(hold.id)").get()
      }
      print("held", try tx.loyalty.balance(of: ada).held)
    }
    try output.isShown(on: Self.page)
    try await crm.read { tx in
      let week = tx.now - .seconds(7 * 86_400)..<tx.now + .seconds(1)
      let sides = try tx.loyalty.sides(of: "club", in: week)
      for rewards in sides.members.rewards {
        print(rewards.count, rewards.kind, "worth", rewards.worth, "cost", rewards.cost)
      }
      print("points spent", sides.members.pointsSpent, "orders", sides.firm.orders)
    }
    try output.isShown(on: Self.page)
  }
}
