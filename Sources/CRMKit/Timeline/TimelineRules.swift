/// What a timeline shows of what happened; pure.
enum TimelineRules {
  /// Those of some customers that an event is not first of all about, each once.
  static func others(_ customers: [Customer.ID], than first: Customer.ID?) -> [Customer.ID] {
    guard !customers.isEmpty else { return [] }
    var seen: Set<Customer.ID> = []
    if let first { seen.insert(first) }
    return customers.filter { seen.insert($0).inserted }
  }

  /// Whether an edit goes on with the latest thing that happened to its record: an edit of the
  /// same kind by the same people, in a group whose first one lies less than a window back.
  ///
  /// - Parameters:
  ///   - last: What happened to the record last.
  ///   - first: What began the group that it belongs to.
  static func continues(
    _ type: String, _ attribution: Attribution, at instant: Instant, window: Duration,
    after last: Held<RecordedEvent>, in first: Held<RecordedEvent>
  ) -> Bool {
    guard !first.isUnlisted, last.type == type, first.occurredAt <= instant,
      instant < first.occurredAt + window
    else { return false }
    return last.actor == attribution.actor && last.onBehalfOf == attribution.onBehalfOf
      && last.channel == attribution.channel && last.reason == attribution.reason
  }

  /// For each event that others go on with, those others; events come in any order.
  static func continuations(among events: [RecordedEvent]) -> [Identifier<RecordedEvent>:
    [RecordedEvent]]
  {
    var groups: [Identifier<RecordedEvent>: [RecordedEvent]] = [:]
    var latest: [Identifier<RecordedEvent.AnyKind>: RecordedEvent] = [:]
    for event in events.sorted(by: { $0.id < $1.id }) {
      guard let record = event.recordID else { continue }
      if !event.isUnlisted {
        latest[record] = event
      } else if let first = latest[record], first.type == event.type {
        groups[first.id, default: []].append(event)
      }
    }
    return groups
  }

  /// Several edits' differences as those of one: the first state and the last.
  static func joined(_ changes: [FieldChange]) -> [FieldChange] {
    var joined: [FieldChange] = []
    var positions: [String: Int] = [:]
    for change in changes {
      if let position = positions[change.field] {
        joined[position].after = change.after
      } else {
        positions[change.field] = joined.count
        joined.append(change)
      }
    }
    return joined.filter { $0.before != $0.after }
  }
}
