/// Recording contacts, planning them and changing what was recorded.
public struct InteractionOperations {
  let transaction: Transaction
  let records: Records<Interaction>
  let participants: Records<InteractionParticipant>

  init(_ transaction: Transaction) {
    self.transaction = transaction
    records = transaction.records(of: Interaction.self, with: Interactions.key)
    participants = transaction.records(of: InteractionParticipant.self, with: Interactions.key)
  }

  /// Records a contact that happened, or a note.
  ///
  /// One that was recorded under its external id before is returned as it is, where what is said of
  /// it is what was recorded then or what the contact says by now.
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/unknownReference``
  ///   for what does not exist, ``CRMError/Code/duplicate`` where the contact with the external id
  ///   is another, naming what differs; nothing has changed then.
  @discardableResult
  public func record(_ new: NewInteraction) throws -> Interaction {
    let problems =
      InteractionRules.problems(of: new, now: transaction.now) + useProblems(new.uses)
    let interaction = self.interaction(new, isPlanned: false)
    let known = try new.externalID.flatMap { try find($0) }
    if let kept = try same(known, interaction, new, problems) { return kept }
    return try insert(
      interaction, with: new.others,
      telling: InteractionRecorded(
        interaction: interaction.id, customer: new.customer, channel: new.channel,
        direction: new.direction),
      at: interaction.occurredAt)
  }

  /// Arranges a contact for a later instant, when ``InteractionDue`` tells of it.
  ///
  /// It counts as a contact from that instant on. One that will not happen is deleted, one that
  /// is put off gets another ``Interaction/occurredAt``.
  ///
  /// - Throws: As ``record(_:)``; the instant must be given and lie in the future.
  @discardableResult
  public func plan(_ new: NewInteraction) throws -> Interaction {
    let interaction = self.interaction(new, isPlanned: true)
    let known = try new.externalID.flatMap { try find($0) }
    // Said again it need not lie ahead any more, only when it was said first.
    let problems =
      InteractionRules.problems(ofPlanned: new, now: known?.recordedAt ?? transaction.now)
      + useProblems(new.uses)
    if let kept = try same(known, interaction, new, problems) { return kept }
    return try transaction.operation {
      let kept = try insert(
        interaction, with: new.others,
        telling: InteractionPlanned(
          interaction: interaction.id, customer: new.customer, channel: new.channel,
          plannedFor: interaction.occurredAt),
        at: nil)
      try transaction.agenda.schedule(
        PlannedContact(interaction: kept.id), at: kept.occurredAt, about: kept.customer)
      return kept
    }
  }

  /// Keeps a changed contact; one that is as it was is left alone.
  ///
  /// The customer, the external id, whether it was planned and when it was recorded stay. With
  /// another ``Interaction/occurredAt`` it moves to its right place on every timeline.
  ///
  /// - Throws: ``CRMError/Code/conflict`` where it was changed since it was read,
  ///   ``CRMError/Code/notFound``, ``CRMError/Code/invalid`` with every problem,
  ///   ``CRMError/Code/unknownReference``; nothing has changed then.
  @discardableResult
  public func update(_ interaction: Interaction) throws -> Interaction {
    let old = try get(interaction.id)
    let problems =
      InteractionRules.problems(of: interaction, was: old, now: transaction.now)
      + (interaction.uses == old.uses ? [] : useProblems(interaction.uses))
    let unknown =
      interaction.about == old.about
      ? [] : try transaction.unknown(interaction.about, in: "about", besides: old.about)
    guard problems.isEmpty, unknown.isEmpty else {
      throw CRMError.refusal("interactions", problems, unknown: unknown)
    }
    var changed = interaction
    changed.subject = trimmed(interaction.subject)
    return try transaction.operation {
      let others = try parts(in: old)
      let kept = try records.update(
        changed, emitting: InteractionUpdated(interaction: changed.id),
        alsoAbout: others.map(\.customer))
      if kept.occurredAt != old.occurredAt || kept.direction != old.direction {
        try move(others, with: kept)
      }
      if kept.occurredAt != old.occurredAt { try moveOnTimelines(kept, others.map(\.customer)) }
      return kept
    }
  }

