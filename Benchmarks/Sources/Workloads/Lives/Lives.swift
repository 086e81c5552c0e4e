import CRMKit
import CRMTesting

/// Orders and contacts of customers whom two lifecycles follow.
public struct Lives: Sendable {
  private let kept: Kept

  /// Lives in a kind of store.
  public init(_ kept: Kept) {
    self.kept = kept
  }

  /// Placing orders and recording contacts in turn, one an hour, so many a write.
  public func happenings(batch: Int, _ count: Int = Scale.canonical(10_000, small: 200))
    -> Contender
  {
    Contender("\(batch) a write", operations: count) { [kept] stopwatch in
      let clock = TestClock()
      let (crm, folder) = try await kept.crm(clock: clock)
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
          let end = min(start + batch, count)
          clock.advance(by: .seconds(3_600 * (end - start)))
          try await crm.write { tx in
            for number in start..<end {
              try Self.happen(
                number, to: customers[number / 2 % 1_000], item, hoursAgo: end - number - 1, tx)
            }
          }
        }
      }
      let moves = try await crm.read { try $0.records(of: LifecycleTransition.self).count() }
      return Checksum(moves)
    }
  }

  private static func happen(
    _ number: Int, to customer: Customer.ID, _ item: CatalogueItem.ID, hoursAgo: Int,
    _ tx: Transaction
  ) throws {
    let instant = tx.now - .seconds(3_600 * hoursAgo)
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
