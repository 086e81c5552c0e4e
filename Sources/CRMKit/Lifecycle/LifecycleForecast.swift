/// A move that time alone will make, if nothing happens before.
public struct LifecycleForecast: Described, Codable {
  /// When.
  public var at: Instant

  /// By which rule.
  public var rule: String

  /// From which stage.
  public var from: String

  /// To which stage.
  public var to: String

  /// What the rule looks at, as it will be found then.
  public var evidence: [LifecycleEvidence]

  private struct Fields: Sendable {
    let at = Field<LifecycleForecast, Instant>("at", { $0.at }, { $0.at = $1 })
    let rule = Field<LifecycleForecast, String>("rule", { $0.rule }, { $0.rule = $1 })
    let from = Field<LifecycleForecast, String>("from", { $0.from }, { $0.from = $1 })
    let to = Field<LifecycleForecast, String>("to", { $0.to }, { $0.to = $1 })
    let evidence = Field<LifecycleForecast, [LifecycleEvidence]>(
      "evidence", { $0.evidence }, { $0.evidence = $1 })
  }

  public static let layout = Layout(
    Fields(), blank: LifecycleForecast(at: .earliest, rule: "", from: "", to: "", evidence: []))
}

/// Looks at a customer through a model: what moves them now, and what time will.
struct LifecycleProjection {
  let plan: LifecyclePlan
  let subject: LifecycleSubject

  private var model: LifecycleModel { plan.model }

  /// A rule that holds, with where it leads.
  struct Step {
    let rule: LifecycleRule
    let stage: LifecycleStage
    let evidence: [LifecycleEvidence]
  }

  /// What moves a customer at an instant, if anything does, and when time alone may change that.
  typealias Finding = (step: Step?, changesAt: Instant?)

  /// The most moves that are looked ahead; further ones are seen when these have happened.
  private static let farthest = 8

  /// The most instants looked at for the next move.
  private static let mostLooks = 64

  /// What moves a customer from a stage at an instant, if anything does.
  func step(
    from stage: String, furthest: String, at instant: Instant, since entered: Instant
  ) throws -> Finding {
    var next: Instant?
    let reached = model.stage(furthest)
    for way in plan.ways(from: stage) {
      guard let target = way.target ?? reached, target.name != stage,
        target.isOpen(after: reached)
      else { continue }
      let verdict = try subject.verdict(on: way.rule.condition, at: instant, since: entered)
      if verdict.holds {
        let evidence = try subject.evidence(for: way.leaves, at: instant, since: entered)
        return (Step(rule: way.rule, stage: target, evidence: evidence), nil)
      }
      if let change = verdict.changesAt { next = min(next ?? change, change) }
    }
    return (nil, next)
  }

  /// The moves that time alone will make from a stage, and how far ahead was looked; `nil` where
  /// time will make no more.
  ///
  /// - Parameter found: What there is at the first instant, where that was found already.
  func forecast(
    from stage: String, furthest: String, at instant: Instant, since entered: Instant,
    knowing found: Finding? = nil
  ) throws -> (moves: [LifecycleForecast], until: Instant?) {
    var moves: [LifecycleForecast] = []
    var projection = self
    var known = found
    var (stage, furthest, instant, entered) = (stage, furthest, instant, entered)
    for _ in 0..<Self.mostLooks {
      guard moves.count < Self.farthest else { break }
      let (step, change) =
        try known
        ?? projection.step(from: stage, furthest: furthest, at: instant, since: entered)
      known = nil
      if let step {
        projection = LifecycleProjection(
          plan: plan,
          subject: projection.subject.after(model.actions(from: stage, to: step.stage.name)))
        moves.append(
          LifecycleForecast(
            at: instant, rule: step.rule.name, from: stage, to: step.stage.name,
            evidence: step.evidence))
        stage = step.stage.name
        furthest = model.furthest(furthest, or: step.stage)
        entered = instant
      } else if let change, change > instant {
        instant = change
      } else {
        return (moves, nil)
      }
    }
    return (moves, instant)
  }
}

extension LifecycleStage {
  /// Whether the forward rule lets customers come to the stage who have been at a furthest one.
  func isOpen(after furthest: LifecycleStage?) -> Bool {
    guard kind.isRung, let furthest else { return true }
    return weight >= furthest.weight
  }
}

extension LifecycleModel {
  /// The higher of the furthest rung so far and a stage that is come to.
  func furthest(_ furthest: String, or stage: LifecycleStage) -> String {
    guard stage.kind.isRung, stage.weight > self.stage(furthest)?.weight ?? .min else {
      return furthest
    }
    return stage.name
  }
}
