/// A contact to be recorded.
public struct NewInteraction: Hashable, Sendable {
  /// The customer.
  public var customer: Customer.ID

  /// Through what channel.
  public var channel: Channel

  /// Who turned to whom.
  public var direction: Interaction.Direction

  /// What it was about, in a few words.
  public var subject: String

  /// The host's number of the order it belongs to, if it belongs to one.
  public var orderNumber: String?

  /// When it happened, if not now.
  public var occurredAt: Instant?

  /// Says what happened.
  public init(
    with customer: Customer.ID, through channel: Channel, _ direction: Interaction.Direction,
    subject: String, orderNumber: String? = nil, occurredAt: Instant? = nil
  ) {
    self.customer = customer
    self.channel = channel
    self.direction = direction
    self.subject = subject
    self.orderNumber = orderNumber
    self.occurredAt = occurredAt
  }
}
