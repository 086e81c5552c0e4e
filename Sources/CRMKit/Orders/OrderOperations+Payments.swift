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
  ///   - amount: How much, at most what was paid and not refunded.
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

  private func record(
    _ kind: Payment.Kind, _ id: Order.ID, _ amount: Money, _ reference: String,
    _ method: String?, _ instant: Instant?, _ apply: (inout Order, Payment) throws -> Void
  ) throws -> Payment {
    if let known = try find(payment: reference) {
      let isSame =
        known.order == id && known.kind == kind && known.amount == amount
        && known.method == method && (instant ?? known.paidAt) == known.paidAt
      guard isSame else { throw taken(reference, "payments", known.id.description) }
      return known
    }
    var order = try get(id)
    try checkPayable(order, kind)
    let payment = Payment(
      id: transaction.makeIdentifier(), order: id, reference: reference, kind: kind,
      amount: amount, method: method, paidAt: instant ?? transaction.now)
    let problems = PaymentRules.problems(of: payment, for: order, now: transaction.now)
    guard problems.isEmpty else { throw CRMError.invalid("payments", problems) }
    return try transaction.operation {
      try payments.put(payment)
      try apply(&order, payment)
      return try payments.get(payment.id)
    }
  }

  private func checkPayable(_ order: Order, _ kind: Payment.Kind) throws(CRMError) {
    let isPayable = kind == .received ? order.status != .cancelled : order.paid.minorUnits > 0
    guard !isPayable else { return }
    throw CRMError(
      .notAllowed,
      kind == .received
        ? "Order \(order.id) is \(order.status.rawValue) and takes no payment."
        : "Order \(order.id) is \(order.status.rawValue) and nothing was paid for it.",
      recovery: kind == .received
        ? "Record the payment with the order it is for." : "Record the payment first.",
      record: "orders", identifier: order.id.description)
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

  private var payments: Records<Payment> { transaction.records(of: Payment.self) }
}

/// What a payment must be like; pure.
enum PaymentRules {
  /// Every problem of a payment, field by field.
  static func problems(of payment: Payment, for order: Order, now: Instant) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    if !OrderRules.isReference(payment.reference) {
      problems.append(.init("reference", "is empty, longer than 100 bytes or contains NUL"))
    }
    problems += amountProblems(of: payment, for: order)
    if let method = payment.method { problems += textProblems("method", method, within: 100) }
    return problems
      + instantProblems(
        "paid_at", payment.paidAt, from: order.placedAt, "the order was placed", now: now)
  }

  private static func amountProblems(of payment: Payment, for order: Order) -> [CRMError.Issue] {
    let currency = order.total.currency
    guard payment.amount.currency == currency else {
      return [
        .init(
          "amount",
          "is in \(payment.amount.currency.rawValue), the order in \(currency.rawValue)")
      ]
    }
    guard payment.amount.minorUnits > 0 else { return [.init("amount", "is not above zero")] }
    let most: Int64
    let what: String
    switch payment.kind {
    case .received: (most, what) = (order.outstanding.minorUnits, "still to be paid")
    case .refunded:
      most = order.paid.minorUnits - order.refunded.minorUnits
      what = "paid and not refunded"
    }
    guard payment.amount.minorUnits > most else { return [] }
    let limit = Money(minorUnits: max(0, most), currency)
    return [.init("amount", "is more than the \(limit) \(what)")]
  }
}
