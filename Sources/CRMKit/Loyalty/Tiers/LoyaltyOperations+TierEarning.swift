extension LoyaltyOperations {
  /// How a member stands in the tiers that multiply points, before something happens at an instant.
  ///
  /// - Returns: `nil` where no tier multiplies, and where nothing multiplies at the lowest one.
  /// - Complexity: O(log *n*).
  func tierAtEarning(
    of member: LoyaltyMember, at instant: Instant, in programme: LoyaltyProgramme
  ) throws -> TierAtEarning? {
    guard let name = programme.tier.factors.first?.group,
      var course = try TierReckoning(self, member, name, programme.zone).course()
    else { return nil }
    if course.state.asOf > instant {
      // What has happened since does not multiply what had happened before.
      guard let past = try course.past(until: instant) else { return nil }
      course = past
    } else {
      try course.look(at: instant)
    }
    return TierAtEarning(name, course.state.shown, course.state.window.totals)
  }
}

extension TierCourse {
  /// Lets time pass up to an instant, and brings what counts to it.
  mutating func look(at instant: Instant) throws {
    try advance(to: instant)
    guard let group = terms.group(instant) else { return }
    try roll(to: instant, group)
    reach(instant)
  }

  /// The member's way up to an instant that has been.
  func past(until instant: Instant) throws -> TierCourse? {
    guard var course = try TierCourse.replayed(terms, until: instant) else { return nil }
    try course.look(at: instant)
    return course
  }
}

extension TierAtEarning {
  init(_ group: String, _ tier: String, _ totals: TierTotals) {
    self.init(
      group: group, tier: tier, points: totals.points, spend: totals.spend, count: totals.count)
  }
}
