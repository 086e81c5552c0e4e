import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("Refunds")
struct RefundTests {
  private func euro(_ text: String) throws -> Money { try Club.euro(text) }

  // MARK: Points that are not there any more

  /// An order of 100.00, of whose 100 points 70 were redeemed.
  private func spent(
    _ backend: Backend, _ shortfall: ClawbackTerms.Shortfall
  ) async throws -> Club {
    let club = try await Club(backend, on: "2026-04-01") { $0.clawback.shortfall = shortfall }
    try await club.order("O1", "100.00")
    try club.go(to: "2026-04-10")
    try await club.redeem(70, key: "r").get()
    try club.go(to: "2026-04-20")
    return club
  }

  @Test(
    "R01: What is not there any more is owed, and the next points settle it",
    arguments: Backend.allCases)
  func allowNegative(backend: Backend) async throws {
    let club = try await spent(backend, .allowNegative)
    let total = try #require(try await club.refunded("40.00", of: "O1").total(of: "points"))
    #expect(total.due == 60 && total.claw == 40 && total.taken == 30 && total.owed == 10)
    let balance = try await club.balance()
    #expect(balance.available == -10)
    let next = try await club.order("O2", "25.00")
    #expect(next.change(of: .issued, of: nil, in: "points") == -25)
    #expect(try await club.available() == 15)
    #expect(try await club.lots().map(\.remaining) == [0, 15])
    try await club.check()
  }

  @Test("R01: What is not there any more is borne by the firm", arguments: Backend.allCases)
  func clamp(backend: Backend) async throws {
    let club = try await spent(backend, .clampAndWriteOff)
    let refund = try await club.refund(.amount(try euro("40.00")), of: "O1")
    #expect(try refund.outcome().total(of: "points")?.writtenOff == 10)
    #expect(try refund.get().change(of: .clawLoss, of: nil, in: "points") == -10)
    #expect(try await club.available() == 0)
    try await club.order("O2", "25.00")
    #expect(try await club.available() == 25)
    try await club.check()
  }

  @Test("R01: Only pending points are taken back", arguments: Backend.allCases)
  func pendingOnly(backend: Backend) async throws {
    let club = try await spent(backend, .pendingOnly)
    let total = try #require(try await club.refunded("40.00", of: "O1").total(of: "points"))
    #expect(total.taken == 0 && total.forgone == 40)
    #expect(try await club.available() == 30)
    try await club.check()
  }

  @Test(
    "R01: What is not there any more is withheld from the money, once", arguments: Backend.allCases)
  func withhold(backend: Backend) async throws {
    let club = try await spent(backend, .withholdFromRefund)
    let outcome = try await club.refunded("40.00", of: "O1")
    #expect(outcome.total(of: "points")?.taken == 30)
    #expect(outcome.total(of: "points")?.withheld == 10)
    #expect(try outcome.withheld == euro("0.10"))
    #expect(try outcome.cash == euro("39.90"))
    #expect(try await club.available() == 0)
    let rest = try await club.refund(.all, of: "O1", "2").outcome()
    #expect(rest.total(of: "points")?.withheld == 60)
    #expect(try rest.cash == euro("59.40"))
    try await club.check()
  }

