import CRMKit
import CRMStatistics

/// What the quickstart shows a person, as text.
struct Presentation {
  let crm: CRM

  /// The customers who bought for most.
  func best(_ count: Int) async throws -> [String] {
    try await crm.read { tx in
      try tx.metrics.best(in: .usd, limit: count).enumerated().map { place, figures in
        let name = try tx.customers.get(figures.customer).name
        return "\(padded(place + 1, 3)). \(name)  \(padded(figures.revenue, 12))"
          + "  \(padded(figures.orders, 3)) orders  \(padded(figures.units, 4)) units"
      }
    }
  }

  /// How many orders were placed each month, as a chart.
  func ordersPerMonth(from first: CalendarDate, through last: CalendarDate) async throws
    -> [String]
  {
    let months = Self.months(from: first, through: last)
    let counts = try await crm.read { tx in
      try zip(months, months.dropFirst()).map { start, end in
        try tx.orders.count {
          $0.placedAt >= Instant(startOf: start) && $0.placedAt < Instant(startOf: end)
        }
      }
    }
    let most = max(counts.max() ?? 0, 1)
    return zip(months, counts).map { month, count in
      let bar = String(repeating: "█", count: (count * 40 + most - 1) / most)
      return "  \(month.description.prefix(7)) \(padded(count, 5)) \(bar)"
    }
  }

  /// The first days of months, and of the one after.
  private static func months(from first: CalendarDate, through last: CalendarDate)
    -> [CalendarDate]
  {
    var months: [CalendarDate] = []
    var (year, month) = (first.year, first.month)
    while let start = CalendarDate(year: year, month: month, day: 1) {
      months.append(start)
      if start > last { break }
      (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1)
    }
    return months
  }

  /// What a search for some text finds.
  func search(_ text: String) async throws -> [String] {
    try await crm.read { tx in
      try tx.customers.search(text, limit: 5).items.map { customer in
        let orders = try tx.orders.count { $0.customer == customer.id }
        return "  \(customer.name), \(orders == 1 ? "1 order" : "\(orders) orders")"
      }
    }
  }

  /// How much a typical order comes to: quarter, middle and three quarters.
  func typicalOrder() async throws -> String {
    var amounts: [Double] = []
    try await crm.read { tx in
      try tx.orders.scan(Query()) { order in
        amounts.append(Double(order.total.minorUnits))
        return true
      }
    }
    return [0.25, 0.5, 0.75].map { share in
      let typical = (quantile(share, of: amounts) ?? 0).rounded()
      // The largest amounts round to 2⁶³, which no amount can be.
      return Money(minorUnits: Int64(exactly: typical) ?? .max, .usd).decimalText
    }.joined(separator: " / ")
  }

  func padded(_ value: some CustomStringConvertible, _ width: Int) -> String {
    let text = value.description
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
