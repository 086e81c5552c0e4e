/// What a programme would have given of itself for what happened, besides what is earned: for
/// coming to tiers, for badges and challenges, for friends who were brought; pure.
///
/// It keeps how far each member has come, as the ledger does.
struct BonusReplay {
  /// Points that would have been given; below zero where they are taken back.
  struct Bonus {
    let member: LoyaltyMember.ID
    let source: BonusSource
    let points: String
    var count: Int64

    /// When they were given, also where they are taken back later.
    let at: Instant

    /// What the ledger would have called it.
    let key: String
  }

  /// What was given and not asked for yet.
  private(set) var given: [Bonus] = []

  private let zone: Zone
  private let points: String
  private let challenges: [Challenge]
  private let referral: ReferralTerms?
  private var entered: Set<String> = []
  private var goals: [LoyaltyMember.ID: [Goal]] = [:]
  private var brought: [LoyaltyMember.ID: Brought] = [:]
  private var rewarded: [ReferrerMonth: Int] = [:]
  private var erased: Set<LoyaltyMember.ID> = []

  init(_ programme: LoyaltyProgramme) {
    zone = programme.zone
    points = programme.terms(of: nil)?.name ?? ""
    challenges = programme.achievements.filter { $0.reward > 0 }.map { [zone] in
      Challenge(terms: $0, span: $0.span(in: zone))
    }
    referral = programme.referral
  }

  /// Whether what counts can give anything.
  var looksAtCounts: Bool { !challenges.isEmpty || referral != nil }

  /// Whether it matters who brought whom.
  var looksAtReferrals: Bool { referral != nil }

  /// Hands over what was given.
  mutating func take() -> [Bonus] {
    if given.isEmpty { return [] }
    defer { given.removeAll() }
    return given
  }

  /// Notes that a member was erased: from here on nothing is given to them.
  mutating func erase(_ member: LoyaltyMember.ID) { erased.insert(member) }

  /// Whether a member could take part when something was recorded.
  private func takesPart(_ member: ProgrammeReplay.Member, at instant: Instant) -> Bool {
    !member.wasBlocked(at: instant) && !erased.contains(member.id)
  }

  // MARK: Tiers

  /// Rewards moves to higher tiers, each tier once in a span.
  mutating func reward(
    _ moves: [TierMove], of member: ProgrammeReplay.Member, in group: TierGroup
  ) {
    // Where memberships were joined, or all were looked at again, is not replayed.
    for move in moves where move.reason == .reached {
      for tier in group.rewarded(by: move) {
        let calendar = TierCalendar(zone: zone, enrolledAt: member.enrolledAt)
        let key = BonusKey.tier(
          tier.name, of: group.name, to: member.id,
          inSpanFrom: calendar.rewardDay(of: group, at: move.at))
        guard entered.insert(key).inserted else { continue }
        given.append(
          Bonus(
            member: member.id, source: .tiers, points: points, count: tier.entryReward,
            at: move.at, key: key))
      }
    }
  }

  // MARK: What counts

  /// Looks what an event leads to, or what is taken back of one.
  ///
  /// - Parameters:
  ///   - event: What it counts.
  ///   - earning: The entry of the event, or of the one that it takes back from.
  ///   - recordedAt: When it was recorded.
  mutating func count(
    _ event: TierEvent, of member: ProgrammeReplay.Member, earning: LedgerEntry.ID?,
    recordedAt: Instant
  ) {
    if let referral {
      countReferral(event, of: member, earning: earning, recordedAt: recordedAt, referral)
    }
    guard !challenges.isEmpty else { return }
    var goals = goals.removeValue(forKey: member.id) ?? challenges.map { _ in Goal() }
    for (place, challenge) in challenges.enumerated() where challenge.span.contains(event.countsAt)
    {
      count(event, towards: challenge.terms, &goals[place], of: member, recordedAt: recordedAt)
    }
    self.goals[member.id] = goals
  }

  /// Notes that a bonus was given; `nil` for none.
  private mutating func give(
    _ count: Int64, of points: String, to member: ProgrammeReplay.Member, for source: BonusSource,
    at instant: Instant, key: String
  ) -> Bonus? {
    guard count > 0 else { return nil }
    let bonus = Bonus(
      member: member.id, source: source, points: points, count: count, at: instant, key: key)
    given.append(bonus)
    return bonus
  }

  private mutating func takeBack(_ bonus: Bonus?) {
    guard var bonus else { return }
    bonus.count = -bonus.count
    given.append(bonus)
  }
}

// MARK: - Badges and challenges

