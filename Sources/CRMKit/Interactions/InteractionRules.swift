/// What a contact must be like; pure.
enum InteractionRules {
  /// Every problem of a contact, field by field.
  static func problems(of new: NewInteraction, now: Instant) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    if trimmed(new.subject).isEmpty { problems.append(.init("subject", "is empty")) }
    if !isKept(new.subject, within: 1_000) {
      problems.append(.init("subject", "has more than 1,000 bytes"))
    }
    if new.subject.utf8.contains(0) {
      problems.append(.init("subject", "contains the NUL character"))
    }
    if let number = new.orderNumber, number.isEmpty || !isKept(number, within: 100) {
      problems.append(.init("order_number", "is empty or longer than 100 bytes"))
    }
    for (field, text) in [
      ("channel", new.channel.rawValue), ("order_number", new.orderNumber ?? "-"),
    ]
    where text.utf8.contains(0) {
      problems.append(.init(field, "contains the NUL character"))
    }
    if new.channel.rawValue.isEmpty || !isKept(new.channel.rawValue, within: 60) {
      problems.append(.init("channel", "is empty or longer than 60 bytes"))
    }
    if let occurredAt = new.occurredAt, occurredAt > now + .seconds(86_400) {
      problems.append(.init("occurred_at", "lies more than a day in the future"))
    }
    return problems
  }

  /// The contact that placing an order is: the customer turned to the firm.
  static func contact(for order: Occurrence<OrderPlaced>) -> NewInteraction {
    NewInteraction(
      with: order.customer, through: order.recorded.channel ?? .web, .inbound,
      subject: "Placed an order", orderNumber: order.number,
      occurredAt: order.recorded.occurredAt)
  }
}
