/// Reads what happened to a customer that a score counts, each kind of record once.
struct ScoreReading {
  let transaction: Transaction
  let customer: Customer.ID
  let model: ScoreModel
  let now: Instant

  /// For each rule, when what it counts happened or will.
  func occurrences() throws -> [[Instant]] {
    var found: [[Instant]] = Array(repeating: [], count: model.rules.count)
    try readInteractions(into: &found)
    try readOrders(into: &found)
    try readContributions(into: &found)
    try readEvents(into: &found)
    return found
  }

  /// The rules that count something.
  private func rules<Wanted>(
    _ wanted: (ScoreSource) -> Wanted?
  ) -> [(index: Int, wanted: Wanted)] {
    model.rules.enumerated().compactMap { index, rule in
      guard case .happening(let source, _, _) = rule.cause, let wanted = wanted(source) else {
        return nil
      }
      return (index, wanted)
    }
  }

  /// The first instant at which something can have happened that still counts for one of some
  /// rules.
  private func start(of rules: [Int]) -> Instant {
    rules.map { index -> Instant in
      guard case .happening(_, let span?, _) = model.rules[index].cause else { return .earliest }
      return now - .milliseconds(span.bounds.upperBound)
    }.min() ?? .earliest
  }

  private func tests<R: Record>(
    _ rules: [(index: Int, wanted: Condition)], of kind: R.Type
  ) throws -> [(index: Int, test: (Held<R>) throws -> Bool)] {
    try rules.map { rule in
      let query = try PreparedQuery(
        Query<R>(where: { _ in Filter(rule.wanted) }), in: transaction.reader.catalog)
      return (rule.index, try query.predicate(in: transaction.reader))
    }
  }

  private func readInteractions(into found: inout [[Instant]]) throws {
    let rules = rules { if case .interactions(let condition) = $0 { condition } else { nil } }
    guard !rules.isEmpty, transaction.capability(Interactions.self) != nil else { return }
    let start = start(of: rules.map(\.index))
    let tests = try tests(rules, of: Interaction.self)
    let count = { (held: Held<Interaction>, found: inout [[Instant]]) in
      for (index, test) in tests where try test(held) { found[index].append(held.row.occurredAt) }
    }
    let records = transaction.records(of: Interaction.self)
    try records.scan(Query(where: { $0.customer == customer && $0.occurredAt >= start })) {
      try count($0, &found)
      return true
    }
    var parts: [Interaction.ID] = []
    try transaction.records(of: InteractionParticipant.self).scan(
      Query(where: { $0.customer == customer && $0.occurredAt >= start })
    ) {
      parts.append($0.row.interaction)
      return true
    }
    for held in try records.rows(parts).compactMap({ $0 }) {
      try count(held, &found)
    }
  }

  private func readOrders(into found: inout [[Instant]]) throws {
    let rules = rules { if case .orders(let condition) = $0 { condition } else { nil } }
    guard !rules.isEmpty, transaction.capability(Orders.self) != nil else { return }
    let start = start(of: rules.map(\.index))
    let tests = try tests(rules, of: Order.self)
    try transaction.records(of: Order.self).scan(
      Query(where: { $0.customer == customer && $0.placedAt >= start })
    ) { held in
      guard held.row.status != .cancelled else { return true }
      for (index, test) in tests where try test(held) { found[index].append(held.row.placedAt) }
      return true
    }
  }

  private func readContributions(into found: inout [[Instant]]) throws {
    let rules = rules { if case .contributions(let condition) = $0 { condition } else { nil } }
    guard !rules.isEmpty, transaction.capability(Contributions.self) != nil else { return }
    let tests = try tests(rules, of: Contribution.self)
    try transaction.records(of: Contribution.self).scan(
      Query(where: { $0.customer == customer })
    ) { held in
      guard let given = held.row.givenAt else { return true }
      for (index, test) in tests where try test(held) { found[index].append(given) }
      return true
    }
  }

  private func readEvents(into found: inout [[Instant]]) throws {
    let rules = rules { if case .events(let name) = $0 { name } else { nil } }
    guard !rules.isEmpty else { return }
    let start = start(of: rules.map(\.index))
    let count = { (event: RecordedEvent, found: inout [[Instant]]) in
      for (index, name) in rules where event.type == name {
        found[index].append(event.occurredAt)
      }
    }
    let events = transaction.records(of: RecordedEvent.self)
    try events.scan(Query(where: { $0.customer == customer && $0.occurredAt >= start })) {
      count($0.row, &found)
      return true
    }
    var others: [Identifier<RecordedEvent>] = []
    try transaction.records(of: TimelinePlace.self).scan(
      Query(where: { $0.customer == customer && $0.occurredAt >= start })
    ) {
      others.append($0.row.event)
      return true
    }
    // A corrected event has a place on the timeline of its own customer, too: it counts once.
    for held in try events.rows(others).compactMap({ $0 }) where held.row.customer != customer {
      count(held.row, &found)
    }
  }
}
