extension Transaction {
  /// What happened with each customer, read from the events.
  public var timeline: TimelineOperations { TimelineOperations(self) }
}

/// Reading what happened with a customer.
public struct TimelineOperations {
  let transaction: Transaction

  init(_ transaction: Transaction) {
    self.transaction = transaction
  }

  /// What happened with a customer, the latest first.
  ///
  /// - Parameters:
  ///   - customer: The customer.
  ///   - includesMembers: Whether what happened with those who belong to an organisation or a
  ///     household today stands there too (``RelationshipOperations/members(of:when:types:after:limit:)``).
  ///   - end: Nothing later than this; what happens at this instant is in.
  ///   - cursor: The place to go on from. Entries that come in before it do not move it.
  ///   - limit: How many at most.
  /// - Throws: ``CRMError/Code/invalidQuery`` for a negative limit.
  /// - Complexity: O(log *n* + *limit*), wherever the place lies; at most four queries. With
  ///   members as ``entries(of:until:after:limit:)``.
  public func entries(
    of customer: Customer.ID, includingMembers includesMembers: Bool = false,
    until end: Instant = .latest, after cursor: TimelineCursor? = nil, limit: Int = 50
  ) throws -> Page<TimelineEntry, TimelineCursor> {
    let members = includesMembers ? try members(of: customer) : []
    return try entries(of: [customer] + members, until: end, after: cursor, limit: limit)
  }

  /// What happened with several customers as one list, the latest first, each entry once.
  ///
  /// - Parameters:
  ///   - customers: The customers.
  ///   - end: Nothing later than this; what happens at this instant is in.
  ///   - cursor: The place to go on from. Entries that come in before it do not move it.
  ///   - limit: How many at most.
  /// - Throws: ``CRMError/Code/invalidQuery`` for a negative limit.
  /// - Complexity: For *k* customers, 2 *k* index look-ups and O(*k* · *limit*) steps, wherever
  ///   the place lies.
  public func entries(
    of customers: [Customer.ID], until end: Instant = .latest,
    after cursor: TimelineCursor? = nil, limit: Int = 50
  ) throws -> Page<TimelineEntry, TimelineCursor> {
    guard limit > 0 else {
      // Refuses what is negative.
      _ = try transaction.records(of: RecordedEvent.self).page(Query(limit: limit))
      return Page(items: [], next: cursor)
    }
    let transaction = transaction
    var known: Set<Customer.ID> = []
    var readings: [Lists.Reading] = []
    for customer in customers where known.insert(customer).inserted {
      readings.append { try Self.listed(customer, transaction, end, $0, $1) }
      readings.append { try Self.placed(customer, transaction, end, $0, $1) }
    }
    var lists = Lists(after: cursor, readings)
    let (found, next) = try lists.page(limit: limit)
    return Page(items: try entries(of: found, among: known), next: next)
  }

  private typealias Lists = MergedLists<TimelineCursor, Held<RecordedEvent>>

  /// The events that are first of all about a customer.
  private static func listed(
    _ customer: Customer.ID, _ transaction: Transaction, _ end: Instant, _ place: TimelineCursor?,
    _ count: Int
  ) throws -> [Lists.Entry] {
    var query = Query<RecordedEvent>(
      where: { $0.customer == customer && $0.occurredAt <= end && $0.isUnlisted == false },
      sortedBy: { [.descending($0.occurredAt)] }, limit: count)
    query.after = try place.map {
      try transaction.cursor(after: .blank($0.event, at: $0.occurredAt), in: query)
    }
    return try transaction.records(of: RecordedEvent.self).rows(query).map {
      Lists.Entry(place: TimelineCursor(occurredAt: $0.occurredAt, event: $0.id), item: $0)
    }
  }

  /// The events that have a place on a customer's timeline.
  private static func placed(
    _ customer: Customer.ID, _ transaction: Transaction, _ end: Instant, _ place: TimelineCursor?,
    _ count: Int
  ) throws -> [Lists.Entry] {
    var query = Query<TimelinePlace>(
      where: { $0.customer == customer && $0.occurredAt <= end },
      sortedBy: { [.descending($0.occurredAt), .descending($0.event)] }, limit: count)
    query.after = try place.map {
      try transaction.cursor(
        after: TimelinePlace(
          id: .zero, customer: customer, event: $0.event, occurredAt: $0.occurredAt), in: query)
    }
    return try transaction.records(of: TimelinePlace.self).rows(query).map {
      Lists.Entry(place: TimelineCursor(occurredAt: $0.occurredAt, event: $0.event), item: nil)
    }
  }

  /// What was found, with the edits that went on with it.
  private func entries(of found: [Lists.Entry], among customers: Set<Customer.ID>) throws
    -> [TimelineEntry]
  {
    let shown = try shown(of: found)
    let groups = try continuations(of: shown.map { $0.event }, among: customers)
    return shown.map { event, occurredAt in
      TimelineEntry(
        event: event.row, occurredAt: occurredAt, continuations: groups[event.id] ?? [])
    }
  }

  /// The events that were found, those that have only a place looked up.
  private func shown(of found: [Lists.Entry]) throws
    -> [(event: Held<RecordedEvent>, occurredAt: Instant)]
  {
    let placed = found.filter { $0.item == nil }.map(\.place.event)
    let rows = try transaction.records(of: RecordedEvent.self).rows(placed)
    let events = Dictionary(rows.compactMap { $0.map { ($0.id, $0) } }) { $1 }
    return found.compactMap { entry in
      (entry.item ?? events[entry.place.event]).map { ($0, entry.place.occurredAt) }
    }
  }

  /// The edits that went on with some events.
  private func continuations(of events: [Held<RecordedEvent>], among customers: Set<Customer.ID>)
    throws
    -> [Identifier<RecordedEvent>: [RecordedEvent]]
  {
    let windows = transaction.engine.registry.coalescingWindows
    guard let longest = windows.values.max() else { return [:] }
    let edits = events.filter { event in
      windows[event.type] != nil && (event.customer.map(customers.contains) ?? false)
    }
    var groups: [Identifier<RecordedEvent>: [RecordedEvent]] = [:]
    for (customer, edits) in Dictionary(grouping: edits, by: { $0.customer }) {
      let instants = edits.map { $0.occurredAt }
      guard let first = instants.min(), let last = instants.max() else { continue }
      let around = try transaction.records(of: RecordedEvent.self).all(where: {
        $0.customer == customer && $0.occurredAt >= first && $0.occurredAt < last + longest
      })
      // Other events can be off the timeline for reasons of their own.
      groups.merge(TimelineRules.continuations(among: around.filter { windows[$0.type] != nil })) {
        first, _ in first
      }
    }
    return groups
  }

  private func members(of customer: Customer.ID) throws -> [Customer.ID] {
    guard transaction.capability(Relationships.self) != nil else { return [] }
    var members: [Customer.ID] = []
    var place: Cursor<Relationship>?
    repeat {
      let page = try transaction.relationships.members(of: customer, after: place, limit: 1_000)
      members += page.items.map(\.other.id)
      place = page.next
    } while place != nil
    return members
  }
}