extension BonusReplay {
  private struct Challenge {
    let terms: AchievementTerms
    let span: Range<Instant>
  }

  /// How far a member has come towards a badge or a challenge.
  private struct Goal {
    var totals = TierTotals.zero
    var isHeld = false
    var reward: Bonus?
  }

  private mutating func count(
    _ event: TierEvent, towards terms: AchievementTerms, _ goal: inout Goal,
    of member: ProgrammeReplay.Member, recordedAt: Instant
  ) {
    if goal.isHeld, !terms.rollbackAfterCompletion { return }
    goal.totals = goal.totals + event.totals
    let isReached = terms.goal.missing(from: goal.totals) == 0
    guard isReached != goal.isHeld else { return }
    goal.isHeld = isReached
    if isReached {
      // Who earns takes part; what is taken back can be undone of others, too.
      if event.origin != nil, !takesPart(member, at: recordedAt) { return }
      goal.reward = give(
        terms.reward, of: points, to: member, for: .achievements, at: event.at,
        key: BonusKey.achievement(
          terms.name, to: member.id, after: event.entry.map { Int64(bitPattern: $0.low) } ?? 0))
    } else {
      takeBack(goal.reward)
      goal.reward = nil
    }
  }
}

// MARK: - Friends

extension BonusReplay {
  /// Who brought a member, and what came of it.
  private struct Brought {
    let friend: LoyaltyMember.ID
    let referrer: ProgrammeReplay.Member
    let since: Instant
    var isRewarded = false
    var isCancelled = false
    var order: LedgerEntry.ID?
    var left: Int64 = 0
    var friendReward: Bonus?
    var referrerReward: Bonus?
  }

  /// A month in which somebody is rewarded for so many friends.
  private struct ReferrerMonth: Hashable {
    let referrer: LoyaltyMember.ID
    let start: Instant
  }

  /// Notes who brought a member; the first who is named is it.
  ///
  /// - Parameters:
  ///   - member: Who was brought.
  ///   - friend: Who that was when it was noted, if another membership.
  ///   - referrer: Who brought them.
  ///   - instant: When that was noted.
  mutating func bring(
    _ member: LoyaltyMember.ID, as friend: LoyaltyMember.ID? = nil,
    by referrer: ProgrammeReplay.Member, at instant: Instant = .earliest
  ) {
    guard referral != nil, brought[member] == nil else { return }
    brought[member] = Brought(friend: friend ?? member, referrer: referrer, since: instant)
  }

  private mutating func countReferral(
    _ event: TierEvent, of member: ProgrammeReplay.Member, earning: LedgerEntry.ID?,
    recordedAt: Instant, _ terms: ReferralTerms
  ) {
    let spend = event.totals.spend
    guard spend != 0, var referral = brought[member.id], !referral.isCancelled,
      recordedAt >= referral.since
    else { return }
    if !referral.isRewarded {
      guard event.origin == nil, spend > 0, spend >= terms.minimum?.minorUnits ?? 0 else {
        return
      }
      (referral.order, referral.left) = (earning, spend)
      reward(&referral, member, at: event.at, recordedAt: recordedAt, terms)
    } else if let order = referral.order, order == earning {
      referral.left += spend
      // Undoing what undid a refund is not looked at in the ledger either.
      if spend < 0, event.origin == order, referral.left < max(1, terms.minimum?.minorUnits ?? 0) {
        referral.isCancelled = true
        takeBack(referral.friendReward)
        if !terms.exemptsReferrer { takeBack(referral.referrerReward) }
      }
    }
    brought[member.id] = referral
  }

  private mutating func reward(
    _ referral: inout Brought, _ member: ProgrammeReplay.Member, at instant: Instant,
    recordedAt: Instant, _ terms: ReferralTerms
  ) {
    referral.isRewarded = true
    let points = terms.points ?? points
    referral.friendReward = give(
      terms.friend, of: points, to: member, for: .referrals, at: instant,
      key: BonusKey.referral(of: referral.friend, to: "friend"))
    let month = ReferrerMonth(
      referrer: referral.referrer.id,
      start: CalendarUnit.month.range(around: instant, in: zone).lowerBound)
    guard rewarded[month, default: 0] < terms.monthly ?? .max,
      takesPart(referral.referrer, at: recordedAt)
    else { return }
    referral.referrerReward = give(
      terms.referrer, of: points, to: referral.referrer, for: .referrals, at: instant,
      key: BonusKey.referral(of: referral.friend, to: "referrer"))
    if referral.referrerReward != nil { rewarded[month, default: 0] += 1 }
  }
}
