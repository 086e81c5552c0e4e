extension LedgerWork {
  /// Draws planned from one lot first, then in the programme's order.
  ///
  /// - Throws: ``LoyaltyError/Code/insufficientPoints``.
  func plan(
    _ points: Int64, of currency: String, from owner: LoyaltyMember.ID, first: PointsLot.ID?
  ) throws -> [PointsDraw] {
    let account = try account(currency, of: owner)
    guard account.available >= points else {
      throw LoyaltyError(
        .insufficientPoints, requested: points, allowed: max(0, account.available), currency)
    }
    return try drawsThere(points, account, first: first.map { [$0] } ?? [])
  }

  /// Draws of as many points as there are, from some lots first.
  private func drawsThere(_ points: Int64, _ account: PointsAccount, first: [PointsLot.ID]) throws
    -> [PointsDraw]
  {
    var draws: [PointsDraw] = []
    var left = points
    for id in first {
      let lot = try lot(id)
      let there = lot.isPending || lot.account != account.id ? 0 : min(lot.remaining, left)
      if there > 0 { draws.append(PointsDraw(lot: id, points: there)) }
      left -= there
    }
    guard left > 0 else { return draws }
    // As much more as the first lots have may have to be passed over.
    let lots = try loyalty.openLots(
      of: account.id, enoughFor: .max, by: programme.drawOrder, over: sheet
    ).filter { !first.contains($0.id) }
    let others = LedgerRules.draw(left, from: lots).draws
    for lot in lots.prefix(others.count) { _ = try self.lot(lot.id) }
    return draws + others
  }

  /// Gives points back to the lot they came from, or to one in its place where it has ended.
  ///
  /// - Parameters:
  ///   - id: The lot; `nil` where the points were not there, but owed.
  ///   - source: Where they come from, with whose it is and the lot there.
  ///   - wasPending: Whether they waited when they left the lot.
  func restore(
    _ points: Int64, of currency: String, to owner: LoyaltyMember.ID, _ id: PointsLot.ID?,
    from source: LedgerAccount, _ sourceMember: LoyaltyMember.ID? = nil,
    _ sourceLot: PointsLot.ID? = nil, wasPending: Bool = false
  ) throws {
    let owner = try loyalty.holder(of: loyalty.resolve(owner)).id
    guard let id else {
      try restoreOwed(points, of: currency, to: owner, from: source, sourceMember)
      return
    }
    var old = try lot(id)
    if wasPending, try restoreWaiting(points, of: currency, to: owner, &old, from: source) {
      return
    }
    let account = try account(currency, of: owner)
    let absorbed = min(account.deficit, points)
    let hasEnded = old.end(lapsing: account.lapsesAt).map { $0 <= now } ?? false
    // A second time of grace would make points last for ever.
    if hasEnded, old.restoredFrom == nil, case .grace(let count) = programme.restore.expired {
      var opening = opening(
        currency, of: old, life(until: days.date(of: now).plus(days: count)), for: owner)
      opening.restoredFrom = old.id
      try credit(points, opening, from: source, sourceMember, lot: sourceLot)
      return
    }
    guard old.account == account.id else {
      // Its member was merged into another or shares with a pool by now, which has a lot of the
      // same life instead.
      let opening = opening(currency, of: old, nil, for: owner)
      try credit(points, opening, from: source, sourceMember, lot: sourceLot)
      if hasEnded, let left = sheet.lot(opening.lot)?.remaining, left > 0 {
        try move(left, of: currency, from: .available, owner, to: .expired, lot: opening.lot)
      }
      return
    }
    try move(
      points, of: currency, from: source, sourceMember, to: .available, owner, lot: sourceLot,
      into: id, absorbing: absorbed)
    if hasEnded, points > absorbed {
      try move(
        points - absorbed, of: currency, from: .available, owner, to: .expired, lot: id)
    } else {
      wake(account, at: try lot(id).queuedUntil)
    }
  }

  /// Gives back points that were owed: what is still owed is settled, the rest is credited anew.
  private func restoreOwed(
    _ points: Int64, of currency: String, to owner: LoyaltyMember.ID,
    from source: LedgerAccount, _ sourceMember: LoyaltyMember.ID?
  ) throws {
    let absorbed = min(try account(currency, of: owner).deficit, points)
    if absorbed > 0 {
      try move(
        absorbed, of: currency, from: source, sourceMember, to: .available, owner,
        absorbing: absorbed)
    }
    if points > absorbed {
      try credit(
        points - absorbed, opening(currency, life(of: currency), for: owner), from: source,
        sourceMember)
    }
  }

  /// Takes back points that a leg credited, as far as they were there or enjoyed.
  ///
  /// - Returns: How many could not be taken from any lot.
  @discardableResult
  func claw(_ leg: LedgerLeg, of owner: LoyaltyMember.ID) throws -> Int64 {
    guard let id = leg.into else {
      try move(leg.points, of: leg.currency, from: .available, owner, to: leg.from)
      return 0
    }
    let origins = try [id] + (leg.to == .pending ? lots(withPointsOf: id, of: owner) : [])
    let lost = try origins.reduce(Int64(0)) { try $0.adding(try lot($1).lost()) }
    let enjoyed = max(0, leg.points - lost)
    return try claw(enjoyed, of: leg.currency, of: owner, origins: origins, to: leg.from)
  }

  /// Other lots of a member to which points came that were earned with those of a lot.
  private func lots(withPointsOf id: PointsLot.ID, of owner: LoyaltyMember.ID) throws
    -> [PointsLot.ID]
  {
    let origin = try lot(id).originEntry
    let derived = try loyalty.lots.all(
      where: { $0.derivedFrom.contains(origin) }, sortedBy: { _ in [.oldestFirst] })
    let currency = try loyalty.accounts.get(lot(id).account).currency
    let account = PointsAccount.identifier(of: owner, currency)
    return derived.filter { $0.id != id && $0.account == account }.map(\.id)
  }

  /// Takes points back: from the lot they came by, from others, and then as the programme says.
  ///
  /// - Parameters:
  ///   - origins: The lots by which they came.
  ///   - target: Where they go: to where they had come from.
  /// - Returns: How many could not be taken from any lot.
  @discardableResult
  func claw(
    _ points: Int64, of currency: String, of owner: LoyaltyMember.ID, origins: [PointsLot.ID],
    to target: LedgerAccount
  ) throws -> Int64 {
    let left = try take(points, of: currency, of: owner, from: origins, to: target)
    if left > 0 { try bear(left, of: currency, of: owner, to: target) }
    return left
  }

  /// Takes points back that are there: those of some lots that are pending, then, unless the
  /// programme says otherwise, those that can be spent.
  ///
  /// - Parameters:
  ///   - origins: The lots by which they came.
  ///   - target: Where they go: to where they had come from.
  /// - Returns: How many are not there.
  func take(
    _ points: Int64, of currency: String, of owner: LoyaltyMember.ID, from origins: [PointsLot.ID],
    to target: LedgerAccount
  ) throws -> Int64 {
    var left = points
    let id = try account(currency, of: owner).id
    for origin in origins {
      let lot = try lot(origin)
      let taken = lot.isPending && lot.account == id ? min(left, lot.remaining) : 0
      guard taken > 0 else { continue }
      try move(taken, of: currency, from: .pending, owner, to: target, lot: origin)
      left -= taken
    }
    guard left > 0, programme.clawback.shortfall != .pendingOnly else { return left }
    let account = try account(currency, of: owner)
    let there = min(max(0, account.available), left)
    guard there > 0 else { return left }
    let first = programme.clawback.draw == .originLotFirst ? origins : []
    for draw in try drawsThere(there, account, first: first) {
      try move(draw.points, of: currency, from: .available, owner, to: target, lot: draw.lot)
    }
    return left - there
  }

  /// Does as the programme says with points that were to be taken back and are not there.
  func bear(
    _ points: Int64, of currency: String, of owner: LoyaltyMember.ID, to target: LedgerAccount
  ) throws {
    switch programme.clawback.shortfall {
    case .allowNegative:
      try move(points, of: currency, from: .available, owner, to: target)
    case .clampAndWriteOff: try move(points, of: currency, from: .clawLoss, to: target)
    case .pendingOnly, .withholdFromRefund: break
    }
  }
}
