/// What an order must be like, and what it comes to; pure.
enum OrderRules {
  static let mostLines = 10_000

  /// What the lines of an order come to.
  struct Sum: Equatable {
    let units: Int
    let total: Money
  }

  /// Checks an order and adds it up.
  ///
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/overflow`` where
  ///   the sum does not fit.
  static func sum(of order: NewOrder, now: Instant) throws(CRMError) -> Sum {
    let problems = problems(of: order, now: now)
    guard problems.isEmpty, let first = order.lines.first else {
      throw .invalid("orders", problems)
    }
    var total = Money.zero(first.amount.currency)
    var units = 0
    for line in order.lines {
      total = try total + line.amount
      let (sum, overflow) = units.addingReportingOverflow(line.quantity)
      guard !overflow else {
        throw .invalid("orders", [.init("lines", "have more units than can be counted")])
      }
      units = sum
    }
    return Sum(units: units, total: total)
  }

  private static func problems(of order: NewOrder, now: Instant) -> [CRMError.Issue] {
    var problems: [CRMError.Issue] = []
    if !isNumber(order.number) {
      problems.append(.init("number", "is empty, longer than 100 bytes or contains NUL"))
    }
    if order.lines.isEmpty { problems.append(.init("lines", "are missing")) }
    if order.lines.count > mostLines {
      problems.append(.init("lines", "are more than \(mostLines)"))
    }
    let currency = order.lines.first?.amount.currency
    for (index, line) in order.lines.enumerated() {
      if line.quantity < 1 { problems.append(.init("lines[\(index)].quantity", "is below 1")) }
      if line.amount.minorUnits < 0 {
        problems.append(.init("lines[\(index)].amount", "is negative"))
      }
      if let currency, line.amount.currency != currency {
        problems.append(
          .init(
            "lines[\(index)].amount",
            "is in \(line.amount.currency.rawValue), the first line in \(currency.rawValue)"))
      }
    }
    let placedAt = order.placedAt ?? now
    if placedAt > now + .seconds(86_400) {
      problems.append(.init("placed_at", "lies more than a day in the future"))
    }
    if let promisedAt = order.promisedAt, promisedAt < placedAt {
      problems.append(.init("promised_at", "lies before the order was placed"))
    }
    return problems
  }

  /// Whether a text can be the number of an order.
  static func isNumber(_ text: String) -> Bool {
    !text.isEmpty && isKept(text, within: 100) && !text.utf8.contains(0)
  }

  /// Whether an order closed at an instant was promised for an earlier one.
  static func isLate(_ order: Order, closedAt: Instant) -> Bool {
    order.promisedAt.map { $0 < closedAt } ?? false
  }

  /// What is wrong with the instant at which an order is delivered or cancelled.
  static func closingProblems(of order: Order, at closedAt: Instant, now: Instant)
    -> [CRMError.Issue]
  {
    var problems: [CRMError.Issue] = []
    if closedAt < order.placedAt {
      problems.append(.init("closed_at", "lies before the order was placed"))
    }
    if closedAt > now + .seconds(86_400) {
      problems.append(.init("closed_at", "lies more than a day in the future"))
    }
    return problems
  }

  /// Whether an order that is there already is the one to be placed.
  static func isSame(_ order: Order, _ lines: [OrderLine], as new: NewOrder) -> Bool {
    order.customer == new.customer && (new.placedAt.map { $0 == order.placedAt } ?? true)
      && new.promisedAt == order.promisedAt
      && lines.map { NewOrder.Line($0.item, quantity: $0.quantity, amount: $0.amount) }
        == new.lines
  }
}
