extension LoyaltyOperations {
  /// Keeps a member from earning and redeeming; points go on expiring.
  ///
  /// What would have been earned meanwhile is not given afterwards.
  ///
  /// - Parameter reason: Why; up to 1,000 bytes of UTF-8.
  /// - Throws: ``CRMError/Code/invalid`` without a reason, ``LoyaltyError/Code/unknownReference``,
  ///   ``LoyaltyError/Code/ineligible`` for one who was erased; nothing has changed then.
  @discardableResult
  public func block(_ id: LoyaltyMember.ID, because reason: String) throws -> LoyaltyMember {
    var member = try changeable(id, because: reason)
    guard member.status == .active else { return member }
    member.change(to: .blocked, at: transaction.now, because: reason)
    return try members.update(member, withoutWords: MemberBlocked(member: member.id))
  }

  /// Lets a member earn and redeem again.
  ///
  /// - Throws: As ``block(_:because:)``.
  @discardableResult
  public func unblock(_ id: LoyaltyMember.ID, because reason: String) throws -> LoyaltyMember {
    var member = try changeable(id, because: reason)
    guard member.status == .blocked else { return member }
    member.change(to: .active, at: transaction.now, because: reason)
    return try members.update(member, withoutWords: MemberUnblocked(member: member.id))
  }

  /// Blocks the membership with which a blocked one was joined, for the same reason.
  ///
  /// - Returns: The membership as it is then.
  func passBlock(from alias: LoyaltyMember, to member: LoyaltyMember) throws -> LoyaltyMember {
    guard alias.status == .blocked, let reason = alias.statusReasons.last else { return member }
    var blocked = member
    blocked.change(to: .blocked, at: transaction.now, because: reason.text, with: alias.id)
    return try members.update(blocked, withoutWords: MemberBlocked(member: member.id))
  }

  /// Gives a membership that was an alias the status it has by itself, and takes a block back that
  /// came to the other with it alone; what was decided since they were joined holds for both.
  ///
  /// - Returns: The other as it is then.
  func partBlocks(of alias: inout LoyaltyMember, from member: LoyaltyMember) throws
    -> LoyaltyMember
  {
    let since = member.statusReasons.dropFirst(alias.reasonsBefore ?? 0)
    let decided = since.last { $0.alias == nil }
    alias.reasonsBefore = nil
    alias.status = try ownStatus(of: alias, without: alias.id)
    if let decided, decided.status != alias.status {
      alias.change(to: decided.status, at: transaction.now, because: decided.text)
    }
    let status = try ownStatus(of: member, without: alias.id)
    guard status != member.status, let last = member.statusReasons.last else { return member }
    var other = member
    other.change(to: status, at: transaction.now, because: last.text, with: alias.id)
    return try members.update(other, withoutWords: MemberUnblocked(member: member.id))
  }

  /// Whether a membership is blocked by what was decided last, or by what an alias brought along
  /// since.
  ///
  /// - Parameter parted: An alias that is none any more, with all of its own.
  private func ownStatus(of member: LoyaltyMember, without parted: LoyaltyMember.ID) throws
    -> LoyaltyMember.Status
  {
    let reasons = member.statusReasons
    let place = reasons.lastIndex { $0.alias == nil }
    if let place, reasons[place].status == .blocked { return .blocked }
    let brought = reasons[(place.map { $0 + 1 } ?? 0)...].filter { $0.status == .blocked }
    let isBlocked = try brought.contains { reason in
      guard let alias = reason.alias, alias != parted else { return false }
      return try members.get(alias).mergedInto == member.id
    }
    return isBlocked ? .blocked : .active
  }

  private func changeable(_ id: LoyaltyMember.ID, because reason: String) throws -> LoyaltyMember {
    let problems = TextRules.problems(of: reason, in: "reason", within: 1_000)
    guard problems.isEmpty else { throw CRMError.invalid(LoyaltyMember.schema.name, problems) }
    let member = try resolve(id)
    guard member.status != .erased else { throw LoyaltyError(.ineligible, "erased") }
    return member
  }

