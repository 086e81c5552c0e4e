import CRMKit
import CRMTesting

/// Ten years of a shop in memory, day by day, with two lifecycles and warnings.
public struct TenYears: Sendable {
  private let customers: Int
  private let days: Int
  private let ordersPerYear: Int

  /// Ten years of so many customers.
  ///
  /// - Parameter ordersPerYear: How often each orders on average; those of the CDNOW sample do so
  ///   twice a year.
  public init(
    customers: Int = Scale.canonical(5_000, small: 20),
    days: Int = Scale.canonical(3_652, small: 60), ordersPerYear: Int = 2
  ) {
    self.customers = customers
    self.days = days
    self.ordersPerYear = ordersPerYear
  }

  /// The years: each customer is spoken with as often as they order.
  public var years: Contender {
    Contender("ten years", operations: 1) { stopwatch in
      let clock = TestClock()
      let crm = try await CRM(
        storage: MemoryStorage(), clock: clock, identifiers: .seeded(7))
      let (people, item) = try await crm.write { tx in
        try tx.lifecycle.define(.retail)
        try tx.lifecycle.define(.b2b)
        try tx.warnings.define(.standard)
        return (
          try (0..<customers).map { try tx.customers.add(.person("Customer \($0)")).id },
          try tx.catalogue.add(sku: "cd", name: "Compact disc").id
        )
      }
      try await stopwatch.measure { try await live(crm, clock, people, item) }
      return Checksum(try await crm.read { Int(try $0.events.end().number) })
    }
  }

  private func live(
    _ crm: CRM, _ clock: TestClock, _ people: [Customer.ID], _ item: CatalogueItem.ID
  ) async throws {
    var lottery = Lottery(10)
    for day in 0..<days {
      clock.advance(by: .seconds(86_400))
      try await crm.advance()
      var orders: [Customer.ID] = []
      var talks: [Customer.ID] = []
      for person in people {
        let chance = lottery.below(365)
        if chance < ordersPerYear {
          orders.append(person)
        } else if chance < 2 * ordersPerYear {
          talks.append(person)
        }
      }
      try await crm.write { [orders, talks] tx in
        for (number, customer) in orders.enumerated() {
          try tx.orders.place(
            NewOrder(
              number: "\(day)-\(number)", customer: customer,
              lines: [.init(item, quantity: 1, amount: try Money("9.99", .usd))]))
        }
        for customer in talks {
          try tx.interactions.record(
            NewInteraction(with: customer, through: .phone, .outbound, subject: "Call"))
        }
      }
    }
  }
}
