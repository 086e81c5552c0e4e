/// Who waits for an answer, and what is one; pure.
enum ResponseRules {
  /// What a contact is to a customer's waiting.
  enum Part {
    /// The customer begins to wait, unless they do already.
    case asks
    /// It ends the waiting.
    case answers
    /// Neither.
    case neither
  }

  /// What a contact is to the waiting of the customers who take part.
  ///
  /// Who turns to the firm waits, unless it is by a channel on which both sides speak at once. The
  /// firm answers by turning to the customer, or by speaking with them when they do. That the
  /// instant of a planned contact came does not say that it took place; its outcome does.
  static func part(of contact: Interaction) -> Part {
    if contact.isPlanned, contact.outcome == nil { return .neither }
    return switch contact.direction {
    case .internal: .neither
    case .outbound: .answers
    case .inbound:
      contact.expectsAnswer ?? !contact.channel.isConversation
        ? .asks : contact.channel.isConversation ? .answers : .neither
    }
  }

  /// Whether a customer waits from a contact on, if no question was noted of it.
  static func isAsking(_ contact: Interaction, by customer: Customer.ID) -> Bool {
    contact.customer == customer && part(of: contact) == .asks
  }

  /// A customer's wait from the first contact that waits to the next that answers.
  ///
  /// Contacts come in from the latest to the earliest. Further ones that ask while the customer
  /// waits begin no wait of their own.
  struct Waits {
    let customer: Customer.ID
    let start: Instant
    let end: Instant
    let now: Instant
    /// Contacts that questions were noted of, which are measured in their place.
    var questioned: Set<Interaction.ID> = []

    private(set) var times: [ResponseTime] = []
    private var first: Interaction?
    private var answer: Interaction?

    init(of customer: Customer.ID, from start: Instant, to end: Instant, now: Instant) {
      self.customer = customer
      self.start = start
      self.end = end
      self.now = now
    }

    /// Takes the next earlier contact.
    ///
    /// - Returns: Whether earlier ones matter.
    mutating func take(_ contact: Interaction) -> Bool {
      switch ResponseRules.part(of: contact) {
      case .answers:
        close()
        answer = contact
      case .asks where contact.customer == customer && !questioned.contains(contact.id):
        first = contact
      case .asks, .neither: break
      }
      guard contact.occurredAt < start else { return true }
      // A wait that began before the span is not of the span.
      if let asked = first, asked.occurredAt < start { first = nil }
      return first != nil
    }

    /// Ends the wait that is being followed.
    mutating func close() {
      defer { first = nil }
      guard let first, first.occurredAt >= start, first.occurredAt < end else { return }
      times.append(
        ResponseTime(
          customer: customer, request: .contact(first.id), channel: first.channel,
          askedAt: first.occurredAt, status: answer == nil ? .open : .answered,
          until: answer?.occurredAt ?? now, answer: answer?.id, promisedAt: nil,
          requestedAt: nil))
    }
  }

  /// The response time of a question that came up in a contact, or in none.
  static func time(of question: Commitment, in contact: Interaction?, now: Instant) -> ResponseTime
  {
    let status: ResponseTime.Status =
      switch question.status {
      case .open: .open
      case .dropped: .dropped
      case .kept, .answered: .answered
      }
    return ResponseTime(
      customer: question.customer, request: .question(question.id), channel: contact?.channel,
      askedAt: question.madeAt, status: status,
      until: question.closedAt ?? max(now, question.madeAt), answer: nil,
      promisedAt: question.dueAt, requestedAt: question.requestedAt)
  }
}
