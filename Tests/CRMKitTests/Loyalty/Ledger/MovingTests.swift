import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("Points that go to other members, become others, and come back")
struct MovingTests {
  private func lots(_ club: Club, of member: LoyaltyMember.ID) async throws -> [String] {
    try await club.crm.read { tx in
      try tx.loyalty.expiring(of: member).map {
        "\($0.points) \($0.lastValidDay.map(\.description) ?? "-")"
      }
    }
  }

  private func transfer(
    _ club: Club, _ points: Int64, from: LoyaltyMember.ID, to: LoyaltyMember.ID, key: String
  ) async throws -> LoyaltyResult {
    try await club.crm.write { try $0.loyalty.transfer(points, from: from, to: to, key: key) }
  }

  private func prepared(_ backend: Backend, _ expiry: TransferTerms.Expiry) async throws -> Club {
    let club = try await Club(backend) { $0.transfer.expiry = expiry }
    try await club.give(100, until: "2026-12-31", key: "a")
    try await club.give(50, until: "2027-06-30", key: "b")
    try club.go(to: "2026-07-01")
    return club
  }

  @Test(
    "M01: Points given to another keep their days, or get new ones by the rules",
    arguments: Backend.allCases)
  func lives(backend: Backend) async throws {
    let kept = try await prepared(backend, .preserve)
    let entry = try await transfer(kept, 120, from: kept.ada, to: kept.bob, key: "t").get()
    #expect(try await lots(kept, of: kept.bob) == ["100 2026-12-31", "20 2027-06-30"])
    #expect(try await lots(kept, of: kept.ada) == ["30 2027-06-30"])
    // M03: they count for no tier.
    #expect(entry.qualifiesAt == nil && entry.qualifyingPoints == 0)
    #expect(try await kept.crm.verify().isSound)
    let renewed = try await prepared(backend, .targetRules)
    _ = try await transfer(renewed, 120, from: renewed.ada, to: renewed.bob, key: "t").get()
    #expect(try await lots(renewed, of: renewed.bob) == ["120 2027-07-01"])
    #expect(try await renewed.crm.verify().isSound)
  }

  @Test(
    "M02: To another and back leaves the days as they were, unless the programme says otherwise",
    arguments: Backend.allCases)
  func roundTrip(backend: Backend) async throws {
    for (expiry, days) in [
      (TransferTerms.Expiry.preserve, ["100 2026-12-31", "50 2027-06-30"]),
      (.targetRules, ["150 2027-07-01"]),
    ] {
      let club = try await prepared(backend, expiry)
      _ = try await transfer(club, 150, from: club.ada, to: club.bob, key: "to").get()
      _ = try await transfer(club, 150, from: club.bob, to: club.ada, key: "fro").get()
      #expect(try await lots(club, of: club.ada) == days)
      #expect(try await lots(club, of: club.bob) == [])
    }
  }

  @Test("M03: Held points cannot be given away, nor any to oneself", arguments: Backend.allCases)
  func notAll(backend: Backend) async throws {
    let club = try await prepared(backend, .preserve)
    try await club.crm.write { _ = try $0.loyalty.hold(100, from: club.ada, key: "h") }
    let refused = try await transfer(club, 51, from: club.ada, to: club.bob, key: "t")
    #expect(refused.refusal?.code == .insufficientPoints && refused.refusal?.allowed == 50)
    let own = await loyaltyFailure {
      try await transfer(club, 1, from: club.ada, to: club.ada, key: "o")
    }
    #expect(own?.code == .sameAccount)
  }

  @Test("M04: A transfer under one key is made once", arguments: Backend.allCases)
  func once(backend: Backend) async throws {
    let club = try await prepared(backend, .preserve)
    let first = try await transfer(club, 60, from: club.ada, to: club.bob, key: "t")
    let again = try await transfer(club, 60, from: club.ada, to: club.bob, key: "t")
    #expect(again.replay == .key && again.entry == first.entry)
    #expect(try await club.available(club.bob) == 60)
    let history = try await club.crm.read { try $0.loyalty.history(of: club.bob) }
    #expect(history.items.map(\.change) == [60] && history.items.map(\.available) == [60])
  }

