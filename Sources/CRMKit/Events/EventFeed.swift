/// A place among the events of a store, to go on from after a restart.
public struct EventCursor: Hashable, Sendable, Codable {
  /// The number of the last event that was consumed.
  public let number: Int64

  /// The place after an event of this number.
  public init(number: Int64) {
    self.number = number
  }

  /// The place just after an event.
  public init(after event: RecordedEvent) {
    number = event.id.number
  }

  /// Before the first event.
  public static let start = EventCursor(number: 0)
}

extension CRM {
  /// Committed events after a place, in order, each once, and those to come.
  ///
  /// Those committed here come at once, those of other processes or CRMs on the same store within
  /// a quarter of a second. The sequence ends when the CRM is closed, and throws
  /// `CancellationError` when its task is cancelled. A consumer that keeps the cursor of what it has done misses nothing and sees
  /// nothing twice, also after a crash.
  ///
  ///     for try await event in crm.events(after: cursor) {
  ///       if let added = try event.payload(as: CustomerAdded.self) { … }
  ///       cursor = EventCursor(after: event)
  ///     }
  public func events(after cursor: EventCursor = .start) -> EventFeed {
    EventFeed(engine: engine, cursor: cursor)
  }
}

/// Committed events in order, as they come.
public struct EventFeed: AsyncSequence, Sendable {
  let engine: Engine
  let cursor: EventCursor

  public func makeAsyncIterator() -> Iterator {
    Iterator(engine: engine, last: cursor.number)
  }

  /// Reads events page by page.
  public struct Iterator: AsyncIteratorProtocol {
    /// How long to rely on being told of commits; those of other processes are not.
    private static let patience = Duration.milliseconds(250)

    private let engine: Engine
    private var last: Int64
    private var page: [RecordedEvent] = []
    private var position = 0

    init(engine: Engine, last: Int64) {
      self.engine = engine
      self.last = last
    }

    public mutating func next() async throws -> RecordedEvent? {
      while position == page.count {
        try Task.checkCancellation()
        if engine.signal.isFinished { return nil }
        let after = last
        do {
          page = try await engine.storage.read { try $0.events(after: after, limit: 256) }
        } catch let error as StorageError where error.code == .closed {
          // Closed between the question above and the read.
          guard engine.signal.isFinished else { throw error }
          return nil
        }
        position = 0
        if page.isEmpty { await engine.signal.wait(beyond: after, atMost: Self.patience) }
      }
      defer { position += 1 }
      last = page[position].id.number
      return page[position]
    }
  }
}

extension StorageReader {
  /// Events after a number, in order.
  func events(after number: Int64, limit: Int) throws -> [RecordedEvent] {
    var query = Query<RecordedEvent>(limit: limit)
    query.after = try PreparedQuery(query, in: catalog).cursor(
      after: Identifier(number: max(0, number)))
    return try rows(query).map(\.row)
  }
}
