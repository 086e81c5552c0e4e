/// What the signals of a model can name.
struct WarningNames {
  var figures: Set<String>
  var scores: Set<String>
  var signs: [String]
  var lifecycles: [LifecycleModel]
  var types: [String]
  var catalog: Catalog
}

extension WarningModel {
  private static let mostSignals = 100

  /// Every problem of a model, field by field.
  func problems(knowing names: WarningNames) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    if version < 1 { problems.append(.init("version", "is less than 1")) }
    problems += expiry.positiveProblems(in: "expiry")
    if signals.isEmpty { problems.append(.init("signals", "is empty")) }
    guard signals.count <= Self.mostSignals else {
      return problems + [.init("signals", "has more than \(Self.mostSignals) entries")]
    }
    var known: Set<String> = []
    for (index, signal) in signals.enumerated() {
      let place = "signals[\(index)]"
      problems += TextRules.problems(of: signal.name, in: "\(place).name", within: 60)
      if !known.insert(signal.name).inserted {
        problems.append(.init("\(place).name", "is that of another signal, “\(signal.name)”"))
      }
      problems += signal.sign.problems(in: "\(place).sign", knowing: names)
    }
    return problems
  }
}

extension WarningSign {
  fileprivate func problems(in place: String, knowing names: WarningNames) -> [CRMError.Issue] {
    let count = { (count: Int, least: Int) -> [CRMError.Issue] in
      (least...1_000).contains(count) ? [] : [.init(place, "has \(count), not \(least) to 1,000")]
    }
    switch self {
    case .longGap(let tenths, let gaps): return count(tenths, 0) + count(gaps, 2)
    case .fallingValue(let rate, let span):
      let isShare = (10_000...1_000_000).contains(rate.partsPerMillion)
      return (isShare ? [] : [.init(place, "has a rate not from 1 % to 100 %")])
        + span.positiveProblems(in: place)
    case .unanswered(let contacts, let span): return count(contacts, 1) + span.problems(in: place)
    case .openComplaint(let span): return span.problems(in: place)
    case .returns(let times, let span), .brokenPromises(let times, let span):
      return count(times, 1) + span.positiveProblems(in: place)
    case .fallingSatisfaction(let below, let drop):
      return [below, drop].allSatisfy((0...100).contains)
        ? [] : [.init(place, "has a percentage not from 0 to 100")]
    case .contactLeft(let types, let span):
      return types.flatMap { unknown($0.rawValue, "type of relationship", names.types, in: place) }
        + span.positiveProblems(in: place)
    case .holding(let condition):
      return condition.problems(in: place, figures: names.figures, scores: names.scores)
        + condition.fileProblems(in: place, names.catalog) + condition.stayProblems(in: place)
        + condition.sightProblems(in: place, among: names.lifecycles)
    case .own(let name): return unknown(name, "sign of the host's", names.signs, in: place)
    }
  }

  private func unknown(
    _ name: String, _ what: String, _ known: [String], in place: String
  ) -> [CRMError.Issue] {
    guard !known.contains(name) else { return [] }
    let hint = nearest(to: name, among: known).map { "; did you mean “\($0)”?" } ?? ""
    return [.init(place, "names “\(name)”, which is no \(what)\(hint)")]
  }
}

extension LifecycleCondition {
  /// What of a condition asks for a stay at a stage, where there is no lifecycle to stay in.
  fileprivate func stayProblems(in place: String) -> [CRMError.Issue] {
    leaves.compactMap { leaf in
      switch leaf {
      case .happened(.stageEntered), .passed(_, .stageEntered):
        .init(place, "looks at when a stage was entered, without a lifecycle")
      default: nil
      }
    }
  }
}

extension LifecycleSpan {
  /// The problems of a span that must be some time.
  func positiveProblems(in place: String) -> [CRMError.Issue] {
    problems(in: place) + (count == 0 ? [.init(place, "has a span of no time")] : [])
  }
}
