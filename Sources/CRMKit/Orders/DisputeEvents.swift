/// A customer disagrees over an order.
public struct OrderDisputed: Event {
  /// The order.
  public var order: Order.ID
  /// The customer who ordered.
  public var customer: Customer.ID
  /// The dispute.
  public var dispute: Dispute.ID
  /// The host's reference of it.
  public var reference: String
  /// What the customer says.
  public var subject: String

  public static let name = "orders.disputed"

  private struct Fields: Sendable {
    let order = Field<OrderDisputed, Order.ID>("order", { $0.order }, { $0.order = $1 })
    let customer = Field<OrderDisputed, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let dispute = Field<OrderDisputed, Dispute.ID>("dispute", { $0.dispute }, { $0.dispute = $1 })
    let reference = Field<OrderDisputed, String>(
      "reference", { $0.reference }, { $0.reference = $1 })
    let subject = Field<OrderDisputed, String>("subject", { $0.subject }, { $0.subject = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: OrderDisputed(
      order: .zero, customer: .zero, dispute: .zero, reference: "", subject: ""))
}

/// A dispute over an order was settled.
public struct OrderDisputeSettled: Event {
  /// The order.
  public var order: Order.ID
  /// The customer who ordered.
  public var customer: Customer.ID
  /// The dispute.
  public var dispute: Dispute.ID
  /// The host's reference of it.
  public var reference: String
  /// How it was settled.
  public var outcome: String

  public static let name = "orders.dispute_settled"

  private struct Fields: Sendable {
    let order = Field<OrderDisputeSettled, Order.ID>("order", { $0.order }, { $0.order = $1 })
    let customer = Field<OrderDisputeSettled, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let dispute = Field<OrderDisputeSettled, Dispute.ID>(
      "dispute", { $0.dispute }, { $0.dispute = $1 })
    let reference = Field<OrderDisputeSettled, String>(
      "reference", { $0.reference }, { $0.reference = $1 })
    let outcome = Field<OrderDisputeSettled, String>("outcome", { $0.outcome }, { $0.outcome = $1 })
  }

  public static let layout = Layout(
    Fields(),
    blank: OrderDisputeSettled(
      order: .zero, customer: .zero, dispute: .zero, reference: "", outcome: ""))
}