  @Test(
    "Points worth more than the money refunded are withheld as far as it goes",
    arguments: Backend.allCases)
  func withholdAll(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.clawback.shortfall = .withholdFromRefund
      $0.rules.append(EarningRule("welcome", .fixed(500), on: .firstPurchase))
    }
    try await club.order("1", "1.00")
    try await club.redeem(501, key: "r").get()
    let outcome = try await club.refund(.all, of: "1").outcome()
    #expect(try outcome.cash == euro("0.00"))
    #expect(try outcome.withheld == euro("1.00"))
    #expect(outcome.total(of: "points")?.withheld == 100)
    #expect(outcome.total(of: "points")?.forgone == 401)
    try await club.check()
  }

  @Test(
    "HC-057: 30 points of 100 come from the order's own lot, or from the lot that ends first",
    arguments: Backend.allCases)
  func sameLot(backend: Backend) async throws {
    for (draw, left) in [
      (ClawbackTerms.Draw.originLotFirst, [50, 70] as [Int64]), (.drawOrder, [20, 100]),
    ] {
      let club = try await Club(backend) { $0.clawback.draw = draw }
      try await club.give(50, until: "2026-06-30", key: "other")
      try await club.order("1", "100.00")
      #expect(try await club.refunded("30.00", of: "1").claw() == 30)
      #expect(try await club.lots().map(\.remaining) == left)
      try await club.check()
    }
  }

  @Test(
    "HC-057: Where 10 of 30 points are left, 20 are owed and settled next, or written off",
    arguments: Backend.allCases)
  func fewLeft(backend: Backend) async throws {
    for (shortfall, after, next) in [
      (ClawbackTerms.Shortfall.allowNegative, -20 as Int64, 30 as Int64),
      (.clampAndWriteOff, 0, 50),
    ] {
      let club = try await Club(backend) { $0.clawback.shortfall = shortfall }
      try await club.order("1", "100.00")
      try await club.redeem(90, key: "r").get()
      let total = try await club.refunded("30.00", of: "1").total(of: "points")
      #expect(total?.owed == max(0, -after) && total?.writtenOff == (after == 0 ? 20 : 0))
      #expect(try await club.available() == after)
      try await club.order("2", "50.00")
      #expect(try await club.available() == next)
      try await club.check()
    }
  }

  @Test(
    "R09: Points that ended before anybody had anything of them are not taken back",
    arguments: Backend.allCases)
  func enjoyed(backend: Backend) async throws {
    for (shortfall, redeemed, claw, left) in [
      (ClawbackTerms.Shortfall.allowNegative, 60, 60, -60), (.clampAndWriteOff, 60, 60, 0),
      (.allowNegative, 0, 0, 0),
    ] as [(ClawbackTerms.Shortfall, Int64, Int64, Int64)] {
      let club = try await Club(backend) { $0.clawback.shortfall = shortfall }
      try await club.order("1", "100.00")
      if redeemed > 0 { try await club.redeem(redeemed, key: "r").get() }
      try club.go(to: "2027-01-05")
      let total = try await club.refund(.all, of: "1").outcome().total(of: "points")
      #expect(total?.wanted == 100 && total?.lost == 100 - redeemed && total?.claw == claw)
      #expect(try await club.available() == left)
      try await club.check()
    }
  }

  @Test(
    "R09: Points that came back and then ended were not enjoyed either",
    arguments: Backend.allCases)
  func enjoyedAfterAll(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.order("1", "100.00")
    try club.go(to: "2026-06-01")
    let redeemed = try await club.redeem(100, key: "r").get()
    try club.go(to: "2027-02-01")
    try await club.crm.write { try $0.loyalty.reverse(redeemed.id, key: "v") }
    #expect(try await club.available() == 100)
    try club.go(to: "2027-03-10")
    let total = try await club.refund(.all, of: "1").outcome().total(of: "points")
    #expect(total?.lost == 100 && total?.claw == 0)
    #expect(try await club.available() == 0)
    try await club.check()
  }

  @Test(
    "Points of a member who was merged into another are taken from that one",
    arguments: Backend.allCases)
  func merged(backend: Backend) async throws {
    for (day, claw) in [("2026-06-01", 100 as Int64), ("2027-02-01", 0)] {
      let club = try await Club(backend)
      let (ada, bob) = (club.ada, club.bob)
      try await club.order("1", "100.00")
      try await club.give(30, to: bob, key: "bob")
      try await club.crm.write { try $0.loyalty.merge(ada, into: bob, key: "m") }
      #expect(try await club.available(bob) == 130)
      try club.go(to: day)
      // What ended on the other's account was not enjoyed.
      #expect(try await club.refund(.all, of: "1").outcome().claw() == claw)
      #expect(try await club.available(bob) == 30)
      try await club.check()
    }
  }

  // MARK: Points that paid

  @Test("R02: What paid with points goes back as the programme says", arguments: Backend.allCases)
  func pointsPaid(backend: Backend) async throws {
    typealias Case = (
      policy: RefundTerms.PointsPaid, cash: String, lots: [Int64], claw: Int64
    )
    let cases: [Case] = [
      (.proRata, "32.00", [300, 500], 32), (.cashFirst, "40.00", [0, 0], 40),
      (.pointsFirst, "20.00", [1_500, 500], 20), (.never, "32.00", [0, 0], 32),
      (.fullRefundOnly, "32.00", [0, 0], 32),
    ]
    for (policy, cash, lots, claw) in cases {
      let club = try await Club(backend) { $0.refund.pointsPaid = policy }
      try await club.give(1_500, until: "2026-12-31", key: "a")
      try await club.give(500, until: "2027-03-31", key: "b")
      let member = club.ada
      try await club.crm.write {
        try $0.loyalty.redeem(2_000, from: member, key: "pay", reference: "O2").get()
      }
      #expect(
        try await club.order("O2", "100.00", paidWithPoints: "20.00")
          .change(of: member, in: "points") == 80)
      let outcome = try await club.refunded("40.00", of: "O2")
      #expect(try outcome.cash == euro(cash), "\(policy)")
      #expect(outcome.claw() == claw, "\(policy)")
      #expect(outcome.pointsPaid == policy)
      #expect(try await club.lots().map(\.remaining) == lots + [80 - claw], "\(policy)")
      // Whatever came first, in the end all is back; with `never` the points stay gone.
      let rest = try await club.refund(.all, of: "O2", "2").outcome()
      #expect(rest.claw() == 80 - claw)
      #expect(try await club.available() == (policy == .never ? 0 : 2_000), "\(policy)")
      #expect(try (outcome.cash ?? .zero(.eur)) + (rest.cash ?? .zero(.eur)) == euro("80.00"))
      try await club.check()
    }
  }

  @Test(
    "R13: A cancelled order gives back what paid for it and takes what it earned",
    arguments: Backend.allCases)
  func cancelled(backend: Backend) async throws {
    let club = try await Club(backend)
    let member = club.ada
    try await club.give(50, key: "signup")
    try await club.crm.write {
      try $0.loyalty.redeem(50, from: member, key: "pay", reference: "O").get()
    }
    try await club.order("O", "21.00")
    try await club.refund(.all, of: "O")
    let history = try await club.crm.read { try $0.loyalty.history(of: member).items }
    #expect(history.reversed().map(\.change) == [50, -50, 21, -21, 50])
    #expect(history.reversed().map(\.available) == [50, 0, 21, 0, 50])
    try await club.check()
  }

  @Test(
    "R13: Points that come back make up for those that are not there any more",
    arguments: Backend.allCases)
  func netted(backend: Backend) async throws {
    for shortfall in ClawbackTerms.Shortfall.allCases where shortfall != .pendingOnly {
      let club = try await Club(backend) { $0.clawback.shortfall = shortfall }
      let member = club.ada
      try await club.give(50, key: "signup")
      try await club.crm.write {
        try $0.loyalty.redeem(50, from: member, key: "pay", reference: "O").get()
      }
      try await club.order("O", "21.00")
      try await club.redeem(21, key: "spend").get()
      let total = try await club.refund(.all, of: "O").outcome().total(of: "points")
      #expect(total?.taken == 21)
      #expect(try await club.available() == 29)
      try await club.check()
    }
  }

  @Test(
    "R17: The order that was paid with points of a refunded one stays as it is",
    arguments: Backend.allCases)
  func laterOrder(backend: Backend) async throws {
    let club = try await Club(backend)
    let member = club.ada
    try await club.order("1", "100.00")
    try await club.crm.write {
      try $0.loyalty.redeem(100, from: member, key: "pay", reference: "2").get()
    }
    let second = try await club.order("2", "50.00", paidWithPoints: "1.00")
    #expect(try await club.refund(.all, of: "1").outcome().claw() == 100)
    #expect(try await club.available() == -51)
    #expect(try await club.crm.read { try $0.loyalty.refunds(of: second.id) }.isEmpty)
    try await club.check()
  }

  // MARK: By the rules of then

  @Test("R05: Refunds go by the rules the order earned by", arguments: Backend.allCases)
  func storedRules(backend: Backend) async throws {
    for isDeleted in [false, true] {
      let club = try await Club(backend)
      try await club.order("1", "50.00")
      try club.go(to: "2026-02-01")
      try await club.crm.write { tx in
        var next = LoyaltyProgramme.standard("club")
        next.version = 2
        let half = try Club.euro("0.50")
        next.rules = [
          isDeleted
            ? EarningRule("other", .fixed(1), on: .activity("visit"))
            : EarningRule("spend", .proportional(1, per: half))
        ]
        try tx.loyalty.define(next)
      }
      #expect(try await club.refund(.all, of: "1").outcome().claw() == 50)
      #expect(try await club.available() == 0)
    }
  }

  @Test(
    "R15: What is left must have what the rule requires, unless what was met stays met",
    arguments: Backend.allCases)
  func requirements(backend: Backend) async throws {
    for (eligibility, claw) in [
      (RefundTerms.Eligibility.reevaluate, 50 as Int64), (.keepEligibility, 25),
    ] {
      let club = try await Club(backend) {
        $0.refund.eligibility = eligibility
        $0.rules[0].requires.units = 2
      }
      try await club.order("1", "50.00", quantity: 2)
      let outcome = try await club.refund(.units([.init(line: 1, quantity: 1)]), of: "1").outcome()
      #expect(outcome.claw() == claw && outcome.eligibility == eligibility)
      #expect(try await club.available() == 50 - claw)
      // What was never met is not met by keeping it.
      try await club.order("2", "40.00")
      #expect(try await club.refunded("10.00", of: "2").claw() == 0)
      try await club.check()
    }
  }

  @Test("R03: Refunds bit by bit come to what one comes to", arguments: Backend.allCases)
  func noDrift(backend: Backend) async throws {
    let ten = try euro("10.00")
    let club = try await Club(backend) { $0.rules = [EarningRule("ten", .steps(1, per: ten))] }
    try await club.order("1", "21.90")
    var claws: [Int64] = []
    for number in 1...4 {
      claws.append(try await club.refunded("5.00", of: "1", "\(number)").claw())
    }
    #expect(claws == [1, 0, 1, 0])
    for (amount, claw) in [("1.00", 0), ("5.00", 1), ("10.00", 1), ("20.00", 2)] {
      try await club.order(amount, "21.90")
      #expect(try await club.refunded(amount, of: amount).claw() == Int64(claw))
    }
    try await club.check()
  }

  @Test(
    "An exchange takes back the difference alone, and earns nothing", arguments: Backend.allCases)
  func exchange(backend: Backend) async throws {
    for (price, claw, cash) in [
      ("60.00", 40, "40.00"), ("100.00", 0, "0.00"), ("150.00", 0, "0.00"),
    ] {
      let club = try await Club(backend)
      try await club.order("1", "100.00")
      let outcome = try await club.refund(
        .exchange([.init(line: 1, quantity: 1)], for: [EarnLine(try euro(price))]), of: "1"
      ).outcome()
      #expect(outcome.claw() == Int64(claw))
      #expect(try outcome.cash == euro(cash))
      #expect(try await club.available() == 100 - Int64(claw))
      try await club.check()
    }
  }

  // MARK: Pending

  @Test("H02: A full refund takes pending points alone", arguments: Backend.allCases)
  func pendingInFull(backend: Backend) async throws {
    let club = try await Club(backend, on: "2026-03-01") { $0.pending.wait = .days(14) }
    try await club.order("1", "100.00")
    try club.go(to: "2026-03-10")
    try await club.refund(.all, of: "1")
    let balance = try await club.balance()
    #expect(balance.pending == 0 && balance.available == 0)
    let issued = try await club.entries().reduce(0) {
      $0 + $1.change(of: .issued, of: nil, in: "points")
    }
    #expect(issued == 0)
    try await club.check()
  }

  @Test(
    "H03: A refund in part leaves the rest pending, which becomes active in its time",
    arguments: Backend.allCases)
  func pendingInPart(backend: Backend) async throws {
    for shortfall in ClawbackTerms.Shortfall.allCases {
      let club = try await Club(backend, on: "2026-03-01") {
        $0.pending.wait = .days(14)
        $0.clawback.shortfall = shortfall
      }
      try await club.order("1", "100.00")
      try club.go(to: "2026-03-10")
      #expect(try await club.refunded("40.00", of: "1").total(of: "points")?.taken == 40)
      #expect(try await club.balance().pending == 60)
      try club.go(to: "2026-03-15")
      #expect(try await club.available() == 60)
      try await club.check()
    }
  }

  // MARK: Once, and before the order

  @Test(
    "R06: A refund is made once, by its key and by its number of the order",
    arguments: Backend.allCases)
  func once(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.order("1", "100.00")
    let first = try await club.refund(.amount(try euro("40.00")), of: "1", "R1", key: "a")
    let again = try await club.refund(.amount(try euro("40.00")), of: "1", "R1", key: "a")
    let other = try await club.refund(.amount(try euro("40.00")), of: "1", "R1", key: "b")
    #expect([first, again, other].map(\.replay) == [nil, .key, .naturalKey])
    #expect(again.entry == first.entry && other.entry == first.entry)
    let before = try await club.shop.records()
    for key in ["a", "c"] {
      let error = await loyaltyFailure {
        try await club.refund(.amount(try euro("30.00")), of: "1", "R1", key: key)
      }
      #expect(error?.code == .idempotencyConflict && error?.detail == "amount")
    }
    #expect(try await club.shop.records() == before)
    #expect(try await club.available() == 60)
    try await club.refund(.amount(try euro("40.00")), of: "1", "R2", key: "d")
    #expect(try await club.available() == 20)
  }

  @Test("R07: A refund of an order that is not known is refused", arguments: Backend.allCases)
  func unknownOrder(backend: Backend) async throws {
    let club = try await Club(backend)
    let before = try await club.shop.records()
    let error = await loyaltyFailure { try await club.refund(.all, of: "1") }
    #expect(error?.code == .unknownReference)
    #expect(try await club.shop.records() == before)
    try await club.order("1", "100.00")
    #expect(try await club.refund(.all, of: "1").replay == nil)
    let stranger = await loyaltyFailure {
      let bob = club.bob
      return try await club.crm.write {
        try $0.loyalty.refund(.all, of: "1", from: bob, number: "9", key: "bob")
      }
    }
    #expect(stranger?.code == .unknownReference)
  }

  @Test(
    "R07: A refund waits for its order where the programme lets it, and both are in the log",
    arguments: Backend.allCases)
  func parked(backend: Backend) async throws {
    let club = try await Club(backend) { $0.refund.unknownOrder = .park(days: 7) }
    let waiting = try await club.refund(.amount(try euro("40.00")), of: "1", "R1", key: "a")
    #expect(waiting.isParked && waiting.replay == nil)
    let again = try await club.refund(.amount(try euro("40.00")), of: "1", "R1", key: "a")
    #expect(again.isParked && again.replay == .key)
    let conflict = await loyaltyFailure {
      try await club.refund(.amount(try euro("50.00")), of: "1", "R1", key: "b")
    }
    #expect(conflict?.code == .idempotencyConflict)
    #expect(try await club.entries().isEmpty)
    try club.go(to: "2026-01-08T22:59:59Z")
    try await club.order("1", "100.00")
    #expect(try await club.available() == 60)
    #expect(try await club.entries().map(\.kind) == [.earn, .refund])
    #expect(try await club.crm.read { try $0.loyalty.parkedRefunds(in: "club") }.isEmpty)
    let late = try await club.refund(.amount(try euro("40.00")), of: "1", "R1", key: "a")
    #expect(late.replay == .key && late.entry?.kind == .refund)
    try await club.check()
  }

  @Test(
    "R07: A refund does not wait longer than it may, and that it did in vain is told",
    arguments: Backend.allCases, [false, true])
  func parkedTooLong(backend: Backend, advances: Bool) async throws {
    let club = try await Club(backend) { $0.refund.unknownOrder = .park(days: 7) }
    try await club.refund(.amount(try euro("40.00")), of: "1")
    try club.go(to: "2026-01-09")
    if advances { try await club.crm.advance() }
    try await club.order("1", "100.00")
    #expect(try await club.available() == 100)
    try await club.crm.advance()
    let told = try await club.shop.events().filter { $0.type == RefundUnparked.name }
    let why = try told.first?.payload(as: RefundUnparked.self)?.refusal
    #expect(told.count == 1 && why?.code == .unknownReference && why?.detail == "order “1”")
    #expect(told.first?.occurredAt == (try Club.instant("2026-01-09")))
    #expect(try await club.crm.read { try $0.loyalty.parkedRefunds(in: "club") }.isEmpty)
  }

  @Test(
    "The key of a refund that waits, or did in vain, is taken for ever",
    arguments: Backend.allCases, [false, true])
  func parkedKeys(backend: Backend, advances: Bool) async throws {
    let club = try await Club(backend) { $0.refund.unknownOrder = .park(days: 7) }
    try await club.give(100, key: "g")
    try await club.refund(.amount(try euro("40.00")), of: "1", "R1", key: "a")
    let elsewhere = await loyaltyFailure {
      try await club.refund(.amount(try euro("40.00")), of: "2", "R1", key: "a")
    }
    #expect(elsewhere?.code == .idempotencyConflict && elsewhere?.detail == "order")
    let spent = await loyaltyFailure { try await club.redeem(10, key: "a") }
    #expect(spent?.code == .idempotencyConflict && spent?.detail == "kind")
    let adjusted = await loyaltyFailure {
      try await club.crm.write {
        try $0.loyalty.adjust(5, for: club.ada, because: "a word", key: "a")
      }
    }
    #expect(adjusted?.code == .idempotencyConflict && adjusted?.detail == "kind")
    try club.go(to: "2026-01-09")
    if advances { try await club.crm.advance() }
    let again = try await club.refund(.amount(try euro("40.00")), of: "1", "R1", key: "a")
    #expect(again.replay == .key && again.refusal?.code == .unknownReference)
    let more = await loyaltyFailure {
      try await club.refund(.amount(try euro("50.00")), of: "1", "R1", key: "a")
    }
    #expect(more?.code == .idempotencyConflict)
    #expect(try await club.crm.read { try $0.records(of: ParkedRefund.self).count() } == 1)
    // Under another key it can be asked for anew.
    let anew = try await club.refund(.amount(try euro("40.00")), of: "1", "R1", key: "b")
    #expect(anew.isParked && anew.replay == nil)
    try await club.check()
  }

  @Test(
    "A waiting refund that cannot be made does not hold its order up", arguments: Backend.allCases)
  func parkedInVain(backend: Backend) async throws {
    let club = try await Club(backend) { $0.refund.unknownOrder = .park(days: 7) }
    try await club.refund(.amount(try euro("140.00")), of: "1")
    try await club.order("1", "100.00")
    #expect(try await club.available() == 100)
    let refusals = try await club.crm.read { try $0.records(of: ParkedRefund.self).all() }
    #expect(refusals.map(\.refusal?.code) == [.exceedsOrder])
  }

  // MARK: What else hangs on it

  @Test("C03: A refund frees a cap only where the programme says so", arguments: Backend.allCases)
  func capSpace(backend: Backend) async throws {
    for (frees, next) in [(false, 0 as Int64), (true, 300)] {
      let club = try await Club(backend, on: "2026-05-05") {
        $0.caps = [.points(500, per: .day)]
        $0.cap.refundFreesSpace = frees
      }
      for (number, amount) in [("1", "300.00"), ("2", "150.00"), ("3", "100.00")] {
        try await club.order(number, amount)
      }
      #expect(try await club.available() == 500)
      try await club.refund(.all, of: "1")
      #expect(try await club.available() == 200)
      try await club.order("4", "400.00")
      #expect(try await club.available() == 200 + next)
      try await club.check()
    }
  }

  @Test(
    "A refund takes off what counted towards tiers, when it counted", arguments: Backend.allCases)
  func qualification(backend: Backend) async throws {
    let club = try await Club(backend)
    let earned = try await club.order("1", "100.00")
    try club.go(to: "2027-02-01")
    let first = try await club.refund(.amount(try euro("40.00")), of: "1").get()
    #expect(first.qualifiesAt == earned.qualifiesAt && first.qualifyingPoints == -40)
    #expect(try first.qualifyingSpend == euro("-40.00") && first.qualifyingCount == 0)
    let second = try await club.refund(.all, of: "1", "2").get()
    #expect(second.qualifyingPoints == -60 && second.qualifyingCount == -1)
    #expect(try second.qualifyingSpend == euro("-60.00"))
  }

  @Test(
    "What else earned is taken back by its entry, and what was undone is refunded anew",
    arguments: Backend.allCases)
  func byEntry(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.rules.append(EarningRule("review", .fixed(50), on: .activity("review")))
    }
    let entry = try await club.earn(.activity("review", subject: "cd-1"), key: "e").get()
    let first = try await club.crm.write {
      try $0.loyalty.refund(.all, of: entry.id, number: "1", key: "r1").get()
    }
    #expect(try await club.available() == 0)
    try await club.crm.write { try $0.loyalty.reverse(first.id, key: "v").get() }
    #expect(try await club.available() == 50)
    #expect(try await club.crm.read { try $0.loyalty.refunds(of: entry.id) }.isEmpty)
    try await club.crm.write {
      try $0.loyalty.refund(.all, of: entry.id, number: "2", key: "r2").get()
    }
    #expect(try await club.available() == 0)
    try await club.check()
  }

  @Test("What makes no sense is refused and leaves nothing", arguments: Backend.allCases)
  func nonsense(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.order("1", "100.00", quantity: 2)
    try await club.refund(.units([.init(line: 1, quantity: 1)]), of: "1")
    let before = try await club.shop.records()
    let cases: [(RefundedPart, LoyaltyError.Code)] = [
      (.amount(try euro("0.00")), .invalidAmount), (.amount(try euro("-1.00")), .invalidAmount),
      (.amount(Money(minorUnits: .min, .eur)), .invalidAmount),
      (.amount(Money(minorUnits: .max, .eur)), .exceedsOrder),
      (.amount(try euro("50.01")), .exceedsOrder),
      (.amount(try Money("1.00", .usd)), .currencyMismatch),
      (.units([.init(line: 2, quantity: 1)]), .unknownReference),
      (.units([.init(line: .min, quantity: 1)]), .unknownReference),
      (.units([.init(line: 1, quantity: 2)]), .exceedsOrder),
      (.units([.init(line: 1, quantity: .min)]), .invalidAmount),
      (.exchange([], for: [EarnLine(Money(minorUnits: .max, .eur))]), .overflow),
    ]
    for (part, code) in cases {
      let error = await loyaltyFailure { try await club.refund(part, of: "1", "2") }
      #expect(error?.code == code, "\(part)")
    }
    #expect(try await club.shop.records() == before)
  }
}
