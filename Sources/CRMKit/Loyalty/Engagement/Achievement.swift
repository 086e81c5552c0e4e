/// A badge or a challenge of a programme: what is to be reached, in what time, and what it gives.
///
///     AchievementTerms("5 orders", goal: .count(5))
///     AchievementTerms("June", goal: .count(3), from: first, through: last, reward: 100)
public struct AchievementTerms: Hashable, Sendable {
  /// The name, unique in its programme and the same from version to version.
  public var name: String

  /// What is to be reached, in what qualifies for tiers.
  public var goal: TierThreshold

  /// The first day that counts; `nil` for all before.
  public var from: CalendarDate?

  /// The last day that counts; `nil` for all after.
  public var through: CalendarDate?

  /// How many points a member gets who reaches it; 0 for the badge alone.
  public var reward: Int64

  /// Whether it is lost again where refunds leave less than is to be reached.
  public var rollbackAfterCompletion: Bool

  /// A badge or a challenge.
  public init(
    _ name: String, goal: TierThreshold, from: CalendarDate? = nil, through: CalendarDate? = nil,
    reward: Int64 = 0, rollbackAfterCompletion: Bool = false
  ) {
    self.name = name
    self.goal = goal
    self.from = from
    self.through = through
    self.reward = reward
    self.rollbackAfterCompletion = rollbackAfterCompletion
  }

  /// The instants that count.
  func span(in zone: Zone) -> Range<Instant> {
    let start = from.map(zone.startOfDay) ?? .earliest
    let end = through.map { zone.startOfDay($0.plus(days: 1)) } ?? .latest
    return start..<max(start, end)
  }
}

extension AchievementTerms: Codable {
  public init(from decoder: any Decoder) throws {
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try stored.decode(String.self, forKey: .name),
      goal: try stored.decode(TierThreshold.self, forKey: .goal))
    try stored.read(.from, into: &from)
    try stored.read(.through, into: &through)
    try stored.read(.reward, into: &reward)
    try stored.read(.rollbackAfterCompletion, into: &rollbackAfterCompletion)
  }
}

/// A badge or a challenge that a member has reached.
public struct Achievement: Record {
  /// What names it for good.
  public let id: Identifier<Achievement>

  /// The member.
  public internal(set) var member: LoyaltyMember.ID

  /// The name.
  public internal(set) var name: String

  /// When it was reached.
  public internal(set) var reachedAt: Instant

  /// The entry of the ledger that reached it.
  public internal(set) var cause: LedgerEntry.ID

  /// The entry by which it was rewarded, if it was.
  public internal(set) var reward: LedgerEntry.ID?

  /// When it was lost again, if it was.
  public internal(set) var lostAt: Instant?

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Achievement/member``, for filters and sorting.
    public let member = Field<Achievement, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 }
    ).owned(by: LoyaltyMember.self)

    /// ``Achievement/name``, for filters and sorting.
    public let name = Field<Achievement, String>("name", { $0.name }, { $0.name = $1 })

    /// ``Achievement/reachedAt``, for filters and sorting.
    public let reachedAt = Field<Achievement, Instant>(
      "reached_at", { $0.reachedAt }, { $0.reachedAt = $1 })

    /// ``Achievement/cause``, for filters and sorting.
    public let cause = Field<Achievement, LedgerEntry.ID>("cause", { $0.cause }, { $0.cause = $1 })

    /// ``Achievement/reward``, for filters and sorting.
    public let reward = Field<Achievement, LedgerEntry.ID?>(
      "reward", { $0.reward }, { $0.reward = $1 })

    /// ``Achievement/lostAt``, for filters and sorting.
    public let lostAt = Field<Achievement, Instant?>("lost_at", { $0.lostAt }, { $0.lostAt = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<Achievement>(
    "loyalty_achievements", fields, indexes: [.unique(fields.member, fields.name)]
  ) {
    Achievement(id: $0, member: .zero, name: "", reachedAt: .earliest, cause: .zero)
  }
}

/// A member reached a badge or a challenge, or lost it again.
public struct AchievementChanged: Event {
  /// The member.
  public var member: LoyaltyMember.ID
  /// The name.
  public var achievement: String
  /// Whether it was lost.
  public var isLost: Bool

  public static let name = "loyalty.achievement_changed"

  private struct Fields: Sendable {
    let member = Field<AchievementChanged, LoyaltyMember.ID>(
      "member", { $0.member }, { $0.member = $1 })
    let achievement = Field<AchievementChanged, String>(
      "achievement", { $0.achievement }, { $0.achievement = $1 })
    let isLost = Field<AchievementChanged, Bool>("is_lost", { $0.isLost }, { $0.isLost = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: AchievementChanged(member: .zero, achievement: "", isLost: false))
}
