/// A part of an event, and the tier whose factor it earns by.
struct TierShare: Hashable, Sendable {
  /// The tier.
  var tier: String

  /// Which part of the event.
  var part: Fraction
}

extension TierCourse {
  /// The tiers whose factors an event earns by that is about to happen.
  ///
  /// - Parameters:
  ///   - added: What the event adds to what counts.
  ///   - instant: When it happens.
  ///   - moment: Which tier counts, where it leads from one to another.
  /// - Returns: The parts, in their order; together they are one whole.
  func shares(
    of added: TierTotals, at instant: Instant, _ moment: TierEarningTerms.Moment
  ) throws -> [TierShare] {
    var course = self
    try course.count(TierEvent(at: instant, countsAt: instant, totals: .zero))
    let before = course.state.shown
    guard let group = terms.group(instant), let rank = group.rank(of: before) else {
      return [TierShare(tier: before, part: .one)]
    }
    let totals = course.state.window.totals
    switch moment {
    case .beforeEvent: return [TierShare(tier: before, part: .one)]
    case .afterEvent:
      let after = max(rank, group.rank(reachedBy: totals + added))
      return [TierShare(tier: group.tiers[after].name, part: .one)]
    case .split: return group.shares(of: added, after: totals, from: rank)
    }
  }
}

extension TierGroup {
  /// The parts of what is added that fall to each tier on the way up.
  func shares(of added: TierTotals, after totals: TierTotals, from rank: Int) -> [TierShare] {
    var crossings: [(rank: Int, at: Fraction)] = []
    for higher in tiers.indices.reversed() where higher > rank {
      guard let crossing = tiers[higher].crossing(by: added, after: totals) else { continue }
      // Who is at a higher tier is not held up by a lower one.
      if let last = crossings.last, last.at <= crossing { continue }
      crossings.append((higher, crossing))
    }
    var shares: [TierShare] = []
    var (tier, position) = (rank, Fraction.zero)
    for crossing in crossings.reversed() + [(rank: tiers.count, at: .one)] {
      // Both lie between nothing and one whole.
      if crossing.at > position, let part = try? crossing.at - position {
        shares.append(TierShare(tier: tiers[tier].name, part: part))
      }
      (tier, position) = (crossing.rank, crossing.at)
    }
    return shares
  }
}

extension Tier {
  /// After which part of what is added the tier is reached; `nil` where it is not.
  fileprivate func crossing(by added: TierTotals, after totals: TierTotals) -> Fraction? {
    let crossings = thresholds.map { threshold -> Fraction? in
      let missing = threshold.missing(from: totals)
      guard missing > 0 else { return .zero }
      let comes = threshold.counted(in: added)
      return comes < missing ? nil : Fraction(missing, over: comes)
    }
    switch match {
    case .any: return crossings.compactMap { $0 }.min()
    case .all:
      let reached = crossings.compactMap { $0 }
      return reached.count == crossings.count ? reached.max() ?? .zero : nil
    }
  }
}
