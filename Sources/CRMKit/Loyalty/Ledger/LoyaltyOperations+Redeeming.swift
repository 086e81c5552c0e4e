extension LoyaltyOperations {
  /// Redeems points, those that end first, first.
  ///
  /// - Parameters:
  ///   - points: How many, at least 1.
  ///   - currency: The name of the points, if not the programme's first.
  ///   - member: Whose.
  ///   - key: The host's name for the request.
  ///   - reference: What for, such as an order.
  ///   - occurredAt: When, if not now.
  /// - Returns: What became of it; refused with ``LoyaltyError/Code/insufficientPoints`` or
  ///   ``LoyaltyError/Code/ineligible``.
  /// - Throws: ``LoyaltyError/Code/invalidAmount``, ``LoyaltyError/Code/unknownReference``,
  ///   ``LoyaltyError/Code/idempotencyConflict``; nothing has changed then.
  /// - Complexity: O(log *n*), and in the lots drawn.
  @discardableResult
  public func redeem(
    _ points: Int64, of currency: String? = nil, from member: LoyaltyMember.ID, key: String,
    reference: String? = nil, at occurredAt: Instant? = nil
  ) throws -> LoyaltyResult {
    let request = RedeemRequest(
      member: member, points: points, currency: currency, reference: reference,
      occurredAt: occurredAt)
    try LoyaltyError.checkAmount(points)
    return try post(request, key: key, for: member, at: occurredAt) { work in
      try work.checkActive()
      work.entry.reference = reference
      let currency = try work.name(currency)
      try work.draw(points, of: currency, to: .redeemed)
      try work.noteActivity(.redeem, in: currency)
    }
  }

  // MARK: Holds

  /// Sets points aside for a redemption that is not finished; while they are, they do not end.
  ///
  /// - Parameters:
  ///   - points: How many, at least 1.
  ///   - duration: How long, if not as long as the programme says.
  /// - Returns: What became of it; the entry names the hold (``LedgerEntry/hold``). Refused and
  ///   thrown as ``redeem(_:of:from:key:reference:at:)``.
  @discardableResult
  public func hold(
    _ points: Int64, of currency: String? = nil, from member: LoyaltyMember.ID, key: String,
    reference: String? = nil, lasting duration: Duration? = nil
  ) throws -> LoyaltyResult {
    try LoyaltyError.checkAmount(points)
    let seconds = duration?.components.seconds
    if let seconds { try LoyaltyError.checkAmount(seconds, "seconds") }
    let request = HoldRequest(
      member: member, points: points, currency: currency, reference: reference, seconds: seconds)
    return try post(request, key: key, for: member) { work in
      try work.checkActive()
      let currency = try work.name(currency)
      let lasting = seconds ?? Int64(work.programme.redemption.holdSeconds)
      let expiresAt = work.now + .seconds(lasting)
      try work.draw(points, of: currency, to: .held, work.member.id)
      try work.wake(for: currency, at: expiresAt)
      work.entry.reference = reference
      work.entry.hold = transaction.makeIdentifier()
      work.entry.holdExpiresAt = expiresAt
    }
  }

  /// Redeems held points, all or some of them; the rest goes back.
  ///
  /// - Parameters:
  ///   - hold: The hold.
  ///   - points: How many; `nil` for all.
  ///   - key: The host's name for the request.
  /// - Returns: What became of it; refused with ``LoyaltyError/Code/exceedsHold``, or
  ///   ``LoyaltyError/Code/alreadyResolved`` where the hold is over.
  /// - Throws: As ``redeem(_:of:from:key:reference:at:)``.
  @discardableResult
  public func capture(_ hold: PointsHold.ID, _ points: Int64? = nil, key: String) throws
    -> LoyaltyResult
  {
    if let points { try LoyaltyError.checkAmount(points) }
    return try post(
      CaptureRequest(hold: hold, points: points), key: key, for: try owner(of: hold)
    ) { work in
      let (hold, account) = try open(hold, in: work)
      let wanted = points ?? hold.points
      guard wanted <= hold.points else {
        throw LoyaltyError(.exceedsHold, requested: wanted, allowed: hold.points)
      }
      let (taken, left) = LedgerRules.part(hold.parts, taking: wanted)
      for part in taken {
        try work.move(
          part.points, of: account.currency, from: .held, account.member, to: .redeemed,
          lot: part.lot)
      }
      try work.release(left, to: account)
      try work.noteActivity(.redeem, in: account.currency)
    }
  }

  /// Gives held points back; those that have ended meanwhile end at once.
  ///
  /// - Returns: What became of it; refused with ``LoyaltyError/Code/alreadyResolved``.
  /// - Throws: As ``redeem(_:of:from:key:reference:at:)``.
  @discardableResult
  public func void(_ hold: PointsHold.ID, key: String) throws -> LoyaltyResult {
    try post(VoidRequest(hold: hold), key: key, for: try owner(of: hold)) { work in
      let (hold, account) = try open(hold, in: work)
      try work.release(hold.parts, to: account)
    }
  }

  private func owner(of hold: PointsHold.ID) throws -> LoyaltyMember.ID {
    guard let hold = try holds.find(hold) else {
      throw LoyaltyError(.unknownReference, "hold \(hold)")
    }
    return try accounts.get(hold.account).member
  }

  /// A hold that is open, and its account.
  private func open(_ id: PointsHold.ID, in work: LedgerWork) throws -> (
    PointsHold, PointsAccount
  ) {
    let kept = try accounts.get(try work.hold(id).account)
    let account = try work.account(kept.currency, of: kept.member)
    let hold = try work.hold(id)
    work.entry.hold = id
    work.entry.cause = hold.entry
    work.entry.reference = hold.reference
    guard hold.status == .open else {
      throw LoyaltyError(.alreadyResolved, hold.status.rawValue)
    }
    for part in hold.parts { _ = try work.lot(part.lot) }
    return (hold, account)
  }
}

extension LedgerWork {
  /// Gives held points back to their lots.
  fileprivate func release(_ parts: [PointsDraw], to account: PointsAccount) throws {
    for part in parts {
      let account = try self.account(account.currency, of: account.member)
      var deficit = account.deficit
      let legs = LedgerRules.release(
        part.points, of: try lot(part.lot), part.lot, account, at: now, deficit: &deficit)
      for leg in legs { try move(leg) }
      wake(account, at: try lot(part.lot).queuedUntil)
    }
  }
}
