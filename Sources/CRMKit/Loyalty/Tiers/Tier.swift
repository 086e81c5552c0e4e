/// A tier of a programme: what it takes to reach it, and what it gives.
public struct Tier: Hashable, Sendable {
  /// The name, unique in its group and the same from version to version.
  public var name: String

  /// What is to be reached; nothing for the lowest.
  public var thresholds: [TierThreshold]

  /// Whether all thresholds are to be reached or any one of them.
  public var match: Match

  /// How many points a member gets who comes to the tier by what counts, 0 or more.
  ///
  /// What is granted by hand brings none, nor does the end of a term, at which a tier may be come to
  /// whose thresholds were lowered meanwhile. Tiers that are reached by a balance have none, as it
  /// would count for that balance.
  public var entryReward: Int64

  /// How many of several thresholds are to be reached.
  public enum Match: String, Sendable, Codable, CaseIterable {
    /// All of them.
    case all
    /// At least one.
    case any
  }

  /// A tier; defining the programme looks whether it can work.
  public init(
    _ name: String, from thresholds: TierThreshold..., match: Match = .all, entryReward: Int64 = 0
  ) {
    self.name = name
    self.thresholds = thresholds
    self.match = match
    self.entryReward = entryReward
  }

  /// Whether totals reach the tier.
  func isReached(by totals: TierTotals) -> Bool {
    switch match {
    case .all: thresholds.allSatisfy { $0.missing(from: totals) == 0 }
    case .any: thresholds.isEmpty || thresholds.contains { $0.missing(from: totals) == 0 }
    }
  }
}

extension Tier: Codable {
  public init(from decoder: any Decoder) throws {
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    self.init(try stored.decode(String.self, forKey: .name))
    try stored.read(.thresholds, into: &thresholds)
    try stored.read(.match, into: &match)
    try stored.read(.entryReward, into: &entryReward)
  }
}

/// A number that is to be reached, in what qualifies.
public enum TierThreshold: Hashable, Sendable, Codable {
  /// So many qualifying points, whether they are still there or not.
  case points(Int64)
  /// So much qualifying spend.
  case spend(Money)
  /// So many qualifying events, such as orders.
  case count(Int64)

  /// How much is to be reached: points, minor units of money or events.
  var amount: Int64 {
    switch self {
    case .points(let points): points
    case .spend(let money): money.minorUnits
    case .count(let count): count
    }
  }

  /// How much of what counts for it there is.
  func counted(in totals: TierTotals) -> Int64 {
    switch self {
    case .points: totals.points
    case .spend: totals.spend
    case .count: totals.count
    }
  }

  /// How much is missing; 0 where it is reached.
  func missing(from totals: TierTotals) -> Int64 {
    let counted = counted(in: totals)
    guard counted < amount else { return 0 }
    let (missing, overflow) = amount.subtractingReportingOverflow(counted)
    return overflow ? .max : missing
  }
}

extension TierThreshold: CustomStringConvertible {
  public var description: String {
    switch self {
    case .points(let points): "\(points) points"
    case .spend(let money): money.description
    case .count(let count): "\(count) \(count == 1 ? "event" : "events")"
    }
  }
}
