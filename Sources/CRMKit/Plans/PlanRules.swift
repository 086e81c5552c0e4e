/// What a plan must be like; pure.
enum PlanRules {
  static let longestTitle = 200
  static let longestText = 1_000
  static let mostObjectives = 50

  /// Every problem of a new plan, field by field.
  static func problems(of new: NewPlan, now: Instant) -> [CRMError.Issue] {
    problems(title: new.title, owner: new.owner, objectives: new.objectives)
      + problems(ofReview: new.review, now: now) + problems(ofBudget: new.budget)
      + problems(of: new.terms, for: new.kind)
  }

  /// Every problem of a changed plan, field by field.
  static func problems(of plan: Plan, was old: Plan) -> [CRMError.Issue] {
    problems(title: plan.title, owner: plan.owner, objectives: plan.objectives)
      + problems(ofBudget: plan.budget)
  }

  /// Every problem of the next review, field by field.
  static func problems(ofReview review: Deadline?, now: Instant) -> [CRMError.Issue] {
    guard let review, review.instant < now else { return [] }
    return [.init("review", "lies in the past")]
  }

  private static func problems(ofBudget budget: Money?) -> [CRMError.Issue] {
    budget.map { $0.minorUnits < 0 } ?? false ? [.init("budget", "is negative")] : []
  }

  private static func problems(
    of terms: RecoveryTerms?, for kind: Plan.Kind
  ) -> [CRMError.Issue] {
    guard let terms else {
      return kind == .winBack ? [.init("terms", "are missing")] : []
    }
    guard kind == .winBack else {
      return [.init("terms", "are those of a plan to win a customer back")]
    }
    var problems: [CRMError.Issue] = []
    for (field, days) in [("days", terms.days), ("revenue_days", terms.revenueDays)]
    where !(1...3_650).contains(days) {
      problems.append(.init("terms.\(field)", "is not between 1 and 3,650"))
    }
    if let minimum = terms.minimum, minimum.minorUnits < 0 {
      problems.append(.init("terms.minimum", "is negative"))
    }
    return problems
  }

  /// The deadlines of a playbook's steps: the first, and then one after the other.
  static func deadlines(
    _ count: Int, from first: Deadline, every span: LifecycleSpan, in zone: Zone
  ) -> [Deadline] {
    var deadlines: [Deadline] = []
    var next = first
    for _ in 0..<count {
      deadlines.append(next)
      switch next {
      case .at(let instant): next = .at(span.end(from: instant, in: zone))
      case .by(let date, let zone):
        let end = span.end(from: zone.startOfDay(date), in: zone)
        next = .by(zone.date(of: end), in: zone)
      }
    }
    return deadlines
  }

  private static func problems(
    title: String, owner: Principal, objectives: [PlanObjective]
  ) -> [CRMError.Issue] {
    var problems = TextRules.problems(of: title, in: "title", within: longestTitle)
    problems += TextRules.problems(of: owner, in: "owner")
    guard objectives.count <= mostObjectives else {
      return problems + [.init("objectives", "has more than \(mostObjectives) entries")]
    }
    for (index, objective) in objectives.enumerated() {
      let place = "objectives[\(index)]"
      problems += TextRules.problems(
        of: objective.text, in: "\(place).text", within: longestText)
      if (objective.measure == nil) != (objective.target == nil) {
        problems.append(
          .init(
            "\(place).target",
            objective.target == nil ? "is missing" : "is given without a measure"))
      }
    }
    return problems
  }
}

extension Plan {
  /// The plan with another next review, which is not overdue.
  func reviewed(by deadline: Deadline?) -> Plan {
    var copy = self
    copy.reviewAt = deadline?.instant
    (copy.reviewDate, copy.reviewZone) = (nil, nil)
    if case .by(let date, let zone) = deadline {
      (copy.reviewDate, copy.reviewZone) = (date, zone)
    }
    copy.isReviewOverdue = false
    return copy
  }

  /// Whether its review is overdue at an instant.
  func isReviewOverdue(at instant: Instant) -> Bool {
    status == .open && (reviewAt.map { $0 < instant } ?? false)
  }
}
