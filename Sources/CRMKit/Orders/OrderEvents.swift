/// A customer placed an order.
public struct OrderPlaced: Event {
  /// The order.
  public var order: Order.ID
  /// The customer who ordered.
  public var customer: Customer.ID
  /// The host's number of the order.
  public var number: String
  /// How many units were ordered in all.
  public var units: Int
  /// What they come to.
  public var total: Money

  public static let name = "orders.placed"

  private struct Fields: Sendable {
    let order = Field<OrderPlaced, Order.ID>("order", { $0.order }, { $0.order = $1 })
    let customer = Field<OrderPlaced, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let number = Field<OrderPlaced, String>("number", { $0.number }, { $0.number = $1 })
    let units = Field<OrderPlaced, Int>("units", { $0.units }, { $0.units = $1 })
    let total = Field<OrderPlaced, Money>("total", { $0.total }, { $0.total = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: OrderPlaced(order: .zero, customer: .zero, number: "", units: 0, total: .zero(.eur)))
}

/// The last of an order reached its customer.
public struct OrderDelivered: Event {
  /// The order.
  public var order: Order.ID
  /// The customer who ordered.
  public var customer: Customer.ID

  public static let name = "orders.delivered"

  private struct Fields: Sendable {
    let order = Field<OrderDelivered, Order.ID>("order", { $0.order }, { $0.order = $1 })
    let customer = Field<OrderDelivered, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
  }

  public static let layout = Layout(Fields(), blank: OrderDelivered(order: .zero, customer: .zero))
}

/// An order was called off with every unit that was not called off before.
public struct OrderCancelled: Event {
  /// The order.
  public var order: Order.ID
  /// The customer who ordered.
  public var customer: Customer.ID
  /// How many units were called off by this.
  public var units: Int
  /// By how much the order now comes to less.
  public var total: Money

  public static let name = "orders.cancelled"

  private struct Fields: Sendable {
    let order = Field<OrderCancelled, Order.ID>("order", { $0.order }, { $0.order = $1 })
    let customer = Field<OrderCancelled, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let units = Field<OrderCancelled, Int>("units", { $0.units }, { $0.units = $1 })
    let total = Field<OrderCancelled, Money>("total", { $0.total }, { $0.total = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: OrderCancelled(order: .zero, customer: .zero, units: 0, total: .zero(.eur)))
}

/// The instant an order was promised for passed without delivery, a millisecond before this.
public struct OrderDelayed: Event {
  /// The order.
  public var order: Order.ID
  /// The customer who ordered.
  public var customer: Customer.ID
  /// When it was promised for.
  public var promisedAt: Instant

  public static let name = "orders.delayed"

  private struct Fields: Sendable {
    let order = Field<OrderDelayed, Order.ID>("order", { $0.order }, { $0.order = $1 })
    let customer = Field<OrderDelayed, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let promisedAt = Field<OrderDelayed, Instant>(
      "promised_at", { $0.promisedAt }, { $0.promisedAt = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: OrderDelayed(order: .zero, customer: .zero, promisedAt: .earliest))
}

/// The instant the customer asked for passed without delivery, a millisecond before this.
public struct OrderRequestMissed: Event {
  /// The order.
  public var order: Order.ID
  /// The customer who ordered.
  public var customer: Customer.ID
  /// When the customer asked to have it.
  public var requestedAt: Instant

  public static let name = "orders.request_missed"

  private struct Fields: Sendable {
    let order = Field<OrderRequestMissed, Order.ID>("order", { $0.order }, { $0.order = $1 })
    let customer = Field<OrderRequestMissed, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let requestedAt = Field<OrderRequestMissed, Instant>(
      "requested_at", { $0.requestedAt }, { $0.requestedAt = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: OrderRequestMissed(order: .zero, customer: .zero, requestedAt: .earliest))
}
