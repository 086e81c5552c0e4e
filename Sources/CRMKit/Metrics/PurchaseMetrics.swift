/// What a customer has bought in one currency, kept up to date with every order.
public struct PurchaseMetrics: Record {
  /// What names the figures for good.
  public let id: Identifier<PurchaseMetrics>

  /// The customer.
  public var customer: Customer.ID

  /// How many orders, those cancelled left out and those returned in.
  public var orders: Int

  /// How many units, those cancelled or returned left out.
  public var units: Int

  /// What they came to in the end, tax included; see ``Order/value``.
  public var revenue: Money

  /// How often goods came back.
  public var returns: Int

  /// What went back to the customer, of cancelled orders too.
  public var refunded: Money

  /// When the first order that was not cancelled was placed.
  public var firstOrderAt: Instant?

  /// When the last order that was not cancelled was placed.
  public var lastOrderAt: Instant?

  /// The described fields.
  public struct Fields: Sendable {
    /// ``PurchaseMetrics/customer``, for filters and sorting.
    public let customer = Field<PurchaseMetrics, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 }
    ).owned(by: Customer.self)

    /// ``PurchaseMetrics/orders``, for filters and sorting.
    public let orders = Field<PurchaseMetrics, Int>("orders", { $0.orders }, { $0.orders = $1 })

    /// ``PurchaseMetrics/units``, for filters and sorting.
    public let units = Field<PurchaseMetrics, Int>("units", { $0.units }, { $0.units = $1 })

    /// ``PurchaseMetrics/revenue``, for filters and sorting.
    public let revenue = Field<PurchaseMetrics, Money>(
      "revenue", { $0.revenue }, { $0.revenue = $1 })

    /// ``PurchaseMetrics/returns``, for filters and sorting.
    public let returns = Field<PurchaseMetrics, Int>(
      "returns", { $0.returns }, { $0.returns = $1 })

    /// ``PurchaseMetrics/refunded``, for filters and sorting.
    public let refunded = Field<PurchaseMetrics, Money>(
      "refunded", { $0.refunded }, { $0.refunded = $1 })

    /// ``PurchaseMetrics/firstOrderAt``, for filters and sorting.
    public let firstOrderAt = Field<PurchaseMetrics, Instant?>(
      "first_order_at", { $0.firstOrderAt }, { $0.firstOrderAt = $1 })

    /// ``PurchaseMetrics/lastOrderAt``, for filters and sorting.
    public let lastOrderAt = Field<PurchaseMetrics, Instant?>(
      "last_order_at", { $0.lastOrderAt }, { $0.lastOrderAt = $1 })

    /// The currency of ``PurchaseMetrics/revenue``.
    public let currency = Field<PurchaseMetrics, Currency>(derived: "currency") {
      $0.revenue.currency
    }
  }

  public static let fields = Fields()

  public static let schema = Schema<PurchaseMetrics>(
    "purchase_metrics", fields, derived: true,
    indexes: [.unique(fields.customer, fields.currency), .ordered(fields.revenue)]
  ) {
    PurchaseMetrics(id: $0, customer: .zero, currency: .eur)
  }
}

extension PurchaseMetrics {
  /// The figures of a customer who has bought nothing in a currency.
  init(id: Identifier<PurchaseMetrics>, customer: Customer.ID, currency: Currency) {
    self.init(
      id: id, customer: customer, orders: 0, units: 0, revenue: .zero(currency), returns: 0,
      refunded: .zero(currency))
  }
}
