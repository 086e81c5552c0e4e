/// What a member's tier depends on from now on.
public struct TierProjection: Hashable, Sendable {
  /// The group of tiers.
  public let group: String

  /// The tier that the member has.
  public let tier: String

  /// The last day of its term; `nil` where it has no end.
  public let lastDay: CalendarDate?

  /// What is missing to keep it beyond that; `nil` where nothing is, or where no term ends.
  public let keeping: Goal?

  /// What is missing to each higher tier, the next one first.
  public let climbing: [Goal]

  /// The move down that comes if nothing happens before; `nil` where none does.
  public let fall: Fall?

  /// What is missing to a tier: “500 points to Gold by 31 December”.
  public struct Goal: Hashable, Sendable {
    /// The tier.
    public let tier: String

    /// Whether all of what is missing is needed or any one.
    public let match: Tier.Match

    /// How much is missing.
    public let missing: [TierThreshold]

    /// The last day on which what counts already does; `nil` where it does for ever.
    public let by: CalendarDate?
  }

  /// A move down that comes by itself.
  public struct Fall: Hashable, Sendable {
    /// To which tier.
    public let tier: String

    /// When.
    public let at: Instant
  }
}

extension TierCourse {
  /// The most instants that are looked ahead at for a move down.
  private static let mostLooks = 4_000

  /// What the tier depends on, as of when the course has come to.
  func projection() throws -> TierProjection? {
    guard let group = terms.group(state.asOf), let rank = group.rank(of: state.shown) else {
      return nil
    }
    let by = lastDayOfWindow(group)
    return TierProjection(
      group: group.name, tier: state.shown, lastDay: state.lastDay, keeping: keeping(group),
      climbing: group.tiers.dropFirst(rank + 1).map { goal($0, by: by) }, fall: try fall(group))
  }

  private func goal(_ tier: Tier, by: CalendarDate?) -> TierProjection.Goal {
    let missing = tier.thresholds.compactMap { threshold -> TierThreshold? in
      let missing = threshold.missing(from: state.window.totals)
      return missing == 0 ? nil : threshold.of(missing)
    }
    return TierProjection.Goal(tier: tier.name, match: tier.match, missing: missing, by: by)
  }

  /// Only what counts in the span that decides is any help.
  private func keeping(_ group: TierGroup) -> TierProjection.Goal? {
    guard let tier = group.tier(state.tier), group.term != .endOfPeriod,
      state.lastDay != nil || state.graceEndsAt != nil, !tier.isReached(by: state.window.totals)
    else { return nil }
    let end = state.graceEndsAt.map(terms.calendar.date(before:)) ?? state.lastDay
    return goal(tier, by: end)
  }

  private func lastDayOfWindow(_ group: TierGroup) -> CalendarDate? {
    switch group.period {
    case .calendar, .membership, .rolling: state.window.end.map(terms.calendar.date(before:))
    case .lifetime, .balance: nil
    }
  }

  private func fall(_ group: TierGroup) throws -> TierProjection.Fall? {
    var course = TierCourse(from: state, terms)
    for _ in 0..<Self.mostLooks {
      guard let next = course.nextReviewAt, next > course.state.asOf || course.moves.isEmpty else {
        return nil
      }
      try course.advance(to: next)
      guard let move = course.moves.first else { continue }
      return TierProjection.Fall(tier: move.to, at: move.at)
    }
    return nil
  }
}

extension TierThreshold {
  /// So much of the same thing.
  func of(_ amount: Int64) -> TierThreshold {
    switch self {
    case .points: .points(amount)
    case .spend(let money): .spend(Money(minorUnits: amount, money.currency))
    case .count: .count(amount)
    }
  }
}
