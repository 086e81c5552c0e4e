import CRMKit

/// Orders and contacts of customers whom two lifecycles follow.
public struct Lives: Sendable {
  private let kept: Kept

  /// Lives in a kind of store.
  public init(_ kept: Kept) {
    self.kept = kept
  }

  /// Placing orders and recording contacts in turn, so many a write, as they happen.
  public func happenings(batch: Int, _ count: Int = Scale.canonical(10_000, small: 200))
    -> Contender
  {
    Contender("\(batch) a write", operations: count) { [kept] stopwatch in
      let (crm, folder) = try await kept.crm()
      defer { withExtendedLifetime(folder) {} }
      let (customers, item) = try await crm.write { tx in
        try tx.lifecycle.define(.retail)
        try tx.lifecycle.define(.b2b)
        return (
          try (0..<1_000).map { try tx.customers.add(Person(number: $0).newCustomer).id },
          try tx.catalogue.add(sku: "cd", name: "Compact disc").id
        )
      }
      try await stopwatch.measure {
        for start in stride(from: 0, to: count, by: batch) {
          try await crm.write { tx in
            for number in start..<min(start + batch, count) {
              try Self.happen(number, to: customers[number / 2 % 1_000], item, count, tx)
            }
          }
        }
      }
      let moves = try await crm.read { try $0.records(of: LifecycleTransition.self).count() }
      return Checksum(moves)
    }
  }

  private static func happen(
    _ number: Int, to customer: Customer.ID, _ item: CatalogueItem.ID, _ count: Int,
    _ tx: Transaction
  ) throws {
    let instant = tx.now - .seconds(3_600 * (count - number))
    guard number % 2 == 0 else {
      try tx.interactions.record(
        NewInteraction(
          with: customer, through: .phone, .outbound, subject: "Call", occurredAt: instant))
      return
    }
    try tx.orders.place(
      NewOrder(
        number: "\(number)", customer: customer,
        lines: [.init(item, quantity: 2, amount: try Money("19.98", .usd))], placedAt: instant))
  }
}
