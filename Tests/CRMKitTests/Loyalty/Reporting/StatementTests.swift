import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("Statements of a member's points")
struct StatementTests {
  private func close(_ club: Club, through day: String) async throws -> MemberStatement {
    let day = try Club.day(day)
    return try await club.crm.write {
      try $0.loyalty.closeStatement(of: club.ada, through: day)
    }
  }

  private func january(_ backend: Backend) async throws -> Club {
    let club = try await Club(backend)
    try club.go(to: "2026-01-10")
    try await club.sell(100, key: "o1")
    try club.go(to: "2026-01-20")
    try await club.redeem(30, key: "r1").get()
    try club.go(to: "2026-02-05")
    try await club.sell(50, key: "o2", pendingDays: 14)
    return club
  }

  @Test(
    "A statement tells what there was, what happened and what ends next",
    arguments: Backend.allCases)
  func statement(backend: Backend) async throws {
    let club = try await january(backend)
    let statement = try await close(club, through: "2026-01-31")
    #expect(statement.number == 1 && statement.isClosed)
    #expect(statement.firstDay == (try Club.day("2026-01-01")))
    #expect(statement.opening == StatementBalance())
    #expect(statement.lines.map(\.change) == [100, -30])
    #expect(statement.lines.map(\.available) == [100, 70])
    #expect(
      statement.lines.map(\.explanation) == [
        "Earned for o1: 100 points.", "Redeemed: -30 points.",
      ])
    #expect(statement.closing == StatementBalance(available: 70))
    #expect(statement.expiring.map(\.points) == [70])
    #expect(statement.expiring.first?.lastValidDay == (try Club.day("2027-01-10")))

    let open = try await club.crm.read { try $0.loyalty.openStatement(of: club.ada) }
    #expect(!open.isClosed && open.number == 2)
    #expect(try open.opening == statement.closing && open.firstDay == Club.day("2026-02-01"))
    #expect(open.lines.map(\.pendingChange) == [50])
    #expect(open.closing == StatementBalance(available: 70, pending: 50))
    try club.go(to: "2026-02-20")
    let later = try await club.crm.read { try $0.loyalty.openStatement(of: club.ada) }
    #expect(later.lines.map(\.kind) == [.earn, .activate])
    #expect(later.closing == StatementBalance(available: 120))
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "A closed statement never changes: what comes late is in the next", arguments: Backend.allCases)
  func late(backend: Backend) async throws {
    let club = try await january(backend)
    let first = try await close(club, through: "2026-01-31")
    let late = try Club.instant("2026-01-15")
    try await club.sell(25, key: "late", at: late)
    #expect(try await close(club, through: "2026-01-31") == first)
    try club.go(to: "2026-03-01")
    let second = try await close(club, through: "2026-02-28")
    #expect(try second.opening == first.closing && second.firstDay == Club.day("2026-02-01"))
    #expect(second.lines.map(\.kind) == [.earn, .earn, .activate])
    #expect(second.lines.map(\.occurredAt)[1] == late)
    #expect(second.closing.available == 70 + 25 + 50)
    #expect(second.closing.available == (try await club.available()))
    let kept = try await club.crm.read { try $0.loyalty.statements(of: club.ada) }
    #expect(kept.items == [second, first])
    #expect(try await club.crm.verify().isSound)
  }

  @Test("Only a time that is over is closed, and only once", arguments: Backend.allCases)
  func order(backend: Backend) async throws {
    let club = try await january(backend)
    let open = await loyaltyFailure { try await close(club, through: "2026-02-05") }
    #expect(open?.code == .periodOpen && open?.detail == "2026-02-05")
    _ = try await close(club, through: "2026-01-31")
    let closed = await loyaltyFailure { try await close(club, through: "2026-01-15") }
    #expect(closed?.code == .periodClosed)
    let unknown = await loyaltyFailure {
      try await club.crm.read { try $0.loyalty.openStatement(of: club.ada, "miles") }
    }
    #expect(unknown?.code == .unknownCurrency)
  }

  @Test("Statements of all members are closed so many at a time", arguments: Backend.allCases)
  func all(backend: Backend) async throws {
    let club = try await Club(backend, members: 5)
    for (place, member) in club.members.enumerated() {
      try await club.give(Int64(place) + 1, to: member, key: "g\(place)")
    }
    try club.go(to: "2026-02-01")
    let day = try Club.day("2026-01-31")
    var closed: [MemberStatement] = []
    var cursor: Cursor<PointsAccount>?
    repeat {
      let after = cursor
      let page = try await club.crm.write {
        try $0.loyalty.closeStatements(of: "club", through: day, after: after, limit: 2)
      }
      closed += page.items
      cursor = page.next
    } while cursor != nil
    #expect(Set(closed.map(\.member)) == Set(club.members))
    #expect(closed.map(\.closing.available).sorted() == [1, 2, 3, 4, 5])
  }

  @Test(
    "A statement says when points end that last as long as whoever has them is active",
    arguments: Backend.allCases)
  func activity(backend: Backend) async throws {
    let club = try await Club(backend, on: "2026-01-10") {
      $0.expiry = ExpiryPolicy(.inactivity(6))
    }
    let (ada, bob) = (club.ada, club.bob)
    try await club.order("1", "100.00")
    try await club.crm.write {
      _ = try $0.loyalty.transfer(40, from: ada, to: bob, key: "t").get()
    }
    for (member, points) in [(ada, Int64(60)), (bob, 40)] {
      let (listed, stated) = try await club.crm.read { tx in
        (
          try tx.loyalty.expiring(of: member), try tx.loyalty.openStatement(of: member).expiring
        )
      }
      #expect(stated.map(\.points) == [points])
      #expect(listed.map(\.expiresAt) == stated.map { $0.expiresAt })
    }
  }

  @Test("A statement that was tampered with is found", arguments: Backend.allCases)
  func tampered(backend: Backend) async throws {
    let club = try await january(backend)
    let statement = try await close(club, through: "2026-01-31")
    var changed = statement
    changed.closing.available = 71
    let forged = changed
    try await club.crm.write { tx in
      try tx.loyalty.statements.update(
        forged,
        emitting: StatementClosed(
          statement: forged.id, member: forged.member, lastDay: forged.lastDay))
    }
    let report = try await club.crm.verify()
    #expect(!report.isSound)
    #expect("\(report)".contains("it was changed after it was closed"))
  }
}
