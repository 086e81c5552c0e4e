extension LifecycleOperations {
  /// Looks at customers anew: those who take part by now enter, and rules move whom they hold for.
  ///
  /// Customers are looked at by themselves whenever something is told of them. This is for those
  /// who were there before a lifecycle was defined.
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

  /// Brings a customer to where rules and time have led, in every lifecycle.
  ///
  /// - Parameter isNews: Whether more is new of the customer than a warning.
  func settle(_ id: Customer.ID, isNews: Bool = true) throws {
    let plans = try current().inOrderOfSight
    let isLeft = { (plan: LifecyclePlan) in
      (isNews || plan.canSeeWarnings) && !isSettled(id, in: plan)
    }
    guard plans.contains(where: isLeft) else { return }
    let change = transaction.changeCount
    guard let customer = try transaction.customers.find(id) else { return }
    for plan in plans where isLeft(plan) {
      if try settle(customer, in: plan) { noteSettled(id, in: plan, since: change) }
    }
  }

  /// - Returns: Whether rules lead no further.
  @discardableResult
  func settle(_ customer: Customer, in plan: LifecyclePlan) throws -> Bool {
    let old = try known(of: customer.id, in: plan.model.name)
    var course = course(of: customer, from: old, in: plan)
    if customer.isArchived {
      try course.rest()
    } else {
      try course.settle()
    }
    try course.keep(instead: old)
    return course.isSettled
  }

  /// A customer's way from where they stand.
  ///
  /// It goes on as of now, but never as of an instant before the last look: a task that is late
  /// and a clock that was set back do not rewrite what has been.
  func course(
    of customer: Customer, from position: LifecyclePosition?, in plan: LifecyclePlan
  ) -> LifecycleCourse {
    let now = max(transaction.now, position?.isFinalUntil ?? transaction.now)
    return LifecycleCourse(
      position: position, plan: plan,
      subject: LifecycleSubject(customer, days: plan.model.days, transaction, at: now), self)
  }
}

/// A customer's way through a lifecycle, as one operation goes along it.
struct LifecycleCourse {
  private(set) var position: LifecyclePosition?
  let plan: LifecyclePlan
  private(set) var subject: LifecycleSubject

  /// Whether rules led as far as they lead.
  private(set) var isSettled = true

  /// The moves that rules have made here at this very instant.
  private var moves: [(from: String, rule: String)] = []

  /// Whether the customer may have been moved at this very instant before.
  private let hasMovedNow: Bool

  private var model: LifecycleModel { plan.model }
  private let operations: LifecycleOperations
  private var transaction: Transaction { operations.transaction }
  private var customer: Customer.ID { subject.customer.id }
  private var now: Instant { subject.now }

  init(
    position: LifecyclePosition?, plan: LifecyclePlan, subject: LifecycleSubject,
    _ operations: LifecycleOperations
  ) {
    self.position = position
    self.plan = plan
    self.subject = subject
    self.operations = operations
    hasMovedNow = position.map { $0.enteredAt >= subject.now } ?? false
  }

  // MARK: By itself

  /// Enters where the customer takes part, goes where time has led meanwhile, then where rules
  /// lead now.
  mutating func settle() throws {
    if position == nil {
      guard
        try subject.verdict(on: model.entry, at: now, since: nil).holds,
        let stage = model.stage(model.initial)
      else { return }
      try go(
        to: stage, at: now, .entry, "takes part: \(model.entry)",
        subject.evidence(for: model.entry, at: now, since: nil))
    }
    expectStay()
    try catchUp()
    let found = try obey()
    try look(knowing: found)
  }

  /// Makes the moves that time alone has made since the last look; they are the system's, whoever
  /// looks.
  ///
  /// What the customer did since has not been there at those instants, so rules see what was
  /// foreseen, not what is.
  mutating func catchUp() throws {
    while let next = position?.forecast.first, next.at <= now,
      let stage = model.stage(next.to)
    {
      try noticeOverstay(until: next.at)
      position?.forecast.removeFirst()
      let rest = position?.forecast ?? []
      try go(
        to: stage, at: next.at, .rule, rule: next.rule, plan.reason(of: next.rule), next.evidence,
        by: .system)
      position?.forecast = rest
    }
    try noticeOverstay(until: now)
  }

