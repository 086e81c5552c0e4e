/// Money for an order came in.
public struct OrderPaid: Event {
  /// The order.
  public var order: Order.ID
  /// The customer who ordered.
  public var customer: Customer.ID
  /// The payment.
  public var payment: Payment.ID
  /// The host's reference of it.
  public var reference: String
  /// How much.
  public var amount: Money
  /// By what means.
  public var method: String?
  /// What is still to be paid; zero once the order is paid in full.
  public var outstanding: Money

  public static let name = "orders.paid"

  private struct Fields: Sendable {
    let order = Field<OrderPaid, Order.ID>("order", { $0.order }, { $0.order = $1 })
    let customer = Field<OrderPaid, Customer.ID>("customer", { $0.customer }, { $0.customer = $1 })
    let payment = Field<OrderPaid, Payment.ID>("payment", { $0.payment }, { $0.payment = $1 })
    let reference = Field<OrderPaid, String>("reference", { $0.reference }, { $0.reference = $1 })
      .personal()
    let amount = Field<OrderPaid, Money>("amount", { $0.amount }, { $0.amount = $1 })
    let method = Field<OrderPaid, String?>("method", { $0.method }, { $0.method = $1 }).personal()
    let outstanding = Field<OrderPaid, Money>(
      "outstanding", { $0.outstanding }, { $0.outstanding = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: OrderPaid(
      order: .zero, customer: .zero, payment: .zero, reference: "", amount: .zero(.eur),
      outstanding: .zero(.eur)))
}

/// Money for an order went back to the customer.
public struct OrderRefunded: Event {
  /// The order.
  public var order: Order.ID
  /// The customer who ordered.
  public var customer: Customer.ID
  /// The payment.
  public var payment: Payment.ID
  /// The host's reference of it.
  public var reference: String
  /// How much.
  public var amount: Money
  /// By what means.
  public var method: String?
  /// By how much the order now comes to less.
  public var reduction: Money

  public static let name = "orders.refunded"

  private struct Fields: Sendable {
    let order = Field<OrderRefunded, Order.ID>("order", { $0.order }, { $0.order = $1 })
    let customer = Field<OrderRefunded, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let payment = Field<OrderRefunded, Payment.ID>("payment", { $0.payment }, { $0.payment = $1 })
    let reference = Field<OrderRefunded, String>(
      "reference", { $0.reference }, { $0.reference = $1 }
    ).personal()
    let amount = Field<OrderRefunded, Money>("amount", { $0.amount }, { $0.amount = $1 })
    let method = Field<OrderRefunded, String?>("method", { $0.method }, { $0.method = $1 })
      .personal()
    let reduction = Field<OrderRefunded, Money>(
      "reduction", { $0.reduction }, { $0.reduction = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: OrderRefunded(
      order: .zero, customer: .zero, payment: .zero, reference: "", amount: .zero(.eur),
      reduction: .zero(.eur)))
}

/// A payment for an order bounced or was charged back.
public struct OrderPaymentReversed: Event {
  /// The order.
  public var order: Order.ID
  /// The customer who ordered.
  public var customer: Customer.ID
  /// The payment.
  public var payment: Payment.ID
  /// The host's reference of it.
  public var reference: String
  /// How much.
  public var amount: Money
  /// What is still to be paid.
  public var outstanding: Money

  public static let name = "orders.payment_reversed"

  private struct Fields: Sendable {
    let order = Field<OrderPaymentReversed, Order.ID>("order", { $0.order }, { $0.order = $1 })
    let customer = Field<OrderPaymentReversed, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let payment = Field<OrderPaymentReversed, Payment.ID>(
      "payment", { $0.payment }, { $0.payment = $1 })
    let reference = Field<OrderPaymentReversed, String>(
      "reference", { $0.reference }, { $0.reference = $1 }
    ).personal()
    let amount = Field<OrderPaymentReversed, Money>("amount", { $0.amount }, { $0.amount = $1 })
    let outstanding = Field<OrderPaymentReversed, Money>(
      "outstanding", { $0.outstanding }, { $0.outstanding = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: OrderPaymentReversed(
      order: .zero, customer: .zero, payment: .zero, reference: "", amount: .zero(.eur),
      outstanding: .zero(.eur)))
}
