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
  func settle(_ id: Customer.ID) throws {
    let models = try models()
    guard !models.isEmpty, let customer = try transaction.customers.find(id) else { return }
    for model in models { try settle(customer, in: model) }
  }

  func settle(_ customer: Customer, in model: LifecycleModel) throws {
    let old = try position(of: customer.id, in: model.name)
    var course = LifecycleCourse(
      position: old, model: model, subject: LifecycleSubject(customer, model, transaction), self)
    if customer.isArchived {
      course.rest()
    } else {
      try course.settle()
    }
    try course.keep(instead: old)
  }
}

/// A customer's way through a lifecycle, as one operation goes along it.
struct LifecycleCourse {
  private(set) var position: LifecyclePosition?
  let model: LifecycleModel
  let subject: LifecycleSubject

  private let operations: LifecycleOperations
  private var transaction: Transaction { operations.transaction }
  private var customer: Customer.ID { subject.customer.id }

  init(
    position: LifecyclePosition?, model: LifecycleModel, subject: LifecycleSubject,
    _ operations: LifecycleOperations
  ) {
    self.position = position
    self.model = model
    self.subject = subject
    self.operations = operations
  }

  // MARK: By itself

  /// Enters where the customer takes part, goes where time has led meanwhile, then where rules
  /// lead now.
  mutating func settle() throws {
    if position == nil {
      guard
        try subject.verdict(on: model.entry, at: transaction.now, since: nil).holds,
        let stage = model.stage(model.initial)
      else { return }
      try go(to: stage, at: transaction.now, .entry, "takes part: \(model.entry)")
    }
    try catchUp()
    try obey()
    try look()
  }

  /// Makes the moves that time alone has made since the last look.
  ///
  /// What the customer did since has not been there at those instants, so rules see what was
  /// foreseen, not what is.
  mutating func catchUp() throws {
    while let next = position?.forecast.first, next.at <= transaction.now,
      let stage = model.stage(next.to)
    {
      try noticeOverstay(until: next.at)
      position?.forecast.removeFirst()
      let rest = position?.forecast ?? []
      try go(
        to: stage, at: next.at, .rule, rule: next.rule, reason(of: next.rule), next.evidence)
      position?.forecast = rest
    }
    try noticeOverstay(until: transaction.now)
  }

  /// Goes where rules lead at present, until none leads on.
  private mutating func obey() throws {
    let projection = LifecycleProjection(model: model, subject: subject)
    // A model is refused that leads in circles within one instant.
    for _ in model.stages {
      guard let position, let stage = position.stage else { return }
      let (step, _) = try projection.step(
        from: stage, furthest: position.furthest ?? stage, at: transaction.now,
        since: position.enteredAt)
      guard let step else { return }
      try go(
        to: step.stage, at: transaction.now, .rule, rule: step.rule.name,
        reason(of: step.rule.name), step.evidence)
    }
  }

  /// Looks at where time alone will lead.
  mutating func look() throws {
    guard let position, let stage = position.stage else { return }
    let projection = LifecycleProjection(model: model, subject: subject)
    let forecast = try projection.forecast(
      from: stage, furthest: position.furthest ?? stage, at: transaction.now,
      since: position.enteredAt)
    self.position?.forecast = forecast
  }

  /// Leaves the customer where they are.
  mutating func rest() {
    position?.forecast = []
    position?.expectedUntil = nil
  }

  private mutating func noticeOverstay(until instant: Instant) throws {
    guard let position, let stage = position.stage, !position.isOverdue,
      let end = position.expectedUntil, end <= instant
    else { return }
    self.position?.isOverdue = true
    try transaction.emit(
      LifecycleOverstayed(
        customer: customer, lifecycle: model.name, stage: stage, enteredAt: position.enteredAt),
      about: customer, at: end)
  }

  private func reason(of rule: String) -> String {
    let rule = model.rules.first { $0.name == rule }
    return rule.map { "\($0.name): \($0.condition)" } ?? ""
  }

  // MARK: Moving

  /// Comes to a stage, or to none, and tells of it.
  mutating func go(
    to stage: LifecycleStage?, at instant: Instant, _ cause: LifecycleTransition.Cause,
    rule: String? = nil, _ reason: String, _ evidence: [LifecycleEvidence] = []
  ) throws {
    let left = position?.stage
    let transition = LifecycleTransition(
      id: transaction.makeIdentifier(), customer: customer, lifecycle: model.name,
      modelVersion: model.version, from: left, to: stage?.name, toKind: stage?.kind, at: instant,
      cause: cause, actor: transaction.attribution.actor, rule: rule, reason: clipped(reason),
      evidence: evidence, skipped: skipped(on: stage))
    let leftKind = position?.kind
    take(stage, at: instant)
    try operations.transitions.insert(
      transition,
      emitting: LifecycleMoved(
        transition: transition.id, customer: customer, lifecycle: model.name, from: left,
        to: stage?.name, kind: stage?.kind, fromKind: leftKind), at: instant)
    // Those who hear of the move are to see where the customer stands.
    if let position { try operations.positions.put(position) }
    if let old = left.flatMap({ model.stage($0) }) { try perform(old.onExit) }
    if let stage {
      try perform(stage.onEntry)
      try operations.lift(from: subject.customer, to: stage, in: model)
    }
  }

  /// Stays, at a stage that may have another name in the model now; the stay goes on.
  mutating func carry(to stage: LifecycleStage, from old: String?, _ reason: String) throws {
    guard let position else { return }
    let transition = LifecycleTransition(
      id: transaction.makeIdentifier(), customer: customer, lifecycle: model.name,
      modelVersion: model.version, from: old, to: stage.name, toKind: stage.kind,
      at: transaction.now, cause: .version, actor: transaction.attribution.actor,
      reason: reason, evidence: [], skipped: [])
    let end = stage.expectedStay?.end(from: position.enteredAt, in: subject.zone)
    self.position?.expectedUntil = end
    try operations.transitions.insert(
      transition,
      emitting: LifecycleMoved(
        transition: transition.id, customer: customer, lifecycle: model.name, from: old,
        to: stage.name, kind: stage.kind))
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
      case .tag(let tag):
        var customer = try transaction.customers.get(customer)
        if !customer.tags.contains(tag) { customer.tags.append(tag) }
        try transaction.customers.update(customer)
      case .untag(let tag):
        var customer = try transaction.customers.get(customer)
        customer.tags.removeAll { $0 == tag }
        try transaction.customers.update(customer)
      case .followUp(let text, let span, let owner):
        let due = span.end(from: transaction.now, in: subject.zone)
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
    guard let position else { return }
    if try position != operations.positions.find(position.id) {
      try operations.positions.put(position)
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
