extension LoyaltyOperations {
  /// Redeems points, those that end first, first.
  ///
  /// For an order, the programme limits how many (``RedemptionTerms``): more are refused, or fewer
  /// are spent, as it says; ``LedgerEntry/payment()`` tells what they pay. Who redeems too often is
  /// held up: the points are set aside until somebody lets them pass
  /// (``release(_:because:key:)``) or turns it down (``reject(_:because:key:)``).
  ///
  /// - Parameters:
  ///   - points: How many, at least 1.
  ///   - currency: The name of the points, if not the programme's first.
  ///   - member: Whose.
  ///   - key: The host's name for the request.
  ///   - reference: What for, such as an order.
  ///   - order: What the order comes to, where they pay for one.
  ///   - occurredAt: When, if not now.
  /// - Returns: What became of it; refused with ``LoyaltyError`` of code `insufficientPoints`,
  ///   `ineligible`, `belowMinimum`, `exceedsOrderCap`, `notInBlocks`, or `heldForReview`.
  /// - Throws: ``LoyaltyError/Code/invalidAmount``, ``LoyaltyError/Code/unknownReference``,
  ///   ``LoyaltyError/Code/idempotencyConflict``; nothing has changed then.
  /// - Complexity: O(log *n*), and in the lots drawn.
  public func redeem(
    _ points: Int64, of currency: String? = nil, from member: LoyaltyMember.ID, key: String,
    reference: String? = nil, paying order: Money? = nil, at occurredAt: Instant? = nil
  ) throws -> LoyaltyResult {
    let request = RedeemRequest(
      member: member, points: points, currency: currency, reference: reference, order: order,
      occurredAt: occurredAt)
    try LoyaltyError.checkAmount(points)
    return try post(request, key: key, for: member, at: occurredAt) { work in
      try work.checkActive()
      work.entry.reference = reference
      try work.spend(points, of: currency, towards: order)
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
  public func hold(
    _ points: Int64, of currency: String? = nil, from member: LoyaltyMember.ID, key: String,
    reference: String? = nil, paying order: Money? = nil, lasting duration: Duration? = nil
  ) throws -> LoyaltyResult {
    try LoyaltyError.checkAmount(points)
    let seconds = duration?.components.seconds
    if let seconds { try LoyaltyError.checkAmount(seconds, "seconds") }
    let request = HoldRequest(
      member: member, points: points, currency: currency, reference: reference, order: order,
      seconds: seconds)
    return try post(request, key: key, for: member) { work in
      try work.checkActive()
      work.entry.reference = reference
      let lasting = seconds ?? Int64(work.programme.redemption.holdSeconds)
      try work.setAside(
        points, of: currency, towards: order, until: work.now + .seconds(lasting))
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
  public func capture(_ hold: PointsHold.ID, _ points: Int64? = nil, key: String) throws
    -> LoyaltyResult
  {
    if let points { try LoyaltyError.checkAmount(points) }
    return try post(
      CaptureRequest(hold: hold, points: points), key: key, for: try owner(of: hold)
    ) { work in
      if try work.hold(hold).isUnderReview {
        throw LoyaltyError(.heldForReview, "\(hold)")
      }
      try work.capture(hold, points)
    }
  }

  /// Gives held points back; those that have ended meanwhile end at once.
  ///
  /// - Returns: What became of it; refused with ``LoyaltyError/Code/alreadyResolved``.
  /// - Throws: As ``redeem(_:of:from:key:reference:at:)``.
  @discardableResult
  public func void(_ hold: PointsHold.ID, key: String) throws -> LoyaltyResult {
    try following(hold) {
      try post(VoidRequest(hold: hold), key: key, for: try owner(of: hold)) { work in
        try work.giveBack(hold)
      }
    }
  }

  func owner(of hold: PointsHold.ID) throws -> LoyaltyMember.ID {
    guard let hold = try holds.find(hold) else {
      throw LoyaltyError(.unknownReference, "hold \(hold)")
    }
    return try accounts.get(hold.account).member
  }
}

extension LedgerWork {
  /// Redeems held points, all or some of them, and gives the rest back.
  ///
  /// - Throws: ``LoyaltyError`` of code `exceedsHold`, `alreadyResolved`, `unknownReference`.
  func capture(_ id: PointsHold.ID, _ points: Int64?) throws {
    let (hold, account) = try openHold(id)
    let wanted = points ?? hold.points
    guard wanted <= hold.points else {
      throw LoyaltyError(.exceedsHold, requested: wanted, allowed: hold.points)
    }
    let (taken, left) = LedgerRules.part(hold.parts, taking: wanted)
    for part in taken {
      try move(
        part.points, of: account.currency, from: .held, account.member, to: .redeemed,
        lot: part.lot)
    }
    try release(left, to: account)
    try noteActivity(.redeem, in: account.currency)
  }

  /// Gives all points of a hold back.
  ///
  /// - Throws: ``LoyaltyError`` of code `alreadyResolved`, `unknownReference`.
  func giveBack(_ id: PointsHold.ID) throws {
    let (hold, account) = try openHold(id)
    try release(hold.parts, to: account)
  }

  /// A hold that is open, and its account.
  private func openHold(_ id: PointsHold.ID) throws -> (PointsHold, PointsAccount) {
    let kept = try loyalty.accounts.get(try hold(id).account)
    let account = try account(kept.currency, of: kept.member)
    let hold = try hold(id)
    entry.hold = id
    entry.cause = hold.entry
    entry.reference = hold.reference
    guard hold.status == .open else {
      throw LoyaltyError(.alreadyResolved, hold.status.rawValue)
    }
    for part in hold.parts { _ = try lot(part.lot) }
    return (hold, account)
  }

  /// Gives held points back to their lots.
  private func release(_ parts: [PointsDraw], to account: PointsAccount) throws {
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

extension PointsHold {
  /// Whether somebody is to look at it before it goes on.
  var isUnderReview: Bool { isReview && status == .open }
}
