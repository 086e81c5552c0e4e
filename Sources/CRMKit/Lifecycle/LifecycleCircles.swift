/// Searches for circles that rules lead customers in within one instant, without looking at any
/// customer.
///
/// A customer stands at one stage of each lifecycle. Rules move them from one such place to the
/// next; what the rules see of the labels that stages put on and take off, and of the other
/// lifecycles, follows from the way gone. All else stays as it is within the instant.
struct LifecycleCircles {
  /// How many moves are followed.
  private static let mostSteps = 20_000

  private let models: [LifecycleModel]

  /// The circles of a model by itself.
  init(of model: LifecycleModel) {
    models = [model]
  }

  /// The circles of a model together with others; `nil` where none both sees it and is seen by it.
  init?(of model: LifecycleModel, among others: [LifecycleModel]) {
    let all = [model] + others
    let seen = all.indices.map { viewer in
      all.indices.filter { $0 != viewer && all[viewer].sees(all[$0]) }
    }
    let partners = all.indices.filter { index in
      index == 0 || Self.leads(from: 0, to: index, seen) && Self.leads(from: index, to: 0, seen)
    }
    guard partners.count > 1 else { return nil }
    models = partners.map { all[$0] }
  }

  private static func leads(from start: Int, to end: Int, _ next: [[Int]]) -> Bool {
    var (reached, open) = (Set([start]), [start])
    while let index = open.popLast() {
      for other in next[index] where reached.insert(other).inserted { open.append(other) }
    }
    return reached.contains(end)
  }

  /// The moves of each circle, as a problem of the rules.
  var problems: [CRMError.Issue] {
    var search = Search(models: models, steps: Self.mostSteps)
    for start in places { search.follow(from: start, to: start) }
    var problems = search.circles.map { CRMError.Issue("rules", description(of: $0)) }
    if search.steps == 0 {
      problems.append(.init("rules", "lead to more circles than can be looked through"))
    }
    return problems
  }

  /// Every combination of stages.
  private var places: [[String]] {
    models.reduce([[]]) { places, model in
      places.flatMap { place in model.stages.map { place + [$0.name] } }
    }
  }

  private func description(of circle: [Move]) -> String {
    let way: String
    if models.count == 1 {
      let stages = circle.map { $0.from[0] } + [circle[0].from[0]]
      way =
        stages.joined(separator: " → ") + " by "
        + circle.map { "“\($0.rule.name)”" }.joined(separator: ", ")
    } else {
      way = circle.map { move in
        "\(models[move.model].name): \(move.from[move.model]) → \(move.to[move.model]) by "
          + "“\(move.rule.name)”"
      }.joined(separator: ", ")
    }
    return "lead in a circle within one instant: " + way
  }

  /// A rule's move from one place to another, in one of the lifecycles.
  fileprivate struct Move {
    let model: Int
    let rule: LifecycleRule
    let from: [String]
    let to: [String]
  }
}

extension LifecycleCircles {
  private struct Search {
    let models: [LifecycleModel]
    var steps: Int
    var circles: [[Move]] = []
    private var path: [Move] = []
    private var reported: Set<Set<String>> = []

    init(models: [LifecycleModel], steps: Int) {
      self.models = models
      self.steps = steps
    }

    /// Looks for circles that lead from a place back to the start and whose moves can all be made
    /// within one instant.
    mutating func follow(from place: [String], to start: [String]) {
      for move in moves(from: place) {
        guard steps > 0 else { return }
        steps -= 1
        path.append(move)
        defer { path.removeLast() }
        let isClosed = move.to == start
        guard isClosed || !path.contains(where: { $0.from == move.to }) else { continue }
        guard canBeGone(isClosed: isClosed) else { continue }
        if isClosed { report() } else { follow(from: move.to, to: start) }
      }
    }

    private func moves(from place: [String]) -> [Move] {
      models.enumerated().flatMap { index, model in
        model.rules.filter { $0.from.contains(place[index]) }.flatMap { rule in
          model.targets(of: rule).filter { $0 != place[index] }.map { target in
            var next = place
            next[index] = target
            return Move(model: index, rule: rule, from: place, to: next)
          }
        }
      }
    }

