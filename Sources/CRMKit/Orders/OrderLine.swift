/// One item of an order: what was agreed, which never changes, and where its units are.
public struct OrderLine: Record {
  /// What names the line for good.
  public let id: Identifier<OrderLine>

  /// The order it is part of.
  public internal(set) var order: Order.ID

  /// Its place in the order, from 1.
  public internal(set) var position: Int

  /// What was ordered.
  public internal(set) var item: CatalogueItem.ID

  /// What the item was called when it was ordered.
  public internal(set) var name: String

  /// What the customer chose, option by option.
  public internal(set) var specification: Attributes

  /// How many were ordered.
  public internal(set) var quantity: Int

  /// What they cost together, before discount and tax are counted.
  public internal(set) var amount: Money

  /// What is taken off: the line's own discount and its share of the order's.
  public internal(set) var discount: Money

  /// The rate of the tax, where a rate was given.
  public internal(set) var taxRate: Rate?

  /// The tax on it: on top of the amount or within it, as the order says.
  public internal(set) var tax: Money

  /// What the customer owes for it: the amount less the discount, with the tax.
  public internal(set) var total: Money

  /// How many were called off before they were sent.
  public internal(set) var cancelled: Int

  /// How many were made ready to be sent, those sent included.
  public internal(set) var picked: Int

  /// How many were sent, those delivered included.
  public internal(set) var shipped: Int

  /// How many reached the customer, those that came back included.
  public internal(set) var delivered: Int

  /// How many came back.
  public internal(set) var returned: Int

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

    /// ``OrderLine/name``, for filters and sorting.
    public let name = Field<OrderLine, String>("name", { $0.name }, { $0.name = $1 })

    /// ``OrderLine/specification``, for filters and sorting.
    public let specification = Field<OrderLine, Attributes>(
      "specification", { $0.specification }, { $0.specification = $1 }
    ).personal()

    /// ``OrderLine/quantity``, for filters and sorting.
    public let quantity = Field<OrderLine, Int>("quantity", { $0.quantity }, { $0.quantity = $1 })

    /// ``OrderLine/amount``, for filters and sorting.
    public let amount = Field<OrderLine, Money>("amount", { $0.amount }, { $0.amount = $1 })

    /// ``OrderLine/discount``, for filters and sorting.
    public let discount = Field<OrderLine, Money>("discount", { $0.discount }, { $0.discount = $1 })

    /// ``OrderLine/taxRate``, for filters and sorting.
    public let taxRate = Field<OrderLine, Rate?>("tax_rate", { $0.taxRate }, { $0.taxRate = $1 })

    /// ``OrderLine/tax``, for filters and sorting.
    public let tax = Field<OrderLine, Money>("tax", { $0.tax }, { $0.tax = $1 })

    /// ``OrderLine/total``, for filters and sorting.
    public let total = Field<OrderLine, Money>("total", { $0.total }, { $0.total = $1 })

    /// ``OrderLine/cancelled``, for filters and sorting.
    public let cancelled = Field<OrderLine, Int>(
      "cancelled", { $0.cancelled }, { $0.cancelled = $1 })

    /// ``OrderLine/picked``, for filters and sorting.
    public let picked = Field<OrderLine, Int>("picked", { $0.picked }, { $0.picked = $1 })

    /// ``OrderLine/shipped``, for filters and sorting.
    public let shipped = Field<OrderLine, Int>("shipped", { $0.shipped }, { $0.shipped = $1 })

    /// ``OrderLine/delivered``, for filters and sorting.
    public let delivered = Field<OrderLine, Int>(
      "delivered", { $0.delivered }, { $0.delivered = $1 })

    /// ``OrderLine/returned``, for filters and sorting.
    public let returned = Field<OrderLine, Int>("returned", { $0.returned }, { $0.returned = $1 })
  }

  public static let fields = Fields()

  public static let schema = Schema<OrderLine>(
    "order_lines", fields, derived: true,
    indexes: [.unique(fields.order, fields.position)]
  ) {
    OrderLine(
      id: $0, order: .zero, position: 0, item: .zero, name: "", specification: [:], quantity: 0,
      amount: .zero(.eur), discount: .zero(.eur), tax: .zero(.eur), total: .zero(.eur),
      cancelled: 0, picked: 0, shipped: 0, delivered: 0, returned: 0)
  }
}
