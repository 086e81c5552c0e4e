/// Early warning: which customers may be about to leave, by what signs, and what is at stake.
///
/// Nothing is watched until a model is defined (``WarningOperations/define(_:)``). From then on
/// a customer is looked at whenever something is told of them that a sign can show, and when time
/// alone brings a sign.
public struct Warnings: Capability {
  static let key = RecordKey("tx.warnings")

  /// The signs of the host's own.
  public let signs: [OwnWarningSign]

  let models = KeptModels<WarningDefinition, WarningModel>()

  /// The capability.
  ///
  /// - Parameter signs: Signs of the host's own, which models can use by their names.
  public init(signs: [OwnWarningSign] = []) {
    self.signs = signs
  }

  public var records: [any Record.Type] {
    [WarningDefinition.self, Warning.self, WarningWatch.self]
  }

  public var lock: RecordLock? { Self.key.lock }

  public var nextSteps: [NextStepSource] { [.warnings] }

  public var problems: [CRMError.Issue] {
    var known: Set<String> = []
    return signs.enumerated().flatMap { index, sign -> [CRMError.Issue] in
      let place = "signs[\(index)].name"
      return TextRules.problems(of: sign.name, in: place, within: 60)
        + (known.insert(sign.name).inserted ? [] : [.init(place, "“\(sign.name)” is given twice")])
    }
  }

  public var events: [any Event.Type] {
    [
      WarningsDefined.self, WarningRaised.self, WarningGrown.self, WarningAcknowledged.self,
      WarningSnoozed.self, WarningWoken.self, WarningResolved.self, WarningExpired.self,
      WarningUpdated.self,
    ]
  }

  public func verify(in transaction: Transaction, report: inout VerificationReport) throws {
    try transaction.warnings.verify(&report)
  }

  public var settlement: Settlement? {
    Settlement(
      knowing: Lifecycles().events + [
        WarningRaised.self, WarningGrown.self, WarningWoken.self, WarningExpired.self,
        WarningUpdated.self,
      ]
    ) { customer, isNews, tx in
      try tx.warnings.settle(customer, isNews: isNews)
    }
  }

  public var agenda: [AgendaHandler] {
    [AgendaHandler(for: WarningLook.self) { look, tx in try tx.warnings.settle(look.customer) }]
  }
}

extension Transaction {
  /// Which customers may be about to leave.
  public var warnings: WarningOperations { WarningOperations(self) }
}

