/// A customer came back who had stayed away.
public struct CustomerReturned: Event {
  /// What is kept of it, with the reason.
  public var comeback: Comeback.ID
  /// The customer.
  public var customer: Customer.ID
  /// The order with which the customer did, if it was one.
  public var order: Order.ID?
  /// The plan that is credited; `nil` where none is.
  public var creditedPlan: Plan.ID?

  public static let name = "plans.customer_returned"

  private struct Fields: Sendable {
    let comeback = Field<CustomerReturned, Comeback.ID>(
      "comeback", { $0.comeback }, { $0.comeback = $1 })
    let customer = Field<CustomerReturned, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
    let order = Field<CustomerReturned, Order.ID?>("order", { $0.order }, { $0.order = $1 })
    let creditedPlan = Field<CustomerReturned, Plan.ID?>(
      "credited_plan", { $0.creditedPlan }, { $0.creditedPlan = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: CustomerReturned(comeback: .zero, customer: .zero))
}

/// A return turned out to be none, as its order was cancelled.
public struct CustomerReturnWithdrawn: Event {
  /// What is kept of it.
  public var comeback: Comeback.ID
  /// The customer.
  public var customer: Customer.ID

  public static let name = "plans.customer_return_withdrawn"

  private struct Fields: Sendable {
    let comeback = Field<CustomerReturnWithdrawn, Comeback.ID>(
      "comeback", { $0.comeback }, { $0.comeback = $1 })
    let customer = Field<CustomerReturnWithdrawn, Customer.ID>(
      "customer", { $0.customer }, { $0.customer = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: CustomerReturnWithdrawn(comeback: .zero, customer: .zero))
}
