extension Transaction {
  /// Tells of something that changed no record of its own.
  ///
  /// - Parameters:
  ///   - event: What happened.
  ///   - customer: The customer it is about.
  ///   - instant: When it happened, if not now.
  ///   - others: Further customers on whose timelines it stands.
  /// - Throws: ``CRMError/Code/unknownReference`` for unknown customers;
  ///   ``CRMError/Code/invalid`` where the instant lies more than a day after ``now``;
  ///   ``CRMError/Code/undeclaredEvent``. Nothing has changed then.
  public func emit<E: Event>(
    _ event: E, about customer: Customer.ID? = nil, at instant: Instant? = nil,
    alsoAbout others: [Customer.ID] = []
  ) throws {
    try operation {
      try checkDeclared(E.self)
      try checkKnown(customer, others, in: "events")
      try record(event, about: customer, others, kind: nil, id: nil, changes: [], at: instant)
    }
  }

  /// The events of the store.
  public var events: EventOperations { EventOperations(self) }

  func record<E: Event, R: Record>(
    _ event: E, row: Held<R>, changes: [FieldChange], at instant: Instant?,
    customer: Customer.ID? = nil, alsoAbout others: [Customer.ID]
  ) throws {
    try record(
      event, about: try customer ?? self.customer(of: row), others, kind: R.schema.name,
      id: Identifier(high: row.id.high, low: row.id.low), changes: changes, at: instant)
  }

  private func record<E: Event>(
    _ event: E, about customer: Customer.ID?, _ others: [Customer.ID], kind: String?,
    id: Identifier<RecordedEvent.AnyKind>?, changes: [FieldChange], at instant: Instant?
  ) throws {
    let writer = try checkWritable()
    let hearers = try checkDeclared(E.self)
    // A task that is late can tell of what came after it was due.
    let problems = futureProblems("occurred_at", instant, now: max(now, recordedAt))
    guard problems.isEmpty else { throw CRMError.invalid("events", problems) }
    // On another customer's timeline each edit stands for itself.
    let isUnlisted =
      try !changes.isEmpty && others.isEmpty && continues(E.self, id, at: instant ?? now)
    let (number, commit) = try log.next(writer)
    let recorded = RecordedEvent(
      id: Identifier(number: number), commit: commit, type: E.name, typeVersion: E.version,
      customer: customer, recordKind: kind, recordID: id, occurredAt: instant ?? now,
      recordedAt: recordedAt, actor: attribution.actor, onBehalfOf: attribution.onBehalfOf,
      channel: attribution.channel, reason: attribution.reason, cause: log.causingEvent,
      changes: changes, isUnlisted: isUnlisted, payload: Payload(try prepared(event)))
    do {
      try writer.insert(try RecordedEvent.schema.hold(recorded))
      for other in TimelineRules.others(others, than: customer) {
        let place = TimelinePlace(
          id: makeIdentifier(), customer: other, event: recorded.id, occurredAt: instant ?? now)
        try writer.insert(try TimelinePlace.schema.hold(place))
      }
    } catch let error as StorageError {
      throw CRMError.translated(error)
    }
    noteChange(of: RecordedEvent.self)
    var settling: [Customer.ID] = []
    if !engine.registry.settlements.isEmpty {
      if let customer { settling.append(customer) }
      settling += TimelineRules.others(others, than: customer)
    }
    try log.append(recorded, hearers, settling: settling)
  }

  /// Leaves an event out of its customer's timeline from now on.
  func unlist(_ event: RecordedEvent) throws {
    guard !event.isUnlisted else { return }
    let writer = try checkWritable()
    var unlisted = event
    unlisted.isUnlisted = true
    do {
      try writer.update(try RecordedEvent.schema.hold(unlisted), from: Held(event))
    } catch let error as StorageError {
      throw CRMError.translated(error)
    }
    noteChange(of: RecordedEvent.self)
  }

  /// Settles further customers, whom the event told last concerns though it stands on no timeline
  /// of theirs.
  func settle<E: Event>(_ customers: [Customer.ID], after event: E.Type) throws(CRMError) {
    let news = try checkDeclared(E.self).settlements
    if !engine.registry.settlements.isEmpty { log.settle(customers, toldBy: E.name, news) }
  }

  /// Leaves the event told last out of its customer's timeline.
  func unlistLatestEvent() throws {
    guard let number = log.lastNumber else { return }
    let told = try records(of: RecordedEvent.self).find(Identifier(number: number))
    if let told { try unlist(told) }
  }

