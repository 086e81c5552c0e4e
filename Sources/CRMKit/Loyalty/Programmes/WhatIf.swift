/// What another programme would have given for the same events; pure.
///
/// What is earned is compared, and what programmes give of themselves for it: for coming to tiers,
/// for badges and challenges, for friends who were brought. What becomes of points later is left
/// aside.
///
///     var whatIf = try WhatIf(doubled, insteadOf: club)
///     for event in history { try whatIf.add(event.request, for: event.member) }
///     print(whatIf.report.kinds[0].difference, "points more")
public struct WhatIf {
  private var before: ProgrammeReplay?
  private(set) var after: ProgrammeReplay
  private var sums: WhatIfSums
  private let programme: LoyaltyProgramme
  private let span: Range<Instant>?
  private let corrected: Set<String>
  private var events = 0
  private var left = 0

  /// A changed programme instead of another.
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem of either.
  public init(_ changed: LoyaltyProgramme, insteadOf programme: LoyaltyProgramme) throws {
    try self.init(changed)
    before = try ProgrammeReplay(programme)
  }

  /// A changed programme instead of what was given.
  ///
  /// - Parameters:
  ///   - span: What happened in it is added up, if not all.
  ///   - corrected: By what keys something was given of itself that somebody has taken back since.
  init(
    _ changed: LoyaltyProgramme, in span: Range<Instant>? = nil, besides corrected: Set<String> = []
  ) throws {
    after = try ProgrammeReplay(changed)
    programme = changed
    sums = WhatIfSums(of: changed.points.map(\.name))
    self.span = span
    self.corrected = corrected
  }

  /// Notes who brought a member, before that one's first order; the first who is named is it.
  ///
  /// - Parameters:
  ///   - friend: Who was brought.
  ///   - referrer: Who brought them.
  public mutating func refer(_ friend: LoyaltyMember.ID, by referrer: LoyaltyMember.ID) {
    before?.bonuses.bring(friend, by: .init(id: referrer))
    after.bonuses.bring(friend, by: .init(id: referrer))
  }

  /// Replays an event, in the order in which events were recorded.
  ///
  /// An event in money that either programme has no rate for is left out and counted.
  ///
  /// - Parameters:
  ///   - request: What happened; it says when.
  ///   - member: To whom.
  ///   - enrolledAt: Since when they are a member, of which tiers can depend.
  ///   - birthday: Their birthday, where rules ask for it.
  /// - Throws: ``LoyaltyError`` of code `invalidAmount` or `overflow`.
  public mutating func add(
    _ request: EarnRequest, for member: LoyaltyMember.ID, enrolledAt: Instant = .earliest,
    birthday: Birthday? = nil
  ) throws {
    let member = ProgrammeReplay.Member(id: member, enrolledAt: enrolledAt, birthday: birthday)
    let at = request.occurredAt ?? enrolledAt
    do {
      let given = try before?.add(request, of: member, at: at)
      let award = try after.add(request, of: member, at: at)
      events += 1
      try sums.add(award, given, of: member.id)
      try addBonuses()
    } catch let error as LoyaltyError where error.code == .noRate {
      left += 1
      _ = before?.bonuses.take()
    }
  }

  /// What the events so far come to.
  ///
  /// - Complexity: O(*m* log *m*) in the members.
  public var report: WhatIfReport {
    sums.report(events: events, withoutRate: left, programme)
  }

  private mutating func addBonuses() throws {
    for bonus in before?.bonuses.take() ?? [] {
      try sums.add(before: bonus.count, of: bonus.points, for: bonus.source, to: bonus.member)
    }
    for bonus in after.bonuses.take()
    where isLookedAt(bonus.at) && !corrected.contains(bonus.key) {
      try sums.add(after: bonus.count, of: bonus.points, for: bonus.source, to: bonus.member)
    }
  }
}

// MARK: - What the ledger gave

extension WhatIf {
  private func isLookedAt(_ instant: Instant) -> Bool { span?.contains(instant) ?? true }

  /// Replays an event for which an award was given.
  ///
  /// - Parameters:
  ///   - entry: Its entry.
  ///   - isTakenBack: Whether something of it is refunded later, or it is undone.
  ///   - isUndone: Whether all of it was undone, so that nothing was given in the end.
  /// - Returns: Whether it was replayed, and not left out.
  mutating func add(
    _ request: EarnRequest, of member: ProgrammeReplay.Member, given: Award, as entry: LedgerEntry,
    isTakenBack: Bool, isUndone: Bool
  ) throws -> Bool {
    do {
      let award = try after.add(
        request, of: member, at: entry.occurredAt, given: given, as: entry.id,
        recordedAt: entry.recordedAt, isTakenBack: isTakenBack)
      if !isUndone, isLookedAt(entry.occurredAt) {
        events += 1
        try sums.add(award, given, of: member.id)
      }
      try addBonuses()
      return true
    } catch let error as LoyaltyError where error.code == .noRate {
      if isLookedAt(entry.occurredAt) { left += 1 }
      return false
    }
  }

  /// Takes back what a refund took back, and would have.
  ///
  /// - Parameter isUndone: Whether it, or what it is of, was undone, so that nothing was taken back
  ///   in the end.
  mutating func refund(
    _ request: RefundRequest, of earning: LedgerEntry.ID, _ outcome: RefundOutcome,
    by entry: LedgerEntry, isUndone: Bool
  ) throws {
    guard let earned = after.earned[earning] else { return }
    let totals = try after.refund(
      request, of: earning, by: entry.id, at: entry.occurredAt, recordedAt: entry.recordedAt)
    if !isUndone, isLookedAt(entry.occurredAt), isLookedAt(earned.at) {
      try sums.take(totals, outcome, of: earned.member.id)
    }
    try addBonuses()
  }

  /// Undoes what was replayed, or what undid it.
  mutating func undo(_ id: LedgerEntry.ID, by entry: LedgerEntry) throws {
    try after.undo(id, by: entry.id, at: entry.occurredAt, recordedAt: entry.recordedAt)
    try addBonuses()
  }

  /// Adds what the programme gave of itself.
  mutating func add(_ entry: LedgerEntry, of source: BonusSource, to member: LoyaltyMember.ID)
    throws
  {
    guard isLookedAt(entry.occurredAt) else { return }
    for given in entry.granted {
      try sums.add(before: given.count, of: given.points, for: source, to: member)
    }
  }

  /// Notes that a member was erased in the ledger.
  mutating func erase(_ member: LoyaltyMember.ID) { after.bonuses.erase(member) }

  /// Notes who brought a member in the ledger.
  mutating func bring(
    _ member: LoyaltyMember.ID, by referrer: ProgrammeReplay.Member, _ referral: Referral
  ) {
    after.bonuses.bring(member, as: referral.friend, by: referrer, at: referral.attributedAt)
  }
}
