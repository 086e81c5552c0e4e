/// Where timelines show what happened to a record, if not where the events themselves say.
///
/// Events are never changed but for being listed or not; what is shown elsewhere has a place.
extension TimelineOperations {
  /// Puts an event on a customer's timeline as of an instant.
  func place(_ event: RecordedEvent, on customer: Customer.ID, at instant: Instant) throws {
    try places.put(
      TimelinePlace(
        id: transaction.makeIdentifier(), customer: customer, event: event.id,
        occurredAt: instant))
  }

  /// Moves what happened to a record to another instant, on every timeline that shows it.
  func move(_ events: [RecordedEvent], to instant: Instant) throws {
    for var place in try places(of: events) where place.occurredAt != instant {
      place.occurredAt = instant
      try places.put(place)
    }
    for event in events where !event.isUnlisted && event.occurredAt != instant {
      guard let customer = event.customer else { continue }
      try transaction.unlist(event)
      try place(event, on: customer, at: instant)
    }
  }

  /// Takes what happened to a record off timelines; the event log keeps it.
  ///
  /// - Parameter customers: Off whose timelines.
  func withdraw(_ events: [RecordedEvent], from customers: [Customer.ID]) throws {
    guard !customers.isEmpty else { return }
    for place in try places(of: events) where customers.contains(place.customer) {
      try places.remove(place.id)
    }
    for event in events where event.customer.map(customers.contains) ?? false {
      try transaction.unlist(event)
    }
  }

  private var places: Records<TimelinePlace> {
    transaction.records(of: TimelinePlace.self, with: EventOperations.key)
  }

  private func places(of events: [RecordedEvent]) throws -> [TimelinePlace] {
    guard !events.isEmpty else { return [] }
    return try places.all(where: { $0.event.isOne(of: events.map(\.id)) })
  }
}
