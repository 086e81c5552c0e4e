import CRMKit
import CRMTesting
import Testing

@Suite("Loyalty is heard elsewhere")
struct LoyaltySignsTests {
  private static let day: Int64 = 86_400

  private func shop(_ backend: Backend) async throws -> (Shop, Customer.ID, LoyaltyMember.ID) {
    let shop = try await Shop(
      backend,
      CRM.standardCapabilities.replacing(Loyalty())
        .replacing(Warnings(signs: [.pointsDrained()]))
        .replacing(Metrics(custom: [.tierRank("club_tier", of: "status", in: "club")])))
    let (ada, member) = try await shop.crm.write { tx in
      var club = LoyaltyProgramme.standard("club", zone: .utc)
      club.tierGroups = [
        TierGroup(
          "status",
          tiers: [
            Tier("Bronze"), Tier("Silver", from: .points(500)), Tier("Gold", from: .points(1_000)),
          ])
      ]
      try tx.loyalty.define(club)
      let ada = try tx.customers.add(.person("Ada")).id
      return (ada, try tx.loyalty.enrol(ada, in: "club").id)
    }
    return (shop, ada, member)
  }

  private func earn(
    _ amount: String, _ number: String, _ member: LoyaltyMember.ID, _ tx: Transaction
  )
    throws
  {
    _ = try tx.loyalty.earn(
      .order(number, [EarnLine(try Money(amount, .eur))]), for: member, key: number
    ).get()
  }

  @Test("A tier that is reached moves the customer on in a lifecycle", arguments: Backend.allCases)
  func lifecycle(backend: Backend) async throws {
    let (shop, ada, member) = try await shop(backend)
    try await shop.crm.write { tx in
      try tx.lifecycle.define(
        LifecycleModel(
          "club",
          stages: [
            LifecycleStage("member", weight: 10, .active),
            LifecycleStage("friend", weight: 20, .active),
          ], initial: "member", entry: .always,
          rules: [
            LifecycleRule(
              "has gold", from: ["member"], to: "friend",
              when: .quantity(.figure("club_tier"), .greaterOrEqual, 2))
          ]))
      try tx.lifecycle.look()
      try earn("600.00", "1", member, tx)
      #expect(try tx.lifecycle.position(of: ada, in: "club")?.stage == "member")
      #expect(try tx.metrics.figure("club_tier", of: ada).sum == 1)
      try earn("400.00", "2", member, tx)
      #expect(try tx.lifecycle.position(of: ada, in: "club")?.stage == "friend")
      #expect(try tx.metrics.figure("club_tier", of: ada).sum == 2)
    }
    #expect(try await shop.crm.verify().problems == [])
  }

  @Test("Spending most of the points is a sign, once for each time", arguments: Backend.allCases)
  func drained(backend: Backend) async throws {
    let (shop, ada, member) = try await shop(backend)
    try await shop.crm.write { tx in
      try tx.warnings.define(
        WarningModel(signals: [.init("drained", .medium, when: .own("points_drained"))]))
      try tx.warnings.look()
      try earn("200.00", "1", member, tx)
      _ = try tx.loyalty.redeem(150, from: member, key: "r1").get()
    }
    // Three quarters are not four fifths.
    #expect(try await shop.crm.read { try $0.warnings.standing().items.isEmpty })
    try await shop.crm.write { tx in
      try earn("150.00", "2", member, tx)
      _ = try tx.loyalty.redeem(160, from: member, key: "r2").get()
    }
    let warnings = try await shop.crm.read { try $0.warnings.standing().items }
    #expect(warnings.map(\.customer) == [ada])
    #expect(
      warnings.first?.evidence.first?.found.first?.found == "spent 160 of 200 points",
      "\(String(describing: warnings.first))")
    shop.clock.advance(by: .seconds(Self.day))
    try await shop.crm.write { try $0.warnings.look() }
    #expect(try await shop.crm.read { try $0.warnings.standing().items.count } == 1)
  }

  @Test("Points that lapse or are taken back are no sign", arguments: Backend.allCases)
  func lapsed(backend: Backend) async throws {
    let (shop, _, member) = try await shop(backend)
    try await shop.crm.write { tx in
      try tx.warnings.define(
        WarningModel(signals: [.init("drained", .medium, when: .own("points_drained"))]))
      try tx.warnings.look()
      try earn("200.00", "1", member, tx)
      try earn("300.00", "2", member, tx)
      _ = try tx.loyalty.refund(.all, of: "1", from: member, number: "1", key: "f").get()
    }
    shop.clock.advance(by: .seconds(400 * Self.day))
    try await shop.crm.advance()
    #expect(try await shop.crm.read { try $0.loyalty.balance(of: member).available } == 0)
    #expect(try await shop.crm.read { try $0.warnings.standing().items.isEmpty })
  }

  @Test(
    "The rank of a tier follows a membership that is joined, parted and given away",
    arguments: Backend.allCases)
  func moving(backend: Backend) async throws {
    let (shop, ada, member) = try await shop(backend)
    let (bob, cem, other) = try await shop.crm.write { tx in
      let (bob, cem) = (
        try tx.customers.add(.person("Bob")).id, try tx.customers.add(.person("Cem")).id
      )
      let other = try tx.loyalty.enrol(bob, in: "club").id
      try earn("600.00", "1", member, tx)
      try earn("1200.00", "2", other, tx)
      return (bob, cem, other)
    }
    func ranks() async throws -> [Int] {
      try await shop.crm.read { tx in
        try [ada, bob, cem].map { try tx.metrics.figure("club_tier", of: $0).sum }
      }
    }
    #expect(try await ranks() == [1, 2, 0])
    try await shop.crm.write { _ = try $0.loyalty.merge(member, into: other, key: "m").get() }
    #expect(try await ranks() == [2, 2, 0])
    #expect(try await shop.crm.verify().problems == [])
    // What moves the other moves the alias, also along a chain.
    let third = try await shop.crm.write { tx in
      let third = try tx.loyalty.enrol(cem, in: "club").id
      try tx.loyalty.merge(other, into: third, key: "m2").get()
      return third
    }
    #expect(try await ranks() == [2, 2, 2])
    #expect(try await shop.crm.verify().problems == [])
    try await shop.crm.write { tx in
      try tx.loyalty.unmerge(other, key: "u2").get()
      try tx.loyalty.erase(third, key: "e").get()
    }
    #expect(try await ranks() == [2, 2, 0])
    #expect(try await shop.crm.verify().problems == [])
    try await shop.crm.write { _ = try $0.loyalty.unmerge(member, key: "u").get() }
    #expect(try await ranks() == [1, 2, 0])
    try await shop.crm.write { _ = try $0.loyalty.reassign(member, to: cem) }
    #expect(try await ranks() == [0, 2, 1])
    #expect(try await shop.crm.verify().problems == [])
  }
}
