/// One item of an order.
public struct OrderLine: Record {
  /// What names the line for good.
  public let id: Identifier<OrderLine>

  /// The order it is part of.
  public var order: Order.ID

  /// Its place in the order, from 1.
  public var position: Int

  /// What was ordered.
  public var item: CatalogueItem.ID

  /// How many.
  public var quantity: Int

  /// What they cost together.
  public var amount: Money

  /// The described fields.
  public struct Fields: Sendable {
    /// ``OrderLine/order``, for filters and sorting.
    public let order = Field<OrderLine, Order.ID>("order", { $0.order }, { $0.order = $1 })
      .owned(by: Order.self)

    /// ``OrderLine/position``, for filters and sorting.
    public let position = Field<OrderLine, Int>("position", { $0.position }, { $0.position = $1 })

    /// ``OrderLine/item``, for filters and sorting.
    public let item = Field<OrderLine, CatalogueItem.ID>("item", { $0.item }, { $0.item = $1 })
      .references(CatalogueItem.self)

    /// ``OrderLine/quantity``, for filters and sorting.
    public let quantity = Field<OrderLine, Int>("quantity", { $0.quantity }, { $0.quantity = $1 })

    /// ``OrderLine/amount``, for filters and sorting.
    public let amount = Field<OrderLine, Money>("amount", { $0.amount }, { $0.amount = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<OrderLine>(
    "order_lines", fields, derived: true, indexes: [.unique(fields.order, fields.position)]
  ) {
    OrderLine(
      id: $0, order: .zero, position: 0, item: .zero, quantity: 0, amount: .zero(.eur))
  }
}
