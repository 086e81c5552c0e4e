extension Money {
  /// The amount in another currency, computed exactly and rounded once.
  ///
  /// - Parameters:
  ///   - ratios: How much of the next currency one of the one before comes to, step by step.
  ///   - currency: The last currency.
  ///   - rounding: What becomes of a fraction of its minor unit.
  /// - Throws: ``CRMError/Code/overflow``.
  func converted(by ratios: [Ratio], to currency: Currency, rounding: Rounding) throws(CRMError)
    -> Money
  {
    // Twice the amount, so that the last bit of the quotient tells of a half.
    var product = WideNumber(minorUnits.magnitude)
    product.multiply(by: 2 * Self.powers[currency.decimals])
    for ratio in ratios { product.multiply(by: ratio.numerator.magnitude) }
    var isExact = product.divide(by: Self.powers[self.currency.decimals])
    for ratio in ratios {
      isExact = product.divide(by: ratio.denominator.magnitude) && isExact
    }
    let hasHalf = product.isOdd
    _ = product.divide(by: 2)
    guard let quotient = product.value else { throw Money.overflow(currency) }
    // The rest in quarters: what it is compared with is none, one half and a whole.
    let rest: UInt64 = (hasHalf ? 2 : 0) + (isExact ? 0 : 1)
    let isRaised = rounding.isRaised(quotient, rest, of: 4)
    let (magnitude, overflow) = quotient.addingReportingOverflow(isRaised ? 1 : 0)
    guard !overflow else { throw Money.overflow(currency) }
    return try Money(magnitude: magnitude, isNegative: minorUnits < 0, currency)
  }

  /// The powers of ten up to the most decimals that a currency has.
  private static let powers: [UInt64] = [1, 10, 100, 1_000, 10_000]
}

/// A whole number of any size.
private struct WideNumber {
  /// Digits to the base 2⁶⁴, the lowest first.
  private var digits: [UInt64]

  init(_ value: UInt64) {
    digits = [value]
  }

  var isOdd: Bool { digits[0] % 2 == 1 }

  /// The number, where it has 64 bits at most.
  var value: UInt64? { digits.dropFirst().allSatisfy { $0 == 0 } ? digits[0] : nil }

  mutating func multiply(by factor: UInt64) {
    var carry: UInt64 = 0
    for place in digits.indices {
      let (high, low) = digits[place].multipliedFullWidth(by: factor)
      let (sum, overflow) = low.addingReportingOverflow(carry)
      digits[place] = sum
      carry = high + (overflow ? 1 : 0)
    }
    digits.append(carry)
  }

  /// Divides and drops the rest; returns whether there was none.
  mutating func divide(by divisor: UInt64) -> Bool {
    var rest: UInt64 = 0
    for place in digits.indices.reversed() {
      (digits[place], rest) = divisor.dividingFullWidth((rest, digits[place]))
    }
    return rest == 0
  }
}
