/// What a programme brought its members in a period, beside what it brought and cost the firm.
///
/// It follows from the ledger and from claims: what happened in the period counts, by when it
/// happened. Amounts are sums per currency, in the order of their codes.
public struct LoyaltySides: Hashable, Sendable {
  /// The period.
  public let period: Range<Instant>

  /// What members gained.
  public internal(set) var members = Members()

  /// What the firm gained and paid.
  public internal(set) var firm = Firm()

  /// What members gained.
  public struct Members: Hashable, Sendable {
    /// What the rewards they had are worth to them, by kind; those without a stated worth count
    /// among ``Rewards/count`` alone.
    public internal(set) var rewards: [Rewards] = []

    /// What the points were worth that they spent on something else, such as orders.
    public internal(set) var pointsSpent: [Money] = []

    /// All of it together.
    public internal(set) var total: [Money] = []
  }

  /// Rewards of a kind.
  public struct Rewards: Hashable, Sendable {
    /// The kind.
    public let kind: Reward.Kind

    /// How many were had: items and services that were claimed, coupons that were used.
    public internal(set) var count: Int

    /// What they are worth to members.
    public internal(set) var worth: [Money]

    /// What they cost the firm.
    public internal(set) var cost: [Money]
  }

  /// What the firm gained and paid.
  public struct Firm: Hashable, Sendable {
    /// What orders came to that count for the programme, less what was refunded.
    public internal(set) var orders: [Money] = []

    /// How many orders those are.
    public internal(set) var orderCount = 0

    /// What the rewards cost that members had.
    public internal(set) var rewardCost: [Money] = []

    /// What the points were worth that were taken instead of money.
    public internal(set) var pointsTaken: [Money] = []

    /// How much more the points are worth that members have at the end than at the beginning, at
    /// what a point is worth to them; below zero where it is less.
    public internal(set) var liabilityChange: [Money] = []
  }
}

/// Adding up both sides, entry by entry and claim by claim.
struct SidesSum {
  private let programme: LoyaltyProgramme
  private let members: Set<LoyaltyMember.ID>?
  private let period: Range<Instant>

  private var spent: [String: Int64] = [:]
  private var owed: [String: Int64] = [:]
  private var orders = AmountsByCurrency()
  private var orderCount = 0
  private var counts: [Reward.Kind: Int] = [:]
  private var worth: [Reward.Kind: AmountsByCurrency] = [:]
  private var costs: [Reward.Kind: AmountsByCurrency] = [:]

  /// - Parameter members: Whose sides; `nil` for those of everybody.
  init(
    _ programme: LoyaltyProgramme, of members: [LoyaltyMember.ID]?, in period: Range<Instant>
  ) {
    self.programme = programme
    self.members = members.map { Set($0) }
    self.period = period
  }

  /// Adds an entry.
  ///
  /// - Parameters:
  ///   - qualifier: For whom it counts.
  ///   - isForReward: Whether it pays for a reward, or undoes that.
  mutating func add(
    _ entry: LedgerEntry, by qualifier: LoyaltyMember.ID, isForReward: Bool
  ) throws {
    guard period.contains(entry.occurredAt), entry.refusal == nil else { return }
    // What counts for who shares points with a pool counts for the pool as well.
    let isShared = entry.counterparty != nil && isCounted(entry.member)
    if isCounted(qualifier) || isShared {
      if let spend = entry.qualifyingSpend { try orders.add(spend) }
      orderCount += entry.qualifyingCount
    }
    for leg in entry.legs {
      let (giver, taker) = (isCounted(leg.fromMember), isCounted(leg.toMember))
      try owe(leg)
      guard !isForReward else { continue }
      if leg.to == .redeemed, giver {
        spent[leg.currency] = try (spent[leg.currency] ?? 0).adding(leg.points)
      } else if leg.from == .redeemed, taker {
        spent[leg.currency] = try (spent[leg.currency] ?? 0).adding(-leg.points)
      }
    }
  }

  /// Adds what time has brought and nothing has put down yet.
  mutating func add(_ step: LedgerSettlement.Step) throws {
    guard period.contains(step.at) else { return }
    for leg in step.legs { try owe(leg) }
  }

  private mutating func owe(_ leg: LedgerLeg) throws {
    let (giver, taker) = (isCounted(leg.fromMember), isCounted(leg.toMember))
    let change = (taker ? leg.points : 0) - (giver ? leg.points : 0)
    if change != 0 { owed[leg.currency] = try (owed[leg.currency] ?? 0).adding(change) }
  }

  /// Whether a leg's account is a member's who is asked about.
  private func isCounted(_ owner: LoyaltyMember.ID?) -> Bool {
    guard let owner else { return false }
    return members?.contains(owner) ?? true
  }

  /// Adds a reward that was had.
  mutating func add(_ claim: RewardClaim) throws {
    guard claim.status == .granted, let usedAt = claim.usedAt, period.contains(usedAt) else {
      return
    }
    counts[claim.kind, default: 0] += 1
    if let benefit = claim.benefit {
      try worth[claim.kind, default: AmountsByCurrency()].add(benefit)
    }
    if let cost = claim.cost { try costs[claim.kind, default: AmountsByCurrency()].add(cost) }
  }

  /// Both sides.
  ///
  /// - Throws: ``LoyaltyError/Code/overflow``, ``CRMError/Code/overflow``.
  func sides() throws -> LoyaltySides {
    var sides = LoyaltySides(period: period)
    var (total, cost) = (AmountsByCurrency(), AmountsByCurrency())
    for kind in Reward.Kind.allCases {
      guard let count = counts[kind] else { continue }
      let rewards = LoyaltySides.Rewards(
        kind: kind, count: count, worth: worth[kind]?.sorted ?? [],
        cost: costs[kind]?.sorted ?? [])
      for amount in rewards.worth { try total.add(amount) }
      for amount in rewards.cost { try cost.add(amount) }
      sides.members.rewards.append(rewards)
    }
    sides.members.pointsSpent = try money(of: spent)
    for amount in sides.members.pointsSpent { try total.add(amount) }
    sides.members.total = total.sorted
    sides.firm.orders = orders.sorted
    sides.firm.orderCount = orderCount
    sides.firm.rewardCost = cost.sorted
    sides.firm.pointsTaken = sides.members.pointsSpent
    sides.firm.liabilityChange = try money(of: owed)
    return sides
  }

  /// What points are worth to members, each kind rounded once.
  private func money(of points: [String: Int64]) throws -> [Money] {
    var sum = AmountsByCurrency()
    for terms in programme.points {
      guard let count = points[terms.name], let worth = terms.worth else { continue }
      try sum.add(try worth.money.proportion(count, of: worth.points))
    }
    return sum.sorted
  }
}
