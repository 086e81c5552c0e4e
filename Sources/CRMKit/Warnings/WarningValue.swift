/// What a customer ordered for in one currency within a time and within the same time before, as
/// time goes by; pure.
///
/// What was ordered first leaves each of the two times first, so it is known by how many have left
/// what they come to, and when only of those at which something changes.
struct WarningValue {
  private let currency: Currency
  private let times: [Instant]
  private let span: LifecycleSpan
  private let zone: Zone
  private let rate: Rate

  /// What the first so many come to.
  private let sums: [Int]

  /// - Parameters:
  ///   - values: What was ordered for and when, the earliest first, all in one currency.
  ///   - rate: By how much value must fall.
  ///   - span: The time.
  init(
    _ values: [(value: Money, at: Instant)], _ currency: Currency, falling rate: Rate,
    within span: LifecycleSpan, in zone: Zone
  ) {
    self.currency = currency
    self.rate = rate
    self.span = span
    self.zone = zone
    times = values.map(\.at)
    var sum = 0
    sums =
      [0]
      + values.map { value, _ in
        let (next, overflow) = sum.addingReportingOverflow(max(0, Int(value.minorUnits)))
        sum = overflow ? .max : next
        return sum
      }
  }

  /// How many have been ordered, have left the time, and have left the time before.
  private struct Counts {
    var ordered: Int
    var left: Int
    var ended: Int
  }

  /// When it has fallen: now, or next, up to when it has no more.
  func fall(from now: Instant) -> WarningCase? {
    var (instant, counts) = (now, counts(at: now))
    while !hasFallen(counts) {
      guard let next = nextFall(after: counts, at: instant) else { return nil }
      instant = next
      counts = self.counts(at: instant)
    }
    let found = counts
    let start = instant
    while hasFallen(counts) {
      guard let next = nextRise(after: counts, at: instant) else { break }
      instant = next
      counts = self.counts(at: instant)
    }
    return WarningCase(
      key: nil, from: start == now ? nil : start, until: hasFallen(counts) ? nil : instant,
      found: [
        ("value", text(sums[found.ordered] - sums[found.left])),
        ("value before", text(sums[found.left] - sums[found.ended])),
      ])
  }

  private func text(_ units: Int) -> String {
    Money(minorUnits: Int64(units), currency).description
  }

  private func hasFallen(_ counts: Counts) -> Bool {
    WarningRules.isLess(
      sums[counts.ordered] - sums[counts.left],
      than: sums[counts.left] - sums[counts.ended], by: rate)
  }

  /// The next instant at which it can have fallen: when as many have left as it takes, if none
  /// leaves the time before until then.
  private func nextFall(after counts: Counts, at instant: Instant) -> Instant? {
    let left = first(in: (counts.left + 1)..<(counts.ordered + 1)) {
      hasFallen(Counts(ordered: counts.ordered, left: $0, ended: counts.ended))
    }
    return earliest(left.map { leaves($0 - 1) }, toCome(counts))
  }

  /// The next instant at which it can have risen: when as many have left the time before as it
  /// takes, if none comes to it until then.
  private func nextRise(after counts: Counts, at instant: Instant) -> Instant? {
    let ended = first(in: (counts.ended + 1)..<(counts.left + 1)) {
      !hasFallen(Counts(ordered: counts.ordered, left: counts.left, ended: $0))
    }
    return earliest(ended.map { ends($0 - 1) }, toCome(counts))
  }

  /// When the next order counts that is dated ahead.
  private func toCome(_ counts: Counts) -> Instant? {
    counts.ordered < times.count ? times[counts.ordered] : nil
  }

  private func earliest(_ a: Instant?, _ b: Instant?) -> Instant? {
    [a, b].compactMap { $0 }.min()
  }

  private func leaves(_ index: Int) -> Instant { span.end(from: times[index], in: zone) }

  private func ends(_ index: Int) -> Instant { span.times(2).end(from: times[index], in: zone) }

  private func counts(at instant: Instant) -> Counts {
    let ordered = first(in: 0..<(times.count + 1)) { $0 == times.count || times[$0] > instant }
    let all = ordered ?? times.count
    let left = first(in: 0..<(all + 1)) { $0 == all || leaves($0) > instant } ?? all
    let ended = first(in: 0..<(left + 1)) { $0 == left || ends($0) > instant } ?? left
    return Counts(ordered: all, left: left, ended: ended)
  }

  /// The first number of a range that meets a condition, which all after it meet as well.
  private func first(in range: Range<Int>, where meets: (Int) -> Bool) -> Int? {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if meets(middle) { high = middle } else { low = middle + 1 }
    }
    return low < range.upperBound ? low : nil
  }
}
