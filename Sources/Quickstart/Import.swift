import CRMKit

/// Brings a purchase history into a CRM, each customer and order once however often it runs.
struct Import {
  /// What an import did.
  struct Report: Sendable {
    var customers = 0
    var orders = 0
    var knownOrders = 0
    var problems: [PurchaseFile.Problem] = []

    fileprivate mutating func note(_ outcome: Outcome) {
      if outcome.isNewCustomer { customers += 1 }
      if outcome.isNewOrder { orders += 1 } else { knownOrders += 1 }
    }
  }

  /// What one basket changed.
  fileprivate struct Outcome {
    let isNewCustomer: Bool
    let isNewOrder: Bool
  }

  /// What its customers' numbers are kept under.
  static let system = "cdnow"

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
        next = try Self.add(baskets[start..<end], to: report, tx)
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

  /// Adds some baskets; those that are refused become problems of the report.
  private static func add(
    _ baskets: ArraySlice<PurchaseFile.Basket>, to report: Report, _ tx: Transaction
  ) throws -> Report {
    let item = try item(tx)
    do {
      // All in one go first: a way back for each basket takes half as long again.
      return try tx.attempt {
        var report = report
        for basket in baskets { report.note(try place(basket, item, tx)) }
        return report
      }
    } catch let error as CRMError where refusals.contains(error.code) {
      var report = report
      for basket in baskets { try add(basket, item, tx, &report) }
      return report
    }
  }

  private static func add(
    _ basket: PurchaseFile.Basket, _ item: CatalogueItem.ID, _ tx: Transaction,
    _ report: inout Report
  ) throws {
    do {
      // What reacts to an order may refuse it after it was kept, and its customer with it: what
      // the basket has changed is undone then, and the rest goes in.
      report.note(try tx.attempt { try place(basket, item, tx) })
    } catch let error as CRMError where refusals.contains(error.code) {
      let reason = reason(of: error)
      report.problems += basket.purchases.map {
        PurchaseFile.Problem(line: $0.line, reason: reason)
      }
    }
  }

  /// What is wrong with the data; any other failure ends the import.
  private static let refusals: Set<CRMError.Code> = [.invalid, .overflow, .duplicate]

  private static func reason(of error: CRMError) -> String {
    if error.code == .duplicate {
      return "an order of that customer and day is there with other contents"
    }
    return error.issues.isEmpty
      ? error.message : error.issues.map(\.description).joined(separator: "; ")
  }

  /// Places a basket's order even if its number is known, for that compares the contents.
  private static func place(
    _ basket: PurchaseFile.Basket, _ item: CatalogueItem.ID, _ tx: Transaction
  ) throws -> Outcome {
    let number = "\(basket.customer)-\(basket.date)"
    let isNewOrder = try tx.orders.find(number: number) == nil
    let (customer, isNewCustomer) = try customer(of: basket, tx)
    try tx.orders.place(
      NewOrder(
        number: number, customer: customer,
        lines: basket.purchases.map { NewOrder.Line(item, quantity: $0.units, amount: $0.amount) },
        placedAt: Instant(startOf: basket.date)))
    return Outcome(isNewCustomer: isNewCustomer, isNewOrder: isNewOrder)
  }

  private static func customer(of basket: PurchaseFile.Basket, _ tx: Transaction) throws
    -> (id: Customer.ID, isNew: Bool)
  {
    let id = ExternalID(system, basket.customer)
    if let customer = try tx.customers.find(id) { return (customer.id, false) }
    let customer = try tx.customers.add(
      .person("Customer \(basket.customer)", externalIDs: [id], country: "US"),
      at: Instant(startOf: basket.date))
    return (customer.id, true)
  }
}
