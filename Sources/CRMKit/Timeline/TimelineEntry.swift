/// What a timeline shows in one place: an event, with the edits that went on with it.
public struct TimelineEntry: Sendable, Hashable, Identifiable {
  /// The event, the first of its edits.
  public let event: RecordedEvent

  /// When it happened; of several edits, when the first did.
  ///
  /// Where that was corrected (``InteractionOperations/update(_:)``) it is the right instant; the
  /// event keeps the one that was recorded.
  public let occurredAt: Instant

  /// The edits that the same person made to the same record within the window of the first
  /// (``Event/coalescingWindow``), in their order; the event log keeps each.
  public let continuations: [RecordedEvent]

  /// The number of the event.
  public var id: Identifier<RecordedEvent> { event.id }

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
  let occurredAt: Instant
  let event: Identifier<RecordedEvent>
}

/// The later comes after; of two at one instant the one told later.
extension TimelineCursor: Comparable {
  public static func < (a: TimelineCursor, b: TimelineCursor) -> Bool {
    (a.occurredAt, a.event) < (b.occurredAt, b.event)
  }
}
