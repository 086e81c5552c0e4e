/// The state of each relationship: how strong and how healthy it is, why, and how that went on.
///
/// Nothing is kept until a model is defined (``StandingOperations/define(_:)``). From then on what
/// the state is made of is kept whenever it changes, and the state is computed when it is asked
/// for, of any instant; time alone changes it without anything being written. The state of an account
/// or a household is made of what is kept of those who belong to it, when it is asked for.
public struct Standings: Capability {
  static let key = RecordKey("tx.standing")

  let models = KeptModels<StandingDefinition, StandingModel>()

  /// The capability.
  public init() {}

  public var records: [any Record.Type] { [StandingDefinition.self, StandingReading.self] }

  public var lock: RecordLock? { Self.key.lock }

  public var events: [any Event.Type] { [StandingDefined.self] }

  public func verify(in transaction: Transaction, report: inout VerificationReport) throws {
    try transaction.standing.verify(&report)
  }

  public var settlement: Settlement? {
    Settlement { customer, tx in try tx.standing.settle(customer) }
  }
}

extension Transaction {
  /// The state of the firm's relationships.
  public var standing: StandingOperations { StandingOperations(self) }
}

/// Defining by what relationships are seen, and seeing how they are and were.
public struct StandingOperations {
  private let transaction: Transaction
  private let definitions: Records<StandingDefinition>
  private let readings: Records<StandingReading>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    definitions = transaction.records(of: StandingDefinition.self, with: Standings.key)
    readings = transaction.records(of: StandingReading.self, with: Standings.key)
  }

  // MARK: Models

  /// Defines by what relationships are seen from now on; what they were before stays.
  ///
  /// - Returns: The model; one that is defined as it is already is left alone.
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/conflict`` where the
  ///   version is defined otherwise. Nothing has changed then.
  @discardableResult
  public func define(_ model: StandingModel) throws -> StandingModel {
    guard model.problems.isEmpty else {
      throw CRMError.invalid("standing_models", model.problems)
    }
    let known = try KeptModels<StandingDefinition, _>.known(
      model, version: model.version,
      as: try definitions.first(where: { $0.version == model.version }),
      after: try latest()?.version, record: "standing_models",
      otherwise: "the standing model is another one", read: self.model(of:))
    if let known { return known }
    try definitions.insert(
      StandingDefinition(
        id: transaction.makeIdentifier(), version: model.version, definedAt: transaction.now,
        json: try KeptModels<StandingDefinition, _>.json(of: model)),
      emitting: StandingDefined(modelVersion: model.version))
    return model
  }

  /// The model by which relationships are seen now; `nil` where none is defined.
  public func model() throws -> StandingModel? { try latest().map(model(of:)) }

  /// A version of the model.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func model(version: Int) throws -> StandingModel {
    guard let found = try definitions.first(where: { $0.version == version }) else {
      throw CRMError(
        .notFound, "There is no version \(version) of the standing model.",
        recovery: "Define it first.", record: StandingDefinition.schema.name)
    }
    return try model(of: found)
  }

  // MARK: States

  /// How a customer's relationship with the firm is, or was.
  ///
  /// - Parameters:
  ///   - customer: The customer.
  ///   - instant: When, if not now. Of a past instant it is what was known then, by the model of
  ///     then; of a later one what it will be if nothing happens until then.
  /// - Returns: `nil` where nothing was kept of the customer by then, or no model was defined.
  /// - Throws: ``CRMError/Code/notFound`` for an unknown customer.
  /// - Complexity: O(log *n*); of the present, for a customer nothing was kept of, O(*k*) in the
  ///   customer's records.
  public func state(
    of customer: Customer.ID, at instant: Instant? = nil
  ) throws -> RelationshipState? {
    try state(of: try transaction.customers.get(customer), at: instant ?? transaction.now)
  }

  /// How the relationship with an account or a household is, or was, with all who belong to it
  /// today.
  ///
  /// What is known of them is added up; those of whom nothing was kept by then are left out.
  ///
  /// - Parameters:
  ///   - top: The organisation or the household.
  ///   - scope: Who counts besides.
  ///   - instant: When, if not now.
  ///   - limit: How many there may be.
  /// - Throws: As ``MetricOperations/figures(of:including:limit:)``.
  /// - Complexity: O(*m* log *n*) for *m* members.
  public func state(
    of top: Customer.ID, including scope: MetricScope, at instant: Instant? = nil,
    limit: Int = 10_000
  ) throws -> RelationshipState? {
    let instant = instant ?? transaction.now
    guard let model = try model(at: instant) else { return nil }
    let members = try transaction.metrics.members(of: top, including: scope, limit: limit)
    let files = try transaction.records(of: Customer.self).find(members)
    var sum: StandingReading?
    for member in members {
      guard let file = files[member], let reading = try reading(of: file, at: instant) else {
        continue
      }
      if let known = sum {
        sum?.inputs = known.inputs.joined(with: reading.inputs)
        sum?.at = max(known.at, reading.at)
      } else {
        sum = reading
      }
    }
    return sum.map { state(of: top, $0, model, at: instant) }
  }

  /// How a customer's relationship went on: as it was whenever something changed it, the earliest
  /// first.
  ///
  /// Between two of them time alone changes it; ``state(of:at:)-(Customer.ID,Instant?)`` tells how.
  ///
  /// - Parameters:
  ///   - customer: The customer.
  ///   - start: From when on.
  ///   - end: Until when.
  ///   - limit: How many at most.
  /// - Throws: ``CRMError/Code/notFound`` for an unknown customer.
  /// - Complexity: O(log *n*), and then in the states.
  public func history(
    of customer: Customer.ID, from start: Instant = .earliest, until end: Instant = .latest,
    limit: Int = 100
  ) throws -> [RelationshipState] {
    _ = try transaction.customers.get(customer)
    let rows = try readings.all(
      where: { $0.customer == customer && $0.at >= start && $0.at <= end },
      sortedBy: { [.ascending($0.at)] }, limit: limit)
    return try rows.compactMap { row in
      try model(at: row.at).map { state(of: customer, row, $0, at: row.at) }
    }
  }

  /// Keeps what is known of customers who were there before a model was defined.
  ///
  /// - Returns: How many were looked at.
  /// - Complexity: O(*n* log *n*) in the customers.
  @discardableResult
  public func look(
    at filter: (Customer.Fields) -> Filter<Customer> = { _ in .all }
  ) throws -> Int {
    let customers = try transaction.records(of: Customer.self).all(where: filter).map(\.id)
    try transaction.operation {
      for customer in customers { try settle(customer) }
    }
    return customers.count
  }

  // MARK: Keeping

  /// Notes customers of whom what is kept last is not what the records say.
  ///
  /// - Complexity: O(*n* log *n*) in the records; it holds those of one customer at a time.
  func verify(_ report: inout VerificationReport) throws {
    var last: Customer.ID?
    try readings.scan(
      Query(sortedBy: { [.descending($0.customer), .descending($0.at)] })
    ) { held in
      guard held.row.customer != last else { return true }
      last = held.row.customer
      guard let customer = try transaction.customers.find(held.row.customer) else { return true }
      let inputs = try StandingReader(transaction: transaction).inputs(
        of: customer, from: held.row.at)
      if inputs != held.row.inputs {
        report.noteDamage(
          of: StandingReading.schema.name, id: "customer \(customer.id)",
          "what is kept last is not what the records say")
      }
      return true
    }
  }

  /// Keeps what is known of a customer by now, where that has changed.
  func settle(_ id: Customer.ID) throws {
    let isDefined = try transaction.recall(of: StandingDefinition.self) { try latest() != nil }
    guard isDefined, let customer = try transaction.customers.find(id) else { return }
    let last = try readings.first(
      where: { $0.customer == id }, sortedBy: { [.descending($0.at)] })
    // What a task does that was due before what is known already is known only from now on.
    let isBelated = last.map { transaction.now < $0.at } ?? false
    let at = max(isBelated ? transaction.recordedAt : transaction.now, last?.at ?? .earliest)
    let inputs = try StandingReader(transaction: transaction).inputs(of: customer, from: at)
    guard last?.inputs != inputs else { return }
    let same = last.flatMap { $0.at == at ? $0.id : nil }
    try readings.put(
      StandingReading(
        id: same ?? transaction.makeIdentifier(), customer: id, at: at, inputs: inputs))
  }

  /// The state of a customer whose file is at hand.
  func state(of customer: Customer, at instant: Instant) throws -> RelationshipState? {
    guard let model = try model(at: instant),
      let reading = try reading(of: customer, at: instant)
    else { return nil }
    return state(of: customer.id, reading, model, at: instant)
  }

  private func reading(of customer: Customer, at instant: Instant) throws -> StandingReading? {
    let id = customer.id
    let kept = try readings.first(
      where: { $0.customer == id && $0.at <= instant }, sortedBy: { [.descending($0.at)] })
    if let kept { return kept }
    guard instant >= transaction.now, try readings.first(where: { $0.customer == id }) == nil
    else { return nil }
    return StandingReading(
      id: .zero, customer: id, at: transaction.now,
      inputs: try StandingReader(transaction: transaction).inputs(
        of: customer, from: transaction.now))
  }

  private func state(
    of customer: Customer.ID, _ reading: StandingReading, _ model: StandingModel,
    at instant: Instant
  ) -> RelationshipState {
    let rules = StandingRules(
      inputs: reading.inputs, at: instant, today: transaction.zone.date(of: instant))
    return RelationshipState(
      customer: customer, at: instant, knownAt: reading.at, modelVersion: model.version,
      strength: rules.part(model.strength), health: rules.part(model.health))
  }

  private func latest() throws -> StandingDefinition? {
    try definitions.first(sortedBy: { [.descending($0.version)] })
  }

  /// The model by which relationships were seen at an instant.
  private func model(at instant: Instant) throws -> StandingModel? {
    let all = try definitions.all(sortedBy: { [.ascending($0.version)] })
    return try all.last { $0.definedAt <= instant }.map(model(of:))
  }

  private func model(of definition: StandingDefinition) throws -> StandingModel {
    let models =
      transaction.capability(Standings.self)?.models
      ?? KeptModels<StandingDefinition, StandingModel>()
    return try models.model(
      definition.id, definition.json, "Version \(definition.version) of the standing model")
  }
}
