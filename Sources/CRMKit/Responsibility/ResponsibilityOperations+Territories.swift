extension ResponsibilityOperations {
  // MARK: Territories

  /// Defines a territory, or changes the one of its name; one that is so already is left alone.
  ///
  /// Customers are assigned by it as their files are added, changed or restored, and all at once
  /// with ``assignAll(where:)``. Of territories that a customer lies in the one with the highest
  /// priority decides. Whom somebody assigned stays with whom they were given to.
  ///
  ///     try tx.responsibility.define(
  ///       "north", priority: 10, owner: .team("north")) { $0.country.isOne(of: ["SE", "FI"]) }
  ///
  /// - Parameters:
  ///   - name: Its name, for good; up to 100 bytes of UTF-8.
  ///   - priority: No two territories have the same.
  ///   - owner: A member of the staff or a team.
  ///   - filter: Which customers lie in it, by their files alone.
  /// - Throws: ``CRMError/Code/invalid`` with every problem, such as an owner who is not known, a
  ///   priority that another territory has, and conditions on anything but the file; nothing has
  ///   changed then.
  @discardableResult
  public func define(
    _ name: String, priority: Int, owner: Principal,
    where filter: (Customer.Fields) -> Filter<Customer>
  ) throws -> Territory {
    let condition = filter(Customer.fields).condition
    let old = try territories.first(where: { $0.name == name })
    var problems = TextRules.problems(of: name, in: "name", within: 100)
    if let problem = try problem(with: owner, in: "owner") { problems.append(problem) }
    problems += conditionProblems(condition)
    let equal = try territories.first(where: { $0.isCurrent == true && $0.priority == priority })
    if let equal, equal.name != name {
      problems.append(.init("priority", "is that of “\(equal.name)”"))
    }
    guard problems.isEmpty else { throw CRMError.invalid("territories", problems) }
    let json = try KeptModels<Territory, _>.json(of: condition)
    if var territory = old {
      territory.priority = priority
      territory.owner = owner
      territory.json = json
      territory.archivedAt = nil
      return try territories.update(
        territory, emitting: TerritoryUpdated(territory: territory.id))
    }
    let territory = Territory(
      id: transaction.makeIdentifier(), name: name, priority: priority, owner: owner,
      definedAt: transaction.now, json: json, modifiedAt: transaction.now, version: 1)
    return try territories.insert(
      territory, emitting: TerritoryDefined(territory: territory.id))
  }

  /// Puts a territory away; its customers stay with their owners until they are looked at again.
  ///
  /// - Throws: ``CRMError/Code/notFound``, suggesting the nearest name there is.
  @discardableResult
  public func archiveTerritory(_ name: String) throws -> Territory {
    guard var territory = try territories.first(where: { $0.name == name }) else {
      let names = try territories.all().map(\.name)
      let hint = nearest(to: name, among: names).map { "Did you mean “\($0)”?" }
      throw CRMError(
        .notFound, "There is no territory “\(name)”.", recovery: hint ?? "Define it first.",
        record: "territories")
    }
    territory.archivedAt = territory.archivedAt ?? transaction.now
    return try territories.update(territory, emitting: TerritoryUpdated(territory: territory.id))
  }

  /// The territories that decide, the highest priority first.
  public func currentTerritories() throws -> [Territory] {
    try transaction.recall(of: Territory.self) {
      try territories.all(
        where: { $0.isCurrent == true }, sortedBy: { [.descending($0.priority)] })
    }
  }

  /// Which customers lie in a territory.
  public func filter(of territory: Territory) throws -> Filter<Customer> {
    Filter(try condition(of: territory))
  }

  /// What ``assignAll(where:)`` would do, without doing it: who would come to whom.
  ///
  /// - Complexity: O(*n* *t*) in the customers and the territories.
  public func previewAssigning(
    where filter: (Customer.Fields) -> Filter<Customer> = { _ in .all }
  ) throws -> [TerritoryMove] {
    let current = try currentTerritories()
    var moves: [TerritoryMove] = []
    let rows = try transaction.records(of: Customer.self).rowPage(Query(where: filter))
    for held in rows.items {
      guard let decision = try decision(on: held, among: current) else { continue }
      moves.append(
        TerritoryMove(
          customer: held.id, from: held.row.owner, to: decision.territory?.owner,
          territory: decision.territory?.name))
    }
    return moves
  }

  /// Assigns customers anew by the territories, but those whom somebody assigned.
  ///
  /// Customers are assigned by themselves as their files change; this is for those who were there
  /// before a territory was.
  ///
  /// - Returns: Who came to whom.
  /// - Complexity: As ``previewAssigning(where:)``.
  @discardableResult
  public func assignAll(
    where filter: (Customer.Fields) -> Filter<Customer> = { _ in .all }
  ) throws -> [TerritoryMove] {
    let moves = try previewAssigning(where: filter)
    try transaction.operation {
      for move in moves { try place(move.customer) }
    }
    return moves
  }

  // MARK: Steps

  /// The territory in which a customer lies, whoever looks after them; `nil` where in none.
  ///
  /// - Complexity: One query.
  func territory(of customer: Customer) throws -> Territory? {
    let held = Held(customer)
    return try currentTerritories().first { territory in
      try transaction.meets(Filter<Customer>(condition(of: territory)), held)
    }
  }

  func give(_ territory: Territory, to owner: Principal) throws {
    var given = territory
    given.owner = owner
    try territories.update(given, emitting: TerritoryUpdated(territory: territory.id))
  }

  /// Brings a customer to the owner that territories say, if there are any.
  func place(_ id: Customer.ID) throws {
    let current = try currentTerritories()
    guard !current.isEmpty, let customer = try transaction.customers.find(id) else { return }
    let held = Held(customer)
    guard let decision = try decision(on: held, among: current) else { return }
    let reason = try decision.territory.map { territory in
      "territory \(territory.name): \(try condition(of: territory))"
    }
    try assign(
      customer, to: decision.territory?.owner, .territory, territory: decision.territory?.name,
      reason ?? "lies in no territory any more", decision.evidence)
  }

  /// What territories say of a customer whom nobody else assigned.
  private struct Decision {
    var territory: Territory?
    var evidence: [LifecycleEvidence] = []
  }

  /// Which territory a customer comes to; `nil` where they stay with whom they are.
  private func decision(on customer: Held<Customer>, among current: [Territory]) throws -> Decision?
  {
    let row = customer.row
    guard !row.isArchived else { return nil }
    if let owner = row.owner {
      guard let last = try lastAssignment(of: row.id), last.territory != nil, last.to == owner
      else { return nil }
    }
    for territory in current {
      let condition = try condition(of: territory)
      guard try transaction.meets(Filter<Customer>(condition), customer) else { continue }
      guard territory.owner != row.owner else { return nil }
      return Decision(
        territory: territory,
        evidence: try FileCondition.evidence(for: condition, in: customer))
    }
    return row.owner == nil ? nil : Decision()
  }

  func condition(of territory: Territory) throws -> Condition {
    // Without the capability there is no territory to be read.
    let known =
      transaction.capability(Responsibility.self)?.conditions ?? KeptModels<Territory, Condition>()
    return try known.model(territory.id, territory.json, "The territory “\(territory.name)”")
  }

  func conditionProblems(_ condition: Condition, in field: String = "where") -> [CRMError.Issue] {
    if FileCondition.looksElsewhere(condition) {
      return [.init(field, "looks at more than the customer’s file")]
    }
    return condition.problems(as: Customer.self, in: field, transaction.reader.catalog)
  }
}

/// A customer who comes to another owner by the territories.
public struct TerritoryMove: Hashable, Sendable {
  /// The customer.
  public let customer: Customer.ID

  /// Who owned the file, if anyone did.
  public let from: Principal?

  /// Who owns it then; `nil` for a customer who lies in no territory any more.
  public let to: Principal?

  /// The territory that says so.
  public let territory: String?
}
