extension LoyaltyOperations {
  /// Brings what an order of the store earned in line with what is left of the order.
  ///
  /// It goes by how the order stands, not by what happened to it: goods that come back and the
  /// money that is given for them are one refund, in whatever order they come. A payment that
  /// bounced is looked at as not made until it is made again.
  ///
  /// - Parameters:
  ///   - id: The order.
  ///   - event: What happened to it.
  func reconcile(_ id: Order.ID, after event: RecordedEvent) throws {
    let versions = try versions().byName
    guard !versions.isEmpty else { return }
    let order = try transaction.orders.get(id)
    for name in versions.keys.sorted() {
      if let earning = try earning(of: order.number, in: name) {
        try reconcile(order, earning, after: event)
      } else if event.type != OrderPaid.name {
        try restorePaid(for: order, in: name, at: event.occurredAt)
      }
    }
  }

  private func reconcile(
    _ order: Order, _ earning: LedgerEntry, after event: RecordedEvent
  ) throws {
    let version = try version(of: earning.programme, number: earning.programmeVersion)
    guard version.programme.earnsOn != .never else { return }
    // What is paid changes nothing but where something was taken back.
    if event.type == OrderPaid.name, try refunds(of: earning.id).isEmpty { return }
    var request = RefundRequest(
      .all, from: earning.qualifier, number: "\(event.id)", at: event.occurredAt)
    request.order = order.number
    request.extent = .rest
    request.lines = try rest(of: order, by: version.programme.basis)
    request.unpaid = try unpaid(of: order)
    let reckoning = try prepare(request, of: earning).reckoning
    if reckoning.isUndoing {
      try undoRefunds(of: earning, "orders/\(event.id)")
    } else if reckoning.outcome.isNothing {
      return
    }
    if reckoning.isUndoing, try prepare(request, of: earning).reckoning.outcome.isNothing { return }
    try refund(request, of: earning, key: "orders/\(event.id)")
  }

  /// Undoes what followed from how the order stood before.
  private func undoRefunds(of earning: LedgerEntry, _ key: String) throws {
    for refund in try refunds(of: earning.id).reversed() {
      guard try refund.request(as: RefundRequest.self)?.extent == .rest else { return }
      try reverse(
        refund.id, because: "how the order stands",
        key: "\(key)/\(refund.sequence)")
    }
  }

  // MARK: How an order stands

  /// What is left of the lines of an order, prices that were reduced included.
  private func rest(of order: Order, by basis: EarningBasis) throws -> [EarnLine] {
    let lines = try request(for: order, by: basis, at: transaction.now)?.lines ?? []
    let sum = lines.reduce(0) { $0 + $1.amount.minorUnits }
    let value = max(0, order.value.minorUnits)
    guard value > 0 else { return [] }
    guard sum > value else { return lines }
    let parts = try Money(minorUnits: sum - value, order.total.currency).allocated(
      by: lines.map(\.amount.minorUnits))
    return try zip(lines, parts).map { line, part in try line.with(amount: line.amount - part) }
  }

  /// What is owed of an order because payments for it bounced; `nil` where nothing is.
  private func unpaid(of order: Order) throws -> Money? {
    guard order.outstanding.minorUnits > 0 else { return nil }
    var bounced: Int64 = 0
    for payment in try transaction.orders.payments(of: order.id) where payment.reversedAt != nil {
      bounced = try bounced.adding(payment.amount.minorUnits)
    }
    let owed = min(bounced, order.outstanding.minorUnits)
    return owed > 0 ? Money(minorUnits: owed, order.total.currency) : nil
  }

  /// Gives points back that paid for an order which has not earned, and now never will.
  private func restorePaid(for order: Order, in name: String, at instant: Instant) throws {
    let version = try version(of: name, at: instant)
    let refunded = try order.total - order.value
    guard version.programme.earnsOn != .never, refunded.minorUnits > 0 else { return }
    let redemptions = try redemptions(for: order.number, in: name)
    guard let first = redemptions.first else { return }
    let split = try RefundSplit(
      refunded.minorUnits, of: order.total.minorUnits,
      paidWithPoints: min(
        order.total.minorUnits, try paidWithPoints(order, by: version.programme.basis)),
      version.programme.refund.pointsPaid)
    let member = try resolve(first.entry.member)
    try transaction.operation {
      try restore(try PointsRestoring(split.share, of: redemptions)) {
        LedgerWork(self, member, version, .refund, at: instant)
      }
    }
  }
}

extension RefundOutcome {
  /// Whether it changes nothing.
  fileprivate var isNothing: Bool {
    totals.allSatisfy { $0.wanted == 0 } && amount.map { $0.minorUnits == 0 } ?? true
  }
}
