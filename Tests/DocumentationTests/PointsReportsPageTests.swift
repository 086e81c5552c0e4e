import CRMKit
import CRMTesting
import Testing

/// The code of Documentation/PointsReports.md, run.
@Suite("The page on points in the books")
struct PointsReportsPageTests {
  private static let page = "Documentation/PointsReports.md"

  @Test("Documentation/PointsReports.md")
  func reports() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let clock = TestClock("2026-01-10T09:00:00Z")
    let crm = try await CRM(
      storage: MemoryStorage(), capabilities: CRM.standardCapabilities.replacing(Loyalty()),
      clock: clock)
    var club = LoyaltyProgramme.standard("club")
    club.accounting.expectedRedemption = .percent(80)
    let newYear = try #require(CalendarDate(year: 2026, month: 1, day: 1))
    let endOfMarch = try #require(CalendarDate(year: 2026, month: 3, day: 31))
    let (ada, ben) = try await halfAYear(of: club, crm, clock)
    try await crm.read { tx in
      let report = try tx.loyalty.liability(of: "club")
      print(report.outstanding, "points,", report.expectedRedemptions, "expected to be redeemed")
      print("deferred", report.deferred, "provision", report.provision)
      print("earned", report.recognised, "tied out", report.isTiedOut)
      for month in report.cohorts {
        print(month.month, month.outstanding, "points:", month.explanation)
      }
    }
    try output.isShown(on: Self.page)
    try await crm.read { tx in
      let quarters = try tx.loyalty.rollForward(
        of: "club", from: newYear, through: tx.today, by: .quarter)
      for quarter in quarters {
        let flow = quarter.flow
        print(
          "\(quarter.from): \(flow.opening) + \(flow.issued) + \(flow.adjusted) - \(flow.redeemed)",
          "- \(flow.clawed) - \(flow.expired) = \(flow.closing)")
        print("  deferred \(quarter.opening) → \(quarter.closing), revenue \(quarter.recognised)")
      }
    }
    try output.isShown(on: Self.page)
    try await crm.write { tx in
      let statement = try tx.loyalty.closeStatement(of: ada, through: endOfMarch)
      print("statement", statement.number, "from", statement.firstDay, "through", statement.lastDay)
      for line in statement.lines { print(line.change, "→", line.available, line.explanation) }
      for ending in statement.expiring {
        print(ending.points, "end after", ending.lastValidDay ?? "within it")
      }
    }
    try output.isShown(on: Self.page)
    try await crm.read { tx in
      for line in try tx.loyalty.history(of: ada).items.reversed() {
        guard let entry = line.entry else { continue }
        let why = try tx.loyalty.explanation(of: entry.id)
        print(why.text)
        for part in why.parts { print("  \(part.points): \(part.text)") }
        for note in why.notes { print("  \(note)") }
      }
    }
    try output.isShown(on: Self.page)
    try await crm.read { tx in
      let lines = try tx.loyalty.history(of: ben).items
      guard let refund = lines.first(where: { $0.kind == .refund })?.entry else { return }
      let why = try tx.loyalty.explanation(of: refund.id)
      print(why.text)
      for note in why.notes { print("  \(note)") }
    }
    try output.isShown(on: Self.page)
    club.version = 2
    club.adjustment.approvedUpTo = 200
    let (kim, lee) = (crm.acting(as: .staff("kim")), crm.acting(as: .staff("lee")))
    let asked = try await kim.write { tx in
      try tx.loyalty.define(club)
      let asked = try tx.loyalty.propose(500, for: ada, because: "Parcel lost", key: "case-7")
      print(asked.status, try tx.loyalty.balance(of: ada).available)
      do {
        try tx.loyalty.approve(asked.id)
      } catch let error as LoyaltyError {
        print(error.code, "-", error.message)
      }
      return asked
    }
    try await lee.write { tx in
      print(try tx.loyalty.approve(asked.id).status, try tx.loyalty.balance(of: ada).available)
    }
    try output.isShown(on: Self.page)
  }

  /// Half a year of three members; the first two of them.
  private func halfAYear(
    of club: LoyaltyProgramme, _ crm: CRM, _ clock: TestClock
  ) async throws -> (LoyaltyMember.ID, LoyaltyMember.ID) {
    let members = try await crm.write { tx in
      try tx.loyalty.define(club)
      return try ["Ada", "Ben", "Cleo"].map {
        try tx.loyalty.enrol(tx.customers.add(.person($0)).id, in: "club").id
      }
    }
    let (ada, ben, cleo) = (members[0], members[1], members[2])
    func buy(_ number: String, _ amount: String, by member: LoyaltyMember.ID) async throws {
      try await crm.write { tx in
        let order = EarnRequest.order(number, [EarnLine(try Money(amount, .eur))])
        try tx.loyalty.earn(order, for: member, key: "paid-\(number)").get()
      }
    }
    try await buy("1001", "1000.00", by: ada)
    clock.advance(by: .seconds(31 * 86_400))
    try await buy("1002", "500.00", by: ben)
    clock.advance(by: .seconds(28 * 86_400))
    try await crm.write { try $0.loyalty.redeem(600, from: ada, key: "till-1").get() }
    clock.advance(by: .seconds(31 * 86_400))
    try await crm.write { tx in
      let part = RefundedPart.amount(try Money("200.00", .eur))
      try tx.loyalty.refund(part, of: "1002", from: ben, number: "1", key: "back-1002").get()
    }
    clock.advance(by: .seconds(30 * 86_400))
    try await crm.write {
      try $0.loyalty.adjust(100, for: ben, because: "Sorry", key: "case-1").get()
    }
    clock.advance(by: .seconds(31 * 86_400))
    try await buy("1003", "300.00", by: cleo)
    clock.advance(by: .seconds(20 * 86_400))
    return (ada, ben)
  }
}
