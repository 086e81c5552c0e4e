/// A customer's score as time goes by, if nothing else happens; pure but for what conditions see.
///
/// It goes from change to change, so looking far ahead costs as much as there is to change.
struct ScoreCourse {
  /// Something that gives points, and how far it has faded.
  private struct Item {
    let rule: Int
    let start: Instant

    /// When it counts no more; `nil` where it always does.
    let end: Instant?

    /// How many periods of its decay have passed; `nil` before it is looked at.
    var passed: Int?
    var points: ScorePoints = .zero
  }

  private let basis: ScoreBasis
  private(set) var instant: Instant

  /// By rule: the points it gives now, and how often.
  private(set) var points: [Int64]
  private(set) var counts: [Int]

  private var items: [Item] = []

  /// When items change next, the latest first; of conditions, the item is `nil`.
  private var changes: [(at: Instant, rule: Int, item: Int?)] = []

  private var rules: [ScoreRule] { basis.model.rules }

  /// The score at an instant.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  init(_ basis: ScoreBasis, at instant: Instant) throws {
    self.basis = basis
    self.instant = instant
    points = Array(repeating: 0, count: basis.plans.count)
    counts = Array(repeating: 0, count: basis.plans.count)
    for (index, plan) in basis.plans.enumerated() {
      if case .holding = rules[index].cause { try look(at: index) }
      for start in basis.occurrences[index] {
        let end = plan.frame?.end(from: start, in: basis.subject.zone)
        if let end, end <= instant { continue }
        items.append(Item(rule: index, start: start, end: end))
        try look(at: index, items.count - 1)
      }
    }
    changes.sort { $0.at > $1.at }
  }

  // MARK: Going on

  /// Goes on to the next instant at which something may change; `false` where nothing does.
  mutating func goOn() throws -> Bool {
    guard let next = changes.last?.at else { return false }
    instant = next
    while let change = changes.last, change.at == next {
      changes.removeLast()
      let count = changes.count
      if let item = change.item {
        try look(at: change.rule, item)
      } else {
        try look(at: change.rule)
      }
      settleLast(from: count)
    }
    return true
  }

  /// Brings the change that was noted last to its place.
  private mutating func settleLast(from count: Int) {
    guard changes.count > count, let change = changes.popLast() else { return }
    var (low, high) = (0, changes.count)
    while low < high {
      let middle = (low + high) / 2
      if changes[middle].at > change.at { low = middle + 1 } else { high = middle }
    }
    changes.insert(change, at: low)
  }

  /// Looks whether the condition of a rule holds now.
  private mutating func look(at rule: Int) throws {
    guard case .holding(let condition) = rules[rule].cause else { return }
    let verdict = try basis.subject.verdict(on: condition, at: instant, since: nil)
    counts[rule] = verdict.holds ? 1 : 0
    points[rule] = verdict.holds ? basis.plans[rule].points.billionths : 0
    if let next = verdict.changesAt, next > instant { changes.append((next, rule, nil)) }
  }

  /// Looks what something that happened counts for now.
  private mutating func look(at rule: Int, _ index: Int) throws {
    let old = items[index].points
    let next = step(&items[index])
    let now = items[index].points
    let (sum, overflow) = points[rule].addingReportingOverflow(now.billionths - old.billionths)
    guard !overflow else { throw tooMuch(rule) }
    points[rule] = sum
    counts[rule] += (now == .zero ? 0 : 1) - (old == .zero ? 0 : 1)
    if let next { changes.append((next, rule, index)) }
  }

  /// Brings what something counts for to the present, and says until when that is so.
  private func step(_ item: inout Item) -> Instant? {
    if item.start > instant { return item.start }
    let plan = basis.plans[item.rule]
    if let end = item.end, end <= instant {
      item.points = .zero
      return nil
    }
    guard let period = plan.period else {
      item.points = plan.points
      return item.end
    }
    let zone = basis.subject.zone
    // Time goes on from change to change, so another look is one period on.
    let passed =
      item.passed.map { $0 + 1 } ?? period.passed(from: item.start, to: instant, in: zone)
    item.passed = passed
    guard passed < plan.steps.count else {
      item.points = .zero
      return nil
    }
    item.points = plan.steps[passed]
    let faded = period.times(passed + 1).end(from: item.start, in: zone)
    return item.end.map { min($0, faded) } ?? faded
  }

  private func tooMuch(_ rule: Int) -> CRMError {
    CRMError(
      .overflow,
      "“\(rules[rule].name)” of “\(basis.model.name)” comes to more points than can be counted.",
      recovery: "Give the rule fewer points or a time frame.", record: "scores")
  }

  // MARK: What it comes to

  /// What the groups come to: before their caps and after them.
  func groups() throws -> [(uncapped: ScorePoints, value: ScorePoints)] {
    try sums(of: points)
  }

  /// What the score comes to now.
  func value() throws -> ScorePoints {
    bounded(try total(of: groups().map(\.value)))
  }

  /// The score before the model's limit and floor.
  func total(of values: [ScorePoints]) throws -> ScorePoints {
    var sum: Int64 = 0
    for value in values {
      let (next, overflow) = sum.addingReportingOverflow(value.billionths)
      guard !overflow else { throw tooMuch(0) }
      sum = next
    }
    return ScorePoints(billionths: sum)
  }

  /// The same within them.
  func bounded(_ total: ScorePoints) -> ScorePoints {
    var value = total
    if let limit = basis.model.limit { value = min(value, ScorePoints(limit)) }
    if let floor = basis.model.floor { value = max(value, ScorePoints(floor)) }
    return value
  }

  private func sums(
    of points: [Int64]
  ) throws -> [(uncapped: ScorePoints, value: ScorePoints)] {
    var sums: [Int64] = Array(repeating: 0, count: basis.model.groups.count)
    for (index, plan) in basis.plans.enumerated() {
      let (next, overflow) = sums[plan.group].addingReportingOverflow(points[index])
      guard !overflow else { throw tooMuch(index) }
      sums[plan.group] = next
    }
    return zip(basis.model.groups, sums).map { group, sum in
      let uncapped = ScorePoints(billionths: sum)
      return (uncapped, group.cap.map { min(uncapped, ScorePoints($0)) } ?? uncapped)
    }
  }

  // MARK: Looking ahead

  /// When the score first is such that a test comes out otherwise than now; `nil` where it never
  /// does.
  ///
  /// - Returns: The instant; after very many changes one that nothing comes before.
  func firstChange(of test: (ScorePoints) -> Bool) throws -> Instant? {
    let now = test(try value())
    var course = self
    for _ in 0..<ScoreBasis.mostSteps {
      guard try course.goOn() else { return nil }
      if test(try course.value()) != now { return course.instant }
    }
    return course.instant
  }

  /// The same for a comparison with whole points.
  func firstChange(of comparison: Comparison, _ count: Int) throws -> Instant? {
    let (least, most) = try bounds()
    let limit = ScorePoints(count)
    // What the score can neither sink to nor rise to is not waited for.
    let isOutOfReach =
      switch comparison {
      case .less, .greaterOrEqual: most < limit || least >= limit
      case .lessOrEqual, .greater: most <= limit || least > limit
      case .equal, .notEqual: most < limit || least > limit
      }
    if isOutOfReach { return nil }
    return try firstChange { comparison.holds($0, limit) }
  }

  /// Between what the score stays, whatever time does.
  private func bounds() throws -> (least: ScorePoints, most: ScorePoints) {
    var (low, high) = (points, points)
    // What is still to come counts in full, and all can fade to nothing.
    for change in changes {
      let full = basis.plans[change.rule].points.billionths
      if let item = change.item {
        let toCome = items[item].points == .zero ? full : 0
        let (less, overflow) = low[change.rule].addingReportingOverflow(min(0, toCome))
        let (more, overflows) = high[change.rule].addingReportingOverflow(max(0, toCome))
        guard !overflow, !overflows else { throw tooMuch(change.rule) }
        (low[change.rule], high[change.rule]) = (min(0, less), max(0, more))
      } else {
        (low[change.rule], high[change.rule]) = (min(0, full), max(0, full))
      }
    }
    return (
      bounded(try total(of: sums(of: low).map(\.value))),
      bounded(try total(of: sums(of: high).map(\.value)))
    )
  }
}
