extension OrderOperations {
  // MARK: Payments

  /// Records money that came in for an order; the same payment again is returned as it is.
  ///
  /// - Parameters:
  ///   - id: The order.
  ///   - amount: How much, at most what is outstanding.
  ///   - reference: The host's own reference, held by one payment or refund.
  ///   - method: By what means.
  ///   - instant: When, if not now.
  /// - Throws: ``CRMError/Code/duplicate`` where another payment has the reference,
  ///   ``CRMError/Code/notAllowed`` for an order that is cancelled, ``CRMError/Code/invalid``
  ///   with every problem, ``CRMError/Code/notFound``; nothing has changed then.
  @discardableResult
  public func pay(
    _ id: Order.ID, _ amount: Money, reference: String, by method: String? = nil,
    at instant: Instant? = nil
  ) throws -> Payment {
    try record(.received, id, amount, reference, method, instant) { order, payment in
      order.paid = try order.paid + amount
      order.status = FulfilmentRules.status(of: order)
      try records.update(
        order,
        emitting: OrderPaid(
          order: id, customer: order.customer, payment: payment.id,
          reference: payment.reference, amount: amount, method: payment.method,
          outstanding: order.outstanding),
        at: payment.paidAt)
    }
  }

  /// Records money that went back to the customer; the same refund again is returned as it is.
  ///
  /// Refunds make up for cancelled and returned units first. What goes beyond that is a
  /// reduction of the price, see ``Order/value``.
  ///
  /// - Parameters:
  ///   - id: The order.
  ///   - amount: How much, at most what was paid and not refunded by that instant.
  ///   - reference: The host's own reference, held by one payment or refund.
  ///   - method: By what means.
  ///   - instant: When, if not now.
  /// - Throws: ``CRMError/Code/duplicate`` where another payment has the reference,
  ///   ``CRMError/Code/notAllowed`` where nothing was paid, ``CRMError/Code/invalid`` with every
  ///   problem, ``CRMError/Code/notFound``; nothing has changed then.
  @discardableResult
  public func refund(
    _ id: Order.ID, _ amount: Money, reference: String, by method: String? = nil,
    at instant: Instant? = nil
  ) throws -> Payment {
    try record(.refunded, id, amount, reference, method, instant) { order, payment in
      let before = order.value
      order.refunded = try order.refunded + amount
      order.status = FulfilmentRules.status(of: order)
      try records.update(
        order,
        emitting: OrderRefunded(
          order: id, customer: order.customer, payment: payment.id,
          reference: payment.reference, amount: amount, method: payment.method,
          reduction: try before - order.value),
        at: payment.paidAt)
    }
  }

  /// Notes that a payment bounced or was charged back, so that it is owed again.
  ///
  /// A payment that was reversed already is left alone.
  ///
  /// - Parameters:
  ///   - id: The payment.
  ///   - instant: When, if not now.
  /// - Throws: ``CRMError/Code/notAllowed`` for a refund, where it was reversed at another
  ///   instant, and where less would be paid than was refunded; ``CRMError/Code/invalid``,
  ///   ``CRMError/Code/notFound``. Nothing has changed then.
  @discardableResult
  public func reverse(payment id: Payment.ID, at instant: Instant? = nil) throws -> Payment {
    var payment = try payments.get(id)
    let reversedAt = instant ?? payment.reversedAt ?? transaction.now
    if payment.reversedAt == reversedAt { return payment }
    var order = try get(payment.order)
    var problems = instantProblems(
      "reversed_at", reversedAt, from: payment.paidAt, "it was paid", now: transaction.now)
    try checkReversible(payment, order, besides: problems)
    if problems.isEmpty {
      problems = PaymentRules.problems(
        ofReversing: payment, at: reversedAt, among: try payments(of: order.id))
    }
    guard problems.isEmpty else { throw CRMError.invalid("payments", problems) }
    payment.reversedAt = reversedAt
    order.paid = try order.paid - payment.amount
    order.status = FulfilmentRules.status(of: order)
    return try transaction.operation { [order, payment] in
      try payments.put(payment)
      try records.update(
        order,
        emitting: OrderPaymentReversed(
          order: order.id, customer: order.customer, payment: id, reference: payment.reference,
          amount: payment.amount, outstanding: order.outstanding), at: reversedAt)
      return payment
    }
  }

