/// How many of a reward are gone; it follows from its claims.
public struct RewardUse: Record {
  /// What names it for good: the reward.
  public let id: Identifier<RewardUse>

  /// How many were claimed and not given back.
  public internal(set) var claimed: Int64

  /// The described fields.
  public struct Fields: Sendable {
    /// ``RewardUse/claimed``, for filters and sorting.
    public let claimed = Field<RewardUse, Int64>("claimed", { $0.claimed }, { $0.claimed = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<RewardUse>("reward_uses", fields, derived: true) {
    RewardUse(id: $0, claimed: 0)
  }
}

extension LoyaltyOperations {
  var rewardUses: Records<RewardUse> { records() }

  /// How many of a reward are left; `nil` for any number.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func stockLeft(of reward: Reward.ID) throws -> Int64? {
    try stockLeft(of: try rewards.get(reward))
  }

  func stockLeft(of reward: Reward) throws -> Int64? {
    guard let stock = reward.stock else { return nil }
    let (left, overflow) = stock.subtractingReportingOverflow(try use(of: reward.id).claimed)
    return overflow ? 0 : max(0, left)
  }

  func use(of reward: Reward.ID) throws -> RewardUse {
    let id = RewardUse.ID(high: reward.high, low: reward.low)
    return try rewardUses.find(id) ?? RewardUse(id: id, claimed: 0)
  }

  /// Notes that one more or one less of a reward is gone.
  func count(_ change: Int64, of reward: Reward.ID) throws {
    var use = try use(of: reward)
    use.claimed &+= change
    try rewardUses.put(use)
  }

  /// Notes rewards of which more or fewer are gone than their claims say.
  func verifyRewards(_ report: inout VerificationReport) throws {
    var claimed: [RewardUse.ID: Int64] = [:]
    try claims.scan { held in
      guard held.row.status.takesStock else { return true }
      claimed[RewardUse.ID(high: held.row.reward.high, low: held.row.reward.low), default: 0] += 1
      return true
    }
    try rewardUses.scan { held in
      if claimed.removeValue(forKey: held.id) ?? 0 != held.row.claimed {
        report.noteDamage(
          of: RewardUse.schema.name, id: held.id.description, "it does not follow from the claims")
      }
      return true
    }
    for id in claimed.keys.sorted() {
      report.noteDamage(
        of: RewardUse.schema.name, id: id.description, "it follows from the claims, and is missing")
    }
  }
}
