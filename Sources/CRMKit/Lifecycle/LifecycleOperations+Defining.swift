extension LifecycleOperations {
  /// Defines a lifecycle, or a further version of one.
  ///
  /// The first version is entered from now on: by customers as something is told of them, or all
  /// at once with ``look(at:)``. A further version is entered once customers were carried over to
  /// it (``carry(_:to:mapping:)``).
  ///
  /// - Returns: The model; one that is defined as it is already is left alone.
  /// - Throws: ``CRMError/Code/invalid`` with every problem, such as stages of equal weight, stages
  ///   that cannot be reached, rules that disagree or lead in a circle, by themselves, by the
  ///   labels that stages put on and take off or together with other lifecycles, with the path
  ///   that shows it, and names of other lifecycles and their stages that there are not;
  ///   ``CRMError/Code/conflict`` where the version is defined otherwise. Nothing has changed
  ///   then.
  /// - Complexity: Up to O(*r*²) in the rules.
  @discardableResult
  public func define(_ model: LifecycleModel) throws -> LifecycleModel {
    var problems = model.problems(figures: figureNames, scores: try scoreNames(in: model))
    problems += model.conditions.flatMap { $1.fileProblems(in: $0, transaction.reader.catalog) }
    let others = try models().filter { $0.name != model.name }
    problems += model.conditions.flatMap { place, condition in
      condition.sightProblems(in: place, of: model.name, among: others)
    }
    if problems.isEmpty { problems += circles(of: model, among: others) }
    guard problems.isEmpty else { throw CRMError.invalid("lifecycles", problems) }
    let versions = try definitions.all(
      where: { $0.name == model.name }, sortedBy: { [.ascending($0.version)] })
    let known = try KeptModels<LifecycleDefinition, _>.known(
      model, version: model.version, as: versions.first { $0.version == model.version },
      after: versions.last?.version, record: "lifecycles",
      otherwise: "the lifecycle “\(model.name)” is another model", read: self.model(of:))
    if let known { return known }
    try definitions.insert(
      LifecycleDefinition(
        id: transaction.makeIdentifier(), name: model.name, version: model.version,
        isCurrent: versions.isEmpty, definedAt: transaction.now,
        json: try KeptModels<LifecycleDefinition, _>.json(of: model)),
      emitting: LifecycleDefined(lifecycle: model.name, modelVersion: model.version))
    return model
  }

  /// The circles that a model and others lead in together.
  private func circles(
    of model: LifecycleModel, among others: [LifecycleModel]
  ) -> [CRMError.Issue] {
    LifecycleCircles(of: model, among: others)?.problems ?? []
  }

  var figureNames: Set<String> {
    Set(transaction.capability(Metrics.self)?.custom.map(\.name) ?? [])
  }

  /// The names of the scores there are, where a model looks at any.
  private func scoreNames(in model: LifecycleModel) throws -> Set<String> {
    guard !model.scores.isEmpty else { return [] }
    return Set(try transaction.scores.models().map(\.name))
  }

  /// Looks anew at customers in lifecycles that look at a score, which is computed otherwise now.
  func lookAgain(atScore name: String) throws {
    guard transaction.capability(Lifecycles.self) != nil else { return }
    for model in try models() where model.scores.contains(name) {
      let plan = try plan(of: model)
      for position in try positions.all(where: { $0.lifecycle == model.name }) {
        try settle(try transaction.customers.get(position.customer), in: plan)
      }
    }
  }

  // MARK: Versions

  /// What carrying customers over to a version would do, without doing it.
  ///
  /// - Throws: As ``carry(_:to:mapping:)``.
  public func previewCarrying(
    _ lifecycle: String, to version: Int, mapping: [String: String] = [:]
  ) throws -> LifecycleCarrying {
    let (old, new) = (try model(lifecycle), try model(lifecycle, version: version))
    return try carrying(from: old, to: new, mapping: mapping)
  }

  /// Carries all customers of a lifecycle over to another of its versions, which is entered from
  /// now on.
  ///
  /// - Parameters:
  ///   - lifecycle: The name of the model.
  ///   - version: The version.
  ///   - mapping: For stages that the version does not have, the stage in their place. Where the
  ///     furthest stage of a customer becomes none of the ladder, the rung the customer stands at
  ///     is the furthest from then on, if any.
  /// - Returns: What was done.
  /// - Throws: ``CRMError/Code/notFound`` for an unknown version; ``CRMError/Code/invalid`` with
  ///   every stage that is mapped to none or to an unknown one, and circles that the version and
  ///   other lifecycles lead in by now; nothing has changed then.
  /// - Complexity: O(*n* log *n*) in the customers of the lifecycle.
  @discardableResult
  public func carry(
    _ lifecycle: String, to version: Int, mapping: [String: String] = [:]
  ) throws -> LifecycleCarrying {
    let (old, new) = (try model(lifecycle), try model(lifecycle, version: version))
    let report = try carrying(from: old, to: new, mapping: mapping)
    guard old.version != new.version else { return report }
    let others = try models().filter { $0.name != lifecycle }
    let circles = circles(of: new, among: others)
    guard circles.isEmpty else { throw CRMError.invalid("lifecycles", circles) }
    try transaction.operation {
      let all = try definitions.all(where: { $0.name == lifecycle })
      for var definition in all where definition.isCurrent != (definition.version == version) {
        definition.isCurrent.toggle()
        try definitions.update(
          definition,
          emitting: LifecycleCarried(
            lifecycle: lifecycle, modelVersion: version, customers: report.customers))
      }
      let plans = (old: LifecyclePlan(old), new: try plan(of: new))
      for position in try positions.all(where: { $0.lifecycle == lifecycle }) {
        try carry(position, from: plans.old, to: plans.new, mapping)
      }
    }
    return report
  }

  private func carrying(
    from old: LifecycleModel, to new: LifecycleModel, mapping: [String: String]
  ) throws -> LifecycleCarrying {
    var counts: [LifecycleCarrying.Move: Int] = [:]
    var total = 0
    var cursor: Cursor<LifecyclePosition>?
    repeat {
      let page = try positions.page(
        Query(where: { $0.lifecycle == old.name }, after: cursor, limit: 1_000))
      for case let stage? in page.items.map(\.stage) {
        counts[.init(from: stage, to: mapping[stage] ?? stage), default: 0] += 1
      }
      total += page.items.count
      cursor = page.next
    } while cursor != nil
    let named = old.stages.map(\.name)
    var problems = named.compactMap { name -> CRMError.Issue? in
      let target = mapping[name] ?? name
      guard new.stage(target) == nil else { return nil }
      return .init(
        "mapping[\(name)]",
        mapping[name] == nil
          ? "is missing: version \(new.version) has no “\(name)”"
          : "is “\(target)”, which is no stage of version \(new.version)")
    }
    problems += mapping.keys.filter { !named.contains($0) }.sorted().map {
      .init("mapping[\($0)]", "is for no stage of version \(old.version)")
    }
    guard problems.isEmpty else { throw CRMError.invalid("lifecycles", problems) }
    let moves = counts.sorted { ($0.key.from, $0.key.to) < ($1.key.from, $1.key.to) }
    return LifecycleCarrying(
      from: old.version, to: new.version, customers: total,
      moves: moves.map { .init(move: $0.key, customers: $0.value) })
  }

  private func carry(
    _ position: LifecyclePosition, from oldPlan: LifecyclePlan, to newPlan: LifecyclePlan,
    _ mapping: [String: String]
  ) throws {
    let (old, new) = (oldPlan.model, newPlan.model)
    let customer = try transaction.customers.get(position.customer)
    // What time has done until now was by the old version.
    var last = course(of: customer, from: position, in: oldPlan)
    try last.catchUp()
    var course = course(
      of: customer, from: last.position?.mapped(by: mapping, to: new), in: newPlan)
    if let stage = course.position?.stage.flatMap({ new.stage($0) }) {
      try course.carry(
        to: stage, from: last.position?.stage,
        "carried over from version \(old.version) to \(new.version)")
      if customer.isArchived { try course.rest() } else { try course.settle() }
    }
    try course.keep(instead: position)
  }
}

