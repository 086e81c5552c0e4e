extension LoyaltyOperations {
  /// Adds points by hand, or takes some.
  ///
  /// - Parameters:
  ///   - points: How many are added; below zero where they are taken.
  ///   - currency: The name of the points, if not the programme's first.
  ///   - member: Whose.
  ///   - reason: Why; up to 1,000 bytes of UTF-8.
  ///   - life: How long added points last.
  ///   - key: The host's name for the request.
  ///   - reference: What for, such as a case.
  ///   - occurredAt: When, if not now.
  /// - Returns: What became of it; refused with ``LoyaltyError/Code/insufficientPoints`` where more
  ///   are to be taken than there are, unless ``AdjustmentTerms/allowsNegative``.
  /// - Throws: ``LoyaltyError/Code/reasonRequired``, ``LoyaltyError/Code/invalidAmount`` for none,
  ///   ``LoyaltyError/Code/overflow``; ``LoyaltyError/Code/approvalRequired`` for more than
  ///   ``AdjustmentTerms/approvedUpTo`` (``propose(_:of:for:because:lasting:key:reference:)`` then);
  ///   and as ``redeem(_:of:from:key:reference:at:)``. Nothing has changed then.
  @discardableResult
  public func adjust(
    _ points: Int64, of currency: String? = nil, for member: LoyaltyMember.ID,
    because reason: String, lasting life: PointsLife = .byProgramme, key: String,
    reference: String? = nil, at occurredAt: Instant? = nil
  ) throws -> LoyaltyResult {
    try LoyaltyError.checkAdjustment(points, reason)
    return try post(
      AdjustRequest(
        member: member, points: points, currency: currency, reason: reason, life: life,
        reference: reference, occurredAt: occurredAt),
      key: key, isApproved: false)
  }

  /// Adds or takes points by hand.
  ///
  /// - Parameter isApproved: Whether somebody else has approved it.
  func post(_ request: AdjustRequest, key: String, isApproved: Bool) throws -> LoyaltyResult {
    let (points, reference) = (request.points, request.reference)
    let (life, currency) = (request.life, request.currency)
    if !isApproved { try checkUnasked(key, in: try resolve(request.member).programme) }
    return try post(request, key: key, for: request.member, at: request.occurredAt) { work in
      if !isApproved, work.programme.needsApproval(points) {
        throw LoyaltyError(
          .approvalRequired, requested: points, allowed: work.programme.adjustment.approvedUpTo)
      }
      work.entry.reference = reference
      let currency = try work.name(currency)
      if points > 0 {
        try work.credit(
          points, work.opening(currency, work.life(life, of: currency)), from: .adjusted)
      } else {
        try work.take(-points, of: currency, owing: work.programme.adjustment.allowsNegative)
      }
    }
  }

  /// Takes points that a member gave up or lost, for good.
  ///
  /// - Parameters:
  ///   - points: How many, at least 1.
  ///   - reason: Why.
  /// - Returns: What became of it; refused with ``LoyaltyError/Code/insufficientPoints``.
  /// - Throws: As ``adjust(_:of:for:because:lasting:key:reference:at:)``.
  @discardableResult
  public func forfeit(
    _ points: Int64, of currency: String? = nil, from member: LoyaltyMember.ID,
    because reason: String, key: String
  ) throws -> LoyaltyResult {
    try LoyaltyError.checkAmount(points)
    guard !isBlank(reason) else { throw LoyaltyError(.reasonRequired) }
    let request = ForfeitRequest(
      member: member, points: points, currency: currency, reason: reason)
    return try post(request, key: key, for: member) { work in
      try work.draw(points, of: try work.name(currency), to: .forfeited)
    }
  }

  /// Lets points be spent that have waited for something which has happened.
  ///
  /// - Parameters:
  ///   - reference: What they were earned by, such as an order.
  ///   - action: What has happened to it, such as “delivered”.
  ///   - member: Whose.
  ///   - key: The host's name for the request.
  ///   - occurredAt: When it happened, if not now.
  /// - Returns: The entry; one that moves nothing where no points waited for it.
  /// - Throws: As ``redeem(_:of:from:key:reference:at:)``.
  /// - Complexity: O(*k*) in the member's pending lots.
  @discardableResult
  public func activate(
    _ reference: String, on action: String, for member: LoyaltyMember.ID, key: String,
    at occurredAt: Instant? = nil
  ) throws -> LoyaltyResult {
    let request = ActivateRequest(
      member: member, reference: reference, action: action, occurredAt: occurredAt)
    return try post(request, key: key, for: member, at: occurredAt) { work in
      work.entry.reference = reference
      for terms in work.programme.points {
        try work.account(terms.name)
        let waiting = try pendingLots(of: work.member.id, terms.name)
        for lot in waiting where lot.awaits == action && lot.reference == reference {
          try work.activate(lot, of: terms.name)
        }
      }
    }
  }

  /// The lots of an account that are pending, those that will not be soonest first.
  func pendingLots(of member: LoyaltyMember.ID, _ currency: String) throws -> [PointsLot] {
    let id = PointsAccount.identifier(of: member, currency)
    return try lots.all(
      where: { $0.account == id && $0.queue == 1 },
      sortedBy: { _ in PointsLot.soonestFirst })
  }
}

