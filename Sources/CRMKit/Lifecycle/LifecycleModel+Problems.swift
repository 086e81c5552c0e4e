extension LifecycleModel {
  private static let mostStages = 50
  private static let mostRules = 500

  /// Every problem of a model by itself, field by field, with the path that shows it.
  ///
  /// - Parameters:
  ///   - figures: The names of the host's own figures that conditions can look at.
  ///   - scores: The names of the scores they can look at.
  func problems(figures: Set<String>, scores: Set<String> = []) -> [CRMError.Issue] {
    var problems = TextRules.problems(of: name, in: "name", within: 60)
    if version < 1 { problems.append(.init("version", "is less than 1")) }
    problems += stageProblems() + entryProblems() + ruleProblems() + pathProblems()
    problems += conditions.flatMap { place, condition in
      condition.problems(in: place, figures: figures, scores: scores)
    }
    // What leads where is looked at once the names lead somewhere.
    guard problems.isEmpty else { return problems }
    let problemsOfPaths = backwardProblems() + unreachableProblems() + disagreements()
    return problemsOfPaths.isEmpty ? LifecycleCircles(of: self).problems : problemsOfPaths
  }

  /// The conditions with their places.
  var conditions: [(place: String, condition: LifecycleCondition)] {
    [("entry", entry)]
      + rules.enumerated().map { ("rules[\($0)].condition", $1.condition) }
      + paths.enumerated().map { ("paths[\($0)].guarded_by", $1.guardedBy) }
  }

  private func stageProblems() -> [CRMError.Issue] {
    guard !stages.isEmpty else { return [.init("stages", "is empty")] }
    guard stages.count <= Self.mostStages else {
      return [.init("stages", "has more than \(Self.mostStages) entries")]
    }
    var problems: [CRMError.Issue] = []
    var weights: [Int: String] = [:]
    var names: Set<String> = []
    for (index, stage) in stages.enumerated() {
      let place = "stages[\(index)]"
      problems += TextRules.problems(of: stage.name, in: "\(place).name", within: 60)
      if !names.insert(stage.name).inserted {
        problems.append(.init("\(place).name", "is that of another stage, “\(stage.name)”"))
      }
      if let other = weights.updateValue(stage.name, forKey: stage.weight) {
        problems.append(.init("\(place).weight", "is \(stage.weight), as that of “\(other)”"))
      }
      if let stay = stage.expectedStay {
        let field = "\(place).expected_stay"
        problems += stay.problems(in: field)
        if stay.count == 0 { problems.append(.init(field, "has a span of no time")) }
      }
      for (position, action) in (stage.onEntry + stage.onExit).enumerated() {
        problems += action.problems(in: "\(place).actions[\(position)]")
      }
    }
    if let first = stage(initial) {
      if !first.kind.isRung {
        problems.append(.init("initial", "“\(initial)” is \(first.kind.rawValue), not a rung"))
      }
    } else {
      problems.append(unknown(initial, in: "initial"))
    }
    return problems
  }

  /// An entry that looks at a stay, which nobody has before they enter.
  private func entryProblems() -> [CRMError.Issue] {
    let looksAtStay = entry.leaves.contains { leaf in
      switch leaf {
      case .happened(.stageEntered), .passed(_, since: .stageEntered): true
      default: false
      }
    }
    return looksAtStay ? [.init("entry", "looks at when a stage was entered, before any was")] : []
  }

  private func ruleProblems() -> [CRMError.Issue] {
    guard rules.count <= Self.mostRules else {
      return [.init("rules", "has more than \(Self.mostRules) entries")]
    }
    var problems: [CRMError.Issue] = []
    var names: Set<String> = []
    for (index, rule) in rules.enumerated() {
      let place = "rules[\(index)]"
      problems += TextRules.problems(of: rule.name, in: "\(place).name", within: 60)
      if !names.insert(rule.name).inserted {
        problems.append(.init("\(place).name", "is that of another rule, “\(rule.name)”"))
      }
      if rule.from.isEmpty { problems.append(.init("\(place).from", "is empty")) }
      problems += rule.from.enumerated().compactMap { position, name in
        stage(name) == nil ? unknown(name, in: "\(place).from[\(position)]") : nil
      }
      if case .stage(let name) = rule.target {
        if stage(name) == nil { problems.append(unknown(name, in: "\(place).target")) }
        if rule.from.contains(name) {
          problems.append(.init("\(place).target", "is a stage the rule leads from, “\(name)”"))
        }
      }
    }
    return problems
  }

  private func pathProblems() -> [CRMError.Issue] {
    paths.enumerated().flatMap { index, path in
      path.from.enumerated().compactMap { position, name in
        stage(name) == nil ? unknown(name, in: "paths[\(index)].from[\(position)]") : nil
      } + (stage(path.to) == nil ? [unknown(path.to, in: "paths[\(index)].to")] : [])
    }
  }

  private func unknown(_ name: String, in field: String) -> CRMError.Issue {
    let hint = nearest(to: name, among: stages.map(\.name)).map { "; did you mean “\($0)”?" } ?? ""
    return .init(field, "“\(name)” is no stage of the model\(hint)")
  }

  /// Rules that lead down the ladder.
  private func backwardProblems() -> [CRMError.Issue] {
    rules.enumerated().flatMap { index, rule in
      guard case .stage(let name) = rule.target, let target = stage(name), target.kind.isRung
      else { return [CRMError.Issue]() }
      return rule.from.compactMap { stage($0) }
        .filter { $0.kind.isRung && $0.weight > target.weight }
        .map {
          .init("rules[\(index)]", "“\(rule.name)” leads backward: \($0.name) → \(target.name)")
        }
    }
  }

  /// Stages that neither a rule nor a person can bring anybody to.
  private func unreachableProblems() -> [CRMError.Issue] {
    // What can never hold leads nowhere.
    let rules = rules.filter { LifecycleLogic.canHold([$0.condition]) }
    let paths = paths.filter { LifecycleLogic.canHold([$0.guardedBy]) }
    var reached: Set<String> = [initial]
    var open = [initial]
    while let name = open.popLast() {
      for next in successors(of: name, by: rules, paths) where reached.insert(next).inserted {
        open.append(next)
      }
    }
    return stages.enumerated().filter { !reached.contains($1.name) }.map { index, stage in
      .init("stages[\(index)]", "“\(stage.name)” cannot be reached from “\(initial)”")
    }
  }

  private func successors(
    of name: String, by rules: [LifecycleRule], _ paths: [LifecyclePath]
  ) -> [String] {
    let byRule = rules.filter { $0.from.contains(name) }.flatMap { rule -> [String] in
      switch rule.target {
      case .stage(let name): [name]
      case .furthest: stages.filter(\.kind.isRung).map(\.name)
      }
    }
    let from = stage(name)
    let byPath = paths.filter { $0.from.isEmpty || $0.from.contains(name) }.map(\.to).filter { to in
      guard let target = stage(to), target.kind.isRung, let from, from.kind.isRung else {
        return true
      }
      return target.weight >= from.weight
    }
    return byRule + byPath
  }

  /// Rules that lead from one stage to different ones and can hold at once, neither going first.
  private func disagreements() -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    for (index, rule) in rules.enumerated() {
      for other in rules[(index + 1)...] {
        guard rule.priority == other.priority, rule.target != other.target,
          let stage = rule.from.first(where: other.from.contains),
          LifecycleLogic.canHold([rule.condition, other.condition])
        else { continue }
        problems.append(
          .init(
            "rules[\(index)]",
            "“\(rule.name)” and “\(other.name)” can hold at once and disagree: "
              + "\(stage) → \(rule.target) or \(stage) → \(other.target); "
              + "give one of them the higher priority"))
      }
    }
    return problems
  }
}

