import CRMKit
import CRMTesting
import Testing

/// The code of Documentation/LoyaltyProgrammes.md, run.
@Suite("The page on loyalty programmes")
struct LoyaltyProgrammesPageTests {
  private static let page = "Documentation/LoyaltyProgrammes.md"

  @Test("Documentation/LoyaltyProgrammes.md")
  func programmes() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let clock = TestClock("2026-05-02T10:00:00Z")
    let crm = try await CRM(
      storage: MemoryStorage(), capabilities: CRM.standardCapabilities.replacing(Loyalty()),
      clock: clock)
    let (customer, tea) = try await crm.write { tx in
      (
        try tx.customers.add(.person("Ada")),
        try tx.catalogue.add(sku: "TEA-50", name: "Green tea, 50 g")
      )
    }
    var club = LoyaltyProgramme.standard("club")
    club.rules += [
      EarningRule(
        "review", .fixed(50), on: .activity("review"),
        caps: [.times(1, per: .ever, perSubject: true), .times(3, per: .month)]),
      EarningRule("weekend", .multiplier(2), when: .init(weekdays: [.saturday, .sunday])),
    ]
    club.rules[0].caps = [.points(500, per: .day)]
    let (ada, award) = try await crm.write { tx in
      try tx.loyalty.define(club)
      let ada = try tx.loyalty.enrol(customer.id, in: "club")
      let entry = try tx.loyalty.earn(
        .order("77", [EarnLine(Money("9.99", .eur), item: "cd-1")]), for: ada.id, key: "evt-1"
      ).get()
      return (ada, try entry.award())
    }
    for total in award?.totals ?? [] {
      print(total.exact, "rounded", total.mode, "are", total.wanted, "granted", total.granted)
    }
    for item in award?.items ?? [] {
      print("  \(item.rule) at \(item.rate ?? 0) gives", item.granted)
    }
    try output.isShown(on: Self.page)
    clock.advance(by: .seconds(3 * 86_400))
    try await crm.write { tx in
      for (number, amount) in [("78", "300.00"), ("79", "150.00"), ("80", "100.00")] {
        let order = EarnRequest.order(number, [EarnLine(try Money(amount, .eur))])
        let entry = try tx.loyalty.earn(order, for: ada.id, key: "evt-\(number)").get()
        for item in try entry.award()?.items ?? [] {
          print(item.rule, "granted", item.granted, "of", item.wanted, "by cap", item.cap ?? "none")
        }
      }
      let review = EarnRequest.activity("review", subject: "cd-1")
      print("a review", try tx.loyalty.simulate(review, for: ada.id).award.granted(of: "points"))
    }
    try output.isShown(on: Self.page)
    club.version = 2
    club.pending.wait = .days(14)
    club.expiry = ExpiryPolicy(.months(12), rounding: .monthEnd)
    clock.advance(by: .seconds(86_400))
    try await crm.write { tx in
      try tx.loyalty.define(club)
      let order = try tx.orders.place(
        NewOrder(
          number: "81", customer: customer.id,
          lines: [.init(tea.id, amount: Money("100.00", .eur))]))
      try tx.orders.pay(order.id, Money("100.00", .eur), reference: "ch_1", by: "card")
      print(try tx.loyalty.balance(of: ada.id).pending, "points wait")
    }
    clock.advance(by: .seconds(14 * 86_400))
    try await crm.read { tx in
      print(try tx.loyalty.balance(of: ada.id).available, "can be spent")
      for points in try tx.loyalty.expiring(of: ada.id) {
        print(points.points, "through", points.lastValidDay ?? "for ever")
      }
    }
    try output.isShown(on: Self.page)
    var travel = LoyaltyProgramme.standard("travel")
    travel.tierGroups = [
      TierGroup(
        "status",
        tiers: [
          Tier("Bronze"), Tier("Silver", from: .points(500)),
          Tier("Gold", from: .points(1_000), entryReward: 100),
        ])
    ]
    travel.tier.factors = [.init(2, for: "Gold", in: "status")]
    let guest = try await crm.write { tx in
      try tx.loyalty.define(travel)
      let guest = try tx.loyalty.enrol(customer.id, in: "travel").id
      let journey = EarnRequest.order("T-1", [EarnLine(try Money("700.00", .eur))])
      try tx.loyalty.earn(journey, for: guest, key: "journey-1").get()
      if let now = try tx.loyalty.tierProjection(of: guest) {
        print(now.tier, "through", now.lastDay ?? "for ever")
        for goal in now.climbing { print(goal.missing, "to", goal.tier, "by", goal.by ?? "then") }
      }
      return guest
    }
    try output.isShown(on: Self.page)
    clock.advance(by: .seconds(86_400))
    try await crm.acting(as: .staff("kim")).write { tx in
      guard let summer = CalendarDate(year: 2026, month: 8, day: 31) else { return }
      try tx.loyalty.grant(
        "Gold", in: "status", to: guest, until: summer, because: "Her luggage went to Oslo")
      let journey = EarnRequest.order("T-2", [EarnLine(try Money("50.00", .eur))])
      print(try tx.loyalty.simulate(journey, for: guest).award.granted(of: "points"), "at Gold")
      for move in try tx.loyalty.tierHistory(of: guest) {
        print(move.at.dateInUTC, move.from, "→", move.to, move.reason)
      }
      if let why = try tx.loyalty.explanation(ofTierOf: guest) {
        print(why.text)
        for note in why.notes { print("  \(note)") }
      }
    }
    try output.isShown(on: Self.page)
    var generous = club
    generous.rules[0].earning = .proportional(2, per: try Money("1.00", .eur))
    generous.accounting.expectedRedemption = .percent(80)
    let report = try await crm.read { tx in try tx.loyalty.whatIf(generous) }
    for kind in report.kinds {
      print(kind.before, "→", kind.after, kind.points, "for", kind.costDifference ?? "", "more")
    }
    try output.isShown(on: Self.page)
    var sooner = travel
    sooner.tierGroups[0].tiers[2] = Tier("Gold", from: .points(600), entryReward: 150)
    let trial = try await crm.read { tx in try tx.loyalty.whatIf(sooner) }
    for member in trial.members {
      let (earning, tiers) = (member.parts.earning, member.parts.tiers)
      print(earning.difference, "more earned,", tiers.difference, "more for tiers")
    }
    try output.isShown(on: Self.page)
  }
}
