extension LoyaltyOperations {
  /// Joins a membership with another one of the programme, as where two files were one customer's.
  ///
  /// Its points go over lot by lot, with their days and origins, and its holds with them; what it
  /// owes the other owes. In each group of tiers the higher tier is kept up to the later end of both
  /// terms, and what counted for either counts for the one. Its identifier becomes an alias: whatever
  /// is asked for under it is done for the other, while what is asked of the time before is answered
  /// as it was.
  ///
  /// Where it shares with a pool that the other does not share with, it leaves that first with its
  /// part (``leavePool(_:key:)``); what is set aside there stays there. Where either is blocked, the
  /// one that goes on is.
  ///
  /// - Parameters:
  ///   - id: The membership that becomes an alias.
  ///   - other: The one that goes on.
  ///   - key: The host's name for the request.
  /// - Returns: What became of it; refused with ``LoyaltyError/Code/ineligible`` for who was erased.
  ///   Joining the same again is a replay, also where the other has been joined with a third since.
  /// - Throws: ``LoyaltyError/Code/alreadyMerged`` where it is an alias of another one, or the
  ///   other is its own; ``LoyaltyError/Code/sameAccount``; ``LoyaltyError/Code/unknownReference``,
  ///   also for pools, of which each member leaves one and joins another. Nothing has changed then.
  @discardableResult
  public func merge(
    _ id: LoyaltyMember.ID, into other: LoyaltyMember.ID, key: String
  ) throws -> LoyaltyResult {
    let target = try resolve(other)
    guard let source = try members.find(id) else {
      throw LoyaltyError(.unknownReference, "member \(id)")
    }
    let request = MergeRequest(member: id, into: other)
    if let known = try replay(of: request, key: key, naturalKey: nil, in: target.programme) {
      return known
    }
    if source.status == .merged {
      guard let entry = try mergeEntry(of: id),
        try source.mergedInto == target.id || entry.request(as: MergeRequest.self)?.into == other
      else { throw LoyaltyError(.alreadyMerged, "\(id)") }
      return LoyaltyResult(entry: Held(entry), replay: .naturalKey)
    }
    guard source.id != target.id else {
      throw LoyaltyError(id == other ? .sameAccount : .alreadyMerged, "\(other)")
    }
    guard source.programme == target.programme, source.kind == .person, target.kind == .person
    else {
      throw LoyaltyError(.unknownReference, "person \(id) in “\(target.programme)”")
    }
    return try transaction.operation {
      let isErased = source.status == .erased || target.status == .erased
      var alias = source
      if let pool = source.pool, pool != target.pool, !isErased { alias = try leave(pool, source) }
      let result = try post(request, key: key, for: target.id) { work in
        guard !isErased else { throw LoyaltyError(.ineligible, "erased") }
        work.entry.counterparty = alias.id
        guard alias.pool == nil else { return }  // The pool has the points of both.
        for terms in work.programme.points { try work.takeOver(terms.name, of: alias.id) }
      }
      guard let entry = result.entry, !result.isReplay, result.refusal == nil else { return result }
      if alias.pool == nil { try carryHolds(of: alias.id, to: entry.member) }
      try settleTiers(of: [alias, target])
      alias.status = .merged
      alias.mergedInto = target.id
      alias.reasonsBefore = target.statusReasons.count
      try members.update(alias, emitting: MemberMerged(member: alias.id, into: target.id))
      let joined = try passBlock(from: source, to: target)
      try forgetProgress(of: [alias.id, joined.id])
      try joinTiers(of: alias, with: joined, by: entry)
      return result
    }
  }

