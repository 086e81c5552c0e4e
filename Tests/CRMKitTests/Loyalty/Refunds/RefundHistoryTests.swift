import CRMKit
import CRMTesting
import Foundation
import Testing

@testable import CRMKit

/// Random histories of orders, redemptions and refunds beside a plain model of one member.
@Suite("Histories of refunds", .timeLimit(.minutes(30)))
struct RefundHistoryTests {
  private static let steps = Int(ProcessInfo.processInfo.environment["CRMKIT_SOAK"] ?? "") ?? 40

  /// What the model knows of an order of one line at 1 point per 1.00.
  private struct Order {
    let total: Int64
    var left: Int64
    var granted: Int64 { total / 100 }
    var due: Int64 { left / 100 }
  }

  private struct Model {
    var orders: [Order] = []
    var available: Int64 = 0
    var redeemed: Int64 = 0
    var writtenOff: Int64 = 0

    mutating func earn(_ cents: Int64) {
      orders.append(Order(total: cents, left: cents))
      available += cents / 100
    }

    mutating func refund(_ cents: Int64, of index: Int, _ policy: ClawbackTerms.Shortfall) {
      let before = orders[index].due
      orders[index].left -= cents
      let claw = before - orders[index].due
      let there = min(max(0, available), claw)
      switch policy {
      case .allowNegative: available -= claw
      case .pendingOnly: break
      case .clampAndWriteOff:
        available -= there
        writtenOff += claw - there
      case .withholdFromRefund: available -= there
      }
    }
  }

  @Test(
    "Balances are what a plain model says, whatever is refunded in whatever order",
    arguments: Histories.of(1...3))
  func random(backend: Backend, seed: UInt64) async throws {
    var numbers = SeededNumbers(seed)
    for policy in ClawbackTerms.Shortfall.allCases {
      let club = try await Club(backend, members: 1) {
        $0.clawback.shortfall = policy
        $0.expiry = ExpiryPolicy(.never)
      }
      var model = Model()
      for step in 0..<Self.steps {
        try await play(step, club, &model, policy, &numbers)
        #expect(try await club.available() == model.available, "\(policy), step \(step)")
      }
      let losses = try await club.entries().reduce(0) {
        $0 - $1.change(of: .clawLoss, of: nil, in: "points")
      }
      #expect(losses == model.writtenOff)
      try await club.check()
    }
  }

  /// What the model knows of an order whose points wait for a day.
  private struct WaitingOrder {
    let activeAt: Instant
    var left: Int64
  }

  @Test(
    "Points that wait are what a plain model says, whatever is refunded and undone",
    arguments: Histories.of(1...3))
  func waiting(backend: Backend, seed: UInt64) async throws {
    var numbers = SeededNumbers(seed)
    let club = try await Club(backend, members: 1) {
      $0.pending.wait = .days(14)
      $0.expiry = ExpiryPolicy(.never)
    }
    var orders: [WaitingOrder] = []
    var refunds: [(entry: LedgerEntry.ID, order: Int, points: Int64)] = []
    var redeemed: Int64 = 0
    for step in 0..<Self.steps {
      club.shop.clock.advance(by: .seconds(Int64.random(in: 0...300_000, using: &numbers)))
      let now = club.shop.clock.now
      let active = orders.reduce(-redeemed) { $0 + ($1.activeAt <= now ? $1.left : 0) }
      switch Int.random(in: 0..<10, using: &numbers) {
      case 0..<3:
        let points = Int64.random(in: 1...200, using: &numbers)
        let entry = try await club.order("\(orders.count)", "\(points).00")
        let activeAt = try #require(entry.openings.first?.activeAt)
        orders.append(WaitingOrder(activeAt: activeAt, left: points))
      case 3:
        let points = Int64.random(in: 1...200, using: &numbers)
        let result = try await club.redeem(points, key: "r\(step)")
        #expect((result.refusal == nil) == (points <= active))
        if result.refusal == nil { redeemed += points }
      case 4..<7:
        guard
          let order = orders.indices.filter({ orders[$0].left > 0 }).randomElement(using: &numbers)
        else { continue }
        let isWhole = Bool.random(using: &numbers)
        let points =
          isWhole ? orders[order].left : Int64.random(in: 1...orders[order].left, using: &numbers)
        let money = Money(minorUnits: points * 100, .eur)
        let entry = try await club.refund(.amount(money), of: "\(order)", "\(step)").get()
        orders[order].left -= points
        refunds.append((entry.id, order, points))
      default:
        guard let place = refunds.indices.randomElement(using: &numbers) else { continue }
        let refund = refunds.remove(at: place)
        try await club.crm.write { try $0.loyalty.reverse(refund.entry, key: "v\(step)").get() }
        orders[refund.order].left += refund.points
      }
      let balance = try await club.balance()
      let pending = orders.reduce(0) { $0 + ($1.activeAt > now ? $1.left : 0) }
      let available = orders.reduce(-redeemed) { $0 + ($1.activeAt <= now ? $1.left : 0) }
      #expect([balance.available, balance.pending] == [available, pending], "step \(step)")
    }
    #expect(try await club.crm.verify().problems == [])
    try await club.check()
  }

  private func play(
    _ step: Int, _ club: Club, _ model: inout Model, _ policy: ClawbackTerms.Shortfall,
    _ numbers: inout SeededNumbers
  ) async throws {
    switch Int.random(in: 0..<10, using: &numbers) {
    case 0..<3:
      let cents = Int64.random(in: 1...20_000, using: &numbers)
      let line = EarnLine(Money(minorUnits: cents, .eur))
      try await club.earn(.order("\(model.orders.count)", [line]), key: "e\(step)").get()
      model.earn(cents)
    case 3..<6:
      let points = Int64.random(in: 1...200, using: &numbers)
      let result = try await club.redeem(points, key: "r\(step)")
      #expect((result.refusal == nil) == (points <= model.available))
      if result.refusal == nil { model.available -= points }
    default:
      guard let index = model.orders.indices.randomElement(using: &numbers),
        model.orders[index].left > 0
      else { return }
      let cents = Int64.random(in: 1...model.orders[index].left, using: &numbers)
      try await club.refund(
        .amount(Money(minorUnits: cents, .eur)), of: "\(index)", "\(step)")
      model.refund(cents, of: index, policy)
    }
  }
}
