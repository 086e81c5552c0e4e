extension LedgerWork {
  /// Gives points back that were taken while they waited, to go on waiting; what is owed is settled
  /// and what has ended expires only once they can be spent.
  ///
  /// - Parameters:
  ///   - lot: The lot they were taken from. If what they waited for has come meanwhile, it lives as
  ///     one whose points can be spent afterwards.
  ///   - source: Where they come from.
  /// - Returns: Whether they wait; if not, nothing has moved, and they are as any that can be spent.
  func restoreWaiting(
    _ points: Int64, of currency: String, to owner: LoyaltyMember.ID, _ lot: inout PointsLot,
    from source: LedgerAccount
  ) throws -> Bool {
    guard lot.isPending else { return false }
    if let day = lot.activeAt, day <= now { return false }
    if let instant = try activation(of: lot, for: owner) {
      try activateEmpty(&lot, of: currency, for: owner, at: instant)
      return false
    }
    let account = try account(currency, of: owner)
    guard lot.account == account.id else {
      try credit(points, opening(currency, moving: lot, to: owner), from: source)
      return true
    }
    try move(points, of: currency, from: source, to: .pending, owner, into: lot.id)
    wake(account, at: lot.queuedUntil)
    return true
  }

  /// When that happened which a lot waited for that had nothing in it by then, if it did; such a
  /// lot is passed over when it happens.
  private func activation(of lot: PointsLot, for owner: LoyaltyMember.ID) throws -> Instant? {
    guard let action = lot.awaits, let reference = lot.reference, lot.cancelled == 0 else {
      return nil
    }
    let holder = try loyalty.accounts.get(lot.account).member
    for member in Set([owner, holder, lot.originMember]).sorted() {
      let known = try loyalty.entries.all(
        where: {
          $0.parties.contains(member) && $0.kind == .activate && $0.reference == reference
        }, sortedBy: { _ in [.oldestFirst] })
      for entry in known where entry.sequence > lot.sequence {
        guard entry.refusal == nil, entry.occurredAt < lot.cancelAt ?? .latest,
          entry.requestJSON != nil, try entry.request(as: ActivateRequest.self)?.action == action
        else { continue }
        return entry.occurredAt
      }
    }
    return nil
  }

  /// Gives a lot the life of one whose points were activated while it had none.
  private func activateEmpty(
    _ lot: inout PointsLot, of currency: String, for owner: LoyaltyMember.ID, at instant: Instant
  ) throws {
    var opening = LotOpening(lot, of: owner, currency)
    opening.live(lot.life.activated(at: instant, lasting: policy(of: currency), in: days))
    opening.date(&lot)
    if lot.account == (try account(currency, of: owner)).id { try date(opening) }
    if lot.followsActivity { try noteActivation(of: owner, currency, at: instant) }
  }
}