/// Defining signals, seeing warnings, and dealing with them.
public struct WarningOperations {
  let transaction: Transaction
  let definitions: Records<WarningDefinition>
  let records: Records<Warning>
  let watches: Records<WarningWatch>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    definitions = transaction.records(of: WarningDefinition.self, with: Warnings.key)
    records = transaction.records(of: Warning.self, with: Warnings.key)
    watches = transaction.records(of: WarningWatch.self, with: Warnings.key)
  }

  // MARK: Models

  /// Defines by what signals warnings are raised from now on.
  ///
  /// Customers who are watched already are looked at anew; those who were there before the first
  /// version are watched once something is told of them, or all at once with ``look(at:)``.
  ///
  /// - Returns: The model; one that is defined as it is already is left alone.
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/conflict`` where the
  ///   version is defined otherwise. Nothing has changed then.
  /// - Complexity: O(1) for the first version, O(*n* log *n*) in the customers watched for others.
  @discardableResult
  public func define(_ model: WarningModel) throws -> WarningModel {
    let problems = model.problems(knowing: try names(in: model))
    guard problems.isEmpty else { throw CRMError.invalid("warning_models", problems) }
    let known = try KeptModels<WarningDefinition, _>.known(
      model, version: model.version,
      as: try definitions.first(where: { $0.version == model.version }),
      after: try latest()?.version, record: "warning_models",
      otherwise: "the warning model is another one", read: self.model(of:))
    if let known { return known }
    try transaction.operation {
      try definitions.insert(
        WarningDefinition(
          id: transaction.makeIdentifier(), version: model.version, definedAt: transaction.now,
          json: try KeptModels<WarningDefinition, _>.json(of: model)),
        emitting: WarningsDefined(modelVersion: model.version))
      try lookAgain()
    }
    return model
  }

  /// The model that warnings are raised by now; `nil` where none is defined.
  public func model() throws -> WarningModel? { try latest().map(model(of:)) }

  /// A version of the model.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func model(version: Int) throws -> WarningModel {
    guard let found = try definitions.first(where: { $0.version == version }) else {
      throw CRMError(
        .notFound, "There is no version \(version) of the warning model.",
        recovery: "Define it first.", record: WarningDefinition.schema.name)
    }
    return try model(of: found)
  }

  func latest() throws -> WarningDefinition? {
    try definitions.first(sortedBy: { [.descending($0.version)] })
  }

  func model(of definition: WarningDefinition) throws -> WarningModel {
    let models =
      transaction.capability(Warnings.self)?.models
      ?? KeptModels<WarningDefinition, WarningModel>()
    return try models.model(
      definition.id, definition.json, "Version \(definition.version) of the warning model")
  }

  private func names(in model: WarningModel) throws -> WarningNames {
    WarningNames(
      figures: transaction.lifecycle.figureNames,
      scores: model.scores.isEmpty ? [] : Set(try transaction.scores.models().map(\.name)),
      signs: transaction.capability(Warnings.self)?.signs.map(\.name).sorted() ?? [],
      lifecycles: transaction.capability(Lifecycles.self) == nil
        ? [] : try transaction.lifecycle.models(),
      types: transaction.capability(Relationships.self)?.types.map(\.key.rawValue).sorted() ?? [],
      catalog: transaction.reader.catalog)
  }

  // MARK: Reading

  /// The warning of an identifier.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func get(_ id: Warning.ID) throws -> Warning { try records.get(id) }

  /// The warning of a customer that is neither resolved nor expired, if there is one.
  ///
  /// - Complexity: O(log *n*).
  public func standing(of customer: Customer.ID) throws -> Warning? {
    try records.first(
      where: { $0.customer == customer && $0.isStanding == true },
      sortedBy: { [.descending($0.raisedAt)] })
  }

  /// All warnings there were of a customer, the latest first.
  public func all(of customer: Customer.ID, limit: Int = 50) throws -> [Warning] {
    try records.all(
      where: { $0.customer == customer }, sortedBy: { [.descending($0.raisedAt)] }, limit: limit)
  }

  /// Warnings that are neither resolved nor expired, the gravest first and of these the oldest.
  ///
  /// - Parameters:
  ///   - least: How grave at least.
  ///   - owner: Whose customers; `nil` for all.
  ///   - isSnoozedIn: Whether those that are put off are in it.
  ///   - cursor: The place to go on from.
  ///   - limit: How many at most.
  /// - Complexity: O(log *n*) and then in the warnings of the page.
  public func standing(
    atLeast least: Warning.Severity = .low, ownedBy owner: Principal? = nil,
    includingSnoozed isSnoozedIn: Bool = false, after cursor: Cursor<Warning>? = nil,
    limit: Int = 50
  ) throws -> Page<Warning, Cursor<Warning>> {
    try records.page(
      Query(
        where: { fields in
          let standing = fields.isStanding == true && fields.urgency <= least.urgency
          let awake = isSnoozedIn ? standing : standing && fields.status != .snoozed
          return owner.map { awake && fields.owner == $0 } ?? awake
        },
        sortedBy: { [.ascending($0.urgency), .ascending($0.raisedAt)] }, after: cursor,
        limit: limit))
  }

  /// How many warnings meet a filter.
  public func count(
    where filter: (Warning.Fields) -> Filter<Warning> = { _ in .all }
  ) throws -> Int {
    try records.count(where: filter)
  }

  /// A part of a query's warnings, and the place to go on from.
  public func page(_ query: Query<Warning>) throws -> Page<Warning, Cursor<Warning>> {
    try records.page(query)
  }
}
