/// How long a customer waited for an answer, or waits by now.
public struct ResponseTime: Hashable, Sendable {
  /// The customer.
  public let customer: Customer.ID

  /// What the customer waited for an answer to.
  public let request: Request

  /// Through what channel the customer asked; `nil` for a question that came up in no contact.
  public let channel: Channel?

  /// When the customer asked.
  public let askedAt: Instant

  /// What came of it.
  public let status: Status

  /// When the answer came or the question was dropped, or the present of one that is open.
  public let until: Instant

  /// The contact that was the answer to a contact.
  public let answer: Interaction.ID?

  /// When the firm said that it would answer.
  public let promisedAt: Instant?

  /// When the customer asked to have the answer.
  public let requestedAt: Instant?

  /// How long the customer waited, or waits by now.
  public var waited: Duration { until - askedAt }

  /// Whether the answer came too late or is late by now; `nil` where no time was named.
  public func isLate(against yardstick: Yardstick) -> Bool? {
    switch yardstick {
    case .promised: promisedAt.map { $0 < until }
    case .requested: requestedAt.map { $0 < until }
    }
  }

  /// What a customer waits for an answer to.
  public enum Request: Hashable, Sendable {
    /// A contact that no question was noted of.
    case contact(Interaction.ID)
    /// A question (``Commitment/Kind/question``).
    case question(Commitment.ID)
  }

  /// What came of it.
  public enum Status: Hashable, Sendable {
    /// The customer waits.
    case open
    /// The customer has an answer.
    case answered
    /// There will be none.
    case dropped
  }
}
