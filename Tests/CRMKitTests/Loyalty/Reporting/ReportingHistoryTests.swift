import CRMKit
import CRMTesting
import Foundation
import Testing

@testable import CRMKit

@Suite("Reports over random histories")
struct ReportingHistoryTests {
  /// How much longer histories are where a long run is asked for.
  private static let size =
    ProcessInfo.processInfo.environment["CRMKIT_SOAK"].flatMap(Int.init) ?? 1

  @Test(
    "Whatever happens, what came and went explains what there is, and closed statements stay",
    .timeLimit(.minutes(30)), arguments: Histories.of(1...3))
  func history(backend: Backend, seed: UInt64) async throws {
    var numbers = SeededNumbers(seed)
    let club = try await Club(backend, members: 3) {
      $0.accounting.expectedRedemption = .percent(80)
      $0.expiry = ExpiryPolicy(.months(6))
      $0.adjustment.allowsNegative = true
    }
    var closed: [MemberStatement] = []
    var month = try Club.day("2026-01-01")
    for _ in 0..<14 * Self.size {
      let happenings = try await live(&numbers, in: club, month: month)
      #expect(happenings > 0)
      month = CalendarUnit.month.end(of: month)
      club.shop.clock.set(to: try Club.instant("\(month)") + .seconds(3_600))
      if Bool.random(using: &numbers) { try await club.crm.advance() }
      if Bool.random(using: &numbers) {
        closed += try await close(club, through: month)
      }
      let now = try await club.crm.read { try $0.loyalty.liability(of: "club") }
      #expect(now.isTiedOut, "seed \(seed), \(month)")
      try await check(now, in: club)
    }
    try await check(closed, in: club, seed)
    try await checkRollForward(in: club, until: month, seed)
    let report = try await club.crm.verify()
    #expect(report.isSound, "seed \(seed): \(report)")
  }

  /// Lets some things happen within a month, some of them told late.
  private func live(
    _ numbers: inout SeededNumbers, in club: Club, month: CalendarDate
  ) async throws -> Int {
    let count = Int.random(in: 3...8, using: &numbers)
    let start = try Club.instant("\(month)")
    let moments = (0..<count).map { _ in
      Int64.random(in: 3_600_000...2_300_000_000, using: &numbers)
    }.sorted()
    for moment in moments {
      club.shop.clock.set(to: start + .milliseconds(moment))
      var drawn = numbers
      numbers = try await club.crm.write { tx in
        try act(&drawn, tx, club.members)
        return drawn
      }
    }
    return count
  }

  private func act(
    _ numbers: inout SeededNumbers, _ tx: Transaction, _ members: [LoyaltyMember.ID]
  ) throws {
    let key = "k\(numbers.next())"
    let member = members[Int.random(in: 0..<members.count, using: &numbers)]
    let other = members.first { $0 != member } ?? member
    let points = Int64.random(in: 1...200, using: &numbers)
    switch Int.random(in: 0..<10, using: &numbers) {
    case 0...2:
      let days = Bool.random(using: &numbers) ? 14 : nil
      let late: Instant? =
        Int.random(in: 0..<4, using: &numbers) == 0
        ? tx.now - .seconds(86_400 * 20) : nil
      _ = try tx.sell(points, to: member, key: key, pendingDays: days, at: late)
    case 3, 4: _ = try tx.loyalty.redeem(points, from: member, key: key)
    case 5: try refundSale(&numbers, tx, key)
    case 6:
      let sign: Int64 = Bool.random(using: &numbers) ? 1 : -1
      _ = try tx.loyalty.adjust(sign * points, for: member, because: "test", key: key)
    case 7: _ = try tx.loyalty.transfer(points, from: member, to: other, key: key)
    case 8: _ = try tx.loyalty.forfeit(points, from: member, because: "test", key: key)
    default: try reverse(&numbers, tx, key)
    }
  }

  private func refundSale(
    _ numbers: inout SeededNumbers, _ tx: Transaction, _ key: String
  ) throws {
    let sales = try tx.loyalty.entries.all(where: { $0.kind == .earn }).filter { sale in
      try tx.loyalty.entries.all(where: { $0.causes.contains(sale.id) }).isEmpty
    }
    guard let sale = sales.randomElement(using: &numbers) else { return }
    let all = sale.legs.reduce(0) { $0 + $1.points }
    _ = try tx.refund(Int64.random(in: 1...all, using: &numbers), of: sale, key: key)
  }

  private func reverse(_ numbers: inout SeededNumbers, _ tx: Transaction, _ key: String) throws {
    let redemptions = try tx.loyalty.entries.all(where: { $0.kind == .redeem }).filter {
      $0.refusal == nil
    }
    guard let entry = redemptions.randomElement(using: &numbers) else { return }
    _ = try tx.loyalty.reverse(entry.id, key: key)
  }

  private func close(_ club: Club, through month: CalendarDate) async throws -> [MemberStatement] {
    let day = CalendarDate(daysSinceEpoch: month.daysSinceEpoch - 1)
    return try await club.crm.write { tx in
      try club.members.map { try tx.loyalty.closeStatement(of: $0, through: day) }
    }
  }

  // MARK: Checking

  /// What members have by their balances is what the report says.
  private func check(_ report: LiabilityReport, in club: Club) async throws {
    var (available, pending): (Int64, Int64) = (0, 0)
    for member in club.members {
      let balance = try await club.balance(of: member)
      available += balance.available
      pending += balance.pending
    }
    #expect(report.available - report.deficits == available)
    #expect(report.pending == pending)
    #expect(report.recognised.minorUnits <= report.allocated.minorUnits)
    #expect(report.recognised.minorUnits >= 0 && report.provision.minorUnits >= 0)
  }

  private func check(_ closed: [MemberStatement], in club: Club, _ seed: UInt64) async throws {
    #expect(!closed.isEmpty, "seed \(seed)")
    for member in club.members {
      let kept = try await club.crm.read {
        try $0.loyalty.statements(of: member, limit: 1_000).items
      }
      #expect(kept.reversed() == closed.filter { $0.member == member })
      let open = try await club.crm.read { try $0.loyalty.openStatement(of: member) }
      #expect(open.closing.available == (try await club.available(member)), "seed \(seed)")
      let changes = (kept + [open]).flatMap(\.lines).reduce(0) { $0 + $1.change }
      #expect(changes == open.closing.available)
    }
  }

  private func checkRollForward(
    in club: Club, until month: CalendarDate, _ seed: UInt64
  ) async throws {
    let first = try Club.day("2026-01-01")
    let periods = try await club.crm.read {
      try $0.loyalty.rollForward(of: "club", from: first, through: month, by: .month)
    }
    #expect(periods.allSatisfy { $0.addsUp }, "seed \(seed)")
    for (before, after) in zip(periods, periods.dropFirst()) {
      #expect(before.closing == after.opening && before.flow.closing == after.flow.opening)
    }
    for period in periods {
      let asOf = try await club.crm.read {
        try $0.loyalty.liability(of: "club", atEndOf: period.through)
      }
      #expect(asOf == period.report, "seed \(seed), \(period.through)")
    }
  }
}
