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
    try await showing(Presentation(crm: crm), options, crm)
    await crm.close()
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
    let totals = try await crm.read { tx in
      (
        customers: try tx.customers.count(), orders: try tx.orders.count(),
        interactions: try tx.interactions.count(), events: try tx.events.end().number
      )
    }
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
    print(
      "  The store holds \(totals.customers) customers, \(totals.orders) orders, "
        + "\(totals.interactions) interactions and \(totals.events) events.")
    for problem in report.problems.prefix(20) { print("  left out \(problem)") }
    if report.problems.count > 20 { print("  … and \(report.problems.count - 20) more lines") }
  }

  private static func showing(_ shown: Presentation, _ options: Options, _ crm: CRM) async throws {
    let range = try await crm.read { tx in
      (
        try tx.orders.page(Query(sortedBy: { [.ascending($0.placedAt)] }, limit: 1)).items.first,
        try tx.orders.page(Query(sortedBy: { [.descending($0.placedAt)] }, limit: 1)).items.first,
        try tx.metrics.best(in: .usd, limit: 1).first
      )
    }
    guard let first = range.0, let last = range.1, let best = range.2 else {
      print("\nThere is no order to show.")
      return
    }
    let day = last.placedAt.dateInUTC
    section("One customer's file, as of \(day)")
    for line in try await shown.file(of: best.customer, asOf: last.placedAt) { print(line) }
    section("The ten best customers")
    for line in try await shown.best(10) { print(line) }
    section("Orders per month (a typical order: \(try await shown.typicalOrder()) USD)")
    for line in try await shown.ordersPerMonth(from: first.placedAt.dateInUTC, through: day) {
      print(line)
    }
    let words = try await crm.read { try $0.customers.get(best.customer).name.lowercased() }
    let typed = String(words.dropLast(2))
    section("A search for “\(typed)”")
    for line in try await shown.search(typed) { print(line) }
    section("Look for yourself")
    print(
      """
        sqlite3 \(options.store) "SELECT name, created_at FROM customers_view LIMIT 5"
        sqlite3 \(options.store) "SELECT type, count(*) FROM events GROUP BY type"
      """)
  }

  private static func section(_ title: String) {
    print("\n\(title)")
  }
}
