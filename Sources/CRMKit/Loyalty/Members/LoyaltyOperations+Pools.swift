extension LoyaltyOperations {
  /// Makes a pool, such as a household's, whose members will share their points.
  ///
  /// - Throws: ``LoyaltyError/Code/unknownReference`` for an unknown programme; nothing has changed
  ///   then.
  public func addPool(in programme: String) throws -> LoyaltyMember {
    _ = try self.programme(programme)
    let pool = LoyaltyMember(
      id: transaction.makeIdentifier(), programme: programme, kind: .pool, pools: [],
      status: .active, enrolledAt: transaction.now)
    return try members.insert(
      pool, emitting: MemberEnrolled(member: pool.id, programme: programme))
  }

  /// Lets a member share all points with a pool.
  ///
  /// Those it has go over with their days and origin, and what it earns and redeems from now on is
  /// the pool's. Tiers stay the member's own.
  ///
  /// - Returns: What became of it; refused with ``LoyaltyError/Code/ineligible`` while points are
  ///   held, and for who shares with a pool already.
  /// - Throws: ``LoyaltyError/Code/unknownReference`` for what is no member or no pool of the same
  ///   programme, ``LoyaltyError/Code/idempotencyConflict``; nothing has changed then.
  @discardableResult
  public func join(_ id: LoyaltyMember.ID, pool: LoyaltyMember.ID, key: String) throws
    -> LoyaltyResult
  {
    let (member, shared) = (try resolve(id), try resolve(pool))
    guard shared.kind == .pool, member.kind == .person, shared.programme == member.programme else {
      throw LoyaltyError(.unknownReference, "pool \(pool) for member \(id)")
    }
    return try transaction.operation {
      let request = PoolJoinRequest(member: id, pool: pool)
      let result = try post(request, key: key, for: shared.id) { work in
        guard member.pool == nil else { throw LoyaltyError(.ineligible, "in a pool") }
        work.entry.counterparty = member.id
        for terms in work.programme.points {
          guard try work.account(terms.name, of: member.id).held == 0 else {
            throw LoyaltyError(.ineligible, "points are held")
          }
          try work.takeOver(terms.name, of: member.id)
        }
      }
      guard !result.isReplay, result.refusal == nil else { return result }
      var sharing = member
      sharing.pool = shared.id
      if !sharing.pools.contains(shared.id) { sharing.pools.append(shared.id) }
      try members.update(sharing, emitting: PoolChanged(member: member.id, pool: shared.id))
      return result
    }
  }

  /// Lets a member leave its pool, with what ``PoolTerms/leaving`` says: what is left of what it
  /// brought, or of all that is left as large a part as it brought of all.
  ///
  /// - Returns: What became of it; refused with ``LoyaltyError/Code/ineligible`` for who shares with
  ///   no pool.
  /// - Throws: ``LoyaltyError/Code/unknownReference``, ``LoyaltyError/Code/idempotencyConflict``;
  ///   nothing has changed then.
  /// - Complexity: O(*k*) in the lots that the pool ever had.
  @discardableResult
  public func leavePool(_ id: LoyaltyMember.ID, key: String) throws -> LoyaltyResult {
    let member = try resolve(id)
    guard let pool = member.pool ?? member.pools.last else {
      throw LoyaltyError(.unknownReference, "pool of member \(id)")
    }
    return try transaction.operation {
      let request = PoolLeaveRequest(member: id, pool: pool)
      let result = try post(request, key: key, for: pool) { work in
        guard member.pool != nil else { throw LoyaltyError(.ineligible, "in no pool") }
        try work.handOut(to: member.id)
      }
      guard !result.isReplay, result.refusal == nil else { return result }
      _ = try noteLeft(member)
      return result
    }
  }

  /// Lets a member leave its pool without anybody having asked for it alone.
  ///
  /// - Returns: The member as it is then.
  func leave(_ pool: LoyaltyMember.ID, _ member: LoyaltyMember) throws -> LoyaltyMember {
    let work = try LedgerWork(
      self, members.get(pool), version(of: member.programme, at: transaction.now), .transfer,
      at: transaction.now)
    work.entry.request = Payload(PoolLeaveRequest(member: member.id, pool: pool))
    try work.handOut(to: member.id)
    try write(work)
    return try noteLeft(member)
  }

  private func noteLeft(_ member: LoyaltyMember) throws -> LoyaltyMember {
    var leaving = member
    leaving.pool = nil
    return try members.update(leaving, emitting: PoolChanged(member: member.id))
  }

  /// Whose account a member's points are on: its own, or its pool's.
  func holder(of member: LoyaltyMember) throws -> LoyaltyMember {
    try member.pool.map { try members.get($0) } ?? member
  }

  /// The entries by which a member joined pools and left them, in turn.
  func poolMoves(of member: LoyaltyMember) throws -> [LedgerEntry] {
    guard !member.pools.isEmpty else { return [] }
    return try entries.all(
      where: { $0.parties.contains(member.id) }, sortedBy: { _ in [.oldestFirst] }
    ).filter { $0.counterparty == member.id && $0.poolOfMove != nil }
  }

  /// When a member's points were a pool's.
  func poolStays(of member: LoyaltyMember) throws -> [PoolStay] {
    var stays: [PoolStay] = []
    for move in try poolMoves(of: member) {
      if let open = stays.indices.last, stays[open].until == nil {
        stays[open].until = move.occurredAt
      } else {
        stays.append(PoolStay(pool: move.member, from: move.occurredAt))
      }
    }
    return stays
  }

  /// Whose account a member's points were on at an instant, as far as it was known at another.
  func holder(of member: LoyaltyMember, asOf instant: Instant, knownAt known: Instant?) throws
    -> LoyaltyMember.ID
  {
    try poolMoves(of: member).filter { move in
      move.occurredAt <= instant && known.map { move.recordedAt <= $0 } ?? true
    }.reduce(member.id) { $0 == member.id ? $1.member : member.id }
  }
}

