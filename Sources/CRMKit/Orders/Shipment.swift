/// What was sent of an order in one go.
public struct Shipment: Record {
  /// What names the shipment for good.
  public let id: Identifier<Shipment>

  /// The order it is of.
  public internal(set) var order: Order.ID

  /// The host's own reference, such as the carrier's; held by one shipment.
  public internal(set) var reference: String

  /// How it gets to the customer.
  public internal(set) var means: Means

  /// Who carries it.
  public internal(set) var carrier: String?

  /// What is in it.
  public internal(set) var contents: [LineQuantity]

  /// When it was sent.
  public internal(set) var shippedAt: Instant

  /// When it reached the customer.
  public internal(set) var deliveredAt: Instant?

  /// How something gets to the customer.
  public enum Means: String, Sendable, Codable, FieldValue {
    /// Sent, and delivered some time later.
    case parcel
    /// Downloaded, and so delivered at once.
    case download
    /// Done for the customer, and so delivered at once.
    case service
    /// Handed over, and so delivered at once.
    case handover

    /// Whether what is sent is with the customer at once.
    public var isImmediate: Bool { self != .parcel }
  }

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Shipment/order``, for filters and sorting.
    public let order = Field<Shipment, Order.ID>("order", { $0.order }, { $0.order = $1 })
      .owned(by: Order.self)

    /// ``Shipment/reference``, for filters and sorting.
    public let reference = Field<Shipment, String>(
      "reference", { $0.reference }, { $0.reference = $1 }
    ).personal()

    /// ``Shipment/means``, for filters and sorting.
    public let means = Field<Shipment, Means>("means", { $0.means }, { $0.means = $1 })

    /// ``Shipment/carrier``, for filters and sorting.
    public let carrier = Field<Shipment, String?>("carrier", { $0.carrier }, { $0.carrier = $1 })

    /// ``Shipment/contents``, for filters and sorting.
    public let contents = Field<Shipment, [LineQuantity]>(
      "contents", { $0.contents }, { $0.contents = $1 })

    /// ``Shipment/shippedAt``, for filters and sorting.
    public let shippedAt = Field<Shipment, Instant>(
      "shipped_at", { $0.shippedAt }, { $0.shippedAt = $1 })

    /// ``Shipment/deliveredAt``, for filters and sorting.
    public let deliveredAt = Field<Shipment, Instant?>(
      "delivered_at", { $0.deliveredAt }, { $0.deliveredAt = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<Shipment>(
    "shipments", fields, derived: true,
    indexes: [.unique(fields.reference)]
  ) {
    Shipment(
      id: $0, order: .zero, reference: "", means: .parcel, contents: [], shippedAt: .earliest)
  }
}