extension LifecycleRule.Target: CustomStringConvertible {
  public var description: String {
    switch self {
    case .stage(let name): name
    case .furthest: "the furthest stage"
    }
  }
}

extension LifecycleCondition {
  /// Every problem of a condition by itself.
  ///
  /// - Parameters:
  ///   - place: Where it stands.
  ///   - figures: The names of the host's own figures.
  ///   - scores: The names of scores; `nil` where they are not looked at.
  func problems(
    in place: String, figures: Set<String>, scores: Set<String>?
  ) -> [CRMError.Issue] {
    guard !isNested(deeperThan: Self.deepestNesting) else {
      return [.init(place, "nests more than \(Self.deepestNesting) levels deep")]
    }
    return leaves.flatMap { leaf -> [CRMError.Issue] in
      switch leaf {
      case .quantity(.figure(let name), _, _): unknownFigure(name, figures, in: place)
      case .quantity(.score(let name), _, _):
        scores.map { unknown(name, "score that is defined", $0, in: place) } ?? []
      case .happened(.figure(let name)): unknownFigure(name, figures, in: place)
      case .passed(let span, .figure(let name)):
        span.problems(in: place) + unknownFigure(name, figures, in: place)
      case .passed(let span, _): span.problems(in: place)
      default: []
      }
    }
  }

  private func unknownFigure(
    _ name: String, _ figures: Set<String>, in place: String
  ) -> [CRMError.Issue] {
    unknown(name, "figure of the host's", figures, in: place)
  }

  private func unknown(
    _ name: String, _ what: String, _ known: Set<String>, in place: String
  ) -> [CRMError.Issue] {
    guard !known.contains(name) else { return [] }
    let hint = nearest(to: name, among: known.sorted()).map { "; did you mean “\($0)”?" } ?? ""
    return [.init(place, "looks at “\(name)”, which is no \(what)\(hint)")]
  }
}

extension LifecycleAction {
  func problems(in place: String) -> [CRMError.Issue] {
    switch self {
    case .tag(let tag), .untag(let tag): TextRules.problems(of: tag, in: place, within: 100)
    case .followUp(let text, let span, let owner):
      TextRules.problems(of: text, in: place, within: CommitmentRules.longestText)
        + TextRules.problems(of: owner, in: place) + span.problems(in: place)
    }
  }
}

extension LifecycleSpan {
  /// More days or months than these reach beyond all instants there are.
  private static let longest = 4_000_000

  func problems(in place: String) -> [CRMError.Issue] {
    if count < 0 { return [.init(place, "has a span of less than no time")] }
    guard unit != .milliseconds, count > Self.longest else { return [] }
    return [.init(place, "has a span of more than \(Self.longest) \(unit.rawValue)")]
  }
}