  @Test(
    "F05: Converting balances in both kinds of points, and charges no more than it gives for",
    arguments: Backend.allCases)
  func converting(backend: Backend) async throws {
    let club = try await Club(backend) { $0.points.append(PointsTerms("miles")) }
    try await club.give(1_099, key: "a")
    let (fiveToTwo, threeToTwo) = (try #require(Ratio(5, to: 2)), try #require(Ratio(3, to: 2)))
    let entry = try await club.crm.write {
      try $0.loyalty.convert(1_000, into: "miles", at: fiveToTwo, from: club.ada, key: "c").get()
    }
    #expect(
      entry.postings.map { "\($0.account) \($0.currency) \($0.points)" } == [
        "available points -1000", "conversion points 1000", "conversion miles -400",
        "available miles 400",
      ])
    let second = try await club.crm.write {
      try $0.loyalty.convert(99, into: "miles", at: threeToTwo, from: club.ada, key: "d").get()
    }
    #expect(second.change(of: club.ada, in: "miles") == 66)
    #expect(second.change(of: club.ada, in: "points") == -99)
    #expect(try LedgerRules.converted(100, at: threeToTwo) == (66, 99))
    #expect(try await club.total() == ["points": 0, "miles": 0])
    #expect(try await club.balance(of: nil, "miles").available == 466)
    let none = await loyaltyFailure {
      try await club.crm.write {
        try $0.loyalty.convert(1, into: "miles", at: threeToTwo, from: club.ada, key: "e")
      }
    }
    #expect(none?.code == .invalidAmount && none?.allowed == 2)
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "R08: Redeemed points come back to their lots, or for a bounded time where these have ended",
    arguments: Backend.allCases)
  func restoring(backend: Backend) async throws {
    for (expired, left, days) in [
      (RestoreTerms.Expired.grace(days: 30), 150 as Int64, ["50 2027-03-01", "100 2027-03-03"]),
      (.expireImmediately, 50, ["50 2027-03-01"]),
    ] {
      let club = try await Club(backend) { $0.restore.expired = expired }
      try await club.give(100, until: "2027-01-01", key: "a")
      try await club.give(50, until: "2027-03-01", key: "b")
      try club.go(to: "2026-06-01")
      let redemption = try await club.redeem(120, key: "r").get()
      try club.go(to: "2027-02-01")
      let entry = try await club.crm.write {
        try $0.loyalty.reverse(redemption.id, key: "x").get()
      }
      #expect(try await club.available() == left)
      #expect(try await lots(club, of: club.ada) == days)
      if left == 150 {
        let opening = try #require(entry.openings.first)
        #expect(opening.expiresAt == Instant("2027-03-03T23:00:00Z"))
        #expect(opening.restoredFrom == redemption.draws.first?.lot)
      }
      #expect(try await club.crm.verify().isSound)
      // A day later still bounded: redeeming and undoing does not make points immortal.
      try club.go(to: "2027-03-04")
      #expect(try await club.available() == 0)
    }
  }

  @Test(
    "R08: Points that came back for a bounded time do not come back for another one",
    arguments: Backend.allCases)
  func onlyOneGrace(backend: Backend) async throws {
    for isGiven in [false, true] {
      let club = try await Club(backend) { $0.restore.expired = .grace(days: 30) }
      try await club.give(100, until: "2026-01-31", key: "a")
      let first = try await club.redeem(100, key: "r1").get()
      try club.go(to: "2026-03-01")
      try await club.crm.write { _ = try $0.loyalty.reverse(first.id, key: "x1").get() }
      #expect(try await lots(club, of: club.ada) == ["100 2026-03-31"])
      if isGiven {
        _ = try await transfer(club, 100, from: club.ada, to: club.bob, key: "t").get()
      }
      let member = isGiven ? club.bob : club.ada
      try club.go(to: "2026-03-31")
      let second = try await club.redeem(100, from: member, key: "r2").get()
      try club.go(to: "2026-04-20")
      try await club.crm.write { _ = try $0.loyalty.reverse(second.id, key: "x2").get() }
      #expect(try await club.available(member) == 0)
      #expect(try await lots(club, of: member) == [])
      #expect(try await club.crm.verify().isSound)
    }
  }

