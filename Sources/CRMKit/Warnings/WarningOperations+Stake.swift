extension WarningOperations {
  private static let year = LifecycleSpan.months(12)

  /// What a customer is expected to buy for within a year: what was ordered within the twelve
  /// months before, less what was called off or came back, by the codes of the currencies.
  func atStake(of customer: Customer.ID, at instant: Instant, in zone: Zone) throws -> [Money] {
    guard transaction.capability(Orders.self) != nil else { return [] }
    let start = instant - .milliseconds(Self.year.bounds.upperBound)
    var sums: [Currency: Money] = [:]
    try transaction.records(of: Order.self).scan(
      Query(where: {
        $0.customer == customer && $0.placedAt >= start && $0.placedAt <= instant
          && $0.status != .cancelled
      })
    ) { held in
      let order = held.row
      // Only of what lies about a year back the calendar has to be asked.
      let isRecent = instant < order.placedAt + .milliseconds(Self.year.bounds.lowerBound)
      guard isRecent || Self.year.end(from: order.placedAt, in: zone) > instant else {
        return true
      }
      let value = order.value
      sums[value.currency] = try (sums[value.currency] ?? .zero(value.currency)) + value
      return true
    }
    return sums.values.filter { $0.minorUnits != 0 }.sorted {
      $0.currency.rawValue.utf8.lexicographicallyPrecedes($1.currency.rawValue.utf8)
    }
  }

  /// The playbook that is recommended for a warning, if one is for any of its signals.
  func playbook(for warning: Warning) throws -> Playbook.ID? {
    guard transaction.capability(Playbooks.self) != nil else { return nil }
    return try transaction.playbooks.suggestion(
      for: warning.customer, signals: Set(warning.evidence.map(\.signal)))?.playbook.id
  }
}
