/// How contacts add up; pure.
///
/// Contacts follow each other by their instants, and those of one instant in the order in which
/// they were recorded. One that follows directly on one in the other direction, within the
/// window, answers it.
struct ContactTally {
  /// What counts of one contact.
  struct Contact {
    let id: Interaction.ID
    let at: Instant
    let channel: Channel
    let direction: Interaction.Direction
    /// What it cost the firm on account of this customer.
    let cost: Money?

    init(_ interaction: Interaction, for customer: Customer.ID) {
      id = interaction.id
      at = interaction.occurredAt
      channel = interaction.channel
      direction = interaction.direction
      cost = interaction.customer == customer ? interaction.cost : nil
    }
  }

  /// Within what time a contact must be answered.
  let window: Duration

  /// Adds a contact that comes after all others, or of which nothing around it matters.
  ///
  /// - Returns: Whether that could be done without looking at the others; if not, nothing changed.
  /// - Throws: ``CRMError/Code/overflow``.
  func append(_ contact: Contact, to metrics: inout CustomerMetrics) throws(CRMError) -> Bool {
    if contact.direction != .internal {
      guard let earlier = previous(to: contact, in: metrics) else { return false }
      if case .contact(let direction, let at) = earlier {
        answer(contact, after: direction, at: at, in: &metrics)
      }
    }
    try count(contact, in: &metrics)
    return true
  }

  /// Adds all contacts of a customer to figures that have none.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  func add(_ contacts: [Contact], to metrics: inout CustomerMetrics) throws(CRMError) {
    var last: Contact?
    for contact in contacts.sorted(by: { ($0.at, $0.id) < ($1.at, $1.id) }) {
      try count(contact, in: &metrics)
      if contact.direction == .internal { continue }
      if let last { answer(contact, to: last, in: &metrics) }
      last = contact
    }
  }

  /// Adds a contact between those directly before and after it.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  func insert(
    _ contact: Contact, after earlier: Contact?, before later: Contact?,
    to metrics: inout CustomerMetrics
  ) throws(CRMError) {
    if let earlier, let later { answer(later, to: earlier, in: &metrics, by: -1) }
    if let earlier { answer(contact, to: earlier, in: &metrics) }
    if let later { answer(later, to: contact, in: &metrics) }
    try count(contact, in: &metrics)
  }

  private func answer(
    _ contact: Contact, to earlier: Contact, in metrics: inout CustomerMetrics, by sign: Int = 1
  ) {
    answer(contact, after: earlier.direction, at: earlier.at, in: &metrics, by: sign)
  }

  private enum Previous {
    /// Nothing that it could answer, and nothing that could answer it.
    case nothing
    case contact(Interaction.Direction, at: Instant)
  }

  /// What a contact follows on; `nil` where the figures cannot tell.
  private func previous(to contact: Contact, in metrics: CustomerMetrics) -> Previous? {
    guard let last = metrics.lastContactAt else { return .nothing }
    let isInbound = contact.direction == .inbound
    let opposite = isInbound ? metrics.outboundContacts : metrics.inboundContacts
    let lastOpposite = isInbound ? metrics.lastOutboundAt : metrics.lastInboundAt
    let lastAlike = isInbound ? metrics.lastInboundAt : metrics.lastOutboundAt
    // Among contacts that all go one way there are no answers.
    if opposite == 0 { return .nothing }
    if contact.at < last { return nil }
    if lastOpposite == lastAlike { return nil }
    if lastAlike == last { return .nothing }
    return contact.at == last ? nil : lastOpposite.map { .contact(opposing(contact), at: $0) }
  }

  private func opposing(_ contact: Contact) -> Interaction.Direction {
    contact.direction == .inbound ? .outbound : .inbound
  }

  /// Counts the answer that a contact may be to the one directly before it.
  private func answer(
    _ contact: Contact, after direction: Interaction.Direction, at instant: Instant,
    in metrics: inout CustomerMetrics, by sign: Int = 1
  ) {
    guard direction != contact.direction, contact.at - instant <= window else { return }
    let milliseconds = sign * Int(contact.at.milliseconds - instant.milliseconds)
    if contact.direction == .inbound {
      metrics.answers += sign
      metrics.answerMilliseconds += milliseconds
    } else {
      metrics.responses += sign
      metrics.responseMilliseconds += milliseconds
    }
  }

  private func count(_ contact: Contact, in metrics: inout CustomerMetrics) throws(CRMError) {
    if let cost = contact.cost {
      try metrics.costs.add(CustomerCost(kind: .interaction, amount: cost))
    }
    guard contact.direction != .internal else { return }
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
