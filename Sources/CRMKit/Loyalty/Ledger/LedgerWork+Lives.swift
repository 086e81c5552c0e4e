extension LedgerWork {
  /// The name of the points meant: the programme's first where none is named.
  ///
  /// - Throws: ``LoyaltyError/Code/unknownCurrency``.
  func name(_ currency: String?) throws -> String {
    guard let terms = programme.terms(of: currency) else {
      throw LoyaltyError(.unknownCurrency, currency ?? "")
    }
    return terms.name
  }

  /// How long points of a name last.
  func policy(of currency: String) -> ExpiryPolicy {
    programme.terms(of: currency)?.expiry ?? programme.expiry
  }

  /// The life of points earned when the operation happened.
  ///
  /// - Parameter wait: What they wait for.
  func life(of currency: String, waiting wait: PendingTerms.Wait = .nothing) -> LotLife {
    LotLife(
      earnedAt: entry.occurredAt, waiting: wait, lasting: policy(of: currency), in: days)
  }

  /// The life of points that last up to the end of a day.
  func life(until day: CalendarDate?) -> LotLife {
    var life = LotLife(earnedAt: now, waiting: .nothing, lasting: ExpiryPolicy(.never), in: days)
    life.lastValidDay = day
    life.expiresAt = day.flatMap(days.end(of:))
    return life
  }

  /// A new lot of the operation's own points.
  ///
  /// - Parameter owner: Whose, if not ``member``'s.
  func opening(_ currency: String, _ life: LotLife, for owner: LoyaltyMember.ID? = nil)
    -> LotOpening
  {
    var opening = LotOpening(
      lot: loyalty.transaction.makeIdentifier(), member: owner ?? member.id, currency: currency,
      originMember: owner ?? actor.id, originEntry: .zero, programmeVersion: programme.version,
      earnedAt: entry.occurredAt, followsActivity: false, reference: entry.reference)
    opening.live(life)
    return opening
  }

  /// A new lot for points of another one, which keep their origin; the price stays with the lot
  /// for which it was paid.
  func opening(
    _ currency: String, of lot: PointsLot, _ life: LotLife?, for owner: LoyaltyMember.ID
  ) -> LotOpening {
    var opening = LotOpening(
      lot: loyalty.transaction.makeIdentifier(), member: owner, currency: currency,
      originMember: lot.originMember, originEntry: lot.originEntry,
      programmeVersion: lot.programmeVersion, earnedAt: lot.earnedAt,
      lastValidDay: lot.lastValidDay, expiresAt: lot.expiresAt,
      followsActivity: lot.followsActivity, reference: lot.reference,
      restoredFrom: lot.restoredFrom)
    if let life { opening.live(life) }
    return opening
  }

  /// A new lot for all that is to be of another one at somebody else's: it also waits where that does.
  func opening(_ currency: String, moving lot: PointsLot, to owner: LoyaltyMember.ID) -> LotOpening
  {
    var opening = opening(currency, of: lot, nil, for: owner)
    if lot.isPending {
      (opening.activeAt, opening.awaits, opening.cancelAt) =
        (lot.activeAt, lot.awaits, lot.cancelAt)
    }
    return opening
  }

  /// Lets points that end when the member is not active last from this activity on.
  func noteActivity(_ activity: ExpiryPolicy.Activity, in currency: String) throws {
    let policy = policy(of: currency)
    guard policy.isByActivity, policy.activities.contains(activity),
      let lapse = policy.lapse(afterActivityAt: entry.occurredAt, in: days).expiresAt,
      try account(currency).lapsesAt ?? .earliest < lapse
    else { return }
    try extend(currency, of: member.id, until: lapse)
  }

  /// Lets points that end when the member is not active last from now on, where those before have
  /// ended so or there were none; points of another member last as long as they did there.
  func beginActivity(
    of owner: LoyaltyMember.ID, _ currency: String, after other: LoyaltyMember.ID?
  ) throws {
    guard try account(currency, of: owner).lapsesAt ?? .earliest <= now else { return }
    let there = try other.flatMap { try account(currency, of: $0).lapsesAt }
    let anew = policy(of: currency).lapse(afterActivityAt: now, in: days).expiresAt
    guard let lapse = there.flatMap({ $0 > now ? $0 : nil }) ?? anew else { return }
    try extend(currency, of: owner, until: lapse)
  }

  /// Lets points that end when the member is not active last as long as is counted from when some
  /// of them become active, where they are counted from then and would end before.
  func noteActivation(of owner: LoyaltyMember.ID, _ currency: String, at instant: Instant) throws {
    let policy = policy(of: currency)
    guard policy.clockStart == .activation,
      let lapse = policy.lapse(afterActivityAt: instant, in: days).expiresAt,
      try account(currency, of: owner).lapsesAt ?? .earliest < lapse
    else { return }
    try extend(currency, of: owner, until: lapse)
  }

  /// Refuses what somebody does who is blocked or not known any more.
  ///
  /// - Throws: ``LoyaltyError/Code/ineligible``.
  func checkActive(_ member: LoyaltyMember? = nil) throws {
    let member = member ?? actor
    guard member.status == .active else {
      throw LoyaltyError(.ineligible, member.status.rawValue)
    }
  }
}

extension LotOpening {
  /// Gives the lot a life.
  mutating func live(_ life: LotLife) {
    activeAt = life.activeAt
    awaits = life.awaits
    cancelAt = life.cancelAt
    lastValidDay = life.lastValidDay
    expiresAt = life.expiresAt
    followsActivity = life.followsActivity
  }
}

extension LoyaltyError {
  /// Refuses amounts below one.
  ///
  /// - Throws: ``LoyaltyError/Code/invalidAmount``.
  static func checkAmount(_ points: Int64, _ field: String = "points") throws(LoyaltyError) {
    if points < 1 { throw LoyaltyError(.invalidAmount, requested: points, allowed: 1, field) }
  }
}

extension LotLife {
  /// Of points that can be spent at once and for ever.
  static let endless = LotLife(
    earnedAt: .earliest, waiting: .nothing, lasting: ExpiryPolicy(.never),
    in: LocalDays(in: .utc))
}
