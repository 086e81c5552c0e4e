extension EstablishingOperations {
  /// Notices how far a customer has come in the efforts that have chosen them.
  ///
  /// - Complexity: Nothing where no effort goes on, but for one look in each transaction; O(log *n*)
  ///   for who is in none. For others a query for each effort, and O(*k*) in their contacts since
  ///   they were chosen.
  func settle(_ customer: Customer.ID) throws {
    let goesOn = try transaction.recall(of: Acquisition.self) {
      try records.first(where: { Filter(.isMissing(field: $0.closedAt.name)) }) != nil
    }
    guard goesOn, try watches.find(AcquisitionWatch.identifier(of: customer)) != nil
    else { return }
    for target in try targets.all(where: { $0.customer == customer })
    where target.decision == .chosen {
      let acquisition = try records.get(target.acquisition)
      if acquisition.closedAt == nil { try settle(target, in: acquisition) }
    }
  }

  private func settle(_ old: AcquisitionTarget, in acquisition: Acquisition) throws {
    guard let targetedAt = old.targetedAt else { return }
    var target = old
    target.contactedAt = try firstContact(with: old.customer, since: targetedAt, in: acquisition)
    target.firstDealAt = try transaction.records(of: Order.self).first(
      where: {
        $0.customer == old.customer && $0.placedAt >= targetedAt && $0.status != .cancelled
      }, sortedBy: { [.ascending($0.placedAt)] })?.placedAt
    try transaction.operation {
      if target.firstDealAt != nil, target.completedAt == nil {
        try complete(&target, for: acquisition)
      }
      guard target != old else { return }
      let changed = AcquisitionStep.allCases.filter { target.reached($0) != old.reached($0) }
      let furthest = AcquisitionStep.allCases.last { target.reached($0) != nil } ?? .identified
      let instant = changed.compactMap { target.reached($0) }.max()
      try targets.update(
        target,
        emitting: AcquisitionStepReached(
          target: target.id, customer: target.customer, step: furthest),
        at: instant)
    }
  }

  /// When a contact of an action of an effort first reached a customer who was chosen.
  private func firstContact(
    with customer: Customer.ID, since start: Instant, in acquisition: Acquisition
  ) throws -> Instant? {
    let keys = Set(
      try actions.all(where: { $0.acquisition == acquisition.id }).map {
        RecordReference($0.id).key
      })
    guard !keys.isEmpty else { return nil }
    var first: Instant?
    var cursor: InteractionCursor?
    repeat {
      let page = try transaction.interactions.page(
        of: [customer], until: transaction.now, after: cursor)
      for contact in page.items {
        guard contact.occurredAt >= start else { return first }
        if contact.direction != .internal, contact.about.contains(where: { keys.contains($0.key) })
        {
          first = contact.occurredAt
        }
      }
      cursor = page.next
    } while cursor != nil
    return first
  }

  /// Asks once for what the file lacks after the first deal, and notices when it lacks nothing.
  private func complete(_ target: inout AcquisitionTarget, for acquisition: Acquisition) throws {
    guard transaction.capability(Facts.self) != nil else { return }
    let missing = try transaction.facts.quality(of: target.customer).entries.filter {
      $0.state == .missing
    }
    let customer = try transaction.customers.get(target.customer)
    if missing.isEmpty {
      target.completedAt = target.askedAt == nil ? target.firstDealAt : transaction.now
      guard let request = target.request,
        try transaction.commitments.get(request).status == .open
      else { return }
      try transaction.commitments.close(request, as: .kept, outcome: "The file has all of it.")
      return
    }
    guard target.askedAt == nil, !customer.isArchived else { return }
    let zone = transaction.zone
    let day = zone.date(of: transaction.now).daysSinceEpoch + acquisition.askWithinDays
    target.askedAt = transaction.now
    target.request = try transaction.commitments.make(
      NewCommitment(
        .followUp, to: target.customer,
        "Ask for what the file lacks: " + missing.map(\.field).joined(separator: ", "),
        owner: customer.owner ?? acquisition.owner,
        due: .by(CalendarDate(daysSinceEpoch: day), in: zone),
        about: [RecordReference(target.id)])
    ).id
  }
}
