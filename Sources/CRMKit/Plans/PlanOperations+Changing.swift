extension PlanOperations {
  /// Opens a plan for a customer.
  ///
  /// When the time for its review has passed, ``PlanReviewOverdue`` tells of it once.
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem; ``CRMError/Code/unknownReference``
  ///   for a customer who does not exist or is archived. Nothing has changed then.
  @discardableResult
  public func open(_ new: NewPlan) throws -> Plan {
    let problems =
      PlanRules.problems(of: new, now: transaction.now) + (try unmeasurable(new.objectives))
    let unknown = try transaction.problem(with: new.customer).map { [$0] } ?? []
    guard problems.isEmpty, unknown.isEmpty else {
      throw CRMError.refusal("plans", problems, unknown: unknown)
    }
    let plan = Plan(
      id: transaction.makeIdentifier(), customer: new.customer, kind: new.kind,
      title: trimmed(new.title), owner: new.owner, objectives: new.objectives,
      budget: new.budget, terms: new.terms, status: .open, openedAt: transaction.now,
      isReviewOverdue: false, modifiedAt: transaction.now, version: 1
    ).reviewed(by: new.review)
    return try transaction.operation {
      let kept = try records.insert(
        plan,
        emitting: PlanOpened(
          plan: plan.id, customer: plan.customer, kind: plan.kind, owner: plan.owner))
      try schedule(kept)
      return kept
    }
  }

  /// Keeps a changed plan: its title, owner and budget, and its objectives with whether they are
  /// met.
  ///
  /// - Throws: ``CRMError/Code/conflict`` where it was changed since it was read,
  ///   ``CRMError/Code/notFound``, ``CRMError/Code/notAllowed`` unless it is open,
  ///   ``CRMError/Code/invalid`` with every problem; nothing has changed then.
  @discardableResult
  public func update(_ plan: Plan) throws -> Plan {
    let old = try get(plan.id)
    let measures =
      plan.objectives == old.objectives ? [] : try unmeasurable(plan.objectives)
    try check(old, PlanRules.problems(of: plan, was: old) + measures)
    var changed = plan
    changed.title = trimmed(plan.title)
    return try records.update(
      changed, emitting: PlanUpdated(plan: plan.id, customer: old.customer))
  }

  /// Notes that a plan was looked over, and when it is to be again.
  ///
  /// A review that was overdue, and not told to be, is told of first.
  ///
  /// - Parameters:
  ///   - id: The plan.
  ///   - note: What was found, in a few words; it becomes a note on the customer about the plan.
  ///   - next: By when it is to be reviewed next; `nil` for no more reviews.
  /// - Throws: ``CRMError/Code/notFound``, ``CRMError/Code/notAllowed`` unless it is open,
  ///   ``CRMError/Code/invalid`` with every problem; nothing has changed then.
  @discardableResult
  public func review(_ id: Plan.ID, note: String? = nil, next: Deadline?) throws -> Plan {
    let plan = try get(id)
    let now = transaction.now
    var problems = TextRules.problems(of: note, in: "note", within: PlanRules.longestText)
    problems += PlanRules.problems(ofReview: next, now: now)
    try check(plan, problems)
    return try transaction.operation {
      var reviewed = try toldOverdue(plan).reviewed(by: next)
      reviewed.reviewedAt = now
      let kept = try records.update(
        reviewed,
        emitting: PlanReviewed(plan: id, customer: plan.customer, nextAt: reviewed.reviewAt))
      try schedule(kept)
      if let note {
        try transaction.interactions.record(
          .note(note, on: plan.customer, about: [RecordReference(id)]))
      }
      return kept
    }
  }

  /// Sets another time for a plan's next review, which is not overdue any more then.
  ///
  /// - Throws: As ``review(_:note:next:)``.
  @discardableResult
  public func postponeReview(of id: Plan.ID, to next: Deadline) throws -> Plan {
    let plan = try get(id)
    try check(plan, PlanRules.problems(ofReview: next, now: transaction.now))
    return try transaction.operation {
      let kept = try records.update(
        try toldOverdue(plan).reviewed(by: next),
        emitting: PlanUpdated(plan: id, customer: plan.customer))
      try schedule(kept)
      return kept
    }
  }

  /// Ends a plan.
  ///
  /// Its tasks that are open are dropped; what was promised or asked stays open. The playbooks it
  /// followed are judged by how it ended: they worked where it was achieved, and did not where it
  /// failed.
  ///
  /// - Parameters:
  ///   - id: The plan.
  ///   - status: How it ended.
  ///   - note: How it went, in up to 1,000 bytes.
  /// - Throws: ``CRMError/Code/notFound``, ``CRMError/Code/notAllowed`` unless it is open,
  ///   ``CRMError/Code/invalid`` with every problem; nothing has changed then.
  @discardableResult
  public func close(_ id: Plan.ID, as status: Plan.Status, note: String? = nil) throws -> Plan {
    let plan = try get(id)
    var problems = TextRules.problems(of: note, in: "note", within: PlanRules.longestText)
    if status == .open { problems.append(.init("status", "is no way to end")) }
    try check(plan, problems)
    return try transaction.operation {
      var closed = try toldOverdue(plan)
      try transaction.agenda.cancel(PlanReview(plan: id))
      closed.status = status
      closed.note = note
      closed.closedAt = transaction.now
      let kept = try records.update(
        closed, emitting: PlanClosed(plan: id, customer: plan.customer, status: status))
      for step in try steps(of: id) where step.status == .open && step.kind == .task {
        try transaction.commitments.close(
          step.id, as: .dropped, outcome: "The plan is \(status.rawValue).")
      }
      try judge(kept)
      return kept
    }
  }
}