  @Test(
    "Points that only reach tiers can be neither given away nor converted",
    arguments: Backend.allCases)
  func qualifying(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.points.append(PointsTerms("status", use: .qualifying))
    }
    try await club.give(100, key: "a", of: "status")
    let (ada, bob) = (club.ada, club.bob)
    try await club.crm.write { tx in
      let given = try tx.loyalty.transfer(10, of: "status", from: ada, to: bob, key: "t")
      #expect(given.refusal?.code == .ineligible)
      let converted = try tx.loyalty.convert(
        10, of: "status", into: "points", at: .one, from: ada, key: "c")
      #expect(converted.refusal?.code == .ineligible)
    }
    #expect(try await club.balance(of: nil, "status").available == 100)
    #expect(try await club.balance(of: bob, "status").available == 0)
  }

  @Test("Points of many small lots are drawn and come back in order", arguments: Backend.allCases)
  func manyLots(backend: Backend) async throws {
    let club = try await Club(backend)
    let ada = club.ada
    try await club.crm.write { tx in
      for number in 0..<40 {
        try tx.loyalty.adjust(
          3, for: ada, because: "test", lasting: .forever, key: "\(number)"
        ).get()
      }
    }
    let redemption = try await club.redeem(100, key: "r").get()
    #expect(redemption.draws.map(\.points) == Array(repeating: 3, count: 33) + [1])
    #expect(try await club.available() == 20)
    try await club.crm.write { _ = try $0.loyalty.reverse(redemption.id, key: "x").get() }
    #expect(try await club.available() == 120)
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "R11: An entry is undone once, and undoing it can be undone once",
    arguments: Backend.allCases)
  func reversal(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(100, key: "a")
    let redemption = try await club.redeem(70, key: "r").get()
    func reverse(_ id: LedgerEntry.ID, key: String) async throws -> LoyaltyResult {
      try await club.crm.write { try $0.loyalty.reverse(id, key: key) }
    }
    let undone = try await reverse(redemption.id, key: "x").get()
    #expect(try await club.available() == 100)
    #expect(try await reverse(redemption.id, key: "y").refusal?.code == .alreadyReversed)
    let redone = try await reverse(undone.id, key: "z").get()
    #expect(try await club.available() == 30)
    #expect(try await reverse(undone.id, key: "w").refusal?.code == .alreadyReversed)
    let third = await loyaltyFailure { try await reverse(redone.id, key: "v") }
    #expect(third?.code == .notReversible)
    #expect(try await club.crm.verify().isSound)
  }

  @Test("A transfer is undone only while the points are there", arguments: Backend.allCases)
  func undoneTransfer(backend: Backend) async throws {
    let club = try await prepared(backend, .preserve)
    let given = try await transfer(club, 120, from: club.ada, to: club.bob, key: "t").get()
    try await club.redeem(10, from: club.bob, key: "r")
    let refused = try await club.crm.write { try $0.loyalty.reverse(given.id, key: "x") }
    #expect(refused.refusal?.code == .insufficientPoints && refused.refusal?.allowed == 90)
    let again = try await prepared(backend, .preserve)
    let gift = try await transfer(again, 120, from: again.ada, to: again.bob, key: "t").get()
    try await again.crm.write { _ = try $0.loyalty.reverse(gift.id, key: "x").get() }
    #expect(try await lots(again, of: again.ada) == ["100 2026-12-31", "50 2027-06-30"])
    #expect(try await again.available(again.bob) == 0)
    #expect(try await again.crm.verify().isSound)
  }

  @Test(
    "S02: More than there is is not taken by hand, unless the programme lets members owe",
    arguments: Backend.allCases)
  func adjusting(backend: Backend) async throws {
    for (mayOwe, left) in [(false, 200 as Int64), (true, -100)] {
      let club = try await Club(backend) { $0.adjustment.allowsNegative = mayOwe }
      try await club.give(200, key: "a")
      let result = try await club.crm.write {
        try $0.loyalty.adjust(-300, for: club.ada, because: "mistake", key: "b")
      }
      #expect(result.refusal?.code == (mayOwe ? nil : .insufficientPoints))
      #expect(try await club.available() == left)
      // What is owed is settled first.
      try await club.give(130, key: "c")
      #expect(try await club.available() == left + 130)
      let list = try await club.crm.read { try $0.loyalty.expiring(of: club.ada) }
      #expect(list.map(\.points).reduce(0, +) == left + 130)
      #expect(try await club.crm.verify().isSound)
    }
  }

  @Test("S03: An adjustment without a reason is refused, and none moves no points")
  func reasons() async throws {
    let club = try await Club(.memory)
    for (points, reason, code) in [
      (5, " ", LoyaltyError.Code.reasonRequired), (0, "why", .invalidAmount),
      (.min, "why", .overflow),
    ] as [(Int64, String, LoyaltyError.Code)] {
      let failure = await loyaltyFailure {
        try await club.crm.write {
          try $0.loyalty.adjust(points, for: club.ada, because: reason, key: "k")
        }
      }
      #expect(failure?.code == code)
    }
    #expect(try await club.entries().isEmpty)
  }

  @Test(
    "P09: What would exceed 64 bits is refused, and nothing is posted",
    arguments: Backend.allCases)
  func overflow(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(.max, key: "a")
    let records = try await club.shop.records()
    let failure = await loyaltyFailure { try await club.give(1, key: "b") }
    #expect(failure?.code == .overflow)
    #expect(try await club.shop.records() == records)
    let (large, small) = (try #require(Ratio(.max, to: 1)), try #require(Ratio(1, to: .max)))
    #expect(throws: LoyaltyError.self) { try LedgerRules.converted(.max, at: small) }
    #expect(try LedgerRules.converted(.max, at: large) == (1, .max))
    #expect(try await club.redeem(.max, key: "c").refusal == nil)
    #expect(try await club.crm.verify().isSound)
  }
}
