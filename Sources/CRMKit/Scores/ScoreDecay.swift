/// How the points of something that happened fade with the time since.
///
/// Periods are counted from the instant it happened: in days and months of the calendar these end
/// at the same time of day, a month that is too short at its last day.
///
///     ScoreDecay.compounding(.percent(25), every: .months(1))   // 40, 30, 22.5, 16.875, …
///     ScoreDecay.linear(.percent(25), every: .months(1))        // 40, 30, 20, 10, 0
public struct ScoreDecay: Hashable, Sendable, Codable {
  /// What fades of the points in each period.
  public let rate: Rate

  /// How long a period is.
  public let period: LifecycleSpan

  /// What the rate is taken of.
  public let mode: Mode

  /// What the rate of a decay is taken of.
  public enum Mode: String, Sendable, Codable {
    /// Of the points that are left.
    case compounding
    /// Of the points at first, until none are left.
    case linear
  }

  /// A share of what is left fades in each period.
  public static func compounding(_ rate: Rate, every period: LifecycleSpan) -> ScoreDecay {
    ScoreDecay(rate: rate, period: period, mode: .compounding)
  }

  /// The same share of the points at first fades in each period, until none are left.
  public static func linear(_ rate: Rate, every period: LifecycleSpan) -> ScoreDecay {
    ScoreDecay(rate: rate, period: period, mode: .linear)
  }
}

extension ScoreDecay: CustomStringConvertible {
  public var description: String {
    let percent = ScorePoints(billionths: rate.partsPerMillion * 100_000)
    let whole = mode == .linear ? " of the first" : ""
    return "\(percent) %\(whole) fades every \(period)"
  }
}

extension ScoreDecay {
  /// Less than one percent a period is refused, so that points come to none in a stated time.
  private static let least = Rate(partsPerMillion: 10_000)

  func problems(in place: String) -> [CRMError.Issue] {
    var problems = period.problems(in: "\(place).period")
    if period.count == 0 { problems.append(.init("\(place).period", "is no time at all")) }
    if rate.partsPerMillion < Self.least.partsPerMillion {
      problems.append(.init("\(place).rate", "is less than 1 %"))
    } else if rate.partsPerMillion > 1_000_000 {
      problems.append(.init("\(place).rate", "is more than 100 %"))
    }
    return problems
  }

  /// What points come to after each number of periods, from none of them on, as long as any are
  /// left.
  func steps(from points: ScorePoints) -> [ScorePoints] {
    var steps: [ScorePoints] = []
    var left = points
    while left != .zero {
      steps.append(left)
      switch mode {
      case .compounding: left = left.less(rate)
      case .linear:
        let faded = rate.partsPerMillion.multipliedReportingOverflow(by: Int64(steps.count))
        guard !faded.overflow, faded.partialValue < 1_000_000 else { return steps }
        left = points.less(Rate(partsPerMillion: faded.partialValue))
      }
    }
    return steps
  }
}

extension LifecycleSpan {
  /// So many of the span, one after the other.
  func times(_ number: Int) -> LifecycleSpan {
    // Days and months are too few to overflow; more milliseconds than can be are beyond all time.
    let (product, overflow) = count.multipliedReportingOverflow(by: number)
    return LifecycleSpan(unit, overflow ? .max : product)
  }

  /// How many of the span have passed between two instants.
  func passed(from start: Instant, to end: Instant, in zone: Zone) -> Int {
    guard end > start, count > 0 else { return 0 }
    let elapsed = Int(end.milliseconds - start.milliseconds)
    var number = elapsed / max(1, times(1).bounds.lowerBound)
    if unit == .months { number = min(number, months(from: start, to: end, in: zone) / count) }
    if unit == .days { number = min(number, days(from: start, to: end, in: zone) / count) }
    while number > 0, times(number).end(from: start, in: zone) > end { number -= 1 }
    return number
  }

  private func days(from start: Instant, to end: Instant, in zone: Zone) -> Int {
    zone.date(of: end).daysSinceEpoch - zone.date(of: start).daysSinceEpoch
  }

  private func months(from start: Instant, to end: Instant, in zone: Zone) -> Int {
    let (first, last) = (zone.date(of: start), zone.date(of: end))
    return (last.year - first.year) * 12 + last.month - first.month
  }
}
