/// Everything a customer bought, read whole.
struct PurchaseBook {
  /// The orders that were not cancelled, in the order in which they were placed.
  let orders: [Order]

  /// The lines of each order, those that were called off whole left out.
  let lines: [Order.ID: [OrderLine]]

  /// The items on them.
  let items: [CatalogueItem.ID: CatalogueItem]

  /// Where the firm's days are.
  let zone: Zone

  /// - Complexity: O(*k* log *n*) in the customer's orders and lines.
  init(of customer: Customer.ID, _ transaction: Transaction) throws {
    zone = transaction.zone
    guard transaction.capability(Orders.self) != nil else {
      (orders, lines, items) = ([], [:], [:])
      return
    }
    orders = try transaction.records(of: Order.self).all(
      where: { $0.customer == customer && $0.status != .cancelled },
      sortedBy: { [.ascending($0.placedAt)] })
    var lines: [Order.ID: [OrderLine]] = [:]
    for start in stride(from: 0, to: orders.count, by: 500) {
      let part = orders[start..<min(start + 500, orders.count)].map(\.id)
      try transaction.records(of: OrderLine.self).scan(
        Query(
          where: { $0.order.isOne(of: part) },
          sortedBy: { [.ascending($0.order), .ascending($0.position)] })
      ) { held in
        if held.row.cancelled < held.row.quantity {
          lines[held.row.order, default: []].append(held.row)
        }
        return true
      }
    }
    self.lines = lines
    let known = Set(lines.values.flatMap { $0.map(\.item) }).sorted()
    items = try transaction.records(of: CatalogueItem.self).find(known)
  }

  /// The day on which an order was placed.
  func day(of order: Order) -> Int { zone.date(of: order.placedAt).daysSinceEpoch }

  /// What was ordered of a category in a currency from one day through another; what was cancelled
  /// or came back is left out.
  func own(
    _ category: String, in currency: Currency, from first: CalendarDate, through last: CalendarDate
  ) -> Money {
    var sum = Money.zero(currency)
    for order in orders where order.total.currency == currency {
      guard (first...max(first, last)).contains(zone.date(of: order.placedAt)) else { continue }
      for line in lines[order.id] ?? [] where items[line.item]?.category == category {
        sum = sum.clampedSum(with: line.kept)
      }
    }
    return sum
  }
}

extension OrderLine {
  /// What the units come to that were neither cancelled nor came back.
  fileprivate var kept: Money {
    let kept = quantity - cancelled - returned
    return (try? total.proportion(Int64(kept), of: Int64(max(1, quantity)))) ?? total
  }
}

extension Money {
  /// The sum of two amounts of one currency, kept within 64 bits.
  func clampedSum(with other: Money) -> Money {
    let (sum, overflow) = minorUnits.addingReportingOverflow(other.minorUnits)
    let bound: Int64 = other.minorUnits < 0 ? .min : .max
    return Money(minorUnits: overflow ? bound : sum, currency)
  }
}
