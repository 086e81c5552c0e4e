/// The tiers of a programme that members climb, and what makes them climb and fall.
///
/// A programme can have several groups; a member has one tier in each, and none of them knows of
/// the others.
///
///     var status = TierGroup(
///       "status",
///       tiers: [
///         Tier("Bronze"), Tier("Silver", from: .points(500)), Tier("Gold", from: .points(1_000)),
///       ])
///     status.graceDays = 30
public struct TierGroup: Hashable, Sendable {
  /// The name, unique in its programme and the same from version to version.
  public var name: String

  /// The tiers, the lowest first; that one is every member's.
  public var tiers: [Tier]

  /// Over which time what counts is added up.
  public var period: TierPeriod

  /// How long a tier is kept once it was reached.
  public var term: TierTerm

  /// How far a member falls at the end of a term that was not renewed.
  public var downgrade = TierDowngrade.oneStep

  /// For how many days more the tier is kept then, to be reached again; 0 or more.
  public var graceDays = 0

  /// What becomes of a tier when what it was reached by is refunded.
  public var onRefund = TierRefund.revokeIfCause

  /// Which rewards a member gets who climbs several tiers at once.
  public var entryRewards = TierEntryRewards.reached

  /// A group; defining the programme looks whether it can work.
  public init(
    _ name: String, tiers: [Tier], period: TierPeriod = .calendarYear,
    term: TierTerm = .endOfNextPeriod
  ) {
    self.name = name
    self.tiers = tiers
    self.period = period
    self.term = term
  }

  /// The tier of a name.
  public func tier(_ name: String) -> Tier? { tiers.first { $0.name == name } }

  /// How high a tier stands: 0 for the lowest; `nil` for a name that is none of the group's.
  public func rank(of tier: String) -> Int? { tiers.firstIndex { $0.name == tier } }
}

extension TierGroup: Codable {
  public init(from decoder: any Decoder) throws {
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try stored.decode(String.self, forKey: .name),
      tiers: try stored.decode([Tier].self, forKey: .tiers))
    try stored.read(.period, into: &period)
    try stored.read(.term, into: &term)
    try stored.read(.downgrade, into: &downgrade)
    try stored.read(.graceDays, into: &graceDays)
    try stored.read(.onRefund, into: &onRefund)
    try stored.read(.entryRewards, into: &entryRewards)
  }
}

/// What becomes of a tier when what it was reached by is refunded.
public enum TierRefund: String, Sendable, Codable, CaseIterable {
  /// It is lost at once where the very event that brought it was refunded, and what is left would
  /// not have brought it.
  case revokeIfCause
  /// It is kept until its term ends.
  case keepUntilTermEnd
  /// It is lost at once where what is left would not have brought it, whichever event was refunded.
  case recalculate
}

/// Which rewards a member gets who climbs several tiers at once.
public enum TierEntryRewards: String, Sendable, Codable, CaseIterable {
  /// That of the tier reached.
  case reached
  /// Those of the tiers passed over, too.
  case allCrossed
}
