/// Where customers stand, from the first contact to loyal, at risk, lost and won back.
///
/// Models are defined in the store (``LifecycleOperations/define(_:)``). From then on customers
/// move by themselves, by what happens and by time alone, each move with its reason.
public struct Lifecycles: Capability {
  static let key = RecordKey("tx.lifecycle")

  let models = KeptModels<LifecycleDefinition, LifecycleModel>()

  /// The models that were current when somebody last asked.
  let lastCurrent = Locked<CurrentLifecycles?>(nil)

  /// The capability.
  public init() {}

  public var records: [any Record.Type] {
    [LifecycleDefinition.self, LifecyclePosition.self, LifecycleTransition.self]
  }

  public var lock: RecordLock? { Self.key.lock }

  public var nextSteps: [NextStepSource] { [.lifecycles] }

  public var events: [any Event.Type] {
    [
      LifecycleDefined.self, LifecycleCarried.self, LifecycleMoved.self, LifecycleOverstayed.self,
    ]
  }

  public func verify(in transaction: Transaction, report: inout VerificationReport) throws {
    try transaction.lifecycle.verify(&report)
  }

  public var settlement: Settlement? {
    Settlement(knowing: Warnings().events) { customer, isNews, tx in
      try tx.lifecycle.settle(customer, isNews: isNews)
    }
  }

  public var agenda: [AgendaHandler] {
    [
      AgendaHandler(for: LifecycleLook.self) { look, tx in
        try tx.lifecycle.settle(look.customer)
      }
    ]
  }
}

extension Transaction {
  /// Where customers stand in the firm's lifecycles.
  public var lifecycle: LifecycleOperations { LifecycleOperations(self) }
}

/// Defining lifecycles, moving customers, and seeing where they stand and stood.
public struct LifecycleOperations {
  let transaction: Transaction
  let definitions: Records<LifecycleDefinition>
  let positions: Records<LifecyclePosition>
  let transitions: Records<LifecycleTransition>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    definitions = transaction.records(of: LifecycleDefinition.self, with: Lifecycles.key)
    positions = transaction.records(of: LifecyclePosition.self, with: Lifecycles.key)
    transitions = transaction.records(of: LifecycleTransition.self, with: Lifecycles.key)
  }

  // MARK: Models

  /// The model that customers enter now.
  ///
  /// - Throws: ``CRMError/Code/notFound``, suggesting the nearest name there is.
  public func model(_ name: String) throws -> LifecycleModel {
    guard let found = try definitions.first(where: { $0.isCurrent == true && $0.name == name })
    else { throw try unknown(name) }
    return try model(of: found)
  }

  /// A version of a model.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func model(_ name: String, version: Int) throws -> LifecycleModel {
    guard
      let found = try definitions.first(where: { $0.name == name && $0.version == version })
    else { throw try unknown(name, version: version) }
    return try model(of: found)
  }

  /// The models that customers enter now, by name.
  public func models() throws -> [LifecycleModel] { try current().models }

  func current() throws -> CurrentLifecycles {
    try transaction.recall(of: LifecycleDefinition.self) {
      let found = try definitions.all(
        where: { $0.isCurrent == true }, sortedBy: { [.ascending($0.name)] })
      let last = transaction.capability(Lifecycles.self)?.lastCurrent
      if let known = last?.withLock({ $0 }), known.definitions == found { return known }
      let current = CurrentLifecycles(found, try found.map(model))
      last?.withLock { $0 = current }
      return current
    }
  }

  /// A model as customers are led through it.
  func plan(of model: LifecycleModel) throws -> LifecyclePlan {
    let known = try current().inOrderOfSight.first {
      $0.model.name == model.name && $0.model.version == model.version
    }
    return known ?? LifecyclePlan(model)
  }

  func model(of definition: LifecycleDefinition) throws -> LifecycleModel {
    // Without the capability there are no definitions to be read.
    let models =
      transaction.capability(Lifecycles.self)?.models
      ?? KeptModels<LifecycleDefinition, LifecycleModel>()
    return try models.model(
      definition.id, definition.json,
      "Version \(definition.version) of the lifecycle “\(definition.name)”")
  }

  func unknown(_ name: String, version: Int? = nil) throws -> CRMError {
    let names = try Set(definitions.all().map(\.name)).sorted()
    let hint = nearest(to: name, among: names).map { "Did you mean “\($0)”?" }
    let what = version.map { "version \($0) of the lifecycle “\(name)”" } ?? "lifecycle “\(name)”"
    return CRMError(
      .notFound, "There is no \(what).", recovery: hint ?? "Define it first.",
      record: LifecycleDefinition.schema.name)
  }

  // MARK: Positions

  /// Where a customer stands; `nil` for one who takes no part.
  public func position(
    of customer: Customer.ID, in lifecycle: String
  ) throws -> LifecyclePosition? {
    try positions.first(where: { $0.customer == customer && $0.lifecycle == lifecycle })
  }

  /// Where a customer stands in every lifecycle, by its name.
  public func positions(of customer: Customer.ID) throws -> [LifecyclePosition] {
    try positions.all(
      where: { $0.customer == customer }, sortedBy: { [.ascending($0.lifecycle)] })
  }

  /// Those at a stage, who came first first.
  ///
  /// - Complexity: O(log *n*) and then in the customers of the page.
  public func customers(
    at stage: String, in lifecycle: String, after cursor: Cursor<LifecyclePosition>? = nil,
    limit: Int = 50
  ) throws -> Page<LifecyclePosition, Cursor<LifecyclePosition>> {
    try positions.page(
      Query(
        where: { $0.lifecycle == lifecycle && $0.stage == stage },
        sortedBy: { [.ascending($0.enteredAt)] }, after: cursor, limit: limit))
  }

  /// Those who stay at their stage for longer than is expected there, the longest first.
  ///
  /// - Complexity: O(log *n*) and then in the customers of the page.
  public func overstaying(
    in lifecycle: String, after cursor: Cursor<LifecyclePosition>? = nil, limit: Int = 50
  ) throws -> Page<LifecyclePosition, Cursor<LifecyclePosition>> {
    let now = transaction.now
    return try positions.page(
      Query(
        where: { $0.lifecycle == lifecycle && $0.expectedUntil <= now },
        sortedBy: { [.ascending($0.expectedUntil)] }, after: cursor, limit: limit))
  }
}
