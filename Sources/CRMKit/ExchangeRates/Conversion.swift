/// An amount in another currency, with the rates it was computed at.
public struct Conversion: Hashable, Sendable {
  /// What was converted.
  public let amount: Money

  /// What it comes to.
  public let result: Money

  /// The rates that were used one after the other; none within one currency.
  public let steps: [Step]

  /// What became of a fraction of the minor unit, at the end of all steps.
  public let rounding: Money.Rounding

  /// As of when it was converted.
  public let asOf: Instant

  /// One rate in use.
  public struct Step: Hashable, Sendable {
    /// The rate, with its date and source.
    public let rate: ExchangeRate

    /// Whether the rate of the other direction was turned round.
    public let isInverse: Bool

    /// How much of the next currency one of the one before comes to.
    public var ratio: Ratio { isInverse ? rate.rate.inverse : rate.rate }
  }
}

/// Says how it was computed: `10.00 USD = 9.23 EUR at 1.0833 USD for 1 EUR (…)`.
extension Conversion: CustomStringConvertible {
  public var description: String {
    guard !steps.isEmpty else { return "\(amount)" }
    let rates = steps.map { step in
      let rate = step.rate
      return "\(rate.rate) \(rate.to.rawValue) for 1 \(rate.from.rawValue)"
        + " (\(rate.source.rawValue), since \(rate.validFrom))"
    }
    return "\(amount) = \(result) at " + rates.joined(separator: " and ")
  }
}

/// Several amounts added up in one currency.
public struct ConvertedTotal: Hashable, Sendable {
  /// The sum in the one currency; `nil` where ``missing`` names a currency without a rate.
  public let total: Money?

  /// The amounts for which a rate is known with what they came to, in their order.
  public let conversions: [Conversion]

  /// The currencies of amounts for which no rate is known, by their codes.
  public let missing: [Currency]
}

/// How an amount comes from one currency to another; stated, as each answer may differ.
public enum ConversionRule: Hashable, Sendable {
  /// At a rate that was recorded from the one to the other, and no other way.
  case quoted
  /// The same, or where there is none, at one that was recorded the other way, turned round.
  case quotedOrInverse
  /// The same, or where there is neither, to this currency first and from there on.
  case through(Currency)
}