  /// Takes a contact out, for every customer who took part.
  ///
  /// What was promised or asked in it stays open.
  ///
  /// - Throws: ``CRMError/Code/notFound``; ``CRMError/Code/stillReferenced`` where a record of
  ///   the host's own refers to it. Nothing has changed then.
  public func delete(_ id: Interaction.ID) throws {
    let interaction = try get(id)
    let parts = try parts(in: interaction)
    try transaction.attempt {
      try transaction.operation {
        for part in parts { try participants.remove(part.id) }
        try transaction.timeline.withdraw(
          transaction.events.history(of: id), from: [interaction.customer] + parts.map(\.customer))
        if interaction.isPlanned { try transaction.agenda.cancel(PlannedContact(interaction: id)) }
        try records.delete(
          id, emitting: InteractionDeleted(interaction: id, others: parts.map(\.customer)))
        try transaction.settle(parts.map(\.customer), after: InteractionDeleted.self)
        try transaction.unlistLatestEvent()
      }
    }
  }

  /// Names a further customer as taking part in a contact; one who does is left alone.
  ///
  /// The contact stands on the customer's timeline at the instant it happened; one that is planned
  /// and still to come, from then on.
  ///
  /// - Throws: ``CRMError/Code/notFound``, ``CRMError/Code/unknownReference``,
  ///   ``CRMError/Code/notAllowed`` where 100 customers take part, with what is wrong with this one
  ///   besides; nothing has changed then.
  public func link(_ id: Interaction.ID, to customer: Customer.ID) throws {
    var interaction = try get(id)
    let customers = try customers(of: interaction)
    guard !customers.contains(customer) else { return }
    let unknown = try transaction.problem(with: customer).map { [$0] } ?? []
    guard customers.count < InteractionRules.mostParticipants else {
      throw CRMError(
        .notAllowed, "\(customers.count) customers take part in interaction \(id) already.",
        recovery: "Record a contact of its own.", issues: unknown, record: "interactions",
        identifier: id.description)
    }
    guard unknown.isEmpty else { throw CRMError.unknownReferences("interactions", unknown) }
    try transaction.operation {
      interaction.furtherCustomers += 1
      try addPart(of: customer, in: interaction)
      let told = try standingEvents(of: interaction)
      try records.update(
        interaction, emitting: InteractionLinked(interaction: id, customer: customer))
      try transaction.settle([customer], after: InteractionLinked.self)
      // The contact itself stands on their timelines, once on each.
      try transaction.unlistLatestEvent()
      for event in told {
        try transaction.timeline.place(
          event, on: customer,
          at: InteractionRules.isTimely(event) ? interaction.occurredAt : event.occurredAt)
      }
    }
  }

  /// Takes a contact off one customer's list and leaves it with the others.
  ///
  /// Where the customer was the first, the next one becomes it.
  ///
  /// - Throws: ``CRMError/Code/notFound``, ``CRMError/Code/notAllowed`` where the customer does
  ///   not take part or is the only one; nothing has changed then.
  public func unlink(_ id: Interaction.ID, from customer: Customer.ID) throws {
    var interaction = try get(id)
    let parts = try parts(in: interaction)
    let isFirst = interaction.customer == customer
    guard let part = isFirst ? parts.first : parts.first(where: { $0.customer == customer }) else {
      throw CRMError(
        .notAllowed, "Customer \(customer) is not one of several in interaction \(id).",
        recovery: "Name one who takes part, or delete the interaction.", record: "interactions",
        identifier: id.description)
    }
    try transaction.operation {
      try participants.remove(part.id)
      try transaction.timeline.withdraw(
        transaction.events.history(of: id), from: [customer])
      interaction.furtherCustomers -= 1
      if isFirst { interaction.customer = part.customer }
      try records.update(
        interaction, emitting: InteractionUnlinked(interaction: id, customer: customer))
      try transaction.settle([customer], after: InteractionUnlinked.self)
      try transaction.unlistLatestEvent()
      guard isFirst else { return }
      let task = PlannedContact(interaction: id)
      if try transaction.agenda.cancel(task) {
        try transaction.agenda.schedule(
          task, at: interaction.occurredAt, about: interaction.customer)
      }
    }
  }
}

// MARK: - Steps

extension InteractionOperations {
  private func interaction(_ new: NewInteraction, isPlanned: Bool) -> Interaction {
    var interaction = Interaction(
      id: transaction.makeIdentifier(), customer: new.customer,
      furtherCustomers: new.others.count, channel: new.channel, direction: new.direction,
      subject: trimmed(new.subject), isPlanned: isPlanned,
      occurredAt: new.occurredAt ?? transaction.now, recordedAt: transaction.recordedAt,
      modifiedAt: transaction.now, version: 1)
    interaction.details.change {
      $0 = InteractionDetails(
        content: new.content, outcome: new.outcome, language: new.language, staff: new.staff,
        about: new.about, externalID: new.externalID, cost: new.cost,
        durationMilliseconds: new.duration.map(InteractionRules.milliseconds), uses: new.uses,
        expectsAnswer: new.expectsAnswer, purpose: new.purpose)
    }
    return interaction
  }

