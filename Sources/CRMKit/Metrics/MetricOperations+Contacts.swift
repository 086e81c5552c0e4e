extension MetricOperations {
  var contacts: ContactTally { ContactTally(window: settings.answerWindow) }

  /// Counts a contact for everyone who takes part.
  ///
  /// One that is later than all others takes no look at them.
  func count(_ id: Interaction.ID, in event: RecordedEvent) throws {
    guard let interaction = try transaction.records(of: Interaction.self).find(id) else { return }
    guard interaction.furtherCustomers > 0 else {
      return try count(interaction, for: interaction.customer, in: event)
    }
    let customers = try transaction.interactions.customers(of: interaction)
    if isAhead(Interaction.schema.name, { $0.recordID?.low == id.low }) {
      return try countAnew(customers, in: event)
    }
    for customer in customers { try count(interaction, for: customer, in: event) }
  }

  /// Counts a contact for a customer who was named as taking part in it.
  func count(_ id: Interaction.ID, of customer: Customer.ID, in event: RecordedEvent) throws {
    guard let interaction = try transaction.records(of: Interaction.self).find(id),
      try isPast(interaction)
    else { return }
    try count(interaction, for: customer, in: event)
  }

  /// Counts a contact anew after it was changed.
  func countAnew(_ id: Interaction.ID, in event: RecordedEvent) throws {
    let fields = Interaction.fields
    let counted = [
      fields.occurredAt.name, fields.direction.name, fields.channel.name,
      fields.expectsAnswer.name,
    ]
    let isCounted = event.changes.contains {
      counted.contains($0.field) || $0.field.hasPrefix(fields.cost.name)
    }
    // That a planned contact took place is what its outcome says.
    let isTold = event.changes.contains { $0.field == fields.outcome.name }
    guard isCounted || isTold,
      let interaction = try transaction.records(of: Interaction.self).find(id),
      isCounted || interaction.isPlanned
    else { return }
    try countAnew(try transaction.interactions.customers(of: interaction), in: event)
  }

  /// Reads the records of customers again after something was taken from them.
  func countAnew(_ customers: [Customer.ID], in event: RecordedEvent) throws {
    for customer in customers {
      if try counted(customer, before: event) != nil { try recount(customer) }
    }
  }

  private func count(
    _ interaction: Interaction, for customer: Customer.ID, in event: RecordedEvent
  ) throws {
    guard let old = try counted(customer, before: event) else { return }
    // Which contact was the last was not kept in older stores.
    if old.lastContact == nil, old.lastContactAt != nil { return try recount(customer) }
    var metrics = old
    let contact = try contact(interaction, for: customer)
    if contact.direction == .internal, contact.cost == nil { return }
    if try !contacts.append(contact, to: &metrics) {
      // Contacts that are still to be counted are found beside those that were.
      if transaction.log.isAwaiting({ _ in true }) { return try recount(customer) }
      let place =
        contacts.matters(contact, in: metrics) ? try surroundings(of: contact, customer) : nil
      try contacts.insert(
        contact, after: neighbour(of: contact, customer, isEarlier: true),
        before: neighbour(of: contact, customer, isEarlier: false), place, to: &metrics)
    }
    try records.put(metrics, instead: old)
  }

  /// The contact with a customer directly before or after another.
  ///
  /// - Complexity: O(log *n*) in the contacts, and O(*k*) in those of its instant.
  private func neighbour(
    of contact: ContactTally.Contact, _ customer: Customer.ID, isEarlier: Bool
  ) throws -> ContactTally.Contact? {
    var nearest: ContactTally.Contact?
    func isNearer(_ a: (Instant, Interaction.ID), than b: (Instant, Interaction.ID)) -> Bool {
      isEarlier ? a > b : a < b
    }
    /// Whether those further off need not be looked at.
    func take(_ id: Interaction.ID, _ instant: Instant) throws -> Bool {
      if let nearest, isNearer((nearest.at, nearest.id), than: (instant, id)) {
        return nearest.at != instant
      }
      guard isNearer((contact.at, contact.id), than: (instant, id)),
        let interaction = try transaction.records(of: Interaction.self).find(id),
        try isPast(interaction)
      else { return false }
      nearest = ContactTally.Contact(interaction, for: customer)
      return false
    }
    /// Looks at records by what they say of whom, which way and when.
    func look<R: Record>(
      _ owner: Field<R, Customer.ID>, _ direction: Field<R, Interaction.Direction>,
      _ instant: Field<R, Instant>, _ place: (R) -> (Interaction.ID, Instant)
    ) throws {
      for way in [Interaction.Direction.inbound, .outbound] {
        let query = Query<R>(
          where: { _ in
            owner == customer && direction == way
              && (isEarlier ? instant <= contact.at : instant >= contact.at)
          }, sortedBy: { _ in [isEarlier ? .descending(instant) : .ascending(instant)] })
        try transaction.records(of: R.self).scan(query) { held in
          let (id, instant) = place(held.row)
          return try !take(id, instant)
        }
      }
    }
    let (own, shared) = (Interaction.fields, InteractionParticipant.fields)
    try look(own.customer, own.direction, own.occurredAt) { ($0.id, $0.occurredAt) }
    try look(shared.customer, shared.direction, shared.occurredAt) {
      ($0.interaction, $0.occurredAt)
    }
    return nearest
  }

  /// Whether a contact counts: it was recorded, or it was planned and its instant was told.
  func isPast(_ interaction: Interaction) throws -> Bool {
    // The agenda has all that is still to be told, whatever time it is taken to be.
    try !interaction.isPlanned
      || !transaction.agenda.holds(PlannedContact(interaction: interaction.id))
  }
}