  /// Goes where rules lead at present, until none leads on.
  ///
  /// Models that lead in circles within one instant are refused. What comes from elsewhere, as
  /// where a score looks at labels of the stages, ends here.
  ///
  /// - Returns: What was found at last, where no rule leads on.
  private mutating func obey() throws -> LifecycleProjection.Finding? {
    for _ in model.stages {
      guard let position, let stage = position.stage else { return nil }
      let found = try LifecycleProjection(plan: plan, subject: subject).step(
        from: stage, furthest: position.furthest ?? stage, at: now, since: position.enteredAt)
      guard let step = found.step else { return found }
      if try circles(by: step.rule, from: stage) { break }
      try go(
        to: step.stage, at: now, .rule, rule: step.rule.name,
        plan.reason(of: step.rule.name), step.evidence)
    }
    isSettled = false
    return nil
  }

  /// Whether a rule has made the same move time and again at this very instant.
  private func circles(by rule: LifecycleRule, from stage: String) throws -> Bool {
    // Whoever was moved at this instant has been at the stage since, and not for longer.
    guard position?.enteredAt == now else { return false }
    guard hasMovedNow else {
      let laps = moves.lazy.filter { $0 == (stage, rule.name) }.count
      return laps >= LifecycleOperations.mostLaps
    }
    let (customer, lifecycle, now) = (customer, model.name, now)
    var laps = 0
    // What the index knows finds the few of the instant; the rest is looked at here.
    try operations.transitions.scan(
      Query(where: { $0.customer == customer && $0.lifecycle == lifecycle && $0.at == now })
    ) { held in
      if held.row.rule == rule.name, held.row.from == stage { laps += 1 }
      return laps < LifecycleOperations.mostLaps
    }
    return laps >= LifecycleOperations.mostLaps
  }

  /// Looks at where time alone will lead.
  ///
  /// - Parameter found: What there is at present, where that was found already.
  mutating func look(knowing found: LifecycleProjection.Finding? = nil) throws {
    guard let position, let stage = position.stage else { return }
    let projection = LifecycleProjection(plan: plan, subject: subject)
    let forecast = try projection.forecast(
      from: stage, furthest: position.furthest ?? stage, at: now, since: position.enteredAt,
      knowing: found)
    // What rules do at once is no matter of time.
    let moves = forecast.moves.first.map { $0.at > now } ?? true ? forecast.moves : []
    self.position?.forecast = moves
    self.position?.foreseenUntil = forecast.moves.isEmpty ? forecast.until : nil
  }

  /// Leaves the customer, whose file is archived, where time has led until now.
  mutating func rest() throws {
    try catchUp()
    position?.forecast = []
    position?.foreseenUntil = nil
    position?.expectedUntil = nil
  }

  /// Expects the stay to end again once the customer's file is back.
  private mutating func expectStay() {
    guard let position, position.expectedUntil == nil,
      let stage = position.stage.flatMap({ model.stage($0) })
    else { return }
    self.position?.expectedUntil = stage.expectedStay?.end(
      from: position.enteredAt, in: subject.zone)
  }

  private mutating func noticeOverstay(until instant: Instant) throws {
    guard let position, let stage = position.stage, !position.isOverdue,
      let end = position.expectedUntil, end <= instant
    else { return }
    self.position?.isOverdue = true
    try transaction.emit(
      LifecycleOverstayed(
        customer: customer, lifecycle: model.name, stage: stage, enteredAt: position.enteredAt),
      about: customer, at: told(end))
  }

  /// When events tell of an instant, which lies ahead where the clock was set back.
  private func told(_ instant: Instant) -> Instant {
    min(instant, max(transaction.now, transaction.recordedAt))
  }

  // MARK: Moving

