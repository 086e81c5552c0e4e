/// The models that customers enter now.
final class CurrentLifecycles: Sendable {
  /// What they are made of.
  let definitions: [LifecycleDefinition]

  /// By name.
  let models: [LifecycleModel]

  /// Those that others look at before those that look at them.
  ///
  /// So these see where customers stand by now. Of those that look at each other, the ones that
  /// come too early come again.
  let inOrderOfSight: [LifecyclePlan]

  init(_ definitions: [LifecycleDefinition], _ models: [LifecycleModel]) {
    self.definitions = definitions
    self.models = models
    var order: [LifecyclePlan] = []
    var again: [LifecyclePlan] = []
    var open = models.map { (plan: LifecyclePlan($0), sights: Set($0.sights)) }
    while !open.isEmpty {
      let names = Set(open.map(\.plan.model.name))
      let index = open.firstIndex { $0.sights.isDisjoint(with: names) }
      let next = open.remove(at: index ?? 0).plan
      order.append(next)
      if index == nil { again.append(next) }
    }
    inOrderOfSight = order + again
  }
}

extension LifecycleModel {
  /// The names of the lifecycles its conditions look at.
  fileprivate var sights: [String] {
    conditions.flatMap(\.condition.leaves).compactMap(\.lifecycle)
  }

  /// What is done by a move from a stage to another.
  func actions(from left: String?, to next: String?) -> [LifecycleAction] {
    (left.flatMap { stage($0) }?.onExit ?? []) + (next.flatMap { stage($0) }?.onEntry ?? [])
  }
}

extension LifecycleCondition {
  /// The lifecycle that a leaf looks at.
  var lifecycle: String? {
    if case .stands(_, let lifecycle) = self { lifecycle } else { nil }
  }

  /// What is wrong with the names of lifecycles and stages that a condition asks for.
  ///
  /// - Parameters:
  ///   - place: Where the condition stands.
  ///   - own: The name of the lifecycle whose condition it is, if it is one's.
  ///   - models: The lifecycles there are.
  func sightProblems(
    in place: String, of own: String? = nil, among models: [LifecycleModel]
  ) -> [CRMError.Issue] {
    leaves.flatMap { leaf -> [CRMError.Issue] in
      guard case .stands(let names, let lifecycle) = leaf else { return [] }
      if lifecycle == own {
        return [.init(place, "looks at “\(lifecycle)” itself; name the stages in `from`")]
      }
      guard let model = models.first(where: { $0.name == lifecycle }) else {
        let hint = Self.hint(lifecycle, among: models.map(\.name))
        return [.init(place, "looks at “\(lifecycle)”, which is no lifecycle\(hint)")]
      }
      let stages = model.stages.map(\.name)
      return names.filter { !stages.contains($0) }.map { name in
        .init(
          place,
          "looks at “\(name)”, which is no stage of “\(lifecycle)”"
            + Self.hint(name, among: stages))
      }
    }
  }

  private static func hint(_ name: String, among names: [String]) -> String {
    nearest(to: name, among: names).map { "; did you mean “\($0)”?" } ?? ""
  }
}

extension LifecycleAction {
  /// The label that is put on or taken off.
  var label: (tag: String, isPut: Bool)? {
    switch self {
    case .tag(let tag): (tag, true)
    case .untag(let tag): (tag, false)
    case .followUp: nil
    }
  }

  /// Puts the label on a file or takes it off.
  func label(_ customer: inout Customer) {
    guard let label else { return }
    if !label.isPut {
      customer.tags.removeAll { $0 == label.tag }
    } else if !customer.tags.contains(label.tag) {
      customer.tags.append(label.tag)
    }
  }
}

extension LifecyclePosition {
  /// The stage where the customer stands at an instant if nothing happens until then, and until
  /// when as far as time alone is concerned.
  func foreseen(at instant: Instant) -> (stage: String?, until: Instant?) {
    var stage = self.stage
    for move in forecast {
      guard move.at <= instant else { return (stage, move.at) }
      stage = move.to
    }
    return (stage, foreseenUntil.flatMap { $0 > instant ? $0 : nil })
  }
}
