/// Moves customers by itself when a condition comes to hold, by what happens or by time alone.
public struct LifecycleRule: Hashable, Sendable, Codable {
  /// The name, unique in its model; transitions name it as their cause.
  public let name: String

  /// The stages it moves customers from; none stands for their entry into the lifecycle.
  public let from: [String]

  /// Where it moves them.
  public let target: Target

  /// What must hold.
  public let condition: LifecycleCondition

  /// Which of several rules that hold at once goes first: the one with the higher priority.
  public let priority: Int

  /// Where a rule moves customers.
  public enum Target: Hashable, Sendable, Codable {
    /// To a stage.
    case stage(String)
    /// Back to the furthest stage they have been at.
    case furthest
  }

  /// A rule.
  public init(
    _ name: String, from: [String], to target: Target, priority: Int = 0,
    when condition: LifecycleCondition
  ) {
    self.name = name
    self.from = from
    self.target = target
    self.condition = condition
    self.priority = priority
  }

  /// A rule that moves customers to a stage.
  public init(
    _ name: String, from: [String], to stage: String, priority: Int = 0,
    when condition: LifecycleCondition
  ) {
    self.init(name, from: from, to: .stage(stage), priority: priority, when: condition)
  }
}

/// A move that people may make, and what must hold for it.
public struct LifecyclePath: Hashable, Sendable, Codable {
  /// The stages it leads from; none stands for any.
  public let from: [String]

  /// The stage it leads to.
  public let to: String

  /// What must hold.
  public let guardedBy: LifecycleCondition

  /// A move that is allowed.
  public init(
    from: [String] = [], to stage: String, guardedBy condition: LifecycleCondition = .always
  ) {
    self.from = from
    to = stage
    guardedBy = condition
  }
}
