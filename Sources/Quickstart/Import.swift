import CRMKit

/// Brings a purchase history into a CRM, each customer and order once however often it runs.
struct Import {
  /// What an import did.
  struct Report: Sendable {
    var customers = 0
    var orders = 0
    var knownCustomers = 0
    var knownOrders = 0
    var problems: [PurchaseFile.Problem] = []
  }

  private static let system = "cdnow"
  private static let batch = 500

  private let crm: CRM

  init(into crm: CRM) {
    self.crm = crm.acting(as: .integration("cdnow-import"), through: .web)
  }

  /// Imports a file in transactions of some hundred orders, so that a stop loses little.
  ///
  /// - Parameter progress: Hears how many orders of how many are in.
  func run(_ file: PurchaseFile, progress: (Int, Int) -> Void) async throws -> Report {
    var report = Report(problems: file.problems)
    let baskets = file.baskets
    for start in stride(from: 0, to: baskets.count, by: Self.batch) {
      let end = min(start + Self.batch, baskets.count)
      var next = report
      try await crm.write(because: "purchase history") { tx in
        let item = try Self.item(tx)
        for basket in baskets[start..<end] { try Self.add(basket, item, tx, &next) }
      }
      // The counts are those of what is committed.
      report = next
      progress(end, baskets.count)
    }
    return report
  }

  private static func item(_ tx: Transaction) throws -> CatalogueItem.ID {
    try tx.catalogue.find(sku: "CD")?.id
      ?? tx.catalogue.add(sku: "CD", name: "Compact disc", category: "Music").id
  }

  private static func add(
    _ basket: PurchaseFile.Basket, _ item: CatalogueItem.ID, _ tx: Transaction,
    _ report: inout Report
  ) throws {
    let number = "\(basket.customer)-\(basket.date)"
    if try tx.orders.find(number: number) != nil {
      report.knownOrders += 1
      return
    }
    do {
      let customer = try customer(of: basket, tx, &report)
      try tx.orders.place(
        NewOrder(
          number: number, customer: customer,
          lines: basket.purchases.map {
            NewOrder.Line(item, quantity: $0.units, amount: $0.amount)
          },
          placedAt: Instant(startOf: basket.date)))
      report.orders += 1
    } catch let error as CRMError where error.code == .invalid || error.code == .overflow {
      // Refused before anything changed, so the rest can go in.
      report.problems += basket.purchases.map {
        PurchaseFile.Problem(line: $0.line, reason: error.message)
      }
    }
  }

  private static func customer(
    of basket: PurchaseFile.Basket, _ tx: Transaction, _ report: inout Report
  ) throws -> Customer.ID {
    let id = ExternalID(system, basket.customer)
    if let customer = try tx.customers.find(id) { return customer.id }
    let customer = try tx.customers.add(
      .person("Customer \(basket.customer)", externalIDs: [id], country: "US"),
      at: Instant(startOf: basket.date))
    report.customers += 1
    return customer.id
  }
}
