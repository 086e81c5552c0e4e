/// What a programme gives points for of itself, besides what is earned.
enum BonusSource: Hashable, Sendable {
  /// Coming to a tier.
  case tiers
  /// Reaching a badge or a challenge.
  case achievements
  /// Bringing a friend, and being brought.
  case referrals
}

/// What the ledger calls the requests by which a programme gives points of itself, each of which is
/// done once.
enum BonusKey {
  static func tier(
    _ tier: String, of group: String, to member: LoyaltyMember.ID, inSpanFrom day: CalendarDate
  ) -> String {
    "tier/\(member)/\(group)/\(tier)/\(day)"
  }

  /// - Parameter sequence: The number of the entry that reached it.
  static func achievement(_ name: String, to member: LoyaltyMember.ID, after sequence: Int64)
    -> String
  {
    "achievement/\(member)/\(sequence)/\(name)"
  }

  static func referral(of friend: LoyaltyMember.ID, to role: String) -> String {
    "referral/\(friend)/\(role)"
  }

  /// By which an achievement's reward is taken back that was lost again.
  static func lost(_ reward: LedgerEntry.ID) -> String { "achievement/\(reward)/lost" }

  /// By which a reward for a friend is taken back whose order was refunded.
  static func cancelled(_ reward: LedgerEntry.ID) -> String { "referral/\(reward)/cancelled" }

  fileprivate static func source(of key: String) -> BonusSource? {
    if key.hasPrefix("tier/") { return .tiers }
    if key.hasPrefix("achievement/") { return .achievements }
    return key.hasPrefix("referral/") ? .referrals : nil
  }
}

extension LedgerEntry {
  /// What the programme gave the points for of itself; `nil` of any other entry.
  ///
  /// What a host lets be earned has an outcome, whatever its key.
  var bonusSource: BonusSource? {
    guard kind == .earn, refusal == nil, outcome == nil else { return nil }
    return key.flatMap(BonusKey.source)
  }
}
