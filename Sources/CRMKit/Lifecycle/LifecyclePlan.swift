/// A rule of a model, with what each look asks of it.
final class LifecycleWay: Sendable {
  let rule: LifecycleRule

  /// Where it leads; `nil` where that is the furthest stage of the customer.
  let target: LifecycleStage?

  /// The parts of its condition that look at something.
  let leaves: [LifecycleCondition]

  /// The way of a rule; `nil` where that leads to no stage of the model.
  init?(_ rule: LifecycleRule, in model: LifecycleModel) {
    switch rule.target {
    case .furthest: target = nil
    case .stage(let name):
      guard let stage = model.stage(name) else { return nil }
      target = stage
    }
    self.rule = rule
    leaves = rule.condition.leaves
  }
}

/// A model as customers are led through it: what each look asks of it is looked up once.
final class LifecyclePlan: Sendable {
  let model: LifecycleModel

  /// The kinds of record that looks read besides the customer's own place; `nil` where they may
  /// read any.
  let sources: [ObjectIdentifier]?

  /// Whether looks may read warnings, or what a host counts of them.
  let canSeeWarnings: Bool

  private let ways: [String: [LifecycleWay]]
  private let reasons: [String: String]

  init(_ model: LifecycleModel) {
    self.model = model
    ways = Dictionary(
      model.stages.map { stage in
        (stage.name, model.rules(from: stage.name).compactMap { LifecycleWay($0, in: model) })
      }, uniquingKeysWith: { a, _ in a })
    reasons = Dictionary(
      model.rules.map { ($0.name, "\($0.name): \($0.condition)") }, uniquingKeysWith: { a, _ in a })
    let sources = Self.sources(of: model)
    self.sources = sources
    canSeeWarnings = sources?.contains(ObjectIdentifier(MetricFigure.self)) ?? true
  }

  /// The rules that lead from a stage, those that go first first.
  func ways(from stage: String) -> [LifecycleWay] { ways[stage] ?? [] }

  /// What a move by a rule has for its reason.
  func reason(of rule: String) -> String { reasons[rule] ?? "" }

  private static func sources(of model: LifecycleModel) -> [ObjectIdentifier]? {
    var kinds: Set<ObjectIdentifier> = [
      ObjectIdentifier(Customer.self), ObjectIdentifier(CustomerMetrics.self),
      ObjectIdentifier(LifecycleDefinition.self),
    ]
    let leaves = model.rules.flatMap(\.condition.leaves) + model.entry.leaves
    for leaf in leaves {
      switch leaf {
      case .file(let condition):
        if condition.looksAtOthers { return nil }
      case .quantity(.score, _, _): return nil
      case .quantity(.revenue, _, _): kinds.insert(ObjectIdentifier(PurchaseMetrics.self))
      case .quantity(.figure, _, _), .happened(.figure), .passed(_, since: .figure):
        kinds.insert(ObjectIdentifier(MetricFigure.self))
      case .stands: kinds.insert(ObjectIdentifier(LifecyclePosition.self))
      case .always, .quantity, .happened, .passed, .all, .any, .not: continue
      }
    }
    return Array(kinds)
  }
}

extension Condition {
  /// Whether records of other kinds are looked at.
  fileprivate var looksAtOthers: Bool {
    switch self {
    case .exists: true
    case .all(let parts), .any(let parts): parts.contains(where: \.looksAtOthers)
    case .not(let part): part.looksAtOthers
    case .always, .compare, .among, .hasPrefix, .isMissing: false
    }
  }
}