  /// Whether an edit goes on with one that a timeline shows.
  private func continues<E: Event>(
    _ event: E.Type, _ record: Identifier<RecordedEvent.AnyKind>?, at instant: Instant
  ) throws -> Bool {
    guard let window = E.coalescingWindow, let record else { return false }
    var last: Held<RecordedEvent>?
    var first: Held<RecordedEvent>?
    try records(of: RecordedEvent.self).scan(
      Query(where: { $0.recordID == record }, sortedBy: { _ in [.newestFirst] })
    ) { held in
      last = last ?? held
      first = held
      return held.isUnlisted
    }
    guard let last, let first else { return false }
    return TimelineRules.continues(
      E.name, attribution, at: instant, window: window, after: last, in: first)
  }

  /// What hears a kind of event, which some capability must list.
  @discardableResult
  func checkDeclared<E: Event>(_ event: E.Type) throws(CRMError) -> Hearers {
    guard let hearers = engine.registry.hearers(of: E.self) else {
      throw CRMError(
        .undeclaredEvent, "No capability lists the event “\(E.name)”.",
        recovery: "Add \(E.self) to the events of the capability that emits it.")
    }
    return hearers
  }

  /// Refuses what is about customers who do not exist, with all of them.
  func checkKnown(_ customer: Customer.ID?, _ others: [Customer.ID] = [], in kind: String) throws {
    if others.isEmpty {
      guard let customer else { return }
      if lastSeen(customer) != nil { return }
    }
    let named =
      (customer.map { [("customer", $0)] } ?? [])
      + others.enumerated().map { ("also_about[\($0)]", $1) }
    let hasCustomers = engine.registry.records.contains { $0 == Customer.self }
    let known = hasCustomers ? try records(of: Customer.self).find(named.map(\.1)) : [:]
    let unknown = named.compactMap { field, id in
      known[id] == nil ? CRMError.Issue(field, "\(id) does not exist") : nil
    }
    if !unknown.isEmpty { throw CRMError.unknownReferences(kind, unknown) }
  }

  /// What an event or a task is kept as: text in form C, numbers finite.
  func prepared<Content: Described>(_ content: Content) throws -> Content {
    do throws(StorageError) {
      return try Content.prepared(content) ?? content
    } catch {
      throw CRMError.translated(error)
    }
  }

  /// The customer a record is about, found by following its owners.
  func customer<R: Record>(of row: Held<R>) throws -> Customer.ID? {
    if R.self == Customer.self { return Identifier(high: row.id.high, low: row.id.low) }
    guard let owner = R.schema.owner, let target = owner.reference,
      case .identifier(let high, let low)? = owner.values(of: row).first
    else { return nil }
    return try customer(ofKind: target, high: high, low: low)
  }

  private func customer<Owner: Record>(ofKind kind: Owner.Type, high: UInt64, low: UInt64) throws
    -> Customer.ID?
  {
    if Owner.self == Customer.self { return Identifier(high: high, low: low) }
    let id = Identifier<Owner>(high: high, low: low)
    guard let row = try lastSeen(id) ?? reader.get(id) else { return nil }
    return try customer(of: row)
  }
}

/// Reading what happened.
public struct EventOperations {
  static let key = RecordKey("the event log")

  private let transaction: Transaction

  init(_ transaction: Transaction) {
    self.transaction = transaction
  }

  /// Events after a place, in their order.
  ///
  /// - Parameter limit: How many at most.
  public func page(after cursor: EventCursor = .start, limit: Int = 256) throws -> [RecordedEvent] {
    do {
      return try transaction.reader.events(after: cursor.number, limit: limit)
    } catch let error as StorageError {
      throw CRMError.translated(error)
    }
  }

  /// Everything that happened to one record, in order.
  public func history<R: Record>(of id: Identifier<R>) throws -> [RecordedEvent] {
    let wanted = Identifier<RecordedEvent.AnyKind>(high: id.high, low: id.low)
    return try transaction.records(of: RecordedEvent.self).all(where: {
      $0.recordID == wanted && $0.recordKind == R.schema.name
    })
  }

  /// Hands on what happened to one record, the latest first, until `body` returns false.
  func scanHistory<R: Record>(
    of id: Identifier<R>, _ body: (RecordedEvent) throws -> Bool
  ) throws {
    let wanted = Identifier<RecordedEvent.AnyKind>(high: id.high, low: id.low)
    try transaction.records(of: RecordedEvent.self).scan(
      Query(
        where: { $0.recordID == wanted && $0.recordKind == R.schema.name },
        sortedBy: { _ in [.newestFirst] })
    ) { try body($0.row) }
  }

  /// The place after the last event there is.
  public func end() throws -> EventCursor {
    let last = try transaction.records(of: RecordedEvent.self).first(sortedBy: { _ in
      [.newestFirst]
    })
    return EventCursor(number: last?.id.number ?? 0)
  }
}
