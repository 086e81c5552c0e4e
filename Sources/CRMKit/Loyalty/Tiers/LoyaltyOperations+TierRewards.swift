/// What the points for coming to a tier are asked for by.
struct TierRewardRequest: LedgerRequest {
  /// Who came to it.
  var member: LoyaltyMember.ID

  /// The group of tiers.
  var group: String

  /// The tier.
  var tier: String

  /// How many points.
  var points: Int64

  static let kind = LedgerEntry.Kind.earn

  private struct Fields: Sendable {
    let member = Field<TierRewardRequest, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
    let group = Field<TierRewardRequest, String>("group", { $0.group }, { $0.group = $1 })
    let tier = Field<TierRewardRequest, String>("tier", { $0.tier }, { $0.tier = $1 })
    let points = Field<TierRewardRequest, Int64>("points", { $0.points }, { $0.points = $1 })
  }

  static let layout = Layout(
    Fields(), blank: TierRewardRequest(member: .zero, group: "", tier: "", points: 0))
}

extension LoyaltyOperations {
  /// Whether a move may bring an entry reward.
  func isRewarded(_ move: TierMove, in programme: String) throws -> Bool {
    switch move.reason {
    // What turns out never to have been lost is not come to again, and time alone brings nothing:
    // a balance that lacked it until somebody looked would not have been right.
    case .granted, .grantEnded, .termEnded, .reviewed, .refunded, .unmerged, .late: false
    case .reached, .reevaluated: true
    case .merged: try self.programme(programme, at: move.at).pool.replaysOnceOnly
    }
  }

  /// Gives what a member gets for coming to a higher tier: once for each tier in one span of the
  /// group's period, in a year of the calendar where the period has none.
  func reward(_ move: TierMove, of member: LoyaltyMember, in name: String) throws {
    let programme = try programme(member.programme, at: move.at)
    guard let group = programme.tierGroups.first(where: { $0.name == name }) else { return }
    for tier in group.rewarded(by: move) {
      try reward(tier, in: group, of: member, at: move, programme)
    }
  }

  private func reward(
    _ tier: Tier, in group: TierGroup, of member: LoyaltyMember, at move: TierMove,
    _ programme: LoyaltyProgramme
  ) throws {
    let calendar = TierCalendar(zone: programme.zone, enrolledAt: member.enrolledAt)
    let key = BonusKey.tier(
      tier.name, of: group.name, to: member.id,
      inSpanFrom: calendar.rewardDay(of: group, at: move.at))
    let index = LedgerEntry.index(key: key, in: programme.name)
    guard try entries.first(where: { $0.keys.contains(index) }) == nil else { return }
    let request = TierRewardRequest(
      member: member.id, group: group.name, tier: tier.name, points: tier.entryReward)
    _ = try post(request, key: key, for: member.id, at: min(move.at, transaction.now)) { work in
      work.entry.cause = move.cause
      work.entry.reason = "\(group.name): \(tier.name)"
      let currency = try work.name(nil)
      try work.credit(
        tier.entryReward, work.opening(currency, work.life(of: currency)), from: .issued)
    }
  }
}

extension TierGroup {
  /// Whether anybody gets points for coming to one of its tiers.
  var rewardsEntries: Bool { period != .balance && tiers.contains { $0.entryReward > 0 } }

  /// The tiers that a move up gives points for.
  func rewarded(by move: TierMove) -> [Tier] {
    guard rewardsEntries, let from = rank(of: move.from), let to = rank(of: move.to), from < to
    else { return [] }
    let first = entryRewards == .allCrossed ? from + 1 : to
    return tiers[first...to].filter { $0.entryReward > 0 }
  }
}

extension TierCalendar {
  /// The first day of the span in which coming to a tier is rewarded once.
  func rewardDay(of group: TierGroup, at instant: Instant) -> CalendarDate {
    let period = group.period.hasSpans || group.period == .lifetime ? group.period : .calendarYear
    return zone.date(of: span(of: period, around: instant).lowerBound)
  }
}
