import CRMKit

/// A purchase history lived through once more: day by day, with time passing in between.
///
/// It is lived in memory beside the store that it is read from, where nothing changes. Customers
/// have the names, and orders the numbers, that they have there.
struct Replay {
  /// What a day of the history brought.
  private struct Purchase: Sendable {
    let customer: String
    let number: String
    let units: Int
    let total: Money
    let at: Instant
  }

  static let lifecycle = "retail"

  /// The shop as of the end of its history.
  let crm: CRM

  private let clock = MovingClock()
  private let item: CatalogueItem.ID

  /// A shop in which nothing has happened yet.
  init(from start: CalendarDate) async throws {
    clock.now = Instant(startOf: start)
    crm = try await CRM(storage: MemoryStorage(), clock: clock, identifiers: .seeded(1997))
    item = try await crm.write { tx in
      try tx.lifecycle.define(.retail)
      try tx.warnings.define(.standard)
      try tx.loyalty.define(Club.programme)
      return try tx.catalogue.add(sku: "CD", name: "Compact disc", category: "Music").id
    }
  }

  /// Lives through what a store has of some days.
  ///
  /// - Parameter progress: Hears how many days of how many are over.
  func run(_ store: CRM, _ span: DataSpan, progress: (Int, Int) -> Void) async throws {
    let purchases = try await Self.purchases(in: store)
    let first = span.first.daysSinceEpoch
    let days = span.last.daysSinceEpoch - first + 1
    var next = 0
    for day in 0..<days {
      let end = Instant(startOf: CalendarDate(daysSinceEpoch: first + day + 1))
      let start = next
      while next < purchases.count, purchases[next].at < end { next += 1 }
      if start < next {
        clock.now = purchases[start].at
        try await crm.advance()
        try await live(purchases[start..<next])
      }
      progress(day + 1, days)
    }
    clock.now = span.end
    try await crm.advance()
  }

  private static func purchases(in store: CRM) async throws -> [Purchase] {
    try await store.read { tx in
      var names: [Customer.ID: String] = [:]
      var purchases: [Purchase] = []
      try tx.orders.scan(Query(sortedBy: { [.ascending($0.placedAt)] })) { order in
        let name = try names[order.customer] ?? tx.customers.get(order.customer).name
        names[order.customer] = name
        purchases.append(
          Purchase(
            customer: name, number: order.number, units: order.units, total: order.total,
            at: order.placedAt))
        return true
      }
      return purchases
    }
  }

  private func live(_ purchases: ArraySlice<Purchase>) async throws {
    try await crm.write { tx in
      for purchase in purchases {
        let known = ExternalID("replay", purchase.customer)
        let customer =
          try tx.customers.find(known)?.id
          ?? tx.customers.add(.person(purchase.customer, externalIDs: [known])).id
        try Club.welcome(customer, spendingWith: purchase.number, in: tx)
        // A line has one unit at least, and that of an order whose goods all came back has one.
        try tx.orders.place(
          NewOrder(
            number: purchase.number, customer: customer,
            lines: [.init(item, quantity: max(1, purchase.units), amount: purchase.total)]))
      }
    }
  }
}

/// A clock that whoever has it moves.
final class MovingClock: WallClock {
  private let instant = Locked(Instant.earliest)

  var now: Instant {
    get { instant.withLock { $0 } }
    set { instant.withLock { $0 = newValue } }
  }
}
