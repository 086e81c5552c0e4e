extension ScoreModel {
  private static let mostGroups = 50
  private static let mostRules = 500
  private static let mostPoints = 100_000

  /// Every problem of a model, field by field.
  ///
  /// - Parameters:
  ///   - figures: The names of the host's own figures that conditions can look at.
  ///   - events: The names of the events there are.
  func problems(figures: Set<String>, events: [String]) -> [CRMError.Issue] {
    var problems = TextRules.problems(of: name, in: "name", within: 60)
    if version < 1 { problems.append(.init("version", "is less than 1")) }
    problems += groupProblems() + boundProblems()
    guard rules.count <= Self.mostRules else {
      return problems + [.init("rules", "has more than \(Self.mostRules) entries")]
    }
    if rules.isEmpty { problems.append(.init("rules", "is empty")) }
    var names: Set<String> = []
    for (index, rule) in rules.enumerated() {
      let place = "rules[\(index)]"
      problems += TextRules.problems(of: rule.name, in: "\(place).name", within: 60)
      if !names.insert(rule.name).inserted {
        problems.append(.init("\(place).name", "is that of another rule, “\(rule.name)”"))
      }
      problems += ruleProblems(of: rule, in: place, figures: figures, events: events)
    }
    return problems
  }

  private func groupProblems() -> [CRMError.Issue] {
    guard !groups.isEmpty else { return [.init("groups", "is empty")] }
    guard groups.count <= Self.mostGroups else {
      return [.init("groups", "has more than \(Self.mostGroups) entries")]
    }
    var problems: [CRMError.Issue] = []
    var names: Set<String> = []
    for (index, group) in groups.enumerated() {
      let place = "groups[\(index)]"
      problems += TextRules.problems(of: group.name, in: "\(place).name", within: 60)
      if !names.insert(group.name).inserted {
        problems.append(.init("\(place).name", "is that of another group, “\(group.name)”"))
      }
      if let cap = group.cap, cap < 1 {
        problems.append(.init("\(place).cap", "is \(cap), which lets no points through"))
      }
    }
    return problems
  }

  private func boundProblems() -> [CRMError.Issue] {
    guard let limit, let floor, limit < floor else { return [] }
    return [.init("limit", "is \(limit), less than the floor of \(floor)")]
  }

  private func ruleProblems(
    of rule: ScoreRule, in place: String, figures: Set<String>, events: [String]
  ) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    if rule.points == 0 { problems.append(.init("\(place).points", "is 0")) }
    if !(-Self.mostPoints...Self.mostPoints).contains(rule.points) {
      problems.append(.init("\(place).points", "is more than \(Self.mostPoints) either way"))
    }
    if !groups.contains(where: { $0.name == rule.group }) {
      let hint = nearest(to: rule.group, among: groups.map(\.name)).map {
        "; did you mean “\($0)”?"
      }
      problems.append(
        .init("\(place).group", "“\(rule.group)” is no group of the model\(hint ?? "")"))
    }
    switch rule.cause {
    case .holding(let condition):
      problems += condition.problems(in: "\(place).condition", figures: figures, scores: nil)
      problems += condition.stageProblems(in: "\(place).condition")
    case .happening(let source, let span, let decay):
      if let span {
        problems += span.problems(in: "\(place).within")
        if span.count == 0 { problems.append(.init("\(place).within", "is no time at all")) }
      }
      problems += decay?.problems(in: "\(place).fading") ?? []
      if case .events(let name) = source, !events.contains(name) {
        let hint = nearest(to: name, among: events).map { "; did you mean “\($0)”?" }
        problems.append(.init("\(place).events", "nothing tells of “\(name)”\(hint ?? "")"))
      }
    }
    return problems
  }
}

extension LifecycleCondition {
  /// What of a condition looks at stages, which are made of scores and so cannot make them.
  fileprivate func stageProblems(in place: String) -> [CRMError.Issue] {
    leaves.compactMap { leaf in
      switch leaf {
      case .stands(_, let lifecycle):
        .init(place, "looks at the stage of “\(lifecycle)”; stages follow from scores")
      case .happened(.stageEntered), .passed(_, .stageEntered):
        .init(place, "looks at when a stage was entered; stages follow from scores")
      case .quantity(.score(let name), _, _):
        .init(place, "looks at the score “\(name)”; scores do not follow from each other")
      default: nil
      }
    }
  }
}
