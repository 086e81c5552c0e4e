import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("Undone refunds of points that wait")
struct UndoneRefundTests {
  /// A club in which an order of 100.00 was placed on 1 March, whose points wait.
  private func club(
    _ backend: Backend, waiting wait: PendingTerms.Wait = .days(14),
    _ change: (inout LoyaltyProgramme) -> Void = { _ in }
  ) async throws -> Club {
    let club = try await Club(backend, on: "2026-03-01") {
      $0.pending.wait = wait
      change(&$0)
    }
    try await club.order("O1", "100.00")
    return club
  }

  private func refund(_ amount: String, _ club: Club) async throws -> LedgerEntry {
    try await club.refund(.amount(try Club.euro(amount)), of: "O1").get()
  }

  @discardableResult
  private func undo(_ entry: LedgerEntry, _ club: Club, key: String = "undo") async throws
    -> LedgerEntry
  {
    try await club.crm.write { try $0.loyalty.reverse(entry.id, key: key).get() }
  }

  @discardableResult
  private func deliver(_ club: Club, to member: LoyaltyMember.ID? = nil) async throws
    -> LedgerEntry
  {
    let member = member ?? club.ada
    return try await club.crm.write {
      try $0.loyalty.activate("O1", on: "delivered", for: member, key: "d").get()
    }
  }

