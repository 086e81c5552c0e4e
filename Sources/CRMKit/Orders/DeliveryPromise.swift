/// The task to look, when the promised instant has passed, whether an order was delivered.
struct DeliveryPromise: AgendaTask {
  var order: Order.ID

  var key: String { order.description }

  static let name = "orders.delivery_promise"

  private struct Fields: Sendable {
    let order = Field<DeliveryPromise, Order.ID>("order", { $0.order }, { $0.order = $1 })
  }

  static let layout = Layout(Fields(), blank: DeliveryPromise(order: .zero))
}
