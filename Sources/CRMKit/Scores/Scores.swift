/// How customers are scored, by rules that are data, each score with its reasons.
///
/// Models are defined in the store (``ScoreOperations/define(_:)``); a score is computed when it
/// is asked for, so time alone changes it without anything being written.
public struct Scores: Capability {
  static let key = RecordKey("tx.scores")

  let models = KeptModels<ScoreDefinition, ScoreModel>()

  /// The capability.
  public init() {}

  public var records: [any Record.Type] { [ScoreDefinition.self] }

  public var lock: RecordLock? { Self.key.lock }

  public var events: [any Event.Type] { [ScoreDefined.self] }
}

extension Transaction {
  /// How customers are scored.
  public var scores: ScoreOperations { ScoreOperations(self) }
}

/// Defining scores and reading them.
public struct ScoreOperations {
  private let transaction: Transaction
  private let definitions: Records<ScoreDefinition>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    definitions = transaction.records(of: ScoreDefinition.self, with: Scores.key)
  }

  // MARK: Models

  /// Defines a score, or the next version of one, by which it is computed from now on.
  ///
  /// Customers whose lifecycles or warnings look at the score are looked at anew.
  ///
  /// - Returns: The model; one that is defined as it is already is left alone.
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/conflict`` where the
  ///   version is defined otherwise. Nothing has changed then.
  /// - Complexity: O(1), and O(*n* log *n*) in the customers of lifecycles that look at the score.
  @discardableResult
  public func define(_ model: ScoreModel) throws -> ScoreModel {
    let problems = problems(of: model)
    guard problems.isEmpty else { throw CRMError.invalid("score_models", problems) }
    let versions = try definitions.all(
      where: { $0.name == model.name }, sortedBy: { [.ascending($0.version)] })
    let known = try KeptModels<ScoreDefinition, _>.known(
      model, version: model.version, as: versions.first { $0.version == model.version },
      after: versions.last?.version, record: "score_models",
      otherwise: "the score “\(model.name)” is another model", read: self.model(of:))
    if let known { return known }
    try transaction.operation {
      try definitions.insert(
        ScoreDefinition(
          id: transaction.makeIdentifier(), name: model.name, version: model.version,
          definedAt: transaction.now, json: try KeptModels<ScoreDefinition, _>.json(of: model)),
        emitting: ScoreDefined(model: model.name, modelVersion: model.version))
      guard !versions.isEmpty else { return }
      try transaction.lifecycle.lookAgain(atScore: model.name)
      try transaction.warnings.lookAgain(atScore: model.name)
    }
    return model
  }

  /// The model by which a score is computed now.
  ///
  /// - Throws: ``CRMError/Code/notFound``, suggesting the nearest name there is.
  public func model(_ name: String) throws -> ScoreModel {
    guard
      let found = try definitions.first(
        where: { $0.name == name }, sortedBy: { [.descending($0.version)] })
    else { throw try unknown(name) }
    return try model(of: found)
  }

  /// A version of a model.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func model(_ name: String, version: Int) throws -> ScoreModel {
    guard
      let found = try definitions.first(where: { $0.name == name && $0.version == version })
    else { throw try unknown(name, version: version) }
    return try model(of: found)
  }

  /// The models by which scores are computed now, by name.
  public func models() throws -> [ScoreModel] {
    let all = try definitions.all(sortedBy: { [.ascending($0.name), .ascending($0.version)] })
    return try all.indices.filter { index in
      index == all.count - 1 || all[index + 1].name != all[index].name
    }.map { try model(of: all[$0]) }
  }

  // MARK: Reading

  /// A customer's score, with its reasons.
  ///
  /// - Parameters:
  ///   - customer: The customer.
  ///   - name: The name of the model.
  ///   - instant: When, if not now. What happened by then counts, and for a later instant what is
  ///     known to come; conditions see the file and the figures as they are now.
  /// - Throws: ``CRMError/Code/notFound`` for an unknown customer or score.
  /// - Complexity: O(*k*) in what happened to the customer within the time frames of the rules.
  public func score(
    of customer: Customer.ID, in name: String, at instant: Instant? = nil
  ) throws -> Score {
    let model = try model(name)
    return try score(
      basis(for: try transaction.customers.get(customer), model, from: instant ?? transaction.now),
      at: instant ?? transaction.now)
  }

  /// A customer's scores, by name.
  ///
  /// - Throws: ``CRMError/Code/notFound`` for an unknown customer.
  /// - Complexity: As ``score(of:in:at:)``, for each model.
  public func all(of customer: Customer.ID, at instant: Instant? = nil) throws -> [Score] {
    let file = try transaction.customers.get(customer)
    let instant = instant ?? transaction.now
    return try models().map { try score(basis(for: file, $0, from: instant), at: instant) }
  }

  /// What a customer's score is made of, from an instant on.
  func basis(
    for customer: Customer, _ model: ScoreModel, from instant: Instant
  ) throws -> ScoreBasis {
    let reading = ScoreReading(
      transaction: transaction, customer: customer.id, model: model, now: instant)
    return ScoreBasis(
      model, LifecycleSubject(customer, days: model.days, transaction),
      try reading.occurrences())
  }

  private func score(_ basis: ScoreBasis, at instant: Instant) throws -> Score {
    let course = try ScoreCourse(basis, at: instant)
    let (model, sums) = (basis.model, try course.groups())
    let unlimited = try course.total(of: sums.map(\.value))
    let value = course.bounded(unlimited)
    let parts = try zip(model.groups, sums).map { group, sum in
      Score.Part(
        group: group.name, value: sum.value, uncapped: sum.uncapped,
        reasons: try reasons(in: group.name, course, basis))
    }
    return Score(
      customer: basis.subject.customer.id, model: model.name, version: model.version, at: instant,
      value: value, unlimited: unlimited, groups: parts,
      nextChangeAt: try course.firstChange { $0 == value })
  }

  private func reasons(
    in group: String, _ course: ScoreCourse, _ basis: ScoreBasis
  ) throws -> [Score.Reason] {
    try basis.model.rules.enumerated().compactMap { index, rule in
      guard rule.group == group, course.counts[index] > 0 else { return nil }
      var evidence: [LifecycleEvidence] = []
      switch rule.cause {
      case .holding(let condition):
        evidence = try basis.subject.evidence(for: condition, at: course.instant, since: nil)
      case .happening(let source, _, _):
        let last = basis.occurrences[index].filter { $0 <= course.instant }.max()
        evidence = [
          LifecycleEvidence(source.description, "\(course.counts[index])"),
          LifecycleEvidence("the last", last?.description ?? "never"),
        ]
      }
      return Score.Reason(
        rule: rule.name, points: ScorePoints(billionths: course.points[index]),
        count: course.counts[index], evidence: evidence)
    }
  }

  // MARK: Checking

  private func problems(of model: ScoreModel) -> [CRMError.Issue] {
    let events = transaction.engine.registry.capabilities.flatMap(\.events).map { $0.name }
    var problems = model.problems(
      figures: transaction.lifecycle.figureNames, events: events.sorted())
    for (index, rule) in model.rules.enumerated() {
      let place = "rules[\(index)]"
      switch rule.cause {
      case .holding(let condition):
        problems += condition.fileProblems(
          in: "\(place).condition", transaction.reader.catalog)
      case .happening(let source, _, _):
        problems += source.problems(in: place, transaction.reader.catalog)
      }
    }
    return problems
  }

  private func model(of definition: ScoreDefinition) throws -> ScoreModel {
    let models =
      transaction.capability(Scores.self)?.models ?? KeptModels<ScoreDefinition, ScoreModel>()
    return try models.model(
      definition.id, definition.json,
      "Version \(definition.version) of the score “\(definition.name)”")
  }

  private func unknown(_ name: String, version: Int? = nil) throws -> CRMError {
    let names = try Set(definitions.all().map(\.name)).sorted()
    let hint = nearest(to: name, among: names).map { "Did you mean “\($0)”?" }
    let what = version.map { "version \($0) of the score “\(name)”" } ?? "score “\(name)”"
    return CRMError(
      .notFound, "There is no \(what).", recovery: hint ?? "Define it first.",
      record: ScoreDefinition.schema.name)
  }
}

extension ScoreSource {
  /// What is wrong with what a rule asks of records.
  fileprivate func problems(in place: String, _ catalog: Catalog) -> [CRMError.Issue] {
    switch self {
    case .interactions(let condition):
      condition.problems(as: Interaction.self, in: "\(place).interactions", catalog)
    case .orders(let condition):
      condition.problems(as: Order.self, in: "\(place).orders", catalog)
    case .contributions(let condition):
      condition.problems(as: Contribution.self, in: "\(place).contributions", catalog)
    case .events: []
    }
  }
}

extension Condition {
  /// What is wrong with a condition on records of a kind.
  func problems<R: Record>(
    as kind: R.Type, in place: String, _ catalog: Catalog
  ) -> [CRMError.Issue] {
    do throws(StorageError) {
      _ = try PreparedQuery(Query<R>(where: { _ in Filter(self) }), in: catalog)
      return []
    } catch {
      return [.init(place, "\(error.message) \(error.recovery)")]
    }
  }
}