extension LifecyclePosition {
  /// The position with the names that another version has for its stages.
  fileprivate func mapped(by mapping: [String: String], to model: LifecycleModel)
    -> LifecyclePosition
  {
    var copy = self
    copy.modelVersion = model.version
    copy.stage = stage.map { mapping[$0] ?? $0 }
    copy.kind = copy.stage.flatMap { model.stage($0)?.kind }
    let rungs = [furthest, stage].compactMap { name in
      name.flatMap { model.stage(mapping[$0] ?? $0) }
    }.filter(\.kind.isRung)
    copy.furthest = rungs.max { $0.weight < $1.weight }?.name
    if copy.furthest == nil { copy.furthestAt = nil }
    if copy.furthest == copy.stage, furthest != stage { copy.furthestAt = enteredAt }
    return copy
  }
}

/// What carrying customers over to another version of a lifecycle does.
public struct LifecycleCarrying: Sendable, Hashable {
  /// The version left.
  public let from: Int

  /// The version come to.
  public let to: Int

  /// How many customers take part.
  public let customers: Int

  /// How many of them come from which stage to which.
  public let moves: [Share]

  /// A stage of the old version and the one of the new in its place.
  public struct Move: Sendable, Hashable {
    /// The stage of the old version.
    public let from: String
    /// The stage of the new one.
    public let to: String
  }

  /// How many customers come from one stage to another.
  public struct Share: Sendable, Hashable {
    /// The stages.
    public let move: Move
    /// How many.
    public let customers: Int
  }
}

extension LifecycleModel {
  /// The names of the scores its conditions look at.
  fileprivate var scores: Set<String> {
    Set(
      conditions.flatMap(\.condition.leaves).compactMap { leaf in
        if case .quantity(.score(let name), _, _) = leaf { name } else { nil }
      })
  }
}

extension LifecycleCondition {
  /// What is wrong with what a condition asks of files.
  func fileProblems(in place: String, _ catalog: Catalog) -> [CRMError.Issue] {
    leaves.flatMap { leaf -> [CRMError.Issue] in
      guard case .file(let condition) = leaf else { return [] }
      return condition.problems(as: Customer.self, in: place, catalog)
    }
  }
}
