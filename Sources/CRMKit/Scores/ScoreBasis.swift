/// What a customer's score is made of: what happened when, by rule, and what conditions see.
struct ScoreBasis {
  let model: ScoreModel
  let subject: LifecycleSubject

  /// For each rule, when what it counts happened or will.
  let occurrences: [[Instant]]

  /// The rules as they are counted by.
  let plans: [Plan]

  /// More changes by time than these are not looked through for one that matters.
  static let mostSteps = 4_000

  init(_ model: ScoreModel, _ subject: LifecycleSubject, _ occurrences: [[Instant]]) {
    self.model = model
    self.subject = subject
    self.occurrences = occurrences
    plans = model.rules.map { Plan($0, in: model) }
  }

  /// What of a rule is needed at each step of time.
  struct Plan {
    /// Which group it belongs to.
    let group: Int

    /// What it gives at first.
    let points: ScorePoints

    /// For how long something counts.
    let frame: LifecycleSpan?

    /// What a period of its decay is, and what its points come to after each number of them.
    let period: LifecycleSpan?
    let steps: [ScorePoints]

    init(_ rule: ScoreRule, in model: ScoreModel) {
      group = model.groups.firstIndex { $0.name == rule.group } ?? 0
      points = ScorePoints(rule.points)
      guard case .happening(_, let frame, let decay) = rule.cause else {
        (self.frame, period, steps) = (nil, nil, [])
        return
      }
      self.frame = frame
      period = decay?.period
      steps = decay?.steps(from: points) ?? []
    }
  }
}
