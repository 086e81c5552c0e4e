/// What is left of an order after refunds; pure.
///
/// It depends on what was refunded in all, not on how many refunds that took: amounts are added up
/// and spread once, units are counted and priced once.
struct OrderRemainder {
  /// The order as it earned.
  let order: EarnRequest

  /// What it came to.
  let total: Int64

  private var base: [EarnLine]
  private var removed: [Int]
  private var replacements: [EarnLine] = []
  private var reduction: Int64 = 0
  private var unpaid: Int64 = 0
  private var isGone = false

  /// An order of which nothing was refunded.
  ///
  /// - Parameter order: It makes sense (``EarnRequest/check()``), or has no lines.
  init(of order: EarnRequest) {
    self.order = order
    base = order.lines
    removed = Array(repeating: 0, count: order.lines.count)
    total = order.lines.reduce(0) { $0 + $1.amount.minorUnits }
  }

  // MARK: Refunding

  /// Takes off what a refund asks for.
  ///
  /// - Throws: ``LoyaltyError`` of code `invalidAmount`, `currencyMismatch` or `overflow`.
  mutating func take(_ request: RefundRequest) throws {
    switch request.extent {
    case .all: isGone = true
    case .amount: try take(request.amount)
    case .units:
      for (index, units) in request.units.enumerated() { try take(units, at: index) }
      try add(request.lines)
    case .rest:
      base = request.lines
      removed = Array(repeating: 0, count: base.count)
      (replacements, reduction, isGone) = ([], 0, false)
      unpaid = request.unpaid?.minorUnits ?? 0
    }
  }

  private mutating func take(_ amount: Money?) throws {
    guard let amount, amount.minorUnits > 0 else {
      throw LoyaltyError(
        .invalidAmount, requested: amount?.minorUnits, allowed: 1, "amount")
    }
    guard amount.currency == order.currency else {
      throw LoyaltyError(.currencyMismatch, "amount in \(amount.currency.rawValue)")
    }
    let left = try left()
    guard amount.minorUnits <= left else {
      throw LoyaltyError(.exceedsOrder, requested: amount.minorUnits, allowed: left, "amount")
    }
    reduction += amount.minorUnits
  }

  private mutating func take(_ units: LineQuantity, at index: Int) throws {
    guard units.line > 0, units.line <= base.count else {
      throw LoyaltyError(.unknownReference, "line \(units.line) of the order")
    }
    guard units.quantity > 0 else {
      throw LoyaltyError(
        .invalidAmount, requested: Int64(units.quantity), allowed: 1, "units[\(index)].quantity")
    }
    let there = isGone ? 0 : base[units.line - 1].quantity - removed[units.line - 1]
    guard units.quantity <= there else {
      throw LoyaltyError(
        .exceedsOrder, requested: Int64(units.quantity), allowed: Int64(there),
        "units[\(index)].quantity")
    }
    removed[units.line - 1] += units.quantity
  }

  private mutating func add(_ lines: [EarnLine]) throws {
    guard let currency = order.currency else { return }
    for (index, line) in lines.enumerated() { try line.check(in: currency, at: index) }
    replacements += lines
    var sum: Int64 = 0
    for line in base + replacements { sum = try sum.adding(line.amount.minorUnits) }
  }

  // MARK: What is left

  /// What the lines that are left come to.
  func left() throws -> Int64 {
    let sum = try unreduced().reduce(0) { $0 + $1.amount.minorUnits }
    return max(0, sum - reduction)
  }

  /// What was refunded in all; nothing where what was given instead comes to more.
  func refunded() throws -> Int64 { max(0, total - (try left())) }

  /// The lines that are left, each less its part of what was refunded as an amount, or is owed.
  func lines() throws -> [EarnLine] {
    let lines = try unreduced()
    let sum = lines.reduce(0) { $0 + $1.amount.minorUnits }
    let less = try reduction.adding(unpaid)
    guard sum > less, let currency = order.currency else { return [] }
    guard less > 0 else { return lines }
    let parts = try Money(minorUnits: less, currency).allocated(
      by: lines.map(\.amount.minorUnits))
    return try zip(lines, parts).compactMap { line, part in
      let left = try line.amount - part
      return left.minorUnits == 0 && part.minorUnits > 0 ? nil : try line.with(amount: left)
    }
  }

  /// The lines that are left, before refunded amounts are taken off.
  private func unreduced() throws -> [EarnLine] {
    if isGone { return [] }
    var lines: [EarnLine] = []
    for (line, removed) in zip(base, removed) where line.quantity > removed {
      guard removed > 0 else {
        lines.append(line)
        continue
      }
      let gone = try line.amount.proportion(
        Int64(removed), of: Int64(line.quantity), rounding: .towardZero)
      var left = try line.with(amount: line.amount - gone)
      left.quantity -= removed
      lines.append(left)
    }
    return lines + replacements
  }
}

extension EarnLine {
  /// The line with less of its amount, and as much less of its tax.
  func with(amount less: Money) throws -> EarnLine {
    var line = self
    if tax.minorUnits > 0, amount.minorUnits > 0 {
      line.tax = try tax.proportion(less.minorUnits, of: amount.minorUnits)
    }
    line.amount = less
    return line
  }
}
