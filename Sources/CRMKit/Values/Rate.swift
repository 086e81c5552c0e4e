/// A share of an amount, in whole millionths: a tax of 8.875 %, a discount of 5 %.
///
///     let tax = Rate.percent(19)
///     let sales = Rate(partsPerMillion: 88_750)  // 8.875 %
public struct Rate: Hashable, Sendable, RawRepresentable, FieldValue, Codable {
  /// How many millionths.
  public let partsPerMillion: Int64

  public static var isAlwaysKept: Bool { true }

  public var rawValue: Int64 { partsPerMillion }

  /// A rate in millionths.
  public init(partsPerMillion: Int64) {
    self.partsPerMillion = partsPerMillion
  }

  public init(rawValue: Int64) {
    self.init(partsPerMillion: rawValue)
  }

  /// A rate in hundredths of a percent; one too large to be counted becomes the largest.
  public static func basisPoints(_ count: Int) -> Rate { times(100, count) }

  /// A rate in whole percent; one too large to be counted becomes the largest.
  public static func percent(_ count: Int) -> Rate { times(10_000, count) }

  /// Nothing.
  public static let zero = Rate(partsPerMillion: 0)

  private static func times(_ unit: Int64, _ count: Int) -> Rate {
    let (parts, overflow) = unit.multipliedReportingOverflow(by: Int64(count))
    // No operation accepts a rate as large as that, so it is refused where it is used.
    return Rate(partsPerMillion: overflow ? (count < 0 ? .min : .max) : parts)
  }
}

/// A part of an amount: as money, or as a rate of it.
public enum Portion: Hashable, Sendable, Codable {
  /// So much.
  case amount(Money)
  /// A share, rounded half to even to the minor unit.
  case rate(Rate)
}
