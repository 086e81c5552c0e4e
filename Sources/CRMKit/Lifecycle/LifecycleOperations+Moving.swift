extension LifecycleOperations {
  static let longestReason = 1_000

  /// How often a rule makes the same move with one customer at one instant.
  static let mostLaps = 2

  /// Moves a customer to a stage; one who is there already is left alone.
  ///
  /// - Parameters:
  ///   - customer: The customer.
  ///   - stage: The name of the stage.
  ///   - lifecycle: The name of the model.
  ///   - reason: Why; up to 1,000 bytes of UTF-8.
  /// - Returns: Where the customer stands then; rules may have led on at once.
  /// - Throws: ``CRMError/Code/notFound`` for an unknown lifecycle or customer;
  ///   ``CRMError/Code/invalid`` for an unknown stage or no reason; ``CRMError/Code/backward``
  ///   for a move down the ladder; ``CRMError/Code/notAllowed`` where no path leads there or its
  ///   guard does not hold. Nothing has changed then.
  @discardableResult
  public func move(
    _ customer: Customer.ID, to stage: String, in lifecycle: String, because reason: String
  ) throws -> LifecyclePosition {
    let model = try model(lifecycle)
    let target = try checked(stage, in: model, reason)
    let found = try transaction.customers.get(customer)
    return try move(found, to: target, in: plan(of: model), .manual, reason)
  }

  /// Moves all customers that a filter finds to a stage.
  ///
  /// - Returns: Who was moved, who was there already, and who could not be moved and why.
  /// - Throws: As ``move(_:to:in:because:)`` for what is wrong with the call as a whole.
  @discardableResult
  public func moveAll(
    where filter: (Customer.Fields) -> Filter<Customer>, to stage: String, in lifecycle: String,
    because reason: String
  ) throws -> LifecycleBulkMove {
    let model = try model(lifecycle)
    let target = try checked(stage, in: model, reason)
    let plan = try plan(of: model)
    var report = LifecycleBulkMove()
    let customers = try transaction.records(of: Customer.self).all(where: filter)
    try transaction.operation {
      for customer in customers {
        do {
          let isThere = try position(of: customer.id, in: lifecycle)?.stage == stage
          _ = try move(customer, to: target, in: plan, .bulk, reason)
          if isThere {
            report.unmoved.append(customer.id)
          } else {
            report.moved.append(customer.id)
          }
        } catch let error as CRMError where Self.isRefusal(error) {
          report.refused.append(.init(customer: customer.id, error: error))
        }
      }
    }
    return report
  }

  /// Takes a customer out of a lifecycle, so that they can begin anew at any stage.
  ///
  /// Rules leave the customer alone until they are moved to a stage.
  ///
  /// - Throws: ``CRMError/Code/notFound`` for an unknown lifecycle or customer;
  ///   ``CRMError/Code/invalid`` without a reason; nothing has changed then.
  public func clear(_ customer: Customer.ID, in lifecycle: String, because reason: String) throws {
    let model = try model(lifecycle)
    try check(reason)
    let plan = try plan(of: model)
    let found = try transaction.customers.get(customer)
    let old = try position(of: customer, in: lifecycle)
    try transaction.operation {
      var course = course(of: found, from: old, in: plan)
      try course.catchUp()
      guard course.position?.stage != nil else { return }
      try course.go(to: nil, at: course.subject.now, .clearing, reason)
      try course.keep(instead: old)
    }
  }

  private static func isRefusal(_ error: CRMError) -> Bool {
    [.backward, .notAllowed].contains(error.code)
  }

  private func check(_ reason: String) throws {
    let problems = TextRules.problems(of: reason, in: "reason", within: Self.longestReason)
    guard problems.isEmpty else { throw CRMError.invalid("lifecycle_transitions", problems) }
  }

  private func checked(
    _ stage: String, in model: LifecycleModel, _ reason: String
  ) throws -> LifecycleStage {
    var problems = TextRules.problems(of: reason, in: "reason", within: Self.longestReason)
    let target = model.stage(stage)
    if target == nil {
      let hint = nearest(to: stage, among: model.stages.map(\.name)).map {
        "; did you mean “\($0)”?"
      }
      problems.append(.init("stage", "“\(stage)” is no stage of “\(model.name)”\(hint ?? "")"))
    }
    guard let target, problems.isEmpty else {
      throw CRMError.invalid("lifecycle_transitions", problems)
    }
    return target
  }

  private func move(
    _ customer: Customer, to target: LifecycleStage, in plan: LifecyclePlan,
    _ cause: LifecycleTransition.Cause, _ reason: String
  ) throws -> LifecyclePosition {
    let model = plan.model
    if customer.isArchived {
      throw CRMError(
        .notAllowed, "Customer \(customer.id) is archived.", recovery: "Restore the file first.",
        record: "customers", identifier: customer.id.description)
    }
    let old = try position(of: customer.id, in: model.name)
    var course = course(of: customer, from: old, in: plan)
    let subject = course.subject
    // What is refused is refused as of where time has led, without writing that down.
    let standing = try standing(old, subject, model)
    guard standing.stage != target.name else {
      try transaction.operation { try settle(customer, in: plan) }
      return try settled(customer, in: model)
    }
    try check(target, from: standing, subject, model)
    return try transaction.operation {
      try course.catchUp()
      try course.go(to: target, at: subject.now, cause, reason)
      try course.look()
      try course.keep(instead: old)
      return try settled(customer, in: model)
    }
  }

  /// Where a customer stands by now, the moves that time has made counted.
  func standing(
    _ position: LifecyclePosition?, _ subject: LifecycleSubject, _ model: LifecycleModel
  ) throws -> (stage: String?, furthest: String?, enteredAt: Instant?) {
    guard let position, position.stage != nil else { return (nil, nil, nil) }
    var (stage, furthest, entered) = (position.stage, position.furthest, position.enteredAt)
    for move in position.forecast where move.at <= subject.now {
      stage = move.to
      entered = move.at
      if let stage = model.stage(move.to) { furthest = model.furthest(furthest ?? "", or: stage) }
    }
    return (stage, furthest, entered)
  }

  private func check(
    _ target: LifecycleStage,
    from standing: (stage: String?, furthest: String?, enteredAt: Instant?),
    _ subject: LifecycleSubject, _ model: LifecycleModel
  ) throws {
    guard target.isOpen(after: standing.furthest.flatMap { model.stage($0) }) else {
      throw CRMError(
        .backward,
        "Customer \(subject.customer.id) has been at “\(standing.furthest ?? "")”, which is "
          + "further than “\(target.name)” of “\(model.name)”.",
        recovery: "Clear the lifecycle first, to begin anew.", record: "lifecycle_positions",
        identifier: subject.customer.id.description)
    }
    let paths = model.paths.filter { path in
      path.to == target.name
        && (path.from.isEmpty || standing.stage.map(path.from.contains) ?? true)
    }
    let isOpen = try paths.contains { path in
      try subject.verdict(on: path.guardedBy, at: subject.now, since: standing.enteredAt).holds
    }
    guard !isOpen else { return }
    let allowed = model.paths.filter { path in
      path.from.isEmpty || standing.stage.map(path.from.contains) ?? true
    }.map(\.to)
    throw CRMError(
      .notAllowed,
      paths.isEmpty
        ? "No path of “\(model.name)” leads from “\(standing.stage ?? "nowhere")” to "
          + "“\(target.name)”."
        : "The guard of “\(target.name)” does not hold: \(paths[0].guardedBy).",
      recovery: paths.isEmpty
        ? "Allowed: \(allowed.joined(separator: ", "))."
        : "See to it that it holds, then try again.",
      record: "lifecycle_positions", identifier: subject.customer.id.description)
  }

  private func settled(
    _ customer: Customer, in model: LifecycleModel
  ) throws -> LifecyclePosition {
    guard let position = try position(of: customer.id, in: model.name) else {
      throw try unknown(model.name)
    }
    return position
  }

  // MARK: Organisations

  /// Brings those who belong to an organisation, and can take part, at least as far as it has
  /// come.
  func lift(
    from customer: Customer, to stage: LifecycleStage, in plan: LifecyclePlan, by actor: Principal
  ) throws {
    guard plan.model.liftsMembers, stage.kind.isRung, customer.kind == .organisation,
      transaction.capability(Relationships.self) != nil
    else { return }
    var cursor: Cursor<Relationship>?
    repeat {
      let page = try transaction.relationships.members(of: customer.id, after: cursor, limit: 500)
      for member in page.items {
        try lift(member.other.id, with: customer.id, to: stage, in: plan, by: actor)
      }
      cursor = page.next
    } while cursor != nil
  }

  private func lift(
    _ id: Customer.ID, with organisation: Customer.ID, to stage: LifecycleStage,
    in plan: LifecyclePlan, by actor: Principal
  ) throws {
    let model = plan.model
    let member = try transaction.customers.get(id)
    guard !member.isArchived else { return }
    let old = try position(of: id, in: model.name)
    var course = course(of: member, from: old, in: plan)
    try course.catchUp()
    if let position = course.position {
      // Those who were taken out, or show signs of leaving, stay where they are.
      guard position.stage != nil, position.kind?.isRung == true,
        let furthest = position.furthest.flatMap({ model.stage($0) }),
        furthest.weight < stage.weight
      else { return try course.keep(instead: old) }
    } else {
      let subject = course.subject
      guard try subject.verdict(on: model.entry, at: subject.now, since: nil).holds
      else { return }
    }
    try course.go(
      to: stage, at: course.subject.now, .organisation,
      "customer \(organisation) came to \(stage.name)",
      [
        LifecycleEvidence("organisation", organisation.description),
        LifecycleEvidence("its stage", stage.name),
      ], by: actor)
    try course.look()
    try course.keep(instead: old)
  }
}

/// What became of moving many customers at once.
public struct LifecycleBulkMove: Sendable {
  /// Those who were moved.
  public internal(set) var moved: [Customer.ID] = []

  /// Those who were there already.
  public internal(set) var unmoved: [Customer.ID] = []

  /// Those who could not be moved.
  public internal(set) var refused: [Refusal] = []

  /// A customer who could not be moved.
  public struct Refusal: Sendable {
    /// The customer.
    public let customer: Customer.ID
    /// Why not.
    public let error: CRMError
  }
}