  /// Forgets whose a membership was.
  ///
  /// Its points are forfeited, holds included; its entries stay in the ledger, under an identifier
  /// that leads to nobody any more and without what somebody wrote into them, of which the hash
  /// alone stays (``LedgerEntry/reasonHash``). Nor does it stay why the member was blocked, why tiers
  /// were given and taken back, or why adjustments were asked for and what was said to them; the log
  /// of events never had it. Who shares with a pool leaves it first, with the
  /// part that is theirs (``PoolTerms/leaving``); the others keep theirs, and what the pool has
  /// set aside.
  ///
  /// - Parameter key: The host's name for the request; up to 150 bytes of UTF-8.
  /// - Returns: The entry by which the points were forfeited.
  /// - Throws: ``LoyaltyError/Code/unknownReference``, also for a pool, which is nobody; nothing has
  ///   changed then.
  @discardableResult
  public func erase(_ id: LoyaltyMember.ID, key: String) throws -> LoyaltyResult {
    let member = try resolve(id)
    guard member.kind == .person else { throw LoyaltyError(.unknownReference, "person \(id)") }
    return try transaction.operation {
      if member.pool != nil { try leavePool(member.id, key: "\(key)/pool").get() }
      for hold in try openHolds(of: member) { try void(hold.id, key: "\(key)/\(hold.id)").get() }
      let result = try post(EraseRequest(member: id), key: key, for: member.id) { work in
        for terms in work.programme.points { try work.giveUp(terms.name) }
      }
      guard member.status != .erased, !result.isReplay else { return result }
      for alias in try family(of: member.id) {
        var forgotten = try members.get(alias)
        forgotten.customer = nil
        for place in forgotten.statusReasons.indices { forgotten.statusReasons[place].text = "" }
        if alias == member.id { forgotten.status = .erased }
        try members.update(forgotten, withoutWords: MemberErased(member: alias))
        try forgetReasons(of: alias)
      }
      return result
    }
  }

  /// Forgets what somebody wrote about a member: into entries, whose hashes stay, with tiers that
  /// were given, and to adjustments that were asked for.
  private func forgetReasons(of member: LoyaltyMember.ID) throws {
    // A block that it brought along is told of with the other, too.
    for other in try places(of: [member]) where other != member {
      var kept = try members.get(other)
      let told = kept.statusReasons.indices.filter {
        kept.statusReasons[$0].alias == member && !kept.statusReasons[$0].text.isEmpty
      }
      guard !told.isEmpty else { continue }
      for place in told { kept.statusReasons[place].text = "" }
      try members.update(kept, withoutWords: StatusReasonForgotten(member: other))
    }
    let written = try entries.all(
      where: { $0.parties.contains(member) }, sortedBy: { _ in [.oldestFirst] }
    ).filter { $0.reason != nil }
    for var entry in written {
      (entry.reason, entry.salt) = (nil, nil)
      try entries.update(entry, withoutWords: ReasonForgotten(entry: entry.id))
    }
    for var grant in try tierGrants.all(where: { $0.member == member })
    where !grant.reason.isEmpty {
      (grant.reason, grant.withdrawal) = ("", nil)
      try tierGrants.update(grant, withoutWords: GrantReasonForgotten(grant: grant.id))
    }
    for var asked in try adjustments.all(where: { $0.member == member })
    where !asked.reason.isEmpty {
      (asked.reason, asked.decision) = ("", nil)
      try adjustments.update(asked, withoutWords: AdjustmentReasonForgotten(adjustment: asked.id))
    }
  }

  /// Holds of a member's that are not over.
  func openHolds(of member: LoyaltyMember) throws -> [PointsHold] {
    let programme = try programme(member.programme)
    return try programme.points.flatMap { terms in
      let account = PointsAccount.identifier(of: member.id, terms.name)
      // Those that are over are settled by what follows.
      return try holds.all(where: { $0.account == account && $0.lapsesAt > transaction.now })
        .filter { $0.status == .open }
    }
  }
}

extension LoyaltyMember {
  fileprivate mutating func change(
    to status: Status, at instant: Instant, because reason: String,
    with alias: LoyaltyMember.ID? = nil
  ) {
    self.status = status
    statusReasons.append(
      StatusReason(status: status, at: instant, text: reason, alias: alias))
  }
}

extension LedgerWork {
  /// Forfeits all points of a kind, and lets go what is owed.
  fileprivate func giveUp(_ currency: String) throws {
    guard try loyalty.account(of: member.id, currency) != nil else { return }
    let account = try account(currency)
    if account.deficit > 0 {
      try move(
        account.deficit, of: currency, from: .forfeited, to: .available, member.id,
        absorbing: account.deficit)
    }
    if account.available > 0 { try draw(account.available, of: currency, to: .forfeited) }
    for waiting in try loyalty.pendingLots(of: member.id, currency) {
      let lot = try lot(waiting.id)
      guard lot.isPending, lot.remaining > 0 else { continue }
      try move(
        lot.remaining, of: currency, from: .pending, member.id, to: .forfeited, lot: lot.id)
    }
  }
}
