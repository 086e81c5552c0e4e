extension LoyaltyOperations {
  /// The account of a member, if there ever was anything on it.
  func account(of member: LoyaltyMember.ID, _ currency: String) throws -> PointsAccount? {
    try heldAccount(of: member, currency)?.row
  }

  /// The same in its box.
  func heldAccount(of member: LoyaltyMember.ID, _ currency: String) throws -> Held<PointsAccount>? {
    let id = PointsAccount.identifier(of: member, currency)
    guard let account = try accounts.held(id) else { return nil }
    guard account.row.member == member, account.row.currency == currency else {
      throw StorageError.damaged(
        PointsAccount.schema.name, id: id.description, "it is somebody else's")
    }
    return account
  }

  /// What time has brought to an account until an instant.
  ///
  /// - Parameter sheet: Lots and holds that an operation has changed and not written.
  func settlement(
    of account: PointsAccount, until now: Instant, over sheet: LedgerSheet = LedgerSheet()
  ) throws -> LedgerSettlement {
    var lots = sheet.lots.map(\.new).filter { $0.account == account.id }
    var known = Set(lots.map(\.id))
    let id = account.id
    func take(_ lot: PointsLot) { if known.insert(lot.id).inserted { lots.append(lot) } }
    let hasLapsed = account.lapsesAt.map { $0 <= now } ?? false
    for queue in 0...1 {
      try self.lots.scan(
        Query(where: {
          hasLapsed
            ? $0.account == id && $0.queue == queue
            : $0.account == id && $0.queue == queue && $0.queuedUntil <= now
        })
      ) {
        take($0.row)
        return true
      }
    }
    let changed = sheet.holds.map(\.new)
    let stored = try holds.all(where: { $0.account == id && $0.lapsesAt <= now })
    let due =
      changed.filter { $0.account == id }
      + stored.filter { hold in
        !changed.contains { $0.id == hold.id }
      }
    let isOver = { (hold: PointsHold) in hold.status == .open && hold.expiresAt <= now }
    for part in due.filter(isOver).flatMap(\.parts) where !known.contains(part.lot) {
      take(try self.lots.get(part.lot))
    }
    var settlement = LedgerSettlement(account, lots: lots, holds: due)
    try settlement.settle(until: now)
    return settlement
  }

  /// Lots that can be drawn from, in the order in which they are.
  ///
  /// - Parameters:
  ///   - points: How many points are wanted: there are no more lots than that takes.
  ///   - sheet: Lots that an operation has changed and not written.
  /// - Complexity: O(log *n*) and then in the lots drawn; in the open lots where those earned
  ///   first go first.
  func openLots(
    of account: PointsAccount.ID, enoughFor points: Int64, by order: DrawOrder,
    over sheet: LedgerSheet = LedgerSheet()
  ) throws -> [Held<PointsLot>] {
    let changed = sheet.lots.map(\.new).filter { $0.account == account }
    let isInOrder = changed.isEmpty && order == .soonestExpiry
    var lots: [Held<PointsLot>] = []
    var left = points
    try self.lots.scan(
      Query(
        where: { $0.account == account && $0.queue == 0 },
        sortedBy: { _ in PointsLot.soonestFirst })
    ) { held in
      if changed.contains(where: { $0.id == held.id }) { return true }
      lots.append(held)
      left -= held.row.remaining
      return !isInOrder || left > 0
    }
    if isInOrder { return lots }
    lots += changed.filter { !$0.isPending && $0.remaining > 0 }.map { Held($0) }
    return lots.sorted { LedgerRules.isDrawn($0.row, before: $1.row, by: order) }
  }

  /// When time next does something to an account, by what is stored.
  func nextDue(of account: PointsAccount) throws -> Instant {
    var next = Instant.latest
    let id = account.id
    for queue in 0...1 {
      let first = try lots.first(
        where: { $0.account == id && $0.queue == queue },
        sortedBy: { _ in PointsLot.soonestFirst })
      if let first { next = min(next, first.queuedUntil) }
    }
    let hold = try holds.first(
      where: { $0.account == id && $0.lapsesAt > .earliest },
      sortedBy: { [.ascending($0.lapsesAt)] })
    // What had lapsed by now is settled.
    if let lapse = account.lapsesAt, lapse > transaction.now { next = min(next, lapse) }
    return min(next, hold?.expiresAt ?? .latest)
  }
}
