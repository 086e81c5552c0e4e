/// Reminders for staff, once or recurring by local time.
public struct Reminders: Capability {
  static let key = RecordKey("tx.reminders")

  /// The capability.
  public init() {}

  public var records: [any Record.Type] { [Reminder.self] }

  public var lock: RecordLock? { Self.key.lock }

  public var nextSteps: [NextStepSource] { [.reminders] }

  public var events: [any Event.Type] {
    [ReminderSet.self, ReminderFired.self, ReminderUpdated.self, ReminderCancelled.self]
  }

  public var reactions: [Reaction] {
    [
      Reaction(to: CommitmentReassigned.self) { change, tx in
        try tx.reminders.pass(of: change.commitment, to: change.to)
      },
      Reaction(to: CommitmentClosed.self) { closing, tx in
        try tx.reminders.end(of: closing.commitment)
      },
    ]
  }

  public var duties: [Duty] {
    [
      Duty(Reminder.self) {
        $0.owner == $1 && $0.nextAt >= .earliest
      } pass: { reminder, owner, tx in
        try tx.reminders.give(reminder, to: owner)
      }
    ]
  }

  public var agenda: [AgendaHandler] {
    [AgendaHandler(for: ReminderTask.self) { task, tx in try tx.reminders.fire(task.reminder) }]
  }
}

extension Transaction {
  /// Reminders for staff.
  public var reminders: ReminderOperations { ReminderOperations(self) }
}

