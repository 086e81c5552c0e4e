import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("Points given and taken by hand, by one who asks and one who decides")
struct AdjustmentTests {
  private func club(
    _ backend: Backend, _ change: (inout LoyaltyProgramme) -> Void = { _ in }
  ) async throws -> Club {
    try await Club(backend) {
      $0.adjustment.approvedUpTo = 200
      change(&$0)
    }
  }

  private func propose(
    _ points: Int64, in club: Club, as name: String = "kim",
    lasting life: PointsLife = .byProgramme,
    key: String
  ) async throws -> ProposedAdjustment {
    try await club.crm.acting(as: .staff(name)).write {
      try $0.loyalty.propose(
        points, for: club.ada, because: "Parcel lost", lasting: life, key: key)
    }
  }

  private func approve(
    _ asked: ProposedAdjustment, in club: Club, as name: String
  ) async throws -> ProposedAdjustment {
    try await club.crm.acting(as: .staff(name)).write { try $0.loyalty.approve(asked.id) }
  }

  @Test(
    "S01: More than the limit waits until somebody else approves it, once",
    arguments: Backend.allCases)
  func approval(backend: Backend) async throws {
    let club = try await club(backend)
    let asked = try await propose(500, in: club, key: "case-7")
    #expect(asked.status == .requested && asked.askedBy == .staff("kim"))
    #expect(try await club.available() == 0)

    let own = await loyaltyFailure { try await approve(asked, in: club, as: "kim") }
    #expect(own?.code == .selfApproval && own?.detail == "staff:kim")
    #expect(try await club.available() == 0)

    try club.go(to: "2026-01-03")
    let approved = try await approve(asked, in: club, as: "lee")
    #expect(approved.status == .approved && approved.decidedBy == .staff("lee"))
    #expect(try await club.available() == 500)
    let entries = try await club.entries()
    #expect(entries.last?.id == approved.entry && entries.last?.reason == "Parcel lost")
    #expect(entries.last?.occurredAt == (try Club.instant("2026-01-03")))

    let again = await loyaltyFailure { try await approve(asked, in: club, as: "lee") }
    #expect(again?.code == .alreadyResolved && again?.detail == "approved")
    #expect(try await propose(500, in: club, key: "case-7") == approved)
    #expect(try await club.available() == 500)
    #expect(try await club.crm.verify().isSound)
  }

  @Test("S01: What is rejected is never posted, and kept", arguments: Backend.allCases)
  func rejection(backend: Backend) async throws {
    let club = try await club(backend)
    let asked = try await propose(500, in: club, key: "case-7")
    let waiting = try await club.crm.read { try $0.loyalty.proposals(in: "club") }
    #expect(waiting.items == [asked])
    let rejected = try await club.crm.acting(as: .staff("lee")).write {
      try $0.loyalty.reject(asked.id, because: "Not our fault")
    }
    #expect(rejected.status == .rejected && rejected.decision == "Not our fault")
    let failure = await loyaltyFailure { try await approve(asked, in: club, as: "lee") }
    #expect(failure?.code == .alreadyResolved)
    #expect(try await club.entries().isEmpty)
    let kept = try await club.crm.read { try $0.loyalty.proposals(in: "club", .rejected) }
    #expect(kept.items == [rejected])
  }

  @Test(
    "S01: Up to the limit nobody has to approve, and beyond it nobody can go around it",
    arguments: Backend.allCases)
  func limit(backend: Backend) async throws {
    let club = try await club(backend)
    let asked = try await propose(200, in: club, key: "a")
    #expect(asked.status == .approved && asked.decidedBy == nil && asked.entry != nil)
    #expect(try await club.available() == 200)
    for points in [201, -201] as [Int64] {
      let failure = await loyaltyFailure {
        try await club.give(points, key: "around")
      }
      #expect(failure?.code == .approvalRequired)
      #expect(failure?.requested == points && failure?.allowed == 200)
    }
    #expect(try await propose(201, in: club, key: "b").status == .requested)
    #expect(try await club.available() == 200)
  }

