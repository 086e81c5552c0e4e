/// The task to look, when the instant that the customer asked for has passed, whether an order was
/// delivered.
struct DeliveryRequest: AgendaTask {
  var order: Order.ID

  var key: String { order.description }

  static let name = "orders.delivery_request"

  private struct Fields: Sendable {
    let order = Field<DeliveryRequest, Order.ID>("order", { $0.order }, { $0.order = $1 })
  }

  static let layout = Layout(Fields(), blank: DeliveryRequest(order: .zero))
}
