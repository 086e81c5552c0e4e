/// The gaps between a customer's days of purchase.
///
/// Sums are kept, so that mean and spread are exact after any correction.
public struct PurchaseRhythm: Hashable, Sendable {
  /// How many gaps there are.
  public let gaps: Int

  /// How many days they have together.
  public let days: Int

  /// Their squares, in days, added up.
  public let daySquares: Int

  /// The mean gap in days; `nil` before the second day of purchase.
  public var mean: Double? { gaps == 0 ? nil : Double(days) / Double(gaps) }

  /// The standard deviation of the gaps in days; `nil` for fewer than two.
  ///
  /// It is that of a sample: √((Σ*g*² − (Σ*g*)² ÷ *n*) ÷ (*n* − 1)) over *n* gaps *g*, as the gaps
  /// seen stand for those to come.
  public var spread: Double? {
    guard gaps > 1 else { return nil }
    let (n, sum) = (Double(gaps), Double(days))
    return (max(0, Double(daySquares) - sum * sum / n) / (n - 1)).squareRoot()
  }
}
