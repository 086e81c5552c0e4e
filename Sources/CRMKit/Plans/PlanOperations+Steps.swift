extension PlanOperations {
  /// Adds a step to a plan: a task with someone who sees to it and a time.
  ///
  /// It is a ``Commitment`` about the plan and is done, dropped, postponed and reassigned as one
  /// (`tx.commitments`). A promise or a question made about the plan is a step of it too.
  ///
  /// - Parameters:
  ///   - text: What is to be done; up to 1,000 bytes of UTF-8.
  ///   - plan: The plan.
  ///   - owner: Who sees to it; the plan's owner where nobody is named.
  ///   - due: By when.
  ///   - reminder: When the owner is reminded, by the clock of the owner's zone.
  /// - Throws: ``CRMError/Code/notFound``, ``CRMError/Code/notAllowed`` unless the plan is open,
  ///   ``CRMError/Code/invalid`` with every problem; nothing has changed then.
  @discardableResult
  public func addStep(
    _ text: String, to plan: Plan.ID, owner: Principal? = nil, due: Deadline,
    remind reminder: Recurrence? = nil
  ) throws -> Commitment {
    let plan = try get(plan)
    let new = NewCommitment(
      .task, to: plan.customer, text, owner: owner ?? plan.owner, due: due,
      about: [RecordReference(plan.id)])
    var problems = CommitmentRules.problems(of: new, now: transaction.now)
    if let reminder {
      problems += reminder.problems(in: "reminder", from: transaction.now)
    }
    try check(plan, problems)
    return try transaction.operation {
      let step = try transaction.commitments.make(new)
      if let reminder {
        try transaction.reminders.set(text, for: step.owner, reminder, of: step.id)
      }
      return step
    }
  }

  /// Follows a playbook in a plan: each of its steps becomes a step of the plan.
  ///
  /// What came of it is known when the plan is closed (``close(_:as:note:)``).
  ///
  /// - Parameters:
  ///   - playbook: The playbook.
  ///   - plan: The plan.
  ///   - owner: Who sees to the steps; the plan's owner where nobody is named.
  ///   - due: By when the first step is due.
  ///   - span: How much later each further one is.
  /// - Returns: The steps, in order.
  /// - Throws: ``CRMError/Code/notFound`` for the plan, ``CRMError/Code/notAllowed`` unless it is
  ///   open, ``CRMError/Code/unknownReference`` for a playbook that does not exist or is archived,
  ///   ``CRMError/Code/invalid``; nothing has changed then.
  @discardableResult
  public func follow(
    _ playbook: Playbook.ID, in plan: Plan.ID, owner: Principal? = nil, due: Deadline,
    every span: LifecycleSpan = .days(7)
  ) throws -> [Commitment] {
    let plan = try get(plan)
    let isLate = due.instant < transaction.now
    var problems = isLate ? [CRMError.Issue("due", "lies in the past")] : []
    if let owner { problems += TextRules.problems(of: owner, in: "owner") }
    problems += span.problems(in: "every")
    try check(plan, problems)
    return try transaction.operation {
      let use = try transaction.playbooks.use(playbook, for: plan.customer, in: plan.id)
      let steps = try transaction.playbooks.get(use.playbook).steps
      let deadlines = PlanRules.deadlines(
        steps.count, from: due, every: span, in: transaction.zone)
      return try zip(steps, deadlines).map { text, deadline in
        try addStep(text, to: plan.id, owner: owner, due: deadline)
      }
    }
  }

  /// The steps of a plan, done or to be done, the first due first.
  ///
  /// - Complexity: An index finds them.
  public func steps(of plan: Plan.ID) throws -> [Commitment] {
    try transaction.commitments.all(about: RecordReference(plan))
  }

  /// The contacts that belong to a plan, the latest first; the notes of its reviews among them.
  public func contacts(
    of plan: Plan.ID, after cursor: Cursor<Interaction>? = nil, limit: Int = 50
  ) throws -> Page<Interaction, Cursor<Interaction>> {
    try transaction.interactions.page(about: RecordReference(plan), after: cursor, limit: limit)
  }
}