extension LedgerWork {
  fileprivate func life(_ life: PointsLife, of currency: String) -> LotLife {
    switch life {
    case .byProgramme: self.life(of: currency)
    case .until(let day): self.life(until: day)
    case .forever: self.life(until: nil)
    }
  }

  /// Takes points by hand: what is there, and the rest as a deficit where that may be.
  fileprivate func take(_ points: Int64, of currency: String, owing mayOwe: Bool) throws {
    let account = try account(currency)
    let there = max(0, account.available)
    guard mayOwe, there < points else {
      try draw(points, of: currency, to: .adjusted)
      return
    }
    if there > 0 { try draw(there, of: currency, to: .adjusted) }
    try move(points - there, of: currency, from: .available, member.id, to: .adjusted)
  }

  /// Lets the points of a pending lot be spent, and gives it its days where they count from then.
  fileprivate func activate(_ waiting: PointsLot, of currency: String) throws {
    let lot = try lot(waiting.id)
    guard lot.isPending, lot.remaining > 0 else { return }
    let deficit = try account(currency).deficit
    try move(
      lot.remaining, of: currency, from: .pending, member.id, to: .available, member.id,
      lot: lot.id, into: lot.id, absorbing: min(deficit, lot.remaining))
    var opening = LotOpening(lot, of: member.id, currency)
    opening.live(
      lot.life.activated(at: entry.occurredAt, lasting: policy(of: currency), in: days))
    try date(opening)
    if opening.followsActivity {
      try noteActivation(of: member.id, currency, at: entry.occurredAt)
    }
    try end(lot.id, of: currency)
  }

  /// Lets points end at once that have waited beyond their end, and later those that have ended
  /// between what they waited for and now.
  private func end(_ id: PointsLot.ID, of currency: String) throws {
    let (lot, account) = (try lot(id), try account(currency))
    guard lot.remaining > 0, let end = lot.end(lapsing: account.lapsesAt) else { return }
    if end > entry.occurredAt { return wake(account, at: end) }
    try move(
      lot.remaining, of: currency, from: .available, member.id, to: .expired, lot: id)
  }
}

extension PointsLot {
  /// From when its points can be spent and until when.
  var life: LotLife {
    var life = LotLife.endless
    life.activeAt = activeAt
    life.awaits = awaits
    life.cancelAt = cancelAt
    life.lastValidDay = lastValidDay
    life.expiresAt = expiresAt
    life.followsActivity = followsActivity
    return life
  }
}
