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
  func circles(
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
