/// A contact between a customer and the firm.
public struct Interaction: Record {
  /// What names the contact for good.
  public let id: Identifier<Interaction>

  /// The customer.
  public var customer: Customer.ID

  /// Through what channel.
  public var channel: Channel

  /// Who turned to whom.
  public var direction: Direction

  /// What it was about, in a few words.
  public var subject: String

  /// The host's number of the order it belongs to, if it belongs to one.
  public var orderNumber: String?

  /// When it happened.
  public var occurredAt: Instant

  /// When it was recorded.
  public var recordedAt: Instant

  /// Who turned to whom.
  public enum Direction: String, Sendable, Codable, FieldValue {
    /// The customer turned to the firm.
    case inbound
    /// The firm turned to the customer.
    case outbound
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Interaction/customer``, for filters and sorting.
    public let customer = Field<Interaction, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``Interaction/channel``, for filters and sorting.
    public let channel = Field<Interaction, Channel>(
      "channel", { $0.channel }, { $0.channel = $1 })

    /// ``Interaction/direction``, for filters and sorting.
    public let direction = Field<Interaction, Direction>(
      "direction", { $0.direction }, { $0.direction = $1 })

    /// ``Interaction/subject``, for filters and sorting.
    public let subject = Field<Interaction, String>(
      "subject", { $0.subject }, { $0.subject = $1 }
    ).personal()

    /// ``Interaction/orderNumber``, for filters and sorting.
    public let orderNumber = Field<Interaction, String?>(
      "order_number", { $0.orderNumber }, { $0.orderNumber = $1 })

    /// ``Interaction/occurredAt``, for filters and sorting.
    public let occurredAt = Field<Interaction, Instant>(
      "occurred_at", { $0.occurredAt }, { $0.occurredAt = $1 })

    /// ``Interaction/recordedAt``, for filters and sorting.
    public let recordedAt = Field<Interaction, Instant>(
      "recorded_at", { $0.recordedAt }, { $0.recordedAt = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<Interaction>(
    "interactions", fields, indexes: [.ordered(fields.customer, fields.occurredAt)]
  ) {
    Interaction(
      id: $0, customer: .zero, channel: .web, direction: .inbound, subject: "",
      occurredAt: .earliest, recordedAt: .earliest)
  }
}
