extension LoyaltyOperations {
  var referrals: Records<Referral> { records() }

  /// Notes who brought a member; the first who is named is it.
  ///
  /// Both are rewarded for the friend's first order that is large enough, as ``ReferralTerms`` says.
  ///
  /// - Parameters:
  ///   - friend: The member who was brought.
  ///   - referrer: The member who brought them.
  /// - Throws: ``LoyaltyError/Code/alreadyReferred`` for a friend whom somebody else has brought;
  ///   ``LoyaltyError/Code/ineligible`` for somebody who brings themselves, was brought by the
  ///   friend, is blocked, or where the friend has bought before;
  ///   ``LoyaltyError/Code/unknownReference``. Nothing has changed then.
  /// - Complexity: O(log *n*).
  @discardableResult
  public func refer(_ friend: LoyaltyMember.ID, by referrer: LoyaltyMember.ID) throws -> Referral {
    let (friend, referrer) = (try resolve(friend), try resolve(referrer))
    guard friend.programme == referrer.programme else {
      throw LoyaltyError(.unknownReference, "member \(referrer.id) in “\(friend.programme)”")
    }
    if let known = try referral(of: friend.id) {
      if try resolve(known.referrer).id == referrer.id { return known }
      throw LoyaltyError(.alreadyReferred, "\(known.referrer)")
    }
    try checkReferral(of: friend, by: referrer)
    let referral = Referral(
      id: Referral.identifier(of: friend.id), friend: friend.id, referrer: referrer.id,
      programme: friend.programme, attributedAt: transaction.now, isCancelled: false)
    return try referrals.insert(referral, emitting: referral.changed)
  }

  private func checkReferral(of friend: LoyaltyMember, by referrer: LoyaltyMember) throws {
    func refuse(_ why: String) -> LoyaltyError { LoyaltyError(.ineligible, why) }
    if friend.id == referrer.id { throw refuse("brings themselves") }
    if let customer = friend.customer, customer == referrer.customer {
      throw refuse("brings themselves")
    }
    for member in [friend, referrer] where member.status != .active {
      throw refuse(member.status.rawValue)
    }
    let other = try referral(of: referrer.id)
    if try other.map({ try resolve($0.referrer).id }) == friend.id {
      throw refuse("was brought by the friend")
    }
    if try hasBought(friend) { throw refuse("has bought before") }
  }

  /// The members somebody has brought, whoever was rewarded last last.
  ///
  /// - Throws: ``LoyaltyError/Code/unknownReference``.
  public func referrals(by referrer: LoyaltyMember.ID) throws -> [Referral] {
    let ids = try family(of: try resolve(referrer).id)
    return try referrals.all(
      where: { $0.referrer.isOne(of: ids) }, sortedBy: { [.ascending($0.rewardedAt)] })
  }

  /// By whom a member was brought, or who became one with it was; of several the first.
  private func referral(of friend: LoyaltyMember.ID) throws -> Referral? {
    if let own = try referrals.find(Referral.identifier(of: friend)) { return own }
    return try family(of: try resolve(friend).id).compactMap {
      try referrals.find(Referral.identifier(of: $0))
    }.min { ($0.attributedAt, $0.id) < ($1.attributedAt, $1.id) }
  }

  // MARK: Rewarding

  /// Looks what an entry of the ledger leads to besides its points.
  func reckonEngagement(after entry: Held<LedgerEntry>, in version: ProgrammeVersion) throws {
    if version.prepared.rewardsReferrals {
      try reckonReferral(after: entry.row, in: version.programme)
    }
    guard try versions().haveAchievements else { return }
    try reckonAchievements(after: entry.row, in: version.programme)
  }

  /// Looks whether an order of a friend is to be rewarded, or what was refunded of one.
  func reckonReferral(after entry: LedgerEntry, in programme: LoyaltyProgramme) throws {
    guard let terms = programme.referral, entry.qualifiesAt != nil, entry.refusal == nil,
      let spend = entry.qualifyingSpend,
      let referral = try referral(of: qualifier(of: entry)),
      !referral.isCancelled
    else { return }
    if spend.minorUnits > 0, referral.order == nil, entry.kind == .earn {
      guard spend.minorUnits >= terms.minimum?.minorUnits ?? 0 else { return }
      try reward(referral, for: entry, terms, programme)
    } else if let order = referral.order, entry.cause == order, spend.minorUnits < 0 {
      try cancel(referral, order, terms)
    }
  }

  private func reward(
    _ referral: Referral, for entry: LedgerEntry, _ terms: ReferralTerms,
    _ programme: LoyaltyProgramme
  ) throws {
    var referral = referral
    referral.order = entry.id
    referral.rewardedAt = entry.occurredAt
    func bonus(_ points: Int64, to member: LoyaltyMember.ID, _ role: String) throws
      -> LedgerEntry.ID?
    {
      let request = BonusRequest(
        member: member, name: "referral: \(role)", points: points, currency: terms.points)
      return try give(
        request, waiting: terms.pending, key: BonusKey.referral(of: referral.friend, to: role),
        at: entry.occurredAt, because: entry.id)?.id
    }
    referral.friendReward = try bonus(terms.friend, to: referral.friend, "friend")
    if try isWithinMonth(referral, terms, programme.zone, at: entry.occurredAt) {
      referral.referrerReward = try bonus(terms.referrer, to: referral.referrer, "referrer")
    }
    try referrals.update(referral, emitting: referral.changed)
  }

  /// Whether the referrer can still be rewarded in the month.
  private func isWithinMonth(
    _ referral: Referral, _ terms: ReferralTerms, _ zone: Zone, at instant: Instant
  ) throws -> Bool {
    guard let most = terms.monthly else { return true }
    let month = CalendarUnit.month.range(around: instant, in: zone)
    let referrers = try family(of: try resolve(referral.referrer).id)
    let rewarded = try referrals.all(where: {
      $0.referrer.isOne(of: referrers) && $0.rewardedAt >= month.lowerBound
        && $0.rewardedAt < month.upperBound
    })
    return rewarded.lazy.filter { $0.referrerReward != nil }.count < most
  }

  /// Takes rewards back where an order was refunded to less than it had to come to.
  private func cancel(
    _ referral: Referral, _ order: LedgerEntry.ID, _ terms: ReferralTerms
  ) throws {
    let left = try ([entries.get(order)] + effects(of: order)).reduce(Int64(0)) {
      try $0.adding($1.qualifyingSpend?.minorUnits ?? 0)
    }
    guard left < max(1, terms.minimum?.minorUnits ?? 0) else { return }
    var referral = referral
    referral.isCancelled = true
    let rewards = [referral.friendReward, terms.exemptsReferrer ? nil : referral.referrerReward]
    for case let reward? in rewards {
      // One that somebody has undone already stays undone.
      try reverse(reward, because: "referral", key: BonusKey.cancelled(reward))
    }
    try referrals.update(referral, emitting: referral.changed)
  }
}

extension Referral {
  fileprivate var changed: ReferralChanged {
    ReferralChanged(referral: id, isRewarded: order != nil, isCancelled: isCancelled)
  }
}
