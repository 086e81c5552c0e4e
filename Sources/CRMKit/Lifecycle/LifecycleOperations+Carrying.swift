extension LifecycleOperations {
  /// What carrying customers over to a version would do, without doing it.
  ///
  /// Moves that time has made by now count as made. Whom rules would move on is told by what is
  /// known of each customer now: what carrying the others brings about, as where people climb with
  /// their company, and labels that are put on the way do not count.
  ///
  /// - Throws: As ``carry(_:to:mapping:)``.
  /// - Complexity: O(*n* log *n*) in the customers of the lifecycle.
  public func previewCarrying(
    _ lifecycle: String, to version: Int, mapping: [String: String] = [:]
  ) throws -> LifecycleCarrying {
    let (old, new) = (try model(lifecycle), try model(lifecycle, version: version))
    try check(mapping, from: old, to: new)
    let plan = try plan(of: new)
    var tally = LifecycleCarrying.Tally(from: old.version, to: new.version)
    try positions.scan(Query(where: { $0.lifecycle == lifecycle })) { held in
      var position = held.row
      let customer = try transaction.customers.get(position.customer)
      let now = max(transaction.now, position.isFinalUntil)
      let subject = LifecycleSubject(customer, days: new.days, transaction, at: now)
      let standing = try standing(position, subject, old)
      (position.stage, position.furthest) = (standing.stage, standing.furthest)
      position.enteredAt = standing.enteredAt ?? position.enteredAt
      let mapped = position.mapped(by: mapping, to: new)
      tally.count(from: position.stage, to: mapped.stage)
      guard !customer.isArchived, let stage = mapped.stage else { return true }
      let next = try LifecycleProjection(plan: plan, subject: subject).step(
        from: stage, furthest: mapped.furthest ?? stage, at: now, since: mapped.enteredAt)
      if next.step != nil { tally.movedOn += 1 }
      return true
    }
    return tally.report
  }

  /// Carries all customers of a lifecycle over to another of its versions, which is entered from
  /// now on.
  ///
  /// First time makes the moves by the old version that nobody has seen yet. Then everybody is
  /// carried to the stage in the place of theirs, and at last the rules of the new version move on
  /// whom they hold for.
  ///
  /// - Parameters:
  ///   - lifecycle: The name of the model.
  ///   - version: The version.
  ///   - mapping: For stages that the version does not have, the stage in their place. Where the
  ///     furthest stage of a customer becomes none of the ladder, the rung the customer stands at
  ///     is the furthest from then on, if any.
  /// - Returns: What was done; where the version is the current one already, nothing is, and it is
  ///   what a preview tells.
  /// - Throws: ``CRMError/Code/notFound`` for an unknown version; ``CRMError/Code/invalid`` with
  ///   every stage that is mapped to none or to an unknown one, or to another one though the
  ///   version has it, and circles that the version and other lifecycles lead in by now; nothing
  ///   has changed then.
  /// - Complexity: O(*n* log *n*) in the customers of the lifecycle.
  @discardableResult
  public func carry(
    _ lifecycle: String, to version: Int, mapping: [String: String] = [:]
  ) throws -> LifecycleCarrying {
    let (old, new) = (try model(lifecycle), try model(lifecycle, version: version))
    guard old.version != new.version else {
      return try previewCarrying(lifecycle, to: version, mapping: mapping)
    }
    try check(mapping, from: old, to: new)
    let others = try models().filter { $0.name != lifecycle }
    let circles = circles(of: new, among: others)
    guard circles.isEmpty else { throw CRMError.invalid("lifecycles", circles) }
    return try transaction.operation {
      let customers = try positions.count(where: { $0.lifecycle == lifecycle })
      let all = try definitions.all(where: { $0.name == lifecycle })
      for var definition in all where definition.isCurrent != (definition.version == version) {
        definition.isCurrent.toggle()
        try definitions.update(
          definition,
          emitting: LifecycleCarried(
            lifecycle: lifecycle, modelVersion: version, customers: customers))
      }
      return try carryAll(from: LifecyclePlan(old), to: try plan(of: new), mapping)
    }
  }

  private func check(
    _ mapping: [String: String], from old: LifecycleModel, to new: LifecycleModel
  ) throws {
    let named = old.stages.map(\.name)
    var problems = named.compactMap { name -> CRMError.Issue? in
      let target = mapping[name] ?? name
      let problem: String? =
        if new.stage(name) != nil {
          // Whoever is there stays, so that nobody is led down the ladder.
          target == name ? nil : "is “\(target)”, but version \(new.version) still has “\(name)”"
        } else if mapping[name] == nil {
          "is missing: version \(new.version) has no “\(name)”"
        } else if new.stage(target) == nil {
          "is “\(target)”, which is no stage of version \(new.version)"
        } else {
          nil
        }
      return problem.map { .init("mapping[\(name)]", $0) }
    }
    problems += mapping.keys.filter { !named.contains($0) }.sorted().map {
      .init("mapping[\($0)]", "is for no stage of version \(old.version)")
    }
    guard problems.isEmpty else { throw CRMError.invalid("lifecycles", problems) }
  }

  /// Carries everybody over, each step with all of them: who climbs takes people along, who must
  /// be in the same version then.
  private func carryAll(
    from old: LifecyclePlan, to new: LifecyclePlan, _ mapping: [String: String]
  ) throws -> LifecycleCarrying {
    let lifecycle = new.model.name
    let places = { try positions.all(where: { $0.lifecycle == lifecycle }).map(\.id) }
    var tally = LifecycleCarrying.Tally(from: old.model.version, to: new.model.version)
    // What time has done until now was by the old version.
    for id in try places() { try catchUp(try positions.get(id), in: old) }
    let carried = try places()
    var stages: [LifecyclePosition.ID: String] = [:]
    for id in carried {
      let position = try positions.get(id)
      stages[id] = try carry(position, from: old.model, to: new, mapping)
      tally.count(from: position.stage, to: stages[id])
    }
    for id in carried {
      try settle(try transaction.customers.get(try positions.get(id).customer), in: new)
    }
    tally.movedOn = try carried.count { try positions.get($0).stage != stages[$0] }
    return tally.report
  }

  private func catchUp(_ position: LifecyclePosition, in plan: LifecyclePlan) throws {
    let customer = try transaction.customers.get(position.customer)
    var course = course(of: customer, from: position, in: plan)
    try course.catchUp()
    if course.position != position { try course.keep(instead: position) }
  }

  /// - Returns: The stage in the place of the customer's.
  private func carry(
    _ position: LifecyclePosition, from old: LifecycleModel, to plan: LifecyclePlan,
    _ mapping: [String: String]
  ) throws -> String? {
    let new = plan.model
    let customer = try transaction.customers.get(position.customer)
    let mapped = position.mapped(by: mapping, to: new)
    var course = course(of: customer, from: mapped, in: plan)
    if let stage = mapped.stage.flatMap({ new.stage($0) }) {
      try course.carry(
        to: stage, from: position.stage,
        "carried over from version \(old.version) to \(new.version)")
      if customer.isArchived { try course.rest() } else { try course.look() }
    }
    try course.keep(instead: position)
    return mapped.stage
  }
}

