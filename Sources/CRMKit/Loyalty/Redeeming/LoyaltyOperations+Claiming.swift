extension LoyaltyOperations {
  var claims: Records<RewardClaim> { records() }

  /// What a reward would cost a member now; nothing is changed or promised.
  ///
  /// - Throws: ``CRMError/Code/notFound``, ``LoyaltyError/Code/unknownReference``.
  public func quote(_ reward: Reward.ID, for member: LoyaltyMember.ID) throws -> RewardQuote {
    let reward = try rewards.get(reward)
    let member = try resolve(member)
    var refusal = member.status == .active ? nil : member.status.rawValue
    if member.programme != reward.programme { refusal = "“\(reward.name)” is of another programme" }
    guard let price = reward.price(at: transaction.now) else {
      throw LoyaltyError(.unknownReference, "price of “\(reward.name)”")
    }
    var error =
      try refusal.map { LoyaltyError(.ineligible, $0) } ?? obstacle(to: reward, for: member)
    let available = try balance(of: member.id, reward.currency).available
    if error == nil, price.points > available {
      error = LoyaltyError(
        .insufficientPoints, requested: price.points, allowed: max(0, available), reward.currency)
    }
    return RewardQuote(
      reward: reward.id, price: price, stockLeft: try stockLeft(of: reward), refusal: error)
  }

  /// Gives a member a reward for points: one of what is left, the points and a coupon, if it comes
  /// by one, all or nothing.
  ///
  /// - Parameters:
  ///   - reward: The reward.
  ///   - member: Who claims it.
  ///   - priceVersion: The version of the price that the member was told
  ///     (``RewardQuote/price``); `nil` for whichever holds.
  ///   - key: The host's name for the request.
  ///   - occurredAt: When, if not now.
  /// - Returns: What became of it; refused with ``LoyaltyError`` of code `ineligible`, `outOfStock`,
  ///   `priceChanged`, `insufficientPoints`, or `heldForReview`, in which case the reward is kept
  ///   for the member. ``claim(of:)`` finds the claim.
  /// - Throws: ``CRMError/Code/notFound``, and as ``redeem(_:of:from:key:reference:paying:at:)``;
  ///   nothing has changed then.
  /// - Complexity: As ``redeem(_:of:from:key:reference:paying:at:)``.
  public func claim(
    _ reward: Reward.ID, for member: LoyaltyMember.ID, priceVersion: Int? = nil, key: String,
    at occurredAt: Instant? = nil
  ) throws -> LoyaltyResult {
    let reward = try rewards.get(reward)
    let request = ClaimRequest(
      member: member, reward: reward.id, priceVersion: priceVersion, occurredAt: occurredAt)
    return try transaction.operation {
      var claimed: RewardPrice?
      let result = try post(request, key: key, for: member, at: occurredAt) { work in
        work.entry.reference = reward.name
        let price = try price(of: reward, in: work, told: priceVersion)
        if price.points > 0 { try work.spend(price.points, of: reward.currency) }
        claimed = price
      }
      if let entry = result.entry, !result.isReplay, entry.refusal == nil, let claimed {
        try keep(claimed, of: reward, entry)
      }
      return result
    }
  }

  /// Gives a reward back: its points return as the programme says (``RestoreTerms``), its coupon
  /// cannot be used any more.
  ///
  /// - Parameters:
  ///   - claim: The claim.
  ///   - reason: Why.
  ///   - key: The host's name for the request.
  /// - Returns: What became of it; refused with ``LoyaltyError/Code/alreadyReversed``.
  /// - Throws: ``LoyaltyError/Code/notReversible`` where the coupon was used or somebody is to look
  ///   at the claim first, ``LoyaltyError/Code/unknownReference``; nothing has changed then.
  @discardableResult
  public func cancel(_ claim: RewardClaim.ID, because reason: String? = nil, key: String) throws
    -> LoyaltyResult
  {
    guard let claim = try claims.find(claim) else {
      throw LoyaltyError(.unknownReference, "claim \(claim)")
    }
    return try reverse(claim.entry, because: reason, key: key)
  }

  /// The claim that an entry of the ledger paid for, if it did for one.
  public func claim(of entry: LedgerEntry.ID) throws -> RewardClaim? {
    try claims.first(where: { $0.entry == entry })
  }

  /// A member's claims, the latest first.
  public func claims(
    of member: LoyaltyMember.ID, after cursor: Cursor<RewardClaim>? = nil, limit: Int = 50
  ) throws -> Page<RewardClaim, Cursor<RewardClaim>> {
    let ids = try family(of: try resolve(member).id)
    return try claims.page(
      Query(
        where: { $0.member.isOne(of: ids) }, sortedBy: { [.descending($0.claimedAt)] },
        after: cursor,
        limit: limit))
  }

  // MARK: Checking

  /// The price a member pays, where nothing is in the way of it.
  private func price(of reward: Reward, in work: LedgerWork, told version: Int?) throws
    -> RewardPrice
  {
    try work.checkActive()
    guard reward.programme == work.programme.name else {
      throw LoyaltyError(.ineligible, "“\(reward.name)” is of another programme")
    }
    if let obstacle = try obstacle(to: reward, for: work.actor, at: work.entry.occurredAt) {
      throw obstacle
    }
    guard let price = reward.price(at: work.entry.occurredAt) else {
      throw LoyaltyError(.ineligible, "“\(reward.name)” has no price yet")
    }
    if let version, version != price.version {
      let told = reward.prices.first { $0.version == version }?.points
      throw LoyaltyError(.priceChanged, requested: told, allowed: price.points, reward.name)
    }
    return price
  }

  /// Why a member cannot have a reward at an instant, the price aside.
  private func obstacle(
    to reward: Reward, for member: LoyaltyMember, at instant: Instant? = nil
  ) throws -> LoyaltyError? {
    let instant = instant ?? transaction.now
    if let error = reward.unavailability(at: instant) { return error }
    if !reward.tiers.isEmpty {
      let tier = try tier(of: member.id, in: reward.tierGroup, at: instant)?.tier
      guard let tier, reward.tiers.contains(tier) else {
        return LoyaltyError(.ineligible, "“\(reward.name)” is for other tiers")
      }
    }
    if let left = try stockLeft(of: reward), left < 1 {
      return LoyaltyError(.outOfStock, requested: 1, allowed: 0, reward.name)
    }
    return nil
  }

  // MARK: Keeping

  private func keep(_ price: RewardPrice, of reward: Reward, _ entry: LedgerEntry) throws {
    var claim = RewardClaim(
      id: transaction.makeIdentifier(), member: entry.qualifier, programme: entry.programme,
      reward: reward.id, kind: reward.kind, entry: entry.id, priceVersion: price.version,
      points: price.points, benefit: price.benefit, cost: price.cost, claimedAt: entry.occurredAt,
      status: entry.kind == .review ? .underReview : .granted)
    if claim.status == .granted { try give(reward, by: &claim, at: entry.occurredAt) }
    try claims.insert(
      claim,
      emitting: RewardClaimed(claim: claim.id, reward: reward.id, member: claim.member),
      at: claim.claimedAt)
    try count(1, of: reward.id)
    if claim.coupon != nil { try issueCoupon(for: claim, reward) }
  }

  private func give(_ reward: Reward, by claim: inout RewardClaim, at instant: Instant) throws {
    if reward.givesCoupon {
      claim.coupon = transaction.makeIdentifier()
    } else {
      claim.usedAt = instant
    }
  }

  /// Lets what an entry did to another come to the claim that one was for.
  ///
  /// - Parameters:
  ///   - cause: The other entry.
  ///   - result: The entry, unless it was refused or done before.
  func followClaim(of cause: LedgerEntry.ID?, after result: LoyaltyResult) throws {
    guard let entry = result.entry, !result.isReplay, result.refusal == nil, let cause,
      var claim = try claim(of: cause)
    else { return }
    let old = claim.status
    switch entry.kind {
    case .capture:
      let reward = try rewards.get(claim.reward)
      claim.entry = entry.id
      claim.status = .granted
      try give(reward, by: &claim, at: entry.occurredAt)
      try update(claim)
      if claim.coupon != nil { try issueCoupon(for: claim, reward) }
      return
    case .void: claim.status = .rejected
    case .reverse: claim.status = .cancelled
    default: return
    }
    claim.usedAt = nil
    try update(claim)
    if old.takesStock { try count(-1, of: claim.reward) }
    if let coupon = claim.coupon { try cancelCoupon(coupon) }
  }

  func update(_ claim: RewardClaim) throws {
    try claims.update(claim, emitting: ClaimUpdated(claim: claim.id, status: claim.status))
  }

  /// Whether a reward that an entry paid for, or took back, can be given back or given again.
  func isClaimFixed(_ entry: LedgerEntry) throws -> Bool {
    if entry.kind == .reverse, let undone = entry.cause, try claim(of: undone) != nil {
      return true
    }
    guard let claim = try claim(of: entry.id), let id = claim.coupon,
      let coupon = try coupons.find(id)
    else { return false }
    return coupon.status == .used
  }
}
