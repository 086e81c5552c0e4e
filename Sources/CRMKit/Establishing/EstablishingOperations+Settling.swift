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
    target.firstDealAt = try firstDeal(with: old.customer, since: targetedAt)
    // A file is complete after the first deal that stands; it is looked at anew after another one.
    if let completedAt = target.completedAt, completedAt < target.firstDealAt ?? .latest {
      target.completedAt = nil
    }
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

  /// When a customer who was chosen placed the first order that stands.
  private func firstDeal(with customer: Customer.ID, since start: Instant) throws -> Instant? {
    try transaction.records(of: Order.self).first(
      where: { $0.customer == customer && $0.placedAt >= start && $0.status != .cancelled },
      sortedBy: { [.ascending($0.placedAt)] })?.placedAt
  }

  /// When a contact of an action of an effort first reached a customer who was chosen; one that was
  /// planned counts once its instant was told.
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
      let page = try transaction.interactions.page(of: [customer], after: cursor)
      for contact in page.items {
        guard contact.occurredAt >= start else { return first }
        guard contact.direction != .internal,
          contact.about.contains(where: { keys.contains($0.key) }),
          try transaction.metrics.isPast(contact)
        else { continue }
        first = contact.occurredAt
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

// MARK: - Verifying

extension EstablishingOperations {
  /// Makes the steps of those who are being developed of the records, and tells of each that is
  /// kept otherwise.
  ///
  /// - Complexity: As ``settle(_:)`` for each of them.
  func verify(_ report: inout VerificationReport) throws {
    let open = try records.all().filter { $0.closedAt == nil }
    for acquisition in open {
      try targets.scan(
        Query(where: { $0.acquisition == acquisition.id && $0.decision == .chosen })
      ) { held in
        let target = held.row
        guard let start = target.targetedAt else { return true }
        let contact = try firstContact(with: target.customer, since: start, in: acquisition)
        let deal = try firstDeal(with: target.customer, since: start)
        let watch = AcquisitionWatch.identifier(of: target.customer)
        for (field, isSame) in [
          ("contacted_at", contact == target.contactedAt),
          ("first_deal_at", deal == target.firstDealAt),
          ("decision", try watches.find(watch) != nil),
        ] where !isSame {
          report.noteDamage(
            of: AcquisitionTarget.schema.name, field: field, id: "customer \(target.customer)",
            "it is kept otherwise than the records say")
        }
        return true
      }
    }
  }
}