  @Test(
    "S02: More is taken than there is where the programme lets members owe",
    arguments: Backend.allCases)
  func negative(backend: Backend) async throws {
    for allowsNegative in [false, true] {
      let club = try await club(backend) {
        $0.adjustment.allowsNegative = allowsNegative
        $0.adjustment.approvedUpTo = allowsNegative ? nil : 200
      }
      try await club.give(200, key: "a")
      if allowsNegative {
        let asked = try await propose(-300, in: club, key: "b")
        #expect(asked.status == .approved)
        #expect(try await club.available() == -100)
        continue
      }
      let asked = try await propose(-300, in: club, key: "b")
      let failure = await loyaltyFailure { try await approve(asked, in: club, as: "lee") }
      #expect(failure?.code == .insufficientPoints)
      #expect(failure?.requested == 300 && failure?.allowed == 200)
      #expect(try await club.available() == 200)
      // Nothing is decided by that: it can be approved once there are enough.
      try await club.give(150, key: "c")
      #expect(try await approve(asked, in: club, as: "lee").status == .approved)
      #expect(try await club.available() == 50)
    }
  }

  @Test("S03: Nothing is given or taken by hand without a reason", arguments: Backend.allCases)
  func reason(backend: Backend) async throws {
    let club = try await club(backend)
    for reason in ["", "  \n"] {
      let failure = await loyaltyFailure {
        try await club.crm.write {
          try $0.loyalty.propose(500, for: club.ada, because: reason, key: "a")
        }
      }
      #expect(failure?.code == .reasonRequired)
    }
    #expect(try await club.crm.read { try $0.loyalty.proposals(in: "club") }.items.isEmpty)
  }

  @Test(
    "S03: Points given by hand end by the programme's rules, on a day, or never",
    arguments: Backend.allCases)
  func lives(backend: Backend) async throws {
    for (life, last) in [
      (PointsLife.byProgramme, "2027-01-03"), (.until(try Club.day("2026-05-31")), "2026-05-31"),
      (.forever, nil),
    ] {
      let club = try await club(backend)
      let asked = try await propose(500, in: club, lasting: life, key: "a")
      try club.go(to: "2026-01-03")
      _ = try await approve(asked, in: club, as: "lee")
      let next = try await club.crm.read { try $0.loyalty.nextExpiry(of: club.ada) }
      #expect(next?.lastValidDay == (try last.map(Club.day)))
      #expect((next == nil) == (last == nil))
    }
  }

  @Test("A key stands for one request, asked for or posted", arguments: Backend.allCases)
  func keys(backend: Backend) async throws {
    let club = try await club(backend)
    _ = try await propose(500, in: club, key: "a")
    let other = await loyaltyFailure { try await propose(501, in: club, key: "a") }
    #expect(other?.code == .idempotencyConflict && other?.detail == "points")
    try await club.give(10, key: "b")
    let taken = await loyaltyFailure { try await propose(500, in: club, key: "b") }
    #expect(taken?.code == .idempotencyConflict && taken?.detail == "key")
    // What is asked for has its key as well, for whatever is sent.
    let redeemed = await loyaltyFailure { try await club.redeem(5, key: "a") }
    #expect(redeemed?.code == .idempotencyConflict && redeemed?.detail == "key")
    let adjusted = await loyaltyFailure {
      try await club.crm.write {
        try $0.loyalty.adjust(5, for: club.ada, because: "a word", key: "a")
      }
    }
    #expect(adjusted?.code == .idempotencyConflict && adjusted?.detail == "key")
    let over = await failure {
      try await propose(500, in: club, lasting: .until(Club.day("2025-12-31")), key: "c")
    }
    #expect(over?.code == .invalid && over?.issues.map(\.field) == ["life"])
    let nothing = await loyaltyFailure { try await propose(0, in: club, key: "d") }
    #expect(nothing?.code == .invalidAmount)
    let least = await loyaltyFailure { try await propose(.min, in: club, key: "e") }
    #expect(least?.code == .overflow)
  }
}
