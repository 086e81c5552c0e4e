extension MetricOperations {
  /// What counts of a contact.
  func contact(
    _ interaction: Interaction, for customer: Customer.ID
  ) throws -> ContactTally.Contact {
    var contact = ContactTally.Contact(interaction, for: customer)
    // A question that was noted of any other is told of after it.
    if interaction.isPlanned, contact.part == .asks,
      try !transaction.responses.questioned(among: [interaction.id]).isEmpty
    {
      contact.part = .neither
    }
    return contact
  }

  /// How a customer waits where a contact comes in.
  ///
  /// - Complexity: O(log *n* + *k*) in the contacts between the answers around it.
  func surroundings(
    of contact: ContactTally.Contact, _ customer: Customer.ID
  ) throws -> ContactTally.Surroundings {
    let before = try waits(around: contact, customer, isEarlier: true)
    let after = try waits(around: contact, customer, isEarlier: false)
    return ContactTally.Surroundings(
      waitingSince: before.asks.min(), asksAt: after.asks.min(), answersAt: after.answer)
  }

  /// The next answer before or after a contact, and when the customer asks between the two.
  private func waits(
    around contact: ContactTally.Contact, _ customer: Customer.ID, isEarlier: Bool
  ) throws -> (answer: Instant?, asks: [Instant]) {
    var found = WaitSearch(
      start: (contact.at, contact.id), customer: customer, isEarlier: isEarlier)
    /// Looks at records by what they say of whom and when.
    func look<R: Record>(
      _ owner: Field<R, Customer.ID>, _ instant: Field<R, Instant?>,
      _ interaction: (R) throws -> Interaction?
    ) throws {
      let query = Query<R>(
        where: { _ in
          owner == customer
            && (isEarlier ? instant <= contact.at : instant >= contact.at)
        }, sortedBy: { _ in [isEarlier ? .descending(instant) : .ascending(instant)] })
      try transaction.records(of: R.self).scan(query) { held in
        guard let next = try interaction(held.row) else { return true }
        if found.isDone(at: next.occurredAt) { return false }
        if try isPast(next) { found.take(next) }
        return true
      }
    }
    let (own, shared) = (Interaction.fields, InteractionParticipant.fields)
    try look(own.customer, own.contactAt) { $0 }
    try look(shared.customer, shared.contactAt) {
      try transaction.records(of: Interaction.self).find($0.interaction)
    }
    let asks = found.asksBeforeAnswer
    let questioned = try transaction.responses.questioned(among: asks.map(\.id))
    return (found.answer?.at, asks.filter { !questioned.contains($0.id) }.map(\.at))
  }
}

/// Looks from a contact on, back or ahead, for the next answer and for what is asked until then.
private struct WaitSearch {
  typealias Place = (at: Instant, id: Interaction.ID)

  let start: Place
  let customer: Customer.ID
  let isEarlier: Bool
  private(set) var answer: Place?
  private var asks: [Place] = []

  init(start: Place, customer: Customer.ID, isEarlier: Bool) {
    self.start = start
    self.customer = customer
    self.isEarlier = isEarlier
  }

  /// Whether what lies at an instant, and beyond it, does not matter.
  func isDone(at instant: Instant) -> Bool {
    answer.map { isEarlier ? instant < $0.at : instant > $0.at } ?? false
  }

  /// Takes a contact; those of one instant come in any order.
  mutating func take(_ contact: Interaction) {
    let place: Place = (contact.occurredAt, contact.id)
    guard isNearer(start, than: place) else { return }
    switch ResponseRules.part(of: contact) {
    case .answers:
      if answer.map({ isNearer(place, than: $0) }) ?? true { answer = place }
    case .asks:
      if contact.customer == customer { asks.append(place) }
    case .neither: break
    }
  }

  var asksBeforeAnswer: [Place] {
    asks.filter { asked in answer.map { isNearer(asked, than: $0) } ?? true }
  }

  private func isNearer(_ a: Place, than b: Place) -> Bool { isEarlier ? a > b : a < b }
}
