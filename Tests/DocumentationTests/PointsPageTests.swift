import CRMKit
import CRMTesting
import Testing

/// The code of Documentation/Points.md, run.
@Suite("The page on points")
struct PointsPageTests {
  private static let page = "Documentation/Points.md"

  @Test("Documentation/Points.md")
  func points() async throws {
    let output = Output()
    func print(_ items: Any...) { output.append(items) }
    let clock = TestClock("2026-01-01T09:00:00Z")
    let crm = try await CRM(
      storage: MemoryStorage(), capabilities: CRM.standardCapabilities.replacing(Loyalty()),
      clock: clock)
    var club = LoyaltyProgramme.standard("club")
    club.points.append(PointsTerms("miles", use: .spendable))
    let defined = club
    let (ada, ben) = try await crm.write { tx in
      try tx.loyalty.define(defined)
      return (
        try tx.loyalty.enrol(tx.customers.add(.person("Ada")).id, in: "club").id,
        try tx.loyalty.enrol(tx.customers.add(.person("Ben")).id, in: "club").id
      )
    }
    try await crm.write { tx in
      let order = EarnRequest.order("1001", [EarnLine(try Money("100.00", .eur))])
      try tx.loyalty.earn(order, for: ada, key: "paid-1001").get()
    }
    clock.advance(by: .seconds(59 * 86_400))
    try await crm.write { tx in
      let order = EarnRequest.order("1002", [EarnLine(try Money("50.00", .eur))])
      try tx.loyalty.earn(order, for: ada, key: "paid-1002").get()
    }
    clock.advance(by: .seconds(92 * 86_400))
    let spent = try await crm.write { tx in
      let spent = try tx.loyalty.redeem(120, from: ada, key: "till-7-0042", reference: "1003").get()
      print(spent.draws.map(\.points), "left", try tx.loyalty.balance(of: ada).available)
      for points in try tx.loyalty.expiring(of: ada) {
        print(points.points, "through", points.lastValidDay ?? "for ever")
      }
      return spent
    }
    try output.isShown(on: Self.page)
    try await crm.write { tx in
      let again = try tx.loyalty.redeem(120, from: ada, key: "till-7-0042", reference: "1003")
      print("replay", again.isReplay, again.entry == spent)
      let much = try tx.loyalty.redeem(31, from: ada, key: "till-7-0043")
      print(much.refusal?.code ?? "", "-", much.refusal?.message ?? "")
      do {
        _ = try tx.loyalty.redeem(90, from: ada, key: "till-7-0042", reference: "1003")
      } catch let error as LoyaltyError {
        print(error.code, "-", error.message)
      }
    }
    try output.isShown(on: Self.page)
    try await crm.write { tx in
      let held = try tx.loyalty.hold(30, from: ada, key: "cart-9", lasting: .seconds(900)).get()
      let balance = try tx.loyalty.balance(of: ada)
      print("available", balance.available, "held", balance.held)
      guard let hold = held.hold else { return }
      try tx.loyalty.capture(hold, 25, key: "cart-9-paid").get()
      print("available", try tx.loyalty.balance(of: ada).available)
    }
    try output.isShown(on: Self.page)
    try await crm.acting(as: .staff("kim")).write { tx in
      guard let summer = CalendarDate(year: 2026, month: 8, day: 31), let rate = Ratio(3, to: 2)
      else { return }
      try tx.loyalty.adjust(
        300, for: ada, because: "Waited long for her order", lasting: .until(summer), key: "case-4"
      ).get()
      let gift = try tx.loyalty.transfer(120, from: ada, to: ben, key: "gift-1").get()
      print("to Ben", gift.change(of: ben, in: "points"))
      let flown = try tx.loyalty.convert(
        100, into: "miles", at: rate, from: ada, key: "fly-1"
      ).get()
      print(flown.change(of: ada, in: "points"), "→", flown.change(of: ada, in: "miles"), "miles")
      for points in try tx.loyalty.expiring(of: ben) {
        print(points.points, "through", points.lastValidDay ?? "for ever")
      }
    }
    try output.isShown(on: Self.page)
    enum Miles: PointsKind { static let name = "miles" }
    let seat = try Points<Miles>(40) + Points<Miles>(20)
    try await crm.write { tx in
      try tx.loyalty.redeem(seat, from: ada, key: "seat-12a").get()
      print(try tx.loyalty.balance(of: ada, "miles").available, "miles left")
    }
    try output.isShown(on: Self.page)
    try await lookedBack(crm, clock, ada, spent, output)
  }

  private func lookedBack(
    _ crm: CRM, _ clock: TestClock, _ ada: LoyaltyMember.ID, _ spent: LedgerEntry, _ output: Output
  ) async throws {
    func print(_ items: Any...) { output.append(items) }
    try await crm.write { tx in
      let undone = try tx.loyalty.reverse(spent.id, because: "1003 fell through", key: "undo-1")
      print("back", try undone.get().change(of: ada, in: "points"))
      let refund = try tx.loyalty.refund(
        .amount(Money("20.00", .eur)), of: "1002", from: ada, number: "1", key: "refund-1002-1"
      ).get()
      print("taken", refund.change(of: ada, in: "points"), "cash", try refund.refund()?.cash ?? "")
    }
    try output.isShown(on: Self.page)
    clock.advance(by: .seconds(86_400))
    try await crm.write { tx in
      let order = EarnRequest.order(
        "1004", [EarnLine(try Money("40.00", .eur))], at: tx.now - .seconds(2 * 86_400))
      try tx.loyalty.earn(order, for: ada, key: "paid-1004").get()
      let yesterday = tx.now - .seconds(86_400)
      let now = try tx.loyalty.balance(of: ada, asOf: yesterday)
      let then = try tx.loyalty.balance(of: ada, asOf: yesterday, knownAt: yesterday)
      print("yesterday", now.available, "as known then", then.available)
      for line in try tx.loyalty.history(of: ada, limit: 3).items {
        print(line.occurredAt.dateInUTC, line.kind, line.change, "→", line.available)
      }
    }
    try output.isShown(on: Self.page)
    let report = try await crm.verify()
    print("sound", report.isSound)
    try output.isShown(on: Self.page)
  }
}