  /// Expects a balance, and that the ledger is sound.
  private func expect(
    _ club: Club, _ available: Int64, pending: Int64, of member: LoyaltyMember.ID? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let balance = try await club.balance(of: member)
    #expect(
      [balance.available, balance.pending] == [available, pending],
      sourceLocation: sourceLocation)
    #expect(try await club.crm.verify().problems == [], sourceLocation: sourceLocation)
    try await club.check(sourceLocation: sourceLocation)
  }

  @Test(
    "Points go on waiting to their day, all of them", arguments: Backend.allCases,
    ["40.00", "100.00"])
  func waiting(backend: Backend, amount: String) async throws {
    let club = try await club(backend)
    try club.go(to: "2026-03-05")
    let refund = try await refund(amount, club)
    try club.go(to: "2026-03-08")
    try await undo(refund, club)
    try await expect(club, 0, pending: 100)
    try club.go(to: "2026-03-14T22:59:59Z")
    try await expect(club, 0, pending: 100)
    try club.go(to: "2026-03-15")
    try await expect(club, 100, pending: 0)
    try await club.crm.advance()
    try await expect(club, 100, pending: 0)
    try await club.redeem(100, key: "r").get()
    try await expect(club, 0, pending: 0)
    #expect(try await club.lots().count == 1)
  }

  @Test("An order that is undone, and that undone again, still waits", arguments: Backend.allCases)
  func order(backend: Backend) async throws {
    let club = try await club(backend)
    let order = try #require(try await club.entries().last)
    let undone = try await undo(order, club)
    try await expect(club, 0, pending: 0)
    try await undo(undone, club, key: "again")
    try await expect(club, 0, pending: 100)
    try club.go(to: "2026-03-15")
    try await expect(club, 100, pending: 0)
  }

  @Test("Undoing that takes them from where they wait", arguments: Backend.allCases, [false, true])
  func undoneAgain(backend: Backend, isMerged: Bool) async throws {
    let club = try await club(backend)
    let undone = try await undo(try await refund("40.00", club), club)
    let (ada, bob) = (club.ada, club.bob)
    if isMerged {
      try await club.crm.write { _ = try $0.loyalty.merge(ada, into: bob, key: "m").get() }
    }
    try await undo(undone, club, key: "again")
    try await expect(club, 0, pending: 60, of: isMerged ? bob : ada)
    try club.go(to: "2026-03-15")
    try await expect(club, 60, pending: 0, of: isMerged ? bob : ada)
  }

  @Test(
    "Once their day has come they can be spent", arguments: Backend.allCases, ["40.00", "100.00"])
  func active(backend: Backend, amount: String) async throws {
    let club = try await club(backend)
    let refund = try await refund(amount, club)
    try club.go(to: "2026-03-20")
    if amount == "40.00" { try await expect(club, 60, pending: 0) }
    try await undo(refund, club)
    try await expect(club, 100, pending: 0)
    try club.go(to: "2027-03-02")
    try await expect(club, 0, pending: 0)
  }

  @Test(
    "Points that wait for a delivery wait again, and go with the others",
    arguments: Backend.allCases, ["40.00", "100.00"])
  func action(backend: Backend, amount: String) async throws {
    let club = try await club(backend, waiting: .onAction("delivered", pendingMaxDays: 90))
    try await undo(try await refund(amount, club), club)
    try await expect(club, 0, pending: 100)
    try club.go(to: "2026-04-01")
    try await deliver(club)
    try await expect(club, 100, pending: 0)
  }

  @Test(
    "What was delivered meanwhile can be spent, and lasts from then on",
    arguments: Backend.allCases, ["40.00", "100.00"])
  func delivered(backend: Backend, amount: String) async throws {
    let club = try await club(backend, waiting: .onAction("delivered", pendingMaxDays: 90)) {
      $0.expiry.clockStart = .activation
    }
    let refund = try await refund(amount, club)
    try club.go(to: "2026-04-01")
    try await deliver(club)
    try club.go(to: "2026-07-01")
    try await undo(refund, club)
    try await expect(club, 100, pending: 0)
    let next = try await club.crm.read { try $0.loyalty.nextExpiry(of: club.ada) }
    #expect(next?.lastValidDay == CalendarDate("2027-04-01") && next?.points == 100)
    try club.go(to: "2027-04-02")
    try await expect(club, 0, pending: 0)
  }

  @Test(
    "What was to be delivered by then is cancelled, and cannot be taken once more",
    arguments: Backend.allCases, ["40.00", "100.00"])
  func cancelled(backend: Backend, amount: String) async throws {
    let club = try await club(backend, waiting: .onAction("delivered", pendingMaxDays: 90))
    let refund = try await refund(amount, club)
    try club.go(to: "2026-07-01")
    try await undo(refund, club)
    try await expect(club, 0, pending: 0)
    let ada = club.ada
    let past = try Club.instant("2026-06-20")
    let before = try await club.crm.read { try $0.loyalty.balance(of: ada, asOf: past) }
    #expect(before.pending == 0 && before.available == 0)
    try await club.refund(.all, of: "O1", "2")
    try await expect(club, 0, pending: 0)
  }

  @Test("What is owed is settled when they can be spent, not before", arguments: Backend.allCases)
  func owed(backend: Backend) async throws {
    let club = try await club(backend) { $0.adjustment.allowsNegative = true }
    let refund = try await refund("40.00", club)
    try await club.crm.write {
      try $0.loyalty.adjust(-30, for: club.ada, because: "mistake", key: "a").get()
    }
    try await undo(refund, club)
    try await expect(club, -30, pending: 100)
    try club.go(to: "2026-03-15")
    try await expect(club, 70, pending: 0)
  }

  @Test(
    "Where their member was merged they wait there",
    arguments: Backend.allCases, [PendingTerms.Wait.days(14), .onAction("delivered")])
  func merged(backend: Backend, wait: PendingTerms.Wait) async throws {
    let club = try await club(backend, waiting: wait)
    let refund = try await refund("40.00", club)
    let (ada, bob) = (club.ada, club.bob)
    try await club.crm.write { _ = try $0.loyalty.merge(ada, into: bob, key: "m").get() }
    try await undo(refund, club)
    try await expect(club, 0, pending: 100, of: bob)
    try club.go(to: "2026-03-15")
    if wait != .days(14) { try await deliver(club, to: bob) }
    try await expect(club, 100, pending: 0, of: bob)
    try await club.refund(.all, of: "O1", "2")
    try await expect(club, 0, pending: 0, of: bob)
  }

  @Test("Merged and delivered, they can be spent there", arguments: Backend.allCases)
  func mergedAndDelivered(backend: Backend) async throws {
    let club = try await club(backend, waiting: .onAction("delivered"))
    let refund = try await refund("40.00", club)
    let (ada, bob) = (club.ada, club.bob)
    try await club.crm.write { _ = try $0.loyalty.merge(ada, into: bob, key: "m").get() }
    try await deliver(club, to: bob)
    try await undo(refund, club)
    try await expect(club, 100, pending: 0, of: bob)
  }
}
