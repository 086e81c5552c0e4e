/// What an order must be like to be placed; pure.
enum OrderRules {
  static let mostLines = 10_000
  static let highestDiscount = Rate.percent(100)
  static let highestTax = Rate.percent(1_000)

  /// Every problem of an order's dates and terms, field by field.
  static func problems(of order: NewOrder, now: Instant) -> [CRMError.Issue] {
    dateProblems(of: order, now: now) + termProblems(order.terms, now: now)
  }

  /// Every problem of what is ordered for how much but those of the sums, field by field.
  static func contentProblems(of order: NewOrder) -> [CRMError.Issue] {
    guard let currency = order.lines.first?.amount.currency else {
      return [.init("lines", "are missing")]
    }
    guard order.lines.count <= mostLines else {
      return [.init("lines", "are more than \(mostLines)")]
    }
    var problems: [CRMError.Issue] = []
    for (index, line) in order.lines.enumerated() {
      problems += lineProblems(line, "lines[\(index)]", in: currency)
    }
    return problems + discountProblems("discount", order.discount, in: currency, of: nil)
      + taxProblems("tax", order.tax, in: currency)
  }

  private static func lineProblems(
    _ line: NewOrder.Line, _ field: String, in currency: Currency
  ) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    if line.quantity < 1 { problems.append(.init("\(field).quantity", "is below 1")) }
    problems += amountProblems("\(field).amount", line.amount, in: currency)
    // An amount that cannot be is nothing to compare with.
    let isSound = line.amount.minorUnits >= 0 && line.amount.currency == currency
    problems += discountProblems(
      "\(field).discount", line.discount, in: currency, of: isSound ? line.amount : nil)
    problems += taxProblems("\(field).tax", line.tax, in: currency)
    if !line.specification.isEmpty {
      problems += factProblems("\(field).specification", line.specification)
    }
    return problems
  }

  private static func amountProblems(_ field: String, _ amount: Money, in currency: Currency)
    -> [CRMError.Issue]
  {
    var problems: [CRMError.Issue] = []
    if amount.minorUnits < 0 { problems.append(.init(field, "is negative")) }
    if amount.currency != currency {
      problems.append(
        .init(
          field, "is in \(amount.currency.rawValue), the first line in \(currency.rawValue)"))
    }
    return problems
  }

  private static func discountProblems(
    _ field: String, _ discount: Portion?, in currency: Currency, of amount: Money?
  ) -> [CRMError.Issue] {
    switch discount {
    case .amount(let part)?:
      let problems = amountProblems(field, part, in: currency)
      guard problems.isEmpty, let amount, part.minorUnits > amount.minorUnits else {
        return problems
      }
      return [.init(field, "is more than the amount it is taken off")]
    case .rate(let rate)?:
      return rateProblems(field, rate, upTo: highestDiscount)
    case nil: return []
    }
  }

  private static func taxProblems(_ field: String, _ tax: Portion?, in currency: Currency)
    -> [CRMError.Issue]
  {
    switch tax {
    case .amount(let amount)?: amountProblems(field, amount, in: currency)
    case .rate(let rate)?: rateProblems(field, rate, upTo: highestTax)
    case nil: []
    }
  }

  private static func rateProblems(_ field: String, _ rate: Rate, upTo highest: Rate)
    -> [CRMError.Issue]
  {
    (0...highest.partsPerMillion).contains(rate.partsPerMillion)
      ? [] : [.init(field, "is not between 0 and \(highest.partsPerMillion / 10_000) percent")]
  }

  private static func dateProblems(of order: NewOrder, now: Instant) -> [CRMError.Issue] {
    let placedAt = order.placedAt ?? now
    var problems = futureProblems("placed_at", placedAt, now: now)
    for (field, instant) in [
      ("requested_at", order.requestedAt), ("promised_at", order.promisedAt),
    ] {
      if let instant, instant < placedAt {
        problems.append(.init(field, "lies before the order was placed"))
      }
    }
    return problems
  }

  private static func termProblems(_ terms: OrderTerms?, now: Instant) -> [CRMError.Issue] {
    guard let terms else { return [] }
    var problems = TextRules.problems(of: terms.reference, in: "terms.reference", within: 200)
    problems += TextRules.problems(of: terms.text, in: "terms.text", within: 100_000)
    problems += futureProblems("terms.accepted_at", terms.acceptedAt, now: now)
    if let principal = terms.acceptedBy {
      problems += TextRules.problems(of: principal, in: "terms.accepted_by")
    }
    return problems
      + TextRules.problems(of: terms.channel?.rawValue, in: "terms.channel", within: 60)
  }

  /// Whether a text can be the number of an order or the reference of what belongs to it.
  static func isReference(_ text: String) -> Bool {
    !isBlank(text) && isKept(text, within: 100) && !text.utf8.contains(0)
  }

  /// What is wrong with a text that is to be such a number or reference.
  static func referenceProblems(_ field: String, _ text: String) -> [CRMError.Issue] {
    isReference(text)
      ? [] : [.init(field, "is empty, longer than 100 bytes or contains NUL")]
  }

  /// Whether an order that is open until an instant is late by then.
  static func isLate(_ order: Order, against yardstick: Yardstick, at instant: Instant)
    -> Bool
  {
    order.dueAt(yardstick).map { $0 < instant } ?? false
  }
}
