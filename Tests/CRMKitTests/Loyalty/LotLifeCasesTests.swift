import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

/// The lives of lots that orders open, as they are kept and as their points can be spent.
@Suite("The lives of lots in the store")
struct LotLifeCasesTests {
  /// The one lot that an order at an instant opens, whose points end with it.
  private func lot(
    _ backend: Backend, earnedAt moment: String, _ policy: ExpiryPolicy
  ) async throws -> PointsLot {
    let club = try await Club(backend, on: "2020-01-01") { $0.expiry = policy }
    try club.go(to: moment)
    try await club.order("1", "10.00")
    let lot = try #require(try await club.lots().first)
    let listed = try await club.crm.read { [ada = club.ada] in try $0.loyalty.expiring(of: ada) }
    #expect(listed.map(\.points) == [10])
    #expect(listed.first?.lastValidDay == lot.lastValidDay)
    #expect(listed.first?.expiresAt == lot.expiresAt)
    let end = try #require(lot.expiresAt)
    club.shop.clock.set(to: end - .milliseconds(1))
    #expect(try await club.available() == 10)
    club.shop.clock.set(to: end)
    #expect(try await club.available() == 0)
    try await club.check()
    return lot
  }

  @Test(
    "X02: The day before the short one ends at 23:00 UTC, the short one at 22:00",
    arguments: Backend.allCases,
    [
      ("2026-03-27T12:00:00Z", "2026-03-28", "2026-03-28T23:00:00Z"),
      ("2026-03-28T12:00:00Z", "2026-03-29", "2026-03-29T22:00:00Z"),
    ])
  func shortDay(backend: Backend, life: (earned: String, last: String, end: String)) async throws {
    let lot = try await lot(backend, earnedAt: life.earned, ExpiryPolicy(.days(1)))
    #expect(lot.lastValidDay == CalendarDate(life.last))
    #expect(lot.expiresAt == Instant(life.end))
  }

  @Test(
    "X05: A month that is too short ends on its last day",
    arguments: Backend.allCases,
    [
      ("2026-01-31", 1, "2026-02-28"), ("2026-01-30", 1, "2026-02-28"),
      ("2026-08-31", 6, "2027-02-28"), ("2027-08-31", 6, "2028-02-29"),
      ("2028-02-29", 12, "2029-02-28"),
    ])
  func clamping(backend: Backend, life: (earned: String, months: Int, last: String)) async throws {
    let lot = try await lot(
      backend, earnedAt: "\(life.earned)T11:00:00Z", ExpiryPolicy(.months(life.months)))
    #expect(lot.lastValidDay == CalendarDate(life.last))
    let next = try #require(lot.lastValidDay).plus(days: 1)
    #expect(lot.expiresAt == (try Club.instant(next.description)))
  }

  @Test("X07: Points can last to the end of the month", arguments: Backend.allCases)
  func monthEnd(backend: Backend) async throws {
    let year = try await lot(
      backend, earnedAt: "2020-07-06T10:00:00Z",
      ExpiryPolicy(.months(12), rounding: .monthEnd))
    #expect(year.lastValidDay == CalendarDate("2021-07-31"))
    #expect(year.expiresAt == (try Club.instant("2021-08-01")))
    let month = try await lot(
      backend, earnedAt: "2026-01-22T10:00:00Z",
      ExpiryPolicy(.months(0), rounding: .monthEnd))
    #expect(month.expiresAt == (try Club.instant("2026-02-01")))
  }

  @Test(
    "X08: What is earned half an hour into the year in Berlin lasts to the end of that year",
    arguments: Backend.allCases)
  func yearEnd(backend: Backend) async throws {
    let lot = try await lot(
      backend, earnedAt: "2026-12-31T23:30:00Z",
      ExpiryPolicy(.months(0), rounding: .yearEnd))
    #expect(lot.lastValidDay == CalendarDate("2027-12-31"))
    #expect(lot.expiresAt == Instant("2027-12-31T23:00:00Z"))
  }

  // MARK: Inactivity

  private func active(_ backend: Backend, hardCap: Int? = nil) async throws -> Club {
    try await Club(backend, on: "2024-01-01") {
      $0.expiry = ExpiryPolicy(.inactivity(18, hardCap: hardCap))
      $0.tierGroups = [.ladder()]
    }
  }

  /// When points end next.
  private func end(_ club: Club) async throws -> Instant? {
    let ada = club.ada
    return try await club.crm.read { try $0.loyalty.nextExpiry(of: ada)?.expiresAt }
  }

  @Test(
    "X11: What is earned makes points last longer", arguments: Backend.allCases)
  func earning(backend: Backend) async throws {
    let club = try await active(backend)
    try await club.order("1", "100.00")
    #expect(try await end(club) == Club.instant("2025-07-02"))
    try club.go(to: "2024-02-01")
    try await club.order("2", "50.00")
    #expect(try await end(club) == Club.instant("2025-08-02"))
    try club.go(to: "2025-08-01T21:59:59.999Z")
    #expect(try await club.available() == 150)
    try club.go(to: "2025-08-02")
    #expect(try await club.available() == 0)
    try await club.check()
  }

  @Test(
    "X11: Expiry, a refund, a merger, another tier and a check-in do not make points last longer",
    arguments: Backend.allCases)
  func noActivity(backend: Backend) async throws {
    let club = try await active(backend)
    let (ada, bob) = (club.ada, club.bob)
    try await club.order("1", "100.00")
    try await club.order("2", "30.00", by: bob)
    let last = try Club.instant("2025-07-02")
    try club.go(to: "2024-02-01")
    try await club.refunded("40.00", of: "1")
    #expect(try await end(club) == last)
    try await club.give(20, until: "2024-02-29", key: "given")
    try club.go(to: "2024-03-02")
    try await club.crm.advance()
    #expect(try await club.entries().last?.kind == .expire)
    #expect(try await end(club) == last)
    let grantedTo = try Club.day("2024-12-31")
    try await club.crm.write { tx in
      _ = try tx.loyalty.grant(
        "Gold", in: "status", to: ada, until: grantedTo, because: "a good friend")
    }
    #expect(try await club.tier()?.tier == "Gold")
    #expect(try await end(club) == last)
    try club.go(to: "2024-04-01")
    try await club.crm.write { tx in
      _ = try tx.loyalty.checkIn(ada)
      _ = try tx.loyalty.merge(bob, into: ada, key: "merge").get()
    }
    #expect(try await end(club) == last)
    #expect(try await club.available() == 90)
    club.shop.clock.set(to: last)
    #expect(try await club.available() == 0)
    try await club.check()
  }

  @Test(
    "X12: Points of a member who is active every month end with the longest time stated",
    arguments: Backend.allCases)
  func hardCap(backend: Backend) async throws {
    let club = try await active(backend, hardCap: 48)
    try await club.order("0", "100.00")
    for month in 1..<48 {
      let day = try #require(CalendarDate(year: 2024 + month / 12, month: 1 + month % 12, day: 1))
      try club.go(to: day.description)
      try await club.order("\(month)", "1.00")
    }
    let ada = club.ada
    let next = try await club.crm.read { try $0.loyalty.expiring(of: ada).first }
    #expect(next?.lastValidDay == CalendarDate("2028-01-01"))
    #expect(next?.points == 100)
    try club.go(to: "2028-01-01T22:59:59.999Z")
    #expect(try await club.available() == 147)
    try club.go(to: "2028-01-02")
    #expect(try await club.available() == 47)
    try await club.check()
  }
}
