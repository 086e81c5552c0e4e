/// What came back of an order in one go.
public struct Return: Record {
  /// What names the return for good.
  public let id: Identifier<Return>

  /// The order it is of.
  public internal(set) var order: Order.ID

  /// The host's own reference, held by one return.
  public internal(set) var reference: String

  /// Why it came back.
  public internal(set) var reason: String?

  /// What is in it.
  public internal(set) var contents: [LineQuantity]

  /// What it comes to at the prices of the order.
  public internal(set) var credited: Money

  /// When it came back.
  public internal(set) var returnedAt: Instant

  /// The described fields.
  public struct Fields: Sendable {
    /// ``Return/order``, for filters and sorting.
    public let order = Field<Return, Order.ID>("order", { $0.order }, { $0.order = $1 })
      .owned(by: Order.self)

    /// ``Return/reference``, for filters and sorting.
    public let reference = Field<Return, String>(
      "reference", { $0.reference }, { $0.reference = $1 })

    /// ``Return/reason``, for filters and sorting.
    public let reason = Field<Return, String?>("reason", { $0.reason }, { $0.reason = $1 })
      .personal()

    /// ``Return/contents``, for filters and sorting.
    public let contents = Field<Return, [LineQuantity]>(
      "contents", { $0.contents }, { $0.contents = $1 })

    /// ``Return/credited``, for filters and sorting.
    public let credited = Field<Return, Money>("credited", { $0.credited }, { $0.credited = $1 })

    /// ``Return/returnedAt``, for filters and sorting.
    public let returnedAt = Field<Return, Instant>(
      "returned_at", { $0.returnedAt }, { $0.returnedAt = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<Return>(
    "returns", fields, derived: true,
    indexes: [.unique(fields.reference)]
  ) {
    Return(
      id: $0, order: .zero, reference: "", contents: [], credited: .zero(.eur),
      returnedAt: .earliest)
  }
}
