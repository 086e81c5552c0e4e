extension Transaction {
  /// What happened with each customer, read from the events.
  public var timeline: TimelineOperations { TimelineOperations(self) }
}

/// Reading what happened with a customer.
public struct TimelineOperations {
  private let transaction: Transaction

  init(_ transaction: Transaction) {
    self.transaction = transaction
  }

  /// What happened with a customer, the latest first.
  ///
  /// - Parameters:
  ///   - customer: The customer.
  ///   - end: Nothing later than this; what happens at this instant is in.
  ///   - cursor: The place to go on from. Entries that come in before it do not move it.
  ///   - limit: How many at most.
  /// - Complexity: O(log *n* + *limit*), wherever the place lies; at most four queries.
  public func entries(
    of customer: Customer.ID, until end: Instant = .latest, after cursor: TimelineCursor? = nil,
    limit: Int = 50
  ) throws -> Page<TimelineEntry, TimelineCursor> {
    let events = try Run(
      Query<RecordedEvent>(
        where: { $0.customer == customer && $0.occurredAt <= end && $0.isUnlisted == false },
        sortedBy: { [.descending($0.occurredAt)] }, after: cursor?.event, limit: limit),
      in: transaction)
    let places = try Run(
      Query<TimelinePlace>(
        where: { $0.customer == customer && $0.occurredAt <= end },
        sortedBy: { [.descending($0.occurredAt)] }, after: cursor?.place, limit: limit),
      in: transaction)
    return try page(of: customer, events, places, limit: limit)
  }

  /// Takes what happened to a record off timelines; the event log keeps it.
  ///
  /// - Parameter customers: Off whose timelines.
  func withdraw<R: Record>(_ id: Identifier<R>, from customers: [Customer.ID]) throws {
    let events = try transaction.events.history(of: id)
    guard !events.isEmpty, !customers.isEmpty else { return }
    let records = transaction.records(of: TimelinePlace.self, with: EventOperations.key)
    let places = try records.all(where: { $0.event.isOne(of: events.map(\.id)) })
    for place in places where customers.contains(place.customer) { try records.remove(place.id) }
    for event in events where event.customer.map(customers.contains) ?? false {
      try transaction.unlist(event)
    }
  }

  private func page(
    of customer: Customer.ID, _ events: Run<RecordedEvent>, _ places: Run<TimelinePlace>, limit: Int
  ) throws -> Page<TimelineEntry, TimelineCursor> {
    let placed = try transaction.records(of: RecordedEvent.self).find(places.rows.map(\.event))
    var shown: [RecordedEvent] = []
    var (events, places) = (events, places)
    while shown.count < limit {
      if let event = events.first,
        places.first.map({ TimelineRules.precedes(event.row, $0.row) }) ?? true
      {
        shown.append(event.row)
        events.advance()
      } else if let place = places.first {
        if let event = placed[place.event] { shown.append(event) }
        places.advance()
      } else {
        break
      }
    }
    let goesOn = events.goesOn || places.goesOn
    return Page(
      items: try entries(of: shown, for: customer),
      next: goesOn ? TimelineCursor(event: try events.place(), place: try places.place()) : nil)
  }

  /// Events with the edits that went on with them.
  private func entries(of events: [RecordedEvent], for customer: Customer.ID) throws
    -> [TimelineEntry]
  {
    let windows = transaction.engine.registry.coalescingWindows
    let edits = events.filter { windows[$0.type] != nil && $0.customer == customer }
    guard let first = edits.last, let last = edits.first, let longest = windows.values.max() else {
      return events.map { TimelineEntry(event: $0, continuations: []) }
    }
    let around = try transaction.records(of: RecordedEvent.self).all(where: {
      $0.customer == customer && $0.occurredAt >= first.occurredAt
        && $0.occurredAt < last.occurredAt + longest
    })
    // Other events can be off the timeline for reasons of their own.
    let groups = TimelineRules.continuations(among: around.filter { windows[$0.type] != nil })
    return events.map { TimelineEntry(event: $0, continuations: groups[$0.id] ?? []) }
  }
}

/// The rows of a query, taken one by one.
private struct Run<R: Record> {
  let rows: [Held<R>]
  private let query: Query<R>
  private let transaction: Transaction
  private let start: Cursor<R>?
  private var taken = 0

  init(_ query: Query<R>, in transaction: Transaction) throws {
    self.query = query
    self.transaction = transaction
    start = query.after
    var wider = query
    if let limit = query.limit, limit >= 0 { wider.limit = limit == .max ? nil : limit + 1 }
    do {
      rows = try transaction.records(of: R.self).rows(wider)
    } catch let error as StorageError {
      throw CRMError.translated(error)
    }
  }

  /// The next row.
  var first: Held<R>? { taken < rows.count ? rows[taken] : nil }

  /// Whether there are rows that were not taken.
  var goesOn: Bool { taken < rows.count }

  /// The place after what was taken.
  func place() throws -> Cursor<R>? {
    if taken == 0 { return start }
    return try PreparedQuery(query, in: transaction.reader.catalog).cursor(after: rows[taken - 1])
  }

  mutating func advance() { taken += 1 }
}
