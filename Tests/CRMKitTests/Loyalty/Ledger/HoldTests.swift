import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("Points that are held, and points that are pending")
struct HoldTests {
  private func hold(_ club: Club, _ points: Int64, key: String) async throws -> LoyaltyResult {
    try await club.crm.write { try $0.loyalty.hold(points, from: club.ada, key: key) }
  }

  private func id(_ result: LoyaltyResult) throws -> PointsHold.ID {
    try #require(try result.get().hold)
  }

  @Test(
    "H05: Held points cannot be held again, and what is not captured goes back",
    arguments: Backend.allCases)
  func capturing(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(500, key: "a")
    let first = try id(try await hold(club, 300, key: "h1"))
    var balance = try await club.balance()
    #expect(balance.available == 200 && balance.held == 300)
    let second = try await hold(club, 300, key: "h2").refusal
    #expect(second?.code == .insufficientPoints && second?.allowed == 200)
    let beyond = try await club.crm.write { try $0.loyalty.capture(first, 301, key: "c0") }
    #expect(beyond.refusal?.code == .exceedsHold && beyond.refusal?.allowed == 300)
    let captured = try await club.crm.write { try $0.loyalty.capture(first, 250, key: "c1") }
    #expect(try captured.get().change(of: .redeemed, of: nil, in: "points") == 250)
    balance = try await club.balance()
    #expect(balance.available == 250 && balance.held == 0)
    let again = try await club.crm.write { try $0.loyalty.capture(first, 1, key: "c2") }
    #expect(again.refusal?.code == .alreadyResolved && again.refusal?.detail == "captured")
    let voided = try await club.crm.write { try $0.loyalty.void(first, key: "v") }
    #expect(voided.refusal?.code == .alreadyResolved)
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "H07: Held points do not end while they are held; given back later, they end at once",
    arguments: Backend.allCases, [true, false])
  func frozen(backend: Backend, isCaptured: Bool) async throws {
    let club = try await Club(backend)
    try await club.give(300, until: "2026-03-31", key: "a")
    try club.go(to: "2026-03-31T21:50:00Z")
    let hold = try id(try await hold(club, 300, key: "h"))
    try club.go(to: "2026-03-31T22:10:00Z")
    let entry = try await club.crm.write { tx in
      isCaptured
        ? try tx.loyalty.capture(hold, key: "x").get() : try tx.loyalty.void(hold, key: "x").get()
    }
    #expect(
      entry.change(of: isCaptured ? .redeemed : .expired, of: nil, in: "points") == 300)
    let balance = try await club.balance()
    #expect(balance.available == 0 && balance.held == 0)
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "H08: When a hold's time is over its points are back in the lots they came from",
    arguments: Backend.allCases)
  func lapse(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(100, until: "2026-12-31", key: "a")
    try await club.give(100, until: "2027-12-31", key: "b")
    let result = try await hold(club, 150, key: "h")
    let before = try await club.entries().count
    club.shop.clock.advance(by: .seconds(1_800))
    #expect(try await club.balance().available == 200)
    let list = try await club.crm.read { try $0.loyalty.expiring(of: club.ada) }
    #expect(list.map(\.points) == [100, 100])
    #expect(try await club.entries().count == before)
    let late = try await club.crm.write { try $0.loyalty.capture(try id(result), key: "c") }
    #expect(late.refusal?.code == .alreadyResolved && late.refusal?.detail == "lapsed")
    #expect(try await club.entries().map(\.kind).suffix(2) == [.lapse, .capture])
    #expect(try await club.crm.verify().isSound)
  }

  /// A club in which points given as if they were earned wait.
  private func earn(
    _ club: Club, _ points: Int64, waiting wait: PendingTerms.Wait, order: String = "77"
  ) async throws -> LedgerEntry {
    try await club.crm.write { tx in
      try tx.loyalty.post(
        RedeemRequest(member: club.ada, points: points), key: "earn \(order)", for: club.ada
      ) { work in
        work.entry.reference = order
        try work.credit(
          points, work.opening("points", work.life(of: "points", waiting: wait)), from: .issued)
      }.get()
    }
  }

  @Test(
    "H01: Points that wait 14 days can be spent from the first instant of the day on",
    arguments: Backend.allCases)
  func waiting(backend: Backend) async throws {
    let club = try await Club(backend)
    try club.go(to: "2026-03-01T09:00:00Z")
    _ = try await earn(club, 100, waiting: .days(14))
    for _ in 0..<2 {
      try club.go(to: "2026-03-14T22:59:59Z")
      #expect(try await club.balance().available == 0)
      #expect(try await club.balance().pending == 100)
      try club.go(to: "2026-03-14T23:00:00Z")
      #expect(try await club.balance().available == 100)
    }
    try await club.crm.advance()
    #expect(try await club.balance().available == 100)
    #expect(try await club.entries().last?.kind == .activate)
    #expect(try await club.entries().last?.occurredAt == Instant("2026-03-14T23:00:00Z"))
    #expect(try await club.crm.verify().isSound)
  }

  @Test("H03: Pending points that are taken back do not become active", arguments: Backend.allCases)
  func partlyTaken(backend: Backend) async throws {
    let club = try await Club(backend)
    try club.go(to: "2026-03-01T09:00:00Z")
    let earned = try await earn(club, 100, waiting: .days(14))
    try club.go(to: "2026-03-10")
    try await club.crm.write { tx in
      try tx.loyalty.post(ReverseRequest(entry: earned.id), key: "refund", for: club.ada) { work in
        let lot = try #require(earned.openings.first?.lot)
        try work.claw(40, of: "points", of: club.ada, origins: [lot], to: .issued)
      }.get()
    }
    #expect(try await club.balance().pending == 60)
    try club.go(to: "2026-03-15")
    #expect(try await club.balance().available == 60)
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "H09: Points that wait for something go on the day stated, or stay pending for ever",
    arguments: Backend.allCases, [90, nil])
  func neverDelivered(backend: Backend, most: Int?) async throws {
    let club = try await Club(backend)
    _ = try await earn(club, 100, waiting: .onAction("delivered", pendingMaxDays: most))
    try club.go(to: "2026-03-31T21:59:59Z")
    #expect(try await club.balance().pending == 100)
    try club.go(to: "2026-03-31T22:00:00Z")
    #expect(try await club.balance().pending == (most == nil ? 100 : 0))
    try await club.crm.advance()
    let issued = try await club.entries().reduce(0) {
      $0 + $1.change(of: .issued, of: nil, in: "points")
    }
    #expect(issued == (most == nil ? -100 : 0))
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "H09: Points that have waited beyond their end stay pending, and end once they could be spent",
    arguments: Backend.allCases)
  func beyondTheirEnd(backend: Backend) async throws {
    let club = try await Club(backend)
    _ = try await earn(club, 100, waiting: .onAction("delivered"), order: "77")
    try club.go(to: "2030-01-01")
    try await club.crm.advance()
    #expect(try await club.balance().pending == 100)
    #expect(try await club.crm.verify().isSound)
    let entry = try await club.crm.write {
      try $0.loyalty.activate("77", on: "delivered", for: club.ada, key: "d").get()
    }
    #expect(entry.legs.map(\.to) == [.available, .expired])
    let balance = try await club.balance()
    #expect(balance.available == 0 && balance.pending == 0)
    let before = try await club.crm.read { [ada = club.ada] tx in
      try tx.loyalty.balance(of: ada, asOf: try Club.instant("2029-01-01"))
    }
    #expect(before.available == 0 && before.pending == 100)
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "H09: What has happened before points ended, and is told later, lets them end on their day",
    arguments: Backend.allCases)
  func toldLate(backend: Backend) async throws {
    let club = try await Club(backend)
    _ = try await earn(club, 100, waiting: .onAction("delivered"), order: "77")
    try club.go(to: "2027-03-01")
    let at = try Club.instant("2026-12-20")
    try await club.crm.write {
      _ = try $0.loyalty.activate("77", on: "delivered", for: club.ada, key: "d", at: at).get()
    }
    let ended = try await club.entries().last
    #expect(try ended?.kind == .expire && ended?.occurredAt == Club.instant("2027-01-02"))
    let ada = club.ada
    for (day, points) in [("2026-12-19", 0), ("2026-12-21", 100), ("2027-01-02", 0)] {
      let at = try Club.instant(day)
      let balance = try await club.crm.read { try $0.loyalty.balance(of: ada, asOf: at) }
      #expect(balance.available == points && balance.pending == (day == "2026-12-19" ? 100 : 0))
    }
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "H09: Inactivity ends no points that wait; by activation it is counted from that day",
    arguments: Backend.allCases, ExpiryPolicy.ClockStart.allCases)
  func inactive(backend: Backend, start: ExpiryPolicy.ClockStart) async throws {
    let club = try await Club(backend) {
      $0.expiry = ExpiryPolicy(.inactivity(6), clockStart: start)
      $0.pending.wait = .onAction("delivered")
    }
    try await club.order("77", "100.00")
    try club.go(to: "2026-09-01")
    try await club.crm.advance()
    #expect(try await club.balance().pending == 100)
    try await club.crm.write {
      _ = try $0.loyalty.activate("77", on: "delivered", for: club.ada, key: "d").get()
    }
    #expect(try await club.available() == (start == .activation ? 100 : 0))
    try club.go(to: "2027-03-02")
    #expect(try await club.available() == 0)
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "What pending points wait for activates those of its order alone",
    arguments: Backend.allCases)
  func delivered(backend: Backend) async throws {
    let club = try await Club(backend) { $0.expiry.clockStart = .activation }
    _ = try await earn(club, 100, waiting: .onAction("delivered"), order: "77")
    _ = try await earn(club, 50, waiting: .onAction("delivered"), order: "78")
    try club.go(to: "2026-02-10")
    try await club.crm.write { tx in
      try tx.loyalty.activate("77", on: "delivered", for: club.ada, key: "d").get()
      let other = try tx.loyalty.activate("79", on: "delivered", for: club.ada, key: "e").get()
      #expect(other.legs.isEmpty)
    }
    let balance = try await club.balance()
    #expect(balance.available == 100 && balance.pending == 50)
    let next = try await club.crm.read { try $0.loyalty.nextExpiry(of: club.ada) }
    #expect(next?.lastValidDay == CalendarDate("2027-02-10") && next?.points == 100)
    #expect(try await club.crm.verify().isSound)
  }
}
