/// What a customer ordered, and what became of it.
public struct Order: Versioned {
  /// What names the order for good.
  public let id: Identifier<Order>

  /// The host's own number of the order, held by one order.
  public var number: String

  /// The customer who ordered.
  public var customer: Customer.ID

  /// What has become of it.
  public var status: Status

  /// When it was placed.
  public var placedAt: Instant

  /// When it was promised to be delivered, if it was.
  public var promisedAt: Instant?

  /// When it was delivered or cancelled.
  public var closedAt: Instant?

  /// Whether the promise passed before the order was delivered or cancelled.
  public var isLate: Bool

  /// How many units were ordered in all.
  public var units: Int

  /// What the lines come to.
  public var total: Money

  public var modifiedAt: Instant

  public var version: Int

  /// What an order can have come to.
  public enum Status: String, Sendable, Codable, FieldValue {
    /// Ordered and neither delivered nor cancelled.
    case placed
    /// With the customer.
    case delivered
    /// Called off before delivery.
    case cancelled
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Order/number``, for filters and sorting.
    public let number = Field<Order, String>("number", { $0.number }, { $0.number = $1 })

    /// ``Order/customer``, for filters and sorting.
    public let customer = Field<Order, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``Order/status``, for filters and sorting.
    public let status = Field<Order, Status>("status", { $0.status }, { $0.status = $1 })

    /// ``Order/placedAt``, for filters and sorting.
    public let placedAt = Field<Order, Instant>(
      "placed_at", { $0.placedAt }, { $0.placedAt = $1 })

    /// ``Order/promisedAt``, for filters and sorting.
    public let promisedAt = Field<Order, Instant?>(
      "promised_at", { $0.promisedAt }, { $0.promisedAt = $1 })

    /// ``Order/closedAt``, for filters and sorting.
    public let closedAt = Field<Order, Instant?>(
      "closed_at", { $0.closedAt }, { $0.closedAt = $1 })

    /// ``Order/isLate``, for filters and sorting.
    public let isLate = Field<Order, Bool>("is_late", { $0.isLate }, { $0.isLate = $1 })

    /// ``Order/units``, for filters and sorting.
    public let units = Field<Order, Int>("units", { $0.units }, { $0.units = $1 })

    /// ``Order/total``, for filters and sorting.
    public let total = Field<Order, Money>("total", { $0.total }, { $0.total = $1 })

    /// ``Order/modifiedAt``, for filters and sorting.
    public let modifiedAt = Field<Order, Instant>(
      "modified_at", { $0.modifiedAt }, { $0.modifiedAt = $1 })

    /// ``Order/version``, for filters and sorting.
    public let version = Field<Order, Int>("version", { $0.version }, { $0.version = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<Order>(
    "orders", fields,
    indexes: [
      .unique(fields.number), .ordered(fields.customer, fields.placedAt),
      .ordered(fields.placedAt),
    ]
  ) {
    Order(
      id: $0, number: "", customer: .zero, status: .placed, placedAt: .earliest, isLate: false,
      units: 0, total: .zero(.eur), modifiedAt: .earliest, version: 1)
  }
}
