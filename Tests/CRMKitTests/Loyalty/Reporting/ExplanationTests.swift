import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("How numbers of points came about")
struct ExplanationTests {
  @Test("A redemption is explained by the lots it was drawn from", arguments: Backend.allCases)
  func redemption(backend: Backend) async throws {
    let club = try await Club(backend)
    try club.go(to: "2026-01-10")
    try await club.sell(100, key: "o1")
    try club.go(to: "2026-02-10")
    try await club.sell(50, key: "o2")
    let entry = try await club.redeem(120, key: "r").get()
    let why = try await club.crm.read { try $0.loyalty.explanation(of: entry.id) }
    #expect(why.points == -120 && why.text == "Redeemed: -120 points.")
    #expect(
      why.parts == [
        .init(points: -100, text: "redeemed, of those earned on 2026-01-10 for o1"),
        .init(points: -20, text: "redeemed, of those earned on 2026-02-10 for o2"),
      ])
  }

  @Test("A balance is explained by what added to it and took from it", arguments: Backend.allCases)
  func balance(backend: Backend) async throws {
    let club = try await Club(backend)
    try await club.sell(100, key: "o1")
    try await club.sell(50, key: "o2")
    try await club.give(10, until: "2026-01-31", key: "g")
    try await club.redeem(30, key: "r").get()
    // The points that end first were spent first; those of the orders end within the year.
    try club.go(to: "2027-01-02")
    let why = try await club.crm.read { try $0.loyalty.explanation(ofBalanceOf: club.ada) }
    #expect(why.points == 0)
    #expect(try await club.available() == 0)
    #expect(
      why.parts == [
        .init(points: 150, text: "Earned: 2 times"), .init(points: -30, text: "Redeemed: 1 time"),
        .init(points: -130, text: "Ended: 1 time"),
        .init(points: 10, text: "Adjusted by hand: 1 time"),
      ])
  }

  @Test("An entry that was refused says why", arguments: Backend.allCases)
  func refused(backend: Backend) async throws {
    let club = try await Club(backend)
    let entry = try #require(try await club.redeem(5, key: "r").entry)
    let why = try await club.crm.read { try $0.loyalty.explanation(of: entry.id) }
    #expect(why.points == 0 && why.parts.isEmpty)
    #expect(why.text.hasSuffix("5 points were asked for, 0 are available."))
  }

  @Test("Points owed are told as what they are", arguments: Backend.allCases)
  func owed(backend: Backend) async throws {
    let club = try await Club(backend)
    let sale = try await club.sell(100, key: "o1")
    try await club.redeem(70, key: "r").get()
    let refund = try await club.refund(40, of: sale, key: "back")
    let why = try await club.crm.read { try $0.loyalty.explanation(of: refund.id) }
    #expect(why.points == -40)
    #expect(
      why.parts.map(\.text) == [
        "taken back, of those earned on 2026-01-01 for o1", "taken back, beyond what was left",
      ])
    let next = try await club.sell(25, key: "o2")
    let settled = try await club.crm.read { try $0.loyalty.explanation(of: next.id) }
    #expect(settled.parts == [.init(points: 25, text: "earned, 10 of them owed")])
  }
}
