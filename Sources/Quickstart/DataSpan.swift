import CRMKit

/// From when to when a store has orders, and who ordered for most.
struct DataSpan {
  let first: CalendarDate
  let last: CalendarDate

  /// The evening of the last day: the data has days only, which stand for their beginning.
  let end: Instant

  let best: Customer.ID

  /// - Returns: `nil` where there is no order in dollars.
  init?(of crm: CRM) async throws {
    let found = try await crm.read { tx in
      (
        try tx.orders.page(Query(sortedBy: { [.ascending($0.placedAt)] }, limit: 1)).items.first,
        try tx.orders.page(Query(sortedBy: { [.descending($0.placedAt)] }, limit: 1)).items.first,
        try tx.metrics.best(in: .usd, limit: 1).first
      )
    }
    guard let first = found.0, let last = found.1, let best = found.2 else { return nil }
    self.first = first.placedAt.dateInUTC
    self.last = last.placedAt.dateInUTC
    end = last.placedAt + .seconds(17 * 3_600)
    self.best = best.customer
  }
}

/// A clock that stands still: what a shop knew is told as of the end of its data.
struct StoppedClock: WallClock {
  let now: Instant
}
