extension Money {
  /// What becomes of a fraction of the minor unit.
  public enum Rounding: Sendable, Hashable, CaseIterable {
    /// To the nearest, a half to the even neighbour.
    case halfEven
    /// To the nearest, a half away from zero.
    case halfAwayFromZero
    /// Dropped.
    case towardZero
    /// Made a whole.
    case awayFromZero

    func isRaised(_ quotient: UInt64, _ remainder: UInt64, of divisor: UInt64) -> Bool {
      guard remainder > 0 else { return false }
      let rest = divisor - remainder
      switch self {
      case .halfEven: return remainder > rest || (remainder == rest && quotient % 2 == 1)
      case .halfAwayFromZero: return remainder >= rest
      case .towardZero: return false
      case .awayFromZero: return true
      }
    }
  }

  /// The amount times a fraction, computed exactly and rounded once.
  ///
  ///     try Money("10.00", .eur).proportion(1, of: 3)  // 3.33 EUR
  ///
  /// - Parameters:
  ///   - numerator: How many parts; more than there are or below zero are allowed.
  ///   - denominator: How many parts there are, at least 1.
  ///   - rounding: What becomes of a fraction of the minor unit.
  /// - Throws: ``CRMError/Code/overflow``; ``CRMError/Code/invalid`` for a denominator below 1.
  public func proportion(
    _ numerator: Int64, of denominator: Int64, rounding: Rounding = .halfEven
  ) throws(CRMError) -> Money {
    guard denominator > 0 else {
      throw .invalid("money", [.init("denominator", "is below 1")])
    }
    let product = minorUnits.magnitude.multipliedFullWidth(by: numerator.magnitude)
    let divisor = denominator.magnitude
    guard product.high < divisor else { throw Money.overflow(currency) }
    let (quotient, remainder) = divisor.dividingFullWidth(product)
    let isRaised = rounding.isRaised(quotient, remainder, of: divisor)
    let (magnitude, overflow) = quotient.addingReportingOverflow(isRaised ? 1 : 0)
    guard !overflow else { throw Money.overflow(currency) }
    return try Money(
      magnitude: magnitude, isNegative: (minorUnits < 0) != (numerator < 0), currency)
  }

  /// The share of the amount that a rate gives.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  public func proportion(_ rate: Rate, rounding: Rounding = .halfEven) throws(CRMError) -> Money {
    try proportion(rate.partsPerMillion, of: 1_000_000, rounding: rounding)
  }

  /// The amount in parts that stand to each other as weights do and add up to it exactly.
  ///
  /// Each part is rounded toward zero; the minor units left over go one each to the parts that
  /// lost the largest fractions, of equal ones to the first.
  ///
  ///     try Money("1.00", .eur).allocated(by: [1, 1, 1])  // 0.34, 0.33, 0.33 EUR
  ///
  /// - Parameter weights: None negative; they may all be zero only where the amount is.
  /// - Throws: ``CRMError/Code/invalid``, naming every weight that cannot be;
  ///   ``CRMError/Code/overflow`` where the weights add up to more than 64 bits.
  /// - Complexity: O(*n* log *n*) in the number of weights.
  public func allocated(by weights: [Int64]) throws(CRMError) -> [Money] {
    let total = try sum(of: weights)
    guard total > 0 else {
      guard minorUnits == 0 else {
        throw .invalid("money", [.init("weights", "are all zero, the amount is not")])
      }
      return weights.map { _ in self }
    }
    var shares: [UInt64] = []
    var remainders: [UInt64] = []
    var left = minorUnits.magnitude
    for weight in weights {
      // No weight is above the total, so that no quotient is above the amount.
      let share = total.dividingFullWidth(
        minorUnits.magnitude.multipliedFullWidth(by: weight.magnitude))
      shares.append(share.quotient)
      remainders.append(share.remainder)
      left -= share.quotient
    }
    let byLoss = shares.indices.sorted {
      remainders[$0] == remainders[$1] ? $0 < $1 : remainders[$0] > remainders[$1]
    }
    for index in byLoss.prefix(Int(clamping: left)) { shares[index] += 1 }
    var parts: [Money] = []
    parts.reserveCapacity(shares.count)
    for share in shares {
      parts.append(try Money(magnitude: share, isNegative: minorUnits < 0, currency))
    }
    return parts
  }

  private func sum(of weights: [Int64]) throws(CRMError) -> UInt64 {
    var problems: [CRMError.Issue] = []
    var total: UInt64 = 0
    var hasOverflown = false
    for (index, weight) in weights.enumerated() {
      if weight < 0 { problems.append(.init("weights[\(index)]", "is negative")) }
      let (sum, overflow) = total.addingReportingOverflow(weight.magnitude)
      total = sum
      hasOverflown = hasOverflown || overflow
    }
    guard problems.isEmpty else { throw .invalid("money", problems) }
    guard !hasOverflown else { throw Money.overflow(currency) }
    return total
  }

  init(magnitude: UInt64, isNegative: Bool, _ currency: Currency) throws(CRMError) {
    guard magnitude <= (isNegative ? Int64.min.magnitude : Int64.max.magnitude) else {
      throw Money.overflow(currency)
    }
    let units = isNegative ? 0 &- magnitude : magnitude
    self.init(minorUnits: Int64(bitPattern: units), currency)
  }
}