    private mutating func report() {
      // What a single lifecycle leads to is looked for by itself.
      guard models.count == 1 || Set(path.map(\.model)).count > 1 else { return }
      let rules = Set(path.map { "\($0.model) \($0.rule.name)" })
      if reported.insert(rules).inserted { circles.append(path) }
    }

    private func canBeGone(isClosed: Bool) -> Bool {
      let labels = path.map { move in
        models[move.model].actions(from: move.from[move.model], to: move.to[move.model])
          .compactMap(\.label)
      }
      // Who has gone the circle once has the labels of its end at its beginning.
      var known: [String: Bool] = [:]
      if isClosed { for label in labels.joined() { known[label.tag] = label.isPut } }
      let movesLabels = labels.contains { !$0.isEmpty }
      var conditions: [LifecycleCondition] = []
      for (index, move) in path.enumerated() {
        let sight = LifecycleSight(
          stages: Dictionary(
            uniqueKeysWithValues: zip(models.map(\.name), move.from)),
          labels: known, unclear: movesLabels ? index : nil)
        conditions.append(sight.resolved(move.rule.condition))
        for label in labels[index] { known[label.tag] = label.isPut }
      }
      return LifecycleLogic.canHold(conditions, justEntered: true)
    }
  }
}

/// What is known of a place without looking at a customer: the stages, and some labels.
private struct LifecycleSight {
  let stages: [String: String]
  let labels: [String: Bool]

  /// Tells apart what is asked of labels in ways that are not looked into, where labels change.
  let unclear: Int?

  /// A condition with what is known put in its place.
  func resolved(_ condition: LifecycleCondition) -> LifecycleCondition {
    switch condition {
    case .stands(let names, let lifecycle):
      stages[lifecycle].map { constant(names.contains($0)) } ?? condition
    case .file(let condition): resolved(condition)
    case .all(let parts): .all(parts.map(resolved))
    case .any(let parts): .any(parts.map(resolved))
    case .not(let part): .not(resolved(part))
    default: condition
    }
  }

  private func resolved(_ condition: Condition) -> LifecycleCondition {
    switch condition {
    case .always: .always
    case .all(let parts): .all(parts.map(resolved))
    case .any(let parts): .any(parts.map(resolved))
    case .not(let part): .not(resolved(part))
    case .among(LifecycleSight.eachTag, let values):
      .any(values.map { resolved(.compare(field: LifecycleSight.eachTag, .equal, value: $0)) })
    case .compare(LifecycleSight.eachTag, .equal, let value):
      tag(value).flatMap { labels[$0] }.map(constant) ?? .file(condition)
    default: .file(isUnclear(condition) ? apart(condition) : condition)
    }
  }

  private func tag(_ value: [Value]) -> String? {
    guard value.count == 1, case .text(let tag) = value[0] else { return nil }
    return tag
  }

  private static let eachTag = Customer.fields.eachTag.name

  private func isUnclear(_ condition: Condition) -> Bool {
    unclear != nil
      && condition.fields.contains { [Customer.fields.tags.name, Self.eachTag].contains($0) }
  }

  /// A condition that is another one at each move.
  private func apart(_ condition: Condition) -> Condition {
    .all([condition, .among(field: "move", values: [[.integer(Int64(unclear ?? 0))]])])
  }

  private func constant(_ holds: Bool) -> LifecycleCondition { holds ? .always : .not(.always) }
}

extension LifecycleModel {
  /// Whether conditions of its rules look at where another lifecycle stands, or at labels that
  /// its stages put on and take off.
  fileprivate func sees(_ other: LifecycleModel) -> Bool {
    let leaves = rules.flatMap(\.condition.leaves)
    if leaves.contains(where: { $0.lifecycle == other.name }) { return true }
    let looksAtLabels = leaves.contains { leaf in
      guard case .file(let condition) = leaf else { return false }
      let fields = condition.fields
      return fields.contains(Customer.fields.eachTag.name)
        || fields.contains(Customer.fields.tags.name)
    }
    guard looksAtLabels else { return false }
    return other.stages.contains { !($0.onEntry + $0.onExit).compactMap(\.label).isEmpty }
  }

  fileprivate func targets(of rule: LifecycleRule) -> [String] {
    switch rule.target {
    case .stage(let name): [name]
    case .furthest: stages.filter(\.kind.isRung).map(\.name)
    }
  }
}
