/// What an order comes to, line by line; pure.
///
/// Every sum balances exactly: what the order has of a discount or a tax is what its lines have
/// together, because it is divided among them by largest remainder
/// (``Money/allocated(by:)``).
struct OrderPricing: Equatable {
  /// What one line comes to.
  struct Line: Equatable {
    var discount: Money
    var taxRate: Rate?
    var tax: Money
    var total: Money
  }

  private(set) var lines: [Line] = []
  private(set) var units = 0
  private(set) var discount: Money
  private(set) var tax: Money
  private(set) var total: Money

  /// Adds an order up whose lines were found to be sound.
  ///
  /// - Throws: Every problem of its sums at once: ``CRMError/Code/overflow`` where all of them are
  ///   sums that do not fit, ``CRMError/Code/invalid`` otherwise.
  init(of order: NewOrder, in currency: Currency) throws(CRMError) {
    (discount, tax, total) = (.zero(currency), .zero(currency), .zero(currency))
    var problems = Self.countingProblems(of: order, in: currency)
    guard problems.isEmpty else { throw problems.error }
    let (nets, discounts) = Self.discounts(of: order, in: currency, &problems)
    let taxes = Self.taxes(of: order, on: nets, in: currency, &problems)
    for index in order.lines.indices {
      let tax = taxes[index]
      let total = order.isTaxIncluded ? nets[index] : problems.sum(nets[index], tax)
      var rate: Rate?
      if case .rate(let given)? = order.lines[index].tax ?? order.tax { rate = given }
      lines.append(Line(discount: discounts[index], taxRate: rate, tax: tax, total: total))
      units += order.lines[index].quantity
      self.discount = problems.sum(self.discount, discounts[index])
      self.tax = problems.sum(self.tax, tax)
      self.total = problems.sum(self.total, total)
    }
    guard problems.isEmpty else { throw problems.error }
  }

  /// What is wrong with the sums of an order whether or not its lines are sound.
  ///
  /// What cannot be counted is left out, so that the rest is found to be too much by itself.
  static func countingProblems(of order: NewOrder, in currency: Currency) -> SumProblems {
    var problems = SumProblems()
    var units = 0
    var areCountable = true
    var subtotal = Money.zero(currency)
    for line in order.lines {
      let (sum, overflow) = units.addingReportingOverflow(max(0, line.quantity))
      areCountable = areCountable && !overflow
      units = overflow ? units : sum
      if line.amount.minorUnits > 0, line.amount.currency == currency {
        subtotal = problems.sum(subtotal, line.amount)
      }
    }
    if !areCountable { problems.add("lines", "have more units than can be counted") }
    if case .amount(let tax)? = order.tax, tax.minorUnits > 0, !order.lines.isEmpty,
      order.lines.allSatisfy({ $0.tax != nil })
    {
      problems.add("tax", "has no line to be on: all have one of their own")
    }
    return problems
  }

  /// What is left of each line, and what is taken off it: its own discount and its share of the
  /// order's.
  private static func discounts(
    of order: NewOrder, in currency: Currency, _ problems: inout SumProblems
  ) -> (nets: [Money], discounts: [Money]) {
    var discounts: [Money] = []
    var nets: [Money] = []
    var net = Money.zero(currency)
    for line in order.lines {
      let discount = problems.part(line.discount, of: line.amount, "lines")
      discounts.append(discount)
      nets.append(problems.difference(line.amount, discount))
      net = problems.sum(net, nets[nets.count - 1])
    }
    let common = problems.part(order.discount, of: net, "discount")
    guard common.minorUnits > 0 else { return (nets, discounts) }
    guard common.minorUnits <= net.minorUnits else {
      problems.add("discount", "is more than the lines come to")
      return (nets, discounts)
    }
    let shares = problems.shares(of: common, by: nets, "discount")
    for (index, share) in shares.enumerated() {
      discounts[index] = problems.sum(discounts[index], share)
      nets[index] = problems.difference(nets[index], share)
    }
    return (nets, discounts)
  }

  /// The tax on each line; lines of the same rate are taxed as one sum and share the tax.
  private static func taxes(
    of order: NewOrder, on nets: [Money], in currency: Currency, _ problems: inout SumProblems
  ) -> [Money] {
    var taxes = nets.map { _ in Money.zero(currency) }
    var groups: [(tax: Portion, field: String, lines: [Int])] = []
    var places: [Portion: Int] = [:]
    for (index, line) in order.lines.enumerated() {
      if case .amount(let tax)? = line.tax {
        taxes[index] = tax
        continue
      }
      guard let tax = line.tax ?? order.tax else { continue }
      if let place = places[tax] {
        groups[place].lines.append(index)
      } else {
        places[tax] = groups.count
        groups.append((tax, line.tax == nil ? "tax" : "lines[\(index)].tax", [index]))
      }
    }
    for group in groups {
      var net = Money.zero(currency)
      for line in group.lines { net = problems.sum(net, nets[line]) }
      let tax = problems.tax(group.tax, on: net, isIncluded: order.isTaxIncluded, group.field)
      guard tax.minorUnits == 0 || net.minorUnits > 0 else {
        problems.add(group.field, "has no amount to be shared by")
        continue
      }
      let shares = problems.shares(of: tax, by: group.lines.map { nets[$0] }, group.field)
      for (line, share) in zip(group.lines, shares) { taxes[line] = share }
    }
    if order.isTaxIncluded { checkWithin(nets, taxes, order, &problems) }
    return taxes
  }

  private static func checkWithin(
    _ nets: [Money], _ taxes: [Money], _ order: NewOrder, _ problems: inout SumProblems
  ) {
    for (index, tax) in taxes.enumerated() where tax.minorUnits > nets[index].minorUnits {
      problems.add(
        order.lines[index].tax == nil ? "tax" : "lines[\(index)].tax",
        "is more than the amount it is part of")
    }
  }
}
