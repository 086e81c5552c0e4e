/// What a customer's score is made of: what happened when, by rule, and what conditions see.
struct ScoreBasis {
  let model: ScoreModel
  let subject: LifecycleSubject

  /// For each rule, when what it counts happened or will.
  let occurrences: [[Instant]]

  /// More changes by time than these are not looked through for one that matters.
  static let mostSteps = 4_000
}

/// A customer's score as time goes by, if nothing else happens; pure but for what conditions see.
///
/// It goes from change to change, so looking far ahead costs as much as there is to change.
struct ScoreCourse {
  /// Something that gives points, and how far it has faded.
  private struct Item {
    let rule: Int
    let start: Instant
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

  /// For each rule that fades, what its points come to after each period.
  private let steps: [[ScorePoints]]

  private var rules: [ScoreRule] { basis.model.rules }

  /// The score at an instant.
  ///
  /// - Throws: ``CRMError/Code/overflow``.
  init(_ basis: ScoreBasis, at instant: Instant) throws {
    self.basis = basis
    self.instant = instant
    let rules = basis.model.rules
    points = Array(repeating: 0, count: rules.count)
    counts = Array(repeating: 0, count: rules.count)
    steps = rules.map { rule in
      guard case .happening(_, _, let decay?) = rule.cause else { return [] }
      return decay.steps(from: ScorePoints(rule.points))
    }
    for (index, rule) in rules.enumerated() {
      switch rule.cause {
      case .holding: try look(at: index)
      case .happening:
        for start in basis.occurrences[index] {
          items.append(Item(rule: index, start: start))
          try look(at: index, items.count - 1)
        }
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
    points[rule] = verdict.holds ? ScorePoints(rules[rule].points).billionths : 0
    if let next = verdict.changesAt, next > instant { changes.append((next, rule, nil)) }
  }

  /// Looks what something that happened counts for now.
  private mutating func look(at rule: Int, _ item: Int) throws {
    let (now, next) = worth(of: items[item])
    let old = items[item].points
    items[item].points = now
    let (sum, overflow) = points[rule].addingReportingOverflow(
      now.billionths - old.billionths)
    guard !overflow else { throw tooMuch(rule) }
    points[rule] = sum
    counts[rule] += (now == .zero ? 0 : 1) - (old == .zero ? 0 : 1)
    if let next { changes.append((next, rule, item)) }
  }

  /// What something that happened counts for now, and until when.
  private func worth(of item: Item) -> (points: ScorePoints, until: Instant?) {
    let rule = rules[item.rule]
    guard case .happening(_, let span, let decay) = rule.cause else { return (.zero, nil) }
    if item.start > instant { return (.zero, item.start) }
    let zone = basis.subject.zone
    let end = span?.end(from: item.start, in: zone)
    if let end, end <= instant { return (.zero, nil) }
    guard let decay else { return (ScorePoints(rule.points), end) }
    let passed = decay.period.passed(from: item.start, to: instant, in: zone)
    let steps = steps[item.rule]
    guard passed < steps.count else { return (.zero, nil) }
    let faded = decay.period.times(passed + 1).end(from: item.start, in: zone)
    return (steps[passed], end.map { min($0, faded) } ?? faded)
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
    try basis.model.groups.map { group in
      var sum: Int64 = 0
      for (index, rule) in rules.enumerated() where rule.group == group.name {
        let (next, overflow) = sum.addingReportingOverflow(points[index])
        guard !overflow else { throw tooMuch(index) }
        sum = next
      }
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
    for (index, rule) in rules.enumerated() {
      switch rule.cause {
      case .holding:
        let most = ScorePoints(rule.points).billionths
        if changes.contains(where: { $0.rule == index }) {
          (low[index], high[index]) = (min(0, most), max(0, most))
        }
      case .happening:
        // What is still to come counts in full, and all can fade to nothing.
        let toCome = changes.reduce(into: Int64(0)) { sum, change in
          if change.rule == index, let item = change.item, items[item].points == .zero { sum += 1 }
        }
        let (full, overflow) = ScorePoints(rule.points).billionths.multipliedReportingOverflow(
          by: toCome)
        let (sum, overflows) = points[index].addingReportingOverflow(full)
        guard !overflow, !overflows else { throw tooMuch(index) }
        guard changes.contains(where: { $0.rule == index }) else { continue }
        low[index] = min(low[index], min(0, sum))
        high[index] = max(high[index], max(0, sum))
      }
    }
    return (
      bounded(try total(of: sums(of: low).map(\.value))),
      bounded(try total(of: sums(of: high).map(\.value)))
    )
  }
}
