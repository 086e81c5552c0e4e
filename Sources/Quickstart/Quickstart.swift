import CRMKit
import CRMSQLite
import Foundation

/// Imports a shop's purchase history into one SQLite file and shows what the CRM knows then.
@main
struct Quickstart {
  static func main() async {
    do {
      try await run(Options(Array(CommandLine.arguments.dropFirst())))
    } catch {
      FileHandle.standardError.write(Data("quickstart: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func run(_ options: Options) async throws {
    let file = PurchaseFile(try options.input())
    let storage = SQLiteStorage(at: options.store)
    let crm = try await CRM(storage: storage)
    try await importing(file, options, into: crm)
    let found = try await DataSpan(of: crm)
    await crm.close()
    guard let span = found else {
      print("\nThere is no order to show.")
      return
    }
    // Opened again as of the day on which the data ends: the week after that is still to come.
    let shop = try await CRM(storage: storage, clock: StoppedClock(now: span.end))
    // Nothing is made up in a store of somebody's own.
    if options.isSample { try await attending(to: span.best, in: shop) }
    try await showing(span, options, shop)
    await shop.close()
  }

  private static func importing(_ file: PurchaseFile, _ options: Options, into crm: CRM)
    async throws
  {
    print("Reading \(options.inputName) into \(options.store)")
    let clock = ContinuousClock()
    let start = clock.now
    let report = try await Import(into: crm).run(file) { done, all in
      Terminal.progress("  \(done) of \(all) orders")
    }
    let seconds = Double(Int((clock.now - start) / .milliseconds(10))) / 100
    Terminal.endProgress()
    if report.orders == 0 && report.knownOrders > 0 {
      print(
        report.problems.isEmpty
          ? "  Everything was there already: nothing was imported twice."
          : "  Nothing is new: \(report.knownOrders) orders were there already.")
    } else {
      let rate = Int(Double(file.purchases.count) / max(seconds, 0.01))
      print(
        "  \(file.purchases.count) purchases: \(report.orders) orders and \(report.customers) "
          + "customers are new, in \(seconds) s (\(rate) purchases a second).")
      if report.knownOrders > 0 { print("  \(report.knownOrders) orders were there already.") }
    }
    print("  The store holds \(try await holdings(of: crm)).")
    for problem in report.problems.prefix(20) { print("  left out \(problem)") }
    if report.problems.count > 20 { print("  … and \(report.problems.count - 20) more lines") }
  }

  private static func holdings(of crm: CRM) async throws -> String {
    try await crm.read { tx in
      "\(try tx.customers.count()) customers, \(try tx.orders.count()) orders, "
        + "\(try tx.interactions.count()) interactions and \(try tx.events.end().number) events"
    }
  }

  private static func attending(to customer: Customer.ID, in shop: CRM) async throws {
    guard try await Desk(in: shop).takeCall(from: customer) else { return }
    section("The best customer calls")
    print(
      """
        The data has purchases only; what \(Desk.clerk.rawValue) writes down is made up. With it there are
        \(try await holdings(of: shop)).
      """)
  }

  private static func showing(_ span: DataSpan, _ options: Options, _ shop: CRM) async throws {
    let shown = Presentation(crm: shop)
    section("The best customer's file, as of \(span.last)")
    for line in try await shown.file(of: span.best) { print(line) }
    section("The ten best customers")
    for line in try await shown.best(10) { print(line) }
    section("Orders per month (a typical order: \(try await shown.typicalOrder()) USD)")
    for line in try await shown.ordersPerMonth(from: span.first, through: span.last) {
      print(line)
    }
    let words = try await shop.read { try $0.customers.get(span.best).name.lowercased() }
    let typed = String(words.dropLast(2))
    section("A search for “\(typed)”")
    for line in try await shown.search(typed) { print(line) }
    try await replaying(span, shop)
    section("Look for yourself")
    print(
      """
        sqlite3 \(options.store) "SELECT name, created_at FROM customers_view LIMIT 5"
        sqlite3 \(options.store) "SELECT type, count(*) FROM events GROUP BY type"
      """)
  }

  /// The same history once more, with time passing.
  private static func replaying(_ span: DataSpan, _ shop: CRM) async throws {
    let replay = try await Replay(from: span.first)
    let clock = ContinuousClock()
    let start = clock.now
    try await replay.run(shop, span) { Terminal.progress("  \($0) of \($1) days") }
    Terminal.endProgress()
    let seconds = Double(Int((clock.now - start) / .milliseconds(10))) / 100
    let shown = Presentation(crm: replay.crm)
    section("The history lived through day by day, in \(seconds) s: customers by stage")
    for line in try await shown.composition(from: span.first, through: span.last) { print(line) }
    section("How they moved")
    for line in try await shown.flow(from: span.first, through: span.last) { print(line) }
    section("Lost and come back")
    for line in try await shown.lostAndBack(5) { print(line) }
    section("The ten gravest warnings")
    for line in try await shown.warnings(10) { print(line) }
    if let id = try await shown.comeback() {
      section("A customer's life")
      for line in try await shown.life(of: id) { print(line) }
    }
    try await club(span, shown)
    await replay.crm.close()
  }

  /// The points that the customers earned and spent meanwhile.
  private static func club(_ span: DataSpan, _ shown: Presentation) async throws {
    section("The club: \(Club.summary)")
    print("  \(Club.pretence)")
    for line in try await shown.rollForward(from: span.first, through: span.last) { print(line) }
    section("What the club owes, and what was never redeemed")
    for line in try await shown.liability() { print(line) }
    section("Members by tier")
    for line in try await shown.tiers() { print(line) }
    section("A member's statement")
    for line in try await shown.statement() { print(line) }
    section("What if points had been doubled on weekends?")
    for line in try await shown.doubledWeekends() { print(line) }
  }

  private static func section(_ title: String) {
    print("\n\(title)")
  }
}
