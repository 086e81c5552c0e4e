/// The part of an event that falls to a tier, and what the tier multiplies its points by.
struct TierPortion: Hashable, Sendable {
  let tier: String
  let share: Fraction
  let factor: Fraction
}

extension EarningEvent {
  /// The tiers an event falls to; empty where none multiplies points.
  ///
  /// An order can itself lead to another tier. ``TierEarningTerms/forEarning`` says which of them
  /// counts: to split it, the part that is needed to reach the next tier goes to the one before.
  func tierPortions() throws -> [TierPortion] {
    let terms = programme.programme.tier
    guard let standing = context.standing, !terms.factors.isEmpty,
      let group = programme.programme.tierGroups.first(where: { $0.name == standing.group }),
      let rank = group.rank(of: standing.tier)
    else { return [] }
    guard terms.forEarning != .beforeEvent, request.occasion == .order else {
      return [portion(of: .one, rank, in: group)]
    }
    let climb = TierClimb(
      event: self, group: group, start: TierProgress(standing), rank: rank)
    switch terms.forEarning {
    case .beforeEvent, .afterEvent:
      return [portion(of: .one, try climb.rankAfter(), in: group)]
    case .split:
      return try climb.parts().map { portion(of: $0.share, $0.rank, in: group) }
    }
  }

  fileprivate func portion(of share: Fraction, _ rank: Int, in group: TierGroup) -> TierPortion {
    TierPortion(
      tier: group.tiers[rank].name, share: share, factor: factor(of: rank, in: group))
  }

  fileprivate func factor(of rank: Int, in group: TierGroup) -> Fraction {
    programme.programme.tier.factors.first {
      $0.group == group.name && $0.tier == group.tiers[rank].name
    }?.factor ?? .one
  }
}

/// What counts for tiers while an order is being counted.
private struct TierProgress {
  var points: Fraction
  var spend: Fraction
  var count: Fraction

  init(points: Fraction, spend: Fraction, count: Fraction) {
    (self.points, self.spend, self.count) = (points, spend, count)
  }

  init(_ standing: TierAtEarning) {
    points = Fraction(standing.points)
    spend = Fraction(standing.spend)
    count = Fraction(standing.count)
  }

  /// The progress with a part of what an order adds.
  func adding(_ share: Fraction, of order: TierProgress) throws -> TierProgress {
    TierProgress(
      points: try points + order.points * share, spend: try spend + order.spend * share,
      count: try count + order.count * share)
  }

  /// Which part of an order reaches a threshold; more than all of it where it does not.
  func share(toReach threshold: TierThreshold, by order: TierProgress) throws -> Fraction {
    let (have, whole) =
      switch threshold {
      case .points: (points, order.points)
      case .spend: (spend, order.spend)
      // An order counts once it is whole.
      case .count: (count, order.count)
      }
    let missing = try Fraction(threshold.amount) - have
    if missing <= .zero { return .zero }
    guard whole > .zero else { return 2 }
    let share = try missing / whole
    if case .count = threshold { return share <= .one ? .one : share }
    return share
  }

  /// Which part of an order reaches a tier.
  func share(toReach tier: Tier, by order: TierProgress) throws -> Fraction {
    let shares = try tier.thresholds.map { try share(toReach: $0, by: order) }
    switch tier.match {
    case .all: return shares.max() ?? .zero
    case .any: return shares.min() ?? .zero
    }
  }
}

/// How an order leads up a group of tiers.
private struct TierClimb {
  let event: EarningEvent
  let group: TierGroup
  let start: TierProgress
  let rank: Int

  /// The tier that the order leads to.
  func rankAfter() throws -> Int {
    let order = try order(at: rank)
    for higher in group.tiers.indices.reversed() where higher > rank {
      if try start.share(toReach: group.tiers[higher], by: order) <= .one { return higher }
    }
    return rank
  }

  /// The parts of the order that fall to each tier.
  func parts() throws -> [(rank: Int, share: Fraction)] {
    var parts: [(rank: Int, share: Fraction)] = []
    var (rank, left, progress) = (rank, Fraction.one, start)
    while left > .zero, rank + 1 < group.tiers.count {
      let order = try order(at: rank)
      let share = try progress.share(toReach: group.tiers[rank + 1], by: order)
      if share >= left { break }
      if share > .zero { parts.append((rank, share)) }
      progress = try progress.adding(share, of: order)
      left = try left - share
      rank += 1
    }
    parts.append((rank, left))
    return parts
  }

  /// What the order adds to what counts, as if all of it fell to one tier.
  private func order(at rank: Int) throws -> TierProgress {
    let programme = event.programme
    var points = Fraction.zero
    if let place = programme.qualifying {
      let portion = event.portion(of: .one, rank, in: group)
      let sum = try EarningSum(of: place, in: event, portions: [portion], RoundingTerms())
      if var sum {
        try sum.addAll()
        points = try sum.qualifying()
      }
    }
    let rate = event.isInOwnMoney ? .one : event.context.moneyRate ?? .zero
    return TierProgress(
      points: points, spend: try Fraction(event.lines.total) * rate, count: .one)
  }
}