extension LifecyclePosition {
  /// The position with the names that another version has for its stages.
  fileprivate func mapped(by mapping: [String: String], to model: LifecycleModel)
    -> LifecyclePosition
  {
    var copy = self
    copy.modelVersion = model.version
    copy.stage = stage.map { mapping[$0] ?? $0 }
    copy.kind = copy.stage.flatMap { model.stage($0)?.kind }
    let rungs = [furthest, stage].compactMap { name in
      name.flatMap { model.stage(mapping[$0] ?? $0) }
    }.filter(\.kind.isRung)
    copy.furthest = rungs.max { $0.weight < $1.weight }?.name
    if copy.furthest == nil { copy.furthestAt = nil }
    if copy.furthest == copy.stage, furthest != stage { copy.furthestAt = enteredAt }
    return copy
  }
}

/// What carrying customers over to another version of a lifecycle does.
public struct LifecycleCarrying: Sendable, Hashable {
  /// The version left.
  public let from: Int

  /// The version come to.
  public let to: Int

  /// How many customers take part.
  public let customers: Int

  /// How many of them come from which stage to which, before the rules of the new version move
  /// anybody on.
  public let moves: [Share]

  /// How many of them the rules of the new version move on at once, by themselves or with the
  /// company they belong to.
  public let movedOn: Int

  /// A stage of the old version and the one of the new in its place.
  public struct Move: Sendable, Hashable {
    /// The stage of the old version.
    public let from: String
    /// The stage of the new one.
    public let to: String
  }

  /// How many customers come from one stage to another.
  public struct Share: Sendable, Hashable {
    /// The stages.
    public let move: Move
    /// How many.
    public let customers: Int
  }
}

extension LifecycleCarrying {
  /// A report as its customers are counted.
  fileprivate struct Tally {
    let from: Int
    let to: Int
    var movedOn = 0
    private var customers = 0
    private var moves: [Move: Int] = [:]

    init(from: Int, to: Int) {
      self.from = from
      self.to = to
    }

    mutating func count(from old: String?, to new: String?) {
      customers += 1
      if let old, let new { moves[Move(from: old, to: new), default: 0] += 1 }
    }

    var report: LifecycleCarrying {
      LifecycleCarrying(
        from: from, to: to, customers: customers,
        moves: moves.sorted { ($0.key.from, $0.key.to) < ($1.key.from, $1.key.to) }.map {
          Share(move: $0.key, customers: $0.value)
        }, movedOn: movedOn)
    }
  }
}