/// Setting reminders and seeing what comes.
public struct ReminderOperations {
  private let transaction: Transaction
  private let records: Records<Reminder>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    records = transaction.records(of: Reminder.self, with: Reminders.key)
  }

  // MARK: Changing

  /// Sets a reminder; at each occurrence from now on ``ReminderFired`` tells of it.
  ///
  /// - Parameters:
  ///   - text: Of what; up to 1,000 bytes of UTF-8.
  ///   - owner: Who is reminded.
  ///   - recurrence: When.
  ///   - customer: The customer it is about, if it is about one.
  ///   - commitment: The open commitment it reminds of, if it is one: the reminder is about its
  ///     customer, passes to whom it is given to, and ends with it.
  /// - Throws: ``CRMError/Code/invalid`` with every problem, also where no occurrence is left;
  ///   ``CRMError/Code/unknownReference`` for an unknown customer, or a commitment that is not
  ///   open. Nothing has changed then.
  @discardableResult
  public func set(
    _ text: String, for owner: Principal, _ recurrence: Recurrence,
    about customer: Customer.ID? = nil, of commitment: Commitment.ID? = nil
  ) throws -> Reminder {
    var problems = TextRules.problems(of: text, in: "text", within: 1_000)
    problems += TextRules.problems(of: owner, in: "owner")
    problems += recurrence.problems(in: "recurrence", from: transaction.now)
    let occurrence = recurrence.occurrence(from: transaction.now)
    var customer = customer
    var unknown: [CRMError.Issue] = []
    if let commitment {
      let known = try transaction.records(of: Commitment.self).find(commitment)
      if known?.status != .open {
        unknown.append(
          .init("commitment", "\(commitment) \(known == nil ? "does not exist" : "is not open")"))
      }
      if let known, let customer, known.customer != customer {
        problems.append(.init("customer", "is not the customer of \(commitment)"))
      }
      customer = customer ?? known?.customer
    }
    if let problem = try customer.flatMap({ try transaction.problem(with: $0) }) {
      unknown.append(problem)
    }
    guard problems.isEmpty, unknown.isEmpty, let occurrence else {
      throw CRMError.refusal("reminders", problems, unknown: unknown)
    }
    let reminder = Reminder(
      id: transaction.makeIdentifier(), customer: customer, commitment: commitment, owner: owner,
      text: trimmed(text), recurrence: recurrence, occurrence: occurrence,
      nextAt: recurrence.instant(of: occurrence), modifiedAt: transaction.now, version: 1)
    return try transaction.operation {
      let kept = try records.insert(
        reminder, emitting: ReminderSet(reminder: reminder.id, owner: owner))
      try schedule(kept)
      return kept
    }
  }

  /// Moves a reminder to another time zone: the same dates and times, by the clock there.
  ///
  /// What has fired does not fire again. An occurrence that has not, though its time there has
  /// passed, falls due at once.
  ///
  /// - Throws: ``CRMError/Code/notFound``; nothing has changed then.
  @discardableResult
  public func move(_ id: Reminder.ID, to zone: Zone) throws -> Reminder {
    var reminder = try get(id)
    reminder.recurrence.zone = zone
    guard reminder.nextAt != nil else {
      return try records.update(reminder, emitting: ReminderUpdated(reminder: id))
    }
    reminder.nextAt = reminder.recurrence.instant(of: reminder.occurrence).map {
      max($0, transaction.now)
    }
    return try transaction.operation {
      let kept = try records.update(reminder, emitting: ReminderUpdated(reminder: id))
      try schedule(kept)
      return kept
    }
  }

  /// Lets a reminder recur otherwise from now on.
  ///
  /// - Throws: ``CRMError/Code/notFound``; ``CRMError/Code/invalid`` with every problem, also
  ///   where no occurrence is left. Nothing has changed then.
  @discardableResult
  public func reschedule(_ id: Reminder.ID, _ recurrence: Recurrence) throws -> Reminder {
    var reminder = try get(id)
    // What fired at this very instant does not fire again.
    let start = reminder.lastFiredAt.map { max($0 + .milliseconds(1), transaction.now) }
    let problems = recurrence.problems(in: "recurrence", from: start ?? transaction.now)
    let occurrence = recurrence.occurrence(from: start ?? transaction.now)
    guard problems.isEmpty, let occurrence else { throw CRMError.invalid("reminders", problems) }
    reminder.recurrence = recurrence
    reminder.occurrence = occurrence
    reminder.nextAt = recurrence.instant(of: occurrence)
    return try transaction.operation {
      let kept = try records.update(reminder, emitting: ReminderUpdated(reminder: id))
      try schedule(kept)
      return kept
    }
  }

  /// Takes a reminder away.
  ///
  /// - Throws: ``CRMError/Code/notFound``; nothing has changed then.
  public func cancel(_ id: Reminder.ID) throws {
    _ = try get(id)
    try transaction.operation {
      try transaction.agenda.cancel(ReminderTask(reminder: id))
      try records.delete(id, emitting: ReminderCancelled(reminder: id))
    }
  }

  // MARK: Reading

  /// The reminder of an identifier.
  ///
  /// - Throws: ``CRMError/Code/notFound``.
  public func get(_ id: Reminder.ID) throws -> Reminder { try records.get(id) }

  /// The reminders about a customer that are still to fire, the next first.
  public func upcoming(
    about customer: Customer.ID, after cursor: Cursor<Reminder>? = nil, limit: Int = 50
  ) throws -> Page<Reminder, Cursor<Reminder>> {
    try page(after: cursor, limit) { $0.customer == customer && $0.nextAt >= .earliest }
  }

  /// Someone's reminders that are still to fire, the next first.
  public func upcoming(
    for owner: Principal, after cursor: Cursor<Reminder>? = nil, limit: Int = 50
  ) throws -> Page<Reminder, Cursor<Reminder>> {
    try page(after: cursor, limit) { $0.owner == owner && $0.nextAt >= .earliest }
  }

  private func page(
    after cursor: Cursor<Reminder>?, _ limit: Int,
    where filter: (Reminder.Fields) -> Filter<Reminder>
  ) throws -> Page<Reminder, Cursor<Reminder>> {
    try records.page(
      Query(where: filter, sortedBy: { [.ascending($0.nextAt)] }, after: cursor, limit: limit))
  }

  // MARK: Steps

  private func schedule(_ reminder: Reminder) throws {
    guard let nextAt = reminder.nextAt else { return }
    try transaction.agenda.schedule(
      ReminderTask(reminder: reminder.id), at: nextAt, about: reminder.customer)
  }

  /// Reminds, and schedules the next occurrence after this instant.
  func fire(_ id: Reminder.ID) throws {
    guard var reminder = try records.find(id), reminder.nextAt != nil,
      let date = reminder.recurrence.date(of: reminder.occurrence)
    else { return }
    let now = transaction.now
    reminder.lastFiredAt = now
    repeat {
      reminder.occurrence += 1
      reminder.nextAt = reminder.recurrence.instant(of: reminder.occurrence)
    } while reminder.nextAt.map { $0 <= now } ?? false
    let kept = try records.update(
      reminder, emitting: ReminderFired(reminder: id, owner: reminder.owner, date: date))
    try schedule(kept)
  }

  /// Passes the reminders of a commitment to who has it now.
  func pass(of commitment: Commitment.ID, to owner: Principal) throws {
    for var reminder in try records.all(where: { $0.commitment == commitment }) {
      reminder.owner = owner
      try records.update(reminder, emitting: ReminderUpdated(reminder: reminder.id))
    }
  }

  /// Takes away what would still remind of a commitment that is closed.
  func end(of commitment: Commitment.ID) throws {
    let all = try records.all(where: { $0.commitment == commitment })
    for reminder in all where reminder.nextAt != nil { try cancel(reminder.id) }
  }

  /// Reminds someone else from now on.
  func give(_ reminder: Reminder, to owner: Principal) throws {
    var given = reminder
    given.owner = owner
    try records.update(given, emitting: ReminderUpdated(reminder: reminder.id))
  }
}