  /// Comes to a stage, or to none, and tells of it.
  ///
  /// - Parameter actor: Who did it, if not whoever the transaction is of.
  mutating func go(
    to stage: LifecycleStage?, at instant: Instant, _ cause: LifecycleTransition.Cause,
    rule: String? = nil, _ reason: String, _ evidence: [LifecycleEvidence] = [],
    by actor: Principal? = nil
  ) throws {
    let left = position?.stage
    if let left, let rule, instant == now { moves.append((left, rule)) }
    let transition = LifecycleTransition(
      id: transaction.makeIdentifier(), customer: customer, lifecycle: model.name,
      modelVersion: model.version, from: left, to: stage?.name, toKind: stage?.kind, at: instant,
      cause: cause, actor: actor ?? transaction.attribution.actor, rule: rule,
      reason: clipped(reason), evidence: evidence, skipped: skipped(on: stage))
    let leftKind = position?.kind
    take(stage, at: instant)
    try operations.transitions.insert(
      transition,
      emitting: LifecycleMoved(
        transition: transition.id, customer: customer, lifecycle: model.name, from: left,
        to: stage?.name, kind: stage?.kind, fromKind: leftKind), at: told(instant))
    // Who hears of the move does when all is kept, but rules may read any record before, and those
    // who are lifted may belong to each other.
    let isSeen = plan.sources == nil || (model.liftsMembers && subject.customer.kind != .person)
    if isSeen, let position { try operations.put(position) }
    if let old = left.flatMap({ model.stage($0) }) { try perform(old.onExit) }
    if let stage {
      try perform(stage.onEntry)
      try operations.lift(from: subject.customer, to: stage, in: plan, by: transition.actor)
    }
    subject = subject.after(model.actions(from: left, to: stage?.name))
  }

  /// Stays, at a stage that may have another name in the model now; the stay goes on.
  mutating func carry(to stage: LifecycleStage, from old: String?, _ reason: String) throws {
    guard let position else { return }
    let transition = LifecycleTransition(
      id: transaction.makeIdentifier(), customer: customer, lifecycle: model.name,
      modelVersion: model.version, from: old, to: stage.name, toKind: stage.kind,
      at: now, cause: .version, actor: transaction.attribution.actor,
      reason: reason, evidence: [], skipped: [])
    let end = stage.expectedStay?.end(from: position.enteredAt, in: subject.zone)
    if end != position.expectedUntil { self.position?.isOverdue = false }
    self.position?.expectedUntil = end
    try operations.transitions.insert(
      transition,
      emitting: LifecycleMoved(
        transition: transition.id, customer: customer, lifecycle: model.name, from: old,
        to: stage.name, kind: stage.kind), at: told(now))
  }

  private mutating func take(_ stage: LifecycleStage?, at instant: Instant) {
    var next =
      position
      ?? LifecyclePosition(
        id: transaction.makeIdentifier(), customer: customer, lifecycle: model.name,
        modelVersion: model.version, enteredAt: instant, forecast: [], isOverdue: false)
    next.modelVersion = model.version
    next.stage = stage?.name
    next.kind = stage?.kind
    next.enteredAt = instant
    next.forecast = []
    next.foreseenUntil = nil
    next.isOverdue = false
    next.expectedUntil = stage?.expectedStay?.end(from: instant, in: subject.zone)
    let furthest = next.furthest
    next.furthest = stage.map { model.furthest(furthest ?? "", or: $0) }.flatMap {
      $0.isEmpty ? nil : $0
    }
    if next.furthest != furthest { next.furthestAt = next.furthest.map { _ in instant } }
    position = next
  }

  private func skipped(on stage: LifecycleStage?) -> [String] {
    guard let stage, stage.kind.isRung,
      let low = position?.furthest.flatMap({ model.stage($0) })?.weight
        ?? model.stage(model.initial).map({ $0.weight - 1 })
    else { return [] }
    return model.rungs(between: low, and: stage.weight)
  }

  private func perform(_ actions: [LifecycleAction]) throws {
    for action in actions {
      switch action {
      case .tag, .untag:
        var customer = try transaction.customers.get(customer)
        action.label(&customer)
        try transaction.customers.update(customer)
      case .followUp(let text, let span, let owner):
        let due = span.end(from: now, in: subject.zone)
        try transaction.commitments.make(
          NewCommitment(
            .followUp, to: customer, text, owner: subject.customer.owner ?? owner, due: .at(due)))
      }
    }
  }

  private func clipped(_ reason: String) -> String {
    String(reason.prefix(LifecycleOperations.longestReason))
  }

  // MARK: Keeping

  /// Keeps where the customer stands, and has it looked at again when time will have moved them.
  func keep(instead old: LifecyclePosition?) throws {
    guard var position else { return }
    position.settledAt = now
    if try position != operations.known(of: customer, in: model.name) {
      try operations.put(position)
    }
    guard position.lookAt != old?.lookAt else { return }
    let look = LifecycleLook(customer: customer, lifecycle: model.name)
    if let instant = position.lookAt {
      try transaction.agenda.schedule(look, at: instant, about: customer)
    } else {
      try transaction.agenda.cancel(look)
    }
  }
}
