extension MetricOperations {
  /// Figures that were made of records.
  struct Recount {
    var metrics: CustomerMetrics
    var purchases: [PurchaseMetrics]
  }

  /// Makes a customer's figures of the records, in place of those that are kept.
  ///
  /// There is no need to, but after a time in which the CRM was opened without ``Metrics``, in
  /// another zone, or with another ``Metrics/answerWindow``. ``CRM/verify()`` tells whose
  /// figures disagree.
  ///
  /// - Complexity: O(*k*) in the customer's records.
  public func recount(_ customer: Customer.ID) throws {
    try transaction.operation {
      var counted = try recounted(customer)
      counted.metrics.countedTo = try lastEvent()
      try records.put(counted.metrics)
      var rows = try purchaseRows(of: customer)
      for purchase in counted.purchases {
        let index = rows.firstIndex { $0.revenue.currency == purchase.revenue.currency }
        let id = index.map { rows.remove(at: $0).id } ?? transaction.makeIdentifier()
        try purchases.put(purchase.named(id))
      }
      for row in rows { try purchases.remove(row.id) }
    }
  }

  /// A customer's figures as the records have them now; nothing is kept.
  func recounted(_ customer: Customer.ID) throws -> Recount {
    var metrics = CustomerMetrics(customer)
    let orders = try transaction.records(of: Order.self).all(
      where: { $0.customer == customer }, sortedBy: { [.ascending($0.placedAt)] })
    let purchases = try PurchaseRules.add(
      orders, returns: try returns(of: orders), in: transaction.zone, to: &metrics)
    let commitments = try transaction.records(of: Commitment.self).all(
      where: { $0.customer == customer },
      sortedBy: { [.ascending($0.status), .ascending($0.firstDueAt)] })
    for commitment in commitments {
      CommitmentTally.add(CommitmentTally.State(commitment), to: &metrics)
    }
    try contacts.add(try contacts(of: customer), to: &metrics)
    return Recount(
      metrics: metrics,
      purchases: purchases.values.sorted {
        $0.revenue.currency.rawValue.utf8.lexicographicallyPrecedes(
          $1.revenue.currency.rawValue.utf8)
      })
  }

  func lastEvent() throws -> Int64 {
    try transaction.log.lastNumber ?? transaction.reader.lastEvent()?.id.number ?? 0
  }

  private func returns(of orders: [Order]) throws -> [Order.ID: Int] {
    let ids = orders.filter { $0.returnedUnits > 0 }.map(\.id)
    guard !ids.isEmpty else { return [:] }
    var counts: [Order.ID: Int] = [:]
    for start in stride(from: 0, to: ids.count, by: 500) {
      let part = Array(ids[start..<min(start + 500, ids.count)])
      try transaction.records(of: Return.self).scan(Query(where: { $0.order.isOne(of: part) })) {
        counts[$0.row.order, default: 0] += 1
        return true
      }
    }
    return counts
  }

  /// What counts of all that a customer took part in.
  private func contacts(of customer: Customer.ID) throws -> [ContactTally.Contact] {
    let interactions = transaction.records(of: Interaction.self)
    var all: [ContactTally.Contact] = []
    var planned: [Interaction] = []
    try interactions.scan(
      Query(where: { $0.customer == customer }, sortedBy: { [.ascending($0.occurredAt)] })
    ) { held in
      if held.row.isPlanned {
        planned.append(held.row)
      } else {
        all.append(ContactTally.Contact(held.row, for: customer))
      }
      return true
    }
    let parts = try transaction.records(of: InteractionParticipant.self).all(
      where: { $0.customer == customer },
      sortedBy: { [.ascending($0.occurredAt), .ascending($0.interaction)] })
    for start in stride(from: 0, to: parts.count, by: 500) {
      let part = parts[start..<min(start + 500, parts.count)].map(\.interaction)
      planned += try interactions.find(part).values
    }
    for interaction in planned where try isPast(interaction) {
      all.append(ContactTally.Contact(interaction, for: customer))
    }
    let asking = all.filter { $0.part == .asks }.map(\.id)
    let questioned = try transaction.responses.questioned(among: asking)
    if questioned.isEmpty { return all }
    for index in all.indices where questioned.contains(all[index].id) {
      if all[index].part == .asks { all[index].part = .neither }
    }
    return all
  }
}

extension PurchaseMetrics {
  /// The same figures under an identifier.
  fileprivate func named(_ id: PurchaseMetrics.ID) -> PurchaseMetrics {
    PurchaseMetrics(
      id: id, customer: customer, orders: orders, units: units, revenue: revenue, returns: returns,
      refunded: refunded, firstOrderAt: firstOrderAt, lastOrderAt: lastOrderAt)
  }
}
