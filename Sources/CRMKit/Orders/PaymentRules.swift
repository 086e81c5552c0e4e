/// What a payment must be like; pure.
enum PaymentRules {
  /// Every problem of a payment, field by field.
  ///
  /// - Parameter isBounded: Whether it matters how much is left to be paid or refunded.
  static func problems(
    of payment: Payment, for order: Order, now: Instant, isBounded: Bool
  ) -> [CRMError.Issue] {
    var problems = OrderRules.referenceProblems("reference", payment.reference)
    problems += amountProblems(of: payment, for: order, isBounded: isBounded)
    problems += TextRules.problems(of: payment.method, in: "method", within: 100)
    return problems
      + instantProblems(
        "paid_at", payment.paidAt, from: order.placedAt, "the order was placed", now: now)
  }

  /// Where a refund would have been made before so much was paid.
  ///
  /// - Parameter payments: All payments and refunds of the order.
  /// - Complexity: O(*n* log *n*) in them.
  static func problems(ofRefunding payment: Payment, among payments: [Payment])
    -> [CRMError.Issue]
  {
    payment.amount.minorUnits <= stock(of: payments).least(from: payment.paidAt)
      ? [] : [.init("paid_at", "lies before so much was paid")]
  }

  /// Where a payment would have bounced before a refund that was made of it.
  static func problems(
    ofReversing payment: Payment, at instant: Instant, among payments: [Payment]
  ) -> [CRMError.Issue] {
    payment.amount.minorUnits <= stock(of: payments).least(from: instant)
      ? [] : [.init("reversed_at", "lies before a refund that it paid for")]
  }

  /// When money for an order came in and went back.
  private static func stock(of payments: [Payment]) -> Stock {
    var stock = Stock()
    for payment in payments {
      let amount = payment.amount.minorUnits
      stock.move(payment.kind == .received ? amount : -amount, at: payment.paidAt)
      if let reversedAt = payment.reversedAt { stock.move(-amount, at: reversedAt) }
    }
    return stock
  }

  private static func amountProblems(
    of payment: Payment, for order: Order, isBounded: Bool
  ) -> [CRMError.Issue] {
    let currency = order.total.currency
    var problems: [CRMError.Issue] = []
    if payment.amount.minorUnits <= 0 { problems.append(.init("amount", "is not above zero")) }
    if payment.amount.currency != currency {
      problems.append(
        .init(
          "amount",
          "is in \(payment.amount.currency.rawValue), the order in \(currency.rawValue)"))
    }
    guard problems.isEmpty, isBounded else { return problems }
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
