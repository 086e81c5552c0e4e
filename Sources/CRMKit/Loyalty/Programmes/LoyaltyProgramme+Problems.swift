extension LoyaltyProgramme {
  private static let mostPoints = 20
  private static let mostCaps = 50
  private static let mostRules = 500

  /// Every problem of a programme, field by field.
  func problems() -> [CRMError.Issue] {
    var problems = TextRules.problems(of: name, in: "name", within: 60)
    if version < 1 { problems.append(.init("version", "is less than 1")) }
    problems += pointsProblems() + ruleProblems()
    problems += roundingProblems() + rateProblems() + waitProblems(pending.wait, in: "pending.wait")
    problems += expiry.problems(in: "expiry")
    problems += capProblems(caps, in: "caps", ofRule: false)
    problems += basis.excluded.problems(in: "basis.excluded")
    problems += TextRules.problems(of: basis.pointsMethod, in: "basis.pointsMethod", within: 60)
    problems += redemptionProblems() + refundProblems() + memberProblems() + tierProblems()
    return problems
  }

  /// What is wrong with the name of a kind of points; `nil` stands for the first.
  func pointsProblems(_ points: String?, in field: String) -> [CRMError.Issue] {
    guard let points, terms(of: points) == nil else { return [] }
    return [unknown(points, "kind of points", in: field, among: self.points.map(\.name))]
  }

  private func unknown(
    _ name: String, _ what: String, in field: String, among names: [String]
  ) -> CRMError.Issue {
    let hint = nearest(to: name, among: names).map { "; did you mean “\($0)”?" } ?? ""
    return .init(field, "“\(name)” is no \(what) of the programme\(hint)")
  }

  // MARK: Points

  private func pointsProblems() -> [CRMError.Issue] {
    guard !points.isEmpty else { return [.init("points", "is empty")] }
    guard points.count <= Self.mostPoints else {
      return [.init("points", "has more than \(Self.mostPoints) entries")]
    }
    var problems: [CRMError.Issue] = []
    var names: Set<String> = []
    for (index, terms) in points.enumerated() {
      let place = "points[\(index)]"
      problems += TextRules.problems(of: terms.name, in: "\(place).name", within: 60)
      if !names.insert(terms.name).inserted {
        problems.append(.init("\(place).name", "is that of other points, “\(terms.name)”"))
      }
      if !(0...6).contains(terms.exponent) {
        problems.append(.init("\(place).exponent", "is not from 0 to 6"))
      }
      if let worth = terms.worth {
        if worth.points < 1 { problems.append(.init("\(place).worth.points", "is less than 1")) }
        problems += moneyProblems(worth.money, in: "\(place).worth.money")
        if !terms.isSpendable {
          problems.append(.init("\(place).worth", "is of points that cannot be spent"))
        }
      }
      problems += terms.expiry?.problems(in: "\(place).expiry") ?? []
    }
    return problems
  }

  /// What is wrong with an amount of the programme's money that must be above zero.
  private func moneyProblems(_ amount: Money, in field: String) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    if amount.minorUnits < 1 { problems.append(.init(field, "is not above zero")) }
    if amount.currency != money {
      problems.append(.init(field, "is in \(amount.currency.rawValue), not \(money.rawValue)"))
    }
    return problems
  }

  // MARK: Rules

  private func ruleProblems() -> [CRMError.Issue] {
    guard rules.count <= Self.mostRules else {
      return [.init("rules", "has more than \(Self.mostRules) entries")]
    }
    var problems: [CRMError.Issue] = []
    var ids: Set<String> = []
    for (index, rule) in rules.enumerated() {
      let place = "rules[\(index)]"
      problems += TextRules.problems(of: rule.id, in: "\(place).id", within: 60)
      if !ids.insert(rule.id).inserted {
        problems.append(.init("\(place).id", "is that of another rule, “\(rule.id)”"))
      }
      problems += pointsProblems(rule.points, in: "\(place).points")
      problems += earningProblems(of: rule, in: place) + triggerProblems(of: rule, in: place)
      problems += rule.lines.problems(in: "\(place).lines")
      problems += rule.when.problems(in: "\(place).when")
      problems += requirementProblems(of: rule, in: "\(place).requires")
      problems += capProblems(rule.caps, in: "\(place).caps", ofRule: true)
      if let wait = rule.pending { problems += waitProblems(wait, in: "\(place).pending") }
      problems += rule.expiry?.problems(in: "\(place).expiry") ?? []
    }
    return problems
  }

  private func earningProblems(of rule: EarningRule, in place: String) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    let field = "\(place).earning"
    switch rule.earning {
    case .proportional(let points, let per):
      if points <= .zero { problems.append(.init("\(field).points", "is not above zero")) }
      problems += moneyProblems(per, in: "\(field).per") + alsoPerProblems(of: rule, in: place)
    case .steps(let points, let per):
      if points < 1 { problems.append(.init("\(field).points", "is less than 1")) }
      problems += moneyProblems(per, in: "\(field).per") + alsoPerProblems(of: rule, in: place)
    case .fixed(let points, let each):
      if points < 1 { problems.append(.init("\(field).points", "is less than 1")) }
      if each != .event, !rule.isForOrders {
        problems.append(.init("\(field).each", "is \(each.rawValue): only orders have them"))
      }
    case .multiplier(let factor):
      if factor <= .zero { problems.append(.init("\(field).factor", "is not above zero")) }
      if !rule.isForOrders {
        problems.append(.init("\(place).trigger", "is no order: points for money are multiplied"))
      }
    }
    guard !rule.isMultiplier else { return problems }
    if let group = rule.exclusiveGroup {
      problems.append(.init("\(place).exclusiveGroup", "“\(group)” is of no multiplier"))
    }
    return problems
  }

  private func alsoPerProblems(of rule: EarningRule, in place: String) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    var known: Set<Currency> = [money]
    for (index, amount) in rule.alsoPer.enumerated() {
      let field = "\(place).alsoPer[\(index)]"
      if amount.minorUnits < 1 { problems.append(.init(field, "is not above zero")) }
      if !known.insert(amount.currency).inserted {
        problems.append(.init(field, "is in \(amount.currency.rawValue) once more"))
      }
    }
    return problems
  }

  private func triggerProblems(of rule: EarningRule, in place: String) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    if case .activity(let name) = rule.trigger {
      problems += TextRules.problems(of: name, in: "\(place).trigger", within: 60)
    }
    guard !rule.isForOrders else { return problems }
    if rule.isBySpend {
      problems.append(.init("\(place).earning", "goes by spend, of which there is none"))
    }
    if !rule.lines.isAll { problems.append(.init("\(place).lines", "is of orders alone")) }
    return problems
  }

  private func requirementProblems(of rule: EarningRule, in place: String) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    if let spend = rule.requires.spend {
      problems += moneyProblems(spend, in: "\(place).spend")
      if !rule.isForOrders { problems.append(.init("\(place).spend", "is of orders alone")) }
    }
    if rule.requires.units < 0 { problems.append(.init("\(place).units", "is less than 0")) }
    if rule.requires.units > 0, !rule.isForOrders {
      problems.append(.init("\(place).units", "is of orders alone"))
    }
    return problems
  }

  private func capProblems(
    _ caps: [EarningCap], in place: String, ofRule: Bool
  ) -> [CRMError.Issue] {
    guard caps.count <= Self.mostCaps else {
      return [.init(place, "has more than \(Self.mostCaps) entries")]
    }
    var problems: [CRMError.Issue] = []
    var names: Set<String> = []
    for (index, cap) in caps.enumerated() {
      let field = "\(place)[\(index)]"
      problems += TextRules.problems(of: cap.name, in: "\(field).name", within: 60)
      if !names.insert(cap.name).inserted {
        problems.append(.init("\(field).name", "is that of another cap here, “\(cap.name)”"))
      }
      if cap.limit < 1 {
        problems.append(.init("\(field).limit", "is \(cap.limit), which lets nothing through"))
      }
      problems += pointsProblems(cap.points, in: "\(field).points")
      if ofRule, cap.points != nil {
        problems.append(.init("\(field).points", "is that of the rule in any case"))
      }
    }
    return problems
  }

  // MARK: Other terms

  private func roundingProblems() -> [CRMError.Issue] {
    guard rounding.carriesRemainder else { return [] }
    guard rounding.mode == .down, rounding.scope == .order, rounding.stage == .final else {
      return [
        .init(
          "rounding.carriesRemainder", "is of whole orders that are rounded down once at the end")
      ]
    }
    return []
  }

  private func rateProblems() -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    var known: Set<Currency> = [money]
    for (index, quote) in rates.stated.enumerated()
    where !known.insert(quote.currency).inserted {
      problems.append(
        .init("rates.stated[\(index)]", "is of \(quote.currency.rawValue) once more"))
    }
    return problems
  }

  private func waitProblems(_ wait: PendingTerms.Wait, in field: String) -> [CRMError.Issue] {
    switch wait {
    case .nothing: return []
    case .days(let days): return dayProblems(days, in: field)
    case .onAction(let action, let days):
      return TextRules.problems(of: action, in: "\(field).action", within: 60)
        + (days.map { dayProblems($0, in: "\(field).pendingMaxDays") } ?? [])
    }
  }

  private func dayProblems(_ days: Int, in field: String) -> [CRMError.Issue] {
    (1...ExpiryPolicy.mostDays).contains(days)
      ? [] : [.init(field, "is not from 1 to \(ExpiryPolicy.mostDays) days")]
  }

  private func redemptionProblems() -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    if redemption.minimum < 1 { problems.append(.init("redemption.minimum", "is less than 1")) }
    if redemption.block < 1 { problems.append(.init("redemption.block", "is less than 1")) }
    if !(1...1_000_000).contains(redemption.maximumShare.partsPerMillion) {
      problems.append(.init("redemption.maximumShare", "is not above 0 and up to 100 %"))
    }
    if !(1...31_622_400).contains(redemption.holdSeconds) {
      problems.append(.init("redemption.holdSeconds", "is not from 1 to 366 days of seconds"))
    }
    if let velocity = redemption.velocity {
      if !(1...10_000).contains(velocity.times) {
        problems.append(.init("redemption.velocity.times", "is not from 1 to 10,000"))
      }
      if !(1...527_040).contains(velocity.minutes) {
        problems.append(.init("redemption.velocity.minutes", "is not from 1 to 366 days of them"))
      }
    }
    return problems
  }

  private func refundProblems() -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    if case .park(let days) = refund.unknownOrder {
      problems += dayProblems(days, in: "refund.unknownOrder")
    }
    if case .grace(let days) = restore.expired {
      problems += dayProblems(days, in: "restore.expired")
    }
    return problems
  }

  private func memberProblems() -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    if let most = adjustment.approvedUpTo, most < 0 {
      problems.append(.init("adjustment.approvedUpTo", "is less than 0"))
    }
    if !(0...1_000_000).contains(accounting.expectedRedemption.partsPerMillion) {
      problems.append(.init("accounting.expectedRedemption", "is not from 0 to 100 %"))
    }
    guard let referral else { return problems }
    if referral.referrer < 0 { problems.append(.init("referral.referrer", "is less than 0")) }
    if referral.friend < 0 { problems.append(.init("referral.friend", "is less than 0")) }
    if let minimum = referral.minimum {
      problems += moneyProblems(minimum, in: "referral.minimum")
    }
    if let monthly = referral.monthly, monthly < 0 {
      problems.append(.init("referral.monthly", "is less than 0"))
    }
    problems += waitProblems(referral.pending, in: "referral.pending")
    return problems + pointsProblems(referral.points, in: "referral.points")
  }

  private func tierProblems() -> [CRMError.Issue] {
    var problems = tierGroupProblems() + achievementProblems()
    var known: Set<[String]> = []
    for (index, factor) in tier.factors.enumerated() {
      let place = "tier.factors[\(index)]"
      if factor.factor < .one {
        problems.append(.init("\(place).factor", "is less than 1"))
      }
      if !known.insert([factor.group, factor.tier]).inserted {
        problems.append(.init(place, "is of the tier “\(factor.tier)” once more"))
      }
      problems += tierProblems(of: factor, in: place)
      if factor.group != tier.factors[0].group {
        problems.append(.init("\(place).group", "is another one than that of the first factor"))
      }
    }
    return problems + pointsProblems(tier.points, in: "tier.points")
  }
}

extension EarningRule {
  var isMultiplier: Bool {
    if case .multiplier = earning { true } else { false }
  }

  /// Whether it gives points for money.
  var isBySpend: Bool {
    switch earning {
    case .proportional, .steps: true
    case .fixed, .multiplier: false
    }
  }

  /// Whether it is about orders.
  var isForOrders: Bool { trigger == .purchase || trigger == .firstPurchase }
}
