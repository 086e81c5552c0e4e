/// How loyal customers are: what they do and what they think, in one index with its reasons.
///
/// Nothing is kept until a model is defined (``LoyaltyIndexOperations/define(_:)``). From then on
/// what the index is made of is kept whenever it changes, and the index is computed when it is
/// asked for, of any instant. Customers' places in the matrix of behaviour and attitude are kept
/// up with what happens and, by the agenda, with what time brings.
public struct LoyaltyIndexes: Capability {
  static let key = RecordKey("tx.loyaltyIndex")

  let models = KeptModels<LoyaltyIndexDefinition, LoyaltyIndexModel>()

  /// The capability.
  public init() {}

  public var records: [any Record.Type] {
    [
      LoyaltyIndexDefinition.self, LoyaltyReading.self, LoyaltyPlace.self, AttitudeAnswer.self,
      WalletStatement.self,
    ]
  }

  public var lock: RecordLock? { Self.key.lock }

  public var events: [any Event.Type] {
    [
      LoyaltyIndexDefined.self, LoyaltyMoved.self, AttitudeAnswered.self, WalletStated.self,
      WalletWithdrawn.self,
    ]
  }

  public func verify(in transaction: Transaction, report: inout VerificationReport) throws {
    try transaction.loyaltyIndex.verify(&report)
  }

  public var settlement: Settlement? {
    Settlement { customer, tx in try tx.loyaltyIndex.settle(customer) }
  }

  public var agenda: [AgendaHandler] {
    [AgendaHandler(for: LoyaltyLook.self) { look, tx in try tx.loyaltyIndex.settle(look.customer) }]
  }
}

extension Transaction {
  /// How loyal customers are.
  public var loyaltyIndex: LoyaltyIndexOperations { LoyaltyIndexOperations(self) }
}

/// Defining by what loyalty is measured, recording what customers think and spend, and seeing how
/// loyal they are and were.
public struct LoyaltyIndexOperations {
  let transaction: Transaction
  let definitions: Records<LoyaltyIndexDefinition>
  let readings: Records<LoyaltyReading>
  let places: Records<LoyaltyPlace>
  let attitudes: Records<AttitudeAnswer>
  let statements: Records<WalletStatement>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    let key = LoyaltyIndexes.key
    definitions = transaction.records(of: LoyaltyIndexDefinition.self, with: key)
    readings = transaction.records(of: LoyaltyReading.self, with: key)
    places = transaction.records(of: LoyaltyPlace.self, with: key)
    attitudes = transaction.records(of: AttitudeAnswer.self, with: key)
    statements = transaction.records(of: WalletStatement.self, with: key)
  }

  // MARK: Models

  /// Defines by what loyalty is measured from now on; what it was before stays.
  ///
  /// Customers who have a place in the matrix are looked at anew; those who were there before the
  /// first version get one once something is told of them, or all at once with ``look(at:)``.
  ///
  /// - Returns: The model; one that is defined as it is already is left alone.
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/conflict`` where the
  ///   version is defined otherwise. Nothing has changed then.
  /// - Complexity: O(1) for the first version, O(*n*) in the customers with a place and their orders
  ///   for others.
  @discardableResult
  public func define(_ model: LoyaltyIndexModel) throws -> LoyaltyIndexModel {
    guard model.problems.isEmpty else {
      throw CRMError.invalid("loyalty_index_models", model.problems)
    }
    let versions = try versions()
    let known = try KeptModels<LoyaltyIndexDefinition, _>.known(
      model, version: model.version, as: versions.first { $0.version == model.version },
      after: versions.last?.version, record: "loyalty_index_models",
      otherwise: "the model of loyalty is another one", read: self.model(of:))
    if let known { return known }
    try transaction.operation {
      try definitions.insert(
        LoyaltyIndexDefinition(
          id: transaction.makeIdentifier(), version: model.version, definedAt: transaction.now,
          json: try KeptModels<LoyaltyIndexDefinition, _>.json(of: model)),
        emitting: LoyaltyIndexDefined(modelVersion: model.version))
      for place in try places.all(sortedBy: { [.ascending($0.customer)] }) {
        try settle(place.customer)
      }
    }
    return model
  }

  /// The model by which loyalty is measured now; `nil` where none is defined.
  public func model() throws -> LoyaltyIndexModel? { try versions().last.map(model(of:)) }

  /// A version of the model.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func model(version: Int) throws -> LoyaltyIndexModel {
    guard let found = try versions().first(where: { $0.version == version }) else {
      throw CRMError(
        .notFound, "There is no version \(version) of the model of loyalty.",
        recovery: "Define it first.", record: LoyaltyIndexDefinition.schema.name)
    }
    return try model(of: found)
  }

  /// All versions, the first one first; looked for once in a transaction.
  func versions() throws -> [LoyaltyIndexDefinition] {
    try transaction.recall(of: LoyaltyIndexDefinition.self) {
      try definitions.all(sortedBy: { [.ascending($0.version)] })
    }
  }

  func model(of definition: LoyaltyIndexDefinition) throws -> LoyaltyIndexModel {
    let models =
      transaction.capability(LoyaltyIndexes.self)?.models
      ?? KeptModels<LoyaltyIndexDefinition, LoyaltyIndexModel>()
    return try models.model(
      definition.id, definition.json, "Version \(definition.version) of the model of loyalty")
  }
}
