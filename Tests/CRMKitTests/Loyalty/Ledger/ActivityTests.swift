import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("Points that end when a member is not active, and points of several kinds")
struct ActivityTests {
  private func club(_ backend: Backend, hardCap: Int? = nil) async throws -> Club {
    try await Club(backend, on: "2024-01-01") {
      $0.expiry = ExpiryPolicy(.inactivity(18, hardCap: hardCap))
    }
  }

  private func gift(_ club: Club, _ points: Int64, key: String) async throws {
    try await club.crm.write {
      try $0.loyalty.adjust(points, for: club.ada, because: "gift", key: key).get()
    }
  }

  private func end(_ club: Club) async throws -> Instant? {
    try await club.crm.read { try $0.loyalty.nextExpiry(of: club.ada)?.expiresAt }
  }

  @Test(
    "X11: Redeeming makes points last longer; adjusting them does not",
    arguments: Backend.allCases)
  func activities(backend: Backend) async throws {
    let club = try await club(backend)
    try await gift(club, 100, key: "a")
    #expect(try await end(club) == Club.instant("2025-07-02"))
    try club.go(to: "2024-06-01")
    try await gift(club, 10, key: "b")
    #expect(try await end(club) == Club.instant("2025-07-02"))
    try club.go(to: "2024-07-01")
    try await club.redeem(5, key: "r")
    #expect(try await end(club) == Club.instant("2026-01-02"))
    try club.go(to: "2026-01-01T22:59:59Z")
    #expect(try await club.available() == 105)
    try club.go(to: "2026-01-02")
    #expect(try await club.available() == 0)
    try await club.crm.advance()
    #expect(try await club.entries().last?.occurredAt == Club.instant("2026-01-02"))
    #expect(try await club.crm.verify().isSound)
    // Who comes back begins anew.
    try club.go(to: "2026-03-01")
    try await gift(club, 7, key: "c")
    #expect(try await club.available() == 7)
    #expect(try await end(club) == Club.instant("2027-09-02"))
    #expect(try await club.crm.verify().isSound)
  }

  /// A club in which points last six months from when they become active.
  private func club(_ backend: Backend, waiting wait: PendingTerms.Wait) async throws -> Club {
    let club = try await Club(backend) {
      $0.expiry = ExpiryPolicy(.inactivity(6), clockStart: .activation)
      $0.pending.wait = wait
    }
    try await club.order("77", "100.00")
    return club
  }

  /// Expects when points can be spent, before and after they have ended.
  private func expectEnd(
    _ club: Club, from start: String, to end: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let ada = club.ada
    let (start, end) = (try Club.instant(start), try Club.instant(end))
    let second = Duration.seconds(1)
    for (at, points) in [(start - second, 0), (start, 100), (end - second, 100), (end, 0)] {
      let balance = try await club.crm.read { try $0.loyalty.balance(of: ada, asOf: at) }
      #expect(balance.available == points, "\(at)", sourceLocation: sourceLocation)
    }
    #expect(try await club.crm.verify().problems == [], sourceLocation: sourceLocation)
  }

  @Test(
    "Inactivity is counted from what points waited for, before the account has lapsed as well",
    arguments: Backend.allCases)
  func delivered(backend: Backend) async throws {
    let club = try await club(backend, waiting: .onAction("delivered"))
    try club.go(to: "2026-06-01")
    try await club.crm.write {
      _ = try $0.loyalty.activate("77", on: "delivered", for: club.ada, key: "d").get()
    }
    #expect(try await end(club) == Club.instant("2026-12-02"))
    try await expectEnd(club, from: "2026-06-01", to: "2026-12-02")
    try club.go(to: "2026-12-01T22:59:59Z")
    #expect(try await club.available() == 100)
    try club.go(to: "2026-12-02")
    try await club.crm.advance()
    #expect(try await club.available() == 0)
    try await expectEnd(club, from: "2026-06-01", to: "2026-12-02")
  }

  @Test(
    "Inactivity is counted from the day up to which points wait",
    arguments: Backend.allCases,
    [(45, "2026-02-15", "2026-08-16"), (200, "2026-07-20", "2027-01-21")])
  func waited(backend: Backend, wait: (days: Int, start: String, end: String)) async throws {
    let club = try await club(backend, waiting: .days(wait.days))
    try await expectEnd(club, from: wait.start, to: wait.end)
    try club.go(to: wait.start)
    try await club.crm.advance()
    #expect(try await club.available() == 100)
    #expect(try await end(club) == Club.instant(wait.end))
    try club.go(to: wait.end)
    #expect(try await club.available() == 0)
    try await club.crm.advance()
    try await expectEnd(club, from: wait.start, to: wait.end)
  }

  @Test(
    "Inactivity is counted from when it happened that is told later",
    arguments: Backend.allCases, [("2026-02-01", "2026-08-02"), ("2026-05-01", "2026-11-02")])
  func toldLater(backend: Backend, told: (at: String, end: String)) async throws {
    let club = try await club(backend, waiting: .onAction("delivered"))
    try club.go(to: "2026-09-01")
    let at = try Club.instant(told.at)
    try await club.crm.write {
      _ = try $0.loyalty.activate("77", on: "delivered", for: club.ada, key: "d", at: at).get()
    }
    let isOver = try Club.instant(told.end) <= Club.instant("2026-09-01")
    #expect(try await club.available() == (isOver ? 0 : 100))
    try await expectEnd(club, from: told.at, to: told.end)
  }

