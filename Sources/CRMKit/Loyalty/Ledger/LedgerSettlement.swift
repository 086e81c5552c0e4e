/// What time has brought to an account: points that became active, that ended, that were held too
/// long.
///
/// A pure rule. Reads use what it leads to, writes also put down what it did.
struct LedgerSettlement {
  /// The account, settled so far.
  private(set) var account: PointsAccount

  /// What was done, in order.
  private(set) var steps: [Step] = []

  private var lots: [PointsLot]
  private let places: [PointsLot.ID: Int]
  private let holds: [PointsHold]

  /// What happened at an instant, by time alone.
  struct Step {
    let kind: LedgerEntry.Kind
    let at: Instant
    var legs: [LedgerLeg] = []
    var hold: PointsHold.ID?
  }

  /// Something that falls due; what falls due at one instant is done in the order of the kinds.
  private struct Due: Comparable {
    enum Kind: Int {
      case cancel, activate, lapse, expire

      /// What an entry of it is.
      var entryKind: LedgerEntry.Kind {
        switch self {
        case .cancel: .cancelPending
        case .activate: .activate
        case .lapse: .lapse
        case .expire: .expire
        }
      }
    }

    let at: Instant
    let kind: Kind
    let place: Int

    static func < (a: Due, b: Due) -> Bool {
      (a.at, a.kind.rawValue, a.place) < (b.at, b.kind.rawValue, b.place)
    }
  }

  /// Looks at an account.
  ///
  /// - Parameters:
  ///   - lots: At least those that time has done something to, with those of the holds.
  ///   - holds: At least those whose time is over.
  init(_ account: PointsAccount, lots: [PointsLot], holds: [PointsHold]) {
    self.account = account
    self.lots = lots
    self.holds = holds
    places = Dictionary(lots.indices.map { (lots[$0].id, $0) }) { first, _ in first }
  }

  /// Does all that time has brought until an instant, in order.
  ///
  /// - Complexity: O(*n* log *n*) in the lots and holds.
  mutating func settle(until now: Instant) throws {
    for due in dues(until: now) {
      if let legs = legs(for: due), !legs.isEmpty || due.kind == .lapse {
        try note(legs, due)
      }
    }
  }

  /// The lots as they are once settled.
  var settledLots: [PointsLot] { lots }

  private func dues(until now: Instant) -> [Due] {
    var dues: [Due] = []
    for (place, lot) in lots.enumerated() {
      if lot.isPending, let at = lot.cancelAt {
        dues.append(Due(at: at, kind: .cancel, place: place))
      }
      if lot.isPending, let at = lot.activeAt {
        dues.append(Due(at: at, kind: .activate, place: place))
      }
      // What waits does not end before it could be spent.
      let start = lot.isPending ? lot.activeAt ?? .latest : .earliest
      if let end = lot.end(lapsing: account.lapsesAt) {
        dues.append(Due(at: max(end, start), kind: .expire, place: place))
      }
    }
    for (place, hold) in holds.enumerated() where hold.status == .open {
      dues.append(Due(at: hold.expiresAt, kind: .lapse, place: place))
    }
    return dues.filter { $0.at <= now }.sorted()
  }

  /// What is to be done; `nil` where there is nothing left to do.
  private func legs(for due: Due) -> [LedgerLeg]? {
    if due.kind == .lapse { return releasing(holds[due.place], at: due.at) }
    let lot = lots[due.place]
    guard lot.remaining > 0 else { return nil }
    switch due.kind {
    case .cancel:
      return lot.isPending ? [leg(lot.remaining, .pending, .issued, lot.id)] : nil
    case .activate:
      guard lot.isPending else { return nil }
      var leg = leg(lot.remaining, .pending, .available, lot.id, into: lot.id)
      leg.absorbed = min(account.deficit, lot.remaining)
      return [leg]
    case .expire: return lot.isPending ? nil : [leg(lot.remaining, .available, .expired, lot.id)]
    case .lapse: return nil
    }
  }

  /// What gives the points of a hold back, those that have ended meanwhile to no one.
  private func releasing(_ hold: PointsHold, at instant: Instant) -> [LedgerLeg] {
    var deficit = account.deficit
    return hold.parts.flatMap { part in
      LedgerRules.release(
        part.points, of: places[part.lot].map { lots[$0] }, part.lot, account, at: instant,
        deficit: &deficit)
    }
  }

  private func leg(
    _ points: Int64, _ from: LedgerAccount, _ to: LedgerAccount, _ lot: PointsLot.ID,
    into: PointsLot.ID? = nil
  ) -> LedgerLeg {
    LedgerLeg(
      currency: account.currency, points: points, from: from, fromMember: account.member, to: to,
      toMember: to.isMembers ? account.member : nil, lot: lot, into: into, absorbed: 0)
  }

  private mutating func note(_ legs: [LedgerLeg], _ due: Due) throws {
    let kind = due.kind.entryKind
    for leg in legs {
      try account.apply(leg)
      // Nothing here opens a lot.
      if let lot = leg.lot, let place = places[lot] { try lots[place].apply(leg, in: 0, kind) }
    }
    if due.kind == .lapse {
      steps.append(Step(kind: kind, at: due.at, legs: legs, hold: holds[due.place].id))
      return
    }
    if let last = steps.indices.last, steps[last].kind == kind, steps[last].at == due.at {
      steps[last].legs += legs
    } else {
      steps.append(Step(kind: kind, at: due.at, legs: legs))
    }
  }
}