  /// Parts a membership from the one it was joined with.
  ///
  /// What is left of the points it had brought goes back to it; what was earned since stays. Both
  /// have the tiers that they have by what counted for each alone: what was refunded meanwhile
  /// counts for who had earned it. What the other has paid for it, it owes again: what it owed when
  /// they were joined, and what was taken back since of what it had earned and was not there any more.
  /// What was spent meanwhile comes back, where it does, to the other. What it had set aside goes back
  /// to it as it is. A block that came to the other by joining them goes back as well; where it was
  /// blocked or let go meanwhile, that is so for both.
  ///
  /// - Parameters:
  ///   - id: The membership that is an alias.
  ///   - key: The host's name for the request.
  /// - Throws: ``LoyaltyError/Code/notReversible`` where it is no alias, the other has become one or
  ///   was erased, or has joined a pool since, as the points are not to be told apart any more;
  ///   ``LoyaltyError/Code/unknownReference``. Nothing has changed then.
  @discardableResult
  public func unmerge(_ id: LoyaltyMember.ID, key: String) throws -> LoyaltyResult {
    guard let source = try members.find(id) else {
      throw LoyaltyError(.unknownReference, "member \(id)")
    }
    let request = UnmergeRequest(member: id)
    if let known = try replay(of: request, key: key, naturalKey: nil, in: source.programme) {
      return known
    }
    guard let target = try source.mergedInto.map({ try members.get($0) }) else {
      throw LoyaltyError(.notReversible, "of member \(id)")
    }
    guard target.status == .active || target.status == .blocked,
      let merge = try mergeEntry(of: id),
      try !poolMoves(of: target).contains(where: { $0.sequence > merge.sequence })
    else {
      throw LoyaltyError(.notReversible, "of member \(id)")
    }
    return try transaction.operation {
      let carried = try carriedHolds(with: merge)
      let paid = try legsPaid(for: id, since: merge)
      let result = try post(request, key: key, for: target.id) { work in
        work.entry.counterparty = id
        work.entry.cause = merge.id
        for leg in paid {
          try work.restore(
            leg.points, of: leg.currency, to: merge.member, leg.lot, from: .available, id)
        }
        for leg in merge.legs + carried.flatMap(\.legs) where leg.toMember == merge.member {
          try work.giveBack(leg, to: id)
        }
      }
      guard !result.isReplay, result.refusal == nil else { return result }
      for entry in carried { try carryBack(entry) }
      try settleTiers(of: [target])
      var member = source
      member.mergedInto = nil
      if !member.partedFrom.contains(target.id) { member.partedFrom.append(target.id) }
      let other = try partBlocks(of: &member, from: target)
      try members.update(member, emitting: MemberUnmerged(member: id, from: target.id))
      try forgetProgress(of: [id, target.id])
      try partTiers(of: member, from: other, joinedBy: merge)
      return result
    }
  }

  /// What another membership has paid for its alias, the last first: what that owed when they were
  /// joined, and what was taken back since of what it had earned and was not of its own points.
  private func legsPaid(for alias: LoyaltyMember.ID, since merge: LedgerEntry) throws
    -> [LedgerLeg]
  {
    let (payer, family) = (merge.member, Set(try family(of: alias)))
    var legs: [LedgerLeg] = []
    try entries.scan(
      Query(where: { $0.parties.contains(payer) }, sortedBy: { _ in [.newestFirst] })
    ) { held in
      let entry = held.row
      guard entry.sequence > merge.sequence else { return false }
      guard entry.kind == .refund || entry.kind == .reverse, entry.refusal == nil,
        entry.member == payer, try family.contains(qualifier(of: entry)),
        try !effects(of: entry.id).contains(where: { $0.kind == .reverse })
      else { return true }
      legs += try entry.legs.reversed().filter { leg in
        guard leg.from == .available, leg.fromMember == payer, !leg.to.isMembers else {
          return false
        }
        return try leg.lot.map { try !family.contains(lots.get($0).originMember) } ?? true
      }
      return true
    }
    return legs
      + merge.legs.reversed().filter {
        $0.from == .available && $0.fromMember == payer && $0.toMember == alias
      }
  }

  /// The entry by which a membership became an alias, the last time that it did.
  func mergeEntry(of alias: LoyaltyMember.ID) throws -> LedgerEntry? {
    try lastTie(of: alias) { $0.kind == .merge }
  }

  /// A membership and all that are aliases of it, in the order of their identifiers.
  func family(of id: LoyaltyMember.ID) throws -> [LoyaltyMember.ID] {
    guard try ties().haveJoined else { return [id] }
    var found = [id]
    var next = 0
    while next < found.count {
      let head = found[next]
      found += try members.all(where: { $0.mergedInto == head }).map(\.id)
      next += 1
    }
    return found.sorted()
  }

