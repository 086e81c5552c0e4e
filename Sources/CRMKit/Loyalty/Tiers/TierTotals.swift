/// What counts for tiers, added up.
struct TierTotals: Hashable, Sendable, Codable {
  /// Qualifying points.
  var points: Int64 = 0

  /// Qualifying spend, in minor units of the programme's currency.
  var spend: Int64 = 0

  /// Qualifying events.
  var count: Int64 = 0

  static let zero = TierTotals()

  /// The sums, which stop at the ends of 64 bits.
  static func + (a: TierTotals, b: TierTotals) -> TierTotals {
    TierTotals(
      points: sum(a.points, b.points), spend: sum(a.spend, b.spend), count: sum(a.count, b.count))
  }

  /// The most of each kind.
  static func most(_ a: TierTotals, _ b: TierTotals) -> TierTotals {
    TierTotals(
      points: max(a.points, b.points), spend: max(a.spend, b.spend), count: max(a.count, b.count))
  }

  static func - (a: TierTotals, b: TierTotals) -> TierTotals {
    a + TierTotals(points: negated(b.points), spend: negated(b.spend), count: negated(b.count))
  }

  private static func sum(_ a: Int64, _ b: Int64) -> Int64 {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? (b < 0 ? .min : .max) : sum
  }

  private static func negated(_ number: Int64) -> Int64 { number == .min ? .max : -number }
}
