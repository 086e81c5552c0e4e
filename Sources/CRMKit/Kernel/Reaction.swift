/// What a capability does when something happens, within the same transaction.
///
/// Reactions run when the operation that emitted the event returns, first in first out, in
/// capability order. One that throws fails the write.
public struct Reaction: Sendable {
  let event: ObjectIdentifier
  let name: String
  let run: @Sendable (RecordedEvent, Transaction) throws -> Void

  /// A reaction to one kind of event.
  public init<E: Event>(
    to event: E.Type, _ body: @escaping @Sendable (Occurrence<E>, Transaction) throws -> Void
  ) {
    self.event = ObjectIdentifier(event)
    name = event.name
    run = { recorded, transaction in
      guard let payload = try recorded.payload(as: E.self) else { return }
      try body(Occurrence(recorded: recorded, event: payload), transaction)
    }
  }
}

/// An event together with what was recorded of it.
///
/// The event's own members can be read directly.
@dynamicMemberLookup
public struct Occurrence<E: Event>: Sendable {
  /// When, by whom and through what it happened, and what changed.
  public let recorded: RecordedEvent

  /// The event.
  public let event: E

  /// A member of the event.
  public subscript<Member>(dynamicMember path: KeyPath<E, Member>) -> Member {
    event[keyPath: path]
  }
}