  private func checkReversible(
    _ payment: Payment, _ order: Order, besides problems: [CRMError.Issue]
  ) throws(CRMError) {
    let problem: String
    if payment.kind == .refunded {
      problem = "is a refund"
    } else if payment.reversedAt != nil {
      problem = "was reversed at another instant"
    } else if order.paid.minorUnits - payment.amount.minorUnits < order.refunded.minorUnits {
      problem = "was refunded, all or in part"
    } else {
      return
    }
    throw CRMError(
      .notAllowed, "Payment \(payment.id) \(problem) and cannot be reversed.",
      recovery: "Look at the payments of the order.", issues: problems, record: "payments",
      identifier: payment.id.description)
  }

  private func record(
    _ kind: Payment.Kind, _ id: Order.ID, _ amount: Money, _ reference: String,
    _ method: String?, _ instant: Instant?, _ apply: (inout Order, Payment) throws -> Void
  ) throws -> Payment {
    let known = try find(payment: reference)
    let differences = known.map {
      OrderRules.differences([
        "order": $0.order == id, "kind": $0.kind == kind, "amount": $0.amount == amount,
        "method": $0.method == method, "paid_at": (instant ?? $0.paidAt) == $0.paidAt,
      ])
    }
    if let known, differences == [] { return known }
    let taken = known.map { self.taken(by: $0.id, differences) }
    var order = try order(id, taken: taken)
    let payment = Payment(
      id: transaction.makeIdentifier(), order: id, reference: reference, kind: kind,
      amount: amount, method: method, paidAt: instant ?? transaction.now)
    // Under a reference that is taken it may be the same payment told again.
    var problems = PaymentRules.problems(
      of: payment, for: order, now: transaction.now, isBounded: taken == nil)
    if let taken { throw taken.beside(problems) }
    try checkPayable(order, kind, besides: problems)
    if kind == .refunded, !problems.contains(where: { ["amount", "paid_at"].contains($0.field) }) {
      problems += PaymentRules.problems(ofRefunding: payment, among: try payments(of: id))
    }
    guard problems.isEmpty else { throw CRMError.invalid("payments", problems) }
    return try transaction.operation {
      try payments.put(payment)
      try apply(&order, payment)
      return try payments.get(payment.id)
    }
  }

  private func checkPayable(
    _ order: Order, _ kind: Payment.Kind, besides problems: [CRMError.Issue]
  ) throws(CRMError) {
    let isPayable = kind == .received ? order.status != .cancelled : order.paid.minorUnits > 0
    guard !isPayable else { return }
    throw CRMError(
      .notAllowed,
      kind == .received
        ? "Order \(order.id) is \(order.status.rawValue) and takes no payment."
        : "Order \(order.id) is \(order.status.rawValue) and nothing was paid for it.",
      recovery: kind == .received
        ? "Record the payment with the order it is for." : "Record the payment first.",
      issues: problems, record: "orders", identifier: order.id.description)
  }

  // MARK: Reading

  /// What was paid and refunded for an order, in the order it was recorded.
  public func payments(of id: Order.ID) throws -> [Payment] {
    try payments.all(where: { $0.order == id })
  }

  /// The payment or refund of a reference, if there is one.
  public func find(payment reference: String) throws -> Payment? {
    guard OrderRules.isReference(reference) else { return nil }
    return try payments.first(where: { $0.reference == reference })
  }

  private var payments: Records<Payment> { transaction.records(of: Payment.self, with: Orders.key) }
}
