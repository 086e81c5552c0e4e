import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("Drawing on lots, and points that end")
struct DrawTests {
  /// Lot A of 100 up to 1 January 2027, lot B of 50 up to 1 March 2027, of which 120 were redeemed.
  private func redeemed(_ backend: Backend) async throws -> (Club, LedgerEntry) {
    let club = try await Club(backend)
    try await club.give(100, until: "2027-01-01", key: "a")
    try club.go(to: "2026-03-01")
    try await club.give(50, until: "2027-03-01", key: "b")
    try club.go(to: "2026-06-01")
    return (club, try await club.redeem(120, key: "r").get())
  }

  private func lots(_ club: Club) async throws -> [PointsLot] {
    try await club.crm.read { tx in
      try tx.records(of: PointsLot.self).all(sortedBy: { _ in [.oldestFirst] })
    }
  }

  @Test(
    "D01: 120 points are drawn as 100 of the lot that ends first and 20 of the next",
    arguments: Backend.allCases)
  func soonestFirst(backend: Backend) async throws {
    let (club, entry) = try await redeemed(backend)
    #expect(entry.draws.map(\.points) == [100, 20])
    let lots = try await lots(club)
    #expect(entry.draws.map(\.lot) == lots.map(\.id))
    #expect(lots.map(\.remaining) == [0, 30])
    #expect(try await club.available() == 30)
    #expect(try await club.total() == ["points": 0])
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "D02: Of points that never end and points that do, the order decides which are lost",
    arguments: Backend.allCases)
  func order(backend: Backend) async throws {
    for (order, draws, left) in [
      (DrawOrder.soonestExpiry, [50, 10] as [Int64], 90 as Int64), (.oldestEarned, [60], 40),
    ] {
      let club = try await Club(backend) { $0.drawOrder = order }
      try await club.give(100, key: "a")
      try club.go(to: "2026-02-01")
      try await club.give(50, until: "2026-03-31", key: "b")
      try club.go(to: "2026-03-01")
      #expect(try await club.redeem(60, key: "r").get().draws.map(\.points) == draws)
      try club.go(to: "2026-04-01")
      #expect(try await club.available() == left)
    }
  }

  @Test(
    "D04: More than there is is refused with nothing posted, less than one point makes no sense",
    arguments: Backend.allCases)
  func tooMuch(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(150, key: "a")
    let refused = try await club.redeem(151, key: "r1")
    #expect(refused.refusal?.code == .insufficientPoints)
    #expect(refused.refusal?.requested == 151 && refused.refusal?.allowed == 150)
    #expect(refused.entry?.postings == [])
    for points in [0, -5, .min] as [Int64] {
      let failure = await loyaltyFailure { try await club.redeem(points, key: "r\(points)") }
      #expect(failure?.code == .invalidAmount && failure?.requested == points)
    }
    #expect(try await club.entries().count == 2)
    #expect(try await club.redeem(150, key: "r2").get().change(of: club.ada, in: "points") == -150)
    #expect(try await club.available() == 0)
  }

  @Test(
    "X01: Points can be spent up to the millisecond before the day after their last",
    arguments: Backend.allCases)
  func halfOpen(backend: Backend) async throws {
    let (club, _) = try await redeemed(backend)
    try club.go(to: "2027-01-02")
    #expect(try await club.available() == 30)
    try club.go(to: "2027-03-01T22:59:59Z")
    let attempt = try await club.crm.write { tx in
      let result = try tx.loyalty.redeem(30, from: club.ada, key: "in time")
      try tx.loyalty.reverse(try result.get().id, key: "back")
      return result
    }
    #expect(attempt.refusal == nil)
    #expect(try await club.available() == 30)
    try club.go(to: "2027-03-01T23:00:00Z")
    let late = try await club.redeem(30, key: "late")
    #expect(late.refusal?.code == .insufficientPoints && late.refusal?.allowed == 0)
    #expect(try await club.available() == 0)
  }

  @Test(
    "X02: A last day ends with the local day, also where that has 23 hours",
    arguments: [
      ("2026-03-28", "2026-03-28T23:00:00Z"), ("2026-03-29", "2026-03-29T22:00:00Z"),
    ])
  func daylightSaving(day: String, end: String) async throws {
    let club = try await Club(.memory)
    try await club.give(5, until: day, key: "a")
    let next = try await club.crm.read { try $0.loyalty.nextExpiry(of: club.ada) }
    #expect(next?.expiresAt == Instant(end))
    try club.go(to: end)
    #expect(try await club.available() == 0)
    club.shop.clock.advance(by: .milliseconds(-1))
    #expect(try await club.available() == 5)
  }

  @Test(
    "X13: What has ended is gone at the first read, and put down once when something runs",
    arguments: Backend.allCases)
  func absence(backend: Backend) async throws {
    let (first, _) = try await redeemed(backend)
    try first.go(to: "2027-01-02")
    try await first.crm.advance()
    let before = try await first.entries().count
    let club = try await first.reopened()
    try club.go(to: "2027-03-20")
    #expect(try await club.available() == 0)
    #expect(try await club.entries().count == before)
    try await club.crm.advance()
    let posted = try await club.entries().dropFirst(before)
    #expect(posted.map(\.kind) == [.expire])
    #expect(posted.first?.occurredAt == Instant("2027-03-01T23:00:00Z"))
    #expect(posted.first?.legs.map(\.points) == [30])
    try await club.crm.advance()
    #expect(try await club.entries().count == before + 1)
    let asOf = try Club.instant("2027-02-15")
    let report = try await club.crm.read { try $0.loyalty.balance(of: club.ada, asOf: asOf) }
    #expect(report.available == 30)
    #expect(try await club.crm.verify().isSound)
  }

  @Test("X17: The list of what ends when comes to what can be spent", arguments: Backend.allCases)
  func expiring(backend: Backend) async throws {
    let (club, _) = try await redeemed(backend)
    try await club.give(7, key: "never")
    let list = try await club.crm.read { try $0.loyalty.expiring(of: club.ada) }
    #expect(list.map(\.points) == [30, 7])
    #expect(list.first?.lastValidDay == CalendarDate("2027-03-01") && list.last?.expiresAt == nil)
    #expect(try await club.available() == list.reduce(0) { $0 + $1.points })
    let soon = try Club.day("2027-02-28")
    let none = try await club.crm.read { try $0.loyalty.expiring(of: club.ada, by: soon) }
    #expect(none.map(\.points) == [37])
  }
}
