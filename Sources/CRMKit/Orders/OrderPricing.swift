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
  /// - Throws: ``CRMError/Code/invalid`` with every problem, ``CRMError/Code/overflow`` where a
  ///   sum does not fit.
  init(of order: NewOrder, in currency: Currency) throws(CRMError) {
    (discount, tax, total) = (.zero(currency), .zero(currency), .zero(currency))
    units = try Self.units(of: order.lines)
    var subtotal = Money.zero(currency)
    for line in order.lines { subtotal = try subtotal + line.amount }
    let discounts = try Self.discounts(of: order, in: currency)
    var nets: [Money] = []
    for (line, discount) in zip(order.lines, discounts) {
      nets.append(try line.amount - discount)
    }
    let taxes = try Self.taxes(of: order, on: nets, in: currency)
    for index in order.lines.indices {
      let tax = taxes[index]
      let total = order.isTaxIncluded ? nets[index] : try nets[index] + tax
      var rate: Rate?
      if case .rate(let given)? = order.lines[index].tax ?? order.tax { rate = given }
      lines.append(Line(discount: discounts[index], taxRate: rate, tax: tax, total: total))
      self.discount = try self.discount + discounts[index]
      self.tax = try self.tax + tax
      self.total = try self.total + total
    }
  }

  private static func units(of lines: [NewOrder.Line]) throws(CRMError) -> Int {
    var units = 0
    for line in lines {
      let (sum, overflow) = units.addingReportingOverflow(line.quantity)
      guard !overflow else {
        throw .invalid("orders", [.init("lines", "have more units than can be counted")])
      }
      units = sum
    }
    return units
  }

  /// What is taken off each line: its own discount, and its share of the order's.
  private static func discounts(of order: NewOrder, in currency: Currency) throws(CRMError)
    -> [Money]
  {
    var discounts: [Money] = []
    var nets: [Int64] = []
    var net = Money.zero(currency)
    for line in order.lines {
      let discount = try part(line.discount, of: line.amount)
      discounts.append(discount)
      let rest = try line.amount - discount
      nets.append(rest.minorUnits)
      net = try net + rest
    }
    let common = try part(order.discount, of: net)
    guard common.minorUnits > 0 else { return discounts }
    guard common.minorUnits <= net.minorUnits else {
      throw .invalid("orders", [.init("discount", "is more than the lines come to")])
    }
    for (index, share) in try common.allocated(by: nets).enumerated() {
      discounts[index] = try discounts[index] + share
    }
    return discounts
  }

  /// The tax on each line; lines of the same rate are taxed as one sum and share the tax.
  private static func taxes(of order: NewOrder, on nets: [Money], in currency: Currency)
    throws(CRMError) -> [Money]
  {
    var taxes = nets.map { _ in Money.zero(currency) }
    var groups: [(tax: Portion, lines: [Int])] = []
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
        groups.append((tax, [index]))
      }
    }
    for group in groups {
      let weights = group.lines.map { nets[$0].minorUnits }
      var net = Money.zero(currency)
      for line in group.lines { net = try net + nets[line] }
      let tax = try tax(group.tax, on: net, isIncluded: order.isTaxIncluded)
      guard tax.minorUnits == 0 || net.minorUnits > 0 else {
        throw .invalid("orders", [.init("tax", "has no amount to be shared by")])
      }
      for (line, share) in zip(group.lines, try tax.allocated(by: weights)) {
        taxes[line] = share
      }
    }
    if order.isTaxIncluded { try checkWithin(nets, taxes, order) }
    return taxes
  }

  private static func checkWithin(_ nets: [Money], _ taxes: [Money], _ order: NewOrder)
    throws(CRMError)
  {
    var problems: [CRMError.Issue] = []
    for (index, tax) in taxes.enumerated() where tax.minorUnits > nets[index].minorUnits {
      let field = order.lines[index].tax == nil ? "tax" : "lines[\(index)].tax"
      let problem = CRMError.Issue(field, "is more than the amount it is part of")
      if problems.last != problem { problems.append(problem) }
    }
    guard problems.isEmpty else { throw .invalid("orders", problems) }
  }

  private static func part(_ portion: Portion?, of amount: Money) throws(CRMError) -> Money {
    switch portion {
    case .amount(let part)?: part
    case .rate(let rate)?: try amount.proportion(rate)
    case nil: .zero(amount.currency)
    }
  }

  private static func tax(_ tax: Portion, on net: Money, isIncluded: Bool) throws(CRMError)
    -> Money
  {
    guard case .rate(let rate) = tax, isIncluded else { return try part(tax, of: net) }
    guard rate.partsPerMillion <= OrderRules.highestTax.partsPerMillion else {
      throw .invalid("orders", [.init("tax", "is too high")])
    }
    return try net.proportion(rate.partsPerMillion, of: 1_000_000 + rate.partsPerMillion)
  }
}
