/// What a payment must be like; pure.
enum PaymentRules {
  /// Every problem of a payment, field by field.
  static func problems(of payment: Payment, for order: Order, now: Instant) -> [CRMError.Issue] {
    var problems = OrderRules.referenceProblems("reference", payment.reference)
    problems += amountProblems(of: payment, for: order)
    problems += TextRules.problems(of: payment.method, in: "method", within: 100)
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
