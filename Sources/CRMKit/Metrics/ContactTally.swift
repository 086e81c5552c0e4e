/// How contacts add up; pure.
///
/// Contacts follow each other by their instants, and those of one instant in the order in which
/// they were recorded.
struct ContactTally {
  /// What counts of one contact.
  struct Contact {
    let id: Interaction.ID
    let at: Instant
    let channel: Channel
    let direction: Interaction.Direction
    /// What it is to the customer's waiting; a question that was noted of it waits in its place.
    var part: ResponseRules.Part
    /// What it cost the firm on account of this customer.
    let cost: Money?

    init(_ interaction: Interaction, for customer: Customer.ID) {
      id = interaction.id
      at = interaction.occurredAt
      channel = interaction.channel
      direction = interaction.direction
      let isFirst = interaction.customer == customer
      let part = ResponseRules.part(of: interaction)
      self.part = part == .asks && !isFirst ? .neither : part
      cost = isFirst ? interaction.cost : nil
    }
  }

  /// Within what time a contact by the firm must be followed by one of the customer, to count as
  /// answered.
  let window: Duration

  /// Adds a contact that comes after all others, or of which nothing around it matters.
  ///
  /// - Returns: Whether that could be done without looking at the others; if not, nothing changed.
  /// - Throws: ``CRMError/Code/overflow``.
  func append(_ contact: Contact, to metrics: inout CustomerMetrics) throws(CRMError) -> Bool {
    if contact.direction == .internal {
      try addCost(of: contact, to: &metrics)
    } else if isLast(contact, in: metrics) {
      try add(contact, to: &metrics)
    } else if isAlone(contact, in: metrics) {
      try count(contact, in: &metrics)
    } else {
      return false
    }
    return true
  }

  /// Adds all contacts of a customer to figures that have none.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  func add(_ contacts: [Contact], to metrics: inout CustomerMetrics) throws(CRMError) {
    for contact in contacts.sorted(by: { ($0.at, $0.id) < ($1.at, $1.id) }) {
      if contact.direction == .internal {
        try addCost(of: contact, to: &metrics)
      } else {
        try add(contact, to: &metrics)
      }
    }
  }

  private func isLast(_ contact: Contact, in metrics: CustomerMetrics) -> Bool {
    guard let at = metrics.lastContactAt, let id = metrics.lastContact else { return true }
    return (contact.at, contact.id) > (at, id)
  }

  /// Whether a contact that is not the last answers nothing and is answered by nothing.
  private func isAlone(_ contact: Contact, in metrics: CustomerMetrics) -> Bool {
    let opposite =
      contact.direction == .inbound ? metrics.outboundContacts : metrics.inboundContacts
    return opposite == 0 && !matters(contact, in: metrics)
  }

  /// Whether a contact that is not the last can change who waited for what.
  func matters(_ contact: Contact, in metrics: CustomerMetrics) -> Bool {
    switch contact.part {
    case .asks: true
    case .answers: metrics.responses > 0 || metrics.waitingSince != nil
    case .neither: false
    }
  }

  /// Adds a contact after the last.
  private func add(_ contact: Contact, to metrics: inout CustomerMetrics) throws(CRMError) {
    if let direction = metrics.lastDirection, let last = metrics.lastContactAt {
      answer(contact, after: direction, at: last, in: &metrics)
    }
    switch contact.part {
    case .asks: metrics.waitingSince = metrics.waitingSince ?? contact.at
    case .answers:
      if let start = metrics.waitingSince { respond(to: start, at: contact.at, in: &metrics) }
      metrics.waitingSince = nil
    case .neither: break
    }
    try count(contact, in: &metrics)
    metrics.lastContact = contact.id
    metrics.lastDirection = contact.direction
  }

  /// Adds a contact between those directly before and after it.
  ///
  /// - Parameter surroundings: How the customer waited there; `nil` where that does not matter.
  /// - Throws: ``CRMError/Code/overflow``.
  func insert(
    _ contact: Contact, after earlier: Contact?, before later: Contact?,
    _ surroundings: Surroundings?, to metrics: inout CustomerMetrics
  ) throws(CRMError) {
    if let earlier, let later {
      answer(later, after: earlier.direction, at: earlier.at, in: &metrics, by: -1)
    }
    if let earlier {
      answer(contact, after: earlier.direction, at: earlier.at, in: &metrics)
    }
    if let later { answer(later, after: contact.direction, at: contact.at, in: &metrics) }
    if let surroundings { wait(for: contact, in: surroundings, &metrics) }
    try count(contact, in: &metrics)
  }

  /// How a customer waits where a contact comes in.
  struct Surroundings {
    /// Since when the customer waits there.
    var waitingSince: Instant?
    /// When the customer next asks, before any answer.
    var asksAt: Instant?
    /// When the firm next answers.
    var answersAt: Instant?
  }

  /// Ends a wait with a contact that comes in between, or begins one.
  private func wait(
    for contact: Contact, in place: Surroundings, _ metrics: inout CustomerMetrics
  ) {
    /// Counts a wait up to the next answer, or takes it away.
    func wait(since start: Instant, _ sign: Int) {
      if let end = place.answersAt {
        respond(to: start, at: end, in: &metrics, by: sign)
      } else {
        metrics.waitingSince = sign > 0 ? start : nil
      }
    }
    switch contact.part {
    case .asks where place.waitingSince == nil:
      if let next = place.asksAt { wait(since: next, -1) }
      wait(since: contact.at, 1)
    case .answers:
      guard let start = place.waitingSince else { break }
      wait(since: start, -1)
      respond(to: start, at: contact.at, in: &metrics)
      if let next = place.asksAt { wait(since: next, 1) }
    case .asks, .neither: break
    }
  }

  private func respond(
    to start: Instant, at end: Instant, in metrics: inout CustomerMetrics, by sign: Int = 1
  ) {
    metrics.responses += sign
    metrics.responseMilliseconds += sign * Int(end.milliseconds - start.milliseconds)
  }

  /// Counts the answer that a contact of the customer may be to one of the firm directly before.
  private func answer(
    _ contact: Contact, after direction: Interaction.Direction, at instant: Instant,
    in metrics: inout CustomerMetrics, by sign: Int = 1
  ) {
    guard contact.direction == .inbound, direction == .outbound,
      contact.at - instant <= window
    else { return }
    metrics.answers += sign
    metrics.answerMilliseconds += sign * Int(contact.at.milliseconds - instant.milliseconds)
  }

  private func addCost(of contact: Contact, to metrics: inout CustomerMetrics) throws(CRMError) {
    guard let cost = contact.cost else { return }
    try metrics.costs.add(CustomerCost(kind: .interaction, amount: cost))
  }

  private func count(_ contact: Contact, in metrics: inout CustomerMetrics) throws(CRMError) {
    try addCost(of: contact, to: &metrics)
    var figures = ChannelFigures(channel: contact.channel, inbound: 0, outbound: 0)
    if contact.direction == .inbound {
      metrics.inboundContacts += 1
      metrics.lastInboundAt = later(metrics.lastInboundAt, contact.at)
      figures.inbound = 1
      figures.lastInboundAt = contact.at
    } else {
      metrics.outboundContacts += 1
      metrics.lastOutboundAt = later(metrics.lastOutboundAt, contact.at)
      figures.outbound = 1
      figures.lastOutboundAt = contact.at
    }
    metrics.firstContactAt = earlier(metrics.firstContactAt, contact.at)
    metrics.channels.add(figures)
  }
}
