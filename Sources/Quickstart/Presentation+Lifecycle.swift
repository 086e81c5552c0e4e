import CRMKit

/// What a replay shows: where customers stood, how they moved, and who is about to leave.
extension Presentation {
  /// How many customers stood at each stage at the end of each quarter.
  func composition(from first: CalendarDate, through last: CalendarDate) async throws -> [String] {
    let ends = Self.quarterEnds(from: first, through: last)
    let (stages, shares) = try await crm.read { tx in
      let stages = try tx.lifecycle.model(Replay.lifecycle).stages.sorted { $0.weight < $1.weight }
      let shares = try ends.map { end in
        try tx.lifecycle.composition(
          of: Replay.lifecycle,
          at: Instant(startOf: CalendarDate(daysSinceEpoch: end.daysSinceEpoch + 1))
            - .milliseconds(1))
      }
      return (stages.map(\.name), shares)
    }
    let head = "  " + filled("end of", 15) + ends.map { padded($0, 12) }.joined()
    let rows = stages.compactMap { stage -> String? in
      let counts = shares.map { share in share.first { $0.stage == stage }?.customers ?? 0 }
      guard counts.contains(where: { $0 > 0 }) else { return nil }
      return "  " + filled(stage, 15) + counts.map { padded($0, 12) }.joined()
    }
    return [head] + rows
  }

  private static func quarterEnds(
    from first: CalendarDate, through last: CalendarDate
  ) -> [CalendarDate] {
    var ends: [CalendarDate] = []
    var (year, quarter) = (first.year, (first.month - 1) / 3)
    while true {
      let next = quarter == 3 ? (year + 1, 0) : (year, quarter + 1)
      guard let start = CalendarDate(year: next.0, month: next.1 * 3 + 1, day: 1) else { break }
      let end = CalendarDate(daysSinceEpoch: start.daysSinceEpoch - 1)
      ends.append(min(end, last))
      if end >= last { break }
      (year, quarter) = next
    }
    return ends
  }

  /// How many moves there were between stages, the most first.
  func flow(from first: CalendarDate, through last: CalendarDate) async throws -> [String] {
    let flows = try await crm.read {
      try $0.lifecycle.flow(in: Replay.lifecycle, from: Instant(startOf: first), until: $0.now)
    }
    return flows.map { flow in
      let stages = [flow.move.from, flow.move.to].map { $0 ?? "–" }.joined(separator: " → ")
      return "  \(padded(flow.moves, 5))  \(stages)"
    }
  }

  /// How many were lost, how many of them still are and how many came back, and those of each who
  /// bought for most: with their last order, and with the day on which they came back.
  func lostAndBack(_ count: Int) async throws -> [String] {
    try await crm.read { tx in
      let lost = try customers(who: .lost, tx)
      let gone = try best(
        lost.filter {
          try tx.lifecycle.history(of: $0, in: Replay.lifecycle).last?.toKind == .lost
        }, tx)
      let back = try comebacks(tx)
      return ["  \(lost.count) were lost, \(gone.count) still are, such as"]
        + (try gone.prefix(count).map { id in
          let last = try tx.orders.all(of: id, limit: 1).first
          let order = last.map { "\($0.placedAt.dateInUTC): \($0.units) for \($0.total)" }
          return "    \(try tx.customers.get(id).name), last order \(order ?? "–")"
        }) + ["  \(back.count) came back, such as"]
        + (try back.prefix(count).map { id in
          let move = try tx.lifecycle.history(of: id, in: Replay.lifecycle)
            .last { $0.toKind == .wonBack }
          return "    \(try tx.customers.get(id).name) on \(move?.at.dateInUTC.description ?? "?")"
        })
    }
  }

  private func customers(who kind: LifecycleStage.Kind, _ tx: Transaction) throws -> [Customer.ID] {
    let moves = try tx.records(of: LifecycleTransition.self).all(where: { $0.toKind == kind })
    return Set(moves.map(\.customer)).sorted()
  }

  /// The gravest warnings that stand, those with most at stake first.
  func warnings(_ count: Int) async throws -> [String] {
    try await crm.read { tx in
      var warnings: [Warning] = []
      var cursor: Cursor<Warning>?
      repeat {
        let page = try tx.warnings.standing(after: cursor, limit: 500)
        warnings += page.items
        cursor = page.next
      } while cursor != nil
      let gravest = warnings.sorted { a, b in
        let (mine, others) = (a.atStake.first?.minorUnits ?? 0, b.atStake.first?.minorUnits ?? 0)
        if a.severity != b.severity { return a.severity > b.severity }
        return mine == others ? a.id < b.id : mine > others
      }
      return try ["  \(warnings.count) stand"]
        + gravest.prefix(count).flatMap { warning in
          let name = try tx.customers.get(warning.customer).name
          let stake = warning.atStake.map(\.description).joined(separator: ", ")
          return ["  \(name), \(warning.severity): \(stake.isEmpty ? "nothing" : stake) at stake"]
            + warning.evidence.filter { !$0.isGone }.map { "    \(reason($0))" }
        }
    }
  }

  private func reason(_ evidence: Warning.Evidence) -> String {
    let found = evidence.found.map { "\($0.what) \($0.found)" }.joined(separator: ", ")
    return "\(evidence.signal) since \(evidence.at.dateInUTC): \(found)"
  }

  /// Who was lost, or nearly, came back, and buys for most.
  func comeback() async throws -> Customer.ID? {
    try await crm.read { try comebacks($0).first }
  }

  /// Who came back, those who buy for most first.
  private func comebacks(_ tx: Transaction) throws -> [Customer.ID] {
    try best(customers(who: .wonBack, tx), tx)
  }

  /// Customers, those who bought for most first.
  private func best(_ customers: [Customer.ID], _ tx: Transaction) throws -> [Customer.ID] {
    try customers.map { id in
      (id, try tx.metrics.purchases(of: id).first?.revenue.minorUnits ?? 0)
    }
    .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    .map { $0.0 }
  }

  /// A customer's whole life: what was bought, how it moved them, and what was feared.
  func life(of id: Customer.ID) async throws -> [String] {
    try await crm.read { tx in
      var lines: [(at: Instant, text: String)] = []
      for order in try tx.orders.all(of: id, limit: .max) {
        lines.append((order.placedAt, "buys \(order.units) for \(order.total)"))
      }
      for move in try tx.lifecycle.history(of: id, in: Replay.lifecycle) {
        let why = move.rule ?? move.cause.rawValue
        lines.append((move.at, "→ \(move.to ?? "–") (\(why))"))
      }
      for warning in try tx.warnings.all(of: id, limit: .max) {
        lines += warning.evidence.map {
          (max($0.at, warning.raisedAt), "warning: \(reason($0))")
        }
        if let closed = warning.closedAt {
          lines.append((closed, "warning \(warning.status.rawValue): \(warning.note ?? "")"))
        }
      }
      let inOrder = lines.enumerated().sorted {
        ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
      }
      return ["  \(try tx.customers.get(id).name)"]
        + inOrder.map { "  \($0.element.at.dateInUTC)  \($0.element.text)" }
    }
  }

  func filled(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
