/// What the ledger's operations compute: values in, legs out, nothing stored.
enum LedgerRules {
  /// Takes points off lots in their order until there are enough.
  ///
  /// - Returns: How many of each, or what is missing if they are too few.
  static func draw(_ points: Int64, from lots: [Held<PointsLot>]) -> (
    draws: [PointsDraw], short: Int64
  ) {
    var left = points
    var draws: [PointsDraw] = []
    draws.reserveCapacity(lots.count)
    for lot in lots where left > 0 && lot.row.remaining > 0 {
      let taken = min(left, lot.row.remaining)
      draws.append(PointsDraw(lot: lot.id, points: taken))
      left -= taken
    }
    return (draws, left)
  }

  /// Parts a hold's points into those that are redeemed and those that go back, in their order.
  static func part(_ parts: [PointsDraw], taking points: Int64) -> (
    taken: [PointsDraw], left: [PointsDraw]
  ) {
    var wanted = points
    var (taken, left): ([PointsDraw], [PointsDraw]) = ([], [])
    for part in parts {
      let share = min(wanted, part.points)
      wanted -= share
      if share > 0 { taken.append(PointsDraw(lot: part.lot, points: share)) }
      if share < part.points {
        left.append(PointsDraw(lot: part.lot, points: part.points - share))
      }
    }
    return (taken, left)
  }

  /// Gives held points of a lot back, and lets them end at once where the lot has ended meanwhile.
  ///
  /// - Parameters:
  ///   - lot: The lot; `nil` where only its identifier is known.
  ///   - deficit: What the account owes, which what comes back settles first.
  static func release(
    _ points: Int64, of lot: PointsLot?, _ id: PointsLot.ID, _ account: PointsAccount,
    at instant: Instant, deficit: inout Int64
  ) -> [LedgerLeg] {
    let absorbed = min(deficit, points)
    deficit -= absorbed
    var legs = [
      LedgerLeg(
        currency: account.currency, points: points, from: .held, fromMember: account.member,
        to: .available, toMember: account.member, lot: id, into: id, absorbed: absorbed)
    ]
    if let end = lot?.end(lapsing: account.lapsesAt), end <= instant, points > absorbed {
      legs.append(
        LedgerLeg(
          currency: account.currency, points: points - absorbed, from: .available,
          fromMember: account.member, to: .expired, lot: id, absorbed: 0))
    }
    return legs
  }

  /// The order in which lots are drawn.
  static func isDrawn(_ a: PointsLot, before b: PointsLot, by order: DrawOrder) -> Bool {
    switch order {
    case .soonestExpiry:
      (a.queuedUntil, a.earnedAt, a.sequence, a.id) < (b.queuedUntil, b.earnedAt, b.sequence, b.id)
    case .oldestEarned: (a.earnedAt, a.sequence, a.id) < (b.earnedAt, b.sequence, b.id)
    }
  }
}