  @Test("X12: However active a member is, points end with the longest time stated")
  func hardCap() async throws {
    let club = try await club(.memory, hardCap: 48)
    try await gift(club, 100, key: "a")
    for month in 1..<48 {
      let day = try #require(CalendarDate(year: 2024 + month / 12, month: 1 + month % 12, day: 1))
      try club.go(to: day.description)
      try await club.redeem(1, key: "r\(month)")
    }
    let next = try await club.crm.read { try $0.loyalty.nextExpiry(of: club.ada) }
    #expect(next?.lastValidDay == CalendarDate("2028-01-01") && next?.points == 53)
    try club.go(to: "2028-01-02")
    #expect(try await club.available() == 0)
  }

  @Test(
    "X15: What is owed never ends, and nothing ends while something is owed",
    arguments: Backend.allCases)
  func owed(backend: Backend) async throws {
    let club = try await Club(backend) { $0.adjustment.allowsNegative = true }
    try await club.give(100, until: "2026-03-31", key: "a")
    try await club.crm.write {
      try $0.loyalty.adjust(-130, for: club.ada, because: "mistake", key: "b").get()
    }
    try club.go(to: "2030-01-01")
    try await club.crm.advance()
    #expect(try await club.available() == -30)
    #expect(try await club.entries().map(\.kind) == [.adjust, .adjust])
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "X07, X08: Points given by hand last as long as earned ones, by the programme's days",
    arguments: [
      (ExpiryPolicy.Rounding.monthEnd, "2020-07-06", "2021-07-31T22:00:00Z"),
      (.yearEnd, "2020-07-06", "2021-12-31T23:00:00Z"),
    ])
  func rounded(rounding: ExpiryPolicy.Rounding, day: String, end: String) async throws {
    let club = try await Club(.memory, on: day) { $0.expiry.rounding = rounding }
    try await gift(club, 5, key: "a")
    #expect(try await self.end(club) == Instant(end))
  }

  private enum Miles: PointsKind { static let name = "miles" }

  @Test("F06: Points of different kinds cannot be added, by type or by name")
  func kinds() async throws {
    let club = try await Club(.memory) { $0.points.append(PointsTerms("miles")) }
    try await club.give(100, key: "a", of: "miles")
    let sum = try Points<Miles>(40) + Points<Miles>(2)
    let result = try await club.crm.write {
      try $0.loyalty.redeem(sum, from: club.ada, key: "r")
    }
    #expect(try result.get().change(of: club.ada, in: "miles") == -42)
    let mixed = #expect(throws: LoyaltyError.self) {
      try PointsAmount(1, of: "points") + PointsAmount(1, of: "miles")
    }
    #expect(mixed?.code == .currencyMismatch)
    #expect(throws: LoyaltyError.self) { try Points<Miles>(PointsAmount(1, of: "points")) }
    let unknown = await loyaltyFailure { try await club.balance(of: nil, "stars") }
    #expect(unknown?.code == .unknownCurrency)
    let other = try await club.redeem(1, key: "p")
    #expect(other.refusal?.code == .insufficientPoints)
  }

  @Test(
    "A member's history is paged from the latest on, each line with what was there after it",
    arguments: Backend.allCases)
  func history(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(50, until: "2026-02-28", key: "a")
    try await club.give(30, key: "b")
    try await club.redeem(20, key: "r")
    try club.go(to: "2026-03-01")
    var lines: [LedgerLine] = []
    var place: LedgerPlace?
    repeat {
      let page = try await club.crm.read { [place] in
        try $0.loyalty.history(of: club.ada, after: place, limit: 2)
      }
      lines += page.items
      place = page.next
    } while place != nil
    #expect(lines.map(\.kind) == [.expire, .redeem, .adjust, .adjust])
    #expect(lines.map(\.change) == [-30, -20, 30, 50])
    #expect(lines.map(\.available) == [30, 60, 80, 50])
    #expect(lines.first?.entry == nil)
  }

  @Test("What was known at an instant is told as it was known then", arguments: Backend.allCases)
  func knownAt(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.give(50, until: "2026-02-28", key: "a")
    try club.go(to: "2026-03-10")
    let late = try Club.instant("2026-01-15")
    try await club.crm.write {
      try $0.loyalty.adjust(
        7, for: club.ada, because: "late", lasting: .forever, key: "b", at: late
      ).get()
    }
    func balance(asOf: String, knownAt: String?) async throws -> Int64 {
      let (asOf, known) = (try Club.instant(asOf), try knownAt.map(Club.instant))
      return try await club.crm.read {
        try $0.loyalty.balance(of: club.ada, asOf: asOf, knownAt: known).available
      }
    }
    #expect(try await balance(asOf: "2026-02-01", knownAt: nil) == 57)
    #expect(try await balance(asOf: "2026-02-01", knownAt: "2026-03-09") == 50)
    #expect(try await balance(asOf: "2026-03-02", knownAt: "2026-03-09") == 0)
    #expect(try await balance(asOf: "2026-03-02", knownAt: nil) == 7)
  }
}
