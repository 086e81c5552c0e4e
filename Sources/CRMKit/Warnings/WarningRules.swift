/// How signs are counted; pure.
enum WarningRules {
  /// The mean and the spread of a rhythm, in whole minutes, cut off; the spread at least a quarter
  /// of the mean.
  static func minutes(of rhythm: PurchaseRhythm) -> (mean: Int, spread: Int) {
    guard rhythm.gaps > 0 else { return (0, 0) }
    let mean = rhythm.days * 1_440 / rhythm.gaps
    guard rhythm.gaps > 1 else { return (mean, mean / 4) }
    // n Σg² − (Σg)² over n (n − 1), in squares of minutes.
    let (n, sum) = (UInt64(rhythm.gaps), UInt64(rhythm.days))
    let squares = n.multipliedFullWidth(by: UInt64(rhythm.daySquares)).low
    let differences = squares &- sum &* sum
    let divisor = n * (n - 1)
    let wide = differences.multipliedFullWidth(by: 1_440 * 1_440)
    guard wide.high < divisor else { return (mean, mean) }
    let variance = divisor.dividingFullWidth(wide).quotient
    return (mean, max(root(of: variance), mean / 4))
  }

  /// The largest whole number whose square is not larger.
  static func root(of number: UInt64) -> Int {
    var (low, high): (UInt64, UInt64) = (0, 4_294_967_295)
    while low < high {
      let middle = low + (high - low + 1) / 2
      if middle * middle <= number { low = middle } else { high = middle - 1 }
    }
    return Int(low)
  }

  /// Minutes as days with up to two decimals, cut off.
  static func days(_ minutes: Int) -> String {
    ScorePoints(billionths: Int64(minutes * 100 / 1_440) * (ScorePoints.unit / 100)).description
  }

  /// When something has happened so often within a time: from the last of so many in a row on,
  /// while the first of them lies within it.
  ///
  /// - Parameters:
  ///   - times: When it happened, the earliest first, each with what names it.
  ///   - what: What happened, for the evidence.
  static func runs(
    of times: [(key: String, at: Instant)], _ what: String, _ count: Int,
    within span: LifecycleSpan, in zone: Zone
  ) -> [WarningCase] {
    times.indices.dropFirst(count - 1).map { index in
      let (first, last) = (times[index - count + 1], times[index])
      return WarningCase(
        key: last.key, from: last.at, until: span.end(from: first.at, in: zone),
        found: [
          (what, "\(count)"), ("the first of them", first.at.description),
          ("the last of them", last.at.description),
        ])
    }
  }

  /// That somebody leaves an organisation.
  struct Departure {
    /// The last day.
    let last: CalendarDate
    /// The day after.
    let gone: CalendarDate
    /// What links them with it up to then.
    let link: Relationship.ID
    /// The day on which they are back, if they are to be.
    let back: CalendarDate?
  }

  /// When somebody leaves an organisation, by all that links them with it; `nil` for whoever stays.
  static func departure(by links: [Relationship]) -> Departure? {
    let ending = links.compactMap { link in link.end.map { (last: $0, link: link.id) } }
    guard let (last, link) = ending.max(by: { $0 < $1 }) else { return nil }
    let gone = CalendarDate(daysSinceEpoch: last.daysSinceEpoch + 1)
    let staying = links.filter { $0.end == nil }
    if staying.contains(where: { $0.start.map { $0 <= gone } ?? true }) { return nil }
    return Departure(
      last: last, gone: gone, link: link, back: staying.compactMap(\.start).min())
  }

  /// Whether a sum is less than another by a rate or more.
  static func isLess(_ recent: Int, than before: Int, by rate: Rate) -> Bool {
    guard before > 0 else { return false }
    // recent ≤ before × (1 − rate), in whole millionths.
    let left = UInt64(clamping: 1_000_000 - rate.partsPerMillion)
    let most = UInt64(before).multipliedFullWidth(by: left)
    let sum = UInt64(clamping: recent).multipliedFullWidth(by: 1_000_000)
    return (sum.high, sum.low) <= (most.high, most.low)
  }
}
