/// What legs do to accounts and lots: the one place that says so, for posting, reading ahead and
/// replaying alike.
extension PointsAccount {
  /// Takes and adds what a leg takes from this account and adds to it.
  ///
  /// - Throws: ``LoyaltyError/Code/overflow``; `StorageError` where more would leave than there is.
  mutating func apply(_ leg: LedgerLeg) throws {
    guard leg.currency == currency else { return }
    if leg.fromMember == member { try leave(leg) }
    if leg.toMember == member { try enter(leg) }
    guard pending >= 0, held >= 0, deficit >= 0 else {
      throw StorageError.damaged(
        PointsAccount.schema.name, id: id.description, "more would leave than there is")
    }
  }

  private mutating func leave(_ leg: LedgerLeg) throws(LoyaltyError) {
    switch leg.from {
    case .pending: pending = try pending.adding(-leg.points)
    case .held: held = try held.adding(-leg.points)
    case .available:
      available = try available.adding(-leg.points)
      if leg.lot == nil { deficit = try deficit.adding(leg.points) }
    default: break
    }
    switch leg.to {
    case .issued: earned = try earned.adding(-leg.points)
    case .redeemed: redeemed = try redeemed.adding(leg.points)
    case .expired: expired = try expired.adding(leg.points)
    default: break
    }
  }

  private mutating func enter(_ leg: LedgerLeg) throws(LoyaltyError) {
    switch leg.to {
    case .pending: pending = try pending.adding(leg.points)
    case .held: held = try held.adding(leg.points)
    case .available:
      available = try available.adding(leg.points)
      deficit -= leg.absorbed
    default: break
    }
    switch leg.from {
    case .issued: earned = try earned.adding(leg.points)
    case .redeemed: redeemed = try redeemed.adding(-leg.points)
    default: break
    }
  }
}

extension PointsLot {
  /// Moves what a leg moves out of this lot, into it or within it.
  ///
  /// - Parameters:
  ///   - sequence: The number of the leg's entry.
  ///   - kind: What the entry is.
  /// - Throws: ``LoyaltyError/Code/overflow``; `StorageError` where more would leave than there is.
  mutating func apply(_ leg: LedgerLeg, in sequence: Int64, _ kind: LedgerEntry.Kind) throws {
    if leg.lot == id { leave(leg, kind) }
    if leg.into == id { try enter(leg, in: sequence) }
    guard remaining >= 0, held >= 0 else {
      throw StorageError.damaged(
        PointsLot.schema.name, id: id.description, "more would leave than there is")
    }
  }

  private mutating func leave(_ leg: LedgerLeg, _ kind: LedgerEntry.Kind) {
    if leg.from == .held { held -= leg.points } else { remaining -= leg.points }
    if leg.into == id { return }
    switch leg.to {
    case .redeemed: redeemed += leg.points
    case .expired: expired += leg.points
    case .forfeited: forfeited += leg.points
    case .conversion: converted += leg.points
    case .issued where kind == .cancelPending: cancelled += leg.points
    case .issued, .adjusted, .clawLoss: clawed += leg.points
    case .pending, .available, .held: transferred += leg.points
    }
  }

  private mutating func enter(_ leg: LedgerLeg, in sequence: Int64) throws(LoyaltyError) {
    if leg.to == .held {
      held += leg.points
    } else {
      remaining = try remaining.adding(leg.points)
      isPending = leg.to == .pending
    }
    if leg.lot != id {
      // What comes by the entry that opened the lot is what it has; what comes later comes back.
      if self.sequence == sequence {
        points = try points.adding(leg.points)
      } else {
        restored = try restored.adding(leg.points)
      }
    }
    remaining -= leg.absorbed
    clawed += leg.absorbed
  }
}

extension PointsHold {
  /// The hold that an entry places, if it places one, or brings from another member.
  init?(_ entry: LedgerEntry) {
    guard entry.kind == .hold || entry.kind == .review, let id = entry.hold,
      let expiresAt = entry.holdExpiresAt,
      let leg = entry.legs.first, entry.refusal == nil
    else { return nil }
    self.init(
      id: id, account: PointsAccount.identifier(of: entry.member, leg.currency),
      programme: entry.programme, entry: entry.carriesHold ? entry.cause ?? entry.id : entry.id,
      parts: entry.legs.compactMap { leg in
        leg.into.map { PointsDraw(lot: $0, points: leg.points) }
      },
      points: entry.legs.reduce(0) { $0 &+ $1.points }, captured: 0, placedAt: entry.occurredAt,
      expiresAt: expiresAt, reference: entry.reference, isReview: entry.kind == .review,
      status: .open)
  }

  /// Notes what an entry did with it.
  mutating func apply(_ entry: LedgerEntry) {
    switch entry.kind {
    case .hold, .review: if let placed = PointsHold(entry) { self = placed }
    case .capture:
      status = .captured
      captured = entry.legs.reduce(0) { $0 &+ ($1.to == .redeemed ? $1.points : 0) }
    case .void: status = .voided
    case .lapse: status = .lapsed
    default: break
    }
  }
}

extension Int64 {
  /// The sum of two numbers of points.
  ///
  /// - Throws: ``LoyaltyError/Code/overflow``.
  func adding(_ other: Int64) throws(LoyaltyError) -> Int64 {
    let (sum, isTooLarge) = addingReportingOverflow(other)
    if isTooLarge { throw LoyaltyError(.overflow, requested: other) }
    return sum
  }
}
