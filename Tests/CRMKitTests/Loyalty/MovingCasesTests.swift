import CRMKit
import Testing

@testable import CRMKit

/// Points that are not there to be moved, and points that come back too late.
@Suite("Points that cannot be moved, or not any more")
struct MovingCasesTests {
  @Test(
    "M03: Pending points cannot be given away until they can be spent", arguments: Backend.allCases)
  func pending(backend: Backend) async throws {
    let club = try await Club(backend) { $0.pending.wait = .days(14) }
    let (ada, bob) = (club.ada, club.bob)
    func transfer(_ points: Int64, key: String) async throws -> LoyaltyResult {
      try await club.crm.write { try $0.loyalty.transfer(points, from: ada, to: bob, key: key) }
    }
    try await club.order("1", "100.00")
    try await club.give(50, key: "given")
    let refused = try await transfer(51, key: "1").refusal
    #expect(refused?.code == .insufficientPoints)
    #expect(refused?.requested == 51 && refused?.allowed == 50)
    #expect(try await club.balance().pending == 100)
    #expect(try await club.balance(of: bob).available == 0)
    try await transfer(50, key: "2").get()
    #expect(try await transfer(1, key: "3").refusal?.allowed == 0)
    #expect(try await club.balance().pending == 100)
    #expect(try await club.balance(of: bob).pending == 0)
    try club.go(to: "2026-01-15")
    try await transfer(100, key: "4").get()
    #expect(try await club.available() == 0)
    #expect(try await club.available(bob) == 150)
    try await club.check()
  }

  private enum Miles: PointsKind { static let name = "miles" }

  @Test(
    "F06: Points of one kind stand for none of another, by type or by name",
    arguments: Backend.allCases)
  func kinds(backend: Backend) async throws {
    let club = try await Club(backend) { $0.points.append(PointsTerms("miles")) }
    let ada = club.ada
    try await club.give(100, key: "a", of: "miles")
    try await club.give(7, key: "b")
    let sum = try Points<Miles>(40) + Points<Miles>(2)
    let entry = try await club.crm.write {
      try $0.loyalty.redeem(sum, from: ada, key: "r").get()
    }
    #expect(entry.change(of: ada, in: "miles") == -42)
    #expect(entry.change(of: ada, in: "points") == 0)
    let mixed = #expect(throws: LoyaltyError.self) {
      try PointsAmount(1, of: "points") + PointsAmount(1, of: "miles")
    }
    #expect(mixed?.code == .currencyMismatch)
    #expect(throws: LoyaltyError.self) { try Points<Miles>(PointsAmount(1, of: "points")) }
    #expect(try await club.redeem(8, key: "p").refusal?.allowed == 7)
    let unknown = await loyaltyFailure { try await club.balance(of: nil, "stars") }
    #expect(unknown?.code == .unknownCurrency)
    #expect(try await club.balance(of: nil, "miles").available == 58)
    try await club.check()
  }

  @Test(
    "R08: Points that come back after their end can be let end by the very entry that brings them",
    arguments: Backend.allCases)
  func expiringAtOnce(backend: Backend) async throws {
    let club = try await Club(backend) { $0.restore.expired = .expireImmediately }
    let ada = club.ada
    try await club.order("A", "100.00")
    try club.go(to: "2026-03-01")
    try await club.order("B", "50.00")
    try club.go(to: "2026-06-01")
    let redemption = try await club.redeem(120, key: "r").get()
    #expect(redemption.draws.map(\.points) == [100, 20])
    try club.go(to: "2027-02-01")
    let before = try await club.entries().count
    let entry = try await club.crm.write { try $0.loyalty.reverse(redemption.id, key: "x").get() }
    #expect(entry.change(of: .redeemed, of: nil, in: "points") == -120)
    #expect(entry.change(of: .expired, of: nil, in: "points") == 100)
    #expect(entry.change(of: ada, in: "points") == 20)
    #expect(entry.openings.isEmpty)
    #expect(try await club.available() == 50)
    let left = try await club.crm.read { try $0.loyalty.expiring(of: ada) }
    #expect(left.map(\.points) == [50])
    #expect(left.first?.lastValidDay == CalendarDate("2027-03-01"))
    try await club.crm.advance()
    #expect(try await club.entries().count == before + 1)
    try await club.check()
  }
}
