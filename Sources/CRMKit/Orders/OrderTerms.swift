/// The terms a customer accepted with an order, kept as evidence.
public struct OrderTerms: Described {
  /// Which terms: a version, a date, the number of an offer.
  public var reference: String

  /// Their wording, where it is kept with the order.
  public var text: String?

  /// When they were accepted.
  public var acceptedAt: Instant

  /// Who accepted them, if not the customer who ordered.
  public var acceptedBy: Principal?

  /// Through what channel they were accepted.
  public var channel: Channel?

  /// Says what was accepted, when, by whom and how.
  public init(
    _ reference: String, text: String? = nil, acceptedAt: Instant, by acceptedBy: Principal? = nil,
    through channel: Channel? = nil
  ) {
    self.reference = reference
    self.text = text
    self.acceptedAt = acceptedAt
    self.acceptedBy = acceptedBy
    self.channel = channel
  }

  private struct Fields: Sendable {
    let reference = Field<OrderTerms, String>(
      "reference", { $0.reference }, { $0.reference = $1 })
    let text = Field<OrderTerms, String?>("text", { $0.text }, { $0.text = $1 })
    let acceptedAt = Field<OrderTerms, Instant>(
      "accepted_at", { $0.acceptedAt }, { $0.acceptedAt = $1 })
    let acceptedBy = Field<OrderTerms, Principal?>(
      "accepted_by", { $0.acceptedBy }, { $0.acceptedBy = $1 }
    ).personal()
    let channel = Field<OrderTerms, Channel?>("channel", { $0.channel }, { $0.channel = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: OrderTerms("", acceptedAt: .earliest))
}

extension OrderTerms: Codable {}
