/// Groups of customers by stored conditions, and what they are made up of.
public struct Groups: Capability {
  static let key = RecordKey("tx.groups")

  let conditions = KeptModels<CustomerGroup, LifecycleCondition>()

  /// The capability.
  public init() {}

  public var records: [any Record.Type] { [CustomerGroup.self] }

  public var lock: RecordLock? { Self.key.lock }

  public var events: [any Event.Type] { [GroupDefined.self, GroupUpdated.self] }
}

extension Transaction {
  /// Groups of customers.
  public var groups: GroupOperations { GroupOperations(self) }
}

/// Defining groups, and seeing who is in them.
public struct GroupOperations {
  let transaction: Transaction
  let records: Records<CustomerGroup>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    records = transaction.records(of: CustomerGroup.self, with: Groups.key)
  }

  // MARK: Defining

  /// Defines a group, or changes the one of its name; one that is so already is left alone.
  ///
  ///     try tx.groups.define(
  ///       "seoul", "Prospects in Korea",
  ///       where: .customer { $0.country == "KR" } && .fewer(than: 1, .orders))
  ///
  /// - Parameters:
  ///   - name: Its short name, for good; up to 100 bytes of UTF-8.
  ///   - title: What it is called; up to 200 bytes of UTF-8.
  ///   - condition: What must hold of a customer, as in a lifecycle: the file, what is kept on the
  ///     customer, moments, and stages.
  /// - Throws: ``CRMError/Code/invalid`` with every problem; nothing has changed then.
  @discardableResult
  public func define(_ name: String, _ title: String, where condition: LifecycleCondition) throws
    -> CustomerGroup
  {
    var problems = TextRules.problems(of: name, in: "name", within: 100)
    problems += TextRules.problems(of: title, in: "title", within: 200)
    problems += try self.problems(of: condition, in: "where")
    guard problems.isEmpty else { throw CRMError.invalid("customer_groups", problems) }
    let json = try KeptModels<CustomerGroup, _>.json(of: condition)
    if var group = try records.first(where: { $0.name == name }) {
      group.title = trimmed(title)
      group.json = json
      return try records.update(group, emitting: GroupUpdated(group: group.id))
    }
    let group = CustomerGroup(
      id: transaction.makeIdentifier(), name: name, title: trimmed(title),
      definedAt: transaction.now, json: json, modifiedAt: transaction.now, version: 1)
    return try records.insert(group, emitting: GroupDefined(group: group.id))
  }

  // MARK: Reading

  /// The group of a short name.
  ///
  /// - Throws: ``CRMError/Code/notFound``, suggesting the nearest name there is.
  public func group(_ name: String) throws -> CustomerGroup {
    if let group = try records.first(where: { $0.name == name }) { return group }
    let names = try records.all().map(\.name)
    let hint = nearest(to: name, among: names).map { "Did you mean “\($0)”?" }
    throw CRMError(
      .notFound, "There is no group “\(name)”.", recovery: hint ?? "Define it first.",
      record: "customer_groups")
  }

  /// All groups, by name.
  public func all() throws -> [CustomerGroup] {
    try records.all(sortedBy: { [.ascending($0.name)] })
  }

  /// What must hold of a customer to be in a group.
  public func condition(of group: CustomerGroup) throws -> LifecycleCondition {
    let known =
      transaction.capability(Groups.self)?.conditions
      ?? KeptModels<CustomerGroup, LifecycleCondition>()
    return try known.model(group.id, group.json, "The group “\(group.name)”")
  }

  /// Who is in a group now, those added first first; archived files are in none.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  /// - Complexity: Of what the condition asks of files, or of a stage, as a query of that; then a
  ///   look at each customer found for the rest.
  public func members(of name: String) throws -> [Customer.ID] {
    try customers(meeting: condition(of: group(name))).map(\.id)
  }

  /// Whether a customer is in a group now.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func contains(_ customer: Customer.ID, in name: String) throws -> Bool {
    let condition = try condition(of: group(name))
    let file = try transaction.customers.get(customer)
    return try !file.isArchived && meets(file, condition)
  }

  // MARK: Steps

  /// The customers of whom a condition holds now, those added first first.
  func customers(meeting condition: LifecycleCondition) throws -> [Customer] {
    var parts = condition.conjuncts
    var files: [Customer]
    let asked = parts.compactMap { part -> Filter<Customer>? in
      if case .file(let condition) = part { Filter(condition) } else { nil }
    }
    let stage = parts.firstIndex { if case .stands = $0 { true } else { false } }
    if let filter = asked.first {
      let all = asked.dropFirst().reduce(filter) { $0 && $1 }
      parts.removeAll { if case .file = $0 { true } else { false } }
      files = try transaction.records(of: Customer.self).all(
        where: { _ in all }, sortedBy: { _ in [.oldestFirst] })
    } else if let stage, case .stands(let stages, let lifecycle) = parts.remove(at: stage) {
      let ids = try transaction.lifecycle.positions.all(where: {
        $0.lifecycle == lifecycle && $0.stage.isOne(of: stages)
      }).map(\.customer)
      files = try transaction.records(of: Customer.self).find(ids).values.sorted { $0.id < $1.id }
    } else {
      files = try transaction.records(of: Customer.self).all(sortedBy: { _ in [.oldestFirst] })
    }
    files.removeAll(where: \.isArchived)
    guard !parts.isEmpty else { return files }
    return try files.filter { try meets($0, .all(parts)) }
  }

  func meets(_ customer: Customer, _ condition: LifecycleCondition) throws -> Bool {
    try LifecycleSubject(customer, days: .customer, transaction).verdict(
      on: condition, at: transaction.now, since: nil
    ).holds
  }

  /// Every problem of a condition on customers, wherever they stand.
  func problems(of condition: LifecycleCondition, in field: String) throws -> [CRMError.Issue] {
    let scores =
      transaction.capability(Scores.self) == nil
      ? [] : Set(try transaction.scores.models().map(\.name))
    var problems = condition.problems(
      in: field, figures: transaction.lifecycle.figureNames, scores: scores)
    problems += condition.fileProblems(in: field, transaction.reader.catalog)
    let lifecycles =
      transaction.capability(Lifecycles.self) == nil ? [] : try transaction.lifecycle.models()
    problems += condition.sightProblems(in: field, among: lifecycles)
    let counts = condition.leaves.contains {
      switch $0 {
      case .happened(.stageEntered), .passed(_, since: .stageEntered): true
      default: false
      }
    }
    if counts { problems.append(.init(field, "counts from a stage, and names no lifecycle")) }
    return problems
  }
}

extension LifecycleCondition {
  /// The conditions that must all hold.
  fileprivate var conjuncts: [LifecycleCondition] {
    switch self {
    case .always: []
    case .all(let parts): parts.flatMap(\.conjuncts)
    default: [self]
    }
  }
}
