/// Money that changed hands for an order.
public struct Payment: Record {
  /// What names the payment for good.
  public let id: Identifier<Payment>

  /// The order it is for.
  public internal(set) var order: Order.ID

  /// The host's own reference, held by one payment.
  public internal(set) var reference: String

  /// Which way it went.
  public internal(set) var kind: Kind

  /// How much, above zero.
  public internal(set) var amount: Money

  /// By what means: a card, a transfer, cash.
  public internal(set) var method: String?

  /// When it was paid.
  public internal(set) var paidAt: Instant

  /// When it bounced or was charged back, if it was.
  public internal(set) var reversedAt: Instant?

  /// Which way money goes.
  public enum Kind: String, Sendable, Codable, FieldValue {
    /// From the customer.
    case received
    /// Back to the customer.
    case refunded
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Payment/order``, for filters and sorting.
    public let order = Field<Payment, Order.ID>("order", { $0.order }, { $0.order = $1 })
      .owned(by: Order.self)

    /// ``Payment/reference``, for filters and sorting.
    public let reference = Field<Payment, String>(
      "reference", { $0.reference }, { $0.reference = $1 }
    ).personal()

    /// ``Payment/kind``, for filters and sorting.
    public let kind = Field<Payment, Kind>("kind", { $0.kind }, { $0.kind = $1 })

    /// ``Payment/amount``, for filters and sorting.
    public let amount = Field<Payment, Money>("amount", { $0.amount }, { $0.amount = $1 })

    /// ``Payment/method``, for filters and sorting.
    public let method = Field<Payment, String?>("method", { $0.method }, { $0.method = $1 })
      .personal()

    /// ``Payment/paidAt``, for filters and sorting.
    public let paidAt = Field<Payment, Instant>("paid_at", { $0.paidAt }, { $0.paidAt = $1 })

    /// ``Payment/reversedAt``, for filters and sorting.
    public let reversedAt = Field<Payment, Instant?>(
      "reversed_at", { $0.reversedAt }, { $0.reversedAt = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<Payment>(
    "payments", fields, derived: true,
    indexes: [.unique(fields.reference)]
  ) {
    Payment(
      id: $0, order: .zero, reference: "", kind: .received, amount: .zero(.eur),
      paidAt: .earliest)
  }
}
