/// Units of an order were made ready to be sent.
public struct OrderPicked: Event {
  /// The order.
  public var order: Order.ID
  /// The customer who ordered.
  public var customer: Customer.ID
  /// How many units.
  public var units: Int
  /// Of which lines.
  public var contents: [LineQuantity]

  public static let name = "orders.picked"

  private struct Fields: Sendable {
    let order = Field<OrderPicked, Order.ID>("order", { $0.order }, { $0.order = $1 })
    let customer = Field<OrderPicked, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let units = Field<OrderPicked, Int>("units", { $0.units }, { $0.units = $1 })
    let contents = Field<OrderPicked, [LineQuantity]>(
      "contents", { $0.contents }, { $0.contents = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: OrderPicked(
      order: .zero, customer: .zero, units: 0, contents: []))
}

/// Units of an order were sent, downloaded, done or handed over.
public struct OrderShipped: Event {
  /// The order.
  public var order: Order.ID
  /// The customer who ordered.
  public var customer: Customer.ID
  /// The shipment.
  public var shipment: Shipment.ID
  /// The host's reference of it.
  public var reference: String
  /// How it gets to the customer.
  public var means: Shipment.Means
  /// Who carries it.
  public var carrier: String?
  /// How many units.
  public var units: Int
  /// What is in it.
  public var contents: [LineQuantity]

  public static let name = "orders.shipped"

  private struct Fields: Sendable {
    let order = Field<OrderShipped, Order.ID>("order", { $0.order }, { $0.order = $1 })
    let customer = Field<OrderShipped, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let shipment = Field<OrderShipped, Shipment.ID>(
      "shipment", { $0.shipment }, { $0.shipment = $1 })
    let reference = Field<OrderShipped, String>(
      "reference", { $0.reference }, { $0.reference = $1 }
    ).personal()
    let means = Field<OrderShipped, Shipment.Means>("means", { $0.means }, { $0.means = $1 })
    let carrier = Field<OrderShipped, String?>("carrier", { $0.carrier }, { $0.carrier = $1 })
    let units = Field<OrderShipped, Int>("units", { $0.units }, { $0.units = $1 })
    let contents = Field<OrderShipped, [LineQuantity]>(
      "contents", { $0.contents }, { $0.contents = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: OrderShipped(
      order: .zero, customer: .zero, shipment: .zero, reference: "", means: .parcel, units: 0,
      contents: []))
}

/// One shipment of an order reached the customer.
public struct ShipmentDelivered: Event {
  /// The order.
  public var order: Order.ID
  /// The customer who ordered.
  public var customer: Customer.ID
  /// The shipment.
  public var shipment: Shipment.ID
  /// How many units.
  public var units: Int

  public static let name = "orders.shipment_delivered"

  private struct Fields: Sendable {
    let order = Field<ShipmentDelivered, Order.ID>("order", { $0.order }, { $0.order = $1 })
    let customer = Field<ShipmentDelivered, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let shipment = Field<ShipmentDelivered, Shipment.ID>(
      "shipment", { $0.shipment }, { $0.shipment = $1 })
    let units = Field<ShipmentDelivered, Int>("units", { $0.units }, { $0.units = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: ShipmentDelivered(
      order: .zero, customer: .zero, shipment: .zero, units: 0))
}

/// Units of an order were called off; the rest stays ordered.
public struct OrderPartlyCancelled: Event {
  /// The order.
  public var order: Order.ID
  /// The customer who ordered.
  public var customer: Customer.ID
  /// How many units.
  public var units: Int
  /// Of which lines.
  public var contents: [LineQuantity]
  /// By how much the order now comes to less.
  public var reduction: Money

  public static let name = "orders.partly_cancelled"

  private struct Fields: Sendable {
    let order = Field<OrderPartlyCancelled, Order.ID>("order", { $0.order }, { $0.order = $1 })
    let customer = Field<OrderPartlyCancelled, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let units = Field<OrderPartlyCancelled, Int>("units", { $0.units }, { $0.units = $1 })
    let contents = Field<OrderPartlyCancelled, [LineQuantity]>(
      "contents", { $0.contents }, { $0.contents = $1 })
    let reduction = Field<OrderPartlyCancelled, Money>(
      "reduction", { $0.reduction }, { $0.reduction = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: OrderPartlyCancelled(
      order: .zero, customer: .zero, units: 0, contents: [], reduction: .zero(.eur)))
}

/// Units of an order came back.
public struct OrderReturned: Event {
  /// The order.
  public var order: Order.ID
  /// The customer who ordered.
  public var customer: Customer.ID
  /// The return.
  public var goods: Return.ID
  /// The host's reference of it.
  public var reference: String
  /// Why they came back.
  public var reason: String?
  /// How many units.
  public var units: Int
  /// What is in it.
  public var contents: [LineQuantity]
  /// By how much the order now comes to less.
  public var reduction: Money

  public static let name = "orders.returned"

  private struct Fields: Sendable {
    let order = Field<OrderReturned, Order.ID>("order", { $0.order }, { $0.order = $1 })
    let customer = Field<OrderReturned, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let goods = Field<OrderReturned, Return.ID>("goods", { $0.goods }, { $0.goods = $1 })
    let reference = Field<OrderReturned, String>(
      "reference", { $0.reference }, { $0.reference = $1 })
    let reason = Field<OrderReturned, String?>("reason", { $0.reason }, { $0.reason = $1 })
      .personal()
    let units = Field<OrderReturned, Int>("units", { $0.units }, { $0.units = $1 })
    let contents = Field<OrderReturned, [LineQuantity]>(
      "contents", { $0.contents }, { $0.contents = $1 })
    let reduction = Field<OrderReturned, Money>(
      "reduction", { $0.reduction }, { $0.reduction = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: OrderReturned(
      order: .zero, customer: .zero, goods: .zero, reference: "", units: 0, contents: [],
      reduction: .zero(.eur)))
}
