/// A member's entries folded into a statement.
struct StatementFold {
  private let member: LoyaltyMember.ID
  private let currency: String

  /// The last instant that counts.
  private let end: Instant

  /// The statement before, and its last instant.
  private let previous: (statement: MemberStatement, end: Instant)?

  private(set) var lines: [StatementLine] = []
  private(set) var closing: StatementBalance

  /// Whose points came to the member's account for good, or until they leave.
  private(set) var joined: [LoyaltyMember.ID] = []

  private var openings: [PointsLot.ID: LotOpening] = [:]
  private var spendable: [PointsLot.ID: Int64] = [:]
  private var lapsesAt: Instant?

  init(
    of member: LoyaltyMember.ID, _ currency: String, until end: Instant,
    after previous: (statement: MemberStatement, end: Instant)?
  ) {
    self.member = member
    self.currency = currency
    self.end = end
    self.previous = previous
    closing = previous?.statement.closing ?? StatementBalance()
  }

  /// Takes the next entry.
  ///
  /// - Parameter explain: Says how an entry came about, where it makes a line.
  mutating func apply(_ entry: LedgerEntry, _ explain: (LedgerEntry) throws -> String) rethrows {
    guard entry.occurredAt <= end else { return }
    for opening in entry.openings
    where opening.member == member && opening.currency == currency {
      openings[opening.lot] = opening
    }
    if let lapse = entry.lapses.last(where: { $0.member == member && $0.currency == currency }) {
      lapsesAt = lapse.at
    }
    let legs = entry.legs.filter { $0.currency == currency }
    move(legs)
    if let previous, previous.statement.has(entry, by: previous.end) { return }
    if let other = entry.joined, entry.member == member { joined.append(other) }
    guard var line = line(entry.kind, at: entry.occurredAt, legs) else { return }
    line.entry = entry.id
    line.explanation = try explain(entry)
    note(line)
  }

  /// Takes what time has brought and nothing has put down yet.
  mutating func apply(_ step: LedgerSettlement.Step) {
    guard step.at <= end else { return }
    move(step.legs)
    guard var line = line(step.kind, at: step.at, step.legs) else { return }
    line.explanation = "\(step.kind.words): \(line.change) \(currency)."
    note(line)
  }

  /// What of the points there are ends, the soonest first.
  func expiring() -> [StatementExpiry] {
    var sums: [Instant: StatementExpiry] = [:]
    for (lot, points) in spendable where points > 0 {
      guard let opening = openings[lot], let end = opening.end(lapsing: lapsesAt) else { continue }
      let day = end == opening.expiresAt ? opening.lastValidDay : nil
      sums[end, default: StatementExpiry(lastValidDay: day, expiresAt: end, points: 0)].points &+=
        points
    }
    return sums.sorted { $0.key < $1.key }.map(\.value)
  }

  private func line(
    _ kind: LedgerEntry.Kind, at instant: Instant, _ legs: [LedgerLeg]
  ) -> StatementLine? {
    func change(_ account: LedgerAccount) -> Int64 {
      legs.reduce(0) { $0 &+ $1.change(of: member, on: account) }
    }
    let line = StatementLine(
      kind: kind, occurredAt: instant, change: change(.available),
      pendingChange: change(.pending), heldChange: change(.held), available: 0, explanation: "")
    let isEmpty = line.change == 0 && line.pendingChange == 0 && line.heldChange == 0
    return isEmpty ? nil : line
  }

  private mutating func note(_ line: StatementLine) {
    closing.available &+= line.change
    closing.pending &+= line.pendingChange
    closing.held &+= line.heldChange
    var line = line
    line.available = closing.available
    lines.append(line)
  }

  /// Moves points from and to the lots that can be spent.
  private mutating func move(_ legs: [LedgerLeg]) {
    for leg in legs {
      if let lot = leg.lot, leg.from == .available, leg.fromMember == member {
        spendable[lot, default: 0] &-= leg.points
      }
      if let lot = leg.into, leg.to == .available, leg.toMember == member {
        spendable[lot, default: 0] &+= leg.points &- leg.absorbed
      }
    }
  }
}

extension LotOpening {
  /// From when the points can no longer be spent.
  fileprivate func end(lapsing lapse: Instant?) -> Instant? {
    guard followsActivity, let lapse else { return expiresAt }
    return min(expiresAt ?? .latest, lapse)
  }
}
