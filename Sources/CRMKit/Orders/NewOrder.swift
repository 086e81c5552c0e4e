/// An order to be placed.
///
///     NewOrder(
///       number: "2026-1", customer: yuna.id,
///       lines: [.init(tea.id, quantity: 2, amount: try Money("17.80", .eur))])
public struct NewOrder: Hashable, Sendable {
  /// The host's own number of the order; placing it again under its number changes nothing.
  public var number: String

  /// The customer who orders.
  public var customer: Customer.ID

  /// What is ordered, at least one line.
  public var lines: [Line]

  /// What is taken off all lines together, after their own discounts.
  public var discount: Portion?

  /// The tax on lines that have none of their own.
  public var tax: Portion?

  /// Whether the amounts have the tax in them, or it comes on top.
  public var isTaxIncluded: Bool

  /// When it was placed, if not now.
  public var placedAt: Instant?

  /// When the customer asked to have it, if they did.
  public var requestedAt: Instant?

  /// When it is promised to be delivered, if it is.
  public var promisedAt: Instant?

  /// The terms the customer accepted, kept with the order.
  public var terms: OrderTerms?

  /// One item of the order.
  public struct Line: Hashable, Sendable {
    /// What is ordered.
    public var item: CatalogueItem.ID

    /// How many, at least 1.
    public var quantity: Int

    /// What they cost together, before discount and tax are counted.
    public var amount: Money

    /// What is taken off this line.
    public var discount: Portion?

    /// The tax on this line, where it is not the order's.
    public var tax: Portion?

    /// What the customer chose, option by option; kept with the order and never changed.
    public var specification: Attributes

    /// So many of an item for an amount in all.
    public init(
      _ item: CatalogueItem.ID, quantity: Int = 1, amount: Money, discount: Portion? = nil,
      tax: Portion? = nil, specification: Attributes = [:]
    ) {
      self.item = item
      self.quantity = quantity
      self.amount = amount
      self.discount = discount
      self.tax = tax
      self.specification = specification
    }
  }

  /// Says what is ordered.
  public init(
    number: String, customer: Customer.ID, lines: [Line], discount: Portion? = nil,
    tax: Portion? = nil, isTaxIncluded: Bool = false, placedAt: Instant? = nil,
    requestedAt: Instant? = nil, promisedAt: Instant? = nil, terms: OrderTerms? = nil
  ) {
    self.number = number
    self.customer = customer
    self.lines = lines
    self.discount = discount
    self.tax = tax
    self.isTaxIncluded = isTaxIncluded
    self.placedAt = placedAt
    self.requestedAt = requestedAt
    self.promisedAt = promisedAt
    self.terms = terms
  }
}