  /// What a contact names that does not exist or is archived.
  func unknown(in new: NewInteraction) throws -> [CRMError.Issue] {
    // A list that is too long is refused for that.
    let isTooLong = new.others.count >= InteractionRules.mostParticipants
    var unknown = isTooLong ? [] : try transaction.unknown(new.others, in: "others")
    unknown += try transaction.unknown(new.about, in: "about")
    if let problem = try transaction.problem(with: new.customer) { unknown.append(problem) }
    return unknown
  }

  private func insert<E: Event>(
    _ interaction: Interaction, with others: [Customer.ID], telling event: E, at instant: Instant?
  ) throws -> Interaction {
    guard !others.isEmpty else {
      return try records.insert(interaction, emitting: event, at: instant)
    }
    return try transaction.operation {
      let kept = try records.insert(interaction, emitting: event, at: instant, alsoAbout: others)
      for customer in others { try addPart(of: customer, in: kept) }
      return kept
    }
  }

  private func addPart(of customer: Customer.ID, in interaction: Interaction) throws {
    try participants.put(
      InteractionParticipant(
        id: transaction.makeIdentifier(), interaction: interaction.id, customer: customer,
        direction: interaction.direction, occurredAt: interaction.occurredAt,
        isPlanned: interaction.isPlanned))
  }

  /// Moves what repeats a contact's instant and direction along with it.
  private func move(_ parts: [InteractionParticipant], with interaction: Interaction) throws {
    for var part in parts {
      part.occurredAt = interaction.occurredAt
      part.direction = interaction.direction
      try participants.put(part)
    }
  }

  /// Moves a contact to its new instant on every timeline.
  ///
  /// That of a planned one is told when it comes, or at once where it lies in the past.
  private func moveOnTimelines(_ interaction: Interaction, _ others: [Customer.ID]) throws {
    let timely = try toldEvents(of: interaction.id).filter(InteractionRules.isTimely)
    let task = PlannedContact(interaction: interaction.id)
    guard interaction.isPlanned, interaction.occurredAt > transaction.now else {
      try transaction.timeline.move(timely, to: interaction.occurredAt)
      if try transaction.agenda.cancel(task) {
        try tellDue(interaction, others, at: interaction.occurredAt)
      }
      return
    }
    try transaction.timeline.withdraw(timely, from: [interaction.customer] + others)
    try transaction.agenda.schedule(task, at: interaction.occurredAt, about: interaction.customer)
  }

  /// The events by which a contact stands on timelines now: that it was planned, and the last that
  /// told of it, unless it was put off since and that is still to be told.
  private func standingEvents(of interaction: Interaction) throws -> [RecordedEvent] {
    let told = try toldEvents(of: interaction.id)
    let timely = told.last(where: InteractionRules.isTimely)
    let isToCome = try transaction.agenda.holds(PlannedContact(interaction: interaction.id))
    return told.filter { event in
      InteractionRules.isTimely(event) ? event.id == timely?.id && !isToCome : true
    }
  }

  /// The events by which a contact stands on timelines, or once did.
  private func toldEvents(of id: Interaction.ID) throws -> [RecordedEvent] {
    try transaction.events.history(of: id).filter(InteractionRules.isTelling)
  }

  /// The parts of further customers, in the order in which they were named.
  func parts(in interaction: Interaction) throws -> [InteractionParticipant] {
    guard interaction.furtherCustomers > 0 else { return [] }
    return try participants.all(
      where: { $0.interaction == interaction.id }, sortedBy: { _ in [.oldestFirst] })
  }

  func customers(of interaction: Interaction) throws -> [Customer.ID] {
    [interaction.customer] + (try parts(in: interaction).map(\.customer))
  }

  /// Tells that the instant of a planned contact came.
  func tellDue(_ id: Interaction.ID) throws {
    guard let interaction = try records.find(id) else { return }
    try tellDue(interaction, try parts(in: interaction).map(\.customer), at: transaction.now)
  }

  private func tellDue(_ interaction: Interaction, _ others: [Customer.ID], at instant: Instant)
    throws
  {
    try transaction.operation {
      try transaction.record(
        InteractionDue(interaction: interaction.id, customer: interaction.customer),
        row: Held(interaction), changes: [], at: instant, alsoAbout: others)
    }
  }
}
