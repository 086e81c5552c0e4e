/// What gives a customer points, or takes some away.
public struct ScoreRule: Hashable, Sendable, Codable {
  /// The name, one of its kind in the model.
  public let name: String

  /// The group its points belong to.
  public let group: String

  /// How many points; below zero to take some away.
  public let points: Int

  /// What they are given for.
  public let cause: Cause

  /// What gives points.
  public enum Cause: Hashable, Sendable, Codable {
    /// Once, as long as a condition holds.
    case holding(LifecycleCondition)
    /// For each time something happened, within a time frame and fading where these are given.
    case happening(ScoreSource, within: LifecycleSpan?, fading: ScoreDecay?)
  }

  /// Points as long as a condition holds.
  ///
  ///     ScoreRule("is in Korea", in: "fit", 30, when: .customer { $0.country == "KR" })
  public init(_ name: String, in group: String, _ points: Int, when condition: LifecycleCondition) {
    self.name = name
    self.group = group
    self.points = points
    cause = .holding(condition)
  }

  /// Points for each time something happened.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - group: The group.
  ///   - points: How many points each time.
  ///   - source: What happened.
  ///   - span: For how long it counts: from its instant up to the one at which the span is over;
  ///     `nil` for ever.
  ///   - decay: How its points fade; `nil` where they do not.
  public init(
    _ name: String, in group: String, _ points: Int, each source: ScoreSource,
    within span: LifecycleSpan? = nil, fading decay: ScoreDecay? = nil
  ) {
    self.name = name
    self.group = group
    self.points = points
    cause = .happening(source, within: span, fading: decay)
  }
}

extension ScoreRule: CustomStringConvertible {
  public var description: String {
    switch cause {
    case .holding(let condition): return "\(points) when \(condition)"
    case .happening(let source, let span, let decay):
      let frame = span.map { " within \($0)" } ?? ""
      return "\(points) for each of \(source)\(frame)" + (decay.map { "; \($0)" } ?? "")
    }
  }
}
