/// An order to be placed.
public struct NewOrder: Hashable, Sendable {
  /// The host's own number of the order; placing it again under its number changes nothing.
  public var number: String

  /// The customer who orders.
  public var customer: Customer.ID

  /// What is ordered, at least one line.
  public var lines: [Line]

  /// When it was placed, if not now.
  public var placedAt: Instant?

  /// When it is promised to be delivered, if it is.
  public var promisedAt: Instant?

  /// One item of the order.
  public struct Line: Hashable, Sendable {
    /// What is ordered.
    public var item: CatalogueItem.ID

    /// How many, at least 1.
    public var quantity: Int

    /// What they cost together.
    public var amount: Money

    /// So many of an item for an amount in all.
    public init(_ item: CatalogueItem.ID, quantity: Int = 1, amount: Money) {
      self.item = item
      self.quantity = quantity
      self.amount = amount
    }
  }

  /// Says what is ordered.
  public init(
    number: String, customer: Customer.ID, lines: [Line], placedAt: Instant? = nil,
    promisedAt: Instant? = nil
  ) {
    self.number = number
    self.customer = customer
    self.lines = lines
    self.placedAt = placedAt
    self.promisedAt = promisedAt
  }
}
