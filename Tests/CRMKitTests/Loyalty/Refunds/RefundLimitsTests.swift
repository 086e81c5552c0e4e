import CRMKit
import CRMTesting
import Testing

@testable import CRMKit

@Suite("What refunds leave alone")
struct RefundLimitsTests {
  @Test(
    "H09: A refund takes nothing of points that were cancelled while they waited",
    arguments: Backend.allCases)
  func cancelled(backend: Backend) async throws {
    for shortfall in ClawbackTerms.Shortfall.allCases {
      let club = try await Club(backend, on: "2026-01-01") {
        $0.clawback.shortfall = shortfall
        $0.pending.wait = .onAction("delivered", pendingMaxDays: 90)
      }
      let earned = try await club.order("1", "100.00")
      let other = try await club.order("2", "50.00")
      try club.go(to: "2026-04-02")
      #expect(try await club.balance().pending == 0)
      let outcome = try await club.refund(.all, of: "1").outcome()
      #expect(outcome.claw() == 0)
      #expect(try outcome.cash == Club.euro("100.00"))
      try await club.crm.write { _ = try $0.loyalty.reverse(other.id, key: "x").get() }
      #expect(try await club.available() == 0)
      let borne = try await club.entries().reduce(0) {
        $0 + $1.change(of: .clawLoss, of: nil, in: "points")
      }
      #expect(borne == 0)
      let lot = try #require(try await club.lots().first { $0.originEntry == earned.id })
      #expect(lot.cancelled == 100 && lot.clawed == 0)
      try await club.check()
    }
  }

  @Test(
    "C03: A refund that follows one that was undone gives no room that nobody had taken",
    arguments: Backend.allCases)
  func roomTwice(backend: Backend) async throws {
    let club = try await Club(backend) {
      $0.caps = [.points(150, per: .month)]
      $0.cap.refundFreesSpace = true
    }
    try await club.order("1", "100.00")
    for number in ["1", "2"] {
      let refund = try await club.refund(.all, of: "1", number).get()
      #expect(try await club.crm.verify().isSound)
      if number == "2" { break }
      try await club.crm.write { _ = try $0.loyalty.reverse(refund.id, key: "undo").get() }
    }
    #expect(try await club.crm.verify().isSound)
    let entry = try await club.order("2", "200.00")
    #expect(entry.change(of: club.ada, in: "points") == 150)
    #expect(try await club.crm.verify().isSound)
  }

  @Test(
    "R06: A refund of an order is the same by the order's number and by its entry",
    arguments: Backend.allCases)
  func namedTwice(backend: Backend) async throws {
    let club = try await Club(backend)
    let earned = try await club.order("1", "100.00")
    let part = RefundedPart.amount(try Club.euro("40.00"))
    let first = try await club.refund(part, of: "1", "R1", key: "a")
    let again = try await club.crm.write {
      try $0.loyalty.refund(part, of: earned.id, number: "R1", key: "b")
    }
    #expect(again.replay == .naturalKey && again.entry == first.entry)
    let same = try await club.crm.write {
      try $0.loyalty.refund(part, of: earned.id, number: "R1", key: "a")
    }
    #expect(same.replay == .key)
    #expect(try await club.available() == 60)
    try await club.check()
  }

  @Test(
    "A reward that is called as an order is numbered stays where the order is refunded",
    arguments: Backend.allCases)
  func rewardOfTheSameName(backend: Backend) async throws {
    let club = try await Club(backend)
    let ada = club.ada
    try await club.give(100, key: "gift")
    try await club.order("10", "100.00")
    try await club.crm.write { tx in
      let reward = try tx.loyalty.add(NewReward("10", .item, points: 50), to: "club")
      try tx.loyalty.claim(reward.id, for: ada, key: "claim").get()
    }
    try await club.refund(.all, of: "10")
    #expect(try await club.available() == 50)
    try await club.check()
  }
}