/// A time in which a member shared points with a pool.
struct PoolStay {
  let pool: LoyaltyMember.ID
  let from: Instant
  /// When the member left; `nil` for who has not.
  var until: Instant?
}

extension LedgerWork {
  /// Gives a member who leaves the pool its part of all points.
  fileprivate func handOut(to leaver: LoyaltyMember.ID) throws {
    entry.counterparty = leaver
    for terms in programme.points { try handOut(terms.name, to: leaver) }
  }

  /// Gives a member who leaves the pool a part of its points of a kind.
  private func handOut(_ currency: String, to leaver: LoyaltyMember.ID) throws {
    guard try loyalty.account(of: member.id, currency) != nil else { return }
    let account = try account(currency)
    let open = try loyalty.openLots(
      of: account.id, enoughFor: .max, by: programme.drawOrder, over: sheet)
    let pending = try loyalty.pendingLots(of: member.id, currency)
    let lots = try (open.map(\.id) + pending.map(\.id)).map { try lot($0) }
      .filter { $0.remaining > 0 }
    let own = Set(try loyalty.family(of: leaver))
    switch programme.pool.leaving {
    case .provenance:
      for lot in lots where own.contains(lot.originMember) {
        try hand(lot.remaining, of: lot, currency, to: leaver)
      }
    case .proRata:
      var left = try share(of: lots, account, of: own)
      for lot in lots where left > 0 {
        let part = min(lot.remaining, left)
        try hand(part, of: lot, currency, to: leaver)
        left -= part
      }
    }
  }

  /// Of all that is left as large a part as somebody brought of all that was.
  private func share(
    of lots: [PointsLot], _ account: PointsAccount, of leavers: Set<LoyaltyMember.ID>
  ) throws -> Int64 {
    let id = account.id
    let all = try loyalty.lots.all(where: { $0.account == id })
    // Who has left has taken a part along already.
    let sharing = try Set(all.map(\.originMember)).filter {
      try loyalty.resolve($0).pool == member.id
    }
    func brought(_ lots: [PointsLot]) throws -> Int64 {
      try lots.reduce(Int64(0)) { try $0.adding(max(0, $1.points - $1.clawed - $1.cancelled)) }
    }
    let own = try brought(all.filter { leavers.contains($0.originMember) })
    let whole = try brought(all.filter { sharing.contains($0.originMember) })
    let left = try lots.reduce(Int64(0)) { try $0.adding($1.remaining) }
    guard whole > 0, own > 0 else { return 0 }
    let product = left.multipliedFullWidth(by: own)
    return min(left, whole.dividingFullWidth(product).quotient)
  }

  private func hand(
    _ points: Int64, of lot: PointsLot, _ currency: String, to leaver: LoyaltyMember.ID
  ) throws {
    try credit(
      points, opening(currency, moving: lot, to: leaver),
      from: lot.isPending ? .pending : .available, member.id, lot: lot.id)
  }
}

extension LedgerEntry {
  /// Whose doing an earning is, which counts for tiers: the member's who shares the points with a
  /// pool.
  var qualifier: LoyaltyMember.ID { counterparty ?? member }
}

extension LoyaltyOperations {
  /// For whose tiers an entry counts: what takes back from an earning, or undoes that, counts for
  /// who earned, whoever they were joined with when it was written.
  func qualifier(of entry: LedgerEntry) throws -> LoyaltyMember.ID {
    guard entry.kind == .refund || entry.kind == .reverse else { return entry.qualifier }
    var origin = entry
    while origin.kind == .refund || origin.kind == .reverse,
      let cause = try origin.cause.flatMap({ try entries.find($0) })
    {
      origin = cause
    }
    return origin.qualifier
  }
}