// MARK: - Steps

extension PlanOperations {
  /// Refuses a change of a plan that is not open, or one that has problems.
  func check(_ plan: Plan, _ problems: [CRMError.Issue]) throws {
    guard plan.status == .open else {
      throw CRMError(
        .notAllowed, "Plan \(plan.id) is \(plan.status.rawValue).",
        recovery: "Open another one.", issues: problems, record: "plans",
        identifier: plan.id.description)
    }
    guard problems.isEmpty else { throw CRMError.invalid("plans", problems) }
  }

  /// Names the measures that the CRM does not have.
  private func unmeasurable(_ objectives: [PlanObjective]) throws -> [CRMError.Issue] {
    // A list that is longer is refused for that.
    guard objectives.count <= PlanRules.mostObjectives else { return [] }
    let figures = Set(transaction.capability(Metrics.self)?.custom.map(\.name) ?? [])
    let isScored = objectives.contains { if case .score? = $0.measure { true } else { false } }
    let scores = isScored ? Set(try transaction.scores.models().map(\.name)) : []
    return objectives.enumerated().compactMap { index, objective in
      let (name, known): (String, Set<String>)
      switch objective.measure {
      case .figure(let figure): (name, known) = (figure, figures)
      case .score(let score): (name, known) = (score, scores)
      default: return nil
      }
      guard !known.contains(name) else { return nil }
      let hint = nearest(to: name, among: known.sorted()).map { "; did you mean “\($0)”?" } ?? ""
      return .init("objectives[\(index)].measure", "“\(name)” is not kept\(hint)")
    }
  }

  private func schedule(_ plan: Plan) throws {
    let task = PlanReview(plan: plan.id)
    guard let reviewAt = plan.reviewAt else {
      try transaction.agenda.cancel(task)
      return
    }
    try transaction.agenda.schedule(task, at: reviewAt.lateFrom, about: plan.customer)
  }

  /// What the agenda does when the time for a review has passed.
  func noticeReview(of id: Plan.ID) throws {
    guard let plan = try records.find(id) else { return }
    _ = try toldOverdue(plan)
  }

  /// Tells that a review is overdue, as of the first instant it is, unless that was told before.
  private func toldOverdue(_ plan: Plan) throws -> Plan {
    guard !plan.isReviewOverdue, plan.isReviewOverdue(at: transaction.now),
      let dueAt = plan.reviewAt
    else { return plan }
    var late = plan
    late.isReviewOverdue = true
    return try records.update(
      late,
      emitting: PlanReviewOverdue(
        plan: plan.id, customer: plan.customer, owner: plan.owner, dueAt: dueAt),
      at: dueAt.lateFrom)
  }

  /// Lets someone else see to a plan.
  func give(_ plan: Plan, to owner: Principal) throws {
    var given = plan
    given.owner = owner
    try records.update(given, emitting: PlanUpdated(plan: plan.id, customer: plan.customer))
  }

  /// Says of the playbooks that a plan followed whether they worked.
  ///
  /// - Parameter again: Whether that was said before, and turned out to be otherwise.
  func judge(_ plan: Plan, again: Bool = false) throws {
    guard plan.status == .achieved || plan.status == .failed else { return }
    for use in try transaction.playbooks.uses(in: plan.id) where again || use.outcome == .open {
      try transaction.playbooks.judge(use.id, worked: plan.status == .achieved, note: plan.note)
    }
  }
}
