extension TierGroup {
  private static let mostTiers = 50
  private static let mostThresholds = 20
  private static let mostMonths = 1_200
  private static let mostGraceDays = 3_660

  /// Every problem of a group by itself, field by field.
  ///
  /// - Parameters:
  ///   - place: Where the group stands in its programme, such as `tierGroups[0]`.
  ///   - currency: What the programme counts spend in.
  func problems(in place: String, currency: Currency) -> [CRMError.Issue] {
    TextRules.problems(of: name, in: "\(place).name", within: 60)
      + tierProblems(in: place, currency) + timeProblems(in: place)
  }

  /// What members of an earlier version would lose their place by.
  func problems(in place: String, after earlier: TierGroup) -> [CRMError.Issue] {
    var highest = -1
    var problems: [CRMError.Issue] = []
    for tier in earlier.tiers {
      guard let rank = rank(of: tier.name) else {
        let reason = "lacks “\(tier.name)” of the version before, which members can have"
        problems.append(.init("\(place).tiers", reason))
        continue
      }
      if rank < highest {
        problems.append(
          .init("\(place).tiers[\(rank)]", "“\(tier.name)” stood higher in the version before"))
      }
      highest = max(highest, rank)
    }
    if period != earlier.period {
      problems.append(.init("\(place).period", "is not that of the version before"))
    }
    return problems
  }

  private func tierProblems(in place: String, _ currency: Currency) -> [CRMError.Issue] {
    guard let lowest = tiers.first else { return [.init("\(place).tiers", "is empty")] }
    guard tiers.count <= Self.mostTiers else {
      return [.init("\(place).tiers", "has more than \(Self.mostTiers) entries")]
    }
    var problems: [CRMError.Issue] = []
    var names: Set<String> = []
    for (rank, tier) in tiers.enumerated() {
      let place = "\(place).tiers[\(rank)]"
      problems += TextRules.problems(of: tier.name, in: "\(place).name", within: 60)
      if !names.insert(tier.name).inserted {
        problems.append(.init("\(place).name", "is that of another tier, “\(tier.name)”"))
      }
      problems += rewardProblems(of: tier, in: "\(place).entryReward")
      problems += thresholdProblems(of: tier, rank, in: place, currency)
    }
    if !lowest.thresholds.allSatisfy({ $0.amount == 0 }) {
      let reason = "is not 0 for “\(lowest.name)”, which is every member's"
      problems.append(.init("\(place).tiers[0].thresholds", reason))
    }
    return problems
  }

  private func rewardProblems(of tier: Tier, in field: String) -> [CRMError.Issue] {
    if tier.entryReward < 0 { return [.init(field, "is less than 0")] }
    guard tier.entryReward > 0, period == .balance else { return [] }
    return [.init(field, "would count for the balance that the tier is reached by")]
  }

  private func thresholdProblems(
    of tier: Tier, _ rank: Int, in place: String, _ currency: Currency
  ) -> [CRMError.Issue] {
    guard tier.thresholds.count <= Self.mostThresholds else {
      return [.init("\(place).thresholds", "has more than \(Self.mostThresholds) entries")]
    }
    guard rank > 0 else { return [] }
    if tier.thresholds.isEmpty { return [.init("\(place).thresholds", "is empty")] }
    return tier.thresholds.enumerated().flatMap { index, threshold -> [CRMError.Issue] in
      let field = "\(place).thresholds[\(index)]"
      var problems: [CRMError.Issue] = []
      if threshold.amount < 1 { problems.append(.init(field, "is less than 1")) }
      if case .spend(let money) = threshold, money.currency != currency {
        let reason = "is in \(money.currency.rawValue), not in \(currency.rawValue)"
        problems.append(.init(field, reason))
      }
      if period == .balance, !threshold.isOfPoints {
        problems.append(.init(field, "is no number of points, which a balance has alone"))
      }
      if let lower = tiers[rank - 1].thresholds.first(where: { $0.isAlike(threshold) }),
        lower.amount >= threshold.amount
      {
        problems.append(.init(field, "is not more than that of “\(tiers[rank - 1].name)”"))
      }
      return problems
    }
  }

  private func timeProblems(in place: String) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    switch period {
    case .membership(let months), .rolling(let months):
      problems += monthProblems(months, in: "\(place).period")
    case .calendar, .lifetime, .balance: break
    }
    switch term {
    case .endOfPeriod, .endOfNextPeriod:
      if !period.hasSpans {
        problems.append(.init("\(place).term", "needs a period with an end"))
      }
    case .monthsFromEntry(let months): problems += monthProblems(months, in: "\(place).term")
    case .continuous, .lifetime: break
    }
    if !(0...Self.mostGraceDays).contains(graceDays) {
      problems.append(.init("\(place).graceDays", "is not 0 to \(Self.mostGraceDays)"))
    }
    return problems
  }

  private func monthProblems(_ months: Int, in field: String) -> [CRMError.Issue] {
    (1...Self.mostMonths).contains(months)
      ? [] : [.init(field, "is not 1 to \(Self.mostMonths) months")]
  }
}

extension TierThreshold {
  fileprivate var isOfPoints: Bool { if case .points = self { true } else { false } }

  /// Whether both ask for a number of the same thing.
  fileprivate func isAlike(_ other: TierThreshold) -> Bool {
    switch (self, other) {
    case (.points, .points), (.spend, .spend), (.count, .count): true
    default: false
    }
  }
}

extension LoyaltyProgramme {
  private static let mostTierGroups = 20

  /// Every problem of the groups of tiers.
  func tierGroupProblems() -> [CRMError.Issue] {
    guard tierGroups.count <= Self.mostTierGroups else {
      return [.init("tierGroups", "has more than \(Self.mostTierGroups) entries")]
    }
    var known: Set<String> = []
    return tierGroups.enumerated().flatMap { index, group -> [CRMError.Issue] in
      let place = "tierGroups[\(index)]"
      let problems = group.problems(in: place, currency: money)
      guard !known.insert(group.name).inserted else { return problems }
      return problems + [.init("\(place).name", "is that of another group, “\(group.name)”")]
    }
  }

  /// What members of an earlier version would lose their tiers by.
  func tierGroupProblems(after earlier: LoyaltyProgramme) -> [CRMError.Issue] {
    tierGroups.enumerated().flatMap { index, group -> [CRMError.Issue] in
      guard let before = earlier.tierGroups.first(where: { $0.name == group.name }) else {
        return []
      }
      return group.problems(in: "tierGroups[\(index)]", after: before)
    }
  }

  /// Whether a factor is of a tier that there is.
  func tierProblems(of factor: TierEarningTerms.Factor, in place: String) -> [CRMError.Issue] {
    guard let group = tierGroups.first(where: { $0.name == factor.group }) else {
      return [unknown(factor.group, "group of tiers", tierGroups.map(\.name), in: place)]
    }
    guard group.tier(factor.tier) == nil else { return [] }
    return [unknown(factor.tier, "tier of “\(group.name)”", group.tiers.map(\.name), in: place)]
  }

  private func unknown(
    _ name: String, _ what: String, _ known: [String], in place: String
  ) -> CRMError.Issue {
    let hint = nearest(to: name, among: known).map { "; did you mean “\($0)”?" } ?? ""
    return .init(place, "is of “\(name)”, which is no \(what)\(hint)")
  }
}