  /// Memberships, and all from which they were parted, those from which these were included: what
  /// is theirs may stand under any of them.
  func places(of ids: [LoyaltyMember.ID]) throws -> [LoyaltyMember.ID] {
    guard try ties().haveParted else { return ids }
    var found = ids
    var next = 0
    while next < found.count {
      let others = try members.find(found[next])?.partedFrom ?? []
      found += others.filter { !found.contains($0) }
      next += 1
    }
    return found
  }

  /// Whether any membership is an alias, and whether any was parted; asked once per change of
  /// memberships.
  func ties() throws -> MembershipTies {
    try transaction.recall(of: LoyaltyMember.self) {
      MembershipTies(
        // In the order of the index, so that it is looked at and not every member there is.
        haveJoined: try members.first(
          where: { $0.mergedInto > .zero }, sortedBy: { [.ascending($0.mergedInto)] }) != nil,
        haveParted: try members.first(where: { $0.wasParted == true }) != nil)
    }
  }
}

/// What became of memberships of a store.
struct MembershipTies {
  /// Whether any is an alias.
  let haveJoined: Bool

  /// Whether any was parted from another.
  let haveParted: Bool
}

extension LedgerWork {
  /// Moves all points of a kind that another membership has to this one.
  func takeOver(_ currency: String, of source: LoyaltyMember.ID) throws {
    guard try loyalty.account(of: source, currency) != nil else { return }
    let account = try account(currency, of: source)
    let open = try loyalty.openLots(
      of: account.id, enoughFor: .max, by: programme.drawOrder, over: sheet)
    for id in try open.map(\.id) + loyalty.pendingLots(of: source, currency).map(\.id) {
      let lot = try lot(id)
      guard lot.remaining > 0 else { continue }
      try credit(
        lot.remaining, opening(currency, moving: lot, to: member.id),
        from: lot.isPending ? .pending : .available, source, lot: lot.id)
    }
    if account.deficit > 0 { try settleDebt(account.deficit, currency, of: source) }
    if !entry.legs.isEmpty { try takeOverLapse(of: account) }
  }

  /// Lets points that last as long as their member is active last as long as those of another
  /// account, where that is longer.
  ///
  /// - Parameter owner: Whose points, if not ``member``'s.
  func takeOverLapse(of other: PointsAccount, for owner: LoyaltyMember.ID? = nil) throws {
    let owner = owner ?? member.id
    if let lapse = other.lapsesAt,
      lapse > (try account(other.currency, of: owner).lapsesAt ?? .earliest)
    {
      try extend(other.currency, of: owner, until: lapse)
    }
  }

  /// Pays what another membership owes.
  private func settleDebt(_ debt: Int64, _ currency: String, of source: LoyaltyMember.ID) throws {
    let there = min(max(0, try account(currency).available), debt)
    if there > 0 {
      for draw in try planDraw(there, of: currency, from: member.id) {
        try move(
          draw.points, of: currency, from: .available, member.id, to: .available, source,
          lot: draw.lot, absorbing: draw.points)
      }
    }
    guard debt > there else { return }
    try move(
      debt - there, of: currency, from: .available, member.id, to: .available, source,
      absorbing: debt - there)
  }

  /// Gives back what is left of what a leg brought from another membership.
  fileprivate func giveBack(_ leg: LedgerLeg, to source: LoyaltyMember.ID) throws {
    guard let into = leg.into, let origin = leg.lot else { return }
    try account(leg.currency)
    try account(leg.currency, of: source)
    let (left, old) = (try lot(into), try lot(origin))
    guard left.remaining > 0 else { return }
    let place: LedgerAccount = left.isPending ? .pending : .available
    let owed = left.isPending ? 0 : try account(leg.currency, of: source).deficit
    try move(
      left.remaining, of: leg.currency, from: place, member.id, to: place, source, lot: into,
      into: origin, absorbing: min(owed, left.remaining))
    try date(LotOpening(old, of: source, leg.currency, living: left))
    // What it did as an alias kept the points of both alive.
    if left.followsActivity { try takeOverLapse(of: account(leg.currency), for: source) }
  }
}
