/// What counted for a tier at an instant, and what it takes to reach it by the version of the
/// programme in force then.
public struct TierFigures: Hashable, Sendable {
  /// The tier.
  public let tier: String

  /// What is to be reached; nothing for the lowest.
  public let thresholds: [TierThreshold]

  /// Whether all of that is to be reached or any one.
  public let match: Tier.Match

  /// The version of the programme that says so.
  public let programmeVersion: Int

  /// From when on what happened counted; `nil` where all that ever did, and for points that can be
  /// spent.
  public let from: Instant?

  /// When time changes what counts next; `nil` where it does not.
  public let until: Instant?

  /// Qualifying points; for tiers by balance the points that could be spent.
  public let points: Int64

  /// Qualifying spend.
  public let spend: Money

  /// Qualifying events.
  public let count: Int64

  /// Whether what counted reaches the tier.
  public var isReached: Bool {
    let totals = TierTotals(points: points, spend: spend.minorUnits, count: count)
    return Tier(tier, thresholds, match).isReached(by: totals)
  }
}

extension TierFigures {
  init(_ tier: Tier, _ window: TierWindow, _ version: ProgrammeVersion) {
    self.init(
      tier: tier.name, thresholds: tier.thresholds, match: tier.match,
      programmeVersion: version.programme.version,
      from: window.start > .earliest ? window.start : nil, until: window.end,
      points: window.totals.points,
      spend: Money(minorUnits: window.totals.spend, version.programme.money),
      count: window.totals.count)
  }

  /// What counted, in a few words.
  ///
  /// - Parameter kinds: What is told of it: that which any tier of the group is reached by.
  func countedText(_ kinds: [TierThreshold], _ days: LocalDays) -> String {
    let totals = TierTotals(points: points, spend: spend.minorUnits, count: count)
    var texts: [String] = []
    for kind in kinds {
      let text = kind.of(kind.counted(in: totals)).description
      if !texts.contains(text) { texts.append(text) }
    }
    let since = from.map { " since \(days.date(of: $0))" } ?? ""
    return (texts.isEmpty ? ["nothing"] : texts).joined(separator: ", ") + since
  }
}

extension Tier {
  fileprivate init(_ name: String, _ thresholds: [TierThreshold], _ match: Match) {
    self.init(name, match: match)
    self.thresholds = thresholds
  }
}
