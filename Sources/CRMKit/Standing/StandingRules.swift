/// How the state of a relationship follows from what is known and from the time; pure.
///
/// Everything is counted in whole numbers, in billionths of a point of 100.
struct StandingRules {
  let inputs: StandingInputs
  let at: Instant
  let today: CalendarDate

  private static let day: Int64 = 86_400_000

  /// One of the scores.
  func part(_ factors: [StandingFactor]) -> RelationshipState.Part {
    let known = factors.compactMap { factor in value(of: factor).map { (factor, $0) } }
    guard !known.isEmpty else { return .init(value: nil, reasons: []) }
    let weights = known.reduce(0) { $0 + $1.0.weight }
    let reasons = known.map { factor, value in
      RelationshipState.Reason(
        kind: factor.kind, value: value, weight: factor.weight, weights: weights,
        points: ScorePoints(
          billionths: value.billionths * Int64(factor.weight) / Int64(weights)),
        evidence: evidence(for: factor))
    }
    let sum = reasons.reduce(Int64(0)) { $0 + $1.points.billionths }
    let isWhole = reasons.allSatisfy { $0.value == ScorePoints.hundred }
    return .init(
      value: isWhole ? ScorePoints.hundred : ScorePoints(billionths: sum), reasons: reasons)
  }

  /// How a factor is, from 0 to 100; `nil` where nothing is known of it.
  func value(of factor: StandingFactor) -> ScorePoints? {
    let full = Int64(factor.full)
    switch factor.kind {
    case .recency: return recency(full)
    case .frequency:
      guard let first = inputs.firstOrderAt else { return .zero }
      let elapsed = max(at.milliseconds - first.milliseconds, full * Self.day)
      let (pace, overflow) = Int64(inputs.purchaseDays).multipliedReportingOverflow(
        by: full * Self.day)
      return overflow ? .hundred : .share(pace, of: elapsed)
    case .answers:
      guard inputs.outbound > 0 else { return nil }
      return .share(Int64(inputs.answers) * 100, of: Int64(inputs.outbound) * full)
    case .contributions: return .share(Int64(inputs.contributions), of: full)
    case .referrals: return .share(Int64(inputs.referrals), of: full)
    case .channels: return .share(Int64(inputs.channels.count), of: full)
    case .people: return people.map { .share(Int64($0), of: full) }
    case .tenure:
      return .share(max(0, at.milliseconds - inputs.since.milliseconds), of: full * Self.day)
    case .promises:
      let all = inputs.promisesKept + broken
      guard all > 0 else { return nil }
      return .share(Int64(inputs.promisesKept) * 100, of: Int64(all) * full)
    case .complaints:
      let settled = inputs.complaints - inputs.openComplaints
      return .rest(Int64(4 * inputs.openComplaints + settled), of: 4 * full)
    case .returns:
      guard inputs.orders > 0 else { return nil }
      let good = max(0, inputs.orders - inputs.returns)
      return .share(Int64(good) * 100, of: Int64(inputs.orders) * full)
    case .satisfaction:
      guard inputs.satisfied > 0 else { return nil }
      return .share(Int64(inputs.satisfactionPercent), of: Int64(inputs.satisfied) * full)
    }
  }

  /// Promises broken by now.
  private var broken: Int {
    inputs.promisesBroken + inputs.promisesDue.count { $0.at.lateFrom <= at }
  }

  /// When somebody is there by links of which several can hold at once: each time once.
  static func times(of links: [Relationship]) -> [StandingInputs.Person] {
    var times: [(start: Int, end: Int)] = []
    let spans = links.map {
      (start: $0.start?.daysSinceEpoch ?? .min, end: $0.end?.daysSinceEpoch ?? .max)
    }
    for span in spans.sorted(by: { $0 < $1 }) {
      if let last = times.last, span.start <= last.end {
        times[times.count - 1].end = max(last.end, span.end)
      } else {
        times.append(span)
      }
    }
    return times.map { time in
      StandingInputs.Person(
        start: time.start == .min ? nil : CalendarDate(daysSinceEpoch: time.start),
        end: time.end == .max ? nil : CalendarDate(daysSinceEpoch: time.end))
    }
  }

  private var people: Int? { inputs.people.map { $0.count { $0.isThere(on: today) } } }

  private var last: Instant? { inputs.lastOrderAt ?? inputs.lastInboundAt }

  /// The time between purchases by which the last one is judged, in milliseconds.
  private func pace(_ usualDays: Int64) -> Int64 {
    guard inputs.gaps > 1 else { return usualDays * Self.day }
    return max(1, Int64(inputs.gapDays) * Self.day / Int64(inputs.gaps))
  }

  private func recency(_ usualDays: Int64) -> ScorePoints? {
    guard let last else { return nil }
    let pace = pace(usualDays)
    return .rest(max(0, at.milliseconds - last.milliseconds - pace), of: 2 * pace)
  }

  // MARK: Evidence

  private func evidence(for factor: StandingFactor) -> [LifecycleEvidence] {
    let found = { (what: String, count: Int) in LifecycleEvidence(what, String(count)) }
    switch factor.kind {
    case .recency:
      let what = inputs.lastOrderAt == nil ? "the last contact" : "the last order"
      let own = inputs.gaps > 1 ? "the usual gap in days" : "a gap in days"
      // A billion over the milliseconds of a day, in lowest terms.
      let days = ScorePoints(billionths: pace(Int64(factor.full)) * 625 / 54)
      return [
        LifecycleEvidence(what, last?.description ?? "never"), LifecycleEvidence(own, "\(days)"),
      ]
    case .frequency:
      return [
        found("days of purchase", inputs.purchaseDays),
        LifecycleEvidence("the first order", inputs.firstOrderAt?.description ?? "never"),
      ]
    case .answers:
      return [found("answers", inputs.answers), found("contacts from the firm", inputs.outbound)]
    case .contributions: return [found("contributions", inputs.contributions)]
    case .referrals: return [found("referrals", inputs.referrals)]
    case .channels: return [LifecycleEvidence("channels", list(inputs.channels))]
    case .people: return [found("people", people ?? 0)]
    case .tenure: return [LifecycleEvidence("known since", inputs.since.description)]
    case .promises:
      return [found("kept", inputs.promisesKept), found("broken", broken)]
    case .complaints:
      return [
        found("open complaints", inputs.openComplaints), found("complaints", inputs.complaints),
      ]
    case .returns: return [found("returns", inputs.returns), found("orders", inputs.orders)]
    case .satisfaction:
      return [
        found("answers", inputs.satisfied),
        found("mean in percent", inputs.satisfactionPercent / max(1, inputs.satisfied)),
      ]
    }
  }

  private func list(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.joined(separator: ", ")
  }
}
