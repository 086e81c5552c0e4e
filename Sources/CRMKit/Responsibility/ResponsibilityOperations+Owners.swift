extension ResponsibilityOperations {
  // MARK: Owners

  /// Makes somebody the owner of a customer's file, whatever territories say from then on.
  ///
  /// What is open with the customer stays with whoever has it:
  /// ``handOver(_:from:to:note:content:)`` moves that, too.
  ///
  /// - Parameters:
  ///   - customer: The customer.
  ///   - owner: A member of the staff or a team.
  ///   - reason: Why; up to 1,000 bytes of UTF-8.
  /// - Returns: The assignment; one who owns the file already keeps it.
  /// - Throws: ``CRMError/Code/invalid`` for an owner who is not known, or no reason;
  ///   ``CRMError/Code/notFound``, ``CRMError/Code/notAllowed`` where the file is archived.
  ///   Nothing has changed then.
  @discardableResult
  public func assign(_ customer: Customer.ID, to owner: Principal, because reason: String) throws
    -> CustomerAssignment
  {
    let file = try self.file(of: customer)
    var problems = TextRules.problems(of: reason, in: "reason", within: Self.longestReason)
    if let problem = try problem(with: owner, in: "owner") { problems.append(problem) }
    guard problems.isEmpty else { throw CRMError.invalid("customer_assignments", problems) }
    return try assign(file, to: owner, .manual, reason)
  }

  /// Lets territories decide again who owns a customer's file; without any nobody does.
  ///
  /// - Throws: As ``assign(_:to:because:)``.
  public func release(_ customer: Customer.ID, because reason: String) throws {
    let file = try self.file(of: customer)
    let problems = TextRules.problems(of: reason, in: "reason", within: Self.longestReason)
    guard problems.isEmpty else { throw CRMError.invalid("customer_assignments", problems) }
    guard file.owner != nil else { return }
    try transaction.operation {
      // The change of the file lets territories have their say.
      try assign(file, to: nil, .manual, reason)
    }
  }

  /// The customers whose files somebody owns, those added first first; archived ones are not named.
  public func customers(
    of owner: Principal, after cursor: Cursor<Customer>? = nil, limit: Int = 50
  ) throws -> Page<Customer, Cursor<Customer>> {
    try transaction.customers.page(
      Query(
        where: { $0.ownedBy.contains(owner.rawValue) }, sortedBy: { _ in [.oldestFirst] },
        after: cursor, limit: limit))
  }

  /// Who owned a customer's file when, the earliest first.
  public func assignments(of customer: Customer.ID) throws -> [CustomerAssignment] {
    try assignments.all(where: { $0.customer == customer }, sortedBy: { [.ascending($0.at)] })
  }

  /// Who owned a customer's file at an instant, if anyone did.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func owner(of customer: Customer.ID, at instant: Instant) throws -> Principal? {
    let file = try transaction.customers.get(customer)
    let all = try assignments(of: customer)
    if let last = all.last(where: { $0.at <= instant }) { return last.to }
    return all.first.map(\.from) ?? file.owner
  }

  // MARK: Steps

  private func file(of customer: Customer.ID) throws -> Customer {
    let file = try transaction.customers.get(customer)
    guard !file.isArchived else {
      throw CRMError(
        .notAllowed, "Customer \(customer) is archived.", recovery: "Restore the file first.",
        record: "customers", identifier: customer.description)
    }
    return file
  }

  func lastAssignment(of customer: Customer.ID) throws -> CustomerAssignment? {
    try assignments.first(
      where: { $0.customer == customer }, sortedBy: { [.descending($0.at), .newestFirst] })
  }

  /// Changes the owner of a file, and keeps why.
  @discardableResult
  func assign(
    _ customer: Customer, to owner: Principal?, _ cause: CustomerAssignment.Cause,
    territory: String? = nil, _ reason: String, _ evidence: [LifecycleEvidence] = []
  ) throws -> CustomerAssignment {
    let from = customer.owner
    return try transaction.operation {
      let kept = try keep(
        customer.id, from: from, to: owner, cause, territory: territory, reason, evidence)
      if from != owner {
        var file = customer
        file.owner = owner
        try transaction.records(of: Customer.self, with: Customers.key).update(
          file, emitting: CustomerUpdated(customer: file.id))
      }
      return kept
    }
  }

  private func keep(
    _ customer: Customer.ID, from: Principal?, to owner: Principal?,
    _ cause: CustomerAssignment.Cause, territory: String? = nil, _ reason: String,
    _ evidence: [LifecycleEvidence] = []
  ) throws -> CustomerAssignment {
    let assignment = CustomerAssignment(
      id: transaction.makeIdentifier(), customer: customer, from: from, to: owner,
      at: transaction.now, cause: cause, territory: territory, actor: transaction.attribution.actor,
      reason: String(reason.prefix(Self.longestReason)), evidence: evidence)
    return try assignments.insert(
      assignment,
      emitting: CustomerAssigned(
        assignment: assignment.id, customer: customer, from: from, to: owner, cause: cause))
  }

  /// Keeps that somebody changed the owner in the file itself.
  func noticeOwner(_ update: Occurrence<CustomerUpdated>) throws {
    let name = Customer.fields.owner.name
    guard let change = update.recorded.changes.first(where: { $0.field == name }) else { return }
    let owner = change.after.principal
    let last = try lastAssignment(of: update.customer)
    // What was assigned here is kept already.
    if let last, last.to == owner { return }
    _ = try keep(
      update.customer, from: change.before.principal, to: owner, .manual,
      update.recorded.reason ?? "changed in the file")
  }
}

// MARK: - Verifying

extension ResponsibilityOperations {
  /// Holds the owners of files against the last assignments, and tells of each that differs.
  ///
  /// - Complexity: O(*n*) in the assignments; it holds the last of each customer.
  func verify(_ report: inout VerificationReport) throws {
    var last: [Customer.ID: CustomerAssignment] = [:]
    try assignments.scan { held in
      let assignment = held.row
      if let known = last[assignment.customer],
        (known.at, known.id) > (assignment.at, assignment.id)
      {
        return true
      }
      last[assignment.customer] = assignment
      return true
    }
    for (customer, assignment) in last.sorted(by: { $0.key < $1.key }) {
      guard let file = try transaction.customers.find(customer), file.owner != assignment.to
      else { continue }
      report.noteDamage(
        of: Customer.schema.name, field: Customer.fields.owner.name, id: customer.description,
        "it is another than the last assignment says")
    }
  }
}

extension Value {
  /// The principal that a field held.
  fileprivate var principal: Principal? {
    if case .text(let text) = self { Principal(rawValue: text) } else { nil }
  }
}
