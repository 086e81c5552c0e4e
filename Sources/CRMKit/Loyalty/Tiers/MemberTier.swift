/// The tier of a member at an instant.
public struct MemberTier: Hashable, Sendable {
  /// The member.
  public let member: LoyaltyMember.ID

  /// The group of tiers.
  public let group: String

  /// The tier.
  public let tier: String

  /// The tier by what counts, which is a lower one where one was granted; `nil` of the past.
  public let reached: String?

  /// Since when the member has it by what counts, or came to it.
  public let since: Instant

  /// The last day of its term; `nil` where it has no end, and of the past.
  public let lastDay: CalendarDate?

  /// When the days of grace are over, once they have begun.
  public let graceEndsAt: Instant?

  /// The entry of the ledger that brought it, if one did.
  public let cause: LedgerEntry.ID?
}

extension MemberTier {
  init(_ member: LoyaltyMember.ID, _ group: String, _ state: TierState) {
    self.init(
      member: member, group: group, tier: state.shown, reached: state.tier,
      since: state.enteredAt, lastDay: state.lastDay, graceEndsAt: state.graceEndsAt,
      cause: state.cause)
  }

  init(_ member: LoyaltyMember.ID, _ group: String, _ change: TierChange) {
    self.init(
      member: member, group: group, tier: change.to, reached: nil, since: change.at, lastDay: nil,
      graceEndsAt: nil, cause: change.cause)
  }

  init(_ member: LoyaltyMember.ID, _ group: String, _ tier: String, since: Instant) {
    self.init(
      member: member, group: group, tier: tier, reached: tier, since: since, lastDay: nil,
      graceEndsAt: nil, cause: nil)
  }
}
