/// What a timeline shows in one place: an event, with the edits that went on with it.
public struct TimelineEntry: Sendable, Hashable, Identifiable {
  /// The event, the first of its edits.
  public let event: RecordedEvent

  /// The edits that the same person made to the same record within the window of the first
  /// (``Event/coalescingWindow``), in their order; the event log keeps each.
  public let continuations: [RecordedEvent]

  /// The number of the event.
  public var id: Identifier<RecordedEvent> { event.id }

  /// When it happened; of several edits, when the first did.
  public var occurredAt: Instant { event.occurredAt }

  /// The stored name of the event's type, such as `customers.updated`.
  public var type: String { event.type }

  /// What all the edits together changed; what the last of them took back is left out.
  public var changes: [FieldChange] {
    continuations.isEmpty
      ? event.changes : TimelineRules.joined(event.changes + continuations.flatMap(\.changes))
  }
}

/// A place between two entries of a timeline; entries that come in before it do not move it.
public struct TimelineCursor: Sendable, Hashable, Codable {
  // What a timeline shows comes from two lists, each read from its own place on.
  var event: Cursor<RecordedEvent>?
  var place: Cursor<TimelinePlace>?
}
